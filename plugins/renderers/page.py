"""Attributions as one HTML file: no script, nothing from elsewhere, light or dark as the reader's screen is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated

from medtext.plugin import RendererSpec, hookimpl

from .scene import AGAINST, FOR, Pick, Scene, check_threshold, language

if TYPE_CHECKING:
    from medtext.plugin import Attribution

_DARK = "#9f531a", "#2a6dac"
"""Against and for on a dark page: as dark as white letters need."""


@dataclass(frozen=True)
class Options:
    """What a page of attributions shows."""

    threshold: Annotated[float, "share of the highest score from which words are underlined as evidence"] = 0.2
    pick: Annotated[Pick, "all spans, or only the one with the highest word"] = "all"
    top: Annotated[int, "how many words for and against are listed under a text"] = 6
    title: Annotated[str, "the page's heading"] = "What speaks for each answer"

    def __post_init__(self) -> None:
        check_threshold(self.threshold)
        if self.top < 0:
            raise ValueError(f"top must be 0 or more words, not {self.top}")


def render(attributions: list[Attribution], options: Options) -> str:
    """Return a whole HTML document; every text is escaped, and the page forbids itself scripts and requests."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["language"] = language
    template = environment.from_string(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))
    scenes = [Scene.of(each, options.threshold, options.top, pick=options.pick) for each in attributions]
    return template.render(
        title=options.title,
        threshold=options.threshold,
        pick=options.pick,
        signed=any(scene.signed for scene in scenes) or not scenes,
        adding=any(scene.adds_up for scene in scenes) or not scenes,
        scenes=scenes,
        light={"against": _channels(AGAINST), "for": _channels(FOR)},
        dark={"against": _channels(_DARK[0]), "for": _channels(_DARK[1])},
    )


@hookimpl
def medtext_renderers() -> Iterable[RendererSpec]:
    """Offer ``--render page``."""
    yield RendererSpec(
        name="page",
        summary="an HTML page that needs nothing else, on screen or paper",
        options=Options,
        render=render,
        suffix=".html",
    )


def _channels(color: str) -> str:
    return " ".join(str(channel) for channel in bytes.fromhex(color[1:]))
