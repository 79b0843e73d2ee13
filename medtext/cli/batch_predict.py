"""``medtext batch-predict``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medtext.cli.options import (
    AbstainOption,
    Device,
    DeviceOption,
    OutputOption,
    ReplaceOption,
    RunOption,
    check_abstain,
)
from medtext.cli.output import refuse_existing, say, stdin_is_terminal, visible, warn, write_answer
from medtext.cli.predict import MOST_UNKNOWN, abstains
from medtext.cli.progress import tracked
from medtext.cli.session import Session, session_of
from medtext.corpus.record import Task
from medtext.errors import OptionError, OutputError, RecordError

if TYPE_CHECKING:
    from medtext.corpus.texts import TextRow
    from medtext.learn.predict import Prediction
    from medtext.workspace.ready import Ready

_WINDOW = 2048
JOINT = "|"
"""What stands between labels in one cell, where there are many."""


class SheetForm(StrEnum):
    """How answers are written to standard output; a file's name says its own form."""

    TSV = "tsv"
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"
    DATASET = "dataset"


def batch_predict_command(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="One text a line, or a table with a text column; standard input for - or nothing."),
    ] = None,
    run: RunOption = None,
    abstain: AbstainOption = None,
    output: OutputOption = None,
    format: Annotated[  # noqa: A002  # what users type
        SheetForm | None,
        typer.Option(
            "--format",
            help="How to write; by the ending of --output, else tsv. dataset: FILE is read as the run's dataset does, "
            "and answers are written as they are handed in there; not with --abstain.",
        ),
    ] = None,
    replace: ReplaceOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Answer any number of texts: exactly one row out for each row in, in order.

    Columns: row, id, text, label, probability, one probability for each label, truncated, error.
    A row that cannot be answered says why under error and has no answer. Many labels are joined by |.
    """
    session = session_of(context)
    check_abstain(abstain)
    if format is SheetForm.DATASET:
        _hand_in(session, file, run, output, device, abstaining=abstain is not None, replace=replace)
        return
    path = None if file is None or str(file) == "-" else file
    if path is None and stdin_is_terminal():
        raise OptionError("no texts: name a file, or pipe some in")
    check_sheet_output(path, output, format, replace=replace)
    if path is not None:
        from medtext.corpus.source import check_file

        check_file(path)
    ready = session.ready(run, device)
    check_abstain(abstain, ready.task)
    from medtext.corpus.sheet import open_sheet, stream_sheet
    from medtext.corpus.texts import read_texts

    columns = _columns(ready, abstaining=abstain is not None)
    on_terminal = output is None and sys.stdout.isatty()
    counts = Counts()
    answers = answer_rows(ready, read_texts(path), counts, abstain)
    rows = tracked(answers, None, "predicting", quiet=session.quiet or output is None)
    with ExitStack() as stack:
        sheet = None if output is None else stack.enter_context(open_sheet(output, columns, replace=replace))
        try:
            first = next(rows, None)  # what cannot be read at all leaves no header on stdout
        except RecordError as error:
            raise RecordError("; ".join(filter(None, (str(error), _corpus_hint(ready))))) from error
        sheet = sheet or stream_sheet(sys.stdout, list(columns), format or SheetForm.TSV)
        for row in rows if first is None else chain([first], rows):
            sheet.write(harmless(row) if on_terminal else row)
    if output is not None:
        say(f"written: {output}")
    counts.tell(ready)


@dataclass
class Counts:
    """How many rows were read; that have no answer; are cut, not sure enough, mostly unknown."""

    total: int = 0
    failed: int = 0
    cut: int = 0
    silent: int = 0
    strange: int = 0

    def add(self, prediction: Prediction | None, *, silent: bool) -> None:
        """Count a row, with its prediction if it has one."""
        self.total += 1
        self.failed += prediction is None
        self.silent += silent
        if prediction is not None:
            self.cut += prediction.truncated
            self.strange += prediction.unknown > MOST_UNKNOWN

    def tell(self, ready: Ready) -> None:
        """Say what a reader of the answers has to know."""
        total = self.total
        if not total:
            warn("no text was read: a file has one a line, or is a table")
        if self.cut:
            limit = ready.max_length
            warn(
                f"{self.cut} of {total} texts are longer than the {limit} tokens that the model reads: "
                "see column 'truncated'"
            )
        if self.strange:
            strange = f"{self.strange} of {total} texts are mostly of tokens that the run does not know"
            warn("; ".join(filter(None, (f"{strange}: is it for others", _corpus_hint(ready)))))
        if self.silent:
            say(f"{self.silent} of {total} rows got no answer: their confidence is below that of --abstain")
        if self.failed:
            warn(f"{self.failed} of {total} rows have no answer: their column 'error' says why")


def _corpus_hint(ready: Ready) -> str:
    """Say how a file of the run's own corpus is read, where that has a form for answers."""
    dataset = ready.registry.dataset(ready.setup.dataset.name)
    return f"a file of dataset '{dataset.name}' is read by --format dataset" if dataset.answers else ""


