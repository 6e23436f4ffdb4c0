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
from tests import parts, world_duties

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
    world_duties.make_sponsorship(place)
    _doubts(place)
    _outside(place)
    _ledger(place)
    world_duties.make_duties(place)
    world_duties.make_rosters(place)
    world_duties.make_partners(place)
    world_duties.make_works(place)
    world_duties.make_meetings(place)
    world_duties.make_inspections(place)
    world_duties.make_operations(place)
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
