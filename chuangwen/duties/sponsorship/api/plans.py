"""A plan: made, edited, solved, moved by hand, signed, put in force, ended."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Schema

from chuangwen.duties.sponsorship import actions, queries
from chuangwen.duties.sponsorship.actions.solving import JOB
from chuangwen.duties.sponsorship.api.router import router
from chuangwen.duties.sponsorship.forms import PlanForm, RecordsForm
from chuangwen.duties.sponsorship.models import PlanPair, SponsorshipPlan
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import Job
from chuangwen.kernel.paging import page_of
from chuangwen.people.named import division_named
from chuangwen.web import job_api
from chuangwen.web.form_bodies import filled
from chuangwen.web.job_api import JobOut
from chuangwen.web.views import actor_of

PLAN = "duties.plan_sponsorship"
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


class PlanWeightsIn(Schema):
    """What the principles weigh; what is left out stays as it is, or as usual in a new plan."""

    charge: float | None = Field(None, description="points of a leader at a place that is not theirs")
    near_department: float | None = Field(None, description="points of a kilometre to a department's place")
    near_office: float | None = Field(None, description="points of a kilometre to an office's place")
    change: float | None = Field(None, description="points of a pair that is new")
    weak: float | None = Field(None, description="points of a place left without strength")
    enough: int | None = Field(None, description="a place is weak below this share of its due, percent")
    overload: float | None = Field(None, description="points of a sponsor with twice the work it bears")
    tolerance: int | None = Field(None, description="overloaded from this share of an average load, percent")
    leaders_each: int | None = Field(None, description="leaders at each place, at least")
    departments_each: int | None = Field(None, description="departments at each place, at least")
    offices_each: int | None = Field(None, description="offices at each place, at least")
    weight_staff: int | None = Field(None, description="weight of staff in strength, percent")
    weight_budget: int | None = Field(None, description="weight of budget in strength, percent")
    weight_result: int | None = Field(None, description="weight of last year's result in strength, percent")


class PlanEditIn(Schema):
    """What is to change; what is left out stays as it is. The plan has to be solved again."""

    name: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    seconds: int | None = Field(None, description="longest time to solve")
    weights: PlanWeightsIn | None = None


class PlanIn(PlanEditIn):
    name: str
    division: str = Field(max_length=12, description="12-digit code")
    starts_on: date
    ends_on: date


class PlanRecordsIn(Schema):
    """Who of the records sponsors; a list that is left out takes all that the page offers. The communities of the area become places."""

    leaders: list[int] | None = Field(None, max_length=500, description="keys of persons of leading groups and commands")
    departments: list[int] | None = Field(None, max_length=5000, description="keys of units")
    offices: list[int] | None = Field(None, max_length=5000, description="keys of units: street offices and working groups")
    most: int | None = Field(None, description="sponsors per place, at most")


class PlanChangeOut(Schema):
    """A sponsor whose places are others than in the plan in force."""

    sponsor: str
    gone: list[str]
    fresh: list[str]


class SolvingOut(Schema):
    job: int = Field(description="the job that solves it")
    state: str


class PairMoveIn(Schema):
    """Where the sponsor of a pair goes: to a place, or it changes places with another pair. One of the two."""

    place: int | None = None
    with_pair: int | None = None
    expected_revision: int | None = None


class SignIn(Schema):
    expected_revision: int | None = None


def line(plan: SponsorshipPlan) -> dict[str, Any]:
    names = ("name", "version", "state", "starts_on", "ends_on", "points", "bound", "gap", "solved_at", "signed_at", "revision")
    return {name: getattr(plan, name) for name in names} | {"id": plan.pk, "division": plan.division.name}


def _whole(actor: Actor, key: int) -> dict[str, Any]:
    plan = queries.plan_of(actor, key)
    pairs = PlanPair.objects.filter(plan=plan).select_related("sponsor", "place").order_by("place", "sponsor__kind", "pk")
    more = {name: getattr(plan, name) for name in ("rules", "terms", "figures", "clashes")}
    return line(plan) | more | {
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
    return {"items": [line(plan) for plan in page["items"]], "next": page["next"]}


def to_plan(actor: Actor, key: int) -> SponsorshipPlan:
    """The plan, for whoever makes it. Raises Denied, Missing."""
    return access.fetch(actor, PLAN, SponsorshipPlan.objects.select_related("division", "before"), pk=key)


def _facts(form: PlanForm, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names} | {"weights": form.weights()}


def _told(body: PlanEditIn) -> dict[str, Any]:
    """The body as the page's form takes it, which has the weights beside the rest."""
    given = body.dict(exclude_unset=True)
    return given | (given.pop("weights", None) or {})


