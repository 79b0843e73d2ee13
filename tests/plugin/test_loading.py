"""Plugins are loaded each on its own: a broken one costs a line, never the others and never the command."""

import importlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from medtext.errors import PluginError
from medtext.plugin.loading import load_registry
from medtext.plugin.registry import Registry

GOOD = """
    from medtext.plugin import ModelSpec, hookimpl

    @hookimpl
    def medtext_models():
        yield ModelSpec(name="mine", summary="a model", build=print)
"""

# What a plugin may do wrong, and the line it costs.
BROKEN = {
    "raises at import": ("1 / 0", "ZeroDivisionError: division by zero"),
    "is no Python": ("def", "SyntaxError: invalid syntax"),
    "lacks a module": ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
    "ends the process": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "raises in several lines": ("raise ValueError('one\\n  two')", "ValueError: one two"),
    "offers nothing": ("name = 1", "it offers nothing: implement a hook with @hookimpl, such as medtext_models"),
    "forgets the marker": (
        "def medtext_models(): yield 1",
        "it offers nothing: implement a hook with @hookimpl, such as medtext_models",
    ),
    "yields nothing": (
        "from medtext.plugin import hookimpl\n@hookimpl\ndef medtext_models(): yield from ()",
        "it offers nothing: implement a hook with @hookimpl, such as medtext_models",
    ),
    "raises in a hook": (
        "from medtext.plugin import hookimpl\n@hookimpl\ndef medtext_models(): raise OSError('no disk')",
        "OSError: no disk",
    ),
    "raises after an offer": (
        GOOD.replace("mine", "half") + "\n        raise OSError('no disk')",
        "OSError: no disk",
    ),
    "yields what is no spec": (
        "from medtext.plugin import hookimpl\n@hookimpl\ndef medtext_models(): yield 'text-cnn'",
        "a hook gave 'text-cnn', which is no spec: yield a DatasetSpec, ModelSpec or such",
    ),
    "returns one spec": (
        GOOD.replace("yield", "return"),
        "TypeError: 'ModelSpec' object is not iterable",
    ),
    "has a bad name": (
        GOOD.replace("mine", "My_Model"),
        "the model name 'My_Model' is not in kebab-case, such as 'text-cnn'",
    ),
    "implements an unknown hook": (
        "from medtext.plugin import hookimpl\n@hookimpl\ndef medtext_modles(): yield 1",
        "PluginValidationError: unknown hook 'medtext_modles' in plugin ",
    ),
    "has a wrong signature": (
        "from medtext.plugin import hookimpl\n@hookimpl\ndef medtext_models(registry): yield 1",
        "PluginValidationError: Plugin 'medtext_file_",
    ),
    "clashes": (GOOD.replace("mine", "text-cnn"), "model 'text-cnn' is offered by 'medtext/models.text-cnn' already"),
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a plugin file."""

    def write(content: str, name: str = "broken.py") -> Path:
        path = tmp_path / name
        path.write_text(dedent(content), encoding="utf-8")
        return path

    return write


def names(registry: Registry) -> set[tuple[str, str]]:
    """Return what is offered, by kind and name."""
    return {(offer.spec.kind, offer.spec.name) for offer in registry.offers()}


BUILT_IN = names(load_registry(strict=True))


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_costs_one_line_and_nothing_else(
    fault: str, write: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    content, reason = BROKEN[fault]
    registry = load_registry([write(content), write(GOOD, "good.py")])
    assert names(registry) == BUILT_IN | {("model", "mine")}
    (failure,) = registry.failures
    assert failure.reason.startswith(reason)
    assert "\n" not in failure.reason
    assert caplog.messages == [f"plugin 'broken.py' was skipped: {failure.reason}"]


@pytest.mark.parametrize("fault", BROKEN)
def test_strict_raises_what_would_be_skipped(fault: str, write: Callable[..., Path]) -> None:
    content, reason = BROKEN[fault]
    with pytest.raises(PluginError) as caught:
        load_registry([write(content), write(GOOD, "good.py")], strict=True)
    assert str(caught.value).startswith(f"plugin 'broken.py': {reason}")


def test_interrupting_a_load_is_no_fault_of_the_plugin(write: Callable[..., Path]) -> None:
    with pytest.raises(KeyboardInterrupt):
        load_registry([write("raise KeyboardInterrupt")])


def test_a_module_that_failed_leaves_nothing_behind(write: Callable[..., Path]) -> None:
    before = set(sys.modules)
    load_registry([write("import sys\nsys.marker = __name__\n1 / 0")])
    assert sys.marker not in set(sys.modules) - before
    del sys.marker


def test_the_first_of_two_files_with_one_offer_stays(write: Callable[..., Path]) -> None:
    registry = load_registry([write(GOOD, "b.py"), write(GOOD.replace("a model", "another"), "a.py")])
    assert registry.offer("model", "mine").plugin.name == "b.py"
    (failure,) = registry.failures
    assert failure.plugin.name == "a.py"
    assert failure.reason == "model 'mine' is offered by 'b.py' already, which stays: rename one"


def test_a_file_given_twice_is_loaded_once(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(GOOD, "good.py")
    monkeypatch.chdir(path.parent)
    registry = load_registry([path, Path("good.py")], strict=True)
    assert ("model", "mine") in names(registry)
    assert registry.failures == []


def test_a_file_is_known_by_name_and_content(write: Callable[..., Path]) -> None:
    first = load_registry([write(GOOD, "good.py")]).offer("model", "mine").plugin
    second = load_registry([write(GOOD.replace("a model", "changed"), "good.py")]).offer("model", "mine").plugin
    assert (first.name, first.file, second.name) == ("good.py", True, "good.py")
    assert first.version != second.version
    assert len(first.version) == 64


def test_a_file_is_run_as_it_is_and_leaves_no_cache(write: Callable[..., Path]) -> None:
    for summary in ("a model", "A MODEL"):  # of one size, and written within a second
        path = write(GOOD.replace("a model", summary), "good.py")
        assert load_registry([path], strict=True).model("mine").summary == summary
    assert [each.name for each in path.parent.iterdir()] == ["good.py"]


def test_a_file_knows_where_it_is(write: Callable[..., Path]) -> None:
    path = write(GOOD.replace('"a model"', "__file__"), "good.py")
    assert load_registry([path], strict=True).model("mine").summary == str(path)


def test_a_fault_in_a_file_is_shown_with_its_line(write: Callable[..., Path]) -> None:
    path = write(GOOD.replace("build=print", "build=lambda shape, options: 1 / 0"), "good.py")
    build = load_registry([path], strict=True).model("mine").build
    with pytest.raises(ZeroDivisionError) as caught:
        build(None, None)
    assert str(caught.traceback[-1].path) == str(path)
    assert "1 / 0" in str(caught.traceback[-1].statement)


def test_options_of_a_file_may_be_annotated_by_text(write: Callable[..., Path]) -> None:
    content = """
        from __future__ import annotations
        from dataclasses import dataclass
        from medtext.plugin import ModelSpec, hookimpl

        @dataclass(frozen=True)
        class Options:
            width: int = 8

        @hookimpl
        def medtext_models():
            yield ModelSpec(name="mine", summary="a model", options=Options, build=print)
    """
    registry = load_registry([write(content, "good.py")], strict=True)
    assert registry.model("mine").options().width == 8


@pytest.mark.parametrize(("name", "reason"), [("gone.py", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_ends_the_command(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(PluginError, match=rf"^--plugin .*: {reason}: give the path of a Python file$"):
        load_registry([tmp_path / name])


def test_a_file_of_another_kind_is_skipped(write: Callable[..., Path]) -> None:
    (failure,) = load_registry([write(GOOD, "mine.txt")]).failures
    assert failure.reason == "it is not a Python file: its name must end in .py"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that installs a distribution of one module, as pip would."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def install(name: str, content: str, *, points: str = "", metadata: bool = True) -> None:
        folder = tmp_path / f"{name}-1.5.dist-info"
        folder.mkdir()
        (folder / "entry_points.txt").write_text(f"[medtext]\n{points or f'offers = {name}'}\n", encoding="utf-8")
        if metadata:
            about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n"
            (folder / "METADATA").write_text(about, encoding="utf-8")
        (tmp_path / f"{name}.py").write_text(dedent(content), encoding="utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.invalidate_caches()

    return install


def test_an_installed_plugin_is_found_with_a_broken_one_beside_it(
    install: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "medtext")
    install("a_broken_one", "1 / 0")
    install("b_good_one", GOOD)
    registry = load_registry()
    assert names(registry) == BUILT_IN | {("model", "mine")}
    plugin = registry.offer("model", "mine").plugin
    assert (plugin.name, plugin.version, plugin.file) == ("b_good_one/offers", "1.5", False)
    assert caplog.messages == ["plugin 'a_broken_one/offers' was skipped: ZeroDivisionError: division by zero"]


def test_an_entry_point_to_nowhere_costs_one_line(install: Callable[..., None]) -> None:
    install("pointless", GOOD, points="there = pointless\ngone = pointless.models\nodd = pointless:missing")
    registry = load_registry()
    assert ("model", "mine") in names(registry)
    failures = {failure.plugin.name: failure.reason for failure in registry.failures}
    assert failures == {
        "pointless/gone": "ModuleNotFoundError: No module named 'pointless.models'; 'pointless' is not a package",
        "pointless/odd": "AttributeError: module 'pointless' has no attribute 'missing'",
    }


def test_a_distribution_without_metadata_does_not_keep_others_from_loading(install: Callable[..., None]) -> None:
    install("nameless", GOOD, metadata=False)
    registry = load_registry()
    assert names(registry) == BUILT_IN | {("model", "mine")}
    assert registry.offer("model", "mine").plugin.name == "unknown/offers"


def test_an_installed_plugin_comes_before_a_file(install: Callable[..., None], write: Callable[..., Path]) -> None:
    install("b_good_one", GOOD)
    registry = load_registry([write(GOOD, "good.py")])
    assert registry.offer("model", "mine").plugin.name == "b_good_one/offers"
    assert [failure.plugin.name for failure in registry.failures] == ["good.py"]


def test_plugins_are_loaded_in_the_order_of_their_names(install: Callable[..., None]) -> None:
    install("z_last", GOOD)
    install("a_first", GOOD)
    registry = load_registry()
    assert registry.offer("model", "mine").plugin.name == "a_first/offers"
    assert [failure.plugin.name for failure in registry.failures] == ["z_last/offers"]
