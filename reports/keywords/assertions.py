"""How right the assertion rules are: precision and recall of each state on hand-made sentences.

``python reports/keywords/assertions.py`` prints a table for each language. The 600 sentences were made up by someone who
did not know the rules, for rules by someone who had not seen the sentences.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from medtext.corpus.assertion_rules import Assertion
from medtext.corpus.assertions import assertions_of

CASES = Path(__file__).parents[2] / "tests" / "corpus"


def outcomes(language: str) -> list[tuple[str, str]]:
    """Return the true state and the one that the rules give, of each sentence in the order of the file."""
    found = []
    for line in (CASES / f"assertions_gold_{language}.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        span = case["start"], case["start"] + len(case["term"])
        found.append((case["state"], str(assertions_of(case["text"], [span])[0])))
    return found


def main() -> None:
    """Print the tables."""
    for language in ("zh", "en"):
        pairs = outcomes(language)
        right = [sum(one == other for one, other in some) / len(some) for some in (pairs, pairs[::2], pairs[1::2])]
        print(f"{language}: right {right[0]:.3f}; odd lines {right[1]:.3f}, even lines {right[2]:.3f}\n")
        print("| state | sentences | precision | recall |\n|---|--:|--:|--:|")
        counts = Counter(pairs)
        for state in Assertion:
            true, given = (sum(pair[at] == state for pair in pairs) for at in (0, 1))
            hits = counts[state, state]
            print(f"| {state} | {true} | {hits / given:.3f} | {hits / true:.3f} |")
        print()


if __name__ == "__main__":
    main()
