"""What the tests of the ledger stand on: metrics of every way of adding up, and short ways to enter."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from chuangwen.ledger import actions
from chuangwen.ledger.actions import NewFact
from chuangwen.ledger.models import Fact, Metric

DAY = date(2026, 11, 20)


def make_metric(adds: str = "sum", code: str = "", **more: Any) -> Metric:
    code = code or adds
    return Metric.objects.create(
        code=code, name=more.pop("name", f"指标{code}"), group="测试", measure=more.pop("measure", "条"), adds=adds, **more
    )


def new(town: Any, metric: Metric, quantity: Any, **more: Any) -> NewFact:
    unit = more.pop("unit", town.units["community"])
    facts = {"ends_on": DAY, "unit": unit, "division": unit.division} | more
    return NewFact(metric, Decimal(str(quantity)), **facts)


def enter(town: Any, metric: Metric, quantity: Any, role: str = "clerk", **more: Any) -> Fact:
    decided = {0: more.pop("decided")} if "decided" in more else {}
    return actions.enter_facts(town.actors[role], entries=[new(town, metric, quantity, **more)], decided=decided)[0]


def sheet(*rows: Any, merged: Any = ()) -> bytes:
    """A workbook with these rows from its very top; ``merged``: (first row, first column, last row, last column, value)."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet("台账")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(number, column, value)
            elif value is not None:
                page.write(number, column, value)
    for top, left, bottom, right, value in merged:
        page.merge_range(top, left, bottom, right, value)
    book.close()
    return target.getvalue()
