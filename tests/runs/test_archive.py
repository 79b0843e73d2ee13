"""A run travels as one file; what is no such file gets no name, and writes nothing outside."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from medtext.errors import RunError
from medtext.runs import archive
from medtext.runs.archive import pack, unpack
from medtext.runs.store import CHECKPOINT, FORMAT, SESSIONS, Run, RunStore

MANIFEST = json.dumps({"format": FORMAT, "name": "a"})
CARD = json.dumps({"format": FORMAT, "created": "1", "task": "tag"})


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a run with a baseline, a log and a checkpoint."""
    store = RunStore(tmp_path / "runs")
    with store.draft("a") as draft:
        draft.write_text("run.json", CARD)
        (draft.path / "model.safetensors").write_bytes(bytes(range(256)) * 8)
        (draft.path / "baseline").mkdir()
        (draft.path / "baseline" / "run.json").write_text(CARD)
        for name in (CHECKPOINT, f"baseline/{CHECKPOINT}", SESSIONS, "train.log"):
            (draft.path / name).write_text("stays behind")
    return store.open("a")


@pytest.fixture
def elsewhere(tmp_path: Path) -> RunStore:
    """Return the store of another machine."""
    return RunStore(tmp_path / "elsewhere" / "runs")


def packed(run: Run) -> Path:
    """Pack a run into a file."""
    file = run.path.parent.parent / "a.zip"
    pack(run, file)
    return file


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder by their path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def zipped(folder: Path, entries: dict[str, str]) -> Path:
    """Write a zip file as someone else may."""
    file = folder / "strange.zip"
    with zipfile.ZipFile(file, "w") as made:
        for name, content in entries.items():
            made.writestr(zipfile.ZipInfo(name), content)
    return file


def fault(store: RunStore, file: Path) -> str:
    """Return the line that unpacking ends with; nothing may be left of it."""
    with pytest.raises(RunError) as caught:
        unpack(store, file)
    assert store.names() == []
    assert not store.root.exists() or [path for path in store.root.iterdir() if path.suffix != ".lock"] == []
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_run_survives_a_round_trip(run: Run, elsewhere: RunStore) -> None:
    found = unpack(elsewhere, packed(run))
    assert (found.name, found.info) == ("a", run.info)
    assert found.part_of is not None
    kept = {name: content for name, content in contents(run.path).items() if content != b"stays behind"}
    assert contents(found.path) == kept


def test_what_only_a_training_needs_stays_behind(run: Run) -> None:
    with zipfile.ZipFile(packed(run)) as file:
        assert sorted(file.namelist()) == ["baseline/run.json", "medtext-run.json", "model.safetensors", "run.json"]


def test_a_run_may_get_another_name(run: Run, elsewhere: RunStore) -> None:
    assert unpack(elsewhere, packed(run), name="b").name == "b"
    assert elsewhere.names() == ["b"]


def test_a_taken_name_is_kept_unless_replaced(run: Run, elsewhere: RunStore) -> None:
    file = packed(run)
    (unpack(elsewhere, file).path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="run 'a' exists"):
        unpack(elsewhere, file)
    assert "mine.txt" in contents(elsewhere.root / "a")
    unpack(elsewhere, file, replace=True)
    assert "mine.txt" not in contents(elsewhere.root / "a")


def test_files_without_a_date_are_packed(run: Run, elsewhere: RunStore) -> None:
    os.utime(run.path / "run.json", (0, 0))
    assert unpack(elsewhere, packed(run)).info == run.info


@pytest.mark.parametrize("card", ["{}", "{"])
def test_what_is_no_whole_run_is_not_packed(run: Run, card: str) -> None:
    (run.path / "run.json").write_text(card)
    with pytest.raises(RunError, match="run 'a'"):
        packed(run)
    assert not (run.path.parent.parent / "a.zip").exists()


@pytest.mark.parametrize(
    "path",
    [
        *("../evil.txt", "{absolute}/evil.txt", "b/../../evil.txt", "b\\..\\evil.txt", "C:evil.txt", ".."),
        *(CHECKPOINT, f"baseline/{CHECKPOINT}", SESSIONS, "train.log"),
    ],
)
def test_a_path_that_no_run_has_is_refused(tmp_path: Path, elsewhere: RunStore, path: str) -> None:
    path = path.replace("{absolute}", str(tmp_path))
    file = zipped(tmp_path, {"medtext-run.json": MANIFEST, "run.json": CARD, path: "evil"})
    assert "which no run has: do not trust it" in fault(elsewhere, file)
    assert not list(tmp_path.rglob("*evil.txt"))


