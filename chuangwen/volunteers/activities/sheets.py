"""Sheets of activities: in, as drafts with a shift each; the list exports itself."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.partnership.sheets import Reading
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, SheetRead
from chuangwen.volunteers.activities.access import PLAN
from chuangwen.volunteers.activities.actions import bring_activities
from chuangwen.volunteers.activities.actions.planning import LONGEST, ShiftPlan
from chuangwen.volunteers.activities.festivals import FESTIVALS
from chuangwen.volunteers.activities.models import MOST_PLACES, Activity
from chuangwen.volunteers.corps.models import Team

CLOCK = re.compile(r"(\d{1,2})[:点點时時](?:(\d{1,2})分?)?(?::\d{2})?")
KINDS = [
    ("clean", "清洁家园"), ("persuade", "文明劝导"), ("festival", "我们的节日"), ("care", "关爱帮扶"), ("lecture", "理论宣讲"),
    ("culture", "文体活动"), ("science", "科普健康"), ("law", "法律服务"), ("minors", "未成年人活动"), ("family", "家风家训"),
    ("training", "志愿者培训"), ("other", "其他"),
]  # fmt: skip
ACTIVITIES = [
    Column("title", "活动名称", required=True, aliases=("名称", "活动主题"), max_length=80, example="每周五清洁家园"),
    Column("kind", "类别", kind="choice", choices=KINDS, aliases=("活动类别", "类型"), example="清洁家园"),
    Column("team", "志愿服务队", required=True, aliases=("队伍", "组织单位", "服务队"), max_length=80),
    Column("festival", "节日", kind="choice", choices=[(one.code, one.name) for one in FESTIVALS.values()], aliases=("传统节日",)),
    Column("day", "活动日期", kind="date", required=True, aliases=("日期", "活动时间"), example="2026-12-04"),
    Column("starts", "开始时间", required=True, aliases=("开始",), max_length=10, example="09:00"),
    Column("ends", "结束时间", required=True, aliases=("结束",), max_length=10, example="11:00"),
    Column("places", "名额", kind="int", required=True, aliases=("人数", "招募人数"), least=1, most=MOST_PLACES, example="20"),
    Column("place", "集合地点", aliases=("地点", "活动地点"), max_length=120, example="社区广场"),
    Column("about", "内容", aliases=("活动内容", "说明"), max_length=1000),
]


def plan_activities(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """Each row is a draft; one that is there already (the same team, name and begin) is left as it is."""
    reading = Reading(sheet, ACTIVITIES)
    teams: dict[str, list[Team]] = {}
    for team in access.scoped(actor, PLAN, Team).filter(state=Team.State.ACTIVE).select_related("division", "leader").order_by("pk"):
        teams.setdefault(match_key(team.name), []).append(team)
    found = {team.pk for rows in teams.values() for team in rows}
    known = set(Activity.objects.filter(team__in=found).values_list("team", "title", "first_at"))
    rows = []
    for row in sheet.rows:
        if not row.sound:
            continue
        values = row.values
        named = teams.get(match_key(values["team"]), [])
        if len(named) != 1:
            told = _("Several teams are called so: give the whole name.") if named else _("There is no such team for which you plan.")
            reading.wrong(row, "team", told, "team")
            continue
        first, last = _moment(values["day"], values["starts"]), _moment(values["day"], values["ends"])
        if first is None or last is None or not first < last or last - first > LONGEST or not 2000 <= first.year <= 2099:
            reading.wrong(row, "ends", _("Write the times as 09:00; a shift ends on the day on which it begins, within sixteen hours."), "time")
            continue
        if not reading.once(row, (named[0].pk, values["title"], first), "title"):
            continue
        if (named[0].pk, values["title"], first) in known:
            reading.plan.unchanged += 1
            continue
        reading.plan.creates += 1
        rows.append({
            "team": named[0], "title": values["title"], "kind": values["kind"] or Activity.Kind.OTHER, "festival": values["festival"] or "",
            "place": values["place"] or "", "about": values["about"] or "", "shifts": [ShiftPlan(first, last, values["places"])],
        })  # fmt: skip
    reading.plan.payload = rows
    reading.plan.sample = [{"活动名称": row["title"], "志愿服务队": str(row["team"])} for row in rows[:20]]
    return reading.plan


def _moment(day: date, text: str) -> datetime | None:
    """A time of a day here, as people write it: 9:00, 09：00, 9点, 9时30分, or a sheet's own time. None for anything else."""
    found = CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return datetime.combine(day, time(int(found[1]), int(found[2] or 0)), clock.LOCAL)


def apply_activities(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"changed": bring_activities(actor, rows=plan.payload)}


register(
    Importer(
        "activities", gettext_lazy("Activities"), PLAN, ACTIVITIES, plan_activities, apply_activities, csv=True, order=82,
        page="volunteers:activities",
    )
)  # fmt: skip
