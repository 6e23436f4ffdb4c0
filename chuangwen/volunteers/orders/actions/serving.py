"""A team takes an order, sends volunteers, serves it and ends it; presences begin and end here."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.lives import NotNow, needed
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import pairing, rules
from chuangwen.volunteers.orders.actions import giving
from chuangwen.volunteers.orders.actions.base import LIFE, end_ask, refuse, rules_row, tell_orderer
from chuangwen.volunteers.orders.actions.counting import count_order
from chuangwen.volunteers.orders.models import OrderAsk, OrderCallback, OrderVolunteer, ServiceItem, ServiceOrder
from chuangwen.volunteers.orders.states import Step
from chuangwen.volunteers.presence import recording
from chuangwen.volunteers.presence.models import Presence, Source
from chuangwen.volunteers.presence.recording import Spot

LATEST = timedelta(days=3)
"""So long afterwards a leader may still enter when the service began."""


def take_order(actor: Actor, *, order_id: int, serving_team_id: int) -> ServiceOrder:
    """The team's leader takes it: it was asked, or it is the first to take an open offer. Exactly one has it: the row is locked, and one row of
    ``OrderAsk`` can say so. Raises Denied, Missing, NotNow (somebody was faster), Refusal."""
    with transaction.atomic():
        team = access.fetch(actor, verbs.TAKE, Team.objects.select_related("division"), pk=serving_team_id)
        order = ServiceOrder.objects.select_for_update(of=("self",)).select_related(*LIFE.related).filter(pk=order_id).first()
        if order is None or (order.team_id != team.pk and order.mode != ServiceItem.Mode.OPEN):
            raise Missing(_("There is no such record, or it is not in your area."))
        try:
            LIFE.allow(order, Step.TAKE)
        except NotNow as problem:
            if order.mode == ServiceItem.Mode.OPEN:
                raise NotNow(_("Somebody was faster: another team has it."), "orders.taken") from problem
            raise
        now = clock.now()
        if order.mode == ServiceItem.Mode.OPEN:
            if team.state != Team.State.ACTIVE or not pairing.able(order, team):
                raise refuse(_("Your team does not offer this, or it is farther away than the team goes."), "unable")
            OrderAsk.objects.create(
                order=order, team=team, mode=order.mode, state=OrderAsk.State.TAKEN, asked_at=now, answered_at=now, by_id=actor.account_id
            )
        else:
            OrderAsk.objects.filter(order=order, state=OrderAsk.State.ASKED).update(state=OrderAsk.State.TAKEN, answered_at=now)
        LIFE.write(
            actor, Step.TAKE, order, lambda: _("Taken on by %(team)s") % {"team": team}, {"team": team, "due_at": None}, told={"team": team.pk}
        )
        tell_orderer(order, lambda: _("%(team)s took order %(number)s") % {"team": team, "number": order.number}, f"taken:{order.revision}")
    return order


def decline_order(actor: Actor, *, order_id: int, reason: str) -> ServiceOrder:
    """The leader of the team that was asked says no, and why; it goes on to the next at once. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.DECLINE, order_id)
        words, team, mode = needed(reason, "reason", _("Say why.")), order.team, order.mode
        end_ask(order, OrderAsk.State.DECLINED, words)
        LIFE.write(
            actor, Step.DECLINE, order, lambda: _("%(team)s declined: %(reason)s") % {"team": team, "reason": words},
            {"team": None, "due_at": None, "passes": order.passes + 1},
        )  # fmt: skip
        giving.pass_on(actor, order, mode)
    return order


def assign_volunteers(actor: Actor, *, order_id: int, volunteer_ids: Sequence[int]) -> ServiceOrder:
    """Say who goes: members of the team. Who was sent and is named no more goes no more, unless they have begun. Raises Refusal."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.ASSIGN, order_id)
        wanted = set(volunteer_ids)
        if not wanted:
            raise refuse(_("Choose at least one volunteer."), "nobody", "volunteers")
        members = Membership.objects.filter(
            team=order.team, state__in=Membership.IN, volunteer__state=Volunteer.State.ACTIVE, volunteer__in=wanted
        )
        if set(members.values_list("volunteer", flat=True)) != wanted:
            raise refuse(_("Only members of the team are sent."), "stranger", "volunteers")
        begun = set(_presences(order).values_list("volunteer", flat=True))
        if begun - wanted:
            raise refuse(_("Somebody whom you leave out has begun already."), "begun", "volunteers")
        order.sent.exclude(volunteer__in=wanted).delete()
        known = set(order.sent.values_list("volunteer", flat=True))
        now = clock.now()
        OrderVolunteer.objects.bulk_create([OrderVolunteer(order=order, volunteer_id=key, assigned_at=now) for key in sorted(wanted - known)])
        LIFE.write(
            actor, Step.ASSIGN, order, lambda: ngettext("%(n)d volunteer goes", "%(n)d volunteers go", len(wanted)) % {"n": len(wanted)},
            told={"volunteers": sorted(wanted)},
        )  # fmt: skip
    return order


def _presences(order: ServiceOrder) -> QuerySet[Presence]:
    return Presence.objects.filter(source=Source.ORDER, source_id=order.pk).exclude(state=Presence.State.VOID)


def begin_service(actor: Actor, *, order_id: int, at: datetime | None = None, spot: Spot | None = None) -> ServiceOrder:
    """The leader says that all whom they sent are there now, or were at ``at``. Raises Refusal, Elsewhere."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.BEGIN, order_id)
        sent = [row.volunteer for row in order.sent.select_related("volunteer__person").order_by("volunteer")]
        if not sent:
            raise refuse(_("Say first who goes."), "nobody")
        moment = _moment(at)
        there = set(_presences(order).values_list("volunteer", flat=True))
        for volunteer in sent:
            if volunteer.pk not in there:
                _begin(actor, order, volunteer, moment, Presence.Proof.LEADER, spot)
        LIFE.write(actor, Step.BEGIN, order, lambda: _("The service begins"))
    return order


