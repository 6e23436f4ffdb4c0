"""Pages of the load meter: weeks by units, what lies behind a cell, the limits."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import View

from chuangwen.duties.load import actions, queries, sources
from chuangwen.duties.load.forms import LimitsForm
from chuangwen.duties.load.models import USUAL_TOTALS, LoadLimit
from chuangwen.duties.load.rules import TOTAL
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.duties.rhythm.views.occurrences import asked_week, week_links
from chuangwen.kernel import access, clock, sheets
from chuangwen.kernel.identifiers import number_in
from chuangwen.people.models import Unit
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Load of units")


def asked(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for: kind of units, source, page, the week around which."""
    kind, source = request.GET.get("kind", Unit.Kind.COMMUNITY), request.GET.get("source", "")
    return {
        "kind": kind if kind in Unit.Kind.values else "", "source": source if source in sources.SOURCES else "",
        "page": number_in(request.GET.get("page")) or 1, "around": asked_week(request),
    }  # fmt: skip


class LoadTable(PageMixin, View):
    """Weeks by units: how much falls on each, how much of it is done, where the limits are reached."""

    required_verb = "duties.see_load"
    title = HOME
    lead = gettext_lazy(
        "What falls on each unit in a week: rounds that come, duties, records asked for, problems due. Planning keeps to the limits."
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        given = asked(request)
        shown = queries.table(self.actor, **given)
        this = week_of(clock.today())
        context = self.get_context_data(
            shown=shown, kind=given["kind"], source=given["source"], this_week_day=this, may_set=self.actor.may("duties.set_load"),
            usual=self.usual_totals(), kinds=Unit.Kind.choices, sources=[(name, LoadLimit.Source(name).label) for name in sources.SOURCES],
            **week_links(given["around"]),
        )  # fmt: skip
        return render(request, "duties/load/table.html", context)


    def usual_totals(self) -> list[tuple[Any, int]]:
        """Kinds of units with the totals that come with the program, for whoever may set them where none is set."""
        if not self.actor.may("duties.set_load") or LoadLimit.objects.filter(source=TOTAL).exists():
            return []
        return [(Unit.Kind(kind).label, most) for kind, most in USUAL_TOTALS.items()]


class UsualTotals(ActionButton):
    """Take the totals that come with the program, where none is set."""

    required_verb = "duties.set_load"
    done = gettext_lazy("Set. What is planned from now on keeps to it.")

    def act(self, request: HttpRequest, **kwargs: Any) -> None:
        actions.set_usual_totals(self.actor)


class LoadSheet(PageMixin, View):
    """The table as .xlsx: a row for each unit and week."""

    required_verb = "duties.see_load"

    def get(self, request: HttpRequest) -> HttpResponse:
        given = asked(request)
        columns = [
            sheets.Column("unit", pgettext("duty", "Unit"), width=28), sheets.Column("week", _("Week from"), "date", width=14),
            sheets.Column("planned", _("Planned"), "int", width=10), sheets.Column("done", pgettext("duty", "Done"), "int", width=10),
            sheets.Column("turns", _("Turns"), "int", width=10), sheets.Column("limit", _("All together, at most"), "int", width=12),
            sheets.Column("over", _("Limits reached"), width=40),
        ]  # fmt: skip
        lines = []
        page, pages = 1, 1
        while page <= min(pages, 50):
            shown = queries.table(self.actor, **(given | {"page": page}))
            pages, page = shown.pages, page + 1
            for unit, cells in shown.lines:
                lines += [
                    {"unit": unit.name, "week": week, "planned": cell.planned, "done": cell.done, "turns": cell.turns,
                     "limit": cell.limit, "over": "、".join(cell.filled)}
                    for week, cell in cells
                ]  # fmt: skip
        return download(sheets.write_table(columns, lines, title=str(HOME), sheet_name=str(HOME)[:31]), f"load-{given['around']:%Y%m%d}.xlsx")


class LoadWeek(PageMixin, View):
    """All that falls on a unit in a week, source by source, beside its limits."""

    required_verb = "duties.see_load"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        unit = access.fetch(self.actor, "duties.see_load", Unit, pk=pk)
        monday = asked_week(request)
        self.title = _("What falls on %(unit)s") % {"unit": unit}
        self.breadcrumbs = [(HOME, reverse("duties:load"))]
        total, parts = queries.week(unit, monday)
        context = self.get_context_data(unit=unit, total=total, parts=parts, **week_links(monday))
        return render(request, "duties/load/week.html", context)


class Limits(FormPage):
    """How much may be planned on a unit of each kind in a week."""

    required_verb = "duties.set_load"
    title = gettext_lazy("Limits of load")
    form_class = LimitsForm
    wide = True
    explanation = gettext_lazy(
        "So much may be planned on a unit in one week, of all sources together and of each; empty is no limit. Turns at posts are no part of "
        "the total. What is beyond a limit is refused when something is planned, with other weeks that have room. The numbers are usual "
        "practice, not law."
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:load"))]

    def act(self, form: LimitsForm) -> str:
        actions.set_limits(self.actor, limits=form.limits())
        return reverse("duties:load")
