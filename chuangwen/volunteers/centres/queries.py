"""What pages, API and sheets read of centres. Results are those of centres and their units, never of persons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.ledger.models import Fact
from chuangwen.places.models import Division
from chuangwen.volunteers.centres import rules
from chuangwen.volunteers.centres.access import SEE
from chuangwen.volunteers.centres.models import (
    Centre,
    CentreCheck,
    CentreFigure,
    CentreInformation,
    CentrePlatform,
    CentreTask,
)
from chuangwen.volunteers.corps.models import Team, Volunteer

ACTIVITIES = ("practice-activities", "festival-activities", "volunteer-activities", "lectures")
"""Metrics of the ledger by which activities of a centre are told."""


def centres(actor: Actor, verb: str = SEE) -> QuerySet[Centre]:
    """The centres that the actor sees, in the order of the tree."""
    return access.scoped(actor, verb, Centre).select_related("division", "unit", "site__type").order_by("path")


def _count(rows: QuerySet[Any], field: str = "centre") -> Coalesce:
    found = rows.filter(**{field: OuterRef("pk")}).order_by().values(field).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)


def _activities() -> QuerySet[Fact]:
    return Fact.objects.filter(counts=True, metric__code__in=ACTIVITIES)


def activities_of(centre: Centre) -> QuerySet[Fact]:
    """The records of activities of a centre that count: what ``with_records`` counts."""
    return _activities().filter(site=centre.site_id)


def done(in_time: bool) -> Q:
    """Tasks that were done by their day, or after it."""
    return Q(state=rules.DONE, done_on__lte=F("due_on")) if in_time else Q(state=rules.DONE, done_on__gt=F("due_on"))


def with_records(rows: QuerySet[Centre], first: date, last: date) -> QuerySet[Centre]:
    """With what is recorded of each from ``first`` to ``last``: records of activities in the ledger at its site, tasks that were due, those done
    in time and late, information sent and taken over, the newest self-check. One query."""
    due = CentreTask.objects.filter(due_on__gte=first, due_on__lte=last).exclude(state=rules.CALLED_OFF)
    sent = CentreInformation.objects.filter(struck_on__isnull=True)
    newest = CentreCheck.objects.filter(centre=OuterRef("pk"), day__lte=last).order_by("-day", "-pk")
    facts = _activities().filter(ends_on__gte=first, ends_on__lte=last, site__isnull=False)
    held = facts.filter(site=OuterRef("site")).order_by().values("site").annotate(n=Count("pk")).values("n")
    return rows.annotate(
        activities=Coalesce(Subquery(held, output_field=IntegerField()), 0),
        due=_count(due),
        in_time=_count(due.filter(done(True))),
        late=_count(due.filter(done(False))),
        sent=_count(sent.filter(sent_on__gte=first, sent_on__lte=last)),
        adopted=_count(sent.filter(adopted_on__gte=first, adopted_on__lte=last)),
        check_met=Subquery(newest.values("met")[:1]), check_asked=Subquery(newest.values("asked")[:1]),
        checked_on=Subquery(newest.values("day")[:1]),
    )  # fmt: skip


@dataclass
class Branch:
    """A centre in the tree, with how many there are below it by kind."""

    centre: Centre
    counts: Counter[str]
    indent: int

    @property
    def words(self) -> str:
        """What hangs below, as 9+218+N."""
        return rules.chain_words(dict(self.counts))


def tree(actor: Actor) -> list[Branch]:
    """Every centre in use that the actor sees, in order. One query."""
    rows = list(centres(actor).exclude(state=Centre.State.CLOSED))
    by_path = {row.path: Branch(row, Counter(), 0) for row in rows}
    for row in rows:
        seen = [path for path in row.ancestor_paths if path in by_path]
        by_path[row.path].indent = len(seen) - 1
        for path in seen:
            by_path[path].counts[row.kind] += 1
    return [by_path[row.path] for row in rows]


def above(rows: Sequence[Branch]) -> list[Centre]:
    """What the tree hangs under and is not in it: the centres in use above, from the top, as far as everybody may read of them. One query."""
    known = {row.centre.path for row in rows}
    wanted = {path for row in rows if not row.indent for path in row.centre.ancestor_paths[:-1]} - known
    found = Centre.objects.filter(path__in=wanted, public=True).exclude(state=Centre.State.CLOSED) if wanted else Centre.objects.none()
    return list(found.select_related("unit", "division").order_by("path"))


def counts(actor: Actor) -> dict[str, int]:
    """Kind -> how many are in use. One query."""
    rows = access.scoped(actor, SEE, Centre).exclude(state=Centre.State.CLOSED).order_by().values("kind")
    return {row["kind"]: row["n"] for row in rows.annotate(n=Count("pk"))}


def tasks(actor: Actor, verb: str = SEE) -> QuerySet[CentreTask]:
    return access.scoped(actor, verb, CentreTask).select_related("centre__unit", "centre__division")


def overdue(today: date) -> Q:
    return Q(state=rules.GIVEN, due_on__lt=today)


def platforms_of(centre: Centre) -> list[CentrePlatform]:
    """In the order in which the papers name them. Two queries."""
    order = {kind: n for n, (kind, _label) in enumerate(rules.PLATFORMS)}
    rows = centre.platforms.select_related("lead").prefetch_related("members")
    return sorted(rows, key=lambda row: order[row.kind])


def counted(division: Division, keys: Iterable[str]) -> dict[str, int]:
    """What this program counts itself at a place and below, by the words of published figures. Five queries at most."""
    wanted, below = set(keys), Division.subtree_ids(division.path)
    found: dict[str, int] = {}
    if wanted & set(rules.KINDS):
        rows = Centre.objects.filter(division__in=below).exclude(state=Centre.State.CLOSED).order_by().values("kind")
        found |= dict.fromkeys(rules.KINDS, 0) | {row["kind"]: row["n"] for row in rows.annotate(n=Count("pk"))}
    teams = Team.objects.filter(division__in=below).exclude(state=Team.State.CLOSED)
    if any(key.startswith("team") for key in wanted):
        by_kind = {row["kind"]: row["n"] for row in teams.order_by().values("kind").annotate(n=Count("pk"))}
        found |= {f"team:{kind}": by_kind.get(kind, 0) for kind in Team.Kind.values} | {"teams": sum(by_kind.values())}
    if "volunteers" in wanted:
        found["volunteers"] = Volunteer.objects.filter(division__in=below, state=Volunteer.State.ACTIVE).count()
    if "platforms" in wanted:
        found["platforms"] = CentrePlatform.objects.filter(centre__division__in=below).values("kind").distinct().count()
    return {key: found[key] for key in wanted if key in found}


def figures(actor: Actor) -> QuerySet[CentreFigure]:
    return access.scoped(actor, SEE, CentreFigure).select_related("division")


def month_of(day: date) -> tuple[date, date]:
    """First and last day of its month, the last not after today."""
    first = day.replace(day=1)
    last = (first.replace(day=28) + (date(2000, 1, 5) - date(2000, 1, 1))).replace(day=1)
    end = date.fromordinal(last.toordinal() - 1)
    return first, min(end, max(first, clock.today()))
