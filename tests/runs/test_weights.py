"""Weights come back as they were, or one line says why not."""

from pathlib import Path

import pytest
import torch
from torch import nn

from medtext.errors import RunError
from medtext.runs.weights import FILE, load_weights, save_weights


class Tied(nn.Module):
    """Reads and writes with one table."""

    def __init__(self) -> None:
        super().__init__()
        self.read = nn.Embedding(50, 8)
        self.write = nn.Linear(8, 50, bias=False)
        self.write.weight = self.read.weight
        self.register_buffer("count", torch.tensor(3))


def linear(inputs: int = 4, outputs: int = 2, *, bias: bool = True) -> nn.Module:
    return nn.Linear(inputs, outputs, bias=bias)


def saved(folder: Path) -> Path:
    """Write the weights of a small model."""
    save_weights(linear(), folder)
    return folder / FILE


def test_weights_survive_a_round_trip(tmp_path: Path) -> None:
    torch.manual_seed(1)
    model, other = linear(), linear()
    save_weights(model, tmp_path)
    load_weights(other, tmp_path)
    assert all(torch.equal(one, two) for one, two in zip(model.parameters(), other.parameters(), strict=True))


def test_tied_weights_are_written_once_and_stay_tied(tmp_path: Path) -> None:
    model, other = Tied(), Tied()
    save_weights(model, tmp_path)
    assert (tmp_path / FILE).stat().st_size < 2 * 50 * 8 * 4
    load_weights(other, tmp_path)
    assert torch.equal(other.read.weight, model.read.weight)
    assert other.write.weight is other.read.weight


def test_weights_that_lie_across_memory_are_saved(tmp_path: Path) -> None:
    model, other = linear(), linear()
    model.weight = nn.Parameter(torch.arange(8.0).reshape(4, 2).T)
    save_weights(model, tmp_path)
    load_weights(other, tmp_path)
    assert torch.equal(other.weight, torch.arange(8.0).reshape(4, 2).T)


def test_a_missing_file_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=rf"{FILE} is missing: train or import the run again$"):
        load_weights(linear(), tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.99])
def test_a_file_that_is_cut_is_an_error_of_one_line(tmp_path: Path, share: float) -> None:
    path = saved(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(RunError, match=rf"^{path} cannot be read \(.*\): train or import the run again$"):
        load_weights(linear(), tmp_path)


@pytest.mark.parametrize("model", [linear(5), linear(outputs=3), linear(bias=False), nn.Sequential(linear())])
def test_weights_of_another_shape_are_refused(tmp_path: Path, model: nn.Module) -> None:
    saved(tmp_path)
    before = [parameter.clone() for parameter in model.parameters()]
    with pytest.raises(RunError, match=r"cannot be read \(.*\): train or import the run again$") as caught:
        load_weights(model, tmp_path)
    assert "\n" not in str(caught.value)
    assert [parameter.shape for parameter in model.parameters()] == [each.shape for each in before]


def test_pickle_is_not_read(tmp_path: Path) -> None:
    torch.save(linear().state_dict(), tmp_path / FILE)
    with pytest.raises(RunError, match="cannot be read"):
        load_weights(linear(), tmp_path)
