"""``medtext keywords``."""

from __future__ import annotations

from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.keyword_options import DirectionName, LabelOption, RankName, RankOption, TopOption, checked_form
from medtext.cli.keyword_table import Shown
from medtext.cli.new_folder import new_folder
from medtext.cli.options import (
    AssertionsOption,
    Device,
    DeviceOption,
    DictionaryOption,
    Explain,
    MethodName,
    MethodOption,
    OutputOption,
    Precision,
    PrecisionOption,
    ReplaceOption,
    RulesOption,
    RunOption,
    ScoreKind,
    ScoresOption,
    SourceOption,
    SourcePairsOption,
    Split,
    ThresholdOption,
    ToleranceOption,
    UnitOption,
    check_share,
    check_source_pairs,
    check_tolerance,
    typed,
)
from medtext.cli.output import refuse_existing, say, warn, write_answer
from medtext.cli.progress import tracked
from medtext.cli.session import Session, session_of
from medtext.cli.table_format import FormatOption
from medtext.corpus.record import Input
from medtext.errors import OptionError

if TYPE_CHECKING:
    from medtext.corpus.record import Record
    from medtext.explain.explainer import Explains
    from medtext.report.examples import Examples
    from medtext.workspace.counting import Counting
    from medtext.workspace.ready import Ready


class PickOption(StrEnum):
    """Which spans of a text count."""

    ALL = "all"
    HIGHEST = "highest"


def keywords_command(
    context: typer.Context,
    run: RunOption = None,
    split: Annotated[
        Split | None, typer.Option("--split", help="Which part of the run's records. Default: val.")
    ] = None,
    source: SourceOption = None,
    option: SourcePairsOption = None,
    threshold: ThresholdOption = 0.2,
    explain: Annotated[
        Explain, typer.Option("--explain", help="Which labels of a record to explain.")
    ] = Explain.PREDICTED,
    pick: Annotated[
        PickOption, typer.Option("--pick", help="All spans, or only the one with the highest word.")
    ] = PickOption.ALL,
    direction: Annotated[
        DirectionName, typer.Option("--direction", help="Words that speak for a label, against it, or both.")
    ] = DirectionName.FOR,
    contexts: Annotated[
        int, typer.Option("--contexts", min=0, max=3, help="So many places of each keyword, with the text around them.")
    ] = 0,
    unit: UnitOption = None,
    dictionary: DictionaryOption = None,
    method: MethodOption = MethodName.INTEGRATED_GRADIENTS,
    scores: ScoresOption = ScoreKind.SIGNED,
    tolerance: ToleranceOption = 0.01,
    precision: PrecisionOption = Precision.FULL,
    assertions: AssertionsOption = False,
    rules: RulesOption = None,
    stems: Annotated[
        bool, typer.Option("--stems", help="Count English words of one stem as one: nodule and nodules.")
    ] = False,
    infer: Annotated[
        bool, typer.Option("--infer", help="Test what the run uses each term for: all occurrences, with intervals.")
    ] = False,
    confirm: Annotated[
        Split | None,
        typer.Option("--confirm", help="Infer, and try the discovered terms on this split too; the run logs it."),
    ] = None,
    association: Annotated[
        bool, typer.Option("--association", help="Infer, and set use beside what terms go with in the true labels.")
    ] = False,
    stratum: Annotated[
        str | None,
        typer.Option("--stratum", metavar="FIELD", help="Audit --association within sites or what else a field names."),
    ] = None,
    rank: RankOption = RankName.FREQUENCY,
    label: LabelOption = None,
    top: TopOption = None,
    format: FormatOption = None,  # noqa: A002  # what users type
    output: OutputOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FOLDER", help="Write a folder with table, chart and heat maps.")
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard", metavar="I/N", help="Count the I-th of N parts only; needs --state. 512 records a block."
        ),
    ] = None,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="FILE", help="Write counts for `medtext merge`, and no table.")
    ] = None,
    replace: ReplaceOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Rank the words that drive a run's answers, by how often they do."""
    session = session_of(context)
    check_share("--threshold", threshold)
    check_tolerance(tolerance)
    pairs = check_source_pairs(option, source)
    association = association or stratum is not None
    infer = infer or association or confirm is not None
    form = checked_form(format, output, report, replace=replace, infer=infer, contexts=contexts > 0)
    _check_choices(context, scores, method, infer=infer)
    if state is not None:
        refuse_existing(state, replace=replace)
    ready = labelling_texts(session, run, device)
    if label is not None:
        ready.label_number(label)
    from medtext.report.keyword_page import write_keywords
    from medtext.workspace.counting import Counting, new_table
    from medtext.workspace.explaining import doubts, explainer_for
    from medtext.workspace.inferring import Inference
    from medtext.workspace.keyword_state import KeywordState, Shard

    part = Shard.read(shard or "1/1")
    for doubt in doubts(ready, precision, method, magnitude=scores is ScoreKind.MAGNITUDE):
        warn(doubt)
    explainer = explainer_for(
        ready,
        which="all" if infer else explain.value,  # one label alone would be chosen for its scores
        unit=unit,
        dictionary=dictionary,
        magnitude=scores is ScoreKind.MAGNITUDE,
        method=method,
        precision=precision,
        tolerance=tolerance,
    )
    chosen = split or (None if source else Split.VAL)
    records = ready.records(split=chosen, source=source, pairs=pairs)
    made = new_table(
        ready,
        explainer,
        chosen,
        explain.value,
        threshold=threshold,
        pick=pick.value,
        direction=direction.value,
        contexts=contexts,
        dictionary=dictionary,
        rules=rules or ([] if assertions else None),
        stems=stems,
    )
    inference = (
        Inference.of(ready, explainer, made, confirm, association=association, stratum=stratum) if infer else None
    )
    if inference is not None:
        inference.refuse(ready, records)
    tried = [] if confirm is None else ready.records(split=confirm, source=source, pairs=pairs)
    title = f"{ready.run.name}, {chosen or 'all'} of {(source or ready.setup.source).name}"
    with nullcontext() if report is None else new_folder(report, replace=replace) as folder:
        examples = _count(session, Counting(made, explain.value, inference), explainer, *part.part(records))
        if inference is not None and confirm is not None:
            inference.confirm(tracked(explainer.explain(tried), len(tried), "confirming", quiet=session.quiet))
        found = None if inference is None or state is not None else inference.found(label)
        shown = Shown(made, title, found, label, top, bounded=rank is RankName.LOWER_BOUND)
        if folder is not None:
            draw = {name: session.drawing(name, threshold=threshold, pick=made.pick) for name in ("page", "image")}
            write_keywords(folder, made, title, examples, draw, found, label=label, top=top, bounds=shown.bounds)
    if report is not None:
        say(f"written: {report}")
    if made.records and not made.explained:
        warn("no record got a label, so nothing is explained: try --explain all, or `medtext calibrate --cutoffs f1`")
    if state is None:
        answer = shown.written(form, output)
    else:
        gathered = None if inference is None else inference.gathered
        words = dictionary, *(rules or [])
        answer = KeywordState.of(part, title, ready.run, records, made, gathered, words).written()
    write_answer(answer, state or output, replace=replace)


