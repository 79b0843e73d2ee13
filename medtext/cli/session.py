"""What holds for every command: plugins, the folder of runs, how much is said."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medtext.cli.options import typed
from medtext.cli.output import listen, say
from medtext.corpus.record import Task
from medtext.errors import OptionError, RunError
from medtext.runs.store import PRETRAIN, Run, RunStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from medtext.explain.attribution import Attribution
    from medtext.plugin.registry import Registry
    from medtext.plugin.specs import RendererSpec
    from medtext.workspace.ready import Ready
    from medtext.workspace.start import Start


@dataclass
class Session:
    """The options given before a command, and what follows from them."""

    plugin_files: tuple[Path, ...]
    store: RunStore
    quiet: bool
    strict_plugins: bool

    @cached_property
    def registry(self) -> Registry:
        """Load all plugins, once; what they print on the way is no answer, so it goes to stderr."""
        from medtext.plugin.loading import load_registry

        with redirect_stdout(sys.stderr):
            return load_registry(self.plugin_files, strict=self.strict_plugins)

    def run(self, name: str | None, tasks: tuple[str, ...] = ()) -> Run:
        """Return the run of a name, or the newest one whose task fits; the name used is said."""
        tasks = tasks or tuple(Task)
        run = self.store.open(name) if name else self.store.newest(tasks)
        task = run.info.get("task")
        if task not in tasks:
            if task == PRETRAIN:
                raise RunError(f"run '{run.name}' knows no labels yet: train it by `medtext train --init {run.name}`")
            raise RunError(f"run '{run.name}' was trained to {task}: this command needs {' or '.join(tasks)}")
        say(f"run: {run.name}")
        return run

    def ready(self, name: str | None, device: str, tasks: tuple[str, ...] = ()) -> Ready:
        """Open a run for use on a device."""
        run = self.run(name, tasks)
        from medtext.learn.device import pick_device
        from medtext.workspace.ready import open_ready

        return open_ready(self.registry, run, pick_device(device))

    def start(self, init: str, model: str | None) -> Start:
        """Return what ``--init`` names."""
        from medtext.workspace.start import find_start

        return find_start(self.registry, self.store, init, model)

    def drawing(self, renderer: str, **settings: object) -> Callable[[list[Attribution]], str | bytes]:
        """Return what draws attributions by a renderer's defaults, but for settings that it has."""
        spec = self.registry.renderer(renderer)
        options = spec.options()
        known = {each.name for each in fields(options)}
        options = replace(options, **{name: value for name, value in settings.items() if name in known})
        return lambda attributions: drawn(spec, attributions, options)


def drawn(renderer: RendererSpec, attributions: list[Attribution], options: Any) -> str | bytes:
    """Return attributions as a renderer draws them. Raises PluginError where it fails or returns nothing to write."""
    from medtext.errors import MedtextError, PluginError

    try:
        content = renderer.render(attributions, options)
    except MedtextError:
        raise
    except Exception as error:
        raise PluginError(
            f"renderer '{renderer.name}' failed with {type(error).__name__}: {error}: "
            "choose another --render, or tell its author; MEDTEXT_DEBUG=1 shows where"
        ) from error
    if not isinstance(content, (str, bytes)):
        raise PluginError(f"renderer '{renderer.name}' returned {content!r:.80}, which is no text and no bytes")
    return content


def version_and_exit(wanted: bool) -> None:
    """Print the version, for ``--version``."""
    if wanted:
        from importlib.metadata import version

        typer.echo(version("medtext"))
        raise typer.Exit


def open_session(
    context: typer.Context,
    plugin: Annotated[
        list[Path] | None,
        typer.Option(
            "--plugin", metavar="FILE", help="Load a plugin from a file; may be repeated. Also MEDTEXT_PLUGIN."
        ),
    ] = None,
    runs: Annotated[
        Path, typer.Option("--runs", metavar="FOLDER", envvar="MEDTEXT_RUNS", help="Where runs are kept.")
    ] = Path("runs"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but warnings and errors.")] = False,
    strict_plugins: Annotated[
        bool, typer.Option("--strict-plugins", help="Fail where a plugin is broken, rather than skip it.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=version_and_exit, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Text mining for medical reports, with the evidence for every answer."""
    del version  # handled by its callback
    listen(quiet=quiet)
    # Typer would split the variable at blanks; paths may hold them.
    named = os.environ.get("MEDTEXT_PLUGIN", "").split(os.pathsep)
    files = (*(plugin or ()), *(Path(name) for name in named if name))
    context.obj = Session(files, RunStore(runs), quiet, strict_plugins)


def refuse_new_choices(context: typer.Context) -> None:
    """Raise OptionError for choices named on --resume: whoever names others must hear it, not find out."""
    allowed = {"resume", "run", "epochs", "device", "replace"}
    for name in context.params:
        if name not in allowed and typed(context, name):
            raise OptionError(
                f"{_option(name)} cannot change on --resume (only --epochs and --device can): leave it out"
            )


def _option(name: str) -> str:
    return {"option": "-o", "file": "FILE"}.get(name, f"--{name.replace('_', '-')}")


def session_of(context: typer.Context) -> Session:
    """Return the session of a command's context."""
    session: Any = context.obj
    assert isinstance(session, Session)  # noqa: S101
    return session
