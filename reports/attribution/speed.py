r"""Compare medtext with other tools that attribute: texts a second against gap and error.

The rivals live in environments of their own, and nothing here needs them:

    for each in ti ferret shap; do python -m venv rivals/$each; done
    rivals/ti/bin/pip install torch==2.13.0 transformers==5.23.0 captum==0.9.0 transformers-interpret==0.10.0
    rivals/ferret/bin/pip install torch==2.13.0 transformers==5.23.0 captum==0.9.0 ferret-xai==0.4.1
    rivals/shap/bin/pip install torch==2.13.0 transformers==5.23.0 shap==0.51.0

Then, with a run of each model:

    medtext train --model albert --run gi-albert
    medtext train --model text-cnn --run gi-text-cnn
    python reports/attribution/speed.py compare --run gi-albert --lengths own --python-ti rivals/ti/bin/python \
        --python-ferret rivals/ferret/bin/python --python-shap rivals/shap/bin/python
    python reports/attribution/speed.py share --run gi-albert
    python reports/attribution/speed.py memory --run gi-albert
    python reports/attribution/speed.py keywords --run gi-text-cnn

``compare --lengths ct`` takes made-up texts as long as CT findings instead; ``--run gi-text-cnn`` the other model. Each
command prints a section, and puts it into ``speed.md`` beside this file (or ``--output``) in the place of the one of
that heading. For a real corpus name a run of it, and an ``--output`` elsewhere; ``--dataset``, ``--source`` and ``-o``
name other texts than those that the run held out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import torch

from compare import Comparison
from corpus import ct_texts, own_texts, picked
from exported import export
from machine import machine
from medtext.corpus.record import Task
from medtext.errors import MedtextError
from medtext.workspace.ready import Ready
from own import opened
from page import put_section, table
from process import Worker
from references import References
from share import Share

HERE = Path(__file__).parent
TITLE = "Attribution: speed against error"
_RIVALS = ("ti", "ferret", "shap")


def main() -> None:
    """Read the command line, do what it says, and say in a line what it cannot."""
    asked = _parser().parse_args()
    for name in _RIVALS:
        python = getattr(asked, f"python_{name}", None)
        if python and shutil.which(python) is None:
            sys.exit(f"--python-{name} {python}: there is no such program: make its environment as --help says")
    torch.set_num_threads(asked.threads)
    commands: dict[str, Callable[[argparse.Namespace, Ready], tuple[str, str]]] = {
        "compare": compare,
        "share": share,
        "memory": memory,
        "keywords": keywords,
    }
    try:
        ready = opened(asked.runs, asked.run)
        if ready.task is not Task.CLASSIFY:
            sys.exit(f"run '{asked.run}' was trained to {ready.task}: name one that gives a text one label")
        heading, body = commands[asked.command](asked, ready)
    except MedtextError as error:
        sys.exit(f"error: {error}")
    body = f"{machine(asked.threads)}\n\n{body}"
    print(f"## {heading}\n\n{body}")
    put_section(asked.output, TITLE, heading, body)


def compare(asked: argparse.Namespace, ready: Ready) -> tuple[str, str]:
    """Run every way over the same texts in turn."""
    texts = list(_texts(asked, ready, asked.texts))
    with _bench(asked, ready, texts) as (folder, workers):
        absent = {name: f"no --python-{name}" for name in _RIVALS if name not in workers}
        comparison = Comparison(
            workers,
            absent,
            texts,
            References(folder / "references", folder / "network"),
            rounds=asked.rounds,
            few=asked.few,
            referred=asked.referred,
        )
        results = comparison.run()
        shown = comparison.table(results)
    tokens = [len(each) for each in ready.predictor.batcher.tokenizer.encode(texts)]
    head = (
        f"{len(texts)} texts of {np.mean(tokens):.1f} tokens ({min(tokens)} to {max(tokens)}); {asked.rounds} rounds."
    )
    notes = "\n".join(f"- {note}" for note in comparison.notes)
    return f"{_model(ready)}: {_lengths(asked)}", f"{head}\n\n{shown}\n\n{notes}"


def share(asked: argparse.Namespace, ready: Ready) -> tuple[str, str]:
    """Measure the share of the machine's peak; of ALBERT only, whose operations are counted."""
    if ready.setup.model.name != "albert":
        sys.exit(f"the operations of '{ready.setup.model.name}' are not counted: name a run of albert")
    texts = list(_texts(asked, ready, asked.many))
    with _bench(asked, ready, texts) as (folder, workers):
        _, tokens, _ = workers["own"].answers("Medtext", range(len(texts)))
        found = Share.measure(workers["own"], folder / "network", tokens, asked.rounds, asked.threads)
    return f"{_model(ready)}: share of the peak, {_lengths(asked)}", found.text()


def memory(asked: argparse.Namespace, ready: Ready) -> tuple[str, str]:
    """Measure the most memory over more and more texts."""
    rows = []
    for count in asked.counts:
        command = [str(HERE / "memory.py"), str(asked.runs), asked.run, str(count), str(asked.threads)]
        done = _python(command, asked.threads)
        told = json.loads(done.stdout.splitlines()[-1])
        rows.append(
            [f"{count:,}", f"{told['before']:.0f}", f"{told['peak']:.0f}", f"{told['texts'] / told['seconds']:.3g}"]
        )
        print(*rows[-1], file=sys.stderr, flush=True)
    head = [">texts", ">MiB with the run open", ">MiB at most", ">texts/s"]
    return f"{_model(ready)}: memory", f"medtext at 1 %, made-up texts as long as CT findings.\n\n{table(head, rows)}"


