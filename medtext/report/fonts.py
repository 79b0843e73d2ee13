"""Fonts that have the characters of a text: found by what they hold, not by what they are called."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from medtext.errors import OutputError

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

_CHINESE = (
    "notosanscjk",
    "notosanssc",
    "sourcehansans",
    "wqymicrohei",
    "wqyzenhei",
    "msyh",
    "microsoftyahei",
    "pingfang",
    "hiraginosansgb",
    "stheiti",
    "simhei",
    "simsun",
)
"""Names of the files of system fonts with Chinese, blanks and signs left out, the best first."""

_WEIGHTS = ("thin", "light", "demi", "medium", "bold", "black", "heavy", "mono", "vf")
"""Parts of file names that speak against a font for running text."""

_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "–"
"""What headings and legends are written in."""

_SPELLED = {"So", "Sk", "Sm", "Sc", "Co", "Cn"}
"""Categories of signs that are written by their name where no font draws them; a letter never is."""


@dataclass(frozen=True)
class Face:
    """One font of a file."""

    path: str

    @cached_property
    def characters(self) -> frozenset[int]:
        """The code points it can draw."""
        return frozenset(self._font.get_charmap())

    def advance(self, character: str) -> float:
        """How far a character moves the pen, in ems."""
        font = self._font
        font.set_size(100, 72)
        return font.load_char(ord(character)).linearHoriAdvance / 65536 / 100

    @property
    def _font(self) -> FT2Font:
        from matplotlib.font_manager import get_font

        return get_font(self.path)


class Faces:
    """The fonts one picture is set in: each character in the first that has it."""

    def __init__(self, faces: Iterable[Face]) -> None:
        self.faces = tuple(faces)
        self._places: dict[str, Face | None] = {}
        self._widths: dict[str, float] = {}

    def face(self, character: str) -> Face | None:
        """Return the font that draws a character, or None."""
        if character not in self._places:
            having = (face for face in self.faces if ord(character) in face.characters)
            self._places[character] = next(having, None)
        return self._places[character]

    def width(self, character: str) -> float:
        """Return the width of a character in ems."""
        if character not in self._widths:
            face = self.face(character)
            self._widths[character] = face.advance(character) if face else 0.0
        return self._widths[character]

    def runs(self, text: str) -> Iterator[tuple[Face, str]]:
        """Cut a text where the font changes."""
        for face, characters in groupby(text, key=self.face):
            if face is not None:
                yield face, "".join(characters)

    def spell(self, text: str) -> str:
        """Write what no font draws in letters, such as ``[stethoscope]`` for an emoji, ``[escape]`` for a control."""
        return "".join(character if self.face(character) else _spelling(character) for character in text)


def find_faces(text: str, font: Path | None = None) -> Faces:
    """Choose the fonts for a text: ``font`` or ``MEDTEXT_FONT`` first, then what is installed.

    Raises OutputError where no font has a letter of the text, as a row of boxes is no report.
    """
    missing = {ord(character) for character in text + _ALWAYS if character != "\n"}
    chosen = []
    for face in _candidates(font):
        if missing & face.characters:
            chosen.append(face)
            missing -= face.characters
        if not missing:
            break
    lacking = dict.fromkeys(character for character in text if ord(character) in missing and not _spells(character))
    if lacking:
        letters = sorted(lacking, key=str.isalpha, reverse=True)  # "胃" tells a reader more than "，"
        raise OutputError(
            f"no font here has {_named(letters)}: pip install 'medtext[cjk]', install the Debian package"
            " fonts-noto-cjk, name a font file by -o font=FILE or MEDTEXT_FONT, or use --render page, which needs none"
        )
    return Faces(chosen)


def _candidates(font: Path | None) -> Iterator[Face]:
    """Yield fonts, the best first; the system is searched only if those before do not do."""
    named = font or (Path(os.environ["MEDTEXT_FONT"]) if os.environ.get("MEDTEXT_FONT") else None)
    if named is not None:
        yield _named_face(named.expanduser())
    for search in (bundled_fonts, system_fonts, _latin_fonts):
        yield from filter(None, map(_face, search()))


def bundled_fonts() -> list[str]:
    """List Noto Sans CJK of mplfonts, if that is installed.

    By path and without importing it: importing changes matplotlib's settings, and the
    licences of some other fonts in its folder are doubtful.
    """
    package = find_spec("mplfonts")
    folders = package.submodule_search_locations if package else None
    return [str(path) for folder in folders or () for path in sorted(Path(folder, "fonts").glob("NotoSansCJK*egular*"))]


def system_fonts() -> list[str]:
    """List the installed fonts whose file names promise Chinese, the best first."""
    from matplotlib.font_manager import findSystemFonts

    ranked = []
    for path in findSystemFonts():
        name = "".join(filter(str.isalnum, Path(path).name.lower()))
        kinds = [place for place, start in enumerate(_CHINESE) if name.startswith(start)]
        if kinds:
            ranked.append((kinds[0], sum(weight in name for weight in _WEIGHTS), path))
    return [path for *_, path in sorted(ranked)]


def _latin_fonts() -> list[str]:
    """List the font that comes with matplotlib: always there, no Chinese, but some signs that others lack."""
    from matplotlib import get_data_path

    return [str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))]


def _named_face(path: Path) -> Face:
    if not path.is_file():
        raise OutputError(f"{path}: there is no such font file: correct -o font or MEDTEXT_FONT")
    face = _face(str(path))
    if face is None:
        raise OutputError(f"{path}: not a font that can be read: give a TrueType or OpenType file")
    return face


@lru_cache(maxsize=32)
def _face(path: str) -> Face | None:
    """Open a font; None if it cannot be read, as one broken file must not stop the search."""
    face = Face(_simplified(path))
    try:
        return face if face.characters else None
    except (OSError, RuntimeError, ValueError):
        return None


def _simplified(path: str) -> str:
    """Choose the simplified Chinese face of a collection, where matplotlib (3.11) can; the first is Japanese."""
    if not path.lower().endswith((".ttc", ".otc")):
        return path
    try:
        from matplotlib.font_manager import FontPath, get_font

        for index in range(get_font(path).num_faces):
            face: str = FontPath(path, index)
            if get_font(face).family_name.endswith(" SC"):
                return face
    except (ImportError, OSError, RuntimeError):
        pass
    return path


def _spells(character: str) -> bool:
    return character.isspace() or _is_silent(character) or unicodedata.category(character) in _SPELLED


def _spelling(character: str) -> str:
    if character.isspace():
        return " "
    if _is_silent(character):
        return ""
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    return f"[{name.lower().removeprefix('symbol for ')}]"


def _is_silent(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or unicodedata.name(character, "").startswith("VARIATION SELECTOR")


def _named(letters: list[str]) -> str:
    shown = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters[:3])
    return shown if len(letters) <= 3 else f"{shown} and {len(letters) - 3} more characters"
