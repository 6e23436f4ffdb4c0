"""Posts and rosters: 68 posts and 7 mobile teams at peak hours; the station square with seven segments, leaders in turn and a floor of 80.

The numbers of posts, teams, segments and the floor are those of the reports; where the posts are, who stands there and how many came is
generated.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from chuangwen.demo.filling.keys import Keys
from chuangwen.duties.rosters import actions, hours
from chuangwen.duties.rosters.actions.dividing import write_shifts
from chuangwen.duties.rosters.gathering import question_of
from chuangwen.duties.rosters.models import (
    DutyPost,
    PoolDay,
    PoolPerson,
    PostDay,
    Roster,
    RosterGround,
    RosterSegment,
    RosterTurn,
)
from chuangwen.duties.rosters.queries import reserves
from chuangwen.duties.rosters.rules import Rules
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Unit

POSTS, TEAMS, FLOOR = 68, 7, 80
ROADS = ("人民路", "站前路", "河东路", "光华路", "文明路", "油城路", "迎宾路", "红旗路")
SEGMENTS = (
    ("站前广场", "党工委副书记", "秩序、保洁、便民服务"), ("进站口", "办事处副主任（分管城管）", "流动摊贩、占道经营"),
    ("出站口", "办事处副主任（分管交通）", "黑车拉客、出租车候客"),
    ("公交候车区", "人大工委主任", "排队候车、文明引导"), ("停车场", "武装部部长", "乱停乱放"), ("商铺沿线", "宣传委员", "门前三包、噪音"),
    ("绿化带", "组织委员", "清杂草、捡垃圾"),
)  # fmt: skip
LEADERS = ("党工委副书记", "人大工委主任", "武装部部长", "宣传委员", "组织委员", "办事处副主任")
SKILL = "交通指挥"
SECONDS = 30
ENOUGH = 0.1
"""A gap with which the demonstration is content, so that it is filled in quickly."""


def fill_rosters(keys: Keys) -> dict[str, int]:
    """Two grounds, their pools, this month's rosters (published) with what was counted so far. How many posts and turns there are."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    rng = random.Random("rosters")
    today = keys.now.date()
    start = today - timedelta(days=9)
    inside = [unit for unit in keys.units.values() if unit.division is not None and unit.division.path.startswith(keys.street.path)]
    units = [unit for unit in inside if unit.kind != Unit.Kind.COMMUNITY][:3]
    volunteers = [unit for unit in inside if unit.kind == Unit.Kind.COMMUNITY][:8]
    if len(units) < 2 or not volunteers:
        return {"duty_posts": 0, "roster_turns": 0}
    with clock.at(keys.now - timedelta(days=12)):
        roads = _roads(keys, units[0])
        square = _square(keys, units)
        _pools(keys, units[0], units[1], volunteers, rng)
        first = actions.make_roster(
            clerk, ground=roads, starts_on=start, ends_on=start + timedelta(days=13), units=[units[0]], seconds=SECONDS,
            rules=Rules(rest_hours=10, per_week=6), generated=True,
        )  # fmt: skip
        second = actions.make_roster(
            clerk, ground=square, starts_on=start, ends_on=start + timedelta(days=19), units=[units[1], *volunteers], seconds=SECONDS,
            rules=Rules(rest_hours=12, per_week=5), generated=True,
        )  # fmt: skip
        for roster in (first, second):
            actions.solve_roster(clerk, roster_id=roster.pk, enough=ENOUGH)
            actions.publish_roster(clerk, roster_id=roster.pk)
    _counted(rng, (roads, square), start, today)
    with clock.at(keys.now - timedelta(days=1)):
        _ahead(clerk, roads, square, units, volunteers, start)
        _changes(clerk, second, volunteers[0])
    return {"duty_posts": DutyPost.objects.count(), "roster_turns": RosterTurn.objects.count()}


def _ahead(clerk: Actor, roads: RosterGround, square: RosterGround, units: list[Unit], volunteers: list[Unit], start: date) -> None:
    """The next week of the roads, arranged and not published yet; the next weeks of the square, before days are asked for."""
    after = start + timedelta(days=14)
    week = actions.make_roster(
        clerk, ground=roads, starts_on=after, ends_on=after + timedelta(days=6), units=[units[0]], seconds=SECONDS,
        rules=Rules(rest_hours=10, per_week=6), generated=True,
    )  # fmt: skip
    actions.solve_roster(clerk, roster_id=week.pk, enough=ENOUGH)
    later = start + timedelta(days=20)
    actions.make_roster(
        clerk, ground=square, starts_on=later, ends_on=later + timedelta(days=13), units=[units[1], *volunteers], generated=True
    )


