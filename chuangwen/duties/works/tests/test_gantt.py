"""The Gantt chart is arithmetic: every bar lies inside, and as long as its days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chuangwen.duties.works import gantt, states
from chuangwen.duties.works.gantt import Span
from chuangwen.duties.works.states import Step

TODAY = date(2026, 11, 18)
DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@st.composite
def spans(draw):
    first, last = sorted((draw(DAYS), draw(DAYS)))
    started = draw(st.none() | st.dates(date(2024, 1, 1), TODAY))
    ended = draw(st.none() | st.dates(started, TODAY)) if started else None
    return Span(first, last, started, ended)


def test_of_nothing_there_is_no_chart():
    assert gantt.draw([], TODAY) is None


def test_a_month_is_as_wide_as_its_days():
    found = gantt.draw([Span(date(2026, 11, 1), date(2026, 12, 31), date(2026, 11, 1), date(2026, 11, 30))], TODAY)
    assert (found.first, found.last, [mark.month.month for mark in found.months]) == (date(2026, 11, 1), date(2026, 12, 31), [11, 12])
    assert found.lines[0].plan.width == 100 and found.lines[0].actual.width == round(3000 / 61, 3)
    assert found.today == round(1700 / 61, 3)


@given(st.lists(spans(), min_size=1, max_size=12))
def test_every_bar_lies_inside_and_an_earlier_one_is_not_drawn_later(rows):
    found = gantt.draw(rows, TODAY)
    assert found.first.day == 1 and (found.last + timedelta(days=1)).day == 1
    for line in found.lines:
        for bar in filter(None, (line.plan, line.actual)):
            assert bar.left >= 0 and bar.width > 0 and bar.left + bar.width <= 100.61
    for one, first in zip(found.lines, rows, strict=True):
        for other, second in zip(found.lines, rows, strict=True):
            if first.planned_start < second.planned_start:
                assert one.plan.left <= other.plan.left
    assert sum(mark.label for mark in found.months) <= gantt.MOST_LABELS


def test_what_is_late_is_told_by_its_tone():
    late = Span(date(2026, 10, 1), date(2026, 11, 1), date(2026, 10, 1))
    assert gantt.tone_of(late, TODAY) == "bad"
    assert gantt.tone_of(Span(date(2026, 10, 1), date(2026, 11, 1), date(2026, 10, 1), date(2026, 11, 2)), TODAY) == "warn"
    assert gantt.tone_of(Span(date(2026, 10, 1), date(2026, 12, 1), date(2026, 10, 1)), TODAY) == "ok"


def test_an_ended_work_only_takes_money_photos_and_gives_cases_back():
    assert {step for step in Step if states.after(states.FINISHED, step)} == {Step.MONEY, Step.GRANT, Step.PHOTOS, Step.RETURN}
    assert {step for step in Step if states.after(states.CALLED_OFF, step)} == {Step.RETURN}
    assert set(states.TRANSITIONS.values()) == set(states.STATES)
