"""When an entry was made, although the phone's clock was wrong; and whether two entries are one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chuangwen.phone.rules import OLDEST, content_hash, moment

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ANY = st.datetimes(timezones=st.just(UTC))
SPANS = st.timedeltas(timedelta(0), timedelta(days=300))


@given(made=st.none() | ANY, sent=st.none() | ANY)
def test_a_moment_is_never_in_the_future_and_never_older_than_a_phone_keeps_things(made, sent):
    found = moment(made, sent, NOW)
    assert NOW - OLDEST <= found.at <= NOW


@given(ago=SPANS, wrong=st.timedeltas(timedelta(days=-20_000), timedelta(days=20_000)))
def test_a_clock_that_is_wrong_by_anything_is_put_right(ago, wrong):
    found = moment(NOW - ago + wrong, NOW + wrong, NOW)
    assert found.at == NOW - ago and found.told and found.skew == -wrong


def test_a_clock_that_was_set_between_making_and_sending_gives_the_moment_of_receipt():
    for made, sent in ((NOW + timedelta(hours=1), NOW), (NOW - timedelta(days=3000), NOW), (None, NOW)):
        found = moment(made, sent, NOW)
        assert found.at == NOW and not found.told


def test_without_the_phones_present_time_its_word_is_taken():
    assert moment(NOW - timedelta(hours=2), None, NOW).at == NOW - timedelta(hours=2)


def test_a_few_minutes_are_not_worth_a_word():
    assert not moment(NOW, NOW - timedelta(minutes=4), NOW).off and moment(NOW, NOW - timedelta(minutes=6), NOW).off


@given(st.permutations(["a", "b", "c"]))
def test_the_order_of_photos_and_of_keys_makes_no_other_content(photos):
    one = content_hash("k", "t", photos, {"x": 1, "y": [1, 2]})
    assert one == content_hash("k", "t", ["a", "b", "c"], {"y": [1, 2], "x": 1})
    assert one != content_hash("k", "t", photos, {"x": 1, "y": [2, 1]}) and one != content_hash(
        "k", "u", photos, {"x": 1, "y": [1, 2]}
    )
