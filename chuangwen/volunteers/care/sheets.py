"""The sheet of cared people: in, with a preview; the same sheet twice changes nothing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.partnership.sheets import Reading, place_of
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, Row, SheetRead
from chuangwen.people.models import Unit
from chuangwen.places.finding import DivisionFinder
from chuangwen.places.models import Division
from chuangwen.volunteers.care import rules
from chuangwen.volunteers.care.access import MANAGE
from chuangwen.volunteers.care.actions import bring_cared_people
from chuangwen.volunteers.care.actions.people import sound
from chuangwen.volunteers.care.models import CaredPerson

KINDS = [
    ("alone", "独居老人"), ("couple", "双老家庭"), ("child", "留守儿童"), ("impaired", "残障人士"), ("family", "失独家庭"), ("other", "其他"),
]  # fmt: skip
CONSENTS = [("paper", "书面同意"), ("spoken", "口头同意（有见证人）"), ("guardian", "监护人同意")]
PEOPLE = [
    Column("name", "姓名", required=True, aliases=("老人姓名", "对象姓名"), max_length=40, example="示例赵"),
    Column("phone", "联系电话", required=True, aliases=("电话", "手机", "本人电话"), max_length=20, example="19900000011"),
    Column("town", "街道", aliases=("乡镇", "镇街"), max_length=80),
    Column("village", "村（社区）", required=True, aliases=("社区", "村居", "所在社区"), max_length=80, example="第1社区"),
    Column("kind", "类别", kind="choice", choices=KINDS, aliases=("对象类别",), example="独居老人"),
    Column("address", "详细地址", aliases=("住址", "地址"), max_length=120, example="后街12号"),
    Column("birthday", "生日", aliases=("出生日期", "出生年月日"), max_length=20, example="3-5"),
    Column("consented_on", "同意日期", kind="date", required=True, aliases=("签订日期",), example="2026-11-02"),
    Column("consent", "同意方式", kind="choice", choices=CONSENTS, example="书面同意"),
    Column("family_name", "家属姓名", aliases=("联系人",), max_length=40),
    Column("family_relation", "与本人关系", aliases=("关系",), max_length=20),
    Column("family_phone", "家属电话", aliases=("联系人电话",), max_length=20),
    Column("family_consented_on", "家属同意日期", kind="date"),
    Column("notes", "备注", max_length=200, example="敲门三下"),
]


def plan_people(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    reading, finder = Reading(sheet, PEOPLE), DivisionFinder(actor, MANAGE)
    there = access.scoped(actor, MANAGE, CaredPerson).filter(ended_on__isnull=True).select_related("division", "unit")
    known = {(person.division_id, person.name, person.phone): person for person in there}
    units = {unit.division_id: unit for unit in Unit.objects.filter(kind=Unit.Kind.COMMUNITY, ends_on__isnull=True).order_by("-pk")}
    rows: list[dict[str, Any]] = []
    for row in sheet.rows:
        if not row.sound:
            continue
        place = place_of(reading, row, finder)
        if place is None:
            continue
        person = known.get((place.pk, row.values["name"], row.values["phone"]))
        facts = _facts(reading, row, place, person, units)
        if facts is None or not reading.once(row, (place.pk, facts["name"], facts["phone"]), "name"):
            continue
        if person is None:
            reading.plan.creates += 1
        elif all(getattr(person, name) == value for name, value in facts.items()):
            reading.plan.unchanged += 1
            continue
        else:
            reading.plan.updates += 1
        rows.append({"person": person, "facts": facts})
    reading.plan.payload = rows
    reading.plan.sample = [{"姓名": row["facts"]["name"][:1] + "*", "村（社区）": row["facts"]["division"].name} for row in rows[:20]]
    return reading.plan


def _facts(
    reading: Reading, row: Row, place: Division, person: CaredPerson | None, units: dict[int | None, Unit]
) -> dict[str, Any] | None:
    """What the row says of somebody, sound; None where it does not hold (the problem stands in the plan). What is empty stays as it is."""
    values = row.values
    unit = person.unit if person else units.get(place.pk)
    if unit is None:
        reading.wrong(row, "village", _("This place has no community unit that could answer for it."), "unit")
        return None
    plain = ("kind", "address", "family_name", "family_relation", "family_phone", "family_consented_on", "notes", "consent")
    facts: dict[str, Any] = {
        "name": values["name"], "phone": values["phone"], "division": place, "unit": unit, "consented_on": values["consented_on"],
    }  # fmt: skip
    facts |= {name: values[name] for name in plain if values[name]}
    facts.setdefault("consent", person.consent if person else CaredPerson.Consent.PAPER)
    if values["birthday"]:
        try:
            year, month, day = rules.read_birthday(values["birthday"])
        except ValueError:
            year, month, day = None, 0, 0
        if not rules.sound_birthday(month, day, year, clock.today()):
            reading.wrong(row, "birthday", _("A birthday is a month and a day, such as 3 and 5; the year may be left out."), "birthday")
            return None
        facts |= {"birth_year": year, "birth_month": month, "birth_day": day}
    base = {name: getattr(person, name) for name in facts} if person else {}
    try:
        clean = sound(base | facts)
    except Refusal as refusal:
        field = next(iter(refusal.fields), "name")
        reading.wrong(row, field if any(column.key == field for column in PEOPLE) else "name", str(refusal), refusal.code)
        return None
    return {name: clean[name] for name in facts}


def apply_people(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_cared_people(actor, rows=plan.payload)}


register(Importer(
    "cared_people", gettext_lazy("Cared people"), MANAGE, PEOPLE, plan_people, apply_people, order=90, page="volunteers:care",
    help=gettext_lazy("Only people who agreed. Nothing about health: such rows are refused."),
))  # fmt: skip
