"""A run appears whole or not at all, whatever happens while it is written."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from medtext.errors import RunError, UnknownNameError
from medtext.runs.store import CHECKPOINT, FORMAT, SESSIONS, Run, RunStore


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """Return an empty store whose folder does not exist yet."""
    return RunStore(tmp_path / "deep" / "runs")


def make(store: RunStore, name: str, *, created: str = "2026-01-01", task: str = "classify", **draft: Any) -> Run:
    """Write a run of few bytes."""
    with store.draft(name, **draft) as run:
        run.write("run.json", {"format": FORMAT, "created": created, "task": task})
    return store.open(name)


def cut_off(store: RunStore, name: str, *, checkpoint: bool = True, task: str = "new", **draft: Any) -> None:
    """Leave behind what a training that failed leaves."""

    def fail() -> None:
        with store.draft(name, **draft) as run:
            run.write("run.json", {"format": FORMAT, "task": task})
            run.write(SESSIONS, [])
            if checkpoint:
                run.write_text(CHECKPOINT, "state")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


def left(store: RunStore) -> set[str]:
    """Return what lies in the store's folder, but for locks."""
    return {path.name for path in store.root.iterdir() if path.suffix != ".lock"}


def test_a_draft_gets_its_name_only_when_the_block_ends(store: RunStore) -> None:
    with store.draft("a") as run:
        run.write("run.json", {"format": FORMAT, "created": "", "task": "tag"})
        assert store.names() == []
        with pytest.raises(RunError):
            store.open("a")
    assert store.names() == ["a"]
    assert store.open("a").info["task"] == "tag"
    assert left(store) == {"a"}


def test_a_block_that_fails_leaves_nothing(store: RunStore) -> None:
    cut_off(store, "a", checkpoint=False)
    assert left(store) == set()
    assert store.unfinished() == []


def test_a_block_that_is_interrupted_leaves_nothing(store: RunStore) -> None:
    with pytest.raises(KeyboardInterrupt), store.draft("a"):
        raise KeyboardInterrupt
    assert left(store) == set()


def test_a_block_that_fails_with_a_checkpoint_can_be_gone_on_with(store: RunStore) -> None:
    cut_off(store, "a")
    assert store.names() == []
    assert store.unfinished() == ["a"]
    with store.draft("a", resume=True) as run:
        assert run.info["task"] == "new"
        assert (run.path / CHECKPOINT).read_text() == "state"
    assert (store.names(), store.unfinished()) == (["a"], [])


def test_a_finished_run_is_gone_on_with_from_a_copy(store: RunStore) -> None:
    with store.draft("a") as run:
        run.write("run.json", {"format": FORMAT, "task": "old"})
        run.write_text(CHECKPOINT, "state")
    cut_off(store, "a", task="new", resume=True)
    assert store.open("a").info["task"] == "old"
    assert store.unfinished() == ["a"]
    with store.draft("a", resume=True) as run:
        assert run.info["task"] == "new"
    assert store.open("a").info["task"] == "new"


def test_a_copy_that_learned_nothing_is_not_kept(store: RunStore) -> None:
    with store.draft("a") as run:
        run.write("run.json", {"format": FORMAT, "task": "old"})
        run.write_text(CHECKPOINT, "state")
    cut_off(store, "a", task="new", resume=True, checkpoint=False)
    assert left(store) == {"a"}
    assert store.open("a").info["task"] == "old"


DIE = """
import os, sys
from pathlib import Path
from medtext.runs.store import SESSIONS, RunStore
with RunStore(Path(sys.argv[1])).draft("a") as run:
    run.write(SESSIONS, ["begun"])
    os._exit(9)
"""


