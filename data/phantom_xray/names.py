"""What can be found in a study, and what a study is made of. Costs nothing to import."""

from __future__ import annotations

from typing import Literal

View = Literal["frontal", "lateral"]
Side = Literal["left", "right", "both"]
Zone = Literal["upper", "middle", "lower"]
Severity = Literal["small", "moderate", "large"]
Kind = Literal["pacemaker", "central line", "endotracheal tube"]

VIEWS: tuple[View, ...] = ("frontal", "lateral")
FINDINGS = (
    "cardiomegaly",
    "consolidation",
    "device",
    "hyperinflation",
    "nodule or mass",
    "pleural effusion",
    "pneumothorax",
)
"""What counts as a finding: the labels of the corpus."""
VARIANTS = ("degenerative spine", "calcified granuloma", "scoliosis")
"""What is to be seen, and told, but is no disease: a study that has nothing else is normal."""
