"""Duties that the papers lay down, two months of them: proved by the town's own cases, visits, patrols, meetings and partner visits, and by
short records that are generated where nothing else could show it. Some weeks are missed, some are excused, one asks. Runs after all that proves
them: what is older than two weeks is settled at once."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from chuangwen.demo.filling.keys import Keys
from chuangwen.duties.rhythm import actions, laying, proofs
from chuangwen.duties.rhythm.examples import EXAMPLES
from chuangwen.duties.rhythm.models import Duty, DutyRecord, Occurrence
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Post

WEEKS = 8
SHOWN: dict[str, dict[str, Any]] = {
    "study": {}, "on_the_spot": {"kinds": ("working_group",)}, "door_to_door": {}, "clean_home": {},
    "persuasion": {"kinds": ("community",)}, "grid_patrol": {"times": 1},
}  # fmt: skip
"""Which examples the street has taken up, and what is different there."""
WORDS = {
    "door_to_door": ("入户宣传、发放资料并做问卷", "分楼栋入户宣传市民公约", "入户走访，收集意见建议"),
    "clean_home": ("集中清理楼道杂物和卫生死角", "联合包联单位清理背街小巷", "清理牛皮癣、整治卫生黑点"),
    "persuasion": ("路口文明劝导、环境卫生劝导", "劝导车辆乱停放，宣传垃圾分类", "市场周边文明劝导"),
}  # fmt: skip
LIKELY = 0.9
"""So often a generated unit has its short record."""
REASONS = ("防台风应急值守，全员转移群众", "社区换届选举，工作人员集中办理")
EXCUSED = {"study": "班子成员全员下沉一线开展消防隐患排查，专题研究并入下周", "on_the_spot": "全组集中参加市级测评迎检培训"}
"""Duties of which one missed week of late is excused, and why."""


def fill_rhythm(keys: Keys) -> dict[str, int]:
    """Write the duties as of two months ago, lay them out week by week, record, excuse, and count. The caller holds the transaction."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    today = keys.now.astimezone(clock.LOCAL).date()
    begun = week_of(today) - timedelta(days=7 * WEEKS)
    rng = random.Random(f"rhythm:{today}")
    codes: dict[int, str] = {}
    with clock.at(_at(begun, 8)):
        for example in EXAMPLES:
            if example.key in SHOWN:
                facts = example.facts() | SHOWN[example.key]
                duty = actions.save_duty(clerk, division=keys.street, starts_on=begun, generated=True, **facts)
                codes[duty.pk] = example.key
    for week in range(1, WEEKS + 1):
        with clock.at(_at(begun + timedelta(days=7 * week), 8)):
            laying.lay_all()
    with clock.at(keys.now):
        laying.lay_all()
        made = _records(codes, keys, rng)
        laying.find_kept()
        _excuses(codes, keys, rng)
    return {"duties": len(codes), "occurrences": Occurrence.objects.count(), "duty_records": made}


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=clock.LOCAL)


def _records(codes: dict[int, str], keys: Keys, rng: random.Random) -> int:
    """Short records of what only they can show: most of what has begun."""
    today = clock.today()
    duties = {duty.pk: duty for duty in Duty.objects.filter(pk__in=codes)}
    accounts: dict[int, int] = {}
    posts = Post.objects.filter(kind=Post.Kind.LIAISON, person__account__isnull=False).order_by("-pk")
    accounts.update(posts.values_list("unit", "person__account"))
    fresh = []
    for row in Occurrence.objects.filter(duty__in=codes, first__lte=today).order_by("pk"):
        words = WORDS.get(codes[row.duty_id])
        if words is None or proofs.RECORD not in duties[row.duty_id].proofs or rng.random() > LIKELY:
            continue
        last = min(row.last, today)
        days = [row.first + timedelta(days=n) for n in range((last - row.first).days + 1)]
        workdays = [day for day in days if day.weekday() < 5] or days
        passed = len(days) / ((row.last - row.first).days + 1)
        count = row.wanted if passed == 1 else round(row.wanted * passed * rng.random())
        for day in sorted(rng.sample(workdays, min(count, len(workdays)))):
            fresh.append(
                DutyRecord(
                    duty_id=row.duty_id, unit_id=row.unit_id, day=day, what=rng.choice(words), people=rng.randint(4, 26),
                    entered_by_id=accounts.get(row.unit_id), entered_at=min(_at(day, 17), keys.now),
                )
            )  # fmt: skip
    DutyRecord.objects.bulk_create(fresh)
    return len(fresh)


def _excuses(codes: dict[int, str], keys: Keys, rng: random.Random) -> None:
    """Three units are excused for a week, another asks and waits for its answer."""
    leader = actor_of(keys.accounts["leader"])
    rows = Occurrence.objects.filter(settled=False).order_by("-last", "pk")
    missed = rows.filter(state=Occurrence.State.MISSED)
    for pk, code in codes.items():
        found = missed.filter(duty=pk).values_list("pk", flat=True).first() if code in EXCUSED else None
        if found is not None:
            actions.excuse(leader, occurrence_ids=[found], reason=EXCUSED[code])
    others = list(missed.exclude(duty__in=[pk for pk, code in codes.items() if code in EXCUSED]).values_list("pk", flat=True)[:6])
    if others:
        actions.excuse(leader, occurrence_ids=[rng.choice(others)], reason=REASONS[0])
    open_ones = rows.filter(state=Occurrence.State.OPEN, first__lte=clock.today(), excused_at__isnull=True, unit__kind="community")
    waiting = open_ones.last()
    if waiting is not None:
        Occurrence.objects.filter(pk=waiting.pk).update(asked_reason=REASONS[1], asked_at=keys.now - timedelta(hours=2), asked_by=None)
