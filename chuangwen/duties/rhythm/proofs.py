"""Which records show that a duty was done. A registry: a room that keeps such records adds its own; nothing is asked for a second time.

A proof finds records of units between two days, all at once, in a constant number of queries. It says of what unit a record is, on which
day, what it was and where it can be looked at; never who did it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.cases.models import Case, CaseEvent, Source, Verb
from chuangwen.duties.rhythm.models import DutyRecord
from chuangwen.fieldwork.models import Visit
from chuangwen.kernel import clock
from chuangwen.people.models import Post
from chuangwen.web.filters import start_of

RECORD = "record"


@dataclass(frozen=True)
class Found:
    """A record that counts. ``duty`` only where it counts for that duty alone."""

    unit: int
    day: date
    title: str
    url: str = ""
    duty: int | None = None
    photo: int | None = None
    record: int | None = None


@dataclass(frozen=True)
class Proof:
    """``find(units, first, last)`` gives the records of these units from one day to another, both inside."""

    key: str
    label: str | Promise
    find: Callable[[Collection[int], date, date], Iterable[Found]]


PROOFS: dict[str, Proof] = {}


def register(key: str, label: str | Promise) -> Callable[[Callable[[Collection[int], date, date], Iterable[Found]]], None]:
    """Decorator: make a proof known under ``room.what``."""

    def add(find: Callable[[Collection[int], date, date], Iterable[Found]]) -> None:
        PROOFS[key] = Proof(key, label, find)

    return add


def labels(keys: Iterable[str]) -> list[str]:
    return [str(PROOFS[key].label) for key in keys if key in PROOFS]


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """The moments from the beginning of one day to the end of another, here."""
    return start_of(first), start_of(last + timedelta(days=1))


def day_of(moment: datetime) -> date:
    return moment.astimezone(clock.LOCAL).date()


class Members:
    """Who belongs to which of these units on which day. One query."""

    def __init__(self, units: Collection[int]):
        self._posts: dict[int, list[tuple[int, date, date]]] = defaultdict(list)
        rows = Post.objects.filter(unit__in=units, person__account__isnull=False).order_by()
        for account, unit, starts, ends in rows.values_list("person__account", "unit", "starts_on", "ends_on"):
            self._posts[account].append((unit, starts, ends or date.max))

    @property
    def accounts(self) -> list[int]:
        return list(self._posts)

    def units_of(self, account: int | None, day: date) -> set[int]:
        """The units, of those asked about, to which somebody belonged on a day."""
        return {unit for unit, starts, ends in self._posts.get(account or 0, ()) if starts <= day <= ends}


@register(RECORD, gettext_lazy("a short record, where nothing else shows it"))
def _short_records(units: Collection[int], first: date, last: date) -> Iterable[Found]:
    rows = DutyRecord.objects.filter(unit__in=units, day__gte=first, day__lte=last)
    for row in rows.order_by("day", "pk"):
        title = row.what if row.people is None else _("%(what)s (%(people)d people)") % {"what": row.what, "people": row.people}
        yield Found(row.unit_id, row.day, title, duty=row.duty_id, photo=row.photo_id, record=row.pk)


@register("fieldwork.visit", gettext_lazy("a visit to a site"))
def _visits(units: Collection[int], first: date, last: date) -> Iterable[Found]:
    """Of the unit that went: named with the visit, else that of the team, else the units of whoever was there."""
    since, before = moments(first, last)
    members = Members(units)
    rows = Visit.objects.filter(at__gte=since, at__lt=before).annotate(of=Coalesce("unit", "team__unit")).order_by("at", "pk")
    for of, account, at, site, name in rows.values_list("of", "account", "at", "site", "site__name"):
        day = day_of(at)
        for unit in {of} & set(units) if of is not None else members.units_of(account, day):
            yield Found(unit, day, _("Visit: %(site)s") % {"site": name}, reverse("places:site", args=[site]))


def _events(verb: str, units: Collection[int], first: date, last: date, title: str) -> Iterable[Found]:
    """Events of cases that are alive or were closed since: the small part of all cases, which indexes hold."""
    since, before = moments(first, last)
    alive = Case.objects.filter(live__isnull=False).order_by().values("pk")
    recent = alive.union(Case.objects.filter(closed_at__gte=since).order_by().values("pk"))
    rows = CaseEvent.objects.filter(case__in=recent, verb=verb, unit__in=units, at__gte=since, at__lt=before).order_by("at", "pk")
    for unit, at, case, number in rows.values_list("unit", "at", "case", "case__number"):
        yield Found(unit or 0, day_of(at), title % {"number": number or ""}, reverse("cases:detail", args=[case]))


@register("cases.answered", gettext_lazy("a problem answered with what was done"))
def _answers(units: Collection[int], first: date, last: date) -> Iterable[Found]:
    return _events(Verb.SUBMIT, units, first, last, _("Answered: %(number)s"))


@register("cases.verified", gettext_lazy("a problem checked on the spot"))
def _checks(units: Collection[int], first: date, last: date) -> Iterable[Found]:
    return _events(Verb.VERIFY, units, first, last, _("Checked: %(number)s"))


@register("cases.patrolled", gettext_lazy("a problem found on patrol or by self-check"))
def _patrols(units: Collection[int], first: date, last: date) -> Iterable[Found]:
    """Of the units of whoever found it."""
    since, before = moments(first, last)
    members = Members(units)
    rows = Case.objects.filter(
        source__in=(Source.PATROL, Source.SELF_CHECK), reported_at__gte=since, reported_at__lt=before, reported_by__in=members.accounts
    ).order_by("reported_at", "pk")
    for account, at, case, text in rows.values_list("reported_by", "reported_at", "pk", "description"):
        day = day_of(at)
        for unit in members.units_of(account, day):
            yield Found(unit, day, _("Found on patrol: %(what)s") % {"what": text[:40]}, reverse("cases:detail", args=[case]))
