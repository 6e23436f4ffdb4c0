"""What centres record and how they did, as REST beside ``api``: information, self-checks, results of a month."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.standards.queries import checklist, current_edition
from chuangwen.volunteers.centres import actions, queries
from chuangwen.volunteers.centres.access import SEE
from chuangwen.volunteers.centres.models import Centre, CentreInformation
from chuangwen.web.views import actor_of

router = Router()


class CentreInformationOut(Schema):
    """Information of a centre. `level` is where it was taken over: county, city, province, nation, or empty."""

    id: int
    title: str
    sent_on: date
    level: str
    adopted_on: date | None
    adopted_where: str
    link: str
    struck_on: date | None
    struck_why: str


class CentreInformationIn(Schema):
    title: str = Field(max_length=150)
    sent_on: date
    link: str = Field("", max_length=300)


class CentreAdoptIn(Schema):
    level: Literal["county", "city", "province", "nation"]
    adopted_on: date
    where: str = Field("", max_length=100)
    link: str = Field("", max_length=300, description="the address that shows it")


class CentreStrikeIn(Schema):
    reason: str = Field(max_length=200)


class CentrePointOut(Schema):
    id: int
    text: str


class CentreAnswerIn(Schema):
    item: int = Field(ge=1, le=2**62)
    answer: Literal["yes", "no", "not_here"]
    note: str = Field("", max_length=200, description="what is wanting; needed where the answer is no")


class CentreCheckIn(Schema):
    day: date
    answers: list[CentreAnswerIn] = Field(max_length=200, description="every point of the checklist")
    note: str = Field("", max_length=300)


class CentreCheckOut(Schema):
    id: int
    day: date
    met: int
    asked: int
    note: str


class CentreResultOut(Schema):
    """What a centre did in the month, as it was recorded. The check is its newest until then."""

    id: int
    name: str
    kind: str
    unit: int
    unit_name: str
    activities: int
    due: int
    in_time: int
    late: int
    sent: int
    adopted: int
    check_met: int | None
    check_asked: int | None
    checked_on: date | None


class CentreResultPage(Schema):
    first: date
    last: date
    items: list[CentreResultOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


def _month(text: str | None) -> date:
    """The first day of a month given as 2026-11; without one today. Raises Refusal."""
    if text is None:
        return clock.today()
    try:
        if len(text) != 7:
            raise ValueError
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refusal(_("A month is written as 2026-11."), "centres.month", field="month") from None
    if not 2000 <= day.year < 2100:
        raise Refusal(_("A month is written as 2026-11."), "centres.month", field="month")
    return day


def _result(row: Any) -> dict[str, Any]:
    plain = ("name", "kind", "activities", "due", "in_time", "late", "sent", "adopted", "check_met", "check_asked", "checked_on")
    return {name: getattr(row, name) for name in plain} | {"id": row.pk, "unit": row.unit_id, "unit_name": row.unit.name}


@router.get("/results", response=CentreResultPage, summary="各阵地一个月的工作结果（取自台账和任务记录）")
def centre_results(request: HttpRequest, month: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first. `month` as 2026-11; without it the month that goes on."""
    actor = actor_of(request)
    access.require(actor, SEE)
    first, last = queries.month_of(_month(month))
    page = page_of(queries.with_records(queries.centres(actor).exclude(state=Centre.State.CLOSED), first, last), limit=limit, after=after)
    return {"first": first, "last": last, "items": [_result(row) for row in page["items"]], "next": page["next"]}


@router.post("/{int:centre_id}/information", response={201: CentreInformationOut}, summary="阵地报送信息")
def send_information(request: HttpRequest, centre_id: int, body: CentreInformationIn):
    return 201, actions.send_information(actor_of(request), centre_id=centre_id, **body.dict())


@router.post("/information/{int:centre_information_id}/adopt", response=CentreInformationOut, summary="确认信息被采用")
def adopt_information(request: HttpRequest, centre_information_id: int, body: CentreAdoptIn) -> CentreInformation:
    return actions.adopt_information(actor_of(request), information_id=centre_information_id, **body.dict())


@router.post("/information/{int:centre_information_id}/strike", response=CentreInformationOut, summary="撤销信息，不再计入")
def strike_information(request: HttpRequest, centre_information_id: int, body: CentreStrikeIn) -> CentreInformation:
    return actions.strike_information(actor_of(request), information_id=centre_information_id, reason=body.reason)


@router.get("/{int:centre_id}/checklist", response=list[CentrePointOut], summary="阵地自查的检查项")
def centre_checklist(request: HttpRequest, centre_id: int):
    actor = actor_of(request)
    centre = access.fetch(actor, SEE, queries.centres(actor), pk=centre_id)
    return list(checklist(centre.site.type, current_edition()))


@router.post("/{int:centre_id}/checks", response={201: CentreCheckOut}, summary="记录阵地自查")
def record_check(request: HttpRequest, centre_id: int, body: CentreCheckIn):
    answers = {one.item: one.answer for one in body.answers}
    notes = {one.item: one.note for one in body.answers if one.note}
    return 201, actions.record_check(actor_of(request), centre_id=centre_id, day=body.day, answers=answers, notes=notes, note=body.note)
