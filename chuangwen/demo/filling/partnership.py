"""Pairs of units and communities, drawn from the plan in force; a third of them in detail, some late, some silent. All of it is generated. What
was put in stands in the ledger under metrics that the report does not give, so that its totals stay the report's."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product

from chuangwen.cases.models import CasePhoto
from chuangwen.demo.filling.keys import Keys
from chuangwen.duties.partnership import actions
from chuangwen.duties.partnership.models import Partnership, PartnershipPhoto
from chuangwen.duties.partnership.states import ALIVE
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.duties.sponsorship.models import SponsorshipPlan
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.people.actors import actor_of

AGO = 75
"""So many days ago the pairs were made."""
DETAILED, FINISHED, UNMET, PHOTOGRAPHED = 10, 3, 4, 10
AIMS = ("美丽庭院示范巷", "书香社区", "十分钟健身圈", "无烟楼道", "文明养犬示范点", "邻里议事亭", "儿童友好角", "洁净背街")
TALKS = ("召开座谈会，实地查看村容村貌和宣传阵地", "与居委会对接，走访楼栋长，摸清需求", "现场查看薄弱点位，商定共建事项")
NEEDS = (
    ("主要出入口宣传栏陈旧", "publicity", "更换宣传栏"), ("农家书屋图书少、书柜破损", "culture", "整理书屋并赠书"),
    ("独居老人体检不便", "care", "组织义诊"), ("背街小巷卫生死角", "environment", "联合清扫背街小巷"),
    ("居民矛盾调解缺专业力量", "care", "法律咨询进社区"), ("沟渠淤塞", "facilities", "清淤疏通沟渠"), ("车辆乱停放", "order", "规划停车位"),
)  # fmt: skip
GIVEN = (
    ("goods", "赠送图书", "册", (120, 500)), ("service", "送医下乡义诊", "场", (1, 2)), ("service", "法律咨询", "人次", (18, 60)),
    ("money", "包联单位投入", "元", (3000, 12000)), ("goods", "休闲座椅", "把", (6, 20)), ("goods", "水泥", "吨", (2, 8)),
)  # fmt: skip
TEAMS = (("medical", "为老人免费体检、测血压", 60), ("legal", "法律咨询和反诈宣传", 35), ("counselling", "心理健康讲座和个别辅导", 25))
WEEKLY = (
    "到包联社区走访，现场核对问题清单", "联合社区清理背街小巷卫生死角", "入户宣传并收集意见", "到集贸市场和主要路口劝导",
    "查看整改现场，销号两处",
)  # fmt: skip
OFTEN = (0.95, 0.9, 0.9, 0.85, 0.85, 0.8, 0.7, 0.45)
"""How likely each working group of the street is there on each of two days of a week."""
RESULTS = ("建成示范点并挂牌，居民自管小组正常运转", "书屋每周开放三次，成为社区亮点", "背街小巷面貌改善，群众反映良好")


def fill_partnerships(keys: Keys) -> dict[str, int]:
    """Draw the pairs and let them live until today. How many there are."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    rng = random.Random(f"partnership {keys.data.today.isoformat()}")
    begun = keys.data.today - timedelta(days=AGO)
    plan = SponsorshipPlan.objects.filter(state="running").get()
    with clock.at(_at(begun)):
        pairs = actions.draw_pairs(clerk, plan_id=plan.pk, generated=True)
    mixed = sorted(pairs, key=lambda _pair: rng.random())
    photos = list(CasePhoto.objects.filter(stage=CasePhoto.Stage.AFTER).order_by("-pk").values_list("photo_id", flat=True)[:PHOTOGRAPHED])
    for number, pair in enumerate(mixed[UNMET:]):
        met = begun + timedelta(days=rng.randint(3, 20) if number % 9 else rng.randint(28, 40))
        with clock.at(_at(met)):
            actions.record_contact(clerk, partnership_id=pair.pk, day=met, what=rng.choice(TALKS), came=rng.randint(3, 9))
        if number < DETAILED:
            _live(keys, clerk, rng, pair, met, number, photos)
    _twice_a_week(keys, clerk, rng)
    actions.save_partnership_settings(clerk, division=keys.street, silent_days=45, rings=[0.5, 1, 1.5, 2], lat=21.66, lon=110.92)
    return {"partnerships": len(pairs)}


