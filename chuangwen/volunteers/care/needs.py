"""Where a need that was found goes on. A way is registered by whoever can take it: a case here; whatever else takes needs calls ``register``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Source
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.care.models import CareRecord

CASE = "case"


@dataclass(frozen=True)
class Way:
    """``take(actor, record, words)`` makes what the need becomes, inside the transaction and by its own action and policy, and gives its
    address. ``verb``: who may."""

    name: str
    label: str | Promise
    verb: str
    take: Callable[[Actor, CareRecord, str], str]


WAYS: dict[str, Way] = {}


def register(way: Way) -> None:
    """Make a way known; the same name again replaces it."""
    WAYS[way.name] = way


def open_to(actor: Actor) -> list[Way]:
    """The ways that this person may use."""
    return [way for way in WAYS.values() if actor.may(way.verb)]


def _case(actor: Actor, record: CareRecord, words: str) -> str:
    person = record.plan.person
    case = cases.report(actor, description=words, source=Source.PATROL, division=person.division, lat=person.lat, lon=person.lon)
    record.case = case
    record.save(update_fields=["case"])
    return reverse("cases:detail", args=[case.pk])


register(Way(CASE, gettext_lazy("a case for the units"), "cases.report", _case))
