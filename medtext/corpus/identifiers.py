"""Where numbers of people, telephones and mail addresses stand in a text, as rules can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

_EMAIL = re.compile(r"(?<![\w.+%-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+", re.ASCII)
_PHONE = re.compile(
    r"(?<![\w.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\w]|\.\d)"  # mobile
    r"|(?<![\w.])\(?0(?:10|2\d|[3-9]\d{2})(?:\) ?|[-— ])\d{7,8}(?:[-转]\d{1,6})?(?!\d|\.\d)"  # with its area code
    r"|(?<![\w.])0(?:10|2\d|[3-9]\d{2})\d{7,8}(?![\w]|\.\d)"
    r"|(?<![\w.-])[48]00-\d{3}-?\d{4}(?![\d-])"
    r"|(?<![\w.])(?:\+?1[- .])?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\d-]|\.\d)",  # North American
    re.ASCII,  # else Chinese characters would be letters that a number cannot stand beside
)
_PHONE_CUE = re.compile(
    r"(?:电话(?:号码)?|手机号?码?|联系方式|传真|(?<![A-Za-z])(?:tel(?:ephone)?|phone|mobile|fax))[.:\s]{0,3}"
    r"(?P<number>\+?\(?\d[\d() -]{4,18}\d)",
    re.IGNORECASE | re.ASCII,
)
_ID = re.compile(r"(?<![\w.])[1-9]\d{5}[ -]?\d{8}[ -]?\d{3}[\dXx](?![\w]|\.\d)", re.ASCII)
_LONG = re.compile(r"(?<![\w.])\d{11,}(?![\w]|\.\d)", re.ASCII)
_ID_CUE = re.compile(
    r"(?:(?:住院|门诊|门急诊|急诊|病历|病案|检查|登记|就诊|就诊卡|诊疗卡|医保|医保卡|社保卡?|影像|病理|标本|样本|条码|流水|申请单?|报告单?|病人|患者"
    r"|身份证|护照|军官证|卡|X线|CT|MRI?|DR|超声|内镜|胃镜|肠镜|片)(?:编?号码?|ID)|身份证|条形码"
    r"|(?<![A-Za-z])(?:MRN|(?:patient|study|accession|record|chart|case|hospital|admission|specimen)"
    r"\s?(?:no\.?|number|id|num\.?|#)|ID(?=\s?[:#])))"
    r"[\s:#.]{0,4}(?:为|是|is)?\s?(?P<number>[A-Za-z]{0,4}-?\d[\dA-Za-z-]{2,29})",
    re.IGNORECASE | re.ASCII,
)


def check_digit_fits(number: str) -> bool:
    """Say whether the last sign of a Chinese identity number is the one its first 17 digits ask for.

    The rule is ISO 7064 MOD 11-2 (GB 11643-1999).

    >>> check_digit_fits("11010519491231002X"), check_digit_fits("110105194912310021")
    (True, False)
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECKS[total % 11] == number[17].upper()


def find_emails(text: str) -> Iterator[tuple[int, int]]:
    """Yield where mail addresses stand."""
    yield from (found.span() for found in _EMAIL.finditer(text))


def find_ids(text: str) -> Iterator[tuple[int, int]]:
    """Yield where numbers of people and of their records stand in a text folded to half width, some of them twice.

    Chinese identity numbers of 18 signs (also in groups) whose check digit fits; any
    number of eleven digits or more (among them identity numbers of 15 digits), which no measurement has;
    and what stands behind a cue such as 住院号, 检查号, 身份证 or MRN. Mobile numbers have
    eleven digits too: look for telephones first.

    >>> text = "住院号:A0012345,身份证 11010519491231002X"
    >>> sorted({text[start:end] for start, end in find_ids(text)})
    ['11010519491231002X', 'A0012345']
    """
    for found in _ID.finditer(text):
        number = re.sub("[ -]", "", found.group())
        if check_digit_fits(number) and _is_day(number[6:14]):
            yield found.span()
    yield from (found.span() for found in _LONG.finditer(text))
    yield from (found.span("number") for found in _ID_CUE.finditer(text))


def find_phones(text: str) -> Iterator[tuple[int, int]]:
    """Yield where telephone numbers stand in a text folded to half width, some of them twice.

    Chinese mobile and landline numbers, 400 and 800 numbers, North American
    numbers with their area code, and any number behind a cue such as 电话 or Tel.

    >>> text = "电话:6277 1234,手机138-0013-8000,收缩压138mmHg"
    >>> sorted({text[start:end] for start, end in find_phones(text)})
    ['138-0013-8000', '6277 1234']
    """
    yield from (found.span() for found in _PHONE.finditer(text))
    yield from (found.span("number") for found in _PHONE_CUE.finditer(text))


def _is_day(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1850 <= day.year <= 2099
