"""An operation from its draft to its report: what can be done when, the figures of days in the ledger, who has not told, what came back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case
from chuangwen.duties.load import sources
from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.operations import actions, jobs, queries, reminding, states
from chuangwen.duties.operations.errors import KnownAlready
from chuangwen.duties.operations.models import Counted, Operation, OperationUnit
from chuangwen.duties.operations.states import STATES, Step
from chuangwen.duties.operations.tests.ground import FIRST, LAST, at, drafted, metrics, running, tell
from chuangwen.duties.operations.views.life import back_address
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import clock, workload
from chuangwen.kernel import jobs as kernel_jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.kernel.models import AuditEntry
from chuangwen.kernel.office_calendar import calendar
from chuangwen.ledger import actions as ledger
from chuangwen.ledger import needs
from chuangwen.ledger import operations as named
from chuangwen.ledger import queries as totals
from chuangwen.ledger.models import Fact
from chuangwen.messaging.models import Notice, Received

DO = {
    Step.EDIT: lambda actor, key: actions.set_units(
        actor, operation_id=key, telling=[row.unit for row in OperationUnit.objects.filter(operation=key)]
    ),
    Step.START: lambda actor, key: actions.start_operation(actor, operation_id=key),
    Step.REMIND: lambda actor, key: actions.remind_units(actor, operation_id=key),
    Step.END: lambda actor, key: actions.end_operation(actor, operation_id=key),
    Step.REPORT: lambda actor, key: actions.report_operation(actor, operation_id=key, paper="河东发〔2026〕9号", reason="区里合并行文"),
    Step.CANCEL: lambda actor, key: actions.cancel_operation(actor, operation_id=key, reason="与迎检冲突"),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_only_what_the_table_allows_can_be_done(town, state):
    operation = drafted(town)
    for step in (*DO, Step.TELL):
        facts = {"state": state, "started_at": clock.now() if state != "draft" else None, "cancel_reason": "x", "ends_on": LAST}
        Operation.objects.filter(pk=operation.pk).update(**facts, report_paper="河东发〔2026〕9号")
        expected = states.after(state, step)
        with clock.at(at(18)):
            try:
                if step == Step.TELL:
                    tell(town, operation, 18, area=STATES.index(state) + 1)
                else:
                    DO[step](town.actors["clerk"], operation.pk)
            except NotNow:
                assert expected is None, step
            else:
                assert Operation.objects.get(pk=operation.pk).state == expected, step


def test_a_new_operation_counts_people_and_vehicles_by_itself_and_its_name_is_given_once(town):
    operation = drafted(town)
    parts = dict(operation.counted.values_list("metric__code", "part"))
    assert parts == {"illegal-buildings": "work", "staff-deployed": "people", "vehicles-deployed": "vehicles"}
    with pytest.raises(Refusal) as taken:
        drafted(town)
    assert taken.value.fields.keys() == {"name"}


def test_it_begins_only_with_units_and_something_to_count(town):
    clerk = town.actors["clerk"]
    with clock.at(at(16, 8)):
        operation = actions.save_operation(clerk, name="清洁月", division=town.street, starts_on=FIRST, ends_on=LAST)
        for code in ("duties.operation_no_units", "duties.operation_nothing_counted"):
            with pytest.raises(Refusal) as lacking:
                actions.start_operation(clerk, operation_id=operation.pk)
            assert lacking.value.code == code
            actions.set_units(clerk, operation_id=operation.pk, telling=[town.units["community"]])
        actions.save_counted(clerk, operation_id=operation.pk, metric=metrics()["stickers"])
        assert actions.start_operation(clerk, operation_id=operation.pk).state == "running"


def test_what_facts_lean_on_stays_once_it_runs(town):
    operation = running(town)
    same = {"name": operation.name, "division": town.street, "starts_on": FIRST, "ends_on": LAST + timedelta(days=3)}
    with clock.at(at(17)):
        for wrong in ({"name": "另一名称"}, {"starts_on": FIRST - timedelta(days=1)}, {"division": town.communities[0]}):
            with pytest.raises(Refusal) as kept:
                actions.save_operation(town.actors["clerk"], operation_id=operation.pk, **(same | wrong))
            assert kept.value.fields.keys() == wrong.keys()
        assert actions.save_operation(town.actors["clerk"], operation_id=operation.pk, **same).ends_on == LAST + timedelta(days=3)


def test_a_unit_of_another_area_cannot_take_part(town, other_town):
    operation = drafted(town)
    with pytest.raises(Refusal):
        actions.set_units(town.actors["clerk"], operation_id=operation.pk, telling=[other_town.units["community"]])
    with pytest.raises(Missing):
        actions.start_operation(other_town.actors["clerk"], operation_id=operation.pk)


def test_a_figure_goes_into_the_ledger_once_and_nought_is_told(town):
    operation = running(town)
    with clock.at(at(17)):
        assert len(tell(town, operation, 17, area="120.5", people=0)) == 2
        assert tell(town, operation, 17, area="120.50", people=0) == []
        fact = Fact.objects.get(metric__code="illegal-buildings")
        assert (fact.operation, fact.division, fact.unit) == (operation.name, town.communities[0], town.units["community"])
        assert Fact.objects.get(metric__code="staff-deployed").amount == 0
        made = tell(town, operation, 17, area="130")
        assert made[0].corrects == fact and not Fact.objects.get(pk=fact.pk).counts
        assert Fact.objects.filter(metric__code="vehicles-deployed").count() == 0, "what was left empty was not told"
    line = queries.progress(operation, date(2026, 11, 17)).lines[0]
    assert (line.standing.done, line.standing.behind) == (Decimal(130), True)


def test_each_unit_tells_for_itself_and_for_days_of_the_operation_alone(town):
    operation = running(town)
    with clock.at(at(17)):
        assert tell(town, operation, 17, role="grid_worker", area=5)
        with pytest.raises(Missing):
            tell(town, operation, 17, unit="community2", role="grid_worker", area=5)
        with pytest.raises(Missing):
            tell(town, operation, 17, unit="department2", area=5)
        with pytest.raises(Denied):
            tell(town, operation, 17, role="leader", area=5)
        for day in (15, 18, 21):
            with pytest.raises(Refusal):
                tell(town, operation, day, area=5)
        with pytest.raises(Refusal) as strange:
            tell(town, operation, 17, stickers=5)
        assert strange.value.code == "duties.not_counted"
    with clock.at(at(27)):
        assert tell(town, operation, 20, area=7), "seven days after its last one"
    with clock.at(at(28)), pytest.raises(Refusal) as late:
        tell(town, operation, 20, area=8)
    assert late.value.code == "duties.told_too_late"


def test_a_grid_worker_does_not_put_right_what_the_clerk_entered(town):
    operation = running(town)
    with clock.at(at(17)):
        tell(town, operation, 17, area=5)
        with pytest.raises(Refusal) as other:
            tell(town, operation, 17, role="grid_worker", area=6)
    assert other.value.code == "duties.not_own"


def test_what_the_ledger_knows_is_pointed_out_and_can_count_for_the_operation(town):
    operation = running(town)
    area, unit, clerk = metrics()["area"], town.units["community"], town.actors["clerk"]
    with clock.at(at(17)):
        [fact] = ledger.enter_facts(clerk, entries=[ledger.NewFact(area, Decimal(80), date(2026, 11, 17), unit, unit.division)])
        with pytest.raises(KnownAlready) as known:
            tell(town, operation, 17, area=80, people=9)
        assert known.value.found == {area.pk: [fact]}
        assert not Fact.objects.filter(operation=operation.name).exists(), "nothing was stored"
        made = tell(town, operation, 17, area=80, people=9, decided={area.pk: f"take:{fact.pk}"})
        assert {one.corrects for one in made} == {fact, None}
        assert totals.totals(totals.Scope(FIRST, LAST), only=[area])[area.pk, ""].total == 80 * 10_000, "it is counted once"
        with pytest.raises(Refusal):
            tell(town, operation, 17, unit="community2")
    assert queries.progress(operation, LAST).lines[0].standing.done == 80


def test_the_same_amount_by_another_unit_is_asked_about_for_work_alone(town):
    operation = running(town)
    above = town.units["department"]
    with clock.at(at(17)):
        actions.set_units(town.actors["clerk"], operation_id=operation.pk, telling=[town.units["community"], above])
        tell(town, operation, 17, area=80, people=9)
        with pytest.raises(KnownAlready) as known:
            tell(town, operation, 17, unit="department", area=80, people=9)
        [key] = known.value.found
        assert key == metrics()["area"].pk
        assert len(tell(town, operation, 17, unit="department", area=80, people=9, decided={key: "add"})) == 2
        assert len(tell(town, operation, 16, unit="department", area=80, people=9, decided={key: "leave"})) == 1


def test_who_has_not_told_is_reminded_once_and_the_office_can_once_more(town):
    operation = running(town)
    units = [town.units["community"], town.units["community2"]]
    with clock.at(at(17)):
        assert queries.silent(operation, clock.today()) == units
        tell(town, operation, 17, area=0)
        assert queries.silent(operation, clock.today()) == units[1:]
        liaison = town.accounts["grid_worker"].person.posts.get()
        liaison.unit, liaison.kind = units[1], "liaison"
        liaison.save()
        assert reminding.remind_all() == 1 and reminding.remind_all() == 0
        assert actions.remind_units(town.actors["clerk"], operation_id=operation.pk) == 1
        assert actions.remind_units(town.actors["clerk"], operation_id=operation.pk) == 0
    assert set(Received.objects.values_list("account", flat=True)) == {town.accounts["grid_worker"].pk}
    assert all(town.units["community"].name not in notice.title for notice in Notice.objects.all())


def test_the_job_ends_what_is_over_and_reminds_in_the_afternoon(town):
    operation = running(town)
    run = kernel_jobs.Run
    with clock.at(at(20, 18)):
        assert jobs.operations_job(run)["ended"] == 0
    with clock.at(at(21, 9)):
        assert jobs.operations_job(run) == {"ended": 1, "reminded": 0}
    assert Operation.objects.get(pk=operation.pk).state == "ended"


def test_ended_early_its_days_end_today_and_reported_its_figures_are_kept(town):
    operation = running(town)
    clerk = town.actors["clerk"]
    with clock.at(at(18)):
        tell(town, operation, 18, area="250.25")
        assert actions.end_operation(clerk, operation_id=operation.pk).ends_on == date(2026, 11, 18)
        made = actions.report_operation(clerk, operation_id=operation.pk, paper="河东发〔2026〕9号", reason="区里合并行文", conclusion="完成")
        assert made.figures[0] | {"name": ""} == {"metric": "illegal-buildings", "name": "", "total": "250.25", "target": "1000.0000"}
        with pytest.raises(NotNow):
            tell(town, operation, 18, area=1)
    steps = [entry.after.get("step") for entry in AuditEntry.objects.filter(verb="duties.run_operations").order_by("number")]
    assert steps[-2:] == ["end", "report"]


def test_an_operation_is_reported_by_a_paper_alone(town):
    operation, clerk = running(town), town.actors["clerk"]
    with clock.at(at(18)):
        actions.end_operation(clerk, operation_id=operation.pk)
        for paper, reason, field in (("", "区里合并行文", "paper"), ("无", "区里合并行文", "paper"), ("河东发〔2026〕9号", " ", "reason")):
            with pytest.raises(Refusal) as refused:
                actions.report_operation(clerk, operation_id=operation.pk, paper=paper, reason=reason)
            assert list(refused.value.fields) == [field]
        with pytest.raises(IntegrityError), transaction.atomic():
            Operation.objects.filter(pk=operation.pk).update(state="reported")
        made = actions.report_operation(clerk, operation_id=operation.pk, paper="河东发〔2026〕9号", reason="区里合并行文")
    assert (made.state, made.report_paper, made.report_reason) == ("reported", "河东发〔2026〕9号", "区里合并行文")
    assert AuditEntry.objects.order_by("-number").first().after["paper"] == "河东发〔2026〕9号"


def test_units_that_told_or_have_a_segment_stay(town):
    operation = running(town)
    clerk, department = town.actors["clerk"], town.units["department"]
    segment = actions.save_segment(clerk, operation_id=operation.pk, name="站前广场", unit=department, leader="党委委员")
    with clock.at(at(17)):
        tell(town, operation, 17, area=1)
    for gone, kept in ((town.units["community"], [department]), (department, [town.units["community"]])):
        with pytest.raises(Refusal) as stays:
            actions.set_units(clerk, operation_id=operation.pk, telling=kept)
        assert str(gone) in str(stays.value)
    actions.remove_segment(clerk, operation_segment_id=segment.pk)
    actions.set_units(clerk, operation_id=operation.pk, telling=[town.units["community"]])
    assert [row.unit for row in operation.units.all()] == [town.units["community"]]


def test_asking_falls_on_the_units_and_a_limit_stops_it(town):
    with clock.at(at(16, 8)):
        operation = drafted(town)
        LoadLimit.objects.create(source=workload.FORMS, unit_kind="community", per_week=4)
        with pytest.raises(Refusal) as full:
            actions.start_operation(town.actors["clerk"], operation_id=operation.pk)
        assert full.value.code == "load.too_much"
        LoadLimit.objects.update(per_week=5)
        actions.start_operation(town.actors["clerk"], operation_id=operation.pk)
    with clock.at(at(17)):
        tell(town, operation, 17, area=3)
    [burden] = sources.burdens([town.units["community"].pk], FIRST, LAST, workload.FORMS)
    assert (burden.planned, burden.done, burden.monday) == (5, 1, week_of(FIRST))
    assert sources.burdens([town.units["department"].pk], FIRST, LAST) == [], "who is not asked bears nothing"


def test_the_ledger_knows_the_operation_its_needs_and_its_page(town):
    operation = running(town)
    clerk, area = town.actors["clerk"], metrics()["area"]
    with clock.at(at(17)):
        [need] = needs.of(clerk, [area.pk])
        assert (need.words, need.by) == (operation.name, LAST)
        assert named.offered(clerk, clock.today()) == [operation.name] and named.offered(clerk, date(2026, 11, 25)) == []
        assert named.address(clerk, operation.name) == operation.get_absolute_url() and named.address(clerk, "无") == ""
        with pytest.raises(Denied):
            actions.start_operation(town.actors["liaison"], operation_id=operation.pk)


def _reported(town, kind, when, **more):
    with clock.at(when):
        case = cases.report(town.actors["clerk"], description=f"{when}", site=town.sites[0], kind=town.kinds[kind])
    Case.objects.filter(pk=case.pk).update(**more)
    return case


def test_what_came_back_is_compared_over_the_same_number_of_days(town):
    operation = running(town, problems=[town.kinds["sticker"]], window=3)
    closed = {"state": "closed", "closed_at": at(17)}
    for when, more in (
        (at(12), {}), (at(13), {}), (at(14), {}), (at(15), {"state": "rejected"}),  # three days before: the 13th to the 15th
        (at(17), closed | {"rebounded_at": at(22)}), (at(17), closed), (at(21), {}), (at(24), {}),
    ):  # fmt: skip
        _reported(town, "sticker", when, **more)
    _reported(town, "parking", at(21))
    with clock.at(at(21, 9)):
        jobs.operations_job(kernel_jobs.Run)
    operation.refresh_from_db()
    assert queries.afterwards(operation, date(2026, 11, 21)) is None, "not even one day is over"
    one = queries.afterwards(operation, date(2026, 11, 22))
    assert (one.window.days, one.before, one.after) == (1, 0, 1)
    whole = queries.afterwards(operation, date(2026, 12, 9))
    assert (whole.window.over, whole.before, whole.after, whole.closed, whole.back) == (True, 2, 1, 2, 2)
    assert (whole.rebounds_before, whole.rebounds_after) == (0, 1), "the loop itself took the one of the 21st for a rebound"
    assert [(row.name, row.before, row.after) for row in whole.kinds] == [(town.kinds["sticker"].name, 2, 1)]


def test_the_figure_of_what_was_closed_and_found_again_opens_exactly_those(town, sign_in):
    operation = running(town, problems=[town.kinds["sticker"]], window=3)
    closed = {"state": "closed", "closed_at": at(17)}
    inside, *others = (_reported(town, kind, at(9)) for kind in ("sticker", "sticker", "sticker", "parking", "sticker"))
    rebounds = (at(22), None, at(30), at(22), at(22))
    for case, when in zip((inside, *others), rebounds, strict=True):
        Case.objects.filter(pk=case.pk).update(**closed, rebounded_at=when)
    Case.objects.filter(pk=others[-1].pk).update(closed_at=at(11))
    with clock.at(at(21, 9)):
        jobs.operations_job(kernel_jobs.Run)
    operation.refresh_from_db()
    found = queries.afterwards(operation, date(2026, 12, 9))
    assert (found.closed, found.back) == (3, 1)
    page = sign_in("clerk").get(back_address(operation, found.window.after[1])).content.decode()
    assert inside.number in page and not any(case.number in page for case in others)
    for wrong in ("x", "2026-11-01:2026-11-02:2026-11-03", "2026-11-01:2026-11-02:2026-11-03:x", f"2026-11-01:2026-11-02:2026-11-03:{10**30}"):
        answer = sign_in("clerk").get(reverse("cases:list"), {"back": wrong})
        assert answer.status_code == 200 and inside.number in answer.content.decode(), "what is not understood is left out, and said"


def test_a_page_of_progress_costs_the_same_however_much_was_told(town, django_assert_num_queries):
    operation = running(town)
    with clock.at(at(20)):
        for day in range(16, 21):
            tell(town, operation, day, area=day, people=3)
            tell(town, operation, day, unit="community2", area=day + 1)
        calendar()  # kept for ten seconds in the process
        with django_assert_num_queries(6):
            found = queries.progress(operation)
    assert found.lines[0].standing.done == sum(range(16, 21)) * 2 + 5
    assert [line.times_told for line in found.units if line.row.tells] == [5, 5]
    assert found.efforts[0].per_person is not None and Counted.objects.count() == 3
    page = queries.progress(operation, LAST, of_units=False)
    queries.read_totals(page, page.units[:1])
    assert page.units[0].totals == found.units[0].totals != {} and page.units[1].totals == {}, "a page reads the totals of its own units"
    assert queries.progress(operation, LAST).silent == [] and SYSTEM.is_system
