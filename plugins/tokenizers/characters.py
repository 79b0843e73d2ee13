"""Characters: what Chinese reports are cut into, with no dictionary to be wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from medtext.plugin import TokenizerSpec, hookimpl

if TYPE_CHECKING:
    from medtext.plugin import Tokenizer


@dataclass(frozen=True)
class Options:
    """What can be set."""

    min_records: Annotated[int, "a character seen in fewer records is <unk>"] = 2
    max_length: Annotated[int, "tokens read of a text; longer ones are cut and marked"] = 512


def build(options: Options) -> Tokenizer:
    """Make the tokenizer."""
    from .character_table import CharacterTokenizer

    return CharacterTokenizer(min_records=options.min_records, max_length=options.max_length)


@hookimpl
def medtext_tokenizers() -> Iterable[TokenizerSpec]:
    """Offer the tokenizer."""
    yield TokenizerSpec(
        name="characters", summary="one token a character, blanks left out", options=Options, build=build
    )
