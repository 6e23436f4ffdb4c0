"""What was done, out of the ledger: for the work report. Each figure leads to the facts that it counts."""

from __future__ import annotations

from chuangwen.ledger import queries as ledger
from chuangwen.ledger.models import Metric
from chuangwen.ledger.words import plain
from chuangwen.papers.facts import DoneLine, Number
from chuangwen.papers.figures import Scope

QUERY = "ledger.totals"


def done_lines(scope: Scope) -> list[DoneLine]:
    """The metrics of which there are facts in the period, in the order of the dictionary. Three queries."""
    assert scope.period is not None
    within = ledger.Scope(scope.period.start, scope.period.end, scope.division, scope.unit)
    return [_line(total, scope) for total in ledger.all_totals(within, ledger.metrics(active=False)) if total.count]


def _line(total: ledger.Total, scope: Scope) -> DoneLine:
    metric = total.metric
    value = f"{total.shown:f}%" if metric.is_share else f"{plain(total.shown):f}" if total.shown is not None else "—"
    parameters = scope.parameters() | {"指标": metric.name}
    number = Number(f"ledger:{metric.code}", metric.name, value, QUERY, parameters, total.count, total.count, total.address)
    target = ""
    if metric.target is not None and total.kept is False:
        sign = "不低于" if metric.direction == Metric.Direction.AT_LEAST else "不高于"
        target = f"{sign}{metric.target.normalize():f}{'%' if metric.is_share else metric.measure}"
    return DoneLine(metric.group, metric.name, "" if metric.is_share else metric.measure, number, metric.is_stock, metric.is_share, target)
