"""Networks of images learn to look where something is known to be."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from medtext_plugins.models.writers.findings import FindingHead
from medtext_plugins.models.writers.regions import cells_in_regions, looking_loss
from PIL import Image

from medtext.corpus.batch import Batch, Batcher
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Region, Task
from medtext.learn.loss import Objective
from medtext.plugin import ModelShape
from medtext.plugin.loading import load_registry

REGISTRY = load_registry(strict=True)
LABELS = ("device", "nodule or mass")
BLOB = Region(1, 0.25, 0.5, 0.375, 0.625, "nodule or mass")
SIZE = 128


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Two views, the second with something bright in a box."""
    paths = []
    for view in range(2):
        picture = Image.new("L", (SIZE, SIZE), 60)
        if view == BLOB.view:
            picture.paste(255, tuple(round(SIZE * side) for side in (BLOB.left, BLOB.top, BLOB.right, BLOB.bottom)))
        paths.append(tmp_path / f"{view}.png")
        picture.save(paths[-1])
    target = "Right nodule."
    return Record(id="1", images=tuple(paths), labels=("nodule or mass",), target=target, regions=(BLOB,))


def batch_of(records: list[Record], task: Task) -> Batch:
    cut = PatternTokenizer(lambda text: [(at, at + 1) for at in range(len(text))], min_records=1)
    batcher = Batcher(task, LABELS, Input.IMAGES, cut.fit(["Right nodule."]), image_size=SIZE)
    return batcher.batch(records, targets=True)


def made(name: str, task: Task, **options: Any) -> Any:
    torch.manual_seed(1)
    spec = REGISTRY.model(name)
    sizes: dict[str, Any] = {"channels": 16, "width": 32, "dropout": 0.0, "image_size": SIZE}
    shape = ModelShape(task, 40, len(LABELS), 512, SIZE, LABELS)
    return spec.build(shape, spec.options(**sizes | options)).eval()


def test_cells_that_a_region_touches_are_inside_those_of_its_name_and_view_alone() -> None:
    units = (torch.arange(4) + 0.5) / 4
    down, across = torch.meshgrid(units, units, indexing="ij")
    centres = torch.stack([across, down], 2).flatten(0, 1).expand(1, 2, -1, -1)
    small, other = Region(1, 0.26, 0.02, 0.27, 0.03, "device"), Region(0, 0.0, 0.0, 1.0, 1.0, "unknown")
    found = cells_in_regions([Record(id="1", regions=(small, other))], LABELS, centres, 0.25)
    assert found.nonzero().tolist() == [[0, 16 + 1, 0]]  # the second column of the first row, in the second view
    wide = replace(small, right=0.6, top=0.3, bottom=0.45, label="nodule or mass", view=0)
    found = cells_in_regions(
        [Record(id="1", regions=(wide,)), Record(id="2")], LABELS, centres.repeat(2, 1, 1, 1), 0.25
    )
    assert found.nonzero().tolist() == [[0, 5, 1], [0, 6, 1]]


def test_looking_costs_what_falls_beside_the_regions() -> None:
    looks = torch.tensor([[[0.5, 0.1], [0.25, 0.9], [0.25, 1e-9]]]).log() + 3.0
    inside = torch.tensor([[[True, False], [True, False], [False, False]]])
    assert float(looking_loss(looks, inside)) == pytest.approx(-math.log(0.75) / 2)  # the other name has no region
    far = torch.tensor([[[-90.0, 0.0], [-90.0, 0.0], [0.0, 0.0]]], requires_grad=True)
    loss = looking_loss(far, inside)
    loss.backward()
    assert loss.item() == pytest.approx((90 - math.log(2)) / 2)
    assert far.grad is not None
    assert far.grad[0, 2, 0] > 0.4  # however far away, it is drawn back


def test_regions_are_followed_where_images_are_moved(record: Record) -> None:
    model = made("image-cnn", Task.TAG, augment=1.0).train()
    batch = batch_of([record] * 32, Task.TAG)
    seen: list[torch.Tensor] = []
    model.places.eyes.encoder.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    model.embed(batch)
    inside = model.places.inside(batch.records, LABELS)[..., 1]
    cells = int(model.places.eyes.cells**0.5)
    side = SIZE // cells
    for row, image in enumerate(seen[0][1::2, 0]):
        bright = torch.nn.functional.avg_pool2d(image[None, None], side)[0, 0].flatten()
        assert inside[row, : cells * cells].sum() == 0
        assert inside[row, cells * cells :][bright.argmax()]
        assert inside[row].sum() <= 16  # the box is one cell wide: it touches few others, whichever way it was turned


@pytest.mark.parametrize(("name", "task"), [("image-cnn", Task.TAG), ("cnn-attention-gru", Task.GENERATE)])
def test_attention_is_drawn_into_the_regions_in_training_alone(name: str, task: Task, record: Record) -> None:
    batch = batch_of([record, replace(record, id="2", regions=None)], task)
    more = {} if task is Task.TAG else {"hidden": 32, "findings": 1.0}
    place = 1 if task is Task.TAG else FindingHead.looking().index("nodule or mass")

    def beside(model: Any, batch: Batch) -> float:
        embedded = model.embed(batch)
        with torch.no_grad():
            return float(model.tutor(embedded.vectors, embedded.mask, batch)[1])

    guided, free = (made(name, task, augment=0.0, regions=weight, **more) for weight in (1.0, 0.0))
    assert beside(guided, batch) == beside(free, batch)
    assert beside(guided.train(), batch) > beside(free.train(), batch)
    unknown = batch_of([replace(record, regions=None)] * 2, task)
    assert beside(guided, unknown) == pytest.approx(beside(free, unknown), rel=1e-5)
    objective = Objective(guided, task)
    optimizer = torch.optim.Adam(guided.parameters(), lr=3e-3)
    for _ in range(30):
        optimizer.zero_grad()
        objective(batch).backward()
        optimizer.step()
    embedded = guided.embed(batch)
    pool = guided.pool if task is Task.TAG else guided.findings.pool
    places = guided.places.placed(embedded.vectors, embedded.mask)
    shares = pool.looking(places, embedded.mask).softmax(1)[0, :, place].detach()
    inside = guided.places.inside(batch.records, LABELS)[0, :, 1]
    assert float(shares[inside].sum()) > 0.8
    assert inside.float().mean() < 0.1
