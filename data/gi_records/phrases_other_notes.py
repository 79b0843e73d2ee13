"""Organs outside the digestive tract in words: pathology, blood, diagnoses, consultations."""

RULES = {
    "other_pathology": """
        4x {other_path_full}
        5x ({specimen}(。|；|，))?35({path_head})?30{benign_block}({pause}{upper_path_after})?30
        4x ({specimen}(。|；|，))?35({path_head})?30{tumour_block}({pause}{tumour_stain*1-2})?45
        2x ({other_history_path}，)?25({path_head})?30{metastasis_block}({pause}{metastasis_stain*1-2})?80
        ({other_history_path}，)?25({path_head})?30{squamous_block}({pause}P40（+）)?50({pause}{advice})?50
        3x {path_head}{benign_block}；{benign_block}
        2x {fluid_block}({pause}{advice})?60({pause}{specimen})?20
        {other_history_path}，{benign_block}，{advice}
    """,
    "other_path_full": """
        [胆囊]切除标本，{6-9}cm×{3-4}cm，黏膜粗糙，壁厚{0.2-0.6}cm，内见结石{count}。镜下：慢性炎，罗-阿窦形成，肌层增厚，[肝]床切缘未见异常
        [甲状腺]左叶切除标本，切面见灰白结节，{size_m}，界不清。镜下：乳头状癌，累及被膜，中央区淋巴结{0-3}/{4-9}，[喉返神经]旁脂肪未见癌
        [子宫]全切标本，肌壁间见结节{count}，切面编织状，{size_l}。镜下：平滑肌瘤，[内膜]增殖期，[宫颈]慢性炎，双侧[输卵管]未见异常
        [肺]楔形切除，切面灰白，{size_m}。镜下：浸润性腺癌，贴壁型为主，胸膜未侵犯，TTF-1（+），<rule-out:CDX2>（-），[支气管]切缘（-）
        [肾]肿物切除标本，{size_l}，金黄色，出血坏死。镜下：透明细胞癌，WHO分级(1|2|3)级，[肾]周脂肪未侵犯，切缘（-）
        [胰十二指肠]切除标本：[胰头]导管腺癌，{size_l}，侵及[胆总管]，神经侵犯，<neighbour:胃>切缘、<neighbour:空肠>切缘（-），淋巴结{0-4}/{10-20}
        [乳腺]改良根治标本，{size_m}。镜下：浸润性导管癌，II级，腋窝淋巴结{0-5}/{10-20}，ER（+），HER2（(0|1+|3+)）
    """,
    "other_history_path": """
        4x <history:{upper_past}>
        4x <history:{lower_past}>
        患者{age}
        临床：<history:结肠占位>
        临床：<history:胃癌>
        临床：<rule-out:胃癌>？
        <history:胃窦癌>术中
        <history:直肠癌>肝占位
    """,
    "benign_block": """
        3x （[胆囊]）慢性胆囊炎，胆固醇性息肉
        2x （[胆囊]）慢性炎，腺肌症，结石{count}
        （[甲状腺]）结节性甲状腺肿
        （[乳腺]）纤维腺瘤
        （[子宫内膜]）增殖期改变
        （[子宫内膜]）息肉
        （[支气管]）黏膜慢性炎，鳞化
        （[卵巢]）浆液性囊腺瘤
        （[卵巢]）黏液性囊腺瘤，<neighbour:阑尾>未见病变
        （[扁桃体]）慢性炎，淋巴组织增生
        （[鼻息肉]）炎性，嗜酸细胞浸润
        （[皮下]）脂肪瘤
        （[声带]）息肉
        （[腮腺]）多形性腺瘤
        （[脾]）淤血，包膜增厚
        （[腹膜]）间皮增生
        （[骨髓]）增生活跃，三系未见异常
        （[肾上腺]）皮质腺瘤
        （[淋巴结]）反应性增生，未见癌
        （[肝穿刺]）慢性肝炎，G{1-3}S{1-4}
        （[肝]左叶）局灶结节增生
        （[肝]）海绵状血管瘤
        （[肾穿刺]）IgA肾病，Lee III级
        （[宫颈]）慢性炎，鳞化，纳氏囊肿
        （[膀胱]）黏膜慢性炎，腺性膀胱炎，<metaplasia:肠上皮化生>
        （[宫颈]）腺体<metaplasia:肠型化生>
        （[卵巢]）子宫内膜异位囊肿
        （[脐尿管]）囊肿，内衬<metaplasia:肠型>上皮
        （[喉]）鳞状上皮增生
    """,
    "tumour_block": """
        2x （[甲状腺]左叶）乳头状癌，{size_s}，淋巴结{0-3}/{4-9}
        （[乳腺]）浸润性导管癌，II级，ER（+），PR（+），HER2（(0|1+)）
        2x （[宫颈]）(高|低)级别鳞状上皮内病变，累及腺体
        （[右肺上叶]）浸润性腺癌，贴壁型{20-70}%，TTF-1（+）
        （[肺穿刺]）鳞状细胞癌，P40（+）
        （[膀胱]）低级别尿路上皮癌
        （[前列腺]穿刺）腺泡腺癌，Gleason {3-4}+{3-4}
        （[肾]）透明细胞癌，Fuhrman II级
        （[胰腺]）导管腺癌，神经侵犯，<neighbour:十二指肠>切缘（-）
        （[胆总管]）腺癌，中分化
        （[胆囊]）腺癌，<metaplasia:肠型>，侵及肌层
        （[皮肤]）基底细胞癌
        （[下咽]）鳞状细胞癌，中分化
        （[肝]）中分化肝细胞癌，Hepatocyte（+），不支持<rule-out:胃肠道转移>
        （[肺]）黏液腺癌，TTF-1（-），<rule-out:CDX2>（-），除外<rule-out:肠癌转移>
        （[喉]）鳞癌，中分化，<neighbour:颈段食管>切缘（-）
        （[子宫]）子宫内膜样癌，浸润浅肌层
    """,
    "tumour_stain": """
        Ki-67（{2-60}%+）
        P53（+）
        切缘（-）
        脉管内未见癌栓
        神经未见侵犯
        {advice}
    """,
    "metastasis_block": """
        2x （[左锁骨上淋巴结]）转移性腺癌，{maybe}<origin:胃来源>
        （[腹膜后淋巴结]）低分化腺癌，<origin:消化道来源>待排
        （[肺]结节）腺癌，{maybe}<origin:肠癌>转移
        （[骨]穿刺）转移性腺癌，<origin:胃肠>来源可能
        （[脑]）转移性腺癌，<origin:结肠>来源
        （[脐部皮肤]）腺癌浸润，<origin:胃>来源待查
        3x （[肝穿刺]）转移性腺癌，{maybe}<origin:结肠来源>
        （[肝]右叶）腺癌，坏死明显，<origin:肠源性>
        （[肝]）低分化腺癌，{maybe}<origin:胃>转移
        （[卵巢]）印戒细胞癌浸润，<origin:胃来源>，Krukenberg瘤
        （[网膜]）腺癌结节，<origin:胃肠道来源>可能
        （[卵巢]）转移性黏液腺癌，<origin:阑尾>来源可能
        （[腹壁]结节）腺癌，<origin:结肠>来源
        （[脾]）转移性腺癌，<origin:胃肠>来源
    """,
    "squamous_block": """
        （[颈部淋巴结]）转移性鳞癌，<origin:食管来源>不除外
        （[腹股沟淋巴结]）转移性鳞癌，结合病史{maybe}<origin:肛管来源>
        （[肺]穿刺）鳞癌，<origin:食管癌>转移与[肺]原发难鉴别
        （[纵隔淋巴结]）EBUS：鳞癌细胞，<origin:食管>来源待排
    """,
    "metastasis_stain": """
        2x CDX2（+），CK20（+），CK7（-）
        CK7（+），CK20（-），Villin（+）
        SATB2（(+|-)）
        HER2（(0|1+|2+)）
        建议<plan:胃肠镜>检查
        请临床查<plan:(胃镜|肠镜|消化道)>
        Ki-67（{30-80}%+）
        Hepatocyte（-），TTF-1（-）
    """,
    "fluid_block": """
        2x [腹水]细胞学：见异型腺细胞，{maybe}<origin:胃肠道来源>
        [胸水]沉渣：腺癌细胞，TTF-1（+）
        [尿]脱落细胞：未见恶性细胞
        [痰]涂片：见鳞癌细胞
        [骨髓]涂片：散在转移癌细胞，<history:{upper_past}>
        [脑脊液]：印戒样细胞，<history:胃癌>脑膜转移
        [腹水]：间皮细胞、淋巴细胞，未见肿瘤细胞
        [甲状腺FNA]：可疑乳头状癌，Bethesda V
        [宫颈TCT]：ASC-US，HPV16（+）
    """,
    "bloods": """
        3x {blood*2-6}({pause}{blood_note})?50
        2x ({patient}，)?60{blood*1-3}，{blood_guess}({pause}{blood_note})?40
        {culture}({pause}{blood*1-2})?50
        {blood_history}，{blood*1-3}({pause}{blood_guess})?40
    """,
    "blood": """
        2x [白细胞]{2.1-15.9}×10^9/L
        2x [血红蛋白]{70-150}g/L
        [血小板]{30-320}×10^9/L
        2x [ALT] {12-260}U/L
        [AST] {14-210}U/L
        [总胆红素]{8-160}μmol/L
        [肌酐]{50-420}μmol/L
        [尿素氮]{3.0-25.0}mmol/L
        [血糖]{4.2-16.8}mmol/L
        [AFP] {2-900}ng/ml
        [β2微球蛋白]{1.2-6.0}mg/L
        [铁蛋白]{12-900}ng/ml
        [CRP] {1-120}mg/L
        [INR] {0.9-3.0}
        [TSH] {0.1-12.0}mIU/L
        [HBsAg]（+），HBV-DNA {2.0-7.9}E+{3-6}
        <neighbour:胃泌素>释放肽前体（[ProGRP]）{20-400}pg/ml
        [血淀粉酶]{40-1800}U/L
        [尿蛋白]（(+|++|-)）
        [D-二聚体]{0.2-9.0}mg/L
        [糖化血红蛋白]{5.1-11.5}%
        [NSE] {8-60}ng/ml
        [尿酸]{260-620}μmol/L
        [钾]{2.8-5.8}mmol/L
    """,
    "blood_note": """
        请结合临床
        大便常规正常，<negation:隐血>阴性
        <normal:肠道>菌群未查
        <preparation:空腹>采血
        标本溶血，建议复查
        粪便<negation:OB>（-）
        2x 无<negation:消化道出血>证据
        纳差，无<negation:呕吐腹泻>
        复查
    """,
    "blood_guess": """
        [转氨酶]升高，{maybe}[肝功能]损害
        [肾功能]恶化，{maybe}[急性肾损伤]
        [血清铁]降低，{maybe}[缺铁性贫血]，<plan:胃肠镜>待查
        [脂肪酶]{600-2000}U/L，{maybe}[急性胰腺炎]
        化疗后[骨髓抑制]，[粒细胞]{0.3-1.2}×10^9/L
        [LDH]升高，{maybe}[淋巴瘤]
        [肾性贫血]，<rule-out:消化道失血>不支持
        随机[血糖]{12-25}.{0-9}mmol/L，[糖尿病]控制差
    """,
    "blood_history": """
        2x <history:{upper_past}>
        2x <history:{lower_past}>
        <history:肠癌>XELOX化疗{2-6}程
        <history:胃癌>SOX化疗后
        <history:溃疡性结肠炎>用硫唑嘌呤
        <history:克罗恩病>英夫利昔后
    """,
    "culture": """
        [尿]培养：大<neighbour:肠>埃希菌，菌落计数10^5
        [血]培养：<neighbour:肠球菌>生长，药敏见附页
        [痰]培养：肺炎克雷伯菌，<neighbour:肠杆菌>科
        [咽拭子]：<neighbour:肠道病毒>71型核酸阳性，手足口
        [脑脊液]：<neighbour:肠道病毒>RNA（+）
        [胆汁]培养：屎<neighbour:肠球菌>
        [尿]培养：无菌生长
    """,
    "other_dx_any": """
        3x 胆囊结石
        2x 胆囊息肉
        2x 脂肪肝
        2x 肝囊肿
        肝血管瘤
        2x 慢性胆囊炎
        肝硬化
        胆总管结石
        肾结石
        肾囊肿
        前列腺增生
        2x 甲状腺结节
        肺结节
        肺气肿
        2x 高血压病
        2x 2型糖尿病
        冠心病
        脑梗死
        贫血
        子宫肌瘤
        卵巢囊肿
        乳腺增生
        腰椎间盘突出
        骨质疏松
        慢性阻塞性肺疾病
        高脂血症
        带状疱疹
        急性胰腺炎
    """,
    "other_dx_rare": """
        2x 急性胰腺炎（轻症）
        胰腺癌
        肝细胞癌
        自身免疫性肝炎
        原发性胆汁性胆管炎
        肝脓肿
        梗阻性黄疸
        门静脉血栓
        Budd-Chiari综合征
        脾功能亢进
        肾病综合征
        IgA肾病
        尿路感染
        输尿管结石
        膀胱癌
        前列腺癌
        精索静脉曲张
        异位妊娠
        盆腔炎
        子宫内膜异位症
        宫颈癌
        乳腺癌
        甲亢
        桥本甲状腺炎
        肺栓塞
        社区获得性肺炎
        支气管哮喘
        心房颤动
        急性心肌梗死
        主动脉夹层
        下肢静脉曲张
        深静脉血栓
        短暂性脑缺血
        偏头痛
        帕金森病
        癫痫
        抑郁状态
        SLE
        强直性脊柱炎
        痛风性关节炎
        过敏性紫癜
        带状疱疹
        湿疹
        白内障
        突发性耳聋
        腺样体肥大
        腹股沟斜疝
        脐疝
        肠系膜淋巴结炎
        腹膜后纤维化
        精囊炎
        包茎
        骶尾部藏毛窦
        鼻窦炎
        流行性感冒
        淋巴瘤
        多发性骨髓瘤
    """,
    "other_diagnosis": """
        10x {other_stay}
        3x [{other_dx_any}]({dx_joint}[{other_dx_rare}])?50({dx_joint}{advice})?50
        3x [{other_dx_rare}]({dx_joint}[{other_dx_any}])?40({dx_joint}{advice})?40
        3x [{other_dx_rare}]，{other_detail*1-2}
        2x [{other_dx_any}]；(既往|有|曾有)<history:({upper_past}|{lower_past})>
        2x 1.[{other_dx_any}] 2.[{other_dx_rare}]( 3.既往<history:({upper_past}|{lower_past})>)?40
        2x 诊断：[{other_dx_rare}]。{other_detail}
        出院诊断：[{other_dx_any}]，[{other_dx_rare}]
        既往<history:({upper_past}|{lower_past})>，现[{other_dx_rare}]，{advice}
    """,
    "other_stay": """
        因{lung_complaint}{since}入院，胸部CT示[肺部感染]，予抗感染、化痰，{outcome}
        因{bile_complaint}{since}入院，B超示[胆囊结石]，行腹腔镜[胆囊]切除，{outcome}
        因{renal_complaint}{since}入院，CT示[输尿管结石]，行碎石、置双J管，{outcome}
        因{neuro_complaint}{since}入院，头颅MRI示[腔隙性脑梗死]，予抗血小板，{outcome}
        因{pancreas_complaint}入院，诊断[急性胰腺炎]，<preparation:禁食>、<procedure:胃肠减压>，{outcome}
        因[胸痛]{1-8}h入院，[冠脉]造影示前降支狭窄{70-95}%，植入支架，{outcome}
        因[血糖]升高{since}入院，诊断[2型糖尿病]，胰岛素治疗，{outcome}
        因{joint_complaint}{since}入院，诊断[痛风性关节炎]，予秋水仙碱，<referred:腹泻>轻微，{outcome}
        因[肝]功能异常{since}入院，诊断[慢性乙型肝炎]，抗病毒治疗，{outcome}
        入院诊断：[{other_dx_rare}]。治疗经过：完善检查，<normal:胃镜>未见异常，{outcome}
        入院诊断：[{other_dx_rare}]。治疗经过：完善检查，对症处理，{outcome}
        主因[贫血]{since}入院，<normal:胃肠镜>未见异常，[骨髓]穿刺示[骨髓增生异常]，{outcome}
    """,
    "other_detail": """
        3x {history_other}
        3x {advice}
        <normal:胃肠镜>未见异常
        <rule-out:(阑尾炎|胃穿孔|肠梗阻)>已排除
        2x 术后恢复可
        2x 予抗感染
        2x 药物治疗中
        2x 外科随诊
        无<negation:腹泻>
        服药后<referred:胃肠道反应>
        <plan:消化科>会诊
    """,
    "other_consult": """
        14x ({patient}，)?60{other_case}
        <history:({upper_past}|{lower_past})>，现{other_case}
        2x 会诊：{history_other}，{other_advice}({pause}{other_deny})?60
        2x {other_drug}({pause}{other_deny})?60
        2x (腹腔镜探查：|腹腔镜下|手术：){laparo}({pause}{laparo_b*1-2})?80
        2x {nursing}({pause}{nursing_b*1-2})?80
        主诉：{other_case}
        女，{18-45}岁，{gynae_case}
        {child_case}({pause}{advice})?50
    """,
    "other_case": """
        2x {lung_complaint*1-2}{since}({pause}{other_deny*1-2})?50({pause}{maybe}[(肺部感染|支气管炎|上感|支气管哮喘)])?60
        3x {bile_complaint*1-2}{since}({pause}{other_deny*1-2})?50({pause}{maybe}[(胆囊炎|胆管炎|胆石症|胆道梗阻|病毒性肝炎)])?60
        3x {renal_complaint*1-2}{since}({pause}{other_deny*1-2})?50({pause}{maybe}[(泌尿系结石|尿路感染|肾盂肾炎|输尿管结石)])?60
        2x {neuro_complaint*1-2}{since}({pause}{other_deny*1-2})?50({pause}{maybe}[(脑供血不足|偏头痛|颈椎病|焦虑状态)])?50
        2x {throat_complaint*1-2}{since}({pause}{throat_deny*1-2})?90({pause}{maybe}[(慢性咽炎|声带小结|鼻后滴漏)])?50
        {pancreas_complaint}，病程{1-3}天({pause}{other_deny})?70({pause}{maybe}[急性胰腺炎])?70
        {gland_complaint*1-2}{since}({pause}{other_deny*1-2})?50({pause}{maybe}[甲亢])?50
        {joint_complaint*1-2}{since}({pause}{other_deny*1-2})?80({pause}{advice})?50
        {fever_complaint}({pause}{other_deny*1-2})?80({pause}{advice})?50
    """,
    "lung_complaint": """
        2x [咳嗽]、[咳痰]
        [胸闷]、气短
        [咯血]少量
        活动后[气喘]
        [胸膜]痛，深吸气加重
    """,
    "bile_complaint": """
        [右上腹]痛，向右肩放射
        [墨菲征]（+），[右上腹]胀痛
        [皮肤]瘙痒，[黄疸]
        [黄疸]，尿色深
        [右上腹]绞痛，油腻餐后
        上腹痛，[巩膜]黄染
        厌油，[肝区]隐痛
    """,
    "renal_complaint": """
        [腰痛]，[肾区]叩痛
        2x [尿频尿急]
        [血尿]
        [排尿]困难
        右腰部绞痛，放射至[会阴]
        [夜尿]增多
        [下肢]水肿，泡沫[尿]
    """,
    "neuro_complaint": """
        [头晕]、[头痛]
        [肢体]麻木
        [失眠]，焦虑
        [眩晕]，伴恶心
        [记忆力]减退
    """,
    "throat_complaint": """
        2x [咽部]异物感
        [声嘶]，晨起清嗓
        [咽]干、[咽]痒
        [鼻塞]、流涕
        [咽喉]痛
    """,
    "throat_deny": """
        无<negation:反酸、烧心>
        无<negation:吞咽困难>
        <normal:胃镜>未见异常
        <referred:反流>待排，予试验治疗
        喉镜[声带]未见新生物
        <rule-out:反流性食管炎>依据不足
        进食顺利
    """,
    "pancreas_complaint": """
        上腹痛放射至[腰背]，[淀粉酶]升高
        酒后上腹痛，[脂肪酶]{600-2000}U/L
        上腹剧痛，屈膝稍缓，[血钙]低
    """,
    "gland_complaint": """
        [心悸]、[手抖]、消瘦
        [颈前]肿大
        怕热多汗，[甲功]异常，大便次数多
        [突眼]，乏力
    """,
    "joint_complaint": """
        [关节]肿痛
        [腰骶部]痛，晨僵
        [膝]痛，上下楼明显
        [足趾]红肿，[尿酸]高
    """,
    "fever_complaint": """
        [发热]{2-9}天，[皮疹]
        [发热]，[血培养]待回
        [发热]伴畏寒，最高{38-40}.{0-9}℃
        [发热]，[咽]红，扁桃体肿大
    """,
    "child_case": """
        患儿，{1-6}岁，[发热]，<procedure:肛温>{38-40}.{0-9}℃，[咽]红({pause}无<negation:腹泻>)?50
        患儿，{1-5}岁，[高热]惊厥，<procedure:肛温>{39-40}.{0-9}℃，{maybe}[上感]
        患儿，{2-9}岁，[咳嗽]{2-9}天，<normal:胃纳>可，{maybe}[支气管炎]
        患儿，{3-9}岁，脐周痛，B超示[肠系膜淋巴结]肿大，<rule-out:阑尾>未见异常
    """,
    "gynae_case": """
        [月经]不规则{since}({pause}{other_deny})?60
        [下腹]痛，[停经]{40-60}天，<rule-out:阑尾炎>待鉴别，{maybe}[异位妊娠]
        [白带]异常，[下腹]坠痛，{maybe}[盆腔炎]({pause}{other_deny})?60
        [痛经]，伴<referred:肛门坠胀>，{maybe}[内异症]
        孕{8-38}周，[宫缩]不规律，<normal:二便>正常
        右[下腹]痛，<rule-out:阑尾>未见异常，{maybe}[黄体破裂]
    """,
    "other_deny": """
        2x 无<negation:腹痛腹泻>
        无<negation:反酸、嗳气>
        否认<negation:呕血黑便>
        2x 无畏寒寒战
        无晕厥
        无胸痛
        外伤史否认
        大便正常
        <normal:胃纳>可，二便调
        外院<normal:胃镜>示慢性炎
        外院<normal:肠镜无殊>
        既往<history:{upper_past}>
        既往<history:{lower_past}>
        无<negation:便血>
        曾服<rule-out:胃药>无效
        2x 外院治疗后稍好转
        夜间明显
        劳累后加重
        睡眠差
    """,
    "other_advice": """
        建议[胸片]
        完善[尿常规]、[泌尿系B超]
        <rule-out:阑尾炎>暂不考虑
        <rule-out:消化道穿孔>已排除
        调整[降压药]
        监测[血糖]
        暂无[外科]指征，<plan:胃镜>缓行
        可行[化疗]，<history:胃癌>分期如前
        [营养]支持，<procedure:鼻肠管>泵入
        予[抗凝]，<plan:出血>风险评估
    """,
    "other_drug": """
        [降糖]：二甲双胍肠溶片，<referred:胃肠道反应>轻
        [抗凝]：华法林，<plan:胃出血>风险已告知
        阿司匹林<neighbour:肠溶片>100mg qd，[血压]平稳
        [化疗]第{2-6}程，<referred:胃肠道反应>II度，[骨髓抑制]I度
        [镇痛]：塞来昔布，加PPI<plan:保护胃黏膜>
        [抗结核]{2-6}月，[肝功]正常
        [激素]减量，补钙，<plan:护胃>
        [靶向]治疗，皮疹I度，<referred:腹泻>I度
        [胰岛素]泵入，<history:胃轻瘫>病史
    """,
    "nursing": """
        [气管]切开，<procedure:胃管>鼻饲，[肺部]湿啰音
        [脑梗]后吞咽障碍，<procedure:胃造瘘>管通畅，[肢体]肌力{2-4}级
        [骨折]术后第{1-9}天，<normal:肛门已排气>，切口干燥
        [剖宫产]术后，<normal:肠蠕动>恢复，恶露少
        [胆囊]切除术后，<normal:排气排便>通，T管引流{100-400}ml
        [全麻]术前<preparation:禁食>8h，<preparation:胃肠道准备>已做，拟行[肾]切除
        [重症胰腺炎]，<procedure:空肠管>喂养，<preparation:胃肠减压>{100-600}ml
        [心衰]，记出入量，<plan:通便>，氧饱和{90-99}%
        [剖腹]探查术后，<neighbour:造口>袋更换，[切口]愈合(甲|乙)级
    """,
    "nursing_b": """
        腹软，无压痛
        <normal:肠鸣音>{3-5}次/分
        体温{36-37}.{0-9}℃
        {advice}
        引流管在位
        翻身拍背
        尿量{800-2400}ml
    """,
}
