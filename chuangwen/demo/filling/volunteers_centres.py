"""The chain of Hedong as “1 + 1 + 16 + N” reads it: a centre of the district above it, one office, sixteen stations at the sites that are
there, points and posts; platforms, rooms, tasks, information, self-checks. Which communities there are is real; the centre above, the points
and posts and what all of them did is generated and says so."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Unit
from chuangwen.places.models import Site
from chuangwen.standards.queries import checklist, current_edition
from chuangwen.volunteers.centres import actions, rules
from chuangwen.volunteers.centres.actions.checks import NO, YES
from chuangwen.volunteers.centres.models import Centre, CentreTask

EXAMPLE = "（示例）"
POINTS = ("文化广场", "临街商铺")
POSTS = ("便民咨询岗", "交通劝导岗", "助老服务岗", "环境巡护岗")
"""Posts (岗): the first at the first point, the others under the first stations."""
PLATFORMS = (
    ("theory", "dept-civility", "理论宣讲和形势政策"), ("service", "dept-civil-affairs", "助老助残和邻里互助"),
    ("education", "dept-education", "四点半课堂、家长学校"),
    ("culture", "dept-culture", "文艺演出、春联和阅读"), ("science", "dept-health", "科普讲座和健康知识"),
    ("sports", "dept-culture", "健身操、球赛和棋牌"),
    ("law", "dept-police", "法律咨询和人民调解"),
)  # fmt: skip
"""Platform, the unit that leads it where the town has it, what it does."""
ROOMS = (("多功能活动室", 80, 60, "宣讲、会议、文艺活动", "投影、音响、桌椅"), ("志愿服务站", 20, 6, "值守、登记、接单", "急救箱、雨具、老花镜"))
TASKS = (("开展理论宣讲一场", -35), ("组织清洁家园活动", -14), ("走访独居老人并登记需求", -5), ("报送阵地自查情况", 9))
"""What the office gave every station, and the day it is due from today."""


def fill_volunteers_centres(keys: Keys) -> dict[str, int]:
    """Make the chain and let it work until today. How many centres and tasks there are."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    rng = random.Random(f"centres {keys.data.today.isoformat()}")
    today = keys.data.today
    with clock.at(_at(today - timedelta(days=120))):
        _centre(keys)
        actions.make_chain(clerk, division=keys.street, unit=keys.units["street-office"], generated=True)
    office = Centre.objects.get(kind=rules.OFFICE)
    stations = list(Centre.objects.filter(kind=rules.STATION).select_related("unit", "site__type", "division").order_by("path"))
    Centre.objects.filter(kind=rules.STATION).update(
        responsible_post="社区党组织书记", about="理论宣讲、邻里互助、文体活动和便民服务", open_days=0b0011111
    )
    Centre.objects.filter(pk=office.pk).update(responsible_post="街道党工委书记", about="统筹全街道文明实践活动和志愿服务")
    _open_hours(office, stations)
    with clock.at(_at(today - timedelta(days=60))):
        _points_and_posts(keys, clerk, office, stations)
        _equip(keys, clerk, office, stations[:6])
    with clock.at(keys.now):
        _check(clerk, stations[:11], rng, today)
        _tasks(clerk, stations, rng, today)
        _send_information(clerk, stations[:7], rng, today)
    return {"practice_centres": Centre.objects.count(), "centre_tasks": CentreTask.objects.count()}


def _open_hours(office: Centre, stations: list[Centre]) -> None:
    """The office keeps those of the street; stations are open on working days, each third on Saturdays too, each fourth in the evening."""
    Site.objects.filter(pk=office.site_id).update(opens_at=time(8, 30), closes_at=time(17, 30))
    for n, station in enumerate(stations):
        closes = time(20, 30) if n % 4 == 1 else time(17, 30)
        Site.objects.filter(pk=station.site_id).update(opens_at=time(8, 30), closes_at=closes)
        Centre.objects.filter(pk=station.pk).update(open_days=0b0111111 if n % 3 == 0 else 0b0011111)


def _centre(keys: Keys) -> None:
    """The centre of the district, under which the office of the street hangs. Its headquarters answers for it where the town has one."""
    county = keys.street.get_parent()
    if county is None or county.level not in rules.KINDS[rules.CENTRE].levels:
        return
    unit = keys.units.get("command") or Unit.objects.filter(kind=Unit.Kind.COMMAND, division=county).order_by("path").first()
    if unit is None:
        return
    actions.make_centre(
        SYSTEM, name=f"{rules.centre_name(county.name, rules.CENTRE)}{EXAMPLE}", kind=rules.CENTRE, division=county, unit=unit,
        responsible_post="区委书记", open_days=0b1111111, opens_at=time(8, 30), closes_at=time(20, 30), generated=True,
        about="示例数据：上级中心，用于展示“1+1+16+N”阵地体系；本街道以外的所、站未列入",
    )  # fmt: skip


