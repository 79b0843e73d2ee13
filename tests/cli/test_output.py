"""Tables and texts as a terminal gets them: no figure is cut, nothing is obeyed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from medtext.cli.evaluate import confusion_table
from medtext.cli.metric_tables import metrics_text
from medtext.cli.output import cell, fits, new_file, new_table, table_text, visible
from medtext.errors import OutputError

Width = Callable[[int], None]


@pytest.fixture
def width(monkeypatch: pytest.MonkeyPatch) -> Width:
    """Set how wide the terminal is that tables are shown on."""

    def be(columns: int) -> None:
        monkeypatch.setattr("medtext.cli.output._WIDE", columns)

    return be


def table_of(*rows: tuple[str, ...]) -> str:
    table = new_table("=name", "text", ">figure")
    for row in rows:
        table.add_row(*map(cell, row))
    return table_text(table, "A title that is a good deal longer than the table below it")


def test_a_title_stands_on_one_line_above_its_table() -> None:
    assert table_of(("a", "b", "1")).splitlines() == [
        "A title that is a good deal longer than the table below it",
        "name  text  figure",
        "a     b          1",
    ]


@pytest.mark.parametrize("columns", [80, 40, 20, 1])
def test_no_figure_and_no_name_is_cut_however_narrow_the_terminal(width: Width, columns: int) -> None:
    width(columns)
    shown = table_of(("a-long-name", "胃窦溃疡" * 20, "0.123456789"))
    assert "a-long-name" in shown
    assert "0.123456789" in shown
    assert "".join(shown.split()).count("胃") == 20
    body = shown.splitlines()[1:]
    assert max(map(cell_len, body)) <= max(columns, len("a-long-name") + len("0.123456789") + 12 + 4)


def test_a_cell_shows_markup_and_control_characters_as_they_are() -> None:
    assert "[bold]red[/bold] \\x1b[31m" in table_of(("a", "[bold]red[/bold] \x1b[31m", "1"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("胃 a\u3000b", "胃 a\\u3000b"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("line\nline\r\t", "line\\nline\\r\\t"),
        ("\udcff", "\\udcff"),
        ("\u202eabc", "\\u202eabc"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_instead(text: str, shown: str) -> None:
    assert visible(text) == shown


MEASURED = {name: {"records": 8, "accuracy": 0.5, "macro_f1": 0.25, "log_loss": None} for name in ("model", "majority")}


def test_metrics_are_turned_where_they_do_not_fit(width: Width) -> None:
    wide = metrics_text(MEASURED, "title").splitlines()
    assert wide[1].split() == ["records", "accuracy", "macro", "F1", "log", "loss"]
    assert [line.split()[0] for line in wide[2:]] == ["model", "majority"]
    width(40)
    narrow = metrics_text(MEASURED, "title").splitlines()
    assert max(map(len, narrow)) <= 40
    assert narrow[1].split() == ["model", "majority"]
    assert [line.split()[0] for line in narrow[2:]] == ["records", "accuracy", "macro", "log"]


def test_metrics_on_unseen_texts_have_a_table_of_their_own() -> None:
    shown = metrics_text({**MEASURED, "unseen": MEASURED}, "title")
    first, second = shown.split("\n\n")
    assert first == metrics_text(MEASURED, "title").rstrip("\n")
    assert second == metrics_text(MEASURED, "Without the texts that were trained on")


def test_the_commonest_confusions_are_listed_where_the_matrix_does_not_fit(width: Width) -> None:
    labels = ("stomach", "colon", "heart")
    confusion = [[5, 1, 0], [0, 6, 0], [3, 0, 2]]
    assert fits(confusion_table(confusion, labels))
    width(30)
    shown = table_text(confusion_table(confusion, labels)).splitlines()
    assert [line.split() for line in shown] == [
        ["true", "given", "records"],
        ["heart", "stomach", "3"],
        ["stomach", "colon", "1"],
    ]


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "file"

    def fail() -> None:
        with new_file(path, replace=False) as beside:
            beside.write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert not list(folder.iterdir())
    with new_file(path, replace=False) as beside:
        beside.write_text("whole", encoding="utf-8")
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "whole"
    with pytest.raises(OutputError, match="exists: add --replace"), new_file(path, replace=False):
        pass
