"""From ``-o key=value`` to a frozen dataclass."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, Field, asdict, dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from medtext.errors import OptionError, PluginError, UnknownNameError

_PLAIN = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", Path: "a path"}


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
    """List the fields of an options class; the help is the text of ``Annotated[type, "help"]``.

    Raises PluginError for a field of a type that no text can be read as.
    """
    hints = get_type_hints(options, include_extras=True)
    listed = []
    for field in fields(options):
        hint = hints[field.name]
        text = ""
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            text = " ".join(note for note in notes if isinstance(note, str))
        if not _readable(hint):
            raise PluginError(
                f"option '{field.name}' is of type {hint}, which -o cannot set: use str, int, float, bool, Path, "
                "an Enum, Literal, or a tuple, dict or optional one of these"
            )
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
    made: dict[str, Any] = _plain(asdict(options))
    return made


def share_options(pairs: Mapping[str, str], owners: Mapping[str, type]) -> dict[str, dict[str, str]]:
    """Give every option to the owner that has it.

    ``owners`` maps a prefix (``dataset``, ``tokenizer``, ``model``) to an options class.
    ``model.key`` names the owner; a bare ``key`` must belong to exactly one.
    """
    names = {prefix: {field.name for field in option_fields(options)} for prefix, options in owners.items()}
    shared: dict[str, dict[str, str]] = {prefix: {} for prefix in owners}
    for key, value in pairs.items():
        prefix, dot, name = key.partition(".")
        owner, field = (prefix, name) if dot and prefix in owners else (_owner(key, names), key)
        if field in shared[owner]:
            raise OptionError(f"-o {field.replace('_', '-')} is given twice, with and without {owner}: keep one")
        shared[owner][field] = value
    return shared


def _owner(key: str, names: Mapping[str, set[str]]) -> str:
    """Return the one prefix whose options have a key."""
    having = [prefix for prefix, known in names.items() if key in known]
    typed = key.replace("_", "-")
    if not having:
        every = [field.replace("_", "-") for known in names.values() for field in known]
        raise UnknownNameError.among("option", typed, every)
    if len(having) > 1:
        raise OptionError(f"-o {typed}: {' and '.join(having)} both have it; write -o {having[-1]}.{typed}=...")
    return having[0]


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


def _readable(kind: Any) -> bool:
    """Whether ``_read`` knows a type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType, tuple, dict):
        return all(_readable(each) for each in arguments if each not in (types.NoneType, Ellipsis))
    return origin is Literal or kind in _PLAIN or (isinstance(kind, type) and issubclass(kind, Enum))


def _read(value: Any, kind: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _read_any(value, arguments)
    if origin is Literal:
        return _read_literal(value, arguments)
    if origin is tuple:
        items = [item for item in value.split(",") if item] if isinstance(value, str) else value
        kinds = arguments[:1] * len(items) if arguments[-1] is Ellipsis else arguments
        return tuple(_read(item, each) for item, each in zip(items, kinds, strict=True))
    if origin is dict:
        return _read_dict(value, *arguments)
    return _read_plain(value, kind)


def _read_any(value: Any, kinds: Sequence[Any]) -> Any:
    """Read a value as the first of several types that it fits."""
    if types.NoneType in kinds and (value is None or value == "none"):
        return None
    for kind in kinds:
        if kind is not types.NoneType:
            with suppress(ValueError, TypeError):
                return _read(value, kind)
    raise ValueError(value)


def _read_literal(value: Any, choices: Sequence[Any]) -> Any:
    for choice in choices:
        if value in (choice, str(choice)):  # JSON gives back the choice itself, a person types it
            return choice
    raise ValueError(value)


def _read_dict(value: Any, key_kind: Any, item_kind: Any) -> dict[Any, Any]:
    pairs = [_pair(item) for item in value.split(",") if item] if isinstance(value, str) else list(value.items())
    read = {_read(key, key_kind): _read(item, item_kind) for key, item in pairs}
    if len(read) < len(pairs):
        raise ValueError(value)
    return read


def _read_plain(value: Any, kind: Any) -> Any:
    if kind is bool:
        return value if isinstance(value, bool) else _BOOLEANS[str(value).lower()]
    if kind is Path:  # a run must find the file from another folder too
        return Path(value).expanduser().absolute()
    if kind in (int, float) and (isinstance(value, bool) or (isinstance(value, float) and kind is int)):
        raise TypeError(value)
    read = kind(value)
    if isinstance(read, float) and math.isnan(read):
        raise ValueError(value)
    return read


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Path) else value


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
        return " or ".join("none" if each is types.NoneType else _describe(each) for each in arguments)
    if origin is Literal:
        return " or ".join(map(str, arguments))
    if origin is tuple and arguments[-1] is Ellipsis:
        return f"{_describe(arguments[0])}, several separated by commas"
    if origin is tuple:
        return f"{len(arguments)} values separated by commas"
    if origin is dict:
        return "name=value pairs separated by commas, no name twice"
    return _PLAIN.get(kind) or " or ".join(str(each.value) for each in kind)
