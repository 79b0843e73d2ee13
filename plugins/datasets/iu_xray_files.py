"""The files of the chest X-ray corpus in a folder, and the form in which they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from medtext.plugin import RecordError

from .iu_xray_study import Study

Form = Literal["annotation", "csv", "openi"]

ANNOTATION = "annotation.json"
REPORTS = "indiana_reports.csv"
PROJECTIONS = "indiana_projections.csv"
OPENI = "NLMCXR_reports.tgz"
_ARCHIVES = (".tgz", ".tar.gz", ".tar", ".zip")
_FORMS: tuple[Form, ...] = ("annotation", "csv", "openi")
"""The one with a published split first, then the one that says what images show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What there is of the corpus: paths, or None; ``openi`` is an archive or a folder."""

    path: Path
    folder: Path
    annotation: Path | None
    csv: Path | None
    openi: Path | None
    projections: Path | None

    @classmethod
    def find(cls, path: Path) -> Files:
        """Find the files in a folder, or those beside a file of the corpus that is named.

        Raises RecordError for a file that is none of them.
        """
        folder = path if path.is_dir() else path.parent
        found = cls(
            path=path,
            folder=folder,
            annotation=_file(folder / ANNOTATION),
            csv=_file(folder / REPORTS),
            openi=_openi(folder),
            projections=_file(folder / PROJECTIONS),
        )
        name = path.name.lower()
        if path.is_dir():
            return found
        if name.endswith(".json"):
            return replace(found, annotation=path)
        if name.endswith((".csv", ".csv.gz")):
            return replace(found, annotation=None, csv=path, openi=None)
        if name.endswith(_ARCHIVES):
            return replace(found, annotation=None, csv=None, openi=path)
        raise RecordError(f"{path}: neither {ANNOTATION} nor {REPORTS} or {OPENI}: name the folder that holds them")

    def form(self, wished: Form | None) -> Form:
        """Return the form to read: what is wished, else the first there is; RecordError where it is not there."""
        there = [form for form in _FORMS if getattr(self, form) is not None]
        if not there:
            raise RecordError(
                f"{self.path}: neither {ANNOTATION} nor {REPORTS} or {OPENI} in this folder: name the one that is"
            )
        if wished is not None and wished not in there:
            raise RecordError(
                f"{self.path}: holds {' and '.join(there)}, not what -o form={wished} asks for: choose one of these"
            )
        return wished or there[0]

    def views(self) -> Mapping[str, Mapping[str, str]]:
        """Return what images show, by study and image stem; nothing where no file tells."""
        from .iu_xray_csv import read_projections

        return {} if self.projections is None else read_projections(self.projections)

    def coded(self, form: Form) -> dict[str, Study]:
        """Return the studies with all sections and problems, by number; for ``annotation`` those beside, if any are."""
        from .iu_xray_csv import read_reports
        from .iu_xray_openi import read_openi

        if self.csv is not None and form != "openi":
            return {study.number: study for study in read_reports(self.csv)}
        if self.openi is not None and form != "csv":
            return {study.number: study for study in read_openi(self.openi)}
        return {}

    def annotated(self, coded: Mapping[str, Study]) -> list[Study]:
        """Return the studies of ``annotation.json``, with what is known of them beside."""
        from .iu_xray_annotation import read_annotation

        assert self.annotation is not None  # noqa: S101
        studies = []
        for study in read_annotation(self.annotation):
            beside = coded.get(study.number, study)
            studies.append(
                replace(study, indication=beside.indication, impression=beside.impression, problems=beside.problems)
            )
        return studies


def _file(path: Path) -> Path | None:
    return path if path.is_file() else None


def _openi(folder: Path) -> Path | None:
    """Return the archive of XML reports, or the folder itself where they are unpacked."""
    from .iu_xray_openi import FOLDER

    if (folder / OPENI).is_file():
        return folder / OPENI
    return folder if any(next(place.glob("*.xml"), None) for place in (folder, folder / FOLDER)) else None
