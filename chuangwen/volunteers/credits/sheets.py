"""Sheets of credits: rewards with their stock, and recorded conduct, in (lists export themselves)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.evidence.models import Photo
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key, to_simplified
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead
from chuangwen.volunteers.credits import actions, queries
from chuangwen.volunteers.credits.actions.earning import OLDEST
from chuangwen.volunteers.credits.models import (
    CreditAccount,
    CreditProgramme,
    CreditRecord,
    CreditRecordPhoto,
    CreditReward,
    CreditRule,
)

RUN, RECORD = "volunteers.run_credits", "volunteers.record_conduct"
KINDS = {str(name): value for value, name in (("ride", "公交"), ("sight", "景点"), ("film", "电影"), ("goods", "实物"), ("service", "服务"))}
REWARDS = [
    Column("programme", "积分计划", aliases=("计划",), max_length=60),
    Column("name", "兑换项目", required=True, aliases=("名称", "项目"), max_length=60, example="公交乘车一次"),
    Column("kind", "类别", required=True, aliases=("类型",), max_length=10, example="公交"),
    Column("cost", "所需积分", kind="int", required=True, aliases=("积分", "分值"), example=5),
    Column("stock", "库存", kind="int", aliases=("数量", "库存数量"), example=200),
    Column("most_a_month", "每月限兑", kind="int", aliases=("每户每月限兑",)),
    Column("about", "说明", aliases=("备注",), max_length=300),
]
CONDUCT = [
    Column("holder", "积分户号", required=True, aliases=("户号", "编号"), max_length=24, example="H1-00001"),
    Column("rule", "事由", required=True, aliases=("积分规则", "规则"), max_length=60, example="垃圾分类"),
    Column("day", "日期", kind="date", required=True, aliases=("时间",), example="2026-11-02"),
    Column("photos", "照片编号", required=True, aliases=("照片",), max_length=100, example="1024、1025"),
    Column("words", "情况说明", aliases=("说明", "备注"), max_length=200),
]


class Reading:
    """Problems by row, and what stands twice."""

    def __init__(self, sheet: SheetRead, columns: list[Column]):
        self.plan, self.sheet, self.columns = Plan(rows_read=len(sheet.rows)), sheet, columns
        self.seen: dict[Any, int] = {}

    def wrong(self, row: Row, key: str, message: str, code: str) -> None:
        title = next(str(column.title) for column in self.columns if column.key == key)
        value = row.values.get(key)
        shown = "" if value is None else str(value)
        self.plan.problems.append(Problem(row.number, self.sheet.letters.get(key, ""), title, shown, message, code))

    def once(self, row: Row, what: Any, key: str) -> bool:
        if what in self.seen:
            self.wrong(row, key, _("This stands in row %(row)d already.") % {"row": self.seen[what]}, "twice")
            return False
        self.seen[what] = row.number
        return True


def plan_rewards(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    reading = Reading(sheet, REWARDS)
    rows = list(queries.programmes(actor, RUN).exclude(state=CreditProgramme.State.CLOSED))
    by_name = {match_key(row.name): row for row in rows}
    known = {(row.programme_id, row.name): row for row in CreditReward.objects.filter(programme__in=[row.pk for row in rows])}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in sheet.rows:
        values = row.values
        if not row.sound:
            continue
        programme = by_name.get(match_key(values["programme"])) if values["programme"] else rows[0] if len(rows) == 1 else None
        if programme is None:
            reading.wrong(row, "programme", _("Name the programme: there are several, or none of this name."), "programme")
            continue
        kind = KINDS.get(to_simplified(values["kind"]))
        if kind is None:
            reading.wrong(row, "kind", _("Write one of these: %(kinds)s.") % {"kinds": "、".join(KINDS)}, "kind")
            continue
        bounds = ((values["cost"], 1, 1_000_000), (values["stock"] or 0, 0, 1_000_000), (values["most_a_month"] or 0, 0, 1000))
        if not all(least <= value <= most for value, least, most in bounds):
            reading.wrong(row, "cost", _("Credits from 1, stock and bound from 0."), "number")
            continue
        if not reading.once(row, (programme.pk, values["name"]), "name"):
            continue
        there = known.get((programme.pk, values["name"]))
        fact = {
            "name": values["name"], "kind": kind, "cost": values["cost"], "stock": values["stock"],
            "about": values["about"] or (there.about if there else ""),
            "most_a_month": values["most_a_month"] if values["most_a_month"] is not None else (there.most_a_month if there else 0),
        }  # fmt: skip
        if there is None:
            reading.plan.creates += 1
        elif all(getattr(there, name) == value for name, value in fact.items() if not (name == "stock" and value is None)):
            reading.plan.unchanged += 1
            continue
        else:
            reading.plan.updates += 1
        found.setdefault(programme.pk, []).append(fact)
    reading.plan.payload = found
    reading.plan.sample = [{"兑换项目": fact["name"], "所需积分": fact["cost"]} for facts in found.values() for fact in facts][:20]
    return reading.plan


def apply_rewards(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": sum(actions.bring_rewards(actor, programme_id=key, rows=rows) for key, rows in plan.payload.items())}


def plan_conduct(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    reading, today = Reading(sheet, CONDUCT), clock.today()
    numbers = {row.values["holder"] for row in sheet.rows if row.sound}
    holders = {row.number: row for row in queries.holders(actor, RECORD).filter(number__in=numbers, state=CreditAccount.State.ACTIVE)}
    in_force = CreditRule.objects.filter(active=True, source__in=CreditRule.RECORDED)
    of_theirs = in_force.filter(programme__in={row.programme_id for row in holders.values()})
    rules = {(row.programme_id, match_key(row.name)): row for row in of_theirs}
    there = set(
        CreditRecord.objects.filter(account__in=[row.pk for row in holders.values()], state__in=("recorded", "confirmed"))
        .values_list("rule", "account", "day")
    )  # fmt: skip
    named = {key for row in sheet.rows if row.sound for key in _keys(row.values["photos"])}
    mine = Photo.objects.filter(pk__in=named) if actor.is_system else Photo.objects.filter(pk__in=named, uploaded_by=actor.account_id)
    files = dict(mine.values_list("pk", "file_key"))
    used = set(CreditRecordPhoto.objects.filter(file_key__in=files.values(), counts=True).values_list("file_key", flat=True))
    rows = []
    for row in sheet.rows:
        values = row.values
        if not row.sound:
            continue
        account = holders.get(values["holder"])
        rule = rules.get((account.programme_id, match_key(values["rule"]))) if account else None
        keys = _keys(values["photos"])
        if account is None:
            reading.wrong(row, "holder", _("Nobody takes part under this number in your area."), "holder")
        elif rule is None or (rule.source == CreditRule.Source.DUTIES and account.kind != CreditAccount.Kind.SHOP):
            reading.wrong(row, "rule", _("There is no such rule for this holder."), "rule")
        elif not max(account.joined_on, today - OLDEST) <= values["day"] <= today:
            reading.wrong(row, "day", _("The day lies in the future, before they took part, or more than 90 days back."), "day")
        elif (rule.pk, account.pk, values["day"]) in there:
            reading.plan.unchanged += 1
        elif not keys or any(key not in files for key in keys):
            reading.wrong(row, "photos", _("One of the photos is not there, or somebody else brought it."), "photos")
        elif any(files[key] in used for key in keys):
            reading.wrong(row, "photos", _("One of these pictures is the evidence of another record already."), "photos")
        elif reading.once(row, (rule.pk, account.pk, values["day"]), "holder"):
            used |= {files[key] for key in keys}
            reading.plan.creates += 1
            rows.append({
                "credit_rule_id": rule.pk, "credit_account_id": account.pk, "day": values["day"], "words": values["words"] or "", "photos": keys,
            })  # fmt: skip
    reading.plan.payload = rows
    return reading.plan


def _keys(text: str | None) -> list[int]:
    """The numbers of photos in a cell, each once."""
    words = (text or "").replace("、", " ").replace(",", " ").replace("，", " ").split()
    return list(dict.fromkeys(key for key in map(number_in, words) if key is not None))


def apply_conduct(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    for given in plan.payload:
        actions.record_conduct(actor, **given)
    return {"recorded": len(plan.payload)}


register(
    Importer(
        "credit-rewards", gettext_lazy("Rewards"), RUN, REWARDS, plan_rewards, apply_rewards, csv=True, order=90,
        page="volunteers:credit-rewards",
    )  # fmt: skip
)
register(
    Importer(
        "credit-conduct", gettext_lazy("Conduct"), RECORD, CONDUCT, plan_conduct, apply_conduct, csv=True, order=91,
        page="volunteers:credit-records",
    )  # fmt: skip
)
