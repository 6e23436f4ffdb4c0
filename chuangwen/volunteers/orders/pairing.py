"""Orders and teams from the tables as the plain rows that matching takes; and its answers in words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.kernel import clock, geography
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.activities.rules import county_of
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.volunteers.orders import matching, rules, states
from chuangwen.volunteers.orders.models import OrderAsk, ServiceItem, ServiceOrder, TeamOffer

WEEKLY, MOST, UNTOLD_ROOM = 10, 6, 2
"""What is taken of a team that does not say: orders a week, visits of a day, visits of a part of a day."""
PAIR = 2
"""Volunteers go in pairs: that many are a crew."""


def middles(rows: Iterable[ServiceOrder | Team]) -> dict[int, tuple[float, float]]:
    """Division -> (latitude, longitude) for the communities of orders and teams that have no point of their own: the centre of gravity of the
    outline, else the middle of the community's sites. A street or a county is too large for its middle to say anything. Two queries at most."""
    wanted = {row.division_id for row in rows if row.lat is None or row.lon is None}
    if not wanted:
        return {}
    communities = Division.objects.filter(pk__in=wanted, level=Division.Level.VILLAGE).values_list("pk", "outline")
    found = {pk: geography.centre_of_gravity(outline) if outline else None for pk, outline in communities}
    bare = [pk for pk, middle in found.items() if middle is None]
    if bare:
        sites = Site.objects.filter(active=True, division__in=bare, lat__isnull=False, lon__isnull=False).order_by()
        for pk, lat, lon in sites.values_list("division").annotate(north=Avg("lat"), east=Avg("lon")):
            found[pk] = (lat, lon)
    return {pk: middle for pk, middle in found.items() if middle is not None}


def _where(row: ServiceOrder | Team, middle: dict[int, tuple[float, float]]) -> dict[str, Any]:
    if row.lat is not None and row.lon is not None:
        return {"lat": row.lat, "lon": row.lon}
    known = middle.get(row.division_id)
    return {"lat": known[0], "lon": known[1], "about": True} if known else {}


def asks_of(orders: Sequence[ServiceOrder]) -> list[matching.Ask]:
    """The orders, with ``item`` selected. Four queries at most."""
    middle = middles(orders)
    through = ServiceItem.skills.through
    skills: dict[int, set[int]] = defaultdict(set)
    for item, skill in through.objects.filter(serviceitem__in={order.item_id for order in orders}).values_list("serviceitem_id", "skill_id"):
        skills[item].add(skill)
    barred: dict[int, set[int]] = defaultdict(set)
    turned = OrderAsk.objects.filter(order__in=[order.pk for order in orders]).exclude(state__in=(OrderAsk.State.ASKED, OrderAsk.State.TAKEN))
    for order_id, team in turned.order_by().values_list("order", "team"):
        barred[order_id].add(team)
    return [
        matching.Ask(
            order.pk, order.item_id, skills=frozenset(skills[order.item_id] if order.item_id else ()), slots=slots_for(order),
            minutes=order.minutes * math.ceil(order.people / PAIR), waited=(clock.now() - order.placed_at).days,
            barred=frozenset(barred[order.pk]), wished=order.wished_id, **_where(order, middle),
        )
        for order in orders
    ]  # fmt: skip


def slots_for(order: ServiceOrder) -> tuple[int, ...]:
    """The parts of days that suit and are still to come; where all have passed, the next three."""
    now = clock.now().astimezone(clock.LOCAL)
    start, end = (moment.astimezone(clock.LOCAL) for moment in (order.start, order.end))
    first = rules.slot_of(now)
    return tuple(slot for slot in rules.slots_between(start, end) if slot >= first) or (first + 1, first + 2, first + 3)


