"""A little ground: two posts and leaders in turn, five people of two units, a week."""

from datetime import date, timedelta

from chuangwen.duties.rosters import actions
from chuangwen.duties.rosters.models import PoolPerson
from chuangwen.kernel import clock

SKILL = "交通指挥"


def make_ground(town, name="火车站广场", **more):
    clerk = town.actors["clerk"]
    ground = actions.save_ground(clerk, name=name, division=town.street, floor=more.pop("floor", 3), **more)
    segment = actions.save_segment(
        clerk, ground_id=ground.pk, name="第一段面", leader="分管城建副主任", unit=town.units["department"], content="摊点、保洁"
    )
    actions.save_duty_post(
        clerk, ground_id=ground.pk, name="站前路口", segment=segment, qualification=SKILL, shifts="早高峰 07:00-09:00 1-2人", order=1
    )
    actions.save_duty_post(clerk, ground_id=ground.pk, name="机动一队", kind="mobile", shifts="白班 09:00-17:00 1-3人", order=2)
    actions.save_duty_post(clerk, ground_id=ground.pk, name="带班", kind="lead", shifts="全天 08:00-18:00 1人", order=3)
    return ground


def make_pool(town, tag=""):
    """甲、乙 can direct traffic and have accounts; 丙、丁、戊 stand anywhere; two leaders."""
    clerk, unit, other = town.actors["clerk"], town.units["department"], town.units["community"]
    given = [
        ("甲", unit, {"qualifications": [SKILL], "account": town.accounts["liaison"]}),
        ("乙", other, {"qualifications": [SKILL], "account": town.accounts["grid_worker"]}),
        ("丙", unit, {}), ("丁", unit, {}), ("戊", other, {}), ("领导一", unit, {"leads": True}), ("领导二", unit, {"leads": True}),
    ]  # fmt: skip
    return [actions.save_pool_person(clerk, unit=where, name=f"{tag}{name}", **more) for name, where, more in given]


def next_monday() -> date:
    today = clock.today()
    return today + timedelta(days=7 - today.weekday())


def make_roster(town, ground=None, days=7, starts_on=None, **more):
    start = starts_on or next_monday()
    return actions.make_roster(
        town.actors["clerk"], ground=ground or make_ground(town), starts_on=start, ends_on=start + timedelta(days=days - 1),
        units=[town.units["department"], town.units["community"]], seconds=10, **more,
    )  # fmt: skip


def arranged(town, **more):
    if not PoolPerson.objects.filter(unit=town.units["department"]).exists():
        make_pool(town)
    roster = make_roster(town, **more)
    return actions.solve_roster(town.actors["clerk"], roster_id=roster.pk)


def published(town, **more):
    roster = arranged(town, **more)
    return actions.publish_roster(town.actors["clerk"], roster_id=roster.pk)


def turn_at(roster, post="机动一队", day=None):
    rows = roster.turns.filter(called_off=False, shift__post__name=post).select_related("person", "shift__post", "roster")
    return (rows.filter(day=day) if day else rows).order_by("day", "pk").first()
