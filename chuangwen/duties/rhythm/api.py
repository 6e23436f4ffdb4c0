"""Duties over REST: ``/api/v1/duties``. The same actions, queries and policies as the pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.duties.rhythm import actions, queries, rules
from chuangwen.duties.rhythm.models import Duty, Occurrence
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.people.models import Unit
from chuangwen.people.named import division_named, unit_named
from chuangwen.web.views import actor_of

router = Router()


class DutyOut(Schema):
    """A duty. `kind` is days (each day of the rule is owed) or periods (the rule's days begin periods); `rule` as in RFC 5545."""

    id: int
    name: str
    content: str
    basis: str
    division: str | None = Field(description="12-digit code")
    kinds: list[str] = Field(description="kinds of units that owe it; empty: all")
    level: int | None
    under: int | None = Field(description="only this unit and those below it")
    kind: str
    rule: str
    rhythm: str = Field(description="in words")
    times: int
    once_a_day: bool
    on_day_off: str = Field(description="stay, skip, before or after")
    starts_on: date
    ends_on: date | None
    proofs: list[str]
    remind: bool
    version: int


class DutyPageOut(Schema):
    items: list[DutyOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class SpanOut(Schema):
    first: date
    last: date
    wanted: int


class DutyDetailOut(DutyOut):
    next_dates: list[SpanOut]
    owing: int = Field(description="how many units owe it today")


class DutyIn(Schema):
    """What a duty is; as in the editor."""

    name: str = Field(max_length=60)
    division: str = Field(max_length=12, description="12-digit code")
    kind: str = "periods"
    rule: str = Field(max_length=200)
    starts_on: date
    proofs: list[str] = Field(max_length=20)
    content: str = Field("", max_length=500)
    basis: str = Field("", max_length=200)
    kinds: list[str] = Field([], max_length=20)
    level: int | None = Field(None, ge=1, le=5)
    under: int | None = Field(None, ge=1, le=2**62)
    times: int = Field(1, ge=1, le=99)
    once_a_day: bool = True
    on_day_off: str = rules.SKIP
    ends_on: date | None = None
    remind: bool = True


class OccurrenceOut(Schema):
    """A unit owes a duty once. `state` is open, kept, missed or excused; `settled`: it changes no more."""

    id: int
    duty: int
    duty_name: str
    unit: int
    unit_name: str
    first: date
    last: date
    wanted: int
    done: int
    state: str
    settled: bool
    excused_reason: str
    asked_reason: str


class OccurrencePageOut(Schema):
    items: list[OccurrenceOut]
    next: int | None = None


class FoundOut(Schema):
    day: date
    what: str
    url: str


class OccurrenceDetailOut(OccurrenceOut):
    records: list[FoundOut] = Field(description="what counts for it, as it stands now")


class ReasonIn(Schema):
    reason: str = Field(max_length=300)


class RecordIn(Schema):
    """One short record, where nothing else shows the duty."""

    day: date
    what: str = Field(max_length=300)
    people: int | None = Field(None, ge=0, le=100_000)


class UnitResultOut(Schema):
    """How a unit kept its duties. `share`: kept of kept and missed; null where neither is there."""

    unit: int
    kept: int
    missed: int
    excused: int
    share: float | None


def line(duty: Duty) -> dict[str, Any]:
    same = ("name", "content", "basis", "kinds", "level", "kind", "rule", "rhythm", "times", "once_a_day", "on_day_off", "starts_on",
            "ends_on", "proofs", "remind", "version")  # fmt: skip
    return {name: getattr(duty, name) for name in same} | {"id": duty.pk, "division": duty.division.code, "under": duty.under_id}


def whole(duty: Duty) -> dict[str, Any]:
    spans = [{"first": span.first, "last": span.last, "wanted": span.wanted} for span in queries.next_spans(duty.plan)]
    return line(duty) | {"next_dates": spans, "owing": queries.owing(duty, clock.today()).count()}


def owed(row: Occurrence) -> dict[str, Any]:
    same = ("first", "last", "wanted", "done", "state", "settled", "excused_reason", "asked_reason")
    return {name: getattr(row, name) for name in same} | {
        "id": row.pk, "duty": row.duty_id, "duty_name": row.duty.name, "unit": row.unit_id, "unit_name": row.unit.name,
    }  # fmt: skip


def owed_whole(row: Occurrence) -> dict[str, Any]:
    one = queries.standing([row])[0]
    records = [{"day": found.day, "what": found.title, "url": found.url} for found in one.found]
    return owed(row) | {"done": one.done, "state": one.state, "records": records}


def _duty(actor: Actor, pk: int) -> Duty:
    found = queries.duties(actor).filter(pk=pk).first() if 0 <= pk < 2**63 else None
    return found or access.fetch(actor, "duties.see_rhythm", Duty, pk=pk)


def _occurrence(actor: Actor, pk: int, verb: str = "duties.see_rhythm") -> Occurrence:
    return access.fetch(actor, verb, Occurrence.objects.select_related("duty", "unit__division"), pk=pk)


@router.get("", response=DutyPageOut, summary="职责列表")
def list_duties(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, "duties.see_rhythm")
    page = page_of(queries.duties(actor), limit=limit, after=after)
    return {"items": [line(duty) for duty in page["items"]], "next": page["next"]}


@router.post("", response={201: DutyDetailOut}, summary="新增职责")
def create_duty(request: HttpRequest, given: DutyIn):
    actor = actor_of(request)
    access.require(actor, "duties.edit_duty")
    facts = given.dict()
    facts["division"] = division_named(given.division)
    if given.under is not None:
        facts["under"] = unit_named(given.under, "under")
    return 201, whole(actions.save_duty(actor, **facts))


@router.get("/occurrences", response=OccurrencePageOut, summary="履职情况：每个单位每次应完成的职责")
def list_occurrences(
    request: HttpRequest,
    duty: int | None = None,
    unit: int | None = None,
    state: str | None = None,
    first: date | None = None,
    last: date | None = None,
    limit: int = 50,
    after: int | None = None,
):
    """Newest first. `first` and `last` bound the day by which it is due."""
    actor = actor_of(request)
    access.require(actor, "duties.see_rhythm")
    rows = queries.occurrences(actor)
    for name, value in (("duty", duty), ("unit", unit)):
        if value is not None:
            rows = rows.filter(**{name: value}) if 0 <= value < 2**63 else rows.none()
    if state is not None:
        if state not in Occurrence.State.values:
            raise Refusal("状态只能是 open、kept、missed 或 excused。", "duties.state", field="state")
        rows = rows.filter(state=state)
    rows = rows.filter(last__gte=first) if first else rows
    rows = rows.filter(last__lte=last) if last else rows
    page = page_of(rows, limit=limit, after=after)
    return {"items": [owed(row) for row in page["items"]], "next": page["next"]}


@router.get("/occurrences/{int:occurrence_id}", response=OccurrenceDetailOut, summary="一次履职及其依据")
def get_occurrence(request: HttpRequest, occurrence_id: int):
    return owed_whole(_occurrence(actor_of(request), occurrence_id))


@router.post("/occurrences/{int:occurrence_id}/excuse", response=OccurrenceDetailOut, summary="免除一次")
def excuse(request: HttpRequest, occurrence_id: int, given: ReasonIn):
    actor = actor_of(request)
    _occurrence(actor, occurrence_id, "duties.excuse")
    actions.excuse(actor, occurrence_ids=[occurrence_id], reason=given.reason)
    return owed_whole(_occurrence(actor, occurrence_id, "duties.excuse"))


@router.post("/occurrences/{int:occurrence_id}/ask", response=OccurrenceOut, summary="申请免除")
def ask_excuse(request: HttpRequest, occurrence_id: int, given: ReasonIn):
    return owed(actions.ask_excuse(actor_of(request), occurrence_id=occurrence_id, reason=given.reason))


@router.post("/occurrences/{int:occurrence_id}/record", response=OccurrenceDetailOut, summary="登记一次履职（系统中没有其他记录时）")
def record(request: HttpRequest, occurrence_id: int, given: RecordIn):
    actor = actor_of(request)
    row = _occurrence(actor, occurrence_id, "duties.record")
    actions.record_done(actor, duty_id=row.duty_id, unit=row.unit, **given.dict())
    return owed_whole(_occurrence(actor, occurrence_id, "duties.record"))


@router.get("/results", response=list[UnitResultOut], summary="各单位在一段时间内的履职结果")
def results(request: HttpRequest, first: date | None = None, last: date | None = None):
    """What ended from `first` to `last` (the last 30 days where nothing is said), units in the order of the organisation."""
    actor = actor_of(request)
    access.require(actor, "duties.see_rhythm")
    last = last or clock.today()
    first = first or max(last, date(1970, 3, 1)) - timedelta(days=30)
    seen = list(access.scoped(actor, "duties.see_rhythm", Unit).order_by("path").values_list("pk", flat=True))
    found = queries.unit_results(first, last, units=seen)
    return [
        {"unit": pk, "kept": one.kept, "missed": one.missed, "excused": one.excused, "share": one.share}
        for pk in seen if (one := found.get(pk)) is not None
    ]  # fmt: skip


@router.get("/{int:duty_id}", response=DutyDetailOut, summary="一项职责与接下来的日期")
def get_duty(request: HttpRequest, duty_id: int):
    return whole(_duty(actor_of(request), duty_id))
