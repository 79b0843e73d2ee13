"""Whether a writer points at what it writes of: on attention that is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from torch import Tensor

from medtext.corpus.batch import Batch, Batcher
from medtext.corpus.record import Input, Record, Region, Task
from medtext.explain.pointing import pointed, pointing_figures
from medtext.learn.model import Embedded
from medtext.learn.predict import Prediction, Predictor
from medtext.plugin.loading import load_registry

TEXT = "Small left pleural effusion. No pneumothorax. Large nodule."


@dataclass(frozen=True)
class Step:
    """How many tokens were read."""

    at: int
    rows: int

    def select(self, rows: Tensor) -> Step:
        return Step(self.at, len(rows))


class Looker:
    """A writer of two views of 2 x 2 cells that looks at one cell for each token."""

    def __init__(self, cells: list[int]) -> None:
        self.cells = cells

    def embed(self, batch: Batch) -> Embedded:
        sites = torch.cartesian_prod(torch.arange(2), torch.arange(2), torch.arange(2)).expand(len(batch), -1, -1)
        mask = batch.mask.repeat_interleave(4, dim=1)
        return Embedded(torch.zeros(*mask.shape, 1), mask, sites, torch.zeros_like(mask))

    def baseline(self, batch: Batch) -> Tensor:
        return torch.zeros(len(batch), 8, 1)

    def start(self, vectors: Tensor, mask: Tensor) -> Step:
        return Step(0, len(vectors))

    def step(self, state: Step, tokens: Tensor) -> tuple[Tensor, Step, Tensor | None]:
        attention = torch.full((len(tokens), 8), 0.01)
        attention[:, self.cells[state.at]] = 0.93
        return torch.zeros(len(tokens), 5), Step(state.at + 1, len(tokens)), attention


@pytest.fixture
def asked(tmp_path: Path):
    from PIL import Image

    cutter = load_registry(strict=True).tokenizer("english")
    tokenizer = cutter.build(cutter.options(min_records=1)).fit([TEXT])
    (encoding,) = tokenizer.encode([TEXT])
    words = [TEXT[start:end].lower() for start, end in zip(encoding.starts, encoding.ends, strict=True)]
    paths = (tmp_path / "a.png", tmp_path / "b.png")
    for path in paths:
        Image.new("L", (16, 16), 9).save(path)

    def play(looks: dict[str, int], *regions: Region):
        predictor = Predictor(
            Looker([looks.get(word, 7) for word in words]),  # type: ignore[arg-type]
            Batcher(Task.GENERATE, (), Input.IMAGES, tokenizer, image_size=16),
            torch.device("cpu"),
        )
        record = Record(id="1", images=paths, regions=regions)
        return pointed(predictor, [Prediction(record, text=TEXT, tokens=tuple(encoding.ids.tolist()))])

    return play


EFFUSION = Region(0, 0.6, 0.6, 0.9, 0.9, "pleural effusion")  # in cell 3, the lower right one of the first view
NODULE = Region(1, 0.1, 0.1, 0.3, 0.3, "nodule or mass")  # in cell 4, the upper left one of the second


def test_what_is_written_and_there_hits_where_the_words_look_into_its_box(asked) -> None:
    found = {each.finding: each for each in asked({"effusion": 3, "pleural": 3, "nodule": 5}, EFFUSION, NODULE)}
    assert found["pleural effusion"].hit
    assert not found["nodule or mass"].hit
    assert found["pleural effusion"].chance == pytest.approx(1 / 8)
    assert asked({"nodule": 4}, NODULE)[0].hit


def test_what_is_denied_or_has_no_box_does_not_play(asked) -> None:
    assert asked({}, Region(0, 0.0, 0.0, 1.0, 1.0, "pneumothorax")) == []
    assert asked({}) == []


def test_a_box_of_the_other_view_is_no_hit_and_one_over_all_cells_is_chance(asked) -> None:
    (missed,) = asked({"effusion": 7, "pleural": 7}, EFFUSION)
    assert not missed.hit
    (whole,) = asked({}, Region(1, 0.0, 0.0, 1.0, 1.0, "nodule or mass"))
    assert (whole.hit, whole.chance) == (True, 0.5)


def test_figures_say_how_often_chance_does_as_well(asked) -> None:
    hits = asked({"effusion": 3, "pleural": 3, "nodule": 4}, EFFUSION, NODULE)
    figures = pointing_figures(hits * 10)
    assert (figures["findings"], figures["hits"], figures["chance"]) == (20, 1.0, pytest.approx(1 / 8))
    assert figures["p"] == pytest.approx(1 / 1001)
    assert figures["by_finding"]["nodule or mass"]["findings"] == 10
