"""What goes where, and how a process ends: checked in processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from fcntl import ioctl
from pathlib import Path
from termios import FIONREAD

import pytest
from typer.testing import Result

Process = Callable[..., "subprocess.CompletedProcess[bytes]"]
Run = Callable[..., Result]

MEDTEXT = [sys.executable, "-m", "medtext"]


def on_terminal(*arguments: str, stream: str = "stdout", env: dict[str, str] | None = None) -> tuple[bytes, bytes]:
    """Run a command with a stream on a terminal of 80 columns; return what came there, and on the other stream."""
    ours, theirs = os.openpty()
    other = {"stdout": "stderr", "stderr": "stdout"}[stream]
    variables = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **(env or {})}
    with subprocess.Popen([*MEDTEXT, *arguments], env=variables, **{stream: theirs, other: subprocess.PIPE}) as process:  # type: ignore[call-overload]
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:  # how Linux says that the other end was closed
            pass
        apart = getattr(process, other).read()
    os.close(ours)
    assert process.returncode == 0
    return shown, apart


@pytest.mark.parametrize("program", [MEDTEXT, [str(Path(sys.executable).parent / "medtext")]])
def test_both_ways_to_start_are_the_same(place: Path, program: list[str]) -> None:
    done = subprocess.run([*program, "--version"], capture_output=True, check=True)
    assert re.fullmatch(rb"\d+\.\d+\.\d+\n", done.stdout)
    assert done.stderr == b""


def test_the_answer_goes_to_stdout_and_all_else_to_stderr(process: Process) -> None:
    done = process("predict", "--json", "镜下见胃窦溃疡", "--run", "chinese", env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 0
    assert json.loads(done.stdout)["labels"] == ["胃"]
    assert '"text": "镜下见胃窦溃疡"'.encode() in done.stdout
    assert done.stderr.decode().splitlines()[0] == "run: chinese"


def test_wrong_use_ends_with_2_and_an_expected_failure_with_1(process: Process) -> None:
    for arguments, code in ((("trian",), 2), (("runs", "import", "gone.zip"), 1)):
        done = process(*arguments)
        assert (done.returncode, done.stdout) == (code, b"")
        assert re.fullmatch(rb"error: [^\n]+\n", done.stderr)


def test_no_argument_at_all_shows_the_help(process: Process) -> None:
    done = process()
    assert done.returncode == 2
    assert b"batch-predict" in done.stdout + done.stderr


def test_bytes_that_are_no_text_are_refused_in_one_line(process: Process) -> None:
    done = process("runs", "export", b"\xff\x1b[31m", "run.zip")
    assert done.returncode == 2
    assert done.stderr.startswith(rb"error: no run is called '\udcff\x1b[31m'")


def test_a_closed_pipe_is_no_error(place: Path) -> None:
    (place / "big.txt").write_text("the ulcer was seen\n" * 20_000, encoding="utf-8")
    command = [*MEDTEXT, "batch-predict", "big.txt", "--run", "one", "--device", "cpu"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"row\t")
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 0
    assert said == b"run: one\n"


@pytest.mark.parametrize("command", [("runs",), ("runs", "--json"), ("--help",), ("plugins",)])
def test_a_pipe_that_was_closed_before_the_answer_is_no_error(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.delenv("MEDTEXT_PLUGIN")  # the toys import torch
    readable, writable = os.pipe()
    os.close(readable)
    done = subprocess.run([*MEDTEXT, *command], stdout=writable, stderr=subprocess.PIPE, check=False)
    os.close(writable)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said_in_one_line(place: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*MEDTEXT, "runs"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert re.fullmatch(rb"error: standard output or a file: No space left on device: [^\n]+\n", done.stderr)


@pytest.mark.parametrize(("closed", "number"), [("stdout", 1), ("stderr", 2)])
def test_a_stream_that_was_never_open_is_no_error(place: Path, closed: str, number: int) -> None:
    command = ["sh", "-c", f'exec "$@" {number}>&-', "sh", *MEDTEXT, "runs"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (done.stdout == b"") is (closed == "stdout")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let children hear interrupts: those of what a shell started in the background ignore them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_while_waiting_for_input_ends_with_130(place: Path) -> None:
    with subprocess.Popen([*MEDTEXT, "predict"], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"the ulcer")
        process.stdin.flush()
        while any(ioctl(process.stdin, FIONREAD, bytes(4))) and process.poll() is None:
            time.sleep(0.02)  # until it has read that, and waits for more
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130
    assert said == b"error: interrupted\n"


@pytest.mark.parametrize("command", [("runs",), ("evaluate",), ("attribute", "the ulcer")], ids=lambda each: each[0])
def test_styles_are_for_terminals_that_want_them(
    medtext: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    assert "\x1b" not in medtext(*command).stdout
    name = "typer.testing._NamedTextIOWrapper.isatty"
    monkeypatch.setattr(name, lambda stream: stream.name == "<stdout>", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in medtext(*command).stdout
    assert "\x1b" not in medtext(*command, env={"NO_COLOR": "1"}).stdout


@pytest.mark.parametrize("command", [("runs",), ("plugins", "--options")])
def test_tables_keep_to_a_terminal_of_80_columns(monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.delenv("MEDTEXT_PLUGIN")  # the toys import torch
    shown, _ = on_terminal(*command, env={"NO_COLOR": "1"})
    assert max(len(line) for line in shown.decode().splitlines()) <= 80


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take stderr for a terminal."""
    name = "typer.testing._NamedTextIOWrapper.isatty"
    monkeypatch.setattr(name, lambda stream: stream.name == "<stderr>", raising=False)


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize(
    ("command", "what"),
    [(("keywords", "--format", "json"), "explaining"), (("attribute", "--file", "toy.txt", "--json"), "explaining")],
)
def test_answers_stay_apart_from_the_progress_that_a_terminal_shows(
    medtext: Run, command: tuple[str, ...], what: str
) -> None:
    result = medtext(*command)
    assert what in result.stderr
    assert [json.loads(line) for line in result.stdout.splitlines()]
    assert "{" not in result.stderr


@pytest.mark.usefixtures("watched")
def test_a_table_that_is_written_shows_progress_and_one_that_is_piped_does_not(medtext: Run) -> None:
    assert "predicting" in medtext("batch-predict", "toy.txt", "--output", "out.tsv").stderr
    result = medtext("batch-predict", "toy.txt")
    assert "predicting" not in result.stderr
    assert len(result.stdout.splitlines()) == 101


@pytest.mark.usefixtures("watched")
def test_quiet_shows_no_progress_on_a_terminal(medtext: Run) -> None:
    assert medtext("--quiet", "keywords").stderr == ""
    trained = medtext("--quiet", "train", "--dataset", "toy", "--source", "toy.txt", "--epochs", "1")
    assert all(line.startswith("warning: ") for line in trained.stderr.splitlines())


def test_debug_shows_where_a_failure_comes_from_and_changes_nothing_else(medtext: Run) -> None:
    plain, debug = medtext("predict", ""), medtext("predict", "", env={"MEDTEXT_DEBUG": "1"})
    assert debug.exit_code == plain.exit_code == 1
    assert "Traceback" not in plain.stderr
    assert "Traceback (most recent call last):" in debug.stderr
    assert debug.stderr.splitlines()[-1] == plain.stderr.splitlines()[-1]
    assert "given_text" in debug.stderr


def test_a_bug_keeps_its_traceback(medtext: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("medtext.cli.predict.given_text", bug)
    assert isinstance(medtext("predict", "a").exception, ZeroDivisionError)
