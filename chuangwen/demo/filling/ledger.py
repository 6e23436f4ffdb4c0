"""The ledger of the town: the report's figures as facts. Their totals are the report's; how they are shared out over communities and days is
generated, and so is what the report does not give (lamps lit, patrols). One figure was mistyped and corrected; one community's own sheet is
remembered."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from chuangwen.cases.models import CasePhoto
from chuangwen.demo.filling.keys import Keys
from chuangwen.demo.town import facts as report_facts
from chuangwen.kernel import audit, clock, importing, sheets
from chuangwen.kernel.access import Actor
from chuangwen.ledger import actions, layouts, rules
from chuangwen.ledger.actions.sheets import KIND
from chuangwen.ledger.install import install_metrics
from chuangwen.ledger.models import Fact, FactPhoto, Metric, SheetLayout
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Unit

REPORT = "河东街道创文工作开展情况汇报"
SHARED = "合计与报告一致；分摊到各社区、各日由程序生成"
MORE = "；报告写作“多”，按不少于此数计"
INSPECTION = "迎接实地测评"
PIECES = 110
"""Into how many facts a figure is shared out at most."""
CORRECTED, WRONG_BY = "posters", 270
OF_THE_STREET = (
    "working-groups", "communities", "communities-drawn", "offices-below-150", "offices-150-300", "offices-above-300",
    "culture-centres-shared", "culture-centres-own",
)  # fmt: skip
"""What is told of the street as a whole."""
OWN_SHEET = "社区每周巡查台账"
PHOTOGRAPHED = ("stickers", "black-spots", "stairwell-ads")


def fill_ledger(keys: Keys) -> int:
    """The facts; how many there are."""
    install_metrics()
    filling = _Filling(keys)
    with clock.at(keys.now):
        filling.figures()
        filling.lamps()
        filling.corrected()
        filling.own_sheet()
        filling.evidence()
        audit.record(
            filling.clerk, "ledger.enter", title="河东街道工作汇报的数据（分摊为生成）", after={"count": len(filling.made)}
        )
    return Fact.objects.count()


class _Filling:
    def __init__(self, keys: Keys):
        self.keys, self.today = keys, keys.data.today
        self.chance = random.Random(f"ledger {self.today.isoformat()}")
        self.clerk: Actor = replace(actor_of(keys.accounts["clerk"]), channel="command")
        self.communities = list(Unit.objects.filter(kind=Unit.Kind.COMMUNITY).select_related("division").order_by("path"))
        self.office = next(unit for unit in keys.units.values() if unit.kind == Unit.Kind.TOWN_OFFICE)
        self.metrics = {metric.code: metric for metric in Metric.objects.all()}
        self.begin = first_day(self.today)
        self.made: list[Fact] = []

    def fact(self, metric: Metric, amount: int, unit: Unit, day: date, **more: Any) -> Fact:
        moment = datetime.combine(day, time(17, self.chance.randint(0, 59)), clock.LOCAL)
        facts = {"starts_on": day, "source": Fact.Source.REPORT, "source_words": REPORT, "note": SHARED} | more
        return Fact(
            metric=metric, amount=amount, ends_on=day, unit=unit, division=unit.division or self.keys.street, generated=True,
            entered_at=min(moment, self.keys.now), entered_by_id=self.clerk.account_id, **facts,
        )  # fmt: skip

    def figures(self) -> None:
        """Every figure of the report that the dictionary counts."""
        rows: list[Fact] = []
        for row in report_facts():
            metric = self.metrics.get(row.code)
            if metric is None or row.quantity is None or metric.is_share:
                continue
            note = SHARED + (MORE if row.at_least else "")
            if row.code.startswith("inspection-"):
                rows.append(self.inspection(metric, row.quantity))
            elif row.code in OF_THE_STREET:
                rows.append(self.fact(metric, row.quantity * rules.SCALE, self.office, self.today - timedelta(days=12), note="报告"))
            elif metric.is_stock:
                rows += self.stock(metric, row.quantity, note)
            else:
                rows += self.flow(metric, row.quantity, note)
        visits = next(row.quantity for row in report_facts() if row.code == "household-visits") or 0
        share = self.metrics["household-visit-rate"]
        for unit, part in zip(self.communities, self.shared(visits, len(self.communities)), strict=True):
            amount = part * rules.SCALE
            rows.append(self.fact(share, amount, unit, self.today - timedelta(days=self.chance.randint(8, 20)), base=amount))
        self.made = Fact.objects.bulk_create(rows, batch_size=500)

    def shared(self, whole: int, count: int) -> list[int]:
        """A whole number in so many parts, none empty where it can be helped."""
        weights = [self.chance.uniform(0.4, 1.6) for _part in range(count)]
        parts = [int(whole * weight / sum(weights)) for weight in weights]
        for index in range(whole - sum(parts)):
            parts[index % count] += 1
        return parts

    def flow(self, metric: Metric, whole: int, note: str) -> list[Fact]:
        """What was done, on the Fridays of the year, and on other days where that is not enough."""
        days = [self.begin + timedelta(days=n) for n in range((self.today - self.begin).days)]
        fridays = [day for day in days if day.weekday() == 4] or days
        places = [(unit, day) for unit in self.communities for day in fridays]
        count = min(PIECES, len(places), max(1, whole))
        chosen = self.chance.sample(places, count)
        return [
            self.fact(metric, part * rules.SCALE, unit, day, note=note)
            for (unit, day), part in zip(chosen, self.shared(whole, count), strict=True)
            if part
        ]

    def stock(self, metric: Metric, whole: int, note: str) -> list[Fact]:
        """What is there: counted twice, the newer count is the report's."""
        rows = []
        for unit, part in zip(self.communities, self.shared(whole, len(self.communities)), strict=True):
            rows.append(
                self.fact(metric, int(part * self.chance.uniform(0.6, 1)) * rules.SCALE, unit, self.today - timedelta(days=120))
            )
            rows.append(self.fact(metric, part * rules.SCALE, unit, self.today - timedelta(days=12), note=note))
        return rows

    def inspection(self, metric: Metric, whole: int) -> Fact:
        """The two days of the assessment, the 19th and 20th of October."""
        day = date(self.today.year, 10, 20)
        if day > self.today:
            day = date(self.today.year - 1, 10, 20)
        words = {"source_words": REPORT, "note": "报告未给出年份"}
        return self.fact(
            metric, whole * rules.SCALE, self.office, day, starts_on=day - timedelta(days=1), operation=INSPECTION, **words
        )

    def lamps(self) -> None:
        """Lamps lit, week by week: not in the report."""
        metric, rows = self.metrics["lamps-lit"], []
        for unit in self.communities:
            lamps, lit = self.chance.randint(90, 260), self.chance.uniform(0.93, 0.97)
            for week in range(10, 0, -1):
                lit = min(0.995, lit + self.chance.uniform(-0.004, 0.009))
                day = self.today - timedelta(days=7 * week - 3)
                more = {"source": Fact.Source.ENTERED, "source_words": "夜间巡查记录", "note": "生成"}
                rows.append(self.fact(metric, int(lamps * lit) * rules.SCALE, unit, day, base=lamps * rules.SCALE, **more))
        Fact.objects.bulk_create(rows, batch_size=500)

    def corrected(self) -> None:
        """A figure that was mistyped: its right value is the report's share."""
        right = next(fact for fact in reversed(self.made) if fact.metric.code == CORRECTED)
        quantity = right.quantity
        Fact.objects.filter(pk=right.pk).update(amount=right.amount + WRONG_BY * rules.SCALE, source_words=f"{REPORT}（抄录）")
        actions.correct_fact(self.clerk, fact_id=right.pk, quantity=quantity, reason="录入时多写一位，按社区宣传台账更正")

    def own_sheet(self) -> None:
        """A community's own sheet of patrols, brought in by its remembered layout."""
        unit = self.communities[0]
        names = {
            "patrols": "巡查次数",
            "problems-found": "发现问题数",
            "problems-fixed": "当场整改数",
            "staff-deployed": "出动人数",
        }
        columns = [sheets.Column("day", "巡查日期", "date"), sheets.Column("place", "社区")]
        columns += [sheets.Column(code, title, "int") for code, title in names.items()] + [sheets.Column("note", "备注")]
        rows = []
        for week in range(6, 0, -1):
            day = self.today - timedelta(days=7 * week)
            found = self.chance.randint(4, 15)
            counts = {
                "patrols": 7,
                "problems-found": found,
                "problems-fixed": self.chance.randint(2, found),
                "staff-deployed": 14,
            }
            rows.append({"day": day, "place": unit.division, "note": "生成"} | counts)
        content = sheets.write_table(columns, rows, title=f"{unit.division}每周巡查台账")
        head = layouts.find_head(sheets.read_tables(content))
        roles = {"巡查日期": "day", "社区": "village", "备注": "note"} | {
            title: f"metric:{code}" for code, title in names.items()
        }
        layout = SheetLayout.objects.create(
            unit=unit, name=OWN_SHEET, signature=head.signature, titles=head.titles, made_at=self.keys.now, made_by_id=self.clerk.account_id,
            used_at=self.keys.now, body={"columns": {key: roles[key] for key in head.keys if key in roles}},
        )  # fmt: skip
        importing.bring_in(self.clerk, KIND, content, {"layout": str(layout.pk)}, file_name=f"{OWN_SHEET}.xlsx")
        Fact.objects.filter(source=Fact.Source.SHEET).update(generated=True)

    def evidence(self) -> None:
        """Photos of closed cases show what was done."""
        photos = list(
            CasePhoto.objects.filter(stage=CasePhoto.Stage.AFTER).order_by("-pk").values_list("photo_id", flat=True)[:12]
        )
        newest = Fact.objects.filter(metric__code__in=PHOTOGRAPHED, counts=True).order_by("-ends_on", "-pk")[: len(photos) // 2]
        FactPhoto.objects.bulk_create(
            FactPhoto(fact=fact, photo_id=photo)
            for number, fact in enumerate(newest)
            for photo in dict.fromkeys(photos[2 * number : 2 * number + 2])
        )


def first_day(today: date) -> date:
    """From when the report's figures are: the beginning of the year, or some months before where it has only begun."""
    return today.replace(month=1, day=1) if today.month > 2 else today - timedelta(days=300)
