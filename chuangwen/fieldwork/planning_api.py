"""The REST resource of a round's plan and progress: ``/api/v1/rounds/{id}/quotas``, ``/teams``, ``/sites``, ``/draws``, ``/progress``."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.fieldwork import actions, planning_queries, progress, rerating
from chuangwen.fieldwork.models import Draw, Round, RoundSite
from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.places.hours import TimeOfDay
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.web.views import actor_of

KEY = 2**63 - 1


class QuotaOut(Schema):
    type: str = Field(description="code of the site type")
    area: str | None = Field(description="12-digit code of the area")
    area_name: str
    count: int


class QuotaIn(Schema):
    type: str
    area: str = Field(description="12-digit code of the area")
    count: int = Field(ge=0, le=2000)


class TeamOut(Schema):
    """A team with how many places it has and was at. Nobody's time or way is kept."""

    id: int
    name: str
    unit: str | None
    members: list[str]
    transport: Literal["walk", "bicycle", "car"]
    speed_kmh: Decimal
    starts_at: TimeOfDay
    ends_at: TimeOfDay
    places: int
    done: int


class PlaceOut(Schema):
    """A place of the round. `merged_with` is the place of another round whose visit serves this one too."""

    id: int
    site_id: int
    site_code: str
    site_name: str
    site_type: str
    purpose: Literal["drawn", "added", "rerate"]
    reason: str
    weight: Decimal | None
    inclusion: Decimal | None = Field(description="the chance that it had of being drawn, a share")
    team: str | None
    day: date | None
    position: int | None
    arrive_at: TimeOfDay | None
    merged_with: int | None
    done_at: datetime | None
    skipped_at: datetime | None
    skipped_reason: str


