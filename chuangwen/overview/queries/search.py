"""One field for everything."""

from typing import Any

from django.db.models import Q

from chuangwen.cases import queries as cases
from chuangwen.fieldwork import queries as fieldwork
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.web import finding

SHOWN = 8


def search(actor: Actor, text: str) -> dict[str, list[Any]]:
    """Cases by number or words, sites, units, rounds, divisions: at most eight of each. One query each."""
    text = text.strip()
    found: dict[str, list[Any]] = {}
    if not text:
        return found
    if actor.may("cases.see"):
        found["cases"] = list(cases.matching(cases.rows(actor), text).order_by("-pk")[:SHOWN])
    if actor.may("places.see"):
        found["sites"] = list(
            access.scoped(actor, "places.see", Site)
            .filter(Q(name__icontains=text) | Q(code__istartswith=text))
            .select_related("type", "division")[:SHOWN]
        )
        found["divisions"] = list(
            access.scoped(actor, "places.see", Division).filter(Q(name__icontains=text) | Q(code__startswith=text))[:SHOWN]
        )
    if actor.may("people.see"):
        found["units"] = list(
            access.scoped(actor, "people.see", Unit).filter(Q(name__icontains=text) | Q(short_name__icontains=text))[:SHOWN]
        )
    if actor.may("fieldwork.see_rounds"):
        found["rounds"] = list(fieldwork.rounds(actor).filter(name__icontains=text)[:SHOWN])
    return {kind: rows for kind, rows in found.items() if rows}


def brought(actor: Actor, text: str) -> list[tuple[finding.Searched, list[finding.Found]]]:
    """What rooms bring in themselves (``web/finding.py``): at most eight of each kind, one query each."""
    text = text.strip()
    return finding.brought(actor, text, SHOWN) if text else []
