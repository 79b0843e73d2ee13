"""``medtext predict``."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.options import AbstainOption, Device, DeviceOption, JsonOption, RunOption, check_abstain
from medtext.cli.output import as_json, cell, new_table, say, stdin_is_terminal, table_text, warn
from medtext.cli.session import session_of
from medtext.corpus.check import text_fault
from medtext.corpus.record import Record
from medtext.errors import OptionError, RecordError

if TYPE_CHECKING:
    from medtext.learn.predict import Prediction


def given_text(text: str | None) -> Record:
    """Return what was typed, or all of standard input, as a record. Raises OptionError or RecordError."""
    if text in (None, "-"):
        if stdin_is_terminal():
            raise OptionError("no text: give one in quotes, or pipe one in")
        where = "standard input"
        try:
            text = sys.stdin.buffer.read().decode("utf-8").strip("\r\n")
        except UnicodeDecodeError as error:
            raise RecordError(
                f"{where}: byte 0x{error.object[error.start]:02X} is not UTF-8: save it as UTF-8"
            ) from None
    else:
        where = "the given text"
    assert text is not None  # noqa: S101
    fault = text_fault(text)
    if fault:
        raise RecordError(f"{where}: {fault}")
    return Record(id="text", text=text, place=where)


MOST_UNKNOWN = 0.5
"""The share of unknown tokens over which an answer is doubted."""


def abstains(prediction: Prediction, least: float | None) -> bool:
    """Whether an answer is not sure enough to be given."""
    return least is not None and prediction.confidence is not None and prediction.confidence < least


def predict_command(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="The text; standard input, if not given.")] = None,
    run: RunOption = None,
    abstain: AbstainOption = None,
    json: JsonOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Answer for one text."""
    check_abstain(abstain)
    record = given_text(text)
    ready = session_of(context).ready(run, device)
    check_abstain(abstain, ready.task)
    prediction = next(iter(ready.predictor.predict([record])))
    silent = abstains(prediction, abstain)
    if silent:
        say(f"no answer: its confidence is {prediction.confidence:.4f}, below {abstain:g}")
        prediction = replace(prediction, labels=())
    if prediction.truncated:
        limit = ready.max_length
        warn(f"the text is longer than the {limit} tokens that the model reads: the rest did not count")
    if prediction.unknown > MOST_UNKNOWN:
        warn(f"the run does not know {prediction.unknown:.0%} of the text's tokens: is it for other texts?")
    if json:
        typer.echo(as_json(prediction.to_json(ready.labels) | ({} if abstain is None else {"abstained": silent})))
        return
    if prediction.text is not None:
        typer.echo(prediction.text)
        return
    table = new_table("=", "label", ">probability")
    assert prediction.probabilities is not None  # noqa: S101
    order = sorted(zip(ready.labels, prediction.probabilities.tolist(), strict=True), key=lambda pair: -pair[1])
    for label, probability in order:
        table.add_row(cell("→" if label in prediction.labels else ""), cell(label), cell(probability))
    typer.echo(table_text(table), nl=False)
