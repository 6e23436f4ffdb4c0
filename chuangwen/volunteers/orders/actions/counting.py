"""An order that was served stands in the ledger, once, without whoever was served and without their words."""

from __future__ import annotations

import uuid
from decimal import Decimal

from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.ledger.actions import enter_facts
from chuangwen.ledger.actions.facts import ADD, NewFact
from chuangwen.ledger.models import Fact, Metric
from chuangwen.volunteers.orders.models import ServiceOrder

ORDERS, WISHES = "orders-met", "wishes-met"
"""The metrics of the ledger (ledger/shipped/metrics.csv): a small wish counts as a wish, everything else as an order."""


def count_order(actor: Actor, order: ServiceOrder) -> list[Fact]:
    """The fact of an order that was served, on its day, for the unit of the team; the same again is the same fact. Nothing where the metric is
    not in use. The policy of the order has said yes."""
    assert order.team is not None and order.finished_at is not None
    code = WISHES if order.kind == ServiceOrder.Kind.WISH else ORDERS
    metric = Metric.objects.filter(code=code, active=True, adds=Metric.Adds.SUM).first()
    if metric is None:
        return []
    unit, day = order.team.unit, min(order.finished_at.astimezone(clock.LOCAL).date(), clock.today())
    # The ledger counts a unit inside its own area: a service elsewhere is told at the unit's seat.
    place = order.division if unit.division is None or order.division.path.startswith(unit.division.path) else unit.division
    what = order.item.name if order.item is not None else str(order.get_kind_display())
    entry = NewFact(
        metric, Decimal(1), day, unit, place, source=Fact.Source.RECORD, source_words=f"{order.number} {what}"[:200],
        source_url=order.get_absolute_url(), uid=uuid.uuid5(order.uid, code), generated=order.generated,
    )  # fmt: skip
    return enter_facts(actor.unhindered(), entries=[entry], decided={0: ADD})
