"""The REST resource of units: ``/api/v1/units``."""

from datetime import date

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.people import queries
from chuangwen.people.access import CALL, SEE
from chuangwen.people.models import Post, Unit
from chuangwen.places.models import Division
from chuangwen.web.views import actor_of

router = Router()


class UnitOut(Schema):
    """A unit of the organisation."""

    id: int
    name: str
    short_name: str
    kind: str
    credit_code: str | None
    parent_id: int | None
    division_code: str | None
    division_name: str | None
    peer_group: str
    phone: str
    address: str
    starts_on: date
    ends_on: date | None


class UnitPage(Schema):
    items: list[UnitOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class PostOut(Schema):
    """A post in force. ``phone`` is empty for whoever may not see it."""

    person_id: int
    name: str
    kind: str
    title: str
    role: str
    phone: str
    starts_on: date
    ends_on: date | None


class UnitDetail(UnitOut):
    posts: list[PostOut]


def _parents(units: list[Unit]) -> dict[str, int]:
    """The identifiers of the units above these, by path. One query."""
    paths = {unit.path[: -Unit.steplen] for unit in units if unit.depth > 1}
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "pk")) if paths else {}


def _told(unit: Unit, parents: dict[str, int]) -> dict:
    division = unit.division
    return {
        "id": unit.pk,
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "credit_code": unit.credit_code,
        "parent_id": parents.get(unit.path[: -Unit.steplen]),
        "division_code": division.code if division else None,
        "division_name": division.name if division else None,
        "peer_group": unit.peer_group,
        "phone": unit.phone,
        "address": unit.address,
        "starts_on": unit.starts_on,
        "ends_on": unit.ends_on,
    }


@router.get("", response=UnitPage, summary="Units that the account sees")
def list_units(
    request: HttpRequest,
    kind: str | None = None,
    division: str | None = None,
    name: str | None = None,
    closed: bool = False,
    limit: int = 50,
    after: int | None = None,
):
    """`division` is a 12-digit code and reaches over everything below it; `name` is found anywhere in the name."""
    actor = actor_of(request)
    access.require(actor, SEE)
    found = queries.units(actor, closed=closed).select_related("division")
    if kind:
        if kind not in Unit.Kind.values:
            raise Refusal("没有这种单位类型。", "people.unknown_kind")
        found = found.filter(kind=kind)
    if division:
        path = Division.objects.filter(code=division).values_list("path", flat=True).first()
        found = found.filter(division__path__startswith=path) if path else found.none()
    if name:
        found = found.filter(name__icontains=name.replace("\x00", ""))
    page = page_of(found, limit=limit, after=after, newest_first=False)
    parents = _parents(page["items"])
    return {"items": [_told(unit, parents) for unit in page["items"]], "next": page["next"]}


@router.get("/{unit_id}", response=UnitDetail, summary="One unit with its posts in force")
def get_unit(request: HttpRequest, unit_id: int):
    actor = actor_of(request)
    unit = access.fetch(actor, SEE, Unit.objects.select_related("division"), pk=unit_id)
    calls = actor.may(CALL) and queries.allows(actor, CALL, unit)
    posts = Post.objects.filter(queries.on_day(clock.today()), unit=unit).select_related("person", "role").order_by("order", "pk")
    return _told(unit, _parents([unit])) | {
        "posts": [
            {
                "person_id": post.person_id,
                "name": post.person.name,
                "kind": post.kind,
                "title": post.title,
                "role": post.role.code if post.role else "",
                "phone": post.person.phone if calls and post.kind in queries.DUTY else "",
                "starts_on": post.starts_on,
                "ends_on": post.ends_on,
            }
            for post in posts
        ]
    }
