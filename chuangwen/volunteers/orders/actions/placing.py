"""Orders come in and are checked: from who is served, from somebody who enters them for others, from a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.intake import guard
from chuangwen.intake.sealing import hash_of, inner_uid, seal, token_for, unseal
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Denied
from chuangwen.kernel.identifiers import new_uid
from chuangwen.kernel.lives import needed, one_of
from chuangwen.kernel.models import Counter
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import pairing
from chuangwen.volunteers.orders.actions.base import ASKED, LIFE, end_ask, refuse, tell_leaders, tell_orderer
from chuangwen.volunteers.orders.models import OrderAsk, OrderEvent, ServiceItem, ServiceOrder
from chuangwen.volunteers.orders.states import Step
from chuangwen.volunteers.presence.models import Presence, Source

PHONE = "service order"
LONGEST = timedelta(days=31)
AHEAD = timedelta(days=92)
ORDERS_A_DAY = 8


def link_of(order: ServiceOrder) -> str:
    """The secret of the private link, made anew from the identifier and the installation's secret."""
    return token_for(order.uid, "service order")


def place_order(
    actor: Actor, *, proof: Mapping[str, Any], name: str, phone: str, division: Division, start: datetime, end: datetime,
    item: ServiceItem | None = None, words: str = "", address: str = "", helper: str = "", kind: str = ServiceOrder.Kind.ORDER,
    lat: float | None = None, lon: float | None = None, uid: UUID | None = None, wished: Team | None = None,
) -> ServiceOrder:  # fmt: skip
    """Order a service on the open page: for oneself, or (``helper``) for a neighbour or parent. ``wished`` is the team that they chose among
    those that offer it: it is asked first, wherever it can. ``proof`` is what the page sent against machines. The same ``uid`` again gives
    the same order. Raises NotSolved, TooMany, Refusal."""
    access.require(actor, verbs.PLACE)
    inner = inner_uid(uid or new_uid())
    known = ServiceOrder.objects.filter(uid=inner).first()
    if known is not None:
        return known
    digits = "".join(letter for letter in phone if letter.isdigit())
    if len(digits) < 7:
        raise refuse(_("Give a telephone number: somebody has to be able to call before they come."), "phone", "phone")
    if item is not None and not item.public:
        raise refuse(_("This service is not ordered by oneself: call the community."), "not_public", "item")
    guard.count("service order", actor.address, ORDERS_A_DAY, guard.DAY)
    guard.count("service order of", digits, ORDERS_A_DAY, guard.DAY)
    with transaction.atomic():
        guard.check(proof)
        channel = ServiceOrder.Channel.PAGE
        order = _make(
            actor, inner, kind=kind, item=item, words=words, name=name, phone=phone, channel=channel, helper=helper, division=division,
            address=address, lat=lat, lon=lon, start=start, end=end, wished=wished,
        )  # fmt: skip
        audit.record(actor, verbs.PLACE, order, after={"state": order.state, "channel": channel})
    return order


def enter_order(
    actor: Actor, *, name: str, division: Division, start: datetime, end: datetime, channel: str, item: ServiceItem | None = None,
    words: str = "", phone: str = "", address: str = "", helper: str = "", kind: str = ServiceOrder.Kind.ORDER, people: int | None = None,
    lat: float | None = None, lon: float | None = None, uid: UUID | None = None, generated: bool = False, wished: Team | None = None,
) -> ServiceOrder:  # fmt: skip
    """Enter an order for somebody: told by telephone, by a neighbour (``helper``), or on a visit. Who may check orders there has checked it by
    entering it. Raises Denied, Refusal."""
    access.require(actor, verbs.ENTER, division=division)
    one_of(channel, ServiceOrder.Channel, "channel")
    inner = inner_uid(uid or new_uid())
    with transaction.atomic():
        known = ServiceOrder.objects.filter(uid=inner).first()
        if known is not None:
            return known
        state = ServiceOrder.State.WAITING if _checks(actor, division) else ServiceOrder.State.PENDING
        order = _make(
            actor, inner, kind=kind, item=item, words=words, name=name, phone=phone, channel=channel, helper=helper, division=division,
            address=address, lat=lat, lon=lon, start=start, end=end, people=people, state=state, generated=generated,
            wished=wished,
        )  # fmt: skip
        audit.record(actor, verbs.ENTER, order, after={"state": order.state, "channel": channel})
    return order


