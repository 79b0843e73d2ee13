"""``medtext attribute``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.options import (
    Device,
    DeviceOption,
    DictionaryOption,
    Explain,
    JsonOption,
    OutputOption,
    ReplaceOption,
    RunOption,
    ScoreKind,
    ScoresOption,
    ToleranceOption,
    UnitOption,
    check_share,
    check_tolerance,
)
from medtext.cli.output import as_json, refuse_existing, write_answer
from medtext.cli.predict import given_text
from medtext.cli.session import session_of
from medtext.errors import OptionError

if TYPE_CHECKING:
    from medtext.corpus.record import Record
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
    explain: Annotated[Explain, typer.Option("--explain", help="Which labels to explain.")] = Explain.PREDICTED,
    threshold: Annotated[
        float, typer.Option("--threshold", help="Mark words from this share of the highest score.")
    ] = 0.2,
    unit: UnitOption = None,
    dictionary: DictionaryOption = None,
    scores: ScoresOption = ScoreKind.SIGNED,
    tolerance: ToleranceOption = 0.01,
    render: Annotated[
        str, typer.Option("--render", help="How to draw; see `medtext plugins --kind renderers`.")
    ] = "terminal",
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
    if output is not None:
        refuse_existing(output, replace=replace)
    renderer = session.registry.renderer(render)
    options = _renderer_options(renderer, option or [], threshold, output)
    records = list(_records(file)) if file is not None else [given_text(text)]
    ready = session.ready(run, device)
    from medtext.workspace.explaining import explainer_for

    explainer = explainer_for(
        ready,
        which="all" if explain is Explain.ALL else "predicted" if explain is Explain.PREDICTED else "gold",
        label=label,
        against=against,
        unit=unit,
        dictionary=dictionary,
        magnitude=scores is ScoreKind.MAGNITUDE,
        tolerance=tolerance,
    )
    attributions = [each for explained in explainer.explain(records) for each in explained.attributions]
    if json:
        write_answer("".join(as_json(each.to_json()) + "\n" for each in attributions), output, replace=replace)
        return
    write_answer(renderer.render(attributions, options), output, replace=replace)


def _records(file: Path) -> Iterator[Record]:
    from medtext.corpus.texts import read_texts
    from medtext.errors import RecordError

    for row in read_texts(file):
        if row.fault:
            raise RecordError(f"{row.record.place}: {row.fault}")
        yield row.record


def _renderer_options(renderer: RendererSpec, pairs: list[str], threshold: float, output: Path | None) -> object:
    """Set the renderer's threshold, and its format by the ending of the output file, unless the user did."""
    from medtext.plugin.options import make_options, option_fields, parse_pairs

    known = {field.name for field in option_fields(renderer.options)}
    values: dict[str, object] = {"threshold": threshold} if "threshold" in known else {}
    if "format" in known and output is not None and output.suffix:
        values["format"] = output.suffix[1:].lower()
    if "color" in known and output is not None:
        values["color"] = "never"
    values |= parse_pairs(pairs)
    return make_options(renderer.options, values, owner=f"renderer '{renderer.name}'")
