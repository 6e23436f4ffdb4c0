"""What pages and API read of contests: projects of teams, never persons."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.contest import rules
from chuangwen.volunteers.contest.access import ENTER, JUDGE, SEE
from chuangwen.volunteers.contest.models import Contest, ContestEntry, ContestResult, ContestScore, Juror
from chuangwen.volunteers.corps.models import Team


def contests(actor: Actor, verb: str = SEE) -> QuerySet[Contest]:
    """Those that the actor sees, with how many projects take part and how large the jury is."""
    return access.scoped(actor, verb, Contest).select_related("division", "unit", "follows").annotate(
        projects=Count("entries", filter=~Q(entries__state=rules.WITHDRAWN), distinct=True),
        jury=Count("jurors", filter=Q(jurors__left_on__isnull=True), distinct=True),
    )  # fmt: skip


def open_for(actor: Actor) -> list[Contest]:
    """Contests in which a team of the actor's could take part now."""
    teams = access.scoped(actor, ENTER, Team).filter(state=Team.State.ACTIVE).values_list("division__path", flat=True)
    paths = set(teams.distinct()[:500])
    rows = Contest.objects.filter(state=rules.OPEN).select_related("division").order_by("entries_until", "pk")
    return [row for row in rows if any(path.startswith(row.division.path) for path in paths)]


def entries(actor: Actor, verb: str = ENTER) -> QuerySet[ContestEntry]:
    return access.scoped(actor, verb, ContestEntry).select_related("contest", "team__unit", "team__leader", "outcome")


def juries(actor: Actor) -> QuerySet[Juror]:
    """Where the actor is a juror, and there is still something to score."""
    rows = Juror.objects.filter(account=actor.account_id, left_on__isnull=True, contest__state=rules.JUDGING)
    return rows.select_related("contest", "account__person") if actor.may(JUDGE) and actor.account_id is not None else rows.none()


def scores_of(juror: Juror) -> dict[int, dict[int, Decimal]]:
    """Entry -> criterion -> points that this juror gave. One query."""
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for entry, criterion, points in ContestScore.objects.filter(juror=juror).values_list("entry", "criterion", "points"):
        found[entry][criterion] = points
    return found


def results(contest: Contest) -> QuerySet[ContestResult]:
    """In order of rank; without a result at the end."""
    return ContestResult.objects.filter(entry__contest=contest).select_related("entry__team__unit", "entry__contest")


def public(state: Any = None) -> QuerySet[Contest]:
    """What everybody may know of."""
    return Contest.objects.filter(state__in=rules.PUBLIC).select_related("division", "unit").order_by("-starts_on", "-pk")