@pytest.mark.parametrize("name", ["../a", "", "a/b", ".a"])
def test_a_name_that_no_run_has_is_refused(tmp_path: Path, elsewhere: RunStore, name: str) -> None:
    manifest = json.dumps({"format": FORMAT, "name": name})
    assert "cannot be a run's name" in fault(elsewhere, zipped(tmp_path, {"medtext-run.json": manifest}))


def test_an_archive_that_would_fill_the_disk_is_refused(
    run: Run, elsewhere: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = packed(run)
    monkeypatch.setattr(archive, "_GREATEST", 1000)
    assert "would unpack to more than" in fault(elsewhere, file)


def test_an_archive_that_lies_about_sizes_unpacks_no_more_than_it_says(tmp_path: Path, elsewhere: RunStore) -> None:
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("medtext-run.json", MANIFEST)
        made.writestr("run.json", CARD)
        made.writestr("model.safetensors", bytes(1_000_003))
    content = file.read_bytes()
    said = (1_000_003).to_bytes(4, "little")
    assert content.count(said) == 2  # in the entry and in the list of entries
    file.write_bytes(content.replace(said, (10).to_bytes(4, "little")))
    assert "it is cut (Bad CRC-32" in fault(elsewhere, file)


STRANGE = {
    "no manifest": {"run.json": CARD},
    "a manifest that is no JSON": {"medtext-run.json": "{", "run.json": CARD},
    "a manifest that is no object": {"medtext-run.json": "[]", "run.json": CARD},
    "a manifest without a name": {"medtext-run.json": '{"format": 1}', "run.json": CARD},
    "a file that is a folder too": {"medtext-run.json": MANIFEST, "run.json": CARD, "run.json/b": ""},
}


@pytest.mark.parametrize("entries", STRANGE.values(), ids=STRANGE)
def test_an_archive_of_something_else_is_refused(tmp_path: Path, elsewhere: RunStore, entries: dict[str, str]) -> None:
    message = fault(elsewhere, zipped(tmp_path, entries))
    assert "is no run that `medtext runs export` wrote, or it is cut" in message
    assert message.endswith("export it again")


def test_an_archive_that_was_packed_again_with_its_folders_is_read(tmp_path: Path, elsewhere: RunStore) -> None:
    entries = {"baseline/": "", "baseline/run.json": CARD, "medtext-run.json": MANIFEST, "run.json": CARD}
    found = unpack(elsewhere, zipped(tmp_path, entries))
    assert sorted(contents(found.path)) == ["baseline/run.json", "run.json"]


def test_an_archive_of_another_format_is_refused(tmp_path: Path, elsewhere: RunStore) -> None:
    file = zipped(tmp_path, {"medtext-run.json": '{"format": 2, "name": "a"}'})
    assert fault(elsewhere, file) == f"{file} has format 2, this medtext reads 1"


@pytest.mark.parametrize("card", [None, "{", '{"format": 2}'])
def test_an_archive_without_a_readable_run_gets_no_name(tmp_path: Path, elsewhere: RunStore, card: str | None) -> None:
    entries = {"medtext-run.json": MANIFEST, **({} if card is None else {"run.json": card})}
    assert "run 'a'" in fault(elsewhere, zipped(tmp_path, entries))


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path, elsewhere: RunStore) -> None:
    assert fault(elsewhere, tmp_path / "gone.zip") == f"{tmp_path / 'gone.zip'}: there is no such file"
    assert "(Is a directory)" in fault(elsewhere, tmp_path).replace(f": '{tmp_path}'", "").replace("[Errno 21] ", "")


def test_an_encrypted_archive_is_refused(run: Run, elsewhere: RunStore) -> None:
    file = packed(run)
    content = bytearray(file.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 1)
    file.write_bytes(content)
    assert "encrypted" in fault(elsewhere, file)


def test_a_cut_archive_is_refused_wherever_it_is_cut(run: Run, elsewhere: RunStore) -> None:
    file = packed(run)
    content = file.read_bytes()
    for length in range(0, len(content), 41):
        file.write_bytes(content[:length])
        assert "it is cut" in fault(elsewhere, file)


def test_a_changed_byte_is_refused_or_changes_nothing(run: Run, elsewhere: RunStore) -> None:
    file = packed(run)
    content, wanted = file.read_bytes(), contents(unpack(elsewhere, file).path)
    refused = 0
    for at in range(0, len(content), 7):
        file.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        try:
            found = unpack(elsewhere, file, name=f"n{at}")
        except RunError:
            refused += 1
        else:
            assert contents(found.path).get("model.safetensors") in (wanted["model.safetensors"], None)
            assert contents(found.path)["run.json"] == wanted["run.json"]
    assert refused > len(content) // 7 // 2
