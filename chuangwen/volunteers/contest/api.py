"""The REST resource of project contests: ``/api/v1/contests``. Projects of teams and their results, never persons; a juror sees what they gave
themselves, and nobody what another gave. What holds a contest is in ``holding_api``."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.volunteers.contest import actions, queries, rules
from chuangwen.volunteers.contest.access import JUDGE, SEE
from chuangwen.volunteers.contest.conflicts import conflicts
from chuangwen.volunteers.contest.models import Contest, ContestEntry, Juror
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62


class ContestOut(Schema):
    """A contest. `state` is draft, open, judging, counted, published or called_off."""

    id: int
    title: str
    rhythm: str
    state: str
    division_name: str
    unit_name: str
    starts_on: date
    entries_until: date
    judged_until: date
    method: str
    projects: int
    verdict: str
    published_at: datetime | None


class ContestListOut(Schema):
    items: list[ContestOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class ContestEntryOut(Schema):
    id: int
    number: int
    title: str
    summary: str
    team: int
    team_name: str
    budget: Decimal
    state: str
    reason: str


class ContestResultOut(Schema):
    """A result of a contest that is counted; `total` null: too few scores."""

    entry: int
    title: str
    team_name: str
    rank: int | None
    tied: bool
    total: Decimal | None
    prize: str
    words: str


class ContestCriterionOut(Schema):
    """What jurors score, from 0 to `most` in halves."""

    id: int
    name: str
    about: str
    most: int


class ContestDetail(ContestOut):
    criteria: list[ContestCriterionOut]
    entries: list[ContestEntryOut]
    results: list[ContestResultOut]


class GivenOut(Schema):
    criterion: int
    points: Decimal


class ToJudgeOut(Schema):
    """A project as the juror who asks sees it; `conflict`: why they do not score it."""

    id: int
    number: int
    title: str
    summary: str
    team_name: str
    conflict: str
    given: list[GivenOut]


class JudgingOut(Schema):
    """A contest that the caller judges now."""

    contest: int
    title: str
    judged_until: date
    criteria: list[ContestCriterionOut]
    entries: list[ToJudgeOut]


class GivenIn(Schema):
    criterion: int = Field(ge=1, le=KEY)
    points: Decimal = Field(ge=0, le=100)


class ContestScoreIn(Schema):
    points: list[GivenIn] = Field(max_length=50, description="on every criterion, each once")


class ContestReasonIn(Schema):
    reason: str = Field(max_length=300)


class ContestConflictIn(Schema):
    reason: str = Field(max_length=200)


class ContestConflictOut(Schema):
    entry: int = Field(alias="entry_id")
    reason: str


class ContestCountIn(Schema):
    incomplete: bool = Field(False, description="although scores are missing")


class PrizeWordsIn(Schema):
    entry: int = Field(ge=1, le=KEY)
    words: str = Field(max_length=300)


class ContestPublishIn(Schema):
    verdict: str = Field(max_length=500)
    reasons: list[PrizeWordsIn] = Field([], max_length=500, description="a word on every project with a prize")


class ContestEntryIn(Schema):
    team: int = Field(ge=1, le=KEY)
    title: str = Field(max_length=80)
    summary: str = Field(max_length=2000)
    served: str = Field("", max_length=200)
    budget: Decimal = Field(Decimal(0), ge=0, le=10**8)


def _line(row: Contest) -> dict[str, Any]:
    plain = ("title", "rhythm", "state", "starts_on", "entries_until", "judged_until", "method", "projects", "verdict", "published_at")
    return {name: getattr(row, name) for name in plain} | {"id": row.pk, "division_name": row.division.name, "unit_name": row.unit.name}


def entry_told(row: ContestEntry) -> dict[str, Any]:
    plain = ("number", "title", "summary", "budget", "state", "reason")
    return {name: getattr(row, name) for name in plain} | {"id": row.pk, "team": row.team_id, "team_name": row.team.name}


def whole(actor: Actor, key: int) -> dict[str, Any]:
    row = access.fetch(actor, SEE, queries.contests(actor), pk=key)
    results = queries.results(row) if row.state in (rules.COUNTED, rules.PUBLISHED) else []
    return _line(row) | {
        "criteria": list(row.criteria.all()),
        "entries": [entry_told(one) for one in row.entries.select_related("team")],
        "results": [
            {
                "entry": one.entry_id, "title": one.entry.title, "team_name": one.entry.team.name, "rank": one.rank, "tied": one.tied,
                "total": one.total, "prize": one.prize, "words": one.words,
            }
            for one in results
        ],
    }  # fmt: skip


@router.get("", response=ContestListOut, summary="志愿服务项目大赛列表")
def list_contests(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, SEE)
    rows = queries.contests(actor)
    page = page_of(rows.filter(state=state.replace("\x00", "")) if state is not None else rows, limit=limit, after=after)
    return {"items": [_line(row) for row in page["items"]], "next": page["next"]}


@router.get("/{int:contest_id}", response=ContestDetail, summary="一场项目大赛：项目和公布的结果")
def get_contest(request: HttpRequest, contest_id: int):
    return whole(actor_of(request), contest_id)


@router.post("/{int:contest_id}/entries", response={201: ContestEntryOut}, summary="申报项目")
def enter_project(request: HttpRequest, contest_id: int, body: ContestEntryIn):
    given = body.dict(exclude={"team"})
    entry = actions.enter_project(actor_of(request), contest_id=contest_id, team_id=body.team, **given)
    return 201, entry_told(entry)


@router.post("/{int:contest_id}/count", response=ContestDetail, summary="汇总评分并固定结果")
def count(request: HttpRequest, contest_id: int, body: ContestCountIn):
    actor = actor_of(request)
    actions.count_contest(actor, contest_id=contest_id, incomplete=body.incomplete)
    return whole(actor, contest_id)


@router.post("/{int:contest_id}/count-again", response=ContestDetail, summary="退回重评并说明理由：已汇总的结果作废")
def count_again(request: HttpRequest, contest_id: int, body: ContestReasonIn):
    actor = actor_of(request)
    actions.count_again(actor, contest_id=contest_id, reason=body.reason)
    return whole(actor, contest_id)


@router.post("/{int:contest_id}/publish", response=ContestDetail, summary="公布结果")
def publish(request: HttpRequest, contest_id: int, body: ContestPublishIn):
    actor = actor_of(request)
    actions.publish_contest(actor, contest_id=contest_id, verdict=body.verdict, reasons={one.entry: one.words for one in body.reasons})
    return whole(actor, contest_id)


def _to_judge(juror: Juror) -> dict[str, Any]:
    """Six queries."""
    entries = list(juror.contest.entries.filter(state=rules.ADMITTED).select_related("team__unit", "team__leader").order_by("number"))
    against, given = conflicts([juror], entries), queries.scores_of(juror)
    return {
        "contest": juror.contest_id, "title": juror.contest.title, "judged_until": juror.contest.judged_until,
        "criteria": list(juror.contest.criteria.all()),
        "entries": [
            {
                "id": entry.pk, "number": entry.number, "title": entry.title, "summary": entry.summary, "team_name": entry.team.name,
                "conflict": against.get((juror.pk, entry.pk), ""),
                "given": [{"criterion": key, "points": points} for key, points in given.get(entry.pk, {}).items()],
            }
            for entry in entries
        ],
    }  # fmt: skip


@router.get("/judging", response=list[JudgingOut], summary="本人担任评委、正在评审的大赛")
def judging(request: HttpRequest):
    actor = actor_of(request)
    access.require(actor, JUDGE)
    return [_to_judge(juror) for juror in queries.juries(actor)[:20]]


@router.post("/entries/{int:entry_id}/score", response=list[GivenOut], summary="评委打分：每个评分项一次，重复提交以后一次为准")
def score(request: HttpRequest, entry_id: int, body: ContestScoreIn):
    points = {one.criterion: one.points for one in body.points}
    if len(points) < len(body.points):
        raise Refusal("一个评分项只能给一次分。", "contest.criteria", field="points")
    made = actions.score_entry(actor_of(request), entry_pk=entry_id, points=points)
    return [{"criterion": one.criterion_id, "points": one.points} for one in made]


@router.post("/entries/{int:entry_id}/conflict", response=ContestConflictOut, summary="评委申报与项目的利害关系，不再评该项目")
def declare_conflict(request: HttpRequest, entry_id: int, body: ContestConflictIn):
    return actions.declare_conflict(actor_of(request), entry_pk=entry_id, reason=body.reason)
