"""The map: one page with four layers, each with its filters in the address and its table, and what the page's script loads."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.cases.models import OPEN_STATES, Source
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.overview import queries
from chuangwen.overview.queries.ground import WORDS, Areas
from chuangwen.web.views import AccessMixin, PageMixin, PartMixin

LAYER_WORDS = {
    "cases": (gettext_lazy("Open cases"), "alert-circle"),
    "heat": (gettext_lazy("Where cases are reported"), "flame"),
    "sites": (gettext_lazy("Sites"), "map-pins"),
    "areas": (gettext_lazy("Areas by rate"), "stack-2"),
}
NEEDS = {"cases": "cases.see", "heat": "cases.see", "sites": "places.see", "areas": "scoring.see_scores"}


class CampaignMap(PageMixin, PartMixin, View):
    """Sites and cases by state, their density, areas by score; a slider over twelve months."""

    title = gettext_lazy("Map")
    required_verb = "cases.see"
    part_id = "map-table"
    part_template = "overview/map_table.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = queries.asked(request.GET)
        if not self.actor.may(NEEDS[asked.layer]):
            asked = queries.asked({**request.GET.dict(), "layer": "cases"})
        areas = queries.areas(self.actor, asked) if asked.layer == "areas" else Areas()
        table = queries.table(self.actor, asked) if asked.layer != "areas" else None
        facts = {"asked": asked, "areas": areas, "table": table, "table_part": self.part_id}
        if self.wants_part():
            return render(request, self.part_template, facts)
        box = queries.view(self.actor) if self.actor.may("places.see") else None
        context = self.get_context_data(
            layers=[
                {"key": key, "label": word, "icon": icon, "active": key == asked.layer}
                for key, (word, icon) in LAYER_WORDS.items()
                if self.actor.may(NEEDS[key])
            ],
            periods=queries.PERIODS.items(),
            states=[(state.value, state.label) for state in OPEN_STATES],
            sources=Source.choices,
            legend=self.legend(asked),
            load=self.address(asked),
            outline=reverse("places:outlines") if self.actor.may("places.see") and asked.layer != "areas" else "",
            fit=f"{box.west},{box.south},{box.east},{box.north}" if box else "",
            tiles=settings.MAP_TILES,
            datum=settings.MAP_TILES_DATUM,
            attribution=settings.MAP_TILES_ATTRIBUTION,
            **facts,
        )
        return render(request, "overview/map.html", context)

    @staticmethod
    def address(asked: queries.Asked) -> str:
        name = {"cases": "map-squares", "heat": "map-squares", "sites": "map-sites", "areas": "map-areas"}[asked.layer]
        return f"{reverse(name)}?{asked.query}"

    @staticmethod
    def legend(asked: queries.Asked) -> list[tuple[str, Any]]:
        if asked.layer == "sites":
            return [("bad", _("with overdue cases")), ("warn", _("with open cases")), ("ok", _("nothing open"))]
        if asked.layer != "cases":
            return []
        return list(WORDS.items()) if asked.is_today else [("accent", _("open on that day"))]


class GroundPart(AccessMixin, View):
    """What the map loads for the part of the earth that is in view: ``box`` (west,south,east,north) and ``zoom``."""

    def box(self) -> Any:
        box = queries.box_in(self.request.GET.get("box", ""))
        if box is None:
            raise Refusal(_("The part of the map was not understood."), "map.box", status=400)
        return box

    def answer(self, data: dict[str, Any]) -> HttpResponse:
        return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


class Squares(GroundPart):
    """Cases by squares, and one by one where few are in view."""

    required_verb = "cases.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        zoom = min(number_in(request.GET.get("zoom", ""), digits=2) or 12, 19)
        return self.answer(queries.squares(self.actor, queries.asked(request.GET), self.box(), zoom))


class SitePoints(GroundPart):
    """Sites with how many cases are open at each."""

    required_verb = "places.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.answer(queries.site_points(self.actor, self.box()))


class AreaShapes(GroundPart):
    """Outlines of the areas of a round with their rates, as GeoJSON."""

    required_verb = "scoring.see_scores"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.answer(queries.area_shapes(queries.areas(self.actor, queries.asked(request.GET))))
