"""Two towns with one of everything in each: what the walks over all addresses point at.

A ``Place`` is a town, its people and its things by name; what belongs to one account (jobs, imports, tokens, sessions) is there per role.
"""

from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from chuangwen.cases.actions import cases_from_round
from chuangwen.cases.escalation import actions as ladder
from chuangwen.cases.install import install_deadlines
from chuangwen.cases.jobs import FROM_ROUND
from chuangwen.cases.models import (
    DeadlineRule,
    EscalationRule,
    EscalationSettings,
    Recheck,
    RecheckDraw,
    State,
    SupervisingOffice,
)
from chuangwen.cases.tests.loop import Loop, make_photo
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
from chuangwen.evidence import actions as evidence
from chuangwen.evidence.models import Doubt, Examination, Photo, Redaction
from chuangwen.evidence.redaction import new_key
from chuangwen.fieldwork import actions as fieldwork
from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam
from chuangwen.fieldwork.routing.queries import working_days
from chuangwen.intake.models import Channel, ChatPaste, ChatProposal, Delivery, ReportPhoto, Suggestion, SystemKey, Webhook
from chuangwen.intake.receiving import receive
from chuangwen.intake.sealing import hash_of
from chuangwen.kernel import clock, files, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.importing import carry
from chuangwen.kernel.models import ImportRun, Job
from chuangwen.ledger import actions as ledger
from chuangwen.ledger.models import Metric, SheetLayout, SheetUpload
from chuangwen.messaging.models import Channel as Way
from chuangwen.messaging.models import Notice, Received
from chuangwen.messaging.sealing import seal
from chuangwen.overview import actions as overview
from chuangwen.papers import actions as papers
from chuangwen.papers import install
from chuangwen.papers.models import Paper, PaperPdf
from chuangwen.people import actions as people
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account, ApiToken, SignIn
from chuangwen.phone.models import Device
from chuangwen.places.models import Asset
from chuangwen.scoring import actions as scoring
from chuangwen.scoring.appraisal import actions as appraisals
from chuangwen.scoring.appraisal.periods import span_of
from chuangwen.scoring.install import install_schemes
from chuangwen.scoring.models import (
    Appraisal,
    AppraisalObjection,
    AppraisalRow,
    AppraisalScheme,
    Consequence,
    Forecast,
    ManualEntry,
    ScoreSheet,
)
from chuangwen.scoring.outlook import actions as outlook
from chuangwen.standards.actions import add_example
from chuangwen.standards.models import ChecklistItem, Edition, Indicator, Requirement, Responsibility, Section
from chuangwen.testing import factories
from chuangwen.testing.factories import Town
from tests import parts

OTHER_CODE = "330110002000"


@dataclass
class Place:
    """One town. ``things`` by name; ``own[role]`` what belongs to the account of that role; ``tokens[role]`` for the API."""

    town: Town
    things: dict[str, Any] = field(default_factory=dict)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    here: Place
    there: Place


def jpeg(tone: int = 120, side: tuple[int, int] = (320, 240)) -> bytes:
    """A small picture, another one for each tone."""
    import io

    from PIL import Image, ImageDraw

    picture = Image.new("RGB", side, (tone % 256, 140, 90))
    ImageDraw.Draw(picture).ellipse((20, 20, 120 + tone % 80, 160), fill=(240, tone % 256, 30))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=80)
    return target.getvalue()


def make_world() -> World:
    install_deadlines()
    install_schemes()
    EscalationSettings.objects.create(pk=1, public_promises=True)
    return World(make_place(factories.make_town()), make_place(factories.make_town(OTHER_CODE, "他镇街道", "other-")))


def make_place(town: Town) -> Place:
    place = Place(town)
    _plain(place)
    _standards(place)
    _round(place)
    _cases(place)
    _papers(place)
    _appraisals(place)
    _sponsorship(place)
    _doubts(place)
    _outside(place)
    _ledger(place)
    _duties(place)
    _rosters(place)
    _partners(place)
    _works(place)
    _meetings(place)
    _inspections(place)
    _operations(place)
    for part in parts.standing():
        part.things(place)
    display, token = overview.give_display(SYSTEM, name="大厅", division=place.town.street)
    place.things.update(display=display, display_token=token)
    for role, account in town.accounts.items():
        place.own[role] = place.own.get(role, {}) | _belongings(account)
        place.tokens[role] = people.make_token(SYSTEM, account, "walk")
        place.own[role]["token"] = ApiToken.objects.filter(account=account).latest("pk")
    return place


