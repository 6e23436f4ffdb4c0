"""A roster: made, edited, days asked for, arranged, published, called off."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Field, Schema

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.actions.solving import JOB
from chuangwen.duties.rosters.api.router import router
from chuangwen.duties.rosters.forms import RosterForm
from chuangwen.duties.rosters.models import Roster, RosterGround
from chuangwen.duties.rosters.naming import naming
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import Job
from chuangwen.kernel.paging import page_of
from chuangwen.web import job_api
from chuangwen.web.form_bodies import filled
from chuangwen.web.job_api import JobOut
from chuangwen.web.views import actor_of

PLAN = "duties.plan_roster"


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
    units: list[int] = Field(description="units whose people take part")
    seconds: int = Field(description="longest time to arrange")
    answers_by: date | None = Field(description="until when people say their days, once they were asked")
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
    reserves: list[str] = Field(description="who could come as well, in the order of the rule; those alone whose names the account sees")
    more_reserves: int = Field(description="how many others could")


class ArrangingOut(Schema):
    job: int = Field(description="the job that arranges it")
    state: str


class RosterEditIn(Schema):
    """Days, units and rules; what is left out stays as it is, or as usual in a new roster. A roster has to be arranged again after a change."""

    starts_on: date | None = None
    ends_on: date | None = Field(None, description="at most 31 days")
    units: list[int] | None = Field(None, max_length=5000, description="units with people in their pool who take part")
    rest_hours: int | None = Field(None, description="hours of rest between turns of different days")
    per_week: int | None = Field(None, description="turns a week, at most")
    early_before: str | None = Field(None, max_length=8, description="a turn that begins before is early: 07:30")
    weekend: int | None = Field(None, description="weight of even days off")
    early: int | None = Field(None, description="weight of even early turns")
    rather_not: int | None = Field(None, description="points of a turn on a day rather not")
    approve: bool | None = Field(None, description="changes of turns are approved by the office")
    seconds: int | None = Field(None, description="longest time to arrange")


class RosterIn(RosterEditIn):
    ground: int = Field(ge=1, le=2**62)
    starts_on: date
    ends_on: date = Field(description="at most 31 days")


class AskDaysIn(Schema):
    answers_by: date


def _line(roster: Roster) -> dict[str, Any]:
    names = ("state", "starts_on", "ends_on", "bound", "gap", "published_at", "revision")
    return {name: getattr(roster, name) for name in names} | {
        "id": roster.pk, "ground": roster.ground.name, "short": roster.figures.get("short")
    }


def whole(actor: Actor, key: int) -> dict[str, Any]:
    roster = access.fetch(actor, queries.SEE, queries.rosters(actor), pk=key)
    turns = roster.turns.filter(called_off=False).select_related("shift__post", "person__unit").order_by("day", "shift__post__order", "pk")
    names = naming(actor, [roster])
    return _line(roster) | {
        "rules": roster.rules, "lacks": roster.lacks, "seconds": roster.seconds, "answers_by": roster.answers_by,
        "units": list(roster.taking_part.order_by("unit").values_list("unit", flat=True)),
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


def _to_plan(actor: Actor, key: int) -> Roster:
    return access.fetch(actor, PLAN, Roster.objects.select_related("ground__division"), pk=key)


@router.post("", response={201: RosterDetail}, summary="新建排班表")
def make_roster(request: HttpRequest, body: RosterIn):
    actor = actor_of(request)
    access.require(actor, PLAN)
    grounds = access.scoped(actor, PLAN, RosterGround)
    form = filled(lambda data: RosterForm(data, actor=actor, grounds=grounds), body.dict(exclude_unset=True))
    roster = actions.make_roster(actor, ground=form.cleaned_data["ground"], **form.facts())
    return 201, whole(actor, roster.pk)


@router.post("/{int:roster_id}/edit", response=RosterDetail, summary="修改排班表的日期、单位和规则")
def edit_roster(request: HttpRequest, roster_id: int, body: RosterEditIn):
    actor = actor_of(request)
    roster = _to_plan(actor, roster_id)
    form = filled(lambda data: RosterForm(data, actor=actor, roster=roster), body.dict(exclude_unset=True))
    actions.edit_roster(actor, roster_id=roster_id, **form.facts())
    return whole(actor, roster_id)


@router.post("/{int:roster_id}/ask", response=RosterDetail, summary="征询可排班日期")
def ask_days(request: HttpRequest, roster_id: int, body: AskDaysIn):
    """Who has an account is told."""
    actor = actor_of(request)
    actions.ask_days(actor, roster_id=roster_id, answers_by=body.answers_by)
    return whole(actor, roster_id)


@router.get("/{int:roster_id}", response=RosterDetail, summary="一份排班表及其班次")
def get_roster(request: HttpRequest, roster_id: int):
    return whole(actor_of(request), roster_id)


@router.get("/{int:roster_id}/gaps", response=list[GapOut], summary="未来七天可能缺人的岗位")
def get_gaps(request: HttpRequest, roster_id: int):
    actor = actor_of(request)
    roster = access.fetch(actor, queries.SEE, queries.rosters(actor), pk=roster_id)
    first = max(clock.today(), roster.starts_on)
    return [
        {
            "day": gap.day, "post": gap.shift.post.name, "shift": gap.shift.name, "needed": gap.shift.least, "planned": gap.planned,
            "chance": round(gap.chance, 4), "low": gap.known.low if gap.known else None, "high": gap.known.high if gap.known else None,
            "days_of_record": gap.known.days if gap.known else 0, "reserves": [one.name for one in gap.shown], "more_reserves": gap.unshown,
        }
        for gap in queries.gaps(roster, first, first + timedelta(days=6), names=naming(actor, [roster]))
    ]  # fmt: skip


@router.post("/{int:roster_id}/arrange", response={202: ArrangingOut}, summary="排班：由后台任务计算")
def arrange(request: HttpRequest, roster_id: int):
    job = actions.start_arranging(actor_of(request), roster_id=roster_id)
    return 202, {"job": job.pk, "state": job.state}


@router.post("/{int:roster_id}/publish", response=RosterDetail, summary="发布排班表")
def publish(request: HttpRequest, roster_id: int):
    actor = actor_of(request)
    actions.publish_roster(actor, roster_id=roster_id)
    return whole(actor, roster_id)


@router.get("/{int:roster_id}/arrange", response=JobOut, summary="本人发起的排班进度")
def arranging(request: HttpRequest, roster_id: int) -> Job:
    actor = actor_of(request)
    _to_plan(actor, roster_id)
    return job_api.newest(actor, JOB, roster=roster_id)


@router.post("/{int:roster_id}/arrange/cancel", response=JobOut, summary="停止本人发起的排班")
def stop_arranging(request: HttpRequest, roster_id: int) -> Job:
    """The roster stays as it was. An arranging that has ended stays ended."""
    actor = actor_of(request)
    _to_plan(actor, roster_id)
    return job_api.stop(actor, JOB, roster=roster_id)


@router.post("/{int:roster_id}/cancel", response=RosterDetail, summary="撤销排班表")
def call_off(request: HttpRequest, roster_id: int):
    """What was published is cancelled in the calendars, from today on."""
    actor = actor_of(request)
    actions.cancel_roster(actor, roster_id=roster_id)
    return whole(actor, roster_id)
