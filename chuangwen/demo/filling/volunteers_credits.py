"""Credits of the street: a programme with its rules, eight rewards, places that hand them out, some sixty holders with a history, conduct and
vouchers in every state. All of it is generated; shops are those of the town, households have a door and no person's name."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import cycle
from typing import Any
from uuid import UUID

from django.db import transaction

from chuangwen.cases.models import CasePhoto
from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Person
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.credits import actions, lapsing
from chuangwen.volunteers.credits.actions.earning import earn_hours
from chuangwen.volunteers.credits.models import (
    CreditAccount,
    CreditPlace,
    CreditProgramme,
    CreditRecord,
    CreditRecordPhoto,
    CreditReward,
    CreditRule,
    CreditVoucher,
)
from chuangwen.volunteers.presence.models import Presence, ServiceEntry

DAYS = 150
VOLUNTEERS, HOUSEHOLDS, SHOPS = 24, 26, 10
REWARDS: tuple[tuple[str, str, int, int, str], ...] = (
    ("ride", "公交乘车一次", 4, 500, "凭券在公交站台刷码乘车"),
    ("ride", "公交月票抵扣十元", 20, 60, "在公交服务点抵扣"),
    ("sight", "人民公园游船一次", 12, 80, "周末除外"),
    ("sight", "城市博物馆讲解一场", 6, 120, "需提前一天预约"),
    ("film", "电影票一张", 25, 40, "工作日场次"),
    ("goods", "洗衣液一瓶", 15, 90, "在积分超市领取"),
    ("goods", "大米五公斤", 30, 50, "在积分超市领取"),
    ("goods", "垃圾分类桶一套", 10, 3, "家庭每月限兑一套"),
)


def fill_volunteers_credits(keys: Keys) -> dict[str, int]:
    """Write the programme and let it run until today. How many holders and vouchers there are."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    rng = random.Random(f"credits {keys.data.today.isoformat()}")
    villages = [row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE]
    with clock.at(_at(keys, DAYS)):
        programme = actions.open_credits(clerk, division=keys.street, name=f"{keys.street.name}文明积分", generated=True)
        actions.edit_credits(
            clerk, programme_id=programme.pk, name=programme.name, valid_months=4, notice_days=30, voucher_days=30,
            about="自愿参加，不排名。家庭以门牌参加，门店以“门前五包”参加。",
        )  # fmt: skip
        programme.refresh_from_db()
        found = _rules(clerk, programme)
        spots = [
            actions.save_credit_place(
                clerk, programme_id=programme.pk, name=f"{place.name}积分超市", division=place, address=f"{place.name}党群服务中心一楼",
                hours="9:00—17:30", generated=True,
            )
            for place in villages[:4]
        ]  # fmt: skip
        goods = [
            actions.save_reward(
                clerk, programme_id=programme.pk, kind=kind, name=name, cost=cost, about=about, pieces=stock,
                places=spots if kind == "goods" else (), most_a_month=1 if "分类桶" in name else 0, generated=True,
            )
            for kind, name, cost, stock, about in REWARDS
        ]  # fmt: skip
        holders = _holders(clerk, villages, rng)
    _history(keys, clerk, holders, found, goods, spots, rng)
    with clock.at(keys.now):
        lapsing.lapse()
    return {"credit_holders": len(holders), "credit_vouchers": CreditVoucher.objects.filter(generated=True).count()}


def _at(keys: Keys, ago: int, hour: int = 10) -> datetime:
    return min(keys.now, datetime.combine(keys.data.today - timedelta(days=ago), time(hour), clock.LOCAL))


def _rules(clerk: Actor, programme: CreditProgramme) -> dict[str, CreditRule]:
    given = (("conduct", "文明行为", 2, 20), ("waste", "垃圾分类达标", 1, 15), ("duties", "门前五包达标", 3, 12))
    made = {
        source: actions.save_credit_rule(clerk, programme_id=programme.pk, source=source, name=name, amount=amount, most_a_month=most)
        for source, name, amount, most in given
    }
    return made | {"hours": CreditRule.objects.get(programme=programme, source="hours")}


def _holders(clerk: Actor, villages: list[Division], rng: random.Random) -> list[CreditAccount]:
    volunteers = list(Volunteer.objects.filter(state="active", division__in=villages).order_by("pk")[:VOLUNTEERS])
    if not volunteers:
        for n in range(VOLUNTEERS):
            person = Person.objects.create(name=f"积分志愿者{n + 1}", generated=True)
            volunteers.append(Volunteer.objects.create(
                number=f"JF{n + 1:06d}", person=person, state="active", division=villages[n % len(villages)], registered_on=clock.today(),
                generated=True,
            ))  # fmt: skip
    made = [actions.join_credits(SYSTEM, volunteer_id=row.pk) for row in volunteers]
    doors = rng.sample([(block, flat) for block in range(1, 15) for flat in range(101, 112)], HOUSEHOLDS)
    made += [
        actions.enter_household(clerk, division=villages[n % len(villages)], name=f"{block}栋{flat}户", generated=True)
        for n, (block, flat) in enumerate(doors)
    ]
    shops = Site.objects.filter(division__in=villages, type__code__in=("shop", "market", "restaurant", "supermarket")).order_by("pk")[:SHOPS]
    shops = list(shops) or list(Site.objects.filter(division__in=villages).order_by("pk")[:SHOPS])
    return made + [actions.enter_shop(clerk, site=site, generated=True) for site in shops]


