"""The town in the database: whole, true to the report, played by the rules of the loop, and with work waiting for everybody."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.db.models import Sum
from django.test import Client, RequestFactory

from chuangwen.cases import queries as cases
from chuangwen.cases.models import OPEN_STATES, Case, CaseEvent, CaseParty, CasePhoto, State, Urgency
from chuangwen.cases.states import TABLE
from chuangwen.demo import fill
from chuangwen.demo.filling.ledger import first_day
from chuangwen.demo.filling.people import PASSWORD
from chuangwen.demo.generate import generate
from chuangwen.demo.tests.ahead import happened_ahead
from chuangwen.demo.tests.conftest import NOW, PHOTOS, TODAY
from chuangwen.demo.town import facts as report_facts
from chuangwen.duties.models import Operation, SponsorshipPlan
from chuangwen.evidence.models import Photo
from chuangwen.evidence.queries import broken_custody, missing_files
from chuangwen.fieldwork.models import Observation, ObservationPhoto, Round
from chuangwen.kernel import access, audit, files
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.ledger import queries as ledger
from chuangwen.ledger.models import Fact
from chuangwen.papers.models import Paper
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account, Post, Unit
from chuangwen.places import queries as places
from chuangwen.places.models import Asset, Division, Grid, Site
from chuangwen.scoring.models import ScoreRow, ScoreSheet
from chuangwen.standards.models import Responsibility

pytestmark = pytest.mark.usefixtures("report")


def actor(role):
    return actor_of(Account.objects.get(username=role))


def test_the_figures_of_the_report_are_those_of_the_tables(report):
    gaps = {row.name: row.counts for row in places.gaps_by_type(Site.objects.all())}["无人管理小区"]
    assert (gaps["unmanaged"], gaps["unmanaged_bare"]) == (236, 189)
    assert Asset.objects.filter(site__has_manager=False, kind="extinguisher", quantity__gt=0).count() == 47
    assert Division.objects.filter(level=Division.Level.VILLAGE).count() == 16
    assert (Grid.objects.filter(parent=None).count(), Grid.objects.exclude(parent=None).count()) == (16, 105)
    assert Site.objects.count() == 712 + 8, "of the practice centres the centre, the office, two points, four posts had no site"
    sums = dict(Asset.objects.order_by().values_list("kind").annotate(Sum("quantity")))
    assert (sums["motorcycle_bay"], sums["parking_bay"], sums["extinguisher"], sums["bin"]) == (9720, 2500, 820, 145)
    assert Unit.objects.filter(kind=Unit.Kind.WORKING_GROUP).count() == 8


def test_the_figures_of_the_report_come_out_of_the_ledger_and_stand_in_a_work_report():
    scope = ledger.Scope(first_day(TODAY), TODAY)
    found = {total.metric.code: total for total in ledger.all_totals(scope, ledger.metrics())}
    report = {fact.code: fact.quantity for fact in report_facts() if fact.code in found and fact.unit != "%"}
    told = {code: found[code].shown for code, quantity in report.items() if quantity is not None}
    assert told == {code: quantity for code, quantity in report.items() if quantity is not None}
    assert len(told) >= 30 and found["publicity-gallery"].count == 0, "what the report masks is not guessed"
    assert not Fact.objects.filter(generated=False).exists() and Fact.objects.filter(corrects__isnull=False).exists()
    paper = Paper.objects.filter(kind="work_report", figures__isnull=False).latest("pk")
    values = {figure["figure"]: figure["value"] for figure in paper.figures}
    assert (values["悬挂横幅"], values["拆除乱搭建"], values["清理牛皮癣"], values["清理卫生黑点"]) == ("315", "25945", "56309", "4384")


def test_the_plan_in_force_and_the_reported_operation_have_their_signed_papers():
    plan = SponsorshipPlan.objects.get(state="running")
    [issued] = plan.papers.all()
    assert issued.is_signed and issued.number and issued.issued_at > plan.signed_at
    operation = Operation.objects.get(state="reported")
    [told] = operation.papers.all()
    assert told.is_signed and operation.report_paper == told.number and operation.report_reason == ""
    assert operation.reported_at == told.issued_at and operation.figures
    assert issued.generated and told.generated


def test_what_the_report_does_not_give_is_marked_as_generated():
    assert not Case.objects.filter(generated=False).exists()
    assert not Round.objects.filter(generated=False).exists()
    assert not Photo.objects.filter(generated=False).exists()
    assert not Asset.objects.filter(generated=False).exists()
    assert not Responsibility.objects.filter(generated=False).exists()
    assert set(Unit.objects.filter(kind="department").values_list("generated", flat=True)) == {True}
    assert set(Unit.objects.filter(kind__in=("working_group", "community")).values_list("generated", flat=True)) == {False}
    assert all(outline["generated"] for outline in Division.objects.filter(outline__isnull=False).values_list("outline", flat=True))
    assert 0 < Site.objects.filter(generated=False).count() < 60


def test_cases_stand_in_every_state():
    counts = Counter(Case.objects.values_list("state", flat=True))
    assert set(counts) == {state.value for state in State}
    assert min(counts.values()) >= 5
    assert sum(counts.values()) > 1400


def test_every_history_is_one_that_the_loop_allows():
    histories = {}
    for case, verb, at, before, after in CaseEvent.objects.order_by("at", "pk").values_list("case", "verb", "at", "before", "after"):
        histories.setdefault(case, []).append((verb, at, before, after))
    assert len(histories) == Case.objects.count()
    states = dict(Case.objects.values_list("pk", "state"))
    for case, events in histories.items():
        state = ""
        for verb, at, before, after in events:
            assert at <= NOW
            assert before == state
            if verb in ("clock", "recheck", "escalate"):
                assert after == before
            elif before:
                assert TABLE[State(before), verb].new_state == after
            else:
                assert (verb, after) == ("report", "reported")
            state = after
        assert states[case] == state


def test_what_waits_for_its_clock_was_looked_at_and_is_looked_at_again():
    running = Case.objects.filter(state__in=("dispatched", "rectifying", "refused"))
    assert running.count() > 50
    for case in running:
        assert case.next_at is None or case.next_at > NOW - timedelta(minutes=2)
        assert (case.urgency in (Urgency.OVERDUE, Urgency.SUPERVISION)) == (case.due_at + timedelta(minutes=2) < NOW), case
    assert {Urgency.ON_TIME, Urgency.HALF, Urgency.OVERDUE, Urgency.SUPERVISION} <= set(running.values_list("urgency", flat=True))


def test_closed_cases_know_how_long_they_took_and_whether_in_time():
    checked = Case.objects.filter(state="closed", solved_on_spot=False)
    assert not checked.filter(handled_minutes=None).exists()
    assert not checked.filter(in_time=None).exists()
    share = checked.filter(in_time=True).count() / checked.count()
    assert 0.7 < share < 0.97
    assert 10 < checked.order_by("handled_minutes")[checked.count() // 2].handled_minutes < 3000


def test_each_case_is_with_whom_the_rules_name_and_the_generator_said_so_too():
    data = generate(TODAY)
    names = {row.key: row.name for row in data.units}
    stored = {case.number: case for case in Case.objects.select_related("lead_unit", "handling_unit")}
    ordered = sorted(stored.values(), key=lambda case: case.pk)
    parts = {}
    for case, unit, part in CaseParty.objects.values_list("case", "unit__name", "part"):
        parts.setdefault((case, part), set()).add(unit)
    later = Case.objects.filter(pk__gt=ordered[len(data.cases) - 1].pk)  # of instructions, meetings and the day when assessors are there
    assert set(later.values_list("source", flat=True)) <= {"leader", "meeting", "higher", "self_check"}
    for row, case in zip(data.cases, ordered[: len(data.cases)], strict=True):
        if row.lead is None or row.merged_into:
            continue
        assert case.lead_unit.name == names[row.lead], row
        assert case.assigned_reason
        assert parts[case.pk, "lead"] == {names[row.lead]}
        assert parts.get((case.pk, "assist"), set()) == {names[key] for key in row.assisting}
        if row.state not in ("refused", "screened", "reported"):
            assert case.handling_unit.name == names[row.handling]


@pytest.mark.parametrize("role", [*access.ROLES, "street_head"])
def test_everybody_signs_in_with_the_printed_password_and_sees_the_home_page(role, report):
    assert role in [account["username"] for account in report["accounts"]]
    account = authenticate(RequestFactory().post("/"), username=role, password=PASSWORD)
    assert account is not None
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        ("clerk", {"to_screen", "to_dispatch", "to_arbitrate", "extensions", "to_verify", "to_close", "late"}),
        ("leader", {"to_arbitrate", "to_verify", "late", "supervision"}),
        ("unit_head", {"to_rectify"}),
        ("liaison", {"to_sign", "to_rectify", "overdue"}),
        ("inspector", {"to_verify"}),
        ("resident", {"own_open"}),
    ],
)
def test_work_waits_for_everybody_who_works_on_cases(role, keys):
    counts = {wait.key: wait.count for wait in cases.waiting_for(actor(role))}
    assert all(counts[key] > 0 for key in keys), counts
    assert all(count < 100 for count in counts.values())


def test_twelve_months_are_scored_and_one_sheet_is_signed_by_the_leader():
    sheets = ScoreSheet.objects.order_by("round__starts_on")
    assert [sheet.state for sheet in sheets] == ["computed"] * 10 + ["signed", "computed"]
    signed = sheets.get(state="signed")
    assert signed.signed_by.username == "leader"
    assert files.path_of(signed.file_key).exists()
    for sheet in sheets:
        assert sheet.coverage["rows_counted"] == sheet.coverage["rows_read"] == Observation.objects.filter(round=sheet.round).count()
        index = sheet.rows.get(level="index")
        assert Decimal("0.75") < index.rate < Decimal("1")
    assert ScoreRow.objects.filter(sheet=signed, level="area").count() == 16
    assert not ScoreRow.objects.filter(sheet=signed, level="total").exists()
    groups = set(ScoreRow.objects.filter(sheet=signed, level="department").values_list("peer_group", flat=True))
    assert groups == {"社区", "区直部门", "企业"}


def test_a_bulletin_is_sent_and_a_dispatch_sheet_waits_in_draft():
    bulletin = Paper.objects.get(kind="bulletin", state="sent")
    sheet = Paper.objects.get(kind="dispatch_sheet")
    assert bulletin.number == "河东创文〔2026〕1号"
    assert files.read(bulletin.docx_key)[:2] == b"PK"
    assert sheet.state == "draft"
    assert Case.objects.filter(round=sheet.round, lead_unit=sheet.unit, state__in=OPEN_STATES).exists()


def test_photos_stand_in_the_chain_and_belong_to_their_cases():
    assert CasePhoto.objects.count() == PHOTOS
    of_activities = Photo.objects.filter(examination__about__startswith="volunteers.activity:")
    assert of_activities.count() == Photo.objects.count() - PHOTOS and not of_activities.filter(doubts__isnull=False).exists()
    assert not list(broken_custody())
    assert not missing_files()
    for link in CasePhoto.objects.select_related("case", "event", "photo"):
        assert link.event.verb in ("report", "submit", "solve_on_spot")
        assert link.stage == ("before" if link.event.verb == "report" else "after")
        assert link.photo.taken_at <= link.event.at
        assert link.photo.uploaded_by_id == link.event.account_id
    for link in ObservationPhoto.objects.select_related("observation"):
        assert CasePhoto.objects.filter(photo=link.photo_id, case__observation=link.observation, stage="before").exists()


def test_the_trail_says_once_that_it_was_filled_and_holds():
    entries = AuditEntry.objects.filter(verb="demo.fill")
    assert [entry.channel for entry in entries] == ["command"]
    assert entries[0].after["cases"] == Case.objects.count()
    assert not list(audit.broken_links())


@pytest.mark.skipif(not apps.is_installed("chuangwen.volunteers"), reason="the room is left out")
def test_nothing_that_volunteers_have_done_lies_ahead():
    assert happened_ahead(NOW) == {}


def test_filling_again_changes_nothing_and_says_so(report):
    before = Case.objects.count(), AuditEntry.objects.count(), Account.objects.count()
    again = fill.fill_town(today=date(2027, 1, 5))
    assert again["filled"] is False
    assert again["cases"] == report["cases"]
    assert (Case.objects.count(), AuditEntry.objects.count(), Account.objects.count()) == before
    assert "此前已装入" in fill.describe(again)


def test_a_database_with_places_of_its_own_is_left_alone(monkeypatch):
    monkeypatch.setattr(fill, "filled", lambda: None)
    with pytest.raises(Refusal, match="已有 720 个点位"):
        fill.fill_town()


def test_taken_user_names_are_refused_before_anything_is_made(monkeypatch):
    monkeypatch.setattr(fill, "filled", lambda: None)
    monkeypatch.setattr(fill.Site.objects, "count", lambda: 0)
    with pytest.raises(Refusal, match="clerk"):
        fill.fill_town()


def test_the_description_names_every_account_its_password_and_what_is_generated(report):
    text = fill.describe(report)
    assert "http://127.0.0.1:8000/" in text
    assert PASSWORD in text
    for account in report["accounts"]:
        assert account["username"] in text
    assert "236" in text
    assert "189" in text
    assert "生成" in text


def test_people_hold_posts_that_began_before_their_work():
    first = Post.objects.order_by("starts_on").first()
    assert first.starts_on < CaseEvent.objects.order_by("at").first().at.date()
