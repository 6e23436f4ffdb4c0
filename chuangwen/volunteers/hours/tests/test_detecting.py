"""What cannot be true is found and honest life is left alone: by hand, and on generated fraud of each kind."""

from dataclasses import replace

import pytest

from chuangwen.commands.benches import hours as bench
from chuangwen.volunteers.hours import detecting
from chuangwen.volunteers.hours.detecting import Limits, Off, Record, find

HOUR = 3600.0
DAY = 739_000
BASE = Record(1, 7, DAY, 60, 8 * HOUR, 9 * HOUR, team=1, thing=1, device="p7", lat=21.66, lon=110.92, end_lat=21.66, end_lon=110.92)


def kinds(*records, **more):
    return [(one.kind, set(one.records)) for one in find(records, **more)]


def shifted(n, hours, **more):
    return replace(BASE, key=n, begin=BASE.begin + hours * HOUR, end=BASE.end + hours * HOUR, **more)


def test_nothing_is_found_in_nothing_and_in_an_ordinary_day():
    assert find([]) == []
    assert kinds(BASE, shifted(2, 2), shifted(3, 0, volunteer=8, device="p8")) == []


def test_two_things_at_once_are_found_even_under_a_long_one_and_five_minutes_are_a_slip_of_the_clock():
    long = replace(BASE, key=9, end=14 * HOUR, minutes=360)
    assert kinds(long, shifted(2, 1.5), shifted(3, 4)) == [("overlap", {9, 2}), ("overlap", {9, 3})]
    assert kinds(BASE, shifted(2, 1 - 5 / 60)) == []
    assert kinds(BASE, shifted(2, 1 - 6 / 60)) == [("overlap", {1, 2})]
    assert kinds(BASE, shifted(2, 0.5, volunteer=8)) == []


def test_a_journey_is_impossible_only_when_the_straight_way_less_the_doubt_of_the_phones_takes_longer_than_there_was():
    far = {"lat": BASE.lat + 0.18, "end_lat": BASE.lat + 0.18}  # 20 km
    assert kinds(BASE, shifted(2, 1.1, **far)) == [("journey", {1, 2})]
    assert kinds(BASE, shifted(2, 1.3, **far)) == [("journey", {1, 2})], "18 minutes from door to door"
    assert kinds(BASE, shifted(2, 1.42, **far)) == [], "25 minutes, by car"
    home = {"end_lat": BASE.lat + 0.18}
    assert kinds(replace(BASE, **home), shifted(2, 1.1, **far)) == [], "where it ended counts, not where it began"
    assert find([BASE, shifted(2, 1.1, **far)])[0].facts["needs"] == 27, "the question says what the way takes at least"
    flown = {"lat": BASE.lat + 4.5, "end_lat": BASE.lat + 4.5}  # 500 km
    assert kinds(BASE, shifted(2, 5, **flown)) == [], "by train"
    assert kinds(BASE, shifted(2, 1.1, **far, accuracy=19_000.0)) == [], "the phone knows only the town"
    assert kinds(replace(BASE, end_lat=BASE.lat + 2)) == [("journey", {1})], "220 km within one hour of service"
    assert kinds(replace(BASE, lat=None, lon=None, end_lat=None, end_lon=None), shifted(2, 1.1, **far)) == []


def test_one_phone_may_sign_in_a_family_but_not_half_a_team():
    rows = [shifted(n, n / 120, volunteer=n, device="p7") for n in range(1, 6)]
    assert kinds(*rows[:4]) == [] and kinds(*rows) == [("device", {1, 2, 3, 4, 5})]
    assert kinds(*(replace(row, by_leader=True) for row in rows)) == [], "a leader's list is no check-in"
    assert kinds(*(shifted(n, n, volunteer=n) for n in range(1, 9))) == [], "a tablet over the day"
    assert kinds(*(replace(row, shared=True) for row in rows)) == [], "a tablet that a desk has registered"


def listing(things, people, **more):
    return [
        replace(
            BASE, key=thing * 100 + one, volunteer=one, day=DAY + thing * 7, begin=(thing * 168 + 8) * HOUR, end=(thing * 168 + 10) * HOUR,
            thing=thing, by_leader=True, received=(thing * 168 + 12) * HOUR + one, planned_begin=(thing * 168 + 8) * HOUR,
            planned_end=(thing * 168 + 10) * HOUR, **more,
        )
        for thing in range(things) for one in people(thing)
    ]  # fmt: skip


