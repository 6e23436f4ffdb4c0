"""Sheets of teams and volunteers, in the terms of MZ/T 061-2015 (志愿服务信息系统基本规范): in with a preview; lists export themselves. A known
team is found by place and name, a known volunteer by name and telephone number: the same sheet again changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.partnership.sheets import Reading
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key, to_simplified
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, Row, SheetRead
from chuangwen.places.finding import DivisionFinder
from chuangwen.places.models import Division
from chuangwen.volunteers.corps import rules
from chuangwen.volunteers.corps.access import ENROL, MANAGE_TEAMS
from chuangwen.volunteers.corps.actions import bring_teams, bring_volunteers
from chuangwen.volunteers.corps.actions.registering import minor
from chuangwen.volunteers.corps.models import Membership, Skill, Team, Volunteer

KINDS = [("corps", "总队"), ("brigade", "支队"), ("brigade", "大队"), ("team", "服务队"), ("team", "队伍"), ("special", "专业队伍"),
         ("special", "专业队")]  # fmt: skip
DAYS, PARTS = "一二三四五六日", ("上午", "下午", "晚上")
TEAMS = [
    Column("name", "组织名称", required=True, aliases=("队伍名称", "志愿服务组织", "名称"), max_length=80, example="新村社区邻里互助队"),
    Column("kind", "组织类别", kind="choice", choices=KINDS, aliases=("类别", "队伍类别"), example="服务队"),
    Column("parent", "上级组织", aliases=("所属组织", "上级队伍"), max_length=80),
    Column("division", "服务区域", required=True, aliases=("社区", "村（社区）", "所在社区", "区域"), max_length=80, example="第1社区"),
    Column("unit", "主管单位", required=True, aliases=("联络单位", "责任单位", "单位"), max_length=80, example="城管局"),
    Column("phone", "联系电话", kind="phone", aliases=("电话",)),
    Column("started_on", "成立日期", kind="date", aliases=("成立时间",), example="2026-03-05"),
    Column("skills", "服务类别", kind="list", aliases=("服务领域", "服务技能"), example="环境清洁、理发"),
    Column("reach", "服务半径（米）", kind="int", least=0, most=200_000, aliases=("服务半径",)),
    Column("weekly", "每周接单数", kind="int", least=0, most=1000),
    Column("about", "组织简介", aliases=("简介",), max_length=500),
]
VOLUNTEERS = [
    Column("name", "姓名", required=True, aliases=("志愿者姓名",), max_length=40, example="李示例"),
    Column("phone", "联系电话", kind="phone", required=True, aliases=("电话", "手机号", "手机号码"), example="19900000001"),
    Column("division", "服务区域", required=True, aliases=("社区", "村（社区）", "居住区域", "所在社区"), max_length=80, example="第1社区"),
    Column("skills", "服务类别", kind="list", aliases=("专业技能", "服务技能", "技能特长"), example="环境清洁、理发"),
    Column("free", "服务时间", kind="list", aliases=("空闲时间",), example="周六上午、周日", help="如：周六上午、周日"),
    Column("team", "所属组织", aliases=("队伍", "志愿服务组织"), max_length=80),
    Column("registered_on", "注册日期", kind="date", aliases=("注册时间",), example="2026-03-05"),
    Column("born_on", "出生日期（仅未满18周岁）", kind="date", aliases=("出生日期",)),
    Column("guardian_name", "监护人姓名", aliases=("监护人",), max_length=40),
    Column("guardian_phone", "监护人电话", kind="phone"),
]


def times(words: list[str]) -> int:
    """The week from words: 周六上午、周日 (a day without a part is the whole day). Raises ValueError.

    >>> times(["周六上午", "周日"]) == 1 << 15 | 0b111 << 18
    True
    """
    found = 0
    for word in words:
        text = to_simplified(word.strip()).replace("星期", "周").replace("天", "日")
        if len(text) < 2 or text[0] != "周" or text[1] not in DAYS:
            raise ValueError(word)
        day, part = DAYS.index(text[1]), text[2:]
        if part and part not in PARTS:
            raise ValueError(word)
        found |= rules.bits([day * 3 + PARTS.index(part)] if part else [day * 3, day * 3 + 1, day * 3 + 2])
    return found


class _Sheet:
    """What both sheets look up: places, skills."""

    def __init__(self, actor: Actor, sheet: SheetRead, columns: list[Column], verb: str):
        self.reading, self.finder, self.verb, self.actor = Reading(sheet, columns), DivisionFinder(actor, verb), verb, actor
        self.skills = {match_key(name): pk for name, pk in Skill.objects.filter(active=True).values_list("name", "pk")}

    def place(self, row: Row) -> Division | None:
        found = self.finder.find(None, row.values["division"]).division
        if found is None or found.level < Division.Level.TOWN:
            self.reading.wrong(row, "division", _("There is no such place in your area, or several are called so: give the code."), "place")
            return None
        return found

    def known_skills(self, row: Row) -> list[int] | None:
        missing = [word for word in row.values["skills"] if match_key(word) not in self.skills]
        if missing:
            self.reading.wrong(row, "skills", _("Not on the list of skills: %(names)s") % {"names": "、".join(missing)}, "skill")
            return None
        return sorted({self.skills[match_key(word)] for word in row.values["skills"]})


def plan_teams(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    here = _Sheet(actor, sheet, TEAMS, MANAGE_TEAMS)
    reading = here.reading
    known: dict[tuple[int, str], Team] = {}
    above: dict[str, Team] = {}
    for team in Team.objects.exclude(state="closed").select_related("unit", "division").prefetch_related("skills").order_by("-path"):
        known[team.division_id, team.name] = team
        if team.kind in ("corps", "brigade"):
            above[team.name] = team
    mine = set(access.scoped(actor, MANAGE_TEAMS, Team).values_list("pk", flat=True))
    rows: list[dict[str, Any]] = []
    fresh: dict[str, str] = {}
    for row in sheet.rows:
        if not row.sound:
            continue
        unit, place, skills = reading.unit(row, "unit"), here.place(row), here.known_skills(row)
        if unit is None or place is None or skills is None:
            continue
        values = row.values
        if not reading.once(row, (place.pk, values["name"]), "name"):
            continue
        team = known.get((place.pk, values["name"]))
        if team is not None and team.pk not in mine:
            reading.wrong(row, "name", _("This team is another unit's."), "foreign")
            continue
        kind = team.kind if team else values["kind"] or Team.Kind.TEAM
        parent: int | str | None = None
        if values["parent"] and team is None:
            named = above.get(values["parent"])
            parent_kind = named.kind if named else fresh.get(values["parent"])
            if parent_kind is None or not rules.may_stand_under(kind, parent_kind):
                reading.wrong(row, "parent", _("There is no such corps or brigade, or it stands below in the sheet."), "parent")
                continue
            parent = named.pk if named else values["parent"]
        if values["started_on"] and values["started_on"] > clock.today():
            reading.wrong(row, "started_on", _("The day lies in the future."), "days")
            continue
        facts = {
            "name": values["name"], "kind": kind, "division": place, "unit": unit, "started_on": values["started_on"],
            "phone": values["phone"] or (team.phone if team else ""), "about": values["about"] or (team.about if team else ""),
            "reach": values["reach"] if values["reach"] is not None else team.reach if team else 1200,
            "weekly": values["weekly"] if values["weekly"] is not None else team.weekly if team else 0,
        }  # fmt: skip
        if team is None:
            reading.plan.creates += 1
            fresh[values["name"]] = kind
        else:
            skills = skills or sorted(skill.pk for skill in team.skills.all())
            same = all(getattr(team, name) == facts[name] for name in ("phone", "about", "reach", "weekly"))
            if same and skills == sorted(skill.pk for skill in team.skills.all()):
                reading.plan.unchanged += 1
                continue
            reading.plan.updates += 1
        rows.append({"team": team, "facts": facts, "parent": parent, "skills": skills})
    reading.plan.payload = rows
    reading.plan.sample = [{"组织名称": row["facts"]["name"], "主管单位": str(row["facts"]["unit"])} for row in rows[:20]]
    return reading.plan


def plan_volunteers(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    here = _Sheet(actor, sheet, VOLUNTEERS, ENROL)
    reading, today = here.reading, clock.today()
    phones = {row.values["phone"] for row in sheet.rows if row.values["phone"]}
    rows_known = Volunteer.objects.filter(person__phone__in=phones).exclude(state="left").select_related("person")
    known = {(one.person.name, one.person.phone): one for one in rows_known}
    inside = set(Membership.objects.filter(volunteer__in=[one.pk for one in known.values()], state__in=Membership.OPEN)
                 .values_list("volunteer", "team"))  # fmt: skip
    teams: dict[str, list[int]] = {}
    for key, name in access.scoped(actor, ENROL, Team).exclude(state="closed").values_list("pk", "name"):
        teams.setdefault(match_key(name), []).append(key)
    rows: list[dict[str, Any]] = []
    for row in sheet.rows:
        if not row.sound:
            continue
        place, skills = here.place(row), here.known_skills(row)
        if place is None or skills is None:
            continue
        values = row.values
        if not reading.once(row, (values["name"], values["phone"]), "phone"):
            continue
        one, team = known.get((values["name"], values["phone"])), None
        if values["team"]:
            found = teams.get(match_key(values["team"]), [])
            if len(found) != 1:
                told = _("Several teams are called so.") if found else _("There is no such team in your area.")
                reading.wrong(row, "team", told, "team")
                continue
            team = found[0]
        if one is not None and (team is None or (one.pk, team) in inside or one.state != Volunteer.State.ACTIVE):
            reading.plan.unchanged += 1
            continue
        facts = _person(reading, row, today)
        if facts is None:
            continue
        if one is None:
            reading.plan.creates += 1
        else:
            reading.plan.updates += 1
        named = {"name": values["name"], "phone": values["phone"]}
        rows.append(facts | named | {"division": place, "skills": skills, "team": team, "volunteer": one})
    reading.plan.payload = rows
    reading.plan.sample = [{"姓名": row["name"], "服务区域": row["division"].name} for row in rows[:20]]
    return reading.plan


def _person(reading: Reading, row: Row, today: date) -> dict[str, Any] | None:
    """Times, day of registration and what is kept of a minor; None with the problem written down."""
    values = row.values
    try:
        free = times(values["free"])
    except ValueError as problem:
        reading.wrong(row, "free", _("Write times such as 周六上午: not understood is %(word)s") % {"word": problem}, "free")
        return None
    if values["registered_on"] and not date(1980, 1, 1) <= values["registered_on"] <= today:
        reading.wrong(row, "registered_on", _("The day lies in the future or too far back."), "days")
        return None
    if values["born_on"] and values["born_on"] > today:
        reading.wrong(row, "born_on", _("The day lies in the future."), "days")
        return None
    guardian, number = values["guardian_name"] or "", values["guardian_phone"] or ""
    try:
        kept = minor(values["born_on"], guardian, number, bool(guardian and number))
    except Refusal as refusal:
        reading.wrong(row, "born_on", str(refusal), "minor")
        return None
    return {"free": free, "registered_on": values["registered_on"], "minor": kept}


def apply_teams(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_teams(actor, rows=plan.payload)}


def apply_volunteers(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_volunteers(actor, rows=plan.payload)}


register(Importer("volunteer-teams", gettext_lazy("Teams of volunteers"), MANAGE_TEAMS, TEAMS, plan_teams, apply_teams, csv=True, order=90,
                  page="volunteers:teams"))  # fmt: skip
register(Importer("volunteers", gettext_lazy("Volunteers"), ENROL, VOLUNTEERS, plan_volunteers, apply_volunteers, csv=True, order=91,
                  help=gettext_lazy("Only people who agreed to the privacy notice; under 14 the guardian stands for the consent on paper."),
                  page="volunteers:volunteers"))  # fmt: skip
