"""Planted truth: how much of the evidence that is known keyword tables find, and how much else they hold.

Run from the project's folder: ``python reports/planted/benchmark.py --help``. Every part that is run is kept in
``figures.json``, and README.md beside it is written anew from all that are there.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

HERE = Path(__file__).parent
KINDS = ("single-cue", "conjunction", "negated-cue", "position", "decoy", "shortcut", "none")
LANGUAGES = ("zh", "en")
DEFAULT_METHOD = "integrated-gradients"
MODELS: dict[str, dict[str, Any]] = {
    # A linear model of n-grams needs more texts: most n-grams of a text stand in few others.
    "ngram-linear": {"tokenizer": "words", "options": ("longest=2",), "training": {"epochs": 20}, "texts": 4},
    # A character is a token in Chinese, so that words have to be put together from what the network saw.
    "text-cnn": {"tokenizer": {"zh": "characters", "en": "words"}, "training": {"epochs": 12}},
    # From scratch it learns no negation from so few texts: it first guesses hidden words of others, without labels.
    "albert": {
        "options": ("layers=2", "hidden=128", "heads=4", "intermediate=256", "embedding=64"),
        "pretraining": {"epochs": 8, "lr": 2e-3, "precision": "bf16"},
        "training": {"epochs": 16, "lr": 5e-4, "precision": "bf16", "patience": 20},
        "kinds": {"negated-cue": {"texts": 2, "training": {"epochs": 24}}, "conjunction": {"texts": 2}},
        "read": 250,
    },
}
"""How each model is trained; ``texts`` says how many times as many as ``--size``, ``read`` how many of the split are explained, ``kinds`` what is other for one kind."""


def main() -> None:
    """Train, explain, measure and write down what was asked for."""
    asked = _arguments()
    from medtext.plugin.loading import load_registry

    registry = load_registry()
    for language in asked.language or LANGUAGES:
        for kind in asked.kind or KINDS:
            for model in asked.model or MODELS:
                ready = trained(registry, asked, kind, language, model)
                starts = ("pad", "mask") if model == "albert" else ()
                ways = {f"{model} [{start.upper()}]": beginning_at(ready, start) for start in starts} or {model: ready}
                for method in asked.method or [DEFAULT_METHOD]:
                    for name, each in ways.items():
                        line = {"model": name, **measure(each, asked, kind, language, method)}
                        print(json.dumps(_rounded(line), ensure_ascii=False), flush=True)
                        keep(asked.figures, line)
    if not asked.quick:
        (asked.figures.parent / "README.md").write_text(page(asked.figures), encoding="utf-8")


def trained(registry: Any, asked: argparse.Namespace, kind: str, language: str, model: str) -> Any:
    """Return a model that is ready for use: trained now, or before."""
    import torch

    from medtext.runs.store import RunStore
    from medtext.workspace.ready import open_ready
    from medtext.workspace.setup import Setup
    from medtext.workspace.training import train_run

    store = RunStore(asked.runs)
    chosen = MODELS[model]
    special = chosen.get("kinds", {}).get(kind, {})
    chosen = {**chosen, **special, "training": {**chosen["training"], **special.get("training", {})}}
    size = asked.size * chosen.get("texts", 1)
    name = f"{kind}-{language}-{model}-{size}-{asked.seed}"
    tokenizer = chosen.get("tokenizer")
    if asked.replace or name not in store.names():
        start = pretrained(registry, store, asked, language, model) if "pretraining" in chosen else None
        setup = Setup.choose(
            registry,
            dataset="planted",
            model=model,
            tokenizer=tokenizer[language] if isinstance(tokenizer, dict) else tokenizer,
            options=(
                f"kind={kind}",
                f"language={language}",
                f"size={size}",
                *(() if start else chosen.get("options", ())),
            ),
            training={
                **chosen["training"],
                "seed": asked.seed,
                # What goes with the label in train only makes val worse before it gets better.
                **({"patience": 20} if kind == "shortcut" else {}),
                **({"epochs": 4} if asked.quick else {}),
            },
            start=start,
        )
        train_run(
            registry, store, setup, name=name, device="cpu", replace_run=asked.replace or name in store.unfinished()
        )
    return open_ready(registry, store.open(name), torch.device("cpu"))


def pretrained(registry: Any, store: Any, asked: argparse.Namespace, language: str, model: str) -> Any:
    """Return a start that has guessed hidden words of texts of all kinds: other ones than those with labels."""
    from medtext_plugins.datasets.planted import Options, read

    from medtext.workspace.pretraining import Pretraining, pretrain_run
    from medtext.workspace.start import find_start

    name = f"{model}-pretrained-{language}"
    if name not in store.names():
        source = registry.dataset("planted").sample
        file = asked.runs / f"{language}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        kinds = [
            Options(kind=kind, language=language, size=1200, seed=10_000 + at, fillers=1)
            for at, kind in enumerate(KINDS)
        ]
        file.write_text(
            "".join(f"{each.text}\n" for options in kinds for each in read(source, options)), encoding="utf-8"
        )
        chosen = MODELS[model]
        training = {**chosen["pretraining"], **({"epochs": 1} if asked.quick else {})}
        setup = Pretraining.choose(registry, [file], model=model, options=chosen["options"], training=training)
        pretrain_run(registry, store, setup, name=name, device="cpu", replace_run=name in store.unfinished())
    return find_start(registry, store, name, model)


def beginning_at(ready: Any, baseline: str) -> Any:
    """Return the same model, explained from one token or the other; the floor is that of the run."""
    from dataclasses import replace

    from medtext.learn.predict import frozen
    from medtext.runs.weights import load_weights
    from medtext.workspace.ready import make_model
    from medtext.workspace.setup import Chosen

    options = replace(ready.setup.model.options, baseline=baseline)
    setup = replace(ready.setup, model=Chosen(ready.setup.model.name, options))
    model = make_model(ready.registry, setup, ready.predictor.batcher)
    load_weights(model, ready.run.path)
    predictor = replace(ready.predictor, model=frozen(model, ready.predictor.device))
    return replace(ready, setup=setup, predictor=predictor)


def measure(ready: Any, asked: argparse.Namespace, kind: str, language: str, method: str) -> dict[str, Any]:
    """Explain the unseen split and compare with the truth."""
    from medtext_data.planted.measure import Measures
    from medtext_data.planted.truth import truth_of

    from medtext.explain.keywords import KeywordTable
    from medtext.workspace.explaining import explainer_for

    truth = truth_of(_recipe(ready, language), kind)
    records = ready.records(split=asked.split)[: MODELS[ready.setup.model.name].get("read")]
    more = {} if method == DEFAULT_METHOD else {"method": method}
    explainer = explainer_for(ready, tolerance=asked.tolerance, **more)
    table, measures = KeywordTable(asked.threshold, labels=ready.labels), Measures(truth)
    began = time.perf_counter()
    explained = list(explainer.explain(records))
    took = time.perf_counter() - began
    for each in explained:
        table.add(each.attributions)
        for found in _found(each, asked.threshold):
            measures.add(found)
    right = sum(each.prediction.labels == each.prediction.record.labels for each in explained)
    return {
        "kind": kind,
        "language": language,
        "method": method,
        "texts": ready.setup.dataset.options.size,
        "seed": asked.seed,
        "split": asked.split,
        "records": len(records),
        "threshold": asked.threshold,
        "tolerance": asked.tolerance,
        "accuracy": right / len(records),
        **measures.figures(),
        "without_evidence": table.without_evidence,
        "unconverged": table.unconverged,
        "table_rows": len(table.rows()),
        "noise": noise(explained, truth.other),
        "shortcut_use": shortcut_use(ready, explained, truth),
        "training_s": round(sum(line["seconds"] for line in ready.run.lines("history.jsonl")), 1),
        "explaining_s": round(took, 1),
        "made_by": made_by(),
    }


def noise(explained: list[Any], other: str) -> dict[str, Any]:
    """Return how high the highest score of a text is, with evidence and without, beside the margin: in logits."""
    import numpy as np

    def tops(empty: bool) -> list[float]:
        return [
            float(each.attributions[0].scores.max())
            for each in explained
            if bool(each.prediction.record.rationales) != empty and each.attributions[0].scores.size
        ]

    margins = np.abs([each.attributions[0].margin for each in explained])
    quantiles = {"median": 0.5, "p5": 0.05, "p95": 0.95}
    made: dict[str, Any] = {
        "median margin": float(np.median(margins)),
        # Infinite where the model knows nothing: JSON has no name for that.
        "floor": floor if math.isfinite(floor := explained[0].attributions[0].least) else None,
    }
    for name, values in (("evidence", tops(empty=False)), ("empty", tops(empty=True))):
        if values:
            made[name] = {key: float(np.quantile(values, at)) for key, at in quantiles.items()}
    said_other = [each.attributions[0].margin for each in explained if each.prediction.label == other]
    if said_other:
        made["margin of other"] = float(np.median(said_other))
    return made


def shortcut_use(ready: Any, explained: list[Any], truth: Any) -> dict[str, float] | None:
    """Return how often a machine's name turns the answer to its label, and how often heat maps show it."""
    from dataclasses import replace

    if not truth.shortcuts:
        return None
    turned = told = asked = 0
    for label, name in truth.shortcuts.items():
        changed, before = [], []
        for each in explained:
            record = each.prediction.record
            start, end = _stretches(record.meta["shortcut"])[0]
            if each.prediction.label != label:
                changed.append(replace(record, text=record.text[:start] + name + record.text[end:]))
                before.append(each)
        for prediction in ready.predictor.predict(changed):
            asked += 1
            turned += prediction.label == label
    carriers = 0
    for each in explained:
        own = truth.shortcuts.get(each.prediction.label)
        for found in _found(each, 0.2):
            for start, end in found.shortcuts:
                if found.text[start:end] == own:
                    carriers += 1
                    told += any(at < end and start < stop for at, stop in found.spans)
    return {"answers turned": turned / asked, "shown where it goes with the answer": told / max(1, carriers)}


