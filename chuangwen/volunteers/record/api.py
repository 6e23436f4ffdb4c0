"""The REST resource of the record beside hours: ``/api/v1/volunteer-record``. The same actions, queries and policies as the pages; volunteers by
their key, no names. Complaints only for who answers them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.paging import page_of
from chuangwen.volunteers.hours import queries as hours
from chuangwen.volunteers.record import actions, queries
from chuangwen.volunteers.record.access import ANSWER, JUDGE
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62


class CommendationOut(Schema):
    """`level` is national, province, city, county, town, community or organisation; `state` stands or withdrawn."""

    id: int
    volunteer: int = Field(alias="volunteer_id")
    unit: int = Field(alias="unit_id", description="the unit that keeps the record")
    title: str
    level: str
    given_by: str
    day: date
    document_number: str
    state: str
    reason: str
    revision: int


class CommendationPage(Schema):
    items: list[CommendationOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class CommendationIn(Schema):
    """The number of the document is needed here: photos come by pages."""

    volunteer: int = Field(ge=1, le=KEY)
    title: str = Field(max_length=80)
    level: str = Field(max_length=12)
    given_by: str = Field(max_length=80)
    day: date
    document_number: str = Field(max_length=60)
    team: int | None = Field(None, ge=1, le=KEY)


class RecordReasonIn(Schema):
    reason: str = Field(max_length=300)


class ServiceAppraisalOut(Schema):
    """`grade` is excellent, good, sound or lacking; of one service."""

    id: int
    entry: int = Field(alias="entry_id")
    grade: str
    remark: str
    state: str
    reason: str
    made_at: datetime
    revision: int


class AppraisalIn(Schema):
    entries: list[int] = Field(max_length=200, description="services that are appraised alike, all or none")
    grade: str = Field(max_length=10)
    remark: str = Field("", max_length=100)


class ObjectionOut(Schema):
    """`kind` is hours, appraisal, commendation or missing; `state` open, correcting, upheld, refused or taken_back. Minutes."""

    id: int
    volunteer: int = Field(alias="volunteer_id")
    kind: str
    entry: int | None = Field(alias="entry_id")
    appraisal: int | None = Field(alias="appraisal_id")
    commendation: int | None = Field(alias="commendation_id")
    words: str
    minutes: int | None
    state: str
    asked_at: datetime
    due_on: date
    answer: str
    answered_at: datetime | None
    correction: int | None = Field(alias="correction_id", description="the correction by two people that it led to")
    revision: int


class ObjectionPage(Schema):
    items: list[ObjectionOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class ObjectionIn(Schema):
    volunteer: int = Field(ge=1, le=KEY)
    kind: str = Field(max_length=12)
    target: int | None = Field(None, ge=1, le=KEY, description="the entry, appraisal or commendation; none for what is missing")
    words: str = Field(max_length=300)
    minutes: int | None = Field(None, ge=0, le=1440, description="of hours only: what they should be")


class RecordAnswerIn(Schema):
    answer: str = Field(max_length=300)


class ComplaintOut(Schema):
    """`state` is open, founded or unfounded. Who complained is not told here."""

    id: int
    number: str
    team: int = Field(alias="team_id")
    day: date
    words: str
    state: str
    asked_at: datetime
    due_on: date
    answer: str
    answered_at: datetime | None
    revision: int


class ComplaintPage(Schema):
    items: list[ComplaintOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class ComplaintIn(Schema):
    team: int = Field(ge=1, le=KEY)
    day: date
    words: str = Field(max_length=500)
    name: str = Field("", max_length=40)
    phone: str = Field("", max_length=30)
    order_number: str = Field("", max_length=20)


class ComplaintAnswerIn(RecordAnswerIn):
    founded: bool


class RatedOut(Schema):
    """Ratings that were given to services, as they are. `source` is order or shift; `mean` of 5, one place."""

    source: str
    services: int
    count: int
    mean: str


class GradeOut(Schema):
    grade: str
    count: int


class OwnRecordOut(Schema):
    """One's own record beside hours."""

    commendations: list[CommendationOut]
    grades: list[GradeOut] = Field(description="how many services were appraised with each word")
    ratings: list[RatedOut]
    objections: list[ObjectionOut]


def _state(rows: Any, state: str | None) -> Any:
    return rows.filter(state=state.replace("\x00", "")) if state is not None else rows


