"""A pair in the small town: the department and the first community."""

from datetime import date, datetime

from chuangwen.duties.partnership import actions
from chuangwen.kernel import clock

DAY = date(2026, 11, 2)
"""A Monday; the last working day of the month is the 30th."""


def at(day: int, month: int = 11, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=clock.LOCAL)


def make_pair(town, unit="department", place=0, **more):
    facts = {"paired_on": clock.today(), "aim": "美丽庭院示范巷"} | more
    return actions.make_pair(town.actors["clerk"], unit=town.units[unit], division=town.communities[place], **facts)


def running(town, **more):
    """A pair that has met, with a need and a package of one line that is agreed."""
    clerk, pair = town.actors["clerk"], make_pair(town, **more)
    actions.record_contact(clerk, partnership_id=pair.pk, day=clock.today(), what="召开座谈会，实地查看村容村貌", came=6)
    need = actions.save_need(clerk, partnership_id=pair.pk, words="主要路口缺宣传栏", kind="publicity")
    actions.save_item(clerk, partnership_id=pair.pk, words="更换宣传栏14块", due_on=clock.today(), need=need)
    return actions.adopt_package(clerk, partnership_id=pair.pk)
