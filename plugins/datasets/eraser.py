"""The ERASER layout: documents, answers to them, and the tokens that people marked as evidence."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from medtext.plugin import DatasetSpec, Rationale, Record, RecordError, Remote, Task, blank_controls, hookimpl

if TYPE_CHECKING:
    from medtext.plugin import Bundle

    from .eraser_documents import Documents

_LOG = logging.getLogger("medtext")
_PARTS = ("test", "val", "train")  # those that judge come first: what stands in two parts is left to them


@dataclass(frozen=True)
class Options:
    """What the text of a record is."""

    query: Annotated[
        Literal["before", "leave"], "put the query before the documents, or leave it out where all have the same"
    ] = "before"
    clean: Annotated[bool, "read control characters of texts as blanks"] = False


class _Evidence(NamedTuple):
    """Tokens ``start`` to ``end`` of a document; ``text`` is what they are said to be."""

    document: str
    start: int
    end: int
    text: str | None


def read(path: Path, options: Options) -> Iterator[Record]:
    """Yield the records of ``test.jsonl``, ``val.jsonl`` and ``train.jsonl``, those that are there, in this order.

    ``path`` is a folder or an archive, with documents in ``docs/`` or ``docs.jsonl``. A text is the query, a
    line end, and all documents of the record with line ends between; evidence is marked in these. Records of the same
    documents are a group. Raises RecordError (``file:line``) for damaged JSON, a document that is not there,
    and tokens that a document does not have.
    """
    from medtext.plugin import open_bundle

    from .eraser_documents import Documents

    bundle = open_bundle(path, ("docs",))
    parts = [part for part in _PARTS if f"{part}.jsonl" in bundle]
    if not parts:
        raise RecordError(f"{path}: neither train.jsonl nor val.jsonl or test.jsonl in it: name what holds them")
    return _Reading(bundle, Documents(bundle), options).records(parts)


@hookimpl
def medtext_datasets() -> Iterable[DatasetSpec]:
    """Offer ``eraser``."""
    yield DatasetSpec(
        name="eraser",
        summary="ERASER benchmark: English documents, answers, and the evidence that people marked",
        options=Options,
        read=read,
        tasks=(Task.CLASSIFY,),
        tokenizer="spaces",
        model="text-cnn",
        remotes=(
            # The benchmark publishes no checksum: this is what others recorded of the file.
            Remote(
                "https://www.eraserbenchmark.com/zipped/movies.tar.gz",
                "66e18d4e6c9df9e9f5544572b0bfe92a39673f74ecbfc3859b46cedb2f5b2dee",
            ),
        ),
        licence="that of each set",
        source="https://www.eraserbenchmark.com; see data/eraser/README.md",
    )


class _Reading:
    """Makes records of lines, and counts what is odd about them."""

    def __init__(self, bundle: Bundle, documents: Documents, options: Options) -> None:
        self._bundle = bundle
        self._documents = documents
        self._options = options
        self._odd: Counter[str] = Counter()
        self._queries: set[str] = set()

    def records(self, parts: Sequence[str]) -> Iterator[Record]:
        from medtext.plugin import parse_object

        judging: dict[str, str] = {}
        for part in parts:
            file = f"{part}.jsonl"
            for number, line in enumerate(self._bundle.lines(file), start=1):
                if not line.strip():
                    continue
                fields = parse_object(line, self._bundle.place(file), number)
                record = self._record(fields, part, self._bundle.place(file, number))
                # The same id with another content is left to the engine, which refuses it.
                if judging.get(record.id) == line:
                    self._odd["twice"] += 1
                    continue
                if part != "train":
                    judging[record.id] = line
                yield record
        self._say()

    def _record(self, fields: dict[str, Any], part: str, place: str) -> Record:
        name = _text(fields, "annotation_id", place)
        if name is None:
            raise RecordError(f"{place}: no annotation_id: give the record one")
        query = _text(fields, "query", place) or ""
        groups = fields.get("evidences")
        evidence = list(_evidence(groups, place))
        documents = self._named(fields.get("docids"), evidence, name, place)
        label = _text(fields, "classification", place)
        texts = [query.strip()] if query.strip() and self._options.query == "before" else []
        starts: dict[str, int] = {}
        for document in documents:
            starts[document] = sum(map(len, texts)) + len(texts)
            texts.append(self._documents.of(document, place).text)
        marks = {self._mark(each, starts[each.document], place) for each in evidence}
        if len(self._queries) < 2:
            self._queries.add(query)
        text = "\n".join(texts)
        return Record(
            id=name,
            text=blank_controls(text) if self._options.clean else text,
            labels=None if label is None else (label,),
            group="\n".join(documents),
            split=part,
            place=place,
            rationales=None if groups is None else tuple(sorted(marks, key=lambda mark: (mark.start, mark.end))),
        )

    def _named(self, listed: Any, evidence: Sequence[_Evidence], name: str, place: str) -> list[str]:
        """Return the documents of a record: those listed, those of its evidence, else the one that has its id."""
        if not isinstance(listed, list | None):
            raise RecordError(f"{place}: {listed!r:.40} is no list of docids")
        named = dict.fromkeys([*map(str, listed or ()), *(each.document for each in evidence)])
        if not named and name not in self._documents:
            raise RecordError(f"{place}: names no document, by docids or evidences, and none is called '{name:.80}'")
        return list(named) or [name]

    def _mark(self, evidence: _Evidence, offset: int, place: str) -> Rationale:
        document = self._documents.of(evidence.document, place)
        if not 0 <= evidence.start < evidence.end <= len(document.tokens):
            raise RecordError(
                f"{place}: evidence in tokens {evidence.start} to {evidence.end} of '{evidence.document:.80}', "
                f"which has {len(document.tokens)}: download the corpus again"
            )
        start, end = document.tokens[evidence.start][0], document.tokens[evidence.end - 1][1]
        if evidence.text is not None and evidence.text.split() != document.text[start:end].split():
            self._odd["other"] += 1
        return Rationale(offset + start, offset + end)

    def _say(self) -> None:
        path = self._bundle.path
        if self._odd["twice"]:
            _LOG.warning("%s: %d records stand in two parts: they are left out of train", path, self._odd["twice"])
        if self._odd["other"]:
            _LOG.warning(
                "%s: %d stretches of evidence are said to be another text than their tokens", path, self._odd["other"]
            )
        (only,) = self._queries if len(self._queries) == 1 else ("",)
        if only and self._options.query == "before":
            _LOG.info("%s: every record has the query '%.80s': -o query=leave leaves it out", path, only)


def _text(fields: dict[str, Any], name: str, place: str) -> str | None:
    value = fields.get(name)
    if not isinstance(value, str | None):
        raise RecordError(f"{place}: the {name} {value!r:.40} is no text: put it in quotes")
    return value or None


def _evidence(groups: Any, place: str) -> Iterator[_Evidence]:
    """Yield the stretches of all groups: each group is enough by itself, together they are all that was marked."""
    for group in () if groups is None else groups if isinstance(groups, list) else [groups]:
        for each in group if isinstance(group, list) else [group]:
            fields = each if isinstance(each, dict) else {}
            document, text = fields.get("docid"), fields.get("text")
            start, end = fields.get("start_token"), fields.get("end_token")
            if document is None or not isinstance(start, int) or not isinstance(end, int):
                raise RecordError(
                    f"{place}: {each!r:.60} among the evidences: expected lists of objects with "
                    "docid, start_token and end_token"
                )
            yield _Evidence(str(document), start, end, text if isinstance(text, str) else None)
