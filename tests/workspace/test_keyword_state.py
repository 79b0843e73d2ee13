"""States of parts of a keyword table: they merge to the whole, whatever is missing or wrong is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medtext.corpus.record import Record
from medtext.errors import MedtextError, OptionError
from medtext.explain.attribution import Attribution
from medtext.explain.effects import TermEffects
from medtext.explain.explainer import WINDOW, Explained
from medtext.explain.gathered import Gathered
from medtext.explain.keywords import KeywordTable
from medtext.explain.term_labels import TermLabels
from medtext.learn.predict import Prediction
from medtext.report.table import as_json
from medtext.runs.store import Run
from medtext.workspace.keyword_state import KeywordState, Shard, merged

SETTINGS = {"split": "val", "explain": "all"}
RECORDS = [
    Record(
        id=f"{number}",
        text="胃肠肝"[: 1 + number % 3],
        group=f"p{number % 25}",
        labels=("xy"[number % 4 // 2],),
        meta={"site": "ab"[number % 2]},
    )
    for number in range(120)
]


def explained(record: Record) -> Explained:
    places = np.arange(len(record.text))
    scores = np.sin(np.arange(len(record.text)) + int(record.id)) * 3
    attributions = [
        Attribution(
            record=record,
            label=label,
            probability=0.5,
            sites=np.stack([places, places + 1], axis=1),
            scores=sign * scores,
            margin=float(sign * scores.sum()),
            gap=0.0,
            points=1,
            converged=True,
        )
        for label, sign in (("x", 1), ("y", -1))
    ]
    return Explained(Prediction(record, truncated=int(record.id) % 40 == 0), attributions)


def counted(records: list[Record], **changes: object) -> tuple[KeywordTable, Gathered]:
    table = KeywordTable(**{"threshold": 0.3, "run": "r", "settings": SETTINGS, "labels": ("x", "y"), **changes})
    gathered = Gathered(TermEffects("r", SETTINGS), labels=TermLabels(), by="site")
    for each in map(explained, records):
        gathered.add(each, table)
        table.add(each.attributions)
    table.set_containing({key: sum(key in record.text for record in RECORDS) for key in table.keys}, len(RECORDS))
    return table, gathered


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "run" / "baseline").mkdir(parents=True)
    (tmp_path / "run" / "model.safetensors").write_bytes(b"weights")
    return Run(tmp_path / "run", "r")


@pytest.fixture
def write(run: Run, tmp_path: Path) -> Callable[..., Path]:
    """Write the state of every ``of``-th record."""

    def make(number: int, of: int, records: list[Record] = RECORDS, infer: bool = True, **changes: object) -> Path:
        table, gathered = counted(records[number - 1 :: of], **changes)
        state = KeywordState.of(Shard(of, number), "title", run, records, table, gathered if infer else None)
        path = tmp_path / f"{number}-{of}-{len(list(tmp_path.iterdir()))}.json"
        path.write_text(state.written(), encoding="utf-8")
        return path

    return make


Write = Callable[..., Path]


@pytest.mark.parametrize("of", [1, 2, 3, 7])
def test_any_sharding_gives_the_bytes_of_the_whole(write: Write, of: int) -> None:
    table, gathered = counted(RECORDS, contexts=2)
    whole = merged([write(number, of, contexts=2) for number in reversed(range(1, of + 1))])
    assert whole.gathered is not None
    found, other = gathered.found(SETTINGS), whole.gathered.found(whole.table.settings)
    assert any(row.low is not None for row in found.rows)
    assert found.header["truncated"] == 3
    for bounds in (None, found.lower_bounds):
        assert as_json(whole.table, effects=other, bounds=bounds) == as_json(table, effects=found, bounds=bounds)


def test_bounds_are_the_near_ends_of_intervals(write: Write) -> None:
    whole = merged([write(1, 1)])
    assert whole.gathered is not None
    found = whole.gathered.found(SETTINGS)
    bounds = found.lower_bounds
    for row in found.rows:
        ends = (bounds.get((row.term, row.label, direction)) for direction in whole.table.directions)
        assert list(ends) == [row.low]
        assert {bounds[key] for key in bounds if key[:2] == (row.term, row.label)} == {row.low, -(row.high or 0.0)}
    rows = whole.table.rows(bounds=bounds)
    known = [row.lower_bound for row in rows if row.lower_bound is not None]
    assert known == sorted(known, reverse=True)
    assert [row.lower_bound for row in rows[len(known) :]] == [None] * (len(rows) - len(known))
    assert len(rows) > len(known) > 0


def test_what_is_missing_twice_or_of_another_whole_is_named(write: Write, run: Run) -> None:
    first, second, fourth = write(1, 4), write(2, 4), write(4, 4)
    with pytest.raises(OptionError, match=r"not all shards are here: name 3/4 too"):
        merged([fourth, first, second])
    with pytest.raises(OptionError, match=rf"{second} and {second} are both shard 2/4"):
        merged([first, second, second])
    problems = {
        "shard 2/3, and that is 1/4": write(2, 3),
        "threshold is 0.5, and there 0.3": write(2, 4, threshold=0.5),
        "split is test, and there val": write(2, 4, settings={**SETTINGS, "split": "test"}),
        "of run 's', and that of 'r'": write(2, 4, run="s"),
        "other records": write(2, 4, RECORDS[1:]),
        "nothing of --infer, and that with --infer --association --stratum site": write(2, 4, infer=False),
        "direction is against, and there for": write(2, 4, directions=("against",)),
    }
    (run.path / "model.safetensors").write_bytes(b"other weights")
    problems["another run"] = write(2, 4)
    for problem, path in problems.items():
        with pytest.raises(OptionError) as error:
            merged([first, path])
        assert problem in str(error.value)
        assert str(error.value).startswith(f"{path} does not go with {first}: ")


def test_another_version_is_refused(write: Write) -> None:
    first, second = write(1, 2), write(2, 2)
    content = json.loads(second.read_text(encoding="utf-8"))
    second.write_text(json.dumps({**content, "medtext": "0.0.1"}), encoding="utf-8")
    with pytest.raises(OptionError, match="another version of medtext"):
        merged([first, second])


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: "\udcff",
        lambda text: text.replace('"kind": "keyword table"', '"kind": "other"'),
        lambda text: text.replace('"format": 1, "shard"', '"format": 2, "shard"'),
        lambda text: text.replace('"shard": "1/1"', '"shard": "2/1"'),
        lambda text: text.replace('"title"', '"name"'),
        lambda text: text.replace('"labels"', '"tags"'),
        lambda text: text.replace('"seen": 0, "effects"', '"effects"'),
    ],
)
def test_files_that_are_no_states_are_named(write: Write, damage: Callable[[str], str]) -> None:
    path = write(1, 1)
    damaged = damage(path.read_text(encoding="utf-8"))
    path.write_bytes(damaged.encode("utf-8", "surrogateescape"))
    with pytest.raises(MedtextError, match=rf"^{path}: "):
        merged([path])
    path.unlink()
    with pytest.raises(MedtextError, match=rf"^{path}: "):
        merged([path])


def test_the_baseline_beside_a_run_is_no_part_of_what_it_answers_by(write: Write, run: Run) -> None:
    first = write(1, 2)
    (run.path / "baseline" / "model.safetensors").write_bytes(b"other")
    assert merged([first, write(2, 2)]).table.records == len(RECORDS)


def test_shards_are_whole_windows() -> None:
    items = list(range(3 * WINDOW + 5))
    parts = [Shard(2, number).part(items) for number in (1, 2)]
    assert [len(own) for own, _ in parts] == [2 * WINDOW, WINDOW + 5]
    assert parts[0] == parts[1][::-1]
    assert parts[1][0] == [*items[WINDOW : 2 * WINDOW], *items[3 * WINDOW :]]
    assert Shard(3, 3).part(items[:5]) == ([], items[:5])


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/2/3", "a/b", "-1/2", "1/0", "１/２"])
def test_a_shard_is_one_of_several(text: str) -> None:
    with pytest.raises(OptionError, match="expected one part of several"):
        Shard.read(text)
    assert replace(Shard.read("2/4"), number=3) == Shard(4, 3)
