"""From ``-o key=value`` to a frozen dataclass."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, asdict, dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from medtext.errors import OptionError, UnknownNameError


@dataclass(frozen=True, slots=True)
class OptionField:
    """One field of an options class, as it is listed and parsed."""

    name: str
    type: Any
    default: Any
    help: str

    @property
    def typed(self) -> str:
        """The name as a person types it: ``min-records`` for ``min_records``."""
        return self.name.replace("_", "-")


def option_fields(options: type) -> list[OptionField]:
    """List the fields of an options class; the help is the text of ``Annotated[type, "help"]``."""
    hints = get_type_hints(options, include_extras=True)
    listed = []
    for field in fields(options):
        hint = hints[field.name]
        text = ""
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            text = " ".join(note for note in notes if isinstance(note, str))
        listed.append(OptionField(field.name, hint, _default(field), text))
    return listed


def parse_pairs(pairs: Sequence[str]) -> dict[str, str]:
    """Take ``key=value`` apart; only the first ``=`` counts, ``-`` and ``_`` are the same in a key.

    >>> parse_pairs(["label-names=0=其他,1=胃"])
    {'label_names': '0=其他,1=胃'}
    """
    parsed: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise OptionError(f"-o {pair}: expected key=value, such as -o width=64")
        name = key.replace("-", "_")
        if name in parsed:
            raise OptionError(f"-o {key} is given twice: keep one")
        parsed[name] = value
    return parsed


def make_options(options: type, values: Mapping[str, Any], *, owner: str) -> Any:
    """Make an options object; texts are read as the type of their field. Raises OptionError."""
    known = {field.name: field for field in option_fields(options)}
    made: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            typed = [field.typed for field in known.values()]
            raise UnknownNameError.among(f"option of {owner}", name.replace("_", "-"), typed)
        field = known[name]
        try:
            made[name] = _read(value, field.type)
        except (ValueError, TypeError) as error:
            raise OptionError(f"-o {field.typed}={value}: expected {_describe(field.type)} for {owner}") from error
    try:
        return options(**made)
    except (ValueError, TypeError) as error:
        raise OptionError(f"{owner}: {error}") from error


def options_json(options: Any) -> dict[str, Any]:
    """Return options as JSON can hold them; ``make_options`` reads the result back."""
    return {name: str(value) if isinstance(value, Path) else value for name, value in asdict(options).items()}


def share_options(pairs: Mapping[str, str], owners: Mapping[str, type]) -> dict[str, dict[str, str]]:
    """Give every option to the owner that has it.

    ``owners`` maps a prefix (``dataset``, ``tokenizer``, ``model``) to an options class.
    ``model.key`` names the owner; a bare ``key`` must belong to exactly one.
    """
    names = {prefix: {field.name for field in option_fields(options)} for prefix, options in owners.items()}
    shared: dict[str, dict[str, str]] = {prefix: {} for prefix in owners}
    for key, value in pairs.items():
        prefix, dot, name = key.partition(".")
        if dot and prefix in owners:
            shared[prefix][name] = value
            continue
        having = [prefix for prefix, known in names.items() if key in known]
        typed = key.replace("_", "-")
        if not having:
            every = [field.replace("_", "-") for known in names.values() for field in known]
            raise UnknownNameError.among("option", typed, every)
        if len(having) > 1:
            raise OptionError(f"-o {typed}: {' and '.join(having)} both have it; write -o {having[-1]}.{typed}=...")
        shared[having[0]][key] = value
    return shared


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


def _read(value: Any, kind: Any) -> Any:  # noqa: PLR0911  # one return a kind
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if value is None or value == "none":
            return None
        return _read(value, next(argument for argument in arguments if argument is not type(None)))
    if origin is Literal:
        if value not in arguments:
            raise ValueError(value)
        return value
    if origin is tuple:
        items = value.split(",") if isinstance(value, str) else value
        return tuple(_read(item, arguments[0]) for item in items if item != "")
    if origin is dict:
        if isinstance(value, str):
            value = dict(_pair(item) for item in value.split(","))
        return {_read(key, arguments[0]): _read(item, arguments[1]) for key, item in value.items()}
    if kind is bool:
        return value if isinstance(value, bool) else _BOOLEANS[str(value).lower()]
    if kind in (int, float) and isinstance(value, bool):
        raise TypeError(value)
    return kind(value)


class _Booleans(dict[str, bool]):
    def __missing__(self, key: str) -> bool:
        raise ValueError(key)


_BOOLEANS = _Booleans(
    {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
)


def _pair(item: str) -> tuple[str, str]:
    key, equals, value = item.partition("=")
    if not equals:
        raise ValueError(item)
    return key, value


def _describe(kind: Any) -> str:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return f"{_describe(next(a for a in arguments if a is not type(None)))} or none"
    if origin is Literal:
        return " or ".join(map(str, arguments))
    if origin is tuple:
        return f"{_describe(arguments[0])}, several separated by commas"
    if origin is dict:
        return "name=value pairs separated by commas"
    return {int: "a whole number", float: "a number", bool: "true or false", str: "a text", Path: "a path"}.get(
        kind, str(kind)
    )
