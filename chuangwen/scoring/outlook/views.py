"""The outlook: what is to be expected, how past forecasts fared, what to do next, the plan behind it."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import View

from chuangwen.kernel import access, importing, jobs, sheets
from chuangwen.scoring.outlook import actions, queries, words
from chuangwen.scoring.outlook.forms import BudgetForm, EffortForm, PlanForm
from chuangwen.scoring.outlook.models import AssessmentPlan, Forecast, ForecastRepair
from chuangwen.standards.models import Family, Kind
from chuangwen.web import formatting
from chuangwen.web.charts import Chart, Series
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import ActionButton, FormPage, go_to
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Outlook")
BARS = 10


def _marks(share: Any) -> Decimal:
    return (Decimal(str(share)) * 100).quantize(Decimal("0.01"))


def histogram_chart(forecast: Forecast) -> Chart:
    """How the simulated results are spread, those that reach the first threshold in the good colour."""
    threshold = forecast.threshold
    whole = sum(count for *_range, count in forecast.histogram) or 1
    shares = [Decimal(count * 100) / whole for *_range, count in forecast.histogram]
    reached = [Decimal(str(low)) >= threshold for low, *_rest in forecast.histogram]
    return Chart(
        "bar",
        _("Simulated results"),
        [f"{_marks(low):.1f}–{_marks(high):.1f}" for low, high, _count in forecast.histogram],
        [
            Series(_("reached"), [round(s, 1) if r else None for s, r in zip(shares, reached, strict=True)], tone="ok", stack="all"),
            Series(
                _("not reached"), [None if r else round(s, 1) for s, r in zip(shares, reached, strict=True)], tone="warn", stack="all"
            ),
        ],
        unit="%",
        digits=1,
        note=_("Of %(count)s simulated assessments, how many percent came to so many marks.") % {"count": formatting.number(whole)},
    )


def drivers_chart(rows: list[dict[str, Any]], title: Any, link: str) -> Chart | None:
    """What takes most off, as bars that open the thing."""
    if not rows:
        return None
    lost = [round(Decimal(str(row["points"])), 2) for row in rows]
    return Chart(
        "bar", title, [row["name"] for row in rows], [Series(_("points lost"), lost, tone="warn")], digits=2, horizontal=True, low=0,
        height="lg", links=[reverse(link, args=[row["key"]]) for row in rows],
    )  # fmt: skip


class OutlookHome(PageMixin, View):
    """The newest forecast; where there is none, what to do first."""

    required_verb = "scoring.see_outlook"
    title = HOME

    def get(self, request: HttpRequest) -> HttpResponse:
        newest = queries.latest_forecast(self.actor)
        if newest is not None:
            return go_to(newest.address)
        plans = list(access.scoped(self.actor, "scoring.see_outlook", AssessmentPlan).order_by("name")[:50])
        return render(request, "scoring/outlook/empty.html", self.get_context_data(plans=plans, **may(self.actor)))


def may(actor: access.Actor) -> dict[str, bool]:
    """Which buttons a person sees."""
    return {"may_plan": actor.may("scoring.plan_outlook"), "may_forecast": actor.may("scoring.forecast")}


class OutlookPages(PageMixin):
    """What the pages of one forecast have in common."""

    required_verb = "scoring.see_outlook"
    kwargs: dict[str, Any]

    def find(self) -> Forecast:
        return access.fetch(self.actor, "scoring.see_outlook", queries.forecasts(self.actor), pk=self.kwargs["pk"])

    def crumbs(self, forecast: Forecast) -> list[tuple[Any, str | None]]:
        return [(HOME, reverse("scoring:outlooks")), (forecast.target, forecast.address)]


class OutlookPage(OutlookPages, View):
    """Chance, interval, distribution, what drives it, on what it rests."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forecast = self.find()
        self.title = _("Outlook: %(target)s") % {"target": forecast.target}
        self.breadcrumbs = [(HOME, reverse("scoring:outlooks"))]
        found = queries.calibration_of(forecast.plan)
        drivers = forecast.drivers
        others = queries.forecasts(self.actor).exclude(pk=pk).order_by("-made_at", "-pk")[:8]
        context = self.get_context_data(
            forecast=forecast,
            chances=[
                (formatting.number(Decimal(mark)), words.chance(share), Decimal(str(share)))
                for mark, share in forecast.chances.items()
            ],
            mean=words.marks(forecast.mean),
            low=words.marks(forecast.low),
            high=words.marks(forecast.high),
            rests=words.rests_on(forecast),
            verdict=words.verdict(found.coverage),
            distribution=histogram_chart(forecast),
            criteria=drivers_chart(drivers.get("criteria", []), _("Points lost by criterion"), "standards:criterion"),
            types=drivers_chart(drivers.get("types", []), _("Points lost by site type"), "standards:checklist"),
            areas=drivers_chart(drivers.get("areas", []), _("Points lost by area"), "places:division"),
            lost=formatting.number(Decimal(str(drivers.get("lost", 0))), 2),
            open=formatting.number(Decimal(str(drivers.get("open", 0))), 2),
            others=list(others),
            **may(self.actor),
        )
        return render(request, "scoring/outlook/outlook.html", context)


