"""The volunteer's own people on the phone: one tap records, without signal too (the browser keeps it and sends it later, once)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.generic import View

from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.volunteers.care import actions, queries, words
from chuangwen.volunteers.care.access import KEEP
from chuangwen.volunteers.care.models import Contact
from chuangwen.volunteers.presence.recording import Spot
from chuangwen.volunteers.presence.without_signal import Known, Send, Shell, Worker, corrected, known, moment, number, spot_of
from chuangwen.web.form_pages import go_to
from chuangwen.web.views import AccessMixin, PageMixin

DOES = ("call", "begin", "end")


class MyPeople(PageMixin, View):
    """Whom I look after, who is still to be called first."""

    required_verb = KEEP
    title = gettext_lazy("My people")
    lead = gettext_lazy("One tap after the call is enough. Without signal it is kept on this phone and sent later.")

    def get(self, request: HttpRequest) -> HttpResponse:
        people = queries.mine(self.actor)
        rows = [
            (one, uuid4(), one.visit.uid if one.visit else uuid4(), words.standing(one.alarm is not None, one.call.state if one.call else ""))
            for one in people
        ]
        shell = Offline.shell() | {"known": known(request, self.actor, [least(one) for one in people])}
        return render(request, "volunteers/care/mine.html", self.get_context_data(rows=rows, shell=shell))


def least(one: queries.Mine) -> dict[str, Any]:
    """Somebody as the phone keeps them for when there is no signal: family name and the end of the number, no name, address or telephone."""
    word, tone, _icon = words.standing(one.alarm is not None, one.call.state if one.call else "")
    name = _("%(name)s, number ends in %(digits)s") % {"name": one.person.masked_name, "digits": one.person.phone[-2:]}
    return {"id": one.person.pk, "name": name, "word": word, "tone": tone, "visit": str(one.visit.uid) if one.visit else ""}


class KeepRecord(AccessMixin, View):
    """One tap in a browser without scripts: ``do`` is call, begin or end (of a visit), ``uid`` the record's."""

    required_verb = KEEP
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        messages.success(request, self.keep(request))
        return go_to(reverse("volunteers:care-mine"))

    def keep(self, request: HttpRequest) -> str:
        """Do what was tapped; the sentence that is said. Raises Denied, Missing, Refusal."""
        given = request.POST
        began, ended = _moment(given.get("began_at"), "began_at"), _moment(given.get("ended_at"), "ended_at")
        return tapped(
            self.actor, given.get("do") or "", person_id=number_in(given.get("person")) or 0, uid=_uid(given.get("uid")),
            at=_moment(given.get("at"), "at"), told=given.get("words", "").strip(), spot=_spot(given), began=began, ended=ended,
        )  # fmt: skip


def tapped(
    actor: Actor, what: str, *, person_id: int, uid: UUID, at: datetime | None, told: str, spot: Spot | None, began: datetime | None = None,
    ended: datetime | None = None,
) -> str:  # fmt: skip
    """Do what was tapped (``call:well``, ``begin``, ``end:needs_help`` …); the sentence that is said. Raises Denied, Missing, Refusal."""
    do, _sep, outcome = what.partition(":")
    if do not in DOES:
        raise Refusal(_("Choose one of the list."), "volunteers.do", field="do")
    if do == "begin":
        actions.begin_care_visit(actor, person_id=person_id, uid=uid, at=at, spot=spot)
        return _("The visit has begun.")
    if do == "end":
        actions.end_care_visit(actor, person_id=person_id, uid=uid, at=at, outcome=outcome, words=told, spot=spot)
    else:
        actions.record_care(
            actor, person_id=person_id, uid=uid, at=at, kind=Contact.CALL, outcome=outcome, words=told, began_at=began, ended_at=ended
        )
    return _("Recorded. Thank you.")


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


# -- without signal ----------------------------------------------------------------------------------------------------


class Offline(Shell):
    """What ``MyPeople`` opens as without signal: kept on the phone, and nobody's."""

    name = "care-offline"
    template = "volunteers/care/offline.html"
    title = gettext_lazy("My people")
    first = gettext_noop("Sign in once with signal, so that this phone knows whom you look after.")
    words = (
        gettext_noop("No signal: kept on this phone, sent later."),
        gettext_noop("Not taken: %s"),
    )


class OfflineData(Known):
    """``rows``: ``least`` of each of whom the reader looks after; the opening stands in the trail."""

    required_verb = KEEP

    def rows(self) -> list[dict[str, Any]]:
        return [least(one) for one in queries.mine(self.actor)]


class OfflineSend(Send):
    """Entries are ``{"uid", "person", "what": "call:well" | "begin" | "end:well" …, "at": ms, "visit": uid of what ends, "told", "began": ms,
    "lat", "lon", "accuracy"}``. What is told besides: how the person stands now, ``row``."""

    required_verb = KEEP

    def read(self, one: dict[str, Any]) -> dict[str, Any]:
        what, told, began = one["what"], one.get("told", ""), one.get("began")
        if not isinstance(what, str) or not isinstance(told, str):
            raise ValueError
        visit = UUID(str(one["visit"])) if what.startswith("end") else None
        return {
            "what": what, "person": number(one["person"]), "told": told.strip(), "visit": visit, "spot": spot_of(one),
            "began": None if began is None else moment(began),
        }  # fmt: skip

    def keep(self, one: dict[str, Any], now: datetime, device: str) -> dict[str, Any]:
        at, began = corrected(one["at"], now), one["began"] and corrected(one["began"], now)
        said = tapped(
            self.actor, one["what"], person_id=one["person"], uid=one["visit"] or one["uid"], at=at, told=one["told"], spot=one["spot"],
            began=began, ended=at if began else None,
        )  # fmt: skip
        word, tone, _icon = words.standing(*queries.standing_of(one["person"]))
        row = {"id": one["person"], "word": word, "tone": tone}
        if not one["what"].startswith("call"):
            row["visit"] = "" if one["visit"] else str(one["uid"])
        return {"words": said, "row": row}


class OfflineWorker(Worker):
    """The service worker of that page."""

    name = "care-offline"
    template = Offline.template
    static = ("volunteers/care.js",)