def test_a_process_killed_before_its_first_checkpoint_can_be_gone_on_with(store: RunStore) -> None:
    killed = subprocess.run([sys.executable, "-c", DIE, str(store.root)], check=False)
    assert killed.returncode == 9
    assert (store.names(), store.unfinished()) == ([], ["a"])
    assert store.free_name("a") == "a-2"
    with store.draft("a", resume=True) as run:
        assert run.read(SESSIONS) == ["begun"]
        run.write("run.json", {"format": FORMAT})
    assert (store.names(), store.unfinished()) == (["a"], [])


def test_what_was_cut_off_is_not_started_over_by_chance(store: RunStore) -> None:
    cut_off(store, "a")
    with pytest.raises(
        RunError, match=r"the training of run 'a' was cut off: go on with --resume, or start over with --replace"
    ):
        make(store, "a")
    assert store.unfinished() == ["a"]
    run = make(store, "a", replace=True)
    assert not (run.path / CHECKPOINT).exists()


def test_nothing_to_resume_is_an_error(store: RunStore) -> None:
    make(store, "done")
    for name in ("done", "never"):
        with pytest.raises(RunError, match=f"run '{name}' has no training to resume: start it without --resume"):
            make(store, name, resume=True)


def test_a_name_is_taken_once(store: RunStore) -> None:
    make(store, "a", task="old")
    with pytest.raises(RunError, match=r"run 'a' exists: choose another --run, or overwrite it with --replace"):
        make(store, "a", task="new")
    assert store.open("a").info["task"] == "old"


def test_replacing_leaves_nothing_of_the_old_run(store: RunStore) -> None:
    (make(store, "a", task="old").path / "extra.txt").write_text("old")
    run = make(store, "a", task="new", replace=True)
    assert run.info["task"] == "new"
    assert [path.name for path in run.path.iterdir()] == ["run.json"]
    assert left(store) == {"a"}


def test_replacing_that_fails_keeps_the_old_run(store: RunStore) -> None:
    make(store, "a", task="old")
    cut_off(store, "a", checkpoint=False, task="new", replace=True)
    assert store.open("a").info["task"] == "old"


@pytest.mark.parametrize("name", ["", ".a", "-a", "a/b", "../a", "a b", "胃", "a\n", "a" * 101])
def test_names_that_are_no_good_folder_are_refused(store: RunStore, name: str) -> None:
    with pytest.raises(RunError, match="cannot be a run's name: use at most 100 letters a-z, digits"):
        make(store, name)
    assert not store.root.exists()


@pytest.mark.parametrize("name", ["a", "A1", "1-b_c.d", "a" * 100])
def test_names_that_are_good_folders_are_taken(store: RunStore, name: str) -> None:
    assert make(store, name).name == name


def test_a_folder_that_cannot_be_made_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"file cannot hold runs \(File exists\): name another folder by --runs"):
        make(RunStore(tmp_path / "file"), "a")


HOLD = """
import sys
from pathlib import Path
from medtext.runs.store import RunStore
with RunStore(Path(sys.argv[1])).draft("a") as run:
    run.write("run.json", {"format": 1, "task": "theirs"})
    print("writing", flush=True)
    sys.stdin.read()
"""


def test_two_processes_do_not_write_one_run(store: RunStore) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        with pytest.raises(RunError, match="another process is writing run 'a': wait for it, or choose another --run"):
            make(store, "a", replace=True)
        assert make(store, "b").name == "b"
        other.communicate()
    assert other.returncode == 0
    assert store.open("a").info["task"] == "theirs"
    assert make(store, "a", replace=True, task="ours").info["task"] == "ours"


# The renames of a replacement are: the old run aside, the draft into place; then the old run is removed.
KILL = """
import os, shutil, sys
from pathlib import Path
from medtext.runs.store import RunStore

steps = int(sys.argv[2])

def counted(call):
    def maybe(*arguments, **keywords):
        global steps
        if steps == 0:
            os._exit(9)
        steps -= 1
        return call(*arguments, **keywords)
    return maybe

with RunStore(Path(sys.argv[1])).draft("a", replace=True) as run:
    run.write("run.json", {"format": 1, "task": "new"})
    Path.replace, shutil.rmtree = counted(Path.replace), counted(shutil.rmtree)
"""


