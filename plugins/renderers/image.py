"""Attributions as a picture for a paper: PNG or SVG, in print size, with its own legend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from medtext.plugin import OutputError, RendererSpec, hookimpl

from .lines import HARD_BLANK, wrap_styled
from .scene import FAINT, Pick, Scene, check_threshold, mix

if TYPE_CHECKING:
    from medtext.plugin import Attribution, Faces

    from .canvas import Canvas
    from .scene import Piece

# In points, as printed.
BODY, LABEL, SMALL, NUMBER = 9.5, 11.5, 7.5, 6.0
MARGIN, BETWEEN = 8.0, 12.0
INK, QUIET, DOUBT, EVIDENCE, OPPOSED = "#1a1d21", "#5c646d", "#8a3b00", "#1d5fa3", "#9a4a08"

MINUS = "–"
"""The dash as long as a minus should be: Chinese fonts draw the real one as wide as a character."""

_LONGEST = 65_000
"""In pixels: common viewers refuse what is longer."""

_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "path",  # Chinese shows as Chinese wherever the file is opened
    "svg.hashsalt": "medtext",  # the same picture is the same file
    "text.usetex": False,
    "text.hinting": "no_hinting",  # the widths drawn are those by which lines were broken
    "path.sketch": None,
    "path.effects": [],
}


@dataclass(frozen=True)
class Options:
    """How a picture of attributions is made."""

    threshold: Annotated[float, "share of the highest score from which words are underlined as evidence"] = 0.2
    pick: Annotated[Pick, "all spans, or only the one with the highest word"] = "all"
    format: Annotated[Literal["png", "svg"], "pixels, or shapes that stay sharp at any size"] = "png"
    dpi: Annotated[int, "pixels an inch"] = 200
    width_cm: Annotated[float, "width on paper; letters keep their size of 9.5 points"] = 16.0
    font: Annotated[Path | None, "font file; MEDTEXT_FONT or an installed one if not given"] = None

    def __post_init__(self) -> None:
        check_threshold(self.threshold)
        if not 30 <= self.dpi <= 1200:
            raise ValueError(f"dpi must lie between 30 and 1200, not {self.dpi}")
        if not 6 <= self.width_cm <= 100:
            raise ValueError(f"width-cm must lie between 6 and 100, not {self.width_cm:g}")


def render(attributions: list[Attribution], options: Options) -> bytes:
    """Return a PNG or SVG file with one attribution under the other; the same input gives the same bytes.

    Raises OutputError where no font has a character, and where the picture gets too long.
    """
    import matplotlib as mpl

    from medtext.plugin import find_faces

    from .canvas import Canvas

    if not attributions:
        raise OutputError("there is no attribution to draw: a picture needs at least one")
    scenes = [Scene.of(each, options.threshold, pick=options.pick) for each in attributions]
    faces = find_faces("".join(map(_letters, scenes)), options.font)
    with mpl.rc_context(_SETTINGS):
        canvas = Canvas(options.width_cm / 2.54 * 72, faces)
        y = MARGIN
        for scene in scenes:
            y = _draw_scene(canvas, faces, scene, y) + BETWEEN
        y = _draw_key(canvas, options, y, signed=any(scene.signed for scene in scenes))
        if options.format == "png" and y / 72 * options.dpi > _LONGEST:
            raise OutputError(
                f"{len(scenes)} texts make a picture of {y / 72 * options.dpi:.0f} pixels, and {_LONGEST} are the most:"
                " draw fewer, lower -o dpi, or use -o format=svg or --render page"
            )
        return canvas.save(y + MARGIN, options.format, options.dpi)


@hookimpl
def medtext_renderers() -> Iterable[RendererSpec]:
    """Offer ``--render image``."""
    yield RendererSpec(
        name="image",
        summary="a picture for a paper, PNG or SVG",
        options=Options,
        render=render,
        suffix=".png",
    )


def _letters(scene: Scene) -> str:
    return "".join([scene.label, scene.record, scene.text, *(value for _, value in scene.facts)])


def _draw_scene(canvas: Canvas, faces: Faces, scene: Scene, y: float) -> float:
    """Draw one attribution below ``y`` and return where it ends."""
    y = _draw_lines(canvas, [(faces.spell(scene.label), INK)], LABEL, y)
    y = _draw_lines(canvas, [(faces.spell(text), color) for text, color in _facts(scene)], SMALL, y + 1)
    y = _draw_text(canvas, faces, scene, y + 4)
    return _draw_scale(canvas, scene, y + 4)


def _facts(scene: Scene) -> Iterable[tuple[str, str]]:
    facts = (*scene.facts, ("record", scene.record)) if scene.record else scene.facts
    for number, (name, value) in enumerate(facts):
        yield f"{'    ' if number else ''}{name}{HARD_BLANK}", QUIET
        yield value.replace(" ", HARD_BLANK).replace("-", MINUS) if name == "margin" else value, INK
    for doubt in scene.doubts:
        yield f"    {doubt.upper().replace(' ', HARD_BLANK)}", DOUBT


def _draw_lines(canvas: Canvas, parts: Iterable[tuple[str, str]], size: float, y: float) -> float:
    for line in wrap_styled(parts, lambda character: canvas.measure(character, size), canvas.width - 2 * MARGIN):
        x = MARGIN
        for text, color in line:
            x = canvas.write(x, y + size, text.replace(HARD_BLANK, " "), size, color)
        y += 1.5 * size
    return y


def _draw_text(canvas: Canvas, faces: Faces, scene: Scene, y: float) -> float:
    """Draw the coloured text; lines stand further apart where scores stand under them."""
    pitch = 2.3 * BODY if any(piece.span for piece in scene.pieces) else 1.75 * BODY
    parts = [(faces.spell(piece.text), piece) for piece in scene.pieces]
    shown: set[int] = set()
    for line in wrap_styled(parts, lambda character: canvas.measure(character, BODY), canvas.width - 2 * MARGIN):
        x, free = MARGIN, 0.0
        for span, pieces in groupby(line, key=lambda part: part[1].span):
            left = x
            for text, piece in pieces:
                x = _draw_piece(canvas, piece, text, x, y + BODY)
            if span is None:
                continue
            canvas.line(left, x, y + 1.44 * BODY, 1.1, EVIDENCE)
            if span.start not in shown:  # a span that goes on in the next line has its sum under its first part
                shown.add(span.start)
                free = _draw_sum(
                    canvas, scene.number(span.score, MINUS), (left + x) / 2, free, y + 1.54 * BODY + NUMBER
                )
        y += pitch
    return y


def _draw_piece(canvas: Canvas, piece: Piece, text: str, x: float, baseline: float) -> float:
    """Draw a word on its colour; a hair of white keeps neighbours apart."""
    width = canvas.measure(text, BODY)
    if abs(piece.strength) >= FAINT / 2:
        canvas.box(x + 0.2, baseline - 0.98 * BODY, width - 0.4, 1.3 * BODY, mix(piece.strength))
    if piece.opposes:
        canvas.line(x, x + width, baseline + 0.44 * BODY, 1.0, OPPOSED, dashed=True)
    return canvas.write(x, baseline, text, BODY, QUIET if piece.score is None else INK)


def _draw_sum(canvas: Canvas, number: str, middle: float, free: float, baseline: float) -> float:
    """Write a span's score under its middle, or further right where another one stands; return where it ends."""
    width = canvas.measure(number, NUMBER)
    x = min(max(middle - width / 2, free, MARGIN), canvas.width - MARGIN - width)
    return canvas.write(x, baseline, number, NUMBER, EVIDENCE) + 0.4 * NUMBER


