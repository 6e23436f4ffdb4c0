"""Commendations, appraisals, objections with their answers and complaints of some volunteers. All generated."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.people.actors import actor_of
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.volunteers.hours import actions as hours
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.volunteers.record import actions
from chuangwen.volunteers.record.models import Commendation, RecordObjection, ServiceAppraisal, ServiceComplaint

GIVEN = (
    ("优秀志愿者", "county", "区精神文明建设办公室", "文明办〔2026〕7号（样例）"),
    ("最美志愿者", "city", "市精神文明建设办公室", "文明委〔2026〕11号（样例）"),
    ("社区服务之星", "community", "社区居民委员会", "社区荣字〔2026〕2号（样例）"),
    ("年度优秀队员", "organisation", "志愿服务总队", "总队〔2026〕4号（样例）"),
    ("学雷锋先进个人", "town", "街道办事处", "街办〔2026〕15号（样例）"),
)  # fmt: skip
REMARKS = (("excellent", "准时到岗，细心周到"), ("good", ""), ("good", "配合队长分工"), ("sound", ""), ("lacking", "迟到半小时，未提前说明"))
PEOPLE, APPRAISED = 12, 60


def fill_volunteers_record(keys: Keys) -> dict[str, int]:
    """Write them as the desk does. How many commendations, appraisals, objections and complaints."""
    rng = random.Random(f"record {keys.data.today.isoformat()}")
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    with clock.at(keys.now):
        rows = Membership.objects.filter(state__in=Membership.IN, volunteer__state="active", volunteer__generated=True)
        people = list(Volunteer.objects.filter(pk__in=rows.values("volunteer")).exclude(person=clerk.person_id).order_by("pk")[:PEOPLE])
        own = Volunteer.objects.filter(person__account=keys.accounts["resident"]).first()
        if own is not None and own not in people:
            people.insert(0, own)
        for n, volunteer in enumerate(people):
            title, level, giver, number = GIVEN[n % len(GIVEN)]
            actions.enter_commendation(
                clerk, volunteer_id=volunteer.pk, title=title, level=level, given_by=giver, document_number=number, generated=True,
                day=keys.data.today - timedelta(days=20 + 13 * n),
            )  # fmt: skip
        _appraise(rng, people)
        if len(people) > 5:
            _objections(clerk, people)
        _complaints(clerk, keys)
    return {
        "commendations": Commendation.objects.count(), "service_appraisals": ServiceAppraisal.objects.count(),
        "record_objections": RecordObjection.objects.count(), "service_complaints": ServiceComplaint.objects.count(),
    }  # fmt: skip


def _appraise(rng: random.Random, people: list[Volunteer]) -> None:
    """A word for the newest services, most of them good."""
    entries = ServiceEntry.objects.filter(volunteer__in=people, counts=True, minutes__gt=0, from_system="").order_by("-day", "-pk")[:APPRAISED]
    for entry in entries:
        grade, remark = rng.choices(REMARKS, weights=(4, 6, 3, 3, 1))[0]
        actions.appraise_services(SYSTEM, entries=[entry.pk], grade=grade, remark=remark, generated=True)


def _counting(volunteer: Volunteer, start: int = 0) -> ServiceEntry | None:
    """A service of the volunteer that counts and about which nobody has asked anything yet."""
    rows = ServiceEntry.objects.filter(volunteer=volunteer, counts=True, minutes__gt=30, from_system="", proposals__isnull=True)
    return rows.exclude(doubts__isnull=False).order_by("-day", "-pk")[start : start + 1].first()


def _objections(clerk: Actor, people: list[Volunteer]) -> None:
    """One upheld that led to a correction, one about an appraisal upheld, one refused with its reason, and two that wait."""
    first = _counting(people[1])
    if first is not None:
        raised = actions.object_to_record(
            SYSTEM, volunteer_id=people[1].pk, kind="hours", target_id=first.pk, minutes=min(first.minutes + 20, 1440),
            words="活动延长二十分钟，签退时系统按原定时间截止", generated=True,
        )  # fmt: skip
        raised = actions.uphold_objection(clerk, record_objection_id=raised.pk, answer="核对现场照片和队长说明，确有延长")
        if raised.correction_id is not None:
            hours.agree_correction(SYSTEM, hours_correction_id=raised.correction_id, answer="同意，按实际时间计")
    second = _counting(people[2])
    if second is not None:
        raised = actions.object_to_record(
            SYSTEM, volunteer_id=people[2].pk, kind="hours", target_id=second.pk, minutes=min(second.minutes + 60, 1440),
            words="路上花了一小时，应当算进去", generated=True,
        )  # fmt: skip
        actions.refuse_objection(clerk, record_objection_id=raised.pk, answer="往返路途时间不属于服务时间，签到签退记录无误")
    lacking = ServiceAppraisal.objects.filter(grade="lacking", state="stands", entry__counts=True).order_by("pk").first()
    if lacking is not None:
        raised = actions.object_to_record(
            SYSTEM, volunteer_id=lacking.entry.volunteer_id, kind="appraisal", target_id=lacking.pk, generated=True,
            words="当天已提前向副队长请假半小时",
        )  # fmt: skip
        actions.uphold_objection(clerk, record_objection_id=raised.pk, answer="副队长确认已提前请假，评价撤回")
    given = Commendation.objects.filter(volunteer=people[4], state="stands").first()
    if given is not None:
        actions.object_to_record(
            SYSTEM, volunteer_id=people[4].pk, kind="commendation", target_id=given.pk, words="授予日期早了一年，证书上是去年", generated=True
        )
    actions.object_to_record(
        SYSTEM, volunteer_id=people[5].pk, kind="missing", words="上个月参加的环境整治活动没有记录，队长有签到表", generated=True
    )


def _complaints(clerk: Actor, keys: Keys) -> None:
    """One answered as founded, one that waits."""
    teams = list(Team.objects.filter(state="active", generated=True, kind__in=("team", "special")).order_by("pk")[:2])
    if len(teams) < 2:
        return
    day = keys.data.today - timedelta(days=9)
    told = actions.take_complaint(
        SYSTEM, team_id=teams[0].pk, day=day, words="约好上午来修灯，等到中午没有人来，也没有电话", name="示例居民", phone="19900000003",
        generated=True,
    )  # fmt: skip
    actions.answer_complaint(
        clerk, service_complaint_id=told.pk, founded=True, answer="队伍排班有误，已登门致歉并于次日修好；调整派单提醒"
    )
    actions.take_complaint(SYSTEM, team_id=teams[1].pk, day=day + timedelta(days=5), words="理发时不够耐心，老人不满意", generated=True)
