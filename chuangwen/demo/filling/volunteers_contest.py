"""One contest that is published and one that is being judged, of projects of the town's teams. Titles and points are generated."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Denied
from chuangwen.people.actors import actor_of
from chuangwen.volunteers.contest import actions
from chuangwen.volunteers.contest.models import Contest, ContestEntry, ContestResult
from chuangwen.volunteers.corps.models import Team

PROJECTS = (
    ("银龄陪伴", "每周上门陪伴独居老人，读报、代购、量血压", "独居老人 46 人"), ("四点半课堂", "放学后看护和作业辅导", "小学生 60 人"),
    ("楼道清洁日", "每月清理一次楼道杂物和小广告", "居民 300 户"), ("文明交通岗", "早晚高峰在路口劝导", "过往群众"),
    ("垃圾分类小讲堂", "入户讲解和现场指导分类", "居民 500 户"), ("便民维修角", "免费修理小家电和磨剪刀", "居民 200 人次"),
)  # fmt: skip
JURORS = ("leader", "inspector", "unit_head", "liaison")


def fill_volunteers_contest(keys: Keys) -> dict[str, int]:
    """How many contests and projects there are."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    rng = random.Random(f"contest {keys.data.today.isoformat()}")
    teams = _teams(keys)
    today = keys.data.today
    done = _judged(keys, clerk, rng, teams, f"{today.year}年度志愿服务项目大赛", "yearly", today - timedelta(days=75), 1.0)
    with clock.at(_at(today - timedelta(days=20))):
        actions.count_contest(clerk, contest_id=done.pk)
        rows = ContestResult.objects.filter(entry__contest=done).exclude(prize="")
        reasons = {row.entry_id: "需求找得准，服务有记录，居民评价好" for row in rows}
        actions.publish_contest(clerk, contest_id=done.pk, verdict="参赛项目贴近居民需求，服务记录较完整", reasons=reasons)
    _judged(keys, clerk, rng, teams, f"{today.month}月志愿服务项目赛", "bimonthly", today - timedelta(days=24), 0.5)
    return {"contests": Contest.objects.count(), "contest_entries": ContestEntry.objects.count()}


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), clock.LOCAL)


def _teams(keys: Keys) -> list[Team]:
    """Teams of the town; a few are made where no other part has made them."""
    found = list(Team.objects.filter(state=Team.State.ACTIVE, division__path__startswith=keys.street.path).order_by("pk")[:6])
    if len(found) >= len(PROJECTS):
        return found
    places = [row for row in keys.divisions.values() if row.level == 5]
    for n, place in enumerate(places[: len(PROJECTS) - len(found)]):
        unit = next((one for one in keys.units.values() if one.division_id == place.pk), keys.units["street-office"])
        found.append(
            Team.add_root(
                number=f"TD{n + 1:05d}", name=f"{place.name}志愿服务队", kind=Team.Kind.TEAM, unit=unit, division=place,
                started_on=keys.data.today - timedelta(days=300), generated=True,
            )
        )  # fmt: skip
    return found


def _judged(keys: Keys, clerk: Actor, rng: random.Random, teams: list[Team], title: str, rhythm: str, first: date, share: float) -> Contest:
    """A contest with its projects, given to the jury; ``share`` of the scores are there."""
    with clock.at(_at(first)):
        said = {
            "title": title, "rhythm": rhythm, "starts_on": first, "entries_until": first + timedelta(days=15),
            "judged_until": first + timedelta(days=40), "least_jurors": 3, "terms": "每支队伍最多申报三个项目；评委与项目有关联的回避。",
        }  # fmt: skip
        contest = actions.plan_contest(clerk, division=keys.street, unit=keys.units["street-office"], said=said, generated=True)
        actions.call_contest(clerk, contest_id=contest.pk)
        entries = []
        for n, ((name, summary, served), team) in enumerate(zip(PROJECTS, teams, strict=False)):
            entry = actions.enter_project(
                clerk, contest_id=contest.pk, team_id=team.pk, title=name, summary=summary, served=served, budget=Decimal(1000 + 500 * n),
                generated=True,
            )  # fmt: skip
            entries.append(actions.admit_entry(clerk, entry_pk=entry.pk))
        for role in JURORS:
            actions.add_juror(clerk, contest_id=contest.pk, username=keys.accounts[role].username)
        actions.close_entries(clerk, contest_id=contest.pk)
    criteria = list(contest.criteria.all())
    with clock.at(_at(min(first + timedelta(days=20), keys.data.today))):
        for role in JURORS:
            juror = actor_of(keys.accounts[role])
            for n, entry in enumerate(entries):
                if n >= len(entries) * share:
                    break
                points = {one.pk: Decimal(rng.randint(int(one.most * 1.4), one.most * 2)) / 2 for one in criteria}
                try:
                    actions.score_entry(juror, entry_pk=entry.pk, points=points)
                except Denied:
                    continue  # a conflict of interest: the program says so
    contest.refresh_from_db()
    return contest