def _found(each: Any, threshold: float) -> Iterator[Any]:
    from medtext_data.planted.measure import Found

    from medtext.explain.spans import find_spans

    record = each.prediction.record
    for attribution in each.attributions:
        yield Found(
            text=record.text,
            label=attribution.label,
            gold=record.labels[0],
            spans=[(span.start, span.end) for span in find_spans(attribution, threshold)],
            evidence=[(mark.start, mark.end) for mark in record.rationales],
            decoys=_stretches(record.meta["decoy"]),
            shortcuts=_stretches(record.meta["shortcut"]),
            idle=_stretches(record.meta["idle"]),
        )


def _stretches(text: str) -> list[tuple[int, int]]:
    pairs = (pair.split("-") for pair in text.split(",") if pair)
    return [(int(start), int(end)) for start, end in pairs]


def _recipe(ready: Any, language: str) -> Any:
    from medtext_plugins.datasets.planted import read_recipe

    return read_recipe(ready.setup.source, language)


def made_by() -> dict[str, Any]:
    """Return what the figures were made with."""
    import torch

    packages = ("medtext", "torch", "transformers", "captum", "jieba")
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
    }


def keep(path: Path, line: dict[str, Any]) -> None:
    """Put a line among the figures in place of the one it repeats."""
    keys = ("language", "kind", "model", "method")
    lines = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    lines = [each for each in lines if [each[key] for key in keys] != [line[key] for key in keys]]
    lines.append(line)
    lines.sort(key=lambda each: [_order(key, each[key]) for key in keys])
    beside = path.with_suffix(".partial")
    beside.write_text(
        "[\n" + ",\n".join(json.dumps(_rounded(each), ensure_ascii=False) for each in lines) + "\n]\n", encoding="utf-8"
    )
    beside.replace(path)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


