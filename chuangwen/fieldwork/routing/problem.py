"""What a routing problem is, and what a plan of routes is. Pure: knows no tables and no solver.

Units: metres and whole seconds; moments of a day are seconds after midnight; places are WGS-84 degrees. A way between two places is
the great circle times a detour factor (1.3 by default, editable): on foot and on wheels in towns the way by the streets is a quarter to
a third longer than the bird's. A visit begins not before the site opens and ends not after it closes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np

DAY = 24 * 3600
DETOUR = 1.3
EARTH = 6_371_008.8
"""Mean radius in metres."""


class Reason(StrEnum):
    """Why a site is on no route."""

    NO_PLACE = "no_place"
    NO_TEAM = "no_team"
    OWN_UNIT = "own_unit"
    SAME_TEAM = "same_team"
    CLOSED = "closed"
    TOO_FAR = "too_far"
    NO_TIME = "no_time"
    NOT_RATED = "not_rated"


@dataclass(frozen=True, slots=True)
class Stop:
    """A site to visit. ``importance`` weighs which are left out where not all fit: 2 counts as much as two of 1."""

    key: int
    lat: float
    lon: float
    service: int = 15 * 60
    opens: int = 0
    closes: int = DAY
    importance: int = 1

    @property
    def latest(self) -> int:
        """The latest moment at which a visit may begin."""
        return self.closes - self.service


@dataclass(frozen=True, slots=True)
class Team:
    """Somebody who leaves (lat, lon) at ``starts``, is back there at ``ends``, and moves at ``speed`` metres a second.

    ``own``: sites of the unit that employs the team or one of its members, to which it is not sent. ``rated``: sites that it has rated
    already and that somebody else is to rate again.
    """

    key: int
    lat: float
    lon: float
    speed: float
    starts: int
    ends: int
    own: frozenset[int] = frozenset()
    rated: frozenset[int] = frozenset()

    @property
    def forbidden(self) -> frozenset[int]:
        return self.own | self.rated


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """A team on a day."""

    day: date
    team: int


@dataclass(frozen=True, slots=True)
class Pin:
    """A choice made by hand: this stop is the ``position``-th (from 1) visit of that team on that day."""

    stop: int
    shift: Shift
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A visit on a route. ``metres`` and ``seconds`` are the way to it; late: it begins after the latest moment."""

    stop: int
    metres: int
    seconds: int
    arrives: int
    begins: int
    leaves: int
    late: bool

    @property
    def waits(self) -> int:
        return self.begins - self.arrives


@dataclass(frozen=True)
class Route:
    """What a team does on a day: the visits in their order, and the way back. ``over``: seconds past the end of the working day."""

    shift: Shift
    calls: tuple[Call, ...]
    metres: int
    travel: int
    service: int
    waits: int
    starts: int
    ends: int
    over: int

    @property
    def stops(self) -> tuple[int, ...]:
        return tuple(call.stop for call in self.calls)

    @property
    def lateness(self) -> int:
        """How many rules of time are broken: late visits, and a day that is too long."""
        return sum(call.late for call in self.calls) + (self.over > 0)


@dataclass(frozen=True)
class Plan:
    """Routes, and why each site that is on none is on none."""

    routes: tuple[Route, ...]
    left_out: Mapping[int, Reason] = field(default_factory=dict)

    @property
    def metres(self) -> int:
        return sum(route.metres for route in self.routes)

    @property
    def visits(self) -> int:
        return sum(len(route.calls) for route in self.routes)

    @property
    def seconds(self) -> int:
        """Time on the way, at sites and waiting."""
        return sum(route.ends - route.starts for route in self.routes)


