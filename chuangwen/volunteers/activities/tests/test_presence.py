"""Presence by a code that changes, with and without signal."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Refusal
from chuangwen.volunteers.activities import actions
from chuangwen.volunteers.activities.actions.attending import MOST_WRONG
from chuangwen.volunteers.activities.models import Attendance, SignUp
from chuangwen.volunteers.presence.models import Presence
from chuangwen.volunteers.presence.recording import Elsewhere, Spot

from .ground import HOUR, at, code_at, ground, make_activity, person


@pytest.fixture(autouse=True)
def before(db):
    with clock.at(at(date(2026, 11, 4), 10)):
        yield


@pytest.fixture
def here(town):
    team, _leader, _lead = ground(town)
    _activity, shift = make_activity(town, team, places=5)
    volunteer, actor = person(town, "甲")
    actions.sign_up(actor, activity_shift_id=shift.pk)
    return shift, volunteer, actor


def test_the_code_of_the_moment_begins_a_presence_with_its_distance(here):
    shift, volunteer, actor = here
    with clock.at(at(hour=9)):
        spot = Spot(21.661, 110.92, 12)
        presence = actions.begin_by_code(actor, activity_shift_id=shift.pk, code=code_at(shift, at(hour=9)), spot=spot, device="phone-1")
        assert (presence.volunteer, presence.began_by, presence.source_id) == (volunteer, "code", shift.pk)
        kept = Attendance.objects.get(presence=presence)
        assert 105 < kept.begin_metres < 118 and kept.shift == shift
        assert len(presence.device) == 16 and presence.device != "phone-1"
    with clock.at(at(hour=10)):
        ended = actions.end_by_code(actor, activity_shift_id=shift.pk, code=code_at(shift, at(hour=10)))
    assert ended.state == "ended" and ended.entries.get().minutes == 60
    assert Attendance.objects.get(presence=presence).end_metres is None, "the place is not given where it is refused"


def test_without_signal_the_code_is_verified_against_the_time_at_which_it_was_entered(here):
    shift, _volunteer, actor = here
    begun, uid = at(hour=9), uuid4()
    wrong_by = timedelta(minutes=7)  # the phone is seven minutes late
    sent = at(date(2026, 11, 7), 20)
    with clock.at(sent):
        def send(code, entered, **more):
            return actions.begin_by_code(
                actor, activity_shift_id=shift.pk, code=code, at=entered - wrong_by, phone_now=sent - wrong_by, uid=uid, **more
            )

        with pytest.raises(Refusal, match="验证码|动态码"):
            send(code_at(shift, begun), begun + timedelta(minutes=5))
        presence = send(code_at(shift, begun), begun)
        assert presence.began_at == begun and presence.skew == 420
        assert send("000000", begun).pk == presence.pk, "the same record again is one"
        ended = actions.end_by_code(
            actor, activity_shift_id=shift.pk, code=code_at(shift, begun + HOUR), at=begun + HOUR - wrong_by, phone_now=sent - wrong_by
        )
        assert (ended.ended_at, ended.entries.get().minutes) == (begun + HOUR, 60)
        assert Presence.objects.count() == 1


def test_codes_are_not_guessed_not_old_and_not_of_another_shift(here, town):
    shift, volunteer, actor = here
    with clock.at(at(hour=9)):
        right = code_at(shift, at(hour=9))
        with pytest.raises(Refusal):
            actions.begin_by_code(actor, activity_shift_id=shift.pk, code=f"{(int(right) + 1) % 10**6:06d}")
        assert SignUp.objects.get(shift=shift, volunteer=volunteer).wrong == 1, "it is counted although it was refused"
        SignUp.objects.filter(shift=shift, volunteer=volunteer).update(wrong=MOST_WRONG)
        with pytest.raises(Refusal, match="负责人|领队"):
            actions.begin_by_code(actor, activity_shift_id=shift.pk, code=right)
        SignUp.objects.filter(shift=shift, volunteer=volunteer).update(wrong=0)
    with clock.at(at(hour=6)), pytest.raises(Refusal):
        actions.begin_by_code(actor, activity_shift_id=shift.pk, code=code_at(shift, at(hour=6)))
    with clock.at(at() + timedelta(days=9)), pytest.raises(Refusal, match="一周"):
        actions.begin_by_code(actor, activity_shift_id=shift.pk, code=right, at=at(hour=9), phone_now=clock.now())
    stranger = person(town, "乙")[1]
    with clock.at(at(hour=9)), pytest.raises(Refusal, match="名额|报名"):
        actions.begin_by_code(stranger, activity_shift_id=shift.pk, code=right)


def test_nobody_is_at_two_shifts_at_once(here, town):
    shift, _volunteer, actor = here
    team, _leader, _lead = ground(town, "另一支队伍")
    _b, other = make_activity(town, team, hour=11, title="走访")
    actions.sign_up(actor, activity_shift_id=other.pk)
    with clock.at(at(hour=9)):
        actions.begin_by_code(actor, activity_shift_id=shift.pk, code=code_at(shift, at(hour=9)))
    with clock.at(at(hour=11)), pytest.raises(Elsewhere):
        actions.begin_by_code(actor, activity_shift_id=other.pk, code=code_at(other, at(hour=11)))
