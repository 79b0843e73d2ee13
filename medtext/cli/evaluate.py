"""``medtext evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from medtext.cli.decoding_options import (
    BeamsOption,
    ConsensusOption,
    CutoffOption,
    LengthPenaltyOption,
    NoRepeatOption,
    TemperatureOption,
    TopPOption,
    held,
    read_decoding,
)
from medtext.cli.evaluate_writer import evaluate_writer
from medtext.cli.metric_tables import metrics_text
from medtext.cli.new_folder import new_folder, refuse_folder
from medtext.cli.options import (
    AbstainOption,
    Device,
    DeviceOption,
    JsonOption,
    MethodName,
    RunOption,
    SourceOption,
    SourcePairsOption,
    Split,
    UnitOption,
    check_abstain,
    check_source_pairs,
)
from medtext.cli.output import as_json, cell, fits, new_table, say, table_text, visible, warn
from medtext.cli.progress import tracked
from medtext.cli.session import Session, session_of
from medtext.corpus.record import Input, Task
from medtext.errors import OptionError

if TYPE_CHECKING:
    from medtext.corpus.record import Record
    from medtext.explain.explainer import Explained
    from medtext.workspace.evidence import Evidence
    from medtext.workspace.ready import Ready

_WRONG, _TEXTS = 3, 200
"""How many wrong answers are shown, and texts measured, where nothing is named."""
_CONFUSIONS = 20
"""How many kinds of confusion are listed, where a table of all labels by all labels does not fit."""


def evaluate_command(
    context: typer.Context,
    run: RunOption = None,
    split: Annotated[
        Split | None, typer.Option("--split", help="Which part of the run's records. Default: test.")
    ] = None,
    source: SourceOption = None,
    option: SourcePairsOption = None,
    wrong: Annotated[
        int | None,
        typer.Option(
            "--wrong",
            min=0,
            help="Show so many wrong answers with their evidence. Default: 3; all in a report or JSON.",
        ),
    ] = None,
    unit: UnitOption = None,
    abstain: AbstainOption = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Measure the scores too: faithful to the model, as people marked.")
    ] = False,
    method: Annotated[
        list[MethodName] | None,
        typer.Option("--method", help="A method that --evidence measures; may be repeated. Default: all that fit."),
    ] = None,
    texts: Annotated[
        int | None, typer.Option("--texts", min=1, help="At most so many texts for --evidence. Default: 200.")
    ] = None,
    beams: BeamsOption = None,
    length_penalty: LengthPenaltyOption = None,
    no_repeat: NoRepeatOption = None,
    temperature: TemperatureOption = None,
    top_p: TopPOption = None,
    consensus: ConsensusOption = None,
    cutoff: CutoffOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FOLDER", help="Write a page with all figures and wrong answers.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite an existing report.")] = False,
    json: JsonOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Measure a run beside its baseline and the majority label."""
    session = session_of(context)
    check_abstain(abstain)
    pairs = check_source_pairs(option, source)
    if report is not None:
        refuse_folder(report, replace=replace)
    _check_evidence(method or [], texts, asked=evidence)
    searched = {
        "beams": beams,
        "length_penalty": length_penalty,
        "no_repeat": no_repeat,
        "temperature": temperature,
        "top_p": top_p,
        "consensus": consensus,
        "cutoff": cutoff,
    }
    decoding = read_decoding(**searched)
    ready = session.ready(run, device)
    vain = next((name for name, value in searched.items() if value is not None), None)
    if vain and not ready.searches:
        raise OptionError(
            f"--{vain.replace('_', '-')} is for runs that write word by word: '{ready.run.name}' does not"
        )
    if ready.searches:
        decoding = held(decoding, ready, cutoff)
    _check_fitting(ready, wrong, method or [], abstain, evidence=evidence)
    from medtext.workspace.evaluation import evaluate, wrong_answers
    from medtext.workspace.explaining import doubts, explainer_for

    for doubt in doubts(ready):
        warn(doubt)
    chosen = split or (None if source else Split.TEST)
    records = ready.records(split=chosen, source=source, pairs=pairs)
    title = f"{ready.run.name}, {chosen or 'all'} of {(source or ready.setup.source).name}"
    if ready.task is Task.GENERATE:
        evaluate_writer(ready, records, chosen, title, decoding, report=report, replace=replace, json=json)
        return
    measured = evaluate(ready, records, abstain=abstain)
    drawn = ready.networks[0].batcher.reads is Input.TEXT  # heat maps are of words
    most = 0 if not drawn else wrong if wrong is not None or json or report else _WRONG
    mistakes, shown = wrong_answers(ready, records, explainer_for(ready, unit=unit), most=most)
    found = _evidence(session, ready, records, method or [], unit, texts or _TEXTS) if evidence else []
    if report is not None:
        with new_folder(report, replace=replace) as folder:
            from medtext.report.evaluation_page import write_evaluation

            write_evaluation(
                folder,
                title,
                measured,
                ready.labels,
                page_of(session, shown, title),
                [each.to_json() for each in found],
            )
        say(f"written: {report}")
    if json:
        print_json(ready, chosen, measured, shown, found)
        return
    texts_shown = [metrics_text(measured, title), *tables_by_label(measured["model"], ready.labels)]
    if found:
        texts_shown.append(evidence_text(found))
    typer.echo("\n".join(texts_shown), nl=False)
    if shown and not report:
        typer.echo(f"\nWrong answers: {mistakes}. The surest first, {len(shown)} shown:")
        print_explained(session, shown)


