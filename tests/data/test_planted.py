"""The planted truth is true: by construction, and by counting."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from medtext_data import planted
from medtext_data.planted.alphabet import letters_of
from medtext_data.planted.generate import Plan, Sample, generate
from medtext_data.planted.kinds import KINDS, Kind
from medtext_data.planted.measure import Found, Measures
from medtext_data.planted.recipe import Recipe
from medtext_data.planted.truth import Truth, truth_of

from medtext.explain.words import jieba_cutter

FOLDER = Path(planted.__path__[0])
RECIPES = {language: Recipe.read(FOLDER / f"{language}.toml") for language in ("zh", "en")}
every_corpus = pytest.mark.parametrize(("language", "kind"), [(each, kind) for each in RECIPES for kind in KINDS])


def samples(language: str, kind: Kind, size: int = 400, **choices: float) -> list[Sample]:
    return list(generate(RECIPES[language], Plan(kind=kind, size=size, **choices)))


@every_corpus
def test_marks_point_at_what_they_name(language: str, kind: Kind) -> None:
    for sample in samples(language, kind):
        for mark in sample.marks:
            assert sample.text[mark.start : mark.end] == mark.text
        starts = [mark.start for mark in sample.marks]
        assert starts == sorted(starts)
        assert all(one.end <= other.start for one, other in zip(sample.marks, sample.marks[1:], strict=False))


@every_corpus
def test_evidence_is_a_cue_of_the_label_and_no_label_but_other_is_without(language: str, kind: Kind) -> None:
    truth = truth_of(RECIPES[language], kind)
    made = samples(language, kind)
    assert {sample.label for sample in made} == set(truth.labels)
    for sample in made:
        evidence = [mark.text for mark in sample.marked()]
        assert set(evidence) <= set(truth.evidence.get(sample.label, ()))
        if kind == "none" or sample.label == truth.other:
            assert evidence == []
        elif kind != "shortcut":
            assert evidence


@every_corpus
def test_every_cue_of_a_text_is_marked(language: str, kind: Kind) -> None:
    recipe = RECIPES[language]
    for sample in samples(language, kind):
        rest = sample.text
        for mark in reversed(sample.marks):
            rest = rest[: mark.start] + "|" + rest[mark.end :]
        cues = {letter for _, cue in recipe.evidence() for letter in letters_of(cue)}
        assert letters_of(rest) & cues == set()


@every_corpus
def test_what_is_planted_is_all_that_a_label_adds(language: str, kind: Kind) -> None:
    items = RECIPES[language].items
    for sample in samples(language, kind):
        rest = sample.text
        for mark in reversed(sample.marks):
            cue = _cue_of(mark.text, RECIPES[language]) if mark.mark in ("evidence", "idle") else ""
            if cue:  # with the sign that parts it from its neighbour in the list
                start, end = mark.end - len(cue), mark.end
                if rest[end:].startswith(items):
                    end += len(items)
                else:
                    start -= len(items)
                rest = rest[:start] + rest[end:]
            elif mark.mark == "shortcut":
                rest = rest[: mark.start] + "*" + rest[mark.end :]
        base = sample.base
        for name in RECIPES[language].neutral if kind == "shortcut" else ():
            base = base.replace(name, "*")
        assert rest == base


def _cue_of(text: str, recipe: Recipe) -> str:
    return max((cue for _, cue in recipe.evidence() if text.endswith(cue)), key=len, default="")


def test_the_same_words_stand_in_texts_of_all_kinds_that_differ_by_what_is_planted_only() -> None:
    bases = [[sample.base for sample in samples("zh", kind)] for kind in ("none", "single-cue", "conjunction")]
    assert bases[0] == bases[1] == bases[2]
    assert [sample.text for sample in samples("zh", "none")] == bases[0]


@pytest.mark.parametrize("language", RECIPES)
def test_filler_and_decoys_stand_under_all_labels_alike(language: str) -> None:
    # By construction, and counted: none of hundreds of words is further from its share than chance would bring it.
    from scipy.stats import chi2

    recipe = RECIPES[language]
    made = samples(language, "decoy", 3000)
    sizes = Counter(sample.label for sample in made)
    cues = {letter for _, cue in recipe.evidence() for letter in letters_of(cue)}
    seen: dict[str, Counter[str]] = {}
    for sample in made:
        decoys = {mark.text for mark in sample.marked("decoy")}
        for word in {*(letters_of(sample.text) - cues), *decoys}:
            seen.setdefault(word, Counter())[sample.label] += 1
    tested = {word: counts for word, counts in seen.items() if 50 <= counts.total() <= 2900}
    assert len(tested) > 80
    worst = max(_chi_square(counts, sizes) for counts in tested.values())
    assert chi2.sf(worst, len(sizes) - 1) * len(tested) > 0.01


def _chi_square(counts: Counter[str], sizes: Counter[str]) -> float:
    share = counts.total() / sizes.total()
    return sum(
        (counts[label] - share * size) ** 2 / (share * size)
        + (counts[label] - share * size) ** 2 / ((1 - share) * size)
        for label, size in sizes.items()
    )


def test_either_cue_alone_makes_another_label() -> None:
    recipe = RECIPES["zh"]
    rule = recipe.conjunction
    for sample in samples("zh", "conjunction"):
        groups = {next(label for label, cue in recipe.evidence() if cue == mark.text) for mark in sample.marked()}
        expected = {rule.first: {rule.first}, rule.second: {rule.second}, rule.both: {rule.first, rule.second}}
        assert groups == expected.get(sample.label, set())


@pytest.mark.parametrize("language", RECIPES)
def test_a_cue_counts_unless_a_negator_stands_before_it(language: str) -> None:
    recipe, made = RECIPES[language], samples(language, "negated-cue", 800)
    words = recipe.cues[recipe.negation.group]
    denied = {negator + cue for negator in recipe.negators for cue in words}
    idle = 0
    for sample in made:
        evidence = {mark.text for mark in sample.marked()}
        asserted = evidence & set(words)
        idle += bool(sample.marked("idle"))
        assert bool(asserted) == (sample.label == recipe.negation.present)
        assert bool(evidence & denied) == (sample.label == recipe.negation.absent)
        assert {mark.text for mark in sample.marked("idle")} <= denied
        assert any(negator in sample.base for negator in recipe.negators)  # a negator alone says nothing
    assert idle > 20


def test_the_same_cue_counts_in_its_section_only() -> None:
    header = RECIPES["zh"].sections[1]
    elsewhere = Counter[str]()
    for sample in samples("zh", "position"):
        place = sample.text.index(header)
        assert all(mark.start == place for mark in sample.marked())
        assert all(mark.end < place for mark in sample.marked("idle"))
        elsewhere[sample.label] += bool(sample.marked("idle"))
    assert min(elsewhere.values()) > 40  # under every label, also under "other"


def test_look_alikes_stand_in_the_kind_decoy_only_and_share_something_with_a_cue() -> None:
    for recipe in RECIPES.values():
        cues = {letter for _, cue in recipe.evidence() for letter in letters_of(cue)}
        assert all(letters_of(word) & cues for word in recipe.look_alikes)
    texts = "".join(sample.text for sample in samples("zh", "single-cue"))
    decoys = "".join(sample.text for sample in samples("zh", "decoy", 1000))
    for word in RECIPES["zh"].look_alikes:
        assert word not in texts
        assert word in decoys


def test_a_shortcut_goes_with_its_label_in_train_only() -> None:
    made = samples("zh", "shortcut", 3000, strength=0.9)
    follows = {"train": Counter[bool](), "unseen": Counter[bool]()}
    for sample in made:
        (name,) = sample.marked("shortcut")
        own = name.text == RECIPES["zh"].shortcuts[sample.label]
        follows["train" if sample.split == "train" else "unseen"][own] += 1
    shares = {part: counts[True] / counts.total() for part, counts in follows.items()}
    assert shares["train"] > 0.87
    assert 0.1 < shares["unseen"] < 0.24  # one of six names
    assert all(sample.marked() for sample in made if sample.split != "train" and sample.label != "其他")


def test_chinese_cues_are_cut_as_one_word_and_as_several() -> None:
    cut = jieba_cutter()
    forms: dict[int, set[str]] = {}
    whole = 0
    made = samples("zh", "single-cue", 600)
    for sample in made:
        words = cut(sample.text)
        edges = {edge for word in words for edge in word}
        for mark in sample.marked():
            whole += {mark.start, mark.end} <= edges
            inside = [start for start, end in words if mark.start <= start and end <= mark.end]
            forms.setdefault(len(inside), set()).add(mark.text)
    assert len(forms[1]) > 10
    assert len(forms[2]) >= 4
    assert whole / sum(len(sample.marked()) for sample in made) > 0.98
    assert sum(" " in cue for _, cue in RECIPES["en"].evidence()) >= 6


def test_a_patient_stays_in_one_split_and_no_text_comes_twice() -> None:
    made = samples("zh", "single-cue", 3000)
    splits: dict[int, set[str]] = {}
    for sample in made:
        splits.setdefault(sample.patient, set()).add(sample.split)
    assert all(len(each) == 1 for each in splits.values())
    assert 1.5 < len(made) / len(splits) < 2.5
    shares = Counter(sample.split for sample in made)
    assert [round(shares[name] / len(made), 1) for name in ("train", "val", "test")] == [0.7, 0.1, 0.2] or all(
        0.1 < shares[name] / len(made) < 0.2 for name in ("val", "test")
    )
    assert len({sample.text for sample in made}) > 0.99 * len(made)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**9), size=st.integers(1, 30), kind=st.sampled_from(KINDS))
def test_a_longer_corpus_begins_with_the_shorter_one(seed: int, size: int, kind: Kind) -> None:
    recipe = RECIPES["en"]
    long = list(generate(recipe, Plan(kind=kind, size=40, seed=seed)))
    assert list(generate(recipe, Plan(kind=kind, size=size, seed=seed))) == long[:size]


def test_the_seed_says_all_whatever_the_hash_seed() -> None:
    code = (
        "import sys; from pathlib import Path; from medtext_data.planted.generate import Plan, generate;"
        "from medtext_data.planted.recipe import Recipe; recipe = Recipe.read(Path(sys.argv[1]));"
        "print(*[sample.text + sample.label for sample in generate(recipe, Plan(size=20))])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code, str(FOLDER / "zh.toml")],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert samples("zh", "single-cue", 5) != samples("zh", "single-cue", 5, seed=14)


def test_richness_and_fillers_bound_words_and_length() -> None:
    plain, poor = samples("en", "none"), samples("en", "none", richness=0.2)
    vocabulary = [len({letter for sample in made for letter in letters_of(sample.text)}) for made in (plain, poor)]
    assert vocabulary[1] < 0.75 * vocabulary[0]
    lengths = [sum(len(sample.text) for sample in samples("en", "none", fillers=count)) for count in (1, 6)]
    assert lengths[1] > 1.5 * lengths[0]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('language = "zh"\n', "", "the recipe has no language"),
        ('"糜烂"', '"糜烂", "胃炎"', "cue '胃炎' of '炎性' shares '胃' with"),
        ('"息肉"', '"息糜"', "cue '息糜' of '占位' shares '糜' with '糜烂'"),
        ("{site}可见{list}", "{place}可见{list}", "there is no list of words called 'place'"),
        ("{site}可见{list}", "{site}可见", r"\{list\} is missing"),
        ('first = "炎性"', 'first = "炎"', "'炎' has no cues"),
        ('"其他" = "鹿鸣"', "", "'其他' has no machine of its own"),
        ('negators = ["未见", "无", "未及", "不伴"]', "negators = []", "negators is no list of texts, or an empty one"),
        ('sections = ["', 'sections = ["a", "', "wrong kind|at least|no list|too many"),
        ("[cues]", "[cues", "no TOML in UTF-8"),
    ],
)
def test_a_recipe_that_would_blur_the_truth_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    content = (FOLDER / "zh.toml").read_text(encoding="utf-8")
    assert old in content
    (tmp_path / "a.toml").write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=says):
        Recipe.read(tmp_path / "a.toml")


@pytest.mark.parametrize("fault", [{"size": 0}, {"fillers": 0}, {"richness": 1.5}, {"strength": -0.1}])
def test_a_plan_that_cannot_be_is_refused(fault: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(fault))):
        replace(Plan(), **fault)


TRUTH = Truth(("a", "b", "-"), "-", {"a": ("糜烂",), "b": ("息肉",)}, {"a": ("糜烂",), "b": ("息肉",)}, ("气泡",), {})


def test_the_measures_are_those_of_the_readme() -> None:
    measures = Measures(TRUTH)
    #                  0123456789
    measures.add(Found("胃见糜烂、气泡、糜烂", "a", "a", [(1, 4), (5, 7)], [(2, 4), (8, 10)], [(5, 7)]))
    measures.add(
        Found("胃见息肉", "a", "b", [(2, 4)], [(2, 4)])
    )  # a wrong answer: whatever is found for it is not right
    measures.add(Found("胃软", "-", "-", [(0, 1)], []))
    measures.add(Found("胃", "-", "-", [], []))
    figures = measures.figures()
    assert figures["precision"] == 1 / 4
    assert figures["labelled precision"] == 1 / 3
    assert figures["recall"] == 1 / 2
    assert figures["record recall"] == 1
    assert figures["cue recall"] == 1  # 见糜烂 holds the one cue of a that was due
    assert figures["whole"] == 0
    assert figures["rows"] == 4
    assert figures["row precision"] == 1 / 4
    assert figures["decoy spans"] == 1 / 4
    assert figures["decoy rows"] == 1 / 4
    assert figures["empty texts with spans"] == 1 / 2
    assert figures["rows from empty texts"] == 1 / 4
    assert figures["map precision"] == pytest.approx((0.5 + 0 + 0) / 3)
    assert figures["map recall"] == 1 / 2


def test_measures_of_nothing_are_none() -> None:
    assert {name for name, value in Measures(TRUTH).figures().items() if value is not None} == {"rows", "spans"}
