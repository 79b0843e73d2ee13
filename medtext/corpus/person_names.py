"""Where names of people stand in a text, as cues around them tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medtext.corpus.surnames import COMMON_SURNAMES, COMPOUND_SURNAMES, SURNAMES

_HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
_COMPOUND = "|".join(sorted(COMPOUND_SURNAMES, key=lambda name: (-len(name), name)))
_ANY = f"(?:{_COMPOUND}|[{''.join(sorted(SURNAMES))}])"
_COMMON = f"(?:{_COMPOUND}|[{''.join(sorted(COMMON_SURNAMES))}])"
_END = f"(?!{_HAN})"
_DOTTED = rf"{_HAN}{{2,8}}[·•]{_HAN}{{2,8}}"  # as Uyghur and foreign names are written
_NEXT = (
    "(?:性别|年龄|科[室别]|职业|床号|日期|时间|电话|手机|住院|门诊|病[历案]|身份|民族|婚姻|籍贯"
    "|单位|地址|报告|审核|检查|签[名字]|医[师生]|男|女)"
)

# Behind these only a name can stand.
_NAME_CUE = "(?:(?:患者|病人|患儿|产妇|家属|联系人|监护人)?姓名|联系人|监护人)"
# Behind these stands a name or something else: a surname must tell.
_ROLE = (
    "(?:(?:报告|审核|审签|检查|操作|诊断|主治|主诊|主管|经治|住院|管床|申请|送检|麻醉|手术|书写|记录|接诊|会诊|复核|责任)?(?:医师|医生|大夫|护士|技师)"
    "|主任医师|副主任医师|科主任|主任|护士长|主刀|术者|助手|一助|二助|(?:报告|审核|检查|操作|诊断|书写|记录|申请|复核)[者人])(?:签[名字])?"
)
_SIGNED = "(?:签[名字]|签署)"
_PATIENT = "(?:患者|病人|患儿|产妇|伤者)"
_TITLE = "(?:(?:副?主任|主治|住院)?医师|副?主任(?!医)|医生|大夫|护士长?|教授|先生|女士|小姐|同志)"
# Not in a given name, but often between a word that looks like a surname and a title.
_NO_GIVEN = (
    "谢级科院班床治管任师医诊区室的了请问看找让是有在和给您你我他她它们各位专主副好到去来说"
    "叫做外内儿妇产门这那哪何等个以与及或被由向对从为"
)
# What a patient has or does, though it begins like a name.
_COMPLAINT = (
    "(?!高[热烧血龄度危脂]|黄[疸染绿色]|水[肿样泻]|白[细带天斑]|安[静好]|平[素时卧均]|常[感有见]|时[有感常]|全[身腹]|双[侧下]"
    "|应[激该]|经[常过]|严重|解[大小黑]|乏力|云雾|苏醒|温[热度]|花[眼粉]|毛[发细]|万分|项[背部]|易[怒疲]|步[态行]|胡言|景况)"
)
# Often before a title, though it begins like a name: 许多医生, 谢谢医生.
_NO_NAME = "(?!许多|严[格重]|马上|段时|何[时人处]|金属|雷同|龙头|万一|石家|江[苏西])(?<![谢多])"
_GIVEN = f"(?![{_NO_GIVEN}]){_HAN}"
_DEMOGRAPHIC = r"(?=[,、;\s(]{1,3}(?:男|女|\d{1,3} ?岁|性别|年龄))"
_CHINESE = re.compile(
    "|".join(
        f"(?:{form})"
        for form in (
            rf"{_NAME_CUE}\s?[:\s]\s?(?P<a>{_DOTTED}|{_ANY}{_HAN}{{1,3}}?(?=\s?{_NEXT})|{_HAN}{{2,4}}{_END}"
            rf"|{_ANY}{_HAN}{{1,2}})",
            rf"(?:{_ROLE}|{_SIGNED})\s?[:]\s?(?P<b>{_DOTTED}|{_ANY}{_GIVEN}{{1,2}}(?:{_END}|(?={_NEXT}))|{_ANY}{_END})",
            rf"{_PATIENT}[:]?\s?(?P<c>{_DOTTED}|{_COMPLAINT}{_ANY}{_GIVEN}{{1,2}}){_DEMOGRAPHIC}",
            rf"(?P<d>{_DOTTED}|{_NO_NAME}{_COMMON}{_GIVEN}{{1,2}}?)(?=\s?{_TITLE})",
            rf"(?:(?<!{_HAN})|(?<=[请问找由经向与])|(?<=谢谢)(?!谢))(?P<e>{_COMMON})(?={_TITLE})",
        )
    )
)
_WORD = r"(?:[A-Z]')?[A-Z][a-z]+(?:[-'][A-Z]?[a-z]+)*"
_UPPER = r"[A-Z]{2,}"
_MIDDLE = r"(?:\s[A-Z]\.?(?![a-z]))?"
_PART = f"(?:{_WORD}|{_UPPER})"
_WHOLE = rf"(?:{_PART},\s{_PART}{_MIDDLE}|(?:{_PART}|[A-Z]\.){_MIDDLE}(?:\s{_PART}){{1,2}})"
_ENGLISH = re.compile(
    "|".join(
        (
            rf"(?<![A-Za-z])(?:Dr|Mr|Mrs|Ms|Prof)\.?\s(?P<a>(?:[A-Z]\.?\s)?{_WORD}{_MIDDLE}(?:\s{_WORD})?)",
            rf"(?<![A-Za-z])[Nn](?:ame|AME)\s?:\s?(?P<b>{_WHOLE}|{_WORD})",
            r"(?<![A-Za-z])(?:[Pp]atient|PATIENT|[Pp]hysician|[Rr]adiologist|[Aa]ttending|[Pp]athologist|[Ss]urgeon|[Nn]urse"
            rf"|(?:[Ss]igned|[Dd]ictated|[Rr]eported|[Rr]eviewed|[Vv]erified|[Rr]ead|[Ss]ubmitted)\sby)\s?:\s?(?P<c>{_WHOLE})",
        )
    )
)


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield where names stand in a text folded to half width, as far as cues tell.

    Chinese: behind 姓名, 医师：, 签名： and their like; behind 患者 where sex or age follows; before
    a title (医师, 主任, 先生). English: behind Dr., Mr., Mrs., Ms., Prof., ``Name:``, ``Patient:``,
    ``Signed by:``, with capitals. A name without such a cue is not found, nor one in lower case.

    >>> text = "患者张三丰,男,45岁,黄疸。报告医师:李四"
    >>> [text[start:end] for start, end in find_names(text)]
    ['张三丰', '李四']
    """
    for pattern in (_CHINESE, _ENGLISH):
        yield from (found.span(str(found.lastgroup)) for found in pattern.finditer(text))
