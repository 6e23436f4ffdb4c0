"""What is counted of a report: pairs and triples of characters of its words, the type of site, the community. Pure."""

import re
from collections import Counter
from collections.abc import Iterable

from chuangwen.kernel.chinese import match_key

_DIGITS = re.compile(r"\d+")
LONGEST = 500
"""Characters that are read."""


def features(text: str, *, site_type: str = "", place: str = "") -> Counter[str]:
    """How often each feature occurs: ``w:`` and one to three characters (script, width and punctuation do not matter, numbers are one),
    ``t:`` the code of the type of site, ``p:`` the place."""
    counted: Counter[str] = Counter()
    for part in _parts(text):
        for size in (1, 2, 3):
            counted.update(f"w:{part[at : at + size]}" for at in range(len(part) - size + 1))
    if site_type:
        counted[f"t:{site_type}"] += 1
    if place:
        counted[f"p:{place}"] += 1
    return counted


def _parts(text: str) -> Iterable[str]:
    """The words between what separates them, in one script and width."""
    for part in re.split(r"[\s，。！？、；：,.!?;:（）()“”\"'…—-]+", text[:LONGEST]):
        if part:
            key = _DIGITS.sub("0", match_key(part))
            if key:
                yield key


def likeness(left: str, right: str) -> float:
    """How alike two texts are by their pairs of characters, 0 to 1 (Dice)."""
    a, b = _pairs(left), _pairs(right)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _pairs(text: str) -> set[str]:
    return {part[at : at + 2] for part in _parts(text) for at in range(max(len(part) - 1, 1))}
