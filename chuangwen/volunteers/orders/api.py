"""The REST resource of service orders: ``/api/v1/orders``. The same actions, queries and policies as the pages. Names and telephones of who is
served are not given: whoever may see them opens them on the page, where it is recorded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.paging import page_of
from chuangwen.people.named import division_named
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import actions, pairing, queries
from chuangwen.volunteers.orders.models import OrderPlan, ServiceItem, ServiceOrder
from chuangwen.volunteers.presence.recording import Spot
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62


class ServiceItemOut(Schema):
    """An item of the service list. `mode` is dispatch, open or direct; `teams` how many teams offer it."""

    id: int
    code: str
    kind: str
    name: str
    about: str
    minutes: int
    people: int
    mode: str
    public: bool
    active: bool
    teams: int


class ServiceOrderOut(Schema):
    """An order. `state` is pending, refused, waiting (for dispatch), offered (waiting for acceptance), serving, to_rate, done or cancelled."""

    id: int
    number: str
    kind: str
    item: int | None
    title: str
    words: str
    division: str | None = Field(description="12-digit code")
    channel: str
    start: datetime
    end: datetime
    people: int
    minutes: int
    state: str
    mode: str
    team: int | None
    team_name: str
    wished: int | None = Field(description="the team that whoever ordered chose")
    due_at: datetime | None
    stuck: bool
    reason: str
    result: str
    rating: int | None
    placed_at: datetime
    finished_at: datetime | None
    revision: int


class ServiceOrderPage(Schema):
    items: list[ServiceOrderOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class ServiceOrderIn(Schema):
    kind: str = "order"
    item: int | None = Field(None, ge=1, le=KEY)
    words: str = Field("", max_length=300)
    name: str = Field(max_length=40, description="whoever is served")
    phone: str = Field("", max_length=30)
    division: str = Field(max_length=12, description="12-digit code")
    address: str = Field("", max_length=120)
    helper: str = Field("", max_length=40)
    channel: str = "phone"
    start: datetime
    end: datetime
    people: int | None = Field(None, ge=1, le=50)
    wished: int | None = Field(None, ge=1, le=KEY, description="the team that whoever ordered chose, one that offers the item")


class TeamProposalOut(Schema):
    """A team for one order; `points` are minutes: the way, a later part of the day, work that it has already."""

    team: int
    team_name: str
    points: int
    walk: int
    late: int
    fair: int
    other: int = Field(description="because another team was chosen")
    metres: int | None


class TeamProposals(Schema):
    items: list[TeamProposalOut]
    why_none: str


class OrderReasonIn(Schema):
    reason: str = Field(max_length=300)


class OrderTeamIn(Schema):
    team: int = Field(ge=1, le=KEY)


class OrderDirectIn(OrderTeamIn):
    reason: str = Field(max_length=300, description="why the team is not asked")


class OrderVolunteersIn(Schema):
    volunteers: list[int] = Field(max_length=50, description="keys of members of the team: all who go")


class OrderMomentIn(Schema):
    """When and where it was, by the leader. `at` within the last three days; nothing: now."""

    at: datetime | None = None
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    accuracy: int | None = Field(None, ge=0, le=1_000_000, description="metres")


class OrderFinishIn(OrderMomentIn):
    result: str = Field(max_length=300)


class OrderRateIn(Schema):
    token: str = Field(max_length=64, description="of the link that who ordered was given")
    rating: int = Field(ge=1, le=5)
    words: str = Field("", max_length=300)


class OrderRatedOut(Schema):
    number: str
    state: str
    rating: int


class OrderPlanIn(Schema):
    division: str = Field(max_length=12, description="12-digit code")
    day: date


class OrderPlanRowOut(Schema):
    """`why` where nobody serves it: nobody, far, barred, time or full."""

    order: int
    team: int | None
    slot: datetime | None
    walk: int
    late: int
    fair: int
    metres: int | None
    next_team: int | None
    next_more: int | None
    why: str


class OrderPlanOut(Schema):
    """A day's orders matched together; no plan costs less than `bound`."""

    id: int
    day: date
    state: str
    orders: int
    teams: int
    points: int | None
    bound: int | None
    by_hand: int | None
    seconds: float | None
    rows: list[OrderPlanRowOut]


def _item(item: Any) -> dict[str, Any]:
    plain = ("code", "name", "about", "minutes", "people", "mode", "public", "active")
    return {name: getattr(item, name) for name in plain} | {"id": item.pk, "kind": item.kind.name, "teams": item.team_count}