def _draw_scale(canvas: Canvas, scene: Scene, y: float) -> float:
    """Draw what the colours mean, in numbers."""
    low, high = scene.number(scene.low, MINUS), scene.number(scene.high, MINUS)
    before, after = (
        (f"against {low}", f"{high} for, in logits") if scene.signed else (low, f"{high}, without direction")
    )
    x = canvas.write(MARGIN, y + SMALL, f"{before}  ", SMALL, QUIET)
    steps, width = 48, min(82.0, canvas.width - MARGIN - x - canvas.measure(f"  {after}", SMALL))
    for step in range(steps):  # each down to the end, painted over by the next: no seams
        part, left = (step + 0.5) / steps, width * step / steps
        color = mix(2 * part - 1 if scene.signed else part)
        canvas.box(x + left, y + 0.1 * SMALL, width - left, SMALL, color)
    canvas.write(x + width, y + SMALL, f"  {after}", SMALL, QUIET)
    return y + 1.5 * SMALL


def _draw_key(canvas: Canvas, options: Options, y: float, *, signed: bool) -> float:
    which = "" if options.pick == "all" else ", next to the highest"
    key = f"Solid line: evidence with its sum, words from {options.threshold:g} of the text's highest score{which}."
    if signed:
        key += f" Dashed line: against the label, by {options.threshold:g} of the strongest score or more."
    canvas.line(MARGIN, canvas.width - MARGIN, y - BETWEEN / 2, 0.4, "#d9dde2")
    return _draw_lines(canvas, [(key, QUIET)], SMALL, y)
