"""The kinds of report, how often each is written, and what label it has."""

from __future__ import annotations

from dataclasses import dataclass

LABELS = ("0", "1", "2")
"""Neither, upper digestive tract, lower digestive tract."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of report: the label that follows, the line of grammar that writes it, and its weight in the corpus."""

    name: str
    label: str
    line: str
    weight: int


KINDS = (
    Kind("gastroscopy", "1", "{egd}({remarks_scope})?60", 182),
    Kind("diagnosis", "1", "{upper_diagnosis}({remarks_clinic})?45", 62),
    Kind("pathology", "1", "{upper_pathology}({remarks_path})?50", 65),
    Kind("procedure", "1", "{upper_procedure}({remarks_scope})?45", 34),
    Kind("ercp", "1", "{ercp}({remarks_scope})?60", 12),
    Kind("symptoms", "1", "{upper_symptoms}({remarks_clinic})?55", 24),
    Kind("imaging", "1", "{upper_imaging}({remarks_image})?70", 13),
    Kind("tests", "1", "{upper_tests}({remarks_test})?70", 6),
    Kind("both-scopes", "1", "{both_upper}({remarks_scope})?70", 14),
    Kind("colonoscopy", "2", "{colonoscopy}({remarks_scope})?60", 134),
    Kind("diagnosis", "2", "{lower_diagnosis}({remarks_clinic})?45", 44),
    Kind("pathology", "2", "{lower_pathology}({remarks_path})?50", 46),
    Kind("procedure", "2", "{lower_procedure}({remarks_scope})?45", 30),
    Kind("anal-surgery", "2", "{anal_surgery}({remarks_clinic})?60", 20),
    Kind("capsule", "2", "{capsule}({remarks_image})?60", 12),
    Kind("symptoms", "2", "{lower_symptoms}({remarks_clinic})?55", 24),
    Kind("imaging", "2", "{lower_imaging}({remarks_image})?70", 13),
    Kind("tests", "2", "{lower_tests}({remarks_test})?70", 6),
    Kind("both-scopes", "2", "{both_lower}({remarks_scope})?70", 12),
    Kind("ultrasound", "0", "{ultrasound}({remarks_image})?70", 74),
    Kind("ct", "0", "{ct}({remarks_image})?70", 70),
    Kind("pathology", "0", "{other_pathology}({remarks_path})?50", 50),
    Kind("consult", "0", "{other_consult}({remarks_clinic})?70", 44),
    Kind("heart", "0", "{heart}({remarks_test})?70", 26),
    Kind("other-endoscopy", "0", "{other_scope}({remarks_scope})?70", 38),
    Kind("tests", "0", "{bloods}({remarks_test})?70", 18),
    Kind("diagnosis", "0", "{other_diagnosis}({remarks_clinic})?45", 34),
    Kind("both-scopes", "0", "{both_neither}({remarks_image})?70", 12),
)
