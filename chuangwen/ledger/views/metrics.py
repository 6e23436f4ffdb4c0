"""The dictionary, and a metric: its totals over time, by places, units and operations, each leading to its facts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.ledger import actions, needs, queries, words
from chuangwen.ledger.forms import MetricForm, ScopeForm, spans, this_month, this_year
from chuangwen.ledger.models import Metric
from chuangwen.web.charts import Chart, Series
from chuangwen.web.form_pages import RowPage
from chuangwen.web.list_parts import Rows
from chuangwen.web.lists import BooleanFilter, ChoiceFilter, Empty, ListColumn, ListPage, PageAction, QFilter, SavedView
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Ledger")
LATEST = 6


def may_buttons(actor: access.Actor) -> list[PageAction]:
    """What one does from the ledger's lists."""
    found = []
    if actor.may("ledger.import") and actor.may("kernel.import"):
        found.append(PageAction(_("Bring in a sheet"), reverse("ledger:sheet-new"), icon="file-import"))
    if actor.may("ledger.enter"):
        found.append(PageAction(_("Enter facts"), reverse("ledger:enter"), icon="plus", primary=True))
    return found


def cell_total(row: Any) -> Any:
    """This month's total with its unit of measure, and whether it keeps the threshold."""
    if not row.total.count:
        return words.total(row.total)
    kept = words.kept(row.total)
    measure = words.measure(row)
    return format_html(
        '{} <small class="text-secondary">{}</small> {}', words.total(row.total), measure, badge(*kept) if kept else ""
    )


class MetricList(ListPage):
    """What is counted, with this month's totals."""

    title = HOME
    lead = gettext_lazy("Each quantity is recorded once, where it happened; every report is drawn from here.")
    export_name = gettext_lazy("Dictionary of metrics")
    required_verb = "ledger.see"
    columns = [
        ListColumn("name", gettext_lazy("Metric"), sort="name", phone="title", width=24),
        ListColumn("total", gettext_lazy("This month"), cell_total, export=False, nowrap=True, phone="badge"),
        ListColumn("measure", gettext_lazy("Unit of measure"), nowrap=True, phone="hidden"),
        ListColumn("reporter", gettext_lazy("Reported by"), words.reporter, nowrap=True, export=False),
        ListColumn("group", gettext_lazy("Group of metrics"), sort=("group", "order"), nowrap=True, phone="hidden"),
        ListColumn("adds", gettext_lazy("How it adds up"), "get_adds_display", phone="hidden"),
        ListColumn("threshold", gettext_lazy("Threshold"), words.threshold, nowrap=True, phone="hidden"),
    ]
    export_columns = [
        ListColumn("code", gettext_lazy("Code")),
        ListColumn("name", gettext_lazy("Metric"), width=24),
        ListColumn("group", gettext_lazy("Group of metrics")),
        ListColumn("measure", gettext_lazy("Unit of measure")),
        ListColumn("adds", gettext_lazy("How it adds up"), "get_adds_display", width=24),
        ListColumn("threshold", gettext_lazy("Threshold"), words.threshold),
        ListColumn("reporter", gettext_lazy("Reported by"), words.reporter),
        ListColumn("rhythm", pgettext_lazy("ledger", "How often"), "get_rhythm_display"),
        ListColumn("aliases", gettext_lazy("Other titles"), lambda row: "、".join(row.aliases), width=40),
        ListColumn("explanation", gettext_lazy("What counts"), width=40),
    ]
    search_fields = ["name", "code", "group", "explanation"]
    search_hint = gettext_lazy("Metric, group")
    default_sort = "order"
    default_size = 50
    empty = Empty(
        gettext_lazy("No metrics yet"),
        gettext_lazy("The dictionary says what is counted. Add the first metric."),
        icon="list-numbers",
    )
    saved_views: Any = [
        SavedView(gettext_lazy("In use"), "active=1"),
        SavedView(gettext_lazy("With a threshold"), "threshold=yes"),
    ]

    def get_queryset(self) -> QuerySet[Metric]:
        return access.scoped(self.actor, "ledger.see", Metric)

    def get_filters(self) -> Sequence[Any]:
        return self.all_filters

    @cached_property
    def all_filters(self) -> list[Any]:
        names = dict.fromkeys(Metric.objects.order_by("order").values_list("group", flat=True))
        return [
            ChoiceFilter(key="group", label=_("Group of metrics"), choices=[(name, name) for name in names]),
            QFilter(
                key="threshold",
                label=_("Threshold"),
                options={"yes": (_("with a threshold"), Q(target__isnull=False)), "no": (_("without"), Q(target__isnull=True))},
                more=True,
            ),
            ChoiceFilter(key="adds", label=_("How it adds up"), choices=Metric.Adds.choices, more=True),
            BooleanFilter(key="active", label=_("In use"), more=True),
        ]

    def rows(self) -> Rows:
        """The page of metrics, each with this month's total: two queries more."""
        found = super().rows()
        scope = queries.Scope(*this_month())
        made = queries.all_totals(scope, found.objects, queries.facts(self.actor))
        for metric, total in zip(found.objects, made, strict=True):
            metric.total = total
        return found

    def get_page_actions(self) -> list[PageAction]:
        found = [
            PageAction(_("Totals"), reverse("ledger:totals"), icon="sum"),
            PageAction(_("All facts"), reverse("ledger:facts"), icon="list"),
        ]
        if self.actor.may("ledger.edit_metrics"):
            found.append(PageAction(_("New metric"), reverse("ledger:metric-new"), icon="tag"))
        return found + may_buttons(self.actor)


