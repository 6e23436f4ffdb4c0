"""Commendations as a sheet, by the number of their document; they go out from the list."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.partnership.sheets import Reading
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, SheetRead
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.record.access import COMMEND
from chuangwen.volunteers.record.actions import bring_commendations
from chuangwen.volunteers.record.actions.commending import FIRST_DAY, Commended, not_a_star
from chuangwen.volunteers.record.models import Commendation, Standing

LEVELS = [
    ("national", "国家级"), ("province", "省级"), ("city", "市级"), ("county", "县级"), ("county", "区级"), ("county", "县（市、区）级"),
    ("town", "乡镇（街道）级"), ("town", "镇级"), ("town", "街道级"), ("community", "村（社区）级"), ("community", "社区级"),
    ("organisation", "志愿服务组织"), ("organisation", "组织内"),
]  # fmt: skip
COMMENDATIONS = [
    Column("volunteer", "志愿者编号", required=True, aliases=("编号", "志愿者号"), max_length=20, example="V0000001"),
    Column("name", "姓名", required=True, aliases=("志愿者姓名",), max_length=40, example="张三"),
    Column("title", "表彰奖励名称", required=True, aliases=("荣誉名称", "名称", "奖项"), max_length=80, example="优秀志愿者"),
    Column("level", "级别", kind="choice", choices=LEVELS, required=True, aliases=("表彰级别",), example="县级"),
    Column("given_by", "授予单位", required=True, aliases=("表彰单位", "颁发单位"), max_length=80, example="县精神文明建设办公室"),
    Column("day", "授予日期", kind="date", required=True, aliases=("日期", "表彰日期"), example="2026-03-05"),
    Column("document_number", "文号", required=True, aliases=("文件号", "证书编号"), max_length=60, example="文明办〔2026〕3号"),
]


def plan_commendations(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    reading = Reading(sheet, COMMENDATIONS)
    numbers = {row.values["volunteer"] for row in sheet.rows if row.sound}
    rows = access.scoped(actor, COMMEND, Volunteer).filter(number__in=numbers).select_related("person")
    people = {one.number: one for one in rows}
    there = set(
        Commendation.objects.filter(volunteer__in=[one.pk for one in people.values()], state=Standing.STANDS)
        .values_list("volunteer", "title", "given_by", "day")
    )  # fmt: skip
    given: list[Commended] = []
    for row in sheet.rows:
        if not row.sound:
            continue
        values = row.values
        one = people.get(values["volunteer"])
        if one is None:
            reading.wrong(row, "volunteer", _("There is no volunteer with this number in your area."), "volunteer")
            continue
        if one.person.name.strip() != values["name"].strip():
            reading.wrong(row, "name", _("The volunteer with this number bears another name."), "name")
            continue
        if one.person_id == actor.person_id and actor.person_id is not None:
            reading.wrong(row, "volunteer", _("This is a matter of your own: somebody else has to do it."), "own")
            continue
        if not FIRST_DAY <= values["day"] <= clock.today():
            reading.wrong(row, "day", _("The day lies in the future or too far back."), "day")
            continue
        try:
            not_a_star(values["title"])
        except Refusal as refusal:
            reading.wrong(row, "title", str(refusal), "star")
            continue
        key = (one.pk, values["title"].strip(), values["given_by"].strip(), values["day"])
        if not reading.once(row, key, "title"):
            continue
        if key in there:
            reading.plan.unchanged += 1
            continue
        reading.plan.creates += 1
        given.append(Commended(one.pk, key[1], values["level"], key[2], values["day"], values["document_number"]))
    reading.plan.payload = given
    reading.plan.sample = [{"表彰奖励名称": one.title, "授予单位": one.given_by, "授予日期": one.day} for one in given[:20]]
    return reading.plan


def apply_commendations(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_commendations(actor, rows=plan.payload) if plan.payload else 0}


register(
    Importer(
        "volunteer-commendations", gettext_lazy("Commendations of volunteers"), COMMEND, COMMENDATIONS, plan_commendations, apply_commendations,
        csv=True, order=87, page="volunteers:record-commendations",
    )
)  # fmt: skip
