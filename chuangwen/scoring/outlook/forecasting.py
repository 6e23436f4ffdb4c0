"""From a situation to a forecast: the model fitted, assessments simulated, the past forecast again as if on its eve. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from chuangwen.fieldwork.models import Round
from chuangwen.fieldwork.queries import engine_table
from chuangwen.kernel.errors import Refusal
from chuangwen.scoring.engine import InputError, score
from chuangwen.scoring.models import AssessmentPlan, ScoreRow
from chuangwen.scoring.outlook.gathering import Effort, Efforts, Situation, counts_of_round, quota_counts
from chuangwen.scoring.outlook.model import Fitted, Strictness, Surprise, fit, strictness
from chuangwen.scoring.outlook.planning import Group, Learning, Repair, Visit, VisitPlan, groups_of, look
from chuangwen.scoring.outlook.simulation import (
    Assessment,
    chance_of,
    expected_index,
    expected_losses,
    histogram,
    interval,
    rank_of,
    simulate,
    surprise,
)

DRAWS, EACH = 400, 10
PAST_DRAWS, PAST_EACH = 100, 12
FEWEST_BEFORE = 200
FEWEST_IN_ROUND = 50
"""A past round is forecast when so many observations were there before it, and judged when it has so many itself."""
SEED = 20_161_121
MOST_VISITS = 60
VISIT_MINUTES = 60 * 80
Tell = Callable[[int, int], None]


@dataclass
class Outcome:
    """A forecast as numbers; shares of 1."""

    mean: float
    low: float
    high: float
    chances: dict[str, float]
    bins: list[tuple[float, float, int]]
    results: Any


@dataclass
class PastOutcome:
    """A past round, forecast from what was known before it, and what came."""

    round: Round
    as_of: date
    outcome: Outcome
    actual: Decimal
    rank: float
    evidence: dict[str, Any]
    tau: float


@dataclass
class Outlook:
    """Everything that one computation finds."""

    situation: Situation
    before: date
    fitted: Fitted
    assessment: Assessment
    worth: dict[tuple[int, int], Any]
    outcome: Outcome
    past: list[PastOutcome] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    efforts: dict[int, Effort] = field(default_factory=dict)
    visits: VisitPlan | None = None


def outcome_of(results: Any, exact: float, thresholds: list[str]) -> Outcome:
    """The figures of a simulation. The mean is the exact expectation, the rest what was simulated."""
    low, high = interval(results)
    chances = {mark: chance_of(results, float(Decimal(mark) / 100)) for mark in thresholds}
    return Outcome(min(1.0, max(0.0, exact)), low, high, chances, histogram(results), results)


def actual_of(round: Round, plan: AssessmentPlan) -> tuple[Decimal | None, int]:
    """The index that the round came to by the plan's scheme, and how many observations it counted: of its score sheet where there is one,
    the signed one first, else computed."""
    rows = ScoreRow.objects.filter(sheet__round=round, sheet__scheme=plan.scheme, level="index")
    row = rows.order_by("-sheet__state", "-sheet__computed_at").first()
    if row is not None:
        return row.rate, row.counted
    try:
        fresh = score(engine_table(round), plan.scheme.body).row("index")
    except InputError:
        return None, 0
    return fresh.rate, fresh.counted


def look_back(found: Situation, rounds: list[Round], tell: Tell) -> tuple[list[PastOutcome], Strictness]:
    """Every past round forecast from what was known on its eve, the strictness too; and the strictness that all of them teach."""
    past: list[PastOutcome] = []
    surprises: list[Surprise] = []
    for number, round in enumerate(rounds):
        tell(number, len(rounds))
        inside = found.seen["round"] == round.pk
        known = found.seen["day"] < round.starts_on.toordinal()
        if known.sum() < FEWEST_BEFORE or inside.sum() < FEWEST_IN_ROUND:
            continue
        strict = strictness(surprises)
        fitted = fit(
            found.leaves_before(round.starts_on), found.evidence_before(round.starts_on), len(found.criteria), found.beliefs, strict
        )
        assessment, _ = found.assessment(counts_of_round(found, round))
        actual, counted = actual_of(round, found.plan)
        if actual is None or not assessment.quotas or counted < FEWEST_IN_ROUND:
            continue
        results = simulate(fitted, assessment, seed=SEED + round.pk, draws=PAST_DRAWS, each=PAST_EACH)
        surprises.append(
            surprise(fitted, assessment, float(actual), seed=SEED + round.pk, draws=PAST_DRAWS, each=PAST_EACH)
        )
        outcome = outcome_of(results, expected_index(fitted, assessment), list(found.plan.thresholds))
        past.append(
            PastOutcome(
                round, round.starts_on, outcome, actual, rank_of(results, float(actual)), evidence_of(found, round.starts_on), strict.mean
            )
        )
    tell(len(rounds), len(rounds))
    return past, strictness(surprises)


def compute(found: Situation, before: date, rounds: list[Round], tell: Callable[[str, int, int], None]) -> Outlook:
    """The whole outlook. Raises Refusal where there is nothing to forecast from."""
    past, strict = look_back(found, rounds, lambda done, total: tell("past", done, total))
    assessment, worth = found.assessment(quota_counts(found.plan))
    if not assessment.quotas or not assessment.worth.any():
        raise Refusal("测评方案没有可抽取的点位：请填写各类点位的抽取数量，并确认这些类型有点位和点位标准。", "scoring.outlook_empty")
    if not len(found.seen["leaf"]):
        raise Refusal("还没有可用的观测记录，不能预测。请先完成一轮检查。", "scoring.outlook_unknown")
    fitted = fit(found.leaves_before(before), found.evidence_before(before), len(found.criteria), found.beliefs, strict)
    results = simulate(
        fitted, assessment, seed=SEED, draws=DRAWS, each=EACH, tell=lambda done, total: tell("simulate", done, total)
    )
    outcome = outcome_of(results, expected_index(fitted, assessment), list(found.plan.thresholds))
    outlook = Outlook(found, before, fitted, assessment, worth, outcome, past)
    tell("plan", 0, 2)
    _plan_repairs(outlook)
    tell("plan", 1, 2)
    _plan_visits(outlook)
    return outlook


def open_cases(outlook: Outlook) -> list[tuple[int, int]]:
    """(case, leaf) of what is open now at a site and criterion that is assessed."""
    cases, at = outlook.situation.cases, outlook.before.toordinal()
    open_ = (cases["reported"] < at) & (cases["ended"] >= at)
    return [(int(key), int(leaf)) for key, leaf in zip(cases["key"][open_], cases["leaf"][open_], strict=True)]


def _plan_repairs(outlook: Outlook) -> None:
    from chuangwen.cases.models import Case

    at = dict(open_cases(outlook))
    efforts = Efforts()
    kinds = Case.objects.filter(pk__in=list(at)).values_list("pk", "kind_id", "family_id") if len(at) < 500 else (
        row for row in Case.objects.filter(live=True).values_list("pk", "kind_id", "family_id") if row[0] in at
    )
    outlook.efforts = {pk: efforts.of(kind, family) for pk, kind, family in kinds}
    repairs = [Repair(pk, at[pk], effort.minutes) for pk, effort in outlook.efforts.items()]
    outlook.groups = groups_of(repairs, outlook.fitted, outlook.assessment)


def _plan_visits(outlook: Outlook) -> None:
    found = outlook.situation
    inclusion = outlook.assessment.inclusion(len(found.sites))
    visits = [
        Visit(number, max(1, site.type.service_minutes)) for number, site in enumerate(found.sites) if inclusion[number] > 0
    ]
    outlook.visits = look(Learning(outlook.fitted, outlook.assessment), visits, VISIT_MINUTES)


def evidence_of(found: Situation, before: date) -> dict[str, Any]:
    """What a forecast of that day rests on."""
    at = before.toordinal()
    days = found.seen["day"][found.seen["day"] < at]
    known = found.seen["leaf"][found.seen["day"] < at]
    open_ = (found.cases["reported"] < at) & (found.cases["ended"] >= at)
    effective = float((0.5 ** ((at - days) / found.beliefs.half_life)).sum()) if len(days) else 0.0
    return {
        "observations": len(days),
        "effective": round(effective),
        "oldest": date.fromordinal(int(days.min())).isoformat() if len(days) else None,
        "newest": date.fromordinal(int(days.max())).isoformat() if len(days) else None,
        "sites": len(found.sites),
        "sites_seen": len(np.unique(found.leaf_site[known])),
        "open_cases": int(open_.sum()),
        "elsewhere": found.elsewhere,
    }


def drivers_of(outlook: Outlook, most: int = 10) -> dict[str, Any]:
    """What takes most off the expected index, by criterion, by site type and by area; and what the open problems take off. In points."""
    found, fitted = outlook.situation, outlook.fitted
    losses = expected_losses(fitted, outlook.assessment) * 100
    groups: dict[str, tuple[Any, Any]] = {
        "criteria": (fitted.leaves.criterion, found.criteria), "types": (fitted.leaves.type, found.types),
        "areas": (fitted.leaves.area, found.areas),
    }  # fmt: skip
    told: dict[str, Any] = {}
    for name, (numbers, things) in groups.items():
        totals: dict[int, float] = defaultdict(float)
        for number, loss in zip(numbers, losses, strict=True):
            totals[int(number)] += float(loss)
        ordered = sorted(totals.items(), key=lambda pair: -pair[1])
        told[name] = [
            {"key": things[number].pk, "name": str(things[number]), "points": round(points, 4)}
            for number, points in ordered[:most] if points > 0
        ]  # fmt: skip
    told["lost"] = round(float(losses.sum()), 4)
    told["open"] = round(100 * sum(group.gains[-1] for group in outlook.groups), 4)
    return told


def tomorrow(day: date) -> date:
    """What is known on the day is what was seen before the next."""
    return day + timedelta(days=1)
