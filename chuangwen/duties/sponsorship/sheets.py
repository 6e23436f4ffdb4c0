"""Sheets in (sponsors, places, wishes of a plan) and out (the table of a plan)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from chuangwen.duties.sponsorship import queries, words
from chuangwen.duties.sponsorship.actions.bringing import bring_places, bring_sponsors, bring_wishes
from chuangwen.duties.sponsorship.models import PlanCharge, PlanSponsor, PlanWish, SponsorshipPlan
from chuangwen.duties.sponsorship.states import OPEN
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.importing import Importer, Parameter, Plan, register
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead, write_table
from chuangwen.web import formatting

VERB = "duties.plan_sponsorship"
LAT = Column("lat", "纬度", kind="decimal", aliases=("北纬",), least=-90, most=90, places=6, example="21.6638")
LON = Column("lon", "经度", kind="decimal", aliases=("东经",), least=-180, most=180, places=6, example="110.9254")
KINDS = [(0, "领导"), (0, "包保领导"), (1, "部门"), (1, "成员单位"), (2, "站所"), (2, "办公室"), (2, "专班")]
SPONSORS = [
    Column(
        "name", "名称", required=True, aliases=("包保单位", "包保领导", "单位名称", "单位", "姓名"), max_length=80, example="河东街道综合执法队"
    ),
    Column("kind", "类别", kind="choice", choices=KINDS, required=True, aliases=("类型",), example="站所"),
    Column("staff", "人数", kind="int", aliases=("在编人数", "编制"), least=0, most=1_000_000, example=28),
    Column("budget", "经费（万元）", kind="decimal", aliases=("经费", "预算"), least=0, most=1_000_000_000, places=2, example="320"),
    Column("last_result", "上年成绩", kind="decimal", aliases=("上年考核", "上年得分"), least=0, most=1000, places=2, example="92.5"),
    Column("strength", "力量（手工）", kind="decimal", aliases=("力量",), least=0, most=100_000, places=2),
    Column("capacity", "最多包保", kind="int", aliases=("最多点位", "包保上限"), least=1, most=999, example=2),
    Column("least", "最少包保", kind="int", aliases=("最少点位",), least=0, most=999, example=1),
    LAT,
    LON,
    Column("charges", "分管点位", kind="list", aliases=("挂点", "联系点位", "分管村社区")),
]
PLACES = [
    Column("name", "名称", required=True, aliases=("点位", "村（社区）", "社区", "村居", "包保点位"), max_length=80, example="新村社区"),
    Column("need", "任务量", kind="decimal", aliases=("户数", "人口", "网格数"), least=0.01, most=100_000_000, places=2, example=3200),
    Column("least", "最少包保单位", kind="int", aliases=("最少",), least=0, most=999, example=1),
    Column("most", "最多包保单位", kind="int", aliases=("最多",), least=1, most=999, example=3),
    LAT,
    LON,
]
WISHES = [
    Column("sponsor", "包保单位", required=True, aliases=("包保领导", "单位"), max_length=80, example="河东街道综合执法队"),
    Column("place", "点位", required=True, aliases=("村（社区）", "社区"), max_length=80, example="新村社区"),
    Column(
        "kind", "必须或不得结对", kind="choice", choices=[("fixed", "必须结对"), ("forbidden", "不得结对")], required=True, example="不得结对",
        aliases=("意见", "结对要求", "固定或回避"),
    ),
    Column(
        "reason", "原因", kind="choice", example="上一周期已包保",
        choices=[("agreed", "已商定"), ("relatives", "有亲属"), ("last_cycle", "上一周期已包保"), ("hand", "人工指定"), ("other", "其他")],
    ),
    Column("note", "备注", max_length=200),
]  # fmt: skip


def _plans(actor: Actor) -> list[tuple[str, str]]:
    rows = access.scoped(actor, VERB, SponsorshipPlan).filter(state__in=OPEN).order_by("-made_at", "-pk")[:100]
    return [(str(row.pk), str(row)) for row in rows]


PLAN = Parameter("plan", gettext_lazy("Sponsorship plan"), "choice", required=True, choices=_plans)


def _plan_of(actor: Actor, parameters: dict[str, Any]) -> SponsorshipPlan:
    key = number_in(parameters.get("plan"))
    if key is None:
        raise Refusal(_("Name the plan that the sheet belongs to."), "duties.sheet_plan", field="plan")
    return access.fetch(actor, VERB, SponsorshipPlan, pk=key, state__in=OPEN)


class _Reading:
    """What the three sheets have in common: problems by row, doubles, what is known."""

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

    def compare(self, facts: dict[str, Any], known: Any) -> None:
        if known is None:
            self.plan.creates += 1
        elif any(getattr(known, name) != value for name, value in facts.items()):
            self.plan.updates += 1
        else:
            self.plan.unchanged += 1


def _by_key(rows: Any) -> dict[str, str]:
    """Names as they stand, by what is the same of them however they are written."""
    return {match_key(name): name for name in rows.values_list("name", flat=True)}


def _point(reading: _Reading, row: Row) -> dict[str, float | None] | None:
    lat, lon = row.values["lat"], row.values["lon"]
    if (lat is None) != (lon is None):
        reading.wrong(row, "lon" if lon is None else "lat", _("Give both coordinates or none."), "half_a_point")
        return None
    return {"lat": None if lat is None else float(lat), "lon": None if lon is None else float(lon)}


def plan_sponsors(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    plan = _plan_of(actor, parameters)
    reading = _Reading(sheet, SPONSORS)
    known = {row.name: row for row in plan.sponsors.all()}
    places = _by_key(plan.places)
    charged: dict[str, set[str]] = {}
    for name, place in PlanCharge.objects.filter(plan=plan).values_list("sponsor__name", "place__name"):
        charged.setdefault(name, set()).add(place)
    rows, charges = [], {}
    for row in sheet.rows:
        values = row.values
        point = _point(reading, row)
        if not row.sound or point is None or not reading.once(row, values["name"], "name"):
            continue
        strangers = [name for name in values["charges"] or () if match_key(name) not in places]
        in_charge = [places[match_key(name)] for name in values["charges"] or () if match_key(name) in places]
        if strangers:
            reading.wrong(row, "charges", _("No such place in the plan: %(names)s.") % {"names": "、".join(strangers[:5])}, "unknown_place")
            continue
        there = known.get(values["name"])
        facts = _sponsor_facts(values, there) | point
        if facts["least"] > facts["capacity"]:
            reading.wrong(row, "least", _("It has to take more places than it can."), "least")
            continue
        if values["charges"] and facts["kind"] == PlanSponsor.Kind.LEADER:
            charges[values["name"]] = in_charge
        compared = facts if facts["strength_by_hand"] else {name: value for name, value in facts.items() if name != "strength"}
        if there is not None and values["charges"] and set(in_charge) != charged.get(values["name"], set()):
            reading.plan.updates += 1
        else:
            reading.compare(compared, there)
        rows.append(facts)
    reading.plan.payload = (plan.pk, rows, charges)
    reading.plan.sample = [{"name": row["name"], "类别": str(PlanSponsor.Kind(row["kind"]).label)} for row in rows[:20]]
    return reading.plan


def _sponsor_facts(values: dict[str, Any], known: PlanSponsor | None) -> dict[str, Any]:
    """The columns of a row; of a leader without strength."""
    leader = values["kind"] == PlanSponsor.Kind.LEADER
    by_hand = not leader and values["strength"] is not None
    return {
        "name": values["name"], "kind": values["kind"], "staff": None if leader else values["staff"],
        "budget": None if leader else values["budget"], "last_result": None if leader else values["last_result"],
        "strength": values["strength"] if by_hand else 0 if leader or known is None else known.strength, "strength_by_hand": by_hand,
        "capacity": values["capacity"] or 1, "least": 1 if values["least"] is None else values["least"],
    }  # fmt: skip


def apply_sponsors(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    key, rows, charges = plan.payload
    return {"changed": bring_sponsors(actor, plan_id=key, rows=rows, charges=charges)}


def plan_places(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    plan = _plan_of(actor, parameters)
    reading = _Reading(sheet, PLACES)
    known = {row.name: row for row in plan.places.all()}
    rows = []
    for row in sheet.rows:
        values = row.values
        point = _point(reading, row)
        if not row.sound or point is None or not reading.once(row, values["name"], "name"):
            continue
        facts = {
            "name": values["name"], "need": values["need"] or 1, "least": 1 if values["least"] is None else values["least"],
            "most": values["most"] or 3,
        } | point  # fmt: skip
        if facts["least"] > facts["most"]:
            reading.wrong(row, "least", _("At least must not be more than at most."), "least")
            continue
        reading.compare(facts, known.get(values["name"]))
        rows.append(facts)
    reading.plan.payload = (plan.pk, rows)
    reading.plan.sample = [{"name": row["name"], "任务量": str(row["need"])} for row in rows[:20]]
    return reading.plan


def apply_places(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    key, rows = plan.payload
    return {"changed": bring_places(actor, plan_id=key, rows=rows)}


def plan_wishes(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    plan = _plan_of(actor, parameters)
    reading = _Reading(sheet, WISHES)
    sponsors, places = _by_key(plan.sponsors), _by_key(plan.places)
    known = {(wish.sponsor.name, wish.place.name): wish for wish in plan.wishes.select_related("sponsor", "place")}
    rows = []
    for row in sheet.rows:
        values = row.values
        if not row.sound:
            continue
        sponsor, place = sponsors.get(match_key(values["sponsor"])), places.get(match_key(values["place"]))
        if sponsor is None:
            reading.wrong(row, "sponsor", _("No such sponsor in the plan."), "unknown_sponsor")
            continue
        if place is None:
            reading.wrong(row, "place", _("No such place in the plan."), "unknown_place")
            continue
        if not reading.once(row, (sponsor, place), "place"):
            continue
        facts = {"kind": values["kind"], "reason": values["reason"] or PlanWish.Reason.OTHER, "note": values["note"] or ""}
        reading.compare(facts, known.get((sponsor, place)))
        rows.append(facts | {"sponsor": sponsor, "place": place})
    reading.plan.payload = (plan.pk, rows)
    reading.plan.sample = [{"包保单位": row["sponsor"], "点位": row["place"]} for row in rows[:20]]
    return reading.plan


def apply_wishes(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    key, rows = plan.payload
    return {"changed": bring_wishes(actor, plan_id=key, rows=rows)}


for importer in (
    Importer(
        "sponsorship_places", gettext_lazy("Places of a sponsorship plan"), VERB, PLACES, plan_places, apply_places, (PLAN,), csv=True, order=72,
        page="duties:sponsorships",
    ),
    Importer(
        "sponsorship_sponsors", gettext_lazy("Sponsors of a sponsorship plan"), VERB, SPONSORS, plan_sponsors, apply_sponsors, (PLAN,), csv=True,
        order=73, page="duties:sponsorships",
    ),
    Importer(
        "sponsorship_wishes", gettext_lazy("Wishes of a sponsorship plan"), VERB, WISHES, plan_wishes, apply_wishes, (PLAN,), csv=True, order=74,
        page="duties:sponsorships",
    ),
):  # fmt: skip
    register(importer)


def table_sheet(plan: SponsorshipPlan) -> bytes:
    """The table of a plan as it is signed: a row per place, its sponsors by kind."""
    lines, _question = queries.table(plan)
    columns = [
        Column("place", pgettext("sponsorship", "Place"), width=24), Column("need", _("Need"), "decimal", places=2),
        Column("leaders", _("Leaders"), width=30), Column("departments", pgettext("sponsor", "Departments"), width=40),
        Column("offices", _("Offices and working groups"), width=40), Column("share", _("Strength of its due"), "percent"),
        Column("state", _("Remark"), width=16),
    ]  # fmt: skip
    rows = [
        {
            "place": line.place.name, "need": line.place.need, "leaders": _named(line.leaders), "departments": _named(line.departments),
            "offices": _named(line.offices), "share": None if line.share is None else round(line.share, 4),
            "state": _("weak") if line.weak else "",
        }
        for line in lines
    ]  # fmt: skip
    notes = [
        f"{plan} · {plan.division.name} · {plan.get_state_display()}", f"{formatting.day(plan.starts_on)} – {formatting.day(plan.ends_on)}",
        words.quality(plan),
    ]  # fmt: skip
    return write_table(columns, rows, title=plan.name, notes=[note for note in notes if note])


def _named(lines: list[queries.PairLine]) -> str:
    return "、".join(line.pair.sponsor.name for line in lines)


