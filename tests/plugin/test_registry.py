"""The registry keeps what plugins offer: the first of a name stays, a miss suggests."""

import pytest

from medtext.errors import PluginError, UnknownNameError
from medtext.plugin import Input, ModelSpec, Task, TokenizerSpec
from medtext.plugin.registry import Plugin, Registry

ONE, TWO = Plugin("one/models", "1.0"), Plugin("two.py", "abc", file=True)


def model(name: str, **fields: object) -> ModelSpec:
    """Return a model of a name."""
    return ModelSpec(name=name, summary="a model", build=lambda shape, options: None, **fields)


def test_the_first_of_a_name_stays_and_both_owners_are_named() -> None:
    registry, first, second, other = Registry(), model("a"), model("a"), model("b")
    registry.add(ONE, [first])
    registry.add(TWO, [second, other])
    assert registry.model("a") is first
    assert registry.model("b") is other
    (failure,) = registry.failures
    assert failure.plugin is TWO
    assert failure.reason == "model 'a' is offered by 'one/models' already, which stays: rename one"


def test_kinds_do_not_clash() -> None:
    registry = Registry()
    tokenizer = TokenizerSpec(name="a", summary="a tokenizer", build=lambda options: None)
    registry.add(ONE, [model("a"), tokenizer])
    assert registry.tokenizer("a") is tokenizer
    assert not registry.failures


def test_a_miss_suggests_a_name() -> None:
    registry = Registry()
    registry.add(ONE, [model("text-cnn"), model("ngram-linear")])
    with pytest.raises(UnknownNameError) as caught:
        registry.model("text-cn")
    assert str(caught.value) == "no model is called 'text-cn': did you mean 'text-cnn'?"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("kind", "message"),
    [("model", "no model is called 'zzz': there is a, b"), ("renderer", "no renderer is called 'zzz': there is none")],
)
def test_a_miss_that_is_like_nothing_lists_what_there_is(kind: str, message: str) -> None:
    registry = Registry()
    registry.add(ONE, [model("b"), model("a")])
    with pytest.raises(UnknownNameError) as caught:
        registry.offer(kind, "zzz")
    assert str(caught.value) == message


def test_what_is_no_spec_is_refused_before_anything_is_taken() -> None:
    registry = Registry()
    with pytest.raises(PluginError, match="a hook gave 'text-cnn', which is no spec: yield a DatasetSpec"):
        registry.add(ONE, [model("a"), "text-cnn"])
    assert list(registry.offers()) == []


def test_offers_come_by_kind_and_name() -> None:
    registry = Registry()
    tokenizer = TokenizerSpec(name="a", summary="a tokenizer", build=lambda options: None)
    registry.add(ONE, [tokenizer, model("c"), model("b")])
    registry.add(TWO, [model("a")])
    assert [(offer.spec.kind, offer.spec.name) for offer in registry.offers()] == [
        ("model", "a"),
        ("model", "b"),
        ("model", "c"),
        ("tokenizer", "a"),
    ]
    assert [offer.plugin for offer in registry.offers("model")] == [TWO, ONE, ONE]


def test_the_baseline_is_the_first_that_fits_task_and_input() -> None:
    registry, tags = Registry(), frozenset({Task.TAG})
    registry.add(ONE, [model("a"), model("c", baseline=True, tasks=tags), model("b", baseline=True, tasks=tags)])
    assert registry.baseline(Task.TAG, Input.TEXT) is registry.model("b")
    assert registry.baseline(Task.CLASSIFY, Input.TEXT) is None
    assert registry.baseline(Task.TAG, Input.IMAGES) is None
