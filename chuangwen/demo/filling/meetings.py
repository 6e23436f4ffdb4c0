"""The weekly studies of the street's leaders, two meetings of a weekly series, an on-site session to come, and the day on which assessors of the
city were in town and those of the province are expected. All of it is generated."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from chuangwen.cases.actions import tick
from chuangwen.cases.models import Case
from chuangwen.demo.filling.keys import Keys
from chuangwen.duties.inspection_days import actions as inspections
from chuangwen.duties.inspection_days.models import DrawnPlace, Inspection, PlaceAssignment
from chuangwen.duties.meetings import actions
from chuangwen.duties.meetings.models import Meeting
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Post, Unit
from chuangwen.places.models import Division

SAID = {
    "resolutions": "逐项通报上次议定事项。未办结的，责任单位说明原因，限期补齐。",
    "cases": "通报各单位逾期问题。会议要求当日能改的当日改，需要多部门配合的由创文办牵头。",
    "steps": "对已发督办单的单位逐一听取情况，承诺期限不再顺延。",
    "duties": "到一线、入户宣传等职责未按次数完成的，本周内补上，不另行填表。",
}
RESOLVED = (
    ("清理河东市场周边占道摆卖，划定临时疏导区", "dept-urban"), ("更换主干道褪色破损的公益广告", "dept-civility"),
    ("对无物业小区楼道杂物开展集中清理", ""),
)  # fmt: skip
"""What was resolved and which department does it; none: the first community that is invited."""

STUDIES: dict[int, tuple[str, str]] = {
    8: ("梳理逾期问题清单", "逐条研究逾期问题，明确分管领导和销号时限。"),
    7: ("研究老旧小区整治难点", "同意消防器材配置和楼道清理并行推进，两周后看进度。"),
    6: ("研究迎检任务分工和薄弱点位", "薄弱点位由包保领导逐一到现场，周五前反馈。"),
    4: ("听取各工作组进展", "各组通报进展；市场周边秩序由城管、市监共同负责。"),
    3: ("研究背街小巷保洁", "调整保洁班次，早晚高峰各加一班。"),
    1: ("部署迎检前重点工作", "点位台账逐项核对，问题当日改、当日销。"),
}
"""What was studied so many weeks ago, and what the minutes say: one week nothing was, of another the street was excused."""


def fill_studies(keys: Keys) -> dict[str, int]:
    """The leaders of the street office study the campaign nearly every week: meetings with minutes, which prove that duty. How many."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    leader = replace(actor_of(keys.accounts["leader"]), channel="command")
    office = keys.units["street-office"]
    monday = week_of(keys.now.astimezone(clock.LOCAL).date())
    for ago, (subject, said) in STUDIES.items():
        at = datetime.combine(monday - timedelta(days=7 * ago - 2), time(15), clock.LOCAL)
        facts = _facts(keys, [office]) | {"kind": Meeting.Kind.SPECIAL, "purpose": "专题研究创文工作"}
        with clock.at(at - timedelta(days=1)):
            meeting = actions.plan_meeting(clerk, title=f"专题研究创文工作：{subject}", starts_at=at, **facts)
            for item in meeting.agenda.all():  # drawn from how the town stands today, not from how it stood then
                actions.remove_item(clerk, meeting_id=meeting.pk, item_id=item.pk)
            item = actions.save_item(clerk, meeting_id=meeting.pk, title=subject)
            actions.invite(clerk, meeting_id=meeting.pk)
        with clock.at(at):
            actions.open_meeting(clerk, meeting_id=meeting.pk)
            actions.mark_units(clerk, meeting_id=meeting.pk, came={office.pk: True})
            actions.write_minutes(clerk, item_id=item.pk, text=said, revision=0)
            actions.confirm_minutes(leader, meeting_id=meeting.pk)
    return {"studies": len(STUDIES)}


