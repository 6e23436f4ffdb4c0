"""Works of the street: fire equipment for the estates without a manager that have none (the report gives 189 of 236), and repairs. Estates are
counted out of the town's own sites; budgets, dates, contracts and contractors are generated. Problems that are deferred wait for them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from chuangwen.cases.models import Case, CasePhoto, State
from chuangwen.demo.filling.keys import Keys
from chuangwen.duties.works import actions
from chuangwen.duties.works.models import Work, WorkPhoto
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.people.actors import actor_of
from chuangwen.places.models import Asset, Division, Site

EACH = Decimal("680.00")
"""Yuan for the two extinguishers and the box of an estate."""
FIRE, WAITING = 5, 6
CONTRACTORS = ("示例市政工程公司", "示例消防设备公司", "示例建设公司")
REPAIRS: tuple[tuple[str, str, str, int, int, str, tuple[str, ...]], ...] = (
    ("背街小巷路面修复", "road", "dept-housing", -60, 25, "修复破损路面和井盖", ("路面铣刨", "基层处理", "沥青摊铺")),
    ("主干道盲道整治", "barrier_free", "dept-urban", -80, -12, "更换缺损盲道砖", ("拆除", "铺设", "验收")),
    ("农贸市场公厕改造", "toilet", "dept-urban", -90, -20, "改造无障碍厕位和给排水", ("拆除", "水电", "装修")),
    ("老旧小区雨污分流", "drainage", "dept-water", 15, 120, "新建雨水管网", ("勘察设计", "管网施工", "路面恢复")),
    ("楼道照明更换", "lighting", "dept-housing", -20, 40, "更换声控灯", ("采购", "安装")),
    ("垃圾收集点改造", "waste", "dept-urban", 5, 60, "设置密闭式收集亭", ("选址", "施工")),
    ("老旧小区违建拆除和公共部位清理", "estate", "dept-urban", -35, 70, "拆除占用公共部位的雨棚、棚屋", ("摸底告知", "集中拆除", "修复")),
)
"""Name, kind, unit, first and last day from today, content, stages."""
STREET_WIDE = ("road", "estate")
"""Works of these kinds are for the whole street; the others stand in one community."""
MENDS = {
    "road": ("dirty-ground",), "drainage": ("dirty-ground",),
    "estate": ("illegal-building", "gate-broken", "wires", "roof-garden", "fire-lane"),
}  # fmt: skip
"""Which kinds of problems a kind of work puts right: nothing else waits for it."""


def fill_works(keys: Keys) -> dict[str, int]:
    """Write the works, let them go on until today, and hang deferred problems on them. How many works and waiting problems there are."""
    clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
    rng = random.Random(f"works {keys.data.today.isoformat()}")
    today = keys.data.today
    places = [row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE]
    made: list[Work] = []
    for number, (place, count) in enumerate(_without(keys).most_common(FIRE)):
        first, last = today + timedelta(days=(-70, -45, -30, -8, 12)[number]), today + timedelta(days=(-25, 10, -3, 30, 60)[number])
        made.append(_work(keys, clerk, rng, {
            "name": "无人管理小区消防器材配置", "kind": "fire", "unit": keys.units["dept-fire"], "division": place, "planned_start": first,
            "planned_end": last, "budget": EACH * count, "content": f"为 {count} 个未装消防器材的无人管理小区配置灭火器和器材箱",
        }, ("采购", "安装", "验收")))  # fmt: skip
    for number, (name, kind, unit, begins, ends, content, stages) in enumerate(REPAIRS):
        first, last = today + timedelta(days=begins), today + timedelta(days=ends)
        made.append(_work(keys, clerk, rng, {
            "name": name, "kind": kind, "unit": keys.units[unit],
            "division": keys.street if kind in STREET_WIDE else places[(number * 3) % len(places)],
            "planned_start": first, "planned_end": last, "budget": Decimal(rng.randint(60, 420)) * 1000, "content": content,
        }, stages))  # fmt: skip
    waiting = _deferred(keys, clerk, made)
    with clock.at(keys.now):
        slipping = next(work for work in made if work.kind == "lighting")
        actions.slip_work(clerk, work_id=slipping.pk, planned_end=slipping.planned_end + timedelta(days=30), reason="灯具供货推迟")
    _photos(made)
    return {"works": len(made), "waiting_for_works": waiting}


def _without(keys: Keys) -> Counter[Division]:
    """Estates without a manager and without fire equipment, by community."""
    with_some = Asset.objects.filter(kind=Asset.Kind.EXTINGUISHER, quantity__gt=0).values("site")
    rows = Site.objects.filter(type__code="unmanaged-estate").exclude(pk__in=with_some).values_list("division", flat=True)
    by_key = {row.pk: row for row in keys.divisions.values()}
    return Counter(by_key[key] for key in rows if key in by_key)


def _work(keys: Keys, clerk: Actor, rng: random.Random, facts: dict[str, Any], stages: tuple[str, ...]) -> Work:
    """One work as of today: money, contract, stages begun and ended as the days went by."""
    today, first, last = keys.data.today, facts["planned_start"], facts["planned_end"]
    written = _at(min(first, today) - timedelta(days=20))
    length = (last - first).days + 1
    parts = [
        (name, first + timedelta(days=length * n // len(stages)), first + timedelta(days=length * (n + 1) // len(stages) - 1))
        for n, name in enumerate(stages)
    ]
    with clock.at(written):
        work = actions.make_work(clerk, **facts, stages=parts, generated=True)
        day = written.date()
        source = rng.choice(("上级专项资金", "街道财政"))
        fund = actions.apply_for_fund(clerk, work_id=work.pk, source=source, applied=facts["budget"], applied_on=day)
    if rng.random() < 0.8:
        with clock.at(written + timedelta(days=9)):
            granted = (facts["budget"] * rng.randint(70, 100) / 100).quantize(Decimal("0.01"))
            actions.answer_fund(clerk, work_id=work.pk, fund_id=fund.pk, granted=granted, answered_on=clock.today())
    if first > today:
        return work
    with clock.at(min(_at(first), keys.now)):
        actions.save_contract(
            clerk, work_id=work.pk, number=f"HD-{first.year}-{work.pk:03d}", contractor=rng.choice(CONTRACTORS),
            amount=(facts["budget"] * 97 / 100).quantize(Decimal("0.01")), signed_on=min(first, today), due_on=last,
        )  # fmt: skip
        actions.start_work(clerk, work_id=work.pk, on=clock.today())
    for stage in work.stages.all():
        if stage.planned_start > today:
            break
        ended = stage.planned_end + timedelta(days=rng.randint(-2, 3))
        with clock.at(min(_at(max(stage.planned_start, min(ended, today))), keys.now)):
            actions.save_stage(
                clerk, work_id=work.pk, stage_id=stage.pk, name=stage.name, order=stage.order, planned_start=stage.planned_start,
                planned_end=stage.planned_end, started_on=stage.planned_start, ended_on=ended if stage.planned_start <= ended < today else None,
            )  # fmt: skip
    if last < today - timedelta(days=8) and facts["kind"] != "toilet":
        with clock.at(_at(last + timedelta(days=2))):
            actions.finish_work(clerk, work_id=work.pk, on=clock.today(), result="已完工并通过验收")
    work.refresh_from_db(fields=["state", "started_on", "ended_on", "planned_end"])
    return work


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), clock.LOCAL)


def _deferred(keys: Keys, clerk: Actor, made: list[Work]) -> int:
    """Problems that the town deferred already wait for a work that puts such problems right, at their place or in the whole street."""
    count = 0
    with clock.at(keys.now):
        for case in Case.objects.filter(state=State.DEFERRED, division__isnull=False).select_related("division", "kind").order_by("pk")[:60]:
            assert case.division is not None
            kind = case.kind.code if case.kind is not None else ""
            paths = set(case.division.ancestor_paths)
            fits = [
                work for work in made
                if kind in MENDS.get(work.kind, ()) and work.division.path in paths
                and work.state in ("planned", "running") and work.planned_end > keys.data.today
            ]  # fmt: skip
            if fits and count < WAITING:
                work = fits[count % len(fits)]
                actions.defer_case(clerk, work_id=work.pk, case_id=case.pk, reason="已列入该工程，完工后复查")
                count += 1
    return count


def _photos(made: list[Work]) -> None:
    """How it was and how it is, out of the photos of problems."""
    before = list(CasePhoto.objects.filter(stage=CasePhoto.Stage.BEFORE).order_by("-pk").values_list("photo_id", flat=True)[:8])
    after = list(CasePhoto.objects.filter(stage=CasePhoto.Stage.AFTER).order_by("-pk").values_list("photo_id", flat=True)[:8])
    begun = [work for work in made if work.started_on is not None]
    WorkPhoto.objects.bulk_create(
        [WorkPhoto(work=work, photo_id=photo, stage="before") for work, photo in zip(begun, before, strict=False)]
        + [
            WorkPhoto(work=work, photo_id=photo, stage="after")
            for work, photo in zip([work for work in begun if work.state == "finished"], after, strict=False)
        ]
    )
