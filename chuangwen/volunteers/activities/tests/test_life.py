"""An activity's life: drafted, approved, signed up for, attended, closed with its result; and next year's from this year's."""

from datetime import date, timedelta

import pytest

from chuangwen.cases.tests.loop import make_photo
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.ledger.install import install_metrics
from chuangwen.ledger.models import Fact
from chuangwen.messaging.models import Received
from chuangwen.testing.factories import make_town
from chuangwen.volunteers.activities import actions, queries
from chuangwen.volunteers.activities.actions.living import hold_what_is_over
from chuangwen.volunteers.activities.actions.planning import ShiftPlan
from chuangwen.volunteers.activities.models import Activity, SignUp
from chuangwen.volunteers.activities.reminding import remind
from chuangwen.volunteers.presence.models import Presence, ServiceEntry

from .ground import DAY, HOUR, at, attend, ground, make_activity, person


@pytest.fixture(autouse=True)
def before(db):
    with clock.at(at(date(2026, 11, 4), 10)):
        yield


def told(actor, kind=""):
    rows = Received.objects.filter(account=actor.account_id)
    return [row.notice.title for row in rows.select_related("notice") if row.notice.kind.endswith(kind)]


def test_a_team_drafts_the_office_approves_and_nobody_signs_up_before(town):
    team, leader, lead = ground(town)
    _one, resident = person(town, "甲")
    activity = actions.make_activity(lead, team=team, title="我们的节日·重阳", kind="festival", festival="double_ninth")
    assert (activity.leader, activity.state, activity.division) == (leader, "draft", town.communities[0])
    with pytest.raises(Refusal, match="场"):
        actions.ask_approval(lead, activity_id=activity.pk)
    shift = actions.save_shift(lead, activity_id=activity.pk, starts_at=at(), ends_at=at(hour=11), places=2)
    actions.ask_approval(lead, activity_id=activity.pk)
    clerk = town.actors["clerk"]
    assert any("我们的节日·重阳" in title for title in told(clerk))
    with pytest.raises(Denied):
        actions.approve_activity(lead, activity_id=activity.pk)
    with pytest.raises(NotNow):
        actions.edit_activity(lead, activity_id=activity.pk, title="x", kind="other")
    actions.send_back_activity(clerk, activity_id=activity.pk, reason="补充地点")
    actions.edit_activity(lead, activity_id=activity.pk, title="我们的节日·重阳", kind="festival", festival="double_ninth", place="社区广场")
    actions.ask_approval(lead, activity_id=activity.pk)
    with pytest.raises(Missing):
        actions.sign_up(resident, activity_shift_id=shift.pk)
    actions.approve_activity(clerk, activity_id=activity.pk)
    with pytest.raises(Conflict):
        actions.sign_up(resident, activity_shift_id=shift.pk)
    actions.open_sign_up(lead, activity_id=activity.pk)
    assert actions.sign_up(resident, activity_shift_id=shift.pk).state == "in"
    with pytest.raises(Missing):
        actions.call_off_activity(resident, activity_id=activity.pk, reason="不是我的活动")


def test_who_withdraws_lets_the_next_in_and_the_next_is_told(town):
    team, _leader, _lead = ground(town)
    activity, shift = make_activity(town, team, places=1)
    people = [person(town, f"志愿者{n}")[1] for n in range(4)]
    rows = [actions.sign_up(actor, activity_shift_id=shift.pk) for actor in people]
    assert [row.state for row in rows] == ["in", "waiting", "waiting", "waiting"]
    assert actions.sign_up(people[1], activity_shift_id=shift.pk).pk == rows[1].pk, "signing up again changes nothing"
    actions.withdraw(people[1], sign_up_id=rows[1].pk)
    actions.withdraw(people[0], sign_up_id=rows[0].pk)
    shift.refresh_from_db()
    states = [SignUp.objects.get(pk=row.pk).state for row in rows]
    assert states == ["withdrawn", "withdrawn", "in", "waiting"] and shift.taken == 1
    assert told(people[2], "let_in") and not told(people[3], "let_in") and not told(people[1], "let_in")
    with pytest.raises(Missing):
        actions.withdraw(people[0], sign_up_id=rows[2].pk)
    same = {"activity_id": activity.pk, "activity_shift_id": shift.pk, "starts_at": at(hour=9), "ends_at": at(hour=11)}
    actions.save_shift(town.actors["clerk"], **same, places=3)
    assert SignUp.objects.get(pk=rows[3].pk).state == "in" and told(people[3], "let_in"), "more places let the next in"
    again = actions.sign_up(people[0], activity_shift_id=shift.pk)
    assert again.order == 5 and again.state == "in"
    with pytest.raises(Refusal, match="3"):
        actions.save_shift(town.actors["clerk"], **same, places=2)


