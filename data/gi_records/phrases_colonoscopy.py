"""What a scope sees below the duodenum: small bowel, appendix, colon, rectum, anus."""

RULES = {
    "colonoscopy": """
        10x ({colon_head}(：|:|，| |。))?55({colon_history}，)?20{colon_case}({colon_tail})?55
        7x ({colon_head}(：|:|，| |。))?55({colon_history}，)?20{colon_full}({colon_tail})?50
        4x ({colon_head}(：| |，))?40{colon_case}{pause}{colon_case_short}({colon_tail})?40
    """,
    "colon_head": """
        6x [肠镜]检查
        4x [肠镜]所见
        3x [电子结肠镜]
        [无痛肠镜]
        3x 内镜检查
        3x 内镜所见
        2x 镜检所见
        3x 检查所见
        镜下所见
        2x <header:胃肠镜>检查
        [下消化道]内镜
        [循腔进镜]
        患者左侧卧位，[直肠指检]未及异常
        [结肠镜]检查
        放大内镜+NBI
        [结肠镜]复查
        门诊内镜
        急诊内镜
        内镜复查
        所见
        麻醉内镜
    """,
    "colon_history": """
        5x 既往<history:{upper_past}>
        3x <history:{upper_past}>{1-9}年
        2x 患者<history:{upper_past}>，来院复查
        5x {history_other}
        <normal:胃镜未见异常>
        昨日<normal:胃镜>：慢性炎
        否认<negation:反酸、烧心>
        大便隐血阳性，<normal:胃镜无殊>
        <plan:胃镜>未做
        因<history:贫血>查因
        近期体检<history:CEA升高>
        已行<normal:胃镜检查>
    """,
    "upper_past": """
        3x 胃癌术后
        2x 胃大部切除术后
        2x 胃溃疡病史
        2x 反流性食管炎
        食管癌放疗后
        十二指肠球部溃疡穿孔修补术后
        胃息肉APC术后
        2x 慢性胃炎
        食管癌术后
        慢性萎缩性胃炎
        胃间质瘤术后
        食管静脉曲张套扎术后
        胃底腺息肉
        Hp根除后
        胃早癌ESD术后
        贲门癌术后
        消化性溃疡病史
        十二指肠溃疡
    """,
    "colon_tail": """
        4x 。{biopsy}
        3x 。{advice}
        2x 。建议<plan:(胃镜|胃镜检查|上消化道检查|腹部CT|盆腔MRI)>
        2x 。<preparation:肠道准备(差|欠佳|可|一般)>，小病变不除外
        。Boston评分{6-9}分
        。{stage_fright}
        。{biopsy}，{advice}
        。进镜{3-9}min，退镜{6-15}min
        。必要时<plan:胃镜>
    """,
    # Normal findings, from the entry backwards to the end.
    "colon_reach": """
        4x [循腔进镜]{65-90}cm至[回盲部]
        3x 进镜至[回肠末段]
        3x 进镜{65-85}cm达[盲肠]
        插镜至[回盲部]，[回盲瓣]呈(唇样|乳头状)
        [循腔进镜]至[末回]{5-15}cm
        达[盲肠]，见[阑尾]开口
        进镜约{70-90}cm，抵[回盲部]，退镜观察
        顺利进镜至[回盲]
        插至[末回]
        [肠镜]达[回盲部]
    """,
    "colon_far": """
        [末回]黏膜光滑
        [回盲瓣]唇形
        [末段回肠]未见异常
        [阑尾]口（-）
        [回肠末端]见散在淋巴滤泡
    """,
    "colon_end": """
        2x [回肠末段]黏膜光滑
        [回盲瓣]唇形，[阑尾]开口未见异常
        [回盲部]结构清
        [末段回肠]未见异常，见散在淋巴滤泡
        [盲肠]未见异常
        [回盲瓣]（-）
    """,
    "colon_rest": """
        4x 余[结肠]黏膜光滑
        2x 余[大肠]未见异常
        2x 所见余[结直肠]黏膜未见异常，血管纹理清
        其余[肠段]无殊
        余[肠段]黏膜光滑，[袋形]存在
        余所见黏膜未见溃疡及新生物
        余（-）
        余黏膜血管网清晰
        退镜至[肛门]，见[内痔]
        [肛缘]见[外痔]皮赘
    """,
    "colon_case": """
        10x ({colon_reach}{pause}({colon_far*1-2}{pause})?45)?80{s=colon_site}见{count}{size_s}(息肉|息肉样隆起|隆起)，{polyp_look_l}({pause}{colon_rest}({pause}{colon_more*1-2})?40)?75({dx}[{$s}息肉](|（{polyp_class}）|，{biopsy}))?60
        3x ({colon_reach}{pause})?85[距肛(缘|门|)]{16-60}cm见{count}{size_s}(息肉|隆起)，{polyp_look_l}({pause}{colon_rest}({pause}{colon_more*1-2})?40)?70({dx}[{colon_polyp_dx}])?50
        3x (进镜至{20-60}cm，)?20{s=colon_site}见{size_l}{colon_mass}，{mass_look_l}({dx}[{$s}(癌|占位|Ca)]({query}|))?60
        3x ({colon_reach}{pause})?75{uc_look}({dx}[{uc_dx}])?65
        2x ([循腔进镜]至[(回盲部|末回|升结肠)]{pause})?70{cd_look}({dx}[{cd_dx}])?65
        2x ({colon_reach}{pause})?85{inflamed_site}黏膜{inflamed_look}({pause}{colon_rest}({pause}{colon_more*1-2})?40)?70({dx}[{inflamed_dx}])?60
        2x ({colon_reach}{pause})?75{diverticulum}({pause}{colon_rest}({pause}{colon_more*1-2})?40)?60({dx}[结肠(憩室|多发憩室)])?40
        2x ({colon_reach}{pause})?75{lst}({dx}[{lst_dx}])?50
        2x {colon_reach}{pause}{colon_end}{pause}{colon_rest}({dx}(未见明显异常|[大肠]未见异常|[肠镜]检查未见异常|[结肠黏膜未见异常]))?50
        3x {rare_lower_case}({pause}{colon_rest_plain})?30
        2x {colon_after_surgery}
        3x {colon_terse}
        2x {colon_terse}{pause}{colon_case_short}
        2x {colon_reach}{pause}{haemorrhoid_look}({dx}[(内痔|混合痔|痔)])?50
        2x {blocked}
    """,
    "colon_full": """
        2x {colon_reach}。[回肠末段]黏膜光滑，[回盲瓣]唇样，[阑尾]开口清。[升结肠]、[横结肠]黏膜光滑，血管纹理清。{s=left_site}见{count}{size_s}息肉，{polyp_look_l}，{biopsy}。余[肠段]未见异常{dx}[{$s}息肉]
        2x {colon_reach}，[回盲瓣]（-），[盲肠]、[升结肠]黏膜光滑，{s=left_site}见{size_s}息肉，{polyp_look_l}，{s2=far_left_site}另见{size_s}息肉，{polyp_look_l}，均予切除，{colon_more}{dx}[结肠多发息肉]
        2x {uc_look}。近端[结肠]黏膜光滑，血管纹理清，[回肠末段]未见异常。{biopsy}{dx}[{uc_dx}]。{advice}
        {cd_look}，{biopsy}。余[结肠]黏膜光滑，[直肠]未见异常，[肛周]见皮赘{dx}[{cd_dx}]。{advice}
        {colon_reach}。{colon_more}。[升结肠]、[横结肠]、[降结肠]、[乙状结肠]黏膜光滑，未见溃疡及新生物。[直肠]倒镜见[痔]静脉团{dx}1.所见[结肠]未见异常 2.[(内痔|混合痔)]
        {colon_reach}，{colon_more}，{s=left_site}见{size_l}{colon_mass}，质脆，易出血，取{4-6}块送检，余[肠段]未见同类病变{dx}[{$s}癌]{query}，建议<plan:(腹盆CT|胃镜|肝脏MRI)>
    """,
    "left_site": """
        2x [乙状结肠]
        [降结肠]
        [直肠上段]
    """,
    "far_left_site": """
        [直肠]
        [直乙交界]
        [直肠中段]
    """,
    "colon_more": """
        [肠腔]清洁，视野清晰
        [肠管]走行迂曲，进镜稍困难
        [肠壁]柔软，蠕动正常
        [结肠袋]规则
        [肠腔]内少量黄色液体，已吸除
        余段[血管网]清晰，未见狭窄
        [肠腔]注气扩张好
        余[结肠]皱襞规整
        反复变换体位、腹部按压后到达
        倒镜观察[直肠]下端，[肛管]光滑
        未见活动性出血
    """,
    "colon_rest_plain": """
        余未见异常
        所见余黏膜光滑
        余（-）
        其余未见溃疡及新生物
    """,
    "colon_case_short": """
        [直肠]见{size_s}息肉，已钳除
        [肛管]见内痔
        [乙状]散在憩室
        [齿状线]上{1-3}cm见{size_s}扁平隆起
        [横结]见小息肉，{size_s}
        [回盲瓣]脂肪瘤样改变
        [降结]{size_s}息肉，予冷钳除
        [肛乳头]肥大
        [升结]见浅憩室
    """,
    "colon_site": """
        4x [乙状结肠]
        3x [升结肠]
        3x [横结肠]
        3x [降结肠]
        4x [直肠]
        2x [盲肠]
        [乙状]
        [横结]
        [升结]
        [降结]
        [结肠肝曲]
        [结肠脾曲]
        [回盲部]
        [直乙交界]
        [直肠上段]
        [肝曲]
        [脾曲]
    """,
    "polyp_look_l": """
        4x {polyp_look}
        山田(I|II|III|Ⅰ|Ⅱ)型
        0-(Is|Ip|IIa)型
        腺管开口呈(II|IIIL|III L)型
        NBI：JNET(1|2A)型
        NICE(1|2)型
        PitPattern (II|IIIL)
        予冷圈套切除
        活检钳钳除
        长蒂，头端充血
    """,
    "polyp_class": """
        山田(I|II|Ⅰ|Ⅱ|III)型
        0-(Is|Ip|IIa)
        JNET 2A
        已钳除
        多发
        NICE 2型
    """,
    "colon_polyp_dx": """
        3x 结肠息肉
        2x 结肠多发息肉
        大肠息肉
        结直肠息肉
        结肠腺瘤？
    """,
    "colon_mass": """
        菜花样肿物
        溃疡型肿物
        环周隆起型肿物
        不规则隆起
        结节状新生物
        隆溃型病变
    """,
    "mass_look_l": """
        2x 质脆，易出血
        管腔狭窄，内镜不能通过
        表面坏死，覆污苔
        占据肠腔{1-2}/3周
        触之易出血，周围堤样隆起
        质硬，取{4-6}块送检
        近全周，镜身勉强通过
    """,
    "uc_look": """
        2x [直肠]至[降结肠]黏膜弥漫性充血水肿，血管纹理消失，见连续性糜烂及浅溃疡
        [直肠]、[乙状结肠]黏膜充血，颗粒样，脆性增加，附脓性分泌物
        自[肛缘]起连续性病变，见弥漫糜烂、脓苔，[结肠袋]消失
        [直乙]黏膜弥漫充血，散在黄白色脓点，接触性出血
        [左半结肠]见多发假息肉，间以溃疡，自发出血
        [左半结肠]弥漫糜烂，至[脾曲]，血管网消失，Mayo(2|3)分
    """,
    "uc_dx": """
        3x 溃疡性结肠炎（活动期，(中|重)度）
        2x 溃疡性结肠炎
        UC（Mayo {2-3}分）
        UC，活动期
        溃结，活动期
        溃疡性结肠炎{query}
    """,
    "cd_look": """
        [回肠末段]见多发纵行溃疡，黏膜呈卵石样，节段分布
        [回盲瓣]变形，[末回]见{2-5}处不规则溃疡，覆白苔
        [升结肠]见跳跃性纵行溃疡，溃疡间黏膜正常
        [回盲部]见环形溃疡，瓣口狭窄，内镜不能进入
        [末回]阿弗他溃疡，节段性，SES-CD {4-18}分
        [回结肠]吻合口见溃疡，Rutgeerts i{2-4}
    """,
    "cd_dx": """
        3x 克罗恩病
        克罗恩病{query}
        CD？
        CD与<rule-out:淋巴瘤>鉴别
        肠结核？
        克罗恩病，不除外肠结核
        CD（活动期）
    """,
    "inflamed_site": """
        [乙状结肠]
        [左半结肠]
        [降结肠]
        [全结肠]
        [横结肠]
        [直乙]
        [乙状]
    """,
    "inflamed_look": """
        2x 充血水肿，散在点状糜烂
        散在充血斑
        散在点状糜烂
        见{2-6}处浅溃疡，覆薄白苔
        水肿，血管纹理模糊
        充血，触之出血
        轻度水肿，散在出血点
    """,
    "inflamed_dx": """
        2x 慢性结肠炎
        2x 结肠炎
        感染性肠炎可能
        肠炎，待病理
        肠道炎性改变
        肠炎
    """,
    "diverticulum": """
        [乙状结肠]见数个憩室，口径{0.3-0.8}cm，内有粪渣
        [升结肠]散在憩室，黏膜无充血
        [盲升]多发憩室，部分见粪石嵌塞
        [降结]、[乙状]憩室{3-9}个，最大{0.4-0.9}cm
        [右半结肠]憩室内见新鲜渗血
    """,
    "lst": """
        [直肠]下段见{size_l}侧向发育型肿瘤，颗粒型，[距肛缘]{4-9}cm
        [升结肠]见LST-NG，{size_m}，抬举征（+）
        [横结]半环周结节状侧向生长病变{size_l}，JNET(2A|2B)
        [盲肠]LST-G，近[阑尾]口，{size_l}
        [乙状]LST，Pit (IIIL|IV|VI)，{biopsy}
    """,
    "lst_dx": """
        LST
        大肠LST，拟ESD
        侧向发育型息肉
        结直肠早癌{query}
        LST-G，建议ESD
    """,
    "rare_lower_case": """
        [全结肠]黏膜呈黑褐色豹皮样，[结肠黑变病]
        [直肠]前壁[距肛]{6-9}cm见孤立溃疡，周边红晕，[孤立性直肠溃疡综合征]
        [直肠]见一{size_s}黄色半球形隆起，质硬，[直肠NET]{query}
        [降结肠]见多发气囊样隆起，刺破后消失，[肠气囊肿症]
        [乙状结肠]扭转，呈鸟嘴样，复位后黏膜暗红
        [乙状]紫红色，节段坏死，[缺血性肠病]
        [直肠]放疗后改变，毛细血管扩张呈蛛网状，[放射性直肠炎]
        [伪膜性肠炎]，弥漫黄白色斑片状附着
        [回盲瓣]见圆形深溃疡，边界清，[白塞病]不除外
        [结肠]息肉布满，大于100枚，[FAP]
        口唇色斑，[结肠]多发大分叶息肉，[PJS]
        [升结]见樱桃红色血管扩张，{size_s}，[血管发育不良]
        [阑尾]口见脓性分泌物溢出
        [阑尾]开口处黏液样隆起，[黏液囊肿]{query}
        [肛管]上缘见菜花样赘生物，[尖锐湿疣]{query}
        [盲肠]见白色活动细小虫体，蛲虫
        [盲肠]内见鞭虫，已钳除
        [直肠]外压，<rule-out:前列腺>增大可能
        [直肠]前壁外压隆起，<rule-out:子宫>来源待排
        [直肠阴道瘘]，瘘口{0.3-0.8}cm
        [末回]见[Meckel憩室]，内有<neighbour:异位胃黏膜>溃疡
        [肛瘘]外口5点，探针通[齿状线]
        [结肠]冗长，反复成袢，进镜困难
        [脾曲]狭窄，扩张后通过，移植物抗宿主病待排
        [淋巴瘤]{query}，[回盲]巨大溃疡，堤状隆起
        [袋形]消失，铅管样，伴炎性息肉
        [隐窝脓肿]样小白点，[直肠]下段
        [直肠]脱垂黏膜充血，呈团块
    """,
    "colon_after_surgery": """
        [直肠癌]术后，吻合口[距肛缘]{4-9}cm，黏膜光滑，未见复发
        [乙状结肠癌]术后{1-5}年，吻合口见钉痕，余[结肠]无殊
        [右半结肠]切除术后，[回结肠]吻合口通畅(，见糜烂|)
        经[造瘘口]进镜{20-45}cm，黏膜光滑，见{size_s}息肉
        [Miles]术后，经左下腹造口进镜至[回盲]
        吻合口[距肛]{5-10}cm，环形狭窄，球囊扩张
        EMR术后{3-12}月，[横结]见瘢痕，[回盲]（-）
        [Hartmann]术后，残端[直肠]黏膜充血
        [回肠]储袋术后，[储袋炎]，{advice}
    """,
    "haemorrhoid_look": """
        退镜至[直肠]，倒镜见静脉团隆起，表面充血
        [齿状线]处见{2-4}个痔核，红色
        [肛管]见环形隆起，呈紫红色
        [肛缘]见皮赘，[齿线]上静脉曲张
        余无殊，[痔核]充血糜烂
    """,
    "blocked": """
        进镜至[乙状]{20-30}cm，成角固定，未能通过
        [距肛缘]{12-20}cm处狭窄，{biopsy}，余[结肠]未观察
        进镜{25-50}cm至[(乙状结肠|降结肠)]，<preparation:粪水>多，视野差，终止
        <preparation:肠道准备差>，仅达[横结肠]，见{count}{size_s}息肉
        至[降乙交界]疼痛明显，退镜，所见未见异常
        [肛门]狭窄，仅容小指，改用细镜至[直乙]
    """,
    # Written in a hurry: no bowel, no anus in full.
    "colon_terse": """
        [回盲瓣]唇形，[阑尾]口（-），[升结]{size_s}隆起，亚蒂
        至[末回]，[横结]、[降结]各见{size_s}息肉，已除
        [乙状]多发憩室，余（-）
        [直乙]交界{size_l}新生物，环腔，镜身不过
        退镜见[痔核]{2-4}枚，红色征
        [升结]近[肝曲]{size_m}扁平病变，JNET2A
        [脾曲]下方散在糜烂，{biopsy}
        [肝曲]LST-G {size_l}，{advice}
        [UC]，E(1|2|3)，Mayo {1-3}，[直乙]为著
        [CD]，[末回]纵行溃疡，[回盲]变形
        插至{70-85}cm，[阑尾]口清，退镜{30-60}cm处{size_s}0-Is，圈套
        [齿状线]上{0.5-2.0}cm黄色隆起，{size_s}，质硬，NET？
        [齿状线]以上{2-5}cm起弥漫充血，脓苔附着，接触出血
        [齿状线]上方静脉团块，RC（(+|-)）
        进镜{80-95}cm，[结肠袋]消失，铅管样，散在假息肉
        [肝曲]以下黑褐色，豹皮样
        [盲]：{size_s}息肉1。[横]：{size_s}息肉1。[乙]：（-）
        {15-60}cm见{size_s}带蒂息肉，[循腔]余段袋形好
        [末回]淋巴滤泡增生，[回盲瓣]肥厚，{biopsy}
        [乙]：{size_s}亚蒂，[直]：（-），[痔]（+）
        Boston{6-9}分，[降结]{size_s}息肉，冷切
        [结肠]黏膜（-），[IBS]可能
        [LST]两处，[升结]{size_m}、[直]{size_l}
        [横结]吻合口，吻合钉外露，轻度糜烂
        [盲升]多发{size_s}息肉，SSL待排
        腔内残渣多，达[脾曲]，未见出血灶
        [阑尾]口旁{size_s}浅溃疡，CD/TB？
        [回盲]淋巴滤泡样增生，口服[聚乙二醇]后观察清
    """,
    "capsule": """
        2x [胶囊内镜]：<procedure:胃>内运行{20-120}min，{capsule_finding}({pause}{capsule_end})?70
        2x {capsule_head}，<procedure:(食管|胃|十二指肠球)>内一过性，{capsule_finding}({pause}{capsule_end})?60
        [经口小肠镜]，越过Treitz韧带约{80-200}cm，{jejunum_finding}
        [经肛小肠镜]，过[回盲瓣]{60-180}cm，{ileum_finding}({pause}黏膜下注射印度墨汁标记)?40
        {capsule_finding}{pause}{capsule_end}，{capsule_end_b}
        <normal:胃镜>、<normal:肠镜>阴性，[(胶囊内镜|小肠镜)](：|示){capsule_finding}
        黑便查因，<normal:胃镜未见出血>，{capsule_finding}
        ({capsule_head}：)?60{capsule_finding}{pause}{capsule_finding_b}
    """,
    "capsule_head": """
        2x [胶囊内镜]
        [小肠胶囊]检查
        [胶囊]
        [OMOM胶囊]
    """,
    "capsule_finding": """
        3x {jejunum_finding}
        3x {ileum_finding}
        2x {small_bowel_finding}
    """,
    "jejunum_finding": """
        2x [空肠]上段见{2-6}处血管扩张
        [空肠]见{size_s}浅溃疡{2-5}处
        [空肠]中段黏膜下隆起，{size_m}，表面溃疡，{maybe}[小肠间质瘤]
        [空肠]憩室，口约{0.5-1.5}cm
        [空肠]见{size_m}分叶息肉，[PJS]
        [空肠]黏膜环周隆起，质脆，狭窄
        [空肠]绒毛萎缩，散在白点
    """,
    "ileum_finding": """
        [回肠]多发小溃疡，节段分布
        [回肠]中下段环形狭窄，通过缓慢
        [回肠]见新鲜血迹，未见明确病灶
        [回肠]末段淋巴滤泡增生
        [回肠]见双腔样结构，[Meckel憩室]{query}
        [回肠]{count}{size_s}息肉样隆起
    """,
    "small_bowel_finding": """
        [小肠]绒毛散在白色淋巴管扩张
        [小肠]黏膜未见明显异常
        [小肠]多发蓝色隆起，[血管瘤]
        [空回肠]见钩虫{2-9}条
        [小肠]散在小红斑，未见出血
    """,
    "capsule_finding_b": """
        [回盲瓣]已通过
        [回肠]散在糜烂
        [末回]未见异常
        [结肠]内可见粪渣
        [空肠]绒毛完整
    """,
    "capsule_end": """
        {200-460}min到达[回盲瓣]
        胶囊进入[结肠]
        工作时间{8-12}h
        [小肠]通过时间{180-420}min
        未到达[盲肠]
        <preparation:肠道准备>可
    """,
    "capsule_end_b": """
        {advice}
        拟行[小肠镜]
        必要时CTE
        建议复查
    """,
}