def _plain(place: Place) -> None:
    town, things = place.town, place.things
    liaison = town.accounts["liaison"]
    account = factories.make_account(f"{town.accounts['clerk'].username}-extra", town.roles["resident"], None)
    things.update(
        division=town.communities[0],
        grid=town.grid,
        site=town.sites[0],
        site_type=town.types["market"],
        asset=Asset.objects.create(site=town.sites[0], kind=Asset.Kind.EXTINGUISHER, quantity=0),
        unit=town.units["department"],
        person=liaison.person,
        post=liaison.person.posts.get(),
        account=account,
        role=town.roles["liaison"],
        kind=town.kinds["sticker"],
        family=town.families["environment"],
    )


def _duties(place: Place) -> None:
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


def _rosters(place: Place) -> None:
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


def _partners(place: Place) -> None:
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


def _works(place: Place) -> None:
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


def _meetings(place: Place) -> None:
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


def _inspections(place: Place) -> None:
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


def _operations(place: Place) -> None:
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


def _standards(place: Place) -> None:
    town, things = place.town, place.things
    draft = Edition.objects.create(name=f"{town.edition.name}草案", year=2027, state=Edition.State.DRAFT)
    section = Section.objects.create(edition=draft, code="S1", name="公共环境")
    indicator = Indicator.objects.create(section=section, code="I1", name="公共服务")
    requirement = Requirement.objects.create(indicator=indicator, code="1", number=1, text="公共服务1")
    criterion = factories.make_criterion(requirement, "草案标准")
    things.update(
        edition=town.edition,
        draft=draft,
        section=section,
        indicator=indicator,
        requirement=requirement,
        draft_criterion=criterion,
        criterion=town.criteria[0],
        item=ChecklistItem.objects.create(site_type=town.types["market"], criterion=town.criteria[0], text="地面无积水"),
        responsibility=Responsibility.objects.create(
            unit=town.units["department"], kind=town.kinds["sticker"], division=town.street, starts_on=factories.LONG_AGO
        ),
    )
    # A mail way whose trial goes nowhere: its address is no server's.
    things["channel"] = Way.objects.create(
        name=f"{town.street.name}邮件", kind="mail", sealed=seal("mailto://127.0.0.1:9/?from=a@example.com"), masked="mailto://…", active=False
    )
    things["example"] = add_example(SYSTEM, item_id=things["item"].pk, content=jpeg(7), right=True, caption="地面干净")


def _round(place: Place) -> None:
    town, clerk = place.town, place.town.actors["clerk"]
    round = fieldwork.plan_round(
        clerk,
        name=f"{town.street.name}月度检查",
        kind=Round.Kind.MONTHLY,
        edition=town.edition,
        division=town.street,
        starts_on=clock.today() - timedelta(days=9),
        ends_on=clock.today() + timedelta(days=9),
    )
    photo = evidence.take_in(clerk, jpeg(len(town.street.name) + round.pk), name="found.jpg")
    made = [
        fieldwork.record_observation(
            clerk,
            round=round,
            site=town.sites[n],
            criterion=town.criteria[n],
            observed_on=clock.today(),
            loss=Decimal("0.2") * n,
            departments=[town.units["department"]],
            photos=[photo] if n == 1 else [],
        )
        for n in range(3)
    ]
    sheet = scoring.compute_round(clerk, round=round)
    signed = ScoreSheet.objects.create(
        round=round, scheme=sheet.scheme, state=ScoreSheet.State.SIGNED, computed_at=clock.now(), signed_at=clock.now(), input_digest="-",
        coverage=sheet.coverage, file_key=files.store(b"a signed sheet"), key_fingerprint="-", supersedes=sheet,
    )  # fmt: skip
    _outlook(place, round, sheet)
    place.things.update(round=round, observation=made[1], photo=photo, sheet=sheet, signed=signed, scheme=sheet.scheme)
    fieldwork.set_quotas(clerk, round_id=round.pk, quotas={(town.types["market"], town.street): 1})
    place.things["draw"] = fieldwork.draw_sites(clerk, round_id=round.pk, seed="双色球 2026130 期")
    team = RoundTeam.objects.create(round=round, name="检查组", starts_at=time(9), ends_at=time(17))
    day = next(day for day in working_days(round) if day >= clock.today())
    place.things["team"] = team
    place.things["stop"] = RoundSite.objects.create(round=round, site=town.sites[0], team=team, day=day, position=1)


