"""How true written reports are: whether they state the findings that their references state, on the right side.

Text overlap hardly sees a denial; these figures do. What a text states is found by rules (``corpus/findings.py``), so
they are only as good as the rules are on such texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.finding_rules import FindingRules
from medtext.corpus.findings import Findings, State, findings_of, side_conflicts
from medtext.learn.metrics import label_scores

VIEWS = {
    "present": (State.PRESENT, State.UNCERTAIN),
    "certain": (State.PRESENT,),
    "absent": (State.ABSENT,),
}
"""What counts as stated.

In the main figures, ``present``, uncertain ones count as present (the policy U-Ones of Irvin et al. 2019,
arXiv:1901.07031): a hedged pneumonia is news. ``certain`` leaves them out, ``absent`` is of denials.
"""


@dataclass(frozen=True)
class FindingScores:
    """What some texts and their references state, a row a text, so that any choice of rows can be measured at once.

    ``written`` and ``references`` are bool [texts, findings] for each of ``VIEWS``; ``counts`` holds bool [texts,
    findings]: ``flips`` are present in one text and absent in the other, of the ``polar`` ones, which are present or
    absent in both; ``side_errors`` are left in one and right in the other, of the ``sided`` ones, which are present
    with a side in both; ``missed`` are not in the written text, of the ``critical`` ones that are present in the
    reference. ``prior`` is bool [texts, 2]: the written text, and the reference, speak of an older study.
    """

    names: tuple[str, ...]
    written: Mapping[str, NDArray[np.bool_]]
    references: Mapping[str, NDArray[np.bool_]]
    counts: Mapping[str, NDArray[np.bool_]]
    prior: NDArray[np.bool_]

    @classmethod
    def of(cls, written: Sequence[str], references: Sequence[str], rules: FindingRules | None = None) -> FindingScores:
        """Find what texts and their references state, one each; by the bundled rules unless others are given.

        Raises ValueError where the two are not equally many, or there is none.
        """
        if not written:
            raise ValueError("there is no text to score")
        rules = rules or FindingRules.bundled()
        pairs = [
            (findings_of(one, rules), findings_of(other, rules)) for one, other in zip(written, references, strict=True)
        ]
        ours, theirs = (_states([pair[at] for pair in pairs], rules.names) for at in (0, 1))
        present, absent = ([states == state for states in (ours, theirs)] for state in (State.PRESENT, State.ABSENT))
        conflicts = [side_conflicts(*pair) for pair in pairs]
        critical = present[1] & np.isin(rules.names, rules.critical)
        return cls(
            names=rules.names,
            written={view: np.isin(ours, states) for view, states in VIEWS.items()},
            references={view: np.isin(theirs, states) for view, states in VIEWS.items()},
            counts={
                "flips": (present[0] & absent[1]) | (absent[0] & present[1]),
                "polar": (present[0] | absent[0]) & (present[1] | absent[1]),
                "side_errors": np.array([[name in row for name in rules.names] for row in conflicts]),
                "sided": np.array([[all(each.side(name) for each in pair) for name in rules.names] for pair in pairs]),
                "missed": critical & ~np.isin(ours, VIEWS["present"]),
                "critical": critical,
            },
            prior=np.array([[each.prior for each in pair] for pair in pairs]),
        )

    def figures(self, rows: NDArray[np.int64] | None = None) -> dict[str, float | None]:
        """Return all figures over all texts, or over some rows: those of ``agreement``, and how grave the faults are.

        ``flips`` and ``side_errors`` are counts, ``flip_rate`` and ``side_error_rate`` shares of what could be one.
        ``missed_critical_rate`` is the share of critical findings that the written texts leave out or deny,
        ``missed_critical_texts`` that of texts with such a finding in their reference that miss one. These four are
        None where there is nothing that could be so. ``prior`` and ``reference_prior`` are the shares of texts that
        speak of an older study.
        """
        kept = slice(None) if rows is None else rows
        counts = {name: values[kept] for name, values in self.counts.items()}
        sums = {name: int(values.sum()) for name, values in counts.items()}
        missing, threatened = (int(counts[name].any(axis=1).sum()) for name in ("missed", "critical"))
        prior = self.prior[kept].mean(axis=0)
        return {
            **self.agreement(rows),
            "flips": sums["flips"],
            "flip_rate": _rate(sums["flips"], sums["polar"]),
            "side_errors": sums["side_errors"],
            "side_error_rate": _rate(sums["side_errors"], sums["sided"]),
            "missed_critical_rate": _rate(sums["missed"], sums["critical"]),
            "missed_critical_texts": _rate(missing, threatened),
            "prior": float(prior[0]),
            "reference_prior": float(prior[1]),
        }

    def agreement(self, rows: NDArray[np.int64] | None = None) -> dict[str, float]:
        """Return how far what is stated agrees, over all texts, or over rows that may repeat (as in a bootstrap).

        For each of ``VIEWS``, ``<view>_micro_precision``, ``_recall`` and ``_f1`` are over all findings at once, and
        ``<view>_macro_...`` means over the findings that the references of all texts state. A share of nothing is 0.
        """
        weights = np.ones(len(self.prior)) if rows is None else np.bincount(rows, minlength=len(self.prior))
        found: dict[str, float] = {}
        for view in VIEWS:
            found |= self._agreement(view, weights)
        return found

    def by_finding(self, view: str = "present") -> dict[str, dict[str, float]]:
        """Return precision, recall, F1 and support of each finding, in one of ``VIEWS``."""
        scores = label_scores(self.references[view].astype(np.int64), self.written[view].astype(np.int64), self.names)
        by_label: dict[str, dict[str, float]] = scores["by_label"]
        return by_label

    def _agreement(self, view: str, weights: NDArray[Any]) -> dict[str, float]:
        written, reference = self.written[view], self.references[view]
        hits, said, true = (weights @ each for each in (written & reference, written, reference))
        occurring = reference.any(axis=0)
        found: dict[str, float] = {}
        for name, part, whole in (("precision", hits, said), ("recall", hits, true), ("f1", 2 * hits, said + true)):
            each = [_share(*pair) for pair in zip(part[occurring], whole[occurring], strict=True)]
            found[f"{view}_micro_{name}"] = _share(part.sum(), whole.sum())
            found[f"{view}_macro_{name}"] = float(np.mean(each)) if each else 0.0
        return found


def _states(found: Sequence[Findings], names: Sequence[str]) -> NDArray[np.str_]:
    return np.array([[str(each.state(name)) for name in names] for each in found])


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
