"""The desk of the room, and the volunteer's own page. Other parts put what they know on both as panels: ``volunteers.home`` (subject: None)
and ``volunteers.me`` (subject: the Volunteer; slot ``head`` for buttons)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.volunteers.corps import queries
from chuangwen.volunteers.corps.access import BE, MANAGE_TEAMS, SEE_TEAMS
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.web import panels
from chuangwen.web.views import PageMixin

WAITING_SHOWN = 6


class DeskPage(PageMixin, View):
    """How the room stands: teams by kind, volunteers, applications; and the panels of the other parts."""

    title = gettext_lazy("Volunteering desk")
    required_verb = SEE_TEAMS

    def get(self, request: HttpRequest) -> HttpResponse:
        context = self.get_context_data(
            figures=queries.figures(self.actor), waiting=list(queries.waiting(self.actor)[:WAITING_SHOWN]),
            may_make=self.actor.may(MANAGE_TEAMS), panels=panels.shown(request, "volunteers.home", None),
            buttons=panels.shown(request, "volunteers.home", None, "head"),
        )  # fmt: skip
        return render(request, "volunteers/corps/home.html", context)


class MinePage(PageMixin, View):
    """What every page of a volunteer on the phone stands on: template ``volunteers/mine.html``. ``volunteer`` is the record of whoever is
    signed in, None for who is not registered."""

    required_verb = BE

    @property
    def volunteer(self) -> Volunteer | None:
        if not hasattr(self, "_volunteer"):
            self._volunteer = queries.mine(self.actor)
        return self._volunteer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(volunteer=self.volunteer, **kwargs)


class MePage(MinePage):
    """One's own page: state, teams, what comes next, and the panels of the other parts."""

    title = gettext_lazy("My volunteering")

    def get(self, request: HttpRequest) -> HttpResponse:
        volunteer = self.volunteer
        if volunteer is None:
            return render(request, "volunteers/corps/not_yet.html", self.get_context_data())
        registered = volunteer.state != Volunteer.State.LEFT
        context = self.get_context_data(
            memberships=queries.my_memberships(volunteer), led=list(queries.counted_teams(queries.led_by(self.actor))),
            panels=panels.shown(request, "volunteers.me", volunteer) if registered else [],
            buttons=panels.shown(request, "volunteers.me", volunteer, "head") if registered else [],
        )  # fmt: skip
        return render(request, "volunteers/corps/me.html", context)