def keywords(asked: argparse.Namespace, ready: Ready) -> tuple[str, str]:
    """Time ``medtext keywords`` as a whole process."""
    if ready.setup.dataset.name != "gi-records":
        sys.exit("the file is written for a run of the dataset gi-records: name one")
    label = ready.labels[0]
    seconds = []
    with TemporaryDirectory() as folder:
        file = Path(folder) / "texts.tsv"
        lines = (f"{text}\t{label}\n" for text in ct_texts(ready, asked.reports))
        file.write_text("".join(lines), encoding="utf-8")
        command = ["-m", "medtext", "--runs", str(asked.runs), "--quiet", "keywords", "--run", asked.run]
        command += [
            "--source",
            str(file),
            "--format",
            "json",
            "--output",
            str(Path(folder) / "table.json"),
            "--replace",
        ]
        for _ in range(asked.rounds):
            start = perf_counter()
            _python(command, asked.threads)
            seconds.append(perf_counter() - start)
            print(f"{seconds[-1]:.1f} s", file=sys.stderr, flush=True)
    body = (
        f"`medtext keywords` over {asked.reports:,} made-up texts as long as CT findings, start to end of the process: "
        f"{median(seconds):.1f} s (median of {len(seconds)}: {min(seconds):.1f} to {max(seconds):.1f}), "
        f"{asked.reports / median(seconds):,.0f} texts/s."
    )
    return f"{_model(ready)}: keywords", body


@contextmanager
def _bench(asked: argparse.Namespace, ready: Ready, texts: Sequence[str]) -> Iterator[tuple[Path, dict[str, Worker]]]:
    """Give a folder with texts and network, and a worker for each Python that was named."""
    with ExitStack() as stack:
        folder = asked.work or Path(stack.enter_context(TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / "network", ignore_errors=True)
        (folder / "network").mkdir()
        export(ready, folder / "network")
        (folder / "texts.json").write_text(json.dumps(list(texts)), encoding="utf-8")
        given = [f"runs={asked.runs.resolve()}", f"run={asked.run}"]
        own = Worker("own", sys.executable, "own", folder, given, threads=asked.threads)
        workers = {"own": stack.enter_context(own)}
        for name in _RIVALS:
            python = getattr(asked, f"python_{name}", None)
            if python:
                worker = Worker(name, python, "rivals", folder, threads=asked.threads)
                workers[name] = stack.enter_context(worker)
        yield folder, workers


def _texts(asked: argparse.Namespace, ready: Ready, count: int) -> Iterator[str]:
    if asked.lengths == "ct":
        return ct_texts(ready, count)
    return iter(picked(own_texts(ready, asked.source, asked.dataset, asked.option), count))


def _lengths(asked: argparse.Namespace) -> str:
    return "lengths of CT findings" if asked.lengths == "ct" else "held-out texts"


def _model(ready: Ready) -> str:
    return f"{ready.setup.model.name} on {ready.setup.dataset.name}"


def _python(arguments: Sequence[str], threads: int) -> subprocess.CompletedProcess[str]:
    """Run this Python with so many threads; what it says on stderr is shown."""
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8", env=environment)


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--run", required=True, help="a run of medtext that gives a text one label")
    shared.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept")
    shared.add_argument("--threads", type=int, default=2, help="threads of every process")
    shared.add_argument("--rounds", type=int, default=3, help="how often everything is timed, in turn")
    shared.add_argument("--output", type=Path, default=HERE / "speed.md", help="the page that the section goes into")
    texts = argparse.ArgumentParser(add_help=False)
    texts.add_argument(
        "--lengths", choices=("own", "ct"), default="own", help="held-out texts, or made up as long as CT findings"
    )
    texts.add_argument("--dataset", help="how --source is read; the run's dataset, if not given")
    texts.add_argument("--source", type=Path, help="other texts than the run's held-out ones")
    texts.add_argument("-o", dest="option", action="append", default=[], metavar="KEY=VALUE", help="of the dataset")
    texts.add_argument("--work", type=Path, help="a folder that keeps network and references; temporary, if not given")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("compare", parents=[shared, texts], help="all ways over the same texts")
    one.add_argument("--texts", type=int, default=32, help="how many texts")
    one.add_argument("--few", type=int, default=8, help="how many of them for ways that are slower still")
    one.add_argument("--referred", type=int, default=24, help="how many of them have reference scores")
    for name in _RIVALS:
        one.add_argument(f"--python-{name}", help=f"the Python where {name} is installed; left out, if not given")
    one = commands.add_parser("share", parents=[shared, texts], help="share of the peak of matrix products")
    one.add_argument("--many", type=int, default=256, help="how many texts")
    one = commands.add_parser("memory", parents=[shared], help="the most memory over more and more texts")
    one.add_argument("--counts", type=int, nargs="+", default=[100, 1000, 10_000], help="how many texts")
    one = commands.add_parser("keywords", parents=[shared], help="medtext keywords as a whole process")
    one.add_argument("--reports", type=int, default=15_000, help="how many texts")
    return parser


if __name__ == "__main__":
    main()
