"""Whether a writer points at what it writes of: on attention that is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from medtext.corpus.batch import Batch, Batcher
from medtext.corpus.record import Input, Record, Region, Task
from medtext.explain.pointing import Pointed, pointed, pointing_figures
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
    assert found["pleural effusion"].inside.nonzero()[0].tolist() == [3]
    assert asked({"nodule": 4}, NODULE)[0].hit


def test_what_is_denied_or_has_no_box_does_not_play(asked) -> None:
    assert asked({}, Region(0, 0.0, 0.0, 1.0, 1.0, "pneumothorax")) == []
    assert asked({}) == []


def test_a_box_of_the_other_view_is_no_hit_and_one_over_all_cells_is_chance(asked) -> None:
    (missed,) = asked({"effusion": 7, "pleural": 7}, EFFUSION)
    assert not missed.hit
    (whole,) = asked({}, Region(1, 0.0, 0.0, 1.0, 1.0, "nodule or mass"))
    assert (whole.hit, whole.inside.mean()) == (True, 0.5)


def looks(cells: list[int], boxes: list[int], finding: str = "nodule or mass", count: int = 8) -> list[Pointed]:
    """Return looks at cells of a row where a box fills one cell each."""
    sites = np.stack([np.zeros(count, np.int64), np.zeros(count, np.int64), np.arange(count)], axis=1)
    return [Pointed(finding, at, np.arange(count) == box, sites) for at, box in zip(cells, boxes, strict=True)]


def test_figures_say_how_often_looks_dealt_out_to_other_records_do_as_well() -> None:
    figures = pointing_figures(looks([0, 1, 2, 3] * 5, [0, 1, 2, 3] * 5))
    assert (figures["findings"], figures["hits"], figures["area"]) == (20, 1.0, 1 / 8)
    assert figures["chance"] == pytest.approx(1 / 4, abs=0.02)
    assert figures["p"] == pytest.approx(1 / 1001)
    assert figures["by_finding"]["nodule or mass"] == {name: figures[name] for name in figures if name != "by_finding"}


def test_a_finding_that_is_always_looked_for_at_its_usual_place_is_chance() -> None:
    found = looks([3] * 20, [3] * 16 + [0, 1, 2, 4]) + looks([5] * 20, [5] * 20, "pleural effusion")
    figures = pointing_figures(found)
    assert (figures["hits"], figures["chance"], figures["p"]) == (0.9, pytest.approx(0.9), 1.0)


def test_looks_are_dealt_out_among_records_of_the_same_cells_alone() -> None:
    figures = pointing_figures(looks([0], [0]) + looks([1], [1], count=6))
    assert (figures["hits"], figures["chance"], figures["p"]) == (1.0, 1.0, 1.0)
