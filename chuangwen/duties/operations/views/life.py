"""Operations: the list, one with its progress, its result and what came back, each step of its life."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.operations import actions, queries, words
from chuangwen.duties.operations.forms import ConclusionForm, OperationForm, ReasonForm
from chuangwen.duties.operations.models import Counted, Operation, OperationPhoto
from chuangwen.duties.operations.sheets import figures_sheet
from chuangwen.duties.operations.states import DRAFT, Step, after
from chuangwen.evidence.links import photo_url, record_url
from chuangwen.kernel import access
from chuangwen.kernel.identifiers import number_in
from chuangwen.ledger.models import Metric
from chuangwen.ledger.rules import rounded
from chuangwen.web import formatting, panels
from chuangwen.web.charts import Chart, Series
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.list_parts import Rows
from chuangwen.web.lists import (
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    SavedView,
)
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Special operations")
SHOTS = 12
PER_PAGE = 20
"""So many units, and so many segments, stand on the page at once."""
NAMED = 20
"""So many of the units that have not told are named; of the others it says how many."""
Part = Counted.Part


class OperationList(ListPage):
    """All operations that one sees, the newest first."""

    title = export_name = HOME
    lead = gettext_lazy("A campaign over some weeks: its figures day by day, what it took, and what came back afterwards.")
    required_verb = queries.SEE
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort="name", width=28),
        ListColumn("state", gettext_lazy("State"), words.state, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("kind", pgettext_lazy("operation", "Kind"), "get_kind_display", phone="hidden"),
        ListColumn("division", gettext_lazy("Area"), "division.name"),
        ListColumn("days", pgettext_lazy("operation", "Days"), words.days, sort=("starts_on", "pk"), nowrap=True, export=False),
        ListColumn("when", gettext_lazy("Time"), words.when, export=False, nowrap=True),
    ]
    export_columns = [
        ListColumn("name", gettext_lazy("Name"), width=28),
        ListColumn("kind", pgettext_lazy("operation", "Kind"), "get_kind_display"),
        ListColumn("division", gettext_lazy("Area"), "division.name"),
        ListColumn("place", gettext_lazy("Where in the area"), width=24),
        ListColumn("starts_on", gettext_lazy("First day"), kind="date"),
        ListColumn("ends_on", gettext_lazy("Last day"), kind="date"),
        ListColumn("state", gettext_lazy("State"), "get_state_display"),
        ListColumn("rhythm", gettext_lazy("Figures are asked for"), "get_rhythm_display"),
        ListColumn("aim", gettext_lazy("Aim"), width=40),
        ListColumn("conclusion", gettext_lazy("What is to be said about it"), width=40),
    ]
    search_fields = ["name", "place", "aim", "basis"]
    search_hint = gettext_lazy("Name, place, aim")
    default_sort = ("-starts_on", "-pk")
    saved_views = [SavedView(gettext_lazy("All")), SavedView(pgettext_lazy("operation", "running"), "state=running")]
    empty = Empty(
        gettext_lazy("No special operations yet"),
        gettext_lazy("Say what is to be reached, where, until when and by whom. Units then tell their figures in a minute a day."), icon="flag",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.operations(self.actor)

    def get_filters(self) -> Any:
        return [
            MultiChoiceFilter(key="state", label=_("State"), choices=Operation.State.choices),
            ChoiceFilter(key="kind", label=pgettext("operation", "Kind"), choices=Operation.Kind.choices),
            DateRangeFilter(key="starts", field="starts_on", label=_("First day"), more=True),
        ]

    def get_page_actions(self) -> Any:
        found = []
        if self.actor.may(queries.TELL):
            found.append(PageAction(_("Enter figures"), reverse("duties:operations-today"), icon="checklist"))
        if self.actor.may(queries.RUN):
            found.append(PageAction(_("New operation"), reverse("duties:operation-new"), icon="plus", primary=True))
        return found


class OfOperation(PageMixin):
    """What the pages of one operation have in common."""

    kwargs: dict[str, Any]

    def find(self, verb: str = queries.SEE) -> Operation:
        rows = queries.operations(self.actor, verb) if verb == queries.SEE else Operation.objects.select_related("division")
        return access.fetch(self.actor, verb, rows, pk=self.kwargs["pk"])

    def way_to(self, operation: Operation | None = None) -> list[tuple[Any, str | None]]:
        crumbs: list[tuple[Any, str | None]] = [(HOME, reverse("duties:operations"))]
        return [*crumbs, (operation.name, operation.get_absolute_url())] if operation else crumbs


STEPS = (
    (Step.START, "operation-start", gettext_lazy("Let it begin"), "player-play"),
    (Step.END, "operation-end", pgettext_lazy("operation", "End it"), "player-stop"),
    (Step.REPORT, "operation-report", gettext_lazy("Reported by another paper"), "report"),
)


class OperationPage(OfOperation, View):
    """How far it is, who told and who did not, what it took, before and after, what came back."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        operation = self.find()
        self.title, self.breadcrumbs = operation.name, self.way_to()
        self.lead = " · ".join(filter(None, [operation.division.name, operation.place, words.days(operation), words.when(operation)]))
        found = queries.progress(operation, of_units=False)
        may_run = access.scoped(self.actor, queries.RUN, Operation).filter(pk=pk).exists()
        may_tell = self.actor.may(queries.TELL) and after(operation.state, Step.TELL) is not None
        context = self.get_context_data(
            operation=operation, state=words.state(operation), progress=found, work=[work_line(line) for line in found.of(Part.WORK)],
            deployed=[deployed(line) for part in (Part.PEOPLE, Part.VEHICLES, Part.COST) for line in found.of(part)],
            charts=[burn_up(line) for line in found.of(Part.WORK) if line.days and line.standing.done],
            units=unit_table(found, number_in(request.GET.get("units", ""))), silent=found.silent[:NAMED], silent_count=len(found.silent),
            efforts=efforts(found),
            segments=page_of(list(operation.segments.select_related("unit")), number_in(request.GET.get("segments", ""))),
            pairs=pairs(request, operation), came_back=came_back(operation), may_run=may_run, may_tell=may_tell, draft=operation.state == DRAFT,
            may_edit=may_run and after(operation.state, Step.EDIT) is not None, steps=self.steps(operation) if may_run else [],
            may_cancel=may_run and after(operation.state, Step.CANCEL) is not None, lacking=lacking(operation, found),
            may_remind=may_run and bool(found.silent), panels=panels.shown(request, "duties.operation", operation),
            problems=list(operation.problems.values_list("name", flat=True)),
        )  # fmt: skip
        return render(request, "duties/operations/operation.html", context)

    @staticmethod
    def steps(operation: Operation) -> list[tuple[str, Any, str]]:
        return [
            (reverse(f"duties:{name}", args=[operation.pk]), label, icon)
            for step, name, label, icon in STEPS if after(operation.state, step) is not None
        ]  # fmt: skip


