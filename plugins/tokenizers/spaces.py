"""What stands between blanks: for numbered tokens, and texts that were cut before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from medtext.plugin import TokenizerSpec, hookimpl

if TYPE_CHECKING:
    from medtext.plugin import Tokenizer


@dataclass(frozen=True)
class Options:
    """What can be set."""

    min_records: Annotated[int, "a token seen in fewer records is <unk>"] = 2
    max_words: Annotated[int | None, "the most frequent tokens that are kept"] = None
    max_length: Annotated[int, "tokens read of a text; longer ones are cut and marked"] = 512


def build(options: Options) -> Tokenizer:
    """Make the tokenizer."""
    from medtext.plugin import PatternTokenizer

    def cut(text: str) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"\S+", text)]

    return PatternTokenizer(cut, min_records=options.min_records, size=options.max_words, max_length=options.max_length)


@hookimpl
def medtext_tokenizers() -> Iterable[TokenizerSpec]:
    """Offer the tokenizer."""
    yield TokenizerSpec(name="spaces", summary="tokens as blanks part them", options=Options, build=build)
