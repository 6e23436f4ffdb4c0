"""The map: what a layer shows of which cases, sites or areas, its table, and the lists that open behind it.

Answers are bounded: cases come counted by squares of a grid that fits the view, and one by one only where few are in view.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases import queries as cases
from chuangwen.cases.models import OPEN_STATES, Source, State
from chuangwen.fieldwork import queries as fieldwork
from chuangwen.fieldwork.models import Observation
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.geography import Box
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.lazy_json import plain
from chuangwen.overview.queries.leader import case_list
from chuangwen.overview.queries.standing import index_series, url_of
from chuangwen.places import queries as places
from chuangwen.places.models import Division
from chuangwen.scoring.models import ScoreRow
from chuangwen.standards.models import Family

LAYERS = ("cases", "heat", "sites", "areas")
YEAR = 365
PERIODS = {
    "7": pgettext_lazy("period", "7 days"),
    "30": pgettext_lazy("period", "30 days"),
    "90": pgettext_lazy("period", "90 days"),
    "365": pgettext_lazy("period", "12 months"),
}
LONG = "365"
"""The period in which most of all cases were reported."""
SINGLE = 200
"""So many cases in view, or fewer, are drawn one by one."""
MOST_SITES = 3_000
MOST_PLACES = 300
WORDS: dict[str, str | Promise] = {
    "bad": gettext_lazy("overdue"),
    "warn": gettext_lazy("dispatched"),
    "accent": gettext_lazy("being rectified"),
    "wait": gettext_lazy("to be dispatched, refused or deferred"),
    "ok": gettext_lazy("being checked"),
}
SHADES = 6
STEPS = (Decimal("0.5"), Decimal(1), Decimal(2), Decimal(5), Decimal(10), Decimal(20))
"""How wide a shade may be, in percentage points: never narrower than the first, or chance would be painted."""


@dataclass(frozen=True)
class Asked:
    """What the address asks the map for; what cannot be understood is as if it had not been asked."""

    layer: str
    today: date
    day: date
    period: str
    family: int | None = None
    state: str = ""
    source: str = ""
    round: int | None = None
    families: tuple[tuple[int, str], ...] = ()

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def span(self) -> tuple[date, date]:
        """The days of the period, today included."""
        return self.today - timedelta(days=int(self.period) - 1), self.today

    @property
    def first_day(self) -> date:
        """How far the slider reaches back."""
        return self.today - timedelta(days=YEAR)

    @property
    def within(self) -> list[Q]:
        """The conditions on cases, none of which has a case in common with another. A state is today's: on a day in the past it was another, so
        it is asked of today only."""
        return self._with((cases.reported_in(*self.span),) if self.layer == "heat" else cases.open_on_parts(self.day))

    @property
    def within_cells(self) -> list[Q]:
        """The same of the heat, for counting cell by cell."""
        return self._with((cases.reported_in_cells(*self.span),))

    def _with(self, parts: tuple[Q, ...]) -> list[Q]:
        more = Q()
        if self.family:
            more &= Q(family=self.family)
        if self.source:
            more &= Q(source=self.source)
        if self.state and self.states_count:
            more &= Q(state=self.state)
        return [part & more for part in parts]

    def by_cells(self, fineness: int) -> bool:
        """Whether so many cases are counted that they are best walked through in their order on the ground."""
        return self.layer == "heat" and self.period == LONG and fineness <= cases.CELLS

    @property
    def states_count(self) -> bool:
        return self.layer == "cases" and self.is_today

    def list_url(self, **more: Any) -> str:
        """The list of exactly these cases, narrowed further."""
        when: dict[str, Any] = {"open_on": self.day}
        if self.layer == "heat":
            when = {"reported_from": self.span[0], "reported_to": self.span[1]}
        state = self.state if self.states_count else ""
        return case_list(**when, family=self.family or "", source=self.source, state=state, **more)

    @property
    def query(self) -> str:
        """The same as a query string, for what the page loads."""
        facts: dict[str, Any] = {"layer": self.layer, "day": self.day, "period": self.period, "family": self.family, "state": self.state,
                 "source": self.source, "round": self.round}  # fmt: skip
        return urlencode({key: value for key, value in facts.items() if value})


def asked(params: Mapping[str, str]) -> Asked:
    """What an address asks for. One query, for the families."""
    today = clock.today()
    families = tuple(Family.objects.order_by("order", "pk").values_list("pk", "name"))
    layer = params.get("layer", "")
    try:
        day = date.fromisoformat(params.get("day", ""))
    except ValueError:
        day = today
    layer = layer if layer in LAYERS else "cases"
    family = number_in(params.get("family", ""))
    if layer in ("sites", "areas"):  # which stand for themselves: no case is asked for
        return Asked(layer, today, today, "30", round=number_in(params.get("round", "")), families=families)
    return Asked(
        layer=layer,
        today=today,
        day=min(max(day, today - timedelta(days=YEAR)), today) if layer == "cases" else today,
        period=params.get("period", "") if params.get("period", "") in PERIODS else "30",
        family=family if family in dict(families) else None,
        state=params.get("state", "") if params.get("state", "") in {state.value for state in OPEN_STATES} else "",
        source=params.get("source", "") if params.get("source", "") in Source.values else "",
        families=families,
    )


def box_in(text: str) -> Box | None:
    """``west,south,east,north`` in degrees, cut to the earth; None where it is none."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if not all(isfinite(edge) for edge in (west, south, east, north)):
            return None
        return Box(max(south, -90.0), max(west, -180.0), min(north, 90.0), min(east, 180.0))
    except ValueError:
        return None


