"""Texts out of any writer: teacher forcing for training, greedy and beam search for use."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from medtext.corpus.batch import Batch
from medtext.corpus.vocabulary import END, MASK, PAD, START, UNKNOWN
from medtext.learn.model import Teachable, Writer

_NEVER_WRITTEN = (PAD, START, UNKNOWN, MASK)


@dataclass(frozen=True, slots=True)
class Written:
    """A text as token numbers, without <start> and <end>, and the log-probability of all of it, <end> included.

    ``finished`` is false where the text was cut at the greatest length.
    """

    tokens: tuple[int, ...]
    log_probability: float
    finished: bool


def taught(model: Writer, batch: Batch) -> Tensor:
    """Return the logits of every next token given the true ones before it: float [batch, steps - 1, vocabulary]."""
    assert batch.targets is not None  # noqa: S101
    embedded = model.embed(batch)
    tokens = batch.targets[:, :-1]
    if isinstance(model, Teachable):
        return model.teach(embedded.vectors, embedded.mask, tokens)
    state = model.start(embedded.vectors, embedded.mask)
    steps = []
    for step in range(tokens.shape[1]):
        logits, state, _ = model.step(state, tokens[:, step])
        steps.append(logits)
    return torch.stack(steps, dim=1)


@torch.inference_mode()
def write_texts(model: Writer, batch: Batch, *, beams: int = 1, max_steps: int = 100) -> list[Written]:
    """Write the most probable text found for every record of a batch.

    One beam is greedy search. Every beam has a state of its own and the sum of true
    log-probabilities decides, so with as many beams as there are texts the search is
    exhaustive (Sutskever, Vinyals and Le 2014, arXiv:1409.3215). An end counts only
    when it is among the best ``beams`` continuations.
    """
    embedded = model.embed(batch)
    count = len(batch)
    rows = torch.arange(count, device=embedded.vectors.device)
    state = model.start(embedded.vectors, embedded.mask).select(rows.repeat_interleave(beams))
    tokens = torch.full((count * beams, 1), START, device=rows.device)
    # Only the first beam of a record is alive at first: all of them are the same.
    totals = torch.full((count, beams), -torch.inf, device=rows.device)
    totals[:, 0] = 0.0
    done: list[list[Written]] = [[] for _ in range(count)]
    for step in range(max_steps + 1):
        logits, state, _ = model.step(state, tokens[:, -1])
        chances = logits.log_softmax(-1)
        chances[:, list(_NEVER_WRITTEN)] = -torch.inf
        size = chances.shape[-1]
        following = totals[..., None] + chances.view(count, beams, size)
        values, places = following.flatten(1).topk(min(2 * beams, beams * size), dim=1)
        ends = places % size == END
        parents = rows[:, None] * beams + places // size
        for row, rank in torch.nonzero(ends[:, :beams] & values[:, :beams].isfinite()).tolist():
            text = tuple(tokens[parents[row, rank], 1:].tolist())
            done[row].append(Written(text, float(values[row, rank]), finished=True))
        after, kept = values.masked_fill(ends, -torch.inf).topk(beams, dim=1)
        if step == max_steps or all(map(_settled, done, after[:, 0].tolist())):
            break
        totals, parents = after, parents.gather(1, kept).flatten()
        state = state.select(parents)
        tokens = torch.cat([tokens[parents], places.gather(1, kept).view(-1, 1) % size], dim=1)
    return [
        max(found, key=lambda written: written.log_probability)
        if found
        else Written(tuple(cut[1:].tolist()), float(total), finished=False)
        for found, cut, total in zip(done, tokens[::beams], totals[:, 0], strict=True)
    ]


def _settled(found: list[Written], alive: float) -> bool:
    """Whether nothing better can come: log-probabilities only fall."""
    return any(written.log_probability >= alive for written in found)
