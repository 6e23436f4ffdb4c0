"""The big screen: one look at the whole. No name of a person, no picture, no words that somebody wrote."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.cases import queries as cases
from chuangwen.cases.rates import rates
from chuangwen.kernel import clock
from chuangwen.kernel.access import DIVISION, Actor, Grant
from chuangwen.overview.models import DisplayLink
from chuangwen.overview.queries.ground import view
from chuangwen.overview.queries.leader import Late, case_list, figure_url, late_units
from chuangwen.overview.queries.standing import Standing, standing
from chuangwen.places import queries as places
from chuangwen.places.models import Division
from chuangwen.web.charts import Chart, Series

MONTH = 30
EVENTS = 9
UNITS = 9
SEEN_BY_A_DISPLAY = ("cases.see", "places.see", "scoring.see_scores", "overview.see_wall")
MAP_ZOOM = 14


@dataclass(frozen=True)
class Big:
    """A large figure: written out, with what stands below it and, for who is signed in, the rows behind it."""

    label: str
    value: str
    note: str = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Event:
    """Something of today: when, what, where, which kind of problem."""

    at: datetime
    closed: bool
    place: str
    kind: str


@dataclass
class WallView:
    at: datetime
    today: date
    place: str
    figures: list[Big] = field(default_factory=list)
    standing: Standing | None = None
    trend: Chart | None = None
    funnel: Chart | None = None
    late: list[Late] = field(default_factory=list)
    late_units: int = 0
    events: list[Event] = field(default_factory=list)
    squares: list[list[Any]] = field(default_factory=list)
    fit: str = ""


def display_actor(link: DisplayLink) -> Actor:
    """Who a screen looks as: nobody, with the sight of one area and no verb that changes anything."""
    grant = (Grant(DIVISION, division_path=link.division.path),)
    return Actor(grants=dict.fromkeys(SEEN_BY_A_DISPLAY, grant))


def wall(actor: Actor, *, place: str = "", links: bool = True) -> WallView:
    """The big screen of what this actor sees. A constant number of queries (at most 25). ``links``: figures open their rows."""
    now, today = clock.now(), clock.today()
    shown = WallView(now, today, place or _place_of(actor))
    shown.standing = standing(actor, reasons=False)
    shown.figures = _figures(actor, today, shown.standing, links)
    shown.trend = _trend(actor, today)
    shown.funnel = _funnel(actor, today)
    units = late_units(actor)
    shown.late, shown.late_units = units[:UNITS], len(units)
    shown.events = [
        Event(
            row["at"],
            row["what"] == "closed",
            row["division__short_name"] or row["division__name"] or _("place not known"),
            row["kind__name"] or row["family__name"] or "",
        )
        for row in cases.of_today(actor, today, EVENTS)
    ]
    box = view(actor)
    if box is not None:
        shown.fit = f"{box.west},{box.south},{box.east},{box.north}"
        fineness = cases.fineness_for(box, 2 ** (MAP_ZOOM - 4))
        found = cases.squares(actor, cases.open_on_parts(today), box=box, fineness=fineness, toned=True)
        shown.squares = [[round(one.lat, 5), round(one.lon, 5), one.count, one.tones.get("bad", 0)] for one in found]
    return shown


def _place_of(actor: Actor) -> str:
    """The names of the highest areas that the actor sees the screen of. One query."""
    paths = {grant.division_path for grant in actor.scopes("overview.see_wall") if grant.scope == DIVISION}
    if not paths:
        return ""
    return "、".join(str(one) for one in Division.objects.filter(path__in=paths).order_by("path")[:3])


def _figures(actor: Actor, today: date, stood: Standing, links: bool) -> list[Big]:
    """Four queries."""
    start = today - timedelta(days=MONTH - 1)
    counted = cases.open_count(actor)
    month = cases.counts_of_due(actor, start, today)
    day = cases.funnel(actor, today, today)
    closed_today = cases.visible(actor).filter(cases.behind("closed", today, today)).count()
    in_time = rates(month).closed_in_time
    found = [
        Big(_("Open cases"), f"{counted['count']:,}", "", "", case_list(open=1)),
        Big(
            pgettext("wall", "Overdue"),
            f"{counted['late']:,}",
            _share_note(counted["late"], counted["count"]),
            "bad" if counted["late"] else "ok",
            case_list(deadline="overdue", state=("dispatched", "rectifying")),
        ),
        Big(_("Reported today"), f"{day['reported']:,}", "", "", figure_url("reported", (today, today))),
        Big(_("Closed today"), f"{closed_today:,}", "", "ok" if closed_today else "", figure_url("closed", (today, today))),
        Big(
            _("Closed in time, 30 days"),
            f"{float(in_time) * 100:.1f}%" if in_time is not None else "—",
            _("%(part)s of %(whole)s due") % {"part": f"{month.closed_in_time:,}", "whole": f"{month.due - month.deferred:,}"},
            "",
            figure_url("due_left", (start, today)),
        ),
    ]
    if stood.now is not None:
        found.append(_index(stood))
    return found if links else [Big(one.label, one.value, one.note, one.tone) for one in found]


def _index(stood: Standing) -> Big:
    assert stood.now is not None
    note = f"± {stood.now.half * 100:.1f}" if stood.now.half is not None else ""
    if stood.target:
        goal = f"{Decimal(stood.target.rate) * 100:.1f}"
        note = (_("target %(goal)s") % {"goal": goal}) + (f" · {note}" if note else "")
    tone = {True: "ok", False: "bad", None: "warn"}[stood.reached] if stood.target else ""
    return Big(_("Index"), f"{stood.now.rate * 100:.2f}", note, tone, stood.now.url)


def _share_note(part: int, whole: int) -> str:
    return _("%(share)s%% of the open") % {"share": f"{part / whole * 100:.1f}"} if whole else ""


def _trend(actor: Actor, today: date) -> Chart:
    months = cases.by_month(actor, (today.replace(day=1) - timedelta(days=330)).replace(day=1), today)
    return Chart(
        "bar",
        _("Cases reported and closed, by month"),
        [f"{row['month']:%y-%m}" for row in months],
        [
            Series(pgettext("case", "reported"), [row["reported"] for row in months], tone="wait"),
            Series(pgettext("case", "closed"), [row["closed"] for row in months], tone="ok"),
        ],
        height="sm",
    )


def _funnel(actor: Actor, today: date) -> Chart:
    found = cases.funnel(actor, today - timedelta(days=MONTH - 1), today)
    steps = [
        (found["reported"], pgettext("case", "reported")),
        (found["filed"], pgettext("case", "filed")),
        (found["signed"], pgettext("case", "signed for")),
        (found["submitted"], pgettext("case", "submitted")),
        (found["closed"], pgettext("case", "closed")),
    ]
    return Chart(
        "bar",
        _("How far the cases of the last 30 days came"),
        [word for _count, word in steps],
        [Series(pgettext("counted", "cases"), [count for count, _word in steps], tone="accent")],
        horizontal=True,
        height="sm",
    )


def outlines(actor: Actor) -> dict[str, Any]:
    """The outlines of the areas that the actor sees. One query."""
    return places.outlines(places.divisions(actor))


def link_of(token_hash: str) -> DisplayLink | None:
    """The link with this secret that is not withdrawn. One query."""
    return DisplayLink.objects.select_related("division").filter(token_hash=token_hash, withdrawn_at__isnull=True).first()
