"""What stands of the room of duties in the two towns of ``tests/world.py``: duties, rosters, partnerships, works, meetings, inspections,
operations, a sponsorship plan."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chuangwen.duties.inspection_days import actions as inspections
from chuangwen.duties.meetings import actions as meetings
from chuangwen.duties.operations import actions as operations
from chuangwen.duties.operations.models import Operation, OperationPhoto
from chuangwen.duties.partnership import actions as partners
from chuangwen.duties.rhythm import actions as rhythm
from chuangwen.duties.rhythm.models import Occurrence
from chuangwen.duties.rosters import actions as rosters
from chuangwen.duties.rosters.models import PostDay, Roster, RosterTurn, TurnChange
from chuangwen.duties.sponsorship import actions as sponsorship
from chuangwen.duties.sponsorship.models import PlanWish
from chuangwen.duties.sponsorship.tests.ground import solved
from chuangwen.duties.works import actions as works
from chuangwen.kernel import clock, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.importing import carry

if TYPE_CHECKING:
    from tests.world import Place


def make_duties(place: Place) -> None:
    """A duty of every day: one time to be recorded, one that asks to be excused, one that is; and a calendar."""
    town, today = place.town, clock.today()
    unit = town.units["department"]
    duty = rhythm.save_duty(
        SYSTEM, name=f"{town.street.name}巡查", division=town.street, kind="days", rule="FREQ=DAILY", on_day_off="stay", starts_on=today,
        proofs=["record", "fieldwork.visit"], times=5, once_a_day=False,
    )  # fmt: skip
    owed = list(Occurrence.objects.filter(duty=duty, unit=unit).order_by("first")[:4])
    rhythm.ask_excuse(SYSTEM, occurrence_id=owed[1].pk, reason="防汛值守")
    rhythm.excuse(SYSTEM, occurrence_ids=[owed[2].pk], reason="防汛值守")
    record = rhythm.record_done(SYSTEM, duty_id=duty.pk, unit=unit, day=today, what="巡查主次干道")
    feed, token = rhythm.give_feed(SYSTEM, unit=unit, name="联络员手机")
    place.things.update(
        duty=duty, occurrence=owed[0], asking_occurrence=owed[1], excused_occurrence=owed[2], duty_record=record, feed=feed, feed_token=token
    )


def make_rosters(place: Place) -> None:
    """A ground with a post and leaders in turn; a draft, an arranged, a published roster; a change asked for, one agreed on."""
    town, today, now = place.town, clock.today(), clock.now()
    unit, other = town.units["department"], town.units["community"]
    ground = rosters.save_ground(SYSTEM, name=f"{town.street.name}站前广场", division=town.street, floor=2)
    segment = rosters.save_segment(SYSTEM, ground_id=ground.pk, name="第一段面", leader="分管副主任", unit=unit)
    post = rosters.save_duty_post(
        SYSTEM, ground_id=ground.pk, name="站前路口", segment=segment, unit=unit, shifts="早班 07:00-09:00 1-4人\n晚班 17:00-19:00 1-4人"
    )
    people = [
        rosters.save_pool_person(SYSTEM, unit=unit, name=f"示例{name}", account=account)
        for name, account in (("甲", town.accounts["liaison"]), ("乙", town.accounts["unit_head"]), ("丙", None), ("丁", None))
    ]
    mine = rosters.save_pool_person(SYSTEM, unit=other, name="示例戊", account=town.accounts["grid_worker"])
    for role in ("clerk", "leader", "inspector"):
        own = rosters.save_pool_person(SYSTEM, unit=town.units["office"], name=role, account=town.accounts[role])
        place.own.setdefault(role, {})["pool"] = own
    for role, person in (("liaison", people[0]), ("unit_head", people[1]), ("grid_worker", mine)):
        place.own.setdefault(role, {})["pool"] = person
    made = [
        rosters.make_roster(
            SYSTEM, ground=ground, starts_on=today + timedelta(days=after), ends_on=today + timedelta(days=after + 2), units=[unit, other],
        )
        for after in (0, 5, 10, 15)
    ]  # fmt: skip
    published, solved, draft, _asking = made
    Roster.objects.filter(pk=published.pk).update(state="published", published_at=now)
    Roster.objects.filter(pk=solved.pk).update(state="solved", solved_at=now, figures={"turns": 2, "short": 0})
    early, late = post.shifts.order_by("order")
    turns = [
        RosterTurn.objects.create(roster=roster, shift=shift, day=roster.starts_on, person=person, changed_at=now, sequence=1)
        for roster, shift, person in (
            (published, early, people[0]), (published, early, people[1]), (solved, early, people[2]), (solved, late, people[3])
        )
    ]  # fmt: skip
    later = [
        RosterTurn.objects.create(
            roster=published, shift=early, day=today + timedelta(days=1 + n), person=person, changed_at=now, sequence=1
        )
        for n, person in ((0, people[0]), (1, people[1]))
    ]
    asked = rosters.ask_change(SYSTEM, turn_id=later[0].pk, other=people[1], reason="家中有事")
    agreed = rosters.answer_change(SYSTEM, change_id=rosters.ask_change(SYSTEM, turn_id=later[1].pk, other=people[0]).pk, yes=True)
    PostDay.objects.create(shift=early, day=today - timedelta(days=1), planned=2, present=1, counted_at=now)
    behind = [
        RosterTurn.objects.create(roster=published, shift=late, day=today + timedelta(days=n), person=person, changed_at=now, sequence=1)
        for n, person in ((2, people[2]), (1, people[3]), (4, people[2]))
    ]
    to_answer = TurnChange.objects.create(turn=behind[1], other=people[2], asked_at=now)
    own = TurnChange.objects.create(turn=behind[2], other=people[3], asked_at=now)
    link, token = rosters.give_link(SYSTEM, pool_id=people[2].pk)
    jobs.start(town.actors["clerk"], "duties.solve_roster", {"roster": solved.pk, "actor": carry(town.actors["clerk"])})
    place.things.update(
        roster_ground=ground, segment=segment, duty_post=post, shift=early, roster=solved, draft_roster=draft, published_roster=published,
        turn=turns[2], own_turn=turns[0], free_turn=turns[1], change=asked, agreed_change=agreed, pool=people[2], roster_link=link,
        roster_token=token, link_turn=behind[0], link_change=to_answer, own_change=own, pool_free=people[0],
    )  # fmt: skip


def make_partners(place: Place) -> None:
    """A pair whose package is under way, one that has met, one that is finished."""
    town, today = place.town, clock.today()
    pairs = [
        partners.make_pair(SYSTEM, unit=town.units[unit], division=town.communities[number], paired_on=today, aim="书香村")
        for unit, number in (("department", 0), ("department", 1), ("department2", 0))
    ]
    for pair in pairs:
        partners.record_contact(SYSTEM, partnership_id=pair.pk, day=today, what="座谈")
        partners.save_item(SYSTEM, partnership_id=pair.pk, words="整理书屋", due_on=today)
        if pair != pairs[1]:
            partners.adopt_package(SYSTEM, partnership_id=pair.pk)
    first, met, finished = pairs
    partners.finish_pair(SYSTEM, partnership_id=finished.pk, result="建成书屋", reached=True)
    given = partners.record_input(
        SYSTEM, partnership_id=first.pk, kind="goods", name="水泥", quantity=Decimal(3), measure="吨", day=today
    )
    place.things.update(
        partnership=first, met_partnership=met, finished_partnership=finished, partner_input=given, partner_item=first.items.get(),
        partner_need=partners.save_need(SYSTEM, partnership_id=first.pk, words="缺图书"),
        partner_visit=partners.plan_partner_visit(SYSTEM, partnership_id=first.pk, kind="medical", planned_on=today),
    )  # fmt: skip


def make_works(place: Place) -> None:
    """A planned work with a stage, money, a contract and a case that waits; one that is under way, one that rests."""
    town, today = place.town, clock.today()
    unit, division = town.units["department"], town.communities[0]
    days = {"planned_start": today, "planned_end": today + timedelta(days=90)}
    planned, running, stopped = (
        works.make_work(SYSTEM, name=f"{town.street.name}{name}", division=division, unit=unit, **days) for name in ("路面", "管网", "厕所")
    )
    for one in (running, stopped):
        works.start_work(SYSTEM, work_id=one.pk, on=today)
    works.stop_work(SYSTEM, work_id=stopped.pk, reason="雨季")
    case = place.cases["deferred"]
    works.defer_case(SYSTEM, work_id=planned.pk, case_id=case.pk, reason="等施工")
    case.refresh_from_db()
    place.things.update(
        work=planned, running_work=running, stopped_work=stopped, work_case=planned.cases.get(),
        work_stage=works.save_stage(SYSTEM, work_id=planned.pk, name="路基", **days),
        work_fund=works.apply_for_fund(SYSTEM, work_id=planned.pk, source="财政", applied=Decimal(100), applied_on=today),
        work_contract=works.save_contract(
            SYSTEM, work_id=planned.pk, number="HD-1", contractor="市政公司", amount=Decimal(90), signed_on=today
        ),
    )  # fmt: skip


def make_meetings(place: Place) -> None:
    """A meeting in each state of its life: planned, invited, held with minutes and a resolution, confirmed with nothing open."""
    town, things, now = place.town, place.things, clock.now()
    made = {}
    for n, name in enumerate(("meeting", "invited_meeting", "held_meeting", "confirmed_meeting"), 1):
        made[name] = meetings.plan_meeting(
            SYSTEM, title=f"{town.street.name}调度会{n}", kind="coordination", division=town.street, convener=town.units["office"],
            place="会议室", starts_at=now + timedelta(hours=n), units=[town.units["department"], town.units["community"]],
        )  # fmt: skip
        things[f"agenda_{n}"] = meetings.save_item(SYSTEM, meeting_id=made[name].pk, title="通报")
    for name in list(made)[1:]:
        meetings.invite(SYSTEM, meeting_id=made[name].pk)
    for name in list(made)[2:]:
        key = made[name].pk
        meetings.open_meeting(SYSTEM, meeting_id=key)
        meetings.mark_units(SYSTEM, meeting_id=key, came={town.units["department"].pk: True, town.units["community"].pk: False})
    meetings.write_minutes(SYSTEM, item_id=things["agenda_4"].pk, text="已通报", revision=0)
    meetings.confirm_minutes(SYSTEM, meeting_id=made["confirmed_meeting"].pk)
    resolution = meetings.save_resolution(
        SYSTEM, meeting_id=made["held_meeting"].pk, words="清理后街", unit=town.units["department"], due_on=clock.today() + timedelta(days=9)
    )
    things.update(made, resolution=resolution)


def make_inspections(place: Place) -> None:
    """Inspections that are expected, on, and over; a drawn place with who stands there; a thing on the list."""
    town, things, today = place.town, place.things, clock.today()
    made = {
        name: inspections.prepare_inspection(SYSTEM, name=f"{town.street.name}测评{n}", division=town.street, first=today, last=today)
        for n, name in enumerate(("inspection", "inspection_on", "inspection_over"))
    }
    for name in ("inspection_on", "inspection_over"):
        inspections.start_inspection(SYSTEM, inspection_id=made[name].pk)
    drawn = inspections.add_place(SYSTEM, inspection_id=made["inspection_on"].pk, text=town.sites[0].code)
    things["assignment"] = inspections.assign(SYSTEM, drawn_id=drawn.pk, unit=town.units["department"])
    things["after_item"] = inspections.save_found(
        SYSTEM, inspection_id=made["inspection_on"].pk, found="广告褪色", unit=town.units["department"], due_on=today + timedelta(days=9)
    )
    inspections.end_inspection(SYSTEM, inspection_id=made["inspection_over"].pk)
    things.update(made, drawn=drawn)


def make_operations(place: Place) -> None:
    """An operation that runs, told once, with a segment and a photo; a draft that could begin; one that has ended."""
    town, today, clerk = place.town, clock.today(), place.town.actors["clerk"]
    unit, metric = town.units["department"], place.things["metric"]

    def drawn(name: str) -> Any:
        days = {"starts_on": today - timedelta(days=2), "ends_on": today + timedelta(days=5)}
        operation = operations.save_operation(clerk, name=f"{town.street.name}{name}", division=town.street, **days)
        counted = operations.save_counted(clerk, operation_id=operation.pk, metric=metric, target=Decimal(100))
        operations.set_units(clerk, operation_id=operation.pk, telling=[unit])
        return operation, counted

    draft, _counted = drawn("清洁月")
    running, counted = drawn("集中整治")
    ended, _counted = drawn("夜市整治")
    for one in (running, ended):
        operations.start_operation(clerk, operation_id=one.pk)
    operations.end_operation(clerk, operation_id=ended.pk)
    Operation.objects.filter(pk=ended.pk).update(ends_on=today - timedelta(days=2))
    operations.tell_day(clerk, operation_id=running.pk, unit=unit, day=today - timedelta(days=1), quantities={metric.pk: Decimal(7)})
    segment = operations.save_segment(clerk, operation_id=running.pk, name="站前广场", unit=unit)
    shot = OperationPhoto.objects.create(
        operation=running, unit=unit, spot="花坛", stage="before", photo=place.things["photo"], day=today, added_at=clock.now()
    )
    place.things.update(
        operation=running, draft_operation=draft, ended_operation=ended, operation_segment=segment, counted=counted, operation_photo=shot
    )


def make_sponsorship(place: Place) -> None:
    """A plan that was solved, with a wish; one that is signed, one that is in force."""
    town, things = place.town, place.things
    plan = solved(town, exact=False)
    sponsor = plan.sponsors.last()
    sponsored = plan.places.exclude(pairs__sponsor=sponsor).first()
    wish = PlanWish.objects.create(plan=plan, sponsor=sponsor, place=sponsored, kind="forbidden", reason="last_cycle")
    signed, running = solved(town, name="已签发的包保方案", exact=False), solved(town, name="实施中的包保方案", exact=False)
    for one in (signed, running):
        sponsorship.sign_plan(town.actors["leader"], plan_id=one.pk)
    sponsorship.start_plan(town.actors["clerk"], plan_id=running.pk)
    jobs.start(town.actors["clerk"], "duties.solve_sponsorship", {"plan": plan.pk, "actor": carry(town.actors["clerk"])})
    things.update(
        sponsorship=plan, signed_sponsorship=signed, running_sponsorship=running, sponsor=sponsor, sponsored=sponsored, wish=wish,
        pair=plan.pairs.first(),
    )  # fmt: skip
