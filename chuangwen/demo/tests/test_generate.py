"""Twelve months that could have happened: rounds, observations, and stories of cases that obey the loop and the clocks."""

import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from chuangwen.demo import scenes, wording
from chuangwen.demo.generate import generate
from chuangwen.demo.records import NOW
from chuangwen.demo.stories import TRANSITIONS
from chuangwen.kernel.holidays import statutory_calendar
from chuangwen.kernel.worktime import LOCAL, Limit
from chuangwen.standards import shipped

STATES = {
    "reported", "screened", "dispatched", "refused", "rectifying", "deferred", "submitted", "verified", "closed", "rejected", "merged",
}  # fmt: skip


@pytest.fixture(scope="module")
def now(town_data):
    return datetime.combine(town_data.today, NOW, LOCAL)


def test_the_same_day_and_seed_give_the_same_town(town_data):
    assert generate(town_data.today) == town_data


def test_another_seed_gives_another_town_of_the_same_size(town_data):
    other = generate(town_data.today, seed=7)
    assert [case.description for case in other.cases[:20]] != [case.description for case in town_data.cases[:20]]
    assert len(other.sites) == len(town_data.sites)


@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2026, 10, 3), date(2027, 2, 8), date(2027, 5, 16)])
def test_on_any_day_every_state_can_be_seen(today):
    data = generate(today)
    states = Counter(case.state for case in data.cases)
    assert set(states) == STATES
    assert min(states.values()) >= 5, states
    assert 1350 <= len(data.cases) <= 1750


def test_twelve_monthly_rounds_of_three_to_six_hundred_observations_and_a_supervision_every_week(town_data):
    counts = Counter(each.round for each in town_data.observations)
    monthly = [each for each in town_data.rounds if each.kind == "monthly"]
    weekly = [each for each in town_data.rounds if each.kind == "weekly"]
    assert len(monthly) == 13
    assert 50 <= len(weekly) <= 52
    assert all(statutory_calendar().is_workday(each.starts_on) for each in town_data.rounds)
    assert all(300 <= counts[each.key] <= 600 for each in monthly[:12])
    assert all(each.ends_on <= town_data.today for each in [*monthly[:12], *weekly])
    communities = {site.code: site.community for site in town_data.sites}
    assert all(len({communities[code] for code in each.sites}) == 16 for each in monthly)


@pytest.mark.parametrize("today", [date(2026, 10, 3), date(2026, 12, 8), date(2026, 12, 11), date(2026, 12, 15), date(2027, 1, 1)])
def test_one_monthly_round_is_under_way_or_to_come_and_nobody_has_walked_it(today):
    data = generate(today)
    last = [each for each in data.rounds if each.kind == "monthly"][-1]
    assert last.ends_on >= today
    assert last.sites
    assert not any(visit.round == last.key for visit in data.visits)


def test_observations_answer_their_checklist_and_their_marks_agree(town_data):
    items = {item.code: item for item in shipped.checklist_items()}
    types = {site.code: site.type for site in town_data.sites}
    units = {unit.key for unit in town_data.units}
    losses = {"A": Decimal("0"), "B": Decimal("0.34"), "C": Decimal("0.67"), "D": Decimal("1")}
    for each in town_data.observations:
        item = items[each.item]
        assert (item.site_type, item.criterion) == (types[each.site], each.criterion)
        assert set(each.units) <= units
        if item.grading == "graded":
            assert each.conform is None
            assert each.loss == losses[each.grade]
            assert each.grade == "ABCD"[min(each.defects, 3)]
        else:
            assert each.grade == ""
            assert each.loss == (0 if each.conform else 1)
        assert bool(each.loss) == bool(each.kind) == bool(each.note)
    assert len({each.key for each in town_data.observations}) == len(town_data.observations)


def test_it_gets_better_over_the_year_and_slips_after_the_spring_festival(town_data):
    lost, seen = defaultdict(int), defaultdict(int)
    for each in town_data.observations:
        if each.round.startswith("month"):
            seen[each.round] += 1
            lost[each.round] += bool(each.kind)
    rates = [lost[key] / seen[key] for key in sorted(seen)]
    assert sum(rates[:4]) / 4 > 1.2 * sum(rates[-4:]) / 4
    assert rates[sorted(seen).index("month-2026-02")] > rates[sorted(seen).index("month-2026-01")]


def test_each_story_walks_only_where_the_loop_allows_and_never_back_in_time(town_data, now):
    for case in town_data.cases:
        state = ""
        for before, event in zip((None, *case.events), case.events, strict=False):
            allowed, after = TRANSITIONS[event.verb]
            assert event.before == state
            assert state in allowed
            assert event.after == after
            assert event.at <= now
            assert event.offset == event.at - case.reported_at
            assert before is None or before.at <= event.at
            state = after
        assert case.state == state
        assert case.reported_at == case.events[0].at


def test_the_stories_know_no_step_that_the_cases_room_forbids():
    from chuangwen.cases.states import TABLE

    for verb, (states, after) in TRANSITIONS.items():
        if verb != "report":
            assert all(TABLE[state, verb].new_state == after for state in states), verb


def test_who_signs_for_a_case_is_who_handles_it(town_data):
    for case in town_data.cases:
        signed = [event.unit for event in case.events if event.verb == "sign_for"]
        assert set(signed) <= {case.handling}


