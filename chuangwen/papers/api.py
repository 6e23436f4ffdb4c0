"""Papers over the API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.duties.operations import queries as operations
from chuangwen.duties.sponsorship import queries as sponsorship
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.papers import actions, making, queries
from chuangwen.papers.models import Paper
from chuangwen.papers.periods import read_period
from chuangwen.people.models import Unit
from chuangwen.web.views import actor_of

router = Router()


class PaperOut(Schema):
    id: int
    kind: str
    state: str
    title: str
    number: str | None
    issue: int | None
    total_issue: int | None
    round_id: int | None
    unit_id: int | None
    period_from: date | None
    period_to: date | None
    paper_date: date
    created_at: datetime
    issued_at: datetime | None
    figures: list[dict]


class PaperPageOut(Schema):
    items: list[PaperOut]
    next: int | None


class PaperIn(Schema):
    kind: str
    round_id: int | None = None
    unit_id: int | None = None
    plan_id: int | None = Field(None, description="the sponsorship plan that a paper of the kind sponsorship holds")
    operation_id: int | None = Field(None, description="the special operation that a paper of the kind operation reports")
    period: str = ""
    title: str = ""


class WordsIn(Schema):
    words: str = ""


class AnswerIn(Schema):
    agree: bool
    words: str = ""


class SendIn(Schema):
    unit_ids: list[Annotated[int, Field(ge=1, le=2**63 - 1)]] = []
    days: Annotated[int, Field(ge=1, le=60)] = 1


class InstructionIn(Schema):
    leader: str = ""
    words: str = ""
    unit_id: int | None = None
    due_on: date | None = None


class InstructionOut(Schema):
    id: int
    leader: str
    words: str
    unit_id: int | None
    due_on: date | None
    case_id: int | None


class ReceiptOut(Schema):
    paper_id: int
    unit_id: int
    asked_at: datetime | None
    due_at: datetime | None
    read_at: datetime | None
    done_at: datetime | None
    answer: str


def _unit(actor: Any, pk: int | None) -> Unit | None:
    return access.fetch(actor, "people.see", Unit, pk=pk) if pk else None


@router.get("", response=PaperPageOut, summary="文书列表")
def listed(
    request: HttpRequest, kind: str = "", state: str = "", round_id: int | None = None, limit: int = 50, after: int | None = None
):
    access.require(actor_of(request), "papers.see")
    found = queries.papers(actor_of(request))
    for name, value in (("kind", kind), ("state", state), ("round_id", round_id)):
        if value:
            found = found.filter(**{name: value})
    return page_of(found, limit=limit, after=after)


@router.get("/{int:pk}", response=PaperOut, summary="一份文书")
def one(request: HttpRequest, pk: int):
    return access.fetch(actor_of(request), "papers.see", queries.papers(actor_of(request)), pk=pk)


@router.get("/{int:pk}/receipts", response=list[ReceiptOut], summary="文书的签收情况")
def receipts(request: HttpRequest, pk: int):
    access.fetch(actor_of(request), "papers.see", queries.papers(actor_of(request)), pk=pk)
    return list(queries.receipts(actor_of(request)).filter(paper=pk))


@router.post("", response={201: PaperOut}, summary="起草文书")
def draft(request: HttpRequest, data: PaperIn):
    actor = actor_of(request)
    access.require(actor, "papers.draft")
    making.kind_of(data.kind)
    round = access.fetch(actor, "fieldwork.see_rounds", Round, pk=data.round_id) if data.round_id else None
    try:
        period = read_period(data.period, clock.today()) if data.period else None
    except (ValueError, OverflowError) as problem:
        words = "期间写法不对，可写作 week、last-month、2026-11、2026Q4 或 2026-11-01..2026-11-15。"
        raise Refusal(words, "papers.period", field="period") from problem
    return 201, actions.draft_paper(
        actor,
        kind=data.kind,
        round=round,
        unit=_unit(actor, data.unit_id),
        plan=access.fetch(actor, sponsorship.SEE, sponsorship.plans(actor), pk=data.plan_id) if data.plan_id else None,
        operation=access.fetch(actor, operations.SEE, operations.operations(actor), pk=data.operation_id) if data.operation_id else None,
        period=period,
        content={"title": data.title[:200]} if data.title else None,
    )


@router.post("/{int:pk}/check", response=PaperOut, summary="核稿")
def check(request: HttpRequest, pk: int):
    return actions.check_paper(actor_of(request), paper_id=pk)


@router.post("/{int:pk}/countersign", response=PaperOut, summary="会签")
def countersign(request: HttpRequest, pk: int, data: AnswerIn):
    return actions.countersign(actor_of(request), paper_id=pk, agree=data.agree, words=data.words)


@router.post("/{int:pk}/sign", response=PaperOut, summary="签发文书")
def sign(request: HttpRequest, pk: int):
    return actions.sign_paper(actor_of(request), paper_id=pk)


@router.post("/{int:pk}/send-back", response=PaperOut, summary="退回修改")
def send_back(request: HttpRequest, pk: int, data: WordsIn):
    return actions.send_back(actor_of(request), paper_id=pk, words=data.words)


@router.post("/{int:pk}/send", response=PaperOut, summary="发送单位")
def send(request: HttpRequest, pk: int, data: SendIn):
    actor = actor_of(request)
    access.fetch(actor, "papers.send", Paper, pk=pk)
    units = list(access.scoped(actor, "people.see", Unit).filter(pk__in=data.unit_ids))
    if len(units) != len(set(data.unit_ids)):
        raise Refusal("接收单位中有不存在或不在账号范围内的，请核对 unit_ids。", "papers.no_recipient", field="unit_ids")
    return actions.send_paper(actor, paper_id=pk, units=units, days=data.days)


@router.post("/{int:pk}/receive", response=ReceiptOut, summary="签收文书")
def receive(request: HttpRequest, pk: int, data: WordsIn):
    return actions.receive_paper(actor_of(request), paper_id=pk, words=data.words)


@router.post("/{int:pk}/instructions", response={201: InstructionOut}, summary="登记批示")
def instruct(request: HttpRequest, pk: int, data: InstructionIn):
    actor = actor_of(request)
    access.require(actor, "papers.instruct")
    unit = _unit(actor, data.unit_id)
    return 201, actions.instruct(actor, paper_id=pk, leader=data.leader, words=data.words, unit=unit, due_on=data.due_on)


@router.post("/{int:pk}/archive", response=PaperOut, summary="归档")
def archive(request: HttpRequest, pk: int):
    return actions.archive_paper(actor_of(request), paper_id=pk)
