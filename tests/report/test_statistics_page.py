"""The page of a corpus is whole, escaped, and the same for the same corpus; pictures need a font, the page none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medtext.corpus.cooccurrence import Cooccurrence
from medtext.corpus.lengths import Cut, Histogram
from medtext.corpus.part_counts import count_labels
from medtext.corpus.record import Record
from medtext.errors import OutputError
from medtext.plugin.registry import Registry
from medtext.report import fonts
from medtext.report.clouds import word_cloud
from medtext.report.statistics import Statistics
from medtext.report.statistics_page import write_statistics
from medtext.report.statistics_plots import cooccurrence_chart, label_chart, length_chart
from medtext.workspace.reading import Reading
from medtext.workspace.statistics import describe

HOSTILE = "<script>x</script> $\\frac$ [b]&"


@pytest.fixture
def chinese() -> None:
    if not [*fonts.bundled_fonts(), *fonts.system_fonts()]:
        pytest.skip("no font with Chinese here: install medtext[cjk]")


@pytest.fixture
def found(registry: Registry, tmp_path: Path) -> Statistics:
    rows = [f"胃窦溃疡{HOSTILE}{number},胃;{HOSTILE}" for number in range(40)]
    rows += [f"结肠息肉。余未见异常。{number},{'肠' if number % 2 else '肠;胃'}" for number in range(40)]
    source = tmp_path / "notes.csv"
    source.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    reading = Reading.choose(registry, dataset="table", source=source, options=["label-separator=;"])
    return describe(registry, reading, top=5)


@pytest.mark.usefixtures("chinese")
def test_a_report_holds_every_picture_and_is_the_same_twice(found: Statistics, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_statistics(tmp_path / name, found)
    files = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    clouds = {f"cloud-{number}.png" for number in range(len(found.clouds))}
    assert len(clouds) == 3
    assert set(files) == {"index.html", "statistics.json", "lengths.png", "labels.png", "cooccurrence.png", *clouds}
    page = files["index.html"].decode()
    for name in set(files) - {"index.html", "statistics.json"}:
        assert files[name].startswith(b"\x89PNG")
        assert page.count(f'src="{name}"') == 1
    assert json.loads(files["statistics.json"]) == json.loads(json.dumps(found.to_json()))


@pytest.mark.usefixtures("chinese")
def test_markup_of_records_is_escaped(found: Statistics, tmp_path: Path) -> None:
    write_statistics(tmp_path, found)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt; $\\frac$ [b]&amp;" in page


def test_without_a_font_only_pictures_with_chinese_are_left_out_and_said(
    found: Statistics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fonts, "bundled_fonts", list)
    monkeypatch.setattr(fonts, "system_fonts", list)
    with caplog.at_level("WARNING", "medtext"):
        write_statistics(tmp_path, found)
    assert (tmp_path / "lengths.png").exists()
    assert not (tmp_path / "labels.png").exists()
    (warning,) = caplog.messages
    assert warning.startswith("labels.png, cooccurrence.png, cloud-0.png, cloud-1.png, cloud-2.png left out: no font ")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "胃窦" in page
    assert 'src="labels.png"' not in page


def test_a_page_says_that_it_holds_texts_and_lists_warnings(found: Statistics, tmp_path: Path) -> None:
    write_statistics(tmp_path, found)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "hold words, sentences and beginnings of texts" in page
    assert found.warnings
    assert page.count("<li>") == len(found.warnings)


def test_the_cut_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = [*range(1, 60), 4000]
    charts = {length_chart(Histogram.of(lengths), Cut.of(lengths, limit)) for limit in (10, 30, 5000)}
    assert len(charts) == 3
    assert length_chart(Histogram.of([7]), Cut.of([7], 7)).startswith(b"\x89PNG")


def test_many_labels_and_long_ones_fit() -> None:
    records = [
        Record(id=f"{one}-{other}", labels=tuple({f"label {one} " * 9, f"label {other}"}))
        for one in range(60)
        for other in range(one, 60, 7)
    ]
    labels = sorted({label for record in records for label in record.labels or ()})
    rows = count_labels({"train": records, "val": [], "test": []}, labels)
    for chart in (label_chart(rows), cooccurrence_chart(Cooccurrence.of(records), rows)):
        assert chart.startswith(b"\x89PNG")
        assert _size(chart)[0] < 4000


def test_a_cloud_is_the_same_twice_and_larger_words_matter() -> None:
    weights = {"ulcer": 9.0, "polyp": 4.0, "normal": 1.0}
    assert word_cloud(weights) == word_cloud(dict(weights))
    assert word_cloud(weights) != word_cloud({**weights, "polyp": 9.0, "ulcer": 4.0})


def test_a_cloud_without_a_font_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "bundled_fonts", list)
    monkeypatch.setattr(fonts, "system_fonts", list)
    with pytest.raises(OutputError, match=r"medtext\[cjk\]"):
        word_cloud({"胃": 1.0})


def _size(picture: bytes) -> tuple[int, int]:
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
