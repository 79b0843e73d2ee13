"""A broken plugin costs one line and never the command; only --strict-plugins makes it fail."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Fails = Callable[..., str]
Run = Callable[..., Result]

HEAD = "from medtext.plugin import *\n"
MODELS = HEAD + "@hookimpl\ndef medtext_models():\n"

# What a plugin file may hold, and what is said of it.
BROKEN = {
    "raises at import": ("raise RuntimeError('one\\ntwo')", "RuntimeError: one two"),
    "is no Python": ("def (", "SyntaxError: "),
    "imports what is not there": ("import no_such_module", "No module named 'no_such_module'"),
    "ends the process at import": ("raise SystemExit(3)", "SystemExit"),
    "ends the process well at import": ("import sys; sys.exit()", "SystemExit"),
    "raises in a hook": (MODELS + "    raise ValueError('in a hook')", "ValueError: in a hook"),
    "ends the process in a hook": (MODELS + "    raise SystemExit(0)", "SystemExit"),
    "offers nothing": ("x = 1", "it offers nothing: implement a hook with @hookimpl"),
    "has an empty hook": (MODELS + "    pass", "it offers nothing"),
    "yields no spec": (MODELS + "    yield 7", "a hook gave 7, which is no spec"),
    "has a hook that returns a number": (MODELS + "    return 7", "'int' object is not iterable"),
    "has an unknown hook": (HEAD + "@hookimpl\ndef medtext_metrics():\n    yield", "unknown hook 'medtext_metrics'"),
    "has a hook with a wrong signature": (HEAD + "@hookimpl\ndef medtext_models(registry):\n    yield", "registry"),
    "has a clashing name": (
        MODELS + "    yield ModelSpec(name='text-cnn', summary='mine', build=print)",
        "model 'text-cnn' is offered by 'medtext/models.text-cnn' already, which stays: rename one",
    ),
    "has a name out of form": (
        MODELS + "    yield ModelSpec(name='Text CNN', summary='mine', build=print)",
        "the model name 'Text CNN' is not in kebab-case, such as 'text-cnn'",
    ),
    "has no summary": (MODELS + "    yield ModelSpec(name='mine', summary='', build=print)", "must be one line"),
}


COMMANDS = {
    "predict": ("predict", "the ulcer"),
    "batch-predict": ("batch-predict", "toy.txt"),
    "attribute": ("attribute", "the ulcer"),
    "keywords": ("keywords",),
    "evaluate": ("evaluate",),
    "plugins": ("plugins", "--json"),
    "train": ("train", "--dataset", "toy", "--source", "toy.txt", "--dry-run"),
}


def skipped(result: Result) -> list[str]:
    return [line for line in result.stderr.splitlines() if line.startswith("warning: plugin ")]


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_plugin_costs_one_line_and_nothing_else(medtext: Run, place: Path, case: str) -> None:
    code, reason = BROKEN[case]
    (place / "bad.py").write_text(code, encoding="utf-8")
    result = medtext("--plugin", "bad.py", "predict", "the ulcer")
    assert result.exit_code == 0
    assert result.stdout == medtext("predict", "the ulcer").stdout
    (line,) = skipped(result)
    assert line.startswith("warning: plugin 'bad.py' was skipped: ")
    assert reason in line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_works_beside_a_broken_plugin(medtext: Run, place: Path, command: str) -> None:
    (place / "bad.py").write_text("1 / 0", encoding="utf-8")
    result = medtext("--plugin", "bad.py", *COMMANDS[command])
    assert result.exit_code == 0
    assert result.stdout.startswith(medtext(*COMMANDS[command]).stdout)
    assert skipped(result) == ["warning: plugin 'bad.py' was skipped: ZeroDivisionError: division by zero"]


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_plugin_is_an_error_under_strict_plugins(fails: Fails, place: Path, case: str) -> None:
    code, reason = BROKEN[case]
    (place / "bad.py").write_text(code, encoding="utf-8")
    line = fails("--strict-plugins", "--plugin", "bad.py", "predict", "the ulcer", code=1)
    assert line.startswith("plugin 'bad.py': ")
    assert reason in line


def test_several_broken_plugins_cost_a_line_each(medtext: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "a.py").write_text("1 / 0", encoding="utf-8")
    (place / "b.py").write_text("", encoding="utf-8")
    monkeypatch.setenv("MEDTEXT_PLUGIN", os.pathsep.join([os.environ["MEDTEXT_PLUGIN"], "a.py", "b.py"]))
    result = medtext("predict", "the ulcer")
    assert result.exit_code == 0
    assert "warning: plugin 'a.py' was skipped: ZeroDivisionError: division by zero\n" in result.stderr
    assert "warning: plugin 'b.py' was skipped: it offers nothing" in result.stderr


@pytest.mark.parametrize(("name", "found"), [("gone.py", "No such file"), ("runs", "Is a directory")])
def test_a_plugin_file_that_cannot_be_read_is_an_error(fails: Fails, place: Path, name: str, found: str) -> None:
    line = fails("--plugin", name, "predict", "a", code=1)
    assert (
        line
        == f"--plugin {place}/{name}: {found}{' or directory' * (name == 'gone.py')}: give the path of a Python file"
    )


def test_a_plugin_that_is_no_python_file_is_skipped(medtext: Run) -> None:
    result = medtext("--plugin", "toy.txt", "predict", "the ulcer")
    assert result.exit_code == 0
    assert "warning: plugin 'toy.txt' was skipped: it is not a Python file: its name must end in .py\n" in result.stderr


def test_what_a_plugin_prints_is_no_answer(medtext: Run, place: Path) -> None:
    code = (
        "print('hello')\n" + MODELS + "    print('again')\n    yield ModelSpec(name='mine', summary='x', build=print)"
    )
    (place / "loud.py").write_text(code, encoding="utf-8")
    result = medtext("--plugin", "loud.py", "predict", "--json", "the ulcer")
    assert json.loads(result.stdout)["labels"] == ["up"]
    assert "hello\nagain\n" in result.stderr


def test_an_interrupt_while_plugins_load_is_an_interrupt(fails: Fails, place: Path) -> None:
    (place / "slow.py").write_text("raise KeyboardInterrupt", encoding="utf-8")
    assert fails("--plugin", "slow.py", "predict", "a", code=130) == "interrupted"


def test_plugins_lists_what_was_skipped(medtext: Run, place: Path) -> None:
    (place / "bad.py").write_text("1 / 0", encoding="utf-8")
    rows = [json.loads(line) for line in medtext("--plugin", "bad.py", "plugins", "--json").stdout.splitlines()]
    failures = [row for row in rows if row["kind"] == "failure"]
    assert failures == [{"kind": "failure", "plugin": "bad.py", "reason": "ZeroDivisionError: division by zero"}]
    assert "ZeroDivisionError: division by zero" in medtext("--plugin", "bad.py", "plugins").stdout


READERS = {
    "raises": ("raise ValueError('in read')\n    yield", "dataset 'mine' failed with ValueError: in read"),
    "returns nothing": ("return None", "dataset 'mine' failed with TypeError"),
    "ends the process": ("raise SystemExit(5)\n    yield", "SystemExit"),
}


@pytest.mark.parametrize("case", READERS)
def test_a_reader_that_fails_is_named(fails: Fails, place: Path, case: str) -> None:
    body, found = READERS[case]
    code = f"""{HEAD}
