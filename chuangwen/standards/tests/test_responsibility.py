"""Who answers: the owner of the site, then criterion and site type, then place; another town's unit never; the same in bulk."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.standards.models import Responsibility
from chuangwen.standards.responsibility import ASSIST, OWNER, Candidate, Problem, responsible_units
from chuangwen.standards.responsibility_queries import ResponsibilityBook, responsible_for
from chuangwen.testing.factories import LONG_AGO

STREET, COMMUNITY, OTHER = "00010001", "000100010001", "00010002"
PROBLEM = Problem(criterion=1, kind=2, family=3, site_type=4, site=5, division=COMMUNITY)
WEAK_TO_STRONG = [
    Candidate(10, division=STREET), Candidate(11, division=COMMUNITY), Candidate(12, site_type=4), Candidate(13, family=3),
    Candidate(14, family=3, division=STREET), Candidate(15, family=3, site_type=4), Candidate(16, kind=2), Candidate(17, kind=2, site_type=4),
    Candidate(18, criterion=1), Candidate(19, criterion=1, division=STREET), Candidate(20, criterion=1, site_type=4),
    Candidate(21, criterion=1, kind=2), Candidate(22, site=5), Candidate(23, site=5, criterion=1), Candidate(24, OWNER, site=5),
]  # fmt: skip


@pytest.mark.parametrize("count", range(1, len(WEAK_TO_STRONG) + 1))
def test_the_strongest_row_leads(count):
    rows = WEAK_TO_STRONG[:count]
    assert responsible_units(rows, PROBLEM).lead == responsible_units(rows[::-1], PROBLEM).lead == rows[-1].unit


@given(st.permutations(WEAK_TO_STRONG))
def test_the_order_of_the_rows_does_not_matter(rows):
    assert responsible_units(rows, PROBLEM) == responsible_units(WEAK_TO_STRONG, PROBLEM)


@pytest.mark.parametrize(
    "row",
    [Candidate(1, criterion=9), Candidate(1, kind=9), Candidate(1, site=9), Candidate(1, criterion=1, site_type=9), Candidate(1, division=OTHER),
     Candidate(1, criterion=1, division=OTHER), Candidate(1, criterion=1, unit_division=OTHER)],
)  # fmt: skip
def test_a_row_holds_only_where_all_its_columns_agree(row):
    assert responsible_units([row], PROBLEM).lead is None


def test_the_city_bureau_answers_in_the_street_and_the_owner_may_be_from_anywhere():
    assert responsible_units([Candidate(1, criterion=1, unit_division="0001")], PROBLEM).lead == 1
    assert responsible_units([Candidate(1, OWNER, site=5, unit_division=OTHER)], PROBLEM).lead == 1


def test_what_no_row_names_goes_to_whoever_stands_for_the_place_the_nearest_first():
    street, community, other = (Candidate(n, division=path, row=n) for n, path in ((1, STREET), (2, COMMUNITY), (3, OTHER)))
    assert responsible_units([], PROBLEM, [street, community, other]).lead == 2
    assert responsible_units([], Problem(division=STREET), [street, community, other]).lead == 1
    assert responsible_units([], Problem(), [street, community, other]).lead is None


def test_assisting_units_follow_the_strength_of_their_rows_without_the_lead_and_without_doubles():
    rows = [Candidate(1, criterion=1), Candidate(1, ASSIST, criterion=1), Candidate(2, ASSIST, kind=2), Candidate(3, ASSIST, criterion=1),
            Candidate(2, ASSIST, family=3), Candidate(4, ASSIST, criterion=9)]  # fmt: skip
    assert responsible_units(rows, PROBLEM).assists == (3, 2)
    assert responsible_units([Candidate(2, ASSIST, kind=2)], PROBLEM).lead is None, "who assists does not lead"


def test_the_reason_is_said_in_chinese_whoever_asks(town):
    on = date(2026, 11, 17)
    lead, helper, site = town.units["department"], town.units["department2"], town.sites[0]
    _lead, _assists, reason = responsible_for(site=site, on=on)
    assert (_lead, reason) == (town.units["community"], "责任分工中无对应单位，按属地交办。")
    Responsibility.objects.create(unit=lead, criterion=town.criteria[0], site_type=site.type, starts_on=LONG_AGO)
    Responsibility.objects.create(unit=helper, criterion=town.criteria[0], part="assist", starts_on=LONG_AGO)
    found = responsible_for(site=site, criterion=town.criteria[0], on=on)
    assert found == (lead, [helper], "按测评标准、点位类型的责任分工。")
    Responsibility.objects.create(unit=helper, site=site, part="owner", starts_on=LONG_AGO)
    assert responsible_for(site=site, criterion=town.criteria[0], on=on) == (helper, [], "点位责任单位。")


def test_a_row_holds_for_its_time_and_a_closed_unit_answers_for_nothing(town):
    unit, site = town.units["department"], town.sites[0]
    Responsibility.objects.create(unit=unit, site=site, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    for day, holds in (
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ):
        assert (responsible_for(site=site, on=day)[0] == unit) is holds, day
    unit.ends_on = date(2026, 3, 1)
    unit.save()
    assert responsible_for(site=site, on=unit.ends_on + timedelta(days=1))[0] == town.units["community"]


def test_a_thousand_problems_cost_two_queries(town, django_assert_num_queries):
    for criterion in town.criteria:
        Responsibility.objects.create(unit=town.units["department"], criterion=criterion, starts_on=LONG_AGO)
    with django_assert_num_queries(2):
        book = ResponsibilityBook.load(date(2026, 11, 17))
        answers = [book.find(criterion=town.criteria[n % 3], site=town.sites[n % 3]) for n in range(1000)]
    assert {answer.lead for answer in answers} == {town.units["department"].pk}


def test_another_towns_unit_never_answers_by_a_general_row(town, other_town):
    Responsibility.objects.create(unit=other_town.units["department"], kind=town.kinds["sticker"], starts_on=LONG_AGO)
    assert responsible_for(site=town.sites[0], kind=town.kinds["sticker"], on=date(2026, 11, 17))[0] == town.units["community"]
    assert (
        responsible_for(site=other_town.sites[0], kind=town.kinds["sticker"], on=date(2026, 11, 17))[0]
        == other_town.units["department"]
    )
