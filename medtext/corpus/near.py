"""Texts that are nearly the same on both sides of a split, found without comparing all with all.

MinHash (Broder 1997, "On the resemblance and containment of documents") with banding
(Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4) proposes pairs;
each is then compared exactly, so that what is counted is true, and only something may be missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.duplicates import LEAKS, Parts, place_of, shorten
from medtext.corpus.fold import fold_text
from medtext.corpus.record import Record

NEAR = 0.8
"""From this share of common pieces on (Jaccard) two texts are nearly the same."""

_BANDS, _ROWS = 20, 6
"""At a share of 0.8 a pair is missed 2 times in 1,000; at 0.5 it is proposed 27 times in 100, for nothing."""
_CROWD, _TRIED = 256, 8
"""Proposals that are taken of one band, and how many of all, those of most bands, are compared.

They bound the work where thousands of texts are made by one template; there the nearest may be missed.
"""
_CHINESE_PIECE, _OTHER_PIECE = 3, 5

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class NearExample:
    """Two texts that are nearly the same, and the share of pieces they have in common."""

    share: float
    texts: tuple[str, str]
    places: tuple[str, str]


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """How many records nearly stand in another part too: ``across`` counts for ``val in train`` and such.

    What stands there exactly (folded) is not counted.
    """

    across: dict[str, int]
    examples: tuple[NearExample, ...]


def find_near_duplicates(parts: Parts, *, most: int = 10) -> NearDuplicates:
    """Find records that are nearly the same as one of a part they should not know (``LEAKS``).

    Texts are folded (``fold_text``), in lower case, and cut into all pieces of 3
    neighbouring characters, or of 5 where most of a text is ASCII; two are nearly the same where
    they share at least 80 % of all their pieces. Time grows with the number of records times their
    length, and with sorting them.
    """
    sides = {name: _Side.of(parts.get(name, ())) for name in ("train", "val", "test")}
    across: dict[str, int] = {}
    examples: list[NearExample] = []
    for one, other in LEAKS:
        found = sides[one].near(sides[other])
        across[f"{one} in {other}"] = sum(len(sides[one].records[row]) for row in found)
        for row, (match, share) in found.items():
            pair = sides[one].records[row][0], sides[other].records[match][0]
            places = place_of(one, pair[0]), place_of(other, pair[1])
            examples.append(NearExample(share, (shorten(pair[0].text), shorten(pair[1].text)), places))
    examples.sort(key=lambda example: -example.share)
    return NearDuplicates(across, tuple(examples[:most]))


@dataclass(frozen=True)
class _Side:
    """The distinct texts of a part: their records, folded texts and band keys, uint64 [bands, texts]."""

    records: list[list[Record]]
    texts: list[str]
    bands: Hashes

    @classmethod
    def of(cls, records: Sequence[Record]) -> _Side:
        same: dict[str, list[Record]] = {}
        for record in records:
            folded = fold_text(record.text).lower()
            if folded:
                same.setdefault(folded, []).append(record)
        bands = np.empty((_BANDS, len(same)), dtype=np.uint64)
        for column, text in enumerate(same):
            bands[:, column] = _band_keys(_pieces(text))
        return cls(list(same.values()), list(same), bands)

    def near(self, other: _Side) -> dict[int, tuple[int, float]]:
        """Return, for each text of this side, the nearest of the other side and how near it is, from ``NEAR`` on."""
        found: dict[int, tuple[int, float]] = {}
        folded = {fold_text(record.text) for records in other.records for record in records}
        rows = [
            row for row, same in enumerate(self.records) if not all(fold_text(each.text) in folded for each in same)
        ]
        proposed: list[list[NDArray[np.int64]]] = [[] for _ in rows]
        for band in range(_BANDS):
            order = np.argsort(other.bands[band], kind="stable")
            keys = other.bands[band][order]
            starts = np.searchsorted(keys, self.bands[band][rows], side="left")
            ends = np.searchsorted(keys, self.bands[band][rows], side="right")
            for at in np.flatnonzero(ends > starts).tolist():
                proposed[at].append(order[starts[at] : min(ends[at], starts[at] + _CROWD)])
        for row, bands in zip(rows, proposed, strict=True):
            best = max(((resemblance(self.texts[row], other.texts[m]), -m) for m in _likeliest(bands)), default=None)
            if best is not None and best[0] >= NEAR:
                found[row] = (-best[1], best[0])
        return found


def _likeliest(bands: list[NDArray[np.int64]]) -> list[int]:
    """Return the texts that most bands propose, at most ``_TRIED``."""
    if not bands:
        return []
    matches, counts = np.unique(np.concatenate(bands), return_counts=True)
    likeliest: list[int] = matches[np.argsort(-counts, kind="stable")[:_TRIED]].tolist()
    return likeliest


def resemblance(one: str, other: str) -> float:
    """Return the share of pieces that two folded texts have in common (Jaccard), 0 to 1.

    >>> resemblance("胃窦黏膜充血水肿", "胃窦黏膜充血水肿")
    1.0
    >>> resemblance("胃窦黏膜充血水肿", "胃体黏膜充血水肿") < 0.6
    True
    """
    a, b = np.unique(_pieces(one)), np.unique(_pieces(other))
    common = len(np.intersect1d(a, b, assume_unique=True))
    return common / (len(a) + len(b) - common)


def _pieces(text: str) -> Hashes:
    """Return a hash of every piece of a text: uint64 [pieces], one for a text shorter than a piece."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    size = _OTHER_PIECE if 2 * int((codes < 0x80).sum()) > len(codes) else _CHINESE_PIECE
    size = min(size, len(codes))
    total = np.full(len(codes) - size + 1, size, dtype=np.uint64)
    for place in range(size):
        total = _mixed(total + codes[place : place + len(total)])
    return total


def _mixed(values: Hashes) -> Hashes:
    """Scatter 64-bit numbers (the finalizer of SplitMix64, Steele, Lea and Flood 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_FACTORS: Hashes = _mixed(np.arange(1, _BANDS * _ROWS + 1, dtype=np.uint64)) | np.uint64(1)
_SHIFTS: Hashes = _mixed(np.arange(1, _BANDS * _ROWS + 1, dtype=np.uint64) << np.uint64(32))


def _band_keys(pieces: Hashes) -> Hashes:
    """Return one key for each band, uint64 [bands]: the least of the pieces under each of 120 orders, mixed by band."""
    orders = zip(_FACTORS, _SHIFTS, strict=True)  # one by one: a long text has many pieces
    least = np.array([(pieces * factor + shift).min() for factor, shift in orders]).reshape(_BANDS, _ROWS)
    key = np.arange(_BANDS, dtype=np.uint64)
    for row in range(_ROWS):
        key = _mixed(key ^ least[:, row])
    return key
