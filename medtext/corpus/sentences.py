"""Sentences that stand in many records: what is copied from report to report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from medtext.corpus.fold import fold_width

_END = re.compile(r"[。！？；!?;\r\n]+|\.+(?=\s|$)|(?<=[\u4e00-\u9fff])\.+")


def cut_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text without their ends and outer blanks; signs alone are none.

    Chinese and English full stops, question and exclamation marks, semicolons and line
    ends end a sentence; a point only before a blank or after a Chinese character, so
    that ``0.5`` stays whole.

    >>> list(cut_sentences("胃窦充血。息肉0.5cm；No ulcer. Normal."))
    ['胃窦充血', '息肉0.5cm', 'No ulcer', 'Normal']
    """
    for part in _END.split(text):
        sentence = part.strip()
        if any(map(str.isalnum, sentence)):
            yield sentence


def sentence_starts(text: str) -> list[int]:
    """Return where the sentences of a text begin, the first at 0; each has its end and the blanks before it.

    >>> sentence_starts("胃窦充血。息肉0.5cm；No ulcer. Normal")
    [0, 5, 13, 22]
    """
    return [0, *(found.end() for found in _END.finditer(text) if found.end() < len(text))]


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of some texts: ``total`` of them, ``distinct`` ones, and those that are ``repeated``.

    ``repeated`` counts the sentences (of ``total``) whose wording stands in more than one
    record; ``common`` are the wordings of the most records, with how many that are.
    """

    total: int
    distinct: int
    repeated: int
    common: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, texts: Iterable[str], *, top: int = 20) -> Sentences:
        """Count the sentences of texts, one a record; width does not count, and the first wording is shown.

        >>> Sentences.of(["胃窦充血。余未见异常。", "余未见异常"]).common[0]
        ('余未见异常', 2)
        """
        total: Counter[str] = Counter()
        records: Counter[str] = Counter()
        written: dict[str, str] = {}
        for text in texts:
            found = [(fold_width(sentence), sentence) for sentence in cut_sentences(text)]
            total.update(folded for folded, _ in found)
            records.update({folded for folded, _ in found})
            for folded, sentence in found:
                written.setdefault(folded, sentence)
        ranked = sorted(((-count, sentence) for sentence, count in records.items() if count > 1))
        return cls(
            total=total.total(),
            distinct=len(records),
            repeated=sum(total[sentence] for _, sentence in ranked),
            common=tuple((written[sentence], -count) for count, sentence in ranked[:top]),
        )
