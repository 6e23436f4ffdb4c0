"""What planner, pages, sheets and API read of a round's routes."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from statistics import median

from django.db.models import QuerySet

from chuangwen.fieldwork import blind
from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam
from chuangwen.fieldwork.routing.nearest import nearest_plan, nearest_route
from chuangwen.fieldwork.routing.own_units import own_places
from chuangwen.fieldwork.routing.problem import (
    DAY,
    Call,
    Pin,
    Plan,
    Problem,
    Reason,
    Route,
    Shift,
    Stop,
    Team,
    timed,
    why_left_out,
)
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.office_calendar import calendar

ADDED, RERATE = RoundSite.Purpose.ADDED, RoundSite.Purpose.RERATE
IMPORTANCE_ADDED = 2
"""A place that somebody added by hand is left out only where two drawn ones would have to be."""
MOST_DAYS = 62
COLOURS = 8
"""How many colours of routes the style sheet has; a letter tells teams apart beyond them."""


def seconds_of(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def time_of(seconds: int) -> time:
    """The time of day; what lies beyond midnight is the last minute of the day."""
    seconds = min(seconds, DAY - 60)
    return time(seconds // 3600, seconds % 3600 // 60)


def working_days(round: Round) -> list[date]:
    """The working days of a round by the office's calendar; all its days where none is worked (a round of one week-end)."""
    length = min((round.ends_on - round.starts_on).days + 1, MOST_DAYS)
    days = [round.starts_on + timedelta(n) for n in range(length)]
    return [day for day in days if calendar().is_workday(day)] or days


def days_to_plan(round: Round, teams: Collection[RoundTeam]) -> list[date]:
    """The working days that are still free: from today where no team has set out yet, else from tomorrow."""
    now = clock.now().astimezone(clock.LOCAL)
    early = min((team.starts_at for team in teams), default=time(0))
    first = now.date() if now.time() < early else now.date() + timedelta(1)
    return [day for day in working_days(round) if day >= first]


def teams_of(round: Round) -> list[RoundTeam]:
    return list(round.teams.select_related("unit").order_by("name", "pk"))


def places_of(round: Round) -> QuerySet[RoundSite]:
    """The places of a round that somebody is to visit: not those left out, nor those that a visit of another round serves."""
    rows = round.site_links.filter(skipped_at__isnull=True, merged_with__isnull=True)
    return rows.select_related("site__type", "site__division", "rerate_of").order_by("day", "team", "position", "pk")


def may_see_all(actor: Actor) -> bool:
    """Whether the actor sees the routes of all teams of the area, not only the own one's."""
    return any(grant.scope != access.OWN for grant in actor.scopes("fieldwork.see_routes"))


def visible_teams(actor: Actor, round: Round) -> list[RoundTeam]:
    """The teams of a round whose routes the actor may see."""
    seen = access.scoped(actor, "fieldwork.see_routes", RoundTeam).filter(round=round)
    return list(seen.select_related("unit").order_by("name", "pk").distinct())


def stop_of(place: RoundSite) -> Stop:
    """A place as the planner sees it; it has coordinates."""
    site = place.site
    assert site.lat is not None and site.lon is not None
    return Stop(
        key=place.pk,
        lat=site.lat,
        lon=site.lon,
        service=60 * site.type.service_minutes,
        opens=seconds_of(site.opens_at) if site.opens_at else 0,
        closes=seconds_of(site.closes_at) if site.closes_at else DAY,
        importance=IMPORTANCE_ADDED if place.purpose == ADDED else 1,
    )


def placed(place: RoundSite) -> bool:
    return place.site.lat is not None and place.site.lon is not None


def points_of(places: Iterable[RoundSite]) -> list[tuple[float, float]]:
    """Latitude and longitude (WGS-84) of those that have them."""
    return [(place.site.lat, place.site.lon) for place in places if place.site.lat is not None and place.site.lon is not None]


def middle(places: Iterable[RoundSite]) -> tuple[float, float]:
    """Where a team sets out that has no starting point: the middle of the round's sites."""
    points = points_of(places)
    return (median(lat for lat, _lon in points), median(lon for _lat, lon in points)) if points else (0.0, 0.0)


def team_of(
    team: RoundTeam, start: tuple[float, float], own: frozenset[int] = frozenset(), rated: frozenset[int] = frozenset()
) -> Team:
    lat, lon = (team.start_lat, team.start_lon) if team.start_lat is not None and team.start_lon is not None else start
    return Team(
        key=team.pk,
        lat=lat,
        lon=lon,
        speed=float(team.speed_kmh) / 3.6,
        starts=seconds_of(team.starts_at),
        ends=seconds_of(team.ends_at),
        own=own,
        rated=rated,
    )