def _outlook(place: Place, round: Round, sheet: ScoreSheet) -> None:
    """A plan and a forecast of it; what it would be made of is not computed for the walks."""
    town = place.town
    plan = outlook.save_plan(
        town.actors["clerk"], name=f"{town.street.name}测评方案", division=town.street, edition=round.edition, scheme=sheet.scheme,
        thresholds=["85"], counts={town.types["market"].pk: 1},
    )  # fmt: skip
    place.things["plan"] = plan
    place.things["forecast"] = Forecast.objects.create(
        plan=plan, target=plan.name, as_of=clock.today(), made_at=clock.now(), threshold="0.85", mean="0.9", low="0.8", high="0.95",
        chance="0.7", chances={"85": 0.7}, histogram=[[0.8, 0.9, 5], [0.9, 1.0, 5]],
    )  # fmt: skip


def _cases(place: Place) -> None:
    """One case in each state. What a department does is seen by the department's people, what the office does by the office."""
    loop = Loop(place.town)
    place.things["squad"] = loop.squad
    for state in State:
        place.cases[state.value] = loop.at(state)
    asked = loop.at("rectifying")
    place.cases["asking"] = loop.do("ask_extension", asked)
    passed = loop.at("rectifying")
    place.cases["passed"] = loop.do("pass_on", passed)
    disputed = loop.at("closed", site=None, division=place.town.communities[0])
    loop.do("dispute", disputed)
    place.cases["disputed"] = disputed
    place.cases["alike"] = loop.report(site=None, division=place.town.communities[0])
    made = RecheckDraw.objects.create(
        division=place.town.street, seed="walk", drawn_at=clock.now(), closed_from=clock.today(), closed_to=clock.today(), share=5,
        random_part=50, at_most=9, frame_hash="-",
    )  # fmt: skip
    place.things["recheck_draw"] = made
    place.things["recheck"] = Recheck.objects.create(
        draw=made, case=place.cases["closed"], unit=place.town.units["department"], how="random", weight=1, due_on=clock.today(),
        assigned_to=place.town.accounts["inspector"],
    )  # fmt: skip
    _steps(place, loop)
    place.things["case"], place.things["other_case"] = place.cases["rectifying"], place.cases["reported"]
    place.things["deadline"] = DeadlineRule.objects.first() or DeadlineRule.objects.create(
        family=place.town.families["environment"], amount=3, unit="working_days"
    )


def _steps(place: Place, loop: Loop) -> None:
    """Steps of escalation in the states in which something can be done to them, a rule and an office."""
    clerk, leader, things = place.town.actors["clerk"], place.town.actors["leader"], place.things
    facts = {"level": 2, "reason": "超期未整改", "asks": "立即整改"}
    for name, way in (("proposed_step", 0), ("approved_step", 1), ("step", 2), ("appealed_step", 3), ("settled_step", 4)):
        made = ladder.propose(clerk, case_ids=[loop.at("rectifying").pk], **facts)
        if way > 0:
            ladder.approve(leader, step_id=made.pk)
        if way > 1:
            ladder.issue(clerk, step_id=made.pk)
        if way == 4:
            ladder.settle(clerk, step_id=made.pk, kept=False, note="未整改")
        if way == 3:
            ladder.appeal(loop.unit, step_id=made.pk, words="不属于我单位")
        things[name] = made
    things["supervising_office"] = SupervisingOffice.objects.create(
        division=place.town.street, organ=f"{place.town.street.name}创文办", code=place.town.street.name
    )
    things["ladder_rule"] = EscalationRule.objects.first() or EscalationRule.objects.create(level=2, trigger="overdue")


