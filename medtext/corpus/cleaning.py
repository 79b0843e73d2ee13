"""Texts as a hospital system exports them, made plain: what nobody typed is taken out, no word is changed."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from html.entities import html5

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_HALF = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+")
_AROUND_ENDS = re.compile(r" ?\n[ \n]*")
_SIGN_OF_MARKUP = re.compile("[&<]")

# An ampersand that was escaped again and again is one ampersand; in one pass, lest a long text take many.
_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)+")
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Only names of tags that exports leave behind: "<3mm" and "a<b" are findings.
_LINE_TAGS = "br|p|div|tr|li|ul|ol|table|tbody|thead|h[1-6]|hr|pre|html|body|center"
_PLAIN_TAGS = "b|i|u|s|a|strong|em|font|span|sub|small|big|img|o:p"
_TAG = re.compile(
    rf"<(?:(?P<line>/?(?:{_LINE_TAGS}))|(?P<cell>/?t[dh])|(?P<power>sup)|/?(?:{_PLAIN_TAGS})|/sup)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def clean_text(text: str) -> str:
    r"""Return a text without what an export left in it; cleaning it again changes nothing.

    HTML entities become their signs; tags of HTML become a line end (``<br>``), a blank
    (``<td>``) or nothing (``<b>``), and ``<sup>`` becomes ``^``, as 10<sup>9</sup> is not 109.
    Every line end becomes ``\n``, empty lines go; control characters, tabs, full-width and
    other blanks become a blank, several of them one; invisible marks go, as do blanks
    at the ends of lines. Half characters become U+FFFD. Words, digits and signs stay as they are.

    >>> clean_text("　胃窦\t黏膜&nbsp;充血<br/>WBC 3.5×10<sup>9</sup>/L，&lt;3mm\r\n")
    '胃窦 黏膜 充血\nWBC 3.5×10^9/L，<3mm'
    """
    while (cleaned := _clean_once(text)) != text:  # what was escaped twice, or hidden by an invisible mark
        text = cleaned
    return text


def _clean_once(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    if _SIGN_OF_MARKUP.search(text):
        text = _TAG.sub(_untagged, _ENTITY.sub(_unescaped, _AMPERSANDS.sub("&", text)))
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    if not text.isprintable():  # which blanks other than U+0020 are not, either
        text = _HALF.sub("\ufffd", "".join(map(_plain, text)))
    return _AROUND_ENDS.sub("\n", _BLANKS.sub(" ", text)).strip()


def _plain(character: str) -> str:
    return " " if character != "\n" and unicodedata.category(character) in ("Cc", "Zs") else character


def _unescaped(found: re.Match[str]) -> str:
    name = found.group(1)
    return unescape(found.group()) if name.startswith("#") or f"{name};" in html5 else found.group()


def _untagged(found: re.Match[str]) -> str:
    if found["line"]:
        return "\n"
    return " " if found["cell"] else "^" if found["power"] else ""
