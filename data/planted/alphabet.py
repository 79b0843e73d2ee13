"""What a text is made of, as a network may see it: Chinese characters one by one, other words whole."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+")


def letters_of(text: str) -> set[str]:
    """Return the Chinese characters and the other words of a text, in lower case.

    >>> sorted(letters_of("CT 示：糜烂"))
    ['ct', '烂', '示', '糜']
    """
    return {found.lower() for found in _LETTERS.findall(text)}
