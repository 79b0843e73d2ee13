"""What a training writes down for those who explain its run."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch
import toy

from medtext.corpus.batch import Batcher
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Task
from medtext.corpus.sample import sampled
from medtext.errors import RunError
from medtext.explain.explainer import Explainer
from medtext.explain.words import UNITS
from medtext.learn.predict import Predictor, frozen
from medtext.plugin import ModelShape
from medtext.runs.store import Run
from medtext.workspace.calibration import Calibration
from medtext.workspace.ready import whole


class Cliff(toy.Linear):
    """Answers by a cliff near the beginning of the path: points that lie evenly miss it."""

    def score(self, vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return 5 * torch.tanh(200 * (super().score(vectors, mask) - 1.9))


def predictor(kind: type[toy.Linear]) -> Predictor:
    tokenizer = PatternTokenizer(lambda text: [(0, 1), (2, 3)], min_records=1).fit(["a b"])
    model = kind(ModelShape(Task.TAG, 7, 1, 9), None)
    with torch.no_grad():
        model.weights.weight[5:] = torch.tensor([[1.0], [2.0]])
    batcher = Batcher(Task.TAG, ("x",), Input.TEXT, tokenizer)
    return Predictor(frozen(model, torch.device("cpu")), batcher, torch.device("cpu"))


RECORDS = [Record(id=str(number), text=text) for number, text in enumerate(["a b", "b a", "b b"])]


def test_the_median_of_the_highest_scores_is_written_and_read(tmp_path: Path) -> None:
    found = Calibration.measure(predictor(toy.Linear), RECORDS)
    assert found is not None
    assert found.answers == 3
    assert found.highest == {
        "token": pytest.approx(2.0, rel=0.01),
        "word": pytest.approx(2.0, rel=0.01),
        "sentence": pytest.approx(3.0, rel=0.01),
    }
    assert sum(found.profile[:8]) == pytest.approx(0.5 * math.tan(math.atan(2) / 2))  # a line: half of the angle
    run = Run(tmp_path, "one")
    assert Calibration.read(run) == Calibration()
    found.write(run)
    assert Calibration.read(run) == found


def test_the_profile_tells_where_answers_move() -> None:
    found = Calibration.measure(predictor(Cliff), RECORDS)
    assert found is not None
    assert sum(found.profile) == pytest.approx(1.0)
    assert max(found.profile) > 0.5
    exact = Explainer(predictor(Cliff)).movement(RECORDS)
    assert exact == found.profile


def test_a_run_of_before_has_no_profile_and_is_read_all_the_same(tmp_path: Path) -> None:
    run = Run(tmp_path, "one")
    (tmp_path / "calibration.json").write_text(json.dumps({"highest": 2.0, "answers": 9, "probes": True}))
    found = Calibration.read(run)
    assert (found.answers, found.profile, found.informed) == (9, (), True)
    assert [found.least(unit) for unit in UNITS] == pytest.approx([2 / 3] * 3)


def test_the_floor_is_that_of_the_unit_and_of_integrated_gradients() -> None:
    found = Calibration({"token": 3.0, "word": 6.0})
    assert (found.least("token"), found.least("word"), found.least("sentence")) == (1.0, 2.0, 0.0)
    assert found.least("word", "occlusion") == 0.0
    blind = Calibration({"token": 3.0}, informed=False)
    assert blind.least("token") == blind.least("token", "occlusion") == math.inf


def test_nothing_is_measured_where_nothing_is_answered() -> None:
    found = Calibration.measure(predictor(toy.Linear), [])
    assert found is not None
    assert (found.highest, found.answers, found.informed) == ({}, 0, True)


@pytest.mark.parametrize(
    "damage",
    [
        {"highest": "much"},
        {"highest": {"token": math.nan}},
        {"informed": "no"},
        {"profile": [math.inf]},
        {"profile": [-1.0]},
        {"answers": None},
    ],
)
def test_a_damaged_file_is_said_in_a_line(tmp_path: Path, damage: dict[str, object]) -> None:
    run = Run(tmp_path, "one")
    whole_one = {"highest": {"token": 1.0}, "answers": 3, "profile": [], "informed": True}
    (tmp_path / "calibration.json").write_text(json.dumps({**whole_one, **damage}), encoding="utf-8")
    with pytest.raises(RunError, match="run 'one' is not whole"), whole(run):
        Calibration.read(run)


def test_a_sample_is_the_same_whatever_stands_around() -> None:
    records = [Record(id=str(number), text="x") for number in range(50)]
    some = sampled(records, 10)
    assert [record.id for record in some] == sorted((record.id for record in some), key=int)
    assert {record.id for record in sampled(records[::-1], 10)} == {record.id for record in some}
    assert sampled(records[:5], 10) == records[:5]
