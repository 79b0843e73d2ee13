"""Words by jieba: fewer and longer tokens than characters, as good as its dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from medtext.plugin import TokenizerSpec, hookimpl

if TYPE_CHECKING:
    from medtext.plugin import Tokenizer


@dataclass(frozen=True)
class Options:
    """What can be set."""

    min_records: Annotated[int, "a word seen in fewer records is <unk>"] = 2
    max_words: Annotated[int | None, "the most frequent words that are kept"] = None
    max_length: Annotated[int, "tokens read of a text; longer ones are cut and marked"] = 512
    dictionary: Annotated[
        Literal["gi-terms"] | Path | None, "gi-terms, or a jieba user dictionary: word [frequency] [tag] a line"
    ] = None
    assertions: Annotated[
        bool, "a word that the text denies, doubts, tells of the past or calls normal is a word of its own"
    ] = False


def build(options: Options) -> Tokenizer:
    """Make the tokenizer."""
    from medtext.plugin import PatternTokenizer, jieba_cutter

    words = jieba_cutter(options.dictionary)

    def cut(text: str) -> list[tuple[int, int]]:
        return [(start, end) for start, end in words(text) if not text[start:end].isspace()]

    return PatternTokenizer(
        cut,
        min_records=options.min_records,
        size=options.max_words,
        max_length=options.max_length,
        join="".join,
        asserting=options.assertions,
    )


@hookimpl
def medtext_tokenizers() -> Iterable[TokenizerSpec]:
    """Offer the tokenizer."""
    yield TokenizerSpec(name="words", summary="words by jieba, Chinese and other", options=Options, build=build)
