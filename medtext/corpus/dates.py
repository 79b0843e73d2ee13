"""Where days and times stand in a text, as rules can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d{2}"
_CLOCK = r"(?:[01]?\d|2[0-3])"
_TIME = rf"(?:(?:[ T]?{_CLOCK}:[0-5]\d(?::[0-5]\d)?| ?{_CLOCK}[时点](?:[0-5]?\d分(?:[0-5]?\d秒)?)?)(?!\d))"
_ORDINAL = r"(?:st|nd|rd|th)?"
_NAMES = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
)
_NO_UNIT = r"(?!\d|\.\d|\s?(?:mm|cm|ml|mg|kg|g|%|x|\*|×))"
_HAN = "〇零○一二三四五六七八九十"

_DATE = re.compile(
    "|".join(
        (
            rf"(?<![\d./-]){_YEAR}(?P<sign>[-/.]){_MONTH}(?P=sign){_DAY}(?![\d]|[-/]\d|\.\d){_TIME}?",
            rf"(?<![\d./-]){_DAY}(?P<mark>[-/.]){_DAY}(?P=mark){_YEAR}(?![\d]|[-/]\d|\.\d){_TIME}?",
            rf"(?<!\d){_YEAR} ?年 ?{_MONTH} ?月(?: ?{_DAY}(?: ?[日号]|(?![\d.次个天周])))?{_TIME}?",
            rf"(?<!\d)(?:\d{{2}} ?年 ?)?{_MONTH} ?月 ?{_DAY} ?[日号]{_TIME}?",
            rf"[{_HAN}]{{4}}年[{_HAN}]{{1,2}}月(?:[{_HAN}]{{1,3}}[日号])?",
            rf"(?<![\w.*×/~-]){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?![\w*×/~]|[.-]\d)){_TIME}?",
            r"(?<![\d:])(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?![\d:])",
            rf"(?<![A-Za-z]){_NAMES}\.?[ -]{{1,2}}{_DAY}{_ORDINAL}(?:,? {_YEAR}\b|{_NO_UNIT}(?![A-Za-z]))",
            rf"(?<![A-Za-z]){_NAMES}\.?[ -]{{1,2}}{_YEAR}\b",
            rf"(?<![\d.]){_DAY}{_ORDINAL}[ -](?:of )?{_NAMES}\.?(?![A-Za-z])(?:,?[ -]{_YEAR}\b)?",
        )
    ),
    re.ASCII,  # else Chinese characters would be letters that a number cannot stand beside
)


def find_dates(text: str) -> Iterator[tuple[int, int]]:
    """Yield where dates stand in a text folded to half width, times of day behind them included.

    2020-01-02, 2020/1/2, 2020.1.2, 02/01/2020, 20200102, 2020年1月2日, 2020年1月, 1月2日, 二〇二〇年一月二日,
    January 2, 2020, 2 Jan, and times to the second. A year alone, a time to the minute
    alone, and durations (2年3月) are no dates.

    >>> text = "2020-01-02 10:30复查,息肉0.4*0.3cm,BP 120/80mmHg,病史2年3月,1月2日出院"
    >>> [text[start:end] for start, end in find_dates(text)]
    ['2020-01-02 10:30', '1月2日']
    """
    yield from (found.span() for found in _DATE.finditer(text))