def _hand_in(
    session: Session,
    file: Path | None,
    run: str | None,
    output: Path | None,
    device: Device,
    *,
    abstaining: bool,
    replace: bool,
) -> None:
    """Write the answers to a file of the run's dataset as that corpus has them handed in."""
    if abstaining:
        raise OptionError("--format dataset hands in all probabilities: leave --abstain out")
    if file is None or str(file) == "-":
        raise OptionError("--format dataset reads a file as the run's dataset does: name it")
    if output is not None:
        refuse_existing(output, replace=replace)
        if output.suffix.lower() in (".xlsx", ".parquet"):
            raise OptionError(f"--output {output}: --format dataset writes text: choose another ending")
    ready = session.ready(run, device)
    dataset = session.registry.dataset(ready.setup.dataset.name)
    if dataset.answers is None:
        raise OptionError(f"--format dataset: dataset '{dataset.name}' has no form for answers: choose another")
    records = ready.records(source=file.resolve())
    predictions = tracked(ready.predictor.predict(records), len(records), "predicting", quiet=session.quiet)
    lines = "".join(f"{line}\n" for line in dataset.answers(predictions, ready.labels))
    write_answer(lines, output, replace=replace)


def answer_rows(
    ready: Ready, rows: Iterable[TextRow], counts: Counts, abstain: float | None = None
) -> Iterator[dict[str, Any]]:
    """Yield one row of answers for each row of texts, in order, holding a few thousand at once.

    No label is given where the confidence is below ``abstain``.
    """
    source = iter(rows)
    while window := list(islice(source, _WINDOW)):
        predictions = iter(list(ready.predictor.predict(row.record for row in window if row.fault is None)))
        for row in window:
            known = {"row": row.number, "id": row.record.id, "text": row.record.text, "error": row.fault}
            if row.fault is not None:  # what was refused may hold what a terminal obeys
                counts.add(None, silent=False)
                yield {**known, "text": visible(row.record.text)}
                continue
            prediction = next(predictions)
            counts.add(prediction, silent=abstains(prediction, abstain))
            yield {**known, **_answer(ready, prediction, abstain)}


def harmless(row: dict[str, Any]) -> dict[str, Any]:
    """Show control characters of a row instead of letting a terminal obey them."""
    return {name: visible(cell) if isinstance(cell, str) else cell for name, cell in row.items()}


def check_sheet_output(path: Path | None, output: Path | None, format: SheetForm | None, *, replace: bool) -> None:  # noqa: A002
    """Raise, before any work is done, OutputError or OptionError where the answers cannot be written as asked."""
    if output is None:
        if format in (SheetForm.PARQUET, SheetForm.XLSX):
            raise OptionError(f"--format {format} cannot go to a terminal or pipe: name a file by --output")
        return
    refuse_existing(output, replace=replace)
    if path is not None and output.exists() and path.exists() and output.samefile(path):
        raise OutputError(f"{output} is what is read: name another --output")
    from medtext.corpus.source import suffix_of

    if format is not None and suffix_of(output) != format:
        raise OptionError(f"--output {output}: with --format {format} its name must end in .{format}: change one")


def _columns(ready: Ready, *, abstaining: bool) -> dict[str, type]:
    answers: dict[str, type] = {"label": str, "probability": float}
    answers |= {f"probability:{label}": float for label in ready.labels}
    if ready.task is Task.GENERATE:
        answers = {"written": str, "log_probability": float}
    if abstaining:
        answers |= {"confidence": float, "abstained": bool}
    return {"row": int, "id": str, "text": str, **answers, "truncated": bool, "error": str}


def _answer(ready: Ready, prediction: Prediction, abstain: float | None) -> dict[str, Any]:
    if prediction.probabilities is None:
        answered: dict[str, Any] = {"written": prediction.text, "log_probability": prediction.log_probability}
    else:
        by_label = dict(zip(ready.labels, prediction.probabilities.tolist(), strict=True))
        answered = {f"probability:{label}": value for label, value in by_label.items()}
        silent = abstains(prediction, abstain)
        answered["label"] = "" if silent else JOINT.join(prediction.labels)
        if ready.task is Task.CLASSIFY and not silent:
            answered["probability"] = by_label[prediction.labels[0]]
        if abstain is not None:
            answered |= {"confidence": prediction.confidence, "abstained": silent}
    return {**answered, "truncated": prediction.truncated}
