"""Runs on disk: whole or not there. A run that has a name is complete."""

from __future__ import annotations

import fnmatch
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from medtext.errors import RunError, UnknownNameError

FORMAT = 1
CHECKPOINT = "training.pt"
"""The resumable state of a training; a draft that holds one is worth keeping."""

SESSIONS = "sessions.json"
"""When a training was begun and gone on with, and by which commands; a draft that holds it can be resumed."""

PRETRAIN = "pretrain"
"""What ``run.json`` calls the task of a run that has learned a language, and no labels."""

ENSEMBLE = "ensemble"
"""What ``run.json`` calls the model of a run of runs."""

BASELINE = "baseline"
"""The folder of the simple model that was trained beside, a run itself."""

ENSEMBLE_FILE = "ensemble.json"
"""The file that makes a run an ensemble: its members by name, and their weights."""

RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Run:
    """A folder that a training left, or is about to leave."""

    path: Path
    name: str

    def read(self, file: str) -> Any:
        """Read a JSON file of the run. Raises RunError where it is missing or broken."""
        return self._parsed(self._text(file), file)

    def write(self, file: str, content: Any) -> None:
        """Write a JSON file, whole or not at all."""
        text = json.dumps(content, ensure_ascii=False, indent=2)
        if re.search("[\ud800-\udfff]", text):  # the name of a source need not be UTF-8
            text = json.dumps(content, indent=2)
        self.write_text(file, text + "\n")

    def write_text(self, file: str, content: str) -> None:
        """Write a text file, whole or not at all."""
        beside = self.path / f"{file}.partial"
        beside.write_text(content, encoding="utf-8")
        beside.replace(self.path / file)

    def lines(self, file: str) -> list[Any]:
        """Read a file of one JSON document a line. Raises RunError where it is missing or broken."""
        return [self._parsed(line, file) for line in self._text(file).split("\n") if line]

    def _text(self, file: str) -> str:
        try:
            return (self.path / file).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise RunError(f"run '{self.name}' lacks {file}: train or import it again ({self.path})") from None
        except (OSError, ValueError) as error:
            raise self._unreadable(file, error) from error

    def _parsed(self, text: str, file: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(file, error) from error

    def _unreadable(self, file: str, error: Exception) -> RunError:
        return RunError(f"{file} of run '{self.name}' cannot be read ({error}): train or import it again")

    @property
    def info(self) -> dict[str, Any]:
        """The content of ``run.json``. Raises RunError for a format this version does not know."""
        info = self.read("run.json")
        if not isinstance(info, dict) or info.get("format") != FORMAT:
            found = info.get("format") if isinstance(info, dict) else None
            raise RunError(
                f"run '{self.name}' has format {found}, this medtext reads {FORMAT}: "
                "use the version that made it, or train again"
            )
        return info

    @property
    def part_of(self) -> Run | None:
        """The baseline that was trained beside this run, if there is one."""
        path = self.path / BASELINE
        return Run(path, f"{self.name}/{BASELINE}") if (path / "run.json").exists() else None


class RunStore:
    """A folder of runs."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        """List the complete runs, oldest first."""
        self._mend()
        found = [path.parent for path in self.root.glob("*/run.json") if RUN_NAME.fullmatch(path.parent.name)]
        return [path.name for path in sorted(found, key=lambda path: (_created(path), path.name))]

    def open(self, name: str) -> Run:
        """Return a complete run by name. Raises UnknownNameError."""
        self._mend()
        path = self.root / name
        if not RUN_NAME.fullmatch(name) or not path.is_dir():
            if not self.names():
                raise RunError(f"no run is called '{name}', and {self.root} holds none: make one by `medtext train`")
            raise UnknownNameError.among("run", name, self.names())
        return Run(path, name)

    def matching(self, patterns: Sequence[str]) -> list[str]:
        """Return the complete runs of names or patterns (``*``, ``?``, ``[ab]``), each once, in the order given.

        Raises UnknownNameError for a name, or a pattern, that no run has.
        """
        found: dict[str, None] = {}
        for pattern in patterns:
            names = fnmatch.filter(self.names(), pattern) if set(pattern) & set("*?[") else [self.open(pattern).name]
            if not names:
                known = ", ".join(self.names()) or "none"
                raise UnknownNameError(f"no name of a run is like the pattern '{pattern}': there is {known}")
            found |= dict.fromkeys(names)
        return list(found)

    def newest(self, tasks: Sequence[str] = ()) -> Run:
        """Return the newest run that can be read, of one of ``tasks`` if given; members of a sweep are passed over.

        Raises RunError: the fault of the newest that cannot be read, or else the command that makes one.
        """
        damage: RunError | None = None
        swept = False
        for name in reversed(self.names()):
            run = Run(self.root / name, name)
            try:
                info = run.info
            except RunError as error:
                damage = damage or error
                continue
            if tasks and info.get("task") not in tasks:
                continue
            if not info.get("sweep"):
                return run
            swept = True
        if damage is not None:
            raise damage
        what = f"run for the task {' or '.join(tasks)}" if tasks else "run"
        if swept:
            raise RunError(
                f"every {what} in {self.root} is a member of a sweep, none of which is the newest: name one by --run"
            )
        raise RunError(f"there is no {what} in {self.root}: make one by `medtext train`")

    def free_name(self, wished: str) -> str:
        """Return ``wished``, or ``wished-2``, ``-3`` ... where it is taken.

        An unfinished training takes its name too, so that it can still be resumed.
        """
        drafts = (path.name[1 : -len(".partial")] for path in self.root.glob(".*.partial"))
        taken = {*self.names(), *drafts}
        number = 1
        name = wished
        while name in taken or (self.root / name).exists():
            number += 1
            name = f"{wished}-{number}"
        return name

    def unfinished(self, command: str | None = None) -> list[str]:
        """List what was cut off and can be resumed by ``train`` or ``pretrain``, or by either, oldest first."""
        found = sorted(self.root.glob(f".*.partial/{SESSIONS}"), key=lambda path: path.parent.stat().st_mtime_ns)
        names = [path.parent.name[1 : -len(".partial")] for path in found]
        return [name for name in names if command in (None, self.resumed_by(name))]

    def resumed_by(self, name: str) -> str:
        """Return the command that goes on with a draft: ``train`` or ``pretrain``."""
        draft = Run(self.root / f".{name}.partial", name)
        with suppress(RunError):
            return "pretrain" if draft.info.get("task") == PRETRAIN else "train"
        return "train"

    @contextmanager
    def draft(self, name: str, *, replace: bool = False, resume: bool = False) -> Iterator[Run]:
        """Give a folder to write a run into; it gets its name only when the block ends well.

        ``resume`` goes on with what was cut off, or with the finished run of that name;
        ``replace`` starts over. Where the block fails, the folder is kept if it holds a
        checkpoint of its own and removed if not. Raises RunError where the name is taken, or
        another process is writing the same run.
        """
        if not RUN_NAME.fullmatch(name):
            raise RunError(f"'{name}' cannot be a run's name: use at most 100 letters a-z, digits, '.', '-' and '_'")
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"{self.root} cannot hold runs ({error.strerror}): name another folder by --runs") from error
        path, final = self.root / f".{name}.partial", self.root / name
        try:
            with self._lock(name):
                self._prepare(name, path, final, replace=replace, resume=resume)
                copied = _changed(final / CHECKPOINT) if resume else None
                try:
                    yield Run(path, name)
                except BaseException:
                    # Without a checkpoint, or with no other than the finished run's, there is nothing to lose.
                    if _changed(path / CHECKPOINT) in (None, copied):
                        shutil.rmtree(path, ignore_errors=True)
                    raise
                self._publish(path, final)
        except Timeout:
            raise RunError(f"another process is writing run '{name}': wait for it, or choose another --run") from None

    def _prepare(self, name: str, path: Path, final: Path, *, replace: bool, resume: bool) -> None:
        self._recover(final)
        if resume:
            if not (path / SESSIONS).exists():
                if not (final / CHECKPOINT).exists():
                    raise RunError(f"run '{name}' has no training to resume: start it without --resume")
                shutil.rmtree(path, ignore_errors=True)
                _copy_whole(final, path)
            return
        if (path / SESSIONS).exists() and not replace:
            raise RunError(
                f"the training of run '{name}' was cut off: go on with --resume, or start over with --replace"
            )
        if final.exists() and not replace:
            raise RunError(f"run '{name}' exists: choose another --run, or overwrite it with --replace")
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()

    def _publish(self, path: Path, final: Path) -> None:
        old = final.with_name(f".{final.name}.old")
        if final.exists():
            final.replace(old)
        path.replace(final)
        shutil.rmtree(old, ignore_errors=True)

    def _lock(self, name: str) -> FileLock:
        return FileLock(self.root / f".{name}.lock", timeout=0)

    def _mend(self) -> None:
        for old in self.root.glob(".*.old"):
            final = self.root / old.name[1 : -len(".old")]
            # Whoever holds the lock mends it; and to read, no right to write is needed.
            with suppress(Timeout, OSError), self._lock(final.name):
                self._recover(final)

    def _recover(self, final: Path) -> None:
        """Mend a run whose replacing was cut off between its two renames."""
        old = final.with_name(f".{final.name}.old")
        if old.exists():
            if final.exists():
                shutil.rmtree(old)
            else:
                old.replace(final)


def _copy_whole(source: Path, target: Path) -> None:
    beside = target.with_name(f"{target.name}.copy")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(source, beside)
    beside.replace(target)


def _changed(file: Path) -> int | None:
    return file.stat().st_mtime_ns if file.exists() else None


def _created(path: Path) -> str:
    try:
        return str(json.loads((path / "run.json").read_text(encoding="utf-8")).get("created", ""))
    except (OSError, ValueError, AttributeError, RecursionError):
        return ""


def now() -> str:
    """Return the time as run.json records it: UTC, to the microsecond so that the newest is always known."""
    return datetime.now(UTC).isoformat()
