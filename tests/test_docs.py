"""What the documentation says is done here: its files are written, its commands run, in order, in one empty folder.

A fenced block with ``title="name"`` is a file. A ``console`` block holds commands after ``$ ``; each line
below one must appear in what it says, blanks aside, ``...`` standing for anything. A line that begins with
``error:`` means that the command fails.
"""

from __future__ import annotations

import importlib
import inspect
import logging
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

import pytest

from medtext import testing
from medtext.cli import main
from medtext.learn import model
from medtext.plugin import hookspecs
from medtext.plugin.registry import KINDS

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "plugins" / "README.md"
FENCE = re.compile(
    r"^```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL
)
QUOTED = re.compile(r"\"[^\"$`]*\"|'[^']*'")
# What sets up a machine is not for a test to do.
SETTING_UP = re.compile(r"(pip|git|cd|source|uv|python3? -m (venv|pip)|\S*\.ci/\S+|\.)(\s|$)")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    place: str
    language: str
    title: str | None
    content: str


@dataclass(frozen=True)
class Command:
    """A command of a page, and the lines shown below it."""

    place: str
    line: str
    shown: tuple[str, ...]


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(f"{page.name}:{text.count(chr(10), 0, found.start()) + 1}", *found.group("language", "title", "content"))
        for found in FENCE.finditer(text)
    ]


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a console block."""
    name, _, line = block.place.partition(":")
    command, shown, at = "", [], 0
    for number, each in enumerate([*block.content.splitlines(), "$ "], start=int(line) + 1):
        if each.startswith("$ "):
            if command:
                yield Command(f"{name}:{at}", command, tuple(shown))
            command, shown, at = each.removeprefix("$ ").strip(), [], number
        elif command.endswith("\\"):
            command = command.removesuffix("\\") + each.strip()
        else:
            shown.append(each)


@dataclass
class Terminal:
    """A folder in which a page is followed, and what its commands print."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    more: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Words put behind a subcommand, to save time."""

    def follow(self, page: Path) -> int:
        """Write the files of a page and run its commands; return how many commands were run."""
        count = 0
        for block in blocks(page):
            if block.title:
                file = self.folder / block.title
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block.content, encoding="utf-8")
            elif block.language == "console":
                for command in commands(block):
                    count += self.obey(command)
        return count

    def obey(self, command: Command) -> bool:
        """Run a command and compare what it says; return whether it is one that is run."""
        words = shlex.split(command.line)
        if words[:2] == ["pip", "install"] and (self.folder / words[-1] / "pyproject.toml").is_file():
            install(self.folder / words[-1], self.folder / "site")
            return True
        if SETTING_UP.match(command.line):
            return False
        plain = words[0] == "medtext" and not re.search(r"[|<>&;*$`]", QUOTED.sub("", command.line))
        extra = self.more.get(words[1], ()) if plain and len(words) > 1 else ()
        code, said = self._inside([*words, *extra]) if plain else self._outside(command.line)
        fails = any(line.startswith("error:") for line in command.shown)
        where = f"{command.place}: {command.line}\n{said}"
        assert (code != 0) == fails, f"{where}\nended with {code}"
        lines = [" ".join(line.split()) for line in said.splitlines()]
        for line in command.shown:
            wanted = ".*".join(map(re.escape, " ".join(line.split()).split("...")))
            assert any(re.search(wanted, each) for each in ["", *lines]), f"{where}\ndoes not say: {line}"
        return True

    def _inside(self, words: list[str]) -> tuple[int, str]:
        """Run medtext in this process, which spares loading torch once more."""
        log = logging.getLogger("medtext")
        kept = log.handlers[:], log.level, log.propagate
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(sys, "argv", words)
                main()
            code: object = 0
        except SystemExit as ended:
            code = ended.code
        finally:
            log.handlers[:], log.level, log.propagate = kept
        said = "".join(self.capture.readouterr())
        return (code if isinstance(code, int) else int(code is not None)), said

    def _outside(self, line: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", line], check=False, cwd=self.folder, capture_output=True, text=True, encoding="utf-8"
        )
        return done.returncode, done.stdout + done.stderr


