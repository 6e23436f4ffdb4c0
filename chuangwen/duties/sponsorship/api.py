"""The REST resource of sponsorship plans: ``/api/v1/sponsorship``."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.duties.sponsorship import actions, queries
from chuangwen.duties.sponsorship.models import PlanPair, SponsorshipPlan
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.paging import page_of
from chuangwen.web.views import actor_of

router = Router()
KINDS = ("leader", "department", "office")


class PlanOut(Schema):
    """A plan. `points` is what is made small; `bound` no plan can be below; `gap` is the share by which a better one could still be better."""

    id: int
    name: str
    version: int
    division: str
    state: str
    starts_on: date
    ends_on: date
    points: float | None
    bound: float | None
    gap: float | None = Field(None, description="0: proven to be the best")
    solved_at: datetime | None
    signed_at: datetime | None
    revision: int = Field(description="counts changes; give it back with a move or a signature")


class PlanPage(Schema):
    items: list[PlanOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class PairOut(Schema):
    id: int
    sponsor: str
    kind: str = Field(description="leader, department or office")
    place: str
    by_hand: bool
    next_cost: float | None = Field(None, description="what the best plan without this pair costs more, where it was solved exactly")


class PlanDetail(PlanOut):
    rules: dict[str, Any] = Field(description="what the principles weigh")
    terms: dict[str, float] = Field(description="points by principle")
    figures: dict[str, Any] = Field(description="fairness: of the plan in force when it was made (`before`), and of this one (`after`)")
    clashes: list[str] = Field(description="why no plan keeps all rules, in sentences")
    pairs: list[PairOut]


class SolvingOut(Schema):
    job: int = Field(description="the job that solves it")
    state: str


class MoveIn(Schema):
    """Where the sponsor of a pair goes: to a place, or it changes places with another pair. One of the two."""

    place: int | None = None
    with_pair: int | None = None
    expected_revision: int | None = None


class SignIn(Schema):
    expected_revision: int | None = None


def _line(plan: SponsorshipPlan) -> dict[str, Any]:
    names = ("name", "version", "state", "starts_on", "ends_on", "points", "bound", "gap", "solved_at", "signed_at", "revision")
    return {name: getattr(plan, name) for name in names} | {"id": plan.pk, "division": plan.division.name}


def _whole(actor: Actor, key: int) -> dict[str, Any]:
    plan = queries.plan_of(actor, key)
    pairs = PlanPair.objects.filter(plan=plan).select_related("sponsor", "place").order_by("place", "sponsor__kind", "pk")
    more = {name: getattr(plan, name) for name in ("rules", "terms", "figures", "clashes")}
    return _line(plan) | more | {
        "pairs": [
            {
                "id": pair.pk, "sponsor": pair.sponsor.name, "kind": KINDS[pair.sponsor.kind], "place": pair.place.name,
                "by_hand": pair.by_hand, "next_cost": pair.next_cost,
            }
            for pair in pairs
        ]
    }  # fmt: skip


@router.get("", response=PlanPage, summary="包保方案列表")
def list_plans(request: HttpRequest, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    page = page_of(queries.plans(actor), limit=limit, after=after)
    return {"items": [_line(plan) for plan in page["items"]], "next": page["next"]}


@router.get("/{int:plan_id}", response=PlanDetail, summary="一份包保方案及其包保表")
def get_plan(request: HttpRequest, plan_id: int):
    return _whole(actor_of(request), plan_id)


@router.post("/{int:plan_id}/solve", response={202: SolvingOut}, summary="求解：由后台任务计算")
def solve(request: HttpRequest, plan_id: int):
    job = actions.start_solving(actor_of(request), plan_id=plan_id)
    return 202, {"job": job.pk, "state": job.state}


@router.post("/pairs/{int:pair_id}/move", response=PlanDetail, summary="人工调整一对包保关系")
def move(request: HttpRequest, pair_id: int, body: MoveIn):
    actor = actor_of(request)
    plan = actions.move_pair(
        actor, pair_id=pair_id, place_id=body.place, with_pair_id=body.with_pair, expected=body.expected_revision
    )
    return _whole(actor, plan.pk)


@router.post("/{int:plan_id}/sign", response=PlanDetail, summary="签发包保方案")
def sign(request: HttpRequest, plan_id: int, body: SignIn):
    actor = actor_of(request)
    actions.sign_plan(actor, plan_id=plan_id, expected=body.expected_revision)
    return _whole(actor, plan_id)
