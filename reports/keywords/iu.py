"""How well keywords name the problems of chest X-ray reports, beside other ways to rank words.

Run from the project's folder, where ``yake==0.7.3`` is installed beside ``medtext[dev]``:
``python reports/keywords/iu.py --run RUN``; RUN labels the findings of iu-xray with their coded problems, and README.md
beside this says how it was trained. What is right is in ``iu_synonyms.toml``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from inventory import READINGS, Inventory, Reading
from medtext.plugin.loading import load_registry
from medtext.runs.store import RunStore
from medtext.workspace.ready import open_ready
from own_rankings import effect_rankings, table_rankings
from ranking_measures import Difference, Floats, average_precision, r_precision
from relevance import read_synonyms, relevant
from word_rivals import RIVALS

OWN = "medtext"
AS_WRITTEN = READINGS[0]


@dataclass(frozen=True)
class Ranked:
    """A way to rank with one setting, and what it scores: float64 [labels] each."""

    name: str
    setting: str
    reading: Reading
    precision: Floats
    average: Floats

    @classmethod
    def of(cls, name: str, setting: str, reading: Reading, scores: Floats, right: NDArray[np.bool_]) -> Ranked:
        """Measure a ranking, float64 [labels, words], against what is right."""
        pairs = list(zip(scores, right, strict=True))
        precision = np.array([r_precision(*pair) for pair in pairs])
        return cls(name, setting, reading, precision, np.array([average_precision(*pair) for pair in pairs]))


def main() -> None:
    """Rank, measure, and print the tables."""
    asked = _arguments()
    ready = open_ready(load_registry(), RunStore(asked.runs).open(asked.run), torch.device("cpu"))
    records = ready.records(split=asked.split, source=asked.source)
    inventory = Inventory.of(records, asked.least)
    right = relevant(inventory.labels, inventory.words, read_synonyms())
    kept = right.any(axis=1)
    tuning = np.arange(len(kept)) % 2 == 0
    print(
        f"{len(inventory.texts)} texts, {len(inventory.words)} words, {int(kept.sum())} labels: "
        f"settings chosen on {int((kept & tuning).sum())}, {int((kept & ~tuning).sum())} held back; "
        f"right of a label: {int(right[kept].sum(axis=1).min())} to {int(right.sum(axis=1).max())} words.\n"
    )
    rivals = list(chain.from_iterable(_rival(inventory, right, reading) for reading in READINGS))
    own = [
        Ranked.of(OWN, name, AS_WRITTEN, scores, right)
        for name, scores in chain(
            table_rankings(ready, records, inventory),
            effect_rankings(ready, ready.records(split="val"), inventory) if asked.split == "train" else (),
        )
    ]
    parts = {"all": kept, "chosen on": kept & tuning, "held back": kept & ~tuning}
    print(_table(_published(rivals, own, tuning & kept), parts))
    print(_differences(_published(rivals, own, tuning & kept), parts))
    print("\nEverything that was tried:\n")
    print(_table([*rivals, *own], parts))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, help="a run of many labels on the findings of iu-xray")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept")
    parser.add_argument("--split", default="train", choices=["train", "val", "test"], help="whose words are ranked")
    parser.add_argument("--source", type=Path, help="take the split from here instead of where the run had it from")
    parser.add_argument("--least", type=int, default=12, help="records of a label that is judged")
    return parser.parse_args()


def _rival(inventory: Inventory, right: NDArray[np.bool_], reading: Reading) -> Iterator[Ranked]:
    """Yield all rivals with all settings; those that count words also on what medtext counts as one."""
    read, (_, columns) = inventory.read(reading), inventory.columns(reading)
    for rival in RIVALS:
        if rival.counts or reading == AS_WRITTEN:
            for setting, rank in rival.settings.items():
                yield Ranked.of(rival.name, setting, reading, rank(read)[:, columns], right)


def _published(rivals: Sequence[Ranked], own: Sequence[Ranked], tuning: NDArray[np.bool_]) -> list[Ranked]:
    """Return of each way, and of each reading of a rival, the setting with the best average precision on some labels."""
    best: dict[tuple[str, Reading], Ranked] = {}
    for each in [*rivals, *own]:
        key = each.name, each.reading
        if key not in best or each.average[tuning].mean() > best[key].average[tuning].mean():
            best[key] = each
    return list(best.values())


def _table(rows: Sequence[Ranked], parts: dict[str, NDArray[np.bool_]]) -> str:
    """Write mean R-precision and mean average precision over each part of the labels."""
    heads = [f"{measure}, {part}" for part in parts for measure in ("R-precision", "AP")]
    lines = ["| " + " | ".join(["ranked by", "setting", "words", *heads]) + " |"]
    lines.append("| " + " | ".join(["---"] * 3 + ["--:"] * len(heads)) + " |")
    for row in rows:
        figures = [f"{values[part].mean():.3f}" for part in parts.values() for values in (row.precision, row.average)]
        words = "" if row.name == OWN else str(row.reading)
        lines.append("| " + " | ".join([row.name, row.setting, words, *figures]) + " |")
    return "\n".join(lines)


def _differences(rows: Sequence[Ranked], parts: dict[str, NDArray[np.bool_]]) -> str:
    """Write by how much medtext is ahead of each rival, with 95 % intervals of a paired bootstrap over labels."""
    own = next(row for row in rows if row.name == OWN)
    shown = [part for part in parts if part != "chosen on"]
    heads = [f"{measure}, {part}" for part in shown for measure in ("R-precision", "AP")]
    lines = ["", "| medtext over | words | " + " | ".join(heads) + " |"]
    lines.append("| --- | --- | " + " | ".join(["--:"] * len(heads)) + " |")
    for row in rows:
        if row is not own:
            pairs = ((own.precision, row.precision), (own.average, row.average))
            cells = [str(Difference.of(a[parts[part]], b[parts[part]])) for part in shown for a, b in pairs]
            lines.append("| " + " | ".join([row.name, str(row.reading), *cells]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