def test_overlaps_are_refused_and_minors_need_consent(town):
    team, _leader, lead = ground(town)
    _a, shift = make_activity(town, team)
    _b, same_time = make_activity(town, team, title="文明劝导", hour=10)
    _c, after = make_activity(town, team, title="走访", hour=11)
    volunteer, actor = person(town, "甲")
    actions.sign_up(actor, activity_shift_id=shift.pk)
    with pytest.raises(Conflict, match="清洁家园"):
        actions.sign_up(actor, activity_shift_id=same_time.pk)
    actions.sign_up(actor, activity_shift_id=after.pk)
    minor, young = person(town, "乙", team, born_on=date(2012, 1, 1))
    with pytest.raises(Refusal, match="监护人"):
        actions.sign_up(young, activity_shift_id=shift.pk)
    with pytest.raises(Refusal, match="监护人"):
        actions.sign_up_for(lead, activity_shift_id=shift.pk, volunteer_id=minor.pk)
    minor.guardian_consented_at = clock.now()
    minor.save()
    assert actions.sign_up_for(lead, activity_shift_id=shift.pk, volunteer_id=minor.pk).state == "in"
    with pytest.raises(Missing):
        actions.sign_up_for(lead, activity_shift_id=shift.pk, volunteer_id=person(town, "外人")[0].pk)
    volunteer.state = "paused"
    volunteer.save()
    with pytest.raises(Refusal):
        actions.sign_up(actor, activity_shift_id=make_activity(town, team, hour=15)[1].pk)


def test_what_is_held_is_closed_once_with_who_came_and_stands_in_the_ledger(town):
    install_metrics()
    team, leader, lead = ground(town)
    activity, shift = make_activity(town, team, kind="festival", festival="double_ninth", title="我们的节日·重阳")
    people = [person(town, f"志愿者{n}")[1] for n in range(3)]
    for actor in people:
        actions.sign_up(actor, activity_shift_id=shift.pk)
    for actor in people[:2]:
        presence = attend(actor, shift, at(hour=8, minute=55), at(hour=11, minute=5))
    assert ServiceEntry.objects.get(presence=presence).minutes == 120, "what lies in the shift"
    with clock.at(at(hour=12)):
        assert hold_what_is_over() == 1 and hold_what_is_over() == 0
        with pytest.raises(Missing):
            actions.close_activity(people[0], activity_id=activity.pk, result="不归我")
        closed = actions.close_activity(lead, activity_id=activity.pk, result="慰问老人", served=36, photos=[make_photo(lead)])
        with pytest.raises(NotNow):
            actions.close_activity(lead, activity_id=activity.pk, result="再来一次")
        assert actions.say_opinion(people[0], activity_id=activity.pk, grade=5, words="很好").grade == 5
        actions.say_opinion(people[0], activity_id=activity.pk, grade=4)
        with pytest.raises(Missing):
            actions.say_opinion(people[2], activity_id=activity.pk, grade=1)
    assert (closed.state, closed.came, closed.served) == ("closed", 2, 36)
    facts = {fact.metric.code: fact.quantity for fact in Fact.objects.select_related("metric")}
    assert facts == {"volunteer-activities": 1, "volunteer-turns": 2, "people-served": 36, "festival-activities": 1}
    assert queries.opinion_of(activity)["mean"] == 4
    other, again = make_activity(town, team, hour=15)
    one, actor = person(town, "丙", team)
    with clock.at(at(hour=18)):
        hold_what_is_over()
        with pytest.raises(Refusal, match="到场"):
            actions.close_activity(lead, activity_id=other.pk, result="没人来")
        actions.enter_presence(lead, activity_shift_id=again.pk, volunteer_id=one.pk, began_at=at(hour=15), ended_at=at(hour=16))
        actions.close_activity(lead, activity_id=other.pk, result="两个活动不是重复")
    assert Fact.objects.filter(metric__code="volunteer-activities").count() == 2


def test_the_leader_enters_ends_and_strikes_who_was_there_and_nobody_else_does(town):
    team, leader, lead = ground(town)
    _activity, shift = make_activity(town, team)
    volunteer, actor = person(town, "甲", team)
    with clock.at(at(hour=12)):
        with pytest.raises(Missing):
            actions.enter_presence(actor, activity_shift_id=shift.pk, volunteer_id=volunteer.pk, began_at=at(hour=9))
        presence = actions.enter_presence(lead, activity_shift_id=shift.pk, volunteer_id=volunteer.pk, began_at=at(hour=9))
        assert presence.began_by == "leader" and presence.entered_by_id == lead.account_id
        with pytest.raises(Missing):
            actions.finish_presence(actor, presence_id=presence.pk, ended_at=at(hour=11))
        entry = actions.finish_presence(lead, presence_id=presence.pk, ended_at=at(hour=10, minute=30))
        assert entry.minutes == 90
        with pytest.raises(Conflict):
            actions.enter_presence(lead, activity_shift_id=shift.pk, volunteer_id=volunteer.pk, began_at=at(hour=10))
        actions.strike_presence(lead, presence_id=presence.pk, reason="记错人")
        entry.refresh_from_db()
        assert not entry.counts and entry.reason == "记错人"
        with pytest.raises(Refusal):
            actions.enter_presence(lead, activity_shift_id=shift.pk, volunteer_id=volunteer.pk, began_at=at(hour=6))


