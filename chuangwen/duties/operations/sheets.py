"""Sheets of operations: segments in, figures by day and unit out. Figures come in by the sheets of the ledger, whose column 专项行动 names the
operation."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.operations import queries, words
from chuangwen.duties.operations.actions import bring_segments
from chuangwen.duties.operations.forms import units_in
from chuangwen.duties.operations.models import Operation
from chuangwen.duties.operations.states import DRAFT, RUNNING
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.importing import Importer, Parameter, Plan, register
from chuangwen.kernel.sheets import Column, Problem, SheetRead, write_table
from chuangwen.ledger.rules import quantity_of
from chuangwen.people.models import Unit
from chuangwen.web import formatting

SEGMENTS = [
    Column("name", "段面", required=True, aliases=("点段", "路段", "区域", "名称"), max_length=60, example="站前广场"),
    Column("unit", "责任单位", required=True, aliases=("单位", "牵头单位"), max_length=80, example="综合执法队"),
    Column("leader", "责任领导", aliases=("领导", "包段领导"), max_length=40),
    Column("content", "责任内容", aliases=("工作内容", "内容", "任务"), max_length=300, example="流动摊贩劝离、全天候保洁"),
    Column("order", "序号", kind="int", least=0, most=9999),
]


def _running(actor: Actor) -> list[tuple[str, str]]:
    rows = access.scoped(actor, queries.RUN, Operation).filter(state__in=(DRAFT, RUNNING)).order_by("-starts_on", "-pk")[:100]
    return [(str(row.pk), row.name) for row in rows]


OPERATION = Parameter("operation", gettext_lazy("Special operation"), "choice", required=True, choices=_running)


def _operation_of(actor: Actor, parameters: dict[str, Any]) -> Operation:
    key = number_in(parameters.get("operation"))
    if key is None:
        raise Refusal(_("Name the operation that the sheet belongs to."), "duties.sheet_operation", field="operation")
    rows = Operation.objects.select_related("division")
    return access.fetch(actor, queries.RUN, rows, pk=key, state__in=(DRAFT, RUNNING))


def plan_segments(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """What the rows would do to the segments of the operation."""
    operation = _operation_of(actor, parameters)
    plan = Plan(rows_read=len(sheet.rows))
    titles = {column.key: str(column.title) for column in SEGMENTS}
    units: dict[str, list[Unit]] = defaultdict(list)
    for unit in units_in(operation):
        for name in dict.fromkeys((match_key(unit.name), match_key(unit.short_name))):
            if name:
                units[name].append(unit)
    known = {row.name: row for row in operation.segments.all()}
    seen: dict[str, int] = {}
    rows = []

    def wrong(row: Any, key: str, message: str, code: str) -> None:
        plan.problems.append(Problem(row.number, sheet.letters.get(key, ""), titles[key], str(row.values.get(key) or ""), message, code))

    for number, row in enumerate(sheet.rows, 1):
        if not row.sound:
            continue
        values = row.values
        found = units.get(match_key(values["unit"]), [])
        if len(found) != 1:
            message = _("is the name of several units: write the full one.") if found else _("No unit that can take part is called so.")
            wrong(row, "unit", message, "several_units" if found else "unknown_unit")
            continue
        if values["name"] in seen:
            wrong(row, "name", _("This stands in row %(row)d already.") % {"row": seen[values["name"]]}, "twice")
            continue
        seen[values["name"]] = row.number
        there = known.get(values["name"])
        order = values["order"] if values["order"] is not None else there.order if there else number
        facts = {"name": values["name"], "unit": found[0], "leader": values["leader"] or "", "content": values["content"] or "", "order": order}
        if there is None:
            plan.creates += 1
        elif any(getattr(there, key) != value for key, value in facts.items()):
            plan.updates += 1
        else:
            plan.unchanged += 1
        rows.append(facts)
    plan.payload = (operation.pk, rows)
    plan.sample = [{"段面": one["name"], "责任单位": str(one["unit"]), "责任领导": one["leader"]} for one in rows[:20]]
    return plan


def apply_segments(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    key, rows = plan.payload
    return bring_segments(actor, operation_id=key, rows=rows) if rows else {"created": 0, "changed": 0}


register(
    Importer(
        "operation_segments", gettext_lazy("Segments of a special operation"), queries.RUN, SEGMENTS, plan_segments, apply_segments,
        (OPERATION,), csv=True, order=75, page="duties:operations",
        help=gettext_lazy("One row per segment: who answers for it and what is to be done. Figures are brought in as facts of the ledger."),
    )
)  # fmt: skip


def figures_sheet(operation: Operation, actor: Actor) -> bytes:
    """Day by day, unit by unit: a row for each day of which a unit told figures. What was not told is empty, nought is nought. Three queries."""
    rows = queries.counted_of(operation)
    told: dict[tuple[Any, int], dict[str, Any]] = defaultdict(dict)
    keys = [row.metric_id for row in rows]
    for day, unit, metric, amount in queries.facts_of(operation).filter(metric__in=keys).values_list("ends_on", "unit", "metric", "amount"):
        cell = told[day, unit]
        cell[f"m{metric}"] = cell.get(f"m{metric}", 0) + (quantity_of(amount) or 0)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={unit for _day, unit in told}).order_by("path")}
    columns = [Column("day", _("Day"), "date"), Column("unit", _("Unit"), width=26)]
    columns += [Column(f"m{row.metric_id}", f"{row.metric.name}（{row.metric.measure}）", "decimal", width=16) for row in rows]
    lines = [
        {"day": day, "unit": str(units[unit]), **{f"m{key}": told[day, unit].get(f"m{key}") for key in keys}}
        for day, unit in sorted(told, key=lambda pair: (pair[0], units[pair[1]].path))
    ]  # fmt: skip
    notes = [
        f"{operation.division.name} {operation.place} {words.days(operation)} {operation.get_state_display()}",
        _("Exported %(moment)s by %(name)s") % {"moment": formatting.moment(clock.now()), "name": actor.name},
    ]  # fmt: skip
    return write_table(columns, lines, title=operation.name, sheet_name=_("figures"), notes=notes)
