"""Rule files, as people write them: what is read of their tables, and said where it is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from medtext.corpus.fold import fold_width
from medtext.corpus.negation import Negation, word_pattern
from medtext.errors import OptionError

NEGATION_WORDS = ("before", "after", "no_trigger")
NEGATION_PATTERNS = ("before_patterns", "after_patterns", "no_trigger_patterns")
NEGATION_STOPS = ("stops", "stops_behind")
NEGATION_KEYS = (*NEGATION_WORDS, *NEGATION_PATTERNS, *NEGATION_STOPS, "window")
"""What a table may say of a ``Negation``."""


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file. Raises OptionError for one that is not there, or is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise OptionError(f"{path}: there is no such rule file") from None
    except OSError as error:
        raise OptionError(f"{path}: cannot be read ({error.strerror or error}): name a rule file") from error
    except UnicodeDecodeError as error:
        raise OptionError(f"{path}: not UTF-8 (byte {error.start}): save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise OptionError(f"{path}: not TOML: {error}") from None


def refuse_unknown(table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    """Raise OptionError for a key that a table cannot have."""
    unknown = next((key for key in table if key not in known), None)
    if unknown is not None:
        raise OptionError(f"{where}: '{unknown}' is not known: there is {', '.join(known)}")


def texts_of(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """Return a list of texts from a table; none where it has no such key. Raises OptionError for anything else."""
    texts = table.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        raise OptionError(f'{where}: {key} is a list of texts, such as {key} = ["胃窦", "胃体"]')
    return tuple(texts)


def finder(words: Sequence[str], patterns: Sequence[str], where: str) -> re.Pattern[str]:
    """Return what finds any of some words and patterns, whatever their case. Raises OptionError for a bad pattern."""
    for pattern in patterns:
        try:
            empty = re.compile(pattern).match("")
        except re.error as error:
            raise OptionError(f"{where}: the pattern {pattern!r} is no regular expression: {error}") from None
        if empty:
            raise OptionError(f"{where}: the pattern {pattern!r} fits nothing at all: it would hit every text")
    plain = word_pattern([fold_width(word) for word in words])
    return re.compile(
        "|".join([*([plain] if plain else []), *(f"(?:{pattern})" for pattern in patterns)]), re.IGNORECASE
    )


def negation_of(table: Mapping[str, Any], where: str, base: Negation) -> Negation:
    """Return a negation with what a table puts in place of its parts. Raises OptionError, which says what is wrong."""
    refuse_unknown(table, NEGATION_KEYS, where)
    window = table.get("window", base.window)
    if not isinstance(window, int) or isinstance(window, bool) or window < 1:
        raise OptionError(f"{where}: window is a whole number from 1")
    parts: dict[str, Any] = {key: texts_of(table, key, where) for key in table if key != "window"}
    for key in NEGATION_WORDS:
        if key in parts:
            parts[key] = tuple(map(fold_width, parts[key]))
    for key in (*NEGATION_PATTERNS, *NEGATION_STOPS):
        if parts.get(key):
            found = finder((), parts[key], f"{where}: {key}")
            parts[key] = found if key in NEGATION_STOPS else parts[key]
        elif key in parts and key in NEGATION_STOPS:
            raise OptionError(f"{where}: {key} must not be empty: leave it out")
    return replace(base, **parts, window=window)
