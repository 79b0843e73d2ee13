"""Which images are of one study, and what they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from medtext.corpus.study import studies_in, studies_of_lines, study_of
from medtext.errors import RecordError


def test_frontal_views_come_first_whatever_the_order() -> None:
    study = study_of([Path("7-lateral.png"), Path("7_PA.png")])
    assert (study.id, study.views) == ("7", ("frontal", "lateral"))
    assert [path.name for path in study.images] == ["7_PA.png", "7-lateral.png"]
    typed = study_of([Path("a.png"), Path("b.png")], ["lateral", "frontal"])
    assert [path.name for path in typed.images] == ["b.png", "a.png"]
    unknown = study_of([Path("b.png"), Path("a.png")])
    assert (unknown.views, [path.name for path in unknown.images]) == ((), ["b.png", "a.png"])


def test_names_that_differ_beside_the_view_stay_apart() -> None:
    assert [study_of([Path(name)]).id for name in ("1-PA-2.png", "12-PA.png", "p1_frontal_1.png")] == [
        "1-2",
        "12",
        "p1-1",
    ]


def test_a_damaged_dicom_file_is_a_study_whose_fault_is_met_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\xff" * 40)
    assert study_of([tmp_path / "a.dcm"]).views == ()


def test_words_that_only_begin_like_a_view_are_no_view() -> None:
    assert study_of([Path("paul.png")]).views == ()
    assert study_of([Path("1-frontal-lateral.png")]).views == ()  # both are said: neither is known


def test_a_folder_holds_studies_by_their_names_and_by_its_subfolders(tmp_path: Path) -> None:
    for name in ("1-frontal.png", "1-lateral.png", "2.jpg", "notes.txt", "x/a.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = {study.id: [path.name for path in study.images] for study in studies_in(tmp_path)}
    assert {key: sorted(names) for key, names in found.items()} == {
        "1": ["1-frontal.png", "1-lateral.png"],
        "2": ["2.jpg"],
        "x": ["a.png"],
    }


def test_a_folder_without_an_image_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no image in it"):
        list(studies_in(tmp_path))


def test_a_line_is_a_study() -> None:
    first, second = studies_of_lines(["a-pa.png\ta-lat.png\n", "\n", "b.png\r\n"])
    assert (first.id, first.views) == ("a", ("frontal", "lateral"))
    assert (second.id, second.images) == ("b", (Path("b.png"),))
