"""Every command and every option says what it is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer
from typer.testing import Result

from medtext.cli import app

Run = Callable[..., Result]


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*path, name))


EVERY = dict(commands(typer.main.get_command(app)))


def test_the_commands_are_those_of_the_contract() -> None:
    assert list(EVERY) == [
        (),
        *(
            (name,)
            for name in ("prepare", "stats", "terms", "train", "sweep", "pretrain", "evaluate", "compare", "ensemble")
        ),
        *(
            (name,)
            for name in (
                "calibrate",
                "predict",
                "batch-predict",
                "generate",
                "attribute",
                "keywords",
                "merge",
                "diff",
                "stability",
                "lexicon",
                "plugins",
            )
        ),
        *(("runs",), ("runs", "export"), ("runs", "import"), ("data",), ("data", "fetch"), ("data", "make")),
    ]


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_a_command_and_each_of_its_options_has_help(path: tuple[str, ...]) -> None:
    command = EVERY[path]
    assert re.match(r"[A-Z].*\.", command.help, re.DOTALL)
    for parameter in command.params:
        assert parameter.help, parameter.name
        assert re.fullmatch(r"[A-Z-].*[.\]]", parameter.help, re.DOTALL), parameter.help


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_is_an_answer_and_lists_every_option(medtext: Run, path: tuple[str, ...], flag: str) -> None:
    result = medtext(*path, flag)
    assert (result.exit_code, result.stderr) == (0, "")
    shown = re.sub(r"\W+", " ", result.stdout)
    for parameter in EVERY[path].params:
        for name in parameter.opts:
            assert re.sub(r"\W+", " ", name) in shown


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_help_shows_each_text_whole(medtext: Run, path: tuple[str, ...]) -> None:
    """Brackets are not taken for markup, and nothing is cut off."""
    shown = re.sub(r"[\s│]+", "", medtext(*path, "--help", env={"COLUMNS": "400"}).stdout)
    for parameter in EVERY[path].params:
        assert re.sub(r"\s+", "", parameter.help) in shown


def test_help_needs_no_plugin_and_no_run(medtext: Run) -> None:
    result = medtext("--plugin", "gone.py", "--runs", "gone", "train", "--help")
    assert (result.exit_code, result.stderr) == (0, "")