def _roads(keys: Keys, unit: Unit) -> RosterGround:
    ground = RosterGround.objects.create(
        name="城区主干道执勤岗", division=keys.street, stretch="城区各主干道路口", generated=True,
        note="高峰疏导、平峰管控：68 个执勤岗点、7 个机动应急巡逻队。",
    )  # fmt: skip
    posts = [
        DutyPost(
            ground=ground, name=f"{ROADS[n % len(ROADS)]}{n // len(ROADS) + 1}号岗", unit=unit, order=n + 1,
            qualification=SKILL if n % 3 == 0 else "",
        )
        for n in range(POSTS)
    ]  # fmt: skip
    posts += [
        DutyPost(ground=ground, name=f"机动应急巡逻{'一二三四五六七'[n]}队", unit=unit, kind=DutyPost.Kind.MOBILE, order=POSTS + n + 1)
        for n in range(TEAMS)
    ]
    for post in DutyPost.objects.bulk_create(posts):
        people = "2人" if post.kind == DutyPost.Kind.MOBILE else "1人"
        write_shifts(post, hours.read(f"早晚高峰 07:30-09:00,17:30-19:00 {people} 工作日"))
    return ground


def _square(keys: Keys, units: list[Unit]) -> RosterGround:
    ground = RosterGround.objects.create(
        name="火车站广场", division=keys.street, stretch="火车站站前广场及周边", floor=FLOOR, generated=True,
        note="划分为 7 个段面，每天至少一名班子成员带班，每天志愿者不少于 80 人，集中整治二十天。",
    )  # fmt: skip
    lead = DutyPost.objects.create(ground=ground, name="带班领导", kind=DutyPost.Kind.LEAD, on_floor=False, order=0)
    write_shifts(lead, hours.read("全天 08:00-18:00 1人"))
    for number, (name, leader, content) in enumerate(SEGMENTS, start=1):
        segment = RosterSegment.objects.create(
            ground=ground, order=number, name=name, leader=leader, unit=units[number % len(units)], content=content
        )
        post = DutyPost.objects.create(ground=ground, segment=segment, name=f"{name}志愿服务岗", order=number)
        write_shifts(post, hours.read("上午 08:00-12:00 5-8人\n下午 14:00-18:00 5-8人"))
    return ground


def _pools(keys: Keys, police: Unit, leaders: Unit, volunteers: list[Unit], rng: random.Random) -> None:
    """People by numbers, as rosters on paper have them. Everybody's places and days are generated."""
    people = [
        PoolPerson(unit=police, name=f"执勤员{n:03d}", qualifications=[SKILL] if n % 5 < 3 else [], generated=True) for n in range(1, 111)
    ]
    people += [PoolPerson(unit=leaders, name=name, leads=True, generated=True) for name in LEADERS]
    for unit in volunteers:
        people += [PoolPerson(unit=unit, name=f"{unit.name[:2]}{n:02d}", generated=True) for n in range(1, 25)]
    account = keys.accounts.get("grid_worker")
    mine = account.person.posts.select_related("unit").first() if account is not None and account.person is not None else None
    if mine is not None and account is not None:
        people.append(PoolPerson(unit=volunteers[0], name=str(account), account=account, generated=True))
    made = PoolPerson.objects.bulk_create(people)
    today = clock.today()
    words = ("cannot", "cannot", "rather", "prefers")
    PoolDay.objects.bulk_create(
        PoolDay(person=person, day=today + timedelta(days=3 + offset), word=rng.choice(words))
        for person in made for offset in range(20) if rng.random() < 0.05
    )  # fmt: skip


def _counted(rng: random.Random, grounds: tuple[RosterGround, ...], start: date, today: date) -> None:
    """How many came to each post so far; a few posts are weaker than the others."""
    planned: dict[tuple[int, date], int] = {}
    for shift, day in RosterTurn.objects.filter(day__gte=start, day__lt=today, roster__ground__in=grounds).values_list("shift", "day"):
        planned[shift, day] = planned.get((shift, day), 0) + 1
    weak = {shift for shift in sorted({shift for shift, _day in planned}) if rng.random() < 0.06}
    now = clock.now()
    PostDay.objects.bulk_create(
        PostDay(
            shift_id=shift, day=day, planned=count, counted_at=now,
            present=sum(rng.random() < (0.7 if shift in weak else 0.985) for _one in range(count)),
        )
        for (shift, day), count in sorted(planned.items(), key=lambda one: (one[0][1], one[0][0]))
    )  # fmt: skip


def _changes(clerk: Actor, roster: Roster, unit: Unit) -> None:
    """By private links: a stand-in that was asked for and agreed to, and one that waits; links of these people and of the unit's calendar."""
    today = clock.today()
    after = today + timedelta(days=1)
    turns = roster.turns.filter(called_off=False, person__unit=unit, person__account=None, person__leads=False, day__gt=after)
    question, asked, used = question_of(roster), 0, set[int]()
    for turn in turns.select_related("shift__post__unit", "person__unit", "roster").order_by("day", "pk"):
        free = [one for one in reserves(question, turn.shift, turn.day) if one.account_id is None and one.pk not in used]
        if turn.person_id in used or not free:
            continue
        used |= {turn.person_id, free[0].pk}
        mine, theirs = (actions.give_link(clerk, pool_id=person.pk)[1] for person in (turn.person, free[0]))
        change = actions.ask_change_by_link(mine, turn_id=turn.pk, to=f"person:{free[0].pk}", reason=("家中有事", "外出培训")[asked])
        if asked == 0:
            actions.answer_change_by_link(theirs, change_id=change.pk, yes=True)
        asked += 1
        if asked == 2:
            break
    actions.give_link(clerk, unit=unit)