@router.get("/mine", response=OwnRecordOut, summary="本人的表彰奖励、评价和异议")
def own_record(request: HttpRequest):
    """Newest first, at most 100 of each."""
    actor = actor_of(request)
    access.require(actor, hours.OWN)
    volunteer = hours.own_volunteer(actor)
    if volunteer is None:
        raise Missing("没有登记为志愿者。")
    return {
        "commendations": list(queries.commendations(actor, hours.OWN).filter(volunteer=volunteer)[:100]),
        "grades": [{"grade": word, "count": count} for word, count in queries.grades_of(volunteer)],
        "ratings": queries.ratings(volunteer),
        "objections": list(queries.objections(actor, hours.OWN).filter(volunteer=volunteer)[:100]),
    }


@router.get("/commendations", response=CommendationPage, summary="志愿者表彰奖励")
def list_commendations(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first; those withdrawn are among them."""
    actor = actor_of(request)
    access.require(actor, hours.SEE)
    return page_of(_state(queries.commendations(actor), state), limit=limit, after=after)


@router.post("/commendations", response={201: CommendationOut}, summary="记入一项表彰奖励")
def enter_commendation(request: HttpRequest, body: CommendationIn):
    given = body.dict(exclude={"volunteer", "team"})
    return 201, actions.enter_commendation(actor_of(request), volunteer_id=body.volunteer, team_id=body.team, **given)


@router.post("/commendations/{int:commendation_id}/withdraw", response=CommendationOut, summary="撤回表彰奖励并说明理由")
def withdraw_commendation(request: HttpRequest, commendation_id: int, body: RecordReasonIn):
    return actions.withdraw_commendation(actor_of(request), commendation_id=commendation_id, reason=body.reason)


@router.post("/appraisals", response={201: list[ServiceAppraisalOut]}, summary="评价服务质量")
def appraise(request: HttpRequest, body: AppraisalIn):
    return 201, actions.appraise_services(actor_of(request), entries=body.entries, grade=body.grade, remark=body.remark)


@router.post("/appraisals/{int:service_appraisal_id}/withdraw", response=ServiceAppraisalOut, summary="撤回评价并说明理由")
def withdraw_appraisal(request: HttpRequest, service_appraisal_id: int, body: RecordReasonIn):
    return actions.withdraw_appraisal(actor_of(request), service_appraisal_id=service_appraisal_id, reason=body.reason)


@router.get("/objections", response=ObjectionPage, summary="对志愿服务记录的异议")
def list_objections(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first, for who answers them."""
    actor = actor_of(request)
    access.require(actor, ANSWER)
    return page_of(_state(queries.objections(actor, ANSWER), state), limit=limit, after=after)


@router.post("/objections", response={201: ObjectionOut}, summary="提出异议")
def object_to_record(request: HttpRequest, body: ObjectionIn):
    row = actions.object_to_record(
        actor_of(request), volunteer_id=body.volunteer, kind=body.kind, target_id=body.target, words=body.words, minutes=body.minutes
    )
    return 201, row


@router.post("/objections/{int:record_objection_id}/uphold", response=ObjectionOut, summary="异议成立（时长转为更正，须由另一人同意）")
def uphold(request: HttpRequest, record_objection_id: int, body: RecordAnswerIn):
    return actions.uphold_objection(actor_of(request), record_objection_id=record_objection_id, answer=body.answer)


@router.post("/objections/{int:record_objection_id}/refuse", response=ObjectionOut, summary="异议不成立并说明理由")
def refuse(request: HttpRequest, record_objection_id: int, body: RecordAnswerIn):
    return actions.refuse_objection(actor_of(request), record_objection_id=record_objection_id, answer=body.answer)


@router.post("/objections/{int:record_objection_id}/take-back", response=ObjectionOut, summary="撤回异议")
def take_back(request: HttpRequest, record_objection_id: int):
    return actions.take_back_objection(actor_of(request), record_objection_id=record_objection_id)


@router.get("/complaints", response=ComplaintPage, summary="对志愿服务的投诉")
def list_complaints(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first, for who answers them."""
    actor = actor_of(request)
    access.require(actor, JUDGE)
    return page_of(_state(queries.complaints(actor), state), limit=limit, after=after)


@router.post("/complaints", response={201: ComplaintOut}, summary="受理投诉")
def take_complaint(request: HttpRequest, body: ComplaintIn):
    given = body.dict(exclude={"team"})
    return 201, actions.take_complaint(actor_of(request), team_id=body.team, **given)


@router.post("/complaints/{int:service_complaint_id}/answer", response=ComplaintOut, summary="答复投诉")
def answer_complaint(request: HttpRequest, service_complaint_id: int, body: ComplaintAnswerIn):
    return actions.answer_complaint(
        actor_of(request), service_complaint_id=service_complaint_id, founded=body.founded, answer=body.answer
    )
