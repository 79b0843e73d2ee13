"""Rule files, as people write them: what is read of their tables, and said where it is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from medtext.corpus.fold import fold_width
from medtext.corpus.negation import word_pattern
from medtext.errors import OptionError


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
