"""What pages, API and sheets read of teams and volunteers. Nothing here orders persons by what they did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import AuditEntry
from chuangwen.volunteers.corps.access import LEAD, MANAGE_VOLUNTEERS, SEE_TEAMS, SEE_VOLUNTEERS
from chuangwen.volunteers.corps.models import Insurance, Insured, Membership, Skill, Team, Trained, Training, Volunteer

IN_TEAM = Membership.IN


def members_count() -> Any:
    """Of each team how many volunteers are in it."""
    rows = Membership.objects.filter(team=OuterRef("pk"), state__in=IN_TEAM).order_by().values("team")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def asking_count() -> Any:
    """Of each team how many ask to join."""
    rows = Membership.objects.filter(team=OuterRef("pk"), state="asked").order_by().values("team")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def teams(actor: Actor, verb: str = SEE_TEAMS) -> QuerySet[Team]:
    """The teams that the actor sees."""
    return access.scoped(actor, verb, Team).select_related("unit", "division", "site", "leader__person")


def counted_teams(rows: QuerySet[Team]) -> QuerySet[Team]:
    """With ``member_count``, ``asking_count`` and their skills."""
    return rows.annotate(member_count=members_count(), asking_count=asking_count()).prefetch_related("skills")


def led_by(actor: Actor) -> QuerySet[Team]:
    """The teams that the actor leads and that are not closed."""
    return access.scoped(actor, LEAD, Team).filter(leader__person__account=actor.account_id).exclude(state="closed").order_by("path")


def without_leader() -> Q:
    return Q(leader__isnull=True) & ~Q(state="closed")


def asked_for() -> Q:
    """Somebody asks to join it."""
    return Q(pk__in=Membership.objects.filter(state="asked").order_by().values("team"))


def small() -> Q:
    """Fewer than three members."""
    rows = Membership.objects.filter(state__in=IN_TEAM).order_by().values("team").annotate(n=Count("pk")).filter(n__gte=3)
    return ~Q(pk__in=rows.values("team")) & ~Q(state="closed")


def members(team: Team) -> QuerySet[Membership]:
    """Who is in it or asks to be, those who ask first, then as they joined."""
    rows = team.memberships.filter(state__in=Membership.OPEN).select_related("volunteer__person", "volunteer__division")
    return rows.annotate(waits=Case(When(state="asked", then=0), When(state="deputy", then=1), default=2)).order_by("waits", "joined_on", "pk")


def tree(actor: Actor) -> list[dict[str, Any]]:
    """The teams that the actor sees and that are not closed, as nested nodes ``{team, below}``. Two queries."""
    heads: list[dict[str, Any]] = []
    open_nodes: list[dict[str, Any]] = []
    for team in counted_teams(teams(actor)).exclude(state="closed").order_by("path"):
        while open_nodes and not team.path.startswith(open_nodes[-1]["team"].path):
            open_nodes.pop()
        node: dict[str, Any] = {"team": team, "below": []}
        (open_nodes[-1]["below"] if open_nodes else heads).append(node)
        open_nodes.append(node)
    return heads


def open_teams() -> QuerySet[Team]:
    """Teams that take volunteers (a brigade only where no team stands under it): what everybody who wants to join may know of them. No names of
    persons are among it."""
    rows = Team.objects.filter(state="active").exclude(kind__in=("corps", "brigade"), numchild__gt=0)
    return counted_teams(rows.select_related("division", "unit")).order_by("path")


def teams_for(volunteer: Volunteer, asked: str, most: int) -> list[Team]:
    """Teams that take volunteers: with the words in name, place or skill, else those of one's community, then of the town. At most ``most``."""
    rows = open_teams()
    for word in asked.split()[:4]:
        named = Skill.objects.filter(name__icontains=word).values("pk")
        skilled = Team.skills.through.objects.filter(skill__in=named).values("team")
        rows = rows.filter(Q(name__icontains=word) | Q(division__name__icontains=word) | Q(pk__in=skilled))
    near = Case(When(division=volunteer.division_id, then=0), default=1)
    return list(rows.annotate(near=near).order_by("near", "path")[:most])


def volunteers(actor: Actor, verb: str = SEE_VOLUNTEERS) -> QuerySet[Volunteer]:
    """The volunteers that the actor sees."""
    return access.scoped(actor, verb, Volunteer).select_related("person", "division")


