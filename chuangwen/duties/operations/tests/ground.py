"""What the tests of operations stand on: a street's operation of five days in November, asked for every day."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chuangwen.duties.operations import actions
from chuangwen.duties.operations.models import Operation
from chuangwen.kernel import clock
from chuangwen.ledger.models import Metric

FIRST, LAST = date(2026, 11, 16), date(2026, 11, 20)
"""Monday to Friday, without a day off."""


def at(day: int, hour: int = 17, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=clock.LOCAL)


def metric(code: str, name: str, measure: str, **more: Any) -> Metric:
    facts = {"name": name, "group": "市容整治", "measure": measure} | more
    return Metric.objects.get_or_create(code=code, defaults=facts)[0]


def metrics() -> dict[str, Metric]:
    """Work of two kinds, and what is deployed."""
    return {
        "area": metric("illegal-buildings", "拆除乱搭建", "平方米", digits=2), "stickers": metric("stickers", "清理牛皮癣", "块"),
        "people": metric("staff-deployed", "出动工作人员", "人次", group="组织推进"),
        "vehicles": metric("vehicles-deployed", "出动车辆", "辆次", group="组织推进"),
    }  # fmt: skip


def drafted(town: Any, **more: Any) -> Operation:
    """A draft with one target, told by the two communities."""
    known = metrics()
    facts = {"name": "十乱集中整治", "division": town.street, "starts_on": FIRST, "ends_on": LAST, "kind": "ten"} | more
    clerk = town.actors["clerk"]
    operation = actions.save_operation(clerk, **facts)
    actions.save_counted(clerk, operation_id=operation.pk, metric=known["area"], target=Decimal(1000))
    units = [town.units["community"], town.units["community2"]]
    actions.set_units(clerk, operation_id=operation.pk, telling=units, helping=[town.units["department"]])
    operation.refresh_from_db()
    return operation


def running(town: Any, **more: Any) -> Operation:
    """The same, begun on its first day."""
    with clock.at(at(16, 8)):
        operation = drafted(town, **more)
        return actions.start_operation(town.actors["clerk"], operation_id=operation.pk)


def tell(town: Any, operation: Operation, day: int, unit: str = "community", role: str = "clerk", decided: Any = None, **figures: Any) -> Any:
    """The figures of a unit's day by the short names of ``metrics``."""
    known = metrics()
    quantities = {known[name].pk: Decimal(str(value)) for name, value in figures.items()}
    return actions.tell_day(
        town.actors[role], operation_id=operation.pk, unit=town.units[unit], day=date(2026, 11, day), quantities=quantities, decided=decided
    )
