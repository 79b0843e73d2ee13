"""Chest X-ray studies are read from tables, XML and annotation.json with their images; nothing is lost silently."""

from __future__ import annotations

import io
import json
import logging
import tarfile
from pathlib import Path
from typing import Any

import pytest
from medtext_plugins.datasets import iu_xray
from medtext_plugins.datasets.iu_xray_cleaning import clean_report

from medtext import testing
from medtext.corpus.check import checked
from medtext.errors import MedtextError, RecordError
from medtext.plugin import Record, Task
from medtext.plugin.options import make_options, option_fields, parse_pairs

# Made up, like every sentence here.
HEADER = "uid,MeSH,Problems,image,indication,comparison,findings,impression\n"
REPORTS = HEADER + (
    '7,x,"Mass;Mass;Ribs, Broken",x,Sore rib,,1. Round shadow at the left base.  2.Rib three is bent.,A mass.\n'
    "8,x,normal,x,XXXX-year-old man,,Lungs are open .,Nothing new since XXXX.\n"
    "9,x,No Indexing,x,,,,Quiet chest.\n"
    "12,x,Mass,x,Cough,,Shadow gone.,\n"
)
PROJECTIONS = (
    "uid,filename,projection\n"
    "7,7_IM-0001-2001.dcm.png,Lateral\n7,7_IM-0001-1001.dcm.png,Frontal\n7,7_IM-0001-1002.dcm.png,Frontal\n"
    "8,8_IM-0002-1001.dcm.png,Lateral\n"
    "9,9_IM-0003-1001.dcm.png,Frontal\n"
    "12,12_IM-0004-1001.dcm.png,Frontal\n"
)
IMAGES = ("7_IM-0001-1001", "7_IM-0001-1002", "7_IM-0001-2001", "8_IM-0002-1001", "9_IM-0003-1001")
ANNOTATION: dict[str, list[dict[str, Any]]] = {
    "train": [{"id": "CXR7_IM-0001", "report": "Round shadow.", "image_path": ["CXR7_IM-0001/0.png", "a/2.png"]}],
    "val": [{"id": "CXR8_IM-0002-1001", "report": "Lungs open.", "image_path": ["CXR8_IM-0002-1001/0.png"]}],
    "test": [{"id": "CXR9_IM-0003", "report": " ", "image_path": ["CXR9_IM-0003/0.png"]}],
}


def xml(number: int, *, problems: tuple[str, ...] = ("Mass/lung/left", "Mass/base"), **sections: str) -> str:
    """Return a report as Open-i writes it."""
    texts = "".join(f'<AbstractText Label="{name.upper()}">{text}</AbstractText>' for name, text in sections.items())
    majors = "".join(f"<major>{problem}</major>" for problem in problems)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<eCitation><uId id="CXR{number}"/><Abstract>{texts}</Abstract>'
        f"<MeSH>{majors}<automatic>mass</automatic></MeSH>"
        f'<parentImage id="CXR{number}_{number}_IM-0001-2001"/><parentImage id="CXR{number}_{number}_IM-0001-1001"/>'
        "</eCitation>"
    )


def images(folder: Path, stems: tuple[str, ...] = IMAGES, ending: str = ".dcm.jpg") -> Path:
    """Make the files of images; what they hold is not looked at."""
    for stem in stems:
        path = folder / f"{stem}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"image")
    return folder


def tables(folder: Path, reports: str = REPORTS, projections: str = PROJECTIONS) -> Path:
    """Write the corpus as tables."""
    (folder / "indiana_reports.csv").write_text(reports, encoding="utf-8")
    (folder / "indiana_projections.csv").write_text(projections, encoding="utf-8")
    images(folder / "images")
    return folder