def _order(key: str, value: str) -> tuple[int, str]:
    known: dict[str, Iterable[str]] = {"language": LANGUAGES, "kind": KINDS, "model": MODELS}
    names = list(known.get(key, ()))
    return (names.index(value) if value in names else len(names), value)


def page(path: Path) -> str:
    """Return README.md: tables of all figures."""
    lines = json.loads(path.read_text(encoding="utf-8"))
    first = lines[0]
    made = ", ".join(f"{name} {value}" for name, value in first["made_by"].items() if name not in ("cores", "threads"))
    parts = [
        "# Planted truth: what keyword tables find of evidence that is known",
        "Written by `python reports/planted/benchmark.py`; not by hand. `--kind`, `--language`, `--model` and `--method` run a part and "
        "keep the rest; `--quick` tries it on few texts; what has no line was not run. Every text is **synthetic**: "
        "[data/planted/README.md](../../data/planted/README.md) says what is planted and defines the measures.",
        f"Explained: the {first['split']} split, at threshold {first['threshold']:g}, tolerance {first['tolerance']:g}, seed {first['seed']}, the label that was "
        f"answered against the mean of all. {made}; {first['made_by']['cores']} cores, {first['made_by']['threads']} thread.",
        "## The table and the heat maps",
        _table(lines, MEASURES),
        "`precision` counts all spans, those of texts without evidence too; `labelled` those of answers other than the label without evidence; "
        "`rows` are not weighted. `-`: nothing to take a share of.",
        "## Where the rest comes from",
        _table(lines, REST),
        "Shares of spans (decoy, idle, shortcut), of texts without evidence (empty), of rows (decoy rows, empty rows).",
        "## Noise and floors",
        "The highest score of a text in logits, median and 95th percentile where nothing is planted, median and 5th percentile where "
        "something is; and the floor that the run's training wrote down: a text whose highest score is not over it gives no span.",
        _table(lines, NOISE),
    ]
    used = [line for line in lines if line["shortcut_use"]]
    if used:
        parts += [
            "## Shortcuts",
            "How often the answer turns to a label when its machine's name is put into a text (chance: as often as any other name), and how often "
            "the heat map shows the name where it goes with the answer.",
            _table(used, SHORTCUTS),
        ]
    return "\n\n".join(parts) + "\n"


