"""Hours from other systems as a sheet, in the words of MZ/T 061-2015, and leave as a unit keeps it; records go out from the lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead
from chuangwen.people.models import Unit
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours.access import NOTE
from chuangwen.volunteers.hours.actions import bring_off_duty, take_over_hours
from chuangwen.volunteers.hours.actions.off_duty import offices, sound_off_duty
from chuangwen.volunteers.hours.actions.transferring import Transferred
from chuangwen.volunteers.hours.models import OffDuty
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


KINDS = [("leave", "请假"), ("swapped", "调休"), ("shifts", "轮班"), ("flexible", "弹性工时")]
HALVES = [("day", "全天"), ("am", "上午"), ("pm", "下午")]
OFF_DUTY = [
    Column("volunteer", "志愿者编号", required=True, aliases=("编号", "志愿者号"), max_length=20, example="V0000001"),
    Column("name", "姓名", required=True, aliases=("志愿者姓名",), max_length=40, example="张三"),
    Column("kind", "类别", kind="choice", choices=KINDS, required=True, aliases=("种类", "请假类别"), example="请假"),
    Column("starts_on", "开始日期", kind="date", required=True, aliases=("起始日期", "起"), example="2026-05-06"),
    Column("ends_on", "结束日期", kind="date", required=True, aliases=("截止日期", "止"), example="2026-05-08"),
    Column("half", "时段", kind="choice", choices=HALVES, example="全天"),
]


def plan_off_duty(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """Leave and shifts as a unit keeps them; what stands there already changes nothing."""
    plan = Plan(rows_read=len(sheet.rows))

    def wrong(row: Row, key: str, message: str, code: str) -> None:
        title = next(str(column.title) for column in OFF_DUTY if column.key == key)
        plan.problems.append(Problem(row.number, sheet.letters.get(key, ""), title, str(row.values.get(key) or ""), message, code))

    sound = [row for row in sheet.rows if row.sound]
    numbers = {row.values["volunteer"] for row in sound}
    people = {one.number: one for one in Volunteer.objects.filter(number__in=numbers).select_related("person")}
    mine = set(access.scoped(actor, NOTE, Unit).order_by().values_list("pk", flat=True))
    rows: list[dict[str, Any]] = []
    for row in sound:
        values, person = row.values, people.get(row.values["volunteer"])
        first, last, half = values["starts_on"], values["ends_on"], values["half"] or "day"
        units = [unit for unit in offices(person, first, last) if unit.pk in mine] if person is not None and first <= last else []
        if first > last:
            wrong(row, "ends_on", _("The last day lies before the first."), "days")
        elif person is None or not units:
            wrong(row, "volunteer", _("No volunteer with this number holds a post in your units on these days."), "volunteer")
        elif person.person.name.strip() != values["name"].strip():
            wrong(row, "name", _("The volunteer with this number bears another name."), "name")
        else:
            facts = {"volunteer": person, "unit": units[0], "kind": values["kind"], "starts_on": first, "ends_on": last, "half": half}
            if facts in rows or OffDuty.objects.filter(ended_at__isnull=True, by_unit=True, **facts).exists():
                plan.unchanged += 1
                continue
            try:
                sound_off_duty(actor, **facts)
            except Refusal as refusal:
                field = next(iter(refusal.fields), "starts_on")
                wrong(row, field if field in values else "volunteer", str(refusal), refusal.code)
                continue
            plan.creates += 1
            rows.append(facts)
    plan.payload = rows
    plan.sample = [{"类别": dict(KINDS)[row["kind"]], "开始日期": row["starts_on"], "结束日期": row["ends_on"]} for row in rows[:20]]
    return plan


def apply_off_duty(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_off_duty(actor, rows=plan.payload) if plan.payload else 0}


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
register(
    Importer(
        "volunteer-off-duty", gettext_lazy("Leave and shifts of office holders"), NOTE, OFF_DUTY, plan_off_duty, apply_off_duty, csv=True,
        order=87, page="volunteers:hours-off-duty",
    )
)  # fmt: skip
