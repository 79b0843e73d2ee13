"""``medtext keywords``: a ranked table in every form, and a report that is whole and escapes what it shows."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Answers = Callable[..., str]
Fails = Callable[..., str]

KEYS = [
    *("rank", "keyword", "label", "direction", "frequency", "records", "patients", "templates", "containing"),
    *("mean_score", "least_rank", "greatest_rank"),
]


@pytest.fixture
def table(answers: Answers) -> Callable[..., dict[str, Any]]:
    """Return the table of a command as parsed JSON."""

    def make(*arguments: object) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(answers("keywords", "--format", "json", "--top", "1000", *arguments))
        return content

    return make


Table = Callable[..., dict[str, Any]]


def test_json_has_the_documented_keys(table: Table) -> None:
    made = table()
    assert set(made["header"]) >= {
        *("run", "threshold", "pick", "records", "explained", "without_evidence", "unconverged", "truncated"),
        "greatest_gap",
    }
    assert (made["header"]["run"], made["header"]["threshold"], made["header"]["pick"]) == ("one", 0.2, "all")
    assert all(list(row) == KEYS for row in made["rows"])


def test_rows_are_ranked_by_frequency(table: Table) -> None:
    rows = table()["rows"]
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["frequency"] for row in rows] == sorted((row["frequency"] for row in rows), reverse=True)


def test_keywords_are_the_words_that_make_a_label(table: Table) -> None:
    tops = {label: table("--label", label)["rows"][:2] for label in ("up", "down", "none")}
    assert {row["keyword"] for row in tops["up"]} <= {"stomach", "ulcer"}
    assert {row["keyword"] for row in tops["down"]} <= {"colon", "polyp"}
    assert {row["keyword"] for row in tops["none"]} <= {"heart", "lung"}
    assert all(row["label"] == label for label, rows in tops.items() for row in rows)


def test_a_table_says_what_it_was_made_of(answers: Answers, place: Path) -> None:
    lines = answers("keywords").splitlines()
    val = json.loads((place / "runs" / "one" / "splits.json").read_text(encoding="utf-8"))["val"]
    assert lines[0] == "one, val of toy.txt"
    assert lines[1].split() == ["rank", "keyword", "label", "frequency", "records", "containing", "mean", "score"]
    assert f"keywords at threshold 0.2.\n{len(val)} records, {len(val)} answers explained: " in "\n".join(lines)
    assert not any(line.endswith(" ") for line in lines)


def test_csv_holds_the_rows(answers: Answers, table: Table) -> None:
    content = answers("keywords", "--format", "csv", "--top", "1000")
    assert content.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert list(rows[0]) == KEYS
    assert [(row["keyword"], int(row["frequency"])) for row in rows] == [
        (row["keyword"], row["frequency"]) for row in table()["rows"]
    ]


def test_markdown_holds_the_rows(answers: Answers, table: Table) -> None:
    lines = answers("keywords", "--format", "markdown", "--top", "1000").splitlines()
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    assert cells[0] == KEYS
    assert [row[1].replace("\\", "") for row in cells[1:]] == [row["keyword"] for row in table()["rows"]]


def test_top_leaves_out_the_rest_and_says_so(answers: Answers) -> None:
    assert len(json.loads(answers("keywords", "--format", "json", "--top", "2"))["rows"]) == 2
    assert "\n2 of " in answers("keywords", "--top", "2")


def test_a_threshold_of_1_keeps_the_highest_words_only(table: Table) -> None:
    made = table("--threshold", "1")
    total = sum(row["frequency"] for row in made["rows"])
    assert total == made["header"]["explained"] - made["header"]["without_evidence"]
    assert all(" " not in row["keyword"] for row in made["rows"])


def test_a_threshold_of_0_keeps_every_word_that_speaks_for_the_label(table: Table) -> None:
    lowest, low = (table("--threshold", share)["rows"] for share in ("0", "0.2"))
    assert sum(len(row["keyword"].split()) * row["frequency"] for row in lowest) >= sum(
        len(row["keyword"].split()) * row["frequency"] for row in low
    )
    assert all(row["mean_score"] > 0 for row in lowest)


def test_pick_highest_takes_one_span_a_record(table: Table) -> None:
    made = table("--pick", "highest", "--threshold", "0.1")
    assert made["header"]["pick"] == "highest"
    assert sum(row["frequency"] for row in made["rows"]) == (
        made["header"]["explained"] - made["header"]["without_evidence"]
    )


def test_explain_all_explains_every_label_of_every_record(table: Table) -> None:
    assert table("--explain", "all")["header"]["explained"] == 3 * table()["header"]["records"]


def test_explain_gold_explains_what_is_true(table: Table, place: Path) -> None:
    (place / "new.txt").write_text("the ulcer;down\nthe ulcer was;up\n", encoding="utf-8")
    for explain, frequency in (("gold", 1), ("predicted", 2)):
        rows = table("--source", "new.txt", "--explain", explain)["rows"]
        ulcers = [(row["label"], row["frequency"]) for row in rows if row["keyword"] == "ulcer"]
        assert ulcers == [("up", frequency)]


def test_records_count_and_each_predicted_label_is_explained(table: Table, answers: Answers, place: Path) -> None:
    (place / "new.txt").write_text("the;\nulcer;up\nulcer colon;up\n", encoding="utf-8")
    given = [
        len(json.loads(answers("predict", "--run", "many", "--json", text))["labels"])
        for text in ("the", "ulcer", "ulcer colon")
    ]
    assert given[0] == 0
    header = table("--run", "many", "--source", "new.txt")["header"]
    assert (header["records"], header["explained"]) == (3, sum(given))


def test_words_are_whole_and_tokens_are_not(table: Table) -> None:
    words, tokens = (
        table("--run", "chinese", "--unit", unit, "--pick", "highest")["rows"] for unit in ("word", "token")
    )
    assert max(len(row["keyword"]) for row in words) > 1
    assert sum(row["frequency"] for row in tokens) == sum(row["frequency"] for row in words)
    assert table("--run", "chinese")["rows"] == table("--run", "chinese", "--unit", "word")["rows"]


def test_a_dictionary_says_what_a_word_is(table: Table, place: Path) -> None:
    (place / "own.dict").write_text("结肠息肉 1000000 n\n", encoding="utf-8")
    rows = table("--run", "chinese", "--split", "train", "--dictionary", "own.dict", "--threshold", "1")["rows"]
    assert "结肠息肉" in {row["keyword"] for row in rows}


def test_a_dictionary_of_medtext_goes_by_its_name(table: Table) -> None:
    made = table("--run", "chinese", "--split", "train", "--dictionary", "gi-terms", "--threshold", "1")
    assert made["header"]["unit"] == "word by gi-terms"
    assert "结肠息肉" in {row["keyword"] for row in made["rows"]}


def test_magnitudes_rank_words_too(table: Table) -> None:
    made = table("--scores", "magnitude")
    assert made["rows"]
    assert made["header"]["greatest_gap"] == 0
    assert all(row["mean_score"] > 0 for row in made["rows"])


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_a_split_is_counted_whole(table: Table, place: Path, split: str) -> None:
    splits = json.loads((place / "runs" / "one" / "splits.json").read_text(encoding="utf-8"))
    assert table("--split", split)["header"]["records"] == len(splits[split])


def test_a_source_is_counted_whole_and_warns_of_what_was_trained_on(medtext: Run, place: Path) -> None:
    result = medtext("keywords", "--source", "toy.txt", "--format", "json")
    trained = len(json.loads((place / "runs" / "one" / "splits.json").read_text(encoding="utf-8"))["train"])
    assert json.loads(result.stdout)["header"]["records"] == 100
    assert f"warning: {trained} of 100 records have texts that run 'one' was trained on\n" in result.stderr


@pytest.mark.parametrize(
    ("name", "form"), [("k.csv", "csv"), ("k.json", "json"), ("k.md", "markdown"), ("k.txt", "table"), ("k.x", "csv")]
)
def test_a_table_goes_to_a_file_in_the_form_its_name_says(medtext: Run, place: Path, name: str, form: str) -> None:
    chosen = ("--format", form) if name == "k.x" else ()
    result = medtext("keywords", *chosen, "--output", name)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1] == f"written: {name}"
    assert (place / name).read_bytes() == medtext("keywords", "--format", form).stdout_bytes


REPORT = {"index.html", "keywords.csv", "keywords.json", "keywords.md", "heatmaps.html", "keywords.png"}


def test_a_report_holds_table_chart_and_heat_maps(medtext: Run, table: Table, place: Path) -> None:
    result = medtext("keywords", "--report", "report")
    assert result.exit_code == 0
    assert result.stdout == medtext("keywords").stdout
    assert "written: report\n" in result.stderr
    labels = len({row["label"] for row in table()["rows"]})
    pictures = {f"heatmap-{number}.png" for number in range(1, labels + 1)}
    assert {path.name for path in (place / "report").iterdir()} == REPORT | pictures
    for name in {"keywords.png", *pictures}:
        assert (place / "report" / name).read_bytes().startswith(b"\x89PNG")
        assert f'src="{name}"' in (place / "report" / "index.html").read_text(encoding="utf-8")
    assert json.loads((place / "report" / "keywords.json").read_text(encoding="utf-8")) == table()
    assert not list(place.glob(".report*"))


def test_a_report_is_replaced_as_a_whole(medtext: Run, place: Path) -> None:
    old = place / "a" / "report"
    old.mkdir(parents=True)
    for name in ("index.html", "keywords.json", "heatmap-99.png"):
        (old / name).touch()
    assert medtext("keywords", "--report", "a/report", "--replace", "--threshold", "0.5").exit_code == 0
    header = json.loads((old / "keywords.json").read_text(encoding="utf-8"))["header"]
    assert header["threshold"] == 0.5
    assert not (old / "heatmap-99.png").exists()
    assert [path.name for path in (place / "a").iterdir()] == ["report"]


def test_markup_in_records_and_labels_is_escaped_in_every_file_of_a_report(medtext: Run, place: Path) -> None:
    lines = [f"<script>alert({number})</script> [x](javascript:y) ulcer;<b>up</b>" for number in range(30)]
    lines += [f"<img src=x onerror=alert(1)> polyp {number};down" for number in range(30)]
    (place / "evil.txt").write_text("\n".join(lines), encoding="utf-8")
    made = ("--dataset", "toy", "--source", "evil.txt", "--epochs", "4", "--lr", "0.5", "--run", "evil")
    assert medtext("train", *made).exit_code == 0
    assert medtext("keywords", "--run", "evil", "--report", "report", "--threshold", "0").exit_code == 0
    for name in ("index.html", "heatmaps.html"):
        content = (place / "report" / name).read_text(encoding="utf-8")
        for tag in ("<script", "<img src=x", "<b>up"):
            assert tag not in content
    assert "&lt;b&gt;up&lt;/b&gt;" in (place / "report" / "index.html").read_text(encoding="utf-8")
    rows = (place / "report" / "keywords.md").read_text(encoding="utf-8").partition("\n\n")[2]
    assert "<" in rows
    assert not re.search(r"(?<!\\)[<>\[\]]", rows)


def test_a_report_that_fails_leaves_no_folder(fails: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("medtext.report.keyword_page.as_markdown", full)
    assert fails("keywords", "--report", "report", code=1) == ("report: No space left on device: name another folder")


def test_a_report_draws_at_the_threshold_of_its_table(answers: Answers, place: Path) -> None:
    answers("keywords", "--threshold", "0.9", "--report", "drawn")
    assert "words from 0.9 of the text" in (place / "drawn" / "heatmaps.html").read_text(encoding="utf-8")


def test_a_run_that_knows_nothing_says_so_in_all_that_is_passed_on(medtext: Run, place: Path) -> None:
    file = place / "runs" / "one" / "calibration.json"
    kept = json.loads(file.read_text(encoding="utf-8"))
    file.unlink()
    file.write_text(json.dumps({**kept, "answers": 0, "informed": False}), encoding="utf-8")
    result = medtext("keywords", "--run", "one", "--report", "blind")
    assert "no more than chance" in result.stderr
    assert "is not known" not in result.stderr
    assert "0 of 0 keywords" in result.stdout
    assert "Nothing counts as evidence" in result.stdout
    assert "Nothing counts as evidence" in (place / "blind" / "index.html").read_text(encoding="utf-8")


def test_a_run_without_a_floor_of_its_own_says_so(medtext: Run, place: Path) -> None:
    (place / "runs" / "one" / "calibration.json").unlink()
    assert "how high its scores are is not known" in medtext("keywords", "--run", "one").stderr
    assert "how high its scores are is not known" in medtext("attribute", "--run", "one", "stomach ulcer").stderr


def test_a_report_keeps_to_the_label_the_number_and_the_pick_that_were_asked_for(answers: Answers, place: Path) -> None:
    answers("keywords", "--report", "some", "--label", "up", "--top", "1", "--pick", "highest")
    rows = list(csv.DictReader(io.StringIO((place / "some" / "keywords.csv").read_text(encoding="utf-8-sig"))))
    assert [row["label"] for row in rows] == ["up"]
    page = (place / "some" / "index.html").read_text(encoding="utf-8")
    assert "The first 1 rows" in page
    assert "Heat maps of down" not in page
    maps = (place / "some" / "heatmaps.html").read_text(encoding="utf-8")
    assert "next to the highest" in maps
    assert '<h2 id="label-1" lang="en">up</h2>' in maps
    assert ">down</h2>" not in maps


def test_a_file_holds_all_rows_unless_told_else(answers: Answers, place: Path) -> None:
    many = "\n".join(f"ulcer w{number};up" for number in range(60))
    (place / "new.txt").write_text(many + "\n", encoding="utf-8")
    choices = ("keywords", "--source", "new.txt", "--threshold", "0", "--explain", "all")
    whole = len(json.loads(answers(*choices, "--format", "json"))["rows"])
    answers(*choices, "--output", "all.csv")
    assert len((place / "all.csv").read_text(encoding="utf-8").splitlines()) == 1 + whole
    answers(*choices, "--output", "two.csv", "--top", "2")
    assert len((place / "two.csv").read_text(encoding="utf-8").splitlines()) == 1 + 2


def test_a_table_names_its_method_and_speaks_of_gaps_only_where_scores_add_up(answers: Answers) -> None:
    adding, other = answers("keywords"), answers("keywords", "--method", "occlusion")
    assert "Scores: integrated-gradients, by token, of predicted labels." in adding
    assert "not converged" in adding
    assert "Scores: occlusion, by token, of predicted labels." in other
    assert "not converged" not in other


def test_choices_that_contradict_each_other_are_refused(fails: Callable[..., str]) -> None:
    assert fails("keywords", "--format", "csv", "--output", "table.json", code=2) == (
        "--output table.json: --format csv does not go with that ending: change one"
    )
    assert fails("keywords", "-o", "text=a", code=2) == "-o says how --source is read: name one"


def test_a_source_may_be_read_in_another_way_than_in_training(answers: Answers, medtext: Run, place: Path) -> None:
    rows = [f"{word} {number},{label}" for number in range(40) for word, label in (("ulcer", "up"), ("polyp", "down"))]
    (place / "old.csv").write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    (place / "new.csv").write_text("note;verdict\nulcer 7;up\n", encoding="utf-8")
    chosen = ("--dataset", "table", "--source", "old.csv", "--model", "ngram-linear", "--run", "tabular")
    assert medtext("train", *chosen).exit_code == 0
    named = ("--source", "new.csv", "-o", "text=note", "-o", "label=verdict", "-o", "delimiter=;")
    found = json.loads(answers("keywords", *named, "--format", "json"))
    assert [(row["keyword"], row["label"]) for row in found["rows"]][:1] == [("ulcer", "up")]
    assert json.loads(answers("evaluate", *named, "--json"))["metrics"]["model"]["accuracy"] == 1.0


def test_effects_of_terms_are_tested_over_all_occurrences_and_tried_on_another_split(
    table: Table, medtext: Run, place: Path
) -> None:
    plain, found = table(), table("--infer", "--confirm", "test")
    assert found["rows"] == plain["rows"]  # the description is the same, though all labels were explained
    assert found["header"] == plain["header"]
    effects = found["effects"]
    labels = plain["header"]["explained"]
    assert effects["header"]["explained"] % plain["header"]["records"] == 0
    assert effects["header"]["explained"] >= labels
    assert effects["header"]["patients"] == "unknown"
    verdicts = {row["verdict"] for row in effects["rows"]}
    assert verdicts <= {"used for", "used against", "equivalent to none", "undetermined", "too few"}
    for row in effects["rows"]:
        assert (row["q"] is None) == (row["verdict"] == "too few") == (row["clusters"] < 20)
    confirmation = effects["confirmation"]
    assert confirmation["split"] == "test"
    assert len(confirmation["terms"]) == sum(row["verdict"].startswith("used") for row in effects["rows"])
    log = [json.loads(line) for line in (place / "runs" / "one" / "confirmations.jsonl").read_text().splitlines()]
    assert [(line["split"], line["tried"]) for line in log][-1] == ("test", len(confirmation["terms"]))
    again = table("--confirm", "test")["effects"]
    assert again["confirmation"]["opened_before"] == confirmation["opened_before"] + 1
    assert again["rows"] == effects["rows"]


def test_effects_stand_in_the_terminal_and_in_a_report(medtext: Run, place: Path) -> None:
    result = medtext("keywords", "--infer", "--report", "out", "--replace")
    assert result.exit_code == 0
    assert "What the run uses terms for: all occurrences, no threshold" in result.stdout
    assert "Patients are unknown: intervals may be too narrow." in result.stdout
    rows = list(csv.DictReader(io.StringIO((place / "out" / "effects.csv").read_text(encoding="utf-8-sig"))))
    assert {"term", "label", "clusters", "theta", "percent_low", "percent_high", "q", "verdict"} <= set(rows[0])
    assert "What the run uses terms for" in (place / "out" / "index.html").read_text(encoding="utf-8")


def test_use_stands_beside_what_terms_go_with_in_the_true_labels(table: Table, medtext: Run, place: Path) -> None:
    plain, found = table("--infer"), table("--association")
    assert found["effects"]["rows"] == plain["effects"]["rows"]
    association = found["effects"]["association"]
    assert len(association["rows"]) == len(found["effects"]["rows"]) == sum(association["pairs"].values())
    row = next(row for row in association["rows"] if (row["term"], row["label"]) == ("stomach", "up"))
    assert 0 < row["both"] <= row["having"] < row["records"] == plain["header"]["records"]
    assert row["both"] == row["having"]  # a stomach is always up
    assert row["verdict"] in {"associated", "too few"}
    result = medtext("keywords", "--association", "--report", "out", "--replace")
    assert result.exit_code == 0
    assert "Use against association" in result.stdout
    assert "an audit by stratum does" in result.stdout
    rows = list(csv.DictReader(io.StringIO((place / "out" / "association.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(association["rows"])
    page = (place / "out" / "index.html").read_text(encoding="utf-8")
    assert "<h2>Use against association</h2>" in page
    assert ("association.png" in page) == (place / "out" / "association.png").exists()


def test_a_stratum_that_no_record_names_is_met(fails: Callable[..., str]) -> None:
    assert "no record has such a field (there are: none)" in fails("keywords", "--stratum", "site", code=2)


def test_effects_are_refused_where_they_would_say_nothing(fails: Callable[..., str]) -> None:
    assert "did not learn from" in fails("keywords", "--infer", "--split", "train", code=2)
    assert "needs terms discovered on another split" in fails("keywords", "--confirm", "val", code=2)
    assert "which csv does not hold" in fails("keywords", "--infer", "--format", "csv", code=2)
    assert "leave --method" in fails("keywords", "--infer", "--method", "occlusion", code=2)
    assert "leave --method" in fails("keywords", "--infer", "--scores", "magnitude", code=2)


def test_effects_are_of_records_that_the_run_did_not_learn_from(
    fails: Callable[..., str], answers: Answers, place: Path
) -> None:
    (place / "new.txt").write_text("a new ulcer here;up\nan old polyp there;down\n")
    assert json.loads(answers("keywords", "--infer", "--source", "new.txt", "--format", "json"))["effects"]["rows"]
    assert "add --split val" in fails("keywords", "--infer", "--source", "toy.txt", code=2)
    assert "name two in --split and --confirm" in fails("keywords", "--confirm", "test", "--source", "new.txt", code=2)
    (place / "runs" / "one" / "confirmations.jsonl").write_text("{broken")
    assert "move it away" in fails("keywords", "--confirm", "test", code=1)
    (place / "runs" / "one" / "confirmations.jsonl").unlink()


def test_what_is_denied_has_rows_of_its_own(table: Table, place: Path, fails: Callable[..., str]) -> None:
    (place / "notes.txt").write_text("the ulcer;up\nno ulcer;up\npossible polyp;down\nthe polyp;down\n" * 3)
    plain, found = (
        table("--source", "notes.txt", "--explain", "all", "--threshold", "0", *asked)
        for asked in ((), ("--assertions",))
    )
    assert found["header"]["assertions"] == "bundled"
    assert "assertions" not in plain["header"]
    terms = {row["keyword"] for row in found["rows"]}
    assert "[no] ulcer" in terms
    assert not any(row["keyword"].startswith("[") for row in plain["rows"])
    # Words of different states are never joined, and nothing is lost: the frequencies of a word add up.
    assert not any("no ulcer" in term for term in terms)
    by_state = {row["keyword"]: row for row in found["rows"] if row["label"] == "up"}
    assert by_state["[no] ulcer"]["frequency"] == by_state["[no] ulcer"]["records"] == 3
    (place / "bad.toml").write_text("script = 1\n")
    assert "bad.toml" in fails("keywords", "--rules", "bad.toml", code=2)


def test_containing_counts_every_record_that_holds_the_word(table: Table, place: Path) -> None:
    (place / "new.txt").write_text("the ulcer;up\nthe polyp;down\nulcer ulcer heart;none\n", encoding="utf-8")
    rows = table("--source", "new.txt", "--explain", "all", "--threshold", "1")["rows"]
    counts = {row["keyword"]: row["containing"] for row in rows}
    assert (counts["ulcer"], counts["polyp"]) == (2, 1)
    assert all(row["records"] <= row["containing"] for row in rows)
    # A record that got no label is no less one that holds the word.
    rows = table("--run", "many", "--source", "new.txt")["rows"]
    assert {row["containing"] for row in rows if row["keyword"] == "ulcer"} <= {2}


def test_words_may_be_counted_that_speak_against_a_label(table: Table, answers: Answers, fails: Fails) -> None:
    asked = ("--explain", "all")
    plain, against, both = (table(*asked, "--direction", each) for each in ("for", "against", "both"))
    assert [each["header"]["direction"] for each in (plain, against, both)] == ["for", "against", "both"]
    assert against["rows"]
    assert all(row["mean_score"] < 0 and row["direction"] == "against" for row in against["rows"])
    assert {row["keyword"] for row in against["rows"] if row["label"] == "up"} >= {"colon"}
    counts = [sum(row["frequency"] for row in each["rows"]) for each in (plain, against, both)]
    assert counts[0] + counts[1] == counts[2]
    assert answers("keywords", "--direction", "both").splitlines()[1].split()[3] == "speaks"
    assert "speak against nothing" in fails("keywords", "--direction", "against", "--scores", "magnitude", code=2)
    assert "speak against nothing" in fails("keywords", "--direction", "both", "--method", "random", code=2)


def test_a_table_may_be_ordered_by_what_terms_do_at_least(table: Table, answers: Answers, fails: Fails) -> None:
    made = table("--infer", "--rank", "lower-bound")
    low = {(row["term"], row["label"]): row["low"] for row in made["effects"]["rows"]}
    bounds = [row["lower_bound"] for row in made["rows"]]
    known = [bound for bound in bounds if bound is not None]
    assert bounds == [*sorted(known, reverse=True), *[None] * (len(bounds) - len(known))]
    assert known == [low[row["keyword"], row["label"]] for row in made["rows"][: len(known)]]
    assert {row["keyword"] for row in made["rows"]} == {row["keyword"] for row in table()["rows"]}
    shown = answers("keywords", "--infer", "--rank", "lower-bound")
    assert "come last, by frequency" in shown
    assert "add --infer" in fails("keywords", "--rank", "lower-bound", code=2)


def test_contexts_stand_where_they_are_asked_for(table: Table, answers: Answers, place: Path, fails: Fails) -> None:
    assert not any("contexts" in row for row in table()["rows"])
    made = table("--contexts", "2")
    for row in made["rows"]:
        assert 1 <= len(row["contexts"]) <= min(2, row["frequency"])
        assert all(each["keyword"] == row["keyword"] for each in row["contexts"])
    shown = answers("keywords", "--contexts", "1", "--top", "1", "--report", "out")
    first = made["rows"][0]
    assert "In context: at most 1 places" in shown
    assert first["contexts"][0]["record"] in shown
    page = (place / "out" / "index.html").read_text(encoding="utf-8")
    assert f"<mark>{first['keyword']}</mark>" in page
    assert first["contexts"][0]["record"] in page
    assert "--contexts holds texts, which csv does not" in fails(
        "keywords", "--contexts", "1", "--format", "csv", code=2
    )
    assert "less than or equal to 3" in fails("keywords", "--contexts", "4", code=2)


def test_a_table_says_how_far_its_order_hangs_on_the_threshold(table: Table, answers: Answers) -> None:
    found = table()["stability"]
    assert list(found["thresholds"]) == ["0.1", "0.2", "0.3", "0.4", "0.5"]
    assert found["thresholds"]["0.2"]["tau"] == 1.0
    least = min(each["tau"] for each in found["thresholds"].values())
    assert f"Kendall's tau-b {least:.2f} and more" in answers("keywords")


def test_stems_are_how_words_are_counted(
    table: Table, place: Path, fails: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "notes.txt").write_text("ulcer;up\nstomach;up\npolyp;down\n" * 3)
    asked = ("--source", "notes.txt", "--explain", "gold", "--threshold", "0")
    plain = table(*asked)
    monkeypatch.setattr("medtext.explain.naming.by_stem", lambda _: lambda word: ("stem", word))
    found = table(*asked, "--stems")
    assert found["header"]["stems"] == "english"
    assert "stems" not in plain["header"]
    assert [row["frequency"] for row in plain["rows"]] == [3, 3, 3]
    assert [row["frequency"] for row in found["rows"]] == [6, 3]
    assert "leave --stems out" in fails("keywords", "--stems", "--infer", code=2)
