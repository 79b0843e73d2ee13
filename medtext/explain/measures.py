"""Measurements, grades and dates: words by rule, which no dictionary can list."""

from __future__ import annotations

import re
from enum import StrEnum

from medtext.corpus.dates import find_dates
from medtext.corpus.fold import fold_width


class Measure(StrEnum):
    """What a rule cuts."""

    DATE = "date"
    GRADE = "grade"
    MEASUREMENT = "measurement"


_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = (
    r"(?:(?i:mmol/l|[μµu]mol/l|[nμµum]g/[dm]?l|[nμµum]?g/k?g|k?g/l|g/dl|[kmμµ]?iu/m?l|[km]?u/m?l|dpm(?:/mmol)?|ml/min|l/min"
    r"|/(?:[μµu]?l|hpf?)|mm\s?hg|cm\s?h2o|次/(?:分钟?|min)|bpm|kpa|mpa|mm|cm|dm|nm|[μµu]m|ml|dl|[μµu]l|mg|kg|[μµn]g"
    r"|iu|kv|ma|msv|m?hz|min)"
    r"|[mglLUWhs]|[%‰℃㎝㎜]|°C|毫米|厘米|公分|毫升|升(?!结肠)|毫克|千克|公斤|克(?!罗恩|隆)|微克|小时|分钟|秒)"
    r"(?![A-Za-z0-9])"
)
_BEFORE = r"(?<![A-Za-z0-9.])"
_SIZE = rf"{_NUMBER}(?:\s?[-~–]\s?{_NUMBER})?(?:\^\d+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?:\s?{_UNIT})?"
_MEASUREMENT = re.compile(
    rf"{_BEFORE}(?:[<>≤≥]\s?)?{_SIZE}(?:\s?[*×xX✕╳]\s?{_SIZE}){{1,3}}(?![\d^])"
    rf"|{_BEFORE}(?:[<>≤≥]\s?)?{_NUMBER}(?:\s?{_UNIT})?(?:\s?(?:[-~—–/至到])\s?{_NUMBER})?\s?{_UNIT}",
    re.ASCII,
)

_ROMAN = r"(?:[ⅠⅡⅢⅣⅤⅥ]|VI|IV|V|I{1,3})"
_LEVEL = rf"(?:{_ROMAN}|[0-6])"
_SCHEME = r"(?:分级|分型|分期|分类|评分|内镜评分|量表)?[:为是]?\s?"
_SIGN = (
    r"(?:[+±]{1,4}|[-−–—]{1,2}|\d\+|[<>约]?\d{1,3}(?:\.\d+)?(?:-\d{1,3})?%\+?|\+?[<>约]?\d{1,3}(?:-\d{1,3})?%"
    r"|(?:弱|灶|部分|散在|少数|个别)\+|\+/-|-/\+|阳性|阴性)"
)
_SCORED = (
    r"(?:慢性炎症?|慢性炎症反应|炎症|活动性|萎缩|肠上皮化生|肠化生?|异型增生|不典型增生|上皮内瘤变"
    r"|幽门螺(?:旋)?杆菌|(?:大便|粪便)?[潜隐]血)"
)
_GRADE = re.compile(
    "|".join(
        (
            rf"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9/-]{{0,11}}\s?\({_SIGN}\)",  # Hp(+), Ki-67(5%+)
            rf"{_SCORED}\s?\({_SIGN}\)",  # the visual scale of the Sydney system: 活动性(+)
            r"(?<![A-Za-z0-9])(?:Hp|HP)[::]?\s?\+{1,4}",
            rf"(?<![A-Za-z])(?:LA{_SCHEME}-?\s?|洛杉矶{_SCHEME})[A-DMN](?![A-Za-z0-9])级?",
            rf"(?<![A-Za-z])(?:Forrest|FORREST){_SCHEME}(?:{_ROMAN}|[1-3])[abc]?(?![A-Za-z0-9])[级型]?",
            rf"(?<![A-Za-z])(?:Borrmann|Bormann|Siewert|NICE|JNET|Hill|Kudo|WHO|ASA|ECOG|Yamada|NYHA){_SCHEME}"
            rf"{_LEVEL}[ABLSLin]?(?![A-Za-z0-9])[级型期类分]?",
            rf"(?:山田|工藤|木村-?竹本){_SCHEME}{_LEVEL}[LSin]?(?![A-Za-z0-9])[级型]?",
            rf"(?<![A-Za-z])OLG(?:A|IM){_SCHEME}{_LEVEL}(?![A-Za-z0-9])期?",
            rf"(?<![A-Za-z])Child(?:-?Pugh)?{_SCHEME}[ABC](?![A-Za-z0-9])级?",
            rf"(?<![A-Za-z])(?:改良)?Mayo{_SCHEME}\d{{1,2}}(?!\d)[级分]?|(?<![A-Za-z])UCEIS{_SCHEME}\d(?!\d)分?"
            rf"|(?<![A-Za-z])(?:SES-CD|CDEIS|Rutgeerts){_SCHEME}i?\d{{1,2}}(?!\d)[级分]?",
            rf"(?:(?<![A-Za-z])(?:BBPS|Boston)|波士顿(?:肠道准备)?){_SCHEME}"
            r"\d\s?(?:分|\+\s?\d\s?\+\s?\d(?:\s?=\s?\d)?分?)",
            r"(?<![A-Za-z])(?:BI|TI|LI|PI)-RADS[::]?\s?[0-6][ABCabc]?(?![A-Za-z0-9])[类级]?",
            rf"(?<![A-Za-z0-9])0-(?:{_ROMAN})(?:sp|[abcsp])?(?:[+/](?:0-)?(?:{_ROMAN})[abcsp]?)*(?![A-Za-z0-9])型?",
            rf"(?<![A-Za-z0-9])(?:{_ROMAN})(?:sp|[abcsp])(?:[+/](?:{_ROMAN})[abcsp])*型",  # IIa+IIc型, Isp型
            rf"(?<![A-Za-z0-9])(?:{_ROMAN})[°度级型期类区]|(?<![A-Za-z0-9.])[1-6][级期度](?!\d)",
            r"(?<![A-Za-z0-9])LST-N?G(?:-?(?:F/?PD|PD|[HMF]))?(?![A-Za-z0-9])",
            rf"(?<![A-Za-z0-9])[CO]-(?:{_ROMAN}|[1-3])(?![A-Za-z0-9])",  # Kimura and Takemoto
            r"(?<![A-Za-z0-9])C\d{1,2}(?:\.\d)?\s?M\d{1,2}(?:\.\d)?(?![A-Za-z0-9])",  # Prague
            r"(?<![A-Za-z0-9])[AHS][12]期",
            r"(?<![A-Za-z0-9])(?:NET-?\s?G[1-3](?![A-Za-z0-9])级?|G[1-3]级)",
            r"(?<![A-Za-z0-9])(?:[cpyru]{1,3}T(?:is|x|[0-4][a-d]?)(?:N(?:x|[0-3][a-c]?))?"
            r"|T(?:is|x|[0-4][a-d]?)N(?:x|[0-3][a-c]?))(?:M(?:x|[01][a-c]?))?(?![A-Za-z0-9])期?",
        )
    ),
    re.ASCII,
)
_HINT = re.compile(r"[\dA-Za-z(ⅠⅡⅢⅣⅤⅥ月年]", re.ASCII)
"""What stands in every measure: most clauses have nothing of it."""


