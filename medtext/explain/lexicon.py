"""Terms that a run was found to use, as a dictionary: what each speaks for or against, and how surely."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from medtext.corpus.assertion_rules import Assertion
from medtext.corpus.record import Task
from medtext.errors import OptionError

_FORMAT = 1


class Status(StrEnum):
    """How far a term was tried: found on one split, confirmed on another, kept by people."""

    DISCOVERED = "discovered"
    CONFIRMED = "confirmed"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconTerm:
    """A term and what it does to one label.

    ``theta`` is its mean effect where it stands, and ``low`` to ``high`` the 95 % interval, in percent of the median
    margin; below zero it speaks against the label. ``q``, ``records`` and ``clusters`` are those of the discovery.
    ``state`` is what a text must assert of it, None where that does not matter; ``synonyms`` count as the term.
    """

    term: str
    label: str
    state: Assertion | None
    status: Status
    theta: float
    low: float
    high: float
    q: float
    records: int
    clusters: int
    synonyms: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, Assertion | None]:
        """What tells it from the other terms of a lexicon."""
        return self.term, self.label, self.state

    @property
    def direction(self) -> str:
        """Whether it speaks ``for`` the label, or ``against`` it."""
        return "for" if self.theta > 0 else "against"

    def to_json(self) -> dict[str, Any]:
        """Return the term as plain values."""
        return {**asdict(self), "direction": self.direction, "synonyms": list(self.synonyms)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read back what ``to_json`` returned. Raises KeyError, TypeError or ValueError for anything else."""
        theta, low, high, q = (float(content[name]) for name in ("theta", "low", "high", "q"))
        if not all(map(math.isfinite, (theta, low, high, q))) or not theta:
            raise ValueError("theta, low, high and q are finite numbers, theta is not 0")
        return cls(
            term=_text(content["term"]),
            label=_text(content["label"]),
            state=None if content["state"] is None else Assertion(content["state"]),
            status=Status(content["status"]),
            theta=theta,
            low=low,
            high=high,
            q=q,
            records=int(content["records"]),
            clusters=int(content["clusters"]),
            synonyms=tuple(map(_text, content["synonyms"])),
        )


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """Terms of one run, and what is to be known when they are looked for in texts.

    ``labels`` are those of the run in their order, ``counts`` how many training records had each (all 0: not known).
    ``settings`` say how the terms were found; ``dictionary`` is the one that cut them, if one did. ``assertions`` names
    the rule files by which states are read, beside the bundled ones; None where states do not matter. ``cutoffs`` are
    the sums from which each of many labels is given, in percent, and ``default`` the one label of texts without any
    term, both where they were tuned; see ``LexiconRule``.
    """

    task: Task
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    terms: tuple[LexiconTerm, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    dictionary: str | None = None
    assertions: tuple[str, ...] | None = None
    cutoffs: Mapping[str, float] | None = None
    default: str | None = None

    def with_terms(self, terms: tuple[LexiconTerm, ...]) -> Self:
        """Return the lexicon with other terms: what was tuned for those before is gone."""
        return replace(self, terms=terms, cutoffs=None, default=None)

    def header(self) -> dict[str, Any]:
        """Return all but the terms, as plain values."""
        return {
            "format": _FORMAT,
            "task": str(self.task),
            "labels": list(self.labels),
            "counts": list(self.counts),
            "dictionary": self.dictionary,
            "assertions": None if self.assertions is None else list(self.assertions),
            "cutoffs": None if self.cutoffs is None else dict(self.cutoffs),
            "default": self.default,
            "settings": dict(self.settings),
        }

    def to_json(self) -> dict[str, Any]:
        """Return everything as one JSON document."""
        return {"header": self.header(), "terms": [term.to_json() for term in self.terms]}

    @classmethod
    def from_json(cls, content: Any, place: str) -> Self:
        """Read what ``to_json`` gave. Raises OptionError, which names the ``place``, where it is none of it."""
        at = "header"
        try:
            header = content["header"]
            if header["format"] != _FORMAT:
                raise OptionError(
                    f"{place}: a lexicon of format {header['format']!r}, and this version reads {_FORMAT}: make it anew"
                )
            made = cls._of_header(header)
            terms = []
            for number, each in enumerate(content["terms"], start=1):
                at = f"term {number}"
                terms.append(LexiconTerm.from_json(each))
                made.check(terms[-1])
            at = "terms"
            return replace(made, terms=_once(terms))
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            said = f"{type(error).__name__}: {error}"
            raise OptionError(f"{place}: no lexicon as `medtext lexicon` writes it, {at}: {said}") from None

    @classmethod
    def _of_header(cls, header: Mapping[str, Any]) -> Self:
        labels, counts, cutoffs = header["labels"], header["counts"], header["cutoffs"]
        made = cls(
            task=Task(header["task"]),
            labels=tuple(map(_text, labels)),
            counts=tuple(map(int, counts)),
            terms=(),
            settings=dict(header["settings"]),
            dictionary=None if header["dictionary"] is None else _text(header["dictionary"]),
            assertions=None if header["assertions"] is None else tuple(map(_text, header["assertions"])),
            cutoffs=None if cutoffs is None else {_text(label): float(cutoff) for label, cutoff in cutoffs.items()},
            default=header["default"],
        )
        if made.default is not None and made.default not in labels:
            raise ValueError(f"the default {made.default!r:.40} is none of the labels")
        if made.default is not None and made.default not in labels:
            raise ValueError(f"the default {made.default!r:.40} is none of the labels")
        if not all(map(math.isfinite, (made.cutoffs or {}).values())):
            raise ValueError("a cutoff is no finite number")
        if (
            not labels
            or made.task is Task.GENERATE
            or len(set(made.labels)) < len(labels)
            or len(labels) != len(counts)
        ):
            raise ValueError("labels do not go with the task, or with their counts")
        return made

    def check(self, term: LexiconTerm) -> None:
        """Raise ValueError for a term of another lexicon."""
        if term.label not in self.labels:
            raise ValueError(f"no label is called {term.label!r}")
        if (term.state is None) != (self.assertions is None):
            raise ValueError(f"{term.term!r}: its state and 'assertions' of the header do not go together")


def read_lexicon(path: Path) -> Lexicon:
    """Read a lexicon that was written as JSON. Raises OptionError for what is none, with what to do."""
    if path.suffix.lower() != ".json":
        raise OptionError(
            f"{path}: a lexicon is read as .json: write one by --output lexicon.json "
            "(of a reviewed sheet: medtext lexicon --review SHEET.xlsx --output lexicon.json)"
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OptionError(f"{path}: there is no such lexicon: correct the path") from None
    except OSError as error:
        raise OptionError(f"{path}: cannot be read ({error.strerror or error}): name a lexicon") from error
    except ValueError as error:
        raise OptionError(f"{path}: not JSON ({error}): name a lexicon that `medtext lexicon` wrote") from None
    return Lexicon.from_json(content, str(path))


def _once(terms: Sequence[LexiconTerm]) -> tuple[LexiconTerm, ...]:
    """Return terms. Raises ValueError where one stands there twice."""
    keys = Counter(term.key for term in terms)
    twice = next((key for key, times in keys.items() if times > 1), None)
    if twice is not None:
        raise ValueError(f"{twice[0]!r} stands there twice for {twice[1]!r}")
    return tuple(terms)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{value!r:.40} is no text")
    return value
