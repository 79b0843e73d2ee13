"""Every written word explained: what in the record made the writer choose it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import torch
from torch import Tensor

from medtext.corpus.batch import Batch
from medtext.corpus.vocabulary import START
from medtext.explain.ladder import integrate
from medtext.explain.methods import baseline_of
from medtext.explain.paths import Paths
from medtext.explain.scores import Scores, contrasts
from medtext.learn.model import Writer


def explain_words(
    model: Writer, batch: Batch, tokens: Sequence[int], *, tolerance: float = 0.01
) -> Iterator[tuple[Scores, float]]:
    """Yield the scores and the probability of each of ``tokens``, as written for the one record of a batch.

    What is explained is the logit of the word at its step, minus the mean of all logits
    there, with the words before it held as they are.
    """
    prefix = [START, *tokens]
    with torch.no_grad():
        embedded = model.embed(batch)
        baseline = baseline_of(model, batch, embedded)

    def logits_after(vectors: Tensor, mask: Tensor, step: int) -> Tensor:
        state = model.start(vectors, mask)
        for past in prefix[: step + 1]:
            logits, state, _ = model.step(state, torch.full((len(vectors),), past, device=vectors.device))
        return logits

    vectors, kept = embedded.vectors.detach(), embedded.mask & ~embedded.special
    for step, token in enumerate(tokens):
        with torch.no_grad():
            logits = logits_after(vectors, embedded.mask, step)
        weights = contrasts(logits.shape[1], [token], [None], centred=True).to(logits.device)
        paths = Paths(
            partial(logits_after, step=step),
            vectors,
            baseline.detach(),
            embedded.mask,
            kept,
            weights[:, None],
            torch.ones(1, 1, dtype=torch.bool),
            logits,
            ragged=bool(batch.encodings),
        )
        yield integrate(paths, tolerance), float(logits.softmax(-1)[0, token])
