"""Many at once: bulk dispatch, and a round's losses turned into cases, each for the right department."""

from datetime import date

import pytest

from chuangwen.cases import actions, queries
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Case, CaseEvent, DeadlineRule, State
from chuangwen.cases.tests.loop import make_photo
from chuangwen.fieldwork.models import Observation, ObservationPhoto, ObservationUnit, Round
from chuangwen.kernel.errors import Denied
from chuangwen.kernel.models import AuditEntry
from chuangwen.people.models import Unit
from chuangwen.standards.models import Responsibility
from chuangwen.testing.factories import LONG_AGO


@pytest.fixture
def nobody_local(town):
    """No unit stands for a place itself, so that only named units answer."""
    Unit.objects.filter(kind__in=(Unit.Kind.COMMUNITY, Unit.Kind.TOWN_OFFICE)).update(division=None)


def test_each_goes_to_the_right_department_with_its_reason_and_the_rest_is_reported_back(loop, nobody_local):
    town = loop.town
    Responsibility.objects.create(unit=town.units["department"], kind=town.kinds["sticker"], starts_on=LONG_AGO)
    Responsibility.objects.create(unit=town.units["department2"], kind=town.kinds["parking"], starts_on=LONG_AGO)
    DeadlineRule.objects.create(kind=town.kinds["sticker"], amount=4, unit="working_hours")
    stickers, parking = loop.report(), loop.report(kind=town.kinds["parking"])
    paving, closed = loop.report(kind=town.kinds["paving"]), loop.at(State.REJECTED)
    outcome = actions.bulk_dispatch(loop.clerk, ids=[stickers.pk, parking.pk, paving.pk, closed.pk, 10**9, stickers.pk])
    assert [(told.number, told.unit, told.reason) for told in outcome.dispatched] == [
        (stickers.number, "城管局", "按问题种类的责任分工。"), (parking.number, "市场监督局", "按问题种类的责任分工。"),
    ]  # fmt: skip
    assert [told.number for told in outcome.ownerless] == [paving.number]
    assert [told.case_id for told in outcome.refused] == [10**9, closed.pk]
    assert list(queries.ownerless(loop.clerk)) == [paving]
    stickers.refresh_from_db()
    assert (stickers.state, stickers.limit_amount, stickers.limit_unit, stickers.urgency) == (
        State.DISPATCHED,
        4,
        "working_hours",
        "on_time",
    )
    assert list(stickers.parties.values_list("unit__name", flat=True)) == ["城管局"]
    trail = AuditEntry.objects.order_by("-number").first()
    assert trail.after == {"dispatched": [stickers.number, parking.number], "ownerless": [paving.number]}


def test_the_number_of_queries_does_not_grow_with_the_number_of_cases(loop, django_assert_max_num_queries):
    Responsibility.objects.create(unit=loop.town.units["department"], kind=loop.town.kinds["sticker"], starts_on=LONG_AGO)
    keys = [loop.report().pk for _ in range(60)]
    with django_assert_max_num_queries(24):
        assert len(actions.bulk_dispatch(loop.clerk, ids=keys).dispatched) == 60
    with pytest.raises(Incomplete):
        actions.bulk_dispatch(loop.clerk, ids=range(5001))


@pytest.fixture
def round(town):
    return Round.objects.create(name="第一轮", edition=town.edition, division=town.street, kind=Round.Kind.MOCK, starts_on=date(2026, 11, 2),
                                ends_on=date(2026, 11, 6))  # fmt: skip


def observe(town, round, *departments, **facts):
    facts = {"site": town.sites[0], "criterion": town.criteria[0], "observed_on": date(2026, 11, 3)} | facts
    made = Observation.objects.create(round=round, **facts)
    for name in departments:
        ObservationUnit.objects.create(observation=made, unit=town.units[name])
    return made


def test_every_loss_of_a_round_becomes_a_case_for_the_right_department(loop, round, nobody_local):
    town = loop.town
    named = observe(town, round, "department2", "department", loss="0.3", note="地面有油污")
    graded = observe(town, round, "department", grade="C", criterion=town.criteria[1])
    by_rule = observe(town, round, conform=False, criterion=town.criteria[2], note="")
    unknown = observe(town, round, defects=2, site=None, criterion=None, placed=False)
    Responsibility.objects.create(unit=town.units["department"], criterion=town.criteria[2], starts_on=LONG_AGO)
    for good in ({"loss": "0"}, {"grade": "A"}, {"conform": True}, {"defects": 0}, {}):
        observe(town, round, "department", **good)
    photo = make_photo(loop.inspector)
    ObservationPhoto.objects.create(observation=named, photo_id=photo)

    outcome = actions.cases_from_round(loop.clerk, round=round)
    assert (outcome.created, outcome.already) == (4, 0)
    cases = {case.observation_id: case for case in Case.objects.all()}
    assert set(cases) == {named.pk, graded.pk, by_rule.pk, unknown.pk}
    first = cases[named.pk]
    assert (first.state, first.source, first.description) == (State.DISPATCHED, "mock", "地面有油污")
    assert set(first.parties.values_list("unit__name", "part")) == {("市场监督局", "lead"), ("城管局", "assist")}
    assert first.assigned_reason == "测评记录中的责任单位：市场监督局、城管局"
    assert list(first.photo_links.values_list("photo", "stage")) == [(photo, "before")]
    assert [event.verb for event in first.events.all()] == ["report", "dispatch"]
    assert cases[by_rule.pk].lead_unit == town.units["department"]
    assert (cases[by_rule.pk].description, cases[by_rule.pk].assigned_reason) == ("标准3", "按测评标准的责任分工。")
    lost = cases[unknown.pk]
    assert (lost.state, lost.lead_unit, lost.division, lost.description) == (State.SCREENED, None, town.street, "2 处不达标")
    assert list(queries.ownerless(loop.clerk)) == [lost]
    assert len({case.number for case in cases.values()}) == 4


def test_done_again_it_makes_only_what_is_new(loop, round):
    observe(loop.town, round, "department", loss="0.1")
    assert actions.cases_from_round(loop.clerk, round=round).created == 1
    again = actions.cases_from_round(loop.clerk, round=round)
    assert (again.created, again.already) == (0, 1)
    observe(loop.town, round, "department", loss="1")
    assert actions.cases_from_round(loop.clerk, round=round).created == 1
    assert Case.objects.count() == 2 and CaseEvent.objects.count() == 4


def test_without_dispatch_the_unit_is_noted_and_not_told(loop, round):
    observe(loop.town, round, "department", loss="0.1")
    actions.cases_from_round(loop.clerk, round=round, dispatch=False)
    case = Case.objects.get()
    assert (case.state, case.lead_unit, case.due_at) == (State.SCREENED, loop.town.units["department"], None)
    assert not case.parties.exists()
    waits = {waiting.key for waiting in queries.waiting_for(loop.clerk) if waiting.count}
    assert waits == {"to_dispatch", "own_open"}  # the clerk who made it sees it also among the own reports


def test_another_towns_clerk_makes_no_cases_of_our_round(loop, round, other_town):
    observe(loop.town, round, "department", loss="0.1")
    for role in ("clerk", "leader", "liaison"):
        with pytest.raises(Denied):
            actions.cases_from_round(other_town.actors[role], round=round)
    assert not Case.objects.exists()
