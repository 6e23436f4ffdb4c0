"""What pages, API, sheets and calendars read of activities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.activities import festivals, rules
from chuangwen.volunteers.activities.access import SEE
from chuangwen.volunteers.activities.models import Activity, ActivityOpinion, Shift, SignUp, Theme
from chuangwen.volunteers.activities.states import OPEN
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.presence.models import Presence, Source
from chuangwen.volunteers.presence.sources import Attended

NEAR = 5_000
"""Metres: what is meant by near by in the finder."""
FOUND = 60


def local_midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL)


def activities(actor: Actor, verb: str = SEE) -> QuerySet[Activity]:
    """The activities that the actor sees, with how many places there are and are given."""
    whole = Shift.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
    waiting = SignUp.objects.filter(shift__activity=OuterRef("pk"), state="waiting").order_by().values("shift__activity")
    return access.scoped(actor, verb, Activity).select_related("team", "division", "site", "theme", "leader__person").annotate(
        places=Coalesce(Subquery(whole.annotate(n=Sum("places")).values("n")), 0),
        taken=Coalesce(Subquery(whole.annotate(n=Sum("taken")).values("n")), 0),
        shift_count=Coalesce(Subquery(whole.annotate(n=Count("pk")).values("n")), 0),
        waiting_count=Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n")), 0),
    )  # fmt: skip


def coming(now: datetime) -> Q:
    return Q(state__in=("approved", "open"), last_at__gt=now)


def without_result() -> Q:
    return Q(state="held")


def figures(actor: Actor) -> dict[str, int]:
    """How the activities stand that the actor sees. One query."""
    now = clock.now()
    month = rules.month_span(clock.today())
    span = Q(first_at__gte=local_midnight(month[0]), first_at__lt=local_midnight(month[1] + timedelta(days=1)))
    return access.scoped(actor, SEE, Activity).order_by().aggregate(
        asked=Count("pk", filter=Q(state="asked")), coming=Count("pk", filter=coming(now)), held=Count("pk", filter=without_result()),
        closed=Count("pk", filter=Q(state="closed") & span), month=Count("pk", filter=span & ~Q(state__in=("draft", "called_off"))),
        came=Sum("came", filter=Q(state="closed") & span, default=0),
    )  # fmt: skip


@dataclass(frozen=True)
class CalendarDay:
    day: date
    inside: bool
    today: bool
    festivals: list[str]
    shifts: list[Shift]
    more: int

    @property
    def weekday(self) -> str:
        return f"周{'一二三四五六日'[self.day.weekday()]}"


SHOWN = 6


def month_calendar(actor: Actor, month: date) -> list[list[CalendarDay]]:
    """The weeks of a month with the shifts of each day. One query."""
    weeks = rules.weeks(month)
    first, last = weeks[0][0], weeks[-1][-1]
    rows = Shift.objects.filter(
        activity__in=access.scoped(actor, SEE, Activity).order_by().values("pk"), starts_at__gte=local_midnight(first),
        starts_at__lt=local_midnight(last + timedelta(days=1)),
    ).select_related("activity__team")  # fmt: skip
    by_day: dict[date, list[Shift]] = defaultdict(list)
    for shift in rows.order_by("starts_at", "pk"):
        by_day[shift.starts_at.astimezone(clock.LOCAL).date()].append(shift)
    feasts: dict[date, list[str]] = defaultdict(list)
    for day, one in festivals.between(first, last):
        feasts[day].append(one.name)
    today = clock.today()
    return [
        [
            CalendarDay(day, day.month == month.month, day == today, feasts[day], by_day[day][:SHOWN], max(0, len(by_day[day]) - SHOWN))
            for day in week
        ]
        for week in weeks
    ]  # fmt: skip


def theme_of(actor: Actor, month: date) -> Theme | None:
    """The theme of a month at the widest place that the actor sees. One query."""
    return access.scoped(actor, SEE, Theme).filter(month=month.replace(day=1)).order_by("division__depth", "pk").first()


def shifts_of(activity: Activity) -> list[Shift]:
    return list(activity.shifts.order_by("starts_at", "pk"))


@dataclass(frozen=True)
class Line:
    """Somebody on the leader's list of a shift: their sign-up, where there is one, and the presence, where they came."""

    volunteer: Volunteer
    sign_up: SignUp | None
    presence: Presence | None
    metres: int | None = None


def leaders_list(shifts: Sequence[Shift]) -> dict[int, list[Line]]:
    """By shift: those with a place and those who came, by number of the volunteer; the waiting list behind, in its order. Three queries."""
    keys = [shift.pk for shift in shifts]
    presences: dict[tuple[int, int], Presence] = {}
    rows = Presence.objects.filter(source=Source.SHIFT, source_id__in=keys).exclude(state=Presence.State.VOID)
    for presence in rows.select_related("volunteer__person", "attendance").order_by("began_at"):
        presences[presence.source_id, presence.volunteer_id] = presence
    found: dict[int, list[Line]] = {key: [] for key in keys}
    seen: set[tuple[int, int]] = set()
    signed = SignUp.objects.filter(shift__in=keys, state__in=SignUp.OPEN).select_related("volunteer__person")
    for row in signed.order_by("state", "order"):
        there = presences.get((row.shift_id, row.volunteer_id))
        seen.add((row.shift_id, row.volunteer_id))
        found[row.shift_id].append(Line(row.volunteer, row, there, _metres(there)))
    for (key, volunteer), presence in presences.items():
        if (key, volunteer) not in seen:
            found[key].append(Line(presence.volunteer, None, presence, _metres(presence)))
    return found


