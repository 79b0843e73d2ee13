"""Write the sample: ``python -m medtext_data.gi_records.generate FOLDER [--seed 13] [--records 2636]``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from . import (
    phrases_both,
    phrases_colonoscopy,
    phrases_gastroscopy,
    phrases_lower,
    phrases_other_notes,
    phrases_other_pictures,
    phrases_shared,
    phrases_upper,
)
from .dice import Dice
from .folding import fold
from .grammar import Grammar
from .kinds import KINDS, Kind
from .noise import roughen
from .piece import assemble
from .sample import Sample

SEED = 13
RECORDS = 2636
MAX_LENGTH = 200
MIN_LENGTH = 8
FEWEST = 10
SPLITS = ("train", "val", "test")
EVIDENCE = "evidence.jsonl"

_PATIENCE = 10_000


@cache
def grammar() -> Grammar:
    """Read the rules of every book, once."""
    books = (
        phrases_shared,
        phrases_gastroscopy,
        phrases_upper,
        phrases_colonoscopy,
        phrases_lower,
        phrases_other_pictures,
        phrases_other_notes,
        phrases_both,
    )
    return Grammar(*(book.RULES for book in books))


def generate(records: int = RECORDS, seed: int = SEED) -> list[Sample]:
    """Write this many different records, always the same for a seed; a shorter list is the start of a longer one.

    No two texts are equal once folded (see ``folding.py``). Raises ValueError where the
    grammar has no new text left to write.
    """
    dice = Dice(seed)
    seen: set[str] = set()
    weights = [kind.weight for kind in KINDS]
    return [_new_sample(KINDS[dice.index(weights)], dice, seen) for _ in range(records)]


def split(samples: Sequence[Sample]) -> dict[str, Sequence[Sample]]:
    """Cut samples 8:1:1. They come in no order, so the first are as good as any."""
    tenth = round(len(samples) / 10)
    first = len(samples) - 2 * tenth
    return {"train": samples[:first], "val": samples[first : first + tenth], "test": samples[first + tenth :]}


def files(samples: Sequence[Sample]) -> dict[str, str]:
    """Give the name and the content of every file of the corpus."""
    splits = split(samples)
    contents = {f"{name}.tsv": "".join(f"{one.text}\t{one.label}\n" for one in part) for name, part in splits.items()}
    contents[EVIDENCE] = "".join(
        _evidence_line(name, line, one) for name, part in splits.items() for line, one in enumerate(part, start=1)
    )
    return contents


def write(folder: Path, contents: Mapping[str, str]) -> None:
    """Write the files into a folder, which is made if need be; raises FileExistsError before any is overwritten."""
    there = [name for name in contents if (folder / name).exists()]
    if there:
        raise FileExistsError(f"{folder}: {', '.join(there)} already there: name another folder or remove them first")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode("utf-8"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m medtext_data.gi_records.generate", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the four files are written")
    parser.add_argument("--seed", type=int, default=SEED, help="%(default)s")
    parser.add_argument("--records", type=int, default=RECORDS, help="%(default)s")
    options = parser.parse_args(arguments)
    if options.records < FEWEST:
        parser.error(f"--records {options.records}: at least {FEWEST}, so that no split is empty")
    try:
        write(options.folder, files(generate(options.records, options.seed)))
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _new_sample(kind: Kind, dice: Dice, seen: set[str]) -> Sample:
    for _ in range(_PATIENCE):
        text, evidence, distractors = assemble(roughen(grammar().expand(kind.line, dice), dice))
        key = fold(text)
        if key not in seen and MIN_LENGTH <= len(text) <= MAX_LENGTH:
            seen.add(key)
            return Sample(text, kind.label, kind.name, evidence, distractors)
    raise ValueError(f"no new {kind.name} of label {kind.label} in {_PATIENCE:,} attempts: ask for fewer records")


def _evidence_line(split_name: str, line: int, sample: Sample) -> str:
    fields = {
        "split": split_name,
        "line": line,
        "label": sample.label,
        "kind": sample.kind,
        "evidence": [span.as_json() for span in sample.evidence],
        "distractors": [span.as_json() for span in sample.distractors],
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