class CalibrationPage(OutlookPages, View):
    """Past rounds as they would have been forecast on their eve, and what came."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forecast = self.find()
        self.title = _("What was forecast, what came")
        self.breadcrumbs = self.crumbs(forecast)
        found = queries.calibration_of(forecast.plan)
        rows = [
            {
                "row": row, "mean": words.marks(row.mean), "low": words.marks(row.low), "high": words.marks(row.high),
                "actual": words.marks(actual), "inside": row.low <= actual <= row.high,
                "chances": [(mark, words.chance(share), actual * 100 >= Decimal(mark)) for mark, share in row.chances.items()],
            }
            for row in found.rows if (actual := row.actual) is not None
        ]  # fmt: skip
        context = self.get_context_data(
            forecast=forecast, rows=rows, verdict=words.verdict(found.coverage), over_time=self.over_time(found.rows),
            reliability=self.reliability(found), bins=found.bins,
            brier=formatting.number(Decimal(str(found.brier)), 3) if found.brier is not None else "",
        )  # fmt: skip
        return render(request, "scoring/outlook/calibration.html", context)

    @staticmethod
    def over_time(rows: list[Forecast]) -> Chart | None:
        """Forecast with interval, and result, round by round."""
        if not rows:
            return None
        return Chart(
            "line", _("Forecast and result by round"), [row.target for row in rows],
            [
                Series(
                    _("forecast"), [_marks(row.mean) for row in rows], [_marks(row.low) for row in rows], [_marks(row.high) for row in rows],
                    tone="quiet",
                ),
                Series(pgettext("forecast", "came"), [_marks(row.actual) for row in rows], tone="accent"),
            ],
            digits=2, low=int(min(min(row.low, row.actual or row.low) for row in rows) * 20) * 5, high=100,
            links=[reverse("fieldwork:round", args=[row.round_id]) for row in rows],
            note=_("The interval is that of 90 %. A click opens the round."),
        )  # fmt: skip

    @staticmethod
    def reliability(found: queries.Calibration) -> Chart | None:
        """Nominal share of the intervals beside how many results they held."""
        if not found.rows:
            return None
        return Chart(
            "bar", _("How often intervals held"), [formatting.percent(each.nominal, 0) for each in found.coverage],
            [
                Series(_("should hold"), [Decimal(str(each.nominal * 100)).quantize(Decimal(1)) for each in found.coverage], tone="quiet"),
                Series(_("held"), [round(Decimal(each.held * 100) / each.of, 1) for each in found.coverage], tone="accent"),
            ],
            unit="%", digits=0, low=0, high=100,
        )  # fmt: skip


class NextPage(OutlookPages, View):
    """Which open problems to put right within a budget of hours, and which sites to look at."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forecast = self.find()
        self.title = _("What to do next")
        self.breadcrumbs = self.crumbs(forecast)
        form = BudgetForm(request.GET if "hours" in request.GET or "visits" in request.GET else None)
        budget, number = asked(form)
        shown = queries.repair_plan(self.actor, forecast, budget)
        visits = queries.visits(self.actor, forecast, number)
        context = self.get_context_data(
            forecast=forecast, form=form, budget=formatting.number(budget, 1), number=number, shown=shown,
            repairs=[_told(row) for row in shown.rows],
            gain=formatting.number(words.points(shown.plan.gain), 2), spent=formatting.number(words.hours(shown.plan.minutes), 1),
            better=formatting.number(words.points(max(0.0, shown.plan.gain - shown.by_hand.gain)), 3),
            gap=formatting.number(shown.gap, 3), after=words.marks(forecast.mean + Decimal(str(shown.plan.gain))),
            visits=visits, left=formatting.percent(1 - visits[-1].left, 1) if visits else "",
            bound=formatting.percent(visits[-1].bound, 1) if visits else "", query=request.GET.urlencode(), **may(self.actor),
        )  # fmt: skip
        return render(request, "scoring/outlook/next.html", context)


