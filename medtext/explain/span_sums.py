"""Spans counted by keyword, label and cluster: what a keyword table is made of, before it is added up."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from medtext.explain.term_sums import PER_LOGIT

_FIELDS = 5
"""Whole numbers of a keyword in a record: the keyword, the cluster, spans, one record, millionths of a logit."""


@dataclass(frozen=True)
class LabelSpans:
    """The keywords of one label, in the order of their keys, and what each has in every cluster.

    ``forms`` are the commonest spellings of the ``keys``. ``spans``, ``records`` and ``scores`` (millionths of a
    logit) are int64 [keywords, clusters]: whole numbers, so that no order and no sharding shows in their sums.
    """

    keys: tuple[str, ...]
    forms: tuple[str, ...]
    spans: csr_array
    records: csr_array
    scores: csr_array


class SpanSums:
    """Gathers the spans of explanations; ``clusters`` are all that there are, in the order of their columns."""

    def __init__(self, clusters: Sequence[str]) -> None:
        self._clusters = {name: number for number, name in enumerate(clusters)}
        self._numbers: dict[str, dict[str, int]] = {}
        self._forms: dict[str, list[dict[str, int]]] = {}
        self._cells: dict[str, array[int]] = {}

    def add(self, cluster: str, label: str, spans: Iterable[tuple[str, str, float]]) -> None:
        """Add the spans of one record for one label: key, form, and score in logits, as ``keyword_spans`` has them."""
        numbers, forms = self._numbers.setdefault(label, {}), self._forms.setdefault(label, [])
        found: dict[int, list[int]] = {}
        for key, form, score in spans:
            number = numbers.setdefault(key, len(numbers))
            if number == len(forms):
                forms.append({})
            forms[number][form] = forms[number].get(form, 0) + 1
            own = found.setdefault(number, [0, 0])
            own[0] += 1
            own[1] += round(score * PER_LOGIT)
        cells = self._cells.setdefault(label, array("q"))
        for number, (count, total) in found.items():
            cells.extend((number, self._clusters[cluster], count, 1, total))

    def of(self, label: str) -> LabelSpans:
        """Return what was gathered of a label."""
        numbers, forms = self._numbers.get(label, {}), self._forms.get(label, [])
        keys = tuple(sorted(numbers))
        places = np.zeros(len(keys), dtype=np.int64)
        places[[numbers[key] for key in keys]] = np.arange(len(keys))
        cells = np.array(self._cells.get(label, ()), dtype=np.int64).reshape(-1, _FIELDS)
        at, shape = (places[cells[:, 0]], cells[:, 1]), (len(keys), len(self._clusters))
        spans, records, scores = (coo_array((cells[:, field], at), shape=shape).tocsr() for field in (2, 3, 4))
        shown = (forms[numbers[key]] for key in keys)
        return LabelSpans(
            keys, tuple(min(each, key=lambda form: (-each[form], form)) for each in shown), spans, records, scores
        )