def _check_evidence(methods: list[MethodName], texts: int | None, *, asked: bool) -> None:
    """Raise OptionError for what is of no use without --evidence."""
    vain = "--method" if methods else "--texts" if texts else None
    if vain and not asked:
        raise OptionError(f"{vain} is for what --evidence measures: add --evidence")


def _check_fitting(
    ready: Ready, wrong: int | None, methods: list[MethodName], abstain: float | None, *, evidence: bool
) -> None:
    """Raise OptionError for what a run does not allow."""
    check_abstain(abstain, ready.task)
    if wrong is not None and ready.task is Task.GENERATE:
        raise OptionError("--wrong is for runs that give labels; --report shows a writer's worst")
    if evidence:
        from medtext.workspace.evidence import refuse_evidence

        refuse_evidence(ready, [str(method) for method in methods])


def _evidence(
    session: Session, ready: Ready, records: list[Record], methods: list[MethodName], unit: str | None, texts: int
) -> list[Evidence]:
    from medtext.corpus.sample import sampled
    from medtext.workspace.evidence import measure_evidence
    from medtext.workspace.explaining import fitting_methods

    chosen = [str(method) for method in methods] or fitting_methods(ready)
    kept = sampled(records, texts)
    say(f"evidence: {len(kept)} of {len(records)} records")
    measured = measure_evidence(ready, kept, chosen, unit=unit)
    return list(tracked(measured, len(chosen), "measuring", quiet=session.quiet))


def evidence_text(found: list[Evidence]) -> str:
    """Return a table of how faithful the scores of each method are, and one of how far they agree with marks."""
    table = new_table(
        "method", ">comprehensiveness", ">sufficiency", ">log-odds", ">shuffled weights", ">answers", ">seconds"
    )
    for each in found:
        faithful = each.faithfulness
        figures = (faithful.comprehensiveness, faithful.sufficiency, faithful.log_odds) if faithful else (None,) * 3
        table.add_row(*map(cell, (each.method, *figures, each.randomised, each.answers, f"{each.seconds:.1f}")))
    parts = [table_text(table, "Evidence: how the answer changes without the highest words, or with them alone")]
    compared = [each for each in found if each.plausibility and each.plausibility.means]
    if compared:
        names = list(compared[0].plausibility.means) if compared[0].plausibility else []
        marked = new_table("method", *(f">{name.replace('_', ' ')}" for name in names), ">compared")
        for each in compared:
            if each.plausibility:
                values = [mean.value for mean in each.plausibility.means.values()]
                marked.add_row(*map(cell, (each.method, *values, each.plausibility.compared)))
        parts.append(table_text(marked, "Agreement with marked evidence"))
    return "\n".join(parts)


def tables_by_label(row: dict[str, Any], labels: tuple[str, ...]) -> list[str]:
    """Return what is known of each label: its figures, and what it is confused with."""
    tables = [labels_table(row)] if "by_label" in row else []
    if "confusion" in row:
        tables.append(confusion_table(row["confusion"], labels))
    return [table_text(table) for table in tables if table.row_count]


def labels_table(row: dict[str, Any]) -> Table:
    """Return precision, recall, F1 and support of each label."""
    first = next(iter(row["by_label"].values()))
    table = new_table("label", *(f">{name}" for name in first))
    for label, figures in row["by_label"].items():
        table.add_row(cell(label), *(cell(value) for value in figures.values()))
    return table


def confusion_table(confusion: list[list[int]], labels: tuple[str, ...]) -> Table:
    """Return how many records of each true label (down) got each label (across).

    Where that is too wide for the terminal, the commonest confusions are listed instead.
    """
    table = new_table("=true \\ given", *(f">{visible(label)}" for label in labels))
    for label, row in zip(labels, confusion, strict=True):
        table.add_row(cell(label), *(cell(count) for count in row))
    if fits(table):
        return table
    wrong = [
        (count, labels[true], labels[given])
        for true, row in enumerate(confusion)
        for given, count in enumerate(row)
        if count and given != true
    ]
    listed = new_table("true", "given", ">records")
    for count, true, given in sorted(wrong, key=lambda each: -each[0])[:_CONFUSIONS]:
        listed.add_row(cell(true), cell(given), cell(count))
    return listed


def print_json(
    ready: Ready, split: str | None, measured: dict[str, Any], mistakes: list[Explained], found: list[Evidence]
) -> None:
    """Print all figures and wrong answers as one JSON document."""
    document = {
        "run": ready.run.name,
        "split": split,
        "metrics": measured,
        "wrong": [
            {
                "id": each.prediction.record.id,
                "true": list(each.prediction.record.labels or ()),
                "given": list(each.prediction.labels),
                "evidence": [attribution.to_json() for attribution in each.attributions],
            }
            for each in mistakes
        ],
    }
    if found:
        document["evidence"] = [each.to_json() for each in found]
    typer.echo(as_json(document))


def print_explained(session: Session, explained: list[Explained]) -> None:
    """Print each record with what is true of it and the heat map of what was answered."""
    draw = session.drawing("terminal")
    for each in explained:
        record = each.prediction.record
        where = f"{record.place or record.id}: true {', '.join(record.labels or ()) or '(none)'}"
        typer.echo(f"\n{visible(where)}")
        if not each.attributions:
            typer.echo("no label was given")
            continue
        typer.echo(draw(each.attributions), nl=False)


def page_of(session: Session, explained: list[Explained], title: str) -> str:
    """Return the wrong answers as a page."""
    return str(
        session.drawing("page", title=f"Wrong answers: {title}")(
            [each for one in explained for each in one.attributions]
        )
    )
