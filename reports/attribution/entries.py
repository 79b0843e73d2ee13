"""The lines of the table of a comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MARGIN = "predicted logit over the mean of all"


@dataclass(frozen=True)
class Entry:
    """One way with its options.

    ``worker`` is the process it runs in, ``way`` the class there. Entries of one ``reference``
    explain the same thing, so that they are held against the same scores; without one there is
    nothing that a token could be held against. ``few`` marks those too slow for all texts.
    """

    name: str
    worker: str
    way: str
    explains: str
    reference: str | None = None
    few: bool = False
    options: dict[str, Any] = field(default_factory=dict)


REFERENCES = {
    "own": ("own", "CaptumSingle"),
    "ti": ("ti", "TransformersInterpret"),
    "ferret": ("ferret", "Ferret"),
}
"""The worker and way that make the scores others are held against: each tool's own quantity on its own path."""

BATCHED = Entry("captum, batched by length", "own", "CaptumBatched", MARGIN, "own")
"""The batched captum; how many points it needs is searched."""

YARDSTICK = Entry("medtext, tolerance 1 %", "own", "Medtext", MARGIN, "own", options={"tolerance": 0.01})
"""What all others are compared with."""

MEDTEXT = [
    Entry("medtext, tolerance 5 %", "own", "Medtext", MARGIN, "own", options={"tolerance": 0.05}),
    YARDSTICK,
    Entry(
        "medtext, tolerance 1 %, bf16",
        "own",
        "Medtext",
        MARGIN,
        "own",
        options={"tolerance": 0.01, "precision": "bf16"},
    ),
    Entry("medtext, tolerance 0.1 %", "own", "Medtext", MARGIN, "own", options={"tolerance": 0.001}),
]

RIVALS = [
    Entry("transformers-interpret, 50 steps", "ti", "TransformersInterpret", "softmax of the predicted class", "ti"),
    Entry("ferret, integrated gradients, 50 steps", "ferret", "Ferret", "predicted logit", "ferret"),
    Entry("captum, one by one, 50 points", "own", "CaptumSingle", MARGIN, "own", options={"points": 50}),
    Entry("digestive-tract loop, 20 points", "own", "ScaledGradients", "predicted logit, from zero"),
    Entry("shap, PartitionExplainer", "shap", "PartitionShap", MARGIN, few=True),
    Entry("shap, GradientExplainer", "shap", "GradientShap", MARGIN, "own", few=True),
]
