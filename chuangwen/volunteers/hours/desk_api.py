"""The REST resources of the desk for hours: corrections by two people, doubts, certificates. The same actions, queries and policies as the
pages; volunteers by their key, no names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.people.named import unit_named
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours import actions, queries
from chuangwen.volunteers.hours.access import NOTE
from chuangwen.volunteers.hours.models import Doubt, HoursCorrection, OffDuty
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62


class HoursCorrectionOut(Schema):
    """`state` is proposed, agreed or refused; `made` the entry that took the old one's place. Minutes."""

    id: int
    entry: int = Field(alias="entry_id")
    state: str
    was: int = Field(alias="entry.minutes", description="minutes of the entry that is to be put right")
    minutes: int
    reason: str
    answer: str
    proposed_at: datetime
    decided_at: datetime | None
    made: int | None = Field(alias="made_id")
    revision: int


class HoursCorrectionPage(Schema):
    items: list[HoursCorrectionOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class HoursCorrectionIn(Schema):
    minutes: int = Field(ge=0, le=1440)
    reason: str = Field(max_length=300)


class HoursAnswerIn(Schema):
    answer: str = Field("", max_length=300)


class HoursReasonIn(Schema):
    reason: str = Field(max_length=300)


class HoursDoubtOut(Schema):
    """`kind` is overlap, journey, device, pattern, working_time or long_day; `state` open, explained, struck or lapsed."""

    id: int
    kind: str
    state: str
    day: date
    team: int | None = Field(alias="team_id")
    entries: list[int] = Field(description="the records that it names")
    reason: str
    found_at: datetime
    decided_at: datetime | None
    revision: int


class HoursDoubtPage(Schema):
    items: list[HoursDoubtOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class HoursStrikeIn(HoursReasonIn):
    entries: list[int] = Field(max_length=500, description="records of this doubt that count no longer")


class HoursCertificateOut(Schema):
    """`state` is asked, issued, refused or withdrawn; `code` is what verifies it. Minutes."""

    id: int
    volunteer: int = Field(alias="volunteer_id")
    unit: int = Field(alias="unit_id")
    state: str
    starts_on: date
    ends_on: date
    purpose: str
    number: str | None
    minutes: int
    issued_on: date | None
    code: str
    with_commendations: bool
    commendations: list[dict[str, Any]] = Field(description="what was given in that time: id, title, level, given_by, day")
    reason: str
    revision: int


class HoursCertificatePage(Schema):
    items: list[HoursCertificateOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class HoursCertificateIn(Schema):
    volunteer: int = Field(ge=1, le=KEY)
    starts_on: date
    ends_on: date
    purpose: str = Field("", max_length=100)
    with_commendations: bool = False


class OffDutyIn(Schema):
    """`kind` is leave, swapped, shifts or flexible; `half` is day, am or pm (of one day)."""

    kind: str
    starts_on: date
    ends_on: date
    half: str = "day"


class UnitOffDutyIn(OffDutyIn):
    unit: int = Field(ge=1, le=KEY)
    volunteer: int | None = Field(None, ge=1, le=KEY, description="null: the whole unit works by shifts or has flexible hours")


class OffDutyOut(OffDutyIn):
    id: int
    unit: int = Field(alias="unit_id")
    volunteer: int | None = Field(alias="volunteer_id")
    by_unit: bool = Field(description="false: said by the person, and holds for what begins afterwards")
    said_at: datetime
    ended_at: datetime | None
    reason: str


class OffDutyPage(Schema):
    items: list[OffDutyOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


def _page(rows: Any, state: str | None, limit: int, after: int | None) -> dict[str, Any]:
    return page_of(rows.filter(state=state.replace("\x00", "")) if state is not None else rows, limit=limit, after=after)


def _again(row: Model) -> Any:
    """The row as it stands now."""
    return type(row)._default_manager.get(pk=row.pk)


@router.get("/corrections", response=HoursCorrectionPage, summary="时长更正申请")
def list_corrections(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    return _page(queries.corrections(actor), state, limit, after)


@router.post("/entries/{int:service_entry_id}/corrections", response={201: HoursCorrectionOut}, summary="提出更正一条记录的时长")
def propose(request: HttpRequest, service_entry_id: int, body: HoursCorrectionIn):
    row = actions.propose_correction(actor_of(request), service_entry_id=service_entry_id, minutes=body.minutes, reason=body.reason)
    return 201, row


@router.post("/corrections/{int:hours_correction_id}/agree", response=HoursCorrectionOut, summary="同意更正（须由另一人）")
def agree(request: HttpRequest, hours_correction_id: int, body: HoursAnswerIn):
    made = actions.agree_correction(actor_of(request), hours_correction_id=hours_correction_id, answer=body.answer)
    return HoursCorrection.objects.select_related("entry").get(made=made)


@router.post("/corrections/{int:hours_correction_id}/refuse", response=HoursCorrectionOut, summary="不同意更正并说明理由（须由另一人）")
def refuse(request: HttpRequest, hours_correction_id: int, body: HoursReasonIn):
    return _again(actions.refuse_correction(actor_of(request), hours_correction_id=hours_correction_id, answer=body.reason))


def _doubt(row: Doubt) -> dict[str, Any]:
    plain = ("kind", "state", "day", "team_id", "reason", "found_at", "decided_at", "revision")
    return {name: getattr(row, name) for name in plain} | {"id": row.pk, "entries": [one.entry_id for one in row.records.all()]}


@router.get("/doubts", response=HoursDoubtPage, summary="记录疑点")
def list_doubts(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first. A doubt is about records, never about a person."""
    actor = actor_of(request)
    access.require(actor, queries.DOUBTS)
    page = _page(queries.doubts(actor).prefetch_related("records"), state, limit, after)
    return {"items": [_doubt(row) for row in page["items"]], "next": page["next"]}


@router.post("/doubts/{int:hours_doubt_id}/explain", response=HoursDoubtOut, summary="疑点核实无误，记录保留（须由未经手的人）")
def explain(request: HttpRequest, hours_doubt_id: int, body: HoursReasonIn):
    return _doubt(_again(actions.explain_doubt(actor_of(request), hours_doubt_id=hours_doubt_id, reason=body.reason)))


@router.post("/doubts/{int:hours_doubt_id}/strike", response=HoursDoubtOut, summary="疑点属实，所选记录不再计入（须由未经手的人）")
def strike(request: HttpRequest, hours_doubt_id: int, body: HoursStrikeIn):
    row = actions.strike_doubt(actor_of(request), hours_doubt_id=hours_doubt_id, entries=body.entries, reason=body.reason)
    return _doubt(_again(row))


@router.get("/certificates", response=HoursCertificatePage, summary="志愿服务记录证明")
def list_certificates(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.ISSUE)
    return _page(queries.certificates(actor), state, limit, after)


@router.post("/certificates", response={201: HoursCertificateOut}, summary="申请志愿服务记录证明")
def ask(request: HttpRequest, body: HoursCertificateIn):
    given = body.dict(exclude={"volunteer"})
    return 201, actions.ask_certificate(actor_of(request), volunteer_id=body.volunteer, **given)


@router.post("/certificates/{int:hours_certificate_id}/issue", response=HoursCertificateOut, summary="开具志愿服务记录证明")
def issue(request: HttpRequest, hours_certificate_id: int):
    return _again(actions.issue_certificate(actor_of(request), hours_certificate_id=hours_certificate_id))


@router.post("/certificates/{int:hours_certificate_id}/refuse", response=HoursCertificateOut, summary="不予开具并说明理由")
def not_issued(request: HttpRequest, hours_certificate_id: int, body: HoursReasonIn):
    row = actions.refuse_certificate(actor_of(request), hours_certificate_id=hours_certificate_id, reason=body.reason)
    return _again(row)


@router.post("/certificates/{int:hours_certificate_id}/withdraw", response=HoursCertificateOut, summary="作废已开具的证明并说明理由")
def withdraw(request: HttpRequest, hours_certificate_id: int, body: HoursReasonIn):
    row = actions.withdraw_certificate(actor_of(request), hours_certificate_id=hours_certificate_id, reason=body.reason)
    return _again(row)


@router.get("/off-duty", response=OffDutyPage, summary="在职志愿者请假、轮班登记")
def list_off_duty(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, NOTE)
    return page_of(access.scoped(actor, NOTE, OffDuty), limit=limit, after=after)


@router.post("/off-duty", response={201: OffDutyOut}, summary="单位登记请假、轮班")
def note_off_duty(request: HttpRequest, body: UnitOffDutyIn):
    actor = actor_of(request)
    access.require(actor, NOTE)
    volunteer = Volunteer.objects.filter(pk=body.volunteer).select_related("person").first() if body.volunteer is not None else None
    if body.volunteer is not None and volunteer is None:
        raise Refusal(_("There is no volunteer with this number."), "hours.no_volunteer", field="volunteer")
    return 201, actions.note_off_duty(actor, unit=unit_named(body.unit), volunteer=volunteer, **body.dict(exclude={"unit", "volunteer"}))


@router.post("/off-duty/mine", response={201: OffDutyOut}, summary="本人事先登记请假、轮班")
def note_own_off_duty(request: HttpRequest, body: OffDutyIn):
    return 201, actions.note_own_off_duty(actor_of(request), **body.dict())


@router.post("/off-duty/{int:off_duty_id}/withdraw", response=OffDutyOut, summary="撤销请假、轮班登记并说明理由")
def withdraw_off_duty(request: HttpRequest, off_duty_id: int, body: HoursReasonIn):
    return actions.withdraw_off_duty(actor_of(request), off_duty_id=off_duty_id, reason=body.reason)
