"""Reports that name both ends of the digestive tract: the label follows what was found, not what was named."""

RULES = {
    "both_upper": """
        2x <normal:{colon_exam}>{clear}(，|；|。){egd_exam}(示|见|：){upper_found}({pause}{biopsy})?30({pause}{advice})?60
        2x {egd_exam}(示|见|：){upper_found}(，|；|。)<normal:{colon_exam}>{clear}({pause}{biopsy})?30({pause}{advice})?60
        <header:(胃肠镜|双镜|胃镜+肠镜|上下消化道内镜)>检查：<normal:{colon_part}>{clear}，{upper_found}
        <header:(胃肠镜|双镜|胃肠镜同日)>：{upper_found}，<normal:{colon_part}>{clear}
        <history:{colon_exam}示{lower_found_plain}，已切除>，今复查{egd_exam}，{upper_found}
        因<history:(便血|大便隐血阳性|腹泻)>行<normal:{colon_exam}>{clear}，再行{egd_exam}，{upper_found}
        原拟<plan:{colon_exam}>，因<preparation:肠道准备不佳>改期，先行{egd_exam}：{upper_found}
        <plan:肠镜>未做。{upper_found}，{advice}
        <normal:{colon_part}>及<normal:(末回|直乙|肛管)>{clear}；{upper_found}
    """,
    "both_lower": """
        2x <normal:{egd_exam_plain}>{clear}(，|；|。){colonoscope}(示|见|：){lower_found}({pause}{biopsy})?30({pause}{advice})?60
        2x {colonoscope}(示|见|：){lower_found}(，|；|。)<normal:{egd_exam_plain}>{clear}({pause}{biopsy})?30({pause}{advice})?60
        <header:(胃肠镜|双镜|胃镜+肠镜|上下消化道内镜)>检查：<normal:{upper_part}>{clear}，{lower_found}
        <header:(胃肠镜|双镜|胃肠镜同日)>：{lower_found}，<normal:{upper_part}>{clear}
        <history:{egd_exam_plain}示{upper_found_plain}，已治愈>，今复查{colonoscope}，{lower_found}
        因<history:(上腹痛|黑便|反酸)>行<normal:{egd_exam_plain}>{clear}，再行{colonoscope}，{lower_found}
        原拟<plan:{egd_exam_plain}>，因<history:(鼻咽癌放疗后张口受限|心率快)>改期，先行{colonoscope}：{lower_found}
        <plan:胃镜>未做。{lower_found}，{advice}
        <normal:{upper_part}>及<normal:(贲门|幽门|降部)>{clear}；{lower_found}
    """,
    "both_neither": """
        <normal:{egd_exam_plain}>、<normal:{colon_exam}>{clear}(，|；|。){neither_found}({pause}{biopsy})?30({pause}{advice})?60
        <header:(胃肠镜|双镜)>{clear}，{neither_found}
        {neither_found}，<normal:(胃肠镜|胃镜及肠镜|消化道检查|{egd_exam_plain}|{colon_exam})>{clear}
        因<rule-out:(上腹痛|腹痛|消瘦|黄疸)>行<normal:{egd_exam_plain}>{clear}，{neither_found}
        因<rule-out:(腹泻|便秘|便隐血阳性)>行<normal:{colon_exam}>{clear}，{neither_found}
        <plan:(胃镜|肠镜|胃肠镜)>暂缓，{neither_found}
        <rule-out:(胃癌|结肠癌|消化性溃疡|克罗恩病|肠结核)>依据不足，{neither_found}
        <history:(胃癌|直肠癌|结肠癌|食管癌|贲门癌|乙状结肠癌)术后>，<normal:(吻合口|胃肠道|胃肠镜)>未见复发，{neither_found}
    """,
    "colon_exam": """
        3x 肠镜
        2x 结肠镜
        电子肠镜
        肠镜检查
        下消化道
    """,
    "colon_part": """
        结直肠
        大肠
        结肠
        回盲部
        下消化道
        全结肠
    """,
    "upper_part": """
        食管、胃
        胃、十二指肠
        上消化道
        食管及胃底体
        胃及球部
        食管
    """,
    "clear": """
        4x 未见异常
        2x （-）
        2x 无殊
        未见明显异常
        正常
        未见出血灶
        未见新生物
        黏膜光滑
    """,
    "egd_exam": """
        4x [胃镜]
        [电子胃镜]
        [胃镜]检查
        [上消化道]内镜
        [EGD]
    """,
    "egd_exam_plain": """
        4x 胃镜
        电子胃镜
        胃镜检查
        上消化道内镜
        EGD
    """,
    "colonoscope": """
        4x [肠镜]
        2x [结肠镜]
        [电子肠镜]
        [肠镜]检查
        [下消化道]内镜
    """,
    "upper_found": """
        2x [胃窦]{size_s}溃疡
        [胃体]息肉，{size_s}
        [慢性萎缩性胃炎]
        [反流性食管炎]（(A|B)级）
        [球部]溃疡，{size_s}
        [贲门]下{size_m}粗糙区，{biopsy}
        [食管]中段糜烂，碘染色不着色
        [窦]多发糜烂，[Hp]（+）
        [胃角]溃疡，{biopsy}
        [十二指肠]降部{size_s}隆起
        [食管静脉曲张]
        [幽门]前区隆起糜烂
        [胃底]黏膜下隆起，{size_m}
        [体]上部{size_m}溃疡，覆污苔
        [球]前壁霜斑样溃疡
        [降部]憩室
    """,
    "upper_found_plain": """
        胃溃疡
        胃窦糜烂
        十二指肠溃疡
        反流性食管炎
    """,
    "lower_found": """
        2x [乙状结肠]息肉，{size_s}
        [升结肠]息肉，{size_s}
        [直肠]{size_s}隆起，{biopsy}
        [回盲部]溃疡，{size_m}
        [横结]{count}息肉，{size_s}
        [直乙]黏膜充血糜烂，{biopsy}
        [末回]散在糜烂
        [结肠]多发憩室
        [痔]，余无殊
        [降结]{size_m}亚蒂息肉，已切除
        [盲肠]黑变
        [溃疡性直肠炎]，活动期
        [肝曲]{size_l}新生物
        [乙状]节段性充血，浅溃疡
        [齿状线]上{size_s}黄色隆起
    """,
    "lower_found_plain": """
        结肠息肉
        直肠息肉
        乙状结肠息肉
        LST
    """,
    "neither_found": """
        2x [MRCP]示[胆总管]结石
        CT见[胰头]占位，{size_l}
        B超：[胆囊]结石，{size_m}
        [肝]内多发占位，{maybe}[转移]
        [肾]结石，{size_s}
        [附件]包块，{size_l}
        {maybe}[肝硬化]，[脾]大
        [甲状腺]功能亢进
        {maybe}[胆囊炎]，抗感染
        [腹主动脉瘤]，{3.5-6.0}cm
        [胰体]囊性灶，{size_m}
        [冠脉]狭窄{60-90}%，植入支架
        [肺]部结节，{size_s}，穿刺
        [腹膜后]肿物，{size_l}
        [脾]占位，{size_m}
        [尿]检异常，{maybe}[肾炎]
    """,
}