@router.post("", response={201: PlanDetail}, summary="新建包保方案")
def make_plan(request: HttpRequest, body: PlanIn):
    """Then take sponsors and places from the records, or write them, and have it solved."""
    actor = actor_of(request)
    access.require(actor, PLAN)
    division = division_named(body.division)
    access.require(actor, PLAN, division=division)
    form = filled(lambda data: PlanForm(data, actor=actor), _told(body) | {"division": division})
    plan = actions.make_plan(actor, **_facts(form, "name", "division", "starts_on", "ends_on", "seconds"))
    return 201, _whole(actor, plan.pk)


@router.post("/{int:plan_id}/edit", response=PlanDetail, summary="修改方案的期限和权重")
def edit_plan(request: HttpRequest, plan_id: int, body: PlanEditIn):
    actor = actor_of(request)
    plan = to_plan(actor, plan_id)
    form = filled(lambda data: PlanForm(data, actor=actor, plan=plan), _told(body))
    actions.edit_plan(actor, plan_id=plan_id, **_facts(form, "name", "starts_on", "ends_on", "seconds"))
    return _whole(actor, plan_id)


@router.post("/{int:plan_id}/records", response=PlanDetail, summary="从已有信息带入包保力量和包保点位")
def take_from_records(request: HttpRequest, plan_id: int, body: PlanRecordsIn):
    """What stands in the plan already stays as it is."""
    actor = actor_of(request)
    plan = to_plan(actor, plan_id)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    form = filled(lambda data: RecordsForm(data, plan=plan, actor=actor), given)
    chosen = {name: list(form.cleaned_data[name]) for name in ("leaders", "departments", "offices")}
    actions.take_from_records(actor, plan_id=plan_id, most=form.cleaned_data["most"], **chosen)
    return _whole(actor, plan_id)


@router.post("/{int:plan_id}/version", response={201: PlanDetail}, summary="新建方案的下一版")
def new_version(request: HttpRequest, plan_id: int):
    actor = actor_of(request)
    return 201, _whole(actor, actions.new_version(actor, plan_id=plan_id).pk)


@router.get("/{int:plan_id}/changes", response=list[PlanChangeOut], summary="与现行方案相比的变化")
def list_changes(request: HttpRequest, plan_id: int):
    """Empty without a plan in force; before this one is solved all of that one is gone."""
    _lines, question = queries.table(queries.plan_of(actor_of(request), plan_id))
    return [
        {"sponsor": one.sponsor.name, "gone": [row.name for row in one.gone], "fresh": [row.name for row in one.fresh]}
        for one in (queries.differences(question) if question is not None else [])
    ]


@router.get("/{int:plan_id}", response=PlanDetail, summary="一份包保方案及其包保表")
def get_plan(request: HttpRequest, plan_id: int):
    return _whole(actor_of(request), plan_id)


@router.post("/{int:plan_id}/solve", response={202: SolvingOut}, summary="求解：由后台任务计算")
def solve(request: HttpRequest, plan_id: int):
    job = actions.start_solving(actor_of(request), plan_id=plan_id)
    return 202, {"job": job.pk, "state": job.state}


@router.get("/{int:plan_id}/solve", response=JobOut, summary="本人发起的求解进度")
def solving(request: HttpRequest, plan_id: int) -> Job:
    actor = actor_of(request)
    to_plan(actor, plan_id)
    return job_api.newest(actor, JOB, plan=plan_id)


@router.post("/{int:plan_id}/solve/cancel", response=JobOut, summary="停止本人发起的求解")
def stop_solving(request: HttpRequest, plan_id: int) -> Job:
    """The plan stays as it was. A solving that has ended stays ended."""
    actor = actor_of(request)
    to_plan(actor, plan_id)
    return job_api.stop(actor, JOB, plan=plan_id)


@router.post("/pairs/{int:pair_id}/move", response=PlanDetail, summary="人工调整一对包保关系")
def move(request: HttpRequest, pair_id: int, body: PairMoveIn):
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


@router.post("/{int:plan_id}/start", response=PlanDetail, summary="方案生效")
def start(request: HttpRequest, plan_id: int):
    """The plan that is in force in the area ends with it."""
    actor = actor_of(request)
    actions.start_plan(actor, plan_id=plan_id)
    return _whole(actor, plan_id)


@router.post("/{int:plan_id}/end", response=PlanDetail, summary="方案终止")
def end(request: HttpRequest, plan_id: int):
    actor = actor_of(request)
    actions.end_plan(actor, plan_id=plan_id)
    return _whole(actor, plan_id)
