"""A writer: what it reads by, and what it writes by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from medtext.plugin import PAD, Batch, Embedded, Input, ModelShape, Record, text_sites

from ..sequence.stages import BiLSTM
from . import WriterOptions
from .eyes import Eyes
from .findings import FindingHead
from .prefix import PrefixBiLSTM
from .recurrent import AttentionGRU, PooledLSTM
from .regions import cells_in_regions, looking_loss
from .transformer import Transformer, positions

Decoder = PooledLSTM | AttentionGRU | PrefixBiLSTM | Transformer
_DECODERS: dict[str, type[Decoder]] = {
    "lstm": PooledLSTM,
    "attention-gru": AttentionGRU,
    "attention-bilstm": PrefixBiLSTM,
    "transformer": Transformer,
}


class ImagePlaces(nn.Module):
    """The cells of all views; where a cell lies in its view is added once explanations have begun."""

    def __init__(self, options: Any, *, by_view: bool) -> None:
        super().__init__()
        self.eyes = Eyes(options, options.width, by_view=by_view)
        self.where = nn.Parameter(0.02 * torch.randn(self.eyes.cells, options.width))

    def embed(self, batch: Batch) -> Embedded:
        """Return the cells of all views."""
        embedded: Embedded = self.eyes(batch)
        return embedded

    def inside(self, records: Sequence[Record], names: Sequence[str]) -> Tensor:
        """Return which cells of the last batch lie in a region of which name, bool [batch, length, names]."""
        centres = self.eyes.centres
        return cells_in_regions(records, names, centres, centres.shape[2] ** -0.5)

    def placed(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return cells that know where they lie, float [batch, length, width]; padding stays zero."""
        views = vectors.shape[1] // len(self.where)
        return (vectors + self.where.repeat(views, 1)) * mask[..., None]


