"""``medtext plugins``: what can be used, where it comes from, and what can be set."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

Answers = Callable[..., str]


def documents(content: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def test_offers_are_listed_by_kind_and_name(answers: Answers) -> None:
    lines = answers("plugins").splitlines()
    assert lines[0].split() == ["kind", "name", "summary", "from"]
    listed = [tuple(line.split()[:2]) for line in lines[1:]]
    assert {("dataset", "gi-records"), ("model", "text-cnn"), ("tokenizer", "words"), ("renderer", "page")} <= set(
        listed
    )
    kinds = ["dataset", "model", "tokenizer", "renderer"]
    assert listed == sorted(listed, key=lambda pair: (kinds.index(pair[0]), pair[1]))


def test_an_offer_names_its_distribution_or_its_file(answers: Answers) -> None:
    shown = {line.split()[1]: line for line in answers("plugins").splitlines()}
    digest = sha256((Path(__file__).parents[1] / "toy.py").read_bytes()).hexdigest()
    assert shown["toy-linear"].endswith(f"toy.py {digest[:12]}")
    assert " medtext " in shown["text-cnn"]


@pytest.mark.parametrize("kind", ["datasets", "models", "tokenizers", "renderers"])
def test_one_kind_can_be_listed(answers: Answers, kind: str) -> None:
    assert {each["kind"] for each in documents(answers("plugins", "--kind", kind, "--json"))} == {
        kind.removesuffix("s")
    }


def test_json_has_the_documented_keys(answers: Answers) -> None:
    offers = documents(answers("plugins", "--json"))
    assert all(list(each) == ["kind", "name", "summary", "plugin", "version", "options"] for each in offers)
    (linear,) = (each for each in offers if each["name"] == "toy-linear")
    assert linear["options"] == [{"option": "start", "default": 0.0, "help": "every weight at first"}]


def test_options_are_listed_as_they_are_typed(answers: Answers) -> None:
    shown = [" ".join(line.split()) for line in answers("plugins", "--options").splitlines()]
    assert "-o start=0.0 every weight at first" in shown
    assert "-o max-words=none the most frequent tokens that are kept" in shown
    assert "-o quotes=true whether quotes keep delimiters and line ends inside a cell" in shown


def test_every_default_that_is_listed_can_be_typed(answers: Answers, place: Path) -> None:
    offers = {each["name"]: each for each in documents(answers("plugins", "--json"))}
    shown = answers("plugins", "--options", "--kind", "models").splitlines()
    typed = [line.split()[1] for line in shown if line.split()[0] == "-o"]
    listed = [option for name in ("ngram-linear", "text-cnn") for option in offers[name]["options"]]
    assert {pair.partition("=")[0] for pair in typed} >= {option["option"] for option in listed}
    for model in ("text-cnn", "ngram-linear"):
        own = {each["option"] for each in offers[model]["options"]}
        pairs = {key: pair for pair in typed if (key := pair.partition("=")[0]) in own}.values()
        chosen = [part for pair in pairs for part in ("-o", f"model.{pair}")]
        source = ("--dataset", "toy", "--source", "toy.txt", "--model", model)
        assert "model: " in answers("train", *source, "--dry-run", *chosen)


def test_a_path_with_a_blank_is_one_plugin(answers: Answers, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = """
from medtext.plugin import ModelSpec, hookimpl

@hookimpl
def medtext_models():
    yield ModelSpec(name="mine", summary="a model", build=print)
"""
    (place / "my own.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("MEDTEXT_PLUGIN", str(place / "my own.py"))
    assert "mine" in {each["name"] for each in documents(answers("plugins", "--json"))}


def test_a_plugin_that_is_named_twice_is_loaded_once(answers: Answers, place: Path) -> None:
    toy = Path(__file__).parents[1] / "toy.py"
    offers = documents(answers("--plugin", toy, "--plugin", toy, "plugins", "--json"))
    assert "failure" not in {each["kind"] for each in offers}
