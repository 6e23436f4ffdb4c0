"""Steps of escalation over REST: list, look, and what is done to them. The same actions and policies as the pages."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.cases.api.answers import REFUSED, Key, UnitRef, at, unit_ref
from chuangwen.cases.api.reading import _key, _words
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.escalation import actions, queries
from chuangwen.cases.models import EscalationStep, Level, LimitUnit, StepState
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.paging import page_of
from chuangwen.people.models import Unit
from chuangwen.web.views import actor_of

router = Router()
LEVELS = {level.name.lower(): level for level in Level}


class StepOut(Schema):
    """A step. `level` is reminder, order, listed, talk or hand_over; moments are ISO with their offset."""

    id: int
    number: str | None
    level: str
    state: str
    unit: UnitRef
    division: str | None = Field(None, description="12-digit code")
    reason: str
    asks: str
    proposed_at: datetime
    issued_at: datetime | None
    due_at: datetime | None = Field(None, description="until when an answer is asked for")
    measure: str
    promise: str
    promised_on: date | None
    appealed: bool
    version: int
    cases: int = Field(description="how many problems it is about")
    open: int = Field(description="how many of them are not put right yet")


class StepDetailOut(StepOut):
    case_numbers: list[str]
    verbs: list[str] = Field(description="what the account can do now")


class StepPageOut(Schema):
    items: list[StepOut]
    next: int | None


class ProposeIn(Schema):
    """One step over cases of one unit; `unit` is the handling unit or one above it."""

    cases: list[Key] = Field(max_length=50)
    level: str = Field(description="reminder, order, listed, talk or hand_over")
    reason: str = Field(max_length=300)
    asks: str = Field("", max_length=300)
    unit: Key | None = None
    answer_amount: int = Field(1, ge=1, le=999)
    answer_unit: str = LimitUnit.WORKING_DAYS.value


class StepVerbIn(Schema):
    """`expected_version`: the version that was looked at; where the step has changed since, the answer is 409."""

    expected_version: int | None = None


class StepNoteIn(StepVerbIn):
    note: str = Field("", max_length=500)


class StepReasonIn(StepVerbIn):
    reason: str = Field(max_length=500)


class AnswerIn(StepVerbIn):
    measure: str = Field(max_length=500)
    promised_on: date
    promise: str = Field("", max_length=300)


class AppealIn(StepVerbIn):
    words: str = Field(max_length=500)
    photos: list[Key] = Field(default=[], max_length=20)


class DecideIn(StepVerbIn):
    granted: bool
    words: str = Field(max_length=500)


class SettleIn(StepNoteIn):
    kept: bool


def line(step: Any) -> dict[str, Any]:
    return {
        "id": step.pk, "number": step.number, "level": Level(step.level).name.lower(), "state": step.state, "unit": unit_ref(step.unit),
        "division": step.division.code if step.division else None, "reason": step.reason, "asks": step.asks,
        "proposed_at": at(step.proposed_at), "issued_at": at(step.issued_at), "due_at": at(step.due_at), "measure": step.measure,
        "promise": step.promise, "promised_on": at(step.promised_on), "appealed": step.appealed_at is not None, "version": step.version,
        "cases": step.case_count, "open": step.open_count,
    }  # fmt: skip


def whole(actor: Actor, pk: int) -> dict[str, Any]:
    """One step as the account sees it."""
    step = access.fetch(actor, "cases.see_steps", queries.rows(actor), pk=pk)
    numbers = list(step.links.order_by("pk").values_list("case__number", flat=True))
    return line(step) | {"case_numbers": numbers, "verbs": [verb.value for verb in queries.open_verbs(actor, step)]}


@router.get("", response={200: StepPageOut} | REFUSED, summary="Steps of escalation that the account sees, newest first")
def list_steps(
    request: HttpRequest,
    level: str | None = None,
    state: str | None = None,
    unit: int | None = None,
    limit: int = 50,
    after: int | None = None,
):
    """`level` and `state` take several words with commas; `unit` reaches over the units below it."""
    actor = actor_of(request)
    access.require(actor, "cases.see_steps")
    found: QuerySet[EscalationStep] = queries.rows(actor)
    states, levels = _words(state, StepState.values, "state"), _words(level, list(LEVELS), "level")
    if states:
        found = found.filter(state__in=states)
    if levels:
        found = found.filter(level__in=[LEVELS[word] for word in levels])
    if unit is not None:
        chosen = Unit.objects.filter(_key(unit)).first()
        found = found.filter(unit__in=Unit.subtree_ids(chosen.path)) if chosen else found.none()
    page = page_of(found, limit=limit, after=after)
    return {"items": [line(step) for step in page["items"]], "next": page["next"]}


@router.get("/{int:step_id}", response={200: StepDetailOut} | REFUSED, summary="One step")
def get_step(request: HttpRequest, step_id: int):
    return whole(actor_of(request), step_id)


@router.post("", response={201: StepDetailOut} | REFUSED, summary="Propose a step over cases of one unit")
def propose_step(request: HttpRequest, body: ProposeIn):
    actor = actor_of(request)
    access.require(actor, "cases.propose_step")
    if body.level not in LEVELS:
        raise Incomplete("、".join(LEVELS), "cases.step_level", field="level")
    facts = body.dict(exclude={"cases", "level", "unit"})
    unit = None
    if body.unit is not None:
        unit = Unit.objects.filter(pk=body.unit).first()
        if unit is None:
            raise Incomplete("unit", "cases.unit_unknown", field="unit")
    made = actions.propose(actor, case_ids=body.cases, level=LEVELS[body.level], unit=unit, **facts)
    return 201, whole(actor, made.pk)


@router.post("/{int:step_id}/approve", response={200: StepDetailOut} | REFUSED, summary="A leader wants the step")
def approve_step(request: HttpRequest, step_id: int, body: StepNoteIn):
    actor = actor_of(request)
    actions.approve(actor, step_id=step_id, **body.dict())
    return whole(actor, step_id)


@router.post("/{int:step_id}/issue", response={200: StepDetailOut} | REFUSED, summary="Give it its number and send it")
def issue_step(request: HttpRequest, step_id: int, body: StepVerbIn):
    actor = actor_of(request)
    actions.issue(actor, step_id=step_id, **body.dict())
    return whole(actor, step_id)


@router.post("/{int:step_id}/answer", response={200: StepDetailOut} | REFUSED, summary="The unit answers")
def answer_step(request: HttpRequest, step_id: int, body: AnswerIn):
    actor = actor_of(request)
    actions.answer(actor, step_id=step_id, **body.dict())
    return whole(actor, step_id)


@router.post("/{int:step_id}/appeal", response={200: StepDetailOut} | REFUSED, summary="The unit appeals")
def appeal_step(request: HttpRequest, step_id: int, body: AppealIn):
    actor = actor_of(request)
    actions.appeal(actor, step_id=step_id, **body.dict())
    return whole(actor, step_id)


@router.post("/{int:step_id}/decide", response={200: StepDetailOut} | REFUSED, summary="Decide the appeal that waits")
def decide_step(request: HttpRequest, step_id: int, body: DecideIn):
    actor = actor_of(request)
    actions.decide_appeal(actor, step_id=step_id, **body.dict())
    return whole(actor, step_id)


@router.post("/{int:step_id}/settle", response={200: StepDetailOut} | REFUSED, summary="Fulfilled, or not kept")
def settle_step(request: HttpRequest, step_id: int, body: SettleIn):
    actor = actor_of(request)
    actions.settle(actor, step_id=step_id, **body.dict())
    return whole(actor, step_id)


@router.post("/{int:step_id}/end", response={200: StepDetailOut} | REFUSED, summary="File a settled step away")
def end_step(request: HttpRequest, step_id: int, body: StepNoteIn):
    actor = actor_of(request)
    actions.end(actor, step_id=step_id, **body.dict())
    return whole(actor, step_id)


@router.post("/{int:step_id}/withdraw", response={200: StepDetailOut} | REFUSED, summary="Take a step back")
def withdraw_step(request: HttpRequest, step_id: int, body: StepReasonIn):
    actor = actor_of(request)
    actions.withdraw(actor, step_id=step_id, **body.dict())
    return whole(actor, step_id)
