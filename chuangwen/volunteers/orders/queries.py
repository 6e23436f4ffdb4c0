"""What pages, API and sheets read of orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, Q
from django.db.models.query import QuerySet

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.places.models import Division
from chuangwen.volunteers.activities.rules import county_of
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import pairing, states
from chuangwen.volunteers.orders.models import OrderAsk, OrderCallback, OrderPlan, ServiceItem, ServiceOrder, TeamOffer
from chuangwen.volunteers.presence.models import Presence, Source

SEE = verbs.SEE
MOST = 200


def orders(actor: Actor) -> QuerySet[ServiceOrder]:
    """The orders that an actor sees, with what their line needs."""
    return access.scoped(actor, SEE, ServiceOrder).select_related("item__kind", "division", "team")


def items() -> QuerySet[ServiceItem]:
    """The service list in its order, with how many teams offer each."""
    teams = Count("offers", filter=Q(offers__team__state=Team.State.ACTIVE), distinct=True)
    return ServiceItem.objects.select_related("kind").annotate(team_count=teams).order_by(*ServiceItem._meta.ordering)


def figures(actor: Actor) -> dict[str, Any]:
    """What stands above the list. One query."""
    now = clock.now()
    rows = access.scoped(actor, SEE, ServiceOrder).order_by()
    return rows.aggregate(
        pending=Count("pk", filter=Q(state=states.PENDING)), waiting=Count("pk", filter=Q(state=states.WAITING)),
        offered=Count("pk", filter=Q(state=states.OFFERED)), serving=Count("pk", filter=Q(state=states.SERVING)),
        stuck=Count("pk", filter=Q(stuck=True, state=states.WAITING)), late=Count("pk", filter=Q(state__in=states.OPEN, end__lt=now)),
        mean=Avg("rating"), rated=Count("rating"),
    )  # fmt: skip


def callbacks(actor: Actor) -> QuerySet[OrderCallback]:
    return access.scoped(actor, verbs.CALL, OrderCallback).select_related("order__item", "order__division", "order__team", "called_by__person")


def plans(actor: Actor) -> QuerySet[OrderPlan]:
    served = Count("rows", filter=Q(rows__team__isnull=False))
    return access.scoped(actor, verbs.DISPATCH, OrderPlan).select_related("division").annotate(served=served)


# -- a team's leader, a volunteer ---------------------------------------------------------------------------------------


@dataclass
class TeamWork:
    """What lies with a team: orders that it is asked about, that it serves, that it could take."""

    team: Team
    asked: list[ServiceOrder] = field(default_factory=list)
    serving: list[ServiceOrder] = field(default_factory=list)
    open: list[ServiceOrder] = field(default_factory=list)


def led(actor: Actor) -> list[TeamWork]:
    """The teams that an actor leads, with their orders. A constant number of queries for each team (they are few)."""
    found = []
    for team in access.scoped(actor, verbs.TAKE, Team).filter(leader__person__account=actor.account_id).select_related("division")[:5]:
        rows = list(
            team.orders.filter(state__in=(states.OFFERED, states.SERVING)).select_related("item", "division").order_by("due_at", "start", "pk")
        )
        work = TeamWork(team, [row for row in rows if row.state == states.OFFERED], [row for row in rows if row.state == states.SERVING])
        work.open = open_for(team)
        found.append(work)
    return found


def open_for(team: Team) -> list[ServiceOrder]:
    """Open offers that a team could take, the soonest first. A constant number of queries."""
    from chuangwen.volunteers.orders import matching

    if team.state != Team.State.ACTIVE:
        return []
    near = county_of(team.division)
    rows = ServiceOrder.objects.filter(state=states.OFFERED, mode=ServiceOrder.Mode.OPEN, division__path__startswith=near)
    found = list(rows.select_related("item", "division").order_by("start", "pk")[:MOST])
    crew = pairing.crews_of([team], ())[0]
    able = {
        ask.key for ask in pairing.asks_of(found)
        if crew.key not in ask.barred and matching.may_take(ask, crew)
    }  # fmt: skip
    return [row for row in found if row.pk in able]


def sent_to(actor: Actor) -> QuerySet[ServiceOrder]:
    """The orders in service to which an actor is sent as a volunteer."""
    mine = Q(sent__volunteer__person__account=actor.account_id)
    return ServiceOrder.objects.filter(mine, state=states.SERVING).select_related("item", "division", "team").order_by("start", "pk")


def own_presences(actor: Actor, orders: Sequence[int]) -> dict[int, Presence]:
    """By order the presence of an actor at it. One query."""
    rows = Presence.objects.filter(source=Source.ORDER, source_id__in=list(orders), volunteer__person__account=actor.account_id)
    return {row.source_id: row for row in rows.exclude(state=Presence.State.VOID)}


def members(team: Team) -> QuerySet[Volunteer]:
    """Who may be sent, by name."""
    keys = Membership.objects.filter(team=team, state__in=Membership.IN).values("volunteer")
    return Volunteer.objects.filter(pk__in=keys, state=Volunteer.State.ACTIVE).select_related("person").order_by("person__name", "pk")


def mine(actor: Actor) -> QuerySet[ServiceOrder]:
    """What somebody ordered with their account."""
    rows = ServiceOrder.objects.filter(placed_by=actor.account_id, channel=ServiceOrder.Channel.PAGE)
    return rows.select_related("item", "division", "team") if actor.account_id else rows.none()


# -- demand and supply --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DemandLine:
    """An item as it was asked for and is offered."""

    item: ServiceItem
    asked: int
    served: int
    left: int
    teams: int

    @property
    def missing(self) -> bool:
        return self.asked > 0 and not self.teams


@dataclass(frozen=True)
class AreaLine:
    """A community as it asks and is served."""

    division: Division
    asked: int
    served: int
    left: int
    teams: int


@dataclass(frozen=True)
class Demand:
    """What was asked for within some days beside what is offered. ``words``: what is on no list, in people's own words."""

    lines: list[DemandLine]
    areas: list[AreaLine]
    words: list[ServiceOrder]
    unasked: list[DemandLine]

    @property
    def missing(self) -> list[DemandLine]:
        return [line for line in self.lines if line.missing]


