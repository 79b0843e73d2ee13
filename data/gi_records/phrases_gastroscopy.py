"""What a scope sees above the ligament of Treitz: oesophagus, stomach, duodenum, and the papilla in ERCP."""

RULES = {
    "egd": """
        10x ({egd_head}(：|:|，| |。))?50({egd_history}，)?20{egd_case}({egd_tail})?55
        6x ({egd_head}(：|:|，| |。))?50({egd_history}，)?20{egd_full}({egd_tail})?50
        3x ({egd_head}(：| |，))?40{egd_case}{pause}{egd_case_short}({egd_tail})?40
        2x ({egd_head}(：| |，))?40{egd_normal*3-5}{pause}{egd_case_short}({egd_tail})?50
    """,
    "egd_full": """
        3x {oes_n}。{zline_n}。{cardia_n}。{fundus_n}。{body_n}。{angle_n}。{antrum}黏膜{erosive_look}(，{biopsy}|)。{pylorus_n}。{bulb_n}{dx}[{erosive_dx}]
        3x {oes_n}，{cardia_n}，{fundus_n}，{body_n}，{angle_n}，{antrum}黏膜{superficial_look}，{pylorus_n}，{bulb_n}{dx}[{superficial_dx}]
        2x {oes_n}；{cardia_n}；{fundus_n}；{angle_n}；{antrum}黏膜{atrophic_look}，{biopsy}；{pylorus_n}；{bulb_n}{dx}[{atrophic_dx}]
        2x {oes_n}。{cardia_n}。{fundus_n}。{body_n}。{antrum}黏膜{superficial_look}。{pylorus_n}。{bulb_site}见{size_s}溃疡，{ulcer_base}，周围充血水肿{dx}1.[{du_dx}] 2.[{superficial_dx}]
        2x {reflux_look}。{fundus_n}。{body_n}。{angle_n}。{antrum}黏膜{superficial_look}。{pylorus_n}。{bulb_n}{dx}1.{reflux_dx} 2.[{superficial_dx}]
        {oes_n}。{cardia_n}。[胃底]、[胃体]见多枚{size_s}息肉，{polyp_look}，{biopsy}。{angle_n}。{antrum}黏膜{superficial_look}。{pylorus_n}。{bulb_n}{dx}1.[胃多发息肉] 2.[{superficial_dx}]
        {oes_n}。{cardia_n}。{fundus_n}。{s=gastric_site}见{size_m}溃疡，{ulcer_base}，周围黏膜{ulcer_edge}，{biopsy}。余[胃]黏膜{superficial_look}。{pylorus_n}。{bulb_n}{dx}[{$s}溃疡]，{advice}
        {oes_n}。{zline_n}。{cardia_n}。{fundus_n}。[胃体]大弯侧见{count}{size_s}息肉，{polyp_look}，{biopsy}。{angle_n}。{antrum}黏膜{erosive_look}，{biopsy}。{pylorus_n}。[球部]前壁见浅溃疡，{size_s}，覆白苔，[降部]未见异常{dx}1.[{erosive_dx}] 2.[胃体息肉] 3.[{du_dx}]
    """,
    "egd_normal": """
        4x {oes_n}
        {zline_n}
        4x {fundus_n}
        4x {body_n}
        3x {angle_n}
        3x {antrum_n}
        2x {pylorus_n}
    """,
    "egd_head": """
        5x [胃镜]检查
        3x [胃镜]所见
        3x [电子胃镜]
        [无痛胃镜]
        [EGD]
        3x 内镜检查
        3x 内镜所见
        2x 镜检所见
        3x 检查所见
        镜下所见
        2x <header:胃肠镜>检查
        [上消化道]内镜
        经口进镜顺利
        患者左侧卧位，经口进镜
        [精细胃镜]
        放大内镜+NBI
        [经鼻胃镜]
        门诊内镜
        急诊内镜
        内镜复查
        所见
        麻醉内镜
    """,
    "egd_history": """
        5x 既往<history:{lower_past}>
        3x <history:{lower_past}>{1-9}年
        2x 患者<history:{lower_past}>，来院复查
        5x {history_other}
        因<rule-out:{other_worry}>就诊
        <preparation:肠道准备>不详
        <plan:肠镜>预约中
        既往<normal:肠镜未见异常>
        近期<normal:肠镜检查无殊>
        否认<negation:便血>
        因<history:贫血>查因
    """,
    "lower_past": """
        3x 结肠息肉切除术后
        2x 结肠息肉EMR术后
        2x 直肠癌术后
        2x 结肠癌术后
        直肠癌Miles术后
        乙状结肠癌术后
        2x 阑尾切除术后
        混合痔术后
        溃疡性结肠炎病史
        克罗恩病
        肠梗阻手术史
        肛瘘术后
        右半结肠切除术后
        直肠息肉电切术后
        缺血性肠炎
        回肠造瘘术后
        UC病史
        痔疮病史
    """,
    "other_worry": """
        心绞痛
        胆囊炎
        胰腺炎
        胆结石
        冠心病
        肺部感染
    """,
    "egd_tail": """
        4x 。{biopsy}
        2x 。[Hp]（(+|-|++|＋)）
        。[快速尿素酶试验]（(+|-|弱阳性)）
        3x 。{advice}
        。{biopsy}，{advice}
        2x 。建议<plan:(肠镜|结肠镜|肠镜检查|腹部CT|肝胆B超|下消化道检查)>
        。<normal:咽喉部>未见异常
        。{stage_fright}
        。[Hp](阳性|阴性|（+）|（-）)，{advice}
        。必要时完善<plan:(肠镜|胶囊内镜|小肠镜|腹部增强CT)>
    """,
    # Normal findings, from the mouth downwards.
    "oes_n": """
        6x [食管]黏膜光滑(，血管纹理清晰|，未见异常|)
        2x [食管]各段黏膜未见异常
        [食管]通过顺利，黏膜光滑
        [食管]全程未见异常
        2x [食管]（-）
        2x [食管]无殊
        [食管]扩张度好，未见静脉曲张
        [食管]上段、中段、下段未见异常
        入口处未见异常，上中下段黏膜光滑
    """,
    "zline_n": """
        3x [齿状线]清晰
        [齿状线]规则，[距门齿]{38-41}cm
        2x [齿状线][距门齿]约{38-42}cm
        [Z线]清
        [EGJ]未见异常
        [齿状线]清楚
    """,
    "cardia_n": """
        3x [贲门]开闭可
        2x [贲门]黏膜光滑
        2x [贲门]无殊
        [贲门]开闭良好，未见肿物
        [贲门]（-）
        [贲门]光滑
        [贲门]稍松弛
    """,
    "fundus_n": """
        3x [胃底]黏膜光滑，黏液湖清
        2x [胃底]无殊
        [胃底]黏液湖清亮，量中等
        [胃底]反转观察未见异常
        [穹窿部]黏膜光滑
        黏液湖清，量少
        [底体]黏膜未见异常
        [胃底]（-）
    """,
    "body_n": """
        3x [胃体]黏膜光滑
        2x [胃体]皱襞规则(，柔软|，注气展平可|)
        [胃体]大弯侧皱襞排列整齐
        2x [胃体]未见异常
        [胃体]黏膜橘红色，光滑
        [体部]皱襞柔软
        [胃体]散在点状充血
        [胃体]无殊
    """,
    "angle_n": """
        3x [胃角]光滑
        [胃角]弧形，黏膜光滑
        2x [角切迹]光整
        [胃角]形态正常
        [胃角]（-）
        [胃角]无殊，蠕动正常
    """,
    "antrum_n": """
        2x [胃窦]黏膜光滑，蠕动正常
        [胃窦]未见溃疡及异常隆起
        [胃窦]未见异常
        [窦部]蠕动好
        [胃窦]无殊
    """,
    "pylorus_n": """
        4x [幽门]圆，开闭可
        2x [幽门]圆形，开放好
        2x [幽门]通畅
        [幽门]无殊
        [幽门]口无变形
        [幽门]开闭好
    """,
    "bulb_n": """
        4x [十二指肠]球部及降部未见异常
        2x [球部]、[降部]未见异常
        2x [球部]无殊
        2x [十二指肠]无殊
        2x [球部]黏膜光滑，[降段]未见异常
        [球腔]无变形，未见溃疡
        [十二指肠球部]光滑，[降部]正常
        [十二指肠]（-）
        [球降部]未见明显异常
        所见[十二指肠]未见异常
        [球部]（-），[降部]（-）
    """,
    "egd_to_cardia": """
        5x {oes_n}
        2x {zline_n}
        4x {cardia_n}
    """,
    "egd_to_fundus": """
        5x {oes_n}
        2x {zline_n}
        3x {cardia_n}
        3x {fundus_n}
    """,
    "egd_to_angle": """
        4x {oes_n}
        {zline_n}
        3x {cardia_n}
        3x {fundus_n}
        3x {body_n}
        2x {angle_n}
    """,
    "egd_to_pylorus": """
        4x {oes_n}
        {zline_n}
        3x {cardia_n}
        3x {fundus_n}
        3x {body_n}
        2x {angle_n}
        3x {antrum_n}
        3x {pylorus_n}
    """,
    "egd_from_cardia": """
        2x {cardia_n}
        3x {fundus_n}
        3x {body_n}
        2x {angle_n}
        3x {antrum_n}
        3x {pylorus_n}
        3x {bulb_n}
    """,
    "egd_from_fundus": """
        3x {fundus_n}
        3x {body_n}
        2x {angle_n}
        3x {antrum_n}
        3x {pylorus_n}
        3x {bulb_n}
    """,
    "egd_from_body": """
        2x {body_n}
        3x {angle_n}
        3x {antrum_n}
        4x {pylorus_n}
        4x {bulb_n}
    """,
    "egd_from_antrum": """
        {antrum_n}
        4x {pylorus_n}
        4x {bulb_n}
    """,
    "egd_from_pylorus": """
        4x {pylorus_n}
        4x {bulb_n}
    """,
    # One disease each, with what is seen and what is made of it.
    "egd_case": """
        6x ({egd_to_angle*1-5}{pause})?90{antrum}黏膜{superficial_look}({pause}{egd_from_pylorus*1-2})?80({dx}[{superficial_dx}])?80
        6x ({egd_to_angle*1-4}{pause})?90{antrum}黏膜{erosive_look}({pause}{egd_from_pylorus*1-2})?80({dx}[{erosive_dx}])?80
        4x ({egd_to_angle*1-4}{pause})?85{antrum}黏膜{atrophic_look}({pause}{egd_from_pylorus*1-2})?80({dx}[{atrophic_dx}])?80
        2x ({egd_to_cardia*1-3}{pause})?85黏液湖{bile_look}，{antrum}黏膜(充血水肿|红白相间|充血，散在糜烂)({pause}{egd_from_pylorus*1-1})?70({dx}[{bile_dx}])?60
        3x ({egd_to_fundus*1-4}{pause})?75{s=gastric_site}见一{size_m}溃疡，{ulcer_base}，周围黏膜{ulcer_edge}({pause}{egd_from_pylorus*1-2})?80{dx}[{$s}溃疡]（(A1|A2|H1|H2)(期|)）
        2x ({egd_to_pylorus*1-5}{pause})?80{bulb_site}见(一|){size_s}溃疡，{ulcer_base}，{bulb_edge}({dx}[{du_dx}])?80
        3x {reflux_look}({pause}{egd_from_fundus*1-4})?90({dx}{reflux_dx})?80
        {barrett_look}({pause}{egd_from_cardia*1-3})?90({dx}[{barrett_dx}])?65
        3x [食管]{varix_look}({pause}{fundus_varix})?50({pause}[胃体]黏膜(呈蛇皮样改变|马赛克样改变|充血水肿，散在红斑))?30({dx}[{varix_dx}])?55
        2x {esophageal_mass}({dx}[{esophageal_cancer_dx}])?75
        2x ({oes_n}{pause})?40{gastric_mass}({dx}[{gastric_cancer_dx}])?75
        3x ({egd_to_cardia*1-3}{pause})?75{s=polyp_site}见{count}{size_s}(息肉|息肉样隆起|隆起)，{polyp_look}({pause}{egd_from_antrum*1-2})?70({dx}[{$s}息肉](|（山田(I|II|Ⅰ|Ⅱ|III)型）|，{biopsy}))?65
        2x ({egd_to_cardia*1-3}{pause})?65{s=smt_site}见一{size_m}(半球形隆起|黏膜下隆起|球形隆起)，表面光滑，{smt_touch}({pause}{egd_from_antrum*1-2})?60({dx}[{$s}黏膜下隆起]（(间质瘤|平滑肌瘤|SMT|脂肪瘤)(？|可能|不除外)）)?65
        {s=edge_site}见{size_s}(息肉|隆起|息肉样隆起)，{polyp_look}({pause}{biopsy})?40({dx}[{$s}](息肉|隆起){query})?40
        3x {rare_upper_case}({pause}{egd_from_body*1-2})?45
        2x {remnant_case}
        2x {egd_to_pylorus*3-6}{pause}{bulb_n}({dx}(未见明显异常|[上消化道]未见异常|[食管胃十二指肠]未见异常|[胃镜]检查未见异常))?40
        2x {bleeding_case}
        3x {egd_terse}
        2x {egd_terse}{pause}{egd_case_short}
        3x {egd_early}
        3x {papilla_case}
    """,
    "egd_case_short": """
        [球部]前壁{size_s}浅溃疡
        [贲门]下{0.5-1.5}cm见黄色斑，{size_s}
        [贲门]旁散在白色小隆起，[糖原棘皮症]可能
        [降部]见一憩室，口径{0.8-2.0}cm
        [食管]入口下见橘红色黏膜岛，{size_s}，[胃黏膜异位]{query}
        [胃窦]大弯见一{size_s}隆起，中央凹陷，[异位胰腺]{query}
        [十二指肠球部]散在颗粒样隆起，[布氏腺增生]{query}
        [贲门]松弛
        [胃体]散在陈旧性出血斑
    """,
    "antrum": """
        6x [胃窦]
        2x [胃窦部]
        [窦部]
        [胃窦体交界]
        [窦]
    """,
    "superficial_look": """
        红白相间，以红为主
        充血水肿
        呈花斑样改变
        散在点片状充血
        充血，可见散在红斑
        红斑渗出
        轻度充血，未见糜烂及溃疡
        散在红斑，蠕动可
        红白相间(|，以红为主)，散在出血点
    """,
    "superficial_dx": """
        3x 慢性非萎缩性胃炎
        2x 慢性浅表性胃炎
        慢性胃炎
        慢性非萎缩性胃炎（胃窦为主）
        红斑渗出性胃炎
        慢性浅表性胃窦炎
        浅表性全胃炎
        胃窦炎
    """,
    "erosive_look": """
        充血，散在点片状糜烂
        见散在糜烂灶
        多发疣状隆起，顶端糜烂
        见片状糜烂，上覆白苔
        充血水肿，见条状糜烂
        红白相间，见{2-5}处隆起糜烂
        见多发平坦糜烂，直径{0.2-0.4}cm
        充血，散在痘疹样糜烂
    """,
    "erosive_dx": """
        3x 慢性非萎缩性胃炎伴糜烂
        2x 慢性非萎缩性胃炎，伴糜烂
        糜烂性胃炎
        慢性浅表性胃炎伴隆起糜烂
        疣状胃炎
        慢性胃炎伴平坦糜烂
        胃窦炎伴糜烂
        慢性胃炎（活动期）
    """,
    "atrophic_look": """
        变薄，血管透见
        红白相间，以白为主，血管网显露
        粗糙，颗粒样改变
        苍白，散在灰白色扁平隆起
        色泽灰暗，黏膜下血管可见
        粗糙不平，见灰白色<metaplasia:肠化>结节
        菲薄，皱襞减少
        呈结节状，考虑<metaplasia:肠上皮化生>
    """,
    "atrophic_dx": """
        3x 慢性萎缩性胃炎
        慢性萎缩性胃炎伴肠化
        2x CAG（C{1-3}）
        慢性萎缩性胃炎（C-{1-3}）
        慢性萎缩性胃炎（O-{1-3}）
        萎缩性胃炎伴糜烂
        C{1-2}型萎缩性胃炎，肠上皮化生
        CAG伴IM
        自身免疫性胃炎不除外
    """,
    "bile_look": """
        黄染
        浑浊，见大量黄绿色胆汁
        黄绿色，量多
        见大量胆汁，冲洗后观察
        胆汁染色
    """,
    "bile_dx": """
        2x 胆汁反流性胃炎
        慢性非萎缩性胃炎伴胆汁反流
        慢性非萎缩性胃炎伴糜烂伴胆汁反流
        十二指肠胃反流
    """,
    "gastric_site": """
        3x [胃角]
        2x [胃窦小弯]
        [胃窦后壁]
        [胃窦前壁]
        [胃体下部小弯]
        [胃体中部后壁]
        [幽门前区]
        [角切迹]
        [胃体小弯]
        [窦小弯侧]
    """,
    "ulcer_base": """
        3x 底覆白苔
        底覆厚白苔
        覆黄白苔
        底部平坦，覆薄白苔
        上附污苔
        表面白苔，可见血痂
    """,
    "ulcer_edge": """
        2x 充血水肿
        充血水肿，皱襞集中
        隆起，质地软
        发红
        充血，见再生上皮
    """,
    "bulb_site": """
        3x [球部]前壁
        2x [球部]后壁
        2x [十二指肠球部]
        [球部]大弯侧
        [球部]小弯
        [十二指肠球]前壁
        [球降交界]
    """,
    "bulb_edge": """
        2x 周围充血水肿
        球腔变形
        周边黏膜水肿，假憩室形成
        周围黏膜充血，[幽门]变形
        [降部]未见异常
    """,
    "du_dx": """
        3x 十二指肠球部溃疡（(A1|A2|H1|H2)期）
        十二指肠球溃（(A1|A2)）
        十二指肠球部溃疡
        球部溃疡（(A1|A2|H2)期）
        DU（(A1|H1)）
        十二指肠球部溃疡伴变形
    """,
    "reflux_look": """
        2x [食管]下段见{1-4}条纵行黏膜破损，互不融合
        [食管]下段黏膜见条状糜烂，长约{2-9}mm
        [齿状线]上方见数条纵行糜烂，[贲门]松弛
        2x [距门齿]{34-38}cm起见纵行糜烂，部分融合
        [食管]下段近[贲门]处黏膜充血糜烂
        [齿状线]模糊，上方见{2-3}处黏膜破损
        [EGJ]上方黏膜条索状充血，长度{3-9}mm
    """,
    "reflux_dx": """
        3x [反流性食管炎]（LA-(A|B|A级|B级)）
        [反流性食管炎]（(A|B)级）
        [反流性食管炎]
        [GERD]
        [RE]（LA-(A|B|C)）
        LA-(A|B)
        [食管炎]
    """,
    "barrett_look": """
        [齿状线]上移，见舌状橘红色黏膜，长约{0.5-2.5}cm
        [齿状线]上方见岛状橘红色黏膜{1-3}处
        [食管]下段见{size_s}橘红色黏膜，与[齿状线]相连
        [齿状线]不规则上移至[距门齿]{34-36}cm
    """,
    "barrett_dx": """
        2x Barrett食管
        Barrett食管（C{0-1}M{1-3}）
        巴雷特食管
        BE？
    """,
    "varix_look": """
        距门齿{25-30}cm以下见{2-4}条曲张静脉，呈蛇形，红色征（(+|-)）
        中下段见{3-4}条串珠样曲张静脉，红色征阳性
        中下段静脉曲张，呈结节状，最大直径{0.6-1.5}cm
        下段见{2-3}条迂曲静脉，RC（(+|-)）
        中段以下静脉显露，蓝色，直径{0.3-0.6}cm
    """,
    "fundus_varix": """
        [胃底]见瘤样曲张静脉
        [胃底]可见静脉团，直径{1.0-2.5}cm
        [胃底]静脉曲张（GOV(1|2)）
        [胃底]未见曲张静脉
    """,
    "varix_dx": """
        2x 食管静脉曲张（(轻|中|重)度）
        食管胃底静脉曲张
        食管静脉曲张（G(2|3)）
        门脉高压性胃病
        EV（重度）
        食管胃静脉曲张（LemiD1.0Rf1）
    """,
    "esophageal_mass": """
        2x [距门齿]{24-30}-{31-35}cm[食管]见菜花样肿物，{mass_look}
        [食管]中段见{size_l}溃疡型肿物，{mass_look}
        [食管]{25-34}cm处环周狭窄，表面{rough}，内镜不能通过
        进镜至[距门齿]{22-33}cm受阻，见不规则隆起，{mass_look}
        [距门齿]{25-36}cm左侧壁见{size_l}隆起，{mass_look}
        [门齿]下{26-34}cm后壁见不规则溃疡，{mass_look}
    """,
    "mass_look": """
        质脆，易出血
        表面坏死，管腔狭窄
        表面凹凸不平，触之易出血
        覆污秽苔，僵硬
        占管腔1/2周
        周边堤样隆起，质硬
        组织糟脆
    """,
    "rough": """
        粗糙不平
        结节状
        糜烂
        高低不平
    """,
    "esophageal_cancer_dx": """
        3x 食管癌
        食管中段占位(，性质待病理|，考虑癌|)
        食管Ca？
        食管中下段癌
        食管癌（溃疡型）
        食管恶性肿瘤可能
    """,
    "gastric_mass": """
        2x [胃窦]见{size_l}不规则溃疡，{mass_look}，蠕动消失
        [胃体]小弯侧见巨大溃疡型肿物，{mass_look}
        [贲门]见{size_l}结节样隆起，累及[齿状线]，{mass_look}
        [胃体]皱襞粗大、僵硬，充气不展，[皮革胃]样改变
        [胃底]见菜花样肿物，{mass_look}
        [贲门]下至[体]上部小弯见隆起凹陷性病变，{mass_look}
        [胃窦]腔狭窄，[幽门]变形，{mass_look}
        [残胃]吻合口见隆起，{mass_look}
    """,
    "gastric_cancer_dx": """
        2x 胃癌
        2x 胃癌（Borrmann(II|III|Ⅱ|Ⅲ)型）
        胃癌？
        胃恶性肿瘤可能
        胃占位性质待定
        胃占位，考虑恶性
        胃Ca
    """,
    "polyp_site": """
        3x [胃底]
        3x [胃体]
        2x [胃窦]
        [胃体大弯]
        [贲门下]
        [胃底、胃体]
        [胃体上部]
        [幽门前区]
    """,
    "smt_site": """
        3x [胃底]
        2x [胃体]
        [胃窦大弯]
        [贲门下]
        [胃底近贲门]
    """,
    "edge_site": """
        [食管中段]
        [食管下段]
        [十二指肠球部]
        [十二指肠降部]
        [球部前壁]
        [降段]
        [食管上段]
    """,
    "smt_touch": """
        活检钳触之质硬
        触之可滑动
        色泽正常
        质韧
        cushion征（(+|-)）
        可见桥形皱襞
        建议EUS
    """,
    # What is seen once in a thousand examinations: the words that few other records share.
    "rare_upper_case": """
        [食管]腔扩张，内有食物潴留，[贲门]紧闭，进镜阻力感，[贲门失弛缓症]
        [食管]见多发白色点片状附着物，不易冲去，[霉菌性食管炎]
        [念珠菌性食管炎]，全段散在豆腐渣样白斑
        [食管裂孔]压迹增宽，[齿状线]上移至{34-36}cm，[滑动型裂孔疝]
        [食管胃结合部]见纵行撕裂伤，长约{0.5-1.5}cm，少许渗血，[Mallory-Weiss综合征]
        [贲门]黏膜撕裂，长{0.8-2.0}cm，呕吐后发生，[贲门撕裂征]
        [胃体]上部小弯见直径{2-4}mm血管残端，喷血，[Dieulafoy病]
        [胃内]见一巨大{size_l}褐色团块，表面有柿皮样物，[胃石]
        [胃体]皱襞巨大如脑回，分泌物多，[Menetrier病]{query}
        [胃窦]见纵行放射状红色条纹，呈西瓜皮样，[GAVE]
        [食管]黏膜环形皱襞、纵行沟，嗜酸细胞计数待病理，[EoE]{query}
        [食管]中段憩室，口约{1.0-2.0}cm，内有少许食物
        [食管]黏膜见多发蓝色柔软隆起，[蓝色橡皮疱痣]不除外
        [食管]入口下方见瘘口，可见气泡冒出，[食管气管瘘]
        [胃底]见外压性隆起，形态随呼吸变化，考虑<rule-out:脾脏压迫>
        [胃体]前壁外压，考虑<rule-out:肝脏>所致
        [胃窦]后壁外压性隆起，<rule-out:胰腺来源>待排
        [残胃]内见缝线及钛钉，缝线已拔除
        [上括约肌]下方蹼状狭窄，贫血，[Plummer-Vinson综合征]
        [食管]全程黏膜发黑，[急性坏死性食管炎]
        腐蚀性损伤，[下咽]至[贲门]黏膜灰白坏死，（2b级）
        [幽门]狭窄，内镜不能通过，腔内大量宿食，[幽门梗阻]
        [降部]绒毛扁平，呈锯齿样，[乳糜泻]待排
        [壶腹周围]隆起，[乳头]肿大，表面尚光滑
        [水平部]见憩室样结构，外缘淤积
        [球部]多发小结节，[胃上皮化生]可能
        [胃]腔内见钩虫附着，已钳除
        [胃体]见活动线状虫体，一端钻入黏膜，异尖线虫，已取出
        [体]大弯侧见黄白色斑块，[黄色瘤]
        [胃底]腺息肉病，百余枚，<other-organ:FAP>家族史待询
        [胃壁]见PEG造瘘管，外垫包埋
    """,
    "remnant_case": """
        [残胃]黏膜充血水肿，[吻合口]见缝线残留，输入、输出袢通畅(，[吻合口炎]|{dx}[残胃炎]|)
        [胃大部切除]（BII式）术后，[残胃]胆汁{much}，[吻合口]{mouth}
        [食管]-[胃]吻合口[距门齿]{22-30}cm，{mouth}
        [食管癌术后]，[吻合口][距门齿]{20-26}cm，{mouth}，胸腔[胃]黏膜{redness}
        [全胃切除术后]，[食管]空肠吻合口通畅，<neighbour:空肠袢>黏膜未见异常
        [残胃]小，黏膜糜烂，<neighbour:空肠>输出袢通畅，未见复发
        [远端胃切除]术后{1-9}年，[残胃]见{size_s}息肉，吻合口{mouth}
        [袖状胃]术后，[胃]腔呈管状，未见狭窄
    """,
    "much": """
        较多
        潴留
        反流明显
    """,
    "mouth": """
        通畅
        轻度狭窄
        黏膜充血糜烂
        见小溃疡
        未见新生物
    """,
    "redness": """
        充血
        光滑
        水肿
        散在糜烂
    """,
    "bleeding_case": """
        [胃]腔内见大量咖啡样液及血凝块，[胃底]视野不清，[胃体]后壁见溃疡，Forrest{forrest}
        [球部]后壁溃疡，Forrest{forrest}，予钛夹{1-4}枚及去甲肾冲洗
        [食管]下段见血栓头，[胃底]积血，[静脉曲张破裂出血]
        急诊见[贲门]下方渗血，Forrest{forrest}，喷洒凝血酶后止血
        [胃角]溃疡见血管裸露，Forrest{forrest}，钛夹夹闭
        腔内积血，冲洗后见[幽门管]溃疡基底渗血
        反复黑便，[胃]内咖啡色液{50-400}ml，[吻合口]溃疡见血痂
        [降部]见鲜血涌出，[十二指肠]憩室内出血，止血夹{2-5}枚
    """,
    "forrest": """
        Ia
        Ib
        IIa
        IIb
        IIc
        III
    """,
    "egd_early": """
        [距门齿]{24-34}cm片状黏膜发红，碘染不着色，粉红征（+），NBI见IPCL B(1|2)型
        [胃窦]小弯见{size_m}0-IIc病变，ME-NBI：DL（+），微血管不规则，[早癌]{query}
        [胃角]后壁0-IIa病灶{size_m}，靛胭脂染色边界清
        [门齿]{26-35}cm处茶色区域，{size_m}，Lugol染色（-），[LGIN]{query}
        [体]下部小弯发红凹陷，WOS（-），白光下边界欠清，{biopsy}
        [贲门]后壁{size_s}发红，放大：MS不规则，Paris 0-IIc
        [齿状线]口侧粗糙，不着色区{size_m}，取{2-4}块
        [食管]多发碘不染区，最大{size_m}，{biopsy}
    """,
    "papilla_case": """
        [降部][乳头]增大，开口呈绒毛状，{biopsy}
        [十二指肠乳头]肿大，{size_m}，表面糜烂，{maybe}[乳头腺瘤]
        [乳头]旁见憩室，口径约{1.0-2.5}cm，[乳头]位于憩室边缘
        [副乳头]隆起，{size_s}，黏膜光滑
        侧视镜：[主乳头]结节样肿大，开口变形，质{feel}
    """,
    # Written in a hurry: no stomach, no oesophagus, sites as single letters.
    "egd_terse": """
        [窦部]黏膜红斑，散在糜烂，[幽门]开闭可，[球部]（-）
        [贲门]口松弛，[窦]充血水肿
        [窦]：充血、糜烂。[球]：（-）。[降]：（-）
        [球腔]变形，前壁见{size_s}溃疡，覆白苔，周围充血
        [体]、[窦]未见异常，[角]光，[球]前壁霜斑样溃疡
        [CAG]（C{1-3}），<metaplasia:肠化>（+），[HP]（(+|-)）
        [GERD]，LA-(A|B)，[贲门]松
        [门齿]{20-35}cm处见{size_s}隆起，光滑，考虑[平滑肌瘤]
        [降部]外侧壁{size_s}隆起，{polyp_look}，{biopsy}
        [球部]多发霜斑样溃疡，球腔无变形，{advice}
        [角切迹]后壁凹陷，皱襞中断，{biopsy}，质脆
        [幽门]前区痘疹样糜烂，{biopsy}
        [底]腺息肉可能，{count}，{size_s}
        [窦]小弯{size_s}隆起，山田(I|II)型，已钳除
        [EGJ]以下小弯侧{size_m}粗糙区，{biopsy}
        [门齿]{33-38}cm起见曲张静脉{2-4}条，RC（(+|-)）
        [贲门]后壁肿物，[齿状线]受侵，质脆，{biopsy}
        [体]上部大弯广基隆起{size_m}，{biopsy}
        [球后]溃疡，狭窄，镜身不能通过
        [窦]部变形，皱襞集中，[幽门]狭窄，宿食多
        [Z线]上移，舌状发红黏膜，{biopsy}
        [齿状线]上见白色斑块，冲洗不掉
        [贲门]失弛，潴留明显，（芝加哥II型）
        [UGI]：[窦]多发糜烂，[Hp]（(+|-)）
        [HP]相关，鸡皮样改变，[窦]为著
    """,
    # ERCP belongs here by decision: the scope comes from above and works on the papilla of the duodenum.
    "ercp": """
        4x ({history_other}，)?20{ercp_head}(：|，)({ercp_way}{pause})?70{duct_stone}({pause}{stone_act*1-4})?95({dx}{stone_dx})?40
        2x ({history_other}，)?20{ercp_way}{pause}{duct_stone}({pause}{stone_act*1-4})?95({dx}{stone_dx})?40
        3x ({history_other}，)?20({ercp_head}(：|，))?80{ercp_way}{pause}{duct_narrow}({pause}{narrow_act*1-3})?95({dx}{narrow_dx})?45
        ({ercp_head}：)?40{ercp_way}，{ercp_fail}
        {ercp_head}：{ercp_way}，造影<procedure:胆总管>未见明显充盈缺损，[乳头]引流可，退镜
    """,
    "ercp_head": """
        5x [ERCP]
        2x [ERCP]+[EST]
        2x [十二指肠镜]
        [逆行胰胆管造影]
        内镜治疗
        [ERCP]术
        [ENBD]术后[ERCP]
    """,
    "ercp_way": """
        2x 进镜至[十二指肠降部]，[主乳头]呈(乳头型|半球型|扁平型)
        [十二指肠镜]顺利达[降段]，找到[主乳头]
        [乳头]位于憩室旁，开口清
        侧视镜经[食管]、[胃]至[降部]，拉直镜身
        [乳头]插管成功，导丝进入<procedure:胆总管>
        经[副乳头]插管，导丝进入<procedure:胰管>
        拉直镜身见[乳头]开口，选择性插管
    """,
    "duct_stone": """
        3x 造影见<procedure:胆总管>扩张，直径{1.0-1.9}cm，内见{1-4}枚充盈缺损
        <procedure:胆管>内泥沙样结石
        <procedure:胰管>扩张，头部见结石影
        <procedure:胆总管>下段见{0.5-1.5}cm充盈缺损
        <procedure:胆总管>多发结石，大者{0.8-1.8}cm
    """,
    "duct_narrow": """
        <procedure:胆总管>下段狭窄，上段扩张{1.2-2.0}cm
        <procedure:肝门部胆管>狭窄，长约{1-3}cm
        <procedure:胆总管>末端呈鸟嘴样改变，<procedure:胆囊管>显影
        [乳头]隆起，<procedure:胰胆管>均扩张
        <procedure:胆总管>中段截断，断端不规则
    """,
    "stone_act": """
        3x 行[乳头]小切开
        2x [EST]（中切开）
        球囊扩张[乳头]至{8-12}mm
        3x 取石网篮取出结石{1-4}枚
        取石球囊清理胆道
        2x 置入[鼻胆管]一根，引流通畅
        退镜，术中无出血
        再次造影未见残余结石
    """,
    "narrow_act": """
        2x [EST]（小切开）
        细胞刷刷检{2-4}次
        置入塑料支架一枚（8.5Fr*{5-9}cm），[乳头]外见胆汁流出
        置入金属支架一枚，[乳头]外见胆汁流出
        置入[鼻胆管]一根，引流通畅
        扩张探条扩张狭窄段
        透视下位置良好
    """,
    "stone_dx": """
        <procedure:胆总管结石>，[ERCP]取石术后
        [乳头]旁憩室，<procedure:胆总管结石>
        <procedure:胆管结石>，[EST]术后
        <procedure:胆总管结石>
    """,
    "narrow_dx": """
        <procedure:胆总管>末端狭窄，[乳头]癌待排
        <procedure:梗阻性黄疸>，[ERBD]术后
        <procedure:胆管>恶性狭窄可能
        [十二指肠乳头]占位{query}
        <procedure:胆管>狭窄，[ENBD]术后
    """,
    "ercp_fail": """
        反复插管不成功，终止操作
        [乳头]未能找到，[十二指肠]水肿狭窄
        行[乳头]预切开后出血，予肾上腺素喷洒
        因[幽门]梗阻镜身不能通过，改<plan:PTCD>
    """,
}
