"""Turns that go to somebody else: by hand of the office, or asked for, agreed and approved; how many people were there."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Field, Schema

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.actions.changing import whole_changes, whole_turns
from chuangwen.duties.rosters.api.rosters import RosterDetail, whole
from chuangwen.duties.rosters.api.router import router
from chuangwen.duties.rosters.forms import ChangeForm
from chuangwen.duties.rosters.models import PoolPerson, TurnChange
from chuangwen.duties.rosters.naming import naming
from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.web.form_bodies import filled
from chuangwen.web.views import actor_of

CHANGE = "duties.change_turn"


class TurnMoveIn(Schema):
    person: int
    accept: bool = Field(False, description="rest and turns of the week may be broken")
    expected_revision: int | None = None


class CountIn(Schema):
    day: date
    present: int
    note: str = ""


class CountOut(Schema):
    day: date
    planned: int
    present: int


class TurnChangeOut(Schema):
    """A turn that somebody else is asked to take. `state` is asked, agreed (waits for approval), done, declined, refused or withdrawn."""

    id: int
    turn: int
    day: date
    post: str
    shift: str
    from_unit: str = Field(description="whose people have the turn")
    to_unit: str = Field(description="whose people are asked")
    in_exchange: int | None = Field(description="the other's turn that is given for it; null: they stand in")
    reason: str
    state: str
    asked_at: datetime
    may_withdraw: bool = Field(description="nobody has answered, and the account may take it back")


class TurnChangePage(Schema):
    items: list[TurnChangeOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class TurnChangeIn(Schema):
    person: int = Field(description="who is asked")
    in_exchange: int | None = Field(None, description="a turn of theirs to swap; left out: they stand in")
    reason: str = ""


class YesIn(Schema):
    yes: bool


def _change(row: TurnChange, may_withdraw: bool = False) -> dict[str, Any]:
    return {
        "id": row.pk, "turn": row.turn_id, "day": row.turn.day, "post": row.turn.shift.post.name, "shift": row.turn.shift.name,
        "from_unit": str(row.turn.person.unit), "to_unit": str(row.other.unit), "in_exchange": row.in_exchange_id, "reason": row.reason,
        "state": row.state, "asked_at": row.asked_at, "may_withdraw": may_withdraw,
    }  # fmt: skip


@router.post("/turns/{int:turn_id}/move", response=RosterDetail, summary="人工调整一个班次")
def move(request: HttpRequest, turn_id: int, body: TurnMoveIn):
    actor = actor_of(request)
    access.require(actor, "duties.plan_roster")
    person = access.fetch(actor, "duties.plan_roster", PoolPerson, pk=body.person)
    turn = actions.move_turn(actor, turn_id=turn_id, person=person, accept=body.accept, expected=body.expected_revision)
    return whole(actor, turn.roster_id)


@router.post("/turns/{int:turn_id}/change", response={201: TurnChangeOut}, summary="申请换班或替班")
def ask_change(request: HttpRequest, turn_id: int, body: TurnChangeIn):
    """It is changed once they agree, and the office approves where the rule says so."""
    actor = actor_of(request)
    turn = access.fetch(actor, CHANGE, whole_turns(), pk=turn_id, called_off=False)
    form = filled(lambda data: ChangeForm(data, turn=turn, names=naming(actor, [turn.roster])), body.dict())
    reason = form.cleaned_data["reason"]
    return 201, _change(actions.ask_change(actor, turn_id=turn_id, other=form.chosen, in_exchange=form.exchange, reason=reason), True)


@router.get("/changes", response=TurnChangePage, summary="换班、替班申请")
def list_changes(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Those that the account may answer, decide or take back, newest first."""
    actor = actor_of(request)
    access.require(actor, CHANGE)
    if state is not None and state not in TurnChange.State.values:
        raise Refusal("状态只能是 " + "、".join(TurnChange.State.values) + "。", "duties.state", field="state")
    taken_back = queries.withdrawable(actor).order_by().values("pk")
    rows = whole_changes().filter(Q(pk__in=queries.changes(actor).order_by().values("pk")) | Q(pk__in=taken_back))
    page = page_of(rows.filter(state=state) if state is not None else rows, limit=limit, after=after)
    may = set(queries.withdrawable(actor).filter(pk__in=[row.pk for row in page["items"]]).values_list("pk", flat=True))
    return {"items": [_change(row, row.pk in may) for row in page["items"]], "next": page["next"]}


@router.post("/changes/{int:change_id}/withdraw", response=TurnChangeOut, summary="撤回尚未答复的换班申请")
def withdraw_change(request: HttpRequest, change_id: int):
    """409 where it was answered or withdrawn meanwhile."""
    return _change(actions.withdraw_change(actor_of(request), change_id=change_id))


@router.post("/changes/{int:change_id}/answer", response=TurnChangeOut, summary="答复换班、替班申请")
def answer_change(request: HttpRequest, change_id: int, body: YesIn):
    return _change(actions.answer_change(actor_of(request), change_id=change_id, yes=body.yes))


@router.post("/changes/{int:change_id}/decide", response=TurnChangeOut, summary="审批双方同意的换班、替班")
def decide_change(request: HttpRequest, change_id: int, body: YesIn):
    return _change(actions.decide_change(actor_of(request), change_id=change_id, yes=body.yes))


@router.post("/shifts/{int:shift_id}/count", response=CountOut, summary="登记到岗人数（只记数，不记人）")
def count(request: HttpRequest, shift_id: int, body: CountIn):
    return actions.count_present(actor_of(request), shift_id=shift_id, **body.dict())