def with_teams(rows: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
    """With the teams that they are in and their skills."""
    inside = Membership.objects.filter(state__in=IN_TEAM).select_related("team").order_by("joined_on", "pk")
    return rows.prefetch_related(Prefetch("memberships", inside, to_attr="inside"), "skills")


def in_no_team() -> Q:
    return ~Q(pk__in=Membership.objects.filter(state__in=IN_TEAM).order_by().values("volunteer")) & Q(state="active")


def uninsured(day: date) -> Q:
    """Registered, and no policy covers them on that day."""
    rows = Insured.objects.filter(insurance__starts_on__lte=day, insurance__ends_on__gte=day).order_by().values("volunteer")
    return ~Q(pk__in=rows) & Q(state="active")


def minors(day: date) -> Q:
    return Q(born_on__gt=years_before(day, 18))


def alike(actor: Actor, volunteer: Volunteer) -> list[Volunteer]:
    """Others of the same telephone number that the actor sees: the same person twice, or a family. One query."""
    if not volunteer.person.phone:
        return []
    same = volunteers(actor).filter(person__phone=volunteer.person.phone).exclude(pk=volunteer.pk).exclude(state="left")
    return list(same.order_by("pk")[:5])


def mine(actor: Actor) -> Volunteer | None:
    """The actor's own record; None for who is not registered. One query."""
    if actor.account_id is None:
        return None
    return Volunteer.objects.filter(person__account=actor.account_id).select_related("person", "division").first()


def my_memberships(volunteer: Volunteer) -> list[Membership]:
    """The volunteer's teams, those asked for too. One query."""
    rows = volunteer.memberships.filter(state__in=Membership.OPEN, team__state__in=("active", "paused"))
    return list(rows.select_related("team__division", "team__leader__person").order_by("team__path"))


def skills() -> QuerySet[Skill]:
    return Skill.objects.filter(active=True)


def grouped_skills() -> list[tuple[str, list[tuple[str, str]]]]:
    """Skills as a form offers them: groups of (key, name)."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for skill in skills():
        groups.setdefault(skill.group, []).append((str(skill.pk), skill.name))
    return list(groups.items())


@dataclass(frozen=True)
class Figures:
    """The room in figures, as far as the actor sees it. ``minors``: registered and under 18."""

    corps: int
    brigades: int
    teams: int
    special: int
    paused: int
    registered: int
    applied: int
    on_break: int
    minors: int
    asking: int


def figures(actor: Actor) -> Figures:
    """Three queries."""
    rows = access.scoped(actor, SEE_TEAMS, Team).order_by().exclude(state="closed")
    kinds = rows.aggregate(
        corps=Count("pk", filter=Q(kind="corps")), brigades=Count("pk", filter=Q(kind="brigade")), teams=Count("pk", filter=Q(kind="team")),
        special=Count("pk", filter=Q(kind="special")), paused=Count("pk", filter=Q(state="paused")),
    )  # fmt: skip
    people = access.scoped(actor, SEE_VOLUNTEERS, Volunteer).order_by().aggregate(
        registered=Count("pk", filter=Q(state="active")), applied=Count("pk", filter=Q(state="applied")),
        on_break=Count("pk", filter=Q(state="paused")),
        minors=Count("pk", filter=Q(state="active", born_on__gt=years_before(clock.today(), 18))),
    )  # fmt: skip
    asking = access.scoped(actor, SEE_TEAMS, Membership).filter(state="asked", volunteer__state="active").count()
    return Figures(**kinds, **people, asking=asking)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; of the 29th of February the 1st of March where there is none: one is that old on that day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def waiting(actor: Actor) -> QuerySet[Volunteer]:
    """Applications that the actor may decide, oldest first."""
    return volunteers(actor, MANAGE_VOLUNTEERS).filter(state="applied").order_by("registered_on", "pk")


# -- training and insurance -------------------------------------------------------------------------------------------


def not_insured(people: QuerySet[Volunteer], first: date, last: date) -> QuerySet[Volunteer]:
    """Of these volunteers the ones whom no single policy covers on all days from ``first`` to ``last``: whoever holds an activity asks this
    before it (志愿服务条例第二十三条)."""
    covered = Insured.objects.filter(insurance__starts_on__lte=first, insurance__ends_on__gte=last).order_by().values("volunteer")
    return people.exclude(pk__in=covered)


def qualified(people: QuerySet[Volunteer], skill: Skill, day: date) -> QuerySet[Volunteer]:
    """Of these volunteers the ones who may do what needs the skill on a day: they have it, and where it takes a training, one that holds."""
    found = people.filter(pk__in=Volunteer.skills.through.objects.filter(skill=skill).values("volunteer"))
    if not skill.qualified:
        return found
    rows = Trained.objects.filter(training__skill=skill, passed=True, training__day__lte=day).filter(Q(until__isnull=True) | Q(until__gte=day))
    return found.filter(pk__in=rows.order_by().values("volunteer"))


def trainings(actor: Actor) -> QuerySet[Training]:
    return access.scoped(actor, SEE_VOLUNTEERS, Training).select_related("unit", "division", "skill", "team")


def insurances(actor: Actor) -> QuerySet[Insurance]:
    return access.scoped(actor, SEE_VOLUNTEERS, Insurance).select_related("unit", "division")


def counted_trainings(rows: QuerySet[Training]) -> QuerySet[Training]:
    found = Trained.objects.filter(training=OuterRef("pk")).order_by().values("training")
    return rows.annotate(count=Coalesce(Subquery(found.annotate(n=Count("pk")).values("n")), 0))


def counted_insurances(rows: QuerySet[Insurance]) -> QuerySet[Insurance]:
    found = Insured.objects.filter(insurance=OuterRef("pk")).order_by().values("insurance")
    return rows.annotate(count=Coalesce(Subquery(found.annotate(n=Count("pk")).values("n")), 0))


def policy_filters(day: date) -> dict[str, tuple[str, Q]]:
    """In force on a day, ending within a month, over."""
    soon = Q(starts_on__lte=day, ends_on__gte=day, ends_on__lte=day + timedelta(days=30))
    return {
        "now": (pgettext("volunteers", "in force"), Q(starts_on__lte=day, ends_on__gte=day)), "soon": (_("ends within 30 days"), soon),
        "over": (_("expired"), Q(ends_on__lt=day)),
    }  # fmt: skip


def trail(team: Team) -> list[dict[str, Any]]:
    """What happened to a team, newest first, as the component of the timeline takes it: out of the audit trail. One query."""
    rows = AuditEntry.objects.filter(kind="volunteers.team", object_id=str(team.pk)).order_by("-number")[:40]
    return [{"at": row.at, "title": row.note or str(row.verb), "who": row.actor_name, "tone": "quiet"} for row in rows]
