"""Sheets in (posts of a ground, people of units) and out (a roster)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from chuangwen.duties.rosters import actions, hours, queries, words
from chuangwen.duties.rosters.actions.dividing import why_wrong
from chuangwen.duties.rosters.models import DutyPost, PoolPerson, Roster, RosterGround, RosterSegment
from chuangwen.duties.rosters.naming import Naming
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.importing import Importer, Parameter, Plan, register
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead, write_table
from chuangwen.people.models import Unit
from chuangwen.web import formatting

VERB, POOL = "duties.plan_roster", "duties.keep_pool"
KINDS = [("fixed", "固定岗"), ("fixed", "固定岗位"), ("mobile", "机动队"), ("mobile", "机动"), ("lead", "带班"), ("lead", "带班领导")]
POSTS = [
    Column("name", "岗位", required=True, aliases=("岗位名称", "执勤岗点", "名称"), max_length=60, example="站前路口"),
    Column(
        "shifts", "班次", required=True, aliases=("时段", "班次安排"), max_length=1000, example="早晚高峰 07:30-09:00,17:30-19:00 2人 工作日"
    ),
    Column("kind", "类别", kind="choice", choices=KINDS, aliases=("类型",), example="固定岗"),
    Column("segment", "段面", aliases=("路段", "区段"), max_length=60, example="第一段面"),
    Column("unit", "值守单位", aliases=("责任单位", "单位"), max_length=80),
    Column("qualification", "资格", aliases=("资格要求",), max_length=40, example="交通指挥"),
    Column("order", "序号", kind="int", aliases=("顺序",), least=0, most=9999, example=1),
]
PEOPLE = [
    Column("unit", "单位", required=True, aliases=("单位名称", "所属单位"), max_length=80, example="河东街道综合执法队"),
    Column("name", "姓名", required=True, aliases=("名称", "称呼"), max_length=40, example="示例一"),
    Column("qualifications", "资格", kind="list", aliases=("技能",), example="交通指挥、急救"),
    Column("leads", "带班", kind="choice", choices=[("1", "是"), ("", "否")], aliases=("带班领导",), example="否"),
    Column("most_per_week", "每周最多班次", kind="int", aliases=("每周上限",), least=0, most=7),
]


def _grounds(actor: Actor) -> list[tuple[str, str]]:
    rows = access.scoped(actor, VERB, RosterGround).order_by("name", "pk").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


GROUND = Parameter("ground", gettext_lazy("Ground"), "choice", required=True, choices=_grounds)


class _Reading:
    def __init__(self, sheet: SheetRead, columns: list[Column]):
        self.plan, self.sheet, self.columns = Plan(rows_read=len(sheet.rows)), sheet, columns
        self.seen: dict[Any, int] = {}

    def wrong(self, row: Row, key: str, message: str, code: str) -> None:
        title = next(str(column.title) for column in self.columns if column.key == key)
        value = row.values.get(key)
        self.plan.problems.append(
            Problem(row.number, self.sheet.letters.get(key, ""), title, "" if value is None else str(value), message, code)
        )

    def once(self, row: Row, what: Any, key: str) -> bool:
        if what in self.seen:
            self.wrong(row, key, _("This stands in row %(row)d already.") % {"row": self.seen[what]}, "twice")
            return False
        self.seen[what] = row.number
        return True

    def count(self, same: bool, known: Any) -> None:
        if known is None:
            self.plan.creates += 1
        elif same:
            self.plan.unchanged += 1
        else:
            self.plan.updates += 1


def _units(actor: Actor, verb: str) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for unit in access.scoped(actor, verb, Unit).select_related("division").order_by("-depth", "path"):
        for name in (unit.short_name, unit.name):
            if name:
                found[match_key(name)] = unit
    return found


def plan_posts(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    key = number_in(parameters.get("ground"))
    if key is None:
        raise Refusal(_("Name the ground that the sheet belongs to."), "duties.sheet_ground", field="ground")
    ground = access.fetch(actor, VERB, RosterGround, pk=key)
    reading, units = _Reading(sheet, POSTS), _units(actor, VERB)
    known = {post.name: post for post in ground.posts.select_related("segment", "unit").prefetch_related("shifts")}
    rows = []
    for row in sheet.rows:
        values = row.values
        if not row.sound or not reading.once(row, values["name"], "name"):
            continue
        try:
            read = hours.read(values["shifts"])
        except hours.WrongShift as wrong:
            reading.wrong(row, "shifts", why_wrong(wrong), f"shift_{wrong.why}")
            continue
        unit = units.get(match_key(values["unit"])) if values["unit"] else None
        if values["unit"] and unit is None:
            reading.wrong(row, "unit", _("There is no such unit in your area."), "unknown_unit")
            continue
        there = known.get(values["name"])
        facts = {
            "name": values["name"], "shifts": "\n".join(one.text for one in read), "kind": values["kind"] or DutyPost.Kind.FIXED.value,
            "segment": values["segment"] or "", "unit": unit, "qualification": values["qualification"] or "",
            "order": values["order"] or row.number,
        }  # fmt: skip
        if there is not None and values["order"] is None:
            facts["order"] = there.order
        reading.count(there is not None and _post_facts(there) == facts, there)
        rows.append(facts)
    reading.plan.payload = (ground.pk, rows)
    reading.plan.sample = [{"岗位": row["name"], "班次": row["shifts"]} for row in rows[:20]]
    return reading.plan


def _post_facts(post: DutyPost) -> dict[str, Any]:
    lines = [hours.Shift(one.name, tuple(one.spans), one.least, one.most, one.days).text for one in post.shifts.all() if one.active]
    return {
        "name": post.name, "shifts": "\n".join(lines), "kind": post.kind, "segment": post.segment.name if post.segment is not None else "",
        "unit": post.unit, "qualification": post.qualification, "order": post.order,
    }  # fmt: skip


def apply_posts(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    key, rows = plan.payload
    segments = {one.name: one for one in RosterSegment.objects.filter(ground=key)}
    known = dict(DutyPost.objects.filter(ground=key).values_list("name", "pk"))
    for row in rows:
        name = row["segment"]
        if name and name not in segments:
            segments[name] = actions.save_segment(actor, ground_id=key, name=name, order=len(segments) + 1)
        actions.save_duty_post(
            actor, ground_id=key, duty_post_id=known.get(row["name"]), **(row | {"segment": segments.get(name) if name else None})
        )
    return {"changed": len(rows)}


def plan_people(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    reading, units = _Reading(sheet, PEOPLE), _units(actor, POOL)
    known = {(person.unit_id, person.name): person for person in access.scoped(actor, POOL, PoolPerson)}
    rows = []
    for row in sheet.rows:
        values = row.values
        if not row.sound:
            continue
        unit = units.get(match_key(values["unit"]))
        if unit is None:
            reading.wrong(row, "unit", _("There is no such unit in your area."), "unknown_unit")
            continue
        if not reading.once(row, (unit.pk, values["name"]), "name"):
            continue
        there = known.get((unit.pk, values["name"]))
        facts = {
            "unit": unit, "name": values["name"], "qualifications": list(dict.fromkeys(values["qualifications"] or [])),
            "leads": values["leads"] == "1", "most_per_week": values["most_per_week"],
        }  # fmt: skip
        same = there is not None and there.active and all(
            getattr(there, name) == value for name, value in facts.items() if name != "unit"
        )
        reading.count(same, there)
        rows.append(facts | {"pool_id": there.pk if there is not None else None, "account": there.account if there is not None else None})
    reading.plan.payload = rows
    reading.plan.sample = [{"单位": str(row["unit"]), "姓名": row["name"]} for row in rows[:20]]
    return reading.plan


def apply_people(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    for row in plan.payload:
        actions.save_pool_person(actor, **row)
    return {"changed": len(plan.payload)}


register(
    Importer(
        "roster_posts", gettext_lazy("Posts of a ground"), VERB, POSTS, plan_posts, apply_posts, (GROUND,), csv=True, order=75,
        page="duties:roster-grounds",
    )
)  # fmt: skip
register(
    Importer(
        "roster_people", gettext_lazy("People for posts"), POOL, PEOPLE, plan_people, apply_people, (), csv=True, order=76,
        page="duties:roster-people",
    )
)  # fmt: skip


def roster_sheet(roster: Roster, names: Naming) -> bytes:
    """The roster: a row per shift of a post, a column per day, with the names that may be seen."""
    days = roster.days
    lines = queries.month(roster, days, queries.posts_of(roster), names)
    columns = [
        Column("segment", _("Segment"), width=14), Column("post", pgettext("duty post", "Post"), width=20),
        Column("shift", _("Shift"), width=10),
        Column("hours", pgettext("shift", "Hours"), width=22), Column("needed", _("Needed"), "int"),
        *(Column(f"d{number}", f"{day.month}.{day.day}", width=12) for number, day in enumerate(days)),
    ]  # fmt: skip
    rows = []
    for line in lines:
        shift = line.shift
        row: dict[str, Any] = {
            "segment": shift.post.segment.name if shift.post.segment is not None else "", "post": shift.post.name, "shift": shift.name,
            "hours": shift.hours, "needed": shift.least,
        }  # fmt: skip
        for number, cell in enumerate(line.cells):
            row[f"d{number}"] = words.standing(cell) + (f"（缺{cell.lacks}）" if cell.lacks else "")
        rows.append(row)
    notes = [f"{formatting.day(roster.starts_on)} – {formatting.day(roster.ends_on)} · {roster.get_state_display()}"]
    return write_table(columns, rows, title=str(roster.ground), notes=notes)
