"""The command line: parses, calls, prints. One command a file."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from medtext.cli import (
    attribute,
    batch_predict,
    calibrate,
    compare,
    data,
    diff,
    ensemble,
    evaluate,
    generate,
    keywords,
    lexicon,
    merge,
    plugins,
    predict,
    prepare,
    pretrain,
    runs,
    stability,
    stats,
    sweep,
    terms,
    train,
)
from medtext.cli.output import say_error, use_utf8
from medtext.cli.session import open_session
from medtext.errors import MedtextError

FAILED = 1
INTERRUPTED = 130

_UsageError: Any = typer.BadParameter.__base__
"""What typer raises for whatever was typed wrongly; it gives this class no name to import."""


class Commands(TyperGroup):
    """The commands in the order they are used in, and the one place where failures become a line."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # typer's signature
        """List commands as they were added, not by name."""
        return list(self.commands)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options before a command; without any argument there is help."""
        if not args:
            return super().parse_args(ctx, args)
        with _failures_told(self):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        with _failures_told(self):
            result = super().invoke(ctx)
            sys.stdout.flush()  # a pipe that was closed is met here, not when Python exits
            return result


@contextmanager
def _failures_told(commands: TyperGroup) -> Iterator[None]:
    """Say an expected failure in one line on stderr and exit with its code; a bug keeps its traceback."""
    try:
        yield
    except _UsageError as error:
        say_error(_usage(commands, error))
        raise typer.Exit(error.exit_code) from None
    except MedtextError as error:
        _show_traceback()
        say_error(str(error))
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt:
        say_error("interrupted")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        _let_go()
        raise typer.Exit(0) from None  # whoever read us has enough: no error
    except OSError as error:
        # A full disk, a folder nobody may write to: not our bug, wherever it is met.
        _let_go()
        _show_traceback()
        say_error(
            f"{error.filename or 'standard output or a file'}: {error.strerror or error}: look at the path, the rights "
            "and the disk; MEDTEXT_DEBUG=1 shows where"
        )
        raise typer.Exit(FAILED) from error
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):  # how rich, which shows the help, takes a closed pipe
            _let_go()
            raise typer.Exit(0) from None
        # Otherwise only plugins do this, and a plugin must not choose our exit code.
        _show_traceback()
        say_error(f"a plugin ended the process (SystemExit: {error}): tell its author; MEDTEXT_DEBUG=1 shows where")
        raise typer.Exit(FAILED) from error


def _show_traceback() -> None:
    """Print where the error in hand comes from, where MEDTEXT_DEBUG asks for it."""
    if os.environ.get("MEDTEXT_DEBUG"):
        traceback.print_exc()


def _let_go() -> None:
    """Point streams that take no more at the null device, lest Python fail again on them when it exits."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _usage(commands: TyperGroup, error: Any) -> str:
    """Say in one line what was typed wrongly, and where to read how it is typed."""
    message = " ".join(error.format_message().split()).rstrip(".").replace(": Value error, ", ": ")
    if error.ctx is None:
        return f"{message} (see `medtext --help`)"
    option = getattr(error, "option_name", None)
    if error.ctx.parent is not None and any(option in parameter.opts for parameter in commands.params):
        return f"{option} stands before the command: medtext {option} ... {error.ctx.info_name}"
    return f"{message} (see `{error.ctx.command_path} --help`)"


app = typer.Typer(
    cls=Commands,
    name="medtext",
    help="Text mining for medical reports, with the evidence for every answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(open_session)
app.command("prepare")(prepare.prepare_command)
app.command("stats")(stats.stats_command)
app.command("terms")(terms.terms_command)
app.command("train")(train.train_command)
app.command("sweep")(sweep.sweep_command)
app.command("pretrain")(pretrain.pretrain_command)
app.command("evaluate")(evaluate.evaluate_command)
app.command("compare")(compare.compare_command)
app.command("ensemble")(ensemble.ensemble_command)
app.command("calibrate")(calibrate.calibrate_command)
app.command("predict")(predict.predict_command)
app.command("batch-predict")(batch_predict.batch_predict_command)
app.command("generate")(generate.generate_command)
app.command("attribute")(attribute.attribute_command)
app.command("keywords")(keywords.keywords_command)
app.command("merge")(merge.merge_command)
app.command("diff")(diff.diff_command)
app.command("stability")(stability.stability_command)
app.command("lexicon")(lexicon.lexicon_command)
app.command("plugins")(plugins.plugins_command)
app.add_typer(runs.app, name="runs")
app.add_typer(data.app, name="data")


def main() -> None:
    """Run the command line."""
    use_utf8()
    app()
