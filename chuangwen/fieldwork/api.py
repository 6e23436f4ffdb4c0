"""The REST resources of rounds and observations: ``/api/v1/rounds``, ``/api/v1/observations``."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from chuangwen.evidence import links
from chuangwen.evidence.models import Photo
from chuangwen.fieldwork import actions, queries, scheme_registry
from chuangwen.fieldwork.models import Observation, ObservationUnit, Round
from chuangwen.fieldwork.planning_api import add_to as add_planning_to
from chuangwen.fieldwork.routing.api import add_to as add_routes_to
from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Criterion, Edition
from chuangwen.standards.queries import current_edition
from chuangwen.web.views import actor_of

rounds_router = Router()
observations_router = Router()
add_planning_to(rounds_router)
add_routes_to(rounds_router)

Kind = Literal["weekly", "monthly", "quarterly", "unannounced", "mock", "third_party"]
State = Literal["planned", "running", "closed"]


def _division(code: str | None) -> Division | None:
    """The division of a 12-digit code. Raises Refusal."""
    if not code:
        return None
    found = Division.objects.filter(code=code.replace("\x00", "")).first()
    if found is None:
        raise Refusal("没有这个区划代码。", "rounds.no_division", fields={"division": "没有这个区划代码。"})
    return found


def _scheme(name: str) -> tuple[str, int] | None:
    """The newest version of a scheme by its name. Raises Refusal."""
    if not name:
        return None
    versions = [one.version for one in scheme_registry.choices() if one.code == name]
    if not versions:
        raise Refusal("没有这个考核办法。", "rounds.no_scheme", fields={"scheme": "没有这个考核办法。"})
    return name, max(versions)


# -- rounds -----------------------------------------------------------------------------------------------------------


class RoundOut(Schema):
    """A round with how much is in it, as far as the account sees."""

    id: int
    name: str
    kind: Kind
    state: State
    edition_id: int
    edition: str
    division_code: str | None
    division_name: str | None
    assessor: str | None
    starts_on: date
    ends_on: date
    read: int
    losses: int
    unplaced: int


class RoundPage(Schema):
    items: list[RoundOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class Coverage(Schema):
    rows_read: int
    rows_counted: int
    rows_unplaced: int
    losses: int
    sites: int


class SerialOut(Schema):
    serial: str
    count: int


class RoundDetail(RoundOut):
    coverage: Coverage
    duplicate_serials: list[SerialOut]


class RoundIn(Schema):
    name: str = Field(min_length=1, max_length=100)
    kind: Kind = "monthly"
    edition_id: int | None = Field(None, description="left out: the edition in force")
    scheme: str = Field("", max_length=100, description="name of the scheme that is to score it; its newest version is taken")
    rerate_share: Decimal | None = Field(None, ge=0, le=1, decimal_places=3, description="left out: the usual share")
    division: str | None = Field(None, description="12-digit code of the area; required unless the account reaches everywhere")
    starts_on: date
    ends_on: date


class RoundFilters(Schema):
    kind: Kind | None = None
    state: State | None = None
    division: str | None = Field(None, description="12-digit code; reaches over everything below it")
    name: str | None = None


def _round_told(round: Any) -> dict[str, Any]:
    return {
        "id": round.pk,
        "name": round.name,
        "kind": round.kind,
        "state": round.state,
        "edition_id": round.edition_id,
        "edition": str(round.edition),
        "division_code": round.division.code if round.division else None,
        "division_name": round.division.name if round.division else None,
        "assessor": round.assessor.name if round.assessor else None,
        "starts_on": round.starts_on,
        "ends_on": round.ends_on,
        "read": round.read,
        "losses": round.losses,
        "unplaced": round.unplaced,
    }


@rounds_router.get("", response=RoundPage, summary="测评轮次列表")
def list_rounds(request: HttpRequest, filters: Query[RoundFilters], limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, "fieldwork.see_rounds")
    found = queries.rounds(actor)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.division:
        path = Division.objects.filter(code=filters.division.replace("\x00", "")).values_list("path", flat=True).first()
        found = found.filter(division__path__startswith=path) if path else found.none()
    if filters.name:
        found = found.filter(name__icontains=filters.name.replace("\x00", ""))
    page = page_of(found, limit=limit, after=after)
    return {"items": [_round_told(round) for round in page["items"]], "next": page["next"]}


@rounds_router.get("/{round_id}", response=RoundDetail, summary="一个测评轮次")
def get_round(request: HttpRequest, round_id: int):
    actor = actor_of(request)
    round = access.fetch(actor, "fieldwork.see_rounds", queries.rounds(actor), pk=round_id)
    seen = access.scoped(actor, "fieldwork.see_observations", Observation).filter(round=round)
    serials = [{"serial": serial, "count": count} for serial, count in queries.duplicate_serials(seen)]
    return _round_told(round) | {"coverage": queries.coverage(round, seen), "duplicate_serials": serials}


@rounds_router.post("", response={201: RoundDetail}, summary="新建测评轮次")
def create_round(request: HttpRequest, data: RoundIn):
    actor = actor_of(request)
    edition = Edition.objects.filter(pk=data.edition_id).first() if data.edition_id else current_edition()
    if edition is None:
        raise Refusal("没有这个测评体系版本。", "rounds.no_edition", fields={"edition_id": "没有这个测评体系版本。"})
    round = actions.plan_round(
        actor,
        name=data.name.replace("\x00", ""),
        kind=data.kind,
        edition=edition,
        division=_division(data.division),
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        scheme=_scheme(data.scheme),
        rerate_share=data.rerate_share,
    )
    return 201, get_round(request, round.pk)


# -- observations -----------------------------------------------------------------------------------------------------


class PhotoRef(Schema):
    """A photo with addresses that are signed for this account and expire."""

    id: int
    uid: uuid.UUID
    taken_at: datetime | None
    thumb: str
    view: str


class UnitRef(Schema):
    id: int
    name: str


class ObservationOut(Schema):
    """What was found on one criterion at one site. `placed` false: a row that could not be placed, with the reason."""

    id: int
    uid: uuid.UUID
    round_id: int
    serial: str
    site_id: int | None
    site_code: str | None
    site_name: str | None
    site_type: str | None
    criterion_id: int | None
    criterion: str | None
    indicator: str | None
    area_code: str | None
    area_name: str | None
    grade: str
    defects: int | None
    conform: bool | None
    loss: Decimal | None
    note: str
    severity: int
    observed_on: date
    placed: bool
    unplaced_reason: str
    departments: list[UnitRef]
    photos: list[PhotoRef]


class ObservationPage(Schema):
    items: list[ObservationOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class ObservationFilters(Schema):
    round: int | None = Field(None, description="identifier of a round", ge=1, le=2**63 - 1)
    site: int | None = Field(None, ge=1, le=2**63 - 1)
    site_type: str | None = Field(None, description="code of a site type")
    criterion: int | None = Field(None, ge=1, le=2**63 - 1)
    indicator: str | None = Field(None, description="name of an indicator")
    area: str | None = Field(None, description="12-digit code; reaches over everything below it")
    department: int | None = Field(None, ge=1, le=2**63 - 1)
    result: Literal["loss", "fine", "unplaced"] | None = None
    rerating: bool = Field(False, description="those of the second teams of blind re-ratings instead of the first ones")
    observed_from: date | None = None
    observed_to: date | None = None


class ObservationIn(Schema):
    """Exactly one way of grading is usual: loss (0 to 1), grade, conform, or the number of defects.

    The same `uid` again gives the observation that is there.
    """

    uid: uuid.UUID | None = Field(None, description="made by the sender; repeats are answered with the same observation")
    round_id: int = Field(ge=1, le=2**63 - 1)
    site_id: int = Field(ge=1, le=2**63 - 1)
    criterion_id: int = Field(ge=1, le=2**63 - 1)
    observed_on: date
    loss: Decimal | None = Field(None, ge=0, le=1, decimal_places=4)
    grade: Literal["A", "B", "C", "D", ""] = ""
    conform: bool | None = None
    defects: int | None = Field(None, ge=0, le=9999)
    note: str = Field("", max_length=500)
    severity: int = Field(2, ge=1, le=4)
    serial: str = Field("", max_length=60)
    department_ids: list[int] = Field([], max_length=20)
    photo_ids: list[int] = Field([], max_length=20, description="photos that this account has uploaded")


def _told(observation: Observation, account_id: int | None) -> dict[str, Any]:
    site, criterion, area = observation.site, observation.criterion, observation.area
    return {
        "id": observation.pk,
        "uid": observation.uid,
        "round_id": observation.round_id,
        "serial": observation.serial,
        "site_id": site.pk if site else None,
        "site_code": site.code if site else None,
        "site_name": site.name if site else None,
        "site_type": site.type.name if site else None,
        "criterion_id": criterion.pk if criterion else None,
        "criterion": criterion.text if criterion else None,
        "indicator": criterion.requirement.indicator.name if criterion else None,
        "area_code": area.code if area else None,
        "area_name": area.name if area else None,
        "grade": observation.grade,
        "defects": observation.defects,
        "conform": observation.conform,
        "loss": observation.loss,
        "note": observation.note,
        "severity": observation.severity,
        "observed_on": observation.observed_on,
        "placed": observation.placed,
        "unplaced_reason": observation.unplaced_reason,
        "departments": [{"id": unit.pk, "name": unit.name} for unit in observation.departments.all()],
        "photos": [
            {
                "id": link.photo.pk,
                "uid": link.photo.uid,
                "taken_at": link.photo.taken_at,
                "thumb": links.photo_url(link.photo.pk, account_id, "thumb"),
                "view": links.photo_url(link.photo.pk, account_id),
            }
            for link in observation.photo_links.all()
        ],
    }


@observations_router.get("", response=ObservationPage, summary="观测列表")
def list_observations(request: HttpRequest, filters: Query[ObservationFilters], limit: int = 50, after: int | None = None):
    """Newest first; seven queries whatever the page."""
    actor = actor_of(request)
    access.require(actor, "fieldwork.see_observations")
    found = queries.observations(actor, every=filters.rerating)
    if filters.rerating:
        found = found.filter(rerating=True)
    equal = {
        "round": filters.round,
        "site": filters.site,
        "criterion": filters.criterion,
        "site__type__code": filters.site_type,
        "criterion__requirement__indicator__name": filters.indicator,
        "observed_on__gte": filters.observed_from,
        "observed_on__lte": filters.observed_to,
    }
    for path, value in equal.items():
        if value is not None:
            found = found.filter(**{path: value.replace("\x00", "") if isinstance(value, str) else value})
    if filters.area:
        path = Division.objects.filter(code=filters.area.replace("\x00", "")).values_list("path", flat=True).first()
        found = found.filter(area__path__startswith=path) if path else found.none()
    if filters.department is not None:
        found = found.filter(Exists(ObservationUnit.objects.filter(observation=OuterRef("pk"), unit=filters.department)))
    conditions = {"loss": queries.LOSS & Q(placed=True), "fine": ~queries.LOSS & Q(placed=True), "unplaced": Q(placed=False)}
    if filters.result:
        found = found.filter(conditions[filters.result])
    page = page_of(found, limit=limit, after=after)
    return {"items": [_told(row, actor.account_id) for row in page["items"]], "next": page["next"]}


@observations_router.get("/{observation_id}", response=ObservationOut, summary="一条观测")
def get_observation(request: HttpRequest, observation_id: int):
    actor = actor_of(request)
    return _told(
        access.fetch(actor, "fieldwork.see_observations", queries.observations(actor, every=True), pk=observation_id),
        actor.account_id,
    )


@observations_router.post("", response={201: ObservationOut}, summary="登记一条观测")
def create_observation(request: HttpRequest, data: ObservationIn):
    """Photos are uploaded first (`/api/v1/photos`) and named here by their identifiers."""
    actor = actor_of(request)
    facts = data.dict(exclude={"round_id", "site_id", "criterion_id", "department_ids", "photo_ids"})
    site = access.fetch(actor, "fieldwork.observe", Site.objects.select_related("division"), pk=data.site_id)
    round = access.fetch(actor, "fieldwork.see_rounds", Round, pk=data.round_id)
    criterion = Criterion.objects.select_related("requirement__indicator__section").filter(pk=data.criterion_id).first()
    if criterion is None:
        raise Missing("没有这条测评标准。")
    departments = list(access.scoped(actor, "people.see", Unit).filter(pk__in=_keys(data.department_ids)))
    if len(departments) != len(set(data.department_ids)):
        raise Refusal("有的责任单位不存在，或不在您的范围内。", "observations.department", fields={"department_ids": "不存在"})
    photos = list(Photo.objects.filter(pk__in=_keys(data.photo_ids)))
    if len(photos) != len(set(data.photo_ids)):
        raise Refusal("有的照片不存在。", "observations.photo", fields={"photo_ids": "不存在"})
    observation = actions.record_observation(
        actor, round=round, site=site, criterion=criterion, departments=departments, photos=photos, **facts
    )
    return 201, _told(queries.observations(access.SYSTEM, every=True).get(pk=observation.pk), actor.account_id)


def _keys(given: list[int]) -> list[int]:
    """The identifiers that a column can hold at all."""
    return [key for key in given if 0 < key < 2**63]