def test_lists_are_odd_when_several_signs_come_together():
    always = listing(5, lambda _thing: range(6))
    found = find(always)
    assert [one.kind for one in found] == ["pattern"] and set(found[0].records) == {row.key for row in always}
    assert set(found[0].facts["signs"]) == {"same_people", "full_time", "at_once", "round_times"}
    hidden = [
        replace(row, begin=row.begin + 37 * (row.volunteer + 1), end=row.end - 41 * row.volunteer, received=row.thing * 1e6)
        for row in always if (row.volunteer + row.thing) % 7
    ]
    assert set(find(hidden)[0].facts["signs"]) == {"same_circle", "one_stroke"}, "other times and some left out, but no hand enters so fast"
    typed = [replace(row, received=row.received + 9 * row.volunteer) for row in hidden]
    assert find(typed) == [], "a small circle whose leader types in a list"
    changing = [
        replace(row, end=row.end - 1000, begin=row.begin + 400) for row in listing(5, lambda thing: [n for n in range(9) if (n + thing) % 3])
    ]
    assert find(changing) == [], "other people each time, for as long as they were there"
    assert find(always[:12]) == [], "two lists are no pattern"


def test_office_hours_are_those_of_the_calendar_and_only_of_who_holds_an_office():
    staff = replace(BASE, staff=True)
    span = [(8.5 * HOUR, 12 * HOUR)]
    assert kinds(staff, working=span) == [("working_time", {1})] and kinds(BASE, working=span) == []
    assert kinds(staff, working=[(8.6 * HOUR, 12 * HOUR)]) == [], "24 minutes of it"
    assert kinds(staff, working=[(0, HOUR), (33 * HOUR, 36 * HOUR)]) == [], "other days"
    together = [replace(staff, key=n, volunteer=n, device=f"p{n}") for n in (1, 2, 3)]
    found = find(together, span)
    assert [(one.kind, one.facts["people"], one.facts["minutes"]) for one in found] == [("working_time", 3, 90)], "one question about one thing"


def test_a_day_adds_up_over_all_records_also_those_without_times():
    rows = [replace(BASE, key=n, begin=None, end=None, minutes=250) for n in (1, 2, 3)]
    assert kinds(*rows) == [("long_day", {1, 2, 3})] and kinds(*rows[:2]) == []
    assert kinds(rows[0], rows[1], replace(rows[2], day=DAY + 1)) == []
    assert kinds(*rows, limits=Limits(long_day=760)) == []


def test_the_same_is_found_by_the_same_key_whatever_the_order():
    rows = [BASE, shifted(2, 0.5)]
    assert find(rows)[0].key == find(rows[::-1])[0].key


@pytest.fixture(scope="module")
def measured():
    made = bench.generated(6_000, seed=7)
    return made, {row["kind"]: row for row in bench.judged(made, detecting.find(made.records, made.working, off=made.off))}


@pytest.mark.parametrize("kind", detecting.KINDS)
def test_generated_fraud_is_found_and_honest_records_are_left_alone(measured, kind):
    """What ``bench.TARGETS`` says; why one kind doubts more honest records than the others stands there."""
    made, told = measured
    least, false = bench.TARGETS[kind]
    assert told[kind]["planted"] == 12 and made.honest >= 6_000
    assert told[kind]["found_percent"] >= least and told[kind]["false_records_per_10000"] <= false


def test_without_registered_tablets_each_of_them_would_be_asked_about(measured):
    made, told = measured
    private = [replace(row, shared=False) for row in made.records]
    asked = {row["kind"]: row for row in bench.judged(made, detecting.find(private, made.working))}
    assert asked["device"]["false"] > told["device"]["false"] == 0


def test_without_notes_of_leave_each_day_of_leave_would_be_asked_about(measured):
    made, told = measured
    asked = {row["kind"]: row for row in bench.judged(made, detecting.find(made.records, made.working))}
    assert asked["working_time"]["false"] > 2 * told["working_time"]["false"]
    assert asked["working_time"]["found"] >= told["working_time"]["found"]


def test_a_note_of_leave_explains_what_it_covers_and_ones_own_only_what_begins_afterwards():
    staff, span = replace(BASE, staff=True), [(8 * HOUR, 12 * HOUR)]
    whole = Off(staff.volunteer, 0, 24 * HOUR)

    def asked(*off):
        return [one.kind for one in find([staff], span, off=off)]

    assert asked() == ["working_time"] and asked(whole) == [] and asked(replace(whole, volunteer=staff.volunteer + 1)) == ["working_time"]
    assert asked(replace(whole, known=staff.begin - 1)) == [] and asked(replace(whole, known=staff.begin + 1)) == ["working_time"]
    assert asked(replace(whole, end=staff.begin + 600)) == ["working_time"], "ten minutes of it"
    assert asked(replace(whole, end=staff.begin + 600), replace(whole, end=staff.begin + 900)) == ["working_time"], "no two notes add up"


def test_what_is_planted_is_really_there(measured):
    """The measure can fail: without the second record of a pair nothing of it is found."""
    made, _told = measured
    second = {max(case) for case in made.planted["overlap"]}
    left = [row for row in made.records if row.key not in second]
    found = {key for one in detecting.find(left, made.working) if one.kind == "overlap" for key in one.records}
    assert not found & second