def install(project: Path, site: Path) -> None:
    """Lay a project's packages and its metadata where Python finds them, as pip does."""
    about = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    name, version = about["project"]["name"], about["project"]["version"]
    metadata = site / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    points = "".join(f"{key} = {value}\n" for key, value in about["project"]["entry-points"]["medtext"].items())
    (metadata / "entry_points.txt").write_text(f"[medtext]\n{points}", encoding="utf-8")
    for package in about["tool"]["setuptools"]["packages"]:
        (site / package).symlink_to(project / package)
    importlib.invalidate_caches()


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    """Give a terminal in an empty folder, whatever the surroundings say."""
    for name in [name for name in os.environ if name.startswith("MEDTEXT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), *sys.path])
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    yield Terminal(tmp_path, capsys)
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


def test_the_guide_for_plugin_authors_does_what_it_says(terminal: Terminal) -> None:
    assert terminal.follow(GUIDE) > 10


def test_the_readme_does_what_it_says(terminal: Terminal) -> None:
    readme = ROOT / "README.md"
    terminal.more["train"] = ("--epochs", "1")  # the command is tried here, not the figures
    terminal.more["sweep"] = ("--epochs", "2")
    (terminal.folder / "file.txt").write_text(
        "慢性非萎缩性胃炎，伴糜烂\n结肠息肉\n", encoding="utf-8"
    )  # the reader's own
    told = sum(not SETTING_UP.match(each.line) for block in blocks(readme) for each in told_by(block))
    assert terminal.follow(readme) == told


def told_by(block: Block) -> list[Command]:
    """Return the commands of a block, if it holds any."""
    return list(commands(block)) if block.language == "console" else []


def test_every_block_of_the_guide_is_a_file_or_commands() -> None:
    assert [block.place for block in blocks(GUIDE) if not block.title and block.language != "console"] == []
    assert GUIDE.read_text(encoding="utf-8").count("\n```") == 2 * len(blocks(GUIDE))


@pytest.mark.parametrize("hook", [name for name in vars(hookspecs) if name.startswith("medtext_")])
def test_every_hook_is_documented_with_its_signature(hook: str) -> None:
    function = getattr(hookspecs, hook)
    assert f"### `{hook}() -> {function.__annotations__['return']}`" in GUIDE.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_spec_is_documented(kind: str) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?) \|", guide, re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert {field.name for field in fields(KINDS[kind])} <= documented


def test_every_ability_of_a_network_is_documented_with_its_methods() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for name in ("Classifier", "Writer", "Exact", "Attending", "Teachable", "Fitted", "Answering", "Retrieving"):
        protocol = getattr(model, name)
        for method in [each for each in vars(protocol) if not each.startswith("_")]:
            parameters = list(inspect.signature(getattr(protocol, method)).parameters)[1:]
            assert f"`{method}({', '.join(parameters)})`" in guide


def test_every_check_for_authors_is_documented() -> None:
    checks = [name for name in vars(testing) if name.startswith("check_")]
    assert checks
    guide = GUIDE.read_text(encoding="utf-8")
    assert [name for name in checks if f"`{name}`" not in guide] == []


PAGE = """
```text title="deep/a.txt"
one
```

```console
$ pip install medtext
$ echo one two | cat
one  two
$ medtext --version
$ medtext predict ""
error: the given text: the text is empty
```
"""


def test_a_page_is_followed(terminal: Terminal, tmp_path: Path) -> None:
    page = tmp_path / "PAGE.md"
    page.write_text(PAGE, encoding="utf-8")
    assert terminal.follow(page) == 3
    assert (tmp_path / "deep" / "a.txt").read_text() == "one\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("one  two\n", "three\n", r"PAGE.md:8: echo one two \| cat\n\s*one two\s*does not say: three"),
        ("medtext --version", "medtext --versoin", r"PAGE.md:10: medtext --versoin\n(.|\n)*ended with 2"),
        ("error: the", "the", r'PAGE.md:11: medtext predict ""\n(.|\n)*ended with 1'),
        ("| cat", "| false", "ended with 1"),
    ],
)
def test_a_page_that_does_not_hold_is_met(terminal: Terminal, tmp_path: Path, old: str, new: str, says: str) -> None:
    page = tmp_path / "PAGE.md"
    page.write_text(PAGE.replace(old, new), encoding="utf-8")
    with pytest.raises(AssertionError, match=says):
        terminal.follow(page)
