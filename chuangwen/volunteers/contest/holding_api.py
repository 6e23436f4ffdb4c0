"""Holding a contest, as REST: making one, opening and closing entry, the jury, admitting projects, and a team's own project. On the router of
``api``, whose addresses it shares: the interface asks here for the whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Schema

from chuangwen.kernel import access
from chuangwen.people.named import division_named
from chuangwen.volunteers.contest import actions
from chuangwen.volunteers.contest.access import ENTER, HOLD
from chuangwen.volunteers.contest.api import ContestDetail, ContestEntryOut, ContestReasonIn, entry_told, router, whole
from chuangwen.volunteers.contest.forms import ContestForm, EntryForm, JurorForm
from chuangwen.volunteers.contest.models import Contest, ContestEntry, Juror
from chuangwen.web.form_bodies import filled
from chuangwen.web.views import actor_of

__all__ = ["router"]
KEY = 2**62


class ContestCriterionIn(Schema):
    """What is scored, from 0 to `most` points."""

    name: str = Field(max_length=40)
    about: str = Field("", max_length=200)
    most: int = Field(ge=1, le=100)


class ContestFacts(Schema):
    """What is said of a contest; what is left out is the usual for a new one, and stays for a change."""

    title: str | None = Field(None, max_length=100)
    rhythm: str | None = Field(None, description="once, bimonthly or yearly")
    starts_on: date | None = Field(None, description="projects from")
    entries_until: date | None = None
    judged_until: date | None = None
    method: str | None = Field(None, description="mean or trimmed")
    trim: int | None = Field(None, ge=1, le=5, description="left out at each end")
    least_jurors: int | None = Field(None, ge=1, le=50, description="scores needed for a result")
    first: int | None = Field(None, ge=1, le=50, description="prizes")
    second: int | None = Field(None, ge=0, le=100)
    third: int | None = Field(None, ge=0, le=100)
    criteria: list[ContestCriterionIn] | None = Field(None, min_length=1, max_length=20)
    terms: str | None = Field(None, max_length=3000)


class ContestIn(ContestFacts):
    title: str = Field(max_length=100)
    division: str = Field(max_length=12, description="12-digit code of the area")
    unit: int = Field(ge=1, le=KEY, description="by which it is held")


class ContestEdit(ContestFacts):
    revision: int | None = Field(None, ge=1, le=KEY, description="409 where it was changed since")


class ContestJurorIn(Schema):
    username: str = Field(max_length=150, description="of the account")
    unit: int | None = Field(None, ge=1, le=KEY, description="on whose behalf")


class ContestJurorOut(Schema):
    """Somebody of a jury. Who holds the contest reads who judges, and nobody what they gave."""

    id: int
    contest: int
    name: str
    unit: int | None
    left_on: date | None


class ContestEntryEdit(Schema):
    """A project that is changed; what is left out stays."""

    title: str | None = Field(None, max_length=80)
    summary: str | None = Field(None, max_length=2000)
    served: str | None = Field(None, max_length=200)
    budget: Decimal | None = Field(None, ge=0, le=10**8)
    revision: int | None = Field(None, ge=1, le=KEY, description="409 where it was changed since")


def _given(body: Schema) -> dict[str, Any]:
    """What the body says, as the form takes it: null stands for left out, criteria are a line each."""
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    if "criteria" in given:
        given["criteria"] = "\n".join(f"{one['name']}｜{one.get('about', '')}｜{one['most']}" for one in given["criteria"])
    return given


def _juror(row: Juror) -> dict[str, Any]:
    return {"id": row.pk, "contest": row.contest_id, "name": str(row), "unit": row.unit_id, "left_on": row.left_on}


@router.post("", response={201: ContestDetail}, summary="筹备一场项目大赛")
def make_contest(request: HttpRequest, body: ContestIn):
    actor = actor_of(request)
    access.require(actor, HOLD)
    given = _given(body) | {"division": division_named(body.division)}
    form = filled(lambda data: ContestForm(data, actor=actor), given)
    facts = form.cleaned_data
    made = actions.plan_contest(actor, division=facts["division"], unit=facts["unit"], said=form.said(), criteria=facts["criteria"])
    return 201, whole(actor, made.pk)


@router.post("/{int:contest_id}", response=ContestDetail, summary="修改项目大赛")
def edit_contest(request: HttpRequest, contest_id: int, body: ContestEdit):
    """Criteria are given as a whole; once a score is given they stay."""
    actor = actor_of(request)
    contest = access.fetch(actor, HOLD, Contest, pk=contest_id)
    form = filled(lambda data: ContestForm(data, actor=actor, row=contest), _given(body))
    was = [(one.name, one.about, one.most) for one in contest.criteria.all()]
    criteria = form.cleaned_data["criteria"]
    actions.edit_contest(
        actor, contest_id=contest_id, said=form.said(), criteria=None if criteria == was else criteria,
        expected=form.cleaned_data["revision"],
    )  # fmt: skip
    return whole(actor, contest_id)


@router.post("/{int:draft_contest_id}/call", response=ContestDetail, summary="开放申报")
def call_contest(request: HttpRequest, draft_contest_id: int):
    actor = actor_of(request)
    actions.call_contest(actor, contest_id=draft_contest_id)
    return whole(actor, draft_contest_id)


@router.post("/{int:ready_contest_id}/close", response=ContestDetail, summary="截止申报，进入评审")
def close_entries(request: HttpRequest, ready_contest_id: int):
    actor = actor_of(request)
    actions.close_entries(actor, contest_id=ready_contest_id)
    return whole(actor, ready_contest_id)


@router.post("/{int:judged_contest_id}/reopen", response=ContestDetail, summary="重新开放申报（尚无人打分时）")
def reopen_entries(request: HttpRequest, judged_contest_id: int):
    actor = actor_of(request)
    actions.reopen_entries(actor, contest_id=judged_contest_id)
    return whole(actor, judged_contest_id)


@router.post("/{int:draft_contest_id}/call-off", response=ContestDetail, summary="取消大赛并说明理由")
def call_off_contest(request: HttpRequest, draft_contest_id: int, body: ContestReasonIn):
    actor = actor_of(request)
    actions.call_off_contest(actor, contest_id=draft_contest_id, reason=body.reason)
    return whole(actor, draft_contest_id)


@router.get("/{int:contest_id}/jurors", response=list[ContestJurorOut], summary="评委")
def list_jurors(request: HttpRequest, contest_id: int):
    contest = access.fetch(actor_of(request), HOLD, Contest, pk=contest_id)
    return [_juror(row) for row in contest.jurors.select_related("account__person").order_by("pk")]


@router.post("/{int:contest_id}/jurors", response={201: ContestJurorOut}, summary="增加评委")
def add_juror(request: HttpRequest, contest_id: int, body: ContestJurorIn):
    """Whoever has left comes back by it."""
    actor = actor_of(request)
    contest = access.fetch(actor, HOLD, Contest.objects.select_related("division"), pk=contest_id)
    form = filled(lambda data: JurorForm(data, actor=actor, contest=contest), _given(body))
    return 201, _juror(actions.add_juror(actor, contest_id=contest_id, **form.cleaned_data))


@router.post("/jurors/{int:juror_id}/remove", response=ContestJurorOut, summary="评委退出：其打分保留但不计入")
def remove_juror(request: HttpRequest, juror_id: int):
    return _juror(actions.remove_juror(actor_of(request), juror_id=juror_id))


@router.post("/entries/{int:asked_entry_id}", response=ContestEntryOut, summary="修改申报的项目")
def edit_entry(request: HttpRequest, asked_entry_id: int, body: ContestEntryEdit):
    actor = actor_of(request)
    row = access.fetch(actor, ENTER, ContestEntry, pk=asked_entry_id)
    form = filled(lambda data: EntryForm(data, actor=actor, row=row), _given(body))
    facts = {name: form.cleaned_data[name] for name in ("title", "summary", "served", "budget")}
    return entry_told(actions.edit_entry(actor, entry_pk=asked_entry_id, expected=form.cleaned_data["revision"], **facts))


@router.post("/entries/{int:asked_entry_id}/admit", response=ContestEntryOut, summary="项目通过初审")
def admit_entry(request: HttpRequest, asked_entry_id: int):
    return entry_told(actions.admit_entry(actor_of(request), entry_pk=asked_entry_id))


@router.post("/entries/{int:asked_entry_id}/reject", response=ContestEntryOut, summary="项目不予通过并说明理由")
def reject_entry(request: HttpRequest, asked_entry_id: int, body: ContestReasonIn):
    return entry_told(actions.reject_entry(actor_of(request), entry_pk=asked_entry_id, reason=body.reason))


@router.post("/entries/{int:asked_entry_id}/withdraw", response=ContestEntryOut, summary="队伍撤回项目")
def withdraw_entry(request: HttpRequest, asked_entry_id: int):
    return entry_told(actions.withdraw_entry(actor_of(request), entry_pk=asked_entry_id))