def lacking(operation: Operation, found: queries.Progress) -> list[tuple[str, str]]:
    """What a draft still needs before it can begin: the sentence and where it is done."""
    if operation.state != DRAFT:
        return []
    needed = []
    if not any(line.row.tells for line in found.units):
        needed.append((_("Choose the units that take part and tell figures."), reverse("duties:operation-units", args=[operation.pk])))
    if not found.of(Part.WORK):
        needed.append((_("Choose what is counted, with targets."), reverse("duties:operation-counted", args=[operation.pk])))
    return needed


def work_line(line: queries.MetricLine) -> dict[str, Any]:
    standing, metric = line.standing, line.counted.metric
    word, tone = words.pace(standing)
    return {
        "metric": metric, "done": words.quantity(standing.done), "target": words.quantity(standing.target), "share": words.share(standing),
        "bar": min(100, int((standing.share or 0) * 100)), "time": int(standing.time * 100), "pace": badge(word, tone) if word else "",
        "still": words.still(standing, metric), "facts": line.address, "has_target": standing.target is not None,
    }  # fmt: skip


def deployed(line: queries.MetricLine) -> dict[str, Any]:
    metric = line.counted.metric
    return {
        "label": metric.name, "value": words.quantity(line.standing.done if line.told else None), "measure": metric.measure if line.told else "",
        "facts": line.address,
        "icon": {Part.PEOPLE: "users", Part.VEHICLES: "truck", Part.COST: "coin"}[Part(line.counted.part)],
    }  # fmt: skip


def burn_up(line: queries.MetricLine) -> Chart:
    """What was done until each day, beside an even pace to the target."""
    metric, points = line.counted.metric, line.days
    series = [Series(_("done until then"), [point.until for point in points], tone="accent", area=True)]
    if line.standing.target is not None:
        even = [rounded(point.even, metric.digits) if point.even is not None else None for point in points]
        series.append(Series(_("an even pace"), even, tone="quiet"))
    series.append(Series(_("on the day"), [point.done for point in points], tone="ok"))
    return Chart(
        "line", metric.name, [formatting.short_day(point.day, points[-1].day) for point in points], series, unit=metric.measure,
        digits=metric.digits, low=0, mark=line.standing.target, mark_label=_("target") if line.standing.target is not None else "",
        links=[_of_day(line.address, point) for point in points],
        note=_("Facts of the ledger that bear the operation's name. A click opens those of the day."),
    )  # fmt: skip


