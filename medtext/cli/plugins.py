"""``medtext plugins``."""

from __future__ import annotations

from dataclasses import MISSING
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medtext.cli.options import JsonOption
from medtext.cli.output import as_json, cell, new_table, table_text
from medtext.cli.session import session_of

if TYPE_CHECKING:
    from medtext.plugin.registry import Offer, Plugin


class Kind(StrEnum):
    """What plugins offer."""

    DATASETS = "datasets"
    MODELS = "models"
    TOKENIZERS = "tokenizers"
    RENDERERS = "renderers"


def plugins_command(
    context: typer.Context,
    kind: Annotated[Kind | None, typer.Option("--kind", help="Only these.")] = None,
    options: Annotated[bool, typer.Option("--options", help="List what can be set by -o.")] = False,
    json: JsonOption = False,
) -> None:
    """List what can be used, where it comes from, and what was skipped."""
    registry = session_of(context).registry
    offers = list(registry.offers(kind.removesuffix("s") if kind else None))
    if json:
        for offer in offers:
            typer.echo(as_json(_document(offer)))
        for failure in registry.failures:
            typer.echo(as_json({"kind": "failure", "plugin": failure.plugin.name, "reason": failure.reason}))
        return
    table = new_table("=kind", "name" if options else "=name", "summary", "=from")
    for offer in offers:
        table.add_row(*map(cell, (offer.spec.kind, offer.spec.name, offer.spec.summary, _origin(offer.plugin))))
        if options:
            for field in _fields(offer):
                table.add_row("", cell(f"  -o {field['option']}={_typed(field['default'])}"), cell(field["help"]), "")
    for failure in registry.failures:
        table.add_row("skipped", cell(failure.plugin.name), cell(failure.reason), cell(_origin(failure.plugin)))
    typer.echo(table_text(table), nl=False)


def _origin(plugin: Plugin) -> str:
    """Name the distribution and its version; or the file, and the start of its SHA-256."""
    return f"{plugin.name.split('/')[0]} {plugin.version[:12]}"


def _typed(default: Any) -> str:
    """Return a value as it is typed behind ``-o key=``."""
    return str(default).lower() if default is None or isinstance(default, bool) else str(default)


def _fields(offer: Offer) -> list[dict[str, Any]]:
    from medtext.plugin.options import option_fields

    return [
        {
            "option": field.typed,
            "default": None if field.default is MISSING else _plain(field.default),
            "help": field.help,
        }
        for field in option_fields(offer.spec.options)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    if isinstance(value, dict):
        return ",".join(f"{key}={item}" for key, item in value.items())
    return value if isinstance(value, (bool, int, float, str)) or value is None else str(value)


def _document(offer: Offer) -> dict[str, Any]:
    return {
        "kind": offer.spec.kind,
        "name": offer.spec.name,
        "summary": offer.spec.summary,
        "plugin": offer.plugin.name,
        "version": offer.plugin.version,
        "options": _fields(offer),
    }
