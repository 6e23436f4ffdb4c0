"""Grounds, their segments, their posts with shifts."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Schema

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.actions.dividing import written
from chuangwen.duties.rosters.api.router import router
from chuangwen.duties.rosters.forms import DutyPostForm, GroundForm, SegmentForm
from chuangwen.duties.rosters.models import DutyPost, RosterGround
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.paging import page_of
from chuangwen.people.named import division_named
from chuangwen.web.form_bodies import filled
from chuangwen.web.views import actor_of

PLAN = "duties.plan_roster"


class GroundOut(Schema):
    """A place that is divided into posts. `floor`: people on every day, at least, over the posts that count towards it."""

    id: int
    name: str
    division: str | None = Field(description="12-digit code")
    site: str | None = Field(description="code of the site")
    stretch: str
    floor: int | None
    note: str
    version: int = Field(description="counts changes; give it back with one")


class GroundPage(Schema):
    items: list[GroundOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class SegmentOut(Schema):
    id: int = Field(alias="pk")
    name: str
    order: int
    leader: str = Field(description="who leads it: a post rather than a name")
    unit: int | None = Field(alias="unit_id")
    content: str


class ShiftOut(Schema):
    """`line` is the shift as it is written: name, hours, people, days. `least` are needed, `most` may stand there."""

    id: int
    name: str
    line: str
    least: int
    most: int
    days: str = Field(description="every, workdays or off")


class DutyPostOut(Schema):
    """Where people stand. `kind` is fixed, mobile or lead; with a `unit` only its people stand there."""

    id: int
    name: str
    kind: str
    segment: int | None
    unit: int | None
    qualification: str
    order: int
    on_floor: bool
    active: bool
    shifts: list[ShiftOut] = Field(description="those in use")


class GroundDetail(GroundOut):
    segments: list[SegmentOut]
    posts: list[DutyPostOut]


class GroundIn(Schema):
    """A ground; of a change what is left out stays as it is."""

    name: str | None = None
    division: str | None = Field(None, max_length=12, description="12-digit code")
    site: str | None = Field(None, description="code of the site, or its name where there is one alone")
    stretch: str | None = Field(None, description="a named stretch of road, where it is no site")
    floor: int | None = None
    note: str | None = None
    expected_version: int | None = Field(None, description="409 where it was changed since")


class SegmentIn(Schema):
    """A part of a ground; of a change what is left out stays as it is."""

    name: str | None = None
    order: int | None = None
    leader: str | None = None
    unit: int | None = None
    content: str | None = None


class DutyPostIn(Schema):
    """A post with its shifts; of a change what is left out stays as it is. A shift that is not named any more runs no more."""

    name: str | None = None
    kind: str | None = Field(None, description="fixed, mobile or lead")
    segment: int | None = None
    unit: int | None = None
    qualification: str | None = None
    order: int | None = None
    shifts: list[str] | None = Field(None, max_length=20, description="as people write them: 早高峰 07:30-09:00 2人 工作日")
    on_floor: bool | None = None
    active: bool | None = None


def _line(ground: RosterGround) -> dict[str, Any]:
    same = ("name", "stretch", "floor", "note", "version")
    return {name: getattr(ground, name) for name in same} | {
        "id": ground.pk, "division": ground.division.code, "site": ground.site.code if ground.site is not None else None
    }  # fmt: skip


def _post(post: DutyPost) -> dict[str, Any]:
    same = ("name", "kind", "qualification", "order", "on_floor", "active")
    shifts = [
        {"id": shift.pk, "name": shift.name, "line": written(shift).text, "least": shift.least, "most": shift.most, "days": shift.days}
        for shift in post.shifts.all() if shift.active
    ]  # fmt: skip
    return {name: getattr(post, name) for name in same} | {
        "id": post.pk, "segment": post.segment_id, "unit": post.unit_id, "shifts": shifts
    }  # fmt: skip


def _whole(actor: Actor, key: int) -> dict[str, Any]:
    ground = access.fetch(actor, queries.SEE, queries.grounds(actor), pk=key)
    posts = ground.posts.prefetch_related("shifts")
    return _line(ground) | {"segments": list(ground.segments.all()), "posts": [_post(post) for post in posts]}


def _to_plan(actor: Actor, key: int) -> RosterGround:
    return access.fetch(actor, PLAN, RosterGround.objects.select_related("division", "site"), pk=key)


def _facts(actor: Actor, body: GroundIn, ground: RosterGround | None) -> dict[str, Any]:
    given = body.dict(exclude_unset=True, exclude={"expected_version"})
    if body.division is not None:
        given["division"] = division_named(body.division)
        access.require(actor, PLAN, division=given["division"])
    form = filled(lambda data: GroundForm(data, actor=actor, ground=ground), given)
    return {name: form.cleaned_data[name] for name in ("name", "division", "site", "stretch", "floor", "note")}


@router.get("/grounds", response=GroundPage, summary="执勤区域列表")
def list_grounds(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    page = page_of(queries.grounds(actor), limit=limit, after=after)
    return {"items": [_line(ground) for ground in page["items"]], "next": page["next"]}


@router.get("/grounds/{int:ground_id}", response=GroundDetail, summary="一个执勤区域及其段面、岗位、班次")
def get_ground(request: HttpRequest, ground_id: int):
    return _whole(actor_of(request), ground_id)


@router.post("/grounds", response={201: GroundDetail}, summary="新增执勤区域")
def add_ground(request: HttpRequest, body: GroundIn):
    actor = actor_of(request)
    access.require(actor, PLAN)
    return 201, _whole(actor, actions.save_ground(actor, **_facts(actor, body, None)).pk)


@router.post("/grounds/{int:ground_id}", response=GroundDetail, summary="修改执勤区域")
def edit_ground(request: HttpRequest, ground_id: int, body: GroundIn):
    actor = actor_of(request)
    facts = _facts(actor, body, _to_plan(actor, ground_id))
    actions.save_ground(actor, ground_id=ground_id, expected_version=body.expected_version, **facts)
    return _whole(actor, ground_id)


def _save_segment(actor: Actor, ground_id: int, body: SegmentIn, key: int | None = None) -> dict[str, Any]:
    ground = _to_plan(actor, ground_id)
    segment = access.fetch(actor, PLAN, ground.segments.select_related("unit"), pk=key) if key is not None else None
    form = filled(lambda data: SegmentForm(data, actor=actor, segment=segment), body.dict(exclude_unset=True))
    actions.save_segment(actor, ground_id=ground_id, segment_id=key, **form.cleaned_data)
    return _whole(actor, ground_id)


@router.post("/grounds/{int:ground_id}/segments", response={201: GroundDetail}, summary="新增段面")
def add_segment(request: HttpRequest, ground_id: int, body: SegmentIn):
    return 201, _save_segment(actor_of(request), ground_id, body)


@router.post("/grounds/{int:ground_id}/segments/{int:segment_id}", response=GroundDetail, summary="修改段面")
def edit_segment(request: HttpRequest, ground_id: int, segment_id: int, body: SegmentIn):
    return _save_segment(actor_of(request), ground_id, body, segment_id)


@router.post("/segments/{int:segment_id}/remove", response=GroundDetail, summary="删除段面（岗位保留）")
def remove_segment(request: HttpRequest, segment_id: int):
    actor = actor_of(request)
    return _whole(actor, actions.remove_segment(actor, segment_id=segment_id).pk)


def _save_post(actor: Actor, ground_id: int, body: DutyPostIn, key: int | None = None) -> dict[str, Any]:
    ground = _to_plan(actor, ground_id)
    post = access.fetch(actor, PLAN, ground.posts.select_related("segment", "unit"), pk=key) if key is not None else None
    given = body.dict(exclude_unset=True)
    if body.shifts is not None:
        given["shifts"] = "\n".join(body.shifts)
    form = filled(lambda data: DutyPostForm(data, actor=actor, ground=ground, post=post), given)
    return _post(actions.save_duty_post(actor, ground_id=ground_id, duty_post_id=key, **form.cleaned_data))


@router.post("/grounds/{int:ground_id}/posts", response={201: DutyPostOut}, summary="新增岗位及其班次")
def add_post(request: HttpRequest, ground_id: int, body: DutyPostIn):
    return 201, _save_post(actor_of(request), ground_id, body)


@router.post("/grounds/{int:ground_id}/posts/{int:duty_post_id}", response=DutyPostOut, summary="修改岗位及其班次")
def edit_post(request: HttpRequest, ground_id: int, duty_post_id: int, body: DutyPostIn):
    return _save_post(actor_of(request), ground_id, body, duty_post_id)
