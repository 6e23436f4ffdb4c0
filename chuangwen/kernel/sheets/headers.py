"""Finding the header of a table: which row it is, over how many rows it runs, and which column is which. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.sheets.cells import as_text
from chuangwen.kernel.sheets.columns import Column, letter

SEARCHED_ROWS = 15
DEEPEST = 3
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(slots=True)
class Header:
    """Where the header is (``first`` to ``last``, rows from 0) and which column of the sheet (from 0) each key was found in."""

    first: int
    last: int
    places: dict[str, int]
    texts: list[str]
    doubled: list[tuple[int, Column]] = field(default_factory=list)
    required_found: int = 0

    @property
    def score(self) -> tuple[int, int]:
        return len(self.places), self.required_found

    @property
    def unknown(self) -> list[str]:
        """Titles in the sheet that no column has, with their letters."""
        used = {*self.places.values(), *(index for index, _column in self.doubled)}
        return [f"{text}（{letter(index)}）" for index, text in enumerate(self.texts) if text and index not in used]


class Titles:
    """The columns looked for, by every title that they may bear."""

    def __init__(self, columns: Sequence[Column]):
        self.columns = columns
        self.by_title: dict[str, tuple[int, Column]] = {}
        for rank, names in enumerate((lambda c: (c.title,), lambda c: c.aliases, lambda c: (c.key,))):
            for column in columns:
                for name in names(column):
                    if key := match_key(str(name)):
                        self.by_title.setdefault(key, (rank, column))

    def find(self, *texts: str) -> tuple[int, Column] | None:
        """The column that one of ``texts`` (best first) is a title of, and how well it fits: 0 is best."""
        for penalty, text in enumerate(texts):
            for bracket_penalty, title in enumerate((text, _BRACKETS.sub("", text))):
                if title and (found := self.by_title.get(match_key(title))):
                    return found[0] * 2 + penalty + bracket_penalty, found[1]
        return None


def find_header(rows: Sequence[Sequence[Any]], merged: Sequence[Span], titles: Titles) -> Header | None:
    """The best header within the first rows, or None when not even two columns (one, where only one is looked for) are found.

    ``rows`` are the first rows of the sheet from its very top, ``merged`` the merged ranges in them. A header may run over up
    to three rows: a parent's title over its children's is read as parent and child together, and as the child alone.
    """
    height = min(len(rows), SEARCHED_ROWS + DEEPEST - 1)
    width = max((len(row) for row in rows[:height]), default=0)
    grid = [[as_text(row[i]) or "" if i < len(row) else "" for i in range(width)] for row in rows[:height]]
    for (top, left), (bottom, right) in merged:
        if top >= height or left >= width or not grid[top][left]:
            continue
        for r in range(top, min(bottom, height - 1) + 1):
            for c in range(left, min(right, width - 1) + 1):
                grid[r][c] = grid[top][left]
    best: Header | None = None
    for last in range(height):
        for depth in range(1, min(DEEPEST, last + 1) + 1):
            if last - depth + 1 >= SEARCHED_ROWS:
                continue
            header = _match(grid, last - depth + 1, last, titles)
            if best is None or header.score > best.score:
                best = header
    least = 1 if len(titles.columns) == 1 else 2
    return best if best is not None and len(best.places) >= least else None


def _match(grid: list[list[str]], first: int, last: int, titles: Titles) -> Header:
    found: list[tuple[int, int, Column]] = []
    texts = []
    for index in range(len(grid[last])):
        parts = list(dict.fromkeys(grid[row][index] for row in range(first, last + 1) if grid[row][index]))
        joined, leaf = "".join(parts), grid[last][index]
        texts.append(joined if len(parts) > 1 else leaf)
        if leaf and (match := titles.find(joined, leaf)):
            found.append((match[0], index, match[1]))
    places: dict[str, int] = {}
    doubled = []
    for _fit, index, column in sorted(found, key=lambda match: match[:2]):
        if column.key in places:
            doubled.append((index, column))
        else:
            places[column.key] = index
    required = sum(column.required and column.key in places for column in titles.columns)
    return Header(first, last, places, texts, sorted(doubled, key=lambda pair: pair[0]), required)
