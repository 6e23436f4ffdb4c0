"""What stands for orders in the walks."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chuangwen.intake.sealing import hash_of, token_for
from chuangwen.kernel import clock
from chuangwen.volunteers.corps.models import Membership, Skill
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.orders.models import (
    OrderAsk,
    OrderCallback,
    OrderEvent,
    OrderPlan,
    OrderPlanRow,
    OrderVolunteer,
    ServiceItem,
    ServiceKind,
    ServiceOrder,
    TeamOffer,
)
from chuangwen.volunteers.presence.models import Presence


def make_item(name: str) -> ServiceItem:
    kind = ServiceKind.objects.get_or_create(code="standing", defaults={"name": "便民服务"})[0]
    return ServiceItem.objects.get_or_create(code=f"standing-{name}"[:40], defaults={"name": name, "kind": kind})[0]


def make_order(place: Any, item: ServiceItem, state: str = "waiting", **more: Any) -> ServiceOrder:
    now, uid = clock.now(), uuid.uuid4()
    served = {"team": place.things["volunteer_team"], "finished_at": now} if state in ("to_rate", "done") else {}
    facts = {
        "uid": uid, "number": f"FW{uid.hex[:12]}", "item": item, "name": "陈婆婆", "channel": "phone", "division": place.town.communities[0],
        "start": now, "end": now + timedelta(days=2), "state": state, "placed_at": now, "lat": 21.66, "lon": 110.92,
        "token_hash": hash_of(token_for(uid, "service order")),
    } | served | more  # fmt: skip
    order = ServiceOrder.objects.create(**facts)
    OrderEvent.objects.create(order=order, step="place", at=now, words="电话")
    return order


def things(place: Any) -> None:
    """An item, an order that waits with who was asked before, a served one to call about, and a plan."""
    now, team = clock.now(), place.things["volunteer_team"]
    item = make_item(f"{place.town.street.name}家电检修")
    item.skills.add(Skill.objects.get(code="repair"))
    order, served = make_order(place, item), make_order(place, item, "to_rate", result="修好了")
    TeamOffer.objects.get_or_create(team=team, item=item, defaults={"since": clock.today()})
    OrderAsk.objects.create(order=order, team=team, mode="dispatch", state="declined", asked_at=now, answered_at=now, reason="没空")
    callback = OrderCallback.objects.create(order=served, drawn_at=now, due_at=now + timedelta(days=3))
    plan = OrderPlan.objects.create(
        division=place.town.street, day=clock.today(), state="ready", orders=1, teams=1, points=9, bound=9, by_hand=9, took=0.1, made_at=now
    )
    row = OrderPlanRow.objects.create(plan=plan, order=order, team=team, slot=now, walk=9, metres=700)
    town, led = place.town, place.things["volunteer"]
    near = make_team(town.communities[0], town.units["community"], f"{town.street.name}维修队", led)
    near.skills.add(Skill.objects.get(code="repair"))
    Membership.objects.create(team=near, volunteer=led, state="member", asked_at=now, joined_on=clock.today())
    taken = make_order(place, item, "serving", team=near)
    OrderVolunteer.objects.create(order=taken, volunteer=led, assigned_at=now)
    coming, begun = make_order(place, item, "serving", team=near), make_order(place, item, "serving", team=near)
    for order_sent, name in ((coming, "将到"), (begun, "已到")):
        going = make_volunteer(town.communities[0], f"{town.street.name}{name}", number=f"V{name}{town.street.pk}")
        OrderVolunteer.objects.create(order=order_sent, volunteer=going, assigned_at=now)
    Presence.objects.create(
        uid=uuid.uuid4(), volunteer=going, source="order", source_id=begun.pk, team=near, began_by="leader",
        began_at=now - timedelta(minutes=40), received_at=now,
    )  # fmt: skip
    place.things.update(
        coming_order=coming, begun_order=begun, open_order=make_order(place, item, "offered", mode="open", due_at=now + timedelta(days=1)),
        asked_order=make_order(place, item, "offered", team=near, mode="dispatch", due_at=now + timedelta(days=1)),
        pending_order=make_order(place, item, "pending"), order_team=near, team_order=taken,
        service_item=item, service_kind=item.kind, service_order=order,
        served_order=served, order_callback=callback, order_plan=plan, order_plan_row=row,
        order_token=token_for(served.uid, "service order"), team_offer=TeamOffer.objects.filter(team=team).first(),
    )  # fmt: skip


def more(place: Any, start: int, count: int) -> None:
    """That many more orders, items, callbacks and plans."""
    now = clock.now()
    for n in range(start, start + count):
        item = make_item(f"服务{n}")
        make_order(place, item, placed_by=place.town.accounts["clerk"])
        make_order(place, item, "offered", mode="open", due_at=now + timedelta(days=1))
        served = make_order(place, item, "done", rating=5)
        OrderCallback.objects.create(order=served, drawn_at=now, due_at=now)
        OrderPlan.objects.create(division=place.town.street, day=clock.today(), made_at=now)


_ORDER = ("order", "order-edit", "order-approve", "order-refuse", "order-cancel", "order-dispatch", "order-open", "order-direct", "order-recall",
          "order-phone")  # fmt: skip
_TASK = ("task", "take", "decline", "assign", "begin", "begin-own", "end-own", "finish")
_OUTSIDE = "public: residents order volunteers' services; what they may do goes with their link"
OPEN = {
    f"volunteers:{name}": _OUTSIDE for name in ("order-services", "order-place", "order-followed", "order-rate", "order-cancel-own")
} | {
    "volunteers:order-own": "the page holds nothing of anybody's and is kept on phones for when there is no signal",
    "volunteers:order-own-worker": "the worker of that page",
}
SHEETS = {
    "service-items": ({"name": "小家电检修", "kind": "便民维修", "minutes": "60", "people": "2"}, {"minutes": "很久"}),
    "service-orders": (
        {"words": "电风扇不转", "name": "陈某某", "phone": "19900000000", "village": "第1社区", "day": f"{clock.today() + timedelta(days=5)}"},
        {"part": "随便"},
    ),
}  # fmt: skip


def beside(_town: Any) -> None:
    """What the sheet of the service list names."""
    ServiceKind.objects.create(code="sheet", name="便民维修")


IDS = {
    "order_id": "service_order", "serving_team_id": "volunteer_team", "service_item_id": "service_item", "callback_id": "order_callback",
    "order_plan_id": "order_plan",
}  # fmt: skip
API_KEYS = {"order_id": "service_order", "order_plan_id": "order_plan"}
_ONE = "/api/v1/orders/<int:order_id>/"
_REASON = {"reason": "情况有变"}
API_BODIES: dict[str, Any] = {
    "/api/v1/orders": lambda place, _role: {
        "item": place.things["service_item"].pk, "name": "陈婆婆", "division": place.town.communities[0].code, "start": clock.now().isoformat(),
        "end": (clock.now() + timedelta(days=2)).isoformat(),
    },
    "/api/v1/orders/rate": lambda place, _role: {"token": place.things["order_token"], "rating": 5},
    "/api/v1/orders/plans": lambda place, _role: {
        "division": place.town.communities[0].code, "day": (clock.today() + timedelta(days=7)).isoformat(),
    },
    f"{_ONE}refuse": lambda _place, _role: _REASON,
    f"{_ONE}cancel": lambda _place, _role: _REASON,
    f"{_ONE}dispatch": lambda place, _role: {"team": place.things["order_team"].pk},
    f"{_ONE}direct": lambda place, _role: {"team": place.things["order_team"].pk, **_REASON},
    **dict.fromkeys((f"{_ONE}approve", f"{_ONE}open"), lambda _place, _role: {}),
}
LED = {
    "take": ("open_order", lambda place: {"team": place.things["order_team"].pk}),
    "decline": ("asked_order", lambda _place: _REASON),
    "recall": ("asked_order", lambda _place: _REASON),
    "assign": ("team_order", lambda place: {"volunteers": [place.things["volunteer"].pk]}),
    "begin": ("coming_order", lambda _place: {}),
    "finish": ("begun_order", lambda _place: {"result": "修好了"}),
}  # fmt: skip
"""Which order stands for each verb of the team that serves it, and what is sent."""


def __getattr__(name: str) -> Any:
    """SAMPLES are made when they are asked for: what they are made of stands in the module that asks."""
    if name != "SAMPLES":
        raise AttributeError(name)
    from tests.sample import held, of

    pending = ("approve", "refuse")
    return {
        **{f"{_ONE}{verb}": replace(of("pending_order", key="order_id"), body=API_BODIES[f"{_ONE}{verb}"]) for verb in pending},
        **{
            f"{_ONE}{verb}": replace(of(thing, key="order_id"), body=lambda place, _role, body=body: body(place))
            for verb, (thing, body) in LED.items()
        },
        **{f"volunteers:{name}": of("service_order") for name in _ORDER},
        **{f"volunteers:order-{name}": of("team_order") for name in _TASK},
        "volunteers:order-take": replace(of("team_order"), body=lambda place, _role: {"team": place.things["order_team"].pk}),
        "volunteers:order-item": of("service_item", shared=True),
        "volunteers:order-offers": of("volunteer_team"),
        "volunteers:order-callback": of("order_callback"),
        "volunteers:order-plan": of("order_plan"),
        "volunteers:order-plan-use": of("order_plan"),
        **{f"volunteers:{name}": held("order_token") for name in ("order-followed", "order-rate", "order-cancel-own")},
    }
MORE = {"/api/v1/orders/<int:order_id>/proposals": 2, "volunteers:order-items": 3}
"""Proposals weigh teams by skill, load, waiting and offers, one query each; the list of services asks what to narrow by."""
