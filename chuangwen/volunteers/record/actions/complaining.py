"""Complaints about a service: by who holds the link of the order, or taken down at the desk; answered by somebody who had no part in it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.intake import guard
from chuangwen.intake.sealing import seal, unseal
from chuangwen.kernel import access, audit, clock, codes
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.lives import needed
from chuangwen.kernel.models import Counter
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.orders.actions.judging import by_token
from chuangwen.volunteers.orders.models import OrderVolunteer, ServiceOrder
from chuangwen.volunteers.presence.models import Presence, Source
from chuangwen.volunteers.record.access import COMPLAIN, JUDGE, TAKE
from chuangwen.volunteers.record.actions.base import COMPLAINED, due_on, not_concerned, refuse, rules_row, tell_desk
from chuangwen.volunteers.record.models import ServiceComplaint
from chuangwen.volunteers.record.rules import Judge

PURPOSE = "volunteers.complaint"
FARTHEST = timedelta(days=366)
SAYINGS_AN_HOUR = 10
SERVED = (ServiceOrder.State.SERVING, ServiceOrder.State.TO_RATE, ServiceOrder.State.DONE)


def complain_by_link(actor: Actor, *, token: str, words: str) -> ServiceComplaint:
    """Who was served complains about the service of their order; the order knows who they are, so nothing else is asked. Raises Denied, Missing,
    TooMany, Conflict (one waits already), Refusal (nobody has served yet)."""
    access.require(actor, COMPLAIN)
    guard.count("complain", actor.address, SAYINGS_AN_HOUR, guard.HOUR)
    with transaction.atomic():
        order = by_token(token, lock=True)
        if order.state not in SERVED or order.team is None:
            raise refuse(_("Nobody has served yet: there is nothing to complain about."), "not_served")
        clean = needed(words, "words", _("Say what happened."), limit=500)
        day = (order.finished_at or clock.now()).astimezone(clock.LOCAL).date()
        return _write(actor, order.team, day, clean, ServiceComplaint.Channel.LINK, source=Source.ORDER, source_id=order.pk, verb=COMPLAIN)


def take_complaint(
    actor: Actor, *, team_id: int, day: date, words: str, name: str = "", phone: str = "", order_number: str = "", generated: bool = False
) -> ServiceComplaint:
    """Take down what somebody complains about at the desk or on the telephone; who they are only where they want an answer. Raises Denied,
    Missing, Conflict, Refusal."""
    with transaction.atomic():
        team = access.fetch(actor, TAKE, Team.objects.select_related("unit", "division"), pk=team_id)
        clean = needed(words, "words", _("Say what happened."), limit=500)
        if not clock.today() - FARTHEST <= day <= clock.today():
            raise refuse(_("The day lies in the future or too far back."), "day", "day")
        order = None
        if order_number.strip():
            order = ServiceOrder.objects.filter(number=order_number.strip()[:20], team=team).first()
            if order is None:
                raise refuse(_("This team has no order of this number."), "order", "order_number")
        try:
            number = codes.parse_phone(phone) if phone.strip() else ""
        except ValueError as problem:
            raise refuse(_("This is no telephone number."), "phone", "phone") from problem
        return _write(
            actor, team, day, clean, ServiceComplaint.Channel.DESK, name=name.strip()[:40], phone=seal(number, PURPOSE) if number else "",
            source=Source.ORDER if order else "", source_id=order.pk if order else None, verb=TAKE, generated=generated,
        )  # fmt: skip


def _write(
    actor: Actor, team: Team, day: date, words: str, channel: str, *, source: str, source_id: int | None, verb: str, name: str = "",
    phone: str = "", generated: bool = False,
) -> ServiceComplaint:  # fmt: skip
    year = clock.today().year
    try:
        with transaction.atomic():
            row = ServiceComplaint.objects.create(
                number=f"C{year}{Counter.take(f'volunteers/C/{year}'):05d}", channel=channel, team=team, unit=team.unit, division=team.division,
                source=source, source_id=source_id, day=day, words=words, name=name, phone=phone, asked_at=clock.now(),
                asked_by_id=actor.account_id, due_on=due_on(rules_row().complaint_days), generated=generated or team.generated,
            )  # fmt: skip
    except IntegrityError as waits:
        raise Conflict(_("A complaint about this service waits for its answer already."), "record.complaint_waits") from waits
    tell_desk(
        f"complaint:{row.pk}", lambda: _("A complaint about a service of volunteers: %(number)s") % {"number": row.number}, row.unit,
        row.division, row.get_absolute_url(),
    )  # fmt: skip
    audit.record(actor, verb, row, after={"team": team.pk, "day": day, "due_on": row.due_on})
    return row


def answer_complaint(
    actor: Actor, *, service_complaint_id: int, founded: bool, answer: str, expected: int | None = None
) -> ServiceComplaint:
    """Whether it is founded, and what was done; who complained by a link reads it there. Nobody answers who led the team or was there. Raises
    Denied, Missing, NotNow, Conflict, Refusal."""
    access.require(actor, JUDGE)
    with transaction.atomic():
        step = Judge.FOUND if founded else Judge.REJECT
        row: ServiceComplaint = COMPLAINED.take(actor, step, service_complaint_id, expected=expected)
        not_concerned(actor, _there(row))
        words = needed(answer, "answer", _("Say why."))
        changes = {"answer": words, "answered_at": clock.now(), "answered_by_id": actor.account_id}
        COMPLAINED.write(actor, step, row, lambda: words, changes)
    return row


def _there(row: ServiceComplaint) -> set[int | None]:
    """The persons of the team's leader and of whoever was sent or present."""
    found: set[int | None] = {row.team.leader.person_id if row.team.leader else None}
    if row.source_id is not None:
        if row.source == Source.ORDER:
            found |= set(OrderVolunteer.objects.filter(order=row.source_id).values_list("volunteer__person", flat=True))
        found |= set(Presence.objects.filter(source=row.source, source_id=row.source_id).values_list("volunteer__person", flat=True))
    return found


def show_complainant(actor: Actor, *, service_complaint_id: int) -> str:
    """The telephone number in full, for whoever answers; each opening stands in the trail. Raises Denied, Missing."""
    with transaction.atomic():
        row = access.fetch(actor, JUDGE, ServiceComplaint, pk=service_complaint_id)
        number = unseal(row.phone, PURPOSE) if row.phone else ""
        if not number:
            raise Missing(_("No telephone number was left."))
        audit.record(actor, JUDGE, row, note=_("Telephone number shown")[:100])
    return number
