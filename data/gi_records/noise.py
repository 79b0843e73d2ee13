"""How records look once they have been typed: spellings, widths, stops, slips of the finger.

Every change is made inside one piece, so a span of evidence keeps its place whatever
happens to its characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .dice import Dice
from .piece import Piece

_SPELLINGS = (
    ("黏膜", "粘膜", 0.6),
    ("黏液", "粘液", 0.6),
    ("反流", "返流", 0.35),
    ("食管", "食道", 0.12),
    ("十二指肠", "十二指", 0.08),
    ("升结肠", "升结", 0.12),
    ("横结肠", "横结", 0.12),
    ("降结肠", "降结", 0.12),
    ("乙状结肠", "乙状", 0.18),
    ("未见", "未见明显", 0.08),
    ("Hp", "HP", 0.4),
    ("cm", "CM", 0.06),
    ("cm", "公分", 0.04),
    ("*", "×", 0.3),
    ("*", "x", 0.15),
    ("NBI", "nbi", 0.1),
)
"""How one writer spells throughout a record: what is written, what it becomes, how often."""

_SLIPS = (
    ("糜烂", "靡烂"),
    ("糜烂", "麋烂"),
    ("溃疡", "溃殇"),
    ("息肉", "息内"),
    ("息肉", "瘜肉"),
    ("萎缩", "委缩"),
    ("肠化", "肠花"),
    ("未见", "末见"),
    ("活检", "话检"),
    ("球部", "求部"),
    ("贲门", "喷门"),
    ("贲门", "贲们"),
    ("幽门", "由门"),
    ("齿状线", "齿壮线"),
    ("乙状", "已状"),
    ("回盲", "回肓"),
    ("阑尾", "兰尾"),
    ("距", "据"),
    ("曲张", "屈张"),
    ("胆囊", "胆襄"),
    ("甲状腺", "甲壮腺"),
    ("浸润", "侵润"),
    ("亚蒂", "亚帝"),
    ("十二指肠", "十二脂肠"),
    ("胃窦", "胃痘"),
    ("胃窦", "胃豆"),
    ("充血", "冲血"),
    ("水肿", "水种"),
    ("光滑", "光华"),
    ("蠕动", "儒动"),
    ("皱襞", "皱壁"),
    ("绒毛", "茸毛"),
    ("结肠", "结场"),
    ("肛缘", "肛沿"),
    ("内痔", "内痣"),
    ("混合痔", "混和痔"),
    ("静脉", "静肪"),
    ("隆起", "窿起"),
    ("腺瘤", "线瘤"),
    ("回声", "回升"),
    ("淋巴", "琳巴"),
    ("反酸", "返酸"),
    ("嗳气", "暖气"),
    ("便血", "变血"),
    ("转移", "转栘"),
    ("胰腺", "胰线"),
    ("肾", "贤"),
    ("食管", "食菅"),
    ("直肠", "直场"),
    ("术后", "术後"),
)
"""Words of like sound or look, as an input method or a tired reader confuses them."""

_HALF_STOPS = str.maketrans({"，": ",", "：": ":", "；": ";", "（": "(", "）": ")", "？": "?"})
_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in (*range(0x30, 0x3A), *range(0x41, 0x5B))})
_STOPS = "，。；,.;"
_KEPT = frozenset("未无否非不没除排已术后癌（）：？×")
"""What no slip drops, nor a sign or digit that is no Chinese: to lose one would change what the record says."""


def roughen(pieces: Sequence[Piece], dice: Dice) -> list[Piece]:
    """Write pieces as one hurried writer would: a style for the whole record, then slips here and there."""
    rough = _styled(pieces, dice)
    rate = (0.0, 0.01, 0.035)[dice.index((45, 38, 17))]
    if rate:
        rough = [replace(piece, text=_slipped(piece.text, rate, dice)) for piece in rough]
    return _ended(_trimmed(rough), dice)


def _styled(pieces: Sequence[Piece], dice: Dice) -> list[Piece]:
    texts = [piece.text for piece in pieces]
    for written, becomes, probability in _SPELLINGS:
        if dice.chance(probability):
            texts = [text.replace(written, becomes) for text in texts]
    style = dice.index((50, 20, 12, 6, 12))
    if style in (1, 2):
        texts = [text.translate(_HALF_STOPS) for text in texts]
    if style == 2:
        texts = [text.replace("。", ".") for text in texts]
    if style == 3:
        texts = [text.translate(_FULL_WIDTH) for text in texts]
    if style == 4:
        texts = [text.replace("，", " ").replace("；", " ") for text in texts]
    return [replace(piece, text=text) for piece, text in zip(pieces, texts, strict=True)]


def _slipped(text: str, rate: float, dice: Dice) -> str:
    for right, wrong in _SLIPS:
        if right in text and dice.chance(rate * 2):
            text = text.replace(right, wrong, 1)
    typed = ""
    for character in text:
        if character in _STOPS:
            typed += _stop(character, rate, dice)
        elif character in _KEPT or character < "一" or len(text) < 3 or not dice.chance(rate / 4):
            typed += character
    return typed or text


def _stop(character: str, rate: float, dice: Dice) -> str:
    # A full stop may be the point of a number, which a slip must leave alone.
    if character == "." or not dice.chance(rate * 3):
        return character
    return ("", character * 2, character + " ", " " + character)[dice.index((4, 3, 3, 1))]


def _trimmed(pieces: Sequence[Piece]) -> list[Piece]:
    kept = [piece for piece in pieces if piece.text]
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[0] = replace(kept[0], text=kept[0].text.lstrip())
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return kept


def _ended(pieces: Sequence[Piece], dice: Dice) -> list[Piece]:
    return [*pieces, Piece(("。", ".", "，", "")[dice.index((50, 8, 2, 40))])]
