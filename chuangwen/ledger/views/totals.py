"""Totals of all metrics in a scope: on the page and as a sheet, each leading to its facts."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import View

from chuangwen.kernel import clock, sheets
from chuangwen.ledger import queries, words
from chuangwen.ledger.forms import ScopeForm, spans, this_month
from chuangwen.ledger.views.metrics import HOME, may_buttons, query_of
from chuangwen.web import formatting
from chuangwen.web.downloads import download
from chuangwen.web.views import PageMixin


def told(total: queries.Total, scope: queries.Scope) -> dict[str, Any]:
    metric = total.metric
    return {
        "metric": metric,
        "total": words.total(total),
        "measure": words.measure(metric),
        "count": total.count,
        "threshold": words.threshold(metric) if total.kept is not None else "",
        "kept": words.kept(total),
        "facts": total.address,
        "page": f"{metric.get_absolute_url()}?{query_of(scope)}",
    }


class TotalsPage(PageMixin, View):
    """``?start=…&end=…&division=…&unit=…&operation=…``; ``all=1`` shows metrics without a fact as well, ``export=xlsx`` gives the sheet."""

    required_verb = "ledger.see"
    title = gettext_lazy("Totals")

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ScopeForm(request.GET, actor=self.actor, initial=this_month())
        scope = form.scope()
        found = queries.all_totals(scope, queries.metrics(active=False), queries.facts(self.actor))
        whole = request.GET.get("all") == "1"
        shown = [total for total in found if total.count or whole and total.metric.active]
        if request.GET.get("export") == "xlsx":
            return self.sheet(scope, shown)
        self.breadcrumbs = [(HOME, reverse("ledger:metrics"))]
        groups: dict[str, list[dict[str, Any]]] = {}
        for total in shown:
            groups.setdefault(total.metric.group, []).append(told(total, scope))
        missed = [total for total in shown if total.kept is False]
        context = self.get_context_data(
            form=form,
            scope=scope,
            days=words.days(scope.start, scope.end),
            groups=list(groups.items()),
            counted=sum(total.count for total in found),
            metrics=len(shown),
            missed=missed,
            spans=[(label, f"?{query_of(replace(scope, start=first, end=last))}") for label, first, last in spans()],
            export_url=f"?{query_of(scope)}&{urlencode({'export': 'xlsx'} | ({'all': '1'} if whole else {}))}",
            page_actions=may_buttons(self.actor),
            whole=whole,
            whole_url=f"?{query_of(scope)}" + ("" if whole else "&all=1"),
        )
        return render(request, "ledger/totals.html", context)

    def sheet(self, scope: queries.Scope, shown: list[queries.Total]) -> HttpResponse:
        columns = [
            sheets.Column("group", _("Group of metrics"), width=14), sheets.Column("metric", _("Metric"), width=26),
            sheets.Column("total", pgettext("ledger", "Total"), "decimal", width=14), sheets.Column("measure", _("Unit of measure"), width=10),
            sheets.Column("count", _("Facts"), "int", width=8), sheets.Column("threshold", _("Threshold"), width=18),
            sheets.Column("kept", _("Threshold kept"), width=10),
        ]  # fmt: skip
        lines = [
            {
                "group": total.metric.group, "metric": total.metric.name, "total": total.shown,
                "measure": "%" if total.metric.is_share else total.metric.measure, "count": total.count,
                "threshold": words.threshold(total.metric), "kept": (words.kept(total) or ("",))[0],
            }
            for total in shown
        ]  # fmt: skip
        notes = [
            f"{words.days(scope.start, scope.end)} {scope.division or ''} {scope.unit or ''} {scope.operation or ''}".strip(),
            _("Exported %(moment)s by %(name)s") % {"moment": formatting.moment(clock.now()), "name": self.actor.name},
        ]
        title = _("Totals of the ledger")
        content = sheets.write_table(columns, lines, title=title, sheet_name=title[:31], notes=notes)
        return download(content, f"{title}-{scope.start:%Y%m%d}-{scope.end:%Y%m%d}.xlsx")
