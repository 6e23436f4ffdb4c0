"""The REST resource of project contests: ``/api/v1/contests``. Projects of teams and their results, never persons."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.paging import page_of
from chuangwen.volunteers.contest import actions, queries, rules
from chuangwen.volunteers.contest.access import SEE
from chuangwen.volunteers.contest.models import Contest, ContestEntry
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
    """A result of a published contest; `total` null: too few scores."""

    entry: int
    title: str
    team_name: str
    rank: int | None
    tied: bool
    total: Decimal | None
    prize: str
    words: str


class ContestDetail(ContestOut):
    entries: list[ContestEntryOut]
    results: list[ContestResultOut]


class ContestEntryIn(Schema):
    team: int = Field(ge=1, le=KEY)
    title: str = Field(max_length=80)
    summary: str = Field(max_length=2000)
    served: str = Field("", max_length=200)
    budget: Decimal = Field(Decimal(0), ge=0, le=10**8)


def _line(row: Contest) -> dict[str, Any]:
    plain = ("title", "rhythm", "state", "starts_on", "entries_until", "judged_until", "method", "projects", "verdict", "published_at")
    return {name: getattr(row, name) for name in plain} | {"id": row.pk, "division_name": row.division.name, "unit_name": row.unit.name}


def _entry(row: ContestEntry) -> dict[str, Any]:
    plain = ("number", "title", "summary", "budget", "state", "reason")
    return {name: getattr(row, name) for name in plain} | {"id": row.pk, "team": row.team_id, "team_name": row.team.name}


def _whole(actor: Actor, key: int) -> dict[str, Any]:
    row = access.fetch(actor, SEE, queries.contests(actor), pk=key)
    results = queries.results(row) if row.state == rules.PUBLISHED else []
    return _line(row) | {
        "entries": [_entry(one) for one in row.entries.select_related("team")],
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
    return _whole(actor_of(request), contest_id)


@router.post("/{int:contest_id}/entries", response={201: ContestEntryOut}, summary="申报项目")
def enter_project(request: HttpRequest, contest_id: int, body: ContestEntryIn):
    given = body.dict(exclude={"team"})
    entry = actions.enter_project(actor_of(request), contest_id=contest_id, team_id=body.team, **given)
    return 201, _entry(entry)
