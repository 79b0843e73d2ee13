"""Small lexicons made by hand."""

from __future__ import annotations

from typing import Any

from medtext.corpus.record import Task
from medtext.explain.lexicon import Lexicon, LexiconTerm, Status

LABELS = ("up", "down")


def term(name: str, label: str = "up", theta: float = 10.0, **more: Any) -> LexiconTerm:
    """Return a term whose interval is theta and 1 on either side."""
    plain = {"state": None, "status": Status.DISCOVERED, "q": 0.01, "records": 30, "clusters": 25}
    return LexiconTerm(term=name, label=label, theta=theta, low=theta - 1, high=theta + 1, **{**plain, **more})


def lexicon(*terms: LexiconTerm, task: Task = Task.CLASSIFY, **more: Any) -> Lexicon:
    """Return a lexicon of two labels, the first the commoner."""
    return Lexicon(**{"task": task, "labels": LABELS, "counts": (6, 4), "terms": terms, **more})
