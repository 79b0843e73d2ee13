"""Encoders of timm are begun with: by name or from a folder, and a run needs neither again."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from medtext_plugins.models.checkpoint import checkpoint_file
from PIL import Image
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from medtext.cli import app
from medtext.corpus.record import Task
from medtext.errors import OptionError
from medtext.plugin import ModelShape
from medtext.plugin.loading import load_registry

try:
    import timm
except (ImportError, RuntimeError, AttributeError) as error:
    timm, WHY = None, f"timm cannot be imported ({' '.join(str(error).split())})"
else:
    WHY = ""

REGISTRY = load_registry(strict=True)
WRITER = REGISTRY.model("cnn-attention-gru")
SMALL = {"width": 32, "hidden": 32, "heads": 4}
MEAN, DEVIATION = (0.3, 0.4, 0.5), (0.2, 0.3, 0.4)
NAME = "test_resnet.r160_in1k"
needs_timm = pytest.mark.skipif(bool(WHY), reason=WHY)


def saved(folder: Path, architecture: str, **arguments: Any) -> Path:
    """Write a model of timm as it keeps them on the hub, its weights drawn by chance."""
    from timm.models import save_for_hf

    torch.manual_seed(3)
    save_for_hf(timm.create_model(architecture, **arguments), str(folder), safe_serialization=True)
    return folder


def changed(folder: Path, **changes: Any) -> Path:
    """Let the ``config.json`` of a folder say something else."""
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    return folder


def adopted(origin: Path | str) -> Any:
    assert WRITER.adopt is not None
    return WRITER.adopt(str(origin))


def writer(options: Any, *, image_size: int) -> Any:
    chosen = WRITER.options(**{**SMALL, **options, "image_size": image_size})
    return WRITER.build(ModelShape(Task.GENERATE, 10, 0, 512, image_size), chosen).eval()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small residual network of timm, trained on colours whose mean and deviation are its own."""
    config = {"mean": MEAN, "std": DEVIATION}
    return saved(tmp_path / "saved", NAME, pretrained_cfg_overlay=config)


@needs_timm
def test_its_features_are_those_of_timm_and_what_builds_it_stands_in_the_options(folder: Path) -> None:
    network = timm.create_model(NAME)
    network.load_state_dict(load_file(folder / "model.safetensors"))
    pretrained = adopted(folder)
    weights = pretrained.weights()
    model = writer(pretrained.options, image_size=64)
    encoder = model.places.eyes.encoder
    own = {f"places.eyes.encoder.{name}" for name, value in encoder.state_dict().items() if value.is_floating_point()}
    assert set(weights) == own
    assert all(name.startswith(WRITER.encoder) for name in own)
    model.load_state_dict(weights, strict=False)
    grey = torch.rand(2, 1, 64, 64)
    colours = torch.cat([(grey - mean) / deviation for mean, deviation in zip(MEAN, DEVIATION, strict=True)], 1)
    with torch.no_grad():
        assert torch.allclose(encoder(grey), network.eval().forward_features(colours), atol=1e-5)
    shutil.rmtree(folder)
    again = writer(pretrained.options, image_size=64)
    again.load_state_dict(model.state_dict())
    assert torch.equal(again.places.eyes.encoder(grey), encoder(grey))


@needs_timm
def test_gradients_reach_the_pixels(folder: Path) -> None:
    encoder = writer(adopted(folder).options, image_size=64).places.eyes.encoder
    pixels = torch.rand(2, 1, 64, 64, requires_grad=True)
    (gradient,) = torch.autograd.grad(encoder(pixels).square().sum(), pixels)
    assert (gradient.abs().sum((1, 2, 3)) > 0).all()


@needs_timm
@pytest.mark.parametrize(("size", "side"), [(128, 2), (304, 8)])
def test_the_cells_of_inception_are_counted_at_sizes_that_are_none_of_its_own(
    size: int, side: int, tmp_path: Path
) -> None:
    options = adopted(saved(tmp_path, "inception_v3")).options
    assert json.loads(options["backbone"])["mean"] == [0.5, 0.5, 0.5]
    eyes = writer(options, image_size=size).places.eyes
    assert (eyes.cells, eyes.encoder.channels) == (side**2, 2048)
    with pytest.raises(OptionError, match="-o image-size=96 leaves the encoder one cell to look at: choose a greater"):
        writer(options, image_size=96)