def _checks(actor: Actor, division: Division) -> bool:
    if not actor.may(verbs.REVIEW):
        return False
    try:
        access.require(actor, verbs.REVIEW, division=division)
    except Denied:
        return False
    return True


def _make(actor: Actor, inner: UUID, **given: Any) -> ServiceOrder:
    """The row with its first event. Raises Refusal for what cannot be."""
    item, kind = given["item"], one_of(given["kind"], ServiceOrder.Kind, "kind")
    name = needed(given["name"], "name", _("Say for whom it is."), limit=40)
    words, helper, address = (given[key].strip() for key in ("words", "helper", "address"))
    if item is None and not words:
        raise refuse(_("Say what is needed."), "words", "words")
    if item is None and kind == ServiceOrder.Kind.ORDER:
        kind = ServiceOrder.Kind.NEED
    if item is not None and not item.active:
        raise refuse(_("This service is no longer on the list."), "item", "item")
    when(given["start"], given["end"])
    wished = given.get("wished")
    if wished is not None and (item is None or not pairing.choosable(item, given["division"]).filter(pk=wished.pk).exists()):
        raise refuse(_("This team does not offer this service there: choose another, or none."), "wished", "team")
    people = given.get("people") or (item.people if item else 2)
    if not 1 <= people <= 50:
        raise refuse(_("One to fifty people."), "people", "people")
    whole = given["lat"] is not None and given["lon"] is not None
    lat, lon = (given["lat"], given["lon"]) if whole else (None, None)
    now = clock.now()
    order = ServiceOrder.objects.create(
        uid=inner, number=f"FW{now.astimezone(clock.LOCAL):%y}{Counter.take('service orders'):06d}", kind=kind, item=item, words=words[
            :300
        ], name=name,
        phone=seal(given["phone"].strip()[:30], PHONE), channel=given["channel"], helper=helper[:40], division=given["division"],
        address=address[:120], lat=lat, lon=lon, start=given["start"], end=given["end"], people=people, minutes=item.minutes if item else 60,
        mode=item.mode if item else "", state=given.get("state", ServiceOrder.State.PENDING), placed_at=now, placed_by_id=actor.account_id,
        wished=wished, token_hash=hash_of(token_for(inner, "service order")), generated=given.get("generated", False),
    )  # fmt: skip
    OrderEvent.objects.create(order=order, step=Step.PLACE.value, at=now, account_id=actor.account_id, words=str(order.get_channel_display()))
    return order


def when(start: datetime, end: datetime) -> None:
    """A span in which a service can be. Raises Refusal."""
    if end <= start:
        raise refuse(_("The end lies before the beginning."), "when", "end")
    if end < clock.now() - timedelta(minutes=1):
        raise refuse(_("This time has passed."), "when", "day")
    if end - start > LONGEST or start > clock.now() + AHEAD:
        raise refuse(_("At most three months ahead and a month long."), "when", "day")


