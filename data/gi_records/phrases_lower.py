"""Lower digestive tract without the scope's own report: pathology, procedures, diagnoses, complaints, pictures."""

RULES = {
    "lower_pathology": """
        5x {lower_path_full}
        3x ({specimen}(。|；|，))?30({lower_clinic}。)?35({path_head})?30{colon_mark}{colon_adenoma}({pause}{adenoma_after*1-2})?45
        2x ({lower_history_path}，)?25({path_head})?25{colon_mark}{colon_adeno}({pause}{colon_stain*1-3})?55
        ({lower_history_path}，)?25({path_head})?25{colon_mark}{colon_lesion}({pause}{advice})?45
        2x ({specimen}(。|；|，))?35({path_head})?25{colon_mark}{colon_mucosa}({pause}{mucosa_after})?45
        {path_head}{colon_mark}{colon_adenoma}；{colon_mark}{colon_adenoma}
        {path_head}{colon_mark}{colon_mucosa}；{colon_mark}{colon_adenoma}
        2x {lower_specimen_report}({pause}{advice})?30
        2x {lower_path_terse}({pause}{upper_path_after})?80
    """,
    "lower_path_full": """
        {specimen}。镜下：（[升结肠]）{colon_adenoma}；（[横结肠]）{colon_adenoma}；（[乙状结肠]）{colon_adenoma}，{adenoma_after}
        {lower_clinic}。（[回肠末段]）黏膜慢性炎，淋巴组织增生；（[升结肠]）{colon_mucosa}；（[直肠]）{colon_mucosa}。{mucosa_after}
        [直肠]切除标本，肠管长{14-24}cm，距下切缘{2-5}cm见溃疡型肿物，{size_l}。镜下：中分化腺癌，侵及(深肌层|浆膜下层)，肠周淋巴结{0-4}/{12-20}，{colon_stain*2-3}
        {lower_clinic}。（[结肠]{20-60}cm）{colon_adenoma}，{adenoma_after}；（[直肠]）{colon_adenoma}，{adenoma_after}
    """,
    "lower_clinic": """
        2x 临床诊断：[{polyp_dx}]
        [肠镜]示：[{polyp_dx}]
        临床：[{bleed_complaint}]{since}
        送检材料：[结肠]息肉
        [结肠镜]下切除
        临床诊断：[肠息肉]
    """,
    "lower_history_path": """
        <history:{upper_past}>
        <history:{other_surgery}>
        临床诊断[结肠占位]
        临床：[便血]{since}
        患者{age}
        既往<history:{chronic}>
    """,
    "colon_mark": """
        4x （[乙状结肠]）
        3x （[升结肠]）
        3x （[横结肠]）
        3x （[降结肠]）
        5x （[直肠]）
        （[盲肠]）
        （[乙状]）
        （[横结]）
        （[升结]）
        （[降结]）
        （[回盲部]）
        （[直乙]）
        [结肠]：
        “[乙状]息肉”
        （[距肛缘{5-50}cm]）
        （[肝曲]）
        （[脾曲]）
        [肠镜]活检：
        “[回盲]活检”
    """,
    "colon_adenoma": """
        4x 管状腺瘤
        2x 管状腺瘤，低级别上皮内瘤变
        2x 增生性息肉
        绒毛状管状腺瘤
        管状绒毛状腺瘤，局灶高级别上皮内瘤变
        炎性息肉
        幼年性息肉
        传统锯齿状腺瘤
        [无蒂锯齿状病变]
        腺瘤性息肉，{grade}异型增生
        错构瘤性息肉
        黏膜慢性炎伴淋巴滤泡形成
        [PJ息肉]
    """,
    "adenoma_after": """
        基底切缘（-）
        {advice}
        蒂部未累及
        间质炎细胞浸润
        低级别上皮内瘤变
        未见<negation:癌变>
        灼烧缘变性
    """,
    "colon_adeno": """
        4x (高|中|低|中-低)分化腺癌
        黏液腺癌
        腺癌，{maybe}侵及黏膜下层
        管状腺癌
        印戒细胞癌
    """,
    "colon_lesion": """
        2x 高级别上皮内瘤变，局灶癌变
        神经内分泌肿瘤，G(1|2)
        绒毛状腺瘤癌变
        弥漫大B细胞淋巴瘤
        异型腺体，癌变可能
    """,
    "colon_stain": """
        MLH1（+），MSH2（+），MSH6（+），PMS2（+）
        Ki-67（{20-80}%+）
        CDX2（+），CK20（+），CK7（-）
        P53（(+|-)）
        BRAF V600E（-）
        SATB2（+）
        KRAS突变型
        MSS
    """,
    "colon_mucosa": """
        3x 黏膜慢性炎
        黏膜慢性活动性炎，[隐窝]脓肿
        {grade}慢性炎，[隐窝]结构紊乱，基底浆细胞增多
        黏膜慢性炎，见非干酪样肉芽肿
        炎性肉芽组织及坏死
        黏膜急慢性炎，糜烂
        固有层见大量含色素巨噬细胞，[黑变病]
        缺血性改变
        黏膜慢性炎，杯状细胞减少
        黏膜慢性炎伴溃疡
        固有层嗜酸性粒细胞浸润
    """,
    "mucosa_after": """
        {advice}
        抗酸染色（-）
        未见<negation:肉芽肿>
        EBER（-）
        请结合内镜
        CMV（-）
        <rule-out:结核>待除外
    """,
    "lower_specimen_report": """
        （[直肠]ESD标本）管状绒毛状腺瘤，局灶癌变，{size_m}，水平切缘、垂直切缘（-），脉管（-）
        （[右半结肠]切除标本）(中|低)分化腺癌，溃疡型，侵及(浆膜下层|肌层|脂肪组织)，淋巴结{0-4}/{12-22}，两端（-）
        （[直肠]癌根治标本）中分化腺癌，{size_l}，侵及深肌层，环周切缘（-），淋巴结{0-5}/{12-20}
        （[阑尾]）急性(化脓性|单纯性|坏疽性)阑尾炎，阑尾周围炎，腔内粪石
        （[阑尾]）低级别黏液性肿瘤，切缘（-）
        （[小肠]）<neighbour:胃肠间质瘤>，CD117（+），DOG-1（+），核分裂{1-6}/50HPF，中危
        （[空肠]肿物）梭形细胞肿瘤，符合<neighbour:胃肠间质瘤>，DOG-1（+）
        （[直肠]）神经内分泌肿瘤，G1，{size_s}，Syn（+），CgA（+），切缘（-）
        （[肛管]）鳞状细胞癌，P16（+），Ki-67（{50-80}%+）
        （[回盲部]）透壁性炎，裂隙状溃疡，非干酪样肉芽肿，{maybe}[克罗恩病]
        （[回肠]）Meckel憩室，内见<neighbour:异位胃黏膜>，局部溃疡
        （[结肠]）全层见息肉百余枚，管状腺瘤，<neighbour:胃底腺息肉>病史
        （[痔]）黏膜及皮下曲张静脉，血栓形成
        （[乙状结肠]）憩室炎，肠周脓肿形成
    """,
    "lower_path_terse": """
        （[乙]）TA，低级别
        [升]1块，[横]1块：管状腺瘤，低级别
        （[末回]）慢性炎，淋巴组织增生
        （[距肛]{8-35}cm）管状腺瘤，低级别上皮内瘤变
        [盲]：增生性息肉；[乙]：管状腺瘤
        “[肛乳头]”纤维上皮性息肉
        （[回盲瓣]）黏膜慢性炎，淋巴滤泡增生
        （[直]）G1，Syn（+），CgA（+），NET
        （[吻合口]，[直乙]）炎性肉芽，未见癌
        （[肛缘]）尖锐湿疣，挖空细胞（+）
        “[肝曲]”SSL，无异型
        （[脾曲]）绒毛管状腺瘤
        （[齿线]上）黏膜脱垂改变
        （[阑尾口]）锯齿状病变
        （[肛瘘]管）慢性炎性肉芽组织，窦道形成
        “[痔核]”静脉扩张，血栓机化
    """,
    "lower_procedure": """
        4x ({procedure_head}(，|：))?40({colon_history}，)?15{s=colon_site}{lesion_polyp}，{polypectomy}({pause}{clip_close})?55({pause}{closing_l*1-2})?50(。术后诊断：[{$s}息肉])?35
        术前诊断：[(结肠|直肠|升结肠|盲肠)(早癌|LST|侧向发育型肿瘤)]。{dissection}。{closing_l*1-2}
        2x ({procedure_head}(，|：))?40{colon_site}{lesion_flat_l}，{dissection}({pause}{closing_l*1-2})?60
        2x ({procedure_head}(，|：))?40{lower_therapy}({pause}{closing_l*1-1})?40
        2x {lower_act_terse}({pause}{closing_l*1-1})?60
    """,
    "lesion_flat_l": """
        2x 见{size_m}病变
        LST，{size_l}
        0-IIa病变，{size_m}
        黏膜下肿物，{size_s}
        扁平病变{size_m}
    """,
    "closing_l": """
        术后流质{1-3}天
        2x 观察无出血后退镜
        生命体征平稳
        注意有无腹痛、[便血]
        术毕安返病房
        术中出血约{3-20}ml
        无穿孔
        手术用时{15-110}min
        避免剧烈活动2周
        术后卧床休息
    """,
    "lower_therapy": """
        [乙状结肠]扭转，内镜下复位，置[肛管]减压
        [结肠]癌性狭窄，导丝通过，置入金属支架{8-12}cm，粪水涌出
        [直肠]吻合口狭窄，球囊扩张至{15-20}mm
        [直肠]异物，圈套器套取玻璃瓶一只，黏膜擦伤
        [阑尾]腔造影见充盈缺损，取出粪石，支架引流（ERAT）
        [升结肠]血管畸形，APC灼凝，{30-50}W
        [直肠]NET，{size_s}，ESD完整切除，送检
        息肉摘除术后{3-9}天，[便血]，[横结肠]创面裸露血管，钛夹{2-5}枚
        经内镜置入[肠梗阻导管]，头端过[空肠]上段，接<procedure:胃肠减压>
        [结肠]TET管置入，粪菌移植{100-300}ml
        [内痔]内镜下泡沫硬化剂注射，聚桂醇{5-10}ml
        [痔]上黏膜多环套扎{3-8}环，患者无坠胀
        空气灌肠，[肠套叠]复位成功，见气体进入[回肠]
        [肠间质瘤]，腹腔镜下[小肠]部分切除，吻合通畅
    """,
    "lower_act_terse": """
        [升结]{size_m}LST，EMR分片，创面夹闭{2-6}枚
        [RPH]：{3-7}点、11点痔核负压套扎
        [横结]带蒂{size_m}，尼龙绳结扎蒂部后圈套
        [肝曲]{size_s}，冷切，回收
        [末回]狭窄，球囊扩张{12-15}mm，3min
        [直]下段{size_m}，ESD，[齿状线]受累，局麻
        [脾曲]渗血，钛夹{1-3}枚，血止
        [阑尾]口旁{size_s}，CSP，无残留
        [齿状线]上套扎{4-9}环，痔块缩小
        [直乙]支架置入，扩张满意
        [盲]部{size_m}，水下EMR，标本网篮回收
        [乙状]{size_s}×{2-4}枚，热活检钳，均除
        [回盲瓣]上{size_m}，ESD困难，转外科
        [直肠]内套叠，STARR，[直]前突修补
    """,
    "anal_surgery": """
        4x ({anal_position}，)?80({pile_exam}{pause})?60{pile_act*1-3}({pause}{anal_end*1-2})?70
        2x ({anal_position}，)?80({fistula_exam}{pause})?60{fistula_act*1-2}({pause}{anal_end*1-2})?60
        ({anal_position}，)?80{abscess_exam}{pause}切开脓腔，放出脓液{10-80}ml({pause}{abscess_act*1-2})?60({pause}{anal_end})?60
        ({anal_position}，)?80{fissure_exam}{pause}{fissure_act}({pause}{anal_end})?60
        术前诊断：[{pile_dx}]。{pile_act*1-2}{pause}{anal_end}
        {pile_exam}，{maybe}[{pile_dx}]({pause}{anal_plan})?60
        {history_other}，{pile_exam}({pause}{anal_plan})?70
        2x [{anal_dx}]术后第{1-14}天，{anal_after*1-3}
        [{anal_dx}]，{history_other}，{anal_plan}
    """,
    "anal_position": """
        2x 截石位，骶麻成功
        2x 取左侧卧位，消毒铺巾
        腰麻满意后，折刀位
        局部浸润麻醉
        截石位，碘伏消毒
        胸膝位
    """,
    "pile_exam": """
        {3-11}点位见[痔核]脱出，{size_m}
        环状[混合痔]脱出，嵌顿，水肿明显
        指诊进指{4-7}cm，未及肿块，指套无血染，{7-11}点[痔]团
        [肛缘]血栓，{size_s}，触痛
        {3-5}点、{7-9}点、11点[痔]区隆起，表面充血
        [齿状线]上下见静脉团相连，色紫
        蹲位见[肿物环形脱出]，可手托回纳
    """,
    "fistula_exam": """
        视诊：[肛缘]{5-7}点见外口，挤压有脓性分泌物
        指检：[肛管]后位触及条索，通向内口
        [肛周]{3-9}点见外口{1-2}个，距[肛缘]{2-4}cm
        外口美兰注入，[齿状线]{5-7}点处蓝染
    """,
    "abscess_exam": """
        [肛周]左侧红肿，{size_l}，波动感（+）
        右侧[坐骨直肠窝]隆起，皮温高，穿刺得脓
        [肛旁]{3-9}点硬结{size_l}，触痛明显
    """,
    "fissure_exam": """
        6点纵行裂口，边缘硬，见[哨兵痔]
        [肛管]后正中溃疡，深达肌层，括约肌紧张
        12点梭形裂口，[肛乳头]肥大{size_s}
    """,
    "pile_act": """
        钳夹[痔]核基底部，弯针“8”字缝扎
        3x 剥离外痔至[齿状线]上0.5cm，丝线结扎
        修剪[痔]核皮瓣呈放射状，保留皮桥
        2x [PPH]吻合器置入，[齿状线]上{2-4}cm荷包缝合，击发
        [TST]，切除黏膜完整
        同法处理{5-11}点[痔]
        [消痔灵]{5-20}ml注射
    """,
    "fistula_act": """
        2x 探针自[瘘]外口探入，经内口穿出，挂橡皮筋
        搔刮[瘘管]壁，开放引流
        切除外口及瘘管，[齿状线]处内口结扎
        [LIFT]术式，括约肌间结扎[瘘管]
        [肛瘘]切开，创面修剪呈V形
    """,
    "abscess_act": """
        分离间隔，引流通畅
        双氧水、盐水冲洗，置引流条
        脓液送培养：大肠埃希菌
        [肛隐窝]感染内口切开，一次性根治
    """,
    "fissure_act": """
        内括约肌侧切，扩[肛]至四指
        切除裂口瘢痕及[哨兵痔]
        [肛裂]切除，松解括约肌
    """,
    "anal_end": """
        2x 凡士林纱条填塞，丁字带固定
        查无活动性出血，油纱填塞
        标本送病理
        [肛]内放置太宁栓
        术后坐浴，{advice}
        包扎，安返
        止血纱布填塞
    """,
    "anal_after": """
        创面肉芽新鲜，无渗血
        坐浴换药
        排便疼痛减轻，VAS {1-4}分
        创缘水肿，予硫酸镁湿敷
        [指检]无狭窄
        大便通畅，带少许血丝
    """,
    "anal_plan": """
        拟行手术治疗
        择期手术
        保守治疗，坐浴
        太宁栓纳[肛]
        完善<plan:(胃镜|心电图|凝血)>
    """,
    "anal_dx": """
        3x {pile_dx}
        肛瘘
        肛周脓肿
        肛裂
        直肠脱垂
        高位复杂性肛瘘
        肛乳头瘤
        直肠前突
        PPH
        RPH
    """,
    "pile_dx": """
        3x 混合痔
        2x 环状混合痔
        内痔III度
        血栓性外痔
        嵌顿痔
        内痔
    """,
    "lower_dx_any": """
        10x {polyp_dx}
        16x {lower_dx_main}
        8x {lower_dx_minor}
    """,
    "polyp_dx": """
        4x 结肠息肉
        3x 结肠多发息肉
        3x 直肠息肉
        2x 乙状结肠息肉
        2x 升结肠息肉
        横结肠息肉
        盲肠息肉
        降结肠息肉
        侧向发育型息肉
        LST
        大肠多发息肉
    """,
    "lower_dx_main": """
        4x 溃疡性结肠炎
        3x 克罗恩病
        2x 慢性结肠炎
        3x 直肠癌
        2x 结肠癌
        乙状结肠癌
        升结肠癌
        肛裂
        肛瘘
        肛周脓肿
        肠易激综合征
        缺血性肠炎
        放射性直肠炎
        伪膜性肠炎
        急性阑尾炎
        慢性阑尾炎
        阑尾周围脓肿
        不全性肠梗阻
        粘连性肠梗阻
        肠套叠
        直肠脱垂
        家族性腺瘤性息肉病
        直肠NET
        回盲部溃疡
        肠白塞病
        小肠间质瘤
        小肠出血
        Meckel憩室
        肠结核
        巨结肠
        出口梗阻型便秘
        功能性便秘
        肛管癌
        肛周尖锐湿疣
        UC
        CD
        IBS-D
        PJ综合征
        痔术后出血
        阑尾黏液囊肿
        嗜酸细胞性肠炎
        直肠孤立性溃疡
        乙状扭转
        坐骨直肠间隙脓肿
        慢传输型便秘
        淋巴细胞性结肠炎
        直肠阴道瘘
        下消化道出血
        蛔虫性肠梗阻
    """,
    "lower_dx_minor": """
        4x 混合痔
        3x 内痔
        外痔
        直肠炎
        结肠黑变病
        2x 结肠憩室
        末端回肠炎
        直肠前突
        回盲瓣脂肪瘤
        肛乳头肥大
        乙状结肠冗长
        直肠黏膜松弛
        回肠末段淋巴滤泡增生
        痔
    """,
    "lower_diagnosis": """
        10x {lower_stay}
        2x 1.[{polyp_dx}] 2.[{lower_dx_minor}] 3.<other-organ:{other_dx_any}> 4.<history:{other_surgery}>
        3x [{polyp_dx}]({dx_then}{polyp_detail*1-2})?75
        3x [({lower_dx_main}|{lower_dx_minor})]({dx_then}{lower_dx_detail*1-2})?75
        2x [{polyp_dx}]{dx_joint}[{lower_dx_minor}]({dx_then}{polyp_detail})?40
        2x [{lower_dx_main}]{dx_joint}[{lower_dx_minor}]({dx_then}{lower_dx_detail})?40
        2x 1.[({polyp_dx}|{lower_dx_main})] 2.[{lower_dx_minor}]( 3.<other-organ:{other_dx_any}>)?45
        2x ({patient}，)?60({history_other}，)?40[{lower_dx_any}]({query})?30
        [{lower_dx_any}]；(既往|有|曾有)<history:{upper_past}>，{advice}
        {maybe}[{lower_dx_any}]，{advice}
        [{lower_dx_any}]。<rule-out:(输尿管结石|肾绞痛|泌尿系感染|胆囊炎)>已排除
        诊断：[{lower_dx_any}]。建议<plan:(胃镜|盆腔MR|心电图|肝胆彩超)>
        <header:胃肠镜>结论：[{lower_dx_any}]({dx_then}{lower_dx_detail})?50
        出院诊断：[{lower_dx_any}]；<other-organ:{other_dx_any}>
        2x {lower_dx_terse}({dx_then}{lower_dx_detail})?50
    """,
    "lower_stay": """
        2x 因{bleed_complaint}{since}入院，[肠镜]示[(溃疡性结肠炎|克罗恩病)]，{lower_treatment*1-2}，{outcome}
        2x 因{bleed_complaint}{since}入院，[肠镜]示[(直肠癌|乙状结肠癌|升结肠癌|结肠癌)]，(转外科治疗|拟择期手术|拟行新辅助治疗)
        体检[肠镜]发现[{polyp_dx}]入院，行内镜下切除，术后病理示管状腺瘤，{outcome}
        因{stool_complaint}{since}就诊，[肠镜]：[(慢性结肠炎|末端回肠炎|结肠黑变病|结肠憩室)]，余无殊，{outcome}
        因[停止排气排便]{1-4}天入院，立位片示[(粘连性|不全性)肠梗阻]，禁食、<procedure:胃肠减压>、补液，{outcome}
        因{anal_complaint}{since}入院，查体[{pile_dx}]，行手术治疗，{outcome}
        转移性[右下腹痛]{6-36}h入院，[阑尾炎]，急诊腹腔镜手术，{outcome}
        入院诊断：[(克罗恩病|溃疡性结肠炎|缺血性肠炎|伪膜性肠炎|不全性肠梗阻|下消化道出血|阑尾周围脓肿|CD|UC|肠白塞病)]。治疗经过：完善检查，<normal:胃镜>未见异常，{outcome}
        主因[腹泻]{since}入院，<normal:胃镜>：慢性炎，[肠镜]：[(慢性结肠炎|末端回肠炎|溃疡性结肠炎)]，{lower_treatment}，{outcome}
    """,
    "lower_treatment": """
        2x 予美沙拉秦
        予激素诱导缓解
        予生物制剂治疗
        予抗感染、补液
        [肠道]益生菌调节
        肠内营养支持
        美沙拉秦灌肠
    """,
    "polyp_detail": """
        {advice}
        多发，最大{size_s}
        已切除
        [距肛缘]{16-40}cm
        病理回报：管状腺瘤
        {history_other}
        内镜下摘除
        <plan:胃镜>另约
        山田(I|II|III)型
    """,
    "lower_dx_detail": """
        2x {advice}
        2x {history_other}
        较前好转
        对症治疗
        病情平稳
        门诊治疗
        <plan:胃镜>另约
        随诊观察
    """,
    "lower_dx_terse": """
        [UC]（E(1|2|3)），缓解期，美沙拉秦维持
        [CD]，英夫利昔第{1-9}次
        [IBS-(D|C|M)]，{history_other}
        [痔]（II-III度），[直肠]黏膜松弛
        [升结]LST，拟ESD
        [乙状]占位，cT3N{0-2}
        [直乙]Ca，新辅助后
        [FAP]，家系随访
        [末回]炎，NSAID相关
        [阑尾]炎，保守治疗
        [回盲]TB，抗痨{2-9}月
        [SBO]，既往<history:阑尾手术>，禁食补液
        [痔]嵌顿，手法复位
        [HD]，拟Soave术
        [LARS]，Bristol {5-7}型
        [ISC]，节段性，[脾曲]为著
    """,
    "lower_symptoms": """
        3x ({patient}，)?60{bleed_complaint*1-3}{since}(，{worse})?40({pause}{lower_context*1-2})?70({pause}{bleed_guess})?70
        2x ({patient}，)?60{stool_complaint*1-3}{since}(，{worse})?40({pause}{lower_context*1-2})?70({pause}{stool_guess})?70
        ({patient}，)?60{anal_complaint*1-2}{since}(，{worse})?40({pause}{lower_deny})?60({pause}{anal_guess})?70
        2x ({patient}，)?60{lower_complaint*1-2}{since}。{lower_deny*1-2}({pause}{lower_guess})?75
        {history_other}，{lower_complaint*1-2}，{lower_guess}
        主诉：{lower_complaint*1-2}{since}。{lower_context*1-2}
        因<history:{upper_past}>随访，诉{lower_complaint*1-2}{since}，{lower_context}
        2x (会诊：|){history_other}，今{lower_acute}({pause}{lower_deny})?40
    """,
    "lower_complaint": """
        {bleed_complaint}
        {stool_complaint}
        {anal_complaint}
    """,
    "bleed_complaint": """
        4x {blood_in_stool}
        2x [里急后重]
        [大便变细]
        [肛门]下坠感
    """,
    "blood_in_stool": """
        3x [便血]
        2x [黏液脓血便]
        [大便带血]，鲜红
        [便后滴血]
        [鲜血便]，量少
    """,
    "stool_complaint": """
        [腹泻]（{4-10}次/日）
        [便秘]（{3-7}日一行）
        [排便习惯改变]
        [排便不尽感]
        左下腹痛，[便后缓解]
        [大便]不成形
        [腹泻便秘]交替
        脐周痛，[便意]频
    """,
    "anal_complaint": """
        [肛门坠胀]
        [便后肿物脱出]
        [肛周]瘙痒
        [肛门]疼痛
        [便时疼痛]
        [肛旁]流脓
        [肛周]潮湿
    """,
    "lower_acute": """
        排[暗红色血便]{2-5}次，约{200-600}ml，{maybe}[下消化道出血]
        [停止排气排便]{1-3}天，[肠梗阻]{query}
        [解鲜血便]一次，[痔]？
        转移性[右下腹痛]{6-30}小时，麦氏点压痛，{maybe}[阑尾炎]
        [水样便]{8-15}次，{maybe}[感染性肠炎]
        [血便]伴左下腹绞痛，{maybe}[缺血性肠病]
        [粪石]梗阻，灌肠后解出
        [右下腹]反跳痛，WBC {11-19}×10^9/L，外科评估[阑尾]
    """,
    "lower_context": """
        无<negation:呕血>，体重下降{2-6}kg
        无<negation:反酸嗳气>
        否认<negation:恶心呕吐>
        <normal:胃镜>未见异常
        粪便钙卫蛋白{200-900}μg/g
        曾有<history:{upper_past}>
        OB（+）
        [直肠指检]未及肿块
        抗生素治疗无效
        贫血貌，Hb {70-100}g/L
        与饮食有关
        外院<normal:胃镜>示慢性炎
        饮酒后明显
        泌尿科除外<rule-out:输尿管结石>
    """,
    "lower_deny": """
        无<negation:上腹痛、反酸>
        否认<negation:呕血>及<negation:吞咽困难>
        无<negation:咳嗽咳痰>
        无<negation:尿频尿急>
        食纳可，<normal:胃纳>正常
        无<negation:恶心、嗳气>
        <rule-out:泌尿系结石>已除外
    """,
    "lower_guess": """
        3x 拟行[肠镜]
        电子[结肠镜]，<plan:胃镜>同日
        {maybe}[肠道]疾病
        建议[直肠]指检
        约[肠镜]，服聚乙二醇
    """,
    "bleed_guess": """
        {maybe}[痔出血]
        {maybe}[溃疡性结肠炎]
        {maybe}[直肠肿瘤]
        [IBD]{query}
        [UC]{query}
        {maybe}[肠道肿瘤]
        拟行[肠镜]
    """,
    "stool_guess": """
        {maybe}[肠易激综合征]
        [IBS]{query}
        [CD]{query}
        拟行[结肠镜]
        {maybe}[肠道]菌群失调
        {maybe}[肠功能紊乱]
    """,
    "anal_guess": """
        {maybe}[混合痔]
        {maybe}[肛裂]
        [痔]{query}
        {maybe}[肛瘘]
        予坐浴、[痔疮]膏
        [直肠]指检后再定
    """,
    "lower_tests": """
        [结肠]传输试验：72h标记物残留{8-18}枚，[乙状]为主
        [肛管]测压：静息压{30-80}mmHg，[直肠肛门]抑制反射(存在|未引出)
        粪便[钙卫蛋白]{120-900}μg/g，{maybe}[肠道]炎症活动
        [艰难梭菌]毒素（+），{maybe}[伪膜性肠炎]
        球囊逼出试验{60-180}s，{maybe}[盆底失弛缓]，[便秘]
        氢呼气试验（+），{maybe}[小肠细菌过度生长]，<normal:Hp>（-）
        粪便培养：志贺菌，{maybe}[菌痢]
    """,
    "lower_imaging": """
        钡灌肠：[乙状结肠]冗长迂曲，黏膜规整，袋形(正常|变浅)
        CT：[直肠]壁不规则增厚，最厚处约{1.0-2.5}cm，周围脂肪间隙模糊，<neighbour:(膀胱|前列腺)>分界清
        CT：[升结肠]肠壁增厚，肠周见{2-6}枚小淋巴结，<normal:肝脏>未见转移，{maybe}[结肠癌]
        CT：[阑尾]增粗，直径约{0.9-1.8}cm，腔内粪石，周围渗出，{maybe}[急性阑尾炎]
        右下腹见管状低回声，外径{8-15}mm，不可压缩，[阑尾]炎{query}
        腹部立位片：中腹部见{3-8}个气液平，[小肠]扩张，{maybe}[肠梗阻]
        小儿腹部彩超：右中腹见“同心圆”征，{size_l}，[肠套叠]
        MRI：[肛瘘]，内口{5-7}点，瘘管跨括约肌，未见脓腔
        盆腔MRI：[直肠]中段肿物，mrT(2|3)N(0|1|2)，EMVI（-），MRF（-），<neighbour:子宫>未受侵
        CTE：[末回]壁增厚强化，梳样征，[CD]活动期
        小肠造影：[回肠]节段狭窄，线样征
        [乙状]壁增厚，周围脂肪渗出，{maybe}[憩室炎]，<normal:肾>无积水
        排粪造影：[直肠]前突{1.5-4.0}cm，会阴下降
        [回盲]部包块，靶征，邻近系膜淋巴结大，{maybe}[淋巴瘤]
        [盲升]肠壁水肿，<normal:胃>及<normal:十二指肠>充盈可
        肠系膜血管期：[空肠]壁强化减弱，积气，{maybe}[肠缺血]
        [直肠]腔内超声：病变位于黏膜下层，{size_s}，uT1
        PET-CT：[直乙]代谢增高，SUVmax {6-15}.{0-9}，<normal:胃>生理性摄取
    """,
}