@needs_timm
def test_a_grid_whose_channels_come_last_is_turned_and_a_size_that_is_fixed_comes_along(tmp_path: Path) -> None:
    sizes = {"embed_dim": 16, "depths": (1, 1), "num_heads": (2, 2), "img_size": 64, "window_size": 4}
    pretrained = adopted(saved(tmp_path, "swin_tiny_patch4_window7_224", **sizes))
    assert pretrained.options["image_size"] == 64
    encoder = writer(pretrained.options, image_size=64).places.eyes.encoder
    assert encoder(torch.rand(1, 1, 64, 64)).shape == (1, encoder.channels, 8, 8)
    assert encoder.channels == 32


@needs_timm
def test_a_network_of_one_colour_gets_one(tmp_path: Path) -> None:
    config = {"mean": MEAN, "std": DEVIATION}
    options = adopted(saved(tmp_path, NAME, in_chans=1, pretrained_cfg_overlay=config)).options
    described = json.loads(options["backbone"])
    assert (described["mean"], described["std"]) == (pytest.approx([0.4]), pytest.approx([0.3]))
    assert writer(options, image_size=64).places.eyes.encoder(torch.rand(1, 1, 64, 64)).shape[0] == 1


@needs_timm
def test_a_config_of_the_older_form_is_read(folder: Path) -> None:
    new = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    old = {"architecture": new["architecture"], "num_classes": 1000, **new["pretrained_cfg"]}
    before = adopted(folder).options
    (folder / "config.json").write_text(json.dumps(old), encoding="utf-8")
    assert adopted(folder).options == before