def edit_order(
    actor: Actor, *, order_id: int, name: str, start: datetime, end: datetime, item: ServiceItem | None = None, words: str = "",
    phone: str | None = None, address: str = "", people: int | None = None, expected: int | None = None,
) -> ServiceOrder:  # fmt: skip
    """Change what was entered, until a team is asked. ``phone`` None leaves it. Raises Denied, Missing, NotNow, Conflict, Refusal."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.EDIT, order_id, expected=expected)
        if (start, end) != (order.start, order.end):
            when(start, end)
        if item is None and not words.strip():
            raise refuse(_("Say what is needed."), "words", "words")
        if item is None and order.kind == ServiceOrder.Kind.ORDER:
            raise refuse(_("An order is for something of the list."), "item", "item")
        changes: dict[str, Any] = {
            "name": needed(
                name, "name", _("Say for whom it is."), limit=40
            ), "start": start, "end": end, "item": item, "words": words.strip()[:300],
            "address": address.strip()[:120], "people": people or (
                item.people if item else 2
            ), "minutes": item.minutes if item else order.minutes,
            "mode": item.mode if item else order.mode,
        }  # fmt: skip
        if order.wished is not None and (item is None or not pairing.choosable(item, order.division).filter(pk=order.wished.pk).exists()):
            changes["wished"] = None
        if phone is not None:
            changes["phone"] = seal(phone.strip()[:30], PHONE)
        LIFE.write(actor, Step.EDIT, order, lambda: _("Changed"), changes)
    return order


def approve_order(actor: Actor, *, order_id: int) -> ServiceOrder:
    """It is in order and waits for a team."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.APPROVE, order_id)
        LIFE.write(actor, Step.APPROVE, order, lambda: _("Checked: it waits for a team"))
        tell_orderer(order, lambda: _("Order %(number)s was accepted") % {"number": order.number}, "approved")
    return order


def refuse_order(actor: Actor, *, order_id: int, reason: str) -> ServiceOrder:
    """Send it back, with the reason that the person reads."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.REFUSE, order_id)
        words = needed(reason, "reason", _("Say why: the person reads it."))
        LIFE.write(actor, Step.REFUSE, order, lambda: _("Sent back: %(reason)s") % {"reason": words}, {"reason": words})
        tell_orderer(order, lambda: _("Order %(number)s was sent back") % {"number": order.number}, "refused")
    return order


def cancel_order(actor: Actor, *, order_id: int, reason: str) -> ServiceOrder:
    """Cancel it at the desk. Raises NotNow, Refusal where somebody is already there."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.CANCEL, order_id)
        _cancel(actor, order, needed(reason, "reason", _("Say why.")))
    return order


def _cancel(actor: Actor, order: ServiceOrder, words: str, verb: str = "") -> None:
    """What the desk and who ordered do alike."""
    if Presence.objects.filter(source=Source.ORDER, source_id=order.pk).exclude(state=Presence.State.VOID).exists():
        raise refuse(_("The volunteers are there already: let them finish."), "begun")
    team = order.team
    teams = [team] if team else []
    end_ask(order, OrderAsk.State.RECALLED, words)
    order.sent.all().delete()
    LIFE.write(
        actor, Step.CANCEL, order, lambda: _("Cancelled: %(reason)s") % {"reason": words}, {
            "reason": words, "team": None, "due_at": None
        }, verb=verb
    )
    tell_leaders(order, teams, ASKED, lambda: _("Order %(number)s was cancelled") % {"number": order.number}, "cancelled")


def bring_orders(actor: Actor, *, rows: Iterable[Mapping[str, Any]]) -> int:
    """Orders from a sheet; how many. Each as ``enter_order``."""
    access.require(actor, verbs.ENTER)
    count = 0
    for row in rows:
        enter_order(actor, **row)
        count += 1
    return count


def show_order_phone(actor: Actor, *, order_id: int) -> str:
    """The telephone of who is served, to call before one comes or afterwards; each opening stands in the trail. The desk sees it, and the leader
    of the team while it serves. Raises Denied, Missing."""
    with transaction.atomic():
        if actor.may(verbs.SEE_PHONE) and access.scoped(actor, verbs.SEE_PHONE, ServiceOrder).filter(pk=order_id).exists():
            verb, rows = verbs.SEE_PHONE, ServiceOrder.objects.all()
        else:
            verb, rows = verbs.TAKE, ServiceOrder.objects.filter(state=ServiceOrder.State.SERVING)
        order = access.fetch(actor, verb, rows, pk=order_id)
        audit.record(actor, verb, order, note=_("opened the telephone number"))
    return unseal(order.phone, PHONE)