def _papers(place: Place) -> None:
    """A paper in each state that somebody waits on, a template with a version, a schedule."""
    town, round, unit = place.town, place.things["round"], place.town.units["department"]
    clerk, leader = town.actors["clerk"], town.actors["leader"]
    cases_from_round(clerk, round=round)
    made = {
        name: papers.draft_paper(clerk, kind="dispatch_sheet", round=round, unit=unit)
        for name in ("paper", "checked", "asked", "issued", "sent")
    }
    for name in ("checked", "asked", "issued", "sent"):
        papers.check_paper(clerk, paper_id=made[name].pk)
    papers.ask_countersign(clerk, paper_id=made["asked"].pk, units=[unit])
    for name in ("issued", "sent"):
        papers.sign_paper(leader, paper_id=made[name].pk)
    papers.send_paper(clerk, paper_id=made["sent"].pk, units=[unit])
    place.things.update({name: Paper.objects.get(pk=paper.pk) for name, paper in made.items()})
    place.things["paper_pdf"] = PaperPdf.objects.get(paper=made["issued"])
    PaperPdf.objects.filter(paper=made["issued"]).update(pdf_key=files.store(b"%PDF-1.4 walk"))
    shipped = (Path(install.FOLDER) / "supervision.docx").read_bytes()
    papers.set_seal(clerk, division=town.street, picture=jpeg(200, (300, 300)))
    template = papers.add_template(
        clerk, kind="supervision", name="督办单", content=shipped, file_name="督办单.docx", division=town.street
    )
    papers.draft_paper(clerk, kind="supervision", unit=unit, cases=[place.things["case"].pk])
    facts = {"name": "周报", "kind": "bulletin", "every": "week", "day": 1, "at": time(8), "on_workday": True, "active": True}
    place.things.update(
        template=template,
        template_version=template.versions.get(),
        schedule=papers.save_schedule(clerk, division=town.street, facts=facts),
    )


def _outside(place: Place) -> None:
    """A report with a photo and a contact, and a suggestion, each with the secret of its link."""
    clerk, things = place.town.actors["clerk"], place.things
    received = receive(
        clerk, channel=Channel.HOTLINE, description="来电反映路灯不亮", site=place.town.sites[0], contact="19900000077"
    )
    ReportPhoto.objects.create(report=received.report, photo=things["photo"])
    token = f"suggestion-of-{received.report.pk:06d}"
    said = Suggestion.objects.create(subject="burden", words="少填一张表", token_hash=hash_of(token), received_at=clock.now())
    key = SystemKey.objects.create(name="热线平台", key_hash=hash_of(token), created_at=clock.now())
    hook = Webhook.objects.create(name="城管平台", url="https://cg.example.cn/hook", events=["case.closed"], secret="-", created_at=clock.now())
    told = Delivery.objects.create(webhook=hook, event="ping", body="{}", created_at=clock.now(), next_at=clock.now())
    things.update(system_key=key, system_key_text=token, webhook=hook, delivery=told)
    things.update(report=received.report, report_token=received.token, suggestion=said, suggestion_token=token)


def _ledger(place: Place) -> None:
    """A metric, a fact of the department, a sheet that waits and a layout that is remembered."""
    from chuangwen.testing.sheets import sheet

    town, things, now = place.town, place.things, clock.now()
    metric = Metric.objects.get_or_create(code="banners", defaults={"name": "悬挂横幅", "group": "宣传氛围", "measure": "条"})[0]
    unit = town.units["department"]
    entry = ledger.NewFact(metric, Decimal(12), clock.today(), unit, town.street)
    [fact] = ledger.enter_facts(town.actors["liaison"], entries=[entry])
    key = files.store(sheet(["日期", "社区", "悬挂横幅"], ["2026-11-01", "第1社区", 3]))
    things.update(
        metric=metric,
        fact=fact,
        new_fact=entry,
        upload=SheetUpload.objects.create(unit=unit, file_key=key, file_name="台账.xlsx", brought_at=now, account=town.accounts["liaison"]),
        layout=SheetLayout.objects.create(unit=unit, name="台账", signature=unit.name, made_at=now, body={"columns": {}}),
    )


