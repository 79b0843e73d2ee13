"""What the tests of the command line start from: a folder with small runs in it, and commands run in this process."""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from medtext.cli import app
from medtext.plugin.loading import load_registry
from medtext.plugin.registry import Registry

PLUGINS = (Path(__file__).parents[1] / "toy.py", Path(__file__).parent / "light.py")
ENVIRONMENT = {"MEDTEXT_PLUGIN": os.pathsep.join(map(str, PLUGINS))}
WORDS = {"up": ("stomach", "ulcer"), "down": ("colon", "polyp"), "none": ("heart", "lung")}
CHINESE = {"胃": ("胃窦溃疡", "胃体糜烂"), "肠": ("结肠息肉", "直肠炎症")}

Run = Callable[..., Result]
Fails = Callable[..., str]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three corpora, and one run for each kind of answer; ``one`` is the newest."""
    folder = tmp_path_factory.mktemp("trained")
    _write_corpora(folder)
    runner = CliRunner(env={**ENVIRONMENT, "MEDTEXT_RUNS": str(folder / "runs")})

    def train(name: str, source: str, *choices: str) -> None:
        chosen = ["--dataset", "toy", "--source", str(folder / source), "--epochs", "4", "--lr", "0.5"]
        arguments = ["train", *chosen, "--run", name, *choices]
        result = runner.invoke(app, arguments)
        assert result.exit_code == 0, result.stderr

    train("writer", "toy.txt", "--task", "generate", "--model", "toy-prefix-writer")
    train("many", "many.txt", "--task", "tag")
    train("chinese", "chinese.txt", "--tokenizer", "characters")
    train("one", "toy.txt")
    for name in ("many", "chinese"):  # one baseline is enough, and every test gets a copy
        shutil.rmtree(folder / "runs" / name / "baseline")
    return folder


@pytest.fixture(autouse=True)
def place(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with its own copy of the corpora and of the runs that were trained on them."""
    for source in trained.glob("*.txt"):
        shutil.copy(source, tmp_path)
    # Weights are big and shared: who damages them puts another file in their place.
    shutil.copytree(trained / "runs", tmp_path / "runs", copy_function=_link_weights)
    for config in tmp_path.glob("runs/**/config.json"):
        content = json.loads(config.read_text(encoding="utf-8"))
        content["source"] = str(tmp_path.resolve() / Path(content["source"]).name)
        config.write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEDTEXT_PLUGIN", ENVIRONMENT["MEDTEXT_PLUGIN"])
    for name in ("MEDTEXT_RUNS", "MEDTEXT_DEBUG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def medtext(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process: ``medtext("predict", "a text", stdin=b"")``.

    The parser is made once, and the usual plugins are loaded once: both take longer than most commands.
    """
    monkeypatch.setattr("typer.testing._get_command", _parser)
    monkeypatch.setattr("medtext.plugin.loading.load_registry", _load)

    def run(*arguments: object, stdin: str | bytes = b"", env: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin, env=env, color=True)

    return run


@pytest.fixture
def answers(medtext: Run) -> Callable[..., str]:
    """Run a command that must do, and return its stdout."""

    def run(*arguments: object, stdin: str | bytes = b"") -> str:
        result = medtext(*arguments, stdin=stdin)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    return run


@pytest.fixture
def fails(medtext: Run, place: Path) -> Fails:
    """Run a command that must fail as users should see it, and return its one line of error.

    It ends with ``code``, answers nothing, shows no traceback and leaves every file as it was.
    """

    def run(*arguments: object, code: int, stdin: str | bytes = b"") -> str:
        before = _contents(place)
        result = medtext(*arguments, stdin=stdin)
        assert isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, result.stderr
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
        assert [result.stderr.splitlines()[-1]] == errors, result.stderr
        assert _contents(place) == before
        return errors[0].removeprefix("error: ")

    return run


@pytest.fixture
def process(place: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a command in a process of its own, its standard input empty."""

    def run(*arguments: str | bytes, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "medtext", *arguments]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=env, check=False)

    return run


@pytest.fixture(autouse=True)
def _own_logger() -> Iterator[None]:
    """Take back what a command does to the logger of this process."""
    logger = logging.getLogger("medtext")
    before = logger.handlers[:], logger.level, logger.propagate
    yield
    logger.handlers[:], logger.level, logger.propagate = before


_parser = cache(get_command)


@cache
def _usual() -> Registry:
    return load_registry(PLUGINS)


def _load(files: tuple[Path, ...], *, strict: bool) -> Registry:
    return _usual() if files == PLUGINS else load_registry(files, strict=strict)


def _write_corpora(folder: Path) -> None:
    chance = random.Random(1)
    others = ["the", "and", "was", "seen"]
    one, many, chinese = [], [], []
    for number in range(1, 101):
        label = chance.choice(sorted(WORDS))
        one.append(f"{_text(chance, [label], others)} {number};{label}")
        labels = chance.sample(sorted(WORDS), chance.choice([0, 1, 2]))
        many.append(f"{_text(chance, labels, others)} {number};{'|'.join(labels)}")
        label = chance.choice(sorted(CHINESE))
        chinese.append(f"镜下见{chance.choice(CHINESE[label])}，余未见异常{number};{label}")
    for name, lines in {"toy": one, "many": many, "chinese": chinese}.items():
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _text(chance: random.Random, labels: list[str], others: list[str]) -> str:
    words = [chance.choice(WORDS[label]) for label in labels] + chance.choices(others, k=4)
    chance.shuffle(words)
    return " ".join(words)


def _link_weights(source: str, target: str) -> None:
    (os.link if source.endswith(".safetensors") else shutil.copy)(source, target)


def _contents(folder: Path) -> dict[str, object]:
    """Return what would show that a file or folder was made, removed or written; locks stay behind."""
    return {
        entry.path: None if entry.is_dir() else (entry.stat().st_mtime_ns, entry.stat().st_size)
        for parent, *_ in os.walk(folder)
        for entry in os.scandir(parent)
        if not entry.name.endswith(".lock")
    }
