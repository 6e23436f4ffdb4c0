"""Special operations over REST: ``/api/v1/operations``. The same actions, queries and policies as the pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.duties.operations import actions, queries
from chuangwen.duties.operations.models import Operation
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.ledger import rules as amounts
from chuangwen.ledger.models import Metric
from chuangwen.people.named import division_named, unit_named
from chuangwen.web.views import actor_of

router = Router()


class OperationOut(Schema):
    """A special operation. `rhythm` says how often units are asked for figures: day, workday or week."""

    id: int
    name: str
    kind: str
    state: str
    division: str | None = Field(description="12-digit code")
    place: str
    starts_on: date
    ends_on: date
    rhythm: str
    window: int
    aim: str
    report_paper: str = Field(description="number of the paper that reported it; empty until then")
    report_reason: str = Field(description="why that paper was made elsewhere; empty where it was signed in this program")


class OperationPageOut(Schema):
    items: list[OperationOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class CountedOut(Schema):
    """A metric with its total out of the ledger. `share` is exact: a share of the target as numerator/denominator; null without a target."""

    metric: str
    name: str
    measure: str
    part: str
    total: Decimal
    target: Decimal | None
    share: str | None
    behind: bool
    rows: str = Field(description="address of the list of exactly these facts")


class OperationUnitOut(Schema):
    """A unit in it. `now` says whether it has told what is asked now; null where nothing is asked."""

    unit: int
    name: str
    tells: bool
    times_told: int
    times_asked: int
    now: bool | None
    totals: dict[str, Decimal]


class OperationDetailOut(OperationOut):
    counted: list[CountedOut]
    units: list[OperationUnitOut]


class OperationIn(Schema):
    name: str = Field(max_length=60)
    division: str = Field(max_length=12, description="12-digit code")
    starts_on: date
    ends_on: date
    kind: str = "other"
    place: str = Field("", max_length=100)
    aim: str = Field("", max_length=500)
    rhythm: str = "day"
    window: int = Field(14, ge=1, le=90)


class FigureIn(Schema):
    metric: str = Field(max_length=40, description="code of the metric")
    quantity: Decimal = Field(ge=0, le=amounts.LARGEST, max_digits=15, decimal_places=4)
    known: str = Field("", max_length=30, description="where the ledger knows it already: `take:<id of the fact>`, `add` or `leave`")


class DayIn(Schema):
    """The figures of a unit's day. What is not named was not told; nought is told and is nought."""

    unit_id: int = Field(gt=0, lt=2**63)
    day: date
    figures: list[FigureIn] = Field(max_length=30)
    note: str = Field("", max_length=300)


class ToldOut(Schema):
    facts: list[int] = Field(description="the facts that were written; empty where nothing differs")


class ReasonOfCancelIn(Schema):
    reason: str = Field(max_length=300)


class ReportIn(Schema):
    """By which paper an operation was reported that was made elsewhere. A report signed in this program reports it by itself."""

    paper: str = Field(max_length=60, description="its number")
    reason: str = Field(max_length=300, description="why it was made elsewhere")
    conclusion: str = Field("", max_length=500)


class ReturnOut(Schema):
    kind: str
    before: int
    after: int


class AfterwardsOut(Schema):
    """What came back. `days` of `whole` are over; as many are looked at before the first day. New reports are counted, not problems: an
    operation also changes how closely people look."""

    days: int
    whole: int
    before_first: date
    before_last: date
    after_first: date
    after_last: date
    before: int
    after: int
    rebounds_before: int
    rebounds_after: int
    closed: int = Field(description="closed during the operation")
    back: int = Field(description="of these, found again until the last day looked at")
    kinds: list[ReturnOut]


def line(row: Operation) -> dict[str, Any]:
    same = ("name", "kind", "state", "place", "starts_on", "ends_on", "rhythm", "window", "aim", "report_paper", "report_reason")
    return {name: getattr(row, name) for name in same} | {"id": row.pk, "division": row.division.code}


def whole(row: Operation) -> dict[str, Any]:
    found = queries.progress(row)
    codes = {one.counted.metric_id: one.counted.metric.code for one in found.lines}
    counted = [
        {
            "metric": one.counted.metric.code, "name": one.counted.metric.name, "measure": one.counted.metric.measure, "part": one.counted.part,
            "total": one.standing.done, "target": one.standing.target, "behind": one.standing.behind, "rows": one.address,
            "share": None if one.standing.share is None else f"{one.standing.share.numerator}/{one.standing.share.denominator}",
        }
        for one in found.lines
    ]  # fmt: skip
    units = [
        {
            "unit": one.row.unit_id, "name": one.row.unit.name, "tells": one.row.tells, "times_told": one.times_told,
            "times_asked": one.times_asked, "now": one.now, "totals": {codes[key]: value for key, value in one.totals.items() if key in codes},
        }
        for one in found.units
    ]  # fmt: skip
    return line(row) | {"counted": counted, "units": units}


