"""Two special operations of the street. One has ended (its report stands in ``duty_papers``): ten disorders, whose figures are shares of those
that the street's report gives, put under its name. One runs: twenty days at one square with seven segments, told every day by the working
groups (the way of report-tianmen-park; the quantities are generated). A draft stands beside them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from chuangwen.cases.models import CasePhoto
from chuangwen.demo.filling.keys import Keys
from chuangwen.duties.operations import actions, planning
from chuangwen.duties.operations.models import Operation, OperationPhoto, OperationUnit, Segment
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.ledger import rules
from chuangwen.ledger.models import Fact, Metric
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Unit
from chuangwen.standards.models import Kind

TEN = "“十乱”集中整治行动"
SQUARE = "站前广场集中整治二十天"
NEXT = "背街小巷清洁月"
BASIS = "参照火车南站创文推进工作方案（段面划分、每天志愿者不少于80人）"
SEGMENTS = (
    ("广场东侧", "露天广场保洁、清理卫生死角"), ("广场西侧", "绿化带修剪、清除杂草"), ("出站口", "劝离流动摊贩、制止拉客揽客"),
    ("停车场", "车辆停放秩序、查处非法营运"), ("公交站台", "站台保洁、文明劝导"), ("进站路北段", "占道经营、出店经营整治"),
    ("进站路南段", "清除路旁杂草、规范门前三包"),
)  # fmt: skip
DAILY = {"mobile-vendors": (2, 7), "parking-tidied": (5, 18), "touts": (0, 3), "staff-deployed": (8, 16), "vehicles-deployed": (0, 2)}
"""Of each working group on a day: least and most."""
TARGETS = {"mobile-vendors": 600, "parking-tidied": 1500, "touts": None}
SPOTS = ("广场西侧花坛", "停车场入口", "进站路12号")


def fill_operations(keys: Keys) -> dict[str, int]:
    """The caller holds the transaction. How many operations and facts of theirs there are."""
    filling = _Filling(keys)
    filling.ten_disorders()
    filling.square()
    filling.draft()
    return {"operations": Operation.objects.count(), "operation_facts": filling.made}


class _Filling:
    def __init__(self, keys: Keys):
        self.keys, self.made = keys, 0
        self.today = keys.now.astimezone(clock.LOCAL).date()
        self.chance = random.Random(f"operations {self.today.isoformat()}")
        self.clerk: Actor = replace(actor_of(keys.accounts["clerk"]), channel="command")
        self.metrics = {metric.code: metric for metric in Metric.objects.filter(active=True)}
        self.communities = [unit for key, unit in keys.units.items() if key.startswith("community-")]
        self.groups = [unit for key, unit in keys.units.items() if key.startswith("group-")]

    def at(self, day: date, hour: int = 9) -> datetime:
        return datetime.combine(day, time(hour), clock.LOCAL)

    def begun(self, name: str, units: list[Unit], targets: dict[str, int | None], **more: Any) -> Operation:
        """Drawn up and started on the day before its first."""
        with clock.at(self.at(more["starts_on"] - timedelta(days=1))):
            operation = actions.save_operation(self.clerk, name=name, division=self.keys.street, generated=True, **more)
            actions.set_units(self.clerk, operation_id=operation.pk, telling=units)
            for code, target in targets.items():
                amount = Decimal(target) if target else None
                actions.save_counted(self.clerk, operation_id=operation.pk, metric=self.metrics[code], target=amount)
            return actions.start_operation(self.clerk, operation_id=operation.pk)

    def facts(self, rows: list[Fact]) -> None:
        self.made += len(Fact.objects.bulk_create(rows, batch_size=500))

    def fact(self, operation: Operation, code: str, quantity: int, unit: Unit, day: date) -> Fact:
        moment = min(self.at(day, 17), self.keys.now)
        return Fact(
            metric=self.metrics[code], amount=quantity * rules.SCALE, starts_on=day, ends_on=day, unit=unit,
            division=unit.division if unit.division and unit.division.path.startswith(self.keys.street.path) else self.keys.street,
            operation=operation.name, source=Fact.Source.RECORD, source_words=f"{operation.name}每日数据", note="生成", generated=True,
            entered_at=moment, entered_by_id=self.clerk.account_id,
        )  # fmt: skip

    def ten_disorders(self) -> None:
        """Five weeks that ended some time ago: facts of the report's figures in these weeks count for it; people and vehicles are generated."""
        last = self.today - timedelta(days=24 + (self.today - timedelta(days=24)).weekday() + 1)
        first = last - timedelta(days=34)
        codes = ("illegal-buildings", "stickers", "black-spots", "rubbish", "abandoned-vehicles")
        rows = Fact.objects.filter(metric__code__in=codes, operation="", counts=True, corrects=None, corrected_by=None,
                                   starts_on__gte=first, ends_on__lte=last, division__path__startswith=self.keys.street.path)  # fmt: skip
        reached = {code: sum(fact.amount for fact in rows if fact.metric_id == self.metrics[code].pk) // rules.SCALE for code in codes}
        targets: dict[str, int | None] = {code: max(10, int(total * factor) // 10 * 10) for (code, total), factor in
                   zip(reached.items(), (0.9, 0.97, 1.04, 1.0, 1.1), strict=True)}  # fmt: skip
        operation = self.begun(
            TEN, self.communities, targets, kind=Operation.Kind.TEN, starts_on=first, ends_on=last, rhythm=Operation.Rhythm.WEEK,
            aim="对城中村、老旧小区、内街内巷的卫生黑点和“十乱”行为进行全面整治。", basis="河东街道创文工作开展情况汇报（数据从街道汇报中归集）",
            problems=list(Kind.objects.filter(active=True, pk__in=[pk for pk, lists in Kind.objects.values_list("pk", "lists")
                                                                   if "ten_disorders" in lists])),
        )  # fmt: skip
        self.made += Fact.objects.filter(pk__in=[fact.pk for fact in rows]).update(operation=operation.name)
        fresh = []
        for span in planning.spans(operation):
            for unit in self.communities:
                day = min(span.due, span.last)
                fresh.append(self.fact(operation, "staff-deployed", self.chance.randint(18, 46), unit, day))
                fresh.append(self.fact(operation, "vehicles-deployed", self.chance.randint(1, 5), unit, day))
        fresh.append(self.fact(operation, "campaign-funds", 86_400, self.keys.units["street-office"], last))
        OperationUnit.objects.get_or_create(operation=operation, unit=self.keys.units["street-office"], defaults={"tells": False})
        self.facts(fresh)
        with clock.at(self.at(last + timedelta(days=1))):
            actions.end_operation(self.clerk, operation_id=operation.pk)

    def square(self) -> None:
        """It is its thirteenth day; one group has not told today, one told nought yesterday."""
        first = self.today - timedelta(days=12)
        operation = self.begun(
            SQUARE, self.groups, TARGETS, kind=Operation.Kind.ASSAULT, place="站前广场及进站路（示例）", starts_on=first,
            ends_on=first + timedelta(days=19), rhythm=Operation.Rhythm.DAY, basis=BASIS,
            aim="集中力量，奋战二十天：保洁全天候，流动摊贩、占道经营、乱停乱放、拉客揽客基本杜绝。",
        )  # fmt: skip
        leaders = ("党工委委员", "办事处副主任", "综合执法队队长", "派出所所长", "党政办主任", "市场监管所所长", "城建办主任")
        for number, ((name, content), leader) in enumerate(zip(SEGMENTS, leaders, strict=True)):
            Segment.objects.create(
                operation=operation, name=name, content=content, leader=leader, unit=self.groups[number % len(self.groups)], order=number + 1
            )
        fresh = []
        for number in range(13):
            day = first + timedelta(days=number)
            for place, unit in enumerate(self.groups):
                if (day == self.today and place >= len(self.groups) - 3) or (place == 4 and number % 6 == 5):
                    continue
                for code, (least, most) in DAILY.items():
                    quantity = 0 if place == 2 and day == self.today - timedelta(days=1) else self.chance.randint(least, most)
                    fresh.append(self.fact(operation, code, quantity, unit, day))
        self.facts(fresh)
        self.photos(operation)

    def photos(self, operation: Operation) -> None:
        """Photos before and after of closed cases stand for spots."""
        cases = CasePhoto.objects.filter(stage=CasePhoto.Stage.AFTER).order_by("-pk").values_list("case", flat=True)[:40]
        found = 0
        for case in dict.fromkeys(cases):
            shots = dict(CasePhoto.objects.filter(case=case).order_by("-pk").values_list("stage", "photo"))
            if {"before", "after"} <= set(shots) and found < len(SPOTS):
                for stage in ("before", "after") if found < len(SPOTS) - 1 else ("before",):
                    OperationPhoto.objects.create(
                        operation=operation, unit=self.groups[found], spot=SPOTS[found], stage=stage, photo_id=shots[stage],
                        day=self.today - timedelta(days=9 if stage == "before" else 2), added_at=self.keys.now,
                        added_by_id=self.clerk.account_id,
                    )  # fmt: skip
                found += 1

    def draft(self) -> None:
        """The month to come, being drawn up."""
        first = (self.today.replace(day=1) + timedelta(days=32)).replace(day=1)
        with clock.at(self.keys.now):
            operation = actions.save_operation(
                self.clerk, name=NEXT, division=self.keys.street, kind=Operation.Kind.HYGIENE, starts_on=first,
                ends_on=first + timedelta(days=29), rhythm=Operation.Rhythm.WEEK, generated=True,
                aim="每周五“清洁家园”，一月内背街小巷清理一遍。",
            )  # fmt: skip
            actions.save_counted(self.clerk, operation_id=operation.pk, metric=self.metrics["black-spots"], target=Decimal(400))
