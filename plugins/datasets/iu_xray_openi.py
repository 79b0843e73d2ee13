"""The chest X-ray corpus as Open-i publishes it: one XML file a report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtext.plugin import RecordError

from .iu_xray_study import Study, coded_problems, study_number

if TYPE_CHECKING:
    from medtext.plugin import Bundle

FOLDER = "ecgen-radiology"
"""The folder that the archive unpacks to."""
_MOST_FILES = 100_000
_MOST_BYTES = 1 << 20
"""Bytes of one report; those published have about six thousand."""


def read_openi(path: Path) -> Iterator[Study]:
    """Yield the studies of a folder of XML files, or of the archive they are published as, by number.

    An archive is read in memory, nothing is unpacked to disk. Raises RecordError, which names the file, for broken
    XML, for document types and entities, which reports have no use for, for a file of more than 1 MiB or without the
    number of a study, for a study that stands twice, and for more than 100,000 files.
    """
    from medtext.plugin import open_bundle

    bundle = open_bundle(path, (FOLDER,))
    names = [name for name in bundle.files if name.lower().endswith(".xml")]
    if len(names) > _MOST_FILES:
        raise RecordError(f"{path}: {len(names):,} XML files in it, more than {_MOST_FILES:,}: name the reports only")
    if not names:
        raise RecordError(f"{path}: no XML file in it: name the folder or archive that holds the reports")
    seen: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (len(name), name)):
        study = _study(bundle, name)
        if study.number in seen:
            raise RecordError(f"{study.place}: study {study.number} is {seen[study.number]} already: keep one")
        seen[study.number] = name
        yield study


def _study(bundle: Bundle, name: str) -> Study:
    place = bundle.place(name)
    root = _root(bundle, name)
    identity = root.find("uId")
    number = study_number("" if identity is None else identity.get("id", ""))
    if number is None:
        raise RecordError(f"{place}: no uId that holds the number of a study: name a folder of Open-i reports only")
    sections: dict[str, str] = {}
    for section in root.iter("AbstractText"):
        label = section.get("Label", "").lower()
        sections[label] = " ".join(filter(None, (sections.get(label), "".join(section.itertext()))))
    return Study(
        number=number,
        id=f"CXR{number}",
        place=place,
        indication=sections.get("indication", ""),
        findings=sections.get("findings", ""),
        impression=sections.get("impression", ""),
        # Behind a slash stands where it is, and how it looks.
        problems=coded_problems((term.text or "").partition("/")[0] for term in root.iterfind("MeSH/major")),
        images=tuple(sorted(filter(None, (image.get("id") for image in root.iterfind("parentImage"))))),
    )


def _root(bundle: Bundle, name: str) -> Any:
    """Return the outermost element of a file."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    place = bundle.place(name)
    with bundle.files[name]() as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise RecordError(f"{place}: more than {_MOST_BYTES:,} bytes, which is no report: remove it")
    try:
        return fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise RecordError(f"{place}: a document type or an entity, which no report needs: do not trust it") from error
    except ParseError as error:
        line = error.position[0]
        raise RecordError(f"{bundle.place(name, line)}: broken XML ({error}): download it again") from error
    except (ValueError, LookupError) as error:
        raise RecordError(f"{place}: an encoding that cannot be read ({error}): save it as UTF-8") from error
