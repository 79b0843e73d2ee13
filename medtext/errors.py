"""Failures that are expected: each is one line for the person at the terminal.

A message says what was found, where, and what to do about it. Anything that is
not a ``MedtextError`` is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class MedtextError(Exception):
    """An expected failure; ``exit_code`` is what the command line ends with."""

    exit_code = 1


class RecordError(MedtextError):
    """A source of records cannot be read: names the file and the line."""


class PluginError(MedtextError):
    """A plugin does not keep its side of the contract: names the plugin."""


class RunError(MedtextError):
    """A run on disk is missing, incomplete, or of another format."""


class TrainingError(MedtextError):
    """A training cannot go on."""


class DeviceError(MedtextError):
    """The device that was asked for is not there, or its memory does not do."""


class OutputError(MedtextError):
    """Something cannot be written where it was asked for."""


class OptionError(MedtextError):
    """What was typed does not fit."""

    exit_code = 2


class UnknownNameError(OptionError):
    """Nothing goes by the name that was typed."""

    @classmethod
    def among(cls, kind: str, name: str, names: Iterable[str]) -> UnknownNameError:
        """Say that no ``kind`` is called ``name``, and which of ``names`` may be meant.

        >>> print(UnknownNameError.among("model", "text-cn", ["text-cnn", "ngram-linear"]))
        no model is called 'text-cn': did you mean 'text-cnn'?
        """
        known = sorted(names)
        close = get_close_matches(name, known, n=1)
        if close:
            return cls(f"no {kind} is called '{name}': did you mean '{close[0]}'?")
        return cls(f"no {kind} is called '{name}': there is {', '.join(known) if known else 'none'}")
