"""Sheets of partnerships: pairs in; the summary of a pair out (lists export themselves)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.partnership import states
from chuangwen.duties.partnership.actions import bring_pairs
from chuangwen.duties.partnership.models import Partnership
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead
from chuangwen.people.models import Unit
from chuangwen.places.finding import DivisionFinder
from chuangwen.places.models import Division

VERB = "duties.pair_units"
PAIRS = [
    Column("unit", "共建单位", required=True, aliases=("结对单位", "责任单位", "单位", "单位名称"), max_length=80, example="城管局"),
    Column("town", "街道", aliases=("乡镇", "镇街", "街道（乡镇）"), max_length=80),
    Column("village", "村（社区）", required=True, aliases=("社区", "村居", "共建村", "共建社区", "村"), max_length=80, example="第1社区"),
    Column("paired_on", "结对日期", kind="date", aliases=("结对时间", "日期"), example="2026-11-02"),
    Column("contact_due", "首次对接期限", kind="date", aliases=("对接期限",)),
    Column("aim", "打造亮点", aliases=("特色亮点", "亮点", "共建亮点"), max_length=200, example="美丽庭院示范巷"),
]


def units_by_name() -> dict[str, list[Unit]]:
    """The units of today by what is the same of their names however they are written. One query."""
    found: dict[str, list[Unit]] = {}
    rows = Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today())).select_related("division")
    for unit in rows.order_by("pk"):
        for key in {match_key(unit.name), match_key(unit.short_name)} - {""}:
            found.setdefault(key, []).append(unit)
    return found


class Reading:
    """What sheets of this room have in common: problems by row, doubles."""

    def __init__(self, sheet: SheetRead, columns: list[Column]):
        self.plan, self.sheet, self.columns = Plan(rows_read=len(sheet.rows)), sheet, columns
        self.seen: dict[Any, int] = {}
        self.units = units_by_name()

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

    def unit(self, row: Row, key: str) -> Unit | None:
        """The unit that a cell names; None with the problem written down."""
        found = self.units.get(match_key(row.values[key]), [])
        if len(found) == 1:
            return found[0]
        told = _("Several units are called so: give the whole name.") if found else _("There is no such unit.")
        self.wrong(row, key, told, "unit")
        return None


def place_of(reading: Reading, row: Row, finder: DivisionFinder) -> Division | None:
    found = finder.find(row.values.get("town"), row.values["village"]).division
    if found is None:
        told = _("There is no such division in your area, or several bear the name: give the code.")
        reading.wrong(row, "village", told, "place")
    return found


def plan_pairs(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    reading, finder, today = Reading(sheet, PAIRS), DivisionFinder(actor, VERB), clock.today()
    known = {
        (row.unit_id, row.division_id): row for row in Partnership.objects.filter(state__in=states.OPEN).only(
            "unit_id", "division_id", "aim", "contact_due")
    }  # fmt: skip
    rows = []
    for row in sheet.rows:
        values = row.values
        if not row.sound:
            continue
        unit, place = reading.unit(row, "unit"), place_of(reading, row, finder)
        if unit is None or place is None:
            continue
        if place.level != Division.Level.VILLAGE:
            reading.wrong(row, "village", _("A unit is paired with a village or community."), "place_level")
            continue
        paired_on = values["paired_on"] or today
        if not paired_on.year >= 2000 or paired_on > today:
            reading.wrong(row, "paired_on", _("The day lies in the future or too far back."), "day")
            continue
        if values["contact_due"] is not None and not paired_on <= values["contact_due"]:
            reading.wrong(row, "contact_due", _("The first contact is due on or after the day of pairing."), "contact_due")
            continue
        if not reading.once(row, (unit.pk, place.pk), "unit"):
            continue
        there = known.get((unit.pk, place.pk))
        if there is None:
            reading.plan.creates += 1
        elif (values["aim"] or there.aim) == there.aim and (values["contact_due"] or there.contact_due) == there.contact_due:
            reading.plan.unchanged += 1
            continue
        else:
            reading.plan.updates += 1
        rows.append({
            "unit": unit, "division": place, "paired_on": paired_on, "contact_due": values["contact_due"], "aim": values["aim"] or "",
        })  # fmt: skip
    reading.plan.payload = rows
    reading.plan.sample = [{"共建单位": str(row["unit"]), "村（社区）": str(row["division"])} for row in rows[:20]]
    return reading.plan


def apply_pairs(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_pairs(actor, rows=plan.payload)}


register(
    Importer(
        "partnerships", gettext_lazy("Partnerships"), VERB, PAIRS, plan_pairs, apply_pairs, csv=True, order=75, page="duties:partnerships"
    )
)
