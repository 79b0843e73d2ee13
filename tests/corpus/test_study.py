"""Which images are of one study, and what they show."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from medtext.corpus.study import doubt_of, studies_in, studies_of_lines, study_of
from medtext.errors import RecordError


def header(path: Path, **fields: str) -> None:
    """Write a DICOM file without a picture."""
    file = Dataset()
    file.file_meta = FileMetaDataset()
    file.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    file.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    for name, value in fields.items():
        setattr(file, name, value)
    file.save_as(path, enforce_file_format=True)


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
        "p1_1",
    ]
    assert study_of([Path("scan_1.png")]).id != study_of([Path("scan-1.png")]).id


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


def test_images_of_many_patients_in_one_subfolder_are_no_study(tmp_path: Path) -> None:
    for name in (
        "in/1-frontal.png",
        "in/1-lateral.png",
        "in/2-frontal.png",
        "in/.3.png",
        "deep/er/a.png",
        "deep/er/b-pa.png",
        "one/0.png",
        "one/1.png",
        "two/a-pa.png",
        "two/b/x.png",
        "two/c-pa.png",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(b"")
    found = {study.id: sorted(path.name for path in study.images) for study in studies_in(tmp_path)}
    assert found == {
        "1": ["1-frontal.png", "1-lateral.png"],
        "2": ["2-frontal.png"],
        "deep/er": ["a.png", "b-pa.png"],
        "one": ["0.png", "1.png"],
        "a": ["a-pa.png"],
        "c": ["c-pa.png"],
        "two/b": ["x.png"],
    }


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("1-pa.png", "1-ap.png"), "2 of its images are frontal"),
        (("1-pa.png", "2-lateral.png"), "its images are called after 1 and 2"),
        (("1-pa.png", "1-lateral.png"), ""),
        (("CXR1-3001.png", "CXR1-4001.png"), ""),
    ],
)
def test_images_that_may_be_of_several_studies_are_told(names: tuple[str, ...], says: str) -> None:
    assert doubt_of(study_of([Path(name) for name in names])) == says


def test_dicom_files_are_of_the_study_that_they_say(tmp_path: Path) -> None:
    for name, study, view in (
        ("x/IM1.dcm", "1.2", "PA"),
        ("y/IM1.dcm", "1.2", "LL"),
        ("IM2.dcm", "1.3", "PA"),
        ("IM3.dcm", "1.3", "LL"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        header(tmp_path / name, StudyInstanceUID=study, ViewPosition=view)
    found = {study.id: ([path.name for path in study.images], study.views) for study in studies_in(tmp_path)}
    assert found == {
        "IM2": (["IM2.dcm", "IM3.dcm"], ("frontal", "lateral")),
        "x": (["IM1.dcm", "IM1.dcm"], ("frontal", "lateral")),
    }


def test_a_folder_without_an_image_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no image in it"):
        list(studies_in(tmp_path))


def test_a_line_is_a_study() -> None:
    first, second = studies_of_lines(["\ufeffa-pa.png\ta-lat.png\n", "\n", "b.png\r\n"])
    assert (first.id, first.views) == ("a", ("frontal", "lateral"))
    assert (second.id, second.images) == ("b", (Path("b.png"),))