def _twice_a_week(keys: Keys, clerk: Actor, rng: random.Random) -> None:
    """The street's own working groups are at their communities twice in most weeks: records that prove that duty."""
    monday = week_of(keys.data.today)
    groups = Partnership.objects.filter(state__in=ALIVE, unit__kind="working_group").select_related("unit").order_by("unit__path", "pk")
    pairs = {pair.unit_id: pair for pair in groups}
    for number, pair in enumerate(pairs.values()):
        for ago, weekday in product(range(8, -1, -1), (1, 3)):
            day = monday - timedelta(days=7 * ago - weekday)
            if day > keys.data.today or pair.contacted_on is None or day < pair.contacted_on or rng.random() > OFTEN[number % len(OFTEN)]:
                continue
            with clock.at(min(_at(day), keys.now)):
                actions.hold_partner_visit(
                    clerk, partnership_id=pair.pk, kind="cleaning" if weekday == 3 else "other", day=day, what=rng.choice(WEEKLY),
                    came=rng.randint(2, 6),
                )  # fmt: skip


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), clock.LOCAL)


def _live(keys: Keys, clerk: Actor, rng: random.Random, pair: Partnership, met: date, number: int, photos: list[int]) -> None:
    """One pair in detail: needs, a package, inputs, a team, some progress; the first few are finished."""
    today, aim = keys.data.today, AIMS[number % len(AIMS)]
    day = met + timedelta(days=4)
    chosen = rng.sample(NEEDS, 2)
    with clock.at(_at(day)):
        actions.edit_pair(clerk, partnership_id=pair.pk, aim=aim, contact_due=pair.contact_due)
        rows = []
        for words, kind, answer in chosen:
            need = actions.save_need(clerk, partnership_id=pair.pk, words=words, kind=kind)
            due = day + timedelta(days=rng.randint(20, 70))
            rows.append((need, actions.save_item(clerk, partnership_id=pair.pk, words=answer, due_on=due, need=need)))
        actions.adopt_package(clerk, partnership_id=pair.pk)
    first = min(day + timedelta(days=rng.randint(3, 25)), today)
    with clock.at(_at(first)):
        for kind, name, measure, (least, most) in rng.sample(GIVEN, 2):
            actions.record_input(
                clerk, partnership_id=pair.pk, kind=kind, name=name, quantity=Decimal(rng.randint(least, most)), measure=measure, day=first,
                double="add", generated=True,
            )  # fmt: skip
        kind, what, served = TEAMS[number % len(TEAMS)]
        actions.hold_partner_visit(
            clerk, partnership_id=pair.pk, kind=kind, day=first, what=what, came=rng.randint(4, 9), served=served + rng.randint(0, 30)
        )
    second = min(first + timedelta(days=rng.randint(10, 28)), today)
    with clock.at(min(_at(second), keys.now)):
        for turn, (need, item) in enumerate(rows):
            whole = number < FINISHED or turn == 0
            actions.save_item(
                clerk, partnership_id=pair.pk, item_id=item.pk, words=item.words, due_on=item.due_on, need=need,
                progress=100 if whole else rng.choice((30, 50, 70)),
            )  # fmt: skip
            if whole:
                actions.save_need(
                    clerk, partnership_id=pair.pk, need_id=need.pk, words=need.words, kind=need.kind, state="met", answer=item.words
                )
        if photos:
            photo = photos[number % len(photos)]
            PartnershipPhoto.objects.create(partnership=pair, photo_id=photo, stage=PartnershipPhoto.Stage.NOW, item=rows[0][1])
        if number < FINISHED:
            actions.finish_pair(clerk, partnership_id=pair.pk, result=RESULTS[number % len(RESULTS)], reached=number != 1)
    if FINISHED <= number < FINISHED + 3:
        kind, what, _served = TEAMS[(number + 1) % len(TEAMS)]
        with clock.at(keys.now):
            actions.plan_partner_visit(clerk, partnership_id=pair.pk, kind=kind, planned_on=today + timedelta(days=number), what=what)
