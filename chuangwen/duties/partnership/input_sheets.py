"""What was put in, brought by sheet: the columns of the exported list, so that a list goes out and comes in again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.partnership import queries, states
from chuangwen.duties.partnership.access import KEEP
from chuangwen.duties.partnership.actions import record_input
from chuangwen.duties.partnership.actions.giving import LEAVE, YUAN
from chuangwen.duties.partnership.models import Partnership, PartnershipInput
from chuangwen.duties.partnership.sheets import Reading
from chuangwen.duties.partnership.states import Step
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, SheetRead

KINDS = [("goods", "物资"), ("money", "资金"), ("service", "服务")]
INPUTS = [
    Column("name", "投入情况", required=True, aliases=("投入内容", "名称", "内容"), max_length=60, example="更换宣传栏"),
    Column("kind", "种类", kind="choice", choices=KINDS, required=True, aliases=("类别", "投入类别"), example="物资"),
    Column("quantity", "数量", kind="decimal", places=4, least=0, most=10**9, required=True, example=14),
    Column("measure", "计量单位", aliases=("数量单位",), max_length=12, example="块"),
    Column("value", "折合金额（元）", kind="decimal", places=2, least=0, most=10**9, aliases=("折合金额", "金额（元）")),
    Column("day", "日期", kind="date", required=True, aliases=("投入日期", "时间"), example="2026-11-16"),
    Column("village", "村（社区）", required=True, aliases=("社区", "村居", "村"), max_length=80, example="第1社区"),
    Column("unit", "单位", required=True, aliases=("共建单位", "结对单位", "责任单位"), max_length=80, example="城管局"),
    Column("counts", "计入", kind="bool"),
]


def plan_inputs(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """Rows of open pairs that have met; what is there already is left, and so is what a list says was taken back."""
    reading, today = Reading(sheet, INPUTS), clock.today()
    pairs: dict[tuple[int, str], list[Partnership]] = {}
    for pair in queries.pairs(actor, KEEP).filter(state__in=states.OPEN):
        pairs.setdefault((pair.unit_id, match_key(pair.division.name)), []).append(pair)
    there = set(PartnershipInput.objects.values_list("partnership", "kind", "name", "quantity", "measure", "day"))
    rows = []
    for row in sheet.rows:
        values = row.values
        if not row.sound:
            continue
        if values["counts"] is False:
            reading.plan.unchanged += 1
            continue
        unit = reading.unit(row, "unit")
        if unit is None:
            continue
        found = pairs.get((unit.pk, match_key(values["village"])), [])
        if len(found) != 1 or states.after(found[0].state, Step.INPUT) is None:
            reading.wrong(row, "unit", _("These two are no open pair that has had its first contact."), "pair")
            continue
        measure = YUAN if values["kind"] == "money" else values["measure"] or ""
        if not measure:
            reading.wrong(row, "measure", _("Give the unit of measure."), "measure")
        elif not values["quantity"] > 0:
            reading.wrong(row, "quantity", _("This is no quantity: above nought, at most a thousand million."), "quantity")
        elif values["day"].year < 2000 or values["day"] > today:
            reading.wrong(row, "day", _("The day lies in the future or too far back."), "day")
        elif reading.once(row, key := (found[0].pk, values["kind"], values["name"], values["quantity"], measure, values["day"]), "name"):
            if key in there:
                reading.plan.unchanged += 1
                continue
            reading.plan.creates += 1
            rows.append({
                "partnership_id": found[0].pk, "kind": values["kind"], "name": values["name"], "quantity": values["quantity"],
                "measure": measure, "day": values["day"], "value": values["value"],
            })  # fmt: skip
    reading.plan.payload = rows
    reading.plan.sample = [{"投入情况": row["name"], "数量": f"{row['quantity'].normalize():f}{row['measure']}"} for row in rows[:20]]
    return reading.plan


def apply_inputs(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    """All or none. What the ledger has already is tied to the fact that is there and not counted twice."""
    with transaction.atomic():
        for row in plan.payload:
            record_input(actor, double=LEAVE, **row)
    return {"changed": len(plan.payload)}


register(
    Importer(
        "partner_inputs", gettext_lazy("What partners put in"), KEEP, INPUTS, plan_inputs, apply_inputs, csv=True, order=76,
        page="duties:partner-inputs",
    )
)  # fmt: skip
