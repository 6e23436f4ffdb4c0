"""Where in a JSON text a value stands, so that what is wrong with it can be said beside it. Pure."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([{}\[\],:])|([^\s{}\[\],:"]+))')
Path = tuple[Any, ...]


def lines_of(text: str) -> dict[Path, int]:
    """Path of each member and element (names and indexes) -> the line, from 1, on which it begins. For text that is valid JSON."""
    found: dict[Path, int] = {(): 1}
    tokens = _tokens(text)
    with contextlib.suppress(StopIteration, RecursionError):
        _value(tokens, (), found, next(tokens))
    return found


def line_of(places: dict[Path, int], path: Path) -> int:
    """The line of the nearest place that is there: of a missing member, of what it is missing from."""
    for length in range(len(path), -1, -1):
        if path[:length] in places:
            return places[path[:length]]
    return 1


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    position, line, counted = 0, 1, 0
    while found := _TOKEN.match(text, position):
        start = found.start(found.lastindex or 0)
        line += text.count("\n", counted, start)
        counted = start
        yield found.group(found.lastindex or 0), line
        position = found.end()


def _value(tokens: Iterator[tuple[str, int]], path: Path, found: dict[Path, int], first: tuple[str, int]) -> None:
    token, _line = first
    if token == "{":
        _members(tokens, path, found)
    elif token == "[":
        _elements(tokens, path, found)


def _members(tokens: Iterator[tuple[str, int]], path: Path, found: dict[Path, int]) -> None:
    token, line = next(tokens)
    while token != "}":
        if token == ",":
            token, line = next(tokens)
            continue
        here = (*path, token[1:-1])
        found[here] = line
        next(tokens)  # the colon
        _value(tokens, here, found, next(tokens))
        token, line = next(tokens)


def _elements(tokens: Iterator[tuple[str, int]], path: Path, found: dict[Path, int]) -> None:
    number = 0
    token, line = next(tokens)
    while token != "]":
        if token != ",":
            here = (*path, number)
            found[here] = line
            _value(tokens, here, found, (token, line))
            number += 1
        token, line = next(tokens)
