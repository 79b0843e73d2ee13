"""A tokenizer of the library ``tokenizers``, numbered as medtext numbers: special ones first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from medtext.plugin import MASK, UNKNOWN, Encoding, OptionError, Vocabulary

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
"""What the five special tokens are called in the field, in medtext's order."""

_AT_ONCE = 1024

_AROUND_CHINESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) | (?=[\u3000-\u9fff\uff00-\uffef])")


class PieceTokenizer:
    """WordPiece made from texts, or any fast tokenizer that a pretrained model brings.

    ``order`` lists the library's numbers in medtext's order: <pad>, <unk>, [CLS],
    [SEP], [MASK], then all others as they were. Rows of a pretrained embedding are
    sorted by it, so nothing else has to know where a model keeps its special tokens.
    """

    pieces = True

    def __init__(self, *, min_records: int = 2, max_length: int = 512) -> None:
        self.max_length = max_length
        self._min_records = min_records
        self._adopt(_wordpiece(()), range(len(SPECIAL)))

    def fit(self, texts: Iterable[str]) -> Self:
        """Collect the vocabulary from texts: characters, and words with what they are made of; returns itself.

        A word that was not seen in enough records is read by its characters, so no
        training on frequencies is needed, and no rare name gets into the vocabulary.
        """
        backend = _wordpiece(())
        words = ({word for word, _ in _words(backend, text)} for text in texts)
        known = Vocabulary.collect(words, min_records=self._min_records).tokens
        letters = sorted({letter for word in known if len(word) > 1 for letter in word})
        tokens = dict.fromkeys([*known, *letters, *(f"##{letter}" for letter in letters)])
        self._adopt(_wordpiece(tokens), range(len(SPECIAL)))
        return self

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Cut and number texts; offsets point into each text as it is."""
        encodings = []
        for start in range(0, len(texts), _AT_ONCE):  # the library's own objects take five times the room
            found_here = self.backend.encode_batch(list(texts[start : start + _AT_ONCE]))
            for at, found in enumerate(found_here, start=start):
                ids, offsets = self._ours[found.ids], np.asarray(found.offsets, dtype=np.int64).reshape(-1, 2)
                added = np.asarray(found.special_tokens_mask, dtype=np.bool_)
                # SentencePiece has "[SEP]" among its pieces: in a report it is text, and no command.
                ids = np.where(~added & (ids <= MASK), UNKNOWN, ids)
                # A mark for a blank may span nothing: it stands for the character it is at.
                starts = np.where(added, offsets[:, 0], np.minimum(offsets[:, 0], max(len(texts[at]) - 1, 0)))
                ends = np.where(added, offsets[:, 1], np.maximum(offsets[:, 1], starts + 1))
                encodings.append(Encoding(ids, starts, ends, added))
        return encodings

    def decode(self, ids: Sequence[int]) -> str:
        """Write numbers as text again, special ones left out."""
        theirs = [self.order[number] for number in ids if number > MASK]
        return _AROUND_CHINESE.sub("", self.backend.decode(theirs, skip_special_tokens=False))

    def state(self) -> dict[str, Any]:
        """Return the library's own description, and the numbers of the special tokens, as JSON can hold it."""
        return {"tokenizer": json.loads(self.backend.to_str()), "special": self.order[: len(SPECIAL)]}

    def load(self, state: dict[str, Any]) -> Self:
        """Take over what ``state`` returned; returns itself."""
        self._adopt(Tokenizer.from_str(json.dumps(state["tokenizer"])), state["special"])
        return self

    @property
    def special_names(self) -> list[str]:
        """What the special tokens are called here: padding, unknown, start, end, mask."""
        names = self.backend.get_vocab(with_added_tokens=True)
        called = {number: name for name, number in names.items()}
        return [called[number] for number in self.order[: len(SPECIAL)]]

    def _adopt(self, backend: Tokenizer, special: Sequence[int]) -> None:
        backend.no_truncation()
        backend.no_padding()
        backend.encode_special_tokens = True  # "[SEP]" in a report is five signs, no command
        names = {number: token for token, number in backend.get_vocab(with_added_tokens=True).items()}
        size = max(names) + 1
        others = sorted(set(range(size)) - set(special))
        self.order = [*special, *others]
        self.vocabulary = Vocabulary(names.get(number, f"<{number}>") for number in others)
        self._ours = np.argsort(np.asarray(self.order)).astype(np.int64)
        self.backend = backend


def adopted_state(tokenizer: Any) -> dict[str, Any]:
    """Return the state for ``PieceTokenizer.load`` of a tokenizer of ``transformers``.

    Raises OptionError for one that has no fast form, or lacks a special token.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if not isinstance(backend, Tokenizer):
        raise OptionError(f"{type(tokenizer).__name__} has no fast form (tokenizer.json): convert it by transformers")
    names = ("pad", "unk", "cls", "sep", "mask")
    numbers = [getattr(tokenizer, f"{name}_token_id", None) for name in names]
    lacking = [name for name, number in zip(names, numbers, strict=True) if number is None]
    if lacking or len(set(numbers)) < len(numbers):
        raise OptionError(f"its tokenizer lacks a {', '.join(lacking) or 'special'} token: take another encoder")
    return {"tokenizer": json.loads(backend.to_str()), "special": numbers}


def _wordpiece(tokens: Iterable[str]) -> Tokenizer:
    """Make a WordPiece tokenizer: NFKC, lower case, accents kept, every Chinese character for itself."""
    numbers = {token: number for number, token in enumerate([*SPECIAL, *tokens])}
    made = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]", max_input_chars_per_word=100))  # noqa: S106
    made.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.BertNormalizer(strip_accents=False, lowercase=True)]
    )
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    made.decoder = decoders.WordPiece()
    return made


def _words(backend: Tokenizer, text: str) -> list[tuple[str, tuple[int, int]]]:
    words: list[tuple[str, tuple[int, int]]] = backend.pre_tokenizer.pre_tokenize_str(
        backend.normalizer.normalize_str(text)
    )
    return words