def _told(row: ForecastRepair) -> tuple[Any, ...]:
    gain, hours = formatting.number(words.points(row.gain), 3), formatting.number(words.hours(row.minutes), 1)
    return row, gain, hours, words.why_repair(row), words.effort_of(row)


def asked(form: BudgetForm) -> tuple[Decimal, int]:
    """Hours and visits that the address asks for, or the usual ones."""
    if form.is_bound and form.is_valid():
        return form.cleaned_data["hours"], form.cleaned_data["visits"]
    return BudgetForm.base_fields["hours"].initial, BudgetForm.base_fields["visits"].initial


class RepairSheet(OutlookPages, View):
    """The chosen repairs as .xlsx."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forecast = self.find()
        budget, _number = asked(BudgetForm(request.GET))
        shown = queries.repair_plan(self.actor, forecast, budget)
        columns = [
            sheets.Column("number", _("Number"), width=18), sheets.Column("problem", _("Problem"), width=50),
            sheets.Column("site", _("Site"), width=24), sheets.Column("criterion", _("Criterion"), width=40),
            sheets.Column("unit", _("Lead unit"), width=20), sheets.Column("gain", _("Gain, points"), "decimal", width=10, places=4),
            sheets.Column("hours", _("Work hours"), "decimal", width=8, places=1), sheets.Column("why", _("Why"), width=60),
            sheets.Column("effort", _("Hours are"), width=20),
        ]  # fmt: skip
        lines = [
            {
                "number": row.case.number, "problem": row.case.description, "site": str(row.case.site or ""),
                "criterion": str(row.case.criterion or ""), "unit": str(row.case.lead_unit or ""), "gain": words.points(row.gain),
                "hours": words.hours(row.minutes), "why": words.why_repair(row), "effort": words.effort_of(row),
            }
            for row in shown.rows
        ]  # fmt: skip
        notes = [f"{forecast.target} · {formatting.day(forecast.as_of)}", words.rests_on(forecast)]
        return _sheet(columns, lines, _("Problems to put right first"), f"repairs-{forecast.as_of:%Y%m%d}.xlsx", notes)


class VisitSheet(OutlookPages, View):
    """The sites to look at as .xlsx."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forecast = self.find()
        _hours, number = asked(BudgetForm(request.GET))
        columns = [
            sheets.Column("position", _("Turn"), "int", width=6), sheets.Column("site", _("Site"), width=30),
            sheets.Column("type", _("Site type"), width=16), sheets.Column("area", _("Area"), width=16),
            sheets.Column("minutes", _("Minutes"), "int", width=8), sheets.Column("since", _("Days since last seen"), "int", width=12),
            sheets.Column("share", _("Uncertainty taken off"), "percent", width=12, places=4),
        ]  # fmt: skip
        lines = [
            {
                "position": row.position, "site": row.site.name, "type": row.site.type.name, "area": str(row.site.division or ""),
                "minutes": row.minutes, "since": row.why.get("last_seen_days"), "share": row.share,
            }
            for row in queries.visits(self.actor, forecast, number)
        ]  # fmt: skip
        notes = [f"{forecast.target} · {formatting.day(forecast.as_of)}", words.rests_on(forecast)]
        return _sheet(columns, lines, _("Sites to look at first"), f"visits-{forecast.as_of:%Y%m%d}.xlsx", notes)


