"""What a plan is made of: sponsors with strength and capacity, places, wishes."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Schema

from chuangwen.duties.sponsorship import actions, queries
from chuangwen.duties.sponsorship.api.plans import KINDS, PlanOut, line, to_plan
from chuangwen.duties.sponsorship.api.router import router
from chuangwen.duties.sponsorship.forms import PlaceForm, SponsorForm, WishForm
from chuangwen.duties.sponsorship.models import PlanPlace, PlanSponsor, PlanWish, SponsorshipPlan
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Denied, Missing
from chuangwen.kernel.paging import page_of
from chuangwen.web.form_bodies import filled
from chuangwen.web.views import actor_of

KEY = 2**62


class SponsorOut(Schema):
    """Who can answer for places. A leader has no strength; a unit's is computed of staff, budget and last year's result unless set by hand."""

    id: int
    name: str
    kind: str = Field(description="leader, department or office")
    unit: int | None
    staff: int | None
    budget: Decimal | None = Field(description="10,000 yuan")
    last_result: Decimal | None
    strength: Decimal | None
    by_hand: bool = Field(description="the strength was set by hand")
    capacity: int = Field(description="places at most")
    least: int = Field(description="places at least")
    lat: float | None
    lon: float | None
    charges: list[int] = Field(description="keys of the places that a leader is in charge of")


class SponsorPage(Schema):
    items: list[SponsorOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class SponsorIn(Schema):
    """A sponsor; of a change what is left out stays as it is. `strength` null: computed."""

    name: str | None = None
    kind: str | None = Field(None, description="leader, department or office")
    staff: int | None = None
    budget: Decimal | None = Field(None, description="10,000 yuan")
    last_result: Decimal | None = None
    strength: Decimal | None = None
    capacity: int | None = Field(None, description="places at most")
    least: int | None = Field(None, description="places at least")
    lat: Decimal | None = Field(None, description="degrees of WGS-84, at most six decimals")
    lon: Decimal | None = None
    charges: list[int] | None = Field(None, max_length=5000, description="keys of the places that a leader is in charge of")


class SponsoredPlaceOut(Schema):
    """A place that is answered for by at least `least` and at most `most` sponsors. `need` is its due of all strength, in any one measure."""

    id: int
    name: str
    division: str | None = Field(description="12-digit code, where it is a community or village")
    need: Decimal
    least: int
    most: int
    lat: float | None
    lon: float | None


class SponsoredPlacePage(Schema):
    items: list[SponsoredPlaceOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class SponsoredPlaceIn(Schema):
    """A place; of a change what is left out stays as it is."""

    name: str | None = None
    need: Decimal | None = None
    least: int | None = Field(None, description="sponsors at least")
    most: int | None = Field(None, description="sponsors at most")
    lat: Decimal | None = Field(None, description="degrees of WGS-84, at most six decimals")
    lon: Decimal | None = None


class WishOut(Schema):
    """`kind` is fixed (the pair has to be) or forbidden; `reason` is hand, agreed, relatives, last_cycle or other."""

    id: int
    sponsor: int = Field(alias="sponsor_id")
    place: int = Field(alias="place_id")
    kind: str
    reason: str
    note: str


class WishPage(Schema):
    items: list[WishOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class WishIn(Schema):
    """A second wish about a pair takes the place of the first."""

    sponsor: int = Field(ge=1, le=KEY)
    place: int = Field(ge=1, le=KEY)
    kind: str = Field(description="fixed or forbidden")
    reason: str = Field(description="hand, agreed, relatives, last_cycle or other")
    note: str = ""


def _sponsor(row: PlanSponsor) -> dict[str, Any]:
    same = ("name", "staff", "budget", "last_result", "capacity", "least", "lat", "lon")
    return {name: getattr(row, name) for name in same} | {
        "id": row.pk, "kind": KINDS[row.kind], "unit": row.unit_id, "strength": row.strength if row.kind else None,
        "by_hand": row.strength_by_hand, "charges": [one.place_id for one in row.charges.all()],
    }  # fmt: skip


def _place(row: PlanPlace) -> dict[str, Any]:
    same = ("name", "need", "least", "most", "lat", "lon")
    return {name: getattr(row, name) for name in same} | {"id": row.pk, "division": row.division.code if row.division else None}


def _row(rows: QuerySet[Any], key: int) -> Any:
    """A row of the plan. Raises Missing: of another plan there is none here."""
    found = rows.filter(pk=key).first() if key < 2**63 else None
    if found is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    return found


def _plan_to_see(actor: Actor, key: int, *, weighed: bool = False) -> SponsorshipPlan:
    plan = queries.plan_of(actor, key)
    if weighed and not queries.weighs(actor):
        raise Denied(_("What was weighed is for those who make or sign plans."))
    return plan


# -- sponsors ------------------------------------------------------------------------------------------------------------------


@router.get("/{int:plan_id}/sponsors", response=SponsorPage, summary="方案的包保力量")
def list_sponsors(request: HttpRequest, plan_id: int, limit: int = 50, after: int | None = None):
    rows = _plan_to_see(actor_of(request), plan_id).sponsors.prefetch_related("charges")
    page = page_of(rows, limit=limit, after=after, newest_first=False)
    return {"items": [_sponsor(row) for row in page["items"]], "next": page["next"]}


def _save_sponsor(actor: Actor, plan_id: int, body: SponsorIn, key: int | None = None) -> dict[str, Any]:
    plan = to_plan(actor, plan_id)
    row = _row(plan.sponsors.select_related("unit", "person"), key) if key is not None else None
    given = body.dict(exclude_unset=True)
    if given.get("kind") in KINDS:
        given["kind"] = KINDS.index(given["kind"])
    form = filled(lambda data: SponsorForm(data, plan=plan, row=row), given)
    known = {"sponsor_id": row.pk, "unit": row.unit, "person": row.person} if row is not None else {}
    facts = form.facts("name", "kind", "staff", "budget", "last_result", "strength", "capacity", "least")
    charges = list(form.cleaned_data["charges"])
    return _sponsor(actions.save_sponsor(actor, plan_id=plan_id, charges=charges, **facts, **known))


@router.post("/{int:plan_id}/sponsors", response={201: SponsorOut}, summary="新增包保力量")
def add_sponsor(request: HttpRequest, plan_id: int, body: SponsorIn):
    return 201, _save_sponsor(actor_of(request), plan_id, body)


@router.post("/{int:plan_id}/sponsors/{int:sponsor_id}", response=SponsorOut, summary="修改包保力量：实力、可包点位数等")
def edit_sponsor(request: HttpRequest, plan_id: int, sponsor_id: int, body: SponsorIn):
    return _save_sponsor(actor_of(request), plan_id, body, sponsor_id)


@router.post("/{int:plan_id}/sponsors/{int:sponsor_id}/remove", response=PlanOut, summary="移出包保力量")
def remove_sponsor(request: HttpRequest, plan_id: int, sponsor_id: int):
    """With its wishes and pairs."""
    actor = actor_of(request)
    _row(to_plan(actor, plan_id).sponsors.all(), sponsor_id)
    actions.remove_sponsor(actor, plan_id=plan_id, sponsor_id=sponsor_id)
    return line(to_plan(actor, plan_id))


# -- places --------------------------------------------------------------------------------------------------------------------


@router.get("/{int:plan_id}/places", response=SponsoredPlacePage, summary="方案的包保点位")
def list_places(request: HttpRequest, plan_id: int, limit: int = 50, after: int | None = None):
    rows = _plan_to_see(actor_of(request), plan_id).places.select_related("division")
    page = page_of(rows, limit=limit, after=after, newest_first=False)
    return {"items": [_place(row) for row in page["items"]], "next": page["next"]}


def _save_place(actor: Actor, plan_id: int, body: SponsoredPlaceIn, key: int | None = None) -> dict[str, Any]:
    plan = to_plan(actor, plan_id)
    row = _row(plan.places.select_related("division", "grid"), key) if key is not None else None
    form = filled(lambda data: PlaceForm(data, plan=plan, row=row), body.dict(exclude_unset=True))
    known = {"place_id": row.pk, "division": row.division, "grid": row.grid} if row is not None else {}
    saved = actions.save_place(actor, plan_id=plan_id, **form.facts("name", "need", "least", "most"), **known)
    return _place(plan.places.select_related("division").get(pk=saved.pk))


@router.post("/{int:plan_id}/places", response={201: SponsoredPlaceOut}, summary="新增包保点位")
def add_place(request: HttpRequest, plan_id: int, body: SponsoredPlaceIn):
    return 201, _save_place(actor_of(request), plan_id, body)


@router.post("/{int:plan_id}/places/{int:plan_place_id}", response=SponsoredPlaceOut, summary="修改包保点位：需求、最少和最多包保力量")
def edit_place(request: HttpRequest, plan_id: int, plan_place_id: int, body: SponsoredPlaceIn):
    return _save_place(actor_of(request), plan_id, body, plan_place_id)


@router.post("/{int:plan_id}/places/{int:plan_place_id}/remove", response=PlanOut, summary="移出包保点位")
def remove_place(request: HttpRequest, plan_id: int, plan_place_id: int):
    """With its wishes and pairs."""
    actor = actor_of(request)
    _row(to_plan(actor, plan_id).places.all(), plan_place_id)
    actions.remove_place(actor, plan_id=plan_id, place_id=plan_place_id)
    return line(to_plan(actor, plan_id))


# -- wishes --------------------------------------------------------------------------------------------------------------------


@router.get("/{int:plan_id}/wishes", response=WishPage, summary="必须结对和不得结对的要求")
def list_wishes(request: HttpRequest, plan_id: int, limit: int = 50, after: int | None = None):
    """For those alone who make or sign plans."""
    rows = PlanWish.objects.filter(plan=_plan_to_see(actor_of(request), plan_id, weighed=True))
    return page_of(rows, limit=limit, after=after, newest_first=False)


@router.post("/{int:plan_id}/wishes", response={201: WishOut}, summary="提出必须结对或不得结对的要求并说明理由")
def add_wish(request: HttpRequest, plan_id: int, body: WishIn):
    actor = actor_of(request)
    plan = to_plan(actor, plan_id)
    form = filled(lambda data: WishForm(data, plan=plan), body.dict())
    return 201, actions.save_wish(actor, plan_id=plan_id, **form.cleaned_data)


@router.post("/{int:plan_id}/wishes/{int:wish_id}/remove", response=PlanOut, summary="收回要求")
def remove_wish(request: HttpRequest, plan_id: int, wish_id: int):
    actor = actor_of(request)
    _row(to_plan(actor, plan_id).wishes.all(), wish_id)
    actions.remove_wish(actor, plan_id=plan_id, wish_id=wish_id)
    return line(to_plan(actor, plan_id))
