"""Reports of the chest X-ray corpus without what de-identification and typing left in them."""

from __future__ import annotations

import re
from html import unescape

from medtext.plugin import blank_controls

_TAG = re.compile(r"</?[A-Za-z]{1,10} ?/?>")
_WORD = re.compile(r"[^\s/.,;:?!()]+")
_LONE_SLASH = re.compile(r"(?<!\S)/|/(?=[\s.,;:?!)]|$)")
_EMPTY = re.compile(r"\( ?\)")
_BEFORE_SIGN = re.compile(r" (?=[.,;:?!)](?![0-9]))")
_SIGNS = re.compile(r"[.,;:?!](?: ?[.,;:?!](?![0-9]))+")
_NUMBERED = re.compile(r"(?:^|(?<=[.;:?!]) |(?<=[^0-9][.;:?!]))(?:\(?[0-9]{1,2}[.)] ?){1,5}(?=[A-Za-z]|$)")


def clean_report(text: str) -> str:
    """Return a report on one line, without ``XXXX``, enumeration, HTML, and signs that stand alone; the rest as it is.

    >>> clean_report("1. Old scar in XXXX apex ,  stable since XXXX.  2.No XXXX-lateral effusion of 0.5 cm.. XXXX.")
    'Old scar in apex, stable since. No effusion of 0.5 cm.'
    """
    text = _TAG.sub(" ", unescape(blank_controls(text)))
    # A word that holds a mark goes with it: "x-" or "-year-old" says nothing.
    text = _WORD.sub(lambda word: " " if "XXXX" in word.group() else word.group(), text)
    text = " ".join(_LONE_SLASH.sub(" ", text).split())
    text = _BEFORE_SIGN.sub("", _EMPTY.sub("", text))
    text = _SIGNS.sub(lambda signs: _strongest(signs.group()), text)
    text = _NUMBERED.sub(" ", text)
    return " ".join(text.split()).lstrip(" .,;:?!)/-")


def _strongest(signs: str) -> str:
    """Return the first sign of several that ends a sentence, else the first."""
    return next((sign for sign in signs if sign in ".?!"), signs[0])
