"""Attributions in a terminal: coloured where it has colours, marked by brackets everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from medtext.plugin import RendererSpec, hookimpl

from .lines import HARD_BLANK, wrap_styled
from .scene import FAINT, Pick, Scene, check_threshold

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from medtext.plugin import Attribution

    from .scene import Piece, Word

WIDEST = 100
"""In columns: longer lines are hard to follow, so a wide terminal is not filled unless ``width`` says so."""

# Nobody knows whether a terminal is dark or light. So where a ground is coloured, the letters on it are black, and
# the stronger the score, the more vivid the ground, not the lighter or the darker; faint scores colour letters only.
# All are colours that terminals of 256 colours have, too.
_CLEAR = 0.2
_LETTERS = {"for": "#0087d7", "against": "#d75f00"}
_GROUNDS = {
    "for": ("#87afd7", "#5fafff", "#00afff", "#0087ff"),
    "against": ("#d7af87", "#ffaf5f", "#ffaf00", "#ff8700"),
}


@dataclass(frozen=True)
class Options:
    """How attributions look in a terminal."""

    threshold: Annotated[float, "share of the highest score from which words are marked as evidence"] = 0.2
    pick: Annotated[Pick, "all spans, or only the one with the highest word"] = "all"
    top: Annotated[int, "how many words for and against are listed under a text"] = 5
    color: Annotated[Literal["auto", "always", "never"], "auto: if standard output is a terminal"] = "auto"
    width: Annotated[int | None, "columns; the terminal's, but at most 100, if not given"] = None

    def __post_init__(self) -> None:
        check_threshold(self.threshold)
        if self.top < 0:
            raise ValueError(f"top must be 0 or more words, not {self.top}")
        if self.width is not None and self.width < 20:
            raise ValueError(f"width must be 20 columns or more, not {self.width}")


def render(attributions: list[Attribution], options: Options) -> str:
    """Return lines for a terminal; without colour they hold no escape sequence at all."""
    console = _console(options)
    width = options.width or min(console.width, WIDEST)
    with console.capture() as capture:
        scenes = [Scene.of(each, options.threshold, options.top, pick=options.pick) for each in attributions]
        for scene in scenes:
            listed = _listed(scene, "for", scene.words_for), _listed(scene, "against", scene.words_against)
            for part in (_heading(scene), _text(scene), *listed):
                for line in _lines(part, width):
                    console.print(line, soft_wrap=True)
            console.print()
        for line in _lines(_legend(scenes, options, colored=console.color_system is not None), width):
            console.print(line, soft_wrap=True)
    return capture.get() if attributions else ""


@hookimpl
def medtext_renderers() -> Iterable[RendererSpec]:
    """Offer ``--render terminal``."""
    yield RendererSpec(
        name="terminal",
        summary="coloured text with its evidence in brackets, for a terminal or a pipe",
        options=Options,
        render=render,
        suffix=".txt",
    )


def _console(options: Options) -> Console:
    from rich.console import Console

    found = Console()
    colored = found.is_terminal and found.color_system is not None and not found.no_color
    if options.color != "auto":
        colored = options.color == "always"
    return Console(
        width=found.width,
        color_system="256" if colored else None,
        force_terminal=colored,
        no_color=not colored,
        legacy_windows=False,
        highlight=False,
    )


def _heading(scene: Scene) -> Iterator[tuple[str, str]]:
    yield scene.label, "bold"
    for name, value in scene.facts:
        yield f"   {name}{HARD_BLANK}", ""
        yield value.replace(" ", HARD_BLANK), "bold" if name == "probability" else ""
    if scene.doubts:
        yield "   " + ", ".join(doubt.upper().replace(" ", HARD_BLANK) for doubt in scene.doubts), "bold"
    if scene.record:
        yield f"   record{HARD_BLANK}{scene.record}", "dim"


def _text(scene: Scene) -> Iterator[tuple[str, str]]:
    for span, pieces in scene.groups():
        if span is not None:
            yield "[[", "dim"
        for piece in pieces:
            yield piece.text, _style(piece)
        if span is not None:
            yield f"{HARD_BLANK}{scene.number(span.score)}]]", "dim"


def _style(piece: Piece) -> str:
    strength, direction = abs(piece.strength), "for" if piece.strength > 0 else "against"
    weight = "bold " if piece.span else ""
    if strength < FAINT:
        return weight.strip()
    if strength < _CLEAR:
        return weight + _LETTERS[direction]
    grounds = _GROUNDS[direction]
    step = min(int((strength - _CLEAR) / (1 - _CLEAR) * len(grounds)), len(grounds) - 1)
    return f"{weight}#000000 on {grounds[step]}"


def _listed(scene: Scene, direction: str, words: tuple[Word, ...]) -> Iterator[tuple[str, str]]:
    for number, word in enumerate(words):
        times = f"{HARD_BLANK}(x{word.count})" if word.count > 1 else ""
        yield (", " if number else f"{direction}:".ljust(9, HARD_BLANK)), "dim"
        yield f"{word.text}{HARD_BLANK}{scene.number(word.score)}{times}", _LETTERS[direction]


def _legend(scenes: Sequence[Scene], options: Options, *, colored: bool) -> Iterator[tuple[str, str]]:
    signed = any(scene.signed for scene in scenes)
    if colored and not signed:
        yield "blue", _LETTERS["for"]
        yield " scores high, for or against; ", "dim"
    elif colored:
        yield "blue", _LETTERS["for"]
        yield " speaks for the label, ", "dim"
        yield "orange", _LETTERS["against"]
        yield " against it; ", "dim"
    if not any(piece.span for scene in scenes for piece in scene.pieces):
        yield "scores in logits" if signed else "scores without unit or direction", "dim"
        return
    which = "" if options.pick == "all" else ", next to the highest"
    unit = "scores in logits" if signed else "scores without unit or direction"
    yield f"[[...]] is evidence: words from {options.threshold:g} of the text's highest score{which}; {unit}", "dim"


def _lines(parts: Iterable[tuple[str, str]], width: int) -> Iterator[Text]:
    from rich.cells import cell_len
    from rich.text import Text

    for line in wrap_styled(parts, cell_len, width):
        yield Text.assemble(*((text.replace(HARD_BLANK, " "), style) for text, style in line))