def test_called_off_everybody_is_told_once_and_reminders_go_to_who_has_a_place(town):
    team, _leader, lead = ground(town)
    activity, shift = make_activity(town, team, places=1)
    first, second = person(town, "甲")[1], person(town, "乙")[1]
    for actor in (first, second):
        actions.sign_up(actor, activity_shift_id=shift.pk)
    assert remind() == 0, "two days before"
    with clock.at(at(date(2026, 11, 5), 18)):
        assert remind() == 1 and remind() == 0
        assert told(first, "activity_soon") and not told(second, "activity_soon")
        actions.save_shift(lead, activity_id=activity.pk, activity_shift_id=shift.pk, starts_at=at(hour=14), ends_at=at(hour=16), places=1)
        assert remind() == 1, "another time is another reminder"
        actions.call_off_activity(lead, activity_id=activity.pk, reason="暴雨")
    assert all(any("取消" in title for title in told(actor, "activity_changed")) for actor in (first, second))
    with pytest.raises(NotNow):
        actions.open_sign_up(lead, activity_id=activity.pk)


def test_last_years_activities_are_drafted_in_one_action_on_this_years_days(town):
    team, _leader, lead = ground(town)
    clerk = town.actors["clerk"]

    def held(title, day, **more):
        with clock.at(at(day - timedelta(days=3))):
            return actions.make_activity(
                clerk, team=team, title=title, shifts=[ShiftPlan(at(day, 9), at(day, 11), 12), ShiftPlan(at(day, 14), at(day, 16), 8)], **more
            )

    moon = held("2025年我们的节日·中秋", date(2025, 10, 5), festival="mid_autumn", kind="festival")
    friday = held("每周五清洁家园", date(2025, 9, 12), kind="clean")
    gone = held("取消的", date(2025, 9, 19))
    actions.call_off_activity(clerk, activity_id=gone.pk, reason="停办")
    made = actions.draft_again(lead, month=date(2026, 9, 1))
    assert {one.title for one in made} == {"2026年我们的节日·中秋", "每周五清洁家园"}, "October of last year is September of this one"
    by_origin = {one.copied_from_id: one for one in made}
    assert by_origin[moon.pk].first_at.astimezone(clock.LOCAL).date() == date(2026, 9, 24), "the eve of the festival, both years"
    new = by_origin[friday.pk]
    assert new.first_at.astimezone(clock.LOCAL).date().weekday() == 4 and new.state == "draft" and new.last_at - new.first_at == 7 * HOUR
    assert [one.places for one in new.shifts.all()] == [12, 8] and new.leader_id == friday.leader_id
    with pytest.raises(Refusal):
        actions.draft_again(lead, month=date(2026, 9, 1))
    assert Activity.objects.filter(copied_from=friday).count() == 1


def test_the_theme_of_a_month_is_that_of_the_nearest_place(town):
    team, _leader, _lead = ground(town)
    activity, _shift = make_activity(town, team)
    clerk = town.actors["clerk"]
    wide = actions.save_theme(clerk, division=town.street, month=DAY, name="文明健康 有你有我")
    activity.refresh_from_db()
    assert activity.theme == wide
    near = actions.save_theme(clerk, division=town.communities[0], month=DAY, name="邻里守望")
    actions.save_theme(clerk, division=town.street, month=DAY, name="改了名")
    activity.refresh_from_db()
    assert activity.theme == near
    assert not Presence.objects.exists()


def test_volunteers_of_another_county_neither_see_it_nor_sign_up(town):
    team, _leader, _lead = ground(town)
    _activity, shift = make_activity(town, team)
    far = make_town("330110002000", "他镇街道", "other-")
    stranger, actor = person(far, "远方")
    near, _actor = person(town, "近处")
    with pytest.raises(Missing):
        actions.sign_up(actor, activity_shift_id=shift.pk)
    now = clock.now()
    assert queries.offers(stranger, now) == [] and [one.shift for one in queries.offers(near, now)] == [shift]
    assert queries.offers(near, now, near=True) == [], "where one of the two points is not known nothing is near by"
    near.lat, near.lon = 21.665, 110.92
    assert [one.metres for one in queries.offers(near, now, near=True, free=True)] == [556]
