"""The lunar calendar, the days of next year, the codes: pure."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.kernel.holidays import holiday_years
from chuangwen.volunteers.activities import codes, festivals, lunar, rules, states

NOTICES = {"春节": "spring", "清明节": "qingming", "端午节": "dragon_boat", "中秋节": "mid_autumn"}


def test_festivals_lie_in_the_days_off_that_the_notices_give():
    checked = 0
    for year, entry in holiday_years().items():
        days = {}
        for holiday in entry.days:
            if holiday.kind.value == "off":
                days.setdefault(holiday.name, set()).add(holiday.day)
        for name, off in days.items():
            code = next((code for word, code in NOTICES.items() if name.startswith(word)), "")
            if code:
                assert festivals.day_in(code, year) in off, (year, name)
                checked += 1
    assert checked >= 7


@pytest.mark.parametrize(
    ("year", "month", "day", "found"),
    [  # the years in which a new moon lies within minutes of midnight, and the leap eleventh month of 2033
        (2027, 1, 1, date(2027, 2, 6)), (2030, 1, 1, date(2030, 2, 3)), (2033, 8, 15, date(2033, 9, 8)), (2034, 1, 1, date(2034, 2, 19)),
        (2025, 8, 15, date(2025, 10, 6)), (2026, 9, 9, date(2026, 10, 18)), (2023, 1, 1, date(2023, 1, 22)),
    ],
)  # fmt: skip
def test_hard_years_of_the_lunar_calendar(year, month, day, found):
    assert lunar.day_of(year, month, day) == found


@given(st.integers(1960, 2090))
def test_each_lunar_year_has_its_months_in_order_without_a_gap(year):
    table = lunar.months(year)
    assert len(table) in (12, 13) and sum(leap for _n, leap, _d, _l in table) == len(table) - 12
    for (_n, _leap, start, length), (_m, _o, following, _k) in zip(table, table[1:], strict=False):
        assert length in (29, 30) and start + timedelta(days=length) == following
    assert [number for number, leap, _d, _l in table if not leap] == [11, 12, *range(1, 11)]


def test_a_day_goes_with_its_festival_or_keeps_its_weekday():
    assert rules.day_this_year(date(2026, 2, 14), "spring", 2027) == date(2027, 2, 3), "three days before, both years"
    assert rules.day_this_year(date(2025, 10, 29), "double_ninth", 2026) == date(2026, 10, 18)


@given(st.dates(date(2005, 1, 1), date(2080, 12, 31)))
def test_what_is_weekly_stays_on_its_weekday_within_half_a_week(day):
    new = rules.day_this_year(day, "", day.year + 1)
    assert new.weekday() == day.weekday() and new.year == day.year + 1
    assert abs((new - day).days - 365) <= 10


def test_the_codes_are_those_of_rfc_6238():
    key = b"12345678901234567890"
    for seconds, code in ((59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")):
        assert codes.code_of(key, codes.step_of(datetime.fromtimestamp(seconds, UTC)), digits=8) == code


def test_a_code_counts_a_minute_to_either_side_and_not_longer():
    key, now = b"k" * 20, datetime(2026, 11, 6, 1, tzinfo=UTC)
    code = codes.code_of(key, codes.step_of(now))
    for seconds in (-60, 0, 29, 60):
        assert codes.matching_step(key, f" {code[:3]} {code[3:]}", now + timedelta(seconds=seconds)) == codes.step_of(now)
    for seconds in (-61, 90, 3600):
        assert codes.matching_step(key, code, now + timedelta(seconds=seconds)) is None
    assert codes.matching_step(key, "12345", now) is None and codes.matching_step(key, "１２３４５６", now) is None


ALLOWED = {
    ("draft", "ask"): "asked", ("asked", "send_back"): "draft", ("asked", "approve"): "approved", ("approved", "open"): "open",
    ("open", "hold"): "held", ("held", "close"): "closed",
}  # fmt: skip


def test_the_life_moves_by_these_steps_alone():
    for state, step in product(states.STATES, states.Step):
        found = states.after(state, step)
        if step is states.Step.CALL_OFF:
            assert (found == "called_off") == (state in ("draft", "asked", "approved", "open"))
        elif found is not None and found != state:
            assert ALLOWED[state, step.value] == found
    assert all(states.after(state, states.Step(step)) == to for (state, step), to in ALLOWED.items())


def test_distance_is_that_on_the_ground():
    assert abs(rules.metres((21.66, 110.92), (21.669, 110.92)) - 1001) < 3
    assert rules.metres((21.66, 110.92), (21.66, 110.92)) == 0
