"""The life of an order as actions take and write it, and whom they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chuangwen.kernel import clock, office_calendar
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.lives import Life
from chuangwen.kernel.worktime import Limit
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell
from chuangwen.messaging.kinds import register
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import states
from chuangwen.volunteers.orders.models import OrderAsk, OrderEvent, OrderRules, ServiceOrder
from chuangwen.volunteers.orders.states import Step, after

POLICY: dict[Step, str] = {
    Step.PLACE: verbs.ENTER, Step.EDIT: verbs.ENTER, Step.APPROVE: verbs.REVIEW, Step.REFUSE: verbs.REVIEW, Step.CANCEL: verbs.REVIEW,
    Step.DISPATCH: verbs.DISPATCH, Step.OPEN: verbs.DISPATCH, Step.DIRECT: verbs.DISPATCH, Step.RECALL: verbs.DISPATCH,
    Step.LAPSE: verbs.DISPATCH, Step.CLOSE: verbs.DISPATCH, Step.CALL: verbs.CALL, Step.RATE: verbs.FOLLOW,
    Step.TAKE: verbs.TAKE, Step.DECLINE: verbs.TAKE, Step.ASSIGN: verbs.TAKE, Step.BEGIN: verbs.TAKE, Step.FINISH: verbs.TAKE,
}  # fmt: skip
LIFE = Life(ServiceOrder, OrderEvent, "order", after, POLICY, ("item", "team__leader__person__account", "division"))
ASKED = register("volunteers.order_asked", gettext_lazy("a service order for your team"))
OPENED = register("volunteers.order_open", gettext_lazy("an open service order near your team"))
MOVED = register("volunteers.order_moved", gettext_lazy("a service order that you placed"))
STUCK = register("volunteers.order_stuck", gettext_lazy("a service order that nobody took"))


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"orders.{code}", field=field)


def rules_row() -> OrderRules:
    """The office's rules; what is shipped where nobody has set any. One query."""
    return OrderRules.objects.filter(pk=1).first() or OrderRules(pk=1)


def due_in(hours: int) -> datetime:
    """When so many working hours are used up from now."""
    return office_calendar.calendar().due(clock.now(), Limit(hours, "working_hours"))


def leader_account(team: Team) -> int | None:
    """The account of who leads a team."""
    leader = team.leader
    account = getattr(leader.person, "account", None) if leader else None
    return account.pk if account is not None and account.is_active else None


def tell_leaders(order: ServiceOrder, teams: Iterable[Team], kind: str, said: Callable[[], str], key: str) -> None:
    """Tell the leaders of teams, each where they answer on the phone."""
    for team in teams:
        account = leader_account(team)
        if account is not None:
            _tell(order, {account}, kind, said, f"{key}:{team.pk}", _page(order, team))


def _page(order: ServiceOrder, team: Team) -> str:
    """Where the leader answers; what is no longer theirs is not there any more."""
    if order.state in (states.OFFERED, states.SERVING):
        return reverse("volunteers:order-task", args=[order.pk]) + f"?team={team.pk}"
    return reverse("volunteers:order-team")


def tell_desk(order: ServiceOrder, said: Callable[[], str], key: str) -> None:
    _tell(order, recipients.of_role("clerk", order.division), STUCK, said, key, order.get_absolute_url())


def tell_orderer(order: ServiceOrder, said: Callable[[], str], key: str) -> None:
    """Who placed it with an account hears; who has only the link looks there."""
    if order.placed_by_id is not None:
        mine = order.channel == ServiceOrder.Channel.PAGE
        link = reverse("volunteers:order-mine") if mine else order.get_absolute_url()
        _tell(order, {order.placed_by_id}, MOVED, said, key, link)


def _tell(order: ServiceOrder, accounts: set[int], kind: str, said: Callable[[], str], key: str, link: str) -> None:
    with override(settings.LANGUAGE_CODE):
        tell(
            Message(
                key=f"volunteers.order:{order.pk}:{key}", kind=kind, title=said(), accounts=frozenset(accounts), link=link,
                text=_("%(title)s · %(place)s") % {"title": order.title, "place": order.division}, about=f"volunteers.serviceorder:{order.pk}",
            )
        )  # fmt: skip


def end_ask(order: ServiceOrder, state: str, reason: str = "") -> None:
    """What the team that was asked, or took it, came to."""
    rows = OrderAsk.objects.filter(order=order, state__in=(OrderAsk.State.ASKED, OrderAsk.State.TAKEN))
    rows.update(state=state, answered_at=clock.now(), reason=reason[:300])
