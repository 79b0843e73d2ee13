"""Checks for plugin authors: call them from your own tests.

Each raises AssertionError with a sentence that says which promise was broken.
They need nothing but the spec: records, images and weights are made up here.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from medtext.corpus.batch import Batch, Batcher
from medtext.corpus.check import checked
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Task, with_ids
from medtext.corpus.token import Tokenizer
from medtext.errors import MedtextError, RecordError
from medtext.explain.attribution import Attribution
from medtext.explain.methods import ask, integrated_gradients
from medtext.explain.scores import contrasts
from medtext.learn.device import set_seed
from medtext.learn.loss import Objective
from medtext.learn.model import Answering, Classifier, Contextual, Deciding, Fitted, Retrieving, Tutored, Writer
from medtext.learn.write import begun, taught
from medtext.plugin.specs import DatasetSpec, ModelShape, ModelSpec, RendererSpec, TokenizerSpec
from medtext.runs.weights import load_weights, save_weights

_LABELS = ("a", "b", "c")
_SCRIPT = "<script>alert(1)</script>"
_TEXTS = (
    "慢性非萎缩性胃炎，伴糜烂。",
    "ＣＴ　示：右肺３mm 结节(+)",
    "No acute  disease.\n2nd line",
    "<pad> İ 🩺 \u200b x",
    "a",
)
_CLOSE = 1e-4
"""How far two ways to the same logit may differ: float32 adds up in another order."""


def check_dataset(
    spec: DatasetSpec,
    source: Path | None = None,
    *,
    options: Any = None,
    task: Task | None = None,
    broken: Path | None = None,
) -> None:
    """Check a dataset on a source, or on its bundled sample.

    Reading twice gives equal records, ids are unique, labels are among those promised,
    every record passes the engine's rules. ``broken`` is a source with a fault: it must
    raise RecordError that names the file and a line.
    """
    where = source or spec.sample
    assert where is not None, f"{spec.name} has no sample: give a source"
    chosen = options if options is not None else spec.options()

    def read(path: Path) -> list[Record]:
        return list(checked(with_ids(spec.read(path, chosen)), task or spec.tasks[0]))

    records = read(where)
    assert records, f"{spec.name} reads no record from {where}"
    assert records == read(where), f"{spec.name} reads other records the second time"
    if spec.labels:
        found = {label for record in records for label in record.labels or ()}
        assert found <= set(spec.labels), f"{spec.name} has labels it does not promise: {found - set(spec.labels)}"
    if broken is not None:
        message = _message_of(lambda: read(broken))
        assert f"{broken.name}:" in message, f"{spec.name} does not say where it met bad input: {message!r}"


def check_tokenizer(spec: TokenizerSpec, *, options: Any = None, texts: Sequence[str] = _TEXTS) -> None:
    """Check a tokenizer: offsets point into the text, the same text gives the same pieces, JSON brings it back."""

    def build() -> Tokenizer:
        return spec.build(options if options is not None else spec.options())

    tokenizer = build().fit([*texts, *texts])
    encodings = tokenizer.encode(texts)
    assert len(encodings) == len(texts), f"{spec.name} gives {len(encodings)} encodings for {len(texts)} texts"
    for text, encoding in zip(texts, encodings, strict=True):
        real = ~encoding.special
        starts, ends = encoding.starts[real], encoding.ends[real]
        assert ((starts >= 0) & (starts < ends) & (ends <= len(text))).all(), f"{spec.name}: offsets leave {text!r}"
        assert (starts[1:] >= starts[:-1]).all(), f"{spec.name}: tokens of {text!r} are not in reading order"
        assert (encoding.ids >= 0).all(), f"{spec.name}: a token of {text!r} has no number"
        assert (encoding.ids < len(tokenizer.vocabulary)).all(), f"{spec.name}: a number is outside the vocabulary"
    again = build().load(json.loads(json.dumps(tokenizer.state())))
    for each in (build().fit([*texts, *texts]), again):
        for one, other in zip(encodings, each.encode(texts), strict=True):
            assert np.array_equal(one.ids, other.ids), f"{spec.name} is not the same after a round trip or a second fit"
            assert np.array_equal(one.starts, other.starts), f"{spec.name} moves its offsets after a round trip"
    single = [build().load(tokenizer.state()).encode([text])[0] for text in texts]
    for one, other in zip(encodings, single, strict=True):
        assert np.array_equal(one.ids, other.ids), f"{spec.name} cuts a text differently in company"


def check_model(spec: ModelSpec, *, options: Any = None, tokenizer: Tokenizer | None = None) -> None:
    """Check a model for each of its tasks, at two sizes.

    Finite answers; padding and company change nothing: a batch answers as its records do
    one by one; twenty steps of training lower the loss; weights survive a round trip;
    explanations of labels add up; what can be pretrained gives a context for every token;
    a writer never looks ahead, and teaches as it steps.
    """
    chosen = options if options is not None else spec.options()
    for task in sorted(spec.tasks):
        for count in (2, 3):
            with tempfile.TemporaryDirectory() as folder:
                _check_model(spec, chosen, task, _LABELS[:count], tokenizer, Path(folder))


def check_renderer(spec: RendererSpec, *, options: Any = None) -> None:
    """Check a renderer: record text is escaped in markup, control characters never pass, odd records are drawn."""
    chosen = options if options is not None else spec.options()
    plain = _attribution("慢性胃炎，伴糜烂 3mm", np.linspace(-1, 2, 13))
    odd = [
        plain,
        replace(plain, scores=np.zeros_like(plain.scores), margin=0.0, converged=False),
        replace(plain, magnitude=True, scores=np.abs(plain.scores)),
    ]
    drawn = spec.render(odd, chosen)
    assert drawn, f"{spec.name} draws nothing"
    assert spec.render(odd, chosen) == drawn, f"{spec.name} draws the same records differently the second time"
    hostile = _attribution(f"{_SCRIPT} \x1b[31m red & 'x' \"y\"", np.linspace(1, 2, 46), label=_SCRIPT)
    made = spec.render([hostile], chosen)
    text = made.decode("utf-8", "replace") if isinstance(made, bytes) else made
    if spec.suffix in (".html", ".svg", ".xml"):
        assert _SCRIPT not in text, f"{spec.name} lets markup of a record through"
    if isinstance(made, str):
        assert "\x1b[31m" not in text, f"{spec.name} lets control characters of a record through"


def _check_model(
    spec: ModelSpec, options: Any, task: Task, labels: tuple[str, ...], tokenizer: Tokenizer | None, folder: Path
) -> None:
    records = _records(labels, task, folder if spec.reads is Input.IMAGES else None)
    cutter = tokenizer or PatternTokenizer(_at_blanks)
    cutter.fit([text for record in records for text in (record.text, record.target or "")])
    batcher = Batcher(task, labels, spec.reads, cutter, image_size=getattr(options, "image_size", 0))
    shape = ModelShape(task, len(cutter.vocabulary), len(labels), cutter.max_length, batcher.image_size or None, labels)

    def build() -> nn.Module:
        set_seed(1)
        return spec.build(shape, options)

    model = build().eval()
    whole = batcher.batch(records, targets=True)
    if isinstance(model, Fitted):
        model.fit([whole])
        if isinstance(model, Retrieving):
            _check_answers(spec, lambda batch: model.nearest(batch).float(), batcher, records)
            assert model.nearest(whole).max() < len(records), f"{spec.name} names a record that it was not shown"
        else:
            assert isinstance(model, Answering), f"{spec.name} offers fit, but neither answer nor nearest"
            _check_answers(spec, model.answer, batcher, records)
    elif task is Task.GENERATE:
        assert isinstance(model, Writer), f"{spec.name} offers no start and step, but writes"
        _check_writer(spec, model, batcher, records)
        _check_learning(spec, build(), task, whole)
    else:
        assert isinstance(model, Classifier), f"{spec.name} offers no embed, baseline and score"
        _check_learning(spec, model.train(), task, whole)
        model.eval()
        _check_embedded(spec, model, whole)
        _check_answers(spec, lambda batch: _logits(model, batch), batcher, records)
        _check_scores(spec, model, whole, len(labels))
        if isinstance(model, Tutored):
            with torch.no_grad():
                embedded = model.embed(whole)
                _check_tutor(spec, model, whole, model.score(embedded.vectors, embedded.mask))
        if isinstance(model, Contextual):
            _check_contexts(spec, model, batcher, records)
    _check_round_trip(spec, model, build(), folder)


def _check_embedded(spec: ModelSpec, model: Classifier, batch: Batch) -> None:
    embedded, baseline = model.embed(batch), model.baseline(batch)
    shape = embedded.vectors.shape[:2]
    assert embedded.mask.shape == shape, f"{spec.name}: the mask of embed is not [batch, length]"
    assert embedded.special.shape == shape, f"{spec.name}: special of embed is not [batch, length]"
    assert embedded.sites.shape[:2] == shape, f"{spec.name}: sites of embed are not [batch, length, 2 or 3]"
    assert baseline.shape == embedded.vectors.shape, f"{spec.name}: the baseline has another shape than embed"


def _check_contexts(spec: ModelSpec, model: Contextual, batcher: Batcher, records: list[Record]) -> None:
    table = model.table()
    assert isinstance(table, nn.Parameter), f"{spec.name}: table is no parameter: nothing would learn from guesses"
    assert len(table) == len(batcher.tokenizer.vocabulary), f"{spec.name}: table has not a row for each token"
    with torch.no_grad():
        batch = batcher.batch(records)
        embedded = model.embed(batch)
        together = model.contexts(embedded.vectors, embedded.mask)
        assert together.shape[:2] == batch.inputs.shape, f"{spec.name}: contexts are not [batch, length, any size]"
        for row, record in enumerate(records):
            single = batcher.batch([record])
            alone = model.embed(single)
            context = model.contexts(alone.vectors, alone.mask)[0]
            close = torch.allclose(together[row, : len(context)], context, atol=_CLOSE)
            assert close, f"{spec.name}: padding or company changes contexts"


def _check_answers(spec: ModelSpec, answer: Callable[[Batch], Tensor], batcher: Batcher, records: list[Record]) -> None:
    with torch.no_grad():
        together = answer(batcher.batch(records))
        backwards = answer(batcher.batch(records[::-1]))
        single = [answer(batcher.batch([record])) for record in records]
    assert torch.isfinite(together).all(), f"{spec.name}: a logit is not finite"
    assert torch.allclose(together, backwards.flip(0), atol=_CLOSE), f"{spec.name}: the order of a batch changes logits"
    # One by one no text is padded, together all but the longest are.
    alone = torch.cat(single)
    assert torch.allclose(together, alone, atol=_CLOSE), f"{spec.name}: padding or company changes logits"


def _check_scores(spec: ModelSpec, model: Classifier, batch: Batch, count: int) -> None:
    rows = [row % count for row in range(len(batch))]
    weights = contrasts(count, rows, [None] * len(rows), centred=True)
    scores = integrated_gradients(ask(model, batch, weights[:, None], tolerance=0.05))
    assert torch.isfinite(scores.values).all(), f"{spec.name}: a score is not finite"
    assert scores.converged.all(), f"{spec.name}: scores miss the margin by {scores.gaps.abs().max():.3g} logits"


def _check_writer(spec: ModelSpec, model: Writer, batcher: Batcher, records: list[Record]) -> None:
    batch = batcher.batch(records, targets=True)
    with torch.no_grad():
        logits = taught(model, batch)
        assert torch.isfinite(logits).all(), f"{spec.name}: a logit is not finite"
        stepped = _stepped(model, batch)
        assert torch.allclose(logits, stepped, atol=_CLOSE), f"{spec.name}: teach and step give different logits"
        _check_teaching(spec, lambda batch: taught(model, batch), batcher, records)
        if isinstance(model, Tutored):
            # One that decides may be told there what is true, which is not what it guesses.
            decides = isinstance(model, Deciding) and model.decides
            _check_tutor(spec, model, batch, None if decides else logits)
            _check_teaching(spec, lambda batch: _tutored(model, batch)[0], batcher, records)
        if isinstance(model, Deciding) and model.decides:
            _check_decisions(spec, model, batcher, records)


def _check_teaching(spec: ModelSpec, teach: Callable[[Batch], Tensor], batcher: Batcher, records: list[Record]) -> None:
    """Check that no token moves the logits before it, and that no record moves those of another."""
    batch = batcher.batch(records, targets=True)
    assert batch.targets is not None
    logits = teach(batch)
    for step in range(1, logits.shape[1]):
        other = batch.targets.clone()
        other[:, step] = (other[:, step] + 1) % logits.shape[2]
        ahead = (logits[:, :step] - teach(replace(batch, targets=other))[:, :step]).abs().max()
        assert ahead < _CLOSE, f"{spec.name} looks ahead: token {step} moves the logits before it"
    for row, record in enumerate(records):
        alone = teach(batcher.batch([record], targets=True))[0]
        close = torch.allclose(logits[row, : len(alone)], alone, atol=_CLOSE)
        assert close, f"{spec.name}: padding or company changes the logits of a record"


def _check_tutor(spec: ModelSpec, model: Tutored, batch: Batch, logits: Tensor | None) -> None:
    tutored, beside = _tutored(model, batch)
    if logits is not None:
        assert torch.allclose(logits, tutored, atol=_CLOSE), (
            f"{spec.name}: tutor and teach (score) give different logits"
        )
    assert beside.shape == (), f"{spec.name}: what tutor adds is not one number"
    assert torch.isfinite(beside), f"{spec.name}: what tutor adds is not finite"


def _tutored(model: Tutored, batch: Batch) -> tuple[Tensor, Tensor]:
    embedded = model.embed(batch)
    return model.tutor(embedded.vectors, embedded.mask, batch)


def _stepped(model: Writer, batch: Batch, cutoff: float = 0.0) -> Tensor:
    assert batch.targets is not None
    embedded = model.embed(batch)
    state, steps = begun(model, embedded, cutoff), []
    for tokens in batch.targets[:, :-1].unbind(1):
        logits, state, _ = model.step(state, tokens)
        steps.append(logits)
    return torch.stack(steps, dim=1)


def _check_decisions(spec: ModelSpec, model: Deciding, batcher: Batcher, records: list[Record]) -> None:
    """Check that decisions do not hang on company, and count where they are broken."""
    whole = batcher.batch(records, targets=True)
    together = _stepped(model, whole, 0.5)
    assert torch.isfinite(together).all(), f"{spec.name}: a logit of what was decided is not finite"
    embedded = model.embed(whole)
    texts = [[record.target or "", ""] for record in records]
    broken = model.broken(embedded.vectors, embedded.mask, 0.5, texts)
    shape = [[int(lost >= 0) for lost in row] for row in broken]
    assert shape == [[1, 1]] * len(records), f"{spec.name}: broken gives no count for each text of each record"
    # At the least cutoff all is to be stated, at the greatest next to nothing, and a text of no words states nothing.
    empty = [[""]] * len(records)
    most, least = (model.broken(embedded.vectors, embedded.mask, cutoff, empty) for cutoff in (_CLOSE, 1 - _CLOSE))
    assert sum(map(sum, most)) > sum(map(sum, least)), f"{spec.name}: broken does not hang on the cutoff"
    moved = (_stepped(model, whole, _CLOSE) - _stepped(model, whole, 1 - _CLOSE)).abs().amax((1, 2))
    assert (moved > 0).all(), f"{spec.name}: what is decided does not move the words"
    for row, record in enumerate(records):
        alone = _stepped(model, batcher.batch([record], targets=True), 0.5)[0]
        close = torch.allclose(together[row, : len(alone)], alone, atol=_CLOSE)
        assert close, f"{spec.name}: padding or company changes what is decided"
        single = model.embed(batcher.batch([record]))
        assert model.broken(single.vectors, single.mask, 0.5, [texts[row]]) == [broken[row]], (
            f"{spec.name}: padding or company changes what is broken"
        )


def _check_learning(spec: ModelSpec, model: nn.Module, task: Task, batch: Batch) -> None:
    objective = Objective(model, task)
    optimizer = torch.optim.AdamW(model.parameters(), lr=min(spec.lr, 0.01))
    model.eval()
    before = float(objective(batch).detach())
    model.train()
    for _ in range(20):
        optimizer.zero_grad()
        objective(batch).backward()
        optimizer.step()
    model.eval()
    after = float(objective(batch).detach())
    assert after < before, f"{spec.name}: 20 steps of training raise the loss from {before:.4f} to {after:.4f}"


def _check_round_trip(spec: ModelSpec, model: nn.Module, fresh: nn.Module, folder: Path) -> None:
    save_weights(model, folder)
    load_weights(fresh, folder, resize=isinstance(fresh, Fitted))
    loaded = fresh.state_dict()
    for name, value in model.state_dict().items():
        assert torch.equal(loaded[name], value), f"{spec.name}: {name} does not survive being saved"


def _logits(model: Classifier, batch: Batch) -> Tensor:
    embedded = model.embed(batch)
    return model.score(embedded.vectors, embedded.mask)


def _at_blanks(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for word in text.split(" "):
        if word:
            spans.append((start, start + len(word)))
        start += len(word) + 1
    return spans


def _records(labels: tuple[str, ...], task: Task, folder: Path | None) -> list[Record]:
    """Make up records of one to nine words whose labels depend on their words."""
    chance = random.Random(1)  # noqa: S311  # no secret
    records = []
    for number in range(12):
        label = number % len(labels)
        words = [f"w{label}", *(f"x{chance.randrange(5)}" for _ in range(number % 9))]
        chance.shuffle(words)
        records.append(
            Record(
                id=str(number),
                text=" ".join(words),
                labels=(labels[label],) if task is Task.CLASSIFY or number % 3 else (),
                target=" ".join(f"w{label}" for _ in range(1 + number % 3)),
                images=tuple(_pictures(folder, number, label, views=1 + number % 2)) if folder else (),
            )
        )
    return records


def _pictures(folder: Path, number: int, label: int, views: int) -> Iterable[Path]:
    from PIL import Image

    for view in range(views):
        path = folder / f"{number}-{view}.png"
        picture = Image.new("L", (64, 64), 10)
        picture.paste(200, (20 * label, 16 * view, 20 * label + 16, 16 * view + 16))
        picture.save(path)
        yield path


def _attribution(text: str, scores: Any, label: str = "a") -> Attribution:
    places = np.arange(len(text))
    values = np.resize(np.asarray(scores, dtype=np.float64), len(text))
    return Attribution(
        record=Record(id=f"{_SCRIPT}-1", text=text),
        label=label,
        probability=0.9,
        sites=np.stack([places, places + 1], axis=1),
        scores=values,
        margin=float(values.sum()),
        gap=0.0,
        points=16,
        converged=True,
    )


def _message_of(call: Callable[[], object]) -> str:
    try:
        call()
    except RecordError as error:
        return str(error)
    except MedtextError as error:
        raise AssertionError(f"bad input raises {type(error).__name__}, not RecordError: {error}") from error
    raise AssertionError("bad input is read without a word")
