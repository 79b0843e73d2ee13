"""Words, numbers and signs of English, and texts put together from them as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from medtext.plugin import TokenizerSpec, hookimpl

if TYPE_CHECKING:
    from medtext.plugin import Tokenizer

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]|_+")
_CLOSES, _OPENS, _TIES = frozenset(".,;:!?%)]}"), frozenset("([{"), frozenset("-/")
_ENDS = frozenset(".!?")


@dataclass(frozen=True)
class Options:
    """What can be set."""

    min_records: Annotated[int, "a word seen in fewer records is <unk>"] = 3
    max_words: Annotated[int | None, "the most frequent words that are kept"] = None
    max_length: Annotated[int, "tokens read of a text; longer ones are cut and marked"] = 512
    assertions: Annotated[
        bool, "a word that the text denies, doubts, tells of the past or calls normal is a word of its own"
    ] = False


def build(options: Options) -> Tokenizer:
    """Make the tokenizer."""
    from medtext.plugin import PatternTokenizer

    def cut(text: str) -> list[tuple[int, int]]:
        return [match.span() for match in _TOKEN.finditer(text)]

    return PatternTokenizer(
        cut,
        min_records=options.min_records,
        size=options.max_words,
        max_length=options.max_length,
        join=written,
        asserting=options.assertions,
    )


def written(tokens: Sequence[str]) -> str:
    """Put tokens together: signs close up, sentences begin with a capital letter.

    >>> written(["the", "lungs", "(", "x", "-", "ray", ")", "are", "clear", ".", "no", "effusion", "."])
    'The lungs (x-ray) are clear. No effusion.'
    """
    pieces: list[str] = []
    begins = tied = True
    for token in tokens:
        if not (tied or token in _CLOSES or token in _TIES):
            pieces.append(" ")
        pieces.append(token.capitalize() if begins else token)
        begins = token in _ENDS or (begins and token in _OPENS)
        tied = token in _OPENS or token in _TIES
    return "".join(pieces)


@hookimpl
def medtext_tokenizers() -> Iterable[TokenizerSpec]:
    """Offer the tokenizer."""
    yield TokenizerSpec(name="english", summary="words, numbers and signs of English", options=Options, build=build)
