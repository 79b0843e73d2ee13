"""The command line: parses, calls, prints. One command a file."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from medtext.cli import attribute, batch_predict, evaluate, keywords, plugins, predict, runs, train
from medtext.cli.output import say_error, use_utf8
from medtext.cli.session import open_session
from medtext.errors import MedtextError

INTERRUPTED = 130


class Commands(TyperGroup):
    """The commands in the order they are used in, and the one place where failures become a line."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # typer's signature
        """List commands as they were added, not by name."""
        return list(self.commands)

    def invoke(self, ctx: Any) -> Any:
        """Run a command: an expected failure is one line on stderr and an exit code; a bug keeps its traceback."""
        try:
            return super().invoke(ctx)
        except MedtextError as error:
            if os.environ.get("MEDTEXT_DEBUG"):
                raise
            say_error(str(error))
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt:
            say_error("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # Whoever read us has enough: no error. The null device keeps Python from failing again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None


app = typer.Typer(
    cls=Commands,
    name="medtext",
    help="Text mining for medical reports, with the evidence for every answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(open_session)
app.command("train")(train.train_command)
app.command("evaluate")(evaluate.evaluate_command)
app.command("predict")(predict.predict_command)
app.command("batch-predict")(batch_predict.batch_predict_command)
app.command("attribute")(attribute.attribute_command)
app.command("keywords")(keywords.keywords_command)
app.command("plugins")(plugins.plugins_command)
app.add_typer(runs.app, name="runs")


def main() -> None:
    """Run the command line."""
    use_utf8()
    app()