def test_the_clock_runs_from_the_last_dispatch_by_the_statutory_calendar(town_data):
    calendar = statutory_calendar()
    for case in town_data.cases:
        dispatched = [event for event in case.events if event.verb in ("dispatch", "redispatch")]
        moved = [event for event in case.events if event.verb in ("grant_extension", "resume")]
        assert (case.due_at is None) == (not dispatched)
        if dispatched and not moved:
            assert case.due_at == calendar.due(dispatched[-1].at, Limit(case.limit_amount, case.limit_unit))


def test_a_larger_scale_adds_other_cases_to_the_same_town(town_data):
    large = generate(town_data.today, scale=2)
    added = large.cases[len(town_data.cases) :]
    assert large.cases[: len(town_data.cases)] == town_data.cases
    assert 1300 <= len(added) <= 1700
    assert not any(case.with_pictures or case.observation for case in added)
    assert len({case.key for case in large.cases}) == len(large.cases)


def test_most_are_closed_in_time_and_some_are_not(town_data):
    closed = [case for case in town_data.cases if case.state == "closed" and case.due_at]
    first = {case.key: next(event.at for event in case.events if event.verb == "submit") for case in closed}
    in_time = sum(first[case.key] <= case.due_at for case in closed) / len(closed)
    assert 0.7 < in_time < 0.95


def test_offices_act_in_working_hours(town_data):
    calendar = statutory_calendar()
    for case in town_data.cases:
        acts = [event for event in case.events if event.verb in ("screen", "dispatch", "sign_for", "submit", "verify")]
        assert all(calendar.is_working(event.at) for event in acts), case.key


def test_of_what_waits_with_a_clock_running_some_is_late_and_some_is_not(town_data, now):
    waiting = [case for case in town_data.cases if case.due_at and case.state in ("dispatched", "rectifying", "refused")]
    late = sum(case.due_at < now for case in waiting)
    assert 0.15 * len(waiting) < late < 0.8 * len(waiting)


def test_units_that_cases_name_exist_and_nobody_assists_himself(town_data):
    units = {unit.key for unit in town_data.units}
    for case in town_data.cases:
        named = {case.lead, case.handling, *case.assisting} - {None}
        assert named <= units
        assert case.lead not in case.assisting
        assert {event.unit for event in case.events} <= units


def test_merged_cases_name_an_earlier_one_and_rebounds_a_closed_one_within_sixty_days(town_data):
    by_key = {case.key: case for case in town_data.cases}
    merged = [case for case in town_data.cases if case.state == "merged"]
    rebounds = [case for case in town_data.cases if case.rebound_of]
    assert len(merged) >= 10
    assert len(rebounds) >= 30
    for case in merged:
        assert by_key[case.merged_into].reported_at <= case.reported_at
    assert all(case.merged_into is None for case in town_data.cases if case.state != "merged")
    for case in rebounds:
        first = by_key[case.rebound_of]
        assert first.state == "closed"
        assert (first.site, first.kind) == (case.site, case.kind)
        closed = next(event for event in first.events if event.verb in ("close", "solve_on_spot"))
        assert timedelta(0) < case.reported_at - closed.at <= timedelta(days=60)
        assert first.events[-1].verb == "rebound"
        assert first.events[-1].data == {"case": case.key}


def test_every_loss_found_before_now_became_one_case(town_data, now):
    lost = {each.key for each in town_data.observations if each.kind and each.at <= now}
    told = [case.observation for case in town_data.cases if case.observation]
    assert len(told) == len(set(told))
    assert set(told) == lost


def test_all_sources_but_history_and_mock_are_met(town_data):
    sources = {source.code for source in shipped.deadlines().sources}
    assert {case.source for case in town_data.cases} == sources - {"history", "mock"}


def test_problems_are_told_with_site_and_place_and_nothing_left_to_fill_in(town_data):
    names = {site.code: site.name for site in town_data.sites}
    for case in town_data.cases:
        assert names[case.site] in case.description
        assert "，" in case.description
        assert not set("{}|") & set(case.description + case.measure)


def test_every_kind_of_problem_has_words_a_repair_and_a_picture():
    kinds = {kind.code for kind in shipped.families().kinds}
    assert set(wording.wording()["problems"]) == set(wording.wording()["fixes"]) == set(scenes.TROUBLE) == kinds
    assert set(wording.wording()["kind_groups"]) <= kinds


def test_every_site_type_has_spots():
    for site_type in shipped.site_types():
        assert wording.wording()["spots"][wording.spot_group(site_type.code)]


def test_cases_of_the_last_month_have_photos_before_and_after(town_data):
    pictured = [case for case in town_data.cases if case.with_pictures]
    assert 100 <= len(pictured) <= 300
    for case in pictured:
        stages = [photo.stage for event in case.events for photo in event.photos]
        assert stages[0] == "before"
        assert ("after" in stages) == any(event.verb in ("submit", "solve_on_spot") for event in case.events)


def test_the_generator_and_the_shipped_data_need_no_django():
    script = (
        "import sys; from datetime import date; from chuangwen.demo import generate, pictures; generate.generate(date(2026, 5, 4));"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
