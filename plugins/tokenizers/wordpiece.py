"""WordPiece: what ALBERT, BERT and their like read; made from the texts, or taken from a pretrained model."""

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

    min_records: Annotated[int, "a character or word seen in fewer records is cut further, or <unk>"] = 2
    max_length: Annotated[int, "tokens read of a text, [CLS] and [SEP] among them; longer ones are cut and marked"] = (
        512
    )

    def __post_init__(self) -> None:
        if self.max_length < 3:
            raise ValueError(f"max_length must be at least 3: [CLS], a token, [SEP]; not {self.max_length}")


def build(options: Options) -> Tokenizer:
    """Make the tokenizer."""
    from .pieces import PieceTokenizer

    return PieceTokenizer(min_records=options.min_records, max_length=options.max_length)


@hookimpl
def medtext_tokenizers() -> Iterable[TokenizerSpec]:
    """Offer the tokenizer."""
    yield TokenizerSpec(
        name="wordpiece",
        summary="Chinese characters, words and parts of words, between [CLS] and [SEP]",
        options=Options,
        build=build,
    )
