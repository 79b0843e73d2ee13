"""Upper digestive tract without the scope's own report: pathology, procedures, diagnoses, complaints, pictures."""

RULES = {
    "upper_pathology": """
        5x {upper_path_full}
        3x ({specimen}(。|；|，))?30({upper_clinic}。)?30({path_head})?30{stomach_mark}{stomach_plain}({pause}{stomach_grading*1-3})?75({pause}[Hp]（(-|+|++)）)?35
        2x ({specimen}(。|；|，))?30({upper_clinic}。)?30({path_head})?30{stomach_mark}{stomach_mucosa}({pause}[Hp]（(-|+|++)）)?35
        2x ({upper_history_path}，)?25({path_head})?25{stomach_mark}{stomach_tumour}({pause}{stomach_stain*1-2})?45
        ({upper_history_path}，)?25({path_head})?25{stomach_mark}{stomach_lesion}({pause}{advice})?45
        2x ({upper_history_path}，)?25({path_head})?25{oes_mark}{oes_tumour}({pause}{oes_stain*1-2})?45
        2x ({specimen}，)?35{oes_mark}{oes_mucosa}({pause}{advice})?30
        2x ({specimen}，)?35{duo_mark}{duo_finding}({pause}{advice})?30
        {path_head}{stomach_mark}{stomach_plain}；{oes_mark}{oes_mucosa}
        {path_head}{stomach_mark}{stomach_mucosa}；{duo_mark}{duo_finding}
        2x {upper_specimen_report}({pause}{advice})?30
        2x {upper_path_terse}({pause}{upper_path_after})?80
        2x ({path_head})?50({specimen}，)?40{stomach_mark}{stomach_polyp}({pause}[Hp]（-）)?20
    """,
    "path_head": """
        3x 病理诊断：
        2x 病理：
        病理回报：
        病理示：
        2x 活检病理：
        镜检：
        光镜所见：
        会诊意见：
    """,
    "upper_path_full": """
        {specimen}。镜下见（[胃窦]）黏膜{grade}慢性炎，固有层淋巴细胞、浆细胞浸润，<metaplasia:肠化>（(-|+)），萎缩（(-|+)），活动性（(-|+)）；（[胃角]）{stomach_mucosa}；（[胃体]）{stomach_plain}。[Hp]（(+|-)）
        {upper_clinic}。（[胃窦]）{stomach_mucosa}；（[胃体]）{stomach_plain}；（[食管下段]）{oes_mucosa}。[Hp]（(+|-)）
        {upper_clinic}。（[胃窦大弯]）{stomach_plain}，{stomach_grading*2-3}；（[胃窦小弯]）{stomach_mucosa}；（[胃角]）{stomach_mucosa}
        [胃]大部切除标本，{16-22}cm×{8-12}cm，距下切缘{2-6}cm见溃疡型肿物，{size_l}。镜下：中分化腺癌，侵及浆膜下，[贲门]旁淋巴结{0-4}/{4-9}，<neighbour:十二指肠>断端（-）
    """,
    "upper_clinic": """
        2x 临床诊断：[{gastritis_dx}]
        [胃镜]示：[{gastritis_dx}]
        临床：[{ulcer_complaint}]{since}
        送检材料：[胃]黏膜
        临床诊断：[胃息肉]
        [胃镜]：[胃]多发糜烂
    """,
    "upper_history_path": """
        <history:{lower_past}>
        <history:{other_surgery}>
        临床：[{swallow_complaint}]{since}
        [胃镜]示新生物
        [上消化道]占位
        患者{age}
        既往<history:{chronic}>
    """,
    "stomach_mark": """
        6x （[胃窦]）
        2x （[胃窦小弯]）
        2x （[胃体]）
        2x （[胃角]）
        2x （[贲门]）
        [胃窦]：
        [胃体小弯]：
        （[窦小]）
        （[窦]）
        （[幽门]）
        “[胃窦]活检”
        “[贲门活检]”
        （[胃底]）
        2x [胃镜]活检：
        “[角]”
        [幽门前区]：
        [胃]黏膜活检：
        [胃窦大弯]：
    """,
    "oes_mark": """
        3x （[食管]）
        2x （[食管距门齿{24-36}cm]）
        2x （[门齿{25-36}cm]）
        （[食管中段]）
        “[食管]活检”：
        [距门齿]{26-35}cm：
    """,
    "duo_mark": """
        2x （[十二指肠球部]）
        （[十二指肠降部]）
        （[球部]）
        （[降部]）
        [十二指肠]：
        “[球]”
    """,
    "stomach_plain": """
        3x 黏膜慢性炎
        3x {grade}慢性炎
        黏膜慢性活动性炎，间质水肿
        黏膜{grade}慢性炎，局部腺体增生
        黏膜慢性炎，小凹上皮增生
        黏膜慢性炎，未见<negation:癌>
        浅表黏膜慢性炎
    """,
    "stomach_mucosa": """
        2x 黏膜慢性炎，伴<metaplasia:肠化>
        2x {grade}慢性萎缩性炎，伴{grade}<metaplasia:肠上皮化生>
        浅表黏膜慢性炎，局灶<metaplasia:肠化生>
        黏膜慢性炎伴糜烂，淋巴滤泡形成
        黏膜慢性炎急性活动，部分腺体<metaplasia:肠化>
        炎性渗出物、肉芽组织及坏死，符合溃疡
        低级别上皮内瘤变
        散在腺体<metaplasia:肠化(（+）|（++）|)>，萎缩（(+|-)）
        黏膜组织，间质淋巴细胞、浆细胞浸润
        破碎黏膜，{grade}慢性炎，<metaplasia:IM>（(+|++)）
        {grade}慢性炎，<metaplasia:肠型化生>，局部腺体轻度异型增生
    """,
    "oes_mucosa": """
        鳞状上皮增生
        鳞状上皮{grade}不典型增生
        黏膜慢性炎，乳头上移，基底细胞增生
        破碎鳞状上皮，未见<negation:肿瘤>
        鳞状上皮乳头状瘤
        炎性肉芽组织及渗出
        真菌菌丝及孢子，PAS（+）
        柱状上皮黏膜，伴<metaplasia:肠化>，符合[Barrett]
        鳞状上皮内见嗜酸性粒细胞{15-60}个/HPF
    """,
    "duo_finding": """
        2x 黏膜慢性炎，[布氏腺]增生
        绒毛轻度变短，固有层慢性炎细胞浸润
        管状腺瘤，低级别上皮内瘤变
        [胃上皮化生]
        绒毛管状腺瘤
        神经内分泌肿瘤，G1
        黏膜慢性炎
    """,
    "stomach_grading": """
        萎缩（(-|+)）
        <metaplasia:肠化>（(-|+|++|+++)）
        活动性（(-|+|++)）
        异型增生（-）
        上皮内瘤变（-）
        淋巴滤泡（(-|+)）
    """,
    "stomach_tumour": """
        3x (高|中|低|中-低)分化腺癌
        印戒细胞癌
        低黏附性癌
        管状腺癌，Lauren分型：(<metaplasia:肠型>|弥漫型|混合型)
        癌，倾向低分化腺癌
        腺癌，溃疡形成
    """,
    "stomach_lesion": """
        2x 高级别上皮内瘤变(，局灶癌变|)
        黏膜相关淋巴组织结外边缘区淋巴瘤
        弥漫大B细胞淋巴瘤
        神经内分泌肿瘤，G(1|2)
        黏膜内癌
        异型腺体，癌不除外
        炎性肉芽组织，见少许异型细胞，建议再取
    """,
    "oes_tumour": """
        3x 鳞状细胞癌
        2x (高|中|低)分化鳞癌
        高级别上皮内瘤变
        鳞状上皮原位癌
        小细胞癌
        鳞状上皮重度不典型增生，癌变
        平滑肌瘤
        基底样鳞癌
    """,
    "stomach_stain": """
        HER2（(0|1+|2+|3+)）
        Ki-67（{10-80}%+）
        P53（+），HER-2（(0|1+)）
        MLH1、MSH2、MSH6、PMS2（+）
        EBER（-）
        CK（+）
    """,
    "oes_stain": """
        P40（+），CK5/6（+）
        Ki-67（{20-70}%+）
        P63（+）
        P53（+）
        CK（+），Syn（-）
    """,
    "stomach_polyp": """
        3x [胃底腺息肉]
        2x 增生性息肉
        炎性息肉
        管状腺瘤，低级别上皮内瘤变
        [异位胰腺]组织
        [黄色瘤]
        腺瘤性息肉
        幼年性息肉
        梭形细胞肿瘤，[胃肠间质瘤]，CD117（+）
    """,
    "upper_path_after": """
        {advice}
        Ki-67（{1-30}%+）
        切片{2-9}张
        另见炎性渗出
        免疫组化待补充
        {specimen}
        建议内镜随访
        深切片同前
    """,
    "upper_specimen_report": """
        （[胃ESD]标本）(高|中)分化腺癌，0-(IIa|IIc)型，{size_m}，浸润深度(M|SM1)，水平切缘、垂直切缘（-），脉管癌栓（-）
        （[远端胃大部]切除标本）(中|低)分化腺癌，溃疡型，侵及(浆膜层|肌层|黏膜下层)，小弯侧淋巴结{1-6}/{12-22}，断端未见癌
        （[食管ESD]）鳞状细胞癌，浸润至(LPM|MM|SM1)，基底切缘阴性
        （[食管]癌根治标本）中分化鳞癌，{size_l}，侵及外膜，上下切缘（-），[贲门]旁淋巴结{0-3}/{3-9}
        [全胃]标本：弥漫浸润型，印戒细胞癌，大网膜未见癌结节，<neighbour:十二指肠>断端（-）
        （[贲门]）高级别瘤变，局灶腺癌，侧切缘（(+|-)），距基底{200-900}μm
        （[胃壁]肿物）梭形细胞肿瘤，符合[胃肠间质瘤]，CD117（+），DOG-1（+），核分裂{1-6}/50HPF
        （[近端胃]）[食管胃结合部]腺癌，SiewertII型，淋巴结{1-7}/{14-25}
    """,
    "upper_path_terse": """
        （[窦]）浅，轻，<metaplasia:IM>（+）
        [窦]2块，[体]2块，[角]1块：OLGA(0|I|II)期，OLGIM(0|I|II)期
        （[球]）黏膜慢性炎，[布氏腺]增生
        （[EGJ]）鳞柱交界黏膜慢性炎
        [贲]：高级别瘤变，建议切除送检
        （[角]）萎缩（+），活动（-），<metaplasia:肠化>（++）
        “[窦大]”黏膜慢性炎，“[体小]”<metaplasia:肠化>（+）
        鳞状上皮（[门齿]{25-33}cm）中度异型增生
        （[残胃]吻合口）黏膜慢性炎，糜烂
        （[乳头]）绒毛状管状腺瘤，[壶腹]来源
        （[降部]）绒毛未见萎缩，上皮内淋巴细胞不增多
        （[幽门]）腺癌，HER2（(1+|3+)）
        （[SiewertII]）腺癌，PD-L1 CPS={1-20}
    """,
    "upper_procedure": """
        3x ({procedure_head}，)?40({egd_history}，)?15{s=lesion_site_u}{lesion_flat}，{dissection}({pause}{closing*1-2})?60
        2x 术前诊断：[{s=lesion_site_u}早癌]。({procedure_head}，)?30{dissection}。术后诊断：同前({pause}{closing*1-2})?60
        3x ({procedure_head}，)?40({egd_history}，)?15{s=lesion_site_u}{lesion_polyp}，{polypectomy}({pause}{clip_close})?50({pause}{closing*1-2})?50(。术后诊断：[{$s}息肉])?35
        2x [食管]{varix_short}，{banding*1-3}
        2x {foreign_body}({pause}{foreign_after})?60
        2x ({procedure_head}(：|，))?40{upper_therapy}({pause}{closing*1-1})?40
        2x {upper_act_terse}({pause}{closing*1-1})?60
    """,
    "procedure_head": """
        2x 患者取左侧卧位
        气管插管全麻下
        静脉麻醉
        内镜下治疗
        术前讨论明确适应证
        3x 治疗经过
        知情同意后
        既往<history:{chronic}>，停用阿司匹林1周
        术前<preparation:禁食水>8h
        手术记录
    """,
    "lesion_site_u": """
        3x [胃窦]
        2x [胃体]
        2x [胃底]
        2x [食管中段]
        [贲门]
        [胃角]
        [十二指肠球部]
        [食管下段]
        [降部]
        [窦小弯]
        [幽门前区]
        [球部]
    """,
    "lesion_flat": """
        2x 见{size_m}病变
        黏膜下肿物，{size_m}
        0-IIa+IIc病变，{size_m}
        0-IIb病变，边界清
        早癌，{size_m}
        扁平病变{size_m}
    """,
    "lesion_polyp": """
        息肉{size_s}
        见{size_s}隆起
        广基息肉，{size_m}
        {count}息肉，{size_s}
        见亚蒂息肉，{size_m}
    """,
    "dissection": """
        5x ({dissection_mark}{pause})?60{dissection_lift}{pause}{dissection_cut}({pause}{dissection_close*1-2})?60
        {dissection_mark}，{dissection_cut}，{dissection_close}
        {dissection_lift}，{dissection_cut}，{dissection_close*1-2}
    """,
    "dissection_mark": """
        病灶周边电凝标记
        Dual刀标记边界
        NBI下确认边界后标记
        氩气标记
    """,
    "dissection_lift": """
        黏膜下注射(甘油果糖美兰液|生理盐水|玻璃酸钠)，抬举征(良好|阳性)
        多点黏膜下注射
        黏膜下注射后抬举良好
        注射(靛胭脂|美兰)盐水抬起病变
    """,
    "dissection_cut": """
        2x (环周|)切开，沿黏膜下层剥离
        IT刀切开后逐步剥离
        完整剥离病变，标本展平固定，{size_l}
        钩刀剥离，(牵引线辅助|圈套器辅助)完整切除
        ESD完整剥离，标本{size_l}
    """,
    "dissection_close": """
        创面见裸露血管，热凝钳处理
        钛夹{2-6}枚夹闭创面
        创面止血满意
        创面喷洒止血粉
    """,
    "polypectomy": """
        2x 圈套器完整切除
        冷圈套切除，回收标本
        黏膜下注射后圈套电切
        活检钳钳除
        APC灼除
        予氩气电凝
        EMR切除，标本送病理
        透明帽辅助下套扎后切除
    """,
    "clip_close": """
        2x 钛夹{1-4}枚夹闭创面
        创面无渗血
        创面少许渗血，电凝止血
        和谐夹{1-2}枚封闭
    """,
    "closing": """
        术后禁食{1-3}天
        予PPI静滴
        术中出血约{5-20}ml
        术毕安返病房
        观察无出血后退镜
        生命体征平稳
        注意有无腹痛发热
        无穿孔
        手术用时{20-120}min
    """,
    "varix_short": """
        曲张静脉{2-4}条，RC（+）
        静脉曲张（重度）
        胃底静脉曲张
        曲张静脉，红色征阳性
        静脉曲张破裂出血
    """,
    "banding": """
        2x 自[贲门]上方螺旋式套扎{5-9}环
        六环套扎器密集套扎
        [胃底]曲张静脉注射组织胶{1-4}ml（“三明治”法）
        套扎后静脉呈球形，紫蓝色
        聚桂醇硬化剂注射{5-20}ml
        术后静脉输注生长抑素
        [EVL]治疗，过程顺利
        继发于<history:肝硬化>，择期再次治疗
    """,
    "foreign_body": """
        [食管]入口见一(枣核|鱼刺|鸡骨|假牙|硬币)嵌顿，异物钳取出，黏膜擦伤
        [距门齿]{16-24}cm见(鱼刺|枣核|带钩义齿)横行嵌顿，两端刺入侧壁，取出后少许渗血
        误吞纽扣电池{2-9}h，[胃]内见电池一枚，网篮取出
        [胃底]见(打火机|发夹|铁钉)一枚，圈套器套取，经外套管拔出
        [门齿]{17-22}cm食物团嵌塞，推入[胃]内
        [胃石]{size_l}，碎石器绞碎，嘱饮可乐
        [幽门]口处见牙签，尖端外露，予拔除
    """,
    "foreign_after": """
        未见穿孔
        再次进镜黏膜损伤轻
        术后进软食
        查胸部CT排除<rule-out:纵隔气肿>
        禁食1天
        嘱观察
    """,
    "upper_therapy": """
        [POEM]：[食管]后壁黏膜下隧道，切断环形肌至[贲门]下2cm，钛夹{5-9}枚封闭隧道口
        [STER]，[食管]下段固有肌层肿物完整剥离，{size_m}
        [食管]狭窄，沿导丝送入扩张探条（{7-15}mm），扩张后镜身通过
        [吻合口]狭窄，球囊扩张至{10-18}mm，[食管]腔增宽
        [贲门]癌性梗阻，置入覆膜支架，上缘[距门齿]{30-35}cm
        经皮[胃]造瘘（PEG），腹壁穿刺点消毒，外固定{2-4}cm
        [十二指肠]球部溃疡出血，钛夹{1-4}枚止血，喷洒凝血酶
        [胃镜]引导下放置<neighbour:空肠营养管>，头端过Treitz韧带
        [胃窦]血管扩张，APC（40W）灼除
        [食管]碘染不着色，RFA射频消融，长度{3-8}cm
        [胃底]间质瘤{size_m}，EFR切除，钛夹+尼龙绳缝合
        [幽门]支架置入，远端位于[降部]，造影剂通过顺利
        [十二指肠]降部腺瘤，分片EMR，创面夹闭
        [胃]内减重球囊取出，穿刺吸液后套取
        [贲门]旁胃底折叠（TIF），瓣膜重建良好
    """,
    "upper_act_terse": """
        [EVL]术，套扎{5-9}环，术后禁食水
        [贲门]上曲张静脉套扎术后{2-4}周，环已脱落，见浅溃疡
        [EVL]术后复查，疤痕形成，残余静脉{1-3}条，追加套扎{1-4}环
        [门齿]{25-32}cm病变[ESD]，标本{size_l}，创面近3/4周，予激素
        [球部]Forrest Ib，钛夹{1-4}枚，血止
        [POEM]术后{1-6}月，[贲门]通畅，Eckardt {0-2}分
        [GOV1]，组织胶{1-3}ml+聚桂醇，硬结感
        [窦]部病变[EMR]-C，标本完整
        [PEG]管更换，20Fr，固定好
        [幽门]扩张，{10-15}mm球囊，3min*2次
        [体]部SMT，{size_m}，固有肌层，[ESE]完整剥除，瘤窝夹闭
        [降部]广基{size_m}，圈套，[乳头]未损伤
        [底]部组织胶注射，排胶期复查
    """,
    "upper_dx_any": """
        10x {gastritis_dx}
        14x {upper_dx_main}
        7x {upper_dx_minor}
    """,
    "gastritis_dx": """
        8x 慢性非萎缩性胃炎
        4x 慢性浅表性胃炎
        3x 慢性萎缩性胃炎
        3x 慢性非萎缩性胃炎伴糜烂
        2x 胆汁反流性胃炎
        疣状胃炎
        糜烂性胃炎
        CAG
        慢性胃炎
        慢性胃窦炎
        出血糜烂性胃炎
    """,
    "upper_dx_main": """
        2x 反流性食管炎（LA-(A|B)）
        3x 十二指肠球部溃疡
        3x 胃溃疡
        胃角溃疡（(A1|H1)期）
        2x 胃底腺息肉
        胃窦癌
        贲门癌
        2x 食管癌
        残胃炎
        吻合口炎
        食管静脉曲张（(轻|中|重)度）
        门脉高压性胃病
        贲门失弛缓症
        霉菌性食管炎
        胃间质瘤
        胃石症
        贲门撕裂综合征
        GERD
        幽门梗阻
        消化性溃疡
        复合性溃疡
        应激性溃疡伴出血
        急性胃黏膜病变
        上消化道出血
        功能性消化不良
        胃下垂
        胃轻瘫
        食管早癌
        胃MALT淋巴瘤
        食管胃底静脉曲张
        皮革胃
        球部溃疡（(A1|A2|H1|H2|S1|S2)）
        幽门管溃疡
        NERD
        嗜酸细胞性食管炎
        球后溃疡
        十二指肠淤积症
        肥厚性幽门狭窄
        壶腹腺瘤
        EGJ腺癌（SiewertIII型）
        腐蚀性食管炎
        胡桃夹食管
        食管气管瘘
        胃扭转
    """,
    "upper_dx_minor": """
        3x 反流性食管炎
        2x 胃多发息肉
        2x 十二指肠球炎
        十二指肠憩室
        2x 食管裂孔疝
        Barrett食管
        食管乳头状瘤
        胃黄色瘤
        异位胰腺
        食管黏膜下肿瘤
        贲门息肉
        糖原棘皮症
        2x Hp感染
        食管憩室
        贲门松弛
        Zenker憩室
        食管胃黏膜异位
        布氏腺增生
        胃底黏膜下隆起
    """,
    "upper_diagnosis": """
        10x {upper_stay}
        2x 1.[{gastritis_dx}] 2.[{upper_dx_minor}] 3.<other-organ:{other_dx_any}> 4.<history:{other_surgery}>
        3x [{gastritis_dx}]({dx_then}{gastritis_detail*1-2})?75
        2x [{upper_dx_main}]({dx_then}{upper_dx_detail*1-2})?75
        2x [{gastritis_dx}]{dx_joint}[{upper_dx_minor}]({dx_then}{gastritis_detail})?40
        2x [{upper_dx_main}]{dx_joint}[{upper_dx_minor}]({dx_then}{upper_dx_detail})?40
        2x 1.[({gastritis_dx}|{upper_dx_main})] 2.[{upper_dx_minor}]( 3.<other-organ:{other_dx_any}>)?45
        2x ({patient}，)?60({history_other}，)?40[{upper_dx_any}]({query})?30
        [{upper_dx_any}]；(既往|有|曾有)<history:{lower_past}>，{advice}
        {maybe}[{upper_dx_any}]，{advice}
        [{upper_dx_any}]。<rule-out:{other_worry}>已排除
        诊断：[{upper_dx_any}]。建议<plan:(肠镜|结肠镜|心电图|肝胆彩超)>
        <header:胃肠镜>结论：[{upper_dx_any}]({dx_then}{upper_dx_detail})?50
        出院诊断：[{upper_dx_any}]；<other-organ:{other_dx_any}>
        2x {upper_dx_terse}({dx_then}{upper_dx_detail})?50
    """,
    "dx_then": """
        3x ，
        2x 。
        ；
    """,
    "dx_joint": """
        4x ，
        2x ；
        2x 、
        ，伴
        ，合并
        。
    """,
    "upper_stay": """
        因{reflux_complaint}{since}入院，[胃镜]示[反流性食管炎]，{upper_treatment*1-2}，{outcome}
        因{ulcer_complaint}{since}入院，[胃镜]示[{gastritis_dx}]，{upper_treatment*1-2}，{outcome}
        因{ulcer_complaint}{since}就诊，[胃镜]：[{upper_dx_minor}]，余无殊，{upper_treatment}，{outcome}
        因[上腹]痛{since}入院，完善检查示[(胃溃疡|十二指肠球部溃疡|复合性溃疡)]，{upper_treatment*1-3}，{outcome}
        因{swallow_complaint}{since}入院，检查示[(食管癌|贲门癌)]，(转外科治疗|拟择期手术|拟行放化疗)
        因{swallow_complaint}{since}入院，[胃镜]及造影示[贲门失弛缓症]，行[POEM]，{outcome}
        因[呕血]{1-3}天入院，急诊[胃镜]：[食管静脉曲张]破裂，予套扎，生长抑素，输血{1-4}U，{outcome}
        入院诊断：[(应激性溃疡伴出血|急性胃黏膜病变|消化性溃疡|贲门撕裂综合征|胃石症|幽门梗阻|上消化道出血|食管胃底静脉曲张|GERD|球后溃疡)]。治疗经过：完善检查，<rule-out:{other_worry}>除外，{outcome}
        主因[胃]部不适{since}入院，[胃镜]：[{gastritis_dx}]，<normal:肠镜>未见异常，{upper_treatment*1-2}，{outcome}
    """,
    "upper_treatment": """
        3x 予PPI抑酸
        予铝碳酸镁护膜
        2x 予抑酸、[胃]黏膜保护治疗
        四联根除[Hp]{10-14}天
        予莫沙必利促动力
        禁食、补液
        规律服药{4-8}周
        [Hp]阴性，对症治疗
    """,
    "gastritis_detail": """
        2x [Hp]（(+|-|++)）
        [Hp](阳性|阴性)
        {advice}
        <metaplasia:肠化>（(+|++)）
        以[窦部]为著
        [贲门]松弛
        已行根除治疗
        较前好转
        {history_other}
    """,
    "upper_dx_detail": """
        2x {advice}
        2x {history_other}
        较前好转
        待病理
        对症治疗
        病情平稳
        门诊治疗
        <rule-out:{other_worry}>不支持
        建议<plan:肠镜>
        随诊观察
    """,
    "upper_dx_terse": """
        [CAG]，<metaplasia:IM>（+），[HP]根除后
        [DU]（(A1|A2|H1|S1)），[Hp]（+）
        [贲门]炎，[GERD]？
        [Hp]现症感染，四联{10-14}天后复查
        [EV]（中度），<history:乙肝肝硬化>
        [MALT]，[Hp]（+），拟先根除
        [球]炎，[窦]炎
        [SMT]（[底]，{size_m}，MP起源？）
        [NERD]，PPI有效
        [UGIB]，[DU]可能
        [LES]压力低，De Meester {15-40}分
        [EGJ]流出道梗阻
    """,
    "upper_symptoms": """
        2x ({patient}，)?60{reflux_complaint*1-3}{since}(，{worse})?40({pause}{upper_context*1-2})?70({pause}{reflux_guess})?75
        2x ({patient}，)?60{ulcer_complaint*1-3}{since}(，{worse})?40({pause}{upper_context*1-2})?70({pause}{ulcer_guess})?75
        ({patient}，)?60{swallow_complaint*1-2}{since}(，{worse})?40({pause}{upper_context})?70({pause}{swallow_guess})?80
        2x ({patient}，)?60{upper_complaint*1-2}{since}。{upper_deny*1-2}({pause}{upper_guess})?75
        {history_other}，{upper_complaint*1-2}，{upper_guess}
        主诉：{upper_complaint*1-2}{since}。{upper_context*1-2}
        因<history:{lower_past}>随访，诉{upper_complaint*1-2}{since}，{upper_context}
        2x (会诊：|){history_other}，今{upper_acute}({pause}{upper_deny})?40
    """,
    "upper_complaint": """
        {reflux_complaint}
        {ulcer_complaint}
        {swallow_complaint}
    """,
    "reflux_complaint": """
        2x [反酸]、[烧心]
        [反酸]
        [烧心]，平卧加重
        [胸骨后]烧灼感
        食物[反流]，夜间呛咳
        [嗳气]频作
        [心口]灼痛
    """,
    "ulcer_complaint": """
        2x [上腹部]隐痛
        [上腹]胀痛，餐后明显
        [剑突下]烧灼样痛
        [胃脘部]不适
        [胃部]胀满
        [胃]痛，餐后加重
        [胃]脘灼热
        空腹时[上腹]痛，进食后缓解
        夜间[剑突下]痛
        [恶心]、[呕吐]宿食
        纳差，[餐后饱胀]
        [早饱]，嗳气
        [剑突下]隐痛
        [呃逆]不止
    """,
    "swallow_complaint": """
        [吞咽困难]，进行性加重
        进食[哽噎]感
        [吞咽]不畅
        进干食[哽噎]，需饮水送下
        [吞咽]时胸骨后痛
    """,
    "upper_acute": """
        [呕血]{1-3}次，约{100-500}ml，{maybe}[上消化道出血]
        [呕咖啡样物]{100-300}ml，急诊[EGD]
        [胃管]引出咖啡色液体{50-300}ml，{maybe}[应激性溃疡]
        进食后鱼刺卡喉，[吞咽]痛，拟急诊[胃镜]
        突发[上腹]剧痛，板状腹，{maybe}[溃疡]穿孔
        [呕]鲜血，量多，{maybe}[静脉曲张]破裂
        [呕血]、黑便，生长抑素泵入
        [呕]宿食，振水音（+），[幽门梗阻]{query}
    """,
    "upper_context": """
        大便正常
        无<negation:便血>，体重下降{2-6}kg
        无<negation:腹泻、便秘>
        否认<negation:黏液血便>
        服奥美拉唑有效
        长期口服阿司匹林
        <rule-out:心电图>未见异常
        C13呼气试验(阳性|阴性)
        曾有<history:{lower_past}>
        心内科除外<rule-out:心绞痛>
        <rule-out:冠脉CTA>正常
        疼痛放射至<referred:背部>
        外院<normal:肠镜未见异常>
        抑酸治疗后好转
        饮食不规律
    """,
    "upper_deny": """
        无<negation:便血、大便变细>
        否认<negation:腹泻>及<negation:里急后重>
        无<negation:咳嗽咳痰>
        无<negation:胸闷心悸>，<rule-out:肌钙蛋白>阴性
        大小便如常
        无<negation:肛门停止排气排便>
        <normal:肠鸣音>正常
    """,
    "upper_guess": """
        5x 拟行[胃镜]
        予PPI、铝碳酸镁
        予PPI，必要时[胃镜]
        抑酸效果欠佳，约[EGD]
        建议查[Hp]
        {maybe}[胃]部疾病，约[胃镜]
    """,
    "reflux_guess": """
        2x {maybe}[胃食管反流病]
        {maybe}[反流性食管炎]
        [GERD]{query}
        拟行[胃镜]及24h pH监测
        PPI试验阳性
    """,
    "ulcer_guess": """
        {maybe}[慢性胃炎]
        {maybe}[消化性溃疡]
        {maybe}[DU]
        [十二指肠溃疡]{query}
        {maybe}[功能性消化不良]
        予PPI、铝碳酸镁，必要时[胃镜]
        查[Hp]，约[胃镜]
    """,
    "swallow_guess": """
        {maybe}[食管肿物]
        {maybe}[贲门失弛缓]
        [食管癌]{query}
        急诊[EGD]
        2x 拟行[胃镜]
        钡餐示[贲门]狭窄
    """,
    "upper_tests": """
        C13呼气试验：DOB值{5-40}.{0-9}，[Hp](阳性|现症感染)
        C14呼气试验（+），{100-900}dpm，[幽门螺杆菌]感染
        24h pH监测：酸反流{60-150}次，DeMeester {15-60}，与[烧心]相关
        高分辨率测压：[LES]静息压{5-45}mmHg，IRP{8-30}，{maybe}[食管]体部蠕动障碍
        胃蛋白酶原：[PGI] {20-90}ng/ml，PGI/II {1-6}.{0-9}，{maybe}[萎缩性胃炎]
        [胃泌素]{20-900}pg/ml，壁细胞抗体（+），{maybe}自身免疫性[胃炎]
        [胃]排空试验：4h残留{12-60}%，{maybe}[胃轻瘫]
    """,
    "upper_imaging": """
        上消化道钡餐：[食管]通畅，[胃]呈鱼钩型，[胃窦]见龛影，{size_m}，周围黏膜纠集
        钡餐：[食管]下段呈鸟嘴样狭窄，上段扩张，考虑[贲门失弛缓]
        GI：[胃]下极位于髂嵴连线下{5-10}cm，[胃下垂]
        造影示[食管]中段充盈缺损，长约{3-7}cm，黏膜破坏，管壁僵硬
        CT：[胃窦]壁不规则增厚，最厚处约{1.0-2.5}cm，强化明显，<neighbour:肝胃间隙>见{2-5}枚小淋巴结，{maybe}[胃癌]
        CT增强：[贲门]及[胃底]壁增厚，浆膜面毛糙，<normal:肝脏>未见转移
        胸部CT：[食管]胸中段壁增厚，管腔狭窄，<normal:双肺>未见结节，{maybe}[食管癌]
        [EUS]：[胃底]固有肌层低回声，{size_m}，内部均匀，{maybe}[间质瘤]
        [EUS]：[食管]黏膜下层无回声，{size_s}，囊肿{query}
        [EUS]示病灶源于黏膜肌层，[门齿]{25-35}cm，平滑肌瘤{query}
        碘水造影：[吻合口]未见外溢，[残胃]排空可
        腹部立位片：[胃]泡扩大，大量潴留液，[幽门]梗阻{query}
        [胃]充盈超声：[胃窦]壁厚{0.8-1.6}cm，层次不清，<normal:胆囊>未见结石
        小儿彩超：[幽门]肌层厚{4-7}mm，管长{16-22}mm，考虑肥厚性狭窄
        膈下游离气体，{maybe}[十二指肠]溃疡穿孔
        UGI：[贲门]下软组织影，龛影{size_m}，半月征
        [水平部]受压，近端扩张，逆蠕动，<rule-out:肠系膜上动脉>压迫
    """,
}
