"""``medtext attribute``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from medtext.cli.options import (
    Device,
    DeviceOption,
    DictionaryOption,
    ExplainText,
    JsonOption,
    MethodName,
    MethodOption,
    OutputOption,
    Precision,
    PrecisionOption,
    ReplaceOption,
    RunOption,
    ScoreKind,
    ScoresOption,
    ToleranceOption,
    UnitOption,
    check_share,
    check_tolerance,
    typed,
)
from medtext.cli.output import as_json, refuse_existing, say, warn, write_answer
from medtext.cli.predict import given_text
from medtext.cli.progress import tracked
from medtext.cli.session import drawn, session_of
from medtext.errors import OptionError

if TYPE_CHECKING:
    from medtext.corpus.record import Record
    from medtext.plugin.registry import Registry
    from medtext.plugin.specs import RendererSpec


def attribute_command(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="The text; standard input, if not given.")] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="Many texts: one a line, or a table with a text column."),
    ] = None,
    run: RunOption = None,
    label: Annotated[str | None, typer.Option("--label", help="Explain this label, whatever was predicted.")] = None,
    against: Annotated[str | None, typer.Option("--against", help="Explain why not this label.")] = None,
    explain: Annotated[ExplainText, typer.Option("--explain", help="Which labels to explain.")] = ExplainText.PREDICTED,
    threshold: Annotated[
        float, typer.Option("--threshold", help="Mark words from this share of the highest score.")
    ] = 0.2,
    unit: UnitOption = None,
    dictionary: DictionaryOption = None,
    method: MethodOption = MethodName.INTEGRATED_GRADIENTS,
    scores: ScoresOption = ScoreKind.SIGNED,
    tolerance: ToleranceOption = 0.01,
    precision: PrecisionOption = Precision.FULL,
    render: Annotated[
        str | None,
        typer.Option(
            "--render", help="How to draw, see `medtext plugins`; by the ending of --output, else for a terminal."
        ),
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option("-o", metavar="KEY=VALUE", help="An option of the renderer; may be repeated.")
    ] = None,
    output: OutputOption = None,
    replace: ReplaceOption = False,
    json: JsonOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Show which words moved an answer, and how far."""
    session = session_of(context)
    check_share("--threshold", threshold)
    check_tolerance(tolerance)
    if text is not None and file is not None:
        raise OptionError("a text and --file exclude each other: give one")
    if label is not None and typed(context, "explain"):
        raise OptionError("--label explains one label, whatever --explain says: leave one out")
    if json and (render is not None or option):
        raise OptionError("--json draws nothing: leave out --render and -o, or --json")
    if json and output is not None and output.suffix.lower() not in ("", ".json", ".jsonl", ".txt"):
        raise OptionError(f"--output {output}: --json writes JSON lines: end its name in .jsonl, or leave --json out")
    if output is not None:
        refuse_existing(output, replace=replace)
    renderer = _renderer(session.registry, render, None if json else output)
    options = _renderer_options(renderer, option or [], threshold, output)
    records = _records(file) if file is not None else [given_text(text)]
    ready = session.ready(run, device)
    from medtext.workspace.explaining import doubts, explainer_for

    for doubt in doubts(ready, precision, method, magnitude=scores is ScoreKind.MAGNITUDE):
        warn(doubt)
    explainer = explainer_for(
        ready,
        which="all" if explain is ExplainText.ALL else "predicted",
        label=label,
        against=against,
        unit=unit,
        dictionary=dictionary,
        magnitude=scores is ScoreKind.MAGNITUDE,
        method=method,
        precision=precision,
        tolerance=tolerance,
    )
    explained = list(tracked(explainer.explain(records), len(records), "explaining", quiet=session.quiet))
    compared = sum(not each.attributions and each.prediction.label == against for each in explained if against)
    if compared:
        say(f"{compared} of {len(explained)} texts got {against}, the label of --against: name another by --label")
    unlabelled = sum(not each.attributions for each in explained) - compared
    if unlabelled:
        say(f"{unlabelled} of {len(explained)} texts got no label: explain one by --label, or all by --explain all")
    attributions = [attribution for each in explained for attribution in each.attributions]
    if json:
        write_answer("".join(as_json(each.to_json()) + "\n" for each in attributions), output, replace=replace)
        return
    write_answer(drawn(renderer, attributions, options), output, replace=replace)


_FAULTS = 5
"""How many rows that cannot be explained are named one by one."""


def _records(file: Path) -> list[Record]:
    from medtext.corpus.texts import read_texts
    from medtext.errors import RecordError

    rows = list(read_texts(file))
    faulty = [row for row in rows if row.fault is not None]
    records = [row.record for row in rows if row.fault is None]
    if not records:
        why = f" ({faulty[0].record.place}: {faulty[0].fault})" if faulty else ""
        raise RecordError(f"{file}: no text to explain in it{why}: name another --file")
    for row in faulty[:_FAULTS]:
        warn(f"not explained: {row.record.place}: {row.fault}")
    if len(faulty) > _FAULTS:
        warn(f"{file}: {len(faulty) - _FAULTS} more rows are not explained")
    return records


def _renderer(registry: Registry, name: str | None, output: Path | None) -> RendererSpec:
    """Return the renderer of a name, or the one whose files end like the output; the terminal's without either.

    Raises OptionError for an output whose ending says something else than is written.
    """
    ending = output.suffix.lower() if output is not None else ""
    endings = {offer.spec.name: _endings(registry.renderer(offer.spec.name)) for offer in registry.offers("renderer")}
    able = [each for each, own in endings.items() if ending in own]
    if name is None and ending and not able:
        known = ", ".join(sorted({each for own in endings.values() for each in own}))
        raise OptionError(f"--output {output}: the name ends in none of {known}: choose one, or name a --render")
    spec = registry.renderer(name or (able[0] if ending else "terminal"))
    own = endings[spec.name]
    if ending and ending not in own and (able or len(own) > 1):
        others = f"--render {' or '.join(able)} or " if able else ""
        raise OptionError(f"--output {output}: renderer '{name}' writes {' or '.join(own)}: choose {others}such a name")
    return spec


def _endings(renderer: RendererSpec) -> list[str]:
    """List the endings of a renderer's files: the usual one, and those of the formats it can be told to write."""
    from medtext.plugin.options import option_fields

    choices = [get_args(field.type) for field in option_fields(renderer.options) if field.name == "format"]
    return list(dict.fromkeys([renderer.suffix, *(f".{each}" for own in choices for each in own)]))


def _renderer_options(renderer: RendererSpec, pairs: list[str], threshold: float, output: Path | None) -> object:
    """Set the renderer's threshold, and its format by the ending of the output file, unless the user did."""
    from medtext.plugin.options import make_options, option_fields, parse_pairs

    known = {field.name for field in option_fields(renderer.options)}
    values: dict[str, object] = {"threshold": threshold} if "threshold" in known else {}
    if "format" in known and output is not None and output.suffix:
        values["format"] = output.suffix[1:].lower()
    if "color" in known and output is not None:
        values["color"] = "never"
    given = parse_pairs(pairs)
    if "threshold" in given:
        raise OptionError(f"-o threshold={given['threshold']}: say --threshold {given['threshold']}")
    values |= given
    return make_options(renderer.options, values, owner=f"renderer '{renderer.name}'")
