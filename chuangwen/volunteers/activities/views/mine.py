"""The volunteer on the phone: what I signed up for, what there is near by, being present, my calendar."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.generic import View

from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.calendar_text import CONTENT_TYPE
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.volunteers.activities import actions, calendars, queries, rules, words
from chuangwen.volunteers.activities.access import PLAN, TAKE_PART
from chuangwen.volunteers.activities.actions.feeding import hash_of
from chuangwen.volunteers.activities.models import ActivityCalendar, SignUp
from chuangwen.volunteers.activities.views.lists import HOME, given
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.presence.models import Presence
from chuangwen.volunteers.presence.recording import Spot
from chuangwen.web.views import AccessMixin, PageMixin

STATIC = ("volunteers/activities/present.js", "volunteers/activities/activities.css")
MOST_SENT = 60


def volunteer_of(actor: Actor) -> Volunteer | None:
    return Volunteer.objects.filter(person__account=actor.account_id).select_related("division", "person").first()


def finder(volunteer: Volunteer, *, near: bool = False, free: bool = False) -> dict[str, Any]:
    """What the finder shows: my sign-ups, offers, what I can still say. Seven queries at most."""
    now = clock.now()
    mine = queries.my_sign_ups(volunteer, now, back=timedelta(hours=2))
    there = queries.presences_of(volunteer, [row.shift_id for row in mine])
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
            for one in queries.offers(volunteer, now, near=near, free=free)
        ],
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


class Present(AccessMixin, View):
    """The page on which a code is typed in. It holds nothing of anybody's and is kept on the phone for when there is no signal."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        shell = {
            "data": reverse("volunteers:activity-present-data"), "send": reverse("volunteers:activity-present-send"),
            "worker": reverse("volunteers:activity-present-worker"), "login": reverse("account_login"),
            "words": {word: _(word) for word in PAGE_WORDS},
        }  # fmt: skip
        return render(request, "volunteers/activities/present.html", {"title": _("I am here"), "shell": shell})


PAGE_WORDS = (
    gettext_noop("No signal: what you enter is kept on this phone and sent later."),
    gettext_noop("Sign in once with signal, so that this phone knows your shifts."),
    gettext_noop("You have no shift today. Sign up first, or ask the leader to enter you."),
    gettext_noop("Kept on this phone, not yet sent: %s"),
    gettext_noop("I am here"),
    gettext_noop("I leave"),
    gettext_noop("Present since %s"),
    gettext_noop("Ended, thank you"),
    gettext_noop("Stored"),
    gettext_noop("Six digits, as they stand on the leader's phone"),
    gettext_noop("Asking for the place once …"),
    gettext_noop("Type in the six digits."),
    gettext_noop("Take it out"),
    gettext_noop("Sign in"),
)  # fmt: skip


class PresentData(AccessMixin, View):
    """``{"who", "name", "now" (ms), "csrf", "shifts": [{"id", "title", "where", "words", "starts", "ends", "state", "since"}]}`` of who asks."""

    required_verb = TAKE_PART

    def check_access(self, request: HttpRequest) -> HttpResponse | None:
        if self.actor.account_id is None:
            return JsonResponse({"detail": _("Sign in first.")}, status=401)
        return super().check_access(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        volunteer, now = volunteer_of(self.actor), clock.now()
        rows = [row for row in queries.my_sign_ups(volunteer, now, back=timedelta(hours=4)) if row.state == "in"] if volunteer else []
        there = queries.presences_of(volunteer, [row.shift_id for row in rows]) if volunteer else {}
        shifts = [
            {
                "id": row.shift_id, "title": row.shift.activity.title, "where": row.shift.activity.where, "words": words.span(row.shift),
                "starts": _milliseconds(row.shift.starts_at), "ends": _milliseconds(row.shift.ends_at),
                "state": there[row.shift_id].state if row.shift_id in there else "",
                "since": f"{there[row.shift_id].began_at.astimezone(clock.LOCAL):%H:%M}" if row.shift_id in there else "",
            }
            for row in rows if row.shift.starts_at < now + timedelta(days=2)
        ]  # fmt: skip
        told = {"who": self.actor.account_id, "name": self.actor.name, "now": _milliseconds(now), "csrf": get_token(request), "shifts": shifts}
        answer = JsonResponse(told)
        answer["Cache-Control"] = "no-store"
        return answer


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


class PresentSend(PresentData):
    """``{"now": ms, "entries": [{"uid", "shift", "what": "begin" | "end", "code", "at": ms, "lat", "lon", "accuracy"}]}`` of the phone, in the
    order in which they were made -> ``{"answers": [{"uid", "ok", "again", "words"}]}``. ``again``: it may hold later, keep it."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            body = json.loads(request.body)
            now, entries = _moment(body["now"]), list(body["entries"])[:MOST_SENT]
            read = [_entry(one) for one in entries]
        except (ValueError, KeyError, TypeError, OverflowError, AttributeError, OSError, RecursionError):
            return JsonResponse({"detail": _("This cannot be read.")}, status=422)
        device = str(body.get("device", ""))[:60]
        return JsonResponse({"answers": [self._one(one, now, device) for one in read]})

    def _one(self, one: dict[str, Any], now: datetime, device: str) -> dict[str, Any]:
        common = {"activity_shift_id": one["shift"], "code": one["code"], "at": one["at"], "phone_now": now, "spot": one["spot"]}
        try:
            if one["what"] == "begin":
                actions.begin_by_code(self.actor, uid=one["uid"], device=device, **common)
            else:
                actions.end_by_code(self.actor, **common)
        except Denied:
            raise
        except Refusal as refusal:
            return {"uid": str(one["uid"]), "ok": False, "again": False, "words": str(refusal)}
        return {"uid": str(one["uid"]), "ok": True, "again": False, "words": _("Stored")}


def _moment(milliseconds: Any) -> datetime:
    if not isinstance(milliseconds, int | float) or not 0 <= milliseconds < 4_102_444_800_000:
        raise ValueError
    return datetime.fromtimestamp(milliseconds / 1000, clock.LOCAL)


def _entry(one: dict[str, Any]) -> dict[str, Any]:
    """An entry of the phone as the action takes it. Raises ValueError, KeyError, TypeError."""
    if one["what"] not in ("begin", "end"):
        raise ValueError
    key, code = one["shift"], one["code"]
    if not isinstance(key, int) or not 0 < key < 2**62 or not isinstance(code, str) or len(code) > 20:
        raise ValueError
    spot = None
    if one.get("lat") is not None and one.get("lon") is not None:
        lat, lon, accuracy = float(one["lat"]), float(one["lon"]), one.get("accuracy")
        if -90 <= lat <= 90 and -180 <= lon <= 180:
            near = None if accuracy is None else min(max(0, round(float(accuracy))), 1_000_000)
            spot = Spot(lat, lon, near)
    return {"uid": UUID(str(one["uid"])), "what": one["what"], "shift": key, "code": code, "at": _moment(one["at"]), "spot": spot}


@cache
def _version() -> str:
    folder = Path(__file__).parents[2]
    pages = [folder / "templates/volunteers/activities" / name for name in ("present.html", "present_worker.js")]
    files = [*(folder / "static" / name for name in STATIC), *pages]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


class PresentWorker(AccessMixin, View):
    """The service worker of that page: it keeps the page and its two files."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        files = json.dumps([static(name) for name in STATIC])
        context = {"version": json.dumps(_version()), "page": json.dumps(reverse("volunteers:activity-present")), "files": files}
        answer = render(request, "volunteers/activities/present_worker.js", context, content_type="text/javascript")
        answer["Cache-Control"] = "no-cache"
        return answer


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
