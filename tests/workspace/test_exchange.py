"""Encoders of transformers come in, and trained ones go out with equal logits; checkpoints are made here, tiny."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from medtext_plugins.tokenizers.pieces import PieceTokenizer
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import AutoModelForSequenceClassification, AutoTokenizer, BertTokenizer

from medtext.corpus.record import Record, Task
from medtext.corpus.vocabulary import MASK, UNKNOWN
from medtext.errors import OptionError, RunError
from medtext.plugin import ModelShape
from medtext.plugin.options import make_options
from medtext.plugin.registry import Registry
from medtext.runs.store import Run, RunStore
from medtext.workspace.exchange import export_network, import_network
from medtext.workspace.explaining import explainer_for
from medtext.workspace.ready import open_ready
from medtext.workspace.setup import Setup
from medtext.workspace.start import find_start
from medtext.workspace.training import train_run

CPU = torch.device("cpu")
# Special tokens stand where each kind has them: RoBERTa's padding has number 1.
USUAL = ["[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SHIFTED = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]", "[unused1]"]
SIGNS = [*"胃窦溃疡体糜烂结肠息肉直炎症镜下见余未异常，0123456789", "##0", "##1", "hp", "a", "##b"]
SIZES = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
KINDS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "albert": ("AlbertConfig", {"embedding_size": 12, "max_position_embeddings": 40}, USUAL),
    "bert": ("BertConfig", {"max_position_embeddings": 40}, USUAL),
    "electra": ("ElectraConfig", {"embedding_size": 12, "max_position_embeddings": 40}, USUAL),
    "roberta": ("RobertaConfig", {"max_position_embeddings": 42, "pad_token_id": 1}, SHIFTED),
}
TEXTS = ["镜下见胃窦溃疡，Hp 12 [SEP] ab", "结肠息肉", "胃", "余未见异常" * 9]


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def checkpoint(folder: Path, kind: str, head: str = "AutoModelForMaskedLM", **changes: Any) -> Path:
    """Save what a pretraining elsewhere would: weights drawn by chance, a tokenizer, a configuration."""
    name, sizes, special = KINDS[kind]
    vocabulary = [*special, *SIGNS]
    config = getattr(transformers, name)(vocab_size=len(vocabulary), **SIZES, **sizes, **changes)
    torch.manual_seed(1)
    getattr(transformers, head).from_config(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    BertTokenizer(vocab=str(folder / "vocab.txt"), model_max_length=40).save_pretrained(folder)
    return folder


def trained(registry: Registry, store: RunStore, folder: Path, init: Path) -> Run:
    chance = random.Random(2)
    words = {"胃": ("胃窦溃疡", "胃体糜烂"), "肠": ("结肠息肉", "直肠炎症")}
    rows = [f"镜下见{chance.choice(words[label])}{n},{label}" for n, label in enumerate(["胃", "肠"] * 40)]
    (folder / "records.csv").write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    start = find_start(registry, store, str(init))
    setup = Setup.choose(
        registry, dataset="table", source=folder / "records.csv", start=start, training={"epochs": 2, "lr": 1e-3}
    )
    return train_run(registry, store, setup, name="trained", device="cpu")


def logits(registry: Registry, run: Run) -> np.ndarray:
    predictor = open_ready(registry, run, CPU).predictor
    return predictor.logits(predictor.batcher.batch([Record(id=str(n), text=t) for n, t in enumerate(TEXTS)])).numpy()


def theirs(folder: Path) -> np.ndarray:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    rows = tokenizer(TEXTS, return_tensors="pt", padding=True, truncation=True)
    with torch.no_grad():
        return model(**rows).logits.numpy()


@pytest.mark.parametrize("kind", KINDS)
def test_an_encoder_comes_in_is_trained_and_goes_out_with_equal_logits(
    registry: Registry, store: RunStore, tmp_path: Path, kind: str
) -> None:
    origin = checkpoint(tmp_path / "origin", kind)
    run = trained(registry, store, tmp_path, origin)
    out = tmp_path / "out"
    out.mkdir()
    export_network(open_ready(registry, run, CPU), out)
    ours = logits(registry, run)
    # The long text is read in windows here and cut there: it is beside the point.
    assert np.abs(ours[:3] - theirs(out)[:3]).max() < 1e-6
    assert np.abs(ours[0] - ours[1]).max() > 1e-6, "texts must matter"
    config = transformers.AutoConfig.from_pretrained(out)
    assert (config.id2label, config.problem_type) == ({0: "肠", 1: "胃"}, "single_label_classification")
    back = import_network(registry, store, out, dataset="table", name="back")
    assert np.array_equal(logits(registry, back), ours)


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_tokenizer_reads_and_its_own_vectors_are_read(
    registry: Registry, store: RunStore, tmp_path: Path, kind: str
) -> None:
    origin = checkpoint(tmp_path / "origin", kind)
    start = find_start(registry, store, str(origin))
    tokenizer = registry.tokenizer("wordpiece").build(registry.tokenizer("wordpiece").options())
    tokenizer.load(start.pretrained.tokenizer)
    reference = AutoTokenizer.from_pretrained(origin)
    plain = [text.replace("[SEP]", "") for text in TEXTS]  # a report's "[SEP]" is text here, and a command there
    for text, encoding in zip(plain, tokenizer.encode(plain), strict=True):
        assert [tokenizer.order[number] for number in encoding.ids] == reference(text).input_ids
    name = next(name for name in start.pretrained.weights() if name.endswith("word_embeddings.weight"))
    table = start.pretrained.weights()[name]
    original = AutoModelForSequenceClassification.from_pretrained(origin).get_input_embeddings().weight
    assert torch.equal(table, original[tokenizer.order])
    assert start.pretrained.tokenizer_options == {"max_length": 40}
    assert (start.pretrained.labels, start.pretrained.task) == ((), None), "no head came along"


def test_an_import_of_many_labels_keeps_its_task_and_has_no_records_of_its_own(
    registry: Registry, store: RunStore, tmp_path: Path
) -> None:
    names = {0: "结节", 1: "积液", 2: "炎症"}
    origin = checkpoint(
        tmp_path / "origin",
        "bert",
        "AutoModelForSequenceClassification",
        id2label=names,
        problem_type="multi_label_classification",
    )
    ready = open_ready(registry, import_network(registry, store, origin, dataset="table", name="many"), CPU)
    assert (ready.task, ready.labels) == ("tag", ("结节", "积液", "炎症"))
    assert np.abs(logits(registry, ready.run)[1:3] - theirs(origin)[1:3]).max() < 1e-6
    with pytest.raises(RunError, match="was not trained here and has no records: name some by --source"):
        ready.records(split="test")
    (explained,) = explainer_for(ready, label="积液").explain([Record(id="1", text=TEXTS[1])])
    attribution = explained.attributions[0]
    assert attribution.scores.sum() == pytest.approx(attribution.margin + attribution.gap, abs=1e-6)
    assert attribution.converged


def test_what_cannot_be_started_from_is_told_in_a_line(
    registry: Registry, store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))

    def unreachable(*_: object, **__: object) -> None:
        raise ConnectionError("Name or service not known")

    monkeypatch.setattr("huggingface_hub.HfApi.model_info", unreachable)
    with pytest.raises(OptionError, match=r"^--init no/such: no run, no folder, and not to be had from the Hugging"):
        find_start(registry, store, "no/such")
    (tmp_path / "empty").mkdir()
    with pytest.raises(OptionError, match=r"empty: a folder without config.json: name a run, or a folder that tran"):
        find_start(registry, store, str(tmp_path / "empty"))
    with pytest.raises(OptionError, match="model 'text-cnn' starts from runs of its own only"):
        find_start(registry, store, str(tmp_path / "empty"), "text-cnn")
    origin = checkpoint(tmp_path / "origin", "bert")
    with pytest.raises(OptionError, match=r"an encoder without labels: train it by `medtext train --init"):
        import_network(registry, store, origin, dataset="table")
    (origin / "model.safetensors").write_bytes(b"cut")
    start = find_start(registry, store, str(origin))
    with pytest.raises(OptionError, match=r"^--init .*origin: no encoder that can be read \("):
        start.pretrained.weights()
    assert store.names() == []


def test_a_model_without_a_form_of_others_says_so(registry: Registry, store: RunStore, tmp_path: Path) -> None:
    rows = [f"胃{n},a" if n % 2 else f"肠{n},b" for n in range(80)]
    (tmp_path / "r.csv").write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    setup = Setup.choose(
        registry, dataset="table", source=tmp_path / "r.csv", model="ngram-linear", training={"epochs": 1}
    )
    run = train_run(registry, store, setup, name="plain", device="cpu")
    with pytest.raises(OptionError, match="model 'ngram-linear' has no form that other tools read"):
        export_network(open_ready(registry, run, CPU), tmp_path)


def test_code_that_comes_with_a_checkpoint_is_never_run(
    registry: Registry, store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = checkpoint(tmp_path / "origin", "bert")
    config = json.loads((origin / "config.json").read_text(encoding="utf-8"))
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.OwnConfig"}}
    (origin / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (origin / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass OwnConfig: pass\n", encoding="utf-8")
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    with pytest.raises(OptionError, match="no encoder that can be read"):
        find_start(registry, store, str(origin))
    assert not (tmp_path / "ran").exists()


def test_weights_as_pickle_are_not_read(registry: Registry, store: RunStore, tmp_path: Path) -> None:
    origin = checkpoint(tmp_path / "origin", "bert")
    torch.save({}, origin / "pytorch_model.bin")
    (origin / "model.safetensors").unlink()
    with pytest.raises(OptionError, match="a folder without weights as safetensors: save it by save_pretrained"):
        find_start(registry, store, str(origin)).pretrained.weights()


def test_an_import_is_whole_or_not_there(registry: Registry, store: RunStore, tmp_path: Path) -> None:
    origin = checkpoint(tmp_path / "origin", "bert", "AutoModelForSequenceClassification")
    weights = {
        name: value for name, value in load_file(origin / "model.safetensors").items() if "classifier" not in name
    }
    save_file(weights, origin / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(OptionError, match=r"network.classifier.bias is missing: it was not trained to its end"):
        import_network(registry, store, origin, dataset="table")
    one = checkpoint(tmp_path / "one", "bert", "AutoModelForSequenceClassification", num_labels=1)
    with pytest.raises(OptionError, match="its head gives one number, no labels"):
        import_network(registry, store, one, dataset="table")
    many = checkpoint(
        tmp_path / "many", "bert", "AutoModelForSequenceClassification", problem_type="multi_label_classification"
    )
    with pytest.raises(OptionError, match="--task tag: dataset 'gi-records' serves classify"):
        import_network(registry, store, many, dataset="gi-records")
    assert store.names() == []


def test_dropout_may_be_changed_and_sizes_may_not(registry: Registry, store: RunStore, tmp_path: Path) -> None:
    start = find_start(registry, store, str(checkpoint(tmp_path / "origin", "bert")))
    spec = registry.model("albert")
    shape = ModelShape(Task.CLASSIFY, 40, 2, 40)
    model = spec.build(shape, make_options(spec.options, {**start.pretrained.options, "dropout": "0.3"}, owner="x"))
    assert {each.p for each in model.modules() if isinstance(each, torch.nn.Dropout)} == {0.3}
    with pytest.raises(OptionError, match="what --init names says the sizes: leave them out"):
        make_options(spec.options, {**start.pretrained.options, "layers": "7"}, owner="x")


def test_special_pieces_of_sentencepiece_are_text_in_a_text() -> None:
    pieces = [("<pad>", 0.0), ("<unk>", 0.0), ("[CLS]", 0.0), ("[SEP]", 0.0), ("[MASK]", 0.0)]
    backend = Tokenizer(models.Unigram([*pieces, *((sign, -1.0) for sign in "▁lung[]SEP")], unk_id=1))
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    state = {"tokenizer": json.loads(backend.to_str()), "special": [0, 1, 2, 3, 4]}
    tokenizer = PieceTokenizer().load(state)
    (encoding,) = tokenizer.encode(["lung[SEP]lung  "])
    assert (encoding.ids[1:-1] > MASK).sum() + (encoding.ids[1:-1] == UNKNOWN).sum() == len(encoding) - 2
    assert encoding.special.tolist() == [True, *[False] * (len(encoding) - 2), True]
    real = ~encoding.special
    assert (encoding.starts[real] < encoding.ends[real]).all()
    assert encoding.ends.max() <= len("lung[SEP]lung  ")
