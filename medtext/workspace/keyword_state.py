"""Keyword tables of parts of a split, kept in files and put together again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Self, TypeVar

from medtext.corpus.record import Record
from medtext.errors import OptionError, RecordError
from medtext.explain.clusters import cluster_of
from medtext.explain.dictionary import dictionary_files
from medtext.explain.explainer import WINDOW
from medtext.explain.gathered import Gathered
from medtext.explain.keywords import KeywordTable
from medtext.runs.store import BASELINE, ENSEMBLE_FILE, Run
from medtext.runs.weights import FILE as WEIGHTS
from medtext.workspace.calibration import FILE as CALIBRATION
from medtext.workspace.ready import DECISION
from medtext.workspace.source import digest

_KIND, _FORMAT = "keyword table", 1
_ANSWERED_BY = (WEIGHTS, CALIBRATION, DECISION, ENSEMBLE_FILE)
"""The files of a run that its answers and scores hang on."""

_LIKE = {
    "medtext": "another version of medtext",
    "run": "another run",
    "records": "other records",
    "files": "another dictionary or other rules",
}
"""What is alike in all states of one whole, and what it is called where it is not."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """The ``number``-th, from 1, of so many parts ``of`` a split."""

    of: int
    number: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a shard as it is typed. Raises OptionError.

        >>> Shard.read("2/4")
        Shard(of=4, number=2)
        """
        found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
        number, of = map(int, found.groups()) if found else (0, 0)
        if not 1 <= number <= of:
            raise OptionError(f"--shard {text}: expected one part of several, such as 1/4")
        return cls(of, number)

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def part(self, items: Sequence[T]) -> tuple[list[T], list[T]]:
        """Return the items of the shard, and the others; it takes every ``of``-th window of an explainer.

        Windows are explained as one, so that shards get the very scores that one call gets.
        """
        own: list[T] = []
        others: list[T] = []
        for start in range(0, len(items), WINDOW):
            part = own if start // WINDOW % self.of == self.number - 1 else others
            part += items[start : start + WINDOW]
        return own, others


@dataclass(frozen=True)
class KeywordState:
    """All that was counted of a shard, and what it was counted with: shards of one whole are alike in all of ``like``.

    ``title`` is that of the whole table; ``gathered`` are the effects of terms, where they were asked for.
    """

    shard: Shard
    like: dict[str, str]
    title: str
    table: KeywordTable
    gathered: Gathered | None

    @classmethod
    def of(
        cls,
        shard: Shard,
        title: str,
        run: Run,
        records: Sequence[Record],
        table: KeywordTable,
        gathered: Gathered | None,
        words: Sequence[Path | None] = (None,),
    ) -> Self:
        """Put a shard's counts together with what tells them apart.

        That is the version, the weights, all records of the split, and what is in the dictionary and the rule files
        that ``words`` are named by.
        """
        files = [file for path in words if path is not None for file in dictionary_files(path)]
        like = {
            "medtext": version("medtext"),
            "run": _digest(run),
            "records": _digest_records(records),
            "files": sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest(),
        }
        return cls(shard, like, title, table, gathered)

    def written(self) -> str:
        """Return everything as one JSON document on one line."""
        content = {
            "kind": _KIND,
            "format": _FORMAT,
            "shard": str(self.shard),
            **self.like,
            "title": self.title,
            "table": self.table.to_json(),
            "gathered": self.gathered and self.gathered.to_json(),
        }
        return json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file of what was ``written``. Raises RecordError or OptionError, which name it, where it is none."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise RecordError(f"{path}: {error.strerror or error}: correct the path") from error
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict) or content.get("kind") != _KIND:
            raise OptionError(f"{path}: not a state of a keyword table: make it by `medtext keywords --state`")
        if content.get("format") != _FORMAT:
            found = content.get("format")
            raise OptionError(f"{path}: format {found!r}, and this version reads {_FORMAT}: make it anew")
        try:
            like = {name: str(content[name]) for name in _LIKE}
            shard, title = Shard.read(content["shard"]), str(content["title"])
            table, gathered = content["table"], content["gathered"]
        except (KeyError, TypeError, OptionError) as error:
            raise OptionError(f"{path}: a damaged state of a keyword table ({error!r}): make it anew") from None
        place = str(path)
        effects = None if gathered is None else Gathered.from_json(gathered, place)
        return cls(shard, like, title, KeywordTable.from_json(table, place), effects)


def merged(paths: Sequence[Path]) -> KeywordState:
    """Read the states of all shards of one split and merge them: what one call over all records counts.

    Raises OptionError where they are not of one whole, one is there twice, or some are missing; and what
    ``KeywordState.read`` does.
    """
    first, *others = paths
    whole = KeywordState.read(first)
    known = {whole.shard: first}
    for path in others:
        state = KeywordState.read(path)
        problem = next(_differences(whole, state), None)
        if problem is not None:
            raise OptionError(f"{path} does not go with {first}: {problem}")
        if state.shard in known:
            raise OptionError(f"{path} and {known[state.shard]} are both shard {state.shard}: leave one out")
        known[state.shard] = path
        _merge(whole, state, path)
    missing = [each for number in range(1, whole.shard.of + 1) if (each := Shard(whole.shard.of, number)) not in known]
    if missing:
        raise OptionError(
            f"not all shards are here: name {', '.join(map(str, missing))} too, "
            f"or make it by `medtext keywords --shard {missing[0]} --state FILE` and the other choices"
        )
    return whole


def _merge(whole: KeywordState, other: KeywordState, path: Path) -> None:
    try:
        whole.table.merge(other.table)
        if whole.gathered is not None and other.gathered is not None:
            whole.gathered.merge(other.gathered)
    except ValueError as error:
        raise OptionError(f"{path}: {error}: make all shards alike") from None


def _differences(one: KeywordState, other: KeywordState) -> Iterator[str]:
    """Say why states are not of one whole, each with what to do."""
    for name, what in _LIKE.items():
        if one.like[name] != other.like[name]:
            yield f"it was made of {what}: make both alike"
    if one.shard.of != other.shard.of:
        yield f"it is shard {other.shard}, and that is {one.shard}: make both of as many"
    if one.table.run != other.table.run:
        yield f"it is of run '{other.table.run}', and that of '{one.table.run}': make both of one"
    for name in sorted(one.table.made_with.keys() | other.table.made_with.keys()):
        values = [state.table.made_with.get(name) for state in (other, one)]
        if values[0] != values[1]:
            yield f"{name} is {values[0]}, and there {values[1]}: make both alike"
    asked = [state.gathered.asked if state.gathered else "nothing of --infer" for state in (other, one)]
    if asked[0] != asked[1]:
        yield f"it was made with {asked[0]}, and that with {asked[1]}: make both alike"


def _digest_records(records: Sequence[Record]) -> str:
    """Return the SHA-256 of records, of what they are clustered by, and of what else is known of them."""
    total = sha256(digest(records).encode())
    for record in records:
        known = (cluster_of(record), *(f"{name}={value}" for name, value in sorted(record.meta.items())))
        total.update("\x1f".join(known).encode("utf-8", "surrogatepass") + b"\x1e")
    return total.hexdigest()


def _digest(run: Run) -> str:
    """Return the SHA-256 of what a run answers by; the baseline beside it is no part of that."""
    total = sha256()
    for path in sorted(run.path.rglob("*")):
        inside = path.relative_to(run.path)
        if path.name in _ANSWERED_BY and BASELINE not in inside.parts:
            total.update(inside.as_posix().encode() + b"\x1f" + sha256(path.read_bytes()).digest())
    return total.hexdigest()
