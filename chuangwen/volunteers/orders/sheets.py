"""Sheets of orders: the service list in, needs that were collected in (志愿服务需求征集表); the lists export themselves."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.duties.partnership.sheets import Reading, place_of
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, SheetRead
from chuangwen.places.finding import DivisionFinder
from chuangwen.volunteers.corps.models import Skill
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import rules
from chuangwen.volunteers.orders.actions import bring_items, bring_orders
from chuangwen.volunteers.orders.models import ServiceItem, ServiceKind, ServiceOrder

MODES = [("dispatch", "派单"), ("open", "抢单"), ("direct", "指派")]
YES = [("yes", "是"), ("no", "否")]
ITEMS = [
    Column("name", "服务项目", required=True, aliases=("项目名称", "名称"), max_length=40, example="小家电检修"),
    Column("kind", "类别", required=True, aliases=("服务类别", "类型"), max_length=40, example="便民维修"),
    Column("about", "服务内容", aliases=("内容", "说明"), max_length=300, example="检修电饭锅、电风扇等小家电"),
    Column("minutes", "通常时长（分钟）", kind="int", aliases=("时长",), least=10, most=480, example="60"),
    Column("people", "通常人数", kind="int", aliases=("人数",), least=1, most=50, example="2"),
    Column("mode", "派单方式", kind="choice", choices=MODES, aliases=("方式",), example="派单"),
    Column("skills", "所需技能", aliases=("技能",), max_length=200, example="家电维修"),
    Column("public", "居民可点", kind="choice", choices=YES, aliases=("可点单",), example="是"),
]
PARTS = [("", "全天"), ("morning", "上午"), ("afternoon", "下午"), ("evening", "晚上")]
KINDS = [("order", "清单内点单"), ("need", "需求"), ("wish", "微心愿")]
ORDERS = [
    Column("kind", "种类", kind="choice", choices=KINDS, aliases=("类别",), example="清单内点单"),
    Column("item", "服务项目", aliases=("需求项目",), max_length=40, example="小家电检修"),
    Column("words", "需求内容", aliases=("具体需求", "内容", "心愿"), max_length=300, example="电风扇不转"),
    Column("name", "需求人", required=True, aliases=("姓名", "服务对象"), max_length=40, example="陈某某"),
    Column("phone", "联系电话", aliases=("电话", "手机"), max_length=30, example="19900000000"),
    Column("town", "街道", aliases=("乡镇", "镇街"), max_length=80),
    Column("village", "村（社区）", required=True, aliases=("社区", "村居", "所在社区"), max_length=80, example="第1社区"),
    Column("address", "地址", aliases=("详细地址",), max_length=120, example="后街12号"),
    Column("helper", "代填人", aliases=("代点人",), max_length=40),
    Column("day", "希望日期", kind="date", required=True, aliases=("服务时间", "日期"), example="2026-12-05"),
    Column("part", "时段", kind="choice", choices=PARTS, example="上午"),
]


def plan_items(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    reading = Reading(sheet, ITEMS)
    kinds, skills = ({match_key(one.name): one for one in model.objects.all()} for model in (ServiceKind, Skill))
    known = {match_key(row.name): row for row in ServiceItem.objects.select_related("kind").prefetch_related("skills")}
    rows: list[dict[str, Any]] = []
    for row in sheet.rows:
        if not row.sound or not reading.once(row, row.values["name"], "name"):
            continue
        values, item = row.values, known.get(match_key(row.values["name"]))
        kind = kinds.get(match_key(values["kind"]))
        if kind is None:
            told = "、".join(one.name for one in kinds.values())
            reading.wrong(row, "kind", _("There is no such kind of service: %(names)s") % {"names": told}, "kind")
            continue
        wanted = [name.strip() for name in (values["skills"] or "").replace("，", "、").replace(",", "、").split("、") if name.strip()]
        strange = [name for name in wanted if match_key(name) not in skills]
        if strange:
            reading.wrong(row, "skills", _("There is no skill of this name: %(names)s") % {"names": "、".join(strange)}, "skill")
            continue
        facts = {
            "name": values["name"], "kind": kind, "about": values["about"] or (item.about if item else ""),
            "minutes": values["minutes"] or (item.minutes if item else 60), "people": values["people"] or (item.people if item else 2),
            "mode": values["mode"] or (item.mode if item else ServiceItem.Mode.DISPATCH),
            "public": values["public"] != "no" if values["public"] else (item.public if item else True),
            "skills": [skills[match_key(name)] for name in wanted] or (
                list(item.skills.all()) if item else []
            ), "service_item_id": item.pk if item else None,
        }  # fmt: skip
        if item is None:
            reading.plan.creates += 1
        elif all(getattr(item, name) == facts[name] for name in ("kind", "about", "minutes", "people", "mode", "public")) and (
            {one.pk for one in item.skills.all()} == {one.pk for one in facts["skills"]}
        ):
            reading.plan.unchanged += 1
            continue
        else:
            reading.plan.updates += 1
        rows.append(facts)
    reading.plan.payload = rows
    reading.plan.sample = [{"服务项目": row["name"], "类别": row["kind"].name} for row in rows[:20]]
    return reading.plan


def plan_orders(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    reading, finder = Reading(sheet, ORDERS), DivisionFinder(actor, verbs.ENTER)
    items = {match_key(item.name): item for item in ServiceItem.objects.filter(active=True)}
    rows: list[dict[str, Any]] = []
    for row in sheet.rows:
        if not row.sound:
            continue
        values, place = row.values, place_of(reading, row, finder)
        if place is None:
            continue
        item = items.get(match_key(values["item"])) if values["item"] else None
        if values["item"] and item is None:
            reading.wrong(row, "item", _("This is not on the service list: write it under what is needed."), "item")
            continue
        if item is None and not values["words"]:
            reading.wrong(row, "words", _("Say what is needed."), "words")
            continue
        if not clock.today() <= values["day"] <= clock.today().replace(year=clock.today().year + 1) or (values["day"] - clock.today()).days > 90:
            reading.wrong(row, "day", _("Choose a day of the next three months."), "day")
            continue
        start, end = rules.span_of(values["day"], values["part"] or "", clock.LOCAL)
        if end < clock.now():
            reading.wrong(row, "day", _("This time has passed."), "day")
            continue
        uid = uuid.uuid5(uuid.NAMESPACE_OID, f"{place.pk}|{values['name']}|{values['item']}|{values['words']}|{start.isoformat()}")
        if not reading.once(row, uid, "name"):
            continue
        kind = values["kind"] or ("order" if item else "need")
        rows.append({
            "kind": "need" if kind == "order" and item is None else kind, "item": item, "words": values["words"] or "", "name": values["name"],
            "phone": values["phone"] or "", "division": place, "address": values["address"] or "", "helper": values["helper"] or "",
            "channel": ServiceOrder.Channel.SHEET, "start": start, "end": end, "uid": uid,
        })  # fmt: skip
    known = _known(rows)
    reading.plan.payload = [row for row in rows if row["uid"] not in known]
    reading.plan.creates, reading.plan.unchanged = len(reading.plan.payload), len(known)
    reading.plan.sample = [{"服务项目": row["item"].name if row["item"] else row["words"][:20]} for row in reading.plan.payload[:20]]
    return reading.plan


def _known(rows: list[dict[str, Any]]) -> set[uuid.UUID]:
    """Which rows were brought before: the same sheet twice brings its orders once."""
    from chuangwen.intake.sealing import inner_uid

    inner = {inner_uid(row["uid"]): row["uid"] for row in rows}
    return {inner[uid] for uid in ServiceOrder.objects.filter(uid__in=inner).values_list("uid", flat=True)}


def apply_items(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_items(actor, rows=plan.payload)}


def apply_orders(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_orders(actor, rows=plan.payload)}


register(
    Importer(
        "service-items", gettext_lazy("Service list"), verbs.ITEMS, ITEMS, plan_items, apply_items, csv=True, order=86,
        page="volunteers:order-items",
    )
)  # fmt: skip
register(
    Importer(
        "service-orders", pgettext_lazy("service order", "Service orders"), verbs.ENTER, ORDERS, plan_orders, apply_orders, csv=True, order=87,
        page="volunteers:orders",
    )
)  # fmt: skip