def _moment(at: datetime | None) -> datetime:
    now = clock.now()
    if at is not None and not now - LATEST <= at <= now:
        raise refuse(_("Give a time within the last three days."), "at", "at")
    return at or now


def _begin(actor: Actor, order: ServiceOrder, volunteer: Volunteer, at: datetime, proof: str, spot: Spot | None) -> Presence:
    uid = uuid.uuid5(order.uid, f"presence {volunteer.pk} {order.sent.get(volunteer=volunteer).pk}")
    return recording.begin(actor, uid=uid, volunteer=volunteer, source=Source.ORDER, source_id=order.pk, at=at, proof=proof, spot=spot)


def _own(actor: Actor, order_id: int) -> tuple[ServiceOrder, Volunteer, Presence | None]:
    """The order to which the actor is sent, locked, and their presence at it."""
    rows = OrderVolunteer.objects.select_related("volunteer__person")
    mine = access.fetch(actor, verbs.TAKE, rows, order=order_id, volunteer__person__account=actor.account_id)
    order = ServiceOrder.objects.select_for_update(of=("self",)).select_related(*LIFE.related).get(pk=order_id)
    return order, mine.volunteer, _presences(order).filter(volunteer=mine.volunteer).first()


def begin_own_service(actor: Actor, *, order_id: int, at: datetime | None = None, spot: Spot | None = None) -> Presence:
    """A volunteer who is sent says that they are there, or were at ``at`` (tapped without signal, at most three days ago). Saying it again is
    the same presence, also when the order has ended since. Raises Denied, Missing, NotNow, Refusal, Elsewhere."""
    with transaction.atomic():
        order, volunteer, presence = _own(actor, order_id)
        if presence is not None:
            return presence
        LIFE.allow(order, Step.BEGIN)
        presence = _begin(actor, order, volunteer, _moment(at), Presence.Proof.TASK, spot)
        audit.record(actor, verbs.TAKE, order, after={"present": volunteer.pk})
    return presence


def end_own_service(actor: Actor, *, order_id: int, at: datetime | None = None, spot: Spot | None = None) -> Presence:
    """They go, or went at ``at``; who has gone already has gone. The leader ends the order itself. Raises as ``begin_own_service``."""
    with transaction.atomic():
        order, volunteer, presence = _own(actor, order_id)
        if presence is None:
            LIFE.allow(order, Step.BEGIN)
            raise refuse(_("You have not begun yet."), "not_begun")
        if presence.state == Presence.State.ENDED:
            return presence
        LIFE.allow(order, Step.BEGIN)
        recording.end(actor, presence=presence, at=_moment(at), proof=Presence.Proof.TASK, spot=spot)
        audit.record(actor, verbs.TAKE, order, after={"gone": volunteer.pk})
    return presence


def finish_service(actor: Actor, *, order_id: int, result: str, at: datetime | None = None, spot: Spot | None = None) -> ServiceOrder:
    """It is done: whoever is still there leaves, who ordered is asked to rate, and a drawn share is called back. Raises Refusal where nobody was
    there: hours come from presence only."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.FINISH, order_id)
        words, moment = needed(result, "result", _("Say what you did for them.")), _moment(at)
        rows = list(_presences(order).order_by("volunteer"))
        if not rows:
            raise refuse(_("Nobody was there yet: record the beginning first."), "not_begun")
        for presence in rows:
            recording.end(actor, presence=presence, at=moment, proof=Presence.Proof.LEADER, spot=spot)
        now, office = clock.now(), rules_row()
        order.finished_at = now
        count_order(actor, order)
        LIFE.write(actor, Step.FINISH, order, lambda: _("Served: %(result)s") % {"result": words}, {"result": words, "finished_at": now})
        if rules.drawn(order.uid, office.call_share):
            OrderCallback.objects.create(order=order, drawn_at=now, due_at=now + timedelta(days=office.call_days))
        tell_orderer(order, lambda: _("Order %(number)s was served: how was it?") % {"number": order.number}, "served")
    return order
