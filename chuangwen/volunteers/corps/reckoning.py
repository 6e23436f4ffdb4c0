"""What the room knows by itself stands in the ledger without anybody entering it: flows a figure for each team and day, stocks a figure for each
place and unit whenever it changes. Run again it writes only what has changed. Asks nobody's leave: jobs call it.

A figure that somebody entered for the same days, by the same unit or one above it, is not counted a second time: the room's own is left out, who
entered it is told, and it is written as soon as the entered one is taken back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.ledger import queries as ledger
from chuangwen.ledger.actions import correct_fact, enter_facts
from chuangwen.ledger.actions.facts import ADD, MOST_AT_ONCE, NewFact
from chuangwen.ledger.models import Fact, Metric
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import NORMAL, register
from chuangwen.people.models import Unit
from chuangwen.places.models import Division

NAMESPACE = uuid.UUID("8d7a5a0e-5d0b-5c1c-9a4f-3a3f0c2b6e51")
"""Of the identifiers of facts: the same figure gives the same fact once."""
BESIDE = register("volunteers.ledger_beside", gettext_lazy("a figure was entered that the program counts by itself"), NORMAL)


@dataclass(frozen=True)
class Figure:
    """What the room counted. ``key`` is its own among those of the metric (for stocks without the day); ``words`` and ``url`` lead to the
    records, ``generated``: they are all the demonstration's."""

    key: str
    quantity: Decimal
    day: date
    unit: Unit
    division: Division
    words: str
    url: str
    generated: bool = False


@dataclass
class Written:
    """How many figures were entered, put right, and left out beside entered ones."""

    entered: int = 0
    corrected: int = 0
    beside: int = 0

    def told(self) -> dict[str, int]:
        return {"entered": self.entered, "corrected": self.corrected, "beside": self.beside}


def told_at(unit: Unit, place: Division) -> Division:
    """Where the ledger counts what a unit did at a place: inside the unit's own area, else at its seat."""
    return place if unit.division is None or place.path.startswith(unit.division.path) else unit.division


def units_at(places: Iterable[Division]) -> dict[int, Unit]:
    """Division -> the unit that answers for it: the community's committee, else the highest unit seated there, else that of the next place
    above. Places without any are left out. One query."""
    wanted = {place.pk: place for place in places}
    paths = {path for place in wanted.values() for path in place.ancestor_paths}
    today = clock.today()
    seated: dict[str, Unit] = {}
    rows = Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today, division__path__in=paths)
    for unit in rows.select_related("division").order_by("path"):
        assert unit.division is not None
        known = seated.get(unit.division.path)
        if known is None or (unit.kind == Unit.Kind.COMMUNITY and known.kind != Unit.Kind.COMMUNITY):
            seated[unit.division.path] = unit
    found = {}
    for key, place in wanted.items():
        unit = next((seated[path] for path in sorted(place.ancestor_paths, key=len, reverse=True) if path in seated), None)
        if unit is not None:
            found[key] = unit
    return found


def metric_of(code: str) -> Metric | None:
    """The metric where it is in use and adds up as it was shipped: flows by sum, stocks by the last."""
    return Metric.objects.filter(code=code, active=True, adds__in=(Metric.Adds.SUM, Metric.Adds.LAST)).first()


def settle(code: str, figures: Sequence[Figure], *, since: date) -> Written:
    """Have the ledger say what these figures say of the days from ``since``: enter what is new, correct what has changed, to nought what is
    gone. What a person took back stays so. Five queries and a few for each correction."""
    metric, written = metric_of(code), Written()
    if metric is None:
        return written
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        known = _known(metric, since)
        wanted = {_uid(metric, one): one for one in figures if metric.is_stock or one.day >= since}
        fresh: list[NewFact] = []
        for uid, one in wanted.items():
            fact = known.pop(uid, None)
            if fact is None:
                fresh.append(NewFact(
                    metric, one.quantity, one.day, one.unit, one.division, source=Fact.Source.RECORD, source_words=one.words[:200],
                    source_url=one.url, generated=one.generated, uid=uid,
                ))  # fmt: skip
            elif fact.quantity != one.quantity:
                correct_fact(SYSTEM, fact_id=fact.pk, quantity=one.quantity, reason=_("Counted anew from the records"))
                written.corrected += 1
        if not metric.is_stock:
            for fact in known.values():
                if fact.amount:
                    correct_fact(SYSTEM, fact_id=fact.pk, quantity=Decimal(0), reason=_("The records count no longer"))
                    written.corrected += 1
        kept = _without_doubles(metric, fresh, written)
        for start in range(0, len(kept), MOST_AT_ONCE):
            part = kept[start : start + MOST_AT_ONCE]
            enter_facts(SYSTEM, entries=part, decided=dict.fromkeys(range(len(part)), ADD))
        written.entered = len(kept)
    return written


