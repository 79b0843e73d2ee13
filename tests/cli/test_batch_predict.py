"""``medtext batch-predict``: exactly one row out for each row in, in order, whatever the rows hold."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from trainings import cut_long_texts
from typer.testing import Result

from medtext.cli.batch_predict import Counts, answer_rows
from medtext.cli.session import Session
from medtext.corpus.record import Record
from medtext.corpus.texts import TextRow
from medtext.runs.store import RunStore

Run = Callable[..., Result]
Answers = Callable[..., str]

COLUMNS = ["row", "id", "text", "label", "probability", "probability:down", "probability:none", "probability:up"]
COLUMNS += ["truncated", "error"]


def parsed(content: str, delimiter: str = "\t") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"), newline=""), delimiter=delimiter))


def test_columns_are_as_documented(answers: Answers) -> None:
    assert answers("batch-predict", "toy.txt").splitlines()[0].split("\t") == COLUMNS


def test_a_table_of_answers_has_one_row_for_each_line(answers: Answers, place: Path) -> None:
    (place / "texts.txt").write_bytes(b'the ulcer\n\nwith\ttab polyp\r\n=1+1\n"quoted" heart\nno end')
    rows = parsed(answers("batch-predict", "texts.txt"))
    assert [row["row"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert [row["text"] for row in rows] == ["the ulcer", "", "with\ttab polyp", "=1+1", '"quoted" heart', "no end"]
    assert [row["error"] for row in rows] == ["", "the text is empty: remove the record or fill it in", "", "", "", ""]
    assert [bool(row["label"]) for row in rows] == [True, False, True, True, True, True]


FAULTS = {
    "control character": (b"red \x1b[31m", "the text holds the control character U+001B"),
    "NUL": (b"a\0b", "the text holds the control character U+0000"),
    "bad bytes": (b"a \xff b", "byte 0xFF is not UTF-8"),
    "line of 1 MB": (b"a" * 1_000_000, "the text has 1,000,000 characters (at most 100,000)"),
    "blanks": (b" \t ", "the text is empty"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_line_that_cannot_be_answered_says_why_and_spares_the_others(medtext: Run, place: Path, case: str) -> None:
    line, fault = FAULTS[case]
    (place / "texts.txt").write_bytes(b"the ulcer\n" + line + b"\nthe polyp\n")
    csv.field_size_limit(2_000_000)
    result = medtext("batch-predict", "texts.txt")
    assert result.exit_code == 0
    rows = parsed(result.stdout)
    assert [row["label"] for row in rows] == ["up", "", "down"]
    assert rows[1]["error"].startswith(fault)
    assert not any(rows[1][name] for name in COLUMNS[3:-1])
    assert result.stderr.splitlines()[-1] == "warning: 1 of 3 rows have no answer: their column 'error' says why"


def test_no_text_at_all_is_warned_of_and_gives_the_header(medtext: Run, place: Path) -> None:
    (place / "empty.txt").touch()
    for result in (medtext("batch-predict", "empty.txt"), medtext("batch-predict", stdin=b"")):
        assert result.exit_code == 0
        assert result.stdout == "\t".join(COLUMNS) + "\n"
        assert "warning: no text was read" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input_is_answered_like_a_file(answers: Answers, place: Path, arguments: tuple[str, ...]) -> None:
    content = (place / "toy.txt").read_bytes()
    assert answers("batch-predict", *arguments, stdin=content) == answers("batch-predict", "toy.txt")


def test_order_is_kept_over_many_windows(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = answers("batch-predict", "toy.txt", "--format", "jsonl").splitlines()
    monkeypatch.setattr("medtext.cli.batch_predict._WINDOW", 7)
    parts = answers("batch-predict", "toy.txt", "--format", "jsonl").splitlines()
    assert len(parts) == 100
    for one, other in zip(map(json.loads, whole), map(json.loads, parts), strict=True):
        assert (one["row"], one["text"], one["label"]) == (other["row"], other["text"], other["label"])
        assert one["probability"] == pytest.approx(other["probability"], abs=1e-6)


def test_rows_come_out_before_the_input_is_exhausted(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """Constant memory: no more than one window is held."""
    plugins = tuple(map(Path, os.environ["MEDTEXT_PLUGIN"].split(os.pathsep)))
    ready = Session(plugins, RunStore(place / "runs"), quiet=True, strict_plugins=False).ready("one", "cpu")
    monkeypatch.setattr("medtext.cli.batch_predict._WINDOW", 10)
    taken = 0

    def endless() -> Iterator[TextRow]:
        nonlocal taken
        while True:
            taken += 1
            yield TextRow(taken, Record(id=str(taken), text=f"ulcer {taken}"), None)

    rows = answer_rows(ready, endless(), Counts())
    assert next(rows)["row"] == 1
    assert taken == 10
    assert [next(rows)["row"] for _ in range(25)] == list(range(2, 27))
    assert taken == 30


def test_one_text_is_answered_like_many(answers: Answers, place: Path) -> None:
    rows = [json.loads(line) for line in answers("batch-predict", "toy.txt", "--format", "jsonl").splitlines()]
    for row in rows[::20]:
        single = json.loads(answers("predict", "--json", row["text"]))
        assert single["labels"] == [row["label"]]
        for label, probability in single["probabilities"].items():
            assert row[f"probability:{label}"] == pytest.approx(probability, abs=1e-6)


def test_many_labels_are_joined_and_have_no_one_probability(answers: Answers) -> None:
    content = answers("batch-predict", "--run", "many", "--format", "jsonl", stdin="ulcer colon\nthe\n")
    both, none = map(json.loads, content.splitlines())
    by_label = {label: both[f"probability:{label}"] for label in ("up", "down", "none")}
    over = [label for label in sorted(by_label, key=lambda label: -by_label[label]) if by_label[label] >= 0.5]
    assert {"up", "down"} <= set(over)
    assert both["label"] == "|".join(over)
    assert (none["label"], none["error"]) == ("", None)
    assert (both["probability"], none["probability"]) == (None, None)


def test_a_writer_gives_a_row_its_text(answers: Answers) -> None:
    rows = parsed(answers("batch-predict", "--run", "writer", stdin="the ulcer\n\n"))
    assert list(rows[0]) == ["row", "id", "text", "written", "log_probability", "truncated", "error"]
    assert float(rows[0]["log_probability"]) < 0
    assert rows[1]["written"] == ""


def test_texts_longer_than_the_model_reads_are_marked_and_counted(medtext: Run, place: Path) -> None:
    cut_long_texts(place / "runs" / "one")
    (place / "texts.txt").write_text("ulcer\n" + "ulcer " * 600 + "\n", encoding="utf-8")
    result = medtext("batch-predict", "texts.txt")
    assert [row["truncated"] for row in parsed(result.stdout)] == ["false", "true"]
    assert result.stderr.splitlines()[-1] == (
        "warning: 1 of 2 texts are longer than the 512 tokens that the model reads: see column 'truncated'"
    )


TEXTS = ["the ulcer", 'a, "b"\tc\nd 胃', "", "=1+1"]


def write_texts(path: Path) -> None:
    """Write a table of texts with ids, in the form the name of the file says."""
    rows = [{"id": f"r{number}", "text": text} for number, text in enumerate(TEXTS)]
    form = path.name.removesuffix(".gz").rpartition(".")[2]
    if form == "xlsx":
        from openpyxl import Workbook

        book = Workbook()
        for cells in (("id", "text"), *(tuple(row.values()) for row in rows)):
            book.active.append(cells)
        for row in book.active:
            row[1].data_type = "s"
        book.save(path)
        return
    if form == "parquet":
        from pyarrow import Table
        from pyarrow.parquet import write_table

        write_table(Table.from_pylist(rows), path)
        return
    if form == "jsonl":
        content = "".join(json.dumps(row) + "\n" for row in rows)
    else:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, ["id", "text"], delimiter="\t" if form == "tsv" else ",")
        writer.writeheader()
        writer.writerows(rows)
        content = stream.getvalue()
    path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a table of answers back, every cell as it is there."""
    form = path.name.removesuffix(".gz").rpartition(".")[2]
    if form == "xlsx":
        from openpyxl import load_workbook

        head, *rows = load_workbook(path).active.iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in rows]
    if form == "parquet":
        from pyarrow.parquet import read_table

        return read_table(path).to_pylist()  # type: ignore[no-any-return]
    content = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()
    if form == "jsonl":
        return [json.loads(line) for line in content.splitlines()]
    return list(parsed(content, "\t" if form == "tsv" else ","))