def _metres(presence: Presence | None) -> int | None:
    kept = getattr(presence, "attendance", None) if presence is not None else None
    return kept.begin_metres if kept is not None else None


def opinion_of(activity: Activity) -> dict[str, Any]:
    """Mean, how many, and the words without names. Two queries."""
    rows = ActivityOpinion.objects.filter(activity=activity).order_by()
    told = rows.aggregate(mean=Avg("grade"), count=Count("pk"))
    return told | {"words": list(rows.exclude(words="").order_by("pk").values_list("words", flat=True)[:30])}


# -- a volunteer's own -------------------------------------------------------------------------------------------------


def my_sign_ups(volunteer: Volunteer, now: datetime, *, back: timedelta = timedelta(days=2)) -> list[SignUp]:
    """What one signed up for and is not over, with its shift and activity. One query."""
    rows = SignUp.objects.filter(volunteer=volunteer, state__in=SignUp.OPEN, shift__ends_at__gt=now - back)
    rows = rows.filter(shift__activity__state__in=("open", "held"))
    return list(rows.select_related("shift__activity__team", "shift__activity__site", "shift__activity__division").order_by("shift__starts_at"))


def coming_at(site_id: int, area: str, now: datetime, most: int = 12) -> list[Shift]:
    """Shifts of the next four weeks for which one can sign up: at a site, and in the whole area of this path where one is given. One query."""
    here = Q(activity__site=site_id)
    if area:
        here |= Q(activity__division__path__startswith=area)
    rows = Shift.objects.filter(here, activity__state=OPEN, ends_at__gt=now, starts_at__lt=now + timedelta(days=28))
    return list(rows.select_related("activity__team", "activity__site", "activity__division").order_by("starts_at", "pk")[:most])


@dataclass(frozen=True)
class Offer:
    """A shift that one could sign up for. ``metres``: None where one of the two points is not known; ``fits``: it wants a skill one has."""

    shift: Shift
    metres: int | None
    fits: bool


def offers(
    volunteer: Volunteer, now: datetime, *, near: bool = False, free: bool = False, point: tuple[float, float] | None = None
) -> list[Offer]:
    """Open shifts of the volunteer's county that are still to come, the nearest in time first, those near by where asked. Two queries."""
    rows = Shift.objects.filter(
        activity__state=OPEN, activity__division__path__startswith=rules.county_of(volunteer.division), ends_at__gt=now,
        starts_at__lt=now + timedelta(days=60),
    )
    rows = rows.exclude(pk__in=SignUp.objects.filter(volunteer=volunteer, state__in=SignUp.OPEN).order_by().values("shift"))
    if free:
        rows = rows.filter(taken__lt=F("places"))
    here = point or ((volunteer.lat, volunteer.lon) if volunteer.lat is not None and volunteer.lon is not None else None)
    skills = set(volunteer.skills.values_list("pk", flat=True))
    found: list[Offer] = []
    related = ("activity__team", "activity__site", "activity__division")
    for shift in rows.select_related(*related).prefetch_related("activity__skills").order_by("starts_at", "pk")[: FOUND * 5]:
        activity = shift.activity
        way = rules.metres(here, (activity.lat, activity.lon)) if here and activity.lat is not None and activity.lon is not None else None
        if near and (way is None or way > NEAR):
            continue
        found.append(Offer(shift, way, any(skill.pk in skills for skill in activity.skills.all())))
        if len(found) >= FOUND:
            break
    return found


def presences_of(volunteer: Volunteer, shifts: Sequence[int]) -> dict[int, Presence]:
    """Of each of these shifts the newest presence that counts. One query."""
    rows = Presence.objects.filter(volunteer=volunteer, source=Source.SHIFT, source_id__in=shifts).exclude(state=Presence.State.VOID)
    return {row.source_id: row for row in rows.order_by("began_at")}


def to_say(volunteer: Volunteer, now: datetime) -> list[Activity]:
    """Activities of the last four weeks at which one was present and has not said how it was. One query."""
    mine = Presence.objects.filter(
        volunteer=volunteer, source=Source.SHIFT, state=Presence.State.ENDED, began_at__gt=now - timedelta(days=28)
    ).order_by().values("source_id")
    rows = Activity.objects.filter(state__in=("held", "closed"), shifts__in=mine)
    return list(rows.exclude(opinions__volunteer=volunteer).distinct().order_by("-first_at")[:5])


# -- what stands behind a presence -------------------------------------------------------------------------------------


def _responsible(activity: Activity) -> str:
    """Who leads the activity, else the team."""
    leader = activity.leader or activity.team.leader
    return leader.person.name if leader else ""


def attended(keys: Sequence[int]) -> Mapping[int, Attended]:
    """Shifts as presences know them. One query."""
    related = ("activity__site", "activity__division", "activity__leader__person", "activity__team__leader__person")
    rows = Shift.objects.filter(pk__in=keys).select_related(*related)
    return {
        shift.pk: Attended(
            title=shift.activity.title, link=reverse("volunteers:activity", args=[shift.activity_id]), start=shift.starts_at,
            end=shift.ends_at, team_id=shift.activity.team_id, lat=shift.activity.lat, lon=shift.activity.lon,
            place=shift.activity.where, content=shift.activity.about or shift.activity.get_kind_display(),
            responsible=_responsible(shift.activity),
        )
        for shift in rows
    }  # fmt: skip