@pytest.mark.parametrize(("steps", "task"), [(0, "old"), (1, "old"), (2, "new")])
@pytest.mark.parametrize("first", ["open", "names"])
def test_a_process_killed_while_replacing_leaves_a_whole_run(
    store: RunStore, steps: int, task: str, first: str
) -> None:
    make(store, "a", task="old")
    make(store, "b")
    killed = subprocess.run([sys.executable, "-c", KILL, str(store.root), str(steps)], check=False)
    assert killed.returncode == 9
    assert (store.root / "a").exists() == (steps != 1)
    if first == "names":
        assert store.names() == ["a", "b"]
    assert store.open("a").info["task"] == task
    assert store.names() == ["a", "b"]
    assert make(store, "a", replace=True, task="newest").info["task"] == "newest"
    assert left(store) == {"a", "b"}


def test_a_run_aside_is_left_alone_while_its_replacement_is_written(store: RunStore) -> None:
    make(store, "a", task="old")
    with store.draft("a", replace=True) as run:
        run.write("run.json", {"format": FORMAT, "task": "new"})
        (store.root / "a").rename(store.root / ".a.old")
        assert store.names() == []  # the other process holds the lock, and will finish
    assert store.open("a").info["task"] == "new"


def test_runs_are_listed_in_the_order_they_were_made(store: RunStore) -> None:
    for name, created in (("c", "2026-01-02"), ("a", "2026-01-03"), ("d", "2026-01-01"), ("b", "2026-01-03")):
        make(store, name, created=created)
    assert store.names() == ["d", "c", "a", "b"]


def test_what_is_no_run_is_not_listed(store: RunStore) -> None:
    make(store, "a")
    cut_off(store, "b")
    (store.root / "notes").mkdir()
    (store.root / "file.txt").write_text("")
    (store.root / "a (copy)").mkdir()
    (store.root / "a (copy)" / "run.json").write_text("{}")
    assert store.names() == ["a"]


def test_members_of_sweeps_are_not_the_newest_and_only_those_of_the_task_are_named(store: RunStore) -> None:
    member = make(store, "a", task="one")
    member.write("run.json", {**member.info, "sweep": "s"})
    with pytest.raises(RunError, match=r"every run for the task one in .* is a member of a sweep"):
        store.newest(["one"])
    with pytest.raises(RunError, match="there is no run for the task two in"):
        store.newest(["two"])
    make(store, "b", created="2025-01-01")
    assert store.newest().name == "b"


def test_the_newest_run_of_a_task_is_found(store: RunStore) -> None:
    for name, created, task in (("a", "1", "tag"), ("b", "2", "classify"), ("c", "3", "generate")):
        make(store, name, created=created, task=task)
    assert store.newest().name == "c"
    assert store.newest(["classify", "tag"]).name == "b"
    assert store.newest(["tag"]).name == "a"


def test_no_fitting_run_names_the_command_that_makes_one(store: RunStore) -> None:
    with pytest.raises(RunError, match=r"^there is no run in .*runs: make one by `medtext train`$"):
        store.newest()
    make(store, "a", task="tag")
    with pytest.raises(RunError, match=r"^there is no run for the task classify or generate in .*`medtext train`$"):
        store.newest(["classify", "generate"])


DAMAGE = {
    "no json": ("{", "run.json of run 'bad' cannot be read .* train or import it again"),
    "no text": ("\ud800", "run.json of run 'bad' cannot be read .*invalid"),
    "no object": ("[]", "run 'bad' has format None, this medtext reads 1: use the version that made it, or train"),
    "later": ('{"format": 2, "created": "9", "task": "tag"}', "run 'bad' has format 2, this medtext reads 1"),
    "nested": ("[" * 100_000, "run.json of run 'bad' cannot be read"),
}


