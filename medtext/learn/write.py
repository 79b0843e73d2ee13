"""Texts out of any writer: teacher forcing for training, search and sampling for use."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from medtext.corpus.batch import Batch
from medtext.corpus.vocabulary import END, MASK, PAD, START, UNKNOWN
from medtext.learn.choosing import agreed_on, best_of
from medtext.learn.decoding import Decoding
from medtext.learn.model import Deciding, Embedded, State, Teachable, Writer
from medtext.learn.written import Written

_NEVER_WRITTEN = (PAD, START, UNKNOWN, MASK)


def taught(model: Writer, batch: Batch, embedded: Embedded | None = None) -> Tensor:
    """Return the logits of every next token given the true ones before it: float [batch, steps - 1, vocabulary].

    ``embedded`` is what the model made of the batch, where it was asked before.
    """
    assert batch.targets is not None  # noqa: S101
    embedded = embedded or model.embed(batch)
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
def write_texts(
    model: Writer,
    batch: Batch,
    decoding: Decoding | None = None,
    decode: Callable[[Sequence[int]], str] | None = None,
) -> list[Written]:
    """Write a text for every record of a batch.

    Every beam has a state of its own and beams are kept by their true log-probabilities, so with as many as there
    are texts the search is exhaustive (Sutskever, Vinyals and Le 2014, arXiv:1409.3215); finished texts are ranked by
    ``Decoding.rank``. An end counts only when it is among the best ``beams`` continuations. Samples of a record hang
    on the records beside it, which draw from the same chance. Where a writer is held to decisions (``Deciding``) and
    ``decode`` turns tokens into texts, those that break the fewest are preferred.
    """
    decoding = decoding or Decoding()
    embedded = model.embed(batch)
    state = begun(model, embedded, decoding.cutoff)
    rows = torch.arange(len(batch), device=embedded.vectors.device)
    if decoding.consensus < 2 and decoding.sampling:
        return _sampled(model, state, rows, decoding)
    if decoding.sampling:
        rows = rows.repeat_interleave(decoding.consensus)
        drawn = _sampled(model, state.select(rows), rows, decoding)
        found = [drawn[start : start + decoding.consensus] for start in range(0, len(drawn), decoding.consensus)]
    else:
        found = _searched(model, state, rows, decoding)
    broken = [[0] * len(texts) for texts in found]
    if decoding.cutoff and decode is not None and isinstance(model, Deciding) and model.decides:
        written = [[decode(each.tokens) for each in texts] for texts in found]
        broken = model.broken(embedded.vectors, embedded.mask, decoding.cutoff, written)
    if decoding.sampling:
        return [agreed_on(texts, lost) for texts, lost in zip(found, broken, strict=True)]
    return [best_of(texts, decoding, lost) for texts, lost in zip(found, broken, strict=True)]


@torch.inference_mode()
def looked_at(
    model: Writer, embedded: Embedded, texts: Sequence[Sequence[int]], cutoff: float = 0.0
) -> list[NDArray[np.float32]] | None:
    """Return where a writer looked for every token of its texts: float32 [tokens, length] each; None if it never says.

    The rows are those of ``embedded``, which the model made of the records; each adds up to one over the real ones.
    ``cutoff`` is that of the ``Decoding`` by which the texts were written.
    """
    state = begun(model, embedded, cutoff)
    longest = max(map(len, texts), default=0)
    # The step that reads a token writes the next one.
    rows = torch.full((len(texts), longest), PAD)
    for number, text in enumerate(texts):
        rows[number, : len(text)] = torch.tensor([START, *text][: len(text)])
    maps = []
    for tokens in rows.to(embedded.vectors.device).unbind(1):
        _, state, attention = model.step(state, tokens)
        if attention is None:
            return None
        maps.append(attention.float().cpu().numpy())
    every = np.stack(maps, axis=1) if maps else np.zeros((*embedded.mask.shape[:1], 0, embedded.mask.shape[1]))
    return [every[number, : len(text)] for number, text in enumerate(texts)]


def begun(model: Writer, embedded: Embedded, cutoff: float) -> State:
    """Return the state before the first token; one that decides is held to what it guesses at ``cutoff``, if any."""
    if cutoff and isinstance(model, Deciding) and model.decides:
        return model.decided(embedded.vectors, embedded.mask, cutoff)
    return model.start(embedded.vectors, embedded.mask)


def _searched(model: Writer, state: State, rows: Tensor, decoding: Decoding) -> list[list[Written]]:
    """Return the finished texts that the search of each record came by, or the best one that was cut."""
    beams, count = decoding.beams, len(rows)
    state = state.select(rows.repeat_interleave(beams))
    tokens = torch.full((count * beams, 1), START, device=rows.device)
    # Only the first beam of a record is alive at first: all of them are the same.
    totals = torch.full((count, beams), -torch.inf, device=rows.device)
    totals[:, 0] = 0.0
    done: list[list[Written]] = [[] for _ in range(count)]
    settled = [False] * count
    for step in range(decoding.max_steps + 1):
        logits, state, _ = model.step(state, tokens[:, -1])
        chances = _allowed(logits, tokens, decoding)
        size = chances.shape[-1]
        following = totals[..., None] + chances.view(count, beams, size)
        values, places = following.flatten(1).topk(min(2 * beams, beams * size), dim=1)
        ends = places % size == END
        parents = rows[:, None] * beams + places // size
        for row, rank in torch.nonzero(ends[:, :beams] & values[:, :beams].isfinite()).tolist():
            if not settled[row]:  # what a record's search finds must not hang on its company
                text = tuple(tokens[parents[row, rank], 1:].tolist())
                done[row].append(Written(text, float(values[row, rank]), finished=True))
        after, kept = values.masked_fill(ends, -torch.inf).topk(beams, dim=1)
        alive = after[:, 0].tolist()
        settled = [
            before or _settled(found, best, decoding) for before, found, best in zip(settled, done, alive, strict=True)
        ]
        if step == decoding.max_steps or all(settled):
            break
        totals, parents = after, parents.gather(1, kept).flatten()
        state = state.select(parents)
        tokens = torch.cat([tokens[parents], places.gather(1, kept).view(-1, 1) % size], dim=1)
    return [
        found or [Written(tuple(cut[1:].tolist()), float(total), finished=False)]
        for found, cut, total in zip(done, tokens[::beams], totals[:, 0], strict=True)
    ]


def _sampled(model: Writer, state: State, rows: Tensor, decoding: Decoding) -> list[Written]:
    device, count = rows.device, len(rows)
    # On the processor whatever the device, so that a seed gives the same text on both.
    chance = torch.Generator().manual_seed(decoding.seed)
    done: list[Written] = [Written((), 0.0, finished=False)] * count
    alive = torch.arange(count, device=device)
    tokens = torch.full((count, 1), START, device=device)
    totals = torch.zeros(count, device=device)
    for step in range(decoding.max_steps + 1):
        logits, state, _ = model.step(state, tokens[:, -1])
        chances = _allowed(logits, tokens, decoding)
        token = _drawn(chances, decoding, chance)
        ended = token == END
        gained = chances.gather(1, token[:, None])[:, 0]
        if step == decoding.max_steps:  # no room but for an end
            gained = gained.masked_fill(~ended, 0.0)
            over = torch.ones_like(ended)
        else:
            over = ended
        totals = totals + gained
        for place in over.nonzero()[:, 0].tolist():
            text = tuple(tokens[place, 1:].tolist())
            done[int(alive[place])] = Written(text, float(totals[place]), finished=bool(ended[place]))
        going = (~over).nonzero()[:, 0]
        if not len(going):
            break
        # Texts that have ended take no further steps.
        if len(going) < len(alive):
            state, alive, totals = state.select(going), alive[going], totals[going]
        tokens = torch.cat([tokens[going], token[going, None]], 1)
    return done


def _drawn(chances: Tensor, decoding: Decoding, chance: torch.Generator) -> Tensor:
    """Draw the next token of every row, int64 [rows], by its log-probabilities, float [rows, vocabulary]."""
    # By how much less probable than the first: next to no temperature must not overflow.
    behind = chances - chances.amax(1, keepdim=True)
    ordered, order = (behind / decoding.sampling).softmax(-1).sort(dim=1, descending=True)
    # A token stays while those before it do not have top_p together: the first always does.
    ordered = ordered * (ordered.cumsum(1) - ordered < decoding.top_p)
    drawn = torch.multinomial(ordered.cpu(), 1, generator=chance).to(chances.device)
    return order.gather(1, drawn)[:, 0]


def _allowed(logits: Tensor, tokens: Tensor, decoding: Decoding) -> Tensor:
    """Return the log-probability of every next token, float [rows, vocabulary], -inf for what may not be written."""
    chances = logits.log_softmax(-1)
    chances[:, list(_NEVER_WRITTEN)] = -torch.inf
    length = decoding.no_repeat
    if length and tokens.shape[1] >= length:
        stretches = tokens.unfold(1, length, 1)  # [rows, places, length]
        last = tokens[:, tokens.shape[1] - length + 1 :]
        again = (stretches[..., :-1] == last[:, None]).all(-1)
        for row, place in torch.nonzero(again).tolist():
            chances[row, stretches[row, place, -1]] = -torch.inf
    return chances


def _settled(found: list[Written], alive: float, decoding: Decoding) -> bool:
    """Whether nothing better can come: log-probabilities only fall, and no text is longer than the greatest length.

    A greedy search, of one beam, ends with its first text, whatever ranks it would have among others.
    """
    if decoding.beams == 1:
        return bool(found)
    best_to_come = decoding.rank(alive, decoding.max_steps)
    return any(decoding.rank(written.log_probability, len(written.tokens)) >= best_to_come for written in found)
