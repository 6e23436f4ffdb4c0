"""The volunteer's own people on the phone: one tap records, without signal too (the browser keeps it and sends it later, once)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.volunteers.care import actions, queries, words
from chuangwen.volunteers.care.access import KEEP
from chuangwen.volunteers.care.models import Contact
from chuangwen.volunteers.presence.recording import Spot
from chuangwen.web.form_pages import go_to
from chuangwen.web.views import AccessMixin, PageMixin

DOES = ("call", "begin", "end")


class MyPeople(PageMixin, View):
    """Whom I look after, who is still to be called first."""

    required_verb = KEEP
    title = gettext_lazy("My people")
    lead = gettext_lazy("One tap after the call is enough. Without signal it is kept on this phone and sent later.")

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [
            (one, uuid4(), one.visit.uid if one.visit else uuid4(), words.standing(one.alarm is not None, one.call.state if one.call else ""))
            for one in queries.mine(self.actor)
        ]
        return render(request, "volunteers/care/mine.html", self.get_context_data(rows=rows))


class KeepRecord(AccessMixin, View):
    """One tap: ``do`` is call, begin or end (of a visit), ``uid`` the record's, ``at`` when it was tapped. A program is answered in JSON."""

    required_verb = KEEP
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not request.headers.get("Accept", "").startswith("application/json"):
            messages.success(request, self.keep(request)[1])
            return go_to(reverse("volunteers:care-mine"))
        try:
            uid, said = self.keep(request)
        except Refusal as refusal:
            return _answer({"code": refusal.code, "message": str(refusal)}, refusal.status)
        word, tone, _icon = words.standing(*queries.standing_of(number_in(request.POST.get("person")) or 0))
        return _answer({"uid": str(uid), "said": said, "word": word, "tone": tone})

    def keep(self, request: HttpRequest) -> tuple[UUID, str]:
        """Do what was tapped; the record's identifier and the sentence that is said. Raises Denied, Missing, Refusal."""
        given = request.POST
        uid, person, at = _uid(given.get("uid")), number_in(given.get("person")) or 0, _moment(given.get("at"), "at")
        do, _sep, outcome = (given.get("do") or "").partition(":")
        if do not in DOES:
            raise Refusal(_("Choose one of the list."), "volunteers.do", field="do")
        told = given.get("words", "").strip()
        more: dict[str, Any] = {"person_id": person, "uid": uid, "at": at}
        if do == "begin":
            actions.begin_care_visit(self.actor, spot=_spot(given), **more)
        elif do == "end":
            actions.end_care_visit(self.actor, outcome=outcome, words=told, spot=_spot(given), **more)
        else:
            began, ended = _moment(given.get("began_at"), "began_at"), _moment(given.get("ended_at"), "ended_at")
            actions.record_care(self.actor, kind=Contact.CALL, outcome=outcome, words=told, began_at=began, ended_at=ended, **more)
        return uid, str(_("The visit has begun.") if do == "begin" else _("Recorded. Thank you."))


def _answer(data: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})


def _uid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Refusal(_("This record belongs to something else."), "volunteers.uid", field="uid") from None


def _moment(text: str | None, field: str) -> datetime | None:
    """A moment with its zone; None where none is given. Raises Refusal."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        raise Refusal(_("This is no time."), "volunteers.time", field=field)
    return found


def _spot(given: Any) -> Spot | None:
    """Where it was, when the phone said so; anything that is no place is left out."""
    try:
        lat, lon, accuracy = float(given["lat"]), float(given["lon"]), float(given.get("accuracy") or 0)
    except (KeyError, ValueError):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 <= accuracy <= 100_000):
        return None
    return Spot(lat, lon, round(accuracy))
