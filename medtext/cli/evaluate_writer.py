"""What ``medtext evaluate`` shows of a run that writes."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from medtext.cli.metric_tables import metrics_text
from medtext.cli.new_folder import new_folder
from medtext.cli.output import as_json, cell, new_table, say, table_text

if TYPE_CHECKING:
    from medtext.corpus.record import Record
    from medtext.learn.decoding import Decoding
    from medtext.workspace.ready import Ready

_HEADS = {"bleu_4": "BLEU-4", "rouge_l": "ROUGE-L", "cider": "CIDEr-D", "present_micro_f1": "findings F1"}
_SURE = 0.05
_LEAST = 0.001
"""The least p-value that is written out."""


def evaluate_writer(
    ready: Ready,
    records: list[Record],
    split: str | None,
    title: str,
    decoding: Decoding,
    *,
    report: Path | None,
    replace: bool,
    json: bool,
) -> None:
    """Measure a writer beside what looks at nothing, and show it; see ``writing_figures`` for the figures."""
    from medtext.workspace.evaluation import answers_of, written_figures
    from medtext.workspace.source import with_truth

    ready = dataclasses.replace(ready, predictor=dataclasses.replace(ready.network, decoding=decoding))
    answers = answers_of(ready, with_truth(records, ready.task))
    measured = written_figures(ready, answers)
    said = notes(measured["model"], decoding if ready.searches else None)
    if report is not None:
        from medtext.report.writing_page import write_writing

        with new_folder(report, replace=replace) as folder:
            write_writing(folder, title, measured, answers["model"], said)
        say(f"written: {report}")
    if json:
        searched = dataclasses.asdict(decoding)
        typer.echo(as_json({"run": ready.run.name, "split": split, "decoding": searched, "metrics": measured}))
        return
    kinds = {f"model, {name} records": row for name, row in measured["model"]["by_kind"].items()}
    parts = [metrics_text(measured | kinds, title), *differences_text(measured["model"]["over"])]
    parts += findings_text(measured["model"]["by_finding"])
    typer.echo("\n".join([*parts, *(f"{line}\n" for line in said)]), nl=False)


def differences_text(over: dict[str, dict[str, dict[str, float]]]) -> list[str]:
    """Return a table of what the model has over each of the others; none where nothing is known."""
    table = new_table("model over", *(f">{head}" for head in _HEADS.values()))
    for name, found in over.items():
        if found:
            table.add_row(cell(name), *(cell(_interval(found[key])) for key in _HEADS))
    title = "By how much the model is over the others, with 95 % intervals (paired bootstrap)"
    return [table_text(table, title)] if table.row_count else []


def findings_text(by_finding: dict[str, dict[str, float]]) -> list[str]:
    """Return a table of the findings that the true texts state; none where they state none."""
    table = new_table("finding", *(f">{name}" for name in next(iter(by_finding.values()), {})))
    for name, figures in by_finding.items():
        if figures["support"]:
            table.add_row(cell(name), *map(cell, figures.values()))
    return [table_text(table, "Present findings, uncertain ones among them, by rules")] if table.row_count else []


def notes(model: dict[str, Any], decoding: Decoding | None) -> list[str]:
    """Say how it was searched, how far the figures hang on what is read, and whether the writer points at it."""
    lines = [f"searched by: {decoding}"] if decoding else []
    for key, found in model["reliance"].items():
        fall = (
            f"{found['value']:.4f}, dealt out to other records {found['shuffled']:.4f}: a drop of {found['drop']:.4f}"
        )
        lines.append(f"reliance, {_HEADS[key]}: {fall}, {_chance(found['p'])}")
    if all(found["p"] > _SURE for found in model["reliance"].values()):
        lines.append(
            "What is written does not hang on what is read, as far as can be told: "
            f"it is as good for any other of the {model['records']} records."
        )
    stated = any(each["support"] for each in model["by_finding"].values())
    if not stated:
        lines.append("No true report states a finding by the English rules: their figures say nothing here.")
    half = model.get("surest_half")
    if half and stated:
        lines.append(
            f"findings not exactly those of the true report: {model['coverage']['risks'][-1]:.3f} of all, "
            f"{half['wrong']:.3f} of the {half['share']:.3f} that --abstain {half['cutoff']:.2f} answers"
        )
    pointing = model.get("pointing")
    if pointing:
        lines.append(
            f"pointing game: {pointing['hits']:.3f} of {pointing['findings']} findings that were written and are there "
            f"are looked at in their box; {pointing['chance']:.3f} if others' looks at the same finding are taken, "
            f"{_chance(pointing['p'])}; the boxes are {pointing['area']:.3f} of all cells"
        )
    return lines


def _interval(found: dict[str, float]) -> str:
    return f"{found['value']:+.4f} ({found['low']:+.4f} to {found['high']:+.4f})"


def _chance(p: float) -> str:
    """Return a p-value; one of a thousand draws that none of them reached is below 0.001."""
    return f"p < {_LEAST:g}" if p < _LEAST else f"p = {p:.3f}"
