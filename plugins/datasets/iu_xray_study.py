"""One study of the chest X-ray corpus, whichever form it was read in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NUMBER = re.compile(r"(?:CXR)?([0-9]{1,9})(?![0-9])")
_PREFIX = re.compile(r"^CXR(?:[0-9]+_(?=[0-9]+_IM))?")
_NORMAL = "normal"
_UNKNOWN = "no indexing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A report and the names of its images.

    ``number`` is the study's in the corpus (``1``), ``id`` what it is called in the form it was read in. ``problems``
    are None where nobody coded them and ``()`` where the study was found normal; ``images`` are names as they are
    written, none where the form does not name them; ``split`` is the published part.
    """

    number: str
    id: str
    place: str
    indication: str = ""
    findings: str = ""
    impression: str = ""
    problems: tuple[str, ...] | None = None
    images: tuple[str, ...] = ()
    split: str | None = None


def study_number(name: str) -> str | None:
    """Return the number of the study that a name is of, or None.

    >>> study_number("CXR17_IM-0007"), study_number("17"), study_number("IM-0007")
    ('17', '17', None)
    """
    found = _NUMBER.match(name.strip())
    return found and found.group(1)


def image_stem(name: str) -> str:
    """Return what the names of an image have in common in all places it is published: no folder, no ending, no prefix.

    >>> {image_stem(name) for name in ("17_IM-0007-1001.dcm.png", "CXR17_17_IM-0007-1001", "a/CXR17_IM-0007-1001.png")}
    {'17_IM-0007-1001'}
    """
    return _PREFIX.sub("", name.rpartition("/")[2].partition(".")[0])


def coded_problems(written: Iterable[str]) -> tuple[str, ...] | None:
    """Return the problems of a study, each once; None where nobody coded them, ``()`` where it is normal.

    >>> coded_problems(["Opacity", " Opacity", "normal"]), coded_problems(["normal"]), coded_problems(["No Indexing"])
    (('Opacity',), (), None)
    """
    terms = dict.fromkeys(term for each in written if (term := each.strip()) and term.lower() != _UNKNOWN)
    return tuple(term for term in terms if term.lower() != _NORMAL) if terms else None
