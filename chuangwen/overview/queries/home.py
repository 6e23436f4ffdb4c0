"""What the home page shows: put together from the queries of the rooms."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.cases import queries as cases
from chuangwen.cases.escalation import queries as ladder
from chuangwen.cases.models import Case, CaseEvent
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import Job
from chuangwen.scoring.models import ScoreRow, ScoreSheet
from chuangwen.web.charts import Chart, Series

LATE_KEYS = ("late", "supervision", "overdue", "arbitration_late")
SHOWN = 8
DAYS = 30
LOOKED_THROUGH = 500


@dataclass(frozen=True)
class Figure:
    """A number of the home page and the rows behind it."""

    label: str
    value: int
    url: str
    tone: str = ""
    note: str = ""


@dataclass
class HomeView:
    """What waits, what is late, what changed; for leaders and clerks also where the campaign stands."""

    figures: list[Figure] = field(default_factory=list)
    urgent: list[Case] = field(default_factory=list)
    changes: list[CaseEvent] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    unsigned: list[ScoreSheet] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    busy_units: list[dict[str, Any]] = field(default_factory=list)
    rates: Any = None


def home(actor: Actor) -> HomeView:
    """The home page of one person. A constant number of queries (at most 25), whatever the number of cases."""
    shown = HomeView()
    if actor.may("cases.see"):
        waiting = cases.waiting_for(actor)
        pattern = reverse("cases:list")
        shown.figures = [
            Figure(str(w.label), w.count, f"{pattern}?waiting={w.key}", "bad" if w.key in LATE_KEYS and w.count else "")
            for w in waiting
            if w.count or w.key not in ("own_open", "arbitration_late") or len(waiting) == 1
        ]
        steps = reverse("cases:steps")
        shown.figures += [
            Figure(str(wait.label), count, f"{steps}?waiting={wait.key}", "bad" if wait.key == "not_kept" else "")
            for wait, count in ladder.waiting_for(actor)
        ]
        keys = [w.key for w in waiting if w.count]
        shown.urgent = _urgent(actor, keys)
        shown.changes = _changes(actor)
    if actor.may("scoring.sign"):
        shown.unsigned = list(
            access.scoped(actor, "scoring.sign", ScoreSheet)
            .filter(state=ScoreSheet.State.COMPUTED, superseded_by__isnull=True)
            .select_related("round", "scheme")[:5]
        )
    if actor.may("fieldwork.see_rounds"):
        shown.rounds = list(
            access.scoped(actor, "fieldwork.see_rounds", Round).exclude(state=Round.State.CLOSED).select_related("division")[:5]
        )
    if actor.may("kernel.see_jobs"):
        shown.jobs = list(
            Job.objects.filter(
                account=actor.account_id, state=Job.State.FAILED, ended_at__gte=clock.now() - timedelta(days=7)
            ).order_by("-pk")[:3]
        )
    if actor.may("scoring.see_scores"):
        _standing(actor, shown)
    return shown


def _changes(actor: Actor) -> list[CaseEvent]:
    """The newest events of cases that the person sees, newest first: looked for among the newest of all, and where too few of those are
    theirs, from their own newest cases. At most four queries, whatever the number of cases."""
    newest = list(CaseEvent.objects.order_by("-pk").values_list("pk", "case_id")[:LOOKED_THROUGH])
    visible = access.scoped(actor, "cases.see", Case)
    theirs = set(visible.filter(pk__in={case for _pk, case in newest}).values_list("pk", flat=True))
    keys = [pk for pk, case in newest if case in theirs][:SHOWN]
    events = CaseEvent.objects.select_related("case", "unit").order_by("-pk")
    if len(keys) == SHOWN or len(newest) < LOOKED_THROUGH:
        return list(events.filter(pk__in=keys))
    recent = visible.filter(reported_at__gte=clock.now() - timedelta(days=DAYS))
    return list(events.filter(case__in=recent)[:SHOWN])


def _urgent(actor: Actor, keys: list[str]) -> list[Case]:
    """The cases of the actor's own waiting work whose time runs out first."""
    mine = [key for key in ("overdue", "to_rectify", "to_sign") if key in keys] or [
        k for k in ("to_arbitrate", "to_verify", "to_screen", "own_open") if k in keys
    ]
    for key in mine:
        found = (
            cases.waiting_cases(actor, key).select_related("site", "division", "kind", "handling_unit").order_by("due_at", "pk")
        )
        rows = list(found[:SHOWN])
        if rows:
            return rows
    return []


def _standing(actor: Actor, shown: HomeView) -> None:
    """Where the campaign stands: the index of the last rounds, cases by month, the funnel, units with most overdue."""
    today = clock.today()
    rows = list(
        ScoreRow.objects.filter(
            sheet__in=access.scoped(actor, "scoring.see_scores", ScoreSheet).filter(superseded_by__isnull=True),
            level="index",
            rate__isnull=False,
        )
        .select_related("sheet__round")
        .order_by("-sheet__round__starts_on", "-sheet__computed_at")[:24]
    )
    rounds: dict[int, ScoreRow] = {}
    for row in rows:
        rounds.setdefault(row.sheet.round_id, row)
    points = list(rounds.values())[:12][::-1]
    if len(points) > 1:
        lowest = min(int((p.rate or 0) * 100) for p in points)
        shown.charts.append(
            Chart(
                "line",
                _("Index of the last rounds"),
                [p.sheet.round.name for p in points],
                [Series(_("index, %"), [round(p.rate * 100, 2) for p in points if p.rate is not None], tone="accent")],
                unit="%",
                low=max(0, lowest // 10 * 10 - 10),
                high=100,
                digits=2,
                height="sm",
                links=[reverse("scoring:sheet", args=[p.sheet_id]) for p in points],
            )
        )
    months = cases.by_month(actor, today - timedelta(days=365), today)
    if months:
        shown.charts.append(
            Chart(
                "bar",
                _("Cases reported and closed"),
                [_("%(year)d-%(month)02d") % {"year": m["month"].year, "month": m["month"].month} for m in months],
                [
                    Series(pgettext("case", "reported"), [m["reported"] for m in months], tone="quiet"),
                    Series(pgettext("case", "closed"), [m["closed"] for m in months], tone="ok"),
                ],
                unit=pgettext("counted", "cases"),
                height="sm",
            )
        )
    funnel = cases.funnel(actor, today - timedelta(days=DAYS), today)
    steps = [
        ("reported", pgettext("case", "reported")),
        ("filed", pgettext("case", "filed")),
        ("signed", pgettext("case", "signed for")),
        ("submitted", pgettext("case", "submitted")),
        ("closed", pgettext("case", "closed")),
    ]
    if funnel.get("reported"):
        shown.charts.append(
            Chart(
                "bar",
                _("How far the cases of the last 30 days came"),
                [word for _key, word in steps],
                [Series(pgettext("counted", "cases"), [funnel.get(key, 0) for key, _word in steps], tone="accent")],
                unit=pgettext("counted", "cases"),
                horizontal=True,
                height="sm",
            )
        )
    shown.busy_units = cases.units_at_work(actor)[:SHOWN]
    shown.rates = cases.counts(actor, today - timedelta(days=DAYS), today).get(None)
