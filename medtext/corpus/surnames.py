"""Chinese surnames: those of the Hundred Family Surnames (百家姓, Song dynasty), and others that are common today."""

from __future__ import annotations

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦"
    "昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹"
    "姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐"
    "邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁"
    "荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武"
    "符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉"
    "宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满"
    "弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游"
    "竺权逯盖益桓公肖闫覃代付佟兰邸揭苟佘仝岳涂涂"
)
"""Surnames of one character. Many of them are words too: take them for a name only where something says so."""

_OF_TWO = (
    "万俟司马上官欧阳夏侯诸葛闻人东方赫连皇甫尉迟公羊澹台公冶宗政濮阳淳于单于太叔申屠公孙仲孙轩辕令狐钟离"
    "宇文长孙慕容鲜于闾丘司徒司空亓官司寇南宫西门东郭百里呼延端木拓跋独孤第五左丘纳兰叶赫那拉完颜耶律"
)
COMPOUND_SURNAMES = frozenset(_OF_TWO[at : at + 2] for at in range(0, len(_OF_TWO), 2)) | {"爱新觉罗"}
"""Surnames of two characters and more."""

COMMON_SURNAMES = frozenset(
    "王李张刘陈杨赵吴周徐孙马朱胡郭林何罗郑梁宋谢唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任卢姚沈钟"
    "姜崔谭陆范汪廖石贾韦夏付邹熊孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵覃武钱戴严莫孔赖庞樊殷施颜倪聂俞"
    "鲁翟涂尤柯詹"
)
"""The surnames most often met that are seldom anything else: enough in front of a title, such as 医师."""
