"""Who is where as a sheet, in and out: what goes out can be filled in and brought in again. The telephone list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from chuangwen.duties.inspection_days import actions, matching
from chuangwen.duties.inspection_days.actions.base import PLACE
from chuangwen.duties.inspection_days.actions.placing import MOST_PEOPLE
from chuangwen.duties.inspection_days.models import DrawnPlace, Inspection, PlaceAssignment
from chuangwen.duties.inspection_days.phones import Line
from chuangwen.duties.inspection_days.queries import PlaceLine
from chuangwen.duties.inspection_days.states import OPEN
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key, to_simplified
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.importing import Importer, Parameter, Plan, register
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead, write_table
from chuangwen.people.models import Post, Unit
from chuangwen.people.queries import on_day

PARTS = [
    ("present", "在场"), ("present", "到场"), ("lead", "现场牵头"), ("lead", "牵头"), ("standby", "待命"), ("standby", "备勤"),
]  # fmt: skip
ASSIGNED = [
    Column("place", "抽中点位", required=True, aliases=("点位", "点位名称", "社区或点位"), max_length=120, example="新村社区"),
    Column("day", "日期", "date", aliases=("测评日期", "时间")),
    Column("unit", "单位", aliases=("到场单位", "责任单位", "单位名称"), max_length=80, example="河东街道综合执法队"),
    Column("post", "指定职务", aliases=("职务",), max_length=60),
    Column("part", "分工", "choice", choices=PARTS, aliases=("角色",), example="在场"),
    Column("people", "人数", "int", aliases=("到场人数", "人员数"), least=1, most=MOST_PEOPLE, example=6),
    Column("task", "任务", aliases=("工作任务", "职责"), max_length=200),
]


def _inspections(actor: Actor) -> list[tuple[str, str]]:
    rows = access.scoped(actor, PLACE, Inspection).filter(state__in=OPEN).order_by("-first", "-pk").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


INSPECTION = Parameter("inspection", gettext_lazy("Inspection"), "choice", required=True, choices=_inspections)


@dataclass
class _Reading:
    """What is known of an inspection while its sheet is read: places by name and day, units and posts by their names, who stands there."""

    actor: Actor
    inspection: Inspection
    sheet: SheetRead
    plan: Plan
    found: dict[str, matching.Found | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        drawn = list(self.inspection.places.select_related("site", "division"))
        self.places: dict[tuple[int, int | None, date], DrawnPlace] = {(row.division_id, row.site_id, row.day): row for row in drawn}
        self.named: dict[tuple[str, date], list[DrawnPlace]] = defaultdict(list)
        for row in drawn:
            self.named[match_key(str(row)), row.day].append(row)
        self.units: dict[str, list[Unit]] = defaultdict(list)
        for unit in access.scoped(self.actor, PLACE, Unit).filter(on_day(clock.today())).order_by("path"):
            for name in dict.fromkeys((match_key(unit.name), match_key(unit.short_name))):
                if name:
                    self.units[name].append(unit)
        self.posts: dict[tuple[int, str], list[Post]] = defaultdict(list)
        for post in Post.objects.filter(on_day(clock.today()), unit__in={unit.pk for same in self.units.values() for unit in same}):
            self.posts[post.unit_id, match_key(post.title or str(post.get_kind_display()))].append(post)
        rows = PlaceAssignment.objects.filter(place__inspection=self.inspection)
        self.stands = {(row.place_id, row.unit_id, row.post_id): row for row in rows}

    def wrong(self, row: Row, key: str, message: str, code: str) -> None:
        title = next(str(column.title) for column in ASSIGNED if column.key == key)
        told = str(row.values.get(key) or "")
        self.plan.problems.append(Problem(row.number, self.sheet.letters.get(key, ""), title, told, message, code))

    def place(self, row: Row, day: date) -> tuple[matching.Found, str] | None:
        """Which community or site a row means, and by which words it is entered; None where it is none."""
        text = row.values["place"]
        known = self.named.get((match_key(text), day), [])
        if len(known) == 1:
            return matching.Found(known[0].division, known[0].site), text
        if text not in self.found:
            try:
                self.found[text] = matching.find(self.inspection.division, to_simplified(text))
            except Refusal as refused:
                self.found[text] = None
                self.wrong(row, "place", str(refused), "unknown_place")
        found = self.found[text]
        return (found, text) if found is not None else None

    def one(self, row: Row, key: str, known: list[Any], none: str, several: str) -> Any:
        if len(known) != 1:
            self.wrong(row, key, several if known else none, f"several_{key}s" if known else f"unknown_{key}")
            return None
        return known[0]


def plan_assigned(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    key = number_in(parameters.get("inspection"))
    if key is None:
        raise Refusal(_("Name the inspection that the sheet belongs to."), "duties.sheet_inspection", field="inspection")
    inspection = access.fetch(actor, PLACE, Inspection.objects.select_related("division").filter(state__in=OPEN), pk=key)
    plan = Plan(rows_read=len(sheet.rows))
    reading, rows, seen = _Reading(actor, inspection, sheet, plan), [], {}
    usual = min(max(clock.today(), inspection.first), inspection.last)
    for row in sheet.rows:
        if not row.sound:
            continue
        facts = _row(reading, row, row.values["day"] or usual)
        if facts is None:
            continue
        found, unit, post = facts["found"], facts["unit"], facts["post"]
        same = (found.division.pk, found.site.pk if found.site else None, facts["day"], unit and unit.pk, post and post.pk)
        if same in seen:
            reading.wrong(row, "place", _("This stands in row %(row)d already.") % {"row": seen[same]}, "twice")
            continue
        seen[same] = row.number
        _count(reading, facts)
        rows.append(facts)
    plan.payload = (inspection.pk, rows)
    plan.sample = [
        {"抽中点位": one["text"], "单位": str(one["unit"] or ""), "人数": str(one["people"] or "")} for one in rows[:20]
    ]  # fmt: skip
    return plan


def _row(reading: _Reading, row: Row, day: date) -> dict[str, Any] | None:
    """What a row says; None where something is wrong in it."""
    values, inspection = row.values, reading.inspection
    if not inspection.first <= day <= inspection.last:
        reading.wrong(row, "day", _("This day is none of the inspection's."), "drawn_day")
        return None
    where = reading.place(row, day)
    if where is None:
        return None
    unit = post = None
    if values["unit"]:
        unit = reading.one(
            row, "unit", reading.units.get(match_key(values["unit"]), []), _("There is no such unit in your area."),
            _("is the name of several units: write the full one."),
        )  # fmt: skip
        if unit is None:
            return None
    if values["post"]:
        posts = reading.posts.get((unit.pk, match_key(values["post"])), []) if unit is not None else []
        post = reading.one(row, "post", posts, _("The unit has no post of this name."), _("The unit has several posts of this name."))
        if post is None:
            return None
    if unit is None and values["people"]:
        reading.wrong(row, "unit", _("Name the unit that sends these people."), "unit_missing")
        return None
    return {
        "found": where[0], "text": where[1], "day": day, "unit": unit, "post": post, "part": values["part"] or "present",
        "people": values["people"], "task": values["task"] or "",
    }  # fmt: skip


def _drawn(reading: _Reading, facts: dict[str, Any]) -> DrawnPlace | None:
    found = facts["found"]
    return reading.places.get((found.division.pk, found.site.pk if found.site else None, facts["day"]))


def _count(reading: _Reading, facts: dict[str, Any]) -> None:
    """Whether the row makes, changes or leaves something; what stays as it is is not written."""
    place, unit, post = _drawn(reading, facts), facts["unit"], facts["post"]
    facts["place"] = place
    there = reading.stands.get((place.pk, unit.pk, post.pk if post else None)) if place is not None and unit is not None else None
    facts["same"] = place is not None and (
        unit is None or (there is not None and all(getattr(there, name) == facts[name] for name in ("part", "people", "task")))
    )
    if facts["same"]:
        reading.plan.unchanged += 1
    elif there is not None:
        reading.plan.updates += 1
    else:
        reading.plan.creates += 1


def apply_assigned(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    key, rows = plan.payload
    made: dict[tuple[int, int | None, date], DrawnPlace] = {}
    for facts in rows:
        if facts["same"]:
            continue
        found, day = facts["found"], facts["day"]
        where = (found.division.pk, found.site.pk if found.site else None, day)
        place = facts["place"] or made.get(where)
        if place is None:
            code = found.site.code if found.site else found.division.code
            place = made[where] = actions.add_place(actor, inspection_id=key, text=code or facts["text"], day=day)
        if facts["unit"] is not None:
            given = {name: facts[name] for name in ("unit", "post", "part", "people", "task")}
            actions.assign(actor, drawn_id=place.pk, **given)
    return {"changed": sum(not facts["same"] for facts in rows)}


register(
    Importer(
        "inspection_assignments", gettext_lazy("Who stands at drawn places"), PLACE, ASSIGNED, plan_assigned, apply_assigned, (INSPECTION,),
        csv=True, order=77, page="duties:inspections",
        help=gettext_lazy("One row per unit at a place, with how many people. A place that is not drawn yet is entered with it."),
    )
)  # fmt: skip


def places_sheet(inspection: Inspection, lines: Sequence[PlaceLine]) -> bytes:
    """A row for each unit at each drawn place; a place at which nobody stands has one row."""
    columns = [
        Column("day", pgettext("inspection", "Day"), "date", width=14), Column("place", _("Drawn place"), width=28),
        Column("area", _("Community"), width=20), Column("state", _("State"), width=16), Column("unit", _("Unit"), width=26),
        Column("post", _("A post of it"), width=20), Column("part", _("As what"), width=14),
        Column("people", pgettext("inspection", "People"), "int", width=10),
        Column("task", pgettext("inspection", "What for"), width=30),
        Column("problems", _("Problems found"), "int", width=10), Column("late", pgettext("problems", "Late"), "int", width=10),
    ]  # fmt: skip
    rows = []
    for line in lines:
        facts = {
            "day": line.place.day, "place": str(line.place), "area": line.place.division.name, "state": line.place.get_state_display(),
            "problems": line.problems, "late": line.late,
        }  # fmt: skip
        rows += [
            facts | {
                "unit": row.unit.name, "part": row.get_part_display(), "people": row.people, "task": row.task,
                "post": (row.post.title or row.post.get_kind_display()) if row.post else "",
            }
            for row in line.assignments
        ] or [facts]  # fmt: skip
    people, places = sum(line.people for line in lines), sum(line.people > 0 for line in lines)
    note = _("%(people)d people at %(places)d of %(all)d drawn places") % {"people": people, "places": places, "all": len(lines)}
    return write_table(columns, rows, title=f"{inspection.name} · {note}")


def phones_sheet(inspection: Inspection, lines: Iterable[Line]) -> bytes:
    """The telephone list."""
    columns = [
        Column("unit", _("Unit"), width=28), Column("places", _("Drawn places"), width=30), Column("phone", _("Duty telephone"), width=18),
        Column("contact", _("Contact person"), width=14), Column("contact_post", _("Post"), width=18),
        Column("contact_phone", _("Telephone"), width=18),
    ]  # fmt: skip
    rows = [
        {name: getattr(line, name) for name in ("unit", "places", "phone", "contact", "contact_post", "contact_phone")} for line in lines
    ]
    return write_table(columns, rows, title=f"{inspection.name} {_('Telephone list')}")
