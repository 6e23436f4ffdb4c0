"""A special operation for its report: totals out of the ledger, units, segments, photos, what came back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.duties.models import Operation
from chuangwen.duties.operations import queries, words
from chuangwen.duties.operations.models import Counted, OperationPhoto
from chuangwen.duties.operations.states import TOLD
from chuangwen.kernel.errors import Refusal
from chuangwen.papers.facts import Number, OperationFacts, OperationLine, Picture
from chuangwen.papers.gathering.ledger import QUERY
from chuangwen.papers.gathering.rounds import picture_of
from chuangwen.papers.periods import Period

if TYPE_CHECKING:
    from chuangwen.papers.composing.registry import Subject

MOST_PAIRS = 4
Part = Counted.Part


def operation_facts(subject: Subject) -> OperationFacts:
    """What its report says, as it is now; signing keeps the figures. About two dozen queries. Raises Refusal for one that has not begun, or was
    given up."""
    operation = subject.operation
    if operation is None or operation.state not in TOLD:
        raise Refusal(_("An operation is reported once it has begun."), "papers.no_operation", field="operation")
    found = queries.progress(operation)
    each = {one.counted.metric_id: one.per_person for one in found.efforts}
    shown = [line for line in found.lines if line.counted.part != Part.COST or line.standing.done]
    lines = [_line(operation, line, words.rate(each.get(line.counted.metric_id)) if each.get(line.counted.metric_id) else "") for line in shown]
    risen = next((line for line in found.of(Part.WORK) if line.standing.target and line.standing.done), None)
    with override("zh-hans"):
        kind = str(operation.get_kind_display())
    made = OperationFacts(
        area=operation.division.name, name=operation.name, place=operation.place, kind=kind,
        period=Period(operation.starts_on, operation.ends_on), aim=operation.aim, lines=lines,
        units=[
            (str(unit.row.unit), [words.quantity(unit.totals.get(line.counted.metric_id)) for line in shown]) for unit in found.units
        ],
        segments=[
            (row.name, row.leader, str(row.unit), row.content) for row in operation.segments.select_related("unit")
        ],
        days=[f"{point.day.month}.{point.day.day}" for point in risen.days] if risen else [],
        until=[float(point.until) for point in risen.days] if risen else [],
        even=[round(float(point.even), 2) for point in risen.days if point.even is not None] if risen else [],
        pairs=_pairs(operation), conclusion=operation.conclusion,
    )  # fmt: skip
    return _with_what_came_back(operation, made)


def _parameters(operation: Operation, **more: str) -> dict[str, str]:
    days = f"{operation.starts_on:%Y-%m-%d}至{operation.ends_on:%Y-%m-%d}"
    return {"专项行动": operation.name, "起止": days, "区域": operation.division.name} | more


def _line(operation: Operation, line: queries.MetricLine, each: str) -> OperationLine:
    metric, standing = line.counted.metric, line.standing
    facts = queries.facts_of(operation).filter(metric=metric).count()
    number = Number(
        f"operation:{metric.code}", metric.name, words.quantity(standing.done).replace(",", ""), QUERY,
        _parameters(operation, 指标=metric.name), facts, facts, line.address,
    )  # fmt: skip
    target = words.quantity(standing.target) if standing.target is not None else ""
    return OperationLine(metric.name, metric.measure, line.counted.part, number, target, words.share(standing) if target else "", each)


def _pairs(operation: Operation) -> list[Picture]:
    """Of each spot with both the first photo before and the last after, in turn."""
    spots: dict[str, dict[str, OperationPhoto]] = {}
    for row in operation.photos.select_related("photo").order_by("pk"):
        spot = spots.setdefault(row.spot, {})
        if row.stage == OperationPhoto.Stage.AFTER or row.stage not in spot:
            spot[row.stage] = row
    found: list[Picture] = []
    for name, spot in spots.items():
        both = [picture_of(spot[stage].photo.file_key, name) for stage in OperationPhoto.Stage.values if stage in spot]
        pictures = [one for one in both if one is not None]
        if len(pictures) == 2 and len(found) < 2 * MOST_PAIRS:
            found += pictures
    return found


def _with_what_came_back(operation: Operation, made: OperationFacts) -> OperationFacts:
    found = queries.afterwards(operation)
    if found is None:
        return made
    path, window = operation.division.path, found.window

    def number(key: str, label: str, value: int, figure: str) -> Number:
        asked = {"figure": f"{figure}:{operation.starts_on}:{operation.ends_on}", "division": path}
        return Number(key, label, str(value), f"cases.{figure}", _parameters(operation), value, found.closed,
                      f"{reverse('cases:list')}?{urlencode(asked)}")  # fmt: skip

    return replace(
        made, window=window.days, window_over=window.over, back=[(one.name or "未分类", one.before, one.after) for one in found.kinds[:10]],
        closed=number("operation_closed", "行动期间销号件数", found.closed, "closed"),
        found_again=number("operation_back", "销号后再次发现件数", found.back, "rebounded"),
    )  # fmt: skip