class MetricEdit(RowPage):
    """Add a metric, or change one."""

    required_verb = "ledger.edit_metrics"
    form_class = MetricForm
    rows = Metric
    list_name = "ledger:metrics"
    new_title = gettext_lazy("New metric")

    def get_breadcrumbs(self) -> Any:
        found: list[Any] = [(HOME, reverse("ledger:metrics"))]
        return found + ([(self.row.name, self.row.get_absolute_url())] if self.row else [])

    def act(self, form: MetricForm) -> str:
        return actions.save_metric(
            self.actor, changes=form.changes(), metric_id=self.row.pk if self.row else None
        ).get_absolute_url()


def tables(actor: access.Actor, metric: Metric, scope: queries.Scope) -> list[dict[str, Any]]:
    """The total by places, units and operations. Six queries."""
    source = queries.facts(actor)
    parts = [
        (_("By places"), "map-pin", "division", queries.by_division(metric, scope, source)),
        (_("By units"), "building", "unit", queries.by_unit(metric, scope, source)),
        (_("By special operations"), "flag", "operation", queries.by_operation(metric, scope, source)),
    ]
    if all(not branch.scope.operation for branch in parts[2][3]):
        parts.pop()
    return [
        {"title": title, "icon": icon, "rows": [told_branch(metric, key, one) for one in rows]}
        for title, icon, key, rows in parts
    ]


def told_branch(metric: Metric, key: str, branch: queries.Branch) -> dict[str, Any]:
    name = branch.name or _("of no operation")
    deeper = key != "operation" and not branch.itself and branch.scope.address(metric)
    return {
        "name": _("%(name)s itself") % {"name": name} if branch.itself else name,
        "total": words.total(branch.total),
        "count": branch.total.count,
        "kept": words.kept(branch.total),
        "facts": branch.total.address,
        "inside": f"{reverse('ledger:metric', args=[metric.pk])}?{query_of(branch.scope)}" if deeper else "",
    }


def query_of(scope: queries.Scope) -> str:
    """A scope as the address of a metric's page or of the totals takes it."""
    asked = {"start": scope.start.isoformat(), "end": scope.end.isoformat()}
    if scope.division is not None:
        asked["division"] = scope.division.path
    if scope.unit is not None:
        asked["unit"] = scope.unit.path
    if scope.operation:
        asked["operation"] = scope.operation
    return urlencode(asked)


def chart_over_time(
    metric: Metric, scope: queries.Scope, kind: str, found: Sequence[tuple[queries.Scope, queries.Total]]
) -> Chart:
    """Bars for what adds up, a line for stocks, means and shares; the threshold as a mark where it holds for each bar."""
    flow = metric.adds == Metric.Adds.SUM
    values = [total.shown for _within, total in found]
    marked = metric.target is not None and (not metric.span or metric.span == kind)
    return Chart(
        "bar" if flow or len(found) < 3 else "line",
        metric.name,
        [words.bucket(kind, within.start, within.end) for within, _total in found],
        [Series(pgettext("ledger", "total") if flow else metric.get_adds_display(), values, tone="accent")],
        unit="%" if metric.is_share else metric.measure,
        digits=metric.digits,
        links=[total.address if total.count else None for _within, total in found],
        mark=metric.target if marked else None,
        mark_label=words.threshold(metric) if marked else "",
        low=0,
        note=_("A fact over several days counts on the last of them. A click opens the facts."),
    )


class MetricPage(PageMixin, View):
    """One metric in a scope."""

    required_verb = "ledger.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        metric = access.fetch(self.actor, "ledger.see", Metric, pk=pk)
        form = ScopeForm(request.GET, actor=self.actor, initial=this_year(), by=True)
        scope = form.scope()
        kind = form.bars(scope)
        source = queries.facts(self.actor)
        found = queries.over_time(metric, scope, kind, source)
        total = queries.all_totals(scope, [metric], source)[0]
        latest = queries.with_evidence(source.filter(metric=metric, counts=True)).order_by("-ends_on", "-pk")[:LATEST]
        self.title, self.breadcrumbs = metric.name, [(HOME, reverse("ledger:metrics"))]
        self.lead = f"{metric.group} · {metric.get_adds_display()}"
        context = self.get_context_data(
            metric=metric,
            form=form,
            scope=scope,
            days=words.days(scope.start, scope.end),
            total=total,
            total_words=words.total(total),
            measure=words.measure(metric),
            threshold=words.threshold(metric),
            kept=words.kept(total),
            chart=chart_over_time(metric, scope, kind, found) if any(one.count for _within, one in found) else None,
            tables=tables(self.actor, metric, scope) if total.count else [],
            latest=list(latest),
            spans=[(label, f"?{query_of(replace(scope, start=first, end=last))}") for label, first, last in spans()],
            needs=needs.of(self.actor, [metric.pk]),
            facts_url=scope.address(metric),
            may_enter=self.actor.may("ledger.enter") and metric.active,
            may_edit=self.actor.may("ledger.edit_metrics"),
        )
        return render(request, "ledger/metric.html", context)