def _sheet(columns: list[sheets.Column], lines: list[dict[str, Any]], title: str, name: str, notes: list[str]) -> HttpResponse:
    return download(sheets.write_table(columns, lines, title=title, sheet_name=title[:31], notes=notes), name)


class PlanEdit(FormPage):
    """A new plan, or another version of one: the forecasts that were made keep the figures they were made with."""

    required_verb = "scoring.plan_outlook"
    form_class = PlanForm
    wide = True
    explanation = gettext_lazy(
        "How the assessors will come is not known in advance. Write down what is usual; the forecast is only as good as this guess."
    )

    def prepare(self) -> None:
        pk = self.kwargs.get("pk")
        self.plan = access.fetch(self.actor, "scoring.plan_outlook", AssessmentPlan, pk=pk) if pk is not None else None
        self.title = self.plan.name if self.plan else _("New assessment plan")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("scoring:outlooks"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "plan": self.plan}

    def act(self, form: PlanForm) -> str:
        given = {name: form.cleaned_data[name] for name in form.base_fields}
        plan = actions.save_plan(self.actor, counts=form.counts(), plan=self.plan, **given)
        return reverse("scoring:plan-compute", args=[plan.pk])


class PlanCompute(PageMixin, View):
    """What will be computed, and the button."""

    required_verb = "scoring.see_outlook"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        plan = access.fetch(self.actor, "scoring.see_outlook", AssessmentPlan.objects.select_related("scheme", "division"), pk=pk)
        self.title = plan.name
        self.breadcrumbs = [(HOME, reverse("scoring:outlooks"))]
        quotas = list(plan.quotas.select_related("site_type"))
        context = self.get_context_data(
            plan=plan, quotas=quotas, total=sum(quota.count for quota in quotas), newest=plan.forecasts.filter(round__isnull=True).first(),
            **may(self.actor),
        )  # fmt: skip
        return render(request, "scoring/outlook/plan.html", context)


class StartForecast(ActionButton):
    """Have a job compute."""

    required_verb = "scoring.forecast"

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        plan = access.fetch(self.actor, "scoring.forecast", AssessmentPlan, pk=kwargs["pk"])
        job = jobs.start(
            self.actor, "scoring.outlook", {"plan": plan.pk, "actor": importing.carry(self.actor)},
            title=_("Outlook: %(target)s") % {"target": plan.name},
        )  # fmt: skip
        return reverse("job", args=[job.pk])


class Efforts(FormPage):
    """Hours of work by family and kind of problem."""

    required_verb = "scoring.plan_outlook"
    form_class = EffortForm
    title = gettext_lazy("Hours of work by kind of problem")
    explanation = gettext_lazy(
        "How many hours of work it takes to put one problem right. Where a kind is empty its family holds; where both are empty, the median "
        "time of closed cases stands in."
    )
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("scoring:outlooks"))]

    def act(self, form: EffortForm) -> str:
        for subject, hours in form.changes():
            actions.set_effort(
                self.actor, hours=hours, kind=subject if isinstance(subject, Kind) else None,
                family=subject if isinstance(subject, Family) else None,
            )  # fmt: skip
        return reverse("scoring:outlooks")


