"""Sheets of works: in, with contract and money; the list exports itself."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.partnership.sheets import Reading, place_of
from chuangwen.duties.works.actions import bring_works
from chuangwen.duties.works.actions.making import FACTS
from chuangwen.duties.works.models import Work
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, Row, SheetRead
from chuangwen.places.finding import DivisionFinder
from chuangwen.places.models import Division, Site

VERB = "duties.plan_works"
KINDS = [
    ("road", "道路维修"), ("road", "道路"), ("barrier_free", "无障碍设施"), ("toilet", "公共厕所"), ("waste", "垃圾站场"), ("fire", "消防设施"),
    ("lighting", "路灯照明"), ("drainage", "排水管网"), ("estate", "老旧小区改造"), ("green", "绿化"), ("market", "市场改造"), ("other", "其他"),
]  # fmt: skip


def money(key: str, title: str, **more: Any) -> Column:
    return Column(key, title, kind="decimal", places=2, least=0, most=10**11, **more)


WORKS = [
    Column("name", "项目名称", required=True, aliases=("名称", "工程名称", "整治项目"), max_length=80, example="后街路面修复"),
    Column("kind", "类别", kind="choice", choices=KINDS, aliases=("项目类别", "类型"), example="道路维修"),
    Column("town", "街道", aliases=("乡镇", "镇街"), max_length=80),
    Column("village", "村（社区）", aliases=("社区", "村居", "所在社区"), max_length=80, example="第1社区"),
    Column("site", "点位编码", aliases=("点位编号",), max_length=40),
    Column("unit", "责任单位", required=True, aliases=("牵头单位", "实施单位"), max_length=80, example="城管局"),
    Column("planned_start", "计划开工", kind="date", required=True, aliases=("开工时间", "计划开始"), example="2026-12-01"),
    Column("planned_end", "计划完工", kind="date", required=True, aliases=("完成时限", "计划完成", "完工时间"), example="2027-02-10"),
    money("budget", "预算（元）", aliases=("预算", "概算", "投资额"), example="186000"),
    Column("fund_source", "资金来源", aliases=("申请渠道",), max_length=60),
    money("applied", "申请资金（元）", aliases=("申请资金",)),
    money("granted", "到位资金（元）", aliases=("到位资金", "批复资金")),
    Column("contract", "合同编号", aliases=("合同号",), max_length=40),
    Column("contractor", "施工单位", aliases=("承包单位", "中标单位"), max_length=80),
    money("amount", "合同金额（元）", aliases=("合同金额",)),
    Column("content", "建设内容", aliases=("工程内容", "内容"), max_length=500),
]


def plan_works(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    reading, finder, today = Reading(sheet, WORKS), DivisionFinder(actor, VERB), clock.today()
    known = {(work.division_id, work.name): work for work in access.scoped(actor, VERB, Work).select_related("division", "site", "unit")}
    codes = {row.values["site"] for row in sheet.rows if row.values["site"]}
    sites = {site.code: site for site in access.scoped(actor, "places.see", Site).filter(code__in=codes).select_related("division")}
    rows: list[dict[str, Any]] = []
    for row in sheet.rows:
        if not row.sound:
            continue
        unit, place = reading.unit(row, "unit"), _place(reading, row, finder)
        if unit is None or place is None or not _sound(reading, row, place, sites):
            continue
        values = row.values
        if not reading.once(row, (place.pk, values["name"]), "name"):
            continue
        work = known.get((place.pk, values["name"]))
        facts = {
            "name": values["name"], "kind": values["kind"] or (work.kind if work else Work.Kind.OTHER), "division": place, "unit": unit,
            "site": sites.get(values["site"]) or (work.site if work else None), "budget": values["budget"] if values["budget"] is not None
            else work.budget if work else None, "content": values["content"] or (work.content if work else ""),
        }  # fmt: skip
        if work is not None and values["planned_end"] != work.planned_end:
            told = _("The planned end of a work that is known is moved on its page, with the reason: cases wait for it.")
            reading.wrong(row, "planned_end", told, "planned_end")
            continue
        if work is None:
            reading.plan.creates += 1
        elif all(getattr(work, name) == facts[name] for name in FACTS):
            reading.plan.unchanged += 1
            continue
        else:
            reading.plan.updates += 1
        rows.append({
            "work": work, "facts": facts, "days": {"planned_start": values["planned_start"], "planned_end": values["planned_end"]},
            "contract": {
                "number": values["contract"], "contractor": values["contractor"], "amount": values["amount"], "signed_on": today,
            } if values["contract"] else None,
            "fund": {
                "source": values["fund_source"] or "—", "applied": values["applied"], "applied_on": today, "granted": values["granted"] or None,
                "state": "granted" if values["granted"] else "applied", "answered_on": today if values["granted"] else None,
            } if values["applied"] else None,
        })  # fmt: skip
    reading.plan.payload = rows
    reading.plan.sample = [{"项目名称": row["facts"]["name"], "责任单位": str(row["facts"]["unit"])} for row in rows[:20]]
    return reading.plan


def _place(reading: Reading, row: Row, finder: DivisionFinder) -> Division | None:
    """The village that is named, else the town, else the only town of the actor."""
    if row.values["village"]:
        return place_of(reading, row, finder)
    towns = [one for one in finder.rows if one.level == Division.Level.TOWN]
    found = finder.find(row.values["town"], None).division if row.values["town"] else towns[0] if len(towns) == 1 else None
    if found is None:
        reading.wrong(row, "village", _("Say in which village or town it lies."), "place")
    return found


def _sound(reading: Reading, row: Row, place: Division, sites: dict[str, Site]) -> bool:
    """Whether days, site, contract and money of a row fit together."""
    values = row.values
    if values["planned_end"] < values["planned_start"] or not 2000 <= values["planned_start"].year <= values["planned_end"].year <= 2099:
        reading.wrong(row, "planned_end", _("The last day lies before the first."), "days")
        return False
    site = sites.get(values["site"]) if values["site"] else None
    if values["site"] and (site is None or site.division is None or not site.division.path.startswith(place.path)):
        reading.wrong(row, "site", _("There is no site of that code in this place."), "site")
        return False
    if bool(values["contract"]) != bool(values["contractor"]) or bool(values["contract"]) != bool(values["amount"]):
        reading.wrong(row, "contract", _("A contract has a number, an organisation and a sum."), "contract")
        return False
    if values["granted"] and not values["applied"]:
        reading.wrong(row, "applied", _("What was granted was applied for: give the sum."), "applied")
        return False
    return True


def apply_works(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_works(actor, rows=plan.payload)}


register(Importer("works", gettext_lazy("Works"), VERB, WORKS, plan_works, apply_works, csv=True, order=76, page="duties:works"))
