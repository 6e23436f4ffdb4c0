"""Sheets of practice centres: in, those above before those below; the list exports itself."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.partnership.sheets import Reading
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, Row, SheetRead
from chuangwen.places.finding import DivisionFinder
from chuangwen.places.hours import NoHours, hours
from chuangwen.places.models import Division
from chuangwen.volunteers.centres import rules
from chuangwen.volunteers.centres.access import PLAN
from chuangwen.volunteers.centres.actions import bring_centres
from chuangwen.volunteers.centres.models import Centre

KINDS = [(kind.code, f"实践{kind.word}") for kind in rules.KINDS.values()] + [(kind.code, kind.word) for kind in rules.KINDS.values()]
CENTRES = [
    Column("name", "阵地名称", required=True, aliases=("名称", "实践阵地", "中心名称", "站点名称"), max_length=120,
           example="第1社区新时代文明实践站"),
    Column("kind", "类别", kind="choice", choices=KINDS, required=True, aliases=("类型", "阵地类别"), example="实践站"),
    Column("town", "街道", aliases=("乡镇", "镇街"), max_length=80),
    Column("village", "村（社区）", aliases=("社区", "村居", "所在社区"), max_length=80, example="第1社区"),
    Column("above", "上级阵地", aliases=("隶属", "上级"), max_length=120,
           help=gettext_lazy("Name of a centre that is there or stands above in the sheet.")),
    Column("unit", "责任单位", required=True, aliases=("管理单位", "主管单位"), max_length=80, example="第1社区居委会"),
    Column("responsible_post", "第一责任人职务", aliases=("负责人职务",), max_length=60),
    Column("address", "地址", max_length=200),
    Column("hours", "开放时间", aliases=("开放时段",), max_length=40, example="8:30-17:30"),
    Column("phone", "联系电话", aliases=("电话",), max_length=30),
    Column("about", "服务内容", aliases=("简介",), max_length=500),
]


def plan_centres(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """Known are centres of the same name and place: what of them is told in the sheet is changed, an empty cell changes nothing."""
    reading, finder = Reading(sheet, CENTRES), DivisionFinder(actor, PLAN)
    there = list(
        access.scoped(actor, PLAN, Centre).exclude(state=Centre.State.CLOSED).select_related("division", "unit", "site").order_by("path")
    )
    by_name: dict[str, list[Centre]] = {}
    for centre in there:
        by_name.setdefault(centre.name, []).append(centre)
    known = {(centre.division_id, centre.name): centre for centre in there}
    kinds: dict[str, str] = {}
    for row in sheet.rows:
        if row.sound:
            _plan_row(reading, row, finder, known, by_name, kinds)
    rows = (reading.plan.payload or [])[:20]
    reading.plan.sample = [{"阵地名称": row["facts"]["name"], "责任单位": str(row["facts"]["unit"])} for row in rows]
    return reading.plan


def _plan_row(
    reading: Reading, row: Row, finder: DivisionFinder, known: dict[tuple[int, str], Centre], by_name: dict[str, list[Centre]],
    kinds: dict[str, str],
) -> None:  # fmt: skip
    values = row.values
    unit, place = reading.unit(row, "unit"), _place(reading, row, finder)
    if unit is None or place is None or not reading.once(row, values["name"], "name"):
        return
    if unit.division is not None and not place.path.startswith(unit.division.path):
        reading.wrong(row, "unit", _("“%(place)s” lies outside the area of “%(unit)s”.") % {"place": place, "unit": unit}, "unit")
        return
    try:
        span = hours(values["hours"]) if values["hours"] else None
    except NoHours:
        reading.wrong(row, "hours", _("Hours are written 8:30-17:30."), "hours")
        return
    if reading.plan.payload is None:
        reading.plan.payload = []
    centre = known.get((place.pk, values["name"]))
    told = {name: values[name] for name in ("responsible_post", "address", "phone", "about") if values[name]}
    if centre is not None:
        facts = _kept(centre) | told | {"unit": unit} | ({"opens_at": span[0], "closes_at": span[1]} if span else {})
        if facts == _kept(centre):
            reading.plan.unchanged += 1
            return
        reading.plan.updates += 1
        reading.plan.payload.append({"centre": centre, "facts": facts})
        return
    above, above_kind = _above(reading, row, by_name, kinds)
    if above is None and values["above"]:
        return
    wrong = rules.fits(values["kind"], place.level, above_kind)
    if wrong:
        key = "village" if wrong == "division" else "above"
        reading.wrong(row, key, _("A centre of this kind does not stand there."), "place")
        return
    kinds[values["name"]] = values["kind"]
    reading.plan.creates += 1
    facts = told | {"name": values["name"], "unit": unit} | ({"opens_at": span[0], "closes_at": span[1]} if span else {})
    reading.plan.payload.append({"centre": None, "above": above, "kind": values["kind"], "division": place, "facts": facts})


def _kept(centre: Centre) -> dict[str, Any]:
    plain = ("name", "unit", "open_days", "responsible_post", "phone", "about", "public")
    return {name: getattr(centre, name) for name in plain} | {
        name: getattr(centre.site, name) for name in ("address", "opens_at", "closes_at")
    }  # fmt: skip


def _place(reading: Reading, row: Row, finder: DivisionFinder) -> Division | None:
    """The village that is named, else the town, else the only county or town of the actor."""
    town, village = row.values["town"], row.values["village"]
    if village or town:
        found = finder.find(town, village).division
    else:
        tops = [one for one in finder.rows if one.depth == min((other.depth for other in finder.rows), default=0)]
        found = tops[0] if len(tops) == 1 else None
    if found is None:
        reading.wrong(row, "village" if village else "town", _("Say in which village or town it lies."), "place")
    return found


def _above(reading: Reading, row: Row, by_name: dict[str, list[Centre]], kinds: dict[str, str]) -> tuple[Any, str | None]:
    """What it hangs under, and of which kind that is: a centre that is there, or the name of one above in the sheet."""
    name = row.values["above"]
    if not name:
        return None, None
    found = by_name.get(name, [])
    if len(found) == 1:
        return found[0], found[0].kind
    if not found and name in kinds:
        return name, kinds[name]
    told = _("Several centres are called so.") if found else _("There is no such centre, and none above in the sheet.")
    reading.wrong(row, "above", told, "above")
    return None, None


def apply_centres(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_centres(actor, rows=plan.payload or [])}


register(
    Importer(
        "centres", gettext_lazy("Practice centres"), PLAN, CENTRES, plan_centres, apply_centres, csv=True, order=120, page="volunteers:centres"
    )
)
