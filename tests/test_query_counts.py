"""A list costs the same number of queries however long it is: at five rows and at sixty."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chuangwen.cases import actions as cases
from chuangwen.cases.escalation import actions as ladder
from chuangwen.duties.models import (
    AfterItem,
    DrawnPlace,
    DutyPost,
    Inspection,
    Meeting,
    MeetingUnit,
    Operation,
    OperationUnit,
    PlaceAssignment,
    PlanCharge,
    PlanPair,
    PlanPlace,
    PlanSponsor,
    PlanWish,
    PoolPerson,
    PostShift,
    Resolution,
    Roster,
    RosterGround,
    RosterLink,
    RosterSegment,
    RosterTurn,
    Segment,
    SponsorshipPlan,
    TurnChange,
)
from chuangwen.duties.partnership import actions as partners
from chuangwen.duties.rhythm import actions as rhythm
from chuangwen.duties.works import actions as works
from chuangwen.evidence.models import Doubt, Examination, Photo, Redaction
from chuangwen.fieldwork.models import Observation, ObservationPhoto, ObservationUnit, Round
from chuangwen.intake.models import ChatPaste, Report, Suggestion, SystemKey, Webhook
from chuangwen.intake.models import Delivery as WebhookDelivery
from chuangwen.kernel import audit, clock, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.models import ImportRun
from chuangwen.ledger.models import Fact, FactPhoto, Metric, SheetLayout
from chuangwen.messaging.models import Channel, Delivery, Notice, Received
from chuangwen.overview.models import DisplayLink
from chuangwen.papers.models import Paper, PaperParty, PaperSchedule, PaperTemplate
from chuangwen.people.models import Unit
from chuangwen.phone.models import Device
from chuangwen.places.models import Division, Grid, SiteType
from chuangwen.scoring.models import (
    Appraisal,
    AppraisalObjection,
    AppraisalRow,
    AppraisalScheme,
    Consequence,
    Forecast,
    ForecastRepair,
    ForecastVisit,
    ManualEntry,
    Scheme,
    ScoreRow,
    ScoreSheet,
)
from chuangwen.standards.models import ChecklistItem, Edition, Family, Kind, Responsibility
from chuangwen.testing import factories
from chuangwen.web.lists import ListPage
from tests import parts
from tests.routes import Route, routes
from tests.samples import samples_of
from tests.walk import BACKEND
from tests.world import Place, make_world

FEW, MANY = 5, 60
MOST = 10
BESIDE = 3
"""What every page of somebody who is signed in costs: the session, the account, and how many messages are unread."""
MORE = {
    "/api/v1/load": 4, "/api/v1/rosters/<int:roster_id>/gaps": 1, "duties:sponsorship-pairs": 2, "duties:partner-ringed": 3,
} | parts.brought("MORE")  # fmt: skip
"""No lists of one table: the meter asks each of its sources once (checks, duties, tasks, turns, visits, meetings, operations); gaps ask for
the shifts, who has them, who answered and who could stand in; the next best of a pair is found among all that the plan was asked with (sponsors,
places, charges, wishes); the rings of an area are drawn before their places are listed (the area, its settings, who comes)."""
OF_THE_SYSTEM = (
    "people:accounts", "people:roles", "phone:devices", "intake:systems", "intake:webhooks", "intake:deliveries", "messaging:channels",
    "messaging:deliveries", "wall-links",
)  # fmt: skip
WHO = {"audit": "audit_admin"} | dict.fromkeys(OF_THE_SYSTEM, "system_admin") | parts.brought("WHO")


def more_of_everything(place: Place, count: int, start: int) -> None:
    """``count`` more rows of all that lists show, each with what its cells lean on."""
    town, things = place.town, place.things
    for part in parts.standing():
        part.more(place, start, count)
    now, today, clerk = clock.now(), clock.today(), town.actors["clerk"]
    for n in range(start, start + count):
        division = factories.make_division(f"440902003{n:03d}" if n < 1000 else None, f"社区{n}", 5, town.street)
        unit = factories.make_unit(f"单位{n}", parent=town.units["office"], division=division)
        account = factories.make_account(f"member{n}", town.roles["liaison"], unit)
        Grid.objects.create(division=division, parent=town.grid, code=f"N{n}", name=f"网格{n}")
        type = SiteType.objects.create(code=f"type{n}", name=f"类型{n}", order=n)
        site = factories.make_site(division, type, lat=21.6 + n / 9000, lon=110.9)
        family = Family.objects.create(code=f"family{n}", name=f"大类{n}", order=n)
        kind = Kind.objects.create(code=f"kind{n}", family=family, name=f"小类{n}")
        criterion = factories.make_criterion(town.requirement, f"标准条文{n}", family=family, kind=kind)
        ChecklistItem.objects.create(site_type=town.types["market"], criterion=criterion, text=f"条目{n}")
        Responsibility.objects.create(unit=unit, kind=kind, criterion=criterion, starts_on=factories.LONG_AGO)
        edition = Edition.objects.create(name=f"体系{n}", year=2020)
        round = Round.objects.create(
            name=f"轮次{n}", edition=edition, division=division, starts_on=today, ends_on=today + timedelta(days=n)
        )
        observation = Observation.objects.create(
            round=things["round"], site=site, criterion=criterion, area=division, observed_on=today, loss="0.1", serial=f"S{n}"
        )
        ObservationUnit.objects.create(observation=observation, unit=unit)
        ObservationPhoto.objects.create(observation=observation, photo=Photo.objects.first())
        case = cases.report(clerk, description=f"问题{n}", site=site, kind=kind)
        if n % 2:
            cases.dispatch(clerk, case_id=case.pk, lead=unit, assists=[town.units["department"]])
        if n % 2:
            ladder.propose(clerk, case_ids=[case.pk], level=2, reason=f"超期{n}", asks="整改")
        Report.objects.create(case=case, channel="resident", proposed_kind=kind, proposed_share=0.5, received_at=now)
        Suggestion.objects.create(subject="burden", words=f"建议{n}", token_hash=f"{n}", received_at=now, account=account)
        key = SystemKey.objects.create(name=f"系统{n}", key_hash=f"{n}", division=division, created_at=now)
        Report.objects.filter(case=case).update(system=key)
        hook = Webhook.objects.create(name=f"地址{n}", url="https://a.example.cn/", secret="-", created_at=now)
        WebhookDelivery.objects.create(webhook=hook, event="case.closed", case=case, body="{}", created_at=now, next_at=now)
        ChatPaste.objects.create(account=town.accounts["clerk"], title=f"群{n}", pasted_at=now)
        scheme = Scheme.objects.create(name=f"办法{n}", kind="deduction", body=things["scheme"].body, created_at=now)
        sheet = ScoreSheet.objects.create(round=round, scheme=scheme, computed_at=now, input_digest=str(n))
        Forecast.objects.create(
            plan=things["plan"], target=f"预测{n}", as_of=today, made_at=now - timedelta(days=1), threshold="0.85", mean="0.9", low="0.8",
            high="0.95", chance="0.7", chances={"85": 0.7}, histogram=[[0.8, 0.9, 1]],
        )  # fmt: skip
        ForecastRepair.objects.create(
            forecast=things["forecast"], case=case, gain="0.001", minutes=60, rate=0.001, group=n, ifs=[0.001],
            why={"drawn": 0.1, "worth": 0.2, "loses": 1.0, "holds": 0.9, "open": 1, "effort": "usual", "of": 0},
        )  # fmt: skip
        ForecastVisit.objects.create(
            forecast=things["forecast"], site=site, position=n, minutes=20, share=0.01, left=0.9, bound=0.1, why={"last_seen_days": n}
        )
        ScoreRow.objects.create(
            sheet=things["sheet"], level="site", key=f"k{n}", name=f"点位{n}", order=10_000 + n, possible=1, got=1, possible_exact="1/1",
            got_exact="1/1",
        )  # fmt: skip
        rules = AppraisalScheme.objects.create(name=f"考核{n}", period="month", body=things["appraisal_scheme"].body, created_at=now)
        result = Appraisal.objects.create(
            division=division, scheme=rules, period="month", starts_on=today, ends_on=today, label=f"第{n}期", state="open",
            input_digest=str(n), file_key=things["appraisal"].file_key, computed_at=now, objections_until=now,
        )  # fmt: skip
        for appraisal in (result, things["appraisal"]):
            AppraisalRow.objects.create(appraisal=appraisal, unit=unit, name=f"单位{n}", group="单位", order=10_000 + n)
        AppraisalObjection.objects.create(appraisal=result, unit=unit, words=f"异议{n}", raised_at=now, due_at=now)
        Consequence.objects.create(appraisal=result, unit=unit, kind="talk", grounds=f"第{n}期")
        ManualEntry.objects.create(unit=unit, kind="荣誉", day=today, words=f"表彰{n}", link="https://example.cn", entered_at=now)
        plan = SponsorshipPlan.objects.create(name=f"包保{n}", division=division, starts_on=today, ends_on=today, made_at=now)
        for one in (plan, things["sponsorship"]):
            sponsor = PlanSponsor.objects.create(plan=one, kind=1, name=f"单位{n}", unit=unit)
            sponsored = PlanPlace.objects.create(plan=one, name=f"点位{n}", division=division)
            PlanWish.objects.create(plan=one, sponsor=sponsor, place=sponsored, kind="fixed")
            PlanPair.objects.create(plan=one, sponsor=sponsor, place=sponsored)
            PlanCharge.objects.create(plan=one, sponsor=sponsor, place=sponsored)
        pair = partners.make_pair(SYSTEM, unit=unit, division=town.communities[n % 2], paired_on=today)
        partners.record_contact(SYSTEM, partnership_id=pair.pk, day=today, what="座谈")
        partners.save_need(SYSTEM, partnership_id=pair.pk, words=f"需求{n}")
        partners.record_input(
            SYSTEM, partnership_id=pair.pk, kind="goods", name="水泥", quantity=Decimal(n), measure="吨", day=today
        )
        work = works.make_work(SYSTEM, name=f"工程{n}", division=division, unit=unit, planned_start=today, planned_end=today, budget=Decimal(n))
        works.apply_for_fund(SYSTEM, work_id=work.pk, source="财政", applied=Decimal(n), applied_on=today)
        _meetings_of(n, place, unit, division, case)
        operation = Operation.objects.create(
            name=f"行动{place.town.street.code}-{n}", division=division, starts_on=today, ends_on=today, made_at=now
        )
        for one in (operation, things["operation"]):
            OperationUnit.objects.create(operation=one, unit=unit)
            Segment.objects.create(operation=one, name=f"段面{n}", unit=unit)
        paper = Paper.objects.create(
            kind="bulletin",
            title=f"通报{n}",
            round=round,
            division=division,
            unit=unit,
            sheet=sheet,
            paper_date=today,
            created_at=now,
        )
        PaperParty.objects.create(paper=things["sent"], unit=unit, part="recipient", asked_at=now, due_at=now)
        PaperParty.objects.create(paper=paper, unit=unit, part="countersigner")
        PaperTemplate.objects.create(kind="bulletin", name=f"范本{n}", division=town.street)
        PaperSchedule.objects.create(name=f"周报{n}", kind="bulletin", division=town.street, unit=unit, at=time(8), since=now)
        doubted = Photo.objects.create(
            file_key=f"{n:064x}", sm3="-", dhash="0", phash="0", format="JPEG", size=1, width=1, height=1, uploaded_at=now,
            custody_previous="-", custody=f"walk-{n}",
        )  # fmt: skip
        examination = Examination.objects.create(photo=doubted, unit=unit, division=division, asked_at=now)
        Doubt.objects.create(
            examination=examination, photo=doubted, other=things["photo"], kind="alike", score=0.5, found_at=now
        )  # fmt: skip
        Redaction.objects.create(photo=doubted, division=division)
        owed = rhythm.save_duty(
            SYSTEM, name=f"职责{n}", division=division, kind="days", rule="FREQ=WEEKLY;BYDAY=FR", starts_on=today, proofs=["record"], under=unit
        )
        assert owed.occurrences.exists()
        rhythm.give_feed(SYSTEM, unit=unit, name=f"日历{n}")
        notice = Notice.objects.create(key=f"n{n}", kind="cases.step", title=f"消息{n}", created_at=now)
        way = Channel.objects.create(name=f"渠道{n}", kind="wecom", sealed="-", masked="-", unit=unit)
        Delivery.objects.create(notice=notice, channel=way, account=account, next_at=now, created_at=now)
        Received.objects.create(notice=notice, account=town.accounts["clerk"], at=now)
        _ledger_of(n, place, unit, division)
        _rosters_of(n, place, unit)
        for role in ("clerk", "system_admin"):
            owner = town.accounts[role]
            job = jobs.start(town.actors[role], "import.preview", {"run": 0}, title=f"任务{n}")
            jobs.cancel(job)
            Device.objects.create(account=owner, name=f"手机{n}", salt="-", created_at=now, last_seen_at=now)
            ImportRun.objects.create(kind="sites", file_key="-", file_name=f"表{n}.xlsx", account=owner, created_at=now, job=job)
        DisplayLink.objects.create(name=f"大屏{n}", division=division, token_hash=f"{n}", created_at=now)
        audit.record(SYSTEM, "places.edit_site", site, after={"account": account.pk})


def _rosters_of(n: int, place: Place, unit: Unit) -> None:
    now, today, ground = clock.now(), clock.today(), place.things["roster_ground"]
    other = RosterGround.objects.create(name=f"执勤区域{n}", division=place.town.street)
    segment = RosterSegment.objects.create(ground=ground, name=f"段面{n}", unit=unit)
    post = DutyPost.objects.create(ground=ground, segment=segment, unit=unit, name=f"岗位{n}")
    shift = PostShift.objects.create(post=post, name="早班", windows=[[420, 540]])
    person = PoolPerson.objects.create(unit=unit, name=f"人员{n}")
    roster = Roster.objects.create(ground=other, starts_on=today, ends_on=today, made_at=now, state="published", published_at=now)
    turn = RosterTurn.objects.create(roster=roster, shift=shift, day=today, person=person, changed_at=now)
    TurnChange.objects.create(turn=turn, other=place.things["pool"], asked_at=now)
    RosterLink.objects.create(unit=unit, person=person, token_hash=f"{n}", created_at=now)


def _meetings_of(n: int, place: Place, unit: Unit, division: Division, case: Any) -> None:
    now, today, things = clock.now(), clock.today(), place.things
    meeting = Meeting.objects.create(
        title=f"会议{n}", kind="special", division=division, convener=unit, place=f"地点{n}", starts_at=now, changed_at=now, made_at=now
    )
    for one in (meeting, things["held_meeting"]):
        MeetingUnit.objects.create(meeting=one, unit=unit)
    Resolution.objects.create(
        meeting=things["held_meeting"], position=n, words=f"事项{n}", unit=unit, due_on=today, entered_at=now, case=case
    )
    inspection = Inspection.objects.create(name=f"测评{n}", division=division, first=today, last=today, made_at=now)
    for one in (inspection, things["inspection_on"]):
        drawn = DrawnPlace.objects.create(inspection=one, division=division, day=today, known_at=now)
        PlaceAssignment.objects.create(place=drawn, unit=unit)
        AfterItem.objects.create(inspection=one, found=f"问题{n}", place=drawn, unit=unit, entered_at=now)


def _ledger_of(n: int, place: Place, unit: Unit, division: Division) -> None:
    now, photo = clock.now(), place.things["photo"]
    metric = Metric.objects.create(code=f"m{n}", name=f"指标{n}", group=f"分类{n}", measure="条", adds="last" if n % 2 else "sum", order=n)
    for kind in (metric, place.things["metric"]):
        days = {"starts_on": clock.today(), "ends_on": clock.today(), "entered_at": now}
        fact = Fact.objects.create(metric=kind, amount=n, unit=unit, division=division, operation=f"行动{n}", **days)
        FactPhoto.objects.create(fact=fact, photo=photo)
    SheetLayout.objects.create(unit=unit, name=f"台账{n}", signature=f"{n}", titles=["日期"], made_at=now)


def lists() -> list[Route]:
    """Pages made of a ``ListPage``, and addresses of the API that give pages."""
    found = [route for route in routes() if not route.api and issubclass(getattr(route.view, "view_class", object), ListPage)]
    return found + [route for route in routes() if route.api and "GET" in route.methods and not route.path.endswith(">")]


def queries_of(place: Place, route: Route) -> int:
    """How many queries the list costs at its usual size."""
    role = WHO.get(route.name, "clerk")
    client = Client(headers={"Authorization": f"Bearer {place.tokens[role]}"} if route.api else {})
    if not route.api:
        client.force_login(place.town.accounts[role], backend=BACKEND)
    sample = next(iter(samples_of(route).values()))
    address = route.url(sample.find(place, role))
    query = ({"limit": "50"} if route.api else {"size": "50"}) | (sample.query(place) if sample.query else {})
    client.get(address, query)  # what is read once per process is not the list's
    with CaptureQueriesContext(
        connection,
    ) as counted:
        answer = client.get(address, query)
    assert answer.status_code == 200, (route.name, answer.status_code)
    return len(counted)


@pytest.fixture
def place(db) -> Place:
    return make_world().here


def test_every_list_costs_the_same_at_five_and_at_sixty_rows_and_little(place):
    more_of_everything(place, FEW, 100)
    few = {route: queries_of(place, route) for route in lists()}
    more_of_everything(place, MANY - FEW, 100 + FEW)
    many = {route: queries_of(place, route) for route in lists()}
    growing = {route.name: (few[route], many[route]) for route in few if many[route] > few[route]}
    assert growing == {}
    dear = {route.name: count for route, count in many.items() if count > MOST + (0 if route.api else BESIDE) + MORE.get(route.name, 0)}
    assert dear == {}
