"""A search is as it was asked for, as far as the run knows what that is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from medtext.cli.decoding_options import held, read_decoding
from medtext.errors import OptionError
from medtext.learn.decoding import USUAL


def test_what_is_not_asked_for_is_as_usual() -> None:
    assert read_decoding(beams=None, cutoff=None) == USUAL
    assert read_decoding(consensus=8).cutoff == USUAL.cutoff
    assert read_decoding(cutoff=0.0).cutoff == 0


def test_a_run_that_guesses_nothing_has_no_cutoff() -> None:
    guessing: Any = SimpleNamespace(decides=True)
    plain: Any = SimpleNamespace(decides=False, run=SimpleNamespace(name="plain"))
    asked = read_decoding(cutoff=0.3)
    assert held(asked, guessing, 0.3).cutoff == 0.3
    assert held(read_decoding(), plain, None).cutoff == 0
    with pytest.raises(OptionError, match="--cutoff is for runs that guess what reports state: 'plain' does not"):
        held(asked, plain, 0.3)
