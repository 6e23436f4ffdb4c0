"""What pages, API and sheets read of the record beside hours. Nothing here orders persons by what they were given or how they were appraised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.activities.models import ActivityOpinion, Shift
from chuangwen.volunteers.corps.access import LEAD
from chuangwen.volunteers.corps.models import Team, Volunteer
from chuangwen.volunteers.hours import queries as hours
from chuangwen.volunteers.orders.models import ServiceOrder
from chuangwen.volunteers.presence.models import ServiceEntry, Source
from chuangwen.volunteers.record import rules
from chuangwen.volunteers.record.access import APPRAISE, JUDGE
from chuangwen.volunteers.record.models import Commendation, RecordObjection, ServiceAppraisal, ServiceComplaint, Standing

OBJECTION = ("volunteer__person", "volunteer__division", "unit", "entry__team", "appraisal__entry", "commendation", "correction",
             "answered_by__person")  # fmt: skip


def commendations(actor: Actor, verb: str = hours.SEE) -> QuerySet[Commendation]:
    return access.scoped(actor, verb, Commendation).select_related("volunteer__person", "volunteer__division", "unit", "team", "photo")


def appraisals(actor: Actor, verb: str = hours.SEE) -> QuerySet[ServiceAppraisal]:
    return access.scoped(actor, verb, ServiceAppraisal).select_related("entry__volunteer__person", "entry__team", "made_by__person")


def objections(actor: Actor, verb: str = hours.SEE) -> QuerySet[RecordObjection]:
    return access.scoped(actor, verb, RecordObjection).select_related(*OBJECTION)


def complaints(actor: Actor) -> QuerySet[ServiceComplaint]:
    return access.scoped(actor, JUDGE, ServiceComplaint).select_related("team__leader", "unit", "division", "answered_by__person")


def complaint_of(order: ServiceOrder) -> ServiceComplaint | None:
    """The newest complaint about an order, for whoever holds its link."""
    return ServiceComplaint.objects.filter(source=Source.ORDER, source_id=order.pk).first()


def late(day: date) -> Q:
    """Not answered in time on that day."""
    return Q(state__in=RecordObjection.WAITING, due_on__lt=day)


def to_appraise(actor: Actor) -> QuerySet[ServiceEntry]:
    """Services that count and that nobody has appraised: of the desk's area and of the teams that the actor leads, never one's own."""
    rows = ServiceEntry.objects.filter(counts=True, minutes__gt=0).exclude(from_system__gt="")
    led = Team.objects.none()
    if actor.may(LEAD):
        led = access.scoped(actor, LEAD, Team).filter(leader__person__account=actor.account_id)
    mine = access.scoped(actor, APPRAISE, ServiceEntry)
    rows = rows.filter(Q(pk__in=mine.values("pk")) | Q(team__in=led.values("pk")))
    if actor.person_id is not None:
        rows = rows.exclude(volunteer__person=actor.person_id)
    standing = ServiceAppraisal.objects.filter(entry=OuterRef("pk"), state=Standing.STANDS)
    return rows.annotate(appraised=Exists(standing)).filter(appraised=False).select_related("volunteer__person", "team")


@dataclass(frozen=True)
class Rated:
    """Grades that were given anyway: ``count`` of them, their mean with one place. ``source``: an order, or an activity."""

    source: str
    services: int
    count: int
    mean: str


def ratings(volunteer: Volunteer) -> list[Rated]:
    """What those who ordered, and those who were there, said of services in which the volunteer took part: of the service, as it is. Two
    queries at most; nothing for kinds that nobody rated."""
    rows = ServiceEntry.objects.filter(volunteer=volunteer, counts=True).order_by()
    found = []
    orders = ServiceOrder.objects.filter(pk__in=rows.filter(source=Source.ORDER).values("source_id"), rating__isnull=False).order_by()
    told = orders.aggregate(n=Count("pk"), total=Sum("rating"))
    if told["n"]:
        found.append(Rated(Source.ORDER, told["n"], told["n"], rules.mean_told(told["total"], told["n"])))
    shifts = Shift.objects.filter(pk__in=rows.filter(source=Source.SHIFT).values("source_id")).order_by()
    opinions = ActivityOpinion.objects.filter(activity__in=shifts.values("activity")).order_by()
    told = opinions.aggregate(n=Count("pk"), total=Sum("grade"), services=Count("activity", distinct=True))
    if told["n"]:
        found.append(Rated(Source.SHIFT, told["services"], told["n"], rules.mean_told(told["total"], told["n"])))
    return found


def rating_of(entry: ServiceEntry) -> Rated | None:
    """How the order or the activity of one entry was rated; None where nobody did. One query."""
    if entry.source == Source.ORDER:
        grades = ServiceOrder.objects.filter(pk=entry.source_id, rating__isnull=False).aggregate(n=Count("pk"), total=Sum("rating"))
    elif entry.source == Source.SHIFT:
        grades = ActivityOpinion.objects.filter(activity__shifts=entry.source_id).aggregate(n=Count("pk"), total=Sum("grade"))
    else:
        return None
    return Rated(entry.source, 1, grades["n"], rules.mean_told(grades["total"], grades["n"])) if grades["n"] else None


def grades_of(volunteer: Volunteer) -> list[tuple[str, int]]:
    """How many services were appraised with each word, in the order of the list; words that were not given are left out. One query."""
    rows = ServiceAppraisal.objects.filter(entry__volunteer=volunteer, entry__counts=True, state=Standing.STANDS).order_by()
    told = dict(rows.values_list("grade").annotate(n=Count("pk")))
    return [(str(label), told[value]) for value, label in ServiceAppraisal.Grade.choices if value in told]


def appraisals_of(entries: Sequence[ServiceEntry]) -> list[ServiceAppraisal]:
    """Of an entry and what it corrected or what corrected it, newest first; those withdrawn too. One query."""
    rows = ServiceAppraisal.objects.filter(entry__in=[row.pk for row in entries]).select_related("made_by__person", "entry__volunteer")
    return list(rows)


def on_a_certificate(volunteer_id: int, first: date, last: date) -> list[dict[str, Any]]:
    """Commendations of that time that stand, as a certificate keeps them. One query."""
    rows = Commendation.objects.filter(volunteer=volunteer_id, state=Standing.STANDS, day__range=(first, last)).order_by("day", "pk")
    return [
        {"id": row.pk, "title": row.title, "level": str(row.get_level_display()), "given_by": row.given_by, "day": row.day.isoformat()}
        for row in rows
    ]