Cell = Callable[[dict[str, Any]], Any]


def _of(name: str) -> Cell:
    return lambda line: line[name]


def _noise(part: str, at: str) -> Cell:
    return lambda line: f"{line['noise'][part][at]:.2f}" if part in line["noise"] else "-"


MEASURES: dict[str, Cell] = {
    "texts": lambda line: f"{line['texts']:,}",
    "explained": lambda line: str(line["records"]),
    "accuracy": _of("accuracy"),
    "precision": _of("precision"),
    "labelled": _of("labelled precision"),
    "rows": _of("row precision"),
    "recall": _of("recall"),
    "cue recall": _of("cue recall"),
    "whole": _of("whole"),
    "map precision": _of("map precision"),
    "map recall": _of("map recall"),
    "training s": lambda line: f"{line['training_s']:.0f}",
    "explaining s": lambda line: f"{line['explaining_s']:.0f}",
}
REST: dict[str, Cell] = {
    "rows": lambda line: f"{line['rows']:.0f}",
    "decoy": _of("decoy spans"),
    "idle": _of("idle spans"),
    "shortcut": _of("shortcut spans"),
    "empty": _of("empty texts with spans"),
    "decoy rows": _of("decoy rows"),
    "empty rows": _of("rows from empty texts"),
}
NOISE: dict[str, Cell] = {
    "margin": lambda line: f"{line['noise']['median margin']:.2f}",
    "empty": _noise("empty", "median"),
    "95 %": _noise("empty", "p95"),
    "evidence": _noise("evidence", "median"),
    "5 %": _noise("evidence", "p5"),
    "floor": lambda line: "none passes" if line["noise"]["floor"] is None else f"{line['noise']['floor']:.2f}",
}
SHORTCUTS: dict[str, Cell] = {
    "turned": lambda line: line["shortcut_use"]["answers turned"],
    "shown": lambda line: line["shortcut_use"]["shown where it goes with the answer"],
}


def _table(lines: list[dict[str, Any]], columns: dict[str, Cell]) -> str:
    """Return a Markdown table, a line a corpus, model and method."""
    head = ("corpus", "model", *columns)
    methods = {line["method"] for line in lines}
    rows = [
        (
            f"{line['kind']} {line['language']}",
            line["model"] + (f", {line['method']}" if len(methods) > 1 else ""),
            *(_shown(cell(line)) for cell in columns.values()),
        )
        for line in lines
    ]
    marks = ("---", "---", *("--:" for _ in columns))
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, marks, *rows))


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return "1" if value == 1 else f"{value:.3f}".removeprefix("0")
    return str(value)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this kind; may be repeated")
    parser.add_argument("--model", action="append", choices=tuple(MODELS), help="only this model; may be repeated")
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only this language")
    parser.add_argument("--method", action="append", help=f"attribution methods; {DEFAULT_METHOD} if not given")
    parser.add_argument("--size", type=int, default=3000, help="texts of a corpus")
    parser.add_argument("--seed", type=int, default=13, help="of the trainings")
    parser.add_argument("--split", default="test", choices=("val", "test"), help="which texts are explained")
    parser.add_argument("--threshold", type=float, default=0.2, help="of the keyword tables")
    parser.add_argument("--tolerance", type=float, default=0.05, help="of the gap, as a share of the margin")
    parser.add_argument("--runs", type=Path, default=Path("runs/planted"), help="where trained models are kept")
    parser.add_argument("--replace", action="store_true", help="train anew what is there")
    parser.add_argument("--quick", action="store_true", help="800 texts, 4 epochs: a try, which writes no page")
    parser.add_argument("--figures", type=Path, default=HERE / "figures.json", help="where figures are kept")
    asked = parser.parse_args()
    if asked.quick:
        asked.size = min(asked.size, 800)
        asked.figures = asked.runs / "quick.json"
        asked.runs.mkdir(parents=True, exist_ok=True)
    return asked


if __name__ == "__main__":
    sys.exit(main())