def archive(path: Path, files: dict[str, str]) -> Path:
    """Write an archive of reports."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"ecgen-radiology/{name}")
            entry.size = len(content.encode())
            tar.addfile(entry, io.BytesIO(content.encode()))
    return path


def annotation(folder: Path, content: Any = ANNOTATION) -> Path:
    """Write annotation.json, and the images beside it."""
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "annotation.json").write_text(text, encoding="utf-8")
    images(folder / "images")
    return folder


def records(path: Path, *pairs: str, task: Task = Task.GENERATE) -> list[Record]:
    """Read records with options as they are typed; every label counts unless said otherwise."""
    typed = {"min_label": "1"} | parse_pairs(pairs)
    return list(checked(iu_xray.read(path, make_options(iu_xray.Options, typed, owner="iu-xray")), task))


def fault(path: Path, *pairs: str) -> str:
    """Return the one line that reading ends with, without the folder."""
    with pytest.raises(MedtextError) as caught:
        records(path, *pairs)
    folder = path if path.is_dir() else path.parent
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{folder}/", "")


def names(record: Record) -> list[str]:
    return [path.name.partition(".")[0] for path in record.images]


# Tables


def test_a_study_of_the_tables_is_a_record(tmp_path: Path) -> None:
    first, second = records(tables(tmp_path))
    assert first == Record(
        id="CXR7",
        images=(
            tmp_path / "images" / "7_IM-0001-1001.dcm.jpg",
            tmp_path / "images" / "7_IM-0001-2001.dcm.jpg",
        ),
        views=("frontal", "lateral"),
        labels=("Mass", "Ribs, Broken"),
        target="Round shadow at the left base. Rib three is bent.",
        group="CXR7",
        place=f"{tmp_path}/indiana_reports.csv:2",
    )
    assert (second.labels, second.views, second.target) == ((), ("lateral",), "Lungs are open.")


def test_what_is_left_out_is_counted_in_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert [record.id for record in records(tables(tmp_path))] == ["CXR7", "CXR8"]
    (line,) = caplog.messages
    assert line == (
        f"{tmp_path}: 1 images named but missing; 1 records left out (no findings to write); "
        "1 records left out (no image)"
    )


def test_where_nothing_is_left_out_nothing_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    reports = HEADER + "7,x,Mass,x,,,Round shadow.,A mass.\n"
    lines = PROJECTIONS.splitlines(keepends=True)
    caplog.set_level(logging.WARNING)
    assert len(records(tables(tmp_path, reports, "".join(lines[:4])))) == 1
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("views", "first", "second"),
    [
        ("pair", ["7_IM-0001-1001", "7_IM-0001-2001"], ["8_IM-0002-1001"]),
        ("frontal", ["7_IM-0001-1001", "7_IM-0001-1002"], None),
        ("lateral", ["7_IM-0001-2001"], ["8_IM-0002-1001"]),
        ("all", ["7_IM-0001-1001", "7_IM-0001-1002", "7_IM-0001-2001"], ["8_IM-0002-1001"]),
    ],
)
def test_views_are_chosen(tmp_path: Path, views: str, first: list[str], second: list[str] | None) -> None:
    found = {record.id: names(record) for record in records(tables(tmp_path), f"views={views}")}
    assert found["CXR7"] == first
    assert found.get("CXR8") == second


@pytest.mark.parametrize(
    ("target", "written"),
    [
        ("findings", {"CXR7", "CXR8"}),
        ("impression", {"CXR7", "CXR8", "CXR9"}),
        ("both", {"CXR7", "CXR8", "CXR9"}),
        ("none", {"CXR7", "CXR8", "CXR9"}),
    ],
)
def test_a_record_without_the_target_is_left_out(tmp_path: Path, target: str, written: set[str]) -> None:
    assert {record.id for record in records(tables(tmp_path), f"target={target}")} == written


def test_both_is_findings_then_impression(tmp_path: Path) -> None:
    first, second, third = records(tables(tmp_path), "target=both")
    assert first.target == "Round shadow at the left base. Rib three is bent. A mass."
    assert second.target == "Lungs are open. Nothing new since."
    assert third.target == "Quiet chest."


def test_findings_may_be_the_text_that_impressions_are_written_from(tmp_path: Path) -> None:
    made = records(tables(tmp_path), "text=findings", "target=impression")
    assert [(record.text, record.target) for record in made] == [
        ("Round shadow at the left base. Rib three is bent.", "A mass."),
        ("Lungs are open.", "Nothing new since."),
    ]


def test_a_text_needs_no_image(tmp_path: Path) -> None:
    tables(tmp_path)
    for path in (tmp_path / "images").iterdir():
        path.unlink()
    (tmp_path / "images").rmdir()
    made = records(tmp_path, "text=both", "target=none", task=Task.TAG)
    assert [(record.id, record.labels, record.images, record.target) for record in made] == [
        ("CXR7", ("Mass", "Ribs, Broken"), (), None),
        ("CXR8", (), (), None),
        ("CXR9", None, (), None),
        ("CXR12", ("Mass",), (), None),
    ]
    assert fault(tmp_path) == "images: no folder of images: unpack them there, or name theirs by -o images=FOLDER"


def test_where_labels_are_asked_for_the_task_is_tag() -> None:
    assert iu_xray.Options(target="none").task is Task.TAG
    assert iu_xray.Options().task is None
    [spec] = iu_xray.medtext_datasets()
    assert spec.tasks == (Task.GENERATE, Task.TAG)


def test_a_text_never_holds_the_target(tmp_path: Path) -> None:
    assert fault(tables(tmp_path), "text=both", "target=impression") == (
        "iu-xray: -o text=both holds the impression that -o target=impression asks for: "
        "choose another, or target=none for labels"
    )


def test_a_rare_problem_is_no_label(tmp_path: Path) -> None:
    first, second = records(tables(tmp_path), "min-label=2")
    assert (first.labels, second.labels) == (("Mass",), ())
    first, second = records(tables(tmp_path), "min-label=3")
    assert (first.labels, second.labels) == ((), ())
    assert "min-label=0: a label is coded in one study or more" in fault(tmp_path, "min-label=0")


def test_a_report_may_be_left_as_it_is(tmp_path: Path) -> None:
    first, second = records(tables(tmp_path), "clean=no")
    assert first.target == "1. Round shadow at the left base.  2.Rib three is bent."
    assert second.target == "Lungs are open ."


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("Small XXXX scar, x-XXXX of XXXX/XXXX seen.", "Small scar, of seen."),
        ("Dyspnoea/XXXX, XXXX. XXXX. Clear (XXXX) base", "Dyspnoea. Clear base"),
        ("1. Scar of 1.5 cm. 2) Rib 5. is bent. 3. XXXX.", "Scar of 1.5 cm. Rib 5. is bent."),
        ("Rib 12.5 mm ..  Wide\n\taorta ?", "Rib 12.5 mm. Wide aorta?"),
        ("Nodule .5 cm at L1.2. Stable.", "Nodule .5 cm at L1.2. Stable."),
        ("Right and/or left", "Right and/or left"),
        ("Clear&gt;<BR>lungs, <b>no</b> node &amp; scar < 5 mm", "Clear> lungs, no node & scar < 5 mm"),
        ("XXXX.", ""),
        ("A\x07b", "A b"),
    ],
)
def test_reports_are_cleaned(written: str, clean: str) -> None:
    assert clean_report(written) == clean
    assert clean_report(clean) == clean


def test_cleaning_takes_a_time_that_grows_with_the_text_only() -> None:
    for part in ("a", "/", "1. ", ". ", "(1)", "XXXX", "(", " "):
        assert len(clean_report(part * 200_000)) <= len(part) * 200_000


@pytest.mark.parametrize(
    ("reports", "projections", "says"),
    [
        (REPORTS.replace("findings", "finding"), PROJECTIONS, "indiana_reports.csv:1: no column findings: download"),
        (REPORTS + "7,x,,x,,,Again.,\n", PROJECTIONS, "indiana_reports.csv:6: study 7 stands at indiana_reports.csv:2"),
        (REPORTS + "x,x,,x,,,Again.,\n", PROJECTIONS, "indiana_reports.csv:6: the uid 'x' is no number of a study"),
        (REPORTS + "13,x\n", PROJECTIONS, "indiana_reports.csv:6: 2 cells, where the header names 8 columns"),
        (REPORTS, "uid,filename\n7,a\n", "indiana_projections.csv:1: no column projection: download"),
        (REPORTS, PROJECTIONS + "7,7_IM-0001-1001.png,Frontal\n", "indiana_projections.csv:8: the filename '7_IM-0001"),
        (REPORTS, PROJECTIONS + "7,,Frontal\n", "indiana_projections.csv:8: the filename '' is missing"),
        (REPORTS, PROJECTIONS + "7,a.png,Oblique\n", "indiana_projections.csv:8: the projection 'Oblique' is neither"),
    ],
)
def test_faults_of_tables_are_told_with_their_line(tmp_path: Path, reports: str, projections: str, says: str) -> None:
    assert fault(tables(tmp_path, reports, projections)).startswith(says)


def test_images_are_found_in_another_folder_whatever_their_name_and_ending(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    tables(tmp_path / "a")
    for stem, ending in (("CXR7_7_IM-0001-1001", ".png"), ("7/7_IM-0001-2001", ".dcm"), (".7_IM-0001-1002", ".png")):
        images(tmp_path / "other", (stem,), ending)
    (record,) = records(tmp_path / "a", f"images={tmp_path / 'other'}", "views=all")
    assert [path.relative_to(tmp_path / "other").as_posix() for path in record.images] == [
        "CXR7_7_IM-0001-1001.png",
        "7/7_IM-0001-2001.dcm",
    ]
    assert record.views == ("frontal", "lateral")
    assert fault(tmp_path / "a", f"images={tmp_path / 'gone'}").endswith("name theirs by -o images=FOLDER")


def test_without_projections_images_are_those_of_the_study_and_may_show_anything(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tables(tmp_path)
    (tmp_path / "indiana_projections.csv").unlink()
    first, second = records(tmp_path)
    assert (names(first), first.views) == (["7_IM-0001-1001", "7_IM-0001-1002"], ("", ""))
    assert names(second) == ["8_IM-0002-1001"]
    caplog.clear()
    assert names(records(tmp_path, "views=lateral")[0]) == list(IMAGES[:3])
    assert "2 records whose images may not be lateral (no indiana_projections.csv)" in caplog.text


# XML


def test_a_report_of_openi_is_a_record(tmp_path: Path) -> None:
    path = archive(tmp_path / "NLMCXR_reports.tgz", {"7.xml": xml(7, findings="A round shadow.", indication="Cough.")})
    images(tmp_path / "images", ("CXR7_7_IM-0001-1001", "CXR7_7_IM-0001-2001"), ".png")
    expected = Record(
        id="CXR7",
        text="Cough.",
        images=tuple(tmp_path / "images" / f"CXR7_7_IM-0001-{number}.png" for number in (1001, 2001)),
        views=("", ""),
        labels=("Mass",),
        target="A round shadow.",
        group="CXR7",
        place=f"{path}: 7.xml",
    )
    assert records(path, "text=indication") == records(tmp_path, "text=indication") == [expected]


def test_reports_of_openi_may_lie_in_a_folder(tmp_path: Path) -> None:
    for folder in (tmp_path / "flat", tmp_path / "deep" / "ecgen-radiology"):
        folder.mkdir(parents=True)
        for number, problem in ((10, "normal"), (9, "No Indexing"), (2, "Mass")):
            (folder / f"{number}.xml").write_text(xml(number, problems=(problem,), findings="Open lungs."))
        source = tmp_path / folder.relative_to(tmp_path).parts[0]
        made = records(source, "text=findings", "target=none", task=Task.TAG)
        assert [(record.id, record.labels) for record in made] == [("CXR2", ("Mass",)), ("CXR9", None), ("CXR10", ())]


def test_projections_beside_reports_of_openi_tell_what_images_show(tmp_path: Path) -> None:
    tables(tmp_path)
    archive(tmp_path / "NLMCXR_reports.tgz", {"7.xml": xml(7, findings="A round shadow.")})
    (record,) = records(tmp_path, "form=openi")
    assert record.views == ("frontal", "lateral")


ENTITY = '<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"7.xml": "<eCitation>\n<uId"}, "7.xml:2: broken XML (unclosed token"),
        ({"7.xml": ""}, "7.xml:1: broken XML (no element found"),
        ({"7.xml": xml(7).replace("<eCit", f"{ENTITY}<eCit", 1)}, "7.xml: a document type or an entity, which no"),
        ({"7.xml": "<a/>"}, "7.xml: no uId that holds the number of a study"),
        ({"7.xml": xml(7).replace("CXR7", "x")}, "7.xml: no uId that holds the number of a study"),
        ({"7.xml": xml(7).replace("utf-8", "klingon")}, "7.xml: an encoding that cannot be read (unknown encoding"),
        ({"7.xml": xml(7), "8.xml": xml(7)}, "8.xml: study 7 is 7.xml already: keep one"),
        ({"7.xml": f"<a>{'b' * 2**20}</a>"}, "7.xml: more than 1,048,576 bytes, which is no report"),
    ],
)
def test_faults_of_xml_are_told_with_their_file(tmp_path: Path, files: dict[str, str], says: str) -> None:
    path = archive(tmp_path / "NLMCXR_reports.tgz", files)
    assert fault(path, "text=findings", "target=none").startswith(f"NLMCXR_reports.tgz: {says}")


def test_an_archive_without_reports_or_with_too_many_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "NLMCXR_reports.tgz", {"a.txt": "a"})
    assert fault(path, "text=both", "target=none").startswith("NLMCXR_reports.tgz: no XML file in it")
    archive(path, {"7.xml": xml(7), "8.xml": xml(8)})
    monkeypatch.setattr("medtext_plugins.datasets.iu_xray_openi._MOST_FILES", 1)
    assert fault(path, "text=both", "target=none").startswith("NLMCXR_reports.tgz: 2 XML files in it, more than 1")
    path.write_bytes(path.read_bytes()[:60])
    assert "a broken archive" in fault(path, "text=both", "target=none")


# annotation.json


def test_a_study_of_the_annotation_has_its_part_and_what_stands_beside(tmp_path: Path) -> None:
    tables(tmp_path)
    first, second = records(annotation(tmp_path), "views=all")
    assert first == Record(
        id="CXR7_IM-0001",
        images=tuple(tmp_path / "images" / f"7_IM-0001-{number}.dcm.jpg" for number in (1001, 2001)),
        views=("frontal", "lateral"),
        labels=("Mass", "Ribs, Broken"),
        target="Round shadow.",
        group="CXR7",
        split="train",
        place=f"{tmp_path}/annotation.json: train item 1",
    )
    assert (second.id, second.split, second.labels, second.views) == ("CXR8_IM-0002-1001", "val", (), ("lateral",))
    (record, _, third) = records(tmp_path, "target=impression")
    assert (record.target, third.target, third.split) == ("A mass.", "Quiet chest.", "test")


def test_an_annotation_alone_knows_findings_only(tmp_path: Path) -> None:
    first, second = records(annotation(tmp_path))
    assert (first.target, first.labels, first.views) == ("Round shadow.", None, ("", ""))
    assert names(first) == ["7_IM-0001-1001", "7_IM-0001-2001"]
    assert names(second) == ["8_IM-0002-1001"]
    says = (
        "annotation.json: holds findings only, no impression: put indiana_reports.csv or NLMCXR_reports.tgz beside it"
    )
    assert fault(tmp_path, "target=both") == says


def test_reports_of_openi_tell_the_rest_of_an_annotation(tmp_path: Path) -> None:
    archive(tmp_path / "NLMCXR_reports.tgz", {"7.xml": xml(7, findings="Other.", impression="A mass.")})
    (record,) = records(annotation(tmp_path), "text=findings", "target=impression")
    assert (record.text, record.target, record.labels) == ("Round shadow.", "A mass.", ("Mass",))


def test_images_of_an_annotation_may_lie_where_it_says(tmp_path: Path) -> None:
    annotation(tmp_path)
    images(tmp_path / "images", ("CXR7_IM-0001/0", "CXR7_IM-0001/1"), ".png")
    first, _ = records(tmp_path)
    assert [path.relative_to(tmp_path / "images").as_posix() for path in first.images] == [
        "CXR7_IM-0001/0.png",
        "7_IM-0001-2001.dcm.jpg",
    ]


def test_a_missing_file_moves_no_image_to_another_place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    annotation(tables(tmp_path))
    (tmp_path / "images" / "7_IM-0001-1001.dcm.jpg").unlink()
    first, _ = records(tmp_path)
    assert names(first) == ["7_IM-0001-2001"]
    assert "1 images named but missing" in caplog.text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "annotation.json:1: broken JSON (Expecting property name"),
        ("[" * 100_000, "annotation.json: JSON nested too deeply"),
        ("[]", "annotation.json: expected an object of the lists train, val, test"),
        ("{}", "annotation.json: expected an object of the lists train, val, test"),
        ({"dev": []}, "annotation.json: 'dev' is no list called train, val, test"),
        ({"val": {}}, "annotation.json: 'val' is no list called train, val, test"),
        ({"val": ["a"]}, "annotation.json: val item 1: no id or no report that is a text"),
        ({"val": [{"id": "CXR7", "report": None}]}, "annotation.json: val item 1: no id or no report that is a text"),
        ({"val": [{"id": "CXR7", "report": "a"}]}, "annotation.json: val item 1: image_path is no list of names"),
        ({"val": [{"id": "x", "report": "a", "image_path": []}]}, "annotation.json: val item 1: the id 'x' holds no"),
    ],
)
def test_faults_of_an_annotation_are_told_with_their_item(tmp_path: Path, content: Any, says: str) -> None:
    assert fault(annotation(tmp_path, content)).startswith(says)


def test_an_annotation_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medtext_plugins.datasets.iu_xray_annotation._MOST", 20)
    assert "more than 20: this is no annotation" in fault(annotation(tmp_path))


# Forms


def test_of_several_forms_one_is_chosen(tmp_path: Path) -> None:
    tables(tmp_path)
    archive(tmp_path / "NLMCXR_reports.tgz", {"7.xml": xml(7, findings="By XML.")})
    assert records(tmp_path)[0].target == "Round shadow at the left base. Rib three is bent."
    assert [record.target for record in records(tmp_path, "form=openi")] == ["By XML."]
    annotation(tmp_path)
    assert records(tmp_path)[0].target == "Round shadow."
    assert records(tmp_path, "form=csv")[0].id == records(tmp_path / "indiana_reports.csv")[0].id == "CXR7"
    assert records(tmp_path / "annotation.json") == records(tmp_path, "form=annotation")


def test_a_form_that_is_not_there_is_told(tmp_path: Path) -> None:
    tables(tmp_path)
    assert "holds csv, not what -o form=openi asks for" in fault(tmp_path, "form=openi")
    assert "holds csv, not what -o form=annotation" in fault(tmp_path / "indiana_reports.csv", "form=annotation")
    assert "neither annotation.json nor indiana_reports.csv or NLMCXR_reports.tgz" in fault(tmp_path / "images")
    (tmp_path / "a.txt").write_text("a")
    assert "neither annotation.json nor" in fault(tmp_path / "a.txt")


def test_the_plugin_keeps_its_promises(tmp_path: Path) -> None:
    [spec] = iu_xray.medtext_datasets()
    broken = tmp_path / "broken.csv"
    broken.write_text(REPORTS + "13,x\n", encoding="utf-8")
    testing.check_dataset(spec, tables(tmp_path), broken=broken)
    assert all(field.help for field in option_fields(spec.options))


def test_records_come_again_the_same_in_every_form(tmp_path: Path) -> None:
    annotation(tables(tmp_path))
    archive(tmp_path / "NLMCXR_reports.tgz", {"7.xml": xml(7, findings="By XML.")})
    for form in ("annotation", "csv", "openi"):
        assert records(tmp_path, f"form={form}") == records(tmp_path, f"form={form}")


def test_a_broken_source_raises_before_anything_is_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RecordError):
        records(tables(tmp_path, REPORTS + "7,x,,x,,,Again.,\n"))
    assert caplog.messages == []
