"""``medtext keywords --state`` and ``medtext merge``: the very table of one call, from several."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Answers = Callable[..., str]
Fails = Callable[..., str]

WORDS = ("ulcer", "polyp", "heart", "stomach", "lung", "colon")


@pytest.fixture
def many(place: Path) -> Path:
    """A source of more records than are explained together, none of which was learned from."""
    lines = (f"the new {WORDS[n % 6]} was {WORDS[n * n % 5]} n{n};{('up', 'down', 'none')[n % 3]}" for n in range(700))
    (place / "new.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place / "new.txt"


def test_shards_merge_to_the_bytes_of_one_call(answers: Answers, many: Path, place: Path) -> None:
    asked = ("keywords", "--source", "new.txt", "--association", "--direction", "both", "--contexts", "1")
    whole = answers(*asked, "--format", "json", "--rank", "lower-bound")
    for shard in ("1/3", "2/3", "3/3"):
        assert answers(*asked, "--shard", shard, "--state", f"{shard[0]}.json") == ""
    files = ("2.json", "3.json", "1.json")
    assert answers("merge", *files, "--format", "json", "--rank", "lower-bound") == whole
    assert answers("merge", *files, "--top", "5") == answers(*asked, "--top", "5")
    label = ("--label", "up", "--top", "3", "--format", "json")
    assert answers("merge", *files, *label) == answers(*asked, *label)
    answers("merge", *files, "--report", "out", "--output", "table.json")
    assert (place / "table.json").read_text(encoding="utf-8") == (place / "out" / "keywords.json").read_text(
        encoding="utf-8"
    )
    names = {path.name for path in (place / "out").iterdir()}
    assert {"index.html", "keywords.csv", "keywords.json", "keywords.md", "effects.csv"} <= names
    assert not any(name.startswith("heatmap") for name in names)
    assert "heatmaps.html" not in (place / "out" / "index.html").read_text(encoding="utf-8")


def test_what_cannot_be_merged_is_refused_in_a_line(answers: Answers, fails: Fails, place: Path) -> None:
    answers("keywords", "--state", "all.json")
    answers("keywords", "--shard", "1/2", "--state", "half.json")
    assert "name 2/2 too" in fails("merge", "half.json", code=2)
    assert "both shard 1/1" in fails("merge", "all.json", "all.json", code=2)
    assert "not a state of a keyword table" in fails("merge", "runs/one/run.json", code=2)
    assert "correct the path" in fails("merge", "gone.json", code=1)
    assert "no label is called 'gone'" in fails("merge", "all.json", "--label", "gone", code=2)
    assert "--infer" in fails("merge", "all.json", "--rank", "lower-bound", code=2)
    assert "half.json exists" in fails("merge", "all.json", "--output", "half.json", code=1)


def test_a_state_is_no_table(fails: Fails, place: Path) -> None:
    assert "name a file by --state" in fails("keywords", "--shard", "1/2", code=2)
    assert "such as 1/4" in fails("keywords", "--shard", "5/4", "--state", "a.json", code=2)
    assert "leave --top out" in fails("keywords", "--state", "a.json", "--top", "3", code=2)
    assert "leave --confirm out" in fails("keywords", "--state", "a.json", "--confirm", "test", code=2)
    assert "toy.txt exists" in fails("keywords", "--state", "toy.txt", code=1)
