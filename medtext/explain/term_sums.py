"""Scores added up by term, label and cluster: whole numbers, so that no order and no sharding shows."""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from medtext.explain.cluster_means import Sample

PER_LOGIT = 1_000_000
"""Scores are added up in whole millionths of a logit: integers add exactly."""

_NAMES = ("terms", "labels", "clusters")
_WAITING = 4_000_000
"""So many new numbers wait before they are added up (32 MB)."""

Cells = NDArray[np.int64]
"""int64 [cells, 5]: the numbers of term, label and cluster, then the sum of scores and how many records."""


class TermSums:
    """The sum of scores and the number of records of every term, label and cluster that were seen together.

    ``names`` are the terms, the labels and the clusters, each with its number, and ``cells`` are theirs.
    """

    def __init__(self, names: Sequence[Sequence[str]] = ((), (), ()), cells: Cells | None = None) -> None:
        self._terms, self._labels, self._clusters = ({name: at for at, name in enumerate(each)} for each in names)
        self._cells = np.zeros((0, 5), dtype=np.int64) if cells is None else _summed(cells)
        self._new = array("q")

    @property
    def clusters(self) -> tuple[str, ...]:
        """The clusters, in the order of their numbers, those without any term too."""
        return tuple(self._clusters)

    def add(self, cluster: str, label: str, scores: Mapping[str, int]) -> None:
        """Add a record's scores of terms, in millionths of a logit."""
        at = _number(self._labels, label), _number(self._clusters, cluster)
        for term, score in scores.items():
            self._new.extend((_number(self._terms, term), *at, score, 1))
        if len(self._new) >= _WAITING:
            self._settle()

    def merge(self, other: TermSums) -> None:
        """Add the sums of other records."""
        cells = other._settle().copy()
        for column, (own, others) in enumerate(zip(self._names, other._names, strict=True)):
            numbers = np.array([_number(own, name) for name in others], dtype=np.int64)
            cells[:, column] = numbers[cells[:, column]]
        self._cells = _summed(np.concatenate([self._settle(), cells]))

    def groups(self, without: Container[str] = ()) -> Iterator[tuple[str, str, Cells]]:
        """Yield every term and label with their cells, in the order of clusters, but for those of some clusters."""
        terms, labels, clusters = (list(names) for names in self._names)
        kept = np.array([name not in without for name in clusters], dtype=np.bool_)
        cells = self._settle()
        cells = cells[kept[cells[:, 2]]]
        for start, end in pairwise([*_changes(cells[:, :2]), len(cells)]):
            part = cells[start:end]
            yield terms[part[0, 0]], labels[part[0, 1]], part

    def samples(self, without: Container[str] = ()) -> Iterator[Sample]:
        """Yield the cluster means of every term and label, but for those of some clusters."""
        for term, label, part in self.groups(without):
            # Both are whole and under 2**53: the quotient is rounded once, and no order shows in it.
            means = part[:, 3] / (part[:, 4] * PER_LOGIT)
            yield Sample(term, label, int(part[:, 4].sum()), part[:, 2], means)

    def to_json(self) -> dict[str, Any]:
        """Return names, sorted, and cells: the same for the same records, in whatever order and sharding."""
        cells, names = self._settle().copy(), [sorted(each) for each in self._names]
        for column, (ordered, numbers) in enumerate(zip(names, self._names, strict=True)):
            places = np.zeros(len(ordered), dtype=np.int64)
            places[[numbers[name] for name in ordered]] = np.arange(len(ordered))
            cells[:, column] = places[cells[:, column]]
        return {**dict(zip(_NAMES, names, strict=True)), "cells": _summed(cells).tolist()}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` gave; KeyError, TypeError or ValueError where it is none of it."""
        names = [content[key] for key in _NAMES]
        cells = np.array(content["cells"] or np.zeros((0, 5), dtype=np.int64))
        if cells.dtype != np.int64 or cells.ndim != 2 or cells.shape[1] != 5:
            raise ValueError("cells are not rows of five whole numbers")
        if np.any((cells[:, :3] < 0) | (cells[:, :3] >= [len(set(each)) for each in names])) or np.any(cells[:, 4] < 1):
            raise ValueError("a cell has no name or no record")
        return cls(names, cells)

    @property
    def _names(self) -> tuple[dict[str, int], ...]:
        return self._terms, self._labels, self._clusters

    def _settle(self) -> Cells:
        """Add up what is new, and return all cells in the order of their numbers."""
        if self._new:
            new = np.array(self._new, dtype=np.int64).reshape(-1, 5)
            self._cells, self._new = _summed(np.concatenate([self._cells, new])), array("q")
        return self._cells


def _number(numbers: dict[str, int], name: str) -> int:
    return numbers.setdefault(name, len(numbers))


def _changes(ordered: Cells) -> list[int]:
    """Return where rows begin that are not the one before."""
    return np.flatnonzero(np.any(np.diff(ordered, axis=0, prepend=-1), axis=1)).tolist()


def _summed(cells: Cells) -> Cells:
    """Add up the cells of the same term, label and cluster, and order them."""
    if not len(cells):
        return cells
    cells = cells[np.lexsort(cells[:, 2::-1].T)]
    starts = _changes(cells[:, :3])
    return np.concatenate([cells[starts, :3], np.add.reduceat(cells[:, 3:], starts, axis=0)], axis=1)
