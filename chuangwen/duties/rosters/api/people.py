"""Pools of people, the days they say, their private links; one's own turns and what one is asked."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Schema

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.api.router import router
from chuangwen.duties.rosters.forms import PoolForm, UnitLinkForm
from chuangwen.duties.rosters.models import PoolDay, PoolPerson, RosterLink, TurnChange
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.paging import page_of
from chuangwen.web.form_bodies import filled
from chuangwen.web.views import actor_of

POOL = "duties.keep_pool"


class PoolPersonOut(Schema):
    """Somebody who can stand at posts. Nothing is kept of how often they did."""

    id: int = Field(alias="pk")
    unit: int = Field(alias="unit_id")
    name: str = Field(description="as the unit calls them")
    account: int | None = Field(alias="account_id")
    qualifications: list[str]
    leads: bool = Field(description="takes turns as leader on duty instead")
    most_per_week: int | None = Field(description="turns; null: as the roster says")
    active: bool
    answered_at: datetime | None = Field(description="when they last said their days")


class PoolPage(Schema):
    items: list[PoolPersonOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class PoolPersonIn(Schema):
    """Somebody of a unit's pool; of a change what is left out stays as it is."""

    unit: int | None = None
    name: str | None = Field(None, description="a name or a number")
    account: int | None = None
    qualifications: list[str] | None = Field(None, max_length=50)
    leads: bool | None = None
    most_per_week: int | None = None
    active: bool | None = None


class PoolDayOut(Schema):
    """What somebody said of a day: cannot, rather (not) or prefers. A day of which nothing is said suits."""

    day: date
    word: str


class SayDayIn(Schema):
    day: date
    word: str = Field("", max_length=8, description="cannot, rather, prefers; empty: the day suits")


class RosterLinkOut(Schema):
    """A secret address that was given out: of a person, or the calendar of a unit."""

    id: int = Field(alias="pk")
    unit: int = Field(alias="unit_id")
    person: int | None = Field(alias="person_id")
    created_at: datetime
    withdrawn_at: datetime | None


class RosterLinkPage(Schema):
    items: list[RosterLinkOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class RosterLinkGiven(Schema):
    """The secret is told this once."""

    id: int
    page: str = Field(description="where a person says their days without an account; empty for a unit")
    feed: str = Field(description="the calendar")


class UnitCalendarIn(Schema):
    unit: int


class OwnTurnOut(Schema):
    id: int
    day: date
    ground: str
    post: str
    shift: str
    hours: str


class OwnAskedOut(Schema):
    """A change that one is asked to agree to."""

    id: int
    turn: int
    day: date
    post: str
    shift: str
    person: str = Field(description="who asks")
    in_exchange: int | None = Field(description="one's own turn that they would take")


class OwnPoolOut(Schema):
    """One's own places in pools, the turns of the coming two months, and what one is asked."""

    people: list[int] = Field(description="keys under which to say days")
    turns: list[OwnTurnOut]
    asked: list[OwnAskedOut]


def _save(actor: Actor, body: PoolPersonIn, person: PoolPerson | None) -> PoolPerson:
    given = body.dict(exclude_unset=True)
    if body.qualifications is not None:
        given["qualifications"] = "、".join(body.qualifications)
    form = filled(lambda data: PoolForm(data, actor=actor, person=person), given)
    return actions.save_pool_person(actor, pool_id=person.pk if person is not None else None, **form.cleaned_data)


@router.get("/people", response=PoolPage, summary="排班人员")
def list_people(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, POOL)
    return page_of(queries.pool(actor), limit=limit, after=after)


@router.post("/people", response={201: PoolPersonOut}, summary="新增排班人员")
def add_person(request: HttpRequest, body: PoolPersonIn):
    actor = actor_of(request)
    access.require(actor, POOL)
    return 201, _save(actor, body, None)


@router.post("/people/{int:pool_id}", response=PoolPersonOut, summary="修改排班人员")
def edit_person(request: HttpRequest, pool_id: int, body: PoolPersonIn) -> PoolPerson:
    actor = actor_of(request)
    return _save(actor, body, access.fetch(actor, POOL, PoolPerson.objects.select_related("unit", "account"), pk=pool_id))


@router.get("/people/{int:pool_id}/days", response=list[PoolDayOut], summary="某人填报的可排班日期")
def list_days(request: HttpRequest, pool_id: int):
    """From today on: one's own, or of a pool that one keeps."""
    return list(queries.days_said(queries.person_to_say(actor_of(request), pool_id)))


@router.post("/people/{int:pool_id}/days", response=list[PoolDayOut], summary="填报哪天能否排班")
def say_day(request: HttpRequest, pool_id: int, body: SayDayIn) -> list[PoolDay]:
    """Of a day from tomorrow on, at most three months ahead. All that is said from today on comes back."""
    actor = actor_of(request)
    actions.say_day(actor, pool_id=pool_id, day=body.day, word=body.word)
    return list(queries.days_said(queries.person_to_say(actor, pool_id)))


def _given(request: HttpRequest, link: RosterLink, token: str) -> dict[str, Any]:
    page = request.build_absolute_uri(reverse("duties:roster-private", args=[token])) if link.person_id is not None else ""
    return {"id": link.pk, "page": page, "feed": request.build_absolute_uri(reverse("duties:roster-feed", args=[token]))}


@router.post("/people/{int:pool_id}/link", response={201: RosterLinkGiven}, summary="给某人一个专属链接（旧链接随即失效）")
def give_person_link(request: HttpRequest, pool_id: int):
    return 201, _given(request, *actions.give_link(actor_of(request), pool_id=pool_id))


@router.get("/links", response=RosterLinkPage, summary="已给出的专属链接和单位日历")
def list_links(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first; the secrets themselves are not kept."""
    actor = actor_of(request)
    access.require(actor, POOL)
    return page_of(access.scoped(actor, POOL, RosterLink), limit=limit, after=after)


@router.post("/links", response={201: RosterLinkGiven}, summary="给出一个单位的排班日历")
def give_unit_link(request: HttpRequest, body: UnitCalendarIn):
    actor = actor_of(request)
    access.require(actor, POOL)
    form = filled(lambda data: UnitLinkForm(data, actor=actor), body.dict())
    return 201, _given(request, *actions.give_link(actor, unit=form.cleaned_data["unit"]))


@router.post("/links/{int:roster_link_id}/withdraw", response=RosterLinkOut, summary="收回链接")
def withdraw_link(request: HttpRequest, roster_link_id: int) -> RosterLink:
    return actions.withdraw_link(actor_of(request), roster_link_id=roster_link_id)


@router.get("/mine", response=OwnPoolOut, summary="本人的班次和待答复的换班")
def mine(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    access.require(actor, queries.OWN)
    people = queries.own_people(actor)
    turns = [
        {"id": turn.pk, "day": turn.day, "ground": turn.shift.post.ground.name, "post": turn.shift.post.name, "shift": turn.shift.name,
         "hours": turn.shift.hours}
        for turn in queries.upcoming(people)
    ]  # fmt: skip
    rows = TurnChange.objects.filter(other__in=people, state=TurnChange.State.ASKED).select_related("turn__shift__post", "turn__person")
    asked = [
        {"id": row.pk, "turn": row.turn_id, "day": row.turn.day, "post": row.turn.shift.post.name, "shift": row.turn.shift.name,
         "person": row.turn.person.name, "in_exchange": row.in_exchange_id}
        for row in rows
    ]  # fmt: skip
    return {"people": [person.pk for person in people], "turns": turns, "asked": asked}