@pytest.mark.parametrize("name", ["in.csv", "in.tsv", "in.jsonl", "in.parquet", "in.xlsx", "in.csv.gz", "in.jsonl.gz"])
def test_tables_of_every_form_are_read(answers: Answers, place: Path, name: str) -> None:
    write_texts(place / name)
    rows = [json.loads(line) for line in answers("batch-predict", name, "--format", "jsonl").splitlines()]
    assert [(row["row"], row["id"]) for row in rows] == [(1, "r0"), (2, "r1"), (3, "r2"), (4, "r3")]
    assert [row["text"] for row in rows] == TEXTS
    assert [row["error"] is None for row in rows] == [True, True, False, True]


@pytest.mark.parametrize(
    "name", ["out.tsv", "out.csv", "out.jsonl", "out.parquet", "out.xlsx", "out.tsv.gz", "out.csv.gz", "out.jsonl.gz"]
)
def test_tables_of_every_form_are_written(medtext: Run, place: Path, name: str) -> None:
    write_texts(place / "in.jsonl")
    result = medtext("batch-predict", "in.jsonl", "--output", name)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"written: {name}\n" in result.stderr
    rows = read_rows(place / name)
    assert [list(row) for row in rows] == [COLUMNS] * 4
    assert [row["text"] or "" for row in rows] == TEXTS
    assert [bool(row["error"]) for row in rows] == [False, False, True, False]
    assert [float(row["probability"]) > 0.3 if row["probability"] else None for row in rows] == [True, True, None, True]
    assert not list(place.glob("*.partial"))