def _order(order: ServiceOrder) -> dict[str, Any]:
    plain = ("number", "kind", "title", "words", "channel", "start", "end", "people", "minutes", "state", "mode", "due_at", "stuck", "reason",
             "result", "rating", "placed_at", "finished_at", "revision")  # fmt: skip
    return {name: getattr(order, name) for name in plain} | {
        "id": order.pk, "item": order.item_id, "division": order.division.code, "team": order.team_id, "wished": order.wished_id,
        "team_name": order.team.name if order.team else "",
    }  # fmt: skip


def _aware(moment: datetime) -> datetime:
    """A time without a zone is meant as local."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=clock.LOCAL)


def _one(actor: Actor, key: int) -> dict[str, Any]:
    return _order(access.fetch(actor, verbs.SEE, queries.orders(actor), pk=key))


def _led(order: ServiceOrder) -> dict[str, Any]:
    """As the leader of the team that serves it sees it: they need not see the orders of the place."""
    return _order(ServiceOrder.objects.select_related("item__kind", "division", "team").get(pk=order.pk))


def _spot(body: OrderMomentIn) -> Spot | None:
    return Spot(body.lat, body.lon, body.accuracy) if body.lat is not None and body.lon is not None else None


def _at(body: OrderMomentIn) -> datetime | None:
    return None if body.at is None else _aware(body.at)


@router.get("", response=ServiceOrderPage, summary="服务订单列表")
def list_orders(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, verbs.SEE)
    rows = queries.orders(actor)
    page = page_of(rows.filter(state=state.replace("\x00", "")) if state is not None else rows, limit=limit, after=after)
    return {"items": [_order(order) for order in page["items"]], "next": page["next"]}


@router.post("", response={201: ServiceOrderOut}, summary="代录服务订单")
def enter_order(request: HttpRequest, body: ServiceOrderIn):
    actor = actor_of(request)
    access.require(actor, verbs.ENTER)
    division, given = division_named(body.division), body.dict(exclude={"division", "item", "wished"})
    given |= {name: _aware(given[name]) for name in ("start", "end")}
    item = None
    if body.item is not None:
        item = ServiceItem.objects.filter(pk=body.item).first()
        if item is None:
            raise Missing("没有这个服务项目。")
    wished = Team.objects.filter(pk=body.wished).first() if body.wished is not None else None
    if body.wished is not None and wished is None:
        raise Missing("没有这支服务队。")
    order = actions.enter_order(actor, division=division, item=item, wished=wished, **given)
    return 201, _order(order)


@router.get("/items", response=list[ServiceItemOut], summary="服务项目清单")
def list_items(request: HttpRequest):
    access.require(actor_of(request), verbs.SEE)
    return [_item(item) for item in queries.items()]


@router.post("/plans", response={201: OrderPlanOut}, summary="将一天的待派订单与志愿服务队统一匹配（后台计算）")
def make_plan(request: HttpRequest, body: OrderPlanIn):
    actor = actor_of(request)
    access.require(actor, verbs.DISPATCH)
    plan, _job = actions.make_order_plan(actor, division=division_named(body.division), day=body.day)
    return 201, _plan(plan)


def _plan(plan: OrderPlan) -> dict[str, Any]:
    rows = plan.rows.values("order", "team", "slot", "walk", "late", "fair", "metres", "next_team", "next_more", "why")
    plain = ("day", "state", "orders", "teams", "points", "bound", "by_hand")
    return {name: getattr(plan, name) for name in plain} | {"id": plan.pk, "seconds": plan.took, "rows": list(rows)}


@router.get("/plans/{int:order_plan_id}", response=OrderPlanOut, summary="一天的派单方案")
def get_plan(request: HttpRequest, order_plan_id: int):
    actor = actor_of(request)
    return _plan(access.fetch(actor, verbs.DISPATCH, OrderPlan, pk=order_plan_id))


@router.get("/{int:order_id}", response=ServiceOrderOut, summary="一个服务订单")
def get_order(request: HttpRequest, order_id: int):
    return _one(actor_of(request), order_id)


@router.get("/{int:order_id}/proposals", response=TeamProposals, summary="可接单的志愿服务队，按推荐顺序")
def proposals(request: HttpRequest, order_id: int):
    actor = actor_of(request)
    order = access.fetch(actor, verbs.DISPATCH, queries.orders(actor), pk=order_id)
    found, why = pairing.ranked(order)
    items = [
        {"team": team.pk, "team_name": team.name, "points": one.cost.points, "walk": one.cost.walk, "late": one.cost.late, "fair": one.cost.fair,
         "other": one.cost.other, "metres": one.cost.metres} for team, one in found
    ]  # fmt: skip
    return {"items": items, "why_none": why}


@router.post("/{int:order_id}/approve", response=ServiceOrderOut, summary="审核通过")
def approve(request: HttpRequest, order_id: int):
    actor = actor_of(request)
    actions.approve_order(actor, order_id=order_id)
    return _one(actor, order_id)


@router.post("/{int:order_id}/refuse", response=ServiceOrderOut, summary="退回并说明理由")
def send_back(request: HttpRequest, order_id: int, body: OrderReasonIn):
    actor = actor_of(request)
    actions.refuse_order(actor, order_id=order_id, reason=body.reason)
    return _one(actor, order_id)


@router.post("/{int:order_id}/dispatch", response=ServiceOrderOut, summary="派单给志愿服务队")
def dispatch(request: HttpRequest, order_id: int, body: OrderTeamIn):
    actor = actor_of(request)
    actions.dispatch_order(actor, order_id=order_id, serving_team_id=body.team)
    return _one(actor, order_id)


@router.post("/{int:order_id}/open", response=ServiceOrderOut, summary="公开抢单")
def offer(request: HttpRequest, order_id: int):
    actor = actor_of(request)
    actions.open_order(actor, order_id=order_id)
    return _one(actor, order_id)


@router.post("/{int:order_id}/cancel", response=ServiceOrderOut, summary="取消订单")
def cancel(request: HttpRequest, order_id: int, body: OrderReasonIn):
    actor = actor_of(request)
    actions.cancel_order(actor, order_id=order_id, reason=body.reason)
    return _one(actor, order_id)


@router.post("/{int:order_id}/direct", response=ServiceOrderOut, summary="指令派单：直接交志愿服务队承担，并说明理由")
def direct(request: HttpRequest, order_id: int, body: OrderDirectIn):
    actor = actor_of(request)
    actions.direct_order(actor, order_id=order_id, serving_team_id=body.team, reason=body.reason)
    return _one(actor, order_id)


@router.post("/{int:order_id}/recall", response=ServiceOrderOut, summary="从志愿服务队收回订单")
def recall(request: HttpRequest, order_id: int, body: OrderReasonIn):
    actor = actor_of(request)
    actions.recall_order(actor, order_id=order_id, reason=body.reason)
    return _one(actor, order_id)


@router.post("/{int:order_id}/take", response=ServiceOrderOut, summary="队伍负责人接单：派给本队的，或公开抢单")
def take(request: HttpRequest, order_id: int, body: OrderTeamIn):
    return _led(actions.take_order(actor_of(request), order_id=order_id, serving_team_id=body.team))


@router.post("/{int:order_id}/decline", response=ServiceOrderOut, summary="队伍负责人不接单并说明理由：转给下一支队伍")
def decline(request: HttpRequest, order_id: int, body: OrderReasonIn):
    return _led(actions.decline_order(actor_of(request), order_id=order_id, reason=body.reason))


@router.post("/{int:order_id}/assign", response=ServiceOrderOut, summary="队伍负责人安排志愿者：所列即全部前往的人")
def assign(request: HttpRequest, order_id: int, body: OrderVolunteersIn):
    keys = [key for key in body.volunteers if 0 < key <= KEY]
    if len(keys) < len(body.volunteers):
        raise Missing("没有这名志愿者。")
    return _led(actions.assign_volunteers(actor_of(request), order_id=order_id, volunteer_ids=keys))


@router.post("/{int:order_id}/begin", response=ServiceOrderOut, summary="队伍负责人确认所派志愿者到场，服务开始")
def begin(request: HttpRequest, order_id: int, body: OrderMomentIn):
    return _led(actions.begin_service(actor_of(request), order_id=order_id, at=_at(body), spot=_spot(body)))


@router.post("/{int:order_id}/finish", response=ServiceOrderOut, summary="队伍负责人填写结果，服务结束，请下单人评价")
def finish(request: HttpRequest, order_id: int, body: OrderFinishIn):
    return _led(actions.finish_service(actor_of(request), order_id=order_id, result=body.result, at=_at(body), spot=_spot(body)))


@router.post("/rate", response=OrderRatedOut, summary="下单人凭链接评价，三十天内可改")
def rate(request: HttpRequest, body: OrderRateIn):
    """Whoever holds the link, and neither served it nor entered it for somebody else."""
    actor = actor_of(request)
    access.require(actor, verbs.PLACE)
    who = verbs.orderer(actor.name, actor.address)
    order = actions.rate_by_link(who, token=body.token, rating=body.rating, words=body.words, account_id=actor.account_id)
    return {"number": order.number, "state": order.state, "rating": order.rating}
