"""Texts made comparable: full-width forms and blanks do not count."""

from __future__ import annotations

_BLANK = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"}
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def fold_width(text: str) -> str:
    """Write full-width letters, digits and signs at half width, one for one.

    One character stays one character, so positions in the text keep their
    meaning (NFKC would not do: it makes one character into several).

    >>> fold_width("Ｈｐ（＋），１２ｃｍ")
    'Hp(+),12cm'
    """
    return text.translate(_HALF_WIDTH)


def blank_controls(text: str) -> str:
    r"""Write every control character but tab and line ends as a blank, one for one.

    >>> blank_controls("胃\x1a炎\n")
    '胃 炎\n'
    """
    return text.translate(_BLANK)


def fold_text(text: str) -> str:
    """Fold width and drop every blank: equal results mean the same text typed twice.

    >>> fold_text("胃镜　示 ３ｃｍ") == fold_text("胃镜示3cm")
    True
    """
    return "".join(fold_width(text).split())
