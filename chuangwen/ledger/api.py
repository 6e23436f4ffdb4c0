"""The REST resource ``/api/v1/ledger``: the dictionary, facts, totals. POST of facts takes an Idempotency-Key."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.identifiers import new_uid
from chuangwen.kernel.paging import page_of
from chuangwen.ledger import actions, queries, rules
from chuangwen.ledger.actions.facts import NewFact
from chuangwen.ledger.models import Fact, Metric
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.web.views import actor_of

router = Router()
Adds = Literal["sum", "last", "mean", "max", "min", "share"]
Day = date


class MetricOut(Schema):
    """A metric. `adds` says how facts add up; `target` is a threshold (of shares in percent) of each `span`, or of any total."""

    code: str
    name: str
    group: str
    measure: str
    adds: Adds
    digits: int
    direction: Literal["", "at_least", "at_most"]
    target: Decimal | None
    span: Literal["", "week", "month", "year"]
    reporter_kind: str
    rhythm: Literal["", "day", "week", "month"]
    aliases: list[str]
    explanation: str
    active: bool


class FactOut(Schema):
    """A fact. `counts` is false of what was replaced or taken back; `corrects` names the fact that it replaces."""

    id: int
    uid: UUID
    metric: str
    quantity: Decimal
    out_of: Decimal | None
    measure: str
    starts_on: date
    ends_on: date
    division: str
    division_code: str | None
    site: str | None = Field(None, description="code of the site")
    unit_id: int
    unit: str
    operation: str
    source: Literal["entered", "sheet", "system", "report", "record"]
    source_words: str
    source_url: str
    note: str
    corrects: int | None
    reason: str
    void: bool
    counts: bool
    generated: bool
    entered_at: datetime


class FactPage(Schema):
    items: list[FactOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class FactIn(Schema):
    """A fact to enter. `double` says what to do where it may be in the ledger already: `add`, `leave`, or `correct:<id>`; without it the
    answer is 409 with the facts that are there."""

    metric: str = Field(max_length=40, description="code of the metric")
    quantity: Decimal = Field(ge=0, le=rules.LARGEST, max_digits=15, decimal_places=4)
    out_of: Decimal | None = Field(
        None, gt=0, le=rules.LARGEST, max_digits=15, decimal_places=4, description="only of shares: of how many"
    )
    day: Day = Field(description="the day, or the last of several")
    starts_on: Day | None = None
    unit_id: int = Field(gt=0, lt=2**63)
    division_code: str | None = Field(None, max_length=12, description="without it the unit's own place")
    site: str | None = Field(None, max_length=40, description="code of the site")
    operation: str = Field("", max_length=60)
    source_words: str = Field("", max_length=200)
    source_url: str = Field("", max_length=300)
    note: str = Field("", max_length=300)
    photo_ids: list[int] = Field([], max_length=9)
    uid: UUID | None = Field(None, description="the same uid again is the same fact")
    double: str = Field("", max_length=30)


class CorrectionIn(Schema):
    quantity: Decimal = Field(ge=0, le=rules.LARGEST, max_digits=15, decimal_places=4)
    out_of: Decimal | None = Field(None, gt=0, le=rules.LARGEST, max_digits=15, decimal_places=4)
    reason: str = Field(min_length=1, max_length=200)


class WithdrawalIn(Schema):
    reason: str = Field(min_length=1, max_length=200)


class TotalOut(Schema):
    """The total of a metric: `total` is rounded to its places, `numerator` / `denominator` is exact (of shares a share of one)."""

    metric: str
    name: str
    group: str
    measure: str
    adds: Adds
    total: Decimal | None
    numerator: str | None
    denominator: str | None
    facts: int
    kept: bool | None
    rows: str = Field(description="address of the list of exactly these facts")


class TotalsOut(Schema):
    start: date
    end: date
    items: list[TotalOut]


class FactFilters(Schema):
    metric: str | None = None
    start: date | None = None
    end: date | None = None
    counts: bool | None = Field(None, description="only what counts, or only what does not")
    operation: str | None = None


class TotalsFilters(Schema):
    start: date | None = Field(None, description="without it the first day of this year")
    end: date | None = Field(None, description="without it today")
    metric: str | None = Field(None, description="only this one; without it every metric with facts")
    division_code: str | None = None
    unit_id: int | None = Field(None, gt=0, lt=2**63)
    operation: str | None = None


def _metric(code: str) -> Metric:
    found = Metric.objects.filter(code=code.replace("\x00", "")).first()
    if found is None:
        raise Missing("指标项不存在。")
    return found


def _told(fact: Fact) -> dict[str, Any]:
    plain = ("uid", "quantity", "out_of", "starts_on", "ends_on", "unit_id", "operation", "source", "source_words", "source_url", "note",
             "reason", "void", "counts", "generated", "entered_at")  # fmt: skip
    return {name: getattr(fact, name) for name in plain} | {
        "id": fact.pk, "metric": fact.metric.code, "measure": fact.metric.measure, "division": fact.division.name,
        "division_code": fact.division.code, "site": fact.site.code if fact.site else None, "unit": fact.unit.name, "corrects": fact.corrects_id,
    }  # fmt: skip


@router.get("/metrics", response=list[MetricOut], summary="台账指标项")
def list_metrics(request: HttpRequest, active: bool = True):
    """The whole dictionary in its order."""
    access.require(actor_of(request), "ledger.see")
    return queries.metrics(active=active)


@router.get("/facts", response=FactPage, summary="台账记录列表")
def list_facts(request: HttpRequest, filters: Query[FactFilters], limit: int = 50, after: int | None = None):
    """Newest first; `start` and `end` are days on which facts count (the last of several)."""
    actor = actor_of(request)
    access.require(actor, "ledger.see")
    found = queries.facts(actor)
    if filters.metric is not None:
        found = found.filter(metric__code=filters.metric.replace("\x00", ""))
    if filters.start is not None:
        found = found.filter(ends_on__gte=filters.start)
    if filters.end is not None:
        found = found.filter(ends_on__lte=filters.end)
    if filters.counts is not None:
        found = found.filter(counts=filters.counts)
    if filters.operation is not None:
        found = found.filter(operation=filters.operation.replace("\x00", ""))
    page = page_of(found, limit=limit, after=after)
    return {"items": [_told(fact) for fact in page["items"]], "next": page["next"]}


@router.post("/facts", response={201: FactOut, 200: FactOut}, summary="录入一条台账记录")
def enter_fact(request: HttpRequest, body: FactIn):
    """Enter a fact. With the decision `leave` nothing is entered, and the one that is there is answered (200)."""
    actor = actor_of(request)
    access.require(actor, "ledger.enter")
    unit = Unit.objects.select_related("division").filter(pk=body.unit_id).first()
    if unit is None:
        raise Missing("单位不存在，或不在账号的范围内。")
    site = access.scoped(actor, "places.see", Site).filter(code=body.site).first() if body.site else None
    if body.site and site is None:
        raise Missing("点位不存在，或不在账号的范围内。")
    entry = NewFact(
        _metric(body.metric), body.quantity, body.day, unit, _division(actor, body.division_code, unit), starts_on=body.starts_on,
        out_of=body.out_of, site=site, operation=body.operation, source=Fact.Source.SYSTEM if actor.channel == "api" else Fact.Source.ENTERED,
        source_words=body.source_words, source_url=body.source_url, note=body.note,
        photos=[pk for pk in body.photo_ids if 0 < pk < 2**63], uid=body.uid or new_uid(),
    )  # fmt: skip
    made = actions.enter_facts(actor, entries=[entry], decided={0: body.double} if body.double else {})
    if not made:
        return 200, _told(queries.doubles([entry.said()])[0][0])
    return 201, _told(queries.facts(access.SYSTEM).get(pk=made[0].pk))


def _division(actor: Actor, code: str | None, unit: Unit) -> Division:
    if code is None:
        if unit.division is None:
            raise Refusal("单位没有所在区划，请写明 division_code。", "ledger.place", field="division_code")
        return unit.division
    found = access.scoped(actor, "places.see", Division).filter(code=code.replace("\x00", "")).first()
    if found is None:
        raise Missing("区划不存在，或不在账号的范围内。")
    return found


@router.get("/facts/{fact_id}", response=FactOut, summary="一条台账记录")
def get_fact(request: HttpRequest, fact_id: int):
    """One fact, whether it counts or not."""
    return _told(access.fetch(actor_of(request), "ledger.see", queries.facts(actor_of(request)), pk=fact_id))


@router.get("/facts/{fact_id}/chain", response=list[FactOut], summary="一条记录的更正经过")
def get_chain(request: HttpRequest, fact_id: int):
    """The fact with what corrected it and what it corrected, oldest first."""
    fact = access.fetch(actor_of(request), "ledger.see", queries.facts(actor_of(request)), pk=fact_id)
    return [_told(one) for one in queries.chain_of(fact)]


@router.post("/facts/{fact_id}/correct", response={201: FactOut}, summary="更正一条台账记录")
def correct_fact(request: HttpRequest, fact_id: int, body: CorrectionIn):
    """A new fact that replaces the old one; 409 where it was corrected meanwhile."""
    made = actions.correct_fact(actor_of(request), fact_id=fact_id, quantity=body.quantity, out_of=body.out_of, reason=body.reason)
    return 201, _told(queries.facts(access.SYSTEM).get(pk=made.pk))


@router.post("/facts/{fact_id}/withdraw", response={201: FactOut}, summary="撤回一条台账记录")
def withdraw_fact(request: HttpRequest, fact_id: int, body: WithdrawalIn):
    """Take a fact back: what is answered is the correction that counts nothing."""
    made = actions.withdraw_fact(actor_of(request), fact_id=fact_id, reason=body.reason)
    return 201, _told(queries.facts(access.SYSTEM).get(pk=made.pk))


@router.get("/totals", response=TotalsOut, summary="台账合计")
def get_totals(request: HttpRequest, filters: Query[TotalsFilters]):
    """What the facts of these days come to, of what the account may see, in or below a division or unit."""
    actor = actor_of(request)
    access.require(actor, "ledger.see")
    today = clock.today()
    start, end = sorted((filters.start or today.replace(month=1, day=1), filters.end or today))
    division = unit = None
    if filters.division_code is not None:
        division = access.scoped(actor, "places.see", Division).filter(code=filters.division_code.replace("\x00", "")).first()
    if filters.unit_id is not None:
        unit = Unit.objects.filter(pk=filters.unit_id).first()
    if (filters.division_code is not None and division is None) or (filters.unit_id is not None and unit is None):
        raise Missing("区划或单位不存在，或不在账号的范围内。")
    operation = filters.operation.replace("\x00", "") if filters.operation is not None else None
    scope = queries.Scope(start, end, division, unit, operation)
    wanted = [_metric(filters.metric)] if filters.metric is not None else queries.metrics(active=False)
    found = queries.all_totals(scope, wanted, queries.facts(actor))
    items = [_total(one) for one in found if one.count or filters.metric is not None]
    return {"start": start, "end": end, "items": items}


def _total(total: queries.Total) -> dict[str, Any]:
    metric, value = total.metric, total.value
    return {
        "metric": metric.code, "name": metric.name, "group": metric.group, "measure": metric.measure, "adds": metric.adds,
        "total": total.shown, "numerator": str(value.numerator) if value is not None else None,
        "denominator": str(value.denominator) if value is not None else None, "facts": total.count, "kept": total.kept, "rows": total.address,
    }  # fmt: skip
