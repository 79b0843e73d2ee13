"""Which column of a table is the text, which the label: named, or guessed from the header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from medtext.corpus.fold import fold_text
from medtext.errors import RecordError, UnknownNameError

NO_COLUMN = "-"
"""What is typed for a column that must not be guessed."""

# The earlier name wins. 诊断 comes last as a text and as a label: it is the text where nothing else
# is, the label where another column is the text, and neither where both are there.
_USUAL = {
    "text": (
        *(
            "文本",
            "内容",
            "描述",
            "报告",
            "检查所见",
            "镜下所见",
            "影像所见",
            "影像表现",
            "检查描述",
            "报告内容",
            "所见",
            "句子",
            "诊断",
        ),
        *("text", "content", "report", "findings", "description", "sentence", "query", "diagnosis"),
    ),
    "label": (
        *("标签", "类别", "分类", "科室", "意图", "诊断"),
        *("label", "labels", "class", "category", "department", "intent", "diagnosis"),
    ),
    "id": ("编号", "id"),
    "group": (
        *("患者", "病人", "患者编号", "患者号", "患者id", "病人编号", "病人号", "病人id", "病案号", "病历号", "住院号"),
        *("patient", "patientid", "patient_id", "mrn", "study", "group"),
    ),
    "target": ("目标", "target"),
    "split": ("split",),
}
_SHOWN = 40  # characters of a column name: without a header it may be a whole report


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The columns a record is made of; several texts are joined.

    >>> print(TableColumns(text=("title", "ask"), label="department"))
    text=title+ask, label=department
    """

    text: tuple[str, ...] = ()
    label: str | None = None
    id: str | None = None
    group: str | None = None
    image: tuple[str, ...] = ()
    target: str | None = None
    split: str | None = None
    rationales: str | None = None
    meta: tuple[str, ...] = ()

    def __str__(self) -> str:
        chosen = ((field.name, getattr(self, field.name)) for field in fields(self))
        return ", ".join(f"{role}={'+'.join(n) if isinstance(n, tuple) else n}" for role, n in chosen if n)


def find_columns(columns: Sequence[str], place: str, named: TableColumns = TableColumns()) -> TableColumns:
    """Return the columns to read: those that are ``named``, the others by what they are usually called.

    Upper and lower case, width and blanks do not count. ``-`` says that there is no
    such column; images, rationales and meta are never guessed, and no column is guessed for two purposes.
    Raises UnknownNameError for a named column that is not there, and RecordError at
    ``place`` (the file) where neither a text nor an image is found.
    """
    asked = {role: _names(getattr(named, role)) for role in (field.name for field in fields(TableColumns))}
    chosen = {
        role: tuple(_match(name, columns, place) for name in names if name != NO_COLUMN)
        for role, names in asked.items()
    }
    taken = {name for names in chosen.values() for name in names}
    for role, usual in _USUAL.items():
        guess = None if asked[role] else _guess(usual, [column for column in columns if column not in taken])
        if guess is not None:
            chosen[role] = (guess,)
            taken.add(guess)
    if not chosen["text"] and not chosen["image"]:
        shown = ", ".join(f"'{name}'" for name in map(_shown, columns))
        raise RecordError(
            f"{place}: none of the columns {shown} is known as a text: name it by -o text=COLUMN, "
            "put column names above the rows, or say which row they stand in by -o header=ROW"
        )
    return TableColumns(
        text=chosen["text"],
        image=chosen["image"],
        meta=chosen["meta"],
        **{role: next(iter(chosen[role]), None) for role in ("label", "id", "group", "target", "split", "rationales")},
    )


def _names(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if value else ()


def _shown(column: str) -> str:
    return column if len(column) <= _SHOWN else f"{column[:_SHOWN]}..."


def _fold(name: str) -> str:
    return fold_text(name).lower()


def _match(name: str, columns: Sequence[str], place: str) -> str:
    if name in columns:
        return name
    alike = next((column for column in columns if _fold(column) == _fold(name)), None)
    if alike is None:
        raise UnknownNameError.among(f"column of {place}", name, map(_shown, columns))
    return alike


def _guess(usual: Sequence[str], columns: Sequence[str]) -> str | None:
    folded = {_fold(column): column for column in reversed(columns)}
    return next((folded[name] for name in usual if name in folded), None)