class PlacePage(Schema):
    items: list[PlaceOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class PlaceIn(Schema):
    """A site that is added by hand."""

    site_id: int = Field(ge=1, le=KEY)
    reason: str = Field(min_length=1, max_length=300)


class ReasonIn(Schema):
    reason: str = Field(min_length=1, max_length=300)


class DrawOut(Schema):
    """A draw; its file (`/draws/{number}`) holds everything that is needed to repeat it."""

    id: int
    number: int
    procedure: str
    seed: str
    frame_key: str = Field(description="SHA-256 of the inputs")
    drawn_at: datetime
    reason: str


class DrawIn(Schema):
    seed: str = Field(min_length=1, max_length=200, description="something public that nobody can choose")
    reason: str = Field("", max_length=300, description="needed when it is drawn again")
    frame_key: str = Field("", max_length=64, description="what was announced: where the inputs are others, nothing is drawn")


class EstimateOut(Schema):
    """A share from `n` of `of` with the interval that holds the whole's 19 times of 20; null where too little was seen."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    of: int | None


class LineOut(Schema):
    id: int | None
    name: str
    places: int
    done: int
    skipped: int
    left: int
    mean: EstimateOut
    passing: EstimateOut


class TeamLineOut(Schema):
    """Places of a team: counts only, no results and no times."""

    id: int | None
    name: str
    places: int
    done: int
    skipped: int
    left: int


class ProgressOut(Schema):
    whole: LineOut
    areas: list[LineOut]
    types: list[LineOut]
    teams: list[TeamLineOut]
    left_today: int
    reratings: int
    reratings_done: int
    recorded: int = Field(description="checklist items with a result at the places that were visited")
    asked: int


class KappaOut(Schema):
    """`kappa` is null where it is not defined; `why`: nothing, constant, or no_spread (no interval)."""

    criterion_id: int
    criterion: str
    n: int
    agreed: int
    kappa: float | None
    low: float | None
    high: float | None
    why: str


class AgreementOut(Schema):
    places: int
    done: int
    pairs: int
    raw: EstimateOut
    criteria: list[KappaOut]


def _round(request: HttpRequest, round_id: int, verb: str = "fieldwork.see_rounds") -> Round:
    return access.fetch(actor_of(request), verb, Round.objects.select_related("division", "edition"), pk=round_id)


def _place_told(place: RoundSite) -> dict[str, Any]:
    columns = (
        "id", "site_id", "purpose", "reason", "weight", "inclusion", "day", "position", "arrive_at", "done_at", "skipped_at", "skipped_reason",
    )  # fmt: skip
    return {column: getattr(place, column) for column in columns} | {
        "site_code": place.site.code,
        "site_name": place.site.name,
        "site_type": place.site.type.code,
        "team": place.team.name if place.team else None,
        "merged_with": place.merged_with_id,
    }


def _draw_told(draw: Draw) -> dict[str, Any]:
    return {name: getattr(draw, name) for name in ("id", "number", "procedure", "seed", "frame_key", "drawn_at", "reason")}


def list_quotas(request: HttpRequest, round_id: int) -> list[dict[str, Any]]:
    """How many sites of each type are drawn in each area."""
    rows = _round(request, round_id).quotas.select_related("site_type", "area").order_by("site_type__order", "area__path")
    return [{"type": row.site_type.code, "area": row.area.code, "area_name": row.area.name, "count": row.count} for row in rows]


def put_quotas(request: HttpRequest, round_id: int, data: list[QuotaIn]) -> list[dict[str, Any]]:
    """Replaces all quotas of the round."""
    access.require(actor_of(request), "fieldwork.edit_round")
    if len(data) > 5000:
        raise Refusal("最多 5000 行配额。", "rounds.too_many_quotas")
    types = {row.code: row for row in SiteType.objects.filter(code__in={line.type.replace("\x00", "") for line in data})}
    areas = {row.code: row for row in Division.objects.filter(code__in={line.area.replace("\x00", "") for line in data})}
    quotas = {}
    for line in data:
        if line.type not in types or line.area not in areas:
            raise Refusal(f"没有这个点位类型或区划：{line.type}，{line.area}。", "rounds.quota_unknown")
        quotas[types[line.type], areas[line.area]] = line.count
    actions.set_quotas(actor_of(request), round_id=round_id, quotas=quotas)
    return list_quotas(request, round_id)


def list_teams(request: HttpRequest, round_id: int) -> list[dict[str, Any]]:
    """Who goes out in the round."""
    columns = ("id", "name", "transport", "speed_kmh", "starts_at", "ends_at", "places", "done")
    return [
        {column: getattr(team, column) for column in columns}
        | {"unit": team.unit.name if team.unit else None, "members": [str(member.account) for member in team.members.all()]}
        for team in planning_queries.teams_of(_round(request, round_id))
    ]


def list_sites(
    request: HttpRequest,
    round_id: int,
    limit: int = 50,
    after: int | None = None,
    standing: Literal["waiting", "done", "skipped"] | None = None,
) -> dict[str, Any]:
    """The places of the round."""
    found = planning_queries.places(actor_of(request), _round(request, round_id)).order_by("pk")
    conditions = {
        "waiting": {"done_at__isnull": True, "skipped_at__isnull": True},
        "done": {"done_at__isnull": False},
        "skipped": {"skipped_at__isnull": False},
    }
    page = page_of(found.filter(**conditions.get(standing or "", {})), limit=limit, after=after)
    return {"items": [_place_told(place) for place in page["items"]], "next": page["next"]}


def add_site(request: HttpRequest, round_id: int, data: PlaceIn) -> tuple[int, dict[str, Any]]:
    """Adds a site by hand, with the reason."""
    actor = actor_of(request)
    round = _round(request, round_id, "fieldwork.edit_round")
    site = access.fetch(actor, "fieldwork.observe", Site, pk=data.site_id)
    place = actions.add_place(actor, round_id=round.pk, site=site, reason=data.reason.replace("\x00", ""))
    return 201, _place_told(planning_queries.places(actor).get(pk=place.pk))


def list_draws(request: HttpRequest, round_id: int) -> list[dict[str, Any]]:
    """Every draw that was made for the round, newest first; the newest of each procedure is in force."""
    return [_draw_told(draw) for draw in planning_queries.draws_of(_round(request, round_id))]


def draw_file(request: HttpRequest, round_id: int, number: int) -> dict[str, Any]:
    """The signed document of a draw, as `chuangwen draw verify` takes it."""
    draws = _round(request, round_id).draws.select_related("round")
    return planning_queries.document_of(access.fetch(actor_of(request), "fieldwork.see_rounds", draws, number=number))


def make_draw(request: HttpRequest, round_id: int, data: DrawIn) -> tuple[int, dict[str, Any]]:
    """Draws the sites of the round by its quotas."""
    made = actions.draw_sites(
        actor_of(request),
        round_id=round_id,
        seed=data.seed.replace("\x00", ""),
        reason=data.reason.replace("\x00", ""),
        frame_key=data.frame_key,
    )
    return 201, _draw_told(made)


def get_progress(request: HttpRequest, round_id: int) -> dict[str, Any]:
    """How the round stands, as far as the account sees."""
    found = progress.of_round(actor_of(request), _round(request, round_id))
    return {
        "whole": progress.told(found.whole),
        "areas": progress.all_told(found.areas),
        "types": progress.all_told(found.types),
        "teams": progress.all_told(found.teams),
        "left_today": found.whole.today,
        "reratings": found.reratings.places,
        "reratings_done": found.reratings.done,
        "recorded": found.recorded,
        "asked": found.asked,
    }


def get_agreement(request: HttpRequest, round_id: int) -> dict[str, Any]:
    """Cohen's kappa by criterion of the places that another team rated again, blind."""
    found = rerating.report(actor_of(request), _round(request, round_id, "fieldwork.see_agreement"))
    criteria = [
        {
            "criterion_id": line.criterion.pk,
            "criterion": line.criterion.text,
            "n": line.found.n,
            "agreed": line.found.agreed,
            "kappa": None if line.found.kappa is None else float(line.found.kappa),
            "low": line.found.low,
            "high": line.found.high,
            "why": line.found.why,
        }
        for line in found.lines
    ]
    raw = progress.estimate_told(found.raw)
    return {"places": found.places, "done": found.done, "pairs": found.pairs, "raw": raw, "criteria": criteria}


def add_to(router: Router) -> None:
    """Hang the resource below the rounds."""
    at = "/{round_id}"
    router.get(f"{at}/quotas", response=list[QuotaOut], summary="轮次的抽样配额")(list_quotas)
    router.put(f"{at}/quotas", response=list[QuotaOut], summary="设定抽样配额")(put_quotas)
    router.get(f"{at}/teams", response=list[TeamOut], summary="轮次的小组")(list_teams)
    router.get(f"{at}/sites", response=PlacePage, summary="轮次的点位")(list_sites)
    router.post(f"{at}/sites", response={201: PlaceOut}, summary="手工加入点位")(add_site)
    router.get(f"{at}/draws", response=list[DrawOut], summary="轮次的抽取记录")(list_draws)
    router.get(f"{at}/draws/{{number}}", response=dict[str, Any], summary="一次抽取的文件")(draw_file)
    router.post(f"{at}/draws", response={201: DrawOut}, summary="抽取点位")(make_draw)
    router.get(f"{at}/progress", response=ProgressOut, summary="轮次进度")(get_progress)
    router.get(f"{at}/agreement", response=AgreementOut, summary="复评一致性")(get_agreement)
