"""Phantom studies are read as their options say, and what is wrong with a folder is named with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from medtext_data.phantom_xray.generate import make
from medtext_plugins.datasets import phantom_xray

from medtext import testing
from medtext.errors import OptionError, OutputError, RecordError
from medtext.plugin import Record, Task
from medtext.plugin.options import make_options, parse_pairs

(SPEC,) = phantom_xray.medtext_datasets()
assert SPEC.sample is not None
SAMPLE: Path = SPEC.sample
Written = Callable[..., Path]


def options(*pairs: str) -> phantom_xray.Options:
    made: phantom_xray.Options = make_options(phantom_xray.Options, parse_pairs(pairs), owner="phantom-xray")
    return made


def records(path: Path, *pairs: str) -> list[Record]:
    return list(phantom_xray.read(path, options(*pairs)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("phantom") / "studies"
    make(folder, count=4, seed=7, size=32)
    return folder


@pytest.fixture
def written(made: Path, tmp_path: Path) -> Written:
    """Return a function that writes the made studies again, the second one changed."""

    def write(change: Callable[[dict[str, Any]], Any]) -> Path:
        lines = [json.loads(line) for line in (made / "studies.jsonl").read_text(encoding="utf-8").splitlines()]
        change(lines[1])
        (tmp_path / "studies.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
        (tmp_path / "images").symlink_to(made / "images")
        return tmp_path

    return write


@pytest.mark.parametrize("task", [Task.GENERATE, Task.TAG])
@pytest.mark.parametrize("views", ["frontal", "lateral", "pair", "all"])
def test_phantom_xray_keeps_its_promises(views: str, task: Task) -> None:
    testing.check_dataset(SPEC, options=options(f"views={views}"), task=task)


def test_a_broken_folder_is_told(written: Written) -> None:
    folder = written(lambda line: line.pop("report"))
    testing.check_dataset(SPEC, SAMPLE, options=options(), broken=folder / "studies.jsonl")


def test_a_record_has_images_views_findings_and_their_regions() -> None:
    lines = {line["id"]: line for line in map(json.loads, (SAMPLE / "studies.jsonl").read_text("utf-8").splitlines())}
    read = records(SAMPLE, "views=all")
    assert len(read) == len(lines)
    assert {record.split for record in read} == {None}
    for record in read:
        line = lines[record.id]
        assert record.group == record.id
        assert record.views == tuple(line["images"])
        assert [str(path.relative_to(SAMPLE)) for path in record.images] == list(line["images"].values())
        told = [*line["findings"], *line["variants"]]
        assert record.labels == tuple(found["name"] for found in told)
        assert record.target == line["report"]["findings"]
        assert record.text == ""
        expected = {
            (record.views.index(view), *box, found["name"])
            for found in (*line["findings"], *line["variants"])
            for view, boxes in found["regions"].items()
            for box in boxes
        }
        assert {
            (each.view, each.left, each.top, each.right, each.bottom, each.label) for each in record.regions or ()
        } == expected
        assert {each.label for each in record.regions or ()} >= set(record.labels or ())


def test_views_choose_studies_and_their_images() -> None:
    found = {views: records(SAMPLE, f"views={views}") for views in ("frontal", "lateral", "pair", "all")}
    assert {record.views for record in found["frontal"]} == {("frontal",)}
    assert {record.views for record in found["lateral"]} == {("lateral",)}
    assert {record.views for record in found["pair"]} == {("frontal", "lateral")}
    assert {record.views for record in found["all"]} == {("frontal",), ("lateral",), ("frontal", "lateral")}
    ids = {views: {record.id for record in read} for views, read in found.items()}
    assert ids["pair"] == ids["frontal"] & ids["lateral"]
    assert ids["all"] == ids["frontal"] | ids["lateral"]
    assert all(region.view == 0 for record in found["lateral"] for region in record.regions or ())
    both = {record.id: record for record in found["pair"]}
    alone = next(record for record in found["lateral"] if record.labels and record.id in both)
    second = [region for region in both[alone.id].regions or () if region.view == 1]
    assert [region.left for region in alone.regions or ()] == [region.left for region in second]


def test_sections_are_text_or_target() -> None:
    findings, impression = records(SAMPLE)[0].target, records(SAMPLE, "target=impression")[0].target
    assert findings != impression
    assert records(SAMPLE, "target=both")[0].target == f"{findings} {impression}"
    given = records(SAMPLE, "target=impression", "text=findings")[0]
    assert (given.text, given.target) == (findings, impression)
    with pytest.raises(OptionError, match="gives away what is to be written"):
        options("text=findings")


def test_a_folder_of_ones_own_is_read(made: Path) -> None:
    read = records(made, "views=all")
    assert [record.id for record in read] == [f"phantom-7-0000{number}" for number in range(4)]
    assert read[2].place.endswith("studies.jsonl:3")
    assert all(path.is_file() for record in read for path in record.images)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda line: line.update(id=7), "id is 7, where a text is expected"),
        (lambda line: line.update(report="none"), "report is 'none', where an object is expected"),
        (lambda line: line["report"].pop("impression"), "impression is None, where a text is expected"),
        (lambda line: line.update(images={}), "images of \\[\\]: expected those of frontal and lateral"),
        (lambda line: line["images"].update(oblique="x.png"), "expected those of frontal and lateral"),
        (lambda line: line["images"].update(frontal="images/none.png"), "there is no image .*none.png"),
        (lambda line: line["findings"].append({"name": "fracture"}), "'fracture'.* among the findings"),
        (lambda line: line["variants"].append("cyst"), "'cyst' among the variants"),
        (
            lambda line: line["findings"].append({"name": "nodule or mass"}),
            "regions is None, where an object is expected",
        ),
        (
            lambda line: line["findings"].append({"name": "nodule or mass", "regions": {"frontal": [[0, 0, 1]]}}),
            "expected left, top, right and bottom",
        ),
        (
            lambda line: line["findings"].append(
                {"name": "nodule or mass", "regions": {"frontal": [[0.5, 0, 0.2, 1]]}}
            ),
            "leaves the image",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    written: Written, change: Callable[[dict[str, Any]], Any], says: str
) -> None:
    with pytest.raises(RecordError, match=rf"studies\.jsonl:2: .*{says}"):
        records(written(change), "views=all")


def test_a_process_that_was_ended_is_no_fault_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: Any, **__: Any) -> None:
        raise ChildProcessError("a process was ended")

    monkeypatch.setattr("medtext_data.phantom_xray.generate.make", ended)
    assert SPEC.make is not None
    with pytest.raises(OutputError, match="new: a process was ended: make them where more memory is free"):
        SPEC.make(tmp_path / "new", 1, 3, lambda: None)


def test_making_writes_what_is_read_and_overwrites_nothing(tmp_path: Path) -> None:
    told: list[bool] = []
    assert SPEC.make is not None
    SPEC.make(tmp_path / "new", 2, 7, lambda: told.append(True))
    assert [record.id for record in records(tmp_path / "new", "views=all")] == ["phantom-7-00000", "phantom-7-00001"]
    assert len(told) == 2
    with pytest.raises(OutputError, match="new exists: name another folder"):
        SPEC.make(tmp_path / "new", 2, 7, lambda: None)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=r"file/new: .*: name another folder"):
        SPEC.make(tmp_path / "file" / "new", 1, 7, lambda: None)


def test_a_folder_without_studies_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"studies\.jsonl: there are no studies: name a folder"):
        records(tmp_path)
    (tmp_path / "studies.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(RecordError, match="the file is empty"):
        records(tmp_path)
    (tmp_path / "studies.jsonl").write_text("[1]\n", encoding="utf-8")
    with pytest.raises(RecordError, match=r"studies\.jsonl:1: a list, where an object is expected"):
        records(tmp_path)