def _of_day(address: str, point: Any) -> str | None:
    if not point.done:
        return None
    path, _mark, asked = address.partition("?")
    kept = [part for part in asked.split("&") if not part.startswith(("on_from=", "on_to="))]
    return f"{path}?{'&'.join(kept)}&{urlencode({'on_from': point.day.isoformat(), 'on_to': point.day.isoformat()})}"


def page_of(rows: list[Any], asked: int | None) -> Rows:
    """One page of PER_PAGE rows; a number beyond the last page gives the last, none or nonsense the first."""
    page = min(max(asked or 1, 1), max(1, -(-len(rows) // PER_PAGE)))
    first = (page - 1) * PER_PAGE
    return Rows(rows[first : first + PER_PAGE], page, PER_PAGE, len(rows), more=False, has_next=first + PER_PAGE < len(rows))


def unit_table(found: queries.Progress, asked: int | None = None) -> dict[str, Any]:
    """Units in the order of the organisation by what is counted, and how they told: one page of them, and the sums of all."""
    metrics = [line.counted.metric for line in found.lines]
    page = page_of(found.units, asked)
    queries.read_totals(found, page.objects)
    scope, paths = queries.scope_of(found.operation), sorted(line.row.unit.path for line in found.units)

    def facts(line: queries.UnitLine, metric: Metric) -> str:
        """What is behind a figure; none where units below tell too, because the list narrows by a unit with all below it."""
        place = bisect_right(paths, line.row.unit.path)
        above = place < len(paths) and paths[place].startswith(line.row.unit.path)
        return "" if above or line.totals.get(metric.pk) is None else replace(scope, unit=line.row.unit).address(metric)

    rows = [
        {
            "unit": line.row.unit, "segments": "、".join(line.segments),
            "cells": [(words.quantity(line.totals.get(metric.pk)), facts(line, metric)) for metric in metrics],
            "told": f"{line.times_told}/{line.times_asked}" if line.row.tells else formatting.EMPTY, "now": line.now, "tells": line.row.tells,
        }
        for line in page.objects
    ]  # fmt: skip
    sums = [(words.quantity(line.standing.done if line.told else None), line.address if line.told else "") for line in found.lines]
    return {"metrics": metrics, "rows": rows, "sums": sums, "page": page}


def efforts(found: queries.Progress) -> list[dict[str, Any]]:
    return [
        {
            "metric": one.counted.metric, "per_person": words.rate(one.per_person), "per_vehicle": words.rate(one.per_vehicle),
            "per_10000": words.rate(one.per_10000), "cost_of_one": words.rate(one.cost_of_one) if one.cost_of_one is not None else "",
        }
        for one in found.efforts if (one.per_person, one.per_vehicle, one.per_10000) != (None, None, None)
    ]  # fmt: skip


def pairs(request: HttpRequest, operation: Operation) -> list[dict[str, Any]]:
    """The spots, before and after side by side; those with both first."""
    account = request.user.pk
    spots: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in operation.photos.select_related("unit").order_by("pk"):
        spot = spots.setdefault(row.spot, {"before": [], "after": []})
        spot[row.stage].append(
            {
                "url": record_url(row.photo_id, account), "thumbnail": photo_url(row.photo_id, account, "thumb"), "row": row.pk,
                "caption": f"{row.get_stage_display()} · {formatting.short_day(row.day)} · {row.unit}",
                "badge": (row.get_stage_display(), "warn" if row.stage == OperationPhoto.Stage.BEFORE else "ok"),
            }
        )  # fmt: skip
    found = [{"spot": name, **stages, "both": bool(stages["before"] and stages["after"])} for name, stages in spots.items()]
    return sorted(found, key=lambda one: not one["both"])[:SHOTS]


def back_address(operation: Operation, until: date) -> str:
    """The list of exactly the cases that were closed during the operation and found again until a day."""
    kinds = ",".join(str(key) for key in operation.problems.order_by("pk").values_list("pk", flat=True))
    asked = {"back": f"{operation.starts_on}:{operation.ends_on}:{until}:{kinds}", "division": operation.division.path}
    return f"{reverse('cases:list')}?{urlencode(asked)}"


def came_back(operation: Operation) -> dict[str, Any] | None:
    """What was newly reported before and after, with the rows behind each figure."""
    found = queries.afterwards(operation)
    if found is None:
        return None
    path = operation.division.path

    def cases(span: Any, kind: int | None = None, figure: str = "reported") -> str:
        asked: dict[str, Any] = {"figure": f"{figure}:{span[0].isoformat()}:{span[1].isoformat()}", "division": path}
        return f"{reverse('cases:list')}?{urlencode(asked | ({'kind': kind} if kind else {}))}"

    window = found.window
    return {
        "window": window, "before": found.before, "after": found.after, "rebounds_before": found.rebounds_before,
        "rebounds_after": found.rebounds_after, "closed": found.closed, "back": found.back,
        "days_before": f"{formatting.short_day(window.before[0])} – {formatting.short_day(window.before[1])}",
        "days_after": f"{formatting.short_day(window.after[0])} – {formatting.short_day(window.after[1])}",
        "rows": [
            {
                "name": one.name or _("without a kind"), "before": one.before, "after": one.after, "change": one.after - one.before,
                "before_url": cases(window.before, one.kind), "after_url": cases(window.after, one.kind),
            }
            for one in found.kinds[:20]
        ],
        "rebounds_url": cases(window.after, None, "rebounds"), "back_url": back_address(operation, window.after[1]),
    }  # fmt: skip


class OperationEdit(OfOperation, FormPage):
    """A new operation, or a change of one."""

    required_verb = queries.RUN
    wide = True
    operation: Operation | None = None

    def prepare(self) -> None:
        self.title = _("New operation")
        if "pk" in self.kwargs:
            self.operation = self.find(queries.RUN)
            self.title = self.operation.name
            if self.operation.state != DRAFT:
                self.explanation = _("It has started: name, area and first day stay, because facts of the ledger lean on them.")

    def get_breadcrumbs(self) -> Any:
        return self.way_to(self.operation)

    def get_form(self, data: Any = None, files: Any = None) -> OperationForm:
        return OperationForm(data, actor=self.actor, operation=self.operation)

    def act(self, form: OperationForm) -> str:
        key = self.operation.pk if self.operation else None
        return actions.save_operation(self.actor, operation_id=key, **form.facts()).get_absolute_url()


class _Step(OfOperation, FormPage):
    """One step in the life of an operation."""

    required_verb = queries.RUN
    done: Any = ""

    def prepare(self) -> None:
        self.operation = self.find(queries.RUN)
        self.lead = self.operation.name

    def get_breadcrumbs(self) -> Any:
        return self.way_to(self.operation)


class Start(ActionButton):
    required_verb = queries.RUN
    done = gettext_lazy("It runs. Its units see it and are asked for figures.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.start_operation(self.actor, operation_id=kwargs["pk"]).get_absolute_url()


class End(ActionButton):
    required_verb = queries.RUN
    done = gettext_lazy("It has ended. Late figures still come for some days; then report it.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.end_operation(self.actor, operation_id=kwargs["pk"]).get_absolute_url()


class Report(_Step):
    title = gettext_lazy("Reported by another paper")
    submit = gettext_lazy("Keep it as reported")
    done = gettext_lazy("Reported. Its figures stand as they were reported.")
    form_class = ConclusionForm
    explanation = gettext_lazy(
        "The report that is signed in this program reports the operation by itself: draft it on the page of the operation. "
        "Here is what was reported by a paper made elsewhere; its number and the reason stay with the operation."
    )

    def act(self, form: Any) -> str:
        return actions.report_operation(self.actor, operation_id=self.operation.pk, **form.cleaned_data).get_absolute_url()


class Cancel(_Step):
    title = gettext_lazy("Give the operation up")
    submit = gettext_lazy("Give it up")
    done = gettext_lazy("It was given up. What was done stays in the ledger.")
    tone = "danger"
    form_class = ReasonForm

    def act(self, form: Any) -> str:
        return actions.cancel_operation(self.actor, operation_id=self.operation.pk, **form.cleaned_data).get_absolute_url()


class Remind(ActionButton):
    required_verb = queries.RUN

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        from django.contrib import messages

        count = actions.remind_units(self.actor, operation_id=kwargs["pk"])
        messages.success(request, ngettext("%(n)d unit was reminded.", "%(n)d units were reminded.", count) % {"n": count})
        return reverse("duties:operation", args=[kwargs["pk"]])


class FiguresSheet(OfOperation, View):
    """Figures by day and unit as .xlsx."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        operation = self.find()
        return download(figures_sheet(operation, self.actor), f"{operation.name}.xlsx")
