"""What the pages of a plan show at once: sponsors by places, the pairs as a list, why one is so, what the next best and a move would cost."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Schema

from chuangwen.duties.sponsorship import matrix, queries, words
from chuangwen.duties.sponsorship.actions.living import weigh
from chuangwen.duties.sponsorship.api.plans import KINDS, PairOut
from chuangwen.duties.sponsorship.api.router import router
from chuangwen.duties.sponsorship.arithmetic import explaining
from chuangwen.duties.sponsorship.arithmetic.searching import Standing
from chuangwen.duties.sponsorship.gathering import question_of
from chuangwen.duties.sponsorship.models import PlanPair
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.paging import page_of
from chuangwen.web.views import actor_of

MOST_ALTERNATIVES = 8


class MatrixPlaceOut(Schema):
    """A place, the column of a matrix."""

    id: int
    name: str
    sponsors: int = Field(description="how many answer for it")
    share: float | None = Field(description="share of its due strength that it has; null: nobody has any")
    weak: bool


class MatrixCellOut(Schema):
    pair: int
    place: int
    by_hand: bool
    fresh: bool = Field(description="the plan in force does not have it")


class MatrixRowOut(Schema):
    """A sponsor with its places."""

    id: int
    sponsor: str
    kind: str = Field(description="leader, department or office")
    places: list[MatrixCellOut]


class MatrixOut(Schema):
    """All places, and so many sponsors as stand on a page."""

    places: list[MatrixPlaceOut]
    rows: list[MatrixRowOut]
    next: int | None = Field(None, description="the `page` that follows; null at the end")


class PlanPairPage(Schema):
    items: list[PairOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class PairAlternativeOut(Schema):
    """Something else that keeps every rule: the sponsor goes to `place`, or changes places with the pair `with_pair`."""

    place: int
    place_name: str
    with_pair: int | None
    with_sponsor: str
    cost: float = Field(description="points; negative: better")


class PairWhyOut(PairOut):
    """Why a pair is so, in the sentences of its page."""

    plan: int
    why: list[str]
    points: float = Field(description="of the pair alone")
    beside: list[str] = Field(description="who else answers for the place")
    next_best: str = Field(description="what the best plan without this pair would cost, in a sentence")
    alternatives: list[PairAlternativeOut] = Field(description="the cheapest first")


class PairTermsOut(Schema):
    """Points more or less by principle."""

    charge: float = Field(description="leaders at places that are not theirs")
    near: float = Field(description="ways of offices and departments")
    weak: float = Field(description="weak places")
    overload: float
    change: float = Field(description="new pairs")


class PairCostOut(Schema):
    """What a move would cost. Nothing is moved."""

    cost: float = Field(description="points; negative: better")
    terms: PairTermsOut
    breaks: list[str] = Field(description="rules that it would break, in sentences; then it cannot be done")


def _pair(actor: Actor, key: int) -> PlanPair:
    """The pair, of a plan that the actor sees. Raises Denied, Missing."""
    access.require(actor, queries.SEE)
    plans = queries.plans(actor).order_by().values("pk")
    pair = PlanPair.objects.filter(pk=key, plan__in=plans).select_related("sponsor", "place").first()
    if pair is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    pair.plan = queries.plan_of(actor, pair.plan_id)
    return pair


def _told(pair: PlanPair) -> dict[str, Any]:
    return {
        "id": pair.pk, "sponsor": pair.sponsor.name, "kind": KINDS[pair.sponsor.kind], "place": pair.place.name, "by_hand": pair.by_hand,
        "next_cost": pair.next_cost,
    }  # fmt: skip


@router.get("/{int:plan_id}/matrix", response=MatrixOut, summary="包保矩阵：包保力量 × 点位")
def get_matrix(request: HttpRequest, plan_id: int, page: int = 1):
    """Sponsors in their order, 200 a page; empty where the plan has no sponsors or no places yet."""
    lines, question = queries.table(queries.plan_of(actor_of(request), plan_id))
    sponsors = list(question.sponsors) if question is not None else []
    page = max(page, 1)
    shown = sponsors[(page - 1) * matrix.PAGE : page * matrix.PAGE]
    places = [
        {"id": line.place.pk, "name": line.place.name, "sponsors": count, "share": line.share, "weak": line.weak}
        for line, (_place, count) in zip(lines, matrix.heads(lines), strict=True)
    ]
    rows = [
        {
            "id": row.sponsor.pk, "sponsor": row.sponsor.name, "kind": KINDS[row.sponsor.kind],
            "places": [
                {"pair": cell[0].pk, "place": cell[0].place_id, "by_hand": cell[0].by_hand, "fresh": cell[1]}
                for cell in row.cells if cell is not None
            ],
        }
        for row in matrix.arranged(shown, lines)
    ]  # fmt: skip
    return {"places": places, "rows": rows, "next": page + 1 if page * matrix.PAGE < len(sponsors) else None}


@router.get("/{int:plan_id}/pairs", response=PlanPairPage, summary="包保关系列表")
def list_pairs(request: HttpRequest, plan_id: int, kind: str | None = None, limit: int = 50, after: int | None = None):
    """In the order in which they were made; `kind`: of leaders, departments or offices alone."""
    plan = queries.plan_of(actor_of(request), plan_id)
    if kind is not None and kind not in KINDS:
        raise Refusal("类别只能是 " + "、".join(KINDS) + "。", "duties.kind", field="kind")
    rows = PlanPair.objects.filter(plan=plan).select_related("sponsor", "place")
    page = page_of(
        rows if kind is None else rows.filter(sponsor__kind=KINDS.index(kind)), limit=limit, after=after, newest_first=False
    )
    return {"items": [_told(pair) for pair in page["items"]], "next": page["next"]}


@router.get("/pairs/{int:pair_id}", response=PairWhyOut, summary="一对包保关系的理由、次优方案和替代方案")
def get_pair(request: HttpRequest, pair_id: int):
    pair = _pair(actor_of(request), pair_id)
    question = question_of(pair.plan)
    problem, numbers = question.problem, question.number(pair)
    standing = Standing(problem, set(question.pairs))
    found = explaining.why(problem, question.pairs, numbers, standing)
    others = explaining.alternatives(problem, question.pairs, numbers, MOST_ALTERNATIVES, standing)
    keys = {(a, b): key for key, a, b in pair.plan.pairs.values_list("pk", "sponsor_id", "place_id")}
    alternatives = []
    for one in others:
        row: dict[str, Any] = {"place": question.places[one.to].pk, "place_name": question.places[one.to].name, "cost": round(one.cost, 4)}
        row |= {"with_pair": None, "with_sponsor": ""}
        if one.with_pair is not None:
            sponsor, place = question.sponsors[one.with_pair[0]], question.places[one.with_pair[1]]
            row |= {"with_pair": keys[sponsor.pk, place.pk], "with_sponsor": sponsor.name}
        alternatives.append(row)
    beside = [question.sponsors[i].name for i, j in sorted(question.pairs) if j == numbers[1] and i != numbers[0]]
    return _told(pair) | {
        "plan": pair.plan_id, "why": words.why(problem, found, pair.sponsor.kind), "points": round(found.points, 4), "beside": beside,
        "next_best": words.next_best(pair.next_cost, found.fixed, others[0].cost if others else None), "alternatives": alternatives,
    }  # fmt: skip


@router.get("/pairs/{int:pair_id}/cost", response=PairCostOut, summary="试算调整一对包保关系的代价")
def get_cost(request: HttpRequest, pair_id: int, place: int | None = None, with_pair: int | None = None):
    """What a move to a place, or a change of places with another pair, would cost: one of the two. Nothing is moved."""
    pair = _pair(actor_of(request), pair_id)
    weighed = weigh(pair, place_id=place, with_pair_id=with_pair)
    question, move = weighed.question, weighed.move
    names = ("charge", "near", "weak", "overload", "change")
    return {
        "cost": round(move.cost, 4), "terms": {name: round(getattr(move.after, name) - getattr(move.before, name), 4) for name in names},
        "breaks": [words.broken(question, rule, at) for rule, at in move.breaks],
    }  # fmt: skip