def find_measures(folded: str) -> list[tuple[int, int, Measure]]:
    """Return where dates, grades and measurements stand in a text folded to half width, in order, none in another.

    Dates are those of ``find_dates``. Grades are those of endoscopy and its pathology (LA-B, Forrest Ib, 0-IIa+IIc,
    C-2, Borrmann III, TNM, II度) and marks behind a name: Hp(+), Ki-67(5%+), 活动性(++). Measurements
    are a number with a unit, and numbers multiplied with or without one.

    >>> text = "2023-05-01见0.4*0.3*0.2cm糜烂,约5-8mm,LA-B级,Hp(+),Forrest IIb,出血10ml"
    >>> [(text[start:end], str(kind)) for start, end, kind in find_measures(text)]  # doctest: +NORMALIZE_WHITESPACE
    [('2023-05-01', 'date'), ('0.4*0.3*0.2cm', 'measurement'), ('5-8mm', 'measurement'), ('LA-B级', 'grade'),
     ('Hp(+)', 'grade'), ('Forrest IIb', 'grade'), ('10ml', 'measurement')]
    """
    if not _HINT.search(folded):
        return []
    found = [(start, end, Measure.DATE) for start, end in find_dates(folded)]
    for pattern, kind in ((_GRADE, Measure.GRADE), (_MEASUREMENT, Measure.MEASUREMENT)):
        taken = bytearray(len(folded))
        for start, end, _ in found:
            taken[start:end] = b"\1" * (end - start)
        found += [(*match.span(), kind) for match in pattern.finditer(folded) if not any(taken[slice(*match.span())])]
    return sorted(found)


def measure_of(word: str) -> Measure | None:
    """Return which class a whole word is of, if it is of one.

    >>> measure_of("0.4×0.3ｃｍ"), measure_of("胃炎")
    (<Measure.MEASUREMENT: 'measurement'>, None)
    """
    found = find_measures(fold_width(word))
    return found[0][2] if len(found) == 1 and found[0][:2] == (0, len(word)) else None


_ROMAN_LETTERS = {"ⅰ": "i", "ⅱ": "ii", "ⅲ": "iii", "ⅳ": "iv", "ⅴ": "v", "ⅵ": "vi"}
_SAID = re.compile(r"[\s:]|分级|分型|分期|分类|内镜评分|评分|量表|(?<=[a-z]{2})为|(?<=[a-z]{2})是")
_SUFFIX = re.compile(r"^((?:.*[a-z一-鿿-])?(?:[ivx\d]+|[a-dmn])[abcsp]{0,2})[级型期类分]$")
_LOS_ANGELES = re.compile(r"^(?:la|洛杉矶)-?([a-dmn])$")


def grade_key(word: str) -> str:
    """Return what a grade is counted as: blanks, width, case, the kind of numeral and 级 or 型 behind do not count.

    >>> grade_key("LA-B级") == grade_key("洛杉矶分级B级"), grade_key("Forrest Ⅱb级"), grade_key("II度")
    (True, 'forrestiib', 'ii度')
    """
    key = fold_width(word).lower()
    key = _SAID.sub("", "".join(_ROMAN_LETTERS.get(letter, letter) for letter in key))
    named = _SUFFIX.match(key)
    if named and re.match(r"[^\divx]", key):  # of a named scheme: II度 and II期 are not the same
        key = named[1]
    return _LOS_ANGELES.sub(r"la-\1", key)