@needs_timm
def test_a_name_of_timm_is_read_from_the_cache_of_the_hub(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "hub" / f"models--timm--{NAME}"
    commit = "0" * 40
    (cache / "refs").mkdir(parents=True)
    (cache / "refs" / "main").write_text(commit)
    (cache / "snapshots" / commit).mkdir(parents=True)
    shutil.copy(folder / "model.safetensors", cache / "snapshots" / commit)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    named = adopted(f"timm:{NAME}")
    assert json.loads(named.options["backbone"])["architecture"] == "test_resnet"
    weights, expected = named.weights(), adopted(folder).weights()
    assert weights.keys() == expected.keys()
    assert all(torch.equal(weights[name], expected[name]) for name in weights)


@needs_timm
@pytest.mark.parametrize(
    ("name", "said"),
    [
        (NAME, "its weights are not here, and timm/test_resnet.r160_in1k is not to be had from the Hugging Face hub"),
        ("resnet-50", "knows no 'resnet-50': did you mean 'resnet50' or "),
        ("resnet50.nobody", "knows no 'resnet50.nobody': did you mean 'resnet50."),
        ("???", r"timm.list_pretrained\(\) lists what it knows"),
        ("test_vit", "'test_vit' of timm gives no grid of places"),
    ],
)
def test_a_name_that_cannot_be_begun_with_is_told_in_one_line(
    name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise ConnectionError("no network\nhere")

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", unreachable)
    with pytest.raises(OptionError, match=said) as caught:
        adopted(f"timm:{name}")
    assert str(caught.value).startswith(f"--init timm:{name}: ")
    assert str(caught.value).count("--init") == str(caught.value).count("\n") + 1 == 1


@needs_timm
def test_a_folder_that_cannot_be_begun_with_is_told_in_one_line(folder: Path, tmp_path: Path) -> None:
    def refused(origin: Path) -> str:
        with pytest.raises(OptionError) as caught:
            adopted(origin).weights()
        line = str(caught.value)
        assert line.startswith(f"--init {origin}: ")
        assert line.count("--init") == line.count("\n") + 1 == 1
        return line

    assert "gives no grid of places" in refused(saved(tmp_path / "vit", "test_vit"))
    assert "knows no 'test_resne': did you mean 'test_resnet'" in refused(changed(folder, architecture="test_resne"))
    # No argument opens another file, or the network.
    for arguments in ({"checkpoint_path": "other.bin"}, {"pretrained": True}, {"nonsense": 1}):
        assert "TypeError" in refused(changed(folder, architecture="test_resnet", model_args=arguments))
    assert "knows no 'hf-hub:timm/resnet18.a1_in1k'" in refused(
        changed(folder, architecture="hf-hub:timm/resnet18.a1_in1k", model_args={})
    )
    changed(folder, architecture="test_resnet")
    weights = load_file(folder / "model.safetensors")
    save_file(
        {name: value for name, value in weights.items() if name != "conv1.0.weight"}, folder / "model.safetensors"
    )
    assert "conv1.0.weight is missing there, and [" in refused(folder)
    save_file(weights | {"conv1.0.weight": torch.zeros(2)}, folder / "model.safetensors")
    assert "conv1.0.weight is [2] there, and [" in refused(folder)
    (folder / "model.safetensors").write_bytes(b"{}")
    assert "save it again by timm" in refused(folder)
    # A pickle is not opened, whatever it holds.
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "a folder without model.safetensors: save it by timm" in refused(folder)


@needs_timm
def test_a_run_begins_with_it_and_opens_when_the_folder_is_gone(folder: Path, tmp_path: Path) -> None:
    rows = ["image,label,target,id"]
    for number in range(20):
        Image.effect_noise((32, 32), 9 + 60 * (number % 2)).save(tmp_path / f"{number}.png")
        rows.append(
            f"{number}.png,{'rough' if number % 2 else 'even'},all {'rough' if number % 2 else 'even'} .,{number}"
        )
    (tmp_path / "table.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    runner = CliRunner(env={"MEDTEXT_RUNS": str(tmp_path / "runs")})
    chosen = ["train", "--dataset", "table", "--source", str(tmp_path / "table.csv"), "-o", "image=image"]
    chosen += ["-o", "image-size=64", "-o", "width=16", "--epochs", "1", "--batch-size", "4", "--init"]
    labels = [*chosen, str(folder), "--model", "image-cnn", "-o", "label=label", "--run", "labels"]
    begun = runner.invoke(app, labels)
    assert begun.exit_code == 0, begun.stderr
    shutil.rmtree(folder)
    writes = [*chosen, "labels", "--model", "cnn-lstm", "--task", "generate", "-o", "target=target", "--run", "writes"]
    begun = runner.invoke(app, writes)
    assert begun.exit_code == 0, begun.stderr
    assert "started from" in begun.stderr
    written = runner.invoke(app, ["generate", str(tmp_path / "1.png"), "--run", "writes"])
    assert written.exit_code == 0, written.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, r"no timm here: pip install 'medtext\[vision\]'"),
        ("import torchvision_of_nobody", r"no torchvision_of_nobody here: pip install 'medtext\[vision\]'"),
        ("raise RuntimeError('operator torchvision::nms\\ndoes not exist')", "cannot be imported .*nms does not exist"),
    ],
)
def test_where_timm_cannot_be_imported_one_line_says_what_to_install(
    content: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "timm"]:
        monkeypatch.delitem(sys.modules, name)
    if content is None:
        monkeypatch.setitem(sys.modules, "timm", None)  # type: ignore[arg-type]
    else:
        (tmp_path / "timm.py").write_text(content)
        monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "config.json").write_text('{"architecture": "resnet18"}')
    (tmp_path / "model.safetensors").touch()
    for origin in ("timm:resnet18", str(tmp_path)):
        with pytest.raises(OptionError, match=said) as caught:
            adopted(origin)
        assert str(caught.value).startswith(f"--init {origin}: an encoder of timm, ")
    with pytest.raises(OptionError, match=said):  # nor does a run open
        writer({"backbone": '{"architecture": "resnet18"}'}, image_size=32)


def test_models_that_read_texts_do_not_take_an_encoder_of_timm() -> None:
    adopt = REGISTRY.model("albert").adopt
    assert adopt is not None
    with pytest.raises(OptionError, match=r"^--init timm:resnet18: encoders of timm read images: name a model"):
        adopt("timm:resnet18")


def test_a_file_that_the_hub_does_not_keep_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Listed:
        siblings = ()

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", lambda *_, **__: Listed())
    with pytest.raises(OptionError, match=r"^a/b on the Hugging Face hub has no model\.safetensors"):
        checkpoint_file("a/b", "model.safetensors")