def fill_meetings(keys: Keys) -> dict[str, int]:
    """Meetings with minutes and resolutions, inspections with drawn places. How many of each."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    leader = replace(actor_of(keys.accounts["leader"]), channel="command")
    units = list(Unit.objects.filter(kind__in=(Unit.Kind.DEPARTMENT, Unit.Kind.COMMUNITY), ends_on__isnull=True).order_by("kind", "pk"))
    some = [unit for kind in (Unit.Kind.DEPARTMENT, Unit.Kind.COMMUNITY) for unit in [u for u in units if u.kind == kind][:6]]
    last = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    first = _first(keys, clerk, leader, some)
    _second(keys, clerk, some, first)
    _on_site(keys, clerk, some[-3:])
    _inspections(keys, clerk)
    Case.objects.filter(pk__gt=last).update(generated=True)
    with clock.at(keys.now):
        tick()  # some resolutions are of last week
    return {"meetings": Meeting.objects.count(), "inspections": Inspection.objects.count()}


def _at(keys: Keys, days: int, hour: int) -> datetime:
    day = keys.now.astimezone(clock.LOCAL) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def _facts(keys: Keys, units: list[Unit]) -> dict[str, Any]:
    posts = Post.objects.select_related("unit__division").order_by("pk")
    office, chair = (posts.filter(person__account=keys.accounts[role])[0] for role in ("clerk", "leader"))
    return {
        "division": keys.street, "convener": office.unit, "units": units, "place": "街道办三楼会议室", "chair": chair, "generated": True,
        "kind": Meeting.Kind.REGULAR, "minutes": 60, "purpose": "通报进度，研究难点，议定本周事项",
    }  # fmt: skip


def _hold(keys: Keys, clerk: Actor, meeting: Meeting, units: list[Unit]) -> None:
    """Invited, opened, the units there, minutes on each item."""
    if not meeting.agenda.exists():
        actions.save_item(clerk, meeting_id=meeting.pk, title="近期创建工作安排")
    actions.invite(clerk, meeting_id=meeting.pk)
    actions.open_meeting(clerk, meeting_id=meeting.pk)
    came = {unit.pk: n != 4 for n, unit in enumerate(units)}
    actions.mark_units(clerk, meeting_id=meeting.pk, came=came, words={units[4].pk: "参加市里会议，已请假"} if len(units) > 4 else {})
    for item in meeting.agenda.all():
        actions.write_minutes(clerk, item_id=item.pk, text=SAID.get(item.source, "会议作了安排。"), revision=0)


def _first(keys: Keys, clerk: Actor, leader: Actor, units: list[Unit]) -> Meeting:
    """Last week's: confirmed, its resolutions are cases."""
    at = _at(keys, -8, 9)
    with clock.at(at - timedelta(days=2)):
        meeting = actions.plan_meeting(clerk, title="创建工作周调度会（上周）", starts_at=at, **_facts(keys, units))
    with clock.at(at):
        _hold(keys, clerk, meeting, units)
        item = meeting.agenda.first()
        community = next(unit for unit in units if unit.kind == Unit.Kind.COMMUNITY)
        for n, (words, owner) in enumerate(RESOLVED):
            due = (at + timedelta(days=(5, 12, 20)[n])).date()
            actions.save_resolution(
                clerk, meeting_id=meeting.pk, words=words, unit=keys.units[owner] if owner else community, due_on=due,
                item_id=item.pk if item and n == 0 else None,
            )  # fmt: skip
        actions.confirm_minutes(leader, meeting_id=meeting.pk)
    return meeting


def _second(keys: Keys, clerk: Actor, units: list[Unit], first: Meeting) -> None:
    """This morning's: the minutes are being written."""
    at = _at(keys, 0, 9)
    with clock.at(at - timedelta(days=1)):
        meeting = actions.plan_meeting(clerk, title="创建工作周调度会（本周）", starts_at=at, follows=first, **_facts(keys, units))
    with clock.at(at):
        _hold(keys, clerk, meeting, units)
        due = (at + timedelta(days=7)).date()
        actions.save_resolution(clerk, meeting_id=meeting.pk, words="上周未办结事项由分管副组长牵头，一周内销号", unit=units[0], due_on=due)