def view(actor: Actor) -> Box | None:
    """The box around the places that the actor sees. One query."""
    found = places.sites(actor).filter(active=True, lat__isnull=False, lon__isnull=False)
    row = found.aggregate(south=Min("lat"), west=Min("lon"), north=Max("lat"), east=Max("lon"))
    return Box(**row) if row["south"] is not None else None


# -- cases ---------------------------------------------------------------------------------------------------------------


def squares(actor: Actor, wanted: Asked, box: Box, zoom: int, *, links: bool = True) -> dict[str, Any]:
    """The cases in view by squares, and one by one where at most SINGLE are in view. Two queries at most."""
    heat = wanted.layer == "heat"
    fineness = cases.fineness_for(box, 2 ** min(15, max(0, zoom - (4 if heat else 6))))
    toned = wanted.layer == "cases" and wanted.is_today
    if wanted.by_cells(fineness):
        found = cases.squares_of_cells(actor, wanted.within_cells, box=box, fineness=fineness)
    else:
        found = cases.squares(actor, wanted.within, box=box, fineness=fineness, toned=toned)
    total = sum(square.count for square in found)
    answer: dict[str, Any] = {
        "total": total,
        "squares": [
            {
                "lat": round(square.lat, 6),
                "lon": round(square.lon, 6),
                "count": square.count,
                "tones": square.tones,
                **({"url": wanted.list_url(square=f"{fineness}:{square.x}:{square.y}")} if links else {}),
            }
            for square in found
        ],
    }
    if links and not heat and total <= SINGLE:
        words = dict(State.choices)
        answer["spots"] = [
            {
                "lat": round(spot["lat"], 6),
                "lon": round(spot["lon"], 6),
                "title": spot["number"],
                "note": " · ".join(str(part) for part in (spot["kind__name"], words[spot["state"]] if toned else "") if part),
                "tone": cases.tone_of(spot["state"], spot["urgency"]) if toned else "accent",
                "url": reverse("cases:detail", args=[spot["pk"]]),
            }
            for spot in cases.spots(actor, wanted.within, box=box, limit=SINGLE)
        ]
    return answer


# -- sites ---------------------------------------------------------------------------------------------------------------


def site_points(actor: Actor, box: Box) -> dict[str, Any]:
    """The sites in view with how many open cases each has, at most MOST_SITES. Two queries."""
    rows = list(
        places.sites(actor)
        .filter(active=True, lat__gte=box.south, lat__lte=box.north, lon__gte=box.west, lon__lte=box.east)
        .order_by("pk")
        .values_list("pk", "name", "type__name", "lat", "lon")[: MOST_SITES + 1]
    )
    counts = cases.at_sites(actor, [row[0] for row in rows[:MOST_SITES]]) if actor.may("cases.see") else {}
    spots = []
    for pk, name, kind, lat, lon in rows[:MOST_SITES]:
        count, late = counts.get(pk, (0, 0))
        words = _("open cases: %(count)d, overdue: %(late)d") % {"count": count, "late": late} if count else _("nothing open")
        spots.append(
            {
                "lat": round(lat or 0, 6),
                "lon": round(lon or 0, 6),
                "title": name,
                "note": f"{kind} · {words}",
                "tone": "bad" if late else "warn" if count else "ok",
                "url": reverse("places:site", args=[pk]),
            }
        )
    return {"total": len(rows), "squares": [], "spots": spots, "truncated": len(rows) > MOST_SITES}


# -- areas ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Area:
    """An area with its rate in a round."""

    division: Division
    row: ScoreRow
    rate: Decimal

    @property
    def url(self) -> str:
        return url_of(self.row)


