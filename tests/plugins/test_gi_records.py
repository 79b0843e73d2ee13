"""Lines of text, tab and label become records."""

import gzip
import json
from pathlib import Path

import pytest
from medtext_plugins.datasets import gi_records

from medtext.corpus.check import checked
from medtext.corpus.record import with_ids
from medtext.errors import RecordError
from medtext.plugin import Rationale, Record, Task
from medtext.plugin.options import make_options, parse_pairs


def records(path: Path, *pairs: str) -> list[Record]:
    """Read records with options as they are typed."""
    return list(gi_records.read(path, make_options(gi_records.Options, parse_pairs(pairs), owner="gi-records")))


def write(folder: Path, content: str, name: str = "a.tsv", encoding: str = "utf-8") -> Path:
    """Write a file, gzipped if its name says so."""
    path = folder / name
    data = content.encode(encoding)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("name", ["a.tsv", "a.txt.gz", "whatever"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_last_tab_of_a_line_ends_the_text(tmp_path: Path, name: str, encoding: str) -> None:
    path = write(tmp_path, '胃"底"糜烂\t1\r\n 两列\t文本 \t下消化道\n正常\t0', name, encoding)
    assert records(path) == [
        Record(id="", text='胃"底"糜烂', labels=("上消化道",), place=f"{path}:1"),
        Record(id="", text=" 两列\t文本 ", labels=("下消化道",), place=f"{path}:2"),
        Record(id="", text="正常", labels=("其他",), place=f"{path}:3"),
    ]


def test_labels_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a\tx\nb\t肠\n")
    assert [record.labels for record in records(path, "label-names=x=胃,y=肠")] == [("胃",), ("肠",)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a\t1\nb\n", "a.tsv:2: expected text, a tab and a label: add the label, or read unlabelled texts by"),
        ("a\t1\nb\t\n", "a.tsv:2: expected text, a tab and a label"),
        ("\t1\n", "a.tsv:1: the text is empty: fill it in or remove the line"),
        (
            "\n a\t3\n",
            "a.tsv:2: label '3' is not one of 其他, 上消化道, 下消化道, 0, 1, 2: "
            "correct it, or name it by -o label-names=CODE=NAME",
        ),
        ("text\tlabel\n", "a.tsv:1: label 'label' is not one of"),
        ("a\0\t1\n", "a.tsv:1: a NUL character"),
        ("", "a.tsv: the file is empty: expected a text, a tab and a label on each line"),
        ("\n\n", "a.tsv: the file is empty"),
    ],
)
def test_a_fault_is_one_line_that_says_where(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(RecordError) as caught:
        records(write(tmp_path, content))
    assert str(caught.value).replace(f"{tmp_path}/", "").startswith(message)


def test_blank_lines_between_records_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path, "\na\t0\n\n \nb\t1\n\n\n")
    assert [record.place.rpartition(":")[2] for record in records(path)] == ["2", "5"]
    assert caplog.messages == [f"{path}: 3 blank lines between records were skipped"]


def test_blank_lines_at_the_end_are_not_mentioned(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert len(records(write(tmp_path, "a\t0\n\n\n"))) == 1
    assert caplog.messages == []


def test_a_folder_gives_the_parts(tmp_path: Path) -> None:
    for name in ("train.tsv", "dev.txt.gz", "test.txt", "other.jsonl", "README.md", "other.tsv"):
        write(tmp_path, f"{name}\t0\n", name)
    assert [(record.text, record.split) for record in records(tmp_path)] == [
        ("train.tsv", "train"),
        ("dev.txt.gz", "val"),
        ("test.txt", "test"),
    ]


@pytest.mark.parametrize("pair", [("val.tsv", "dev.tsv"), ("val.txt", "val.tsv.gz")])
def test_a_part_is_there_once(tmp_path: Path, pair: tuple[str, str]) -> None:
    for name in pair:
        write(tmp_path, "a\t0\n", name)
    with pytest.raises(RecordError, match="keep one as the val part"):
        records(tmp_path)


def test_a_folder_without_parts_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"neither train\.tsv nor val\.tsv or test\.tsv"):
        records(tmp_path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="there is no such file"):
        records(tmp_path / "no.tsv")


def test_the_offer() -> None:
    (spec,) = gi_records.medtext_datasets()
    assert spec.labels == ("其他", "上消化道", "下消化道")
    assert spec.sample is not None
    assert spec.sample.name == "gi_records"


def test_the_sample_carries_its_marks() -> None:
    (spec,) = gi_records.medtext_datasets()
    assert spec.sample is not None
    marked = list(checked(with_ids(records(spec.sample)), Task.CLASSIFY))
    assert all(record.rationales is not None for record in marked)
    first = marked[0]
    assert [first.text[mark.start : mark.end] for mark in first.rationales or ()] == ["十二指肠球部", "布氏腺"]
    assert all(record.rationales for record in marked if record.labels != ("其他",))


def mark(split: str, line: int, label: str, **more: object) -> str:
    """Return a line of evidence.jsonl that marks the first character."""
    span = {"start": 0, "end": 1, **more}
    return json.dumps({"split": split, "line": line, "label": label, "evidence": [span]}) + "\n"


def test_marks_belong_to_lines_of_the_parts(tmp_path: Path) -> None:
    write(tmp_path, "\n胃\x1a炎\t1\n正常\t0\n", "train.tsv")
    write(tmp_path, "肠炎\t2\n", "dev.tsv")
    write(tmp_path, mark("val", 1, "2") + "\n" + mark("train", 2, "1", text="胃", why="x"), "evidence.jsonl")
    for pairs in ((), ("clean=yes",)):
        assert [record.rationales for record in records(tmp_path, *pairs)] == [
            (Rationale(0, 1),),
            None,
            (Rationale(0, 1),),
        ]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (mark("train", 1, "1", end=3), "evidence.jsonl:1: the mark {'start': 0, 'end': 3} is no stretch of the text"),
        (mark("train", 1, "1", text="肠"), "evidence.jsonl:1: the mark from 0 to 1 is said to be '肠', but '胃'"),
        (mark("train", 1, "2"), "evidence.jsonl:1: marked for the label '2', where train.tsv:1 has 上消化道: mark it"),
        (mark("train", 2, "1"), "evidence.jsonl:1: there is no record at line 2 of train"),
        (mark("test", 1, "1"), "evidence.jsonl:1: there is no record at line 1 of test"),
        (mark("train", 1, "1") * 2, "evidence.jsonl:2: line 1 of train stands at line 1 already"),
        ("{}\n", "evidence.jsonl:1: expected the split and the line of a record"),
        ("{\n", "evidence.jsonl:1: broken JSON"),
        ('{"split": "train", "line": 1, "label": "1"}\n', "evidence.jsonl:1: None where a list of marks is expected"),
    ],
)
def test_marks_that_do_not_fit_are_told(tmp_path: Path, lines: str, says: str) -> None:
    write(tmp_path, "胃炎\t1\n", "train.tsv")
    write(tmp_path, lines, "evidence.jsonl")
    with pytest.raises(RecordError) as caught:
        records(tmp_path)
    assert str(caught.value).replace(f"{tmp_path}/", "").startswith(says)


def test_control_characters_are_read_as_blanks_if_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("胃\x1a炎\t1\n", encoding="utf-8")
    assert [record.text for record in records(tmp_path / "a.tsv", "clean=yes")] == ["胃 炎"]
    assert [record.text for record in records(tmp_path / "a.tsv")] == ["胃\x1a炎"]  # which the engine refuses
