"""Organs outside the digestive tract in pictures: ultrasound, CT, X-ray, heart, other scopes."""

RULES = {
    "ultrasound": """
        6x ((超声所见|检查所见|彩超|所见)：)?40({us_history}，)?20{us_full}
        5x ({us_head}(：|，| ))?40{us_abdomen*2-5}({pause}{us_neighbour})?25({image_end})?30
        3x ({us_head}(：|，| ))?30({us_history}，)?35{us_urology*2-4}({pause}{us_prostate})?20({pause}{us_neighbour})?15
        3x ({us_head}(：|，| ))?30({us_history}，)?25{us_pelvis*2-4}({pause}{us_pelvis_neighbour})?35
        3x ((彩超|浅表超声|检查所见|超声所见)(：|，| ))?30{us_neck*2-3}({image_end})?40
        {us_abdomen*2-3}{pause}{us_neighbour}，{us_neighbour_b}
        2x {us_vessel*2-3}({image_end})?30
        2x {us_history}，{us_abdomen*2-4}({pause}{us_neighbour})?20
        {us_pregnancy}({image_end})?30
    """,
    "us_head": """
        2x 腹部彩超
        彩超
        2x 超声所见
        B超
        检查所见
        检查提示
        床旁超声
        <preparation:空腹>检查
        所见
    """,
    "us_history": """
        <history:{upper_past}>
        2x <history:{lower_past}>
        <history:{upper_past}>{1-5}年复查
        3x 体检
        <history:肠癌>术前评估
        4x 既往{chronic}
        3x {other_surgery}{1-5}年
        2x 乏力{since}
        2x 定期复查
    """,
    "us_full": """
        2x {us_liver}。{us_gallbladder}。{us_duct}。{us_pancreas}。{us_spleen}。{us_kidney}。{us_bladder}({image_end})?60
        {us_liver}，{us_gallbladder}，{us_pancreas}，{us_spleen}，{us_kidney}({pause}{us_neighbour})?30({image_end})?60
        {us_womb}。[内膜]厚{0.4-1.4}cm。{us_ovary}。{us_bladder}({pause}{us_pelvis_neighbour})?35({image_end})?60
        {us_thyroid}。双侧颈部[淋巴结]未见肿大。{us_breast}，血流信号不丰富({image_end})?70
    """,
    "us_abdomen": """
        6x {us_liver}
        5x {us_gallbladder}
        3x {us_duct}
        3x {us_pancreas}
        3x {us_spleen}
        [双肾]未见积水
        [门静脉]血流通畅
        [腹主动脉]旁未见肿大淋巴结
        腹腔见游离无回声，深{2.0-7.0}cm
    """,
    "us_liver": """
        4x [肝]脏大小形态正常，实质回声均匀
        3x [肝]右叶见{size_m}无回声，边界清
        2x [肝]实质回声增强，后方衰减，{maybe}[脂肪肝]
        2x [肝]表面不光滑，回声增粗，[门静脉]内径{1.2-1.6}cm，{maybe}[肝硬化]
        [肝]左叶见{size_m}强回声，{maybe}[血管瘤]
        [肝]内多发低回声，大者{size_l}，{maybe}[转移]
        [肝囊肿]，{size_m}
        [肝]右叶术区回声不均
    """,
    "us_gallbladder": """
        4x [胆囊]大小正常，壁光滑
        3x [胆囊]内见{count}强回声，后伴声影，{size_m}
        2x [胆囊]壁见{size_s}高回声附着，不随体位移动，{maybe}[胆囊息肉]
        [胆囊]壁毛糙，增厚{0.4-0.8}cm
        [胆囊]结石，胆囊颈部嵌顿
        [胆囊]切除术后，未显示
    """,
    "us_duct": """
        2x [胆总管]内径{0.5-1.4}cm，下段显示不清
        [肝内胆管]未见扩张
        [胆总管]上段通畅
    """,
    "us_pancreas": """
        3x [胰腺]形态正常，[胰管]无扩张
        [胰]头部低回声，{size_m}
        [胰腺]回声增强，边界毛糙
    """,
    "us_spleen": """
        2x [脾]厚{3.0-5.9}cm，回声均匀
        [脾]肋下{1-4}cm
        [脾]不大
        [副脾]{size_m}
    """,
    "us_neighbour": """
        3x 受<neighbour:肠气>干扰，[胰尾]显示不清
        3x <neighbour:胃肠道>气体较多，[胰腺]显示欠清
        2x <neighbour:肠管>未见扩张
        2x <neighbour:胃腔>内见食物残渣
        腹腔<neighbour:肠间隙>未见积液
        <neighbour:胃肠>胀气明显
        未见<negation:肠套叠>包块
        右下腹未见<negation:阑尾>肿大
        <neighbour:胃泡>遮挡，[脾门]观察受限
        <neighbour:横结肠>胀气
        <neighbour:十二指肠>积气，[胆总管]下段显示不清
        <neighbour:肠蠕动>可
        患者<preparation:餐后>，[胆囊]充盈欠佳
        <neighbour:胃窦>后方[胰]头部显示欠清
    """,
    "us_neighbour_b": """
        建议<preparation:空腹>复查
        建议<preparation:排便>后复查
        必要时CT
        请结合临床
        建议进一步MRCP
    """,
    "image_end": """
        。请结合临床
        。余未见明显异常
        。必要时MRI
        。建议进一步检查
    """,
    "us_urology": """
        4x {us_kidney}
        2x {us_bladder}
        [输尿管]上段扩张，内见{size_s}强回声
        [膀胱]残余尿{10-120}ml
        [睾丸]、[附睾]未见异常
        左侧[精索静脉]内径{2-4}mm
        [肾上腺]区未见占位
    """,
    "us_kidney": """
        3x [双肾]大小形态正常，皮质回声均匀
        2x [左肾]中盏见强回声{size_s}，后伴声影
        2x [右肾]集合系统分离{1.0-2.5}cm
        [右肾]见{size_m}无回声
        [肾盂]轻度分离
        [双肾]皮质变薄，回声增强
    """,
    "us_bladder": """
        2x [膀胱]充盈可，壁光滑
        [膀胱]后壁见{size_m}乳头样突起
        [膀胱]壁毛糙，[输尿管]间嵴清
    """,
    "us_prostate": """
        [前列腺]{4.0-5.5}*{3.0-4.5}*{3.0-4.0}cm，回声不均
        <procedure:经直肠>超声：[前列腺]外周带低回声，{size_s}
        [前列腺]增大，突入[膀胱]
        <procedure:直肠指检>：[前列腺]II度大，中央沟消失
        <procedure:经直肠>穿刺[前列腺]12针
        <procedure:肛查>[前列腺]质韧，无压痛
    """,
    "us_pelvis": """
        3x {us_womb}
        2x [内膜]厚{0.4-1.4}cm
        3x {us_ovary}
        [宫颈]见多发纳氏囊肿
    """,
    "us_womb": """
        3x [子宫]前位，大小{4.5-6.5}*{3.5-5.0}*{4.0-5.5}cm
        2x [子宫]肌壁间见低回声结节，{size_m}，{maybe}[肌瘤]
        [宫腔]内见节育器，位置正常
        [子宫]后位，肌层回声欠均，[腺肌症]{query}
    """,
    "us_ovary": """
        右[卵巢]见{size_l}无回声
        [附件]区未见异常
        左[附件]混合性包块，{size_l}
        [卵巢]多囊样改变
        双侧[卵巢]显示欠清
    """,
    "us_pregnancy": """
        宫内[孕囊]{size_m}，见胎心，右[卵巢]黄体
        [胎儿]双顶径{7.0-9.5}cm，[胎盘]II级，<normal:胃泡>可见
        [胎儿]颅骨光环完整，<neighbour:肠管>回声不强，羊水{3.0-7.0}cm
        [宫腔]内未见孕囊，左[附件]区包块{size_m}，[异位妊娠]{query}，<neighbour:直肠窝>积液
    """,
    "us_pelvis_neighbour": """
        4x <neighbour:子宫直肠窝>见液性暗区，深{1.0-3.5}cm
        2x <neighbour:直肠子宫陷凹>少量积液
        <neighbour:肠管>粘连可能
        <procedure:经直肠>检查
        病灶与<neighbour:直肠前壁>分界不清，{maybe}[内异症]
        <neighbour:肠气>干扰，左[卵巢]未显示
        未见<negation:阑尾>肿大
    """,
    "us_neck": """
        5x {us_thyroid}
        颈部[淋巴结]肿大，{size_m}，皮髓质分界不清
        3x {us_breast}
        [腮腺]内低回声，{size_m}
    """,
    "us_thyroid": """
        3x [甲状腺]左叶见{size_m}低回声结节，边界欠清，TI-RADS {3-5}类
        2x [甲状腺]大小正常，回声均匀
        [甲状腺]弥漫性增大，血流丰富
        2x [甲状腺]右叶结节，{size_s}，内见点状强回声
        [甲状腺]峡部结节，{size_s}
        [甲状腺]结节{size_l}，向后压迫<neighbour:食管>
        [甲状腺]左叶后方{size_s}低回声，<rule-out:食管憩室>与[甲状旁腺]鉴别
    """,
    "us_breast": """
        2x [乳腺]右侧外上象限低回声，{size_m}，BI-RADS {3-4}类
        双侧[乳腺]增生样改变
        [乳头]溢液，[乳管]扩张
        左[乳腺]囊肿，{size_s}
    """,
    "us_vessel": """
        双侧[颈动脉]内中膜增厚，斑块{size_s}
        左下肢[股静脉]内见低回声，不可压缩，{maybe}[血栓]
        [腹主动脉]内径{1.8-4.5}cm
        [肾动脉]峰值流速正常
        [肠系膜上动脉]起始段流速{120-260}cm/s，管腔通畅
        [颈内动脉]起始处狭窄{40-70}%
        双侧[椎动脉]走行正常
        [门静脉]血栓形成，<neighbour:肠壁>未见增厚
    """,
    "ct": """
        5x ((CT所见|检查所见|平扫+增强|影像表现)：)?40({ct_history}，)?20{ct_full}
        4x ({ct_head}(：|，))?40({us_history}，)?30{ct_abdomen*2-4}({pause}{ct_neighbour})?28({image_end})?20
        4x ({ct_chest_head}(：|，))?40({ct_history}，)?35{ct_chest*2-4}({pause}{ct_chest_neighbour})?28
        2x {ct_brain}({pause}{ct_brain_more*1-2})?60
        2x {ct_bone}({pause}{ct_bone_neighbour})?35({pause}{advice})?40
        2x (MRCP：|){mr_biliary*1-2}({pause}{ct_neighbour})?25
        {ct_pelvis}({pause}{us_pelvis_neighbour})?60
    """,
    "ct_head": """
        2x 上腹部CT平扫
        腹部增强CT
        全腹CT
        CT所见
        CT
        影像表现
        复查CT
        检查所见
    """,
    "ct_history": """
        <history:{upper_past}>
        <history:{lower_past}>
        <history:食管癌放疗后>{1-3}年
        <history:肠癌术后>，随访
        2x 咳嗽{since}
        2x 体检
        发热{2-9}天
        2x 既往{chronic}
        入院常规检查
    """,
    "ct_full": """
        {ct_liver}。{ct_biliary}。{ct_pancreas}。[脾]脏未见异常。{ct_kidney}。腹膜后未见肿大淋巴结({pause}{ct_neighbour})?40。未见腹水({image_end})?60
        双[肺]纹理增多，{ct_chest*2-3}。[气管]及主[支气管]通畅。[心影]不大，[纵隔]未见肿大淋巴结({pause}{ct_chest_neighbour})?30({image_end})?60
        {ct_brain}，{ct_brain_more}。脑干未见异常。{ct_brain_more_b}({image_end})?60
    """,
    "ct_brain_more_b": """
        [副鼻窦]气化可
        [颅骨]骨质完整
        双侧[颈内动脉]虹吸段钙化
        [乳突]未见异常
    """,
    "ct_abdomen": """
        6x {ct_liver}
        4x {ct_biliary}
        4x {ct_pancreas}
        [脾]内低密度，{size_m}
        2x {ct_kidney}
        [肾上腺]结节，{size_m}，{maybe}[腺瘤]
        腹膜后见肿大[淋巴结]，融合
        [网膜]增厚，呈饼状
        [腹主动脉]壁钙化
        腹壁[切口疝]，疝环{2-5}cm
        右侧[腹股沟疝]，疝内容为<neighbour:肠管>
    """,
    "ct_liver": """
        3x [肝]右叶见低密度灶，{size_m}，增强(未见强化，[囊肿]|边缘强化)
        2x [肝]内多发结节，“牛眼征”，{maybe}[转移瘤]
        2x [肝硬化]，[脾]大，腹水，[门静脉]主干增宽
        [肝]S{4-8}段占位，快进快出，{maybe}[HCC]
        [肝]内多发低密度，<origin:胃肠道来源>转移可能
        [肝]实质密度减低，[脂肪肝]
        [肝]右叶{size_l}占位，较前增大
    """,
    "ct_biliary": """
        2x [胆囊]增大，壁厚，周围渗出
        [胆总管]下段结石，{size_s}，其上扩张
        [胆囊]结石，{count}
        [肝内外胆管]扩张
    """,
    "ct_pancreas": """
        2x [胰腺]肿胀，周围脂肪间隙模糊，{maybe}[急性胰腺炎]
        [胰头]占位，{size_l}，双管征
        [胰尾]囊性灶，{size_m}
        [胰腺]形态密度正常
    """,
    "ct_kidney": """
        2x [双肾]囊肿
        [左肾]上极占位，{size_l}
        [右肾]结石，{size_s}，无积水
    """,
    "ct_neighbour": """
        4x <neighbour:胃肠道>未见明显扩张
        3x <neighbour:胃>充盈欠佳
        2x <neighbour:肠管>未见梗阻征象
        2x <neighbour:胃周>、肠系膜未见肿大淋巴结
        <neighbour:胃左动脉>旁小淋巴结
        <neighbour:结肠肝曲>位于[肝]前，间位
        <neighbour:残胃>吻合口壁未见增厚
        病灶紧邻<neighbour:胃窦>，脂肪间隙存在
        病灶包绕<neighbour:胃十二指肠动脉>
        与<neighbour:十二指肠降段>分界清
        <neighbour:肠系膜>脂肪密度增高
        <neighbour:胃管>、空肠营养管在位
        所见<normal:阑尾>不粗
        <normal:直肠>壁未见增厚
        <neighbour:升结肠>受推移
        <neighbour:胃网膜>血管迂曲
        <neighbour:食管>下段未见增厚
    """,
    "ct_chest_head": """
        2x 胸部CT
        胸片
        肺窗
        DR
        胸部平扫
        CT所见
        影像表现
    """,
    "ct_chest": """
        3x 右[肺]上叶见{size_s}结节，边缘光整
        2x 左[肺]下叶片状影，{maybe}[肺炎]
        2x 右[肺]中叶磨玻璃结节，{size_s}
        [肺]门见软组织影，{size_l}，分叶、毛刺
        双侧[胸腔]少量积液
        [支气管]管壁增厚，扩张
        [主动脉]迂曲、钙化
        [肺动脉]主干增宽
        [胸膜]增厚
        右侧[气胸]，压缩{20-60}%
        双[肺]间质改变，网格影
        [肋骨]骨折
        [肺]内多发结节，{maybe}转移
    """,
    "ct_chest_neighbour": """
        2x <normal:食管>未见扩张
        2x <neighbour:食管旁>见小淋巴结
        <neighbour:胃泡>影正常
        膈下未见<negation:游离气体>
        <neighbour:胃管>末端位于膈下
        <neighbour:胸腔胃>扩张，内有液平，[肺]受压不张
        病灶与<neighbour:食管>分界不清
        扫及<neighbour:肝胃间隙>无异常
        [纵隔]占位压迫<neighbour:食管>
        <neighbour:食管>支架在位，[肺]部炎症
        左膈抬高，<neighbour:结肠脾曲>积气
        <neighbour:食管>壁稍厚，请结合临床
    """,
    "ct_brain": """
        左侧[基底节]区腔隙灶
        [脑]实质未见异常密度
        右侧[大脑中动脉]供血区梗死
        [额叶]出血，约{10-50}ml
        [鞍区]占位，{size_m}
        [小脑]半球低密度
        [脑]内多发强化结节，结合<history:{lower_past}>，{maybe}转移
        <history:{upper_past}>，[颅脑]MRI未见转移征象
    """,
    "ct_brain_more": """
        [脑室]扩大，[脑沟]增宽
        [上颌窦]黏膜增厚
        中线居中
        [颅骨]未见骨折
        {advice}
    """,
    "ct_bone": """
        [腰]4/5椎间盘突出，[硬膜囊]受压
        [腰椎]退变，骨质增生
        [股骨颈]骨折
        [膝]关节半月板损伤II度
        [胸]12椎体压缩，信号异常，{maybe}[转移]
        [颈椎]生理曲度变直，C{4-6}/{6-7}突出
        [骶骨]骨质破坏，{size_l}
        [髋]关节间隙变窄
        [骶尾部]藏毛窦，{size_m}
    """,
    "ct_bone_neighbour": """
        <history:{upper_past}>，骨扫描复查
        <history:{lower_past}>，CEA升高
        椎前骨赘压迫<neighbour:食管>
        与<neighbour:直肠>后壁间隙清
        <neighbour:腹腔肠管>未见异常
        无<negation:大小便失禁>
        二便正常
    """,
    "mr_biliary": """
        2x [胆总管]下段充盈缺损，{size_s}
        [肝内外胆管]扩张，截断于[胰头]上缘
        [胆囊]颈部结石
        [胰管]扩张，直径{3-8}mm
        [肝门]部胆管狭窄，“软藤征”
        [胰体尾]囊性灶与[胰管]相通，{maybe}[IPMN]
        [胰腺]分裂
        [胆管]术后，吻合口狭窄
        [肝]S{4-8}段T2高信号，DWI高
    """,
    "ct_pelvis": """
        [卵巢]囊实性占位，{size_l}，分隔强化
        [子宫]肌瘤，{size_l}
        [膀胱]右侧壁增厚，{size_m}
        [前列腺]PI-RADS {3-5}分，外周带
        [宫颈]肿块，{size_l}，[宫旁]受侵
        [髂血管]旁淋巴结{size_s}
        双侧[卵巢]实性占位，{maybe}转移，<origin:胃来源>待排
    """,
    "heart": """
        5x {echo*3-6}
        2x {ecg}({pause}{ecg_after})?60
        2x ({patient}，)?50{heart_note}({pause}{heart_deny})?35({pause}{heart_guess})?50
        {tee}({pause}{echo*1-2})?60
        2x {coronary*1-2}({pause}{echo*1-2})?50({pause}{heart_drug})?30
        <history:({upper_past}|{lower_past})>术前评估，{echo*2-3}
    """,
    "echo": """
        2x [左房]增大，内径{38-52}mm
        2x [左室]舒张末内径{42-62}mm
        [EF] {35-70}%
        [二尖瓣]反流（(轻|中)度）
        [主动脉瓣]钙化
        [室间隔]厚{9-16}mm
        [心包]积液，深{5-20}mm
        [室壁]运动减弱
        [肺动脉]收缩压{30-70}mmHg
        [三尖瓣]少量反流
        [左室]舒张功能减低
    """,
    "ecg": """
        [窦性心律]，ST-T改变
        [窦性心动过缓]，{45-58}次/分
        [房颤]，快速心室率
        [窦性心律]不齐，[室早]
        [完全性右束支阻滞]
        II、III、aVF [ST段]抬高
        [窦性心动过速]，{102-140}次/分
        <procedure:食管心房调搏>：[窦房结]恢复时间{900-1700}ms
        <procedure:食管调搏>诱发[室上速]
        [QT]延长
    """,
    "ecg_after": """
        请结合临床
        肌钙蛋白(阴性|升高)
        <rule-out:胃食管反流>所致胸痛待鉴别，[冠脉]造影示狭窄{50-90}%
        <history:{upper_past}>
        {advice}
        上腹痛，<rule-out:胃炎>治疗无效，{maybe}[下壁心梗]
    """,
    "heart_note": """
        [胸闷]、[心悸]{since}
        [胸痛]{1-6}h，向左肩放射
        活动后[气促]{since}，双下肢水肿
        [心前区]压榨感
        夜间阵发[呼吸困难]
        上腹痛伴[大汗]，[肌钙蛋白]升高
        阵发[心慌]，血压{140-190}/{80-110}mmHg
    """,
    "heart_deny": """
        3x 无<negation:反酸嗳气>
        2x 无<negation:黑便、呕血>
        否认<negation:腹痛腹泻>
        <normal:胃镜>未见异常
        <rule-out:反流性食管炎>已排除
        曾按<rule-out:胃病>治疗无效
        既往<history:{upper_past}>
        既往<history:{lower_past}>
    """,
    "heart_guess": """
        {maybe}[冠心病]
        {maybe}[心衰]
        {maybe}[急性冠脉综合征]
        拟行[冠脉]造影
        [不稳定心绞痛]{query}
        予[硝酸甘油]含服缓解
    """,
    "tee": """
        <procedure:经食管>超声：[左心耳]未见血栓
        <procedure:经食道>超声心动图示[卵圆孔]未闭，{1-4}mm
        TEE（<procedure:经食管>）：[二尖瓣]后叶脱垂，反流{grade}
        <procedure:食管>中段切面：[左房]内见团块，{size_m}，{maybe}[黏液瘤]
        房颤消融术中监测<procedure:食管温度>，[左房]后壁功率{20-35}W
        <procedure:食管>超声引导[房间隔]封堵，未见残余分流
    """,
    "coronary": """
        [LAD]近段狭窄{75-95}%，植入支架一枚
        [回旋支]中段{40-80}%狭窄
        [右冠]未见明显狭窄
        [冠脉]CTA：钙化积分{50-600}
        [前降支]心肌桥
        支架内通畅
    """,
    "heart_drug": """
        予双抗，加PPI<plan:护胃>
        阿司匹林停用，注意<plan:消化道出血>风险
        华法林INR {1.5-3.5}，无<negation:黑便>
        利尿，限水
        氯吡格雷续用
        Hb稳定，<plan:消化科>随诊
    """,
    "other_scope": """
        3x 支气管镜：[声门]活动好，[气管]通畅，{lung_scope}({pause}{lung_scope_b*1-2})?70
        2x 喉镜：{larynx}({pause}{larynx_b*1-2})?70
        2x 膀胱镜：{cysto}({pause}{cysto_b*1-2})?70
        2x 宫腔镜：{hystero}({pause}{biopsy})?50
        3x {endosono}({pause}{endosono_b})?60
        鼻内镜：[鼻中隔]偏曲，[中鼻道]见息肉，{size_m}({pause}{advice})?40
        内镜所见：{larynx}，{larynx_b}
        内镜检查：{cysto}，{biopsy}
        内镜检查：{lung_scope}，{biopsy}
        胆道镜：[肝内胆管]结石取净，[胆总管]下端通畅
        关节镜：[前交叉韧带]断裂，[半月板]撕裂，修整
        阴道镜：[宫颈]转化区醋白（+），{biopsy}
    """,
    "lung_scope": """
        右[上叶支气管]开口新生物，{size_s}，质脆易出血
        各级[支气管]黏膜充血，分泌物多
        左[主支气管]外压狭窄，距[隆突]{1-3}cm
        [隆突]增宽，黏膜浸润
        [气管]膜部见瘘口，与<neighbour:食管>相通可能
        [气管]后壁受<neighbour:食管>肿物外压
    """,
    "lung_scope_b": """
        {biopsy}
        刷检、灌洗送检
        既往<history:{upper_past}>
        活检后少量出血，冰盐水止血
        镜下[TBLB]{3-6}块
        EBUS-TBNA 第{4-7}组淋巴结
        <history:食管癌>放疗后
    """,
    "larynx": """
        [会厌]光滑，[声带]充血，边缘小结
        [杓区]黏膜充血肿胀，[声带]活动好
        左[声带]白斑，{size_s}
        [梨状窝]对称，无积液
        [下咽]后壁淋巴滤泡增生
        [扁桃体]窝鱼刺，已取出
        [声门]暴露好，右[声带]息肉{size_s}
        [会厌]囊肿，{size_m}
    """,
    "larynx_b": """
        {maybe}<referred:咽喉反流>相关
        RSI {8-20}分，<referred:反流>待排
        <plan:胃镜>排除<rule-out:食管病变>
        {advice}
        [声带]闭合可
        <neighbour:食管入口>未见异常
        {biopsy}
        吞咽无梗阻
    """,
    "cysto": """
        [膀胱]三角区菜花样肿物，{size_m}，有蒂
        [膀胱]黏膜充血，散在出血点
        双侧[输尿管口]清，喷尿可
        [前列腺]侧叶增生，后唇抬高
        [尿道]狭窄，扩张后进镜
        [膀胱]左侧壁乳头状新生物，基底宽
        [膀胱]内见异物一枚，取出
        [膀胱]后壁瘘口，与<neighbour:乙状结肠>相通，尿中见粪渣
    """,
    "cysto_b": """
        行[TURBT]
        {biopsy}
        钬激光碎石
        既往<history:{lower_past}>
        置双J管
        <procedure:直肠指诊>[前列腺]无结节
        {advice}
    """,
    "hystero": """
        [宫腔]见息肉样赘生物，{size_m}，蒂部来自后壁
        [子宫内膜]增厚，不均
        [宫腔]粘连带，分离
        双侧[输卵管]开口可见
        [宫颈管]息肉{size_s}，摘除
        [黏膜下肌瘤]，{size_m}，0型，电切
    """,
    # The scope stands in the stomach, but what is looked at and taken is the pancreas.
    "endosono": """
        2x 超声内镜：<procedure:经胃>扫查，[胰体]见低回声占位，{size_m}，边界欠清
        2x EUS-FNA：<procedure:经十二指肠>穿刺[胰头]肿块，22G针，{3-5}针
        <procedure:经胃>引流[胰腺假性囊肿]，置入双猪尾支架
        EUS：[胆总管]下段结石，{size_s}，<procedure:十二指肠>内扫查
        <procedure:胃底>扫查：[胰尾]囊性灶，{size_m}，内见分隔
        [左肾上腺]结节，<procedure:经胃>FNA
        线阵EUS：[胰管]扩张{3-9}mm，[胰]实质萎缩
        <procedure:经胃壁>穿刺[肝]左叶胆管（HGS），支架在位
        [纵隔]7组淋巴结{size_m}，<procedure:经食管>FNA
        [腹腔干]神经丛阻滞，<procedure:经胃>注射无水乙醇
        EUS：[胰颈]低回声，弹性评分{3-5}分，[脾静脉]受累
    """,
    "endosono_b": """
        弹性成像偏硬
        涂片见异型细胞
        穿刺点无出血
        血供(丰富|乏)
        {advice}
        未见[腹水]
        细胞学：[导管腺癌]
        既往<history:{upper_past}>
        <normal:胃壁>层次清
        {maybe}[胰腺癌]
    """,
    "laparo": """
        [胆囊]充血水肿，三角粘连，顺行切除
        [肝]左外叶切除，断面无胆漏
        [脾]切除，[脾蒂]离断
        [卵巢]囊肿剥除，盆腔冲洗
        [腹股沟]直疝，补片修补
        [肾]部分切除，热缺血{15-30}min
        [子宫]全切，阴道残端缝合
        [输卵管]壶腹部妊娠，开窗取胚
    """,
    "laparo_b": """
        探查<normal:胃、小肠、结肠>未见异常
        松解<neighbour:肠粘连>
        留置<procedure:胃管>一根
        术后<preparation:胃肠减压>
        <neighbour:大网膜>覆盖
        <neighbour:阑尾>外观正常
        肛门已<normal:排气>，进流质
        术前<preparation:灌肠>
    """,
}