@dataclass
class Areas:
    """The areas of a round, in the order of the division tree: nothing is ranked here."""

    rounds: list[ScoreRow] = field(default_factory=list)
    chosen: ScoreRow | None = None
    found: list[Area] = field(default_factory=list)

    @property
    def scale(self) -> tuple[Decimal, Decimal]:
        """Where the lowest shade begins and how wide each is, in percent: the narrowest of STEPS with which SHADES of them hold all areas."""
        rates = [area.rate * 100 for area in self.found] or [Decimal(0)]
        for step in STEPS:
            low = min(rates) // step * step
            if max(rates) < low + SHADES * step:
                return low, step
        return Decimal(0), STEPS[-1]

    def shade(self, area: Area) -> int:
        """The shade of an area, from 0 (lowest)."""
        low, step = self.scale
        return min(SHADES - 1, int((area.rate * 100 - low) // step))

    @property
    def legend(self) -> list[tuple[int, str]]:
        """Each shade and its limits in words."""
        low, step = self.scale
        return [(n, f"{low + n * step:f}%–{low + (n + 1) * step:f}%") for n in range(SHADES)]


def areas(actor: Actor, wanted: Asked) -> Areas:
    """The rates of the areas in the round asked for, else in the newest one. Four queries."""
    if not actor.may("scoring.see_scores"):
        return Areas()
    rounds = index_series(actor)
    chosen = next((row for row in rounds if row.sheet.round_id == wanted.round), rounds[0] if rounds else None)
    if chosen is None:
        return Areas()
    named = fieldwork.names(
        Observation.objects.filter(round=chosen.sheet.round_id)
        .order_by()
        .values_list("area_id", "area__name", "area__code")
        .distinct()
    )
    keys = {name: pk for pk, name in named.items() if pk}
    rows = ScoreRow.objects.filter(sheet=chosen.sheet_id, level="area", rate__isnull=False).order_by("order")
    of_division = {keys[row.key]: row for row in rows if row.key in keys}
    divisions = places.divisions(actor).filter(pk__in=of_division).order_by("path")
    found = [Area(one, of_division[one.pk], of_division[one.pk].rate or Decimal(0)) for one in divisions]
    return Areas(rounds, chosen, found)


def area_shapes(shown: Areas) -> dict[str, Any]:
    """GeoJSON of the areas that have an outline, each with its rate in words, its shade and where it opens."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": plain(area.division.outline),
                "properties": {
                    "title": str(area.division),
                    "value": f"{area.rate * 100:.2f}%",
                    "shade": shown.shade(area),
                    "url": area.url,
                },
            }
            for area in shown.found
            if area.division.outline is not None
        ],
    }


# -- the table -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A line of the table: an area and what the layer counts in it."""

    name: str
    count: int
    url: str
    late: int = 0
    late_url: str = ""
    sites: int = 0
    sites_url: str = ""


@dataclass(frozen=True)
class Table:
    rows: list[Place]
    total: Place
    left_out: int = 0


def table(actor: Actor, wanted: Asked) -> Table:
    """What the layer shows, by area and in all. Three queries at most."""
    with_late = wanted.layer == "sites" or (wanted.layer == "cases" and wanted.is_today)
    counted: dict[int | None, dict[str, int]] = {}
    if actor.may("cases.see"):
        counted = cases.by_place(actor, wanted.within, late=with_late)
    sites: dict[int, int] = {}
    if wanted.layer == "sites":
        sites = _sites_by_place(actor)
    keys = {key for key in (*counted, *sites) if key}
    known = places.divisions(actor).filter(pk__in=keys).order_by("path")
    lines = [
        _place(
            wanted, str(one), counted.get(one.pk, {}), {"division_only": one.pk}, sites.get(one.pk, 0), f"?division={one.path}"
        )
        for one in known
    ]
    rest = keys - {one.pk for one in known}
    if None in counted:
        lines.append(_place(wanted, _("not known"), counted[None], {"division_only": 0}))
    total = {
        "count": sum(row["count"] for row in counted.values()),
        "late": sum(row.get("late", 0) for row in counted.values()),
    }
    whole = _place(wanted, _("All"), total, {}, sum(sites.values()), "")
    return Table(lines[:MOST_PLACES], whole, len(rest) + max(0, len(lines) - MOST_PLACES))


def _sites_by_place(actor: Actor) -> dict[int, int]:
    found = places.sites(actor).filter(active=True, division__isnull=False).order_by()
    return dict(found.values_list("division").annotate(n=Count("pk")))


def _place(
    wanted: Asked, name: str, row: Mapping[str, int], where: Mapping[str, Any], sites: int = 0, site_query: str = ""
) -> Place:
    late: dict[str, Any] = {} if wanted.state else {"state": (State.DISPATCHED, State.RECTIFYING)}
    return Place(
        name,
        row.get("count", 0),
        wanted.list_url(**where),
        row.get("late", 0),
        case_list(
            deadline="overdue",
            family=wanted.family or "",
            source=wanted.source,
            **({"state": wanted.state} if wanted.state else late),
            **where,
        ),
        sites,
        f"{reverse('places:sites')}{site_query}",
    )
