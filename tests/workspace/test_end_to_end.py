"""Each kind of model goes through train, predict, evaluate and attribute."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch

from medtext.corpus.record import Record, Task
from medtext.errors import PluginError, RecordError
from medtext.explain.keywords import KeywordTable
from medtext.learn.watch import Silent
from medtext.plugin.registry import Registry
from medtext.runs.store import RunStore
from medtext.workspace.calibration import Calibration
from medtext.workspace.evaluation import evaluate, wrong_answers
from medtext.workspace.explaining import doubts, explainer_for
from medtext.workspace.ready import Ready, open_ready
from medtext.workspace.setup import Setup
from medtext.workspace.training import train_run

Trained = Callable[..., Ready]


@pytest.fixture
def trained(registry: Registry, tmp_path: Path) -> Trained:
    def train(
        source: Path, *, model: str, task: Task | None = None, options: tuple[str, ...] = (), **training: Any
    ) -> Ready:
        store = RunStore(tmp_path / "runs")
        setup = Setup.choose(
            registry, dataset="toy", source=source, model=model, task=task, options=options, training=training
        )
        run = train_run(registry, store, setup, device="cpu", watcher=Silent())
        return open_ready(registry, run, torch.device("cpu"))

    return train


def keywords(ready: Ready, records: list[Record], **choices: Any) -> dict[str, set[str]]:
    table = KeywordTable(0.5, labels=ready.labels)
    for explained in explainer_for(ready, **choices).explain(records):
        table.add(explained.attributions)
    return {label: {row.keyword for row in table.rows(label)[:2]} for label in ready.labels}


SUBJECTS = {"up": {"stomach", "ulcer"}, "down": {"colon", "polyp"}, "none": {"heart", "lung"}}


@pytest.mark.parametrize("model", ["toy-linear", "toy-curved", "text-cnn", "ngram-linear"])
def test_one_label_learns_its_words_and_the_table_names_them(
    trained: Trained, toy_source: Callable[..., Path], model: str
) -> None:
    ready = trained(toy_source(240), model=model, lr=0.02, epochs=12)
    records = ready.records()
    measured = evaluate(ready, ready.records(split="test"))
    assert measured["model"]["accuracy"] > 0.95
    assert measured["majority"]["accuracy"] < 0.7
    assert ("ngram-linear" in measured) == (model != "ngram-linear")
    assert keywords(ready, records) == SUBJECTS


def test_many_labels_are_given_and_explained_each_for_itself(trained: Trained, toy_source: Callable[..., Path]) -> None:
    ready = trained(toy_source(300, many=True), model="toy-linear", task=Task.TAG, epochs=25, lr=0.1)
    both = Record(id="1", text="the stomach and the colon")
    none = Record(id="2", text="the and was")
    found = list(explainer_for(ready).explain([both, none]))
    assert set(found[0].prediction.labels) == {"up", "down"}
    tops = {each.label: max(each.units, key=lambda unit: unit.score).text for each in found[0].attributions}
    assert tops == {"up": "stomach", "down": "colon"}
    assert found[1].prediction.labels == ()
    assert found[1].attributions == []
    measured = evaluate(ready, ready.records(split="test"))
    assert measured["model"]["macro_auc"] > 0.95


def test_a_writer_of_two_views_writes_and_every_word_points_at_the_grid(
    trained: Trained, toy_source: Callable[..., Path]
) -> None:
    ready = trained(toy_source(90, images=True), model="toy-grid-writer", task=Task.GENERATE, patience=60)
    records = ready.records(split="test")
    measured = evaluate(ready, records)
    assert measured["model"]["bleu_1"] > 0.9
    assert {"retrieval", "constant", "random", "shuffled"} <= set(measured)
    reliance = measured["model"]["reliance"]["bleu_4"]
    assert reliance["drop"] == pytest.approx(measured["model"]["bleu_4"] - reliance["shuffled"])
    (explained,) = explainer_for(ready).explain(records[:1])
    (word,) = explained.attributions
    assert word.label == explained.prediction.text == records[0].target
    assert (word.step, word.units) == (0, [])
    assert word.sites.tolist() == [[view, row, column] for view in (0, 1) for row in (0, 1) for column in (0, 1)]
    assert word.scores.sum() == pytest.approx(word.margin + word.gap, abs=1e-5)
    assert word.converged


def test_a_prefix_writer_writes_texts_from_texts_and_is_explained(
    trained: Trained, toy_source: Callable[..., Path]
) -> None:
    ready = trained(toy_source(120), model="toy-prefix-writer", task=Task.GENERATE)
    record = Record(id="1", text="the stomach was seen and the")
    (explained,) = explainer_for(ready).explain([record])
    assert explained.prediction.text == "up"
    assert max(explained.attributions[0].units, key=lambda unit: unit.score).text == "stomach"
    assert 0 < explained.attributions[0].probability <= 1


def test_a_model_without_gradients_is_explained_by_leaving_words_out(
    trained: Trained, toy_source: Callable[..., Path]
) -> None:
    ready = trained(toy_source(240), model="toy-centroids")
    assert evaluate(ready, ready.records(split="test"))["model"]["accuracy"] > 0.8
    (explained,) = explainer_for(ready).explain([Record(id="1", text="the colon")])
    (attribution,) = explained.attributions
    assert attribution.label == "down"
    assert max(attribution.units, key=lambda unit: unit.score).text == "colon"
    assert attribution.scores.sum() == pytest.approx(attribution.margin + attribution.gap, abs=1e-5)


def test_a_retrieval_writer_keeps_as_much_as_there_were_records(
    trained: Trained, toy_source: Callable[..., Path]
) -> None:
    ready = trained(toy_source(120), model="toy-retrieval", task=Task.GENERATE)
    records = ready.records(split="train")
    assert [each.text for each in ready.predictor.predict(records)] == [record.target for record in records]
    with pytest.raises(PluginError, match="writes without gradients"):
        list(explainer_for(ready).explain(records[:1]))


def test_batch_and_single_predictions_and_scores_agree(trained: Trained, toy_source: Callable[..., Path]) -> None:
    ready = trained(toy_source(120), model="text-cnn", options=("filters=16", "width=16"), epochs=3)
    records = ready.records(split="train")[:40]
    explainer = explainer_for(ready, which="all")
    together = list(explainer.explain(records))
    for record, each in zip(records, together, strict=True):
        (alone,) = explainer.explain([record])
        assert each.prediction.record == record
        assert alone.prediction.probabilities == pytest.approx(each.prediction.probabilities, abs=1e-5)
        for one, other in zip(alone.attributions, each.attributions, strict=True):
            assert one.scores == pytest.approx(other.scores, abs=1e-4)


def test_a_run_holds_no_record_text(trained: Trained, toy_source: Callable[..., Path]) -> None:
    source = toy_source(120)
    ready = trained(source, model="toy-linear", epochs=2)
    texts = [line.rpartition(";")[0] for line in source.read_text(encoding="utf-8").splitlines()]
    for file in ready.run.path.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(text.encode() in content for text in texts), f"{file.name} holds a record"
    # The last word of each text, its number, stands in one record only.
    assert "119" not in ready.run.read("tokenizer.json")["tokens"]


def test_wrong_answers_come_with_evidence_the_surest_first(trained: Trained, toy_source: Callable[..., Path]) -> None:
    ready = trained(toy_source(240), model="toy-linear", epochs=8)
    records = [
        Record(id="right", text="the colon", labels=("down",)),
        Record(id="sure", text="colon colon colon", labels=("up",)),
        Record(id="less", text="the colon", labels=("none",)),
    ]
    count, wrong = wrong_answers(ready, records, explainer_for(ready))
    assert count == 2
    assert [each.prediction.record.id for each in wrong] == ["sure", "less"]
    assert all(each.attributions[0].label == "down" for each in wrong)
    assert wrong_answers(ready, records, explainer_for(ready), most=0) == (2, [])


def test_a_label_never_seen_names_its_place(trained: Trained, toy_source: Callable[..., Path]) -> None:
    ready = trained(toy_source(120), model="toy-linear", epochs=2)
    stranger = Record(id="1", text="the colon", labels=("else",), place="new.csv:7")
    for ask in (
        lambda: evaluate(ready, [stranger]),
        lambda: list(explainer_for(ready, which="gold").explain([stranger])),
    ):
        with pytest.raises(RecordError, match=r"new\.csv:7: label 'else' is not one the run knows"):
            ask()


def test_words_beyond_the_models_length_are_left_out_of_leaving_out(
    trained: Trained, toy_source: Callable[..., Path]
) -> None:
    ready = trained(toy_source(240), model="toy-centroids", options=("max-length=3",))
    (explained,) = explainer_for(ready).explain([Record(id="1", text="the colon and stomach ulcer stomach")])
    (attribution,) = explained.attributions
    assert (attribution.label, attribution.truncated) == ("down", True)
    assert [unit.text for unit in attribution.units] == ["the", "colon", "and"]
    assert max(attribution.units, key=lambda unit: unit.score).text == "colon"


def test_texts_seen_in_training_are_told_apart(
    trained: Trained, toy_source: Callable[..., Path], tmp_path: Path
) -> None:
    ready = trained(toy_source(120), model="toy-linear", epochs=2)
    seen = ready.records(split="train")[0]
    new = Record(id="new", text="a text never seen", labels=("up",))
    assert ready.unseen([seen, new]) == [new]
    measured = evaluate(ready, [seen, new])
    assert (measured["model"]["records"], measured["unseen"]["model"]["records"]) == (2, 1)


def test_bf16_training_answers_in_float32(trained: Trained, toy_source: Callable[..., Path]) -> None:
    ready = trained(toy_source(120), model="text-cnn", options=("filters=8", "width=8"), epochs=2, precision="bf16")
    logits = ready.predictor.logits(ready.predictor.batcher.batch(ready.records(split="val")))
    assert logits.dtype is torch.float32
    assert all(parameter.dtype is torch.float32 for parameter in ready.predictor.model.parameters())


def test_balanced_classes_raise_the_rare_labels_recall(registry: Registry, tmp_path: Path) -> None:
    source = tmp_path / "rare.txt"
    # "maybe" says rare in one of four records: answering common is right more often, but finds no rare one.
    lines = [f"maybe x{n % 7} y{n % 5};{'rare' if n % 4 == 0 else 'common'}" for n in range(200)]
    source.write_text("\n".join(lines), encoding="utf-8")
    recalls = {}
    for weight in ("none", "balanced"):
        training = {"class_weight": weight, "epochs": 5}
        setup = Setup.choose(registry, dataset="toy", source=source, model="toy-linear", training=training)
        run = train_run(registry, RunStore(tmp_path / weight), setup, device="cpu", watcher=Silent())
        ready = open_ready(registry, run, torch.device("cpu"))
        recalls[weight] = evaluate(ready, ready.records(split="train"))["model"]["by_label"]["rare"]["recall"]
    assert recalls["none"] == 0.0
    assert recalls["balanced"] > 0.2


def test_where_answers_are_no_better_than_chance_nothing_is_evidence(
    trained: Trained, toy_source: Callable[..., Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = toy_source(240)
    ready = trained(source, model="toy-linear", lr=0.02, epochs=12)
    assert any(keywords(ready, ready.records(split="val")).values())
    calibration = Calibration.read(ready.run)
    assert calibration.informed
    assert explainer_for(ready).least == pytest.approx(calibration.highest["token"] / 3)
    assert doubts(ready) == []
    lines = source.read_text(encoding="utf-8").splitlines()
    texts, labels = zip(*(line.rsplit(";", 1) for line in lines), strict=True)
    shuffled = Random(5).sample(labels, len(labels))
    blind = tmp_path / "shuffled.txt"
    blind.write_text("".join(f"{text};{label}\n" for text, label in zip(texts, shuffled, strict=True)))
    ready = trained(blind, model="toy-linear", lr=0.02, epochs=12)
    assert "no more than chance" in caplog.text
    assert not Calibration.read(ready.run).informed
    for choices in ({}, {"magnitude": True}, {"method": "random"}):
        assert not any(keywords(ready, ready.records(split="val"), **choices).values())
    assert explainer_for(ready).settings["least"] == "inf"
    assert "no more than chance" in doubts(ready)[0]