def _on_site(keys: Keys, clerk: Actor, units: list[Unit]) -> None:
    """An on-site session in five days; the units know."""
    site = next((site for site in keys.sites.values() if "市场" in site.name), None)
    with clock.at(keys.now - timedelta(hours=2)):
        facts = _facts(keys, units) | {"kind": Meeting.Kind.ON_SITE, "place": site.name if site else "河东市场", "site": site}
        facts["purpose"] = "现场看问题、现场定措施、现场明责任"
        meeting = actions.plan_meeting(clerk, title="农贸市场整治现场会", starts_at=_at(keys, 5, 15), **facts)
        actions.save_item(clerk, meeting_id=meeting.pk, title="占道经营和停车秩序", words="请责任单位带上整改前后照片。")
        actions.invite(clerk, meeting_id=meeting.pk)


def _inspections(keys: Keys, clerk: Actor) -> None:
    """Today the city's assessors are here; in two weeks those of the province are expected."""
    communities = [row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE]
    today = keys.now.astimezone(clock.LOCAL).date()
    with clock.at(keys.now - timedelta(hours=14)):
        row = inspections.prepare_inspection(
            clerk, name="市级季度实地测评", division=keys.street, first=today, last=today + timedelta(days=1), assessors="市文明办委托测评机构",
            notes="不打招呼、不陪同；现场问题即知即改。", generated=True,
        )  # fmt: skip
    with clock.at(keys.now - timedelta(hours=2)):
        inspections.start_inspection(clerk, inspection_id=row.pk)
        codes = [(place.code or "") for place in communities[:3]] + [site.code for site in list(keys.sites.values())[:2]]
        places = [inspections.add_place(clerk, inspection_id=row.pk, text=code) for code in codes]
        _people(clerk, places)
        inspections.mark_place(clerk, drawn_id=places[0].pk, state="left")
        inspections.mark_place(clerk, drawn_id=places[1].pk, state="there")
    with clock.at(keys.now - timedelta(minutes=40)):
        inspections.report_problem(clerk, drawn_id=places[0].pk, description="社区宣传栏旁非机动车乱停放", seen_by="assessors")
        inspections.report_problem(clerk, drawn_id=places[1].pk, description="小区垃圾桶满溢未清")
        inspections.save_found(
            clerk, inspection_id=row.pk, found="入户问卷知晓率偏低", todo="开展一轮入户宣传", place=places[0],
            due_on=today + timedelta(days=10),
        )  # fmt: skip
        inspections.save_found(clerk, inspection_id=row.pk, found="个别点位公益广告内容过时", todo="排查并更换", place=places[0])
    with clock.at(keys.now - timedelta(minutes=20)):
        inspections.prepare_inspection(
            clerk, name="省级年度实地测评", division=keys.street, first=today + timedelta(days=14), last=today + timedelta(days=16),
            assessors="省文明办测评组", generated=True,
        )  # fmt: skip


def _people(clerk: Actor, places: list[DrawnPlace]) -> None:
    """How many people each unit sends; at the last place one has not said it yet."""
    usual = {PlaceAssignment.Part.LEAD: 6, PlaceAssignment.Part.PRESENT: 3, PlaceAssignment.Part.STANDBY: 2}
    rows = list(PlaceAssignment.objects.filter(place__in=places).select_related("unit", "post").order_by("pk"))
    for n, row in enumerate(rows[:-1]):
        people = usual[PlaceAssignment.Part(row.part)] + n % 2
        inspections.assign(clerk, drawn_id=row.place_id, unit=row.unit, post=row.post, part=row.part, task=row.task, people=people)
