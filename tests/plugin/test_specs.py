"""Specs are checked as they are made, so that a mistake costs its author a line and nobody else a thing."""

from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest

from medtext.errors import PluginError
from medtext.plugin import DatasetSpec, Input, ModelSpec, RendererSpec, Task, TokenizerSpec

KINDS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "dataset": (DatasetSpec, {"read": lambda path, options: ()}),
    "model": (ModelSpec, {"build": lambda shape, options: None}),
    "tokenizer": (TokenizerSpec, {"build": lambda options: None}),
    "renderer": (RendererSpec, {"render": lambda attributions, options: "", "suffix": ".txt"}),
}


def make(kind: str = "model", **fields: Any) -> Any:
    """Make a spec of a kind, all in order but for what is given."""
    spec, needed = KINDS[kind]
    return spec(**{"name": "mine", "summary": "one line", **needed, **fields})


@pytest.mark.parametrize("kind", KINDS)
def test_a_spec_knows_its_kind_and_cannot_change(kind: str) -> None:
    spec = make(kind)
    assert spec.kind == kind
    with pytest.raises(FrozenInstanceError):
        spec.name = "other"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["a", "text-cnn", "b2-3"])
def test_names_in_kebab_case_are_taken(kind: str, name: str) -> None:
    assert make(kind, name=name).name == name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["", "Text", "text_cnn", "-a", "a-", "a--b", "a b", "胃", "a\n", None])
def test_names_in_another_form_are_refused(kind: str, name: Any) -> None:
    with pytest.raises(PluginError, match=rf"^the {kind} name .* is not in kebab-case, such as 'text-cnn'$"):
        make(kind, name=name)


@pytest.mark.parametrize("summary", ["", "two\nlines"])
def test_a_summary_is_one_line(summary: str) -> None:
    with pytest.raises(PluginError, match="the summary of model 'mine' must be one line"):
        make(summary=summary)


class NoDataclass:
    pass


@dataclass
class Thawed:
    width: int = 1


@dataclass(frozen=True)
class Frozen:
    width: int = 1


@pytest.mark.parametrize("options", [NoDataclass, Thawed, Frozen(), {"width": 1}, None])
def test_options_must_be_a_frozen_dataclass(options: Any) -> None:
    with pytest.raises(PluginError, match="the options of model 'mine' must be a frozen dataclass"):
        make(options=options)
    assert make(options=Frozen).options is Frozen


def test_options_that_cannot_be_typed_are_refused() -> None:
    @dataclass(frozen=True)
    class Odd:
        words: frozenset[str] = frozenset()

    with pytest.raises(PluginError, match="option 'words' is of type"):
        make(options=Odd)


@pytest.mark.parametrize(("field", "value"), [("tasks", Task.TAG), ("labels", "胃")])
def test_a_forgotten_comma_is_met(field: str, value: Any) -> None:
    with pytest.raises(PluginError, match=f"the {field} of dataset 'mine' are one text"):
        make("dataset", **{field: value})


def test_a_model_of_images_needs_the_option_image_size() -> None:
    @dataclass(frozen=True)
    class Sized:
        image_size: int = 32

    with pytest.raises(PluginError, match="model 'mine' reads images: give its options a field image_size: int"):
        make(reads=Input.IMAGES)
    assert make(reads=Input.IMAGES, options=Sized).reads is Input.IMAGES
