"""Who must not score what: asked before each score, and once more when the contest is counted.

A juror has a conflict with an entry when they have a post in the unit that answers for its team (or below it), belong to the team or lead it,
entered the project themselves, or when a relation was declared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.people.models import Post, Unit
from chuangwen.volunteers.contest.models import ContestEntry, Juror, JurorConflict
from chuangwen.volunteers.corps.models import Membership


def conflicts(jurors: Sequence[Juror], entries: Sequence[ContestEntry]) -> dict[tuple[int, int], str]:
    """(juror, entry) -> why not. Four queries, however many there are. Jurors come with their account, entries with their team, its unit and
    leader."""
    people = {juror.account.person_id: juror.pk for juror in jurors if juror.account.person_id is not None}
    units: dict[int, set[str]] = defaultdict(set)
    today = clock.today()
    posts = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), person__in=people, starts_on__lte=today)
    for person, path in posts.values_list("person", "unit__path"):
        units[people[person]].add(path)
    own = {juror.pk: juror.unit_id for juror in jurors if juror.unit_id is not None}
    paths = dict(Unit.objects.filter(pk__in=own.values()).values_list("pk", "path"))
    for juror, unit in own.items():
        units[juror].add(paths[unit])
    rows = Membership.objects.filter(state__in=Membership.IN, team__in={entry.team_id for entry in entries}, volunteer__person__in=people)
    member = {(people[person], team) for person, team in rows.values_list("volunteer__person", "team")}
    declared = JurorConflict.objects.filter(juror__in=jurors, entry__in=entries).values_list("juror", "entry", "reason")
    found: dict[tuple[int, int], str] = {(juror, entry): reason for juror, entry, reason in declared}
    for juror in jurors:
        for entry in entries:
            if why := _why(juror, entry, units[juror.pk], member):
                found[juror.pk, entry.pk] = why
    return found


def _why(juror: Juror, entry: ContestEntry, units: set[str], member: set[tuple[int, int]]) -> str:
    team = entry.team
    if any(path.startswith(team.unit.path) for path in units):
        return _("works in the unit that answers for the team")
    leads = team.leader is not None and team.leader.person_id == juror.account.person_id
    if (juror.pk, team.pk) in member or leads:
        return _("belongs to the team")
    return _("entered the project") if entry.entered_by_id == juror.account_id else ""


def conflict_of(juror: Juror, entry: ContestEntry) -> str:
    """Why this juror does not score this entry; empty: they may."""
    return conflicts([juror], [entry]).get((juror.pk, entry.pk), "")
