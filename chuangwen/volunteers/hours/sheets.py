"""Hours from other systems as a sheet, in the words of MZ/T 061-2015; records go out from the lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours.actions import take_over_hours
from chuangwen.volunteers.hours.actions.transferring import Transferred
from chuangwen.volunteers.presence.models import ServiceEntry

VERB = "volunteers.transfer_hours"
TRANSFERS = [
    Column("volunteer", "志愿者编号", required=True, aliases=("编号", "志愿者号"), max_length=20, example="V0000001"),
    Column("name", "姓名", required=True, aliases=("志愿者姓名",), max_length=40, example="张三"),
    Column("title", "服务项目名称", required=True, aliases=("服务内容", "项目名称", "活动名称"), max_length=120, example="社区清洁日"),
    Column("day", "服务日期", kind="date", required=True, aliases=("日期", "服务时间"), example="2026-05-01"),
    Column("hours", "服务时长（小时）", kind="decimal", places=2, least=0, most=24, required=True, aliases=("服务时长", "时长"), example="2.5"),
    Column("system", "来源系统", required=True, aliases=("转入系统", "系统名称", "平台"), max_length=60, example="全国志愿服务信息系统"),
    Column("number", "原系统编号", required=True, aliases=("记录编号", "原编号", "记录号"), max_length=60, example="R-2026-0001"),
]


def plan_transfers(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    plan, today = Plan(rows_read=len(sheet.rows)), clock.today()

    def wrong(row: Row, key: str, message: str, code: str) -> None:
        title = next(str(column.title) for column in TRANSFERS if column.key == key)
        plan.problems.append(Problem(row.number, sheet.letters.get(key, ""), title, str(row.values.get(key) or ""), message, code))

    numbers = {row.values["volunteer"] for row in sheet.rows if row.sound}
    people = {
        one.number: one for one in access.scoped(actor, VERB, Volunteer).filter(number__in=numbers).select_related("person")
    }
    there = {
        (entry.volunteer_id, entry.from_system, entry.from_number): entry
        for entry in ServiceEntry.objects.filter(kind=ServiceEntry.Kind.TRANSFER, volunteer__in=[one.pk for one in people.values()])
    }
    rows, seen = [], {}
    for row in sheet.rows:
        if not row.sound:
            continue
        values = row.values
        person = people.get(values["volunteer"])
        if person is None:
            wrong(row, "volunteer", _("There is no volunteer with this number in your area."), "volunteer")
            continue
        if person.person.name.strip() != values["name"].strip():
            wrong(row, "name", _("The volunteer with this number bears another name."), "name")
            continue
        if person.person_id == actor.person_id and actor.person_id is not None:
            wrong(row, "volunteer", _("These are hours of your own: somebody else has to do this."), "own")
            continue
        minutes = int((values["hours"] * Decimal(60)).to_integral_value())
        if minutes <= 0:
            wrong(row, "hours", _("A service takes time: give hours above 0."), "hours")
            continue
        if values["day"] > today or values["day"].year < 1990:
            wrong(row, "day", _("The day lies in the future or too far back."), "day")
            continue
        mark = (person.pk, values["system"], values["number"])
        if mark in seen:
            wrong(row, "number", _("This stands in row %(row)d already.") % {"row": seen[mark]}, "twice")
            continue
        seen[mark] = row.number
        known = there.get(mark)
        if known is not None:
            if (known.minutes, known.day) != (minutes, values["day"]):
                told = _("This was taken over with another day or duration already: propose a correction of that entry.")
                wrong(row, "hours", told, "differs")
            else:
                plan.unchanged += 1
            continue
        plan.creates += 1
        rows.append(Transferred(person.pk, values["system"], values["number"], values["title"], values["day"], minutes))
    plan.payload = rows
    plan.sample = [{"服务项目名称": row.title, "服务日期": row.day, "来源系统": row.system} for row in rows[:20]]
    return plan


def apply_transfers(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": len(take_over_hours(actor, rows=plan.payload)) if plan.payload else 0}


register(
    Importer(
        "volunteer-hours", gettext_lazy("Hours from other systems"), VERB, TRANSFERS, plan_transfers, apply_transfers, csv=True, order=86,
        page="volunteers:hours-entries",
    )
)  # fmt: skip
