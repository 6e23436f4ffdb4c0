"""Teams and volunteers of the small town, an activity of theirs, and moments."""

from datetime import date, datetime, timedelta

from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account
from chuangwen.volunteers.activities import actions
from chuangwen.volunteers.activities.actions.attending import key_of
from chuangwen.volunteers.activities.actions.planning import ShiftPlan
from chuangwen.volunteers.activities.codes import code_of, step_of
from chuangwen.volunteers.corps.models import Membership
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer

DAY = date(2026, 11, 6)
"""A Friday."""


def at(day=DAY, hour=8, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.LOCAL)


def person(town, name, team=None, **more):
    """A registered volunteer with an account of a resident, and the actor that they are."""
    account = Account(username=f"v-{Account.objects.count()}-{name}", base_role=town.roles["resident"])
    account.set_unusable_password()
    account.save()
    volunteer = make_volunteer(town.communities[0], name, account, **more)
    if team is not None:
        Membership.objects.create(team=team, volunteer=volunteer, state="member", asked_at=clock.now(), joined_on=clock.today())
    return volunteer, actor_of(account)


def ground(town, name="邻里服务队"):
    """A team with a leader who has an account; (team, leader, the leader's actor)."""
    leader, actor = person(town, "队长")
    team = make_team(town.communities[0], town.units["community"], name, leader)
    return team, leader, actor


def make_activity(town, team, *, places=2, day=DAY, hour=9, opened=True, **more):
    """An activity of two hours, open for sign-up. (activity, shift)"""
    clerk = town.actors["clerk"]
    facts = {"title": "每周五清洁家园", "kind": "clean", "shifts": [ShiftPlan(at(day, hour), at(day, hour + 2), places)]} | more
    activity = actions.make_activity(clerk, team=team, **facts)
    if opened:
        actions.ask_approval(clerk, activity_id=activity.pk)
        actions.approve_activity(clerk, activity_id=activity.pk)
        activity = actions.open_sign_up(clerk, activity_id=activity.pk)
    return activity, activity.shifts.get()


def code_at(shift, moment):
    return code_of(key_of(shift), step_of(moment))


def attend(actor, shift, begin, end, **more):
    """Come and go by the code."""
    with clock.at(begin):
        actions.begin_by_code(actor, activity_shift_id=shift.pk, code=code_at(shift, begin), **more)
    with clock.at(end):
        return actions.end_by_code(actor, activity_shift_id=shift.pk, code=code_at(shift, end))


HOUR = timedelta(hours=1)
