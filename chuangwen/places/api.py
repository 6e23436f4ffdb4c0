"""The REST resource of sites: ``/api/v1/sites``."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.places import actions, queries
from chuangwen.places.hours import TimeOfDay
from chuangwen.places.models import Datum, Division, Grid, Site, SiteType
from chuangwen.web.views import actor_of

router = Router()


class SiteOut(Schema):
    """A site. ``lat`` and ``lon`` are WGS-84 degrees; ``given_lat`` and ``given_lon`` are as they were given, in ``datum``."""

    id: int
    uid: UUID
    code: str
    name: str
    type: str = Field(description="code of the site type")
    type_name: str
    division_code: str | None
    division_name: str | None
    grid_code: str | None
    address: str
    lat: float | None
    lon: float | None
    given_lat: float | None
    given_lon: float | None
    datum: str
    has_manager: bool | None
    households: int | None
    opens_at: TimeOfDay | None = Field(description="with closes_at; null: always open")
    closes_at: TimeOfDay | None
    active: bool
    generated: bool


class SitePage(Schema):
    items: list[SiteOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class AssetOut(Schema):
    """What stands on a site. ``quantity`` null: some, not counted."""

    kind: str
    quantity: int | None
    state: str


class SiteDetail(SiteOut):
    note: str
    assets: list[AssetOut]


class SiteIn(Schema):
    """A new site. ``lat`` and ``lon`` are degrees of ``datum``."""

    name: str = Field(min_length=1, max_length=120)
    type: str = Field(description="code of the site type")
    division_code: str = Field(description="12-digit code of the division it lies in")
    code: str = Field("", max_length=40, description="empty: it gets one")
    uid: UUID | None = None
    grid_code: str | None = None
    address: str = Field("", max_length=200)
    lat: float | None = None
    lon: float | None = None
    datum: Datum = Datum.WGS84
    has_manager: bool | None = None
    households: int | None = Field(None, ge=0, le=1_000_000)
    opens_at: TimeOfDay | None = Field(None, description="together with closes_at; left out: always open")
    closes_at: TimeOfDay | None = None
    note: str = Field("", max_length=300)


def _rows() -> QuerySet[Site]:
    return Site.objects.select_related("type", "division", "grid")


def _out(site: Site) -> dict[str, object]:
    columns = (
        "id",
        "uid",
        "code",
        "name",
        "address",
        "lat",
        "lon",
        "given_lat",
        "given_lon",
        "datum",
        "has_manager",
        "households",
        "opens_at",
        "closes_at",
        "active",
        "generated",
    )
    division, grid = site.division, site.grid
    return {column: getattr(site, column) for column in columns} | {
        "type": site.type.code,
        "type_name": site.type.name,
        "division_code": division.code if division else None,
        "division_name": division.name if division else None,
        "grid_code": grid.code if grid else None,
    }


def _detail(site: Site) -> dict[str, object]:
    assets = [{"kind": asset.kind, "quantity": asset.quantity, "state": asset.state} for asset in site.assets.all()]
    return _out(site) | {"note": site.note, "assets": assets}


@router.get("", response=SitePage, summary="List sites")
def list_sites(
    request: HttpRequest,
    limit: int = 50,
    after: int | None = None,
    type: str | None = None,
    division: str | None = None,
    gap: str | None = None,
    search: str | None = None,
    active: bool = True,
) -> dict[str, object]:
    """``type`` is a type's code; ``division`` a division's code, with everything below it; ``gap`` one of the gaps (unmanaged, bare, …);
    ``search`` part of the name or the beginning of the code."""
    access.require(actor_of(request), "places.see")
    rows = queries.sites(actor_of(request)).select_related("type", "division", "grid").filter(active=active)
    if type is not None:
        rows = rows.filter(type__code=type)
    if division is not None:
        node = access.fetch(actor_of(request), "places.see", Division, code=division)
        rows = rows.filter(division__in=Division.subtree_ids(node.path))
    if gap is not None:
        known = {each.key: each for each in queries.GAPS}
        if gap not in known:
            raise Refusal(f"unknown gap; known: {', '.join(known)}", "places.unknown_gap", field="gap")
        rows = rows.filter(known[gap].condition())
    if search:
        rows = rows.filter(name__icontains=search) | rows.filter(code__istartswith=search)
    page = page_of(rows, limit=limit, after=after)
    return {"items": [_out(site) for site in page["items"]], "next": page["next"]}


@router.get("/{site_id}", response=SiteDetail, summary="One site with what stands on it")
def get_site(request: HttpRequest, site_id: int) -> dict[str, object]:
    return _detail(access.fetch(actor_of(request), "places.see", _rows().prefetch_related("assets"), pk=site_id))


@router.post("", response={201: SiteDetail}, summary="Make a site")
def make_site(request: HttpRequest, data: SiteIn) -> tuple[int, dict[str, object]]:
    actor = actor_of(request)
    access.require(actor, "places.edit_site")
    kind = SiteType.objects.filter(code=data.type, active=True).first()
    if kind is None:
        raise Refusal(f"unknown site type: {data.type}", "places.unknown_type", field="type")
    division = access.fetch(actor, "places.edit_site", Division, code=data.division_code)
    grid = (
        access.fetch(actor, "places.see", Grid.objects.select_related("division"), code=data.grid_code)
        if data.grid_code
        else None
    )
    facts = data.dict(exclude={"type", "division_code", "grid_code"})
    site = actions.create_site(actor, type=kind, division=division, grid=grid, **facts)
    return 201, _detail(site)
