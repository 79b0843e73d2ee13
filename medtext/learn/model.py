"""What a network must offer, and what it may offer besides.

The protocols are structural: a plugin's ``nn.Module`` inherits nothing from
here. ``embed`` and ``score`` are the whole model cut at the point where
explanations start, so what is explained is what was predicted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

from torch import Tensor

from medtext.corpus.batch import Batch


@dataclass(frozen=True, slots=True)
class Embedded:
    """A batch as vectors, and where each vector comes from.

    ``vectors`` is float [batch, length, width]; ``mask`` bool [batch, length].
    ``sites`` is int64 [batch, length, 2] (characters start to end of the text) or
    [batch, length, 3] (view, row, column of the grid). ``special`` is bool
    [batch, length], true for rows that belong to nothing in the record, such as [CLS].
    """

    vectors: Tensor
    mask: Tensor
    sites: Tensor
    special: Tensor


@runtime_checkable
class Embedder(Protocol):
    """The half of a model below the point where explanations start."""

    def embed(self, batch: Batch) -> Embedded:
        """Turn a batch into vectors, without positions: those belong in what follows."""
        ...

    def baseline(self, batch: Batch) -> Tensor:
        """Return the vectors of "nothing said", float [batch, length, width]; special rows as in ``embed``."""
        ...


@runtime_checkable
class Classifier(Embedder, Protocol):
    """A model that scores labels."""

    def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, labels]; differentiable in ``vectors``."""
        ...


class State(Protocol):
    """Where a writer stands, for each row of a batch."""

    def select(self, rows: Tensor) -> Self:
        """Return the state of the given rows, int64 [rows]; a row may be given more than once."""
        ...


@runtime_checkable
class Writer(Embedder, Protocol):
    """A model that writes a text, token after token."""

    def start(self, vectors: Tensor, mask: Tensor) -> State:
        """Return the state before the first token."""
        ...

    def step(self, state: State, tokens: Tensor) -> tuple[Tensor, State, Tensor | None]:
        """Take the last token of every row, int64 [batch]; give the logits of the next.

        Returns logits float [batch, vocabulary], the state after, and attention over
        the vectors float [batch, length] (or None). Later tokens never move earlier logits.
        """
        ...


@runtime_checkable
class Teachable(Protocol):
    """A writer that scores a whole known text at once, faster than step by step."""

    def teach(self, vectors: Tensor, mask: Tensor, tokens: Tensor) -> Tensor:
        """Return the logits after each of ``tokens`` int64 [batch, steps]: float [batch, steps, vocabulary]."""
        ...


@runtime_checkable
class Deciding(Writer, Protocol):
    """A writer that guesses what its text is to state, and can be held to what it decides of that."""

    @property
    def decides(self) -> bool:
        """Whether it was made to guess."""
        ...

    def decided(self, vectors: Tensor, mask: Tensor, cutoff: float) -> State:
        """Return the state before the first token, where all that is guessed at ``cutoff`` or above is to be stated.

        ``start`` tells the guesses as they are. Nothing of this is differentiable in the guesses.
        """
        ...

    def broken(self, vectors: Tensor, mask: Tensor, cutoff: float, texts: Sequence[Sequence[str]]) -> list[list[int]]:
        """Return how many of these decisions each of some texts breaks, for each record: left out, or added."""
        ...


@runtime_checkable
class Tutored(Embedder, Protocol):
    """A writer that learns something beside the words of a text, or a classifier beside labels."""

    def tutor(self, vectors: Tensor, mask: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Take a batch with targets, and what ``embed`` just made of it; give what training is to lower.

        A writer returns the logits of every next token given the true ones before it, float [batch, steps - 1,
        vocabulary], a classifier those of ``score``, and both what is added to the mean loss of a token or label, a
        float scalar. One that decides (``Deciding``) may be told here what is true of what it is to decide.
        """
        ...


@runtime_checkable
class Tabled(Protocol):
    """A model that can begin with token vectors which were made elsewhere."""

    def table(self) -> Tensor:
        """Return the parameter that holds the vectors of all tokens, float [vocabulary, width]."""
        ...


@runtime_checkable
class Contextual(Embedder, Tabled, Protocol):
    """A model of tokens that can be pretrained: it guesses tokens that were hidden from those around them."""

    def contexts(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return what the network makes of every token of ``embed``, float [batch, length, any size]."""
        ...


@runtime_checkable
class Exact(Protocol):
    """A model whose integrated gradients have a closed form."""

    def contributions(self, vectors: Tensor, baseline: Tensor, mask: Tensor) -> Tensor:
        """Return the scores of every row for every label, float [batch, length, labels]."""
        ...


@runtime_checkable
class Attending(Protocol):
    """A model that weighs its input rows."""

    def attention(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return weights that sum to one over the real rows, float [batch, length]."""
        ...


@runtime_checkable
class Fitted(Protocol):
    """A model that learns without gradients (a rule, a retrieval): it is shown the training records once.

    Its buffers may change their size in ``fit``: they are loaded as they were saved. It is ``Answering`` or
    ``Retrieving`` besides.
    """

    def fit(self, batches: Iterable[Batch]) -> None:
        """Learn from batches with targets."""
        ...


@runtime_checkable
class Answering(Fitted, Protocol):
    """A fitted model that answers by itself."""

    def answer(self, batch: Batch) -> Tensor:
        """Return logits, float [batch, labels], or the written tokens, int64 [batch, steps], with <pad> behind."""
        ...


@runtime_checkable
class Retrieving(Fitted, Protocol):
    """A fitted model that gives the text of a training record: which one, so that it need not keep any text."""

    def nearest(self, batch: Batch) -> Tensor:
        """Return, for each record, the number of a training record in the order of ``fit``: int64 [batch]."""
        ...
