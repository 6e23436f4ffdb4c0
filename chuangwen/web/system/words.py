"""What an importer reports, in words for a page: facts, sample rows, problems. Rooms name their own keys; this file knows none of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.kernel.importing import WORDS, Importer
from chuangwen.web import formatting

SHOWN_NAMES = 12  # of a list of names
SHOWN_ROWS = 50  # of a table


@dataclass
class Table:
    """Rows to show, the columns named."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    more: int = 0


@dataclass
class Told:
    """Facts as pairs of word and value, and those that are tables."""

    facts: list[tuple[str, Any]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def word(importer: Importer | None, key: str) -> str:
    """What a key is called: the importer's own word, the title of its column, the usual word, or the key itself."""
    own = importer.words if importer else {}
    if key in own:
        return str(own[key])
    for column in importer.columns if importer else ():
        if column.key == key:
            return str(column.title)
    return str(WORDS.get(key, key))


def told(importer: Importer | None, facts: Mapping[str, Any]) -> Told:
    """Facts of a plan or of a result. Empty ones and keys that nobody has a word for are left out."""
    found = Told()
    for key, value in facts.items():
        if value is None or value == "" or value == [] or value == {} or word(importer, key) == key:
            continue
        if isinstance(value, list) and isinstance(value[0], dict):
            found.tables.append(table(importer, value, word(importer, key)))
        else:
            found.facts += _facts(importer, word(importer, key), value)
    return found


def _facts(importer: Importer | None, name: str, value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return [(name, written(value))]
    return [(f"{name} · {word(importer, key)}", written(one)) for key, one in value.items() if one]


def table(importer: Importer | None, rows: list[dict[str, Any]], title: str = "") -> Table:
    """Rows of dictionaries under the words of their keys; columns that are empty throughout are left out."""
    keys = [
        key for key in dict.fromkeys(key for row in rows for key in row) if any(row.get(key) not in (None, "") for row in rows)
    ]
    shown = rows[:SHOWN_ROWS]
    cells = [[written(row.get(key)) for key in keys] for row in shown]
    return Table(title, [word(importer, key) for key in keys], cells, len(rows) - len(shown))


def written(value: Any) -> str:
    """A plain value for people: figures grouped, lists shortened."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return formatting.number(value)
    if isinstance(value, list):
        names = "、".join(written(one) for one in value[:SHOWN_NAMES])
        rest = len(value) - SHOWN_NAMES
        if rest <= 0:
            return names
        return names + ngettext(" and %(count)d more", " and %(count)d more", rest) % {"count": rest}
    if isinstance(value, dict):
        return "；".join(f"{key}：{written(one)}" for key, one in value.items())
    return formatting.EMPTY if value in (None, "") else str(value)


def consequence(report: Mapping[str, Any]) -> str:
    """What applying will do, in one sentence."""
    creates, updates, unchanged = (report.get(key, 0) for key in ("creates", "updates", "unchanged"))
    if not creates and not updates:
        return _("Nothing: all that the sheet holds is here already.")
    figures = {name: formatting.number(n) for name, n in (("creates", creates), ("updates", updates), ("unchanged", unchanged))}
    if not updates:
        return _("%(creates)s records are made; %(unchanged)s stay as they are.") % figures
    if not creates:
        return _("%(updates)s records are changed; %(unchanged)s stay as they are.") % figures
    return _("%(creates)s records are made and %(updates)s changed; %(unchanged)s stay as they are.") % figures


def place(problem: Mapping[str, Any]) -> tuple[str, str]:
    """Row and column of a problem as a person finds them in the sheet."""
    row = str(problem["row"]) if problem.get("row") else _("the whole sheet")
    letter, title = problem.get("column_letter") or "", problem.get("column_title") or ""
    return row, " ".join(part for part in (letter, title) if part)
