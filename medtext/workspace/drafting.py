"""Reports written for studies, and where the writer looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from medtext.corpus.batch import Batch
from medtext.corpus.record import Input, Record, Task
from medtext.corpus.vocabulary import UNKNOWN
from medtext.errors import OptionError, RecordError
from medtext.learn.decoding import Decoding
from medtext.learn.model import Embedded, Writer
from medtext.learn.predict import Prediction, Predictor
from medtext.learn.write import looked_at
from medtext.report.attention_maps import StudyMaps
from medtext.workspace.ready import Ready

_AT_ONCE = 16


@dataclass(frozen=True)
class Draft:
    """What was written for a study, or why nothing was."""

    record: Record
    prediction: Prediction | None = None
    error: str = ""


def refuse_sightless(ready: Ready) -> None:
    """Raise OptionError for a run that does not write from images."""
    if ready.task is not Task.GENERATE or ready.network.batcher.reads is not Input.IMAGES:
        raise OptionError(f"run '{ready.run.name}' does not write from images: name a run that does by --run")


def drafts(ready: Ready, records: Iterable[Record], decoding: Decoding) -> Iterator[Draft]:
    """Write a report for every study, in order; one whose images cannot be read has its error instead."""
    predictor = replace(ready.network, decoding=decoding)
    waiting: list[Draft] = []
    for record in records:
        waiting.append(Draft(record, error=_fault(ready, record)))
        if len(waiting) == _AT_ONCE:
            yield from _written(predictor, waiting)
            waiting = []
    yield from _written(predictor, waiting)


def refuse_blind(ready: Ready) -> None:
    """Raise OptionError for a run whose writer never says where it looks."""
    model, size = ready.network.model, ready.network.batcher.image_size
    blank = Batch((Record(id="blank"),), torch.zeros(1, 1, 1, size, size), torch.ones(1, 1, dtype=torch.bool))
    if not isinstance(model, Writer) or _looked_at(model, blank.to(ready.network.device), (UNKNOWN,))[1] is None:
        raise OptionError(f"run '{ready.run.name}' has no attention to draw: leave --maps out, or name another --run")


def study_maps(ready: Ready, prediction: Prediction, decoding: Decoding) -> StudyMaps:
    """Return where a writer looked for every word it wrote; see ``refuse_blind`` for one that never says."""
    model, batcher = ready.network.model, ready.network.batcher
    assert isinstance(model, Writer)  # noqa: S101  # others were refused
    batch = batcher.batch([prediction.record]).to(ready.network.device)
    embedded, found = _looked_at(model, batch, prediction.tokens, decoding.cutoff)
    assert found is not None  # noqa: S101
    sites = embedded.sites[0].cpu().numpy()
    vocabulary = batcher.tokenizer.vocabulary
    images = prediction.record.images
    return StudyMaps(
        prediction.record.id,
        prediction.text or "",
        tuple(vocabulary.token(number) for number in prediction.tokens),
        tuple(batcher.pictures.read(path) for path in images),
        prediction.record.views or ("",) * len(images),
        tuple(_grid(found[0], sites, view) for view in range(len(images))),
    )


def _looked_at(
    model: Writer, batch: Batch, tokens: Sequence[int], cutoff: float = 0.0
) -> tuple[Embedded, list[NDArray[np.float32]] | None]:
    with torch.inference_mode():
        embedded = model.embed(batch)
    return embedded, looked_at(model, embedded, [tokens], cutoff)


def _written(predictor: Predictor, waiting: Sequence[Draft]) -> Iterator[Draft]:
    answers = predictor.predict([draft.record for draft in waiting if not draft.error])
    for draft in waiting:
        yield draft if draft.error else replace(draft, prediction=next(answers))


def _fault(ready: Ready, record: Record) -> str:
    """Return why the images of a study cannot be read; nothing where they can."""
    try:
        for path in record.images:
            ready.network.batcher.pictures.read(path)
    except RecordError as error:
        return str(error)
    return ""


def _grid(weights: NDArray[np.float32], sites: NDArray[np.int64], view: int) -> NDArray[np.float32]:
    """Return the weights of one view, float32 [words, rows, columns], each cell where its site says."""
    own = sites[:, 0] == view
    rows, columns = sites[own, 1], sites[own, 2]
    grid = np.zeros((len(weights), rows.max() + 1, columns.max() + 1), dtype=np.float32)
    grid[:, rows, columns] = weights[:, own]
    return grid