def crews_of(teams: Iterable[Team], slots: Iterable[int]) -> list[matching.Crew]:
    """The teams with their room in these slots. Seven queries at most. A team has a crew for every two members who are free then; where
    no member says when, two. What it has been offered or does already takes of it."""
    rows, wanted = list(teams), sorted(set(slots))
    keys = [team.pk for team in rows]
    offers: dict[int, set[int]] = defaultdict(set)
    for team, item in TeamOffer.objects.filter(team__in=keys).values_list("team", "item"):
        offers[team].add(item)
    skills: dict[int, set[int]] = defaultdict(set)
    for team, skill in Team.skills.through.objects.filter(team__in=keys).values_list("team_id", "skill_id"):
        skills[team].add(skill)
    free: dict[int, Counter[int]] = defaultdict(Counter)
    members = Membership.objects.filter(team__in=keys, state__in=Membership.IN, volunteer__state=Volunteer.State.ACTIVE, volunteer__free__gt=0)
    for team, bits in members.order_by().values_list("team", "volunteer__free"):
        free[team].update(bit for bit in {rules.bit_of(slot) for slot in wanted} if bits >> bit & 1)
        free[team][-1] += 1
    load: Counter[int] = Counter()
    taken: Counter[tuple[int, int]] = Counter()
    since = clock.now() - timedelta(days=7)
    work = Q(state__in=(states.OFFERED, states.SERVING)) | Q(state__in=states.SERVED, finished_at__gte=since)
    for team, state, start, minutes in ServiceOrder.objects.filter(work, team__in=keys).order_by().values_list(
        "team", "state", "start", "minutes"
    ):
        visits = max(1, math.ceil(minutes / matching.VISIT))
        load[team] += visits
        if state in (states.OFFERED, states.SERVING):
            taken[team, rules.slot_of(start.astimezone(clock.LOCAL))] += visits
    middle = middles(rows)
    return [
        _crew(team, _where(team, middle), wanted, offers[team.pk], skills[team.pk], free[team.pk], load[team.pk], taken) for team in rows
    ]


def _crew(
    team: Team, where: dict[str, Any], wanted: Sequence[int], offers: set[int], skills: set[int], free: Counter[int], load: int,
    taken: Counter[tuple[int, int]],
) -> matching.Crew:
    room = {}
    for slot in wanted:
        people = free[rules.bit_of(slot)]
        crews = UNTOLD_ROOM if not free[-1] else math.ceil(people / PAIR)
        room[slot] = max(0, crews - taken[team.pk, slot])
    weekly = team.weekly or WEEKLY
    return matching.Crew(
        team.pk, reach=team.reach, items=frozenset(offers), skills=frozenset(skills), room=room, most=min(MOST, max(0, weekly - load)),
        load=load, weekly=weekly, **where,
    )  # fmt: skip


def teams_near(division: Division) -> Any:
    """The teams that may be asked for an order at a place: those at work in its county (teams go beyond their community)."""
    return Team.objects.filter(state=Team.State.ACTIVE, division__path__startswith=county_of(division)).order_by("pk")


def ranked(order: ServiceOrder, most: int = 10) -> tuple[list[tuple[Team, matching.Proposal]], str]:
    """Proposals of teams for one order, the best first; where there are none, why, in a sentence. A constant number of queries (eight)."""
    ask = asks_of([order])[0]
    teams = {team.pk: team for team in teams_near(order.division)}
    found, why = matching.rank(ask, crews_of(teams.values(), ask.slots), most)
    if not found and order.item_id is None:
        return [], _("It names no service of the list. Offer it openly: any team near by may take it.")
    return [(teams[one.crew], one) for one in found], why_words(why, teams) if why else ""


def choosable(item: ServiceItem, division: Division | None = None) -> Any:
    """The teams among which whoever orders may choose: at work, with the item on their list and a leader who can answer, in the county where one
    is given."""
    rows = Team.objects.filter(state=Team.State.ACTIVE, offers__item=item, leader__person__account__isnull=False)
    return (rows.filter(division__path__startswith=county_of(division)) if division else rows).order_by("division__path", "pk")