def read(path, options):
    {body}

@hookimpl
def medtext_datasets():
    yield DatasetSpec(name="mine", summary="x", read=read, model="toy-linear", tokenizer="spaces")
"""
    (place / "mine.py").write_text(code, encoding="utf-8")
    line = fails("--plugin", "mine.py", "train", "--dataset", "mine", "--source", "toy.txt", "--run", "new", code=1)
    assert found in line
    assert "tell its author" in line


BUILDERS = {
    "raises": ("raise ValueError('in build')", "model 'mine' could not be built (ValueError: in build)"),
    "returns nothing": ("return None", "model 'mine' is no nn.Module with embed, baseline, score"),
    "ends the process": ("raise SystemExit(4)", "SystemExit"),
}


@pytest.mark.parametrize("case", BUILDERS)
def test_a_model_that_cannot_be_built_is_named_and_no_run_is_left(fails: Fails, place: Path, case: str) -> None:
    body, found = BUILDERS[case]
    code = f"""{HEAD}
def build(shape, options):
    {body}

@hookimpl
def medtext_models():
    yield ModelSpec(name="mine", summary="x", build=build)
"""
    (place / "mine.py").write_text(code, encoding="utf-8")
    source = ("--dataset", "toy", "--source", "toy.txt")
    assert found in fails("--plugin", "mine.py", "train", *source, "--model", "mine", "--run", "new", code=1)


def test_a_tokenizer_that_fails_is_named_and_no_run_is_left(fails: Fails, place: Path) -> None:
    code = f"""{HEAD}
def build(options):
    raise ValueError("in build")

@hookimpl
def medtext_tokenizers():
    yield TokenizerSpec(name="mine", summary="x", build=build)
"""
    (place / "mine.py").write_text(code, encoding="utf-8")
    source = ("--dataset", "toy", "--source", "toy.txt")
    line = fails("--plugin", "mine.py", "train", *source, "--tokenizer", "mine", "--run", "new", code=1)
    assert line.startswith("tokenizer 'mine' ")
    assert "ValueError: in build" in line


RENDERERS = {
    "raises": ("raise ValueError('in render')", "renderer 'mine' failed with ValueError: in render"),
    "returns nothing": ("return None", "renderer 'mine' returned None, which is no text and no bytes"),
    "ends the process": ("raise SystemExit(4)", "a plugin ended the process (SystemExit: 4)"),
}


@pytest.mark.parametrize("case", RENDERERS)
@pytest.mark.parametrize("output", [(), ("--output", "map.x")])
def test_a_renderer_that_fails_is_named_and_no_file_is_left(
    fails: Fails, place: Path, case: str, output: tuple[str, ...]
) -> None:
    body, found = RENDERERS[case]
    code = f"""{HEAD}
def render(attributions, options):
    {body}

@hookimpl
def medtext_renderers():
    yield RendererSpec(name="mine", summary="x", render=render, suffix=".x")
"""
    (place / "mine.py").write_text(code, encoding="utf-8")
    line = fails("--plugin", "mine.py", "attribute", "the ulcer", "--render", "mine", *output, code=1)
    assert line.startswith(found)


def test_a_page_that_fails_leaves_no_report(fails: Fails, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> str:
        raise ValueError("in render")

    monkeypatch.setattr("medtext_plugins.renderers.page.render", fail)
    monkeypatch.setenv("MEDTEXT_PLUGIN", os.environ["MEDTEXT_PLUGIN"] + os.pathsep + "extra.py")
    Path("extra.py").write_text(
        MODELS + "    yield ModelSpec(name='extra', summary='x', build=print)", encoding="utf-8"
    )
    for command in ("evaluate", "keywords"):
        assert "renderer 'page' failed with ValueError: in render" in fails(command, "--report", "report", code=1)
