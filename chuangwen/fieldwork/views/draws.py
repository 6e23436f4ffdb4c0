"""A draw that was made: every site with its weight and chance, its files, and whether repeating it gives the same."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from chuangwen.fieldwork import draw_file, drawing, planning_queries
from chuangwen.fieldwork.models import Draw
from chuangwen.fieldwork.views.rounds import HOME
from chuangwen.kernel import access
from chuangwen.kernel.identifiers import number_in
from chuangwen.web.downloads import SHEET, download
from chuangwen.web.views import AccessMixin, PageMixin

PAGE_SIZE = 100
STATES = (drawing.DRAWN, drawing.NOT_DRAWN, drawing.CAPPED, drawing.ADDED)


class DrawPages(AccessMixin):

    def find_draw(self) -> Draw:
        draws = Draw.objects.select_related("round", "account__person")
        return access.fetch(self.actor, "fieldwork.see_rounds", draws, pk=self.kwargs["pk"])


class DrawPage(DrawPages, PageMixin, View):
    """A draw with all that it was made from; it is repeated whenever the page is opened."""

    required_verb = "fieldwork.see_rounds"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        draw = self.find_draw()
        round = draw.round
        self.title = _("Draw %(number)d") % {"number": draw.number}
        self.breadcrumbs = [
            (HOME, reverse("fieldwork:rounds")),
            (round.name, reverse("fieldwork:round", args=[round.pk])),
            (_("Round plan"), reverse("fieldwork:plan", args=[round.pk])),
        ]
        told = draw_file.verify(planning_queries.document_of(draw))
        context = {"draw": draw, "round": round, "verified": told, "is_rerating": draw.procedure == drawing.RERATE}
        if draw.procedure == drawing.RERATE:
            names = {site["code"]: site["name"] for site in draw.inputs["sites"]}
            context["drawn"] = [(code, names[code]) for code in draw.result["drawn"]]
        else:
            context |= self.sites(request, draw)
        return render(request, "fieldwork/draw_made.html", self.get_context_data(**context))

    def sites(self, request: HttpRequest, draw: Draw) -> dict[str, Any]:
        every = planning_queries.weighed(draw.inputs, draw.result)
        wanted = request.GET.get("state", drawing.DRAWN)
        wanted = wanted if wanted in STATES else drawing.DRAWN
        labels = {
            drawing.DRAWN: _("Drawn"),
            drawing.NOT_DRAWN: _("Not drawn"),
            drawing.CAPPED: _("At the inspection cap"),
            drawing.ADDED: _("Added by hand"),
        }
        counts = {state: sum(one.state == state for one in every) for state in STATES}
        rows = [one for one in every if one.state == wanted]
        page = min(number_in(request.GET.get("page")) or 1, 10_000)
        names = {(quota["type"], quota["area"]): (quota["type_name"], quota["area_name"]) for quota in draw.inputs["quotas"]}
        return {
            "rows": rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
            "tabs": [
                {"label": labels[state], "url": f"?state={state}", "active": state == wanted, "count": counts[state]}
                for state in STATES
                if counts[state] or state == drawing.DRAWN
            ],
            "strata": [(*names[line["type"], line["area"]], line) for line in draw.result["strata"]],
            "earlier": page - 1,
            "later": page + 1 if len(rows) > page * PAGE_SIZE else 0,
            "state": wanted,
        }


class DrawFile(DrawPages, PageMixin, View):
    """The draw as a file, ``.json`` or ``.xlsx``, from which anybody can repeat it."""

    required_verb = "fieldwork.see_rounds"

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        draw = self.find_draw()
        told = planning_queries.document_of(draw)
        name = f"{draw.round.name} 抽取{draw.number}.{kind}"
        if kind == "xlsx":
            return download(draw_file.as_xlsx(told), name, SHEET)
        return download(draw_file.as_json(told), name, "application/json")