class TextPlaces(nn.Module):
    """The words of a text, read in context by a BiLSTM once explanations have begun."""

    def __init__(self, shape: ModelShape, options: WriterOptions, *, recurrent: bool) -> None:
        super().__init__()
        self.words = nn.Embedding(shape.vocabulary_size, options.width, padding_idx=PAD)
        self.recurrent = recurrent
        if recurrent:
            self.contexts = BiLSTM(options.width, options.width // 2)

    def embed(self, batch: Batch) -> Embedded:
        """Look up a vector for each word."""
        sites, special = text_sites(batch)
        return Embedded(self.words(batch.inputs), batch.mask, sites, special)

    def placed(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return words that know their place, float [batch, length, width]."""
        if not self.recurrent:
            return vectors + positions(0, vectors.shape[1], vectors.shape[2], vectors.device)
        contexts: Tensor = self.contexts(vectors, mask)
        return contexts


class ReportWriter(nn.Module):
    """Reads images or a text, and writes a report."""

    def __init__(self, shape: ModelShape, options: Any, decoder: str, reads: Input) -> None:
        super().__init__()
        self.places = (
            ImagePlaces(options, by_view=options.fuse == "concatenated")
            if reads is Input.IMAGES
            else TextPlaces(shape, options, recurrent=decoder != "transformer")
        )
        self.weight, self.told = options.findings, options.told
        self.guided = options.regions if reads is Input.IMAGES else 0.0
        self.findings = FindingHead(options.width, options.dropout) if self.weight else None
        guesses = FindingHead.size() if self.weight else 0
        self.decoder: Decoder = _DECODERS[decoder](options, shape.vocabulary_size, guesses)

    def embed(self, batch: Batch) -> Embedded:
        """Return the cells of all views, or the words of the text: float [batch, length, width]."""
        return self.places.embed(batch)

    def baseline(self, batch: Batch) -> Tensor:
        """Return zeros: no cell excites anything, no word is said."""
        return torch.zeros_like(self.embed(batch).vectors)

    def table(self) -> Tensor:
        """Return the vectors of the words that are written, float [vocabulary, width]."""
        return self.decoder.words.weight

    def start(self, vectors: Tensor, mask: Tensor) -> Any:
        """Return the state before the first word."""
        seen = self._seen(vectors, mask)
        return self._begun(seen, seen.guesses.sigmoid())

    @property
    def decides(self) -> bool:
        """Whether it guesses findings."""
        return self.findings is not None

    def decided(self, vectors: Tensor, mask: Tensor, cutoff: float) -> Any:
        """Return the state before the first word of a report that states what is guessed to be so probable, or more."""
        seen = self._seen(vectors, mask)
        guesses = seen.guesses.sigmoid()
        decided = FindingHead.decided(guesses, cutoff)
        # What is left open is told as it is guessed, as in training.
        return self._begun(seen, torch.where(decided.isnan(), guesses, decided))

    def broken(self, vectors: Tensor, mask: Tensor, cutoff: float, texts: Sequence[Sequence[str]]) -> list[list[int]]:
        """Return how many of its decisions each of some texts breaks, for each record; see ``Deciding``."""
        decided = FindingHead.decided(self._seen(vectors, mask).guesses.float().sigmoid(), cutoff)
        counts = []
        for row, own in zip(decided.cpu(), texts, strict=True):
            stated = FindingHead.stated(own)
            counts.append((((stated > 0) != (row > 0)) & ~stated.isnan() & ~row.isnan()).sum(1).tolist())
        return counts

    def step(self, state: Any, tokens: Tensor) -> tuple[Tensor, Any, Tensor | None]:
        """Return the logits after ``tokens``, int64 [batch], the state, and where it looked."""
        logits, after, attention = self.decoder.step(state, tokens)
        return logits, after, attention

    def teach(self, vectors: Tensor, mask: Tensor, tokens: Tensor) -> Tensor:
        """Return the logits after each of ``tokens`` int64 [batch, steps]: float [batch, steps, vocabulary]."""
        seen = self._seen(vectors, mask)
        return self._taught(seen, seen.guesses.sigmoid(), tokens)

    def tutor(self, vectors: Tensor, mask: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the logits of every next token, and the weighed loss of the guesses of findings.

        On val no chance has a part: if some reports are learned with the truth, it is told to all.
        """
        assert batch.targets is not None  # noqa: S101  # batches for training carry targets
        seen, tokens = self._seen(vectors, mask), batch.targets[:, :-1]
        guesses = seen.guesses.sigmoid()
        if self.findings is None:
            return self._taught(seen, guesses, tokens), guesses.new_zeros(())
        stated = FindingHead.stated([record.target or "" for record in batch.records]).to(guesses.device)
        loss = self.weight * FindingHead.loss(seen.guesses, stated)
        if self.training and self.guided:
            assert isinstance(self.places, ImagePlaces)  # noqa: S101
            inside = self.places.inside(batch.records, FindingHead.looking())
            loss = loss + self.guided * looking_loss(self.findings.pool.looking(seen.places, mask), inside)
        chance = torch.rand(len(guesses), 1, device=guesses.device) if self.training else guesses.new_zeros(())
        guesses = torch.where((chance < self.told) & ~stated.isnan(), stated.to(guesses.dtype), guesses)
        return self._taught(seen, guesses, tokens), loss

    def _seen(self, vectors: Tensor, mask: Tensor) -> _Seen:
        places = self.places.placed(vectors, mask)
        if isinstance(self.decoder, Transformer):
            places = self.decoder.read(places, mask)
        return _Seen(
            places, mask, places.new_zeros(len(places), 0) if self.findings is None else self.findings(places, mask)
        )

    def _begun(self, seen: _Seen, guesses: Tensor) -> Any:
        """Return the state before the first word; ``guesses`` is float [batch, guesses], probabilities or decisions."""
        return self.decoder.start(seen.places, seen.mask, guesses)

    def _taught(self, seen: _Seen, guesses: Tensor, tokens: Tensor) -> Tensor:
        taught: Tensor = self.decoder.teach(self._begun(seen, guesses), tokens)
        return taught


@dataclass(frozen=True)
class _Seen:
    """Places in context, float [batch, length, width], which are real, and the logits of guesses, [batch, guesses]."""

    places: Tensor
    mask: Tensor
    guesses: Tensor