LEFT = Q(state__in=(states.PENDING, states.WAITING, states.OFFERED))
SERVED = Q(state__in=(states.SERVING, *states.SERVED))


def demand(actor: Actor, days: int = 90) -> Demand:
    """Demand by item and by community against what teams offer. Five queries."""
    rows = access.scoped(actor, SEE, ServiceOrder).filter(placed_at__gte=clock.now() - timedelta(days=days)).order_by()
    counted = {"asked": Count("pk"), "served": Count("pk", filter=SERVED), "left": Count("pk", filter=LEFT)}
    by_item = {row["item"]: row for row in rows.filter(item__isnull=False).values("item").annotate(**counted)}
    by_area = {row["division"]: row for row in rows.values("division").annotate(**counted)}
    teams = Counter(
        Team.objects.filter(state=Team.State.ACTIVE, division__in=by_area).order_by().values_list("division", flat=True)
    )
    lines = []
    offered: Any = items().filter(active=True)
    for item in offered:
        row: Any = by_item.get(item.pk) or {}
        lines.append(DemandLine(item, row.get("asked", 0), row.get("served", 0), row.get("left", 0), item.team_count))
    asked = sorted((line for line in lines if line.asked), key=lambda line: (not line.missing, -line.left, -line.asked, line.item.pk))
    areas = [
        AreaLine(division, by_area[division.pk]["asked"], by_area[division.pk]["served"], by_area[division.pk]["left"], teams[division.pk])
        for division in Division.objects.filter(pk__in=by_area).order_by("path")
    ]  # fmt: skip
    words = list(rows.filter(item__isnull=True).select_related("division").order_by("-placed_at", "-pk")[:50])
    return Demand(asked, areas, words, [line for line in lines if line.teams and not line.asked])


def offers_of(team: Team) -> list[int]:
    return list(TeamOffer.objects.filter(team=team).values_list("item", flat=True))


def asks(order: ServiceOrder) -> QuerySet[OrderAsk]:
    return order.asks.select_related("team")
