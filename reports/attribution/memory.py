"""The most memory that explaining takes: ``python memory.py RUNS RUN TEXTS THREADS`` prints it as JSON.

A process of its own for each number of texts, as the system tells the most that a process ever had.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import perf_counter

import torch

from corpus import ct_texts
from medtext.corpus.record import Record
from medtext.workspace.explaining import explainer_for
from own import opened


def main() -> None:
    """Explain so many made-up texts, none of which is kept."""
    runs, run, count, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    ready = opened(Path(runs), run)
    explainer = explainer_for(ready, unit="token")
    records = (Record(id=str(number), text=text) for number, text in enumerate(ct_texts(ready, int(count))))
    before = _peak()
    start = perf_counter()
    explained = sum(1 for _ in explainer.explain(records))
    told = {"texts": explained, "before": before, "peak": _peak(), "seconds": perf_counter() - start}
    print(json.dumps(told))


def _peak() -> float:
    """Return MiB; Linux counts in KiB, macOS in bytes.

    What Linux tells by getrusage begins with the memory of the process that started this one, so its own file is read.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main()
