"""Where the record beside hours stands in the navigation, and what it shows on other pages: the record, an entry, one's own page, an order."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import Actor
from chuangwen.volunteers.corps.models import Trained, Volunteer
from chuangwen.volunteers.hours import queries as hours
from chuangwen.volunteers.orders.models import ServiceOrder
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.volunteers.record import queries, words
from chuangwen.volunteers.record.access import ANSWER, APPRAISE, COMMEND, JUDGE, OBJECT
from chuangwen.volunteers.record.actions.complaining import SERVED
from chuangwen.volunteers.record.models import Commendation, RecordObjection, ServiceComplaint, Standing
from chuangwen.web.navigation import VOLUNTEERS, NavEntry
from chuangwen.web.navigation import register as enter
from chuangwen.web.panels import Panel, register
from chuangwen.web.views import actor_of

LINES, MOST_GIVEN = 10, 30


def _open_objections(request: HttpRequest) -> QuerySet[RecordObjection]:
    return queries.objections(actor_of(request), ANSWER).filter(state=RecordObjection.State.OPEN)


def _open_complaints(request: HttpRequest) -> QuerySet[ServiceComplaint]:
    return queries.complaints(actor_of(request)).filter(state=ServiceComplaint.State.OPEN)


enter(NavEntry(VOLUNTEERS, _("Commendations"), "volunteers:record-commendations", "award", order=45, verb=hours.SEE))
enter(NavEntry(VOLUNTEERS, _("Services to appraise"), "volunteers:record-to-appraise", "list-check", order=46, verb=APPRAISE))
enter(
    NavEntry(
        VOLUNTEERS, pgettext_lazy("record", "Objections"), "volunteers:record-objections", "scale", order=47, verb=ANSWER,
        badge=_open_objections,
    )
)  # fmt: skip
enter(NavEntry(VOLUNTEERS, _("Complaints"), "volunteers:record-complaints", "message-report", order=48, verb=JUDGE, badge=_open_complaints))


def of_record(request: HttpRequest, volunteer: Volunteer) -> dict[str, Any]:
    """Commendations, appraisals and ratings, trainings, objections, on the page of a record: whoever sees the record sees them."""
    actor = actor_of(request)
    own = volunteer.person_id == actor.person_id
    given = list(Commendation.objects.filter(volunteer=volunteer)[: MOST_GIVEN + 1])
    trained = Trained.objects.filter(volunteer=volunteer).select_related("training__skill").order_by("-training__day", "-pk")
    raised = RecordObjection.objects.filter(volunteer=volunteer).select_related(*queries.OBJECTION)
    return {
        "own": own, "volunteer": volunteer,
        "commendations": [(row, words.standing_badge(row) if row.state != Standing.STANDS else "") for row in given[:MOST_GIVEN]],
        "more": len(given) > MOST_GIVEN,
        "commend_url": "" if own or not actor.may(COMMEND) else reverse("volunteers:record-commend", args=[volunteer.pk]),
        "missing_url": reverse("volunteers:record-object-missing", args=[volunteer.pk]) if actor.may(OBJECT) else "",
        "grades": queries.grades_of(volunteer), "ratings": [words.rated(one) for one in queries.ratings(volunteer)],
        "trained": list(trained[:LINES]), "objections": [(row, words.objection_badge(row)) for row in raised[:LINES]],
    }  # fmt: skip


def of_entry(request: HttpRequest, entry: ServiceEntry) -> dict[str, Any]:
    """Appraisals and ratings of one entry, objections to it, and what can be done, on the page of the entry."""
    actor = actor_of(request)
    own = entry.volunteer.person_id == actor.person_id
    chain = hours.history(entry)
    keys = [row.pk for row in chain]
    appraised = queries.appraisals_of(chain)
    raised = RecordObjection.objects.filter(volunteer=entry.volunteer_id, entry__in=keys) | RecordObjection.objects.filter(
        volunteer=entry.volunteer_id, appraisal__entry__in=keys
    )
    objections = list(raised.select_related(*queries.OBJECTION))
    waiting = {row.appraisal_id for row in objections if row.state == "open"}
    raised_now = any(row.entry_id == entry.pk and row.state in RecordObjection.WAITING for row in objections)
    may_object = actor.may(OBJECT) and entry.counts and not raised_now
    rated = queries.rating_of(entry)
    return {
        "own": own,
        "appraisals": [
            (
                row, words.grade_badge(row), words.standing_badge(row) if row.state != Standing.STANDS else "",
                actor.may(OBJECT) and row.state == Standing.STANDS and row.pk not in waiting,
                not own and row.state == Standing.STANDS and (actor.may(APPRAISE) or row.made_by_id == actor.account_id),
            )
            for row in appraised
        ],
        "rated": words.rated(rated) if rated else "",
        "appraise_url": reverse("volunteers:record-appraise", args=[entry.pk]) if _appraises(actor, entry) else "",
        "object_url": reverse("volunteers:record-object-hours", args=[entry.pk]) if may_object else "",
        "objections": [(row, words.objection_badge(row)) for row in objections],
    }  # fmt: skip


def _appraises(actor: Actor, entry: ServiceEntry) -> bool:
    return queries.to_appraise(actor).filter(pk=entry.pk).exists()


def of_me(request: HttpRequest, volunteer: Volunteer) -> dict[str, Any] | None:
    """What was given to the volunteer and what they objected to, on their own page; nothing where there is nothing."""
    given = list(Commendation.objects.filter(volunteer=volunteer, state=Standing.STANDS)[:3])
    raised = RecordObjection.objects.filter(volunteer=volunteer, state__in=RecordObjection.WAITING).select_related(*queries.OBJECTION)
    objections = [(row, words.objection_badge(row)) for row in raised[:3]]
    if not given and not objections:
        return None
    return {"commendations": given, "objections": objections, "url": reverse("volunteers:hours-mine")}


def of_order(request: HttpRequest, order: ServiceOrder) -> dict[str, Any] | None:
    """The way to complain, on the page of who holds the link of an order that somebody serves or served."""
    match = request.resolver_match
    if match is None or order.state not in SERVED:
        return None
    return {"url": reverse("volunteers:record-complain", args=[match.kwargs["token"]]), "there": queries.complaint_of(order) is not None}


def to_appraise_link(request: HttpRequest, team: Any) -> dict[str, Any] | None:
    """The way from the leader's page of a team to the services that wait for a word."""
    waiting = queries.to_appraise(actor_of(request)).filter(team=team).count()
    return {"url": reverse("volunteers:record-to-appraise"), "count": waiting} if waiting else None


register(Panel("volunteers.record", "record", "volunteers/record/record_panel.html", of_record, order=20))
register(Panel("volunteers.entry", "record", "volunteers/record/entry_panel.html", of_entry, order=20))
register(Panel("volunteers.me", "record", "volunteers/record/me_panel.html", of_me, verb=hours.OWN, order=22))
register(Panel("volunteers.order_followed", "complaint", "volunteers/record/order_panel.html", of_order))
register(Panel("volunteers.led", "appraise", "volunteers/record/led_panel.html", to_appraise_link, slot="head"))
