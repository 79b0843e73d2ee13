"""Measure how faithful scores are, and how far they agree with what people marked, method by method.

With a run of a corpus with marked evidence, medtext installed:

    medtext train --dataset eraser --source movies.tar.gz -o query=leave -o clean=yes --run movies
    python reports/attribution/evidence.py --run movies --texts 60
    python reports/attribution/evidence.py --run hallmarks --texts 100 --unit sentence

Each call prints a section and puts it into ``evidence.md`` beside this file (or ``--output``), in the place of the one of that
heading. What is measured stands in README.md, "How tokens are scored"; the texts are the first of the split by the hash of
their ids, the labels those that the model gave.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from statistics import mean

import torch

from machine import machine
from medtext.corpus.sample import sampled
from medtext.errors import MedtextError
from medtext.explain.plausibility import Mean
from medtext.workspace.evaluation import evaluate
from medtext.workspace.evidence import Evidence, measure_evidence
from medtext.workspace.explaining import fitting_methods
from own import opened
from page import put_section, table

HERE = Path(__file__).parent
TITLE = "Evidence: is it faithful, and as people mark it"
_MARKS = ("auprc", "r_precision", "token_f1", "iou_f1")
_HEAD = (
    ">comprehensiveness",
    ">sufficiency",
    ">log-odds",
    ">shuffled weights",
    ">AUPRC (95 %)",
    ">R-precision",
    ">token F1",
    ">IOU F1",
)


def main() -> None:
    """Read the command line and measure."""
    asked = _parser().parse_args()
    torch.set_num_threads(asked.threads)
    try:
        heading, body = section(asked)
    except MedtextError as error:
        sys.exit(f"error: {error}")
    print(f"## {heading}\n\n{body}")
    put_section(asked.output, TITLE, heading, body)


def section(asked: argparse.Namespace) -> tuple[str, str]:
    """Measure a run and return the heading and the text of its section."""
    ready = opened(asked.runs, asked.run)
    records = ready.records(split=asked.split)
    some = sampled(records, asked.texts)
    words = ready.predictor.batcher.encode(some)
    found = list(measure_evidence(ready, some, asked.method or fitting_methods(ready), unit=asked.unit))
    measured = evaluate(ready, records)["model"]
    figures = ", ".join(f"{name} {measured[name]:.3f}" for name in ("accuracy", "macro_f1") if name in measured)
    facts = (
        f"{machine(asked.threads)}\n\n{len(some)} texts of {asked.split} ({len(records)}), "
        f"{mean(len(each) for each in words):.0f} tokens in the mean; scores by {asked.unit}; "
        f"the model on all of {asked.split}: {figures}."
    )
    heading = f"{ready.setup.model.name} on {ready.setup.dataset.name}, by {asked.unit}"
    return heading, f"{facts}\n\n{table(('method', *_HEAD, '>seconds'), [row(each) for each in found])}"


def row(each: Evidence) -> list[str]:
    """Return what was measured of one method; a standard error stands behind ``±``."""
    faithful, marks = each.faithfulness, each.plausibility.means if each.plausibility else {}
    names = ("comprehensiveness", "sufficiency", "log_odds")
    cells = [f"{getattr(faithful, name):.3f} ± {faithful.errors[name]:.3f}" if faithful else "" for name in names]
    cells.append("" if each.randomised is None else f"{each.randomised:.2f}")
    cells += [_marked(marks.get(name), with_interval=name == "auprc") for name in _MARKS]
    unsure = f", {each.unconverged} of {each.answers} not converged" if each.unconverged else ""
    return [f"{each.method}{unsure}", *cells, f"{each.seconds:.1f}"]


def _marked(value: Mean | None, *, with_interval: bool) -> str:
    if value is None or math.isnan(value.value):
        return ""
    return f"{value.value:.3f}" + (f" ({value.low:.3f} to {value.high:.3f})" if with_interval else "")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, help="a run that gives labels")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept")
    parser.add_argument("--split", default="val", choices=("val", "test"), help="which texts")
    parser.add_argument("--texts", type=int, default=100, help="at most so many")
    parser.add_argument(
        "--unit", default="word", choices=("token", "word", "sentence"), help="what scores are summed over"
    )
    parser.add_argument("--method", action="append", help="only this method; may be repeated")
    parser.add_argument("--threads", type=int, default=2, help="threads of torch")
    parser.add_argument("--output", type=Path, default=HERE / "evidence.md", help="the page that the section goes into")
    return parser


if __name__ == "__main__":
    main()
