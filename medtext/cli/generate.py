"""``medtext generate``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medtext.cli.decoding_options import (
    BeamsOption,
    ConsensusOption,
    CutoffOption,
    LengthPenaltyOption,
    NoRepeatOption,
    TemperatureOption,
    TopPOption,
    held,
    read_decoding,
)
from medtext.cli.new_folder import new_folder, refuse_folder
from medtext.cli.options import AbstainOption, Device, DeviceOption, JsonOption, RunOption, check_share
from medtext.cli.output import as_json, say, stdin_is_terminal, visible, warn
from medtext.cli.progress import tracked
from medtext.cli.session import Session, session_of
from medtext.corpus.record import Task
from medtext.errors import OptionError, RecordError

if TYPE_CHECKING:
    from medtext.corpus.record import Record
    from medtext.learn.decoding import Decoding
    from medtext.workspace.drafting import Draft
    from medtext.workspace.ready import Ready

MARK = "research, not for clinical use"
"""What every answer is marked with."""


class View(StrEnum):
    """What an image shows."""

    FRONTAL = "frontal"
    LATERAL = "lateral"


def generate_command(
    context: typer.Context,
    images: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="IMAGE...",
            help="The images of one study, or folders of studies; for - or nothing, standard input: "
            "a study a line, tabs between its images.",
        ),
    ] = None,
    view: Annotated[
        list[View] | None,
        typer.Option("--view", help="What each image shows, in their order; by header or file name, if not given."),
    ] = None,
    run: RunOption = None,
    beams: BeamsOption = None,
    length_penalty: LengthPenaltyOption = None,
    no_repeat: NoRepeatOption = None,
    temperature: TemperatureOption = None,
    top_p: TopPOption = None,
    consensus: ConsensusOption = None,
    cutoff: CutoffOption = None,
    max_length: Annotated[int, typer.Option("--max-length", help="Most tokens of a report.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="For sampling.")] = 13,
    abstain: AbstainOption = None,
    maps: Annotated[
        Path | None,
        typer.Option("--maps", metavar="FOLDER", help="Draw where the writer looked for every word."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite existing maps.")] = False,
    json: JsonOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Write the report of images: a study, or any number of them.

    One study gives its report; several give a line each: the study, a tab, the report. Confidence is how far the
    texts of the search agree. Research, not for clinical use.
    """
    session = session_of(context)
    if abstain is not None:
        check_share("--abstain", abstain)
        if (beams == 1 or temperature) and not consensus:
            raise OptionError("--abstain compares texts: add --beams 2 or more, or --consensus")
    decoding = read_decoding(
        beams=beams,
        max_steps=max_length,
        length_penalty=length_penalty,
        no_repeat=no_repeat,
        temperature=temperature,
        top_p=top_p,
        consensus=consensus,
        cutoff=cutoff,
        seed=seed,
    )
    if maps is not None:
        refuse_folder(maps, replace=replace)
    single, records = _studies(images or [], [str(each) for each in view or []])
    ready = session.ready(run, device, (Task.GENERATE,))
    from medtext.workspace.drafting import drafts, refuse_blind, refuse_sightless

    refuse_sightless(ready)
    decoding = held(decoding, ready, cutoff)
    if maps is not None:
        refuse_blind(ready)
    made = tracked(drafts(ready, records, decoding), None, "writing", quiet=session.quiet or single)
    kept = []
    for draft in made:
        if single and draft.error:
            raise RecordError(draft.error)
        typer.echo(_shown(draft, abstain, single=single, json=json))
        kept.append(draft)
    _tell(kept, abstain)
    if maps is not None:
        given = [draft for draft in kept if not _silent(draft, abstain)]
        _draw(session, ready, given, maps, decoding, replace=replace)


