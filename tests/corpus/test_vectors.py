"""Word vectors of other tools: both text forms, folded words, and faults with their line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from medtext.corpus.vectors import read_vectors
from medtext.errors import OptionError, RecordError

NUMBERS = {"胃": 5, "ct": 6, "stomach ulcer": 7, "肺": 8}
LINES = "胃 1 2\nＣＴ 0.5 -1e-1\nct 9 9\nstomach ulcer 3 4\n肾 7 7\n"


@pytest.mark.parametrize("head", ["", "5 2\n"])
def test_both_forms_are_read_and_the_first_of_a_word_counts(tmp_path: Path, head: str) -> None:
    file = tmp_path / "vectors.txt.gz"
    file.write_bytes(gzip.compress((head + LINES).encode()))
    found = read_vectors(file, NUMBERS, 2) if head else read_vectors(file, {"胃": 5, "ct": 6}, 2)
    assert found[5].tolist() == [1, 2]
    assert found[6].tolist() == pytest.approx([0.5, -0.1])
    assert (found[7].tolist() == [3, 4]) if head else (7 not in found)
    assert 8 not in found


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("2 3\n胃 1 2 3\n", OptionError, "its vectors have 3 numbers: add -o width=3"),
        ("胃 1 2\n肺 1\n", RecordError, r"vectors.txt:2: expected a word and 2 numbers"),
        ("胃 1 x\n", RecordError, r"vectors.txt:1: a vector holds what is no number"),
        ("胃 1 nan\n", RecordError, r"vectors.txt:1: a vector holds what is no finite number"),
        ("胃\n", RecordError, r"vectors.txt:1: expected a word and its numbers"),
    ],
)
def test_faults_say_where_they_are(tmp_path: Path, content: str, error: type[Exception], message: str) -> None:
    file = tmp_path / "vectors.txt"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(error, match=message):
        read_vectors(file, NUMBERS, 2)
