"""Commendations are proven, entered by one for another, and stay to be seen; appraisals are of services; both go with the record."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.kernel.models import AuditEntry
from chuangwen.kernel.sheets import write_table
from chuangwen.messaging.models import Notice
from chuangwen.volunteers.corps.tests.standing import make_volunteer
from chuangwen.volunteers.hours import actions as hours
from chuangwen.volunteers.hours.certificate_paper import paper
from chuangwen.volunteers.hours.install import install_stars
from chuangwen.volunteers.hours.tests.ground import at, served
from chuangwen.volunteers.record import actions, queries, rules, sheets
from chuangwen.volunteers.record.models import Commendation, ServiceAppraisal
from chuangwen.volunteers.record.rules import COMPLAINTS, OBJECTIONS, STANDING, Answer, Judge, Take

from .ground import GIVEN, make_ground

DAY = date(2026, 11, 3)


@pytest.fixture(autouse=True)
def now(db):
    with clock.at(at(20, day=20)):
        yield


@pytest.fixture
def ground(town):
    return make_ground(town)


@pytest.fixture
def entry(ground):
    return served(ground.volunteer, ground.team, at(9), at(11))


def enter(ground, actor=None, **changes):
    facts = GIVEN | {"volunteer_id": ground.volunteer.pk, "day": DAY} | changes
    return actions.enter_commendation(actor or ground.who.clerk, **facts)


def test_one_person_enters_it_and_the_volunteer_is_told(ground):
    row = enter(ground)
    assert (row.unit, row.team, row.state) == (ground.team.unit, ground.team, "stands")
    assert Notice.objects.filter(key=f"commendation:{row.pk}").exists()
    assert AuditEntry.objects.order_by("-number").first().verb == "volunteers.commend"
    with pytest.raises(Conflict):
        enter(ground)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"document_number": "  "}, "record.proof"), ({"title": " "}, "text"), ({"given_by": ""}, "text"),
        ({"level": "galactic"}, "choice.level"),
        ({"day": date(2027, 1, 1)}, "record.day"), ({"day": date(1900, 1, 1)}, "record.day"), ({"title": "长" * 81}, "text"),
        ({"photos": [99_999]}, "photo"), ({"team_id": 99_999}, "record.team"),
    ],
)  # fmt: skip
def test_what_is_not_proven_or_makes_no_sense_is_refused(ground, changes, code):
    with pytest.raises(Refusal) as told:
        enter(ground, **changes)
    assert told.value.code == code and not Commendation.objects.exists()


@pytest.mark.parametrize("title", ["三星级志愿者", "三星級志願者", " 三星级志愿者称号"])
def test_stars_come_from_hours_and_are_not_entered(ground, title):
    install_stars()
    with pytest.raises(Refusal, match="星级"):
        enter(ground, title=title)


def test_nobody_enters_or_withdraws_their_own_and_others_not_at_all(ground, other_town):
    own = make_volunteer(ground.communities[0], "文员")
    own.person = ground.accounts["clerk"].person
    own.save()
    with pytest.raises(Denied, match="本人"):
        enter(ground, volunteer_id=own.pk)
    row = enter(ground)
    for who in (ground.who.own, ground.who.leader, ground.who.stranger):
        with pytest.raises(Denied):
            enter(ground, who, title="别的")
        with pytest.raises(Denied):
            actions.withdraw_commendation(who, commendation_id=row.pk, reason="x")
    with pytest.raises(Missing):
        enter(ground, other_town.actors["clerk"], title="别的")
    with pytest.raises(Missing):
        actions.withdraw_commendation(other_town.actors["clerk"], commendation_id=row.pk, reason="x")


def test_the_database_itself_asks_for_a_proof_and_for_a_reason(ground):
    facts = {"volunteer": ground.volunteer, "unit": ground.team.unit, "level": "town", "given_by": "x", "day": DAY, "made_at": clock.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Commendation.objects.create(title="无据", **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Commendation.objects.create(title="无因", document_number="1", state="withdrawn", ended_at=clock.now(), **facts)


def test_what_is_withdrawn_stays_with_its_reason_and_may_be_entered_anew(ground):
    row = enter(ground)
    for reason in ("", "  "):
        with pytest.raises(Refusal):
            actions.withdraw_commendation(ground.who.clerk, commendation_id=row.pk, reason=reason)
    with pytest.raises(Conflict):
        actions.withdraw_commendation(ground.who.clerk, commendation_id=row.pk, reason="错", expected=7)
    actions.withdraw_commendation(ground.who.clerk, commendation_id=row.pk, reason="记错了人", expected=1)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("withdrawn", "记错了人")
    with pytest.raises(NotNow):
        actions.withdraw_commendation(ground.who.clerk, commendation_id=row.pk, reason="再来")
    assert enter(ground).pk != row.pk


def certificate(ground, with_commendations):
    asked = hours.ask_certificate(
        ground.who.own, volunteer_id=ground.volunteer.pk, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 20),
        with_commendations=with_commendations,
    )  # fmt: skip
    return hours.issue_certificate(ground.who.clerk, hours_certificate_id=asked.pk)


def test_a_certificate_names_them_only_where_asked_and_only_those_of_its_time(ground, entry):
    row = enter(ground)
    enter(ground, title="去年的", day=date(2025, 5, 1))
    plain = certificate(ground, False)
    assert plain.commendations == []
    hours.withdraw_certificate(ground.who.clerk, hours_certificate_id=plain.pk, reason="换一份")
    issued = certificate(ground, True)
    assert [(line["id"], line["title"], line["level"]) for line in issued.commendations] == [(row.pk, "优秀志愿者", "县（市、区）级")]
    issued.refresh_from_db()
    text = str(paper(issued, "https://example.org/x").body)
    assert "优秀志愿者" in text and "去年的" not in text and "2026年11月3日" in text
    actions.withdraw_commendation(ground.who.clerk, commendation_id=row.pk, reason="记错了人")
    issued.refresh_from_db()
    assert issued.state == "withdrawn" and "表彰" in issued.reason


def bring(ground, **changes):
    row = {
        "volunteer": ground.volunteer.number, "name": "张三丰", "title": "先进个人", "level": "街道级", "given_by": "街道办事处", "day": DAY,
        "document_number": "街办〔2026〕1号",
    } | changes  # fmt: skip
    return importing.bring_in(
        ground.who.clerk, "volunteer-commendations", write_table(sheets.COMMENDATIONS, [row]), {}, file_name="表彰.xlsx"
    )


def test_a_sheet_brings_them_once(ground):
    assert bring(ground)["creates"] == 1
    assert bring(ground)["unchanged"] == 1
    row = Commendation.objects.get()
    assert (row.level, row.document_number, row.volunteer) == ("town", "街办〔2026〕1号", ground.volunteer)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"name": "别人"}, "name"), ({"volunteer": "V9"}, "volunteer"), ({"day": date(2027, 1, 1)}, "day"), ({"title": "五星级志愿者"}, "star")],
)
def test_a_sheet_that_cannot_be_right_is_refused_with_the_cell(ground, changes, code):
    install_stars()
    with pytest.raises(importing.ImportRefused) as told:
        bring(ground, **changes)
    assert [problem.code for problem in told.value.problems] == [code] and not Commendation.objects.exists()


# -- appraisals and ratings --------------------------------------------------------------------------------------------


def test_the_leader_and_the_desk_appraise_services_of_others_and_nobody_else_does(ground, entry, other_town):
    second = served(ground.leader, ground.team, at(9, day=3), at(11, day=3), source_id=2)
    for who, error in ((ground.who.own, Missing), (ground.who.stranger, Missing), (other_town.actors["clerk"], Missing)):
        with pytest.raises(error):
            actions.appraise_services(who, entries=[entry.pk], grade="good")
    with pytest.raises(Denied):
        actions.appraise_services(ground.who.leader, entries=[entry.pk, second.pk], grade="excellent")
    assert not ServiceAppraisal.objects.exists(), "all or none"
    made = actions.appraise_services(ground.who.leader, entries=[entry.pk], grade="excellent", remark="细心")
    with pytest.raises(Conflict):
        actions.appraise_services(ground.who.clerk, entries=[entry.pk], grade="good")
    with pytest.raises(Missing):
        actions.withdraw_appraisal(ground.who.stranger, service_appraisal_id=made[0].pk, reason="x")
    actions.withdraw_appraisal(ground.who.leader, service_appraisal_id=made[0].pk, reason="写错了人")
    actions.appraise_services(ground.who.clerk, entries=[entry.pk], grade="good")
    assert queries.grades_of(ground.volunteer) == [("良好", 1)]


@pytest.mark.parametrize(
    "wrong", [{"grade": "lacking"}, {"grade": "best"}, {"grade": "lacking", "remark": " "}, {"grade": "good", "entries": []}]
)
def test_an_appraisal_is_a_word_of_the_list_and_says_what_is_lacking(ground, entry, wrong):
    with pytest.raises(Refusal):
        actions.appraise_services(ground.who.clerk, **({"entries": [entry.pk]} | wrong))


def test_a_service_that_counts_no_longer_is_not_appraised(ground, entry):
    type(entry).objects.filter(pk=entry.pk).update(counts=False)
    with pytest.raises(Conflict):
        actions.appraise_services(SYSTEM, entries=[entry.pk], grade="good")


def test_ratings_come_into_the_record_as_they_are(ground, entry):
    from chuangwen.volunteers.orders.models import ServiceOrder

    now = clock.now()
    for n, stars in enumerate((5, 4, None)):
        order = ServiceOrder.objects.create(
            uid=f"00000000-0000-4000-8000-{n:012d}", number=f"FW{n}", kind="need", words="修灯", name="示例", channel="page", state="done",
            division=ground.communities[0], start=now, end=now + timedelta(hours=1), team=ground.team, placed_at=now, finished_at=now,
            token_hash=f"{n}" * 20, rating=stars,
        )  # fmt: skip
        served(ground.volunteer, ground.team, at(8 + n, day=5), at(8 + n, 40, day=5), source="order", source_id=order.pk)
    assert [(one.source, one.services, one.count, one.mean) for one in queries.ratings(ground.volunteer)] == [("order", 2, 2, "4.5")]
    assert queries.ratings(ground.leader) == []


def test_the_record_shows_all_of_it_to_the_volunteer_and_to_the_desk(ground, entry, sign_in):
    enter(ground)
    actions.appraise_services(ground.who.clerk, entries=[entry.pk], grade="excellent", remark="细心")
    pages = {
        "resident": [reverse("volunteers:hours-mine"), reverse("volunteers:me"), reverse("volunteers:hours-entry", args=[entry.pk])],
        "clerk": [reverse("volunteers:hours-record", args=[ground.volunteer.pk]), reverse("volunteers:hours-entry", args=[entry.pk])],
    }
    for role, addresses in pages.items():
        page = sign_in(role)
        for address in addresses:
            answer = page.get(address)
            assert answer.status_code == 200 and ("优秀志愿者" in answer.content.decode() or "优秀" in answer.content.decode()), address
    row = Commendation.objects.get()
    assert sign_in("resident").get(row.get_absolute_url()).status_code == 200
    own = sign_in("resident").get("/api/v1/volunteer-record/mine").json()
    assert [one["title"] for one in own["commendations"]] == ["优秀志愿者"] and own["grades"] == [{"grade": "优秀", "count": 1}]


def test_the_leaders_list_holds_the_services_of_the_own_teams_alone(ground, entry):
    served(ground.leader, ground.team, at(9, day=3), at(11, day=3), source_id=2)
    assert [row.pk for row in queries.to_appraise(ground.who.leader)] == [entry.pk], "not one's own"
    assert not queries.to_appraise(ground.who.own).exists() and not queries.to_appraise(ground.who.stranger).exists()
    assert queries.to_appraise(ground.who.clerk).count() == 2
    actions.appraise_services(ground.who.leader, entries=[entry.pk], grade="good")
    assert not queries.to_appraise(ground.who.leader).exists()


def test_only_what_the_tables_say_can_be_done():
    for table, states, steps in (
        (STANDING, ("stands", "withdrawn"), Take), (COMPLAINTS, ("open", "founded", "unfounded"), Judge),
        (OBJECTIONS, ("open", "correcting", "upheld", "refused", "taken_back"), Answer),
    ):  # fmt: skip
        assert {(state, step) for state in states for step in steps} >= set(table)
        assert all(after in states and after != before for (before, _step), after in table.items())


def test_a_mean_is_rounded_by_halves():
    assert [rules.mean_told(*one) for one in ((19, 4), (14, 3), (13, 4), (0, 0))] == ["4.8", "4.7", "3.3", ""]