def _studies(images: list[Path], views: list[str]) -> tuple[bool, Iterator[Record] | list[Record]]:
    """Return whether one study was named, and the studies."""
    from medtext.corpus.study import distinct, studies_in, studies_of_lines, study_of

    if not images or [str(each) for each in images] == ["-"]:
        if stdin_is_terminal():
            raise OptionError("no images: name those of a study, a folder, or pipe a list in")
        if views:
            raise OptionError("--view is for the images of one study: name them on the command line")
        return False, distinct(studies_of_lines(sys.stdin))
    folders = [path for path in images if path.is_dir()]
    if folders and views:
        raise OptionError("--view is for the images of one study: leave it out for folders")
    if folders:
        if len(folders) < len(images):
            raise OptionError("images and folders exclude each other: name the images of one study, or folders")
        return False, list(distinct(study for folder in folders for study in studies_in(folder)))
    if views and len(views) != len(images):
        raise OptionError(f"--view is given {len(views)} times for {len(images)} images: once for each, or not at all")
    return True, [study_of(images, views)]


def _shown(draft: Draft, abstain: float | None, *, single: bool, json: bool) -> str:
    prediction = draft.prediction
    silent = _silent(draft, abstain)
    if json:
        document: dict[str, Any] = {
            "id": draft.record.id,
            "images": [str(path) for path in draft.record.images],
            "views": list(draft.record.views),
            "written": None if prediction is None or silent else prediction.text,
            "log_probability": prediction.log_probability if prediction else None,
            "confidence": prediction.confidence if prediction else None,
            "finished": prediction.finished if prediction else None,
            "abstained": silent,
            "error": draft.error or None,
            "note": MARK,
        }
        return as_json(document)
    text = "" if prediction is None or silent else visible(prediction.text or "")
    return f"{text}\n({MARK})" if single else f"{visible(draft.record.id)}\t{text}"


def _silent(draft: Draft, abstain: float | None) -> bool:
    """Whether a text is withheld: what its search found agrees less than asked, it came to no end, or says nothing."""
    if abstain is None or draft.prediction is None:
        return False
    return not draft.prediction.text or draft.prediction.confidence is None or draft.prediction.confidence < abstain


def _tell(made: list[Draft], abstain: float | None) -> None:
    """Say what a reader of the answers has to know. Raises RecordError where no study has a report."""
    from medtext.corpus.study import doubt_of

    for draft in made:
        doubt = doubt_of(draft.record)
        if doubt:
            warn(f"study '{draft.record.id}': {doubt}: if they are of several studies, name a folder of all, or a list")
        if draft.error:
            warn(draft.error)
    failed = sum(bool(draft.error) for draft in made)
    if failed and failed == len(made):
        raise RecordError(f"none of {failed} studies has a report: the lines above say why")
    if failed:
        warn(f"{failed} of {len(made)} studies have no report: the lines above say why")
    silent = sum(_silent(draft, abstain) for draft in made)
    if silent:
        say(
            f"{silent} of {len(made)} studies got no report: "
            "its texts agree less than --abstain asks, did not end, or say nothing"
        )
    empty = sum(draft.prediction is not None and not draft.prediction.text for draft in made)
    if empty:
        warn(f"{empty} of {len(made)} reports say nothing: the writer ended before the first word")
    cut = sum(draft.prediction is not None and draft.prediction.finished is False for draft in made)
    if cut:
        warn(f"{cut} of {len(made)} reports found no end and are cut: raise --max-length")
    if len(made) > 1:
        say(MARK)


def _draw(
    session: Session, ready: Ready, made: list[Draft], folder: Path, decoding: Decoding, *, replace: bool
) -> None:
    """Write a sheet for each study, a picture for each word, and a page of all."""
    from medtext.report.maps_page import write_maps
    from medtext.workspace.drafting import study_maps

    written = [draft.prediction for draft in made if draft.prediction is not None]
    found = (study_maps(ready, prediction, decoding) for prediction in written)
    with new_folder(folder, replace=replace) as beside:
        studies = tracked(found, len(written), "drawing", quiet=session.quiet)
        write_maps(beside, studies)
    say(f"written: {folder}")
