"""``medtext calibrate``."""

from __future__ import annotations

from typing import Annotated

import typer

from medtext.cli.options import Device, DeviceOption, RunOption, check_share
from medtext.cli.output import cell, new_table, say, table_text
from medtext.cli.session import session_of
from medtext.errors import OptionError


def calibrate_command(
    context: typer.Context,
    run: RunOption = None,
    temperature: Annotated[
        bool,
        typer.Option("--temperature/--no-temperature", help="Scale logits so that probabilities mean what they say."),
    ] = True,
    cutoffs: Annotated[
        str | None,
        typer.Option(
            "--cutoffs",
            metavar="f1|sensitivity=X|ppv=X",
            help="Many labels: tune each label's cutoff for F1, or for a sensitivity or positive predictive value.",
        ),
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what was tuned.")] = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Tune a run's probabilities and cutoffs on its val records; they hold from then on.

    Scores of words stay those of the network's own logits.
    """
    session = session_of(context)
    from medtext.learn.decision import NEVER
    from medtext.learn.metrics import measure
    from medtext.learn.reliability import Reliability
    from medtext.learn.tuning import Goal
    from medtext.workspace.ready import DECISION
    from medtext.workspace.tuned import forget, tune

    if reset and (cutoffs is not None or not temperature):
        raise OptionError("--reset forgets what was tuned: leave --cutoffs and --no-temperature out")
    if reset:
        done = forget(session.ready(run, device))
        say(f"{'forgotten' if done else 'nothing was tuned'}: probabilities are the network's own, cutoffs 0.5")
        return
    goal = None
    if cutoffs is not None:
        name, _, value = cutoffs.partition("=")
        if name not in ("f1", "sensitivity", "ppv") or (name == "f1") == bool(value):
            raise OptionError(f"--cutoffs {cutoffs}: expected f1, sensitivity=X or ppv=X, such as sensitivity=0.9")
        goal = Goal(name, 0.0 if name == "f1" else _share(cutoffs, value))
    if goal is None and not temperature:
        raise OptionError("nothing to tune: leave --no-temperature out, or name --cutoffs")
    ready = session.ready(run, device)
    tuned = tune(ready, temperature=temperature, goal=goal)
    table = new_table("=", ">log loss", ">ECE", ">macro F1")
    for name, answers in (("before", tuned.before), ("after", tuned.after)):
        measured = measure(answers, ready.labels, ready.task)
        loss = measured.get("log_loss", measured.get("mlogloss"))
        table.add_row(
            *map(cell, (name, loss, Reliability.of(answers, ready.labels, ready.task).ece, measured["macro_f1"]))
        )
    parts = [
        table_text(table, f"{ready.run.name}, val, on which it was tuned: temperature {tuned.decision.temperature:.3f}")
    ]
    if tuned.decision.cutoffs is not None:
        listed = new_table("label", ">cutoff", ">sensitivity", ">PPV", ">records")
        by_label = measure(tuned.after, ready.labels, ready.task)["by_label"]
        for label, row in by_label.items():
            cutoff = tuned.decision.cutoffs.get(label)
            shown = "0.5, not tuned" if cutoff is None else "never given" if cutoff >= NEVER else f"{cutoff:.3f}"
            listed.add_row(*map(cell, (label, shown, row["recall"], row["precision"], row["support"])))
        parts.append(table_text(listed))
    typer.echo("\n".join(parts), nl=False)
    say(f"written: {ready.run.path / DECISION}")


def _share(typed: str, value: str) -> float:
    try:
        return check_share("--cutoffs", float(value))
    except ValueError:
        raise OptionError(f"--cutoffs {typed}: '{value}' is no number") from None
