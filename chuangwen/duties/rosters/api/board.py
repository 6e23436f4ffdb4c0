"""A day at the posts: who is on duty, how many are planned, needed and counted; who could take a turn as well."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Schema

from chuangwen.duties.rosters import queries
from chuangwen.duties.rosters.actions.changing import judge, whole_turns
from chuangwen.duties.rosters.api.router import router
from chuangwen.duties.rosters.gathering import question_of
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Refusal
from chuangwen.web.views import actor_of

MOST_RESERVES = 50


class OnDutyOut(Schema):
    """A shift of a post on the day."""

    shift: int
    post: str
    segment: str
    name: str = Field(description="of the shift")
    hours: str
    needed: int
    planned: int
    people: list[str] = Field(description="who is on duty, those alone whose names the account sees")
    others: int = Field(description="how many others are")
    present: int | None = Field(description="people counted there; null: nobody counted yet")
    lacks: int


class DayBoardOut(Schema):
    """A ground with a published roster on the day."""

    ground: int
    ground_name: str
    roster: int
    leaders: list[str] = Field(description="leaders on duty")
    planned: int = Field(description="people planned on posts that count towards the floor")
    needed: int = Field(description="what these posts need, or the floor where that is more")
    present: int = Field(description="people counted, as far as counted")
    posts_counted: int
    posts: list[OnDutyOut]


class ReserveOut(Schema):
    """Somebody who could take a turn. `cost` in points; negative: more even than now."""

    person: int
    name: str
    unit: str
    cost: float
    breaks: list[str] = Field(description="rules that it would break, in sentences")


class ReservesOut(Schema):
    items: list[ReserveOut] = Field(description="in the order of the rule")
    more: int = Field(description="how many others could")


def _row(row: queries.BoardRow) -> dict[str, Any]:
    post = row.shift.post
    return {
        "shift": row.shift.pk, "post": post.name, "segment": post.segment.name if post.segment is not None else "", "name": row.shift.name,
        "hours": row.shift.hours, "needed": row.shift.least, "planned": row.planned, "people": [turn.person.name for turn in row.shown],
        "others": row.others, "present": row.counted.present if row.counted is not None else None, "lacks": row.lacks,
    }  # fmt: skip


@router.get("/today", response=list[DayBoardOut], summary="当日执勤：各岗位在岗安排与到岗人数")
def get_board(request: HttpRequest, day: date | None = None):
    """Published rosters of the account's area on a day, today where none is named."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    day = day or clock.today()
    if not date(2000, 1, 1) <= day <= date(2100, 1, 1):
        raise Refusal("日期过早或过晚。", "duties.day", field="day")
    return [
        {
            "ground": board.ground.pk, "ground_name": board.ground.name, "roster": board.roster.pk,
            "leaders": [turn.person.name for turn in board.leaders], "planned": board.planned, "needed": board.needed,
            "present": board.present, "posts_counted": board.counted, "posts": [_row(row) for row in board.rows],
        }
        for board in queries.boards(actor, day)
    ]  # fmt: skip


@router.get("/turns/{int:turn_id}/reserves", response=ReservesOut, summary="可以接替一个班次的人员")
def list_reserves(request: HttpRequest, turn_id: int, limit: int = 8):
    """For whoever makes the roster. Nobody who cannot come, has a turn then or would not rest."""
    actor = actor_of(request)
    turn = access.fetch(actor, "duties.plan_roster", whole_turns(), pk=turn_id, called_off=False)
    if not 1 <= limit <= MOST_RESERVES:
        raise Refusal(f"一次只能取 1 至 {MOST_RESERVES} 人。", "paging.limit", status=422)
    question = question_of(turn.roster)
    free = [person for person in queries.reserves(question, turn.shift, turn.day) if person.pk != turn.person_id]
    items = []
    for person in free[:limit]:
        told = judge(question, turn, person)
        row = {"person": person.pk, "name": person.name, "unit": str(person.unit), "cost": round(told.cost, 4)}
        items.append(row | {"breaks": list(told.sentences)})
    return {"items": items, "more": len(free) - len(items)}
