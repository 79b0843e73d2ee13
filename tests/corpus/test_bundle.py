"""A corpus of many files is read from a folder or an archive, and nothing outside it."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from medtext.corpus import bundle
from medtext.corpus.bundle import open_bundle
from medtext.errors import RecordError

FILES = {"text/b.txt": "b\r\nc", "text/a.txt": "\ufeffa\n", "list.jsonl": "{}\n", "other/x.txt": "x"}


def tarred(path: Path, files: dict[str, str], mode: str = "w:gz") -> Path:
    """Write a tar file."""
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content.encode())
            archive.addfile(entry, io.BytesIO(content.encode()))
    return path


def packed(folder: Path, form: str, files: dict[str, str]) -> Path:
    """Write files as a folder or an archive."""
    path = folder / f"corpus{form}"
    if form == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    elif form:
        tarred(path, files, "w" if form == ".tar" else "w:gz")
    else:
        for name, content in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content.encode())
    return path


FORMS = pytest.mark.parametrize("form", ["", ".tar", ".tar.gz", ".tgz", ".zip"])


@FORMS
def test_the_files_of_the_folders_that_are_asked_for_are_found(tmp_path: Path, form: str) -> None:
    found = open_bundle(packed(tmp_path, form, FILES), ["text"])
    assert sorted(found.files) == ["list.jsonl", "text/a.txt", "text/b.txt"]
    assert found.names("text") == ["a.txt", "b.txt"]
    assert list(found.lines("text/b.txt")) == ["b", "c"]
    assert list(found.lines("text/a.txt")) == ["a"]
    assert list(found.lines("text/a.txt")) == ["a"]  # a second time as well
    assert "list.jsonl" in found
    assert "other/x.txt" not in found


@pytest.mark.parametrize("form", [".tar.gz", ".zip"])
def test_a_folder_around_everything_is_cut_off_and_what_file_managers_add_is_not_seen(
    tmp_path: Path, form: str
) -> None:
    files = {f"corpus-1/{name}": content for name, content in FILES.items()} | {"__MACOSX/corpus-1/._a": ""}
    found = open_bundle(packed(tmp_path, form, files), ["text"])
    assert sorted(found.files) == ["list.jsonl", "text/a.txt", "text/b.txt"]


@pytest.mark.parametrize(("form", "place"), [("", "corpus/text/b.txt:3"), (".zip", "corpus.zip: text/b.txt:3")])
def test_a_fault_says_where_it_is(tmp_path: Path, form: str, place: str) -> None:
    path = packed(tmp_path, form, FILES)
    assert open_bundle(path).place("text/b.txt", 3) == f"{tmp_path}/{place}"


@FORMS
@pytest.mark.parametrize("name", ["../outside.txt", "text/../../outside.txt", "/etc/hostname", "text/none.txt"])
def test_only_what_was_found_is_opened(tmp_path: Path, form: str, name: str) -> None:
    (tmp_path / "outside.txt").write_text("secret", encoding="utf-8")
    found = open_bundle(packed(tmp_path, form, FILES), ["text"])
    with pytest.raises(RecordError, match="there is no such file"):
        list(found.lines(name))


@pytest.mark.parametrize(
    ("content", "says"), [(b"a\nb\xff\n", ":2: byte 0xFF is not UTF-8"), (b"a\0\n", ":1: a NUL character")]
)
def test_a_line_that_is_no_text_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(RecordError, match=f"a.txt{says}"):
        list(open_bundle(tmp_path).lines("a.txt"))


@pytest.mark.parametrize("form", [".tar", ".tar.gz", ".zip"])
@pytest.mark.parametrize("name", ["../a.txt", "/a.txt", "text/../../a.txt", "c:a.txt", "a\\b.txt"])
def test_an_archive_with_paths_that_lead_out_is_not_trusted(tmp_path: Path, form: str, name: str) -> None:
    path = packed(tmp_path, form, {"text/a.txt": "a", name: "x"}) if form != ".zip" else tmp_path / "corpus.zip"
    if form == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "x")
    with pytest.raises(RecordError, match="leads out of it: do not trust it"):
        open_bundle(path, ["text"])


def test_links_and_devices_of_an_archive_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "corpus.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (("text/a.txt", tarfile.SYMTYPE), ("text/b.txt", tarfile.FIFOTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/hostname"
            archive.addfile(entry)
    assert open_bundle(path, ["text"]).names("text") == []


@pytest.mark.parametrize("form", [".tar", ".tar.gz", ".zip"])
def test_an_archive_may_not_unpack_to_more_than_fits(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path, form, {"text/a.txt": "a" * 50_000, "other/b.txt": "b" * 50_000})
    assert open_bundle(path, ["text"]).names("text") == ["a.txt"]
    monkeypatch.setattr(bundle, "_MOST", 90_000)
    with pytest.raises(RecordError, match=r"unpacks to more than .* if you trust it, unpack it and name the folder"):
        open_bundle(path, ["text"])


@pytest.mark.parametrize("form", [".tar.gz", ".zip"])
def test_a_damaged_archive_is_told(tmp_path: Path, form: str) -> None:
    path = packed(tmp_path, form, FILES)
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(RecordError, match=r"a broken archive \(.+\): download it again"):
        open_bundle(path)


def test_a_path_twice_is_told(tmp_path: Path) -> None:
    path = tmp_path / "corpus.tar"
    with tarfile.open(path, "w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
        archive.addfile(tarfile.TarInfo("./a.txt"))
    with pytest.raises(RecordError, match=r"holds 'a.txt' twice"):
        open_bundle(path)


def test_other_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    with pytest.raises(RecordError, match="neither a folder nor an archive"):
        open_bundle(tmp_path / "a.txt")
    with pytest.raises(RecordError, match="there is no such file"):
        open_bundle(tmp_path / "b.zip")
