"""How a report is searched for, as it is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medtext.errors import OptionError

if TYPE_CHECKING:
    from medtext.learn.decoding import Decoding
    from medtext.workspace.ready import Ready

_PANEL = "How reports are searched for"

BeamsOption = Annotated[
    int | None, typer.Option("--beams", help="Texts searched side by side. Default: 3.", rich_help_panel=_PANEL)
]
LengthPenaltyOption = Annotated[
    float | None,
    typer.Option(
        "--length-penalty",
        help="At 1 texts rank by the mean of their tokens; at 0 by probability: shorter. Default: 1.",
        rich_help_panel=_PANEL,
    ),
]
NoRepeatOption = Annotated[
    int | None,
    typer.Option(
        "--no-repeat",
        help="Write no stretch of so many tokens twice. Default: 0, which forbids nothing.",
        rich_help_panel=_PANEL,
    ),
]
TemperatureOption = Annotated[
    float | None,
    typer.Option(
        "--temperature",
        help="Sample instead: at 1 as probable as texts are, below 1 the probable ones more. Default: 0, no samples.",
        rich_help_panel=_PANEL,
    ),
]
TopPOption = Annotated[
    float | None,
    typer.Option(
        "--top-p",
        help="Sample from the most probable tokens that have this together. Default: 1, all of them.",
        rich_help_panel=_PANEL,
    ),
]
ConsensusOption = Annotated[
    int | None,
    typer.Option(
        "--consensus",
        help="Sample so many, and give the one that says most of what the others say. Default: 0, a search.",
        rich_help_panel=_PANEL,
    ),
]
CutoffOption = Annotated[
    float | None,
    typer.Option(
        "--cutoff",
        help="Tell the words which findings are guessed to be at least so probable, and prefer texts that state them "
        "alone; at 0 the words decide. Default: 0.5.",
        rich_help_panel=_PANEL,
    ),
]


def read_decoding(**asked: Any) -> Decoding:
    """Return the search that was asked for: names as in ``Decoding``, None where the usual will do.

    Raises OptionError for what cannot be.
    """
    from medtext.learn.decoding import USUAL, Decoding

    given = {name: value for name, value in asked.items() if value is not None}
    sampling = given.get("temperature") or given.get("consensus")
    usual = {"beams": 1 if sampling else USUAL.beams, "length_penalty": USUAL.length_penalty, "cutoff": USUAL.cutoff}
    return Decoding(**usual | given)


def held(decoding: Decoding, ready: Ready, cutoff: float | None) -> Decoding:
    """Return the search as it is for a run: one that guesses nothing has no cutoff.

    Raises OptionError where ``cutoff`` asks such a run for one.
    """
    if ready.decides:
        return decoding
    if cutoff is not None:
        raise OptionError(f"--cutoff is for runs that guess what reports state: '{ready.run.name}' does not")
    return replace(decoding, cutoff=0.0)
