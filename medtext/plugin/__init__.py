"""Everything a plugin may import, and nothing else.

Names that need torch or numpy are imported when they are first used, so a
plugin's module stays cheap to load.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from medtext.corpus.fetching import Remote
from medtext.corpus.fold import blank_controls, fold_text, fold_width
from medtext.corpus.record import Input, Rationale, Record, Region, Task
from medtext.corpus.vocabulary import END, MASK, PAD, START, UNKNOWN, Vocabulary
from medtext.errors import MedtextError, OptionError, OutputError, PluginError, RecordError
from medtext.plugin.hookspecs import hookimpl
from medtext.plugin.specs import (
    DatasetSpec,
    ModelShape,
    ModelSpec,
    NoOptions,
    Pretrained,
    RendererSpec,
    Spec,
    TokenizerSpec,
)

if TYPE_CHECKING:
    from medtext.corpus.batch import Batch
    from medtext.corpus.bundle import Bundle, open_bundle
    from medtext.corpus.columns import TableColumns, find_columns
    from medtext.corpus.encoding import read_lines
    from medtext.corpus.finding_rules import FindingRules
    from medtext.corpus.findings import findings_of
    from medtext.corpus.json_lines import parse_object
    from medtext.corpus.marks import read_rationales
    from medtext.corpus.pattern import PatternTokenizer
    from medtext.corpus.row import Row
    from medtext.corpus.study import view_of
    from medtext.corpus.table import Table, open_table
    from medtext.corpus.token import Encoding, Token, Tokenizer
    from medtext.explain.attribution import FLOOR, Attribution, Unit
    from medtext.explain.spans import Span, find_spans
    from medtext.explain.words import jieba_cutter
    from medtext.learn.model import Embedded
    from medtext.learn.predict import Prediction
    from medtext.learn.sites import text_sites
    from medtext.report.fonts import Faces, find_faces

_LATER = {
    "Batch": "medtext.corpus.batch",
    "Bundle": "medtext.corpus.bundle",
    "open_bundle": "medtext.corpus.bundle",
    "TableColumns": "medtext.corpus.columns",
    "find_columns": "medtext.corpus.columns",
    "read_lines": "medtext.corpus.encoding",
    "parse_object": "medtext.corpus.json_lines",
    "read_rationales": "medtext.corpus.marks",
    "PatternTokenizer": "medtext.corpus.pattern",
    "Row": "medtext.corpus.row",
    "view_of": "medtext.corpus.study",
    "Table": "medtext.corpus.table",
    "open_table": "medtext.corpus.table",
    "Encoding": "medtext.corpus.token",
    "Token": "medtext.corpus.token",
    "Tokenizer": "medtext.corpus.token",
    "Attribution": "medtext.explain.attribution",
    "Unit": "medtext.explain.attribution",
    "Span": "medtext.explain.spans",
    "find_spans": "medtext.explain.spans",
    "jieba_cutter": "medtext.explain.words",
    "Embedded": "medtext.learn.model",
    "Prediction": "medtext.learn.predict",
    "text_sites": "medtext.learn.sites",
    "Faces": "medtext.report.fonts",
    "find_faces": "medtext.report.fonts",
    "FLOOR": "medtext.explain.attribution",
    "FindingRules": "medtext.corpus.finding_rules",
    "findings_of": "medtext.corpus.findings",
}

__all__ = [
    "END",
    "FLOOR",
    "MASK",
    "PAD",
    "START",
    "UNKNOWN",
    "Attribution",
    "Batch",
    "Bundle",
    "DatasetSpec",
    "Embedded",
    "Encoding",
    "Faces",
    "FindingRules",
    "Input",
    "MedtextError",
    "ModelShape",
    "ModelSpec",
    "NoOptions",
    "OptionError",
    "OutputError",
    "PatternTokenizer",
    "PluginError",
    "Prediction",
    "Pretrained",
    "Rationale",
    "Record",
    "RecordError",
    "Region",
    "Remote",
    "RendererSpec",
    "Row",
    "Span",
    "Spec",
    "Table",
    "TableColumns",
    "Task",
    "Token",
    "Tokenizer",
    "TokenizerSpec",
    "Unit",
    "Vocabulary",
    "blank_controls",
    "find_columns",
    "find_faces",
    "find_spans",
    "findings_of",
    "fold_text",
    "fold_width",
    "hookimpl",
    "jieba_cutter",
    "open_bundle",
    "open_table",
    "parse_object",
    "read_lines",
    "read_rationales",
    "text_sites",
    "view_of",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'medtext.plugin' has no attribute '{name}'")
    return getattr(import_module(_LATER[name]), name)
