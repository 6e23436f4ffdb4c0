"""The leader's page: where we stand, what changed in a week and why, what is late and with whom, what waits for a signature."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases import queries as cases
from chuangwen.cases.models import State
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.counting import counts
from chuangwen.overview.queries.standing import Standing, standing
from chuangwen.papers import queries as papers
from chuangwen.papers.models import Paper
from chuangwen.papers.models import State as PaperState
from chuangwen.people import queries as people
from chuangwen.places import queries as places
from chuangwen.scoring.appraisal import queries as appraisals
from chuangwen.scoring.models import ScoreSheet
from chuangwen.scoring.outlook.models import Forecast
from chuangwen.scoring.outlook.queries import Repair, best_repairs, latest_forecast

WEEK = 7
MOVERS = 3
LATE_UNITS = 10
SIGNED_FOR = 8
REPAIRS = 5
AT_UNITS = (State.DISPATCHED, State.RECTIFYING, State.SUBMITTED, State.DEFERRED)
WORDS: dict[str, str | Promise] = {
    "reported": pgettext_lazy("week", "Reported"),
    "closed": pgettext_lazy("week", "Closed"),
    "missed": gettext_lazy("Deadline missed"),
    "rebounds": gettext_lazy("Came back"),
}
MORE_IS = {"reported": "", "closed": "ok", "missed": "bad", "rebounds": "bad"}
"""Whether more of it is good or bad news; of reports it is neither."""


@dataclass(frozen=True)
class Mover:
    """A unit or a place that moved a figure."""

    name: str
    now: int
    before: int
    url: str
    before_url: str

    @property
    def change(self) -> int:
        return self.now - self.before


@dataclass(frozen=True)
class WeekFigure:
    """A figure of the week beside the week before."""

    label: str
    now: int
    before: int
    url: str
    before_url: str
    tone: str
    units: list[Mover]
    places: list[Mover]

    @property
    def change(self) -> int:
        return self.now - self.before


@dataclass(frozen=True)
class Late:
    """A unit with overdue cases."""

    name: str
    late: int
    open: int
    url: str
    open_url: str


@dataclass(frozen=True)
class ToSign:
    """Something that waits for the leader's name."""

    title: str
    note: str
    url: str
    icon: str


@dataclass
class LeaderView:
    today: date
    week: tuple[date, date]
    before: tuple[date, date]
    standing: Standing
    figures: list[WeekFigure] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    late_total: int = 0
    late_units: int = 0
    late_url: str = ""
    to_sign: list[ToSign] = field(default_factory=list)
    to_sign_total: int = 0
    forecast: Forecast | None = None
    repairs: list[Repair] = field(default_factory=list)


def leader(actor: Actor) -> LeaderView:
    """The leader's page for what this person answers for. A constant number of queries (at most 25), whatever the number of cases.

    The week is the last seven whole days, so that a day that has only begun is not held against it.
    """
    today = clock.today()
    week = (today - timedelta(days=WEEK), today - timedelta(days=1))
    before = (today - timedelta(days=2 * WEEK), today - timedelta(days=WEEK + 1))
    shown = LeaderView(today, week, before, standing(actor) if actor.may("scoring.see_scores") else Standing([]))
    if actor.may("cases.see"):
        shown.figures = _week(actor, week, before)
        _late(actor, shown)
    shown.to_sign, shown.to_sign_total = _to_sign(actor)
    if actor.may("scoring.see_outlook"):
        shown.forecast = latest_forecast(actor)
        shown.repairs = best_repairs(actor, REPAIRS) if shown.forecast else []
    return shown


def case_list(**conditions: Any) -> str:
    """The address of a list of cases."""
    return f"{reverse('cases:list')}?{urlencode({key: value for key, value in conditions.items() if value != ''}, doseq=True)}"


def figure_url(figure: str, span: tuple[date, date], **more: Any) -> str:
    """The cases behind a figure of a period."""
    return case_list(figure=f"{figure}:{span[0]}:{span[1]}", **more)


