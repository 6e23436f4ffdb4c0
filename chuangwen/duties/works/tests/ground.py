"""A work in the small town, and a case that waits for it."""

from datetime import date, datetime, timedelta

from chuangwen.cases import actions as cases
from chuangwen.duties.works import actions
from chuangwen.kernel import clock
from chuangwen.kernel.worktime import Limit

DAY = date(2026, 11, 2)
END = date(2026, 12, 18)


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 0, tzinfo=clock.LOCAL)


def make_work(town, name="后街路面修复", **more):
    facts = {
        "division": town.communities[0], "unit": town.units["department"], "planned_start": clock.today(),
        "planned_end": clock.today() + timedelta(days=46), "kind": "road",
    } | more  # fmt: skip
    return actions.make_work(town.actors["clerk"], name=name, **facts)


def make_case(town, site=0, words="路面破损"):
    """A problem that is with the department."""
    clerk = town.actors["clerk"]
    case = cases.report(clerk, description=words, site=town.sites[site], kind=town.kinds["paving"])
    return cases.dispatch(clerk, case_id=case.pk, lead=town.units["department"], limit=Limit(7, "working_days"))


def waiting(town, work, **more):
    case = make_case(town, **more)
    actions.defer_case(town.actors["clerk"], work_id=work.pk, case_id=case.pk, reason="需列入工程计划")
    case.refresh_from_db()
    return case
