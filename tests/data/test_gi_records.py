"""The bundled records are what their README says they are."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from medtext_data.gi_records import generate, measure
from medtext_data.gi_records.dice import Dice
from medtext_data.gi_records.grammar import Grammar
from medtext_data.gi_records.kinds import KINDS, LABELS
from medtext_data.gi_records.noise import roughen
from medtext_data.gi_records.piece import EVIDENCE, Piece
from medtext_data.gi_records.sample import WHYS, Sample

FOLDER = Path(generate.__file__).parent
FILES = ("train.tsv", "val.tsv", "test.tsv", "evidence.jsonl")


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return generate.generate()


@pytest.fixture(scope="module")
def splits() -> dict[str, measure.Rows]:
    return measure.read(FOLDER)


def test_the_committed_files_are_what_the_generator_writes(samples: list[Sample]) -> None:
    contents = generate.files(samples)
    assert sorted(contents) == sorted(FILES)
    for name, content in contents.items():
        assert (FOLDER / name).read_bytes() == content.encode("utf-8"), name


def test_a_seed_gives_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "medtext_data.gi_records.generate", "--records", "60", "--seed", "7"]
    for hash_seed in ("1", "2"):
        subprocess.run([*command, str(tmp_path / hash_seed)], check=True, env={"PYTHONHASHSEED": hash_seed, **_path()})
    for name in FILES:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_seeds_differ_and_a_short_list_is_the_start_of_a_long_one() -> None:
    assert generate.generate(20, seed=1) == generate.generate(50, seed=1)[:20]
    assert generate.generate(20, seed=1) != generate.generate(20, seed=2)


def test_the_splits_are_eight_to_one_to_one_and_share_no_text(splits: dict[str, measure.Rows]) -> None:
    assert {name: len(rows) for name, rows in splits.items()} == {"train": 2108, "val": 264, "test": 264}
    folded = [_same_text(text) for rows in splits.values() for text, _ in rows]
    assert len(set(folded)) == len(folded) == 2636


def test_every_line_is_a_clean_text_and_a_label(splits: dict[str, measure.Rows]) -> None:
    for name in splits:
        content = (FOLDER / f"{name}.tsv").read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")
    for rows in splits.values():
        for text, label in rows:
            assert label in LABELS
            assert text.isprintable()
            assert text == text.strip()
            assert generate.MIN_LENGTH <= len(text) <= generate.MAX_LENGTH


def test_lengths_and_label_shares_stay_in_their_bounds(splits: dict[str, measure.Rows]) -> None:
    rows = [row for part in splits.values() for row in part]
    lengths = [len(text) for text, _ in rows]
    assert 55 <= sum(lengths) / len(lengths) <= 70
    assert max(lengths) > 150
    shares = {label: count / len(rows) for label, count in Counter(label for _, label in rows).items()}
    assert 0.30 <= shares["0"] <= 0.35
    assert 0.35 <= shares["1"] <= 0.40
    assert 0.27 <= shares["2"] <= 0.32


def test_the_evidence_file_follows_the_splits(splits: dict[str, measure.Rows]) -> None:
    expected = [(name, line, label) for name, rows in splits.items() for line, (_, label) in enumerate(rows, start=1)]
    assert [(record["split"], record["line"], record["label"]) for record in _evidence()] == expected


def test_spans_lie_where_they_say_and_do_not_overlap(splits: dict[str, measure.Rows]) -> None:
    texts = [text for rows in splits.values() for text, _ in rows]
    for text, record in zip(texts, _evidence(), strict=True):
        spans = sorted([*record["evidence"], *record["distractors"]], key=lambda span: span["start"])
        end = 0
        for span in spans:
            assert end <= span["start"] < span["end"] <= len(text)
            assert text[span["start"] : span["end"]] == span["text"]
            end = span["end"]
        assert all(span["why"] in WHYS for span in record["distractors"])


@pytest.mark.parametrize("seed", [13, 99])
def test_records_of_either_tract_have_evidence(seed: int) -> None:
    for sample in generate.generate(1000, seed=seed):
        assert sample.evidence or sample.label == "0", sample.text


def test_distractors_are_common_and_of_every_sort() -> None:
    records = _evidence()
    for label in LABELS:
        of_label = [record for record in records if record["label"] == label]
        assert sum(bool(record["distractors"]) for record in of_label) >= 0.25 * len(of_label)
    assert {span["why"] for record in records for span in record["distractors"]} == set(WHYS)


def test_no_header_gives_the_label_away(splits: dict[str, measure.Rows]) -> None:
    openings = Counter(text[:2] for rows in splits.values() for text, _ in rows)
    assert max(openings.values()) < 0.1 * sum(openings.values())


def test_counting_words_falls_well_short_of_the_ngram_model(splits: dict[str, measure.Rows]) -> None:
    held_out = splits["val"] + splits["test"]
    rule = max(score.macro_f1 for score in measure.rule_scores(held_out).values())
    model = measure.ngram_score(splits["train"], held_out)
    assert rule + 0.10 <= model.macro_f1
    assert 0.93 <= model.macro_f1 <= 0.985


def test_the_readme_quotes_the_table_of_these_files() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    # The score of the model is left out: it may differ in the last digit between versions of its library.
    for line in measure.facts(FOLDER):
        assert line in readme


def test_files_that_are_there_are_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "val.tsv").write_text("mine\t0\n", encoding="utf-8")
    assert generate.main([str(tmp_path), "--records", "20"]) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "val.tsv already there" in message
    assert [path.name for path in tmp_path.iterdir()] == ["val.tsv"]
    assert (tmp_path / "val.tsv").read_text(encoding="utf-8") == "mine\t0\n"


def test_too_few_records_are_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        generate.main([str(tmp_path), "--records", "3"])
    assert stopped.value.code == 2
    assert "at least 10" in capsys.readouterr().err


def test_every_rule_is_used() -> None:
    grammar = generate.grammar()
    opened = {name for name in grammar.names if any(f"{{{name}}}" in kind.line for kind in KINDS)}
    assert grammar.names == grammar.used | opened


@pytest.mark.parametrize(
    ("book", "message"),
    [
        ({"pause": "，", "a": "{b}"}, "named but not written: b"),
        ({"pause": "，", "a": "[胃"}, "a bracket is not closed"),
        ({"pause": "，", "a": "<sometimes:胃>"}, "needs one of: header"),
        ({"pause": "，", "a": "胃)"}, "unexpected"),
        ({"pause": "，", "a": "{3-}"}, "cannot be read"),
    ],
)
def test_a_slip_in_a_rule_is_named(book: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Grammar(book)


def test_a_rule_written_twice_is_named() -> None:
    with pytest.raises(ValueError, match="'pause' is written twice"):
        Grammar({"pause": "，"}, {"pause": "。"})


def test_the_outer_mark_counts() -> None:
    grammar = Grammar({"pause": "，", "site": "[胃窦]"})
    assert grammar.expand("既往<history:{site}溃疡>，{s=site}红，[{$s}炎]", Dice(1)) == [
        Piece("既往"),
        Piece("胃窦溃疡", "history"),
        Piece("，"),
        Piece("胃窦", EVIDENCE),
        Piece("红，"),
        Piece("胃窦炎", EVIDENCE),
    ]


def test_a_list_keeps_the_order_of_its_rule() -> None:
    grammar = Grammar({"pause": "，", "organ": "食管\n胃\n十二指肠"})
    for seed in range(5):
        (piece,) = grammar.expand("{organ*3-3}", Dice(seed))
        assert piece.text == "食管，胃，十二指肠"


def test_slips_lose_no_negation_and_no_digit() -> None:
    pieces = [Piece("未见糜烂，无溃疡，否认便血，大小0.3*0.4cm，距门齿38cm")]
    for seed in range(300):
        (text, *_) = (piece.text for piece in roughen(pieces, Dice(seed)))
        assert "未" in text or "末" in text
        assert "无" in text
        assert "否认" in text
        assert [sign for sign in _same_text(text) if sign.isdigit()] == list("030438")


def _evidence() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]


def _same_text(text: str) -> str:
    """Width and blanks put aside, as the README promises; written anew, so that the generator is not its own judge."""
    return "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in text if not sign.isspace())


def _path() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(filter(None, sys.path))}
