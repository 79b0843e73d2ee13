"""Planted records are generated as their options say, with their evidence marked."""

from __future__ import annotations

from pathlib import Path

import pytest
from medtext_plugins.datasets import planted

from medtext import testing
from medtext.errors import OptionError, RecordError
from medtext.plugin import DatasetSpec, Record
from medtext.plugin.options import make_options, parse_pairs

(SPEC,) = planted.medtext_datasets()
assert SPEC.sample is not None
SAMPLE: Path = SPEC.sample


def options(*pairs: str) -> planted.Options:
    made: planted.Options = make_options(planted.Options, parse_pairs(pairs), owner="planted")
    return made


def records(*pairs: str, size: int = 60, path: Path = SAMPLE) -> list[Record]:
    return list(planted.read(path, options(f"size={size}", *pairs)))


@pytest.mark.parametrize("kind", ["single-cue", "negated-cue", "position", "shortcut", "none"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_planted_keeps_its_promises(kind: str, language: str) -> None:
    spec: DatasetSpec = SPEC
    testing.check_dataset(spec, options=options("size=200", f"kind={kind}", f"language={language}"))


def test_a_record_has_its_evidence_a_patient_and_a_split() -> None:
    read = records(size=300)
    assert [record.id for record in read[:2]] == ["single-cue-zh-13-0", "single-cue-zh-13-1"]
    assert {record.split for record in read} == {"train", "val", "test"}
    for record in read:
        assert record.labels is not None
        assert record.rationales is not None
        assert bool(record.rationales) == (record.labels != ("其他",))
        assert all(mark.label == record.labels[0] for mark in record.rationales)
        assert str(record.group).startswith("patient ")
        assert 0 <= int(record.meta["template"]) < 40
    assert any(record.text[mark.start : mark.end] == "糜烂" for record in read for mark in record.rationales or ())


def test_decoys_and_shortcuts_are_told_in_meta() -> None:
    (name,) = {record.meta["shortcut"] for record in records("kind=shortcut", "language=en", size=1)}
    start, end = map(int, name.split("-"))
    (record,) = records("kind=shortcut", "language=en", size=1)
    assert record.text[start:end] in {"Alder", "Birch", "Cedar", "Maple", "Rowan", "Willow"}
    assert all("-" in pair for pair in record.meta["decoy"].split(","))
    assert record.meta["idle"] == ""


def test_a_recipe_of_ones_own_is_read_from_a_file(tmp_path: Path) -> None:
    recipe = (SAMPLE / "en.toml").read_text(encoding="utf-8").replace('"erosion"', '"quux"')
    (tmp_path / "mine.toml").write_text(recipe, encoding="utf-8")
    texts = [record.text for record in records(size=400, path=tmp_path / "mine.toml")]
    assert any("quux" in text for text in texts)


@pytest.mark.parametrize(("content", "says"), [(None, "there is no such recipe"), ("a = 1", "the recipe has no")])
def test_a_recipe_that_cannot_be_used_is_told(tmp_path: Path, content: str | None, says: str) -> None:
    if content is not None:
        (tmp_path / "zh.toml").write_text(content, encoding="utf-8")
    with pytest.raises(RecordError, match=rf"zh\.toml: {says}"):
        records(path=tmp_path)


@pytest.mark.parametrize("pair", ["kind=sinlge", "size=0", "richness=2", "language=de"])
def test_options_that_cannot_be_are_refused(pair: str) -> None:
    with pytest.raises(OptionError):
        options(pair)
