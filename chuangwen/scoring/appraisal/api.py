"""The REST resource of unit appraisals: ``/api/v1/appraisals``. Units only: no field holds a person."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.paging import page_of
from chuangwen.scoring.appraisal import queries
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalRow
from chuangwen.web.views import actor_of

router = Router()
State = Literal["computed", "checked", "open", "settled", "signed", "published"]


class AppraisalOut(Schema):
    """One version of one period by one scheme."""

    id: int
    scheme: str
    scheme_version: int
    period: Literal["week", "month", "quarter", "year"]
    label: str
    starts_on: date
    ends_on: date
    version: int
    state: State
    superseded: bool
    division: str
    counted: int
    read: int
    objections_until: datetime | None
    signed_at: datetime | None
    published_at: datetime | None


class AppraisalPage(Schema):
    items: list[AppraisalOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class MeasureOut(Schema):
    key: str
    name: str
    kind: str
    value: Decimal | None
    points: Decimal
    possible: Decimal
    counted: int
    read: int
    note: str


class AppraisedUnitOut(Schema):
    """One unit's result. `best` and `worst`: the places that it could as well hold; `alike`: from how many it cannot be told apart."""

    id: int
    appraisal_id: int
    period_label: str
    unit_id: int
    unit: str
    group: str
    score: Decimal | None
    rank: int | None
    ranked: int
    tied: bool
    best: int | None
    worst: int | None
    alike: int
    mark: Literal["", "red", "black"]
    counted: int
    read: int
    note: str
    measures: list[MeasureOut]


class AppraisedUnitPage(Schema):
    items: list[AppraisedUnitOut]
    next: int | None = None


class RecordOut(Schema):
    """A record behind a figure: a case, an observation, a fact or an entry, by its number; facts of the ledger have negative ones."""

    id: int
    counted: bool
    reason: str
    worth: Decimal | None
    weight: Decimal


class RecordsOut(Schema):
    source: Literal["cases", "observations", "facts", "entries", "parts"]
    items: list[RecordOut]


class Filters(Schema):
    state: State | None = None
    period: Literal["week", "month", "quarter", "year"] | None = None
    newest: bool = Field(False, description="only the last version of each period")


def _told(one: Appraisal) -> dict[str, Any]:
    return {
        "id": one.pk,
        "scheme": one.scheme.name,
        "scheme_version": one.scheme.version,
        "period": one.period,
        "label": one.label,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "version": one.version,
        "state": one.state,
        "superseded": getattr(one, "superseded_by", None) is not None,
        "division": one.division.name,
        "counted": one.coverage.get("counted", 0),
        "read": one.coverage.get("read", 0),
        "objections_until": one.objections_until,
        "signed_at": one.signed_at,
        "published_at": one.published_at,
    }


def _unit(row: AppraisalRow, label: str) -> dict[str, Any]:
    plain = ("unit_id", "group", "score", "rank", "ranked", "tied", "best", "worst", "alike", "mark", "counted", "read", "note")
    told = {name: getattr(row, name) for name in plain}
    return told | {
        "id": row.pk, "appraisal_id": row.appraisal_id, "period_label": label, "unit": row.name, "measures": row.figures
    }  # fmt: skip


@router.get("", response=AppraisalPage, summary="单位考核结果列表")
def list_appraisals(request: HttpRequest, filters: Query[Filters], limit: int = 50, after: int | None = None):
    """Newest first. For the office."""
    actor = actor_of(request)
    access.require(actor, "scoring.see_appraisals")
    found = queries.appraisals(actor)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.period:
        found = found.filter(period=filters.period)
    if filters.newest:
        found = found.filter(queries.newest())
    page = page_of(found, limit=limit, after=after)
    return {"items": [_told(one) for one in page["items"]], "next": page["next"]}


@router.get("/own", response=AppraisedUnitPage, summary="本单位的考核结果")
def list_own(request: HttpRequest, limit: int = 50, after: int | None = None):
    """The results of the own unit, from when the office has opened them to objections."""
    actor = actor_of(request)
    access.require(actor, "scoring.see_own_appraisal")
    page = page_of(queries.own_rows(actor), limit=limit, after=after)
    return {"items": [_unit(row, row.appraisal.label) for row in page["items"]], "next": page["next"]}


@router.get("/units/{row_id}/{measure}", response=RecordsOut, summary="一个数字背后的记录")
def list_records(request: HttpRequest, row_id: int, measure: str):
    """Every record behind a figure as it was when this version was computed."""
    access.require(actor_of(request), "scoring.see_own_appraisal")
    row = queries.row_for(actor_of(request), row_id)
    try:
        behind = queries.behind(row, measure)
    except KeyError as error:
        raise Missing("考核结果没有这个计分项。") from error
    return {"source": behind.source, "items": behind.found}


@router.get("/{appraisal_id}", response=AppraisalOut, summary="一份单位考核结果")
def get_appraisal(request: HttpRequest, appraisal_id: int):
    """One version."""
    return _told(access.fetch(actor_of(request), "scoring.see_appraisals", queries.appraisals(actor_of(request)), pk=appraisal_id))


@router.get("/{appraisal_id}/units", response=AppraisedUnitPage, summary="各单位的结果")
def list_units(request: HttpRequest, appraisal_id: int, limit: int = 200, after: int | None = None):
    """Every unit of a result, in the order in which they were stored: by peer group and place."""
    appraisal = access.fetch(actor_of(request), "scoring.see_appraisals", Appraisal, pk=appraisal_id)
    page = page_of(AppraisalRow.objects.filter(appraisal=appraisal), limit=limit, after=after, newest_first=False)
    return {"items": [_unit(row, appraisal.label) for row in page["items"]], "next": page["next"]}