@pytest.mark.parametrize("fault", DAMAGE)
def test_a_damaged_run_hides_no_other(store: RunStore, fault: str) -> None:
    content, message = DAMAGE[fault]
    run = make(store, "bad")
    (run.path / "run.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(RunError, match=message):
        store.newest(["tag"])
    make(store, "good", task="tag")
    assert sorted(store.names()) == ["bad", "good"]
    assert store.newest(["tag"]).name == store.newest().name == "good"
    with pytest.raises(RunError, match=message):
        _ = store.open("bad").info


def test_a_run_without_its_card_says_what_it_lacks(store: RunStore) -> None:
    run = make(store, "a")
    (run.path / "run.json").unlink()
    with pytest.raises(RunError, match=r"^run 'a' lacks run.json: train or import it again \(.*a\)$"):
        _ = store.open("a").info


def test_an_unknown_name_suggests_one(store: RunStore) -> None:
    with pytest.raises(RunError, match=r"no run is called 'a', and .*runs holds none: make one by `medtext train`"):
        store.open("a")
    make(store, "gi-records-text-cnn")
    with pytest.raises(
        UnknownNameError, match=r"no run is called 'gi-records-cnn': did you mean 'gi-records-text-cnn'"
    ):
        store.open("gi-records-cnn")


def test_a_name_cannot_lead_out_of_the_store(store: RunStore) -> None:
    make(store, "a")
    make(RunStore(store.root.parent), "outside")
    with pytest.raises(UnknownNameError):
        store.open("../outside")


def test_a_free_name_passes_over_runs_drafts_and_folders(store: RunStore) -> None:
    assert store.free_name("a") == "a"
    make(store, "a")
    assert store.free_name("a") == "a-2"
    cut_off(store, "a-2")
    (store.root / "a-3").mkdir()
    assert store.free_name("a") == "a-4"


def test_trainings_cut_off_are_listed_oldest_first(store: RunStore) -> None:
    cut_off(store, "b")
    cut_off(store, "a")
    cut_off(store, "c", checkpoint=False)
    assert store.unfinished() == ["b", "a"]


def test_json_and_lines_are_read_back(store: RunStore) -> None:
    with store.draft("a") as run:
        run.write("labels.json", {"labels": ["胃", "肠"]})
        run.write_text("history.jsonl", '{"epoch": 1}\n{"epoch": 2, "text": "\u2028"}\n')
    run = Run(store.root / "a", "a")
    assert run.read("labels.json") == {"labels": ["胃", "肠"]}
    assert "胃" in (run.path / "labels.json").read_text(encoding="utf-8")
    assert run.lines("history.jsonl") == [{"epoch": 1}, {"epoch": 2, "text": "\u2028"}]


def test_lines_that_are_missing_or_broken_are_named(store: RunStore) -> None:
    run = make(store, "a")
    with pytest.raises(RunError, match=r"run 'a' lacks history.jsonl"):
        run.lines("history.jsonl")
    run.write_text("history.jsonl", '{"epoch": 1}\n{"epoch"')
    with pytest.raises(RunError, match=r"history.jsonl of run 'a' cannot be read"):
        run.lines("history.jsonl")


def test_a_file_that_cannot_be_written_leaves_the_old_one(store: RunStore) -> None:
    run = make(store, "a", task="old")
    with pytest.raises(TypeError):
        run.write("run.json", {"task": object()})
    assert json.loads((run.path / "run.json").read_text())["task"] == "old"


def test_a_path_that_is_not_utf8_comes_back_as_it_was(store: RunStore) -> None:
    run = make(store, "a", task="胃\udcff.txt")
    assert run.read("run.json")["task"] == "胃\udcff.txt"


def test_the_baseline_beside_a_run_is_found(store: RunStore) -> None:
    run = make(store, "a")
    assert run.part_of is None
    (run.path / "baseline").mkdir()
    Run(run.path / "baseline", "x").write("run.json", {"format": FORMAT})
    assert run.part_of == Run(run.path / "baseline", "a/baseline")
    assert store.names() == ["a"]
