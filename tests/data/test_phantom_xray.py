"""Phantom studies are the same again, show what they say they show, and say it rightly."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from medtext_data import phantom_xray
from medtext_data.phantom_xray.body import Body
from medtext_data.phantom_xray.exposure import Exposure
from medtext_data.phantom_xray.findings import Finding, draw_finding, draw_names
from medtext_data.phantom_xray.generate import make
from medtext_data.phantom_xray.names import FINDINGS, VARIANTS, VIEWS
from medtext_data.phantom_xray.patient import Patient, Stance
from medtext_data.phantom_xray.projection import Look
from medtext_data.phantom_xray.solids import LEVELS, Grid, common, ellipsoid, outside
from medtext_data.phantom_xray.study import study_of
from medtext_data.phantom_xray.tubes import Tube, project
from medtext_data.phantom_xray.wording import report
from PIL import Image

from medtext.corpus.findings import State, findings_of

SAMPLE = Path(phantom_xray.__path__[0]) / "sample"
SEED = 13
STRAIGHT = Stance(turn=0.0, tilt=0.0, field=36.0, middle=(0.0, 12.5))


def patient(seed: int = 1) -> Patient:
    return Patient.draw(np.random.default_rng(seed))


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "studies.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_study_is_the_same_again_and_no_other() -> None:
    one, again, other = study_of(3, 5), study_of(3, 5), study_of(4, 5)
    assert one.truth() == again.truth()
    assert np.array_equal(one.picture("frontal", 64), again.picture("frontal", 64))
    assert not np.array_equal(one.picture("frontal", 64), other.picture("frontal", 64))


def test_a_study_does_not_depend_on_how_many_there_are(tmp_path: Path) -> None:
    told: list[bool] = []
    make(tmp_path / "few", count=2, seed=3, size=40)
    make(tmp_path / "more", count=4, seed=3, size=40, progress=lambda: told.append(True))
    assert len(told) == 4
    few, more = lines(tmp_path / "few"), lines(tmp_path / "more")
    assert few == more[:2]
    assert [line["id"] for line in more] == [f"phantom-3-0000{number}" for number in range(4)]
    for path in (path for line in few for path in line["images"].values()):
        assert (tmp_path / "few" / path).read_bytes() == (tmp_path / "more" / path).read_bytes()
        with Image.open(tmp_path / "few" / path) as image:
            assert (image.mode, image.size) == ("L", (40, 40))


def test_a_folder_does_not_depend_on_how_many_processes_made_it(tmp_path: Path) -> None:
    told: list[bool] = []
    make(tmp_path / "one", count=8, seed=3, size=40, processes=1)
    make(tmp_path / "two", count=8, seed=3, size=40, processes=2, progress=lambda: told.append(True))
    assert len(told) == 8
    one, two = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "one", tmp_path / "two")
    )
    assert one == two


def test_a_process_that_is_ended_from_outside_leaves_nothing_behind(tmp_path: Path) -> None:
    def end() -> None:
        for process in active_children():
            process.kill()

    with pytest.raises(ChildProcessError, match="ended from outside"):
        make(tmp_path / "new", count=60, seed=3, size=40, processes=2, progress=end)
    assert list(tmp_path.iterdir()) == []


def test_the_truth_does_not_depend_on_the_size_of_the_pictures(tmp_path: Path) -> None:
    make(tmp_path / "small", count=3, seed=5, size=32)
    make(tmp_path / "large", count=3, seed=5, size=64)
    assert lines(tmp_path / "small") == lines(tmp_path / "large")


def test_nothing_is_overwritten_and_nothing_half_written_stays(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(FileExistsError, match="there exists: name another folder"):
        make(tmp_path / "there", count=1, seed=1, size=32)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "new", count=2, seed=1, size=32, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize("wrong", [{"count": 0}, {"seed": -1}, {"size": 8}, {"size": 5000}])
def test_numbers_that_cannot_be_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="give"):
        make(tmp_path / "new", **({"count": 1, "seed": 1, "size": 32} | wrong))


def test_projections_are_those_known_on_paper() -> None:
    grid = Grid.square(40, 20.0, -10.0, -10.0)
    ball = ellipsoid((1.0, 0.0, -2.0), (4.0, 4.0, 4.0))
    for view, middle in (("frontal", 1.0), ("lateral", -2.0)):
        square = (grid.u - middle) ** 2 + grid.y**2
        expected = 2 * np.sqrt(np.maximum(16 - square, 0))
        inside = square < 12  # levels are a quarter of a centimetre apart
        assert np.allclose(common(ball.span(view, grid))[inside], expected[inside], atol=0.1)
    half = ellipsoid((1.0, 0.0, -2.0), (4.0, 4.0, 2.0))
    left = outside(ball.span("frontal", grid), half.span("frontal", grid))
    assert np.allclose(left, common(ball.span("frontal", grid)) / 2, atol=0.05)
    assert not outside(ball.span("frontal", grid), half.span("frontal", grid), ball.span("frontal", grid)).any()


def test_a_tube_attenuates_by_its_volume() -> None:
    grid = Grid.square(80, 20.0, -10.0, -10.0)
    tube = Tube.through([(-5, -3, 1), (5, 3, 1)], 0.5, 0.3)
    length = np.hypot(10, 6)
    for view in VIEWS:
        depth = project([tube], view, grid)
        assert depth.sum() * grid.pixel**2 == pytest.approx(0.3 * np.pi * 0.25 * length, rel=0.03)
    assert project([tube], "frontal", grid).max() == pytest.approx(0.3, rel=0.2)  # once across it


def test_what_is_found_is_to_be_seen_in_its_regions_and_hardly_elsewhere() -> None:
    seen: Counter[str] = Counter()
    for number in range(28):
        study = study_of(21, number)
        for finding, regions in zip(study.body.findings, study.regions, strict=True):
            assert regions
            for view, boxes in regions.items():
                assert len(boxes) == (2 if finding.side == "both" and view == "frontal" else 1)
                inside = np.zeros((96, 96), dtype=bool)
                for left, top, right, bottom in boxes:
                    assert 0 <= left < right <= 1
                    assert 0 <= top < bottom <= 1
                    rows, columns = (
                        slice(int(low * 96), int(np.ceil(high * 96))) for low, high in ((top, bottom), (left, right))
                    )
                    inside[rows, columns] = True
                whole = study.picture(view, 96).astype(float)
                without = study.picture(view, 96, study.body.without(finding)).astype(float)
                change = np.abs(whole - without)
                assert change[inside].mean() > 4 * change[~inside].mean() + 1, (number, finding, view)
                seen[finding.name] += 1
    assert set(seen) >= set(FINDINGS)


def test_left_is_on_the_right_of_a_frontal_picture_and_front_on_the_left_of_a_lateral_one() -> None:
    for side, right in (("left", True), ("right", False)):
        findings = (Finding("pleural effusion", side, strength=0.6), Finding("device", side, kind="pacemaker"))
        for finding in findings:
            look = Look("frontal", STRAIGHT, 64)
            change = np.abs(look.depth(Body(patient(), (finding,))) - look.depth(Body(patient())))
            change = change / change.sum()
            assert (change[:, 32:].sum() > 0.6) == right
    case = Finding("device", "left", kind="pacemaker")
    look = Look("lateral", STRAIGHT, 64)
    added = look.depth(Body(patient(), (case,))) - look.depth(Body(patient()))
    assert np.unravel_index(added.argmax(), added.shape)[1] < 20
    # The heart points to the left, the liver's half of the diaphragm stands higher.
    body = Body(patient())
    assert float(np.interp(18, LEVELS, body.heart.x)) > 1
    assert body.dome("right") < body.dome("left")


def test_a_marker_stands_on_the_side_that_it_names() -> None:
    letters: Counter[str | None] = Counter()
    for seed in range(60):
        exposure = Exposure.draw("frontal", patient(), np.random.default_rng(seed))
        letters[exposure.marker] += 1
        if exposure.marker:
            assert (exposure.place[0] > 0.5) == (exposure.marker == "L")
    assert set(letters) == {"L", "R", None}
    assert Exposure.draw("lateral", patient(), np.random.default_rng(3)).marker in {"L", None}


def test_fewer_photons_make_more_noise() -> None:
    depth = np.full((64, 64), 3.0)
    drawn = Exposure.draw("frontal", patient(), np.random.default_rng(0))
    even = replace(drawn, borders=(0, 0, 0, 0), marker=None, low=1.0, high=5.0)
    spreads = [
        float(replace(even, noise=noise).picture(depth, np.random.default_rng(1)).std()) for noise in (0.01, 0.05, 0.2)
    ]
    assert spreads == sorted(spreads)
    assert spreads[2] > 3 * spreads[0]


def test_findings_are_as_frequent_as_they_should_be_and_tell_nothing_of_each_other() -> None:
    drawn = [draw_names(np.random.default_rng([2, number])) for number in range(6000)]
    sick = [set(names) - set(VARIANTS) for names in drawn]
    assert Counter(len(names) for names in sick)[0] / 6000 == pytest.approx(0.4, abs=0.03)
    assert max(map(len, sick)) == 3
    for name in FINDINGS:
        share = np.mean([name in names for names in sick])
        assert share == pytest.approx(1 / 7, abs=0.02)
        for other in set(FINDINGS) - {name}:
            # Among studies that have another one: near the share of studies with any finding.
            among = [name in names for names in sick if other in names]
            assert 0.08 < np.mean(among) < 0.26
    assert 0.05 < np.mean([bool(set(names) & set(VARIANTS)) for names in drawn if not set(names) - set(VARIANTS)]) < 0.4


def test_no_lung_with_fluid_around_it_gets_free_air() -> None:
    wet = Finding("pleural effusion", "left")
    air = [draw_finding("pneumothorax", np.random.default_rng(seed), [wet]) for seed in range(40)]
    assert {finding.side for finding in air} == {"right"}


TERMS = {
    "cardiomegaly": r"cardiomegaly|heart is (?:\w+ )?(?:\w+ )?enlarged|enlarged heart|enlargement of the cardiac"
    r"|borderline heart|heart size is (?:mildly|borderline)|silhouette is (?:slightly|not) enlarged",
    "pleural effusion": r"effusion",
    "consolidation": r"consolidation",
    "nodule or mass": r"nodule",
    "pneumothorax": r"pneumothorax",
    "hyperinflation": r"hyperinflat|hyperexpan",
    "device": r"pacemaker|central line|central venous catheter|endotracheal|devices|lines or tubes",
    "scoliosis": r"scoliosis",
    "calcified granuloma": r"granuloma",
    "degenerative spine": r"degenerative|spondylosis",
}
NEGATED = re.compile(r"^(?:no|there is no|negative for)\b|\bnot\b", re.IGNORECASE)
UNSURE = re.compile(r"possibl|may |borderline|questionable|trace", re.IGNORECASE)


def read_report(text: str) -> tuple[dict[str, list[str]], set[str]]:
    """Return the sentences that assert each name, and the names that are denied."""
    asserted: dict[str, list[str]] = {}
    denied: set[str] = set()
    for sentence in re.split(r"(?<=\.)\s", text):
        for name, pattern in TERMS.items():
            if re.search(pattern, sentence, re.IGNORECASE):
                if NEGATED.search(sentence):
                    denied.add(name)
                else:
                    asserted.setdefault(name, []).append(sentence)
    return asserted, denied


def drawn_findings(seed: int) -> list[Finding]:
    chance = np.random.default_rng([9, seed])
    found: list[Finding] = []
    for name in sorted(draw_names(chance), key=lambda name: name == "pneumothorax"):
        finding = draw_finding(name, chance, found)
        if name != "pneumothorax" or finding.side:
            found.append(finding)
    return found


@pytest.mark.parametrize("views", [VIEWS, VIEWS[:1], VIEWS[1:]])
def test_reports_tell_what_is_there_with_its_side_and_nothing_else(views: tuple[Any, ...]) -> None:
    texts = set()
    for seed in range(1500):
        found = [each for each in drawn_findings(seed) if "frontal" in views or each.name != "pneumothorax"]
        written = report(found, views, np.random.default_rng([8, seed]))
        texts.add(written.findings)
        for section in (written.findings, written.impression):
            asserted, denied = read_report(section)
            names = {finding.name for finding in found}
            assert set(asserted) <= names, (section, names)
            assert not denied & names, (section, names)
            assert not re.search(r"[{}\[\]]|  |\.\.|\bNone\b", section)
            for finding in found:
                told = asserted.get(finding.name, [])
                if section == written.findings or (finding.name in FINDINGS and finding.name != "device"):
                    assert len(told) == 1, (section, finding)
                for sentence in told:
                    _check_sentence(sentence, finding, views)
        if not {finding.name for finding in found} & set(FINDINGS):
            assert re.search(r"^(No acute|Normal|Negative)", written.impression)
    assert len(texts) > 1000


def _check_sentence(sentence: str, finding: Finding, views: tuple[Any, ...]) -> None:
    words = set(re.findall(r"\w+", sentence.lower()))
    sides = words & {"left", "right", "bilateral", "both"}
    if "frontal" not in views:
        assert not sides, sentence
    elif finding.side == "both":
        assert not sides & {"left", "right"}, sentence
        assert sides or finding.name == "hyperinflation"
    elif finding.side and finding.name != "scoliosis":
        assert sides <= {finding.side}, sentence
        lingula = finding.zone == "middle" and finding.side == "left" and "lingula" in words
        assert sides or lingula, sentence
    elif finding.side is None:
        assert not sides, sentence
    assert bool(UNSURE.search(sentence)) == (not finding.certain), (sentence, finding)
    if finding.zone and finding.name != "consolidation":
        assert {"upper": "upper", "middle": "mid", "lower": "lower"}[finding.zone] in words, sentence


def test_the_rules_for_findings_read_the_same_in_a_report() -> None:
    for seed in range(300):
        found = {finding.name: finding for finding in drawn_findings(seed)}
        written = report(list(found.values()), VIEWS, np.random.default_rng([8, seed]))
        said = findings_of(written.findings)
        named = {mention.finding for mention in said.mentions if mention.state is not State.ABSENT}
        assert named == set(found), written.findings
        for name, finding in found.items():
            assert said.state(name) is (State.PRESENT if finding.certain else State.UNCERTAIN), written.findings
            if finding.side in {"left", "right"} and finding.certain and name != "scoliosis":
                assert said.side(name) == finding.side, written.findings


def test_a_lateral_view_alone_denies_no_pneumothorax() -> None:
    texts = [report([], VIEWS[1:], np.random.default_rng(seed)).findings for seed in range(300)]
    assert not any("pneumothorax" in text for text in texts)
    assert any("pneumothorax" in report([], VIEWS, np.random.default_rng(seed)).findings for seed in range(20))


def test_most_reports_leave_something_unsaid() -> None:
    denied = [read_report(report([], VIEWS, np.random.default_rng(seed)).findings)[1] for seed in range(400)]
    assert {"pleural effusion", "pneumothorax", "consolidation", "cardiomegaly", "nodule or mass"} <= set().union(
        *denied
    )
    assert np.mean(["pneumothorax" in names for names in denied]) < 0.9
    assert np.mean(["device" in names for names in denied]) < 0.2


@pytest.mark.parametrize("number", [0, 57, 239])
def test_the_sample_is_what_the_generator_writes(number: int) -> None:
    line = lines(SAMPLE)[number]
    study = study_of(SEED, number)
    truth = study.truth()
    assert line["report"] == truth["report"]
    assert line["id"] == truth["id"]
    assert {key: line[key] for key in ("findings", "variants")} == {key: truth[key] for key in ("findings", "variants")}
    assert tuple(line["images"]) == study.views
    for view, path in line["images"].items():
        with Image.open(SAMPLE / path) as image:
            stored = np.asarray(image, dtype=float)
        assert stored.shape == (96, 96)
        assert np.abs(stored - study.picture(view, 96)).mean() < 3  # what JPEG loses


def test_the_sample_has_normal_studies_all_findings_and_single_views() -> None:
    studies = lines(SAMPLE)
    assert len(studies) == 240
    named = [{finding["name"] for finding in study["findings"]} for study in studies]
    assert 0.32 < np.mean([not names for names in named]) < 0.5
    assert set().union(*named) == set(FINDINGS)
    views = Counter(tuple(study["images"]) for study in studies)
    assert set(views) == {VIEWS, VIEWS[:1], VIEWS[1:]}
    assert views[VIEWS] > 200
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 1_500_000
    for study in studies:
        if tuple(study["images"]) == VIEWS[1:]:
            assert all(found["side"] is None and found["name"] != "pneumothorax" for found in study["findings"])
