"""Coverage from the centre outwards: rings, their figures, the map; and what holds for an area."""

from __future__ import annotations

from math import cos, pi, radians, sin
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.duties.partnership import actions, queries, words
from chuangwen.duties.partnership.forms import AreaForm, SettingsForm
from chuangwen.duties.partnership.views.lists import HOME
from chuangwen.duties.partnership.views.ringed import address
from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.geography import Point
from chuangwen.kernel.identifiers import number_in
from chuangwen.places.models import Division
from chuangwen.web.charts import Chart, Series
from chuangwen.web.form_pages import FormPage
from chuangwen.web.views import AccessMixin, PageMixin

CORNERS = 72
METRES_A_DEGREE = 111_320
LEGEND = (
    ("ok", gettext_lazy("a pair that has met")), ("warn", gettext_lazy("nothing happened lately")),
    ("wait", gettext_lazy("paired, not met yet")), ("bad", gettext_lazy("no pair yet")),
)  # fmt: skip


class Covering(AccessMixin):
    """Which area is asked for: the one of the address, else the town's."""

    request: HttpRequest

    @cached_property
    def area(self) -> Division | None:
        asked = number_in(self.request.GET.get("area", ""))
        rows = access.scoped(self.actor, queries.SEE, Division).filter(level__lt=Division.Level.VILLAGE)
        if asked is not None:
            return access.fetch(self.actor, queries.SEE, rows, pk=asked)
        return queries.areas(self.actor).first()


def ring_shape(centre: Point, kilometres: float) -> list[list[float]]:
    """A circle as a closed line of longitudes and latitudes: near enough at the size of a county."""
    north = kilometres * 1000 / METRES_A_DEGREE
    east = north / max(cos(radians(centre.lat)), 0.01)
    turns = [2 * pi * number / CORNERS for number in range(CORNERS)]
    line = [[round(centre.lon + east * cos(turn), 6), round(centre.lat + north * sin(turn), 6)] for turn in turns]
    return [*line, line[0]]


class CoveragePage(Covering, PageMixin, View):
    """The share of places with an active pair, ring by ring."""

    required_verb = queries.SEE
    title = gettext_lazy("Coverage from the centre outwards")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:partnerships"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        area = self.area
        found = queries.coverage(self.actor, area) if area is not None else None
        rings = [(words.ring_name(ring), ring) for ring in found.rings] if found else []
        table = [
            (name, ring, address(area, ring=n), address(area, ring=n, stand="met"), address(area, ring=n, stand="silent"))
            for n, (name, ring) in enumerate(rings) if area is not None
        ]  # fmt: skip
        context = self.get_context_data(
            area=area, found=found, table=table, chart=chart(rings), legend=LEGEND, known=queries.settings_at(area.path) if area else None,
            form=AreaForm(actor=self.actor, initial={"area": area}) if area else None, may_set=self.actor.may("duties.pair_units"),
            query=f"?area={area.pk}" if area else "", all_places=address(area) if area else "",
            met_places=address(area, stand="met") if area else "",
            uncovered=[one for one in found.places if not one.place.active][:100] if found else [],
        )  # fmt: skip
        return render(request, "duties/partnership/coverage.html", context)


def chart(rings: list[tuple[str, Any]]) -> Chart | None:
    """Places of each ring by how they stand."""
    if not any(ring.places for _name, ring in rings):
        return None
    return Chart(
        "bar", _("Places by ring"), [name for name, _ring in rings],
        [
            Series(_("with a pair that has met"), [ring.active for _name, ring in rings], tone="ok", stack="all"),
            Series(_("paired, not met yet"), [ring.waits for _name, ring in rings], tone="wait", stack="all"),
            Series(_("no pair yet"), [ring.places - ring.active - ring.waits for _name, ring in rings], tone="bad", stack="all"),
        ],
        unit=_("places"), low=0,
    )  # fmt: skip


class CoveragePlaces(Covering, View):
    """The places as points for the map."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = queries.coverage(self.actor, self.area).places if self.area is not None else []
        features = [
            {
                "type": "Feature", "geometry": {"type": "Point", "coordinates": [one.point.lon, one.point.lat]},
                "properties": {
                    "title": one.division.name, "tone": words.place_tone(one.place),
                    "note": "、".join(str(pair.unit) for pair in one.pairs) or _("no pair yet"),
                    "url": one.pairs[0].get_absolute_url() if len(one.pairs) == 1
                    else f"{reverse('duties:partnerships')}?area={one.division.path}",
                },
            }
            for one in rows if one.point is not None
        ]  # fmt: skip
        return JsonResponse({"type": "FeatureCollection", "features": features})


class CoverageRings(Covering, View):
    """The rings as outlines for the map."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        found = queries.coverage(self.actor, self.area) if self.area is not None else None
        features = []
        if found is not None and found.centre is not None:
            for edge in found.edges:
                shape = {"type": "Polygon", "coordinates": [ring_shape(found.centre, edge)]}
                features.append({"type": "Feature", "geometry": shape, "properties": {"name": _("%(km)s km") % {"km": f"{edge:g}"}}})
        return JsonResponse({"type": "FeatureCollection", "features": features})


class SettingsEdit(FormPage):
    """Silence and rings of an area."""

    required_verb = "duties.pair_units"
    title = gettext_lazy("Silence and rings")

    def prepare(self) -> None:
        rows = access.scoped(self.actor, "duties.pair_units", Division).filter(level__lt=Division.Level.VILLAGE).order_by("-level", "path")
        asked = number_in(self.request.GET.get("area", ""))
        found = rows.filter(pk=asked).first() if asked is not None else rows.first()
        if found is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        self.area, self.lead = found, str(found)

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:partnerships")), (_("Coverage"), f"{reverse('duties:partner-coverage')}?area={self.area.pk}")]

    def get_form(self, data: Any = None, files: Any = None) -> SettingsForm:
        return SettingsForm(data, area=self.area)

    def act(self, form: SettingsForm) -> str:
        actions.save_partnership_settings(self.actor, division=self.area, **form.cleaned_data)
        return f"{reverse('duties:partner-coverage')}?area={self.area.pk}"