def _count(
    session: Session, counting: Counting, explainer: Explains, records: list[Record], others: list[Record]
) -> Examples:
    """Explain records and count what speaks in them; return some of them. The ``others`` are of the same split."""
    from medtext.report.examples import Examples

    examples = Examples()
    if others and not records:
        say("no record is in this shard: shards are blocks of 512 records")
    for explained in tracked(explainer.explain(records), len(records), "explaining", quiet=session.quiet):
        examples.add(counting.add(explained))
    counting.finish(explainer, others)
    return examples


def labelling_texts(session: Session, run: str | None, device: Device) -> Ready:
    """Open a run that labels texts. Raises OptionError for one that labels images."""
    ready = session.ready(run, device, ("classify", "tag"))
    if ready.networks[0].batcher.reads is not Input.TEXT:
        raise OptionError(f"run '{ready.run.name}' reads images, which have no words: name another --run")
    return ready


def _check_choices(context: typer.Context, scores: ScoreKind, method: MethodName, *, infer: bool) -> None:
    """Raise OptionError for choices that do not go together."""
    chosen = context.params
    if chosen["stems"] and infer:
        raise OptionError("--infer names its terms as they are counted, which would be stems: leave --stems out")
    if chosen["rank"] is RankName.LOWER_BOUND and not infer:
        raise OptionError("--rank lower-bound is that of the effects of --infer: add --infer")
    unsigned = scores is ScoreKind.MAGNITUDE or method in {MethodName.ATTENTION, MethodName.RANDOM}
    if chosen["direction"] is not DirectionName.FOR and unsigned:
        raise OptionError(
            "--direction: scores without a sign speak against nothing: leave it, --scores or --method out"
        )
    if chosen["shard"] is not None and chosen["state"] is None:
        raise OptionError("--shard counts a part, which says nothing alone: name a file by --state, to be merged")
    if chosen["state"] is not None:
        for name in ("output", "format", "report", "confirm", "label", "top", "rank"):
            if typed(context, name):
                raise OptionError(f"--state writes counts and no table: leave --{name} out (`medtext merge` has it)")