@dataclass(frozen=True)
class Task:
    """What is given to the planner. ``apart``: places that are not planned, and why; ``basis`` tells whether somebody changed something."""

    problem: Problem
    apart: dict[int, Reason]
    basis: frozenset[tuple]


def task(round: Round, *, detour: float) -> Task:
    """All that is not visited yet, on the days that are left, with what was pinned by hand. About ten queries, and one a re-rating."""
    teams, places = teams_of(round), list(places_of(round).order_by("pk"))
    days = days_to_plan(round, teams)
    waiting = [place for place in places if place.done_at is None and not _stays(place, days)]
    apart = {place.pk: Reason.NO_PLACE for place in waiting if not placed(place)}
    apart |= {
        place.pk: Reason.NOT_RATED
        for place in waiting
        if place.purpose == RERATE and place.rerate_of is not None and place.rerate_of.done_at is None
    }
    free = [place for place in waiting if place.pk not in apart]
    own = own_places(teams, free, days[0], days[-1]) if days else {}
    rated = rated_before(free, teams)
    start = middle(places)
    known = {team.pk for team in teams}
    return Task(
        Problem(
            stops=tuple(stop_of(place) for place in free),
            teams=tuple(team_of(team, start, own.get(team.pk, frozenset()), rated[team.pk]) for team in teams),
            days=tuple(days),
            pins=tuple(
                Pin(place.pk, Shift(place.day, place.team_id), place.position or 1)
                for place in free
                if place.pinned and place.day in days and place.team_id in known
            ),
            detour=detour,
        ),
        apart,
        basis(places),
    )


def basis(places: Iterable[RoundSite]) -> frozenset[tuple]:
    """What a plan rests on: pins, what is done, what is there."""
    return frozenset(
        (place.pk, place.done_at is not None) + ((place.team_id, place.day, place.position) if place.pinned else ())
        for place in places
    )


def rated_before(places: Iterable[RoundSite], teams: Collection[RoundTeam]) -> dict[int, frozenset[int]]:
    """Team -> places that it may not rate again, because it, or one of its members, was there."""
    keys = [team.pk for team in teams]
    found: dict[int, set[int]] = {key: set() for key in keys}
    for place in places:
        if place.purpose == RERATE and place.rerate_of is not None:
            for key in set(keys) - set(blind.may_rate_again(place.rerate_of, keys)):
                found[key].add(place.pk)
    return {key: frozenset(those) for key, those in found.items()}


def _stays(place: RoundSite, days: list[date]) -> bool:
    """Whether a place stays on its route though that day is not planned: today, where the team has set out; a day off that a person chose."""
    if place.day is None or place.team_id is None or place.day in days:
        return False
    return place.day == clock.today() or (place.pinned and place.day > clock.today())


