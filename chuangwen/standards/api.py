"""The REST resource of standards: ``/api/v1/standards``, to read."""

from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.paging import page_of
from chuangwen.places.models import SiteType
from chuangwen.standards import queries
from chuangwen.standards.models import Criterion, Edition
from chuangwen.web.views import actor_of

router = Router()


class EditionOut(Schema):
    """An edition of the standard."""

    id: int
    name: str
    version: int
    year: int | None
    level: str
    source: str
    state: str
    criteria: int


class EditionPage(Schema):
    items: list[EditionOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class UnitRef(Schema):
    id: int
    name: str


class CriterionOut(Schema):
    """A criterion with the tree above it and who answers for it today."""

    id: int
    code: str
    section: str
    indicator: str
    requirement: str
    text: str
    method: str
    grading: str
    full_marks: Decimal
    severity: int
    veto: bool
    family: str | None = Field(description="code of the family of problems")
    kind: str | None = Field(description="code of the kind of problem")
    lead: list[UnitRef]
    assist: list[UnitRef]


class CriterionPage(Schema):
    items: list[CriterionOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class ExampleOut(Schema):
    """A photo of how it should be, or of a fault."""

    id: int
    right: bool
    caption: str
    view: str = Field(description="address of the picture, for whoever is signed in")
    thumb: str


class ItemOut(Schema):
    """One line of a site type's checklist."""

    id: int
    criterion_id: int
    criterion_code: str
    text: str
    exemptions: str
    grading: str
    severity: int
    kind: str | None
    examples: list[ExampleOut] = Field(description="those of right first")


def _edition(edition: Edition) -> dict[str, object]:
    columns = ("id", "name", "version", "year", "level", "source", "state")
    return {column: getattr(edition, column) for column in columns} | {"criteria": edition.criteria_count}


def _criteria(actor: Actor, rows: list[Criterion]) -> list[dict[str, object]]:
    answers = queries.answering(actor, [row.pk for row in rows], clock.today())
    found = []
    for row in rows:
        above, who = row.requirement, answers.get(row.pk) or queries.Answering()
        columns = ("id", "code", "text", "method", "grading", "full_marks", "severity", "veto")
        found.append(
            {column: getattr(row, column) for column in columns}
            | {
                "section": above.indicator.section.name,
                "indicator": above.indicator.name,
                "requirement": above.text,
                "family": row.family.code if row.family else None,
                "kind": row.kind.code if row.kind else None,
                "lead": [{"id": unit.pk, "name": unit.name} for unit in who.lead],
                "assist": [{"id": unit.pk, "name": unit.name} for unit in who.assist],
            }
        )
    return found


@router.get("", response=EditionPage, summary="List editions")
def list_editions(request: HttpRequest, limit: int = 50, after: int | None = None, state: str | None = None) -> dict[str, object]:
    access.require(actor_of(request), "standards.see")
    rows = queries.editions(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    page = page_of(rows, limit=limit, after=after)
    return {"items": [_edition(edition) for edition in page["items"]], "next": page["next"]}


@router.get("/checklists/{site_type}", response=list[ItemOut], summary="The checklist of a site type")
def get_checklist(request: HttpRequest, site_type: str, edition_id: int | None = None) -> list[dict[str, object]]:
    """``site_type`` is a type's code; without ``edition_id`` the edition in force."""
    actor = actor_of(request)
    access.require(actor, "standards.see")
    kind = access.fetch(actor, "standards.see", SiteType, code=site_type)
    edition = (
        access.fetch(actor, "standards.see", Edition, pk=edition_id) if edition_id is not None else queries.current_edition()
    )
    items = list(queries.checklist(kind, edition))
    examples = queries.examples_for(item.pk for item in items)
    return [
        {
            "id": item.pk,
            "criterion_id": item.criterion_id,
            "criterion_code": item.criterion.code,
            "text": item.text,
            "exemptions": item.exemptions,
            "grading": item.grading or item.criterion.grading,
            "severity": item.severity or item.criterion.severity,
            "kind": item.kind.code if item.kind else item.criterion.kind.code if item.criterion.kind else None,
            "examples": [
                {
                    "id": example.pk,
                    "right": example.right,
                    "caption": example.caption,
                    "view": queries.example_address(example),
                    "thumb": queries.example_address(example, "thumb"),
                }
                for example in examples.get(item.pk, [])
            ],
        }
        for item in items
    ]


@router.get("/{edition_id}", response=EditionOut, summary="One edition")
def get_edition(request: HttpRequest, edition_id: int) -> dict[str, object]:
    return _edition(access.fetch(actor_of(request), "standards.see", queries.editions(actor_of(request)), pk=edition_id))


@router.get("/{edition_id}/criteria", response=CriterionPage, summary="The criteria of an edition")
def list_criteria(
    request: HttpRequest,
    edition_id: int,
    limit: int = 50,
    after: int | None = None,
    ownerless: bool | None = None,
    method: str | None = None,
) -> dict[str, object]:
    """Oldest first. ``ownerless=true``: those that no unit leads today."""
    actor = actor_of(request)
    edition = access.fetch(actor, "standards.see", Edition, pk=edition_id)
    rows: QuerySet[Criterion] = queries.criteria(edition)
    if ownerless is not None:
        free = queries.without_lead(actor, edition, clock.today())
        rows = free if ownerless else rows.exclude(pk__in=free.order_by().values("pk"))
    if method is not None:
        rows = rows.filter(method=method)
    page = page_of(rows, limit=limit, after=after, newest_first=False)
    return {"items": _criteria(actor, page["items"]), "next": page["next"]}