@pytest.mark.parametrize("form", ["tsv", "csv", "jsonl"])
def test_the_form_on_standard_output_can_be_chosen(answers: Answers, place: Path, form: str) -> None:
    content = answers("batch-predict", "toy.txt", "--format", form)
    (place / f"shown.{form}").write_text(content, encoding="utf-8")
    assert len(read_rows(place / f"shown.{form}")) == 100


def test_a_packed_file_of_lines_is_read(answers: Answers, place: Path) -> None:
    (place / "texts.txt.gz").write_bytes(gzip.compress(b"the ulcer\nthe polyp\n"))
    assert [row["label"] for row in parsed(answers("batch-predict", "texts.txt.gz"))] == ["up", "down"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_is_read_in_the_encodings_it_comes_in(answers: Answers, place: Path, encoding: str) -> None:
    (place / "texts.txt").write_bytes("镜下见胃窦溃疡\n镜下见结肠息肉\n".encode(encoding))
    rows = parsed(answers("batch-predict", "texts.txt", "--run", "chinese"))
    assert [(row["text"], row["label"]) for row in rows] == [("镜下见胃窦溃疡", "胃"), ("镜下见结肠息肉", "肠")]


def test_replace_overwrites_a_table(medtext: Run, place: Path) -> None:
    (place / "out.tsv").write_text("old", encoding="utf-8")
    assert medtext("batch-predict", "toy.txt", "--output", "out.tsv", "--replace").exit_code == 0
    assert len(read_rows(place / "out.tsv")) == 100


def test_an_interrupt_leaves_the_old_table_and_no_other(
    fails: Callable[..., str], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> Iterator[dict[str, Any]]:
        yield {"row": 1, "id": "1", "text": "a", "error": None}
        raise KeyboardInterrupt

    monkeypatch.setattr("medtext.cli.batch_predict.answer_rows", interrupted)
    (place / "out.tsv").write_text("old", encoding="utf-8")
    assert fails("batch-predict", "toy.txt", "--output", "out.tsv", "--replace", code=130) == "interrupted"
    assert (place / "out.tsv").read_text(encoding="utf-8") == "old"


def test_a_terminal_is_shown_control_characters_and_does_not_get_to_obey_them(
    medtext: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "texts.txt").write_bytes(b"\x1b]0;owned\x07\n")
    monkeypatch.setattr(
        "typer.testing._NamedTextIOWrapper.isatty", lambda stream: stream.name == "<stdout>", raising=False
    )
    shown = medtext("batch-predict", "texts.txt").stdout
    assert "\\x1b]0;owned\\x07" in shown
    assert "\x1b" not in shown


def test_texts_of_unknown_tokens_are_answered_with_a_warning(medtext: Run, place: Path) -> None:
    (place / "texts.txt").write_text("the ulcer\nkuku kiki koko\n", encoding="utf-8")
    result = medtext("batch-predict", "texts.txt", "--run", "one")
    assert "warning: 1 of 2 texts are mostly of tokens that the run does not know" in result.stderr
    single = medtext("predict", "kuku kiki koko", "--run", "one")
    assert "the run does not know 100% of the text's tokens" in single.stderr
    assert "does not know" not in medtext("predict", "the ulcer", "--run", "one").stderr


def test_a_file_of_the_runs_dataset_is_handed_in_as_that_corpus_wants(
    answers: Answers, medtext: Run, fails: Answers, place: Path
) -> None:
    made = medtext("train", "--dataset", "ct-abnormality", "--model", "toy-linear", "--epochs", "1", "--run", "ct")
    assert made.exit_code == 0, made.stderr
    (place / "test.csv").write_text("7|,|12 5 900\n3|,|4 8\n", encoding="utf-8")
    lines = answers("batch-predict", "test.csv", "--run", "ct", "--format", "dataset").splitlines()
    assert [line.split("|,|")[0] for line in lines] == ["7", "3"]
    assert all(0 <= float(each) <= 1 for line in lines for each in line.split("|,|")[1].split())
    wrong = ("batch-predict", "test.csv", "--run", "ct", "--format", "dataset", "--abstain", "0.9")
    assert "leave --abstain out" in fails(*wrong, code=2)
    hint = "a file of dataset 'ct-abnormality' is read by --format dataset"
    assert fails("batch-predict", "test.csv", "--run", "ct", code=1).endswith(f"call it 'text'; {hint}")
    (place / "test.csv").rename(place / "test.txt")
    assert (
        f"mostly of tokens that the run does not know: is it for others; {hint}"
        in medtext("batch-predict", "test.txt", "--run", "ct").stderr
    )