@dataclass
class DayRoute:
    """A team's route of a day as it stands: ``route`` counts what has coordinates, ``places`` are all, in order."""

    team: RoundTeam
    day: date
    places: list[RoundSite]
    problem: Problem
    number: int = 0

    @cached_property
    def route(self) -> Route:
        return timed(self.problem, Shift(self.day, self.team.pk), [place.pk for place in self.places if placed(place)])

    @cached_property
    def nearest(self) -> Route:
        """The same places in the order of somebody who goes on to the nearest."""
        return nearest_route(self.problem, Shift(self.day, self.team.pk), self.route.stops)

    @property
    def saved(self) -> int:
        """Metres; below nought where opening times or pins made the way longer."""
        return self.nearest.metres - self.route.metres

    @cached_property
    def calls(self) -> dict[int, Call]:
        return {call.stop: call for call in self.route.calls}

    @property
    def lines(self) -> list[tuple[RoundSite, Call | None]]:
        return [(place, self.calls.get(place.pk)) for place in self.places]

    @property
    def minutes(self) -> int:
        """From setting out to being back."""
        return (self.route.ends - self.route.starts) // 60 if self.route.calls else 0

    @property
    def over_minutes(self) -> int:
        """Minutes beyond the team's hours, begun ones counted."""
        return -(-self.route.over // 60)

    @property
    def label(self) -> str:
        return label(self.number)

    @property
    def colour(self) -> int:
        return self.number % COLOURS


def label(number: int) -> str:
    """A, B, ... Z, AA, AB ... for teams on maps."""
    text = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        text = chr(65 + letter) + text
    return text


@dataclass
class Routes:
    """All routes of a round that somebody may see. ``left_out``: places on no route, with the reason."""

    round: Round
    teams: list[RoundTeam]
    days: list[date]
    routes: list[DayRoute]
    start: tuple[float, float] = (0.0, 0.0)
    left_out: list[tuple[RoundSite, Reason]] = field(default_factory=list)
    shared: int = 0

    @property
    def metres(self) -> int:
        return sum(route.route.metres for route in self.routes)

    @property
    def nearest_metres(self) -> int:
        return sum(route.nearest.metres for route in self.routes)

    @property
    def visits(self) -> int:
        return sum(len(route.places) for route in self.routes)

    @property
    def late(self) -> int:
        return sum(route.route.lateness for route in self.routes)

    def on(self, day: date) -> list[DayRoute]:
        return [route for route in self.routes if route.day == day]


def routes_of(actor: Actor, round: Round, *, with_left_out: bool = True) -> Routes:
    """The routes of a round as they stand, those of the own team where the actor sees no other. Constant number of queries."""
    everybody = teams_of(round)
    numbers = {team.pk: number for number, team in enumerate(everybody)}
    seen = everybody if may_see_all(actor) and visible_round(actor, round) else visible_teams(actor, round)
    rows = list(places_of(round))
    start, known = middle(rows), {team.pk: team for team in seen}
    grouped: dict[tuple[date, int], list[RoundSite]] = defaultdict(list)
    left: list[RoundSite] = []
    for place in rows:
        if place.day is not None and place.team_id in known:
            grouped[place.day, place.team_id].append(place)
        elif place.done_at is None and (place.day is None or place.team_id is None):
            left.append(place)
    routes = []
    for (day, key), places in sorted(grouped.items(), key=lambda item: (item[0][0], numbers[item[0][1]])):
        places.sort(key=lambda place: (place.position is None, place.position or 0, place.pk))
        here = team_of(known[key], start)
        stops = tuple(stop_of(place) for place in places if placed(place))
        problem = Problem(stops, (here,), (day,), detour=float(round.detour))
        routes.append(DayRoute(known[key], day, places, problem, numbers[key]))
    found = Routes(round, seen, sorted({*working_days(round), *(route.day for route in routes)}), routes, start)
    if len(seen) == len(everybody):
        found.shared = round.site_links.filter(merged_with__isnull=False, skipped_at__isnull=True).count()
        if with_left_out and left:
            found.left_out = _reasons(round, everybody, left, rows)
    return found


def visible_round(actor: Actor, round: Round) -> bool:
    """Whether the actor's area holds the round, for seeing its routes."""
    return access.scoped(actor, "fieldwork.see_routes", Round).filter(pk=round.pk).exists()


def _reasons(
    round: Round, teams: list[RoundTeam], left: list[RoundSite], rows: list[RoundSite]
) -> list[tuple[RoundSite, Reason]]:
    """Why each is on no route. Where no route was planned yet there is no reason: the list is then what waits to be planned."""
    own = own_places(teams, left, round.starts_on, round.ends_on)
    start = middle(rows)
    rated = {
        team.pk: frozenset(place.pk for place in left if place.rerate_of is not None and place.rerate_of.team_id == team.pk)
        for team in teams
    }
    problem = Problem(
        tuple(stop_of(place) for place in left if placed(place)),
        tuple(team_of(team, start, own[team.pk], rated[team.pk]) for team in teams),
        tuple(working_days(round)[:1]),
        detour=float(round.detour),
    )
    return [(place, why(place, problem)) for place in left]


def why(place: RoundSite, problem: Problem) -> Reason:
    if not placed(place):
        return Reason.NO_PLACE
    if place.purpose == RERATE and place.rerate_of is not None and place.rerate_of.done_at is None:
        return Reason.NOT_RATED
    return why_left_out(problem, place.pk)


def walked(routes: Routes) -> Plan:
    """Nearest-neighbour routing over all places that are on routes, by the same teams on the same days. Takes a moment for a thousand."""
    places = [place for route in routes.routes for place in route.places if placed(place)]
    return nearest_plan(
        Problem(
            tuple(stop_of(place) for place in places),
            tuple(team_of(team, routes.start) for team in routes.teams),
            tuple(sorted({route.day for route in routes.routes} | set(routes.days))),
            detour=float(routes.round.detour),
        )
    )
