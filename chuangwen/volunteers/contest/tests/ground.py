"""A contest in the small town, with a jury of people from outside."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Post
from chuangwen.testing.factories import make_account, make_unit
from chuangwen.volunteers.contest import actions
from chuangwen.volunteers.contest.models import Contest, ContestEntry
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer

CRITERIA = (("需求", "", 50), ("成效", "", 50))


def said(title: str = "十一月项目赛", **more: Any) -> dict[str, Any]:
    today = clock.today()
    return {"title": title, "starts_on": today, "entries_until": today + timedelta(days=10), "judged_until": today + timedelta(days=20)} | more


def make_contest(town: Any, **more: Any) -> Contest:
    return actions.plan_contest(town.actors["clerk"], division=town.street, unit=town.units["office"], said=said(**more), criteria=CRITERIA)


def make_teams(town: Any, count: int) -> list[Any]:
    place, unit = town.communities[0], town.units["community"]
    return [make_team(place, unit, f"第{n}队", make_volunteer(place, f"队长{n}")) for n in range(count)]


def enter(town: Any, contest: Contest, team: Any, title: str = "银龄陪伴") -> ContestEntry:
    return actions.enter_project(
        town.actors["clerk"], contest_id=contest.pk, team_id=team.pk, title=title, summary="每周陪伴独居老人", budget=Decimal("3000.50")
    )


def make_jurors(town: Any, contest: Contest, count: int = 3) -> list[Any]:
    """Accounts of a unit of its own; their actors."""
    unit = make_unit(f"{town.street.name}评审组", "department", division=town.street)
    accounts = [make_account(f"juror{n}-{contest.pk}", town.roles["inspector"], unit, kind=Post.Kind.MEMBER) for n in range(count)]
    for account in accounts:
        actions.add_juror(town.actors["clerk"], contest_id=contest.pk, username=account.username)
    return [actor_of(account) for account in accounts]


def judged(
    town: Any, titles: tuple[str, ...] = ("甲", "乙", "丙"), jurors: int = 3, **more: Any
) -> tuple[Contest, list[ContestEntry], list[Any]]:
    """A contest with the jury at work."""
    clerk = town.actors["clerk"]
    contest = make_contest(town, **more)
    actions.call_contest(clerk, contest_id=contest.pk)
    entries = [enter(town, contest, team, title) for team, title in zip(make_teams(town, len(titles)), titles, strict=True)]
    for entry in entries:
        actions.admit_entry(clerk, entry_pk=entry.pk)
    actors = make_jurors(town, contest, jurors)
    actions.close_entries(clerk, contest_id=contest.pk)
    contest.refresh_from_db()
    return contest, entries, actors


def give(actor: Any, entry: ContestEntry, first: str, second: str = "0") -> None:
    keys = [criterion.pk for criterion in entry.contest.criteria.all()]
    actions.score_entry(actor, entry_pk=entry.pk, points=dict(zip(keys, (Decimal(first), Decimal(second)), strict=True)))


DAY = date(2026, 11, 2)
