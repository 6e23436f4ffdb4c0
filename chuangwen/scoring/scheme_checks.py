"""What is wrong with a scheme, and where: each mistake with its path in the document, and for JSON text its line."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from chuangwen.scoring.engine import Scheme
from chuangwen.scoring.engine.scheme_errors import sentences
from chuangwen.scoring.json_places import line_of, lines_of


@dataclass(frozen=True)
class Mistake:
    """``path`` is made of names and indexes; ``line`` counts from 1 (0: there is no text)."""

    sentence: str
    path: tuple[Any, ...] = ()
    line: int = 0
    text: str = ""


def mistakes_in(document: Any) -> list[Mistake]:
    """Everything that keeps a document from being a scheme, in Chinese."""
    if not isinstance(document, dict):
        return [Mistake(_("A scheme is a JSON object."))]
    try:
        Scheme.model_validate(document)
    except ValidationError as error:
        paths = [tuple(part for part in item["loc"] if part != "[key]") for item in error.errors(include_url=False)]
        return [Mistake(sentence, path) for sentence, path in zip(sentences(error), paths, strict=True)]
    return []


def read_text(text: str) -> tuple[dict[str, Any] | None, list[Mistake]]:
    """The document that a JSON text holds, and what is wrong with it, each mistake with its line."""
    lines = text.splitlines() or [""]
    try:
        document = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        sentence = _(
            "Not valid JSON here (column %(column)d): a comma, a bracket or a quotation mark is missing or too many."
        ) % {"column": error.colno}
        return None, [Mistake(sentence, (), error.lineno, _line(lines, error.lineno))]
    except (ValueError, RecursionError):
        return None, [Mistake(_("This text cannot be read as JSON."), (), 1, lines[0])]
    places = lines_of(text)
    found = []
    for mistake in mistakes_in(document):
        number = line_of(places, mistake.path)
        found.append(Mistake(mistake.sentence, mistake.path, number, _line(lines, number)))
    return (document if isinstance(document, dict) else None), sorted(found, key=lambda mistake: mistake.line)


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1].strip()[:120] if 0 < number <= len(lines) else ""


def as_text(document: dict[str, Any]) -> str:
    """The document as a person edits it: indented, without what is empty anyway."""
    return json.dumps(_spoken(document), ensure_ascii=False, indent=2, default=str)


def _spoken(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _spoken(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_spoken(part) for part in value]
    return value
