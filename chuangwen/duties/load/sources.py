"""What falls on units, source by source. A registry: a room that puts something on units adds its source; nothing is entered by hand.

Each source finds all of several units and weeks at once, in a constant number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.cases.models import Case, State
from chuangwen.duties.rhythm import proofs
from chuangwen.duties.rhythm.models import Duty, Occurrence
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.fieldwork.models import RoundSite
from chuangwen.kernel import clock, workload
from chuangwen.people.models import Unit
from chuangwen.web.filters import start_of

DONE_STATES = (State.SUBMITTED, State.VERIFIED, State.CLOSED)


@dataclass(frozen=True)
class Burden:
    """One thing that falls on a unit in a week. ``page`` is where it stands: the name of an address and the row that it is of. ``key`` names it
    as ``workload.Planned.key`` does."""

    unit: int
    monday: date
    source: str
    title: str
    page: tuple[str, int]
    planned: int = 1
    done: int = 0
    key: str = ""

    @property
    def url(self) -> str:
        """The address of its page; put together where it is shown, because a table of weeks counts thousands and shows none."""
        name, row = self.page
        return reverse(name, args=[row])


Find = Callable[[Collection[int], date, date], Iterable[Burden]]
SOURCES: dict[str, list[Find]] = {}
"""By the source that they find; several may find the same."""


def register(name: str) -> Callable[[Find], Find]:
    """Decorator: ``find(units, first, last)`` gives what falls on these units between two days, both inside."""

    def add(find: Find) -> Find:
        found = SOURCES.setdefault(name, [])
        if find not in found:
            found.append(find)
        return find

    return add


def burdens(units: Collection[int], first: date, last: date, only: str = "") -> list[Burden]:
    """All that falls on units between two days, source by source; of one source where it is named."""
    if not units:
        return []
    finders = dict.fromkeys(find for name, found in SOURCES.items() if only in ("", name) for find in found)
    return [one for find in finders for one in find(units, first, last) if only in ("", one.source)]


@register(workload.DUTIES)
@register(workload.FORMS)
def _occurrences(units: Collection[int], first: date, last: date) -> Iterable[Burden]:
    """Duties in the week in which each is due: those that records show by themselves, and those for which a record is asked."""
    found = Occurrence.objects.filter(unit__in=units, last__gte=first, last__lte=last).exclude(state=Occurrence.State.EXCUSED)
    rows = list(found.order_by("last", "pk").values_list("pk", "unit", "last", "duty", "wanted", "done"))
    duties = {pk: (name, shown) for pk, name, shown in Duty.objects.filter(pk__in={row[3] for row in rows}).values_list("pk", "name", "proofs")}
    for pk, unit, day, duty, wanted, done in rows:
        name, shown = duties[duty]
        source = workload.FORMS if shown == [proofs.RECORD] else workload.DUTIES
        yield Burden(unit, week_of(day), source, name, ("duties:occurrence", pk), wanted, min(done, wanted), f"duties.duty:{duty}")


@register(workload.CHECKS)
def _checks(units: Collection[int], first: date, last: date) -> Iterable[Burden]:
    """Rounds that come to a place: each once a week in which a visit is planned, on the units of that place."""
    of: dict[int, list[int]] = defaultdict(list)
    for pk, division in Unit.objects.filter(pk__in=units, kind=Unit.Kind.COMMUNITY).order_by().values_list("pk", "division"):
        of[division].append(pk)
    if not of:
        return
    planned = Q(day__gte=first, day__lte=last) | Q(day__isnull=True, round__starts_on__gte=first, round__starts_on__lte=last)
    rows = RoundSite.objects.filter(planned, site__division__in=of, merged_with__isnull=True, skipped_at__isnull=True)
    visits: dict[tuple[int, date, int], list[bool]] = defaultdict(list)
    names: dict[int, str] = {}
    for division, day, starts, round, name, done in rows.order_by("pk").values_list(
        "site__division", "day", "round__starts_on", "round", "round__name", "done_at"
    ):
        names[round] = name
        visits[division, week_of(day or starts), round].append(done is not None)
    for (division, monday, round), seen in visits.items():
        title = _("%(round)s: %(count)d sites") % {"round": names[round], "count": len(seen)}
        for unit in of[division]:
            yield Burden(
                unit, monday, workload.CHECKS, title, ("fieldwork:round", round), 1, int(any(seen)), f"fieldwork.round:{round}"
            )


@register(workload.TASKS)
def _tasks(units: Collection[int], first: date, last: date) -> Iterable[Burden]:
    """Problems by the week in which they are due, on whoever works on them."""
    since, before = start_of(first), start_of(last + timedelta(days=1))
    rows = Case.objects.filter(due_at__gte=since, due_at__lt=before, handling_unit__in=units)
    rows = rows.exclude(state__in=(State.REJECTED, State.MERGED)).order_by("due_at", "pk")
    for pk, number, unit, due, state, text in rows.values_list("pk", "number", "handling_unit", "due_at", "state", "description"):
        if due is None:
            continue
        monday = week_of(due.astimezone(clock.LOCAL).date())
        title = f"{number or ''} {text[:40]}".strip()
        yield Burden(unit or 0, monday, workload.TASKS, title, ("cases:detail", pk), 1, int(state in DONE_STATES), f"cases.case:{pk}")
