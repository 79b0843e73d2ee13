"""What every renderer shows of an attribution, and in which colours; only how it is drawn differs."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Literal

from medtext.plugin import OutputError

if TYPE_CHECKING:
    from medtext.plugin import Attribution, Span, Unit

Pick = Literal["all", "highest"]
"""Which spans are evidence: all from the threshold up, or only the one with the highest word."""

FOR, AGAINST = "#53a3f2", "#e0843e"
"""Full strength on white: equally light, black reads on both, and no kind of colour blindness confuses them."""

FAINT = 0.05
"""Strengths below are hardly a colour, and words below are not listed."""

_PALE = 5
"""How many times the strongest score the ends of the colours are, where a run knows nothing."""

_ZERO_WIDTH_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text that is drawn alike.

    ``strength`` in [-1, 1] is the colour; ``score`` is None where the model gave none
    (a blank, the end of a text that was cut off); ``span`` is the evidence it belongs to,
    and ``opposes`` marks evidence against the label.
    """

    text: str
    start: int
    score: float | None = None
    share: float = 0.0
    strength: float = 0.0
    span: Span | None = None
    opposes: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word and what all its ``count`` occurrences in the text add up to, in logits."""

    text: str
    score: float
    count: int


@dataclass(frozen=True)
class Scene:
    """One attribution, ready to be drawn: every text in it is safe to print.

    ``facts`` are names and values, ``doubts`` what a reader must know before believing
    the colours. ``low`` and ``high`` are the scores at the ends of the colours, and
    ``digits`` as many as tell scores between them apart.
    """

    label: str
    record: str
    facts: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]
    pieces: tuple[Piece, ...]
    low: float
    high: float
    digits: int
    signed: bool
    adds_up: bool
    words_for: tuple[Word, ...]
    words_against: tuple[Word, ...]

    @classmethod
    def of(cls, attribution: Attribution, threshold: float, top: int = 0, *, pick: Pick = "all") -> Scene:
        """Prepare an attribution of a text: spans by ``threshold`` and ``pick``, the ``top`` words for and against.

        Raises OutputError for images, which have no text to colour.
        """
        if attribution.sites.shape[1] != 2:
            raise OutputError(
                f"record '{_on_one_line(attribution.record.id)}': its scores lie on an image, and this renderer draws"
                " texts: --json writes them down"
            )
        attribution = _disjoint(attribution)
        low, high = _ends(attribution)
        digits = _digits(high - low)
        ranked = sorted(_words(attribution), key=lambda word: -word.score)
        zero = low if attribution.magnitude else 0.0
        heard = [word for word in ranked if abs(word.score - zero) >= FAINT * (high - zero)]
        return cls(
            label=_on_one_line(attribution.label),
            record=_on_one_line(attribution.record.id),
            facts=tuple(_facts(attribution)),
            doubts=tuple(_doubts(attribution)),
            pieces=tuple(_pieces(attribution, threshold, high, pick)),
            low=low,
            high=high,
            digits=digits,
            signed=not attribution.magnitude,
            adds_up=attribution.adds_up,
            words_for=tuple(word for word in heard if word.score > 0)[:top],
            words_against=tuple(word for word in reversed(heard) if word.score < 0)[:top],
        )

    @property
    def text(self) -> str:
        """The whole text as it is shown."""
        return "".join(piece.text for piece in self.pieces)

    def number(self, score: float, minus: str = "-") -> str:
        """Write a score with its sign, and with digits enough to tell it from the others."""
        return signed(score, self.digits, minus) if self.signed else f"{score:.{self.digits}f}"

    def groups(self) -> Iterator[tuple[Span | None, list[Piece]]]:
        """Yield the pieces in reading order, those of one span together."""
        for span, pieces in groupby(self.pieces, key=lambda piece: piece.span):
            yield span, list(pieces)


def check_threshold(threshold: float) -> None:
    """Raise ValueError unless a threshold can be a share."""
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold must lie between 0 and 1, as a share of the highest score does, not {threshold}")


def visible(text: str) -> str:
    r"""Show what would act instead of being read; every character stays one character.

    Controls, which could steer a terminal, become pictures, and whatever changes the
    direction of reading or is no character at all becomes U+FFFD. Line breaks stay.

    >>> visible("a\x1b[31m\tb\r\nc")
    'a␛[31m b \nc'
    """
    return "".join(map(_visible, re.sub("\r(?=\n)", " ", text)))


def signed(score: float, digits: int = 2, minus: str = "-") -> str:
    """Write a number with its sign, zero without.

    >>> signed(0.826), signed(-0.3, minus="−"), signed(-0.001)
    ('+0.83', '−0.30', '0.00')
    """
    written = f"{score:+.{digits}f}"
    return written.replace("-", minus) if float(written) else written[1:]


def mix(strength: float) -> str:
    """Return the colour of a strength in [-1, 1] on white, as #rrggbb.

    >>> mix(0), mix(1), mix(-0.5)
    ('#ffffff', '#53a3f2', '#f0c29e')
    """
    end, part = FOR if strength > 0 else AGAINST, min(abs(strength), 1.0)
    return "#" + "".join(f"{round(255 + (channel - 255) * part):02x}" for channel in bytes.fromhex(end[1:]))


def language(text: str) -> Literal["zh", "en"]:
    """Guess a text's language, for fonts, hyphens and screen readers: Chinese if any character is.

    >>> language("胃窦 0.5cm"), language("No acute disease.")
    ('zh', 'en')
    """
    return "zh" if re.search("[\u3400-\u9fff]", text) else "en"


def _visible(character: str) -> str:
    code = ord(character)
    if character == "\t":
        return " "
    if code < 0x20 and character != "\n":
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    steers = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return "\ufffd" if steers and character != "\n" and character not in _ZERO_WIDTH_JOINERS else character


def _on_one_line(text: str) -> str:
    return visible(text).replace("\n", "␊")


def _disjoint(attribution: Attribution) -> Attribution:
    """Sum tokens that share characters (bytes of one letter, say), as a character can have one colour only."""
    sites = attribution.sites
    if (sites[1:, 0] >= sites[:-1, 1]).all() and (sites[:, 1] > sites[:, 0]).all():
        return attribution
    edges = sorted({0, len(attribution.record.text), *sites.ravel().tolist()})
    return attribution.merged(list(pairwise(edges)))


def _ends(attribution: Attribution) -> tuple[float, float]:
    """Return the scores of the strongest colours: as far below zero as above, so that both sides compare."""
    from medtext.plugin import FLOOR

    if not len(attribution.scores):
        return (0.0, 1.0) if attribution.magnitude else (-FLOOR, FLOOR)
    if attribution.magnitude:
        return float(attribution.scores.min()), float(attribution.scores.max())
    highest = float(abs(attribution.scores).max())
    if attribution.has_evidence:
        return -highest, highest
    # What is no evidence stays pale: under the floor, under the gap (the scores may all be error), or of a run
    # that knows nothing, where no score is high enough.
    least = attribution.least if math.isfinite(attribution.least) else _PALE * highest
    highest = max(2 * highest, FLOOR, attribution.floor, least)
    return -highest, highest


def _digits(width: float) -> int:
    return max(2, 1 - math.floor(math.log10(width))) if width > 0 else 2


def _pieces(attribution: Attribution, threshold: float, high: float, pick: Pick) -> Iterator[Piece]:
    from medtext.plugin import find_spans

    text = visible(attribution.record.text)
    spans = find_spans(attribution, threshold, pick=pick)
    floor = attribution.floor

    def around(place: int) -> Span | None:
        return next((span for span in spans if span.start <= place < span.end), None)

    read = 0
    for unit in attribution.units:
        if unit.start > read:
            yield Piece(text[read : unit.start], read, span=around(read))
        strength = unit.share if attribution.magnitude else unit.score / high
        opposes = not attribution.magnitude and unit.score < -floor and strength <= -threshold and unit.text.strip()
        shown = text[unit.start : unit.end]
        yield Piece(shown, unit.start, unit.score, unit.share, strength, around(unit.start), bool(opposes))
        read = unit.end
    if read < len(text):
        yield Piece(text[read:], read)


def _words(attribution: Attribution) -> list[Word]:
    occurrences: dict[str, list[Unit]] = {}
    for unit in attribution.units:
        occurrences.setdefault(_on_one_line(unit.text.strip()) or "␣", []).append(unit)
    add = max if attribution.magnitude else sum  # magnitudes do not add up
    return [Word(text, add(unit.score for unit in units), len(units)) for text, units in occurrences.items()]


def _facts(attribution: Attribution) -> Iterator[tuple[str, str]]:
    if attribution.against is not None:
        yield "against", _on_one_line(attribution.against)
    if attribution.step is not None:
        yield "word", str(attribution.step + 1)
    if attribution.record.labels is not None:
        yield "true", ", ".join(map(_on_one_line, attribution.record.labels)) or "none"
    yield "probability", _probability(attribution.probability)
    if not attribution.adds_up:
        yield "method", attribution.method
    if not attribution.magnitude:
        yield "margin", f"{signed(attribution.margin)} logits"
    if attribution.adds_up:
        yield "gap", f"{abs(attribution.gap):.3f} logits"


def _probability(probability: float) -> str:
    if probability != 1 and round(probability, 3) == 1:
        return "over 0.999"
    if probability != 0 and round(probability, 3) == 0:
        return "under 0.001"
    return f"{probability:.3f}"


def _doubts(attribution: Attribution) -> Iterator[str]:
    if not attribution.has_evidence:
        yield "no evidence"
    if attribution.converged is False:
        yield "not converged"
    if attribution.truncated:
        yield "truncated"
    if attribution.magnitude:
        yield "unsigned scores"
