"""The REST resource of rosters: ``/api/v1/rosters``."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.models import PoolPerson, Roster
from chuangwen.duties.rosters.naming import naming
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.paging import page_of
from chuangwen.web.views import actor_of

router = Router()


class RosterOut(Schema):
    """A roster. `gap`: the share of its points by which a better one could still be better, as arranged; 0: proven to be the best."""

    id: int
    ground: str
    state: str
    starts_on: date
    ends_on: date
    bound: float | None
    gap: float | None
    short: int | None = Field(description="people missing as arranged; null: not arranged yet")
    published_at: datetime | None
    revision: int = Field(description="counts changes; give it back with a move")


class RosterPage(Schema):
    items: list[RosterOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class TurnOut(Schema):
    id: int
    day: date
    post: str
    shift: str
    hours: str
    unit: str = Field(description="whose people have it")
    name: str = Field(description="who has it, as the unit calls them; empty for people of units that the account does not reach")
    by_hand: bool


class RosterDetail(RosterOut):
    rules: dict[str, Any]
    lacks: list[str] = Field(description="where people are missing and why, in sentences")
    turns: list[TurnOut]


class GapOut(Schema):
    """A shift that is short or likely to be. `chance` that fewer come than are needed, by the record of the post; `low`, `high`: the interval of
    the share that comes."""

    day: date
    post: str
    shift: str
    needed: int
    planned: int
    chance: float
    low: float | None
    high: float | None
    days_of_record: int


class ArrangingOut(Schema):
    job: int = Field(description="the job that arranges it")
    state: str


class MoveIn(Schema):
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


def _line(roster: Roster) -> dict[str, Any]:
    names = ("state", "starts_on", "ends_on", "bound", "gap", "published_at", "revision")
    return {name: getattr(roster, name) for name in names} | {
        "id": roster.pk, "ground": roster.ground.name, "short": roster.figures.get("short")
    }


def _whole(actor: Actor, key: int) -> dict[str, Any]:
    roster = access.fetch(actor, queries.SEE, queries.rosters(actor), pk=key)
    turns = roster.turns.filter(called_off=False).select_related("shift__post", "person__unit").order_by("day", "shift__post__order", "pk")
    names = naming(actor, [roster])
    return _line(roster) | {
        "rules": roster.rules, "lacks": roster.lacks,
        "turns": [
            {
                "id": turn.pk, "day": turn.day, "post": turn.shift.post.name, "shift": turn.shift.name, "hours": turn.shift.hours,
                "unit": str(turn.person.unit),
                "name": turn.person.name if names.named(turn.person, roster.pk) else "", "by_hand": turn.by_hand,
            }
            for turn in turns
        ],
    }  # fmt: skip


@router.get("", response=RosterPage, summary="排班表列表")
def list_rosters(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    page = page_of(queries.rosters(actor), limit=limit, after=after)
    return {"items": [_line(roster) for roster in page["items"]], "next": page["next"]}


@router.get("/{int:roster_id}", response=RosterDetail, summary="一份排班表及其班次")
def get_roster(request: HttpRequest, roster_id: int):
    return _whole(actor_of(request), roster_id)


@router.get("/{int:roster_id}/gaps", response=list[GapOut], summary="未来七天可能缺人的岗位")
def get_gaps(request: HttpRequest, roster_id: int):
    actor = actor_of(request)
    roster = access.fetch(actor, queries.SEE, queries.rosters(actor), pk=roster_id)
    first = max(clock.today(), roster.starts_on)
    return [
        {
            "day": gap.day, "post": gap.shift.post.name, "shift": gap.shift.name, "needed": gap.shift.least, "planned": gap.planned,
            "chance": round(gap.chance, 4), "low": gap.known.low if gap.known else None, "high": gap.known.high if gap.known else None,
            "days_of_record": gap.known.days if gap.known else 0,
        }
        for gap in queries.gaps(roster, first, first + timedelta(days=6))
    ]  # fmt: skip


@router.post("/{int:roster_id}/arrange", response={202: ArrangingOut}, summary="排班：由后台任务计算")
def arrange(request: HttpRequest, roster_id: int):
    job = actions.start_arranging(actor_of(request), roster_id=roster_id)
    return 202, {"job": job.pk, "state": job.state}


@router.post("/{int:roster_id}/publish", response=RosterDetail, summary="发布排班表")
def publish(request: HttpRequest, roster_id: int):
    actor = actor_of(request)
    actions.publish_roster(actor, roster_id=roster_id)
    return _whole(actor, roster_id)


@router.post("/turns/{int:turn_id}/move", response=RosterDetail, summary="人工调整一个班次")
def move(request: HttpRequest, turn_id: int, body: MoveIn):
    actor = actor_of(request)
    access.require(actor, "duties.plan_roster")
    person = access.fetch(actor, "duties.plan_roster", PoolPerson, pk=body.person)
    turn = actions.move_turn(actor, turn_id=turn_id, person=person, accept=body.accept, expected=body.expected_revision)
    return _whole(actor, turn.roster_id)


@router.post("/shifts/{int:shift_id}/count", response=CountOut, summary="登记到岗人数（只记数，不记人）")
def count(request: HttpRequest, shift_id: int, body: CountIn):
    return actions.count_present(actor_of(request), shift_id=shift_id, **body.dict())