def _history(
    keys: Keys, clerk: Actor, holders: list[CreditAccount], found: dict[str, CreditRule], goods: list[CreditReward], spots: list[CreditPlace],
    rng: random.Random,
) -> None:  # fmt: skip
    """Months of service and conduct, and what was redeemed meanwhile, day by day."""
    photos = iter(CasePhoto.objects.filter(stage=CasePhoto.Stage.AFTER).order_by("pk").values_list("photo", "photo__file_key")[:400])
    used: set[str] = set()
    fates = cycle(("open", "used", "used", "cancelled", "used"))
    alone = not ServiceEntry.objects.exists()
    steps: list[tuple[int, int, CreditAccount]] = []
    for account in holders:
        steps += [(-ago, 0, account) for ago in rng.sample(range(4, DAYS - 2), 4)]
        steps.append((-rng.randint(1, 60), 1, account))
    for ago, what, account in sorted(steps, key=lambda step: (step[0], step[1], step[2].pk)):
        with clock.at(_at(keys, -ago, 15 if what else 10)):
            if what:
                _redeemed(account, clerk, goods, spots, fates, rng)
            elif account.kind == CreditAccount.Kind.VOLUNTEER:
                _served(account, alone, rng)
            else:
                _seen(account, found["duties" if account.kind == "shop" else rng.choice(("waste", "conduct"))], photos, used, rng)


def _served(account: CreditAccount, alone: bool, rng: random.Random) -> None:
    """The hours that the volunteer has up to this day; where no other part filled any (``alone``), a presence and its hours are made."""
    rows = ServiceEntry.objects.filter(volunteer=account.volunteer_id, counts=True, day__gte=account.joined_on, day__lte=clock.today())
    served = list(rows.order_by("day", "pk").values_list("pk", flat=True))
    known = set(account.entries.values_list("cause", flat=True))
    served = [key for key in served if f"service:{key}" not in known]
    if alone:
        began, minutes = clock.now() - timedelta(hours=5), rng.choice((120, 150, 180, 240))
        presence = Presence.objects.create(
            uid=UUID(int=rng.getrandbits(128), version=4), volunteer_id=account.volunteer_id, source="shift", source_id=0, state="ended",
            began_at=began, began_by="code", ended_at=began + timedelta(minutes=minutes), ended_by="code", received_at=clock.now(),
            generated=True,
        )  # fmt: skip
        served = [ServiceEntry.objects.create(
            volunteer_id=account.volunteer_id, kind=ServiceEntry.Kind.PRESENCE, presence=presence, source="shift", source_id=0,
            title="清洁家园", day=began.astimezone(clock.LOCAL).date(), minutes=minutes, made_at=clock.now(), generated=True,
        ).pk]  # fmt: skip
    with transaction.atomic():
        for key in served:
            earn_hours(key)


def _seen(account: CreditAccount, rule: CreditRule, photos: Any, used: set[str], rng: random.Random) -> None:
    photo, file_key = next(photos, (None, ""))
    if photo is None or file_key in used:
        return
    used.add(file_key)
    state = rng.choices(("confirmed", "recorded", "refused", "struck"), (16, 2, 1, 1))[0]
    record = CreditRecord.objects.create(
        rule=rule, account=account, day=clock.today(), words="现场检查合格", recorded_at=clock.now(), generated=True,
        uid=UUID(int=rng.getrandbits(128), version=4),
    )  # fmt: skip
    CreditRecordPhoto.objects.create(record=record, photo_id=photo, file_key=file_key)
    if state in ("confirmed", "struck"):
        actions.confirm_conduct(SYSTEM, credit_record_id=record.pk)
    if state == "struck":
        actions.strike_conduct(SYSTEM, credit_record_id=record.pk, reason="复查发现照片不是本户")
    if state == "refused":
        actions.refuse_conduct(SYSTEM, credit_record_id=record.pk, reason="照片看不清门牌")


def _redeemed(
    account: CreditAccount, clerk: Actor, goods: list[CreditReward], spots: list[CreditPlace], fates: Iterator[str], rng: random.Random
) -> None:
    """A voucher, and what became of it. Fates take turns, so that each is there on whatever day the town is filled: early open ones lapsed."""
    account.refresh_from_db()
    can = [row for row in goods if row.cost <= account.balance and row.stock > 10]
    if not can:
        return
    reward = rng.choice(can)
    redeem = actions.redeem if account.kind == CreditAccount.Kind.VOLUNTEER else actions.redeem_for
    voucher = redeem(SYSTEM, credit_account_id=account.pk, reward_id=reward.pk, uid=UUID(int=rng.getrandbits(128), version=4))
    what = next(fates)
    if what == "used":
        actions.use_voucher(clerk, code=voucher.code, credit_place_id=rng.choice(spots).pk)
    elif what == "cancelled":
        actions.cancel_voucher(clerk, voucher_id=voucher.pk, reason="本人改变主意")