def offering(places: Iterable[Division]) -> Any:
    """The teams that could be chosen for some service by somebody at one of these places: at work, with something on their list."""
    inside = Q()
    for path in {county_of(place) for place in places}:
        inside |= Q(division__path__startswith=path)
    rows = Team.objects.filter(state=Team.State.ACTIVE, leader__person__account__isnull=False, offers__isnull=False)
    return (rows.filter(inside) if inside else rows.none()).order_by("division__path", "pk").distinct()


def wish_fails(order: ServiceOrder) -> str:
    """Why the chosen team cannot be asked now, in a sentence; empty where it can, or none was chosen."""
    if order.wished_id is None:
        return ""
    team = teams_near(order.division).filter(pk=order.wished_id).first()
    if team is None:
        return _("It is not at work now.")
    ask = asks_of([order])[0]
    found, why = matching.rank(ask, crews_of([team], ask.slots))
    if found or why is None:
        return ""
    return _("It is %(m)d m away: farther than it goes.") % {"m": why.metres} if why.why == "far" else str(FAILS[why.why]())


def able(order: ServiceOrder, team: Team) -> bool:
    """Whether a team can take an open offer at all (``matching.may_take``)."""
    return matching.may_take(asks_of([order])[0], crews_of([team], ())[0])


def takers(order: ServiceOrder, most: int) -> list[Team]:
    """The teams that are told of an open offer: the best for it; of one that names no service those that are nearest and have not been asked. A
    constant number of queries."""
    if order.item_id is not None:
        return [team for team, _proposal in ranked(order, most)[0]]
    ask, teams = asks_of([order])[0], {team.pk: team for team in teams_near(order.division)}
    crews = [crew for crew in crews_of(teams.values(), ()) if crew.key not in ask.barred and matching.may_take(ask, crew)]
    crews.sort(key=lambda crew: (matching.away(ask, crew) is None, matching.away(ask, crew) or 0, crew.key))
    return [teams[crew.key] for crew in crews[:most]]


def is_about(order: ServiceOrder, team: Team | None) -> bool:
    """Whether a distance between the two is only reckoned from the middle of a community."""
    return order.lat is None or order.lon is None or (team is not None and (team.lat is None or team.lon is None))


def cost_words(walk: int, late: int, fair: int, metres: int | None, about: bool = False, *, wished: bool = False) -> str:
    """Why a team, in words; ``about``: measured from or to the middle of a community, because one of the two has no point of its own;
    ``wished``: whoever ordered chose it."""
    far = _("%(m)d m away, %(n)d minutes on foot") % {"m": metres, "n": walk} if metres is not None else _("no place on the map")
    words = [
        *([_("chosen by whoever ordered")] if wished else []),
        _("%(far)s (reckoned from the middle of the community)") % {"far": far} if about and metres is not None else far,
        _("at the time that is liked best") if not late else ngettext(
            "%(n)d part of a day later", "%(n)d parts of a day later", late // matching.LATE) % {"n": late // matching.LATE},
        _("has nothing else this week") if not fair else _("work of this week counts %(n)d points") % {"n": fair},
    ]  # fmt: skip
    return "；".join(words)


def why_words(why: matching.Unserved | None, teams: dict[int, Team]) -> str:
    """Why nobody serves it."""
    if why is None:
        return ""
    if why.why == "far" and why.crew in teams:
        return _(
            "The nearest team that could is %(team)s, %(m)d m away: farther than it goes."
        ) % {"team": teams[why.crew], "m": why.metres or 0}
    return str(WHY[why.why]())


FAILS = {
    "nobody": lambda: _("It does not offer this any longer."),
    "barred": lambda: _("It was asked already."),
    "time": lambda: _("It has no room at a time that suits."),
    "full": lambda: _("It has no room at a time that suits."),
}
WHY = {
    "nobody": lambda: _("No team offers this or has the skills for it."),
    "far": lambda: _("The teams that could are farther away than they go."),
    "barred": lambda: _("All teams that could were asked already."),
    "time": lambda: _("No team that could has room at a time that suits."),
    "full": lambda: _("The teams that could are full: orders that have waited longer come first."),
}
