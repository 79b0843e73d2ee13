"""What a training tells whoever watches it."""

from __future__ import annotations

from typing import Any, Protocol


class Watcher(Protocol):
    """Is told how far a training is: a progress bar, a log, or nothing."""

    def begin(self, epochs: int, steps: int) -> None:
        """Hear how many epochs there are at most, and the steps of each."""
        ...

    def step(self, epoch: int, loss: float) -> None:
        """Hear the loss of one step."""
        ...

    def epoch(self, line: dict[str, Any]) -> None:
        """Hear what an epoch came to: a line of ``history.jsonl``."""
        ...


class Silent:
    """Watches without a word."""

    def begin(self, epochs: int, steps: int) -> None:
        """Say nothing."""

    def step(self, epoch: int, loss: float) -> None:
        """Say nothing."""

    def epoch(self, line: dict[str, Any]) -> None:
        """Say nothing."""