def settle_stock(code: str, figures: Sequence[Figure]) -> Written:
    """Say how a stock stands today where that is not what stands: of a place and unit of which the room said something before and that has
    nothing now, nought. Raises nothing; a metric that is not in use writes nothing."""
    metric = metric_of(code)
    if metric is None or not metric.is_stock:
        return Written()
    today = clock.today()
    rows = ledger.standing(Fact.objects.filter(metric=metric, grid__isnull=True, site__isnull=True), today)
    standing = {(fact.division_id, fact.unit_id): fact for fact in rows.select_related("metric", "division", "unit__division")}
    here = {(one.division.pk, one.unit.pk): one for one in figures}
    for place, fact in standing.items():
        if place not in here and fact.source == Fact.Source.RECORD and fact.amount and fact.source_url:
            here[place] = Figure(
                f"{fact.division_id}/{fact.unit_id}", Decimal(0), today, fact.unit, fact.division, fact.source_words, fact.source_url,
                fact.generated,
            )  # fmt: skip
    changed = [
        one for place, one in here.items()
        if (fact := standing.get(place)) is None or fact.source != Fact.Source.RECORD or fact.quantity != one.quantity
    ]  # fmt: skip
    return settle(code, changed, since=today)


def _uid(metric: Metric, one: Figure) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{metric.code}/{one.key}" + (f"/{one.day}" if metric.is_stock else ""))


def _known(metric: Metric, since: date) -> dict[uuid.UUID, Fact]:
    """The room's own facts that count, by the identifier of the first of each chain. One query."""
    rows = Fact.objects.filter(metric=metric, source=Fact.Source.RECORD, ends_on__gte=since, counts=True).select_related("origin", "metric")
    return {fact.origin.uid if fact.origin is not None else fact.uid: fact for fact in rows}


def _without_doubles(metric: Metric, fresh: Sequence[NewFact], written: Written) -> list[NewFact]:
    """What nobody entered by hand; who entered the rest is told once. A stock that the room has told goes on to be told. Three queries, more
    where somebody is told."""
    there = set(Fact.objects.filter(uid__in=[one.uid for one in fresh]).values_list("uid", flat=True))
    fresh = [one for one in fresh if one.uid not in there]
    if not fresh:
        return []
    rows = Fact.objects.filter(metric=metric, counts=True)
    rows = ledger.standing(rows, clock.today()) if metric.is_stock else rows.filter(ends_on__gte=min(one.ends_on for one in fresh))
    entered = list(rows.filter(amount__gt=0).exclude(source=Fact.Source.RECORD).select_related("metric", "division", "unit"))
    told = set(Fact.objects.filter(metric=metric, source=Fact.Source.RECORD).values_list("division", "unit")) if metric.is_stock else set()
    kept: list[NewFact] = []
    beside: dict[int, Fact] = {}
    for one in fresh:
        double = next((fact for fact in entered if _tells_of(fact, one, metric.is_stock)), None)
        if double is None or (one.division.pk, one.unit.pk) in told:
            kept.append(one)
        else:
            beside[double.pk] = double
    written.beside = len(fresh) - len(kept)
    tell_many([
        Message(
            key=f"volunteers.ledger_beside:{fact.pk}", kind=BESIDE, title=_("“%(metric)s” is counted by the program") % {"metric": metric},
            text=_(
                "You entered %(told)s for %(unit)s. The program counts this from the records of volunteers; so that nothing stands twice it has "
                "left its own out. Compare, and take the entered figure back: the counted one is written then."
            ) % {"told": fact.told, "unit": fact.unit},
            link=fact.get_absolute_url(), accounts=frozenset({fact.entered_by_id}),
        )
        for fact in beside.values() if fact.entered_by_id is not None
    ])  # fmt: skip
    return kept


def _tells_of(fact: Fact, one: NewFact, stock: bool) -> bool:
    """Whether an entered fact says the same: of the same unit or one above it, of a place that holds this one, of these days. A stock of the
    same place and unit is no double: the newer replaces it."""
    same = (fact.division_id, fact.unit_id) == (one.division.pk, one.unit.pk)
    inside = one.unit.path.startswith(fact.unit.path) and one.division.path.startswith(fact.division.path)
    return inside and not (same if stock else not fact.starts_on <= one.ends_on <= fact.ends_on)