@dataclass(frozen=True)
class Problem:
    """Stops, teams and days. ``ways``: metres between places given as they are (teams first, then stops), instead of by degrees.

    Raises ValueError when a pin names what is not there.
    """

    stops: tuple[Stop, ...]
    teams: tuple[Team, ...]
    days: tuple[date, ...]
    pins: tuple[Pin, ...] = ()
    detour: float = DETOUR
    ways: np.ndarray | None = None

    def __post_init__(self) -> None:
        known, shifts = {stop.key for stop in self.stops}, set(self.shifts)
        if any(pin.stop not in known or pin.shift not in shifts or pin.position < 1 for pin in self.pins):
            raise ValueError("a pin names a stop, a team or a day that is not in the problem")

    @cached_property
    def shifts(self) -> tuple[Shift, ...]:
        """Every team on every day, day by day."""
        return tuple(Shift(day, team.key) for day in self.days for team in self.teams)

    @cached_property
    def team_by_key(self) -> dict[int, Team]:
        return {team.key: team for team in self.teams}

    @cached_property
    def stop_by_key(self) -> dict[int, Stop]:
        return {stop.key: stop for stop in self.stops}

    @cached_property
    def place_of_team(self) -> dict[int, int]:
        """Row of a team's start in ``metres``."""
        return {team.key: row for row, team in enumerate(self.teams)}

    @cached_property
    def place_of_stop(self) -> dict[int, int]:
        """Row of a stop in ``metres``."""
        return {stop.key: row + len(self.teams) for row, stop in enumerate(self.stops)}

    @cached_property
    def pins_of(self) -> dict[Shift, dict[int, int]]:
        """Shift -> position -> stop, of the pins. Of two pins on one position the later one goes behind the earlier."""
        found: dict[Shift, dict[int, int]] = {}
        for pin in sorted(self.pins, key=lambda pin: (pin.shift, pin.position, pin.stop)):
            places, position = found.setdefault(pin.shift, {}), pin.position
            while position in places:
                position += 1
            places[position] = pin.stop
        return found

    @cached_property
    def pinned(self) -> dict[int, Shift]:
        return {pin.stop: pin.shift for pin in self.pins}

    @cached_property
    def metres(self) -> np.ndarray:
        """Ways between all places, int64, (teams + stops)²; noughts on the diagonal."""
        if self.ways is not None:
            return np.asarray(self.ways, dtype=np.int64)
        places: list[Team | Stop] = [*self.teams, *self.stops]
        return ways([(place.lat, place.lon) for place in places], self.detour)

    def seconds(self, team: Team) -> np.ndarray:
        """How long a team takes between all places, rounded up to whole seconds."""
        return self._seconds(team.speed)

    def _seconds(self, speed: float) -> np.ndarray:
        known = self.__dict__.setdefault("_by_speed", {})
        if speed not in known:
            known[speed] = np.ceil(self.metres / speed - 1e-9).astype(np.int64)
        return known[speed]

    def may(self, shift: Shift, stop: int) -> bool:
        """Whether the team of the shift may be sent to the stop at all, and no pin puts it elsewhere."""
        return stop not in self.team_by_key[shift.team].forbidden and self.pinned.get(stop, shift) == shift


def ways(places: Sequence[tuple[float, float]], detour: float = DETOUR) -> np.ndarray:
    """Metres between places (latitude, longitude in degrees), great circle times ``detour``, rounded to int64."""
    if not places:
        return np.zeros((0, 0), dtype=np.int64)
    lat, lon = np.radians(np.asarray(places, dtype=np.float64)).T
    chord = np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
    chord += np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    return np.rint(2 * EARTH * detour * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))).astype(np.int64)


def timed(problem: Problem, shift: Shift, order: Iterable[int]) -> Route:
    """The route that visits the stops in this order, each as early as can be; breaks of hours are marked, not mended."""
    team = problem.team_by_key[shift.team]
    metres, seconds = problem.metres, problem.seconds(team)
    here = home = problem.place_of_team[shift.team]
    moment, length, travel, service, calls = team.starts, 0, 0, 0, []
    for key in order:
        stop, there = problem.stop_by_key[key], problem.place_of_stop[key]
        way, ride = int(metres[here, there]), int(seconds[here, there])
        arrives = moment + ride
        begins = max(arrives, stop.opens)
        moment = begins + stop.service
        calls.append(Call(key, way, ride, arrives, begins, moment, begins > stop.latest))
        length, travel, service, here = length + way, travel + ride, service + stop.service, there
    if calls:
        length, travel = length + int(metres[here, home]), travel + int(seconds[here, home])
        moment += int(seconds[here, home])
    waits = sum(call.waits for call in calls)
    return Route(shift, tuple(calls), length, travel, service, waits, team.starts, moment, max(0, moment - team.ends))


def why_left_out(problem: Problem, key: int) -> Reason:
    """Why a stop that is on no route is on none: what speaks against it by itself, or that the hours were full."""
    stop = problem.stop_by_key[key]
    if not problem.shifts:
        return Reason.NO_TEAM
    willing = [team for team in problem.teams if key not in team.own]
    if not willing:
        return Reason.OWN_UNIT
    willing = [team for team in willing if key not in team.rated]
    if not willing:
        return Reason.SAME_TEAM
    if not any(max(team.starts, stop.opens) <= min(team.ends - stop.service, stop.latest) for team in willing):
        return Reason.CLOSED
    if all(timed(problem, Shift(problem.days[0], team.key), [key]).lateness for team in willing):
        return Reason.TOO_FAR
    return Reason.NO_TIME
