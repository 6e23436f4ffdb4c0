"""Who ordered rates, and nobody else; a drawn share is called back; what nobody rates ends by itself."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chuangwen.intake import guard
from chuangwen.intake.sealing import hash_of
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.kernel.errors import Denied, Missing
from chuangwen.kernel.lives import one_of
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import states
from chuangwen.volunteers.orders.actions.base import LIFE, refuse, rules_row
from chuangwen.volunteers.orders.actions.placing import _cancel
from chuangwen.volunteers.orders.models import OrderCallback, OrderEvent, ServiceOrder
from chuangwen.volunteers.orders.states import Step

CHANGE = timedelta(days=30)
SAYINGS_AN_HOUR = 20
TOLD = (Step.PLACE, Step.APPROVE, Step.REFUSE, Step.TAKE, Step.DIRECT, Step.BEGIN, Step.FINISH, Step.RATE, Step.CANCEL)
"""Steps that who ordered reads."""


def by_token(token: str, *, lock: bool = False) -> ServiceOrder:
    """The order of a link. Raises Missing: a wrong link and none are answered alike. One query."""
    rows = ServiceOrder.objects.select_related("item", "division", "team__leader__person__account")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(token_hash=hash_of(token)).first() if 16 <= len(token) <= 64 else None
    if found is None:
        raise Missing(_("There is no order under this link. Check that it was copied whole."))
    return found


def rate_by_link(actor: Actor, *, token: str, rating: int, words: str = "", account_id: int | None = None) -> ServiceOrder:
    """One to five by who holds the link; may be changed for thirty days. ``account_id`` is who is signed in at that browser: who served it, and
    who entered it for somebody else, does not rate it. Raises Denied, Missing, NotNow, Refusal."""
    access.require(actor, verbs.FOLLOW)
    guard.count("say", actor.address, SAYINGS_AN_HOUR, guard.HOUR)
    if not 1 <= rating <= 5:
        raise refuse(_("Choose one to five stars."), "rating", "rating")
    with transaction.atomic():
        order = by_token(token, lock=True)
        LIFE.allow(order, Step.RATE)
        if account_id is not None and account_id in _not_by(order):
            raise Denied(_("Who served an order, or entered it for somebody else, does not rate it."))
        if order.rated_at is not None and clock.now() - order.rated_at > CHANGE:
            raise refuse(_("A rating can be changed for thirty days."), "rated_long_ago")
        said = "".join(letter for letter in words if letter >= " " or letter == "\n").strip()[:300]
        stars = rating
        LIFE.write(
            actor, Step.RATE, order, lambda: _("Rated %(n)d of 5") % {"n": stars},
            {"rating": rating, "rating_words": said, "rated_at": order.rated_at or clock.now()}, told={"rating": rating},
        )  # fmt: skip
    return order


def _not_by(order: ServiceOrder) -> set[int | None]:
    """The accounts of the team's leader, of those who were sent, and of who entered it for somebody else."""
    leader = order.team.leader if order.team else None
    found: set[int | None] = set(order.sent.values_list("volunteer__person__account", flat=True))
    found.add(leader.person.account.pk if leader and hasattr(leader.person, "account") else None)
    if order.channel != ServiceOrder.Channel.PAGE:
        found.add(order.placed_by_id)
    return found - {None}


def cancel_by_link(actor: Actor, *, token: str, reason: str = "") -> ServiceOrder:
    """Who ordered takes it back, until somebody is there. Raises Missing, NotNow, Refusal."""
    access.require(actor, verbs.FOLLOW)
    with transaction.atomic():
        order = by_token(token, lock=True)
        LIFE.allow(order, Step.CANCEL)
        _cancel(actor, order, reason.strip()[:200] or _("by who ordered it"), verb=verbs.FOLLOW)
    return order


def close_unrated() -> int:
    """What nobody has rated in the days of the rules is done without a rating. How many."""
    before = clock.now() - timedelta(days=rules_row().rate_days)
    count = 0
    for key in ServiceOrder.objects.filter(state=states.TO_RATE, finished_at__lte=before).order_by("pk").values_list("pk", flat=True)[:500]:
        with transaction.atomic():
            row = ServiceOrder.objects.select_for_update(of=("self",)).filter(pk=key, state=states.TO_RATE).first()
            if row is not None:
                LIFE.write(SYSTEM, Step.CLOSE, row, lambda: _("Done; nobody rated it"))
                count += 1
    return count


def call_back(actor: Actor, *, callback_id: int, result: str, words: str = "") -> OrderCallback:
    """What the person said when they were called. Not reached keeps it on the list until the third try. Raises Denied, Missing, Refusal."""
    with transaction.atomic():
        row = access.fetch(actor, verbs.CALL, OrderCallback, lock=True, pk=callback_id)
        one_of(result, OrderCallback.Result, "result")
        if row.result and row.result != OrderCallback.Result.UNREACHED:
            raise refuse(_("What they said is entered already."), "called")
        unreached = result == OrderCallback.Result.UNREACHED
        row.tries += 1
        row.called_at, row.called_by_id, row.words = clock.now(), actor.account_id, words.strip()[:300]
        row.result = "" if unreached and row.tries < 3 else result
        row.save(update_fields=["tries", "called_at", "called_by", "words", "result"])
        told = str(OrderCallback.Result(result).label)
        order = ServiceOrder.objects.select_for_update(of=("self",)).get(pk=row.order_id)
        LIFE.write(
            actor, Step.CALL, order, lambda: _("Called back: %(result)s") % {"result": told}, told={"callback": result, "tries": row.tries}
        )
    return row


def told_events(order: ServiceOrder) -> QuerySet[OrderEvent]:
    """What who ordered reads of its history: no words of the desk, no names."""
    return order.events.filter(step__in=list(TOLD))
