"""The volunteer on the phone: what I signed up for, what there is near by, being present, my calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.generic import View

from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.calendar_text import CONTENT_TYPE
from chuangwen.volunteers.activities import actions, calendars, queries, rules, words
from chuangwen.volunteers.activities.access import PLAN, TAKE_PART
from chuangwen.volunteers.activities.actions.feeding import hash_of
from chuangwen.volunteers.activities.models import ActivityCalendar, SignUp
from chuangwen.volunteers.activities.views.lists import HOME, given
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.presence.models import Presence
from chuangwen.volunteers.presence.without_signal import Known, Send, Shell, Worker, milliseconds, number, spot_of
from chuangwen.web.views import AccessMixin, PageMixin


def volunteer_of(actor: Actor) -> Volunteer | None:
    return Volunteer.objects.filter(person__account=actor.account_id).select_related("division", "person").first()


def finder(volunteer: Volunteer, *, near: bool = False, free: bool = False, most: int | None = None) -> dict[str, Any]:
    """What the finder shows: my sign-ups, offers (the first ``most``, all without), what I can still say. Seven queries at most."""
    now = clock.now()
    mine = queries.my_sign_ups(volunteer, now, back=timedelta(hours=2))
    there = queries.presences_of(volunteer, [row.shift_id for row in mine])
    offers = queries.offers(volunteer, now, near=near, free=free)
    return {
        "mine": [
            {
                "row": row, "shift": row.shift, "activity": row.shift.activity, "words": words.span(row.shift),
                "present": there.get(row.shift_id),
                "now": _may_come(row, there.get(row.shift_id), now),
                "may_leave": row.shift.starts_at > now,
            }
            for row in mine
        ],
        "offers": [
            {"shift": one.shift, "activity": one.shift.activity, "words": words.span(one.shift), "way": words.way(one.metres), "fits": one.fits}
            for one in offers[:most]
        ],
        "more": len(offers) if most is not None and len(offers) > most else 0,
        "to_say": queries.to_say(volunteer, now), "near": near, "free": free,
    }  # fmt: skip


def _may_come(row: SignUp, presence: Presence | None, now: datetime) -> bool:
    """Whether somebody can be there now, or leave: not any more once they have left."""
    here = row.shift.starts_at - rules.EARLY <= now <= row.shift.ends_at + rules.EARLY
    return row.state == "in" and here and (presence is None or presence.state != Presence.State.ENDED)


class Mine(PageMixin, View):
    """My activities and the finder."""

    required_verb = TAKE_PART
    title = gettext_lazy("My activities")

    def get(self, request: HttpRequest) -> HttpResponse:
        volunteer = volunteer_of(self.actor)
        asked = {name: request.GET.get(name) == "1" for name in ("near", "free")}
        found = finder(volunteer, **asked) if volunteer is not None else {}
        context = self.get_context_data(volunteer=volunteer, panel=found, leads=volunteer is not None and self.actor.may(PLAN) and (
            volunteer.led_activities.filter(state__in=("draft", "asked", "approved", "open", "held")).order_by("first_at")[:20]))  # fmt: skip
        return render(request, "volunteers/activities/mine.html", context)


# -- present, with or without signal -----------------------------------------------------------------------------------


class Present(Shell):
    """The page on which a code is typed in. It holds nothing of anybody's and is kept on the phone for when there is no signal."""

    name = "activity-present"
    template = "volunteers/activities/present.html"
    title = gettext_lazy("I am here")
    first = gettext_noop("Sign in once with signal, so that this phone knows your shifts.")
    words = (
        gettext_noop("You have no shift today. Sign up first, or ask the leader to enter you."),
        gettext_noop("I am here"),
        gettext_noop("I leave"),
        gettext_noop("Present since %s"),
        gettext_noop("Ended, thank you"),
        gettext_noop("Six digits, as they stand on the leader's phone"),
        gettext_noop("Type in the six digits."),
    )


class PresentData(Known):
    """``rows``: ``[{"id", "title", "where", "words", "starts", "ends", "state", "since"}]``, the shifts of who asks."""

    required_verb = TAKE_PART

    def rows(self) -> list[dict[str, Any]]:
        volunteer, now = volunteer_of(self.actor), clock.now()
        rows = [row for row in queries.my_sign_ups(volunteer, now, back=timedelta(hours=4)) if row.state == "in"] if volunteer else []
        there = queries.presences_of(volunteer, [row.shift_id for row in rows]) if volunteer else {}
        return [
            {
                "id": row.shift_id, "title": row.shift.activity.title, "where": row.shift.activity.where, "words": words.span(row.shift),
                "starts": milliseconds(row.shift.starts_at), "ends": milliseconds(row.shift.ends_at),
                "state": there[row.shift_id].state if row.shift_id in there else "",
                "since": f"{there[row.shift_id].began_at.astimezone(clock.LOCAL):%H:%M}" if row.shift_id in there else "",
            }
            for row in rows if row.shift.starts_at < now + timedelta(days=2)
        ]  # fmt: skip


class PresentSend(Send):
    """Entries are ``{"uid", "shift", "what": "begin" | "end", "code", "at": ms, "lat", "lon", "accuracy"}``."""

    required_verb = TAKE_PART

    def read(self, one: dict[str, Any]) -> dict[str, Any]:
        if one["what"] not in ("begin", "end") or not isinstance(one["code"], str) or len(one["code"]) > 20:
            raise ValueError
        return {"what": one["what"], "shift": number(one["shift"]), "code": one["code"], "spot": spot_of(one)}

    def keep(self, one: dict[str, Any], now: datetime, device: str) -> dict[str, Any]:
        common = {"activity_shift_id": one["shift"], "code": one["code"], "at": one["at"], "phone_now": now, "spot": one["spot"]}
        if one["what"] == "begin":
            actions.begin_by_code(self.actor, uid=one["uid"], device=device, **common)
        else:
            actions.end_by_code(self.actor, **common)
        return {}


class PresentWorker(Worker):
    """The service worker of that page."""

    name = "activity-present"
    template = Present.template
    static = ("volunteers/activities/present.js",)


# -- calendars ---------------------------------------------------------------------------------------------------------


class CalendarGive(PageMixin, View):
    """Give oneself the address of one's own calendar; the one before ends."""

    required_verb = TAKE_PART
    title = gettext_lazy("My calendar")
    http_method_names = ["post", "options"]

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:activity-mine"))]

    def post(self, request: HttpRequest) -> HttpResponse:
        link, token = actions.give_calendar(self.actor)
        return given(self, link, token)


class FeedText(AccessMixin, View):
    """The calendar itself, for whoever knows the secret: calendar programs do not sign in. No name of a person stands in it."""

    public = True

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = ActivityCalendar.objects.select_related("team", "volunteer").filter(token_hash=hash_of(token), withdrawn_at__isnull=True).first()
        if link is None:
            raise Http404
        text = calendars.calendar_of(link, request.build_absolute_uri("/").rstrip("/"))
        answer = HttpResponse(text.encode(), content_type=CONTENT_TYPE)
        answer["Content-Disposition"] = 'inline; filename="activities.ics"'
        answer["Cache-Control"] = "private, max-age=900"
        return answer
