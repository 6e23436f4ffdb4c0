"""The REST resource of scores: ``/api/v1/scores``."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.paging import page_of
from chuangwen.scoring import queries
from chuangwen.scoring.models import ScoreRow, ScoreSheet
from chuangwen.web.views import actor_of

scores_router = Router()


class SheetOut(Schema):
    """A score sheet. `index_rate` is null where the arithmetic gives no index."""

    id: int
    round_id: int
    round: str
    scheme: str
    scheme_version: int
    kind: str
    state: Literal["computed", "signed"]
    computed_at: datetime
    signed_at: datetime | None
    key_fingerprint: str
    counted: int
    read: int
    index_rate: Decimal | None


class SheetPage(Schema):
    items: list[SheetOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class FigureOut(Schema):
    """One figure: printed values, the exact ones as "numerator/denominator", and how many records it counted of how many it read."""

    id: int
    level: str
    key: str
    name: str
    parent: str
    possible: Decimal
    got: Decimal
    possible_exact: str
    got_exact: str
    rate: Decimal | None
    rank: int | None
    peer_group: str
    counted: int
    read: int
    vetoed: bool
    note: str


class SheetDetail(SheetOut):
    coverage: dict[str, Any]
    figures: dict[str, Any] = Field(description="index, indicators, areas, departments: possible, got, rate, rank, coverage")


class FigurePage(Schema):
    items: list[FigureOut]
    next: int | None = None


class SheetFilters(Schema):
    round: int | None = Field(None, ge=1, le=2**63 - 1)
    state: Literal["computed", "signed"] | None = None
    kind: Literal["state_description", "pass_rate", "loss_per_observation", "deduction"] | None = None


def _told(sheet: ScoreSheet, index: ScoreRow | None) -> dict[str, Any]:
    return {
        "id": sheet.pk,
        "round_id": sheet.round_id,
        "round": sheet.round.name,
        "scheme": sheet.scheme.name,
        "scheme_version": sheet.scheme.version,
        "kind": sheet.scheme.kind,
        "state": sheet.state,
        "computed_at": sheet.computed_at,
        "signed_at": sheet.signed_at,
        "key_fingerprint": sheet.key_fingerprint,
        "counted": sheet.coverage.get("rows_counted", 0),
        "read": sheet.coverage.get("rows_read", 0),
        "index_rate": index.rate if index else None,
    }


@scores_router.get("", response=SheetPage, summary="成绩单列表")
def list_sheets(request: HttpRequest, filters: Query[SheetFilters], limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, "scoring.see_scores")
    found = queries.sheets(actor)
    for path, value in {"round": filters.round, "state": filters.state, "scheme__kind": filters.kind}.items():
        if value is not None:
            found = found.filter(**{path: value})
    page = page_of(found, limit=limit, after=after)
    heads = queries.heads_of(page["items"])
    return {"items": [_told(sheet, heads.get(sheet.pk)) for sheet in page["items"]], "next": page["next"]}


@scores_router.get("/{sheet_id}", response=SheetDetail, summary="一份成绩单")
def get_sheet(request: HttpRequest, sheet_id: int):
    actor = actor_of(request)
    sheet = access.fetch(actor, "scoring.see_scores", ScoreSheet.objects.select_related("round", "scheme"), pk=sheet_id)
    told = _told(sheet, queries.heads_of([sheet]).get(sheet.pk))
    return told | {"coverage": sheet.coverage, "figures": queries.as_figures(sheet)}


@scores_router.get("/{sheet_id}/figures", response=FigurePage, summary="成绩单的各项成绩")
def list_figures(
    request: HttpRequest,
    sheet_id: int,
    level: str | None = None,
    parent: str | None = None,
    limit: int = 200,
    after: int | None = None,
):
    """Every figure of a sheet, also of criteria and single sites; `level` and `parent` narrow."""
    sheet = access.fetch(actor_of(request), "scoring.see_scores", ScoreSheet, pk=sheet_id)
    found = ScoreRow.objects.filter(sheet=sheet)
    if level:
        found = found.filter(level=level.replace("\x00", "")[:16])
    if parent is not None:
        found = found.filter(parent=parent.replace("\x00", ""))
    return page_of(found, limit=limit, after=after, newest_first=False)