def _appraisals(place: Place) -> None:
    """A result that is open to objections, the same period signed, an objection with its file, an entry, what follows."""
    town, things, now = place.town, place.things, clock.now()
    body = appraisals.checked(SMALL_SCHEME | {"name": f"{town.street.name}考核"})
    scheme = AppraisalScheme.objects.create(name=f"{town.street.name}考核", period="month", body=body, created_at=now)
    span = span_of("month", clock.today())
    open_one = appraisals.compute_appraisal(town.actors["clerk"], scheme=scheme, division=town.street, span=span)
    Appraisal.objects.filter(pk=open_one.pk).update(
        state="open", opened_at=now, objections_until=now + timedelta(days=30), computed_by=None
    )
    signed = appraisals.compute_appraisal(town.actors["clerk"], scheme=scheme, division=town.street, span=span.before)
    Appraisal.objects.filter(pk=signed.pk).update(state="signed", signed_at=now)
    unit = town.units["department"]
    proof = {"file_key": files.store(b"%PDF-1.4 walk"), "file_name": "proof.pdf"}
    things.update(
        appraisal=Appraisal.objects.get(pk=open_one.pk),
        signed_appraisal=signed,
        appraisal_scheme=scheme,
        appraisal_row=AppraisalRow.objects.get(appraisal=open_one, unit=unit),
        appraisal_objection=AppraisalObjection.objects.create(
            appraisal=open_one, unit=unit, words="3 件记错了", raised_at=now, due_at=now + timedelta(days=3), **proof
        ),
        entry=ManualEntry.objects.create(unit=unit, kind="荣誉", day=clock.today(), words="市级表彰", entered_at=now, **proof),
        consequence=Consequence.objects.create(appraisal=signed, unit=unit, kind="talk", grounds="黑榜"),
    )


def _sponsorship(place: Place) -> None:
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


SMALL_SCHEME = {
    "schema": 1, "version": "1", "period": "month", "lists": {"black": {"last": 1}},
    "measures": [
        {
            "kind": "case_rate", "key": "in_time", "name": "按期结案率", "rate": "closed_in_time", "weight": "100", "without_work": "full_marks"
        },
        {"kind": "bonus", "key": "honours", "name": "荣誉", "kinds": [{"kind": "荣誉"}]},
    ],
}  # fmt: skip


def _doubts(place: Place) -> None:
    """A doubted photo, one that waits to be covered, and one that everybody may see."""
    things, now = place.things, clock.now()
    photo, street = things["photo"], place.town.street
    examination = Examination.objects.create(
        photo=photo, unit=place.town.units["department"], division=street, state=Examination.State.DONE, asked_at=now, done_at=now
    )
    things["doubt"] = Doubt.objects.create(
        examination=examination, photo=photo, kind=Doubt.Kind.NO_CAPTURE, score=0.3, found_at=now
    )
    things["to_cover"] = Redaction.objects.create(photo=photo, division=street, proposed_at=now)
    shown = evidence.take_in(place.town.actors["clerk"], jpeg(77 + street.pk % 99), name="shown.jpg")
    things["released"] = Redaction.objects.create(
        photo=shown, division=street, confirmed_at=now, file_key=shown.thumbnail_key, public_key=new_key()
    )


def _belongings(account: Account) -> dict[str, Any]:
    """A waiting job, an import that is ready, a session: each of this account."""
    actor, now = actor_of(account), clock.now()
    job = jobs.start(actor, "import.preview", {"run": 0, "actor": carry(actor)}, title="样表.xlsx")
    losses = jobs.start(actor, FROM_ROUND, {}, title="失分转问题")
    sheets = jobs.start(actor, "papers.dispatch_sheets", {}, title="交办单")
    Job.objects.filter(pk=sheets.pk).update(state=Job.State.DONE, result={"made": 1, "file": files.store(b"a zip")})
    run = ImportRun.objects.create(
        kind="sites", file_key=files.store(b"a sheet"), file_name="样表.xlsx", account=account, created_at=now, job=job,
        state=ImportRun.State.READY, report={"rows_read": 1, "creates": 1, "updates": 0, "unchanged": 0},
    )  # fmt: skip
    device = Device.objects.create(account=account, name="手机", salt="-", created_at=now, last_seen_at=now)
    sign_in = SignIn.objects.create(account=account, session_key=f"walk-{account.pk}", started_at=now, seen_at=now)
    key = files.store(jpeg(90))
    paste = ChatPaste.objects.create(account=account, title="群消息", pasted_at=now)
    proposal = ChatProposal.objects.create(
        paste=paste, position=0, text="垃圾桶满了", photos=[{"key": key, "thumbnail": key, "name": "1.jpg"}]
    )
    names = ("photo", "earlier_photo") if actor.may("evidence.add") else ()
    photos = {name: Photo.objects.get(pk=make_photo(actor)) for name in names}
    notice = Notice.objects.create(key=f"walk-{account.pk}", kind="cases.step", title="督办", link="/", created_at=now)
    return photos | {
        "received": Received.objects.create(account=account, notice=notice, at=now),
        "paste": paste,
        "proposal": proposal,
        "job": job,
        "losses": losses,
        "sheets_job": sheets,
        "run": run,
        "sign_in": sign_in,
        "device": device,
    }