def _week(actor: Actor, week: tuple[date, date], before: tuple[date, date]) -> list[WeekFigure]:
    """Six queries."""
    found = cases.changes(actor, week, before)
    units = {part.key for change in found for part in change.units[:MOVERS] if part.key}
    areas = {part.key for change in found for part in change.places[:MOVERS] if part.key}
    unit_names = {unit.pk: str(unit) for unit in people.units(actor, closed=True).filter(pk__in=units)}
    place_names = {place.pk: str(place) for place in places.divisions(actor).filter(pk__in=areas)}

    def movers(figure: str, parts: Any, names: dict[int, str], key: str) -> list[Mover]:
        return [
            Mover(
                names.get(part.key, "") if part.key else _("not known"),
                part.now,
                part.before,
                figure_url(figure, week, **{key: part.key or 0}),
                figure_url(figure, before, **{key: part.key or 0}),
            )
            for part in parts[:MOVERS]
            if not part.key or part.key in names
        ]

    return [
        WeekFigure(
            str(WORDS[change.figure]),
            change.now,
            change.before,
            figure_url(change.figure, week),
            figure_url(change.figure, before),
            MORE_IS[change.figure],
            movers(change.figure, change.units, unit_names, "lead_only"),
            movers(change.figure, change.places, place_names, "division_only"),
        )
        for change in found
    ]


def late_units(actor: Actor) -> list[Late]:
    """The units with overdue cases, those with most first. One query."""
    return [
        Late(
            row["name"],
            row["late"],
            row["open"],
            case_list(lead_only=row["unit"], deadline="overdue", state=AT_UNITS),
            case_list(lead_only=row["unit"], open=1, state=AT_UNITS),
        )
        for row in cases.units_at_work(actor)
        if row["late"]
    ]


def _late(actor: Actor, shown: LeaderView) -> None:
    found = late_units(actor)
    shown.late_total, shown.late_units = sum(one.late for one in found), len(found)
    shown.late = found[:LATE_UNITS]
    shown.late_url = case_list(deadline="overdue", state=AT_UNITS)


def _to_sign(actor: Actor) -> tuple[list[ToSign], int]:
    """What waits for a signature: drafts of papers, results of appraisals, computed score sheets, each the newest first; and how many there are
    in all. Four queries."""
    found: list[ToSign] = []
    waiting: list[QuerySet[Any]] = []
    if actor.may("papers.sign"):
        drafts = papers.papers(actor).filter(
            pk__in=access.scoped(actor, "papers.sign", Paper).values("pk"), state__in=(PaperState.CHECKED, PaperState.COUNTERSIGNED)
        )
        waiting.append(drafts)
        found += [
            ToSign(paper.title, str(paper.get_kind_display()), reverse("papers:paper", args=[paper.pk]), "file-text")
            for paper in drafts.order_by("-created_at")[:SIGNED_FOR]
        ]
    if actor.may("scoring.sign_appraisal"):
        results = appraisals.to_sign(actor)
        waiting.append(results)
        found += [
            ToSign(
                f"{result.label} {result.scheme.name}", str(_("appraisal")), reverse("scoring:appraisal", args=[result.pk]), "medal"
            )
            for result in results[:SIGNED_FOR]
        ]
    if actor.may("scoring.sign"):
        sheets = access.scoped(actor, "scoring.sign", ScoreSheet).filter(
            state=ScoreSheet.State.COMPUTED, superseded_by__isnull=True
        )
        waiting.append(sheets)
        found += [
            ToSign(sheet.round.name, str(_("score sheet")), reverse("scoring:sheet", args=[sheet.pk]), "trophy")
            for sheet in sheets.select_related("round").order_by("-round__starts_on", "-computed_at")[:SIGNED_FOR]
        ]
    return found[:SIGNED_FOR], sum(counts(waiting)) if len(found) >= SIGNED_FOR else len(found)
