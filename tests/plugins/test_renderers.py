"""The built-in renderers: safe to print, honest in what they show, and legible without colour."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import category

import numpy as np
import pytest
from medtext_plugins.renderers import canvas, image, lines, page, scene, terminal
from PIL import Image

from medtext.plugin import Attribution, OutputError, Record, RendererSpec
from medtext.report import fonts

HOSTILE = "<script>alert(1)</script>"
WORDS = ("胃窦", "黏膜", "糜烂", "，", "Hp", "(+)", "，", "大小约", " ", "0.5*0.6cm", "，", "未见", "溃疡", "。")
SCORES = (0.31, 0.04, 2.4, -0.02, 1.1, 0.6, 0.0, 0.01, 0.0, -0.03, 0.01, -0.2, -1.3, 0.02)
LONG = (
    "食管：黏膜光滑，齿状线清。贲门：开闭好。胃底：黏液池清。"
    "胃体：大弯侧见一枚亚蒂息肉，大小约 0.5*0.6cm，表面充血（活检1块）。"
    "胃窦：黏膜红白相间，见“散在点状糜烂”，Hp(+)。十二指肠球部：未见明显异常。建议：抗 Hp 治疗，复查 gastroscopy。"
)


def attribute(words: Sequence[str] = WORDS, scores: Sequence[float] = SCORES, **facts: Any) -> Attribution:
    ends = np.cumsum([len(word) for word in words])
    sites = np.stack([ends - [len(word) for word in words], ends], axis=1).astype(np.int64)
    record = Record(id=facts.pop("id", "gi-7"), text="".join(words))
    known: dict[str, Any] = {"label": "慢性胃炎", "probability": 0.97, "gap": 0.004, "points": 9, "converged": True}
    known |= {"margin": float(sum(scores)), "record": record, "sites": sites, "scores": np.array(scores, dtype=float)}
    return Attribution(**(known | facts))


def by_character(text: str) -> Attribution:
    """Every third character speaks, at strengths that differ, for or against."""
    scores = [0.0 if place % 3 else (1 + place % 7) * (-1) ** (place // 3) / 4 for place in range(len(text))]
    return attribute(list(text), scores)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


# --- what all of them share


def test_the_hooks_offer_a_name_and_a_suffix() -> None:
    specs = [spec for module in (terminal, page, image) for spec in module.medtext_renderers()]
    assert all(isinstance(spec, RendererSpec) for spec in specs)
    assert [(spec.name, spec.suffix) for spec in specs] == [("terminal", ".txt"), ("page", ".html"), ("image", ".png")]


@pytest.mark.parametrize("name", ["terminal", "page", "image"])
def test_a_plugin_is_cheap_to_import(name: str) -> None:
    heavy = "'torch', 'numpy', 'pandas', 'matplotlib', 'jinja2', 'rich', 'PIL', 'fontTools'"
    code = f"import sys, medtext_plugins.renderers.{name}; print([m for m in ({heavy}) if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", [scene, lines])
def test_the_examples_in_the_docstrings_hold(module: Any) -> None:
    failed, tried = doctest.testmod(module)
    assert tried
    assert not failed


@pytest.mark.parametrize("module", [terminal, page, image])
@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_is_a_share(module: Any, threshold: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        module.Options(threshold=threshold)


@pytest.mark.parametrize("module", [terminal, page, image])
def test_scores_on_an_image_are_refused(module: Any) -> None:
    grid = np.array([[0, 0, 0], [0, 0, 1]], dtype=np.int64)
    seen = replace(attribute(), sites=grid, scores=np.array([0.5, 1.0]))
    with pytest.raises(OutputError, match="on an image"):
        module.render([seen], module.Options())


@pytest.mark.parametrize("module", [terminal, page])
def test_nothing_to_show_is_no_failure(module: Any) -> None:
    assert "nan" not in module.render([], module.Options())
    assert "NO EVIDENCE" in module.render([attribute([], [])], module.Options()).upper()


@pytest.mark.parametrize("module", [terminal, page])
def test_the_heading_tells_what_to_doubt(module: Any) -> None:
    sure = module.render([attribute()], module.Options()).lower()
    doubtful = [attribute(truncated=True, converged=False, gap=9.0, against="胃溃疡", step=2)]
    unsure = module.render(doubtful, module.Options()).lower()
    for doubt in ("truncated", "not converged", "no evidence"):
        assert doubt not in sure
        assert doubt in unsure
    assert "胃溃疡" in unsure
    assert "9.000 logits" in unsure


def test_every_character_of_a_text_is_drawn_once_and_in_order() -> None:
    told = scene.Scene.of(attribute(), 0.2)
    assert "".join(piece.text for piece in told.pieces) == "".join(WORDS)
    gaps = replace(attribute(), sites=np.array([[2, 4], [6, 7]]), scores=np.array([1.0, -1.0]))
    told = scene.Scene.of(gaps, 0.2)
    assert told.text == gaps.record.text
    assert [piece.score is None for piece in told.pieces] == [True, False, True, False, True]


def test_tokens_that_share_a_character_add_up() -> None:
    shared = replace(attribute(), sites=np.array([[0, 1], [0, 1], [1, 1], [1, 2]]), scores=np.array([0.5, 0.25, 9, -1]))
    told = scene.Scene.of(shared, 0.2)
    assert [(piece.text, piece.score) for piece in told.pieces[:2]] == [
        ("胃", 0.75),
        ("窦", 8.0),
    ]  # no width: where it stands
    assert told.text == shared.record.text


def test_colours_are_symmetric_and_noise_stays_pale() -> None:
    strengths = [piece.strength for piece in scene.Scene.of(attribute(("a", "b", "c"), (2.0, -2.0, 1.0)), 0.2).pieces]
    assert strengths == [1.0, -1.0, 0.5]
    for faint in (attribute(("a", "b"), (0.01, -0.01)), attribute(("a", "b"), (0.5, -0.5), gap=5.0)):
        told = scene.Scene.of(faint, 0.2)
        assert max(abs(piece.strength) for piece in told.pieces) == pytest.approx(0.1)
        assert not any(piece.span or piece.opposes for piece in told.pieces)


def test_magnitudes_have_no_direction() -> None:
    told = scene.Scene.of(attribute(("a", "b", "a"), (0.001, 0.003, 0.002), magnitude=True), 0.2, top=9)
    assert [piece.strength for piece in told.pieces] == [0.0, 1.0, 0.5]
    assert [(word.text, told.number(word.score)) for word in told.words_for] == [("b", "0.0030"), ("a", "0.0020")]
    assert not told.words_against
    assert "unsigned scores" in told.doubts
    assert "gap" not in dict(told.facts)


def test_words_are_summed_over_their_occurrences() -> None:
    told = scene.Scene.of(attribute(("a", "-", "a", " ", "b"), (1.0, 0.0, 0.5, -0.4, -1.0)), 0.2, top=5)
    assert told.words_for == (scene.Word("a", 1.5, 2),)
    assert told.words_against == (scene.Word("b", -1.0, 1), scene.Word("␣", -0.4, 1))


@pytest.mark.parametrize(
    ("probability", "told"), [(0.9999, "over 0.999"), (1.0, "1.000"), (1e-9, "under 0.001"), (0, "0.000")]
)
def test_a_probability_is_not_rounded_to_certainty(probability: float, told: str) -> None:
    assert dict(scene.Scene.of(attribute(probability=probability), 0.2).facts)["probability"] == told


def test_no_character_that_acts_is_left() -> None:
    every = "".join(map(chr, range(0x3000))) + "\U000e0041\ud800\ufeff"
    shown = scene.visible(every)
    assert len(shown) == len(every)
    assert {character for character in shown if category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}} <= set(
        "\n\u200c\u200d"
    )
    assert shown.encode("utf-8")
    told = scene.Scene.of(attribute(label="a\nb\x1b", id="c\nd", against="e\nf"), 0.2)
    assert (told.label, told.record, told.facts[0]) == ("a␊b␛", "c␊d", ("against", "e␊f"))
    assert scene.visible("\x1b\x9b\x7f\u202e") == "␛\ufffd␡\ufffd"


# --- lines


def test_lines_fit_and_lose_only_blanks() -> None:
    text = LONG + "\n" + " ".join(["gastroduodenoscopy"] * 9) + "\n\n" + "。" * 99
    widths = [2 if ord(character) > 0xFF else 1 for character in text]
    for limit in (7, 20, 33):
        wrapped = lines.wrap(text, widths, limit)
        assert all(sum(widths[start:end]) <= limit for start, end in wrapped)
        assert all(not text[end:start].strip() for (_, end), (start, _) in pairwise(wrapped))
        assert not text[: wrapped[0][0]]
        assert wrapped[-1][1] == len(text)


def test_no_line_begins_with_closing_punctuation_or_ends_with_an_opening_one() -> None:
    widths = [2 if ord(character) > 0xFF else 1 for character in LONG]
    for limit in range(16, 60):
        shown = [LONG[start:end] for start, end in lines.wrap(LONG, widths, limit)]
        assert all(line[0] not in "，。：）”.)" for line in shown)
        assert all(line[-1] not in "（“(" for line in shown)
        assert all("0.5*0.6cm" in line or "0.5" not in line for line in shown)


# --- terminal


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("color", ["auto", "never"])
def test_a_pipe_gets_no_escape_sequence(color: Any) -> None:
    hostile = attribute(("胃炎\x1b[2J", "\x9b31m\a", "\u202e"), (2.0, -1.0, 0.5), label="a\x1b]0;b\a", id="c\x1b[A")
    shown = terminal.render([attribute(), hostile], terminal.Options(color=color))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert "胃炎␛[2J" in shown


def test_no_color_wins_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in terminal.render([attribute()], terminal.Options())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in terminal.render([attribute()], terminal.Options())


@pytest.mark.usefixtures("plain")
def test_spans_are_marked_without_colour() -> None:
    shown = terminal.render([attribute()], terminal.Options(threshold=0.25, width=200))
    assert "胃窦黏膜[[糜烂 +2.40]]，[[Hp +1.10]](+)，大小约 0.5*0.6cm，未见溃疡。" in shown
    assert re.search(r"^for: +糜烂 \+2\.40, Hp \+1\.10", shown, re.MULTILINE)
    assert re.search(r"^against: +溃疡 -1\.30", shown, re.MULTILINE)
    assert "probability 0.970" in shown
    assert "margin +2.94 logits" in shown


@pytest.mark.usefixtures("plain")
def test_colour_adds_nothing_but_colour() -> None:
    told = [attribute(), by_character(LONG)]
    colored = terminal.render(told, terminal.Options(color="always", width=70))
    uncolored = terminal.render(told, terminal.Options(color="never", width=70))
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert colored != stripped
    assert stripped.partition("blue speaks")[0] == uncolored.partition("[[...]]")[0]


@pytest.mark.usefixtures("plain")
def test_lines_are_as_wide_as_asked() -> None:
    from rich.cells import cell_len

    shown = terminal.render([by_character(LONG)], terminal.Options(width=40))
    assert max(map(cell_len, shown.splitlines())) in range(36, 41)


@pytest.mark.parametrize("options", [{"width": 5}, {"top": -1}])
def test_terminal_options_are_checked(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        terminal.Options(**options)


# --- page


HARMLESS = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "b", "article", "span", "mark"}
HARMLESS |= {"dl", "div", "dt", "dd", "ul", "li", "table", "caption", "thead", "tbody", "tr", "th", "td"}


class Tags(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def parse(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


def test_markup_in_texts_labels_and_ids_is_escaped() -> None:
    closing = f"\"'>{HOSTILE}"
    hostile = attribute((closing, HOSTILE, "\x1b"), (2.0, -1.0, 0.5), label=closing, id=closing, against=closing)
    shown = page.render([hostile], page.Options(title=closing))
    tags = parse(shown)
    assert "<script" not in shown
    assert {tag for tag, _ in tags.tags} <= HARMLESS
    assert not any(name.startswith("on") for _, attributes in tags.tags for name in attributes)
    assert tags.text.count(closing) >= 5
    assert "\x1b" not in shown


def test_a_page_needs_nothing_from_elsewhere() -> None:
    shown = page.render([attribute(), by_character(LONG)], page.Options())
    assert not re.search(r"https?:|url\(|@import|<link|src=|href=", shown)
    assert "default-src 'none'" in shown
    assert "prefers-color-scheme: dark" in shown


def test_a_page_says_in_numbers_and_lines_what_its_colours_say() -> None:
    tags = parse(
        page.render([attribute(), attribute(("No", " ", "effusion"), (-1.0, 0, 2.0), label="x")], page.Options())
    )
    titles = [attributes["title"] for _, attributes in tags.tags if attributes.get("title")]
    assert "糜烂  +2.40 logits (share 1.00)" in titles
    assert "溃疡  −1.30 logits (share 0.00)" in titles
    assert [attributes["data-sum"] for tag, attributes in tags.tags if tag == "mark"] == ["+2.40", "+1.10", "+2.00"]
    opposing = [attributes["title"] for _, attributes in tags.tags if "opposes" in (attributes.get("class") or "")]
    assert opposing == ["溃疡  −1.30 logits (share 0.00)", "No  −1.00 logits (share 0.00)"]
    assert [attributes["lang"] for tag, attributes in tags.tags if attributes.get("class") == "text"] == ["zh", "en"]
    assert [tag for tag, _ in tags.tags if tag in {"h1", "h2"}] == ["h1", "h2", "h2"]
    assert "".join(WORDS) in tags.text


# --- image


@pytest.fixture(scope="module")
def chinese() -> Path:
    found = [*fonts.bundled_fonts(), *fonts.system_fonts()]
    if not found:
        pytest.skip("no Chinese font: pip install 'medtext[cjk]'")
    return Path(found[0])


@pytest.fixture
def no_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "bundled_fonts", list)
    monkeypatch.setattr(fonts, "system_fonts", list)
    monkeypatch.delenv("MEDTEXT_FONT", raising=False)


def pixels(content: bytes) -> np.ndarray[Any, Any]:
    with Image.open(BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=int)


def test_a_picture_is_as_wide_as_asked_and_not_blank(chinese: Path) -> None:
    drawn = pixels(image.render([by_character(LONG)], image.Options(font=chinese, dpi=100, width_cm=12.7)))
    assert drawn.shape[1] == 500
    assert (drawn[0] == 255).all()
    blue = (drawn[..., 2] - drawn[..., 0] > 60).sum()
    orange = (drawn[..., 0] - drawn[..., 2] > 60).sum()
    assert min(blue, orange) > 100
    assert (drawn.sum(axis=2) < 300).sum() > 1000
    more = pixels(image.render([by_character(LONG)] * 2, image.Options(font=chinese, dpi=100, width_cm=12.7)))
    assert more.shape[0] > 1.7 * drawn.shape[0]


def test_chinese_is_drawn_and_not_boxed(chinese: Path) -> None:
    options = image.Options(font=chinese, dpi=72)
    stomach, liver, pair = (pixels(image.render([attribute([word], [1.0])], options)) for word in ("胃", "肝", "胃肝"))
    assert stomach.shape == liver.shape
    assert (stomach != liver).any()
    assert (pair != stomach).any()


def test_no_line_runs_off_the_picture(chinese: Path) -> None:
    for text in (LONG, "W" * 300, "。" * 300, "gastroscopy " * 30):
        told = replace(by_character(text), label=text, against=text)
        for width in (6, 11.3):
            drawn = pixels(image.render([told], image.Options(font=chinese, dpi=72, width_cm=width)))
            assert (drawn[:, -int(image.MARGIN * 0.8) :] == 255).all()


def test_words_are_drawn_as_wide_as_measured(chinese: Path) -> None:
    faces = fonts.find_faces("黏膜gastro", chinese)
    assert faces.width("黏") == pytest.approx(1.0, abs=0.01)
    sheet = canvas.Canvas(200, faces)
    end = sheet.write(10, 20, "黏膜gastroscopy", 12, "#000000")
    drawn = np.flatnonzero((pixels(sheet.save(30, "png", 72)) < 128).any(axis=(0, 2)))
    assert end == pytest.approx(10 + sheet.measure("黏膜gastroscopy", 12))
    assert drawn.max() == pytest.approx(end, abs=3)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_picture_is_the_same_file(kind: Any, chinese: Path) -> None:
    options = image.Options(font=chinese, format=kind, dpi=60)
    first, second = (image.render([attribute()], options) for _ in range(2))
    assert first == second
    assert first.startswith(b"\x89PNG" if kind == "png" else b"<?xml")
    assert b"<text" not in first


@pytest.mark.usefixtures("no_chinese")
def test_a_missing_font_is_one_line_with_the_way_out() -> None:
    with pytest.raises(OutputError) as caught:
        image.render([attribute()], image.Options())
    message = str(caught.value)
    assert "\n" not in message
    for part in ("U+6162", "pip install 'medtext[cjk]'", "fonts-noto-cjk", "--render page", "MEDTEXT_FONT"):
        assert part in message
    latin = attribute(("small", " ", "effusion", " ≥ ", "3 mm"), (0.1, 0, 2.0, 0, 0.1), label="Effusion")
    assert image.render([latin], image.Options(dpi=72))


@pytest.mark.usefixtures("no_chinese")
def test_the_font_can_be_named_by_the_environment(chinese: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDTEXT_FONT", str(chinese))
    assert image.render([attribute()], image.Options(dpi=72))
    monkeypatch.setenv("MEDTEXT_FONT", "/nowhere/a.otf")
    with pytest.raises(OutputError, match="no such font file"):
        image.render([attribute()], image.Options())


def test_a_file_that_is_no_font_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_text("no font")
    with pytest.raises(OutputError, match="not a font"):
        image.render([attribute()], image.Options(font=tmp_path / "a.ttf"))


@pytest.mark.usefixtures("no_chinese")
def test_what_no_font_draws_is_spelled_if_it_is_no_letter(chinese: Path) -> None:
    faces = fonts.find_faces("炎\U0001fa7a\x00".replace("\x00", "␛"), chinese)
    assert faces.spell("炎\U0001fa7a␛\u200d\ufe0f") == "炎[stethoscope][escape]"
    odd = attribute(("胃炎\x1b\x07", "\U0001fa7a", "\u200d\ufe0f$a$ 2^3_1"), (2.0, -1.0, 0.5), id="\x00")
    assert image.render([odd], image.Options(dpi=72, font=chinese))
    with pytest.raises(OutputError, match=r"U\+0E01"):
        fonts.find_faces("胃\u0e01", chinese)


def test_system_fonts_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [
        "/f/simsun.ttc",
        "/f/NotoSansCJK-Bold.ttc",
        "/f/NotoSansCJK-Regular.ttc",
        "/f/Arial.ttf",
        "/f/wqy-zenhei.ttc",
    ]
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: names)
    ranked = [Path(path).name for path in fonts.system_fonts()]
    assert ranked == ["NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "wqy-zenhei.ttc", "simsun.ttc"]


def test_bundled_fonts_are_only_those_of_a_clear_licence() -> None:
    assert all(Path(path).name.startswith("NotoSansCJK") for path in fonts.bundled_fonts())


def test_matplotlib_keeps_its_settings(chinese: Path) -> None:
    import matplotlib as mpl

    names = [name for name in mpl.rcParams if name != "backend"]  # reading that one imports pyplot
    before = {name: mpl.rcParams[name] for name in names}, "matplotlib.pyplot" in sys.modules
    image.render([attribute()], image.Options(font=chinese, dpi=72))
    assert ({name: mpl.rcParams[name] for name in names}, "matplotlib.pyplot" in sys.modules) == before


def test_a_picture_that_gets_too_long_is_refused(chinese: Path) -> None:
    told = attribute(["胃炎\n" * 400], [1.0])
    with pytest.raises(OutputError, match="pixels"):
        image.render([told] * 3, image.Options(font=chinese, dpi=1200))
    with pytest.raises(OutputError, match="no attribution"):
        image.render([], image.Options())


@pytest.mark.parametrize("options", [{"dpi": 0}, {"width_cm": 1.0}])
def test_image_options_are_checked(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must lie between"):
        image.Options(**options)