def _points_and_posts(keys: Keys, clerk: Actor, office: Centre, stations: list[Centre]) -> None:
    points = []
    for n, name in enumerate(POINTS):
        office.refresh_from_db()
        points.append(
            actions.make_centre(
                clerk, name=f"河东街道{name}文明实践点", kind=rules.POINT, division=keys.street, unit=keys.units["street-office"], above=office,
                open_days=0b1111111 if n == 0 else 0b0111110, opens_at=time(8, 0), closes_at=time(21, 0), generated=True,
            )  # fmt: skip
        )
    for post, parent in zip(POSTS, (points[0], *stations), strict=False):
        parent.refresh_from_db()
        actions.make_centre(
            clerk, name=_stem(parent) + post, kind=rules.POST, division=parent.division, unit=parent.unit, above=parent, open_days=0b0011111,
            opens_at=time(9, 0), closes_at=time(17, 30), about="志愿者轮流值守", generated=True,
        )  # fmt: skip


def _stem(centre: Centre) -> str:
    """What it is called after, without what it is."""
    return centre.name.removesuffix("新时代文明实践站").removesuffix("文明实践点")


def _send_information(clerk: Actor, stations: list[Centre], rng: random.Random, today: date) -> None:
    for n, station in enumerate(stations):
        day = today - timedelta(days=rng.randint(1, 40))
        title = f"{station.division.name}文明实践活动侧记"
        row = actions.send_information(clerk, centre_id=station.pk, title=title, sent_on=day, generated=True)
        if n < 3:
            actions.adopt_information(
                clerk, information_id=row.pk, level="county", adopted_on=day, where="区融媒体中心", link=f"https://example.org/news/{n + 1}"
            )


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), clock.LOCAL)


def _equip(keys: Keys, clerk: Actor, office: Centre, stations: list[Centre]) -> None:
    departments = [unit for key, unit in keys.units.items() if key.startswith("dept-")]
    for n, (kind, lead, about) in enumerate(PLATFORMS):
        unit = keys.units.get(lead, departments[n % len(departments)])
        members = [departments[(n + step) % len(departments)] for step in (1, 3)]
        actions.save_platform(clerk, centre_id=office.pk, kind=kind, lead=unit, members=members, about=about)
    for centre in (office, *stations):
        for order, (name, area, seats, use, equipment) in enumerate(ROOMS):
            actions.save_room(
                clerk, centre_id=centre.pk, name=name, area=Decimal(area), seats=seats, use=use, equipment=equipment, order=order
            )


def _check(clerk: Actor, stations: list[Centre], rng: random.Random, today: date) -> None:
    """Most points are met; what is not says what is wanting."""
    items = list(checklist(stations[0].site.type, current_edition()))
    for station in stations if items else []:
        wanting = set(rng.sample([item.pk for item in items], rng.randint(0, min(3, len(items)))))
        actions.record_check(
            clerk, centre_id=station.pk, day=today - timedelta(days=rng.randint(1, 30)), generated=True,
            answers={item.pk: NO if item.pk in wanting else YES for item in items}, notes=dict.fromkeys(wanting, "内容陈旧，待更新"),
        )  # fmt: skip


def _tasks(clerk: Actor, stations: list[Centre], rng: random.Random, today: date) -> None:
    """Tasks as of today: done in time, late, reported, overdue, to be done."""
    for title, ends in TASKS:
        due = today + timedelta(days=ends)
        given = due - timedelta(days=14)
        with clock.at(_at(min(given, today))):
            rows = actions.give_tasks(clerk, centre_ids=[one.pk for one in stations], title=title, due_on=due, generated=True)
        for n, row in enumerate(rows):
            if ends > 0 or rng.random() < 0.12:
                continue
            done = min(due + timedelta(days=rng.choice((-6, -4, -2, -1, 0, 0, 2))), today)
            with clock.at(_at(done)):
                actions.report_task(clerk, task_id=row.pk, result="已组织开展，群众参与积极", done_on=done, link=f"https://example.org/task/{row.pk}")
                if ends < -7 or n % 3:
                    actions.accept_task(clerk, task_id=row.pk)
