"""What regularises is what the papers say, on a model whose gradients are known on paper."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from medtext.corpus.batch import Batch
from medtext.corpus.record import Record, Task
from medtext.errors import OptionError
from medtext.learn.loss import Objective
from medtext.learn.schedule import learning_rate
from medtext.learn.train import TrainOptions


class Summed(nn.Module):
    """The logits are the vectors' sums over the text: d(loss)/d(vector) = probabilities - truth, at every token."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.tensor([[0.0, 0.0], [1.0, -1.0], [0.5, 2.0]]))

    def embed(self, batch: Batch) -> SimpleNamespace:
        return SimpleNamespace(vectors=self.table[batch.inputs], mask=batch.mask)

    def baseline(self, batch: Batch) -> Tensor:
        return torch.zeros(*batch.inputs.shape, 2)

    def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
        return (vectors * mask[..., None]).sum(1)


BATCH = Batch(
    tuple(Record(id=str(n)) for n in range(2)),
    torch.tensor([[1, 2], [2, 0]]),
    torch.tensor([[True, True], [True, False]]),
    targets=torch.tensor([0, 1]),
)


def by_hand() -> tuple[list[float], list[float]]:
    """The losses of both records, and the length of the gradient at one token."""
    logits = [(1.5, 1.0), (0.5, 2.0)]
    chances = [1 / (1 + math.exp(b - a)) for a, b in logits]
    truth = [chances[0], 1 - chances[1]]
    return [-math.log(p) for p in truth], [(1 - p) * math.sqrt(2) for p in truth]


def test_the_penalty_is_half_the_squared_gradient_of_each_record() -> None:
    losses, gradients = by_hand()
    # The first record has two tokens with that gradient, the second one.
    squared = [2 * gradients[0] ** 2, gradients[1] ** 2]
    expected = sum(losses) / 2 + 0.7 / 2 * sum(squared) / 2
    loss = Objective(Summed(), Task.CLASSIFY, gradient_penalty=0.7)(BATCH)
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_the_adversary_moves_each_record_so_far_where_its_loss_rises_fastest() -> None:
    losses, _ = by_hand()
    # A step along the gradient, spread over n tokens, moves the difference of the logits by sqrt(2 n) of its length.
    moved = [(0.5 - 0.3 * math.sqrt(2 * 2)), (1.5 - 0.3 * math.sqrt(2 * 1))]
    worse = [math.log(1 + math.exp(-difference)) for difference in moved]
    expected = sum(losses) / 2 + sum(worse) / 2
    loss = Objective(Summed(), Task.CLASSIFY, adversarial=0.3)(BATCH)
    assert loss.item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("chosen", [{"gradient_penalty": 0.7}, {"adversarial": 0.3}])
def test_a_record_in_windows_is_regularised_as_one(chosen: dict[str, float]) -> None:
    # Two windows of a record: their logits' mean is what is lowered, their vectors are the record's.
    two = Batch(
        (Record(id="0"),),
        torch.tensor([[1], [2]]),
        torch.tensor([[True], [True]]),
        targets=torch.tensor([0]),
        owners=torch.tensor([0, 0]),
    )
    chance = 1 / (1 + math.exp(0.75 - 0.5))  # the means of (1, -1) and (0.5, 2) are 0.75 and 0.5: their softmax
    chance = 1 - chance
    loss = -math.log(chance)
    # Each window's vectors have half of the gradient (p - 1, 1 - p).
    gradient = (1 - chance) * math.sqrt(2) / 2
    if "gradient_penalty" in chosen:
        expected = loss + 0.7 / 2 * 2 * gradient**2
    else:
        # A step spread over two windows moves each by 0.3 / sqrt(2), and the mean's difference by sqrt(2) times that.
        expected = loss + math.log(1 + math.exp(-(0.25 - 0.3)))
    found = Objective(Summed(), Task.CLASSIFY, **chosen)(two).item()
    assert found == pytest.approx(expected, rel=1e-5)


def test_many_labels_are_penalised_by_the_gradient_of_their_mean() -> None:
    batch = Batch((Record(id="0"),), torch.tensor([[1]]), torch.tensor([[True]]), targets=torch.tensor([[1.0, 0.0]]))
    model = Summed()
    plain = Objective(model, Task.TAG)(batch)
    (gradient,) = torch.autograd.grad(plain, model.table)
    found = Objective(model, Task.TAG, gradient_penalty=0.7)(batch).item()
    assert found == pytest.approx(plain.item() + 0.35 * float(gradient.square().sum()), rel=1e-5)


def test_validation_is_not_regularised() -> None:
    objective = Objective(Summed(), Task.CLASSIFY, adversarial=0.3, gradient_penalty=1.0)
    trained = objective(BATCH).item()
    assert objective.eval()(BATCH).item() == pytest.approx(sum(by_hand()[0]) / 2, rel=1e-5)
    assert trained > objective(BATCH).item()


@pytest.mark.parametrize("regulariser", ["adversarial", "gradient_penalty"])
def test_weights_learn_from_what_regularises(regulariser: str) -> None:
    plain, other = Summed(), Summed()
    Objective(plain, Task.CLASSIFY)(BATCH).backward()
    Objective(other, Task.CLASSIFY, **{regulariser: 1.0})(BATCH).backward()
    assert not torch.allclose(plain.table.grad, other.table.grad)
    assert torch.isfinite(other.table.grad).all()


def test_corners_of_the_learning_rate_are_met() -> None:
    corners = ((1000, 1.0), (2000, 0.1))
    rates = [learning_rate(step, 9999, peak=1e-4, corners=corners) for step in (499, 999, 1499, 1999, 5000)]
    assert rates == pytest.approx([0.5e-4, 1e-4, 0.55e-4, 0.1e-4, 0.1e-4])


@pytest.mark.parametrize(
    "wrong",
    [
        {"schedule": ((10, 1.0), (5, 0.1))},
        {"schedule": ((0, 1.0),)},
        {"schedule": ((5, 1.5),)},
        {"adversarial": -1.0},
        {"gradient_penalty": math.inf},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(OptionError, match=r"--(schedule|adversarial|gradient-penalty)"):
        TrainOptions(**wrong)
