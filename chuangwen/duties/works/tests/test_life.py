"""A work's life, its money, and the cases that wait for it: none stays away after its work has ended or slipped."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuangwen.cases import actions as cases
from chuangwen.cases.actions.ticking import run_clocks
from chuangwen.cases.models import Case, CaseEvent, State
from chuangwen.cases.tests.loop import make_photo
from chuangwen.duties.works import actions, queries
from chuangwen.duties.works.actions.waiting import look_after
from chuangwen.duties.works.models import Work, WorkCase
from chuangwen.duties.works.states import ENDED, OPEN
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Conflict, Denied, Refusal
from chuangwen.kernel.lives import NotNow

from .ground import DAY, END, at, make_case, make_work, waiting


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at(DAY)):
        yield


@pytest.fixture
def clerk(town):
    return town.actors["clerk"]


def test_a_work_goes_its_way_with_stages_photos_money_and_a_contract(town, clerk):
    work = make_work(town, budget=Decimal("186000.10"))
    liaison = town.actors["liaison"]
    fund = actions.apply_for_fund(liaison, work_id=work.pk, source="上级专项资金", applied=Decimal("100000.05"), applied_on=DAY)
    with pytest.raises(Denied):
        actions.answer_fund(liaison, work_id=work.pk, fund_id=fund.pk, granted=Decimal(1), answered_on=DAY)
    actions.answer_fund(clerk, work_id=work.pk, fund_id=fund.pk, granted=Decimal("90000.03"), answered_on=DAY)
    actions.apply_for_fund(liaison, work_id=work.pk, source="街道财政", applied=Decimal("0.01"), applied_on=DAY)
    actions.save_contract(liaison, work_id=work.pk, number="HD-1", contractor="安和市政工程公司", amount=Decimal("180000.00"), signed_on=DAY)
    with pytest.raises(Refusal):
        actions.save_contract(liaison, work_id=work.pk, number="HD-1", contractor="他公司", amount=Decimal(1), signed_on=DAY)
    with pytest.raises(Refusal, match="分"):
        actions.apply_for_fund(liaison, work_id=work.pk, source="x", applied=Decimal("0.001"), applied_on=DAY)
    before, after = make_photo(liaison), make_photo(liaison)
    actions.start_work(liaison, work_id=work.pk, on=DAY)
    stage = actions.save_stage(
        liaison, work_id=work.pk, name="路基", planned_start=DAY, planned_end=END, started_on=DAY, before=[before]
    )
    with pytest.raises(Refusal, match="照片"):
        actions.save_stage(liaison, work_id=work.pk, stage_id=stage.pk, name="路基", planned_start=DAY, planned_end=END, after=[before])
    with clock.at(at(date(2026, 11, 20))):
        done = actions.finish_work(liaison, work_id=work.pk, on=clock.today(), result="修复320平方米", after=[after])
    stage.refresh_from_db()
    assert (done.state, done.ended_on, stage.ended_on) == ("finished", date(2026, 11, 20), date(2026, 11, 20))
    told = queries.with_money(queries.works(clerk)).get()
    assert (queries.applied(told), queries.granted(told), queries.contracted(told)) == (
        Decimal("100000.06"), Decimal("90000.03"), Decimal("180000.00"),
    )  # fmt: skip
    figures = queries.figures(clerk)
    assert (figures.budget, figures.applied, figures.granted) == (Decimal("186000.10"), Decimal("100000.06"), Decimal("90000.03"))
    with pytest.raises(NotNow):
        actions.start_work(liaison, work_id=work.pk, on=DAY)


def test_a_case_is_deferred_against_a_work_by_the_case_rooms_own_verb(town, clerk):
    work = make_work(town)
    case = waiting(town, work)
    assert (case.state, case.deferred_until, case.deferred_plan) == (State.DEFERRED, work.planned_end, work.name)
    assert work.cases.get().returned_at is None
    with pytest.raises(Denied):
        actions.defer_case(town.actors["liaison"], work_id=work.pk, case_id=make_case(town).pk, reason="x")


def test_when_the_work_ends_the_cases_come_back_with_the_reason_and_a_deadline(town, clerk):
    work = make_work(town)
    case = waiting(town, work)
    old_due = case.due_at
    with clock.at(at(date(2026, 11, 23))):
        actions.start_work(town.actors["liaison"], work_id=work.pk, on=clock.today())
        actions.finish_work(town.actors["liaison"], work_id=work.pk, on=clock.today(), result="修好")
        case.refresh_from_db()
        event = CaseEvent.objects.filter(case=case).latest("pk")
        assert (case.state, event.verb, case.deferred_until) == (State.RECTIFYING, "resume", None)
        assert "后街路面修复" in event.note and "完工" in event.note, "whoever checks the case reads why"
        assert case.due_at > old_due and case.due_at > clock.now(), "the clock stood still meanwhile"
    link = work.cases.get()
    assert link.returned_at is not None and "完工" in link.why


def test_when_the_end_slips_they_come_back_and_the_office_defers_anew(town, clerk):
    work = make_work(town)
    case = waiting(town, work)
    later = work.planned_end + timedelta(days=40)
    with pytest.raises(Conflict):
        actions.slip_work(clerk, work_id=work.pk, planned_end=later, reason="雨季", expected=1)
    moved = actions.slip_work(clerk, work_id=work.pk, planned_end=later, reason="雨季停工")
    case.refresh_from_db()
    event = CaseEvent.objects.filter(case=case).latest("pk")
    assert case.state == State.RECTIFYING and "雨季停工" in event.note
    assert f"{later.year}年{later.month}月{later.day}日" in event.note, "days as people write them"
    assert (moved.slipped_days, moved.slips) == (40, 1)
    actions.defer_case(clerk, work_id=work.pk, case_id=case.pk, reason="等新工期")
    case.refresh_from_db()
    assert case.deferred_until == later and WorkCase.objects.filter(case=case).count() == 2


def test_where_it_ends_earlier_they_wait_until_the_new_end(town, clerk):
    work = make_work(town)
    case = waiting(town, work)
    sooner = work.planned_end - timedelta(days=20)
    actions.slip_work(clerk, work_id=work.pk, planned_end=sooner, reason="提前施工")
    case.refresh_from_db()
    link = work.cases.get()
    assert (case.state, case.deferred_until, link.until, link.returned_at) == (State.DEFERRED, sooner, sooner, None)


def test_a_work_whose_end_passes_has_slipped_by_itself(town, clerk):
    work = make_work(town)
    case = waiting(town, work)
    Case.objects.filter(pk=case.pk).update(deferred_until=END + timedelta(days=90), next_at=at(END + timedelta(days=90)))
    with clock.at(at(work.planned_end + timedelta(days=1))):
        assert look_after() == {"slipped": 1, "returned": 1}
        assert look_after() == {"slipped": 0, "returned": 0}
    case.refresh_from_db()
    work.refresh_from_db()
    assert case.state == State.RECTIFYING and work.slipped_past == work.planned_end


def test_a_case_whose_day_came_says_what_became_of_the_work_it_waited_for(town, clerk, sign_in):
    work, over = make_work(town), make_work(town, name="中街排水改造", planned_end=clock.today() + timedelta(days=30))
    late, plain, done = waiting(town, work), waiting(town, work, site=1), waiting(town, over, words="积水")
    WorkCase.objects.filter(case=plain).delete()
    Work.objects.filter(pk=over.pk).update(state="finished", started_on=clock.today(), ended_on=clock.today())
    for case in (late, plain, done):
        Case.objects.filter(pk=case.pk).update(next_at=at(work.planned_end, 18))
    with clock.at(at(work.planned_end, 19)):
        assert run_clocks() == 3
        assert look_after()["returned"] == 0, "they are back already"
    told = {case.pk: CaseEvent.objects.filter(case=case, verb="resume").get() for case in (late, plain, done)}
    assert "后街路面修复" in told[late.pk].note and "而未完工" in told[late.pk].note
    assert "中街排水改造" in told[done.pk].note and "已完工" in told[done.pk].note and told[plain.pk].note == ""
    assert work.cases.get(case=late).why == told[late.pk].note
    office = sign_in("clerk")
    page, other = (office.get(reverse("cases:detail", args=[case.pk])).content.decode() for case in (late, plain))
    assert "自动恢复办理" in page and "缓办到期" not in page and "未完工" in page
    assert "缓办到期，自动恢复办理" in other


def test_the_name_of_a_work_as_the_plan_ties_a_case_to_it_from_the_case_s_own_page(town, clerk):
    work, case = make_work(town), make_case(town)
    cases.defer(clerk, case_id=case.pk, until=END + timedelta(days=200), reason="待施工", plan=work.name)
    assert work.cases.get().case_id == case.pk
    actions.call_off_work(clerk, work_id=work.pk, reason="资金未落实")
    case.refresh_from_db()
    assert case.state == State.RECTIFYING
    cases.defer(clerk, case_id=case.pk, until=END + timedelta(days=200), reason="再等等", plan=work.name)
    assert look_after()["returned"] == 1, "nothing waits for what will not be done"


def test_a_case_that_goes_on_by_itself_or_waits_for_something_else_waits_no_longer(town, clerk):
    work, other = make_work(town), make_work(town, name="管网改造")
    case, second, third = waiting(town, work), waiting(town, work), waiting(town, work)
    cases.resume(clerk, case_id=case.pk)
    cases.defer(clerk, case_id=second.pk, until=END, reason="改计划", plan="明年预算")
    actions.defer_case(clerk, work_id=other.pk, case_id=third.pk, reason="归入管网")
    assert not work.cases.filter(returned_at__isnull=True).exists()
    assert other.cases.get(returned_at__isnull=True).case_id == third.pk
    with clock.at(at(END, 23) + timedelta(hours=1)):
        run_clocks()
    third.refresh_from_db()
    assert third.state == State.RECTIFYING and not WorkCase.objects.filter(returned_at__isnull=True).exists()


def test_a_case_is_given_back_one_by_one_and_nothing_is_deferred_against_the_past(town, clerk):
    work = make_work(town)
    case, other = waiting(town, work), make_case(town)
    actions.give_back(clerk, work_id=work.pk, case_id=case.pk, reason="不在施工范围")
    case.refresh_from_db()
    assert case.state == State.RECTIFYING and work.cases.get().why == "不在施工范围"
    with pytest.raises(Refusal):
        actions.give_back(clerk, work_id=work.pk, case_id=other.pk, reason="x")
    with clock.at(at(work.planned_end)), pytest.raises(Refusal, match="工期"):
        actions.defer_case(clerk, work_id=work.pk, case_id=other.pk, reason="等完工")


STEPS = st.lists(
    st.sampled_from(("defer", "defer_by_hand", "resume", "start", "stop", "go_on", "later", "sooner", "finish", "call_off", "wait", "clock")),
    min_size=3, max_size=10,
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_no_deferred_case_stays_away_after_its_work_has_ended(town, steps):
    """Whatever happens in whatever order: once the job has run, every case that waits for a work waits for one that is not over and whose end
    lies ahead, and no case is deferred with the name of a work that has ended."""
    clerk, start = town.actors["clerk"], at(DAY)
    number = Work.objects.count()
    with clock.at(start):
        work = make_work(town, name=f"工程{number}")
        case = make_case(town)
    now = start
    for step in steps:
        now += timedelta(days=25 if step == "wait" else 1)
        with clock.at(now):
            work.refresh_from_db()
            try:
                _do(step, clerk, work, case)
            except Refusal:
                continue
    with clock.at(now + timedelta(hours=1)):
        look_after()
        for link in WorkCase.objects.filter(returned_at__isnull=True).select_related("work", "case"):
            assert link.work.state in OPEN and link.work.planned_end >= clock.today() and link.case.state == State.DEFERRED
        ended = Work.objects.filter(state__in=ENDED).values("name")
        assert not Case.objects.filter(state=State.DEFERRED, deferred_plan__in=ended).exists()


def _do(step, clerk, work, case):
    today = clock.today()
    if step == "defer":
        actions.defer_case(clerk, work_id=work.pk, case_id=case.pk, reason="等施工")
    elif step == "defer_by_hand":
        cases.defer(clerk, case_id=case.pk, until=today + timedelta(days=300), reason="等施工", plan=work.name)
    elif step == "resume":
        cases.resume(clerk, case_id=case.pk)
    elif step == "start":
        actions.start_work(clerk, work_id=work.pk, on=today)
    elif step == "stop":
        actions.stop_work(clerk, work_id=work.pk, reason="雨")
    elif step == "go_on":
        actions.go_on_with_work(clerk, work_id=work.pk)
    elif step in ("later", "sooner"):
        move = timedelta(days=30 if step == "later" else -10)
        actions.slip_work(clerk, work_id=work.pk, planned_end=work.planned_end + move, reason="调整")
    elif step == "finish":
        actions.finish_work(clerk, work_id=work.pk, on=today, result="完成")
    elif step == "call_off":
        actions.call_off_work(clerk, work_id=work.pk, reason="无资金")
    elif step == "clock":
        run_clocks()
        look_after()
