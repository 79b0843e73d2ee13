"""What became of the answers between two models: how many changed, which way, and how good both are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from medtext.corpus.record import Task
from medtext.learn.paired import Difference, figures, paired_differences
from medtext.learn.predict import Prediction


@dataclass(frozen=True)
class AnswerChanges:
    """The answers of two models to the same records.

    ``changed`` of ``records`` got other labels. Of the ``labelled`` records, those whose labels are known and all of
    both models, ``mended`` were wrong before and are right after, ``broken`` the other way round; ``before`` and
    ``after`` hold ``figures``, and ``differences`` by how much those after are higher, both over the labels of both
    models. All three are empty where no record is labelled.
    """

    records: int
    changed: int
    labelled: int
    mended: int
    broken: int
    before: dict[str, float]
    after: dict[str, float]
    differences: dict[str, Difference]

    @classmethod
    def between(cls, before: Answers, after: Answers, labels: Sequence[str], task: Task) -> Self:
        """Compare the answers of two models; ``labels`` are those of both."""
        changed = sum(
            set(one.labels) != set(other.labels) for one, other in zip(before.given, after.given, strict=True)
        )
        first, second = ([_over(each, answers.names, labels) for each in answers.given] for answers in (before, after))
        known = [
            number
            for number, each in enumerate(before.given)
            if each.record.labels is not None and set(each.record.labels) <= set(labels)
        ]
        first, second = ([each[number] for number in known] for each in (first, second))
        rights = [(_right(one), _right(other)) for one, other in zip(first, second, strict=True)]
        return cls(
            records=len(before.given),
            changed=changed,
            labelled=len(known),
            mended=rights.count((False, True)),
            broken=rights.count((True, False)),
            before=figures(first, labels, task) if known else {},
            after=figures(second, labels, task) if known else {},
            differences=paired_differences(second, first, labels, task) if known else {},
        )

    def notes(self) -> list[str]:
        """Say how many answers changed, and which way."""
        lines = [f"{self.changed} of {self.records} answers changed."]
        if self.labelled:
            lines.append(
                f"Of {self.labelled} whose truth is known, {self.mended} were wrong in A and are right in B, "
                f"{self.broken} the other way round."
            )
        return lines

    def to_json(self) -> dict[str, Any]:
        """Return all figures; keys are stable."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model answered, and the ``names`` of its labels in the order of its probabilities."""

    given: Sequence[Prediction]
    names: Sequence[str]


def _over(prediction: Prediction, names: Sequence[str], labels: Sequence[str]) -> Prediction:
    """Return an answer with only some labels, in their order."""
    assert prediction.probabilities is not None  # noqa: S101  # models that label give them
    places = [list(names).index(label) for label in labels]
    given = tuple(label for label in prediction.labels if label in labels)
    return replace(prediction, labels=given, probabilities=prediction.probabilities[places])


def _right(prediction: Prediction) -> bool:
    return set(prediction.labels) == set(prediction.record.labels or ())
