"""The page of a centre for everybody: what it is, where, when it is open, what it offers. Nothing of persons stands there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from chuangwen.intake.residents.views import OpenPage
from chuangwen.kernel.errors import Missing
from chuangwen.volunteers.centres import queries, words
from chuangwen.volunteers.centres.models import Centre
from chuangwen.web import panels


class OpenCentre(OpenPage):
    """Of a centre that has a page for everybody. Other parts put their coming activities into ``volunteers.centre.open``."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        rows = Centre.objects.filter(public=True).exclude(state=Centre.State.CLOSED)
        centre = rows.select_related("division", "site__type", "unit").filter(number=number).first()
        if centre is None:
            raise Missing(_("There is no such practice centre, or it has no page for everybody."))
        self.title = centre.name
        near: Any = centre.get_children().filter(public=True, state=Centre.State.OPEN)[:60]
        context = self.get_context_data(
            centre=centre, hours=words.hours(centre), now=words.open_badge(centre), rooms=list(centre.rooms.all()),
            platforms=queries.platforms_of(centre), below=list(near), above=centre.get_parent(),
            panels=panels.shown(request, "volunteers.centre.open", centre),
        )  # fmt: skip
        return render(request, "volunteers/centres/open.html", context)
