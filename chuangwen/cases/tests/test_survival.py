"""The survival curve: against figures worked out by hand and a published table, and what is always true of it."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.cases import survival
from chuangwen.cases.models import Case, State
from chuangwen.cases.queries import lasting
from chuangwen.kernel import clock

# Remission times in weeks of 21 patients under 6-MP (Freireich and others, 1963), the textbook example of the estimate.
RELAPSED = Counter([6, 6, 6, 7, 10, 13, 16, 22, 23])
STILL_WELL = Counter([6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])


def test_the_textbook_example_comes_out_to_the_printed_digits():
    found = survival.curve(RELAPSED, STILL_WELL)
    assert (found.n, found.events) == (21, 9)
    assert [(step.day, step.at_risk, step.events) for step in found.steps] == [
        (6, 21, 3), (7, 17, 1), (10, 15, 1), (13, 12, 1), (16, 11, 1), (22, 7, 1), (23, 6, 1),
    ]  # fmt: skip
    assert [round(step.share, 3) for step in found.steps] == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert [round(step.error, 4) for step in found.steps] == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert found.median() == 23


def test_four_cases_by_hand():
    # Of 4, one comes back on day 2 (3/4), one is watched until day 3, one of the 2 left comes back on day 5 (3/8).
    found = survival.curve({2: 1, 5: 1}, {3: 1, 9: 1})
    assert [step.share for step in found.steps] == [0.75, 0.375]
    assert found.steps[0].error == pytest.approx(0.75 * (1 / (4 * 3)) ** 0.5)
    assert found.steps[1].error == pytest.approx(0.375 * (1 / 12 + 1 / 2) ** 0.5)
    # exp(log(0.75) * exp(±1.959964 * sqrt(1/12) / |ln 0.75|)): 0.1279 and 0.9605
    assert (round(found.steps[0].low, 4), round(found.steps[0].high, 4)) == (0.1279, 0.9605)
    assert found.at(1) is None and found.at(4).share == 0.75 and found.at(99).share == 0.375


def test_where_all_come_back_nothing_is_said_of_the_uncertainty_and_nothing_watched_gives_nothing():
    found = survival.curve({1: 2}, {})
    assert [(step.share, step.low, step.high) for step in found.steps] == [(0.0, None, None)]
    assert survival.curve({}, {}).steps == () and survival.curve({}, {3: 5}).steps == ()


def test_what_lasted_beyond_the_days_watched_is_censored_there():
    events, censored = survival.beyond([(3, True, 2), (40, True, 1), (90, False, 4), (5, False, 1)], 30)
    assert (events, censored) == ({3: 2}, {30: 5, 5: 1})


COUNTS = st.dictionaries(st.integers(0, 60), st.integers(1, 9), max_size=12)


@given(COUNTS, COUNTS)
def test_it_never_rises_and_stays_within_its_interval(events, censored):
    found = survival.curve(events, censored)
    shares = [1.0, *(step.share for step in found.steps)]
    assert all(later < earlier for earlier, later in zip(shares, shares[1:], strict=False))
    for step in found.steps:
        assert 0 <= step.share <= 1
        assert step.low is None or 0 <= step.low <= step.share <= step.high <= 1


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40))
def test_without_censoring_before_an_event_it_is_the_plain_share(rows):
    events = Counter(day for day, back in rows if back)
    end = max(day for day, _back in rows)
    censored = Counter({end: sum(not back for _day, back in rows)})
    found = survival.curve(events, +censored)
    for step in found.steps:
        lasting_still = sum(count for day, count in events.items() if day > step.day) + censored[end]
        assert step.share == pytest.approx(lasting_still / len(rows))


# -- from the tables -------------------------------------------------------------------------------------------------------


def closed(loop, days_ago: float, back_after: float | None = None, **more) -> Case:
    """A case closed so many days ago, found to be back after so many more."""
    # Without a site nothing is linked by itself.
    case = loop.report(site=None, division=loop.town.communities[0], **more)
    at = clock.now() - timedelta(days=days_ago)
    Case.objects.filter(pk=case.pk).update(
        state=State.CLOSED, closed_at=at, lead_unit=loop.town.units["department"],
        rebounded_at=at + timedelta(days=back_after) if back_after is not None else None,
    )  # fmt: skip
    return case


def test_the_database_counts_whole_days_on_either_engine(loop):
    for days, back in ((10, 2), (10, 2.9), (10, 3), (20, None), (0.5, None), (400, None), (400, 399)):
        closed(loop, days, back)
    now = clock.now()
    rows = lasting.closed_between(loop.clerk, now - timedelta(days=500), now)
    found = sorted(lasting.lasted(rows, now, 30)[None])
    assert found == [(0, False, 1), (2, True, 2), (3, True, 1), (20, False, 1), (31, False, 1), (31, True, 1)]


def test_a_line_for_each_day_comes_back_however_many_cases(loop):
    for _n in range(12):
        closed(loop, 10)
        closed(loop, 10, 4)
    now = clock.now()
    rows = lasting.closed_between(loop.clerk, now - timedelta(days=30), now)
    with CaptureQueriesContext(connection) as seen:
        found = lasting.lasted(rows, now, 90, by="lead_unit")
    assert len(seen) == 1
    assert {key: sorted(lines) for key, lines in found.items()} == {
        loop.town.units["department"].pk: [(4, True, 12), (10, False, 12)]
    }


def test_another_town_is_not_counted(loop, other_town):
    closed(loop, 10, 4)
    now = clock.now()
    assert lasting.lasted(lasting.closed_between(other_town.actors["clerk"], now - timedelta(days=30), now), now, 90) == {}


def test_the_page_compares_none_of_too_small_a_sample_and_asks_at_most_ten_questions_of_its_own(loop, sign_in):
    for n in range(31):
        closed(loop, 20, 5 if n < 6 else None)
    other = closed(loop, 20, 3)
    Case.objects.filter(pk=other.pk).update(lead_unit=loop.town.units["department2"])
    client = sign_in("clerk")
    client.get(reverse("cases:survival"))
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(reverse("cases:survival") + "?by=lead_unit&horizon=30")
    rows = {row.name: row for row in answer.context["rows"]}
    assert rows["城管局"].side == 0 and rows["市场监督局"].side is None and rows["市场监督局"].small, "6 of 31 beside 1 of 1"
    assert rows["城管局"].last.share == pytest.approx(25 / 31)
    assert rows["城管局"].back.low < 6 / 31 < rows["城管局"].back.high
    assert answer.context["whole"].curve.n == 32
    own = [query for query in seen if '"cases_' in query["sql"] or '"standards_' in query["sql"]]
    assert len(own) <= 10, [query["sql"][:90] for query in own]


def test_more_came_back_than_chance_explains_is_said_and_stands_first(loop, sign_in):
    for n in range(40):
        closed(loop, 20, 5 if n < 2 else None)
    for n in range(30):
        other = closed(loop, 20, 3 if n < 12 else None)
        Case.objects.filter(pk=other.pk).update(lead_unit=loop.town.units["department2"])
    rows = sign_in("clerk").get(reverse("cases:survival") + "?by=lead_unit").context["rows"]
    assert [(row.name, row.side) for row in rows] == [("市场监督局", 1), ("城管局", -1)]


def test_the_sheet_holds_what_the_page_shows(loop, sign_in):
    import io

    from openpyxl import load_workbook

    closed(loop, 20, 5)
    closed(loop, 20)
    answer = sign_in("clerk").get(reverse("cases:survival") + "?by=family&export=xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer)))
    cells = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    line = next(row for row in cells if row[0] == "环境卫生")
    assert line[1:3] == [2, 1] and line[3] == 0.5
    assert any("Greenwood" in str(value) for row in cells for value in row if value)