def _operation(actor: Actor, pk: int, verb: str = queries.SEE) -> Operation:
    rows = queries.operations(actor) if verb == queries.SEE else Operation.objects.select_related("division")
    return access.fetch(actor, verb, rows, pk=pk)


@router.get("", response=OperationPageOut, summary="专项行动列表")
def list_operations(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    rows = queries.operations(actor)
    if state is not None:
        if state not in Operation.State.values:
            raise Refusal("状态只能是 draft、running、ended、reported 或 cancelled。", "duties.state", field="state")
        rows = rows.filter(state=state)
    page = page_of(rows, limit=limit, after=after)
    return {"items": [line(row) for row in page["items"]], "next": page["next"]}


@router.post("", response={201: OperationDetailOut}, summary="新增专项行动（草稿）")
def create_operation(request: HttpRequest, given: OperationIn):
    actor = actor_of(request)
    access.require(actor, queries.RUN)
    facts = given.dict()
    return 201, whole(actions.save_operation(actor, **(facts | {"division": division_named(given.division)})))


@router.get("/{int:operation_id}", response=OperationDetailOut, summary="一项专项行动的进度")
def get_operation(request: HttpRequest, operation_id: int):
    return whole(_operation(actor_of(request), operation_id))


@router.get("/{int:operation_id}/afterwards", response=AfterwardsOut, summary="行动结束后的反弹情况")
def get_afterwards(request: HttpRequest, operation_id: int):
    found = queries.afterwards(_operation(actor_of(request), operation_id))
    if found is None:
        raise Missing("行动尚未结束，或者结束后还没有满一天。")
    window = found.window
    return {
        "days": window.days, "whole": window.whole, "before_first": window.before[0], "before_last": window.before[1],
        "after_first": window.after[0], "after_last": window.after[1], "before": found.before, "after": found.after,
        "rebounds_before": found.rebounds_before, "rebounds_after": found.rebounds_after, "closed": found.closed, "back": found.back,
        "kinds": [{"kind": one.name, "before": one.before, "after": one.after} for one in found.kinds],
    }  # fmt: skip


@router.post("/{int:operation_id}/days", response={201: ToldOut}, summary="上报单位一天的数据")
def tell_day(request: HttpRequest, operation_id: int, given: DayIn):
    """A figure that differs from what was told corrects it; the same again changes nothing. 409 where the ledger knows one already."""
    actor = actor_of(request)
    access.require(actor, queries.TELL)
    unit = unit_named(given.unit_id, "unit_id")
    metrics = dict(Metric.objects.filter(code__in=[one.metric.replace("\x00", "") for one in given.figures]).values_list("code", "pk"))
    strangers = [one.metric for one in given.figures if one.metric not in metrics]
    if strangers:
        raise Refusal(f"指标项不存在：{'、'.join(strangers[:5])}。", "duties.not_counted", field="figures")
    facts = actions.tell_day(
        actor, operation_id=operation_id, unit=unit, day=given.day, note=given.note,
        quantities={metrics[one.metric]: one.quantity for one in given.figures},
        decided={metrics[one.metric]: one.known for one in given.figures if one.known},
    )  # fmt: skip
    return 201, {"facts": [fact.pk for fact in facts]}


@router.post("/{int:operation_id}/start", response=OperationOut, summary="启动专项行动")
def start(request: HttpRequest, operation_id: int):
    return line(actions.start_operation(actor_of(request), operation_id=operation_id))


@router.post("/{int:operation_id}/end", response=OperationOut, summary="结束专项行动")
def end(request: HttpRequest, operation_id: int):
    return line(actions.end_operation(actor_of(request), operation_id=operation_id))


@router.post("/{int:operation_id}/report", response=OperationOut, summary="登记以系统外文书报送")
def report(request: HttpRequest, operation_id: int, given: ReportIn):
    return line(actions.report_operation(actor_of(request), operation_id=operation_id, **given.dict()))


@router.post("/{int:operation_id}/cancel", response=OperationOut, summary="取消专项行动")
def cancel(request: HttpRequest, operation_id: int, given: ReasonOfCancelIn):
    return line(actions.cancel_operation(actor_of(request), operation_id=operation_id, reason=given.reason))
