"""Assessment plans, hours of work, and the computation of a forecast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.places.models import Division, SiteType
from chuangwen.scoring.models import Scheme
from chuangwen.scoring.outlook import forecasting, gathering
from chuangwen.scoring.outlook.forecasting import Outlook, PastOutcome
from chuangwen.scoring.outlook.models import (
    AssessmentPlan,
    Forecast,
    ForecastRepair,
    ForecastVisit,
    PlanQuota,
    RepairEffort,
)
from chuangwen.standards.models import Edition, Family, Kind

MOST_THRESHOLDS = 5
MOST_REPAIRS = 5000


def save_plan(
    actor: Actor,
    *,
    name: str,
    division: Division,
    edition: Edition,
    scheme: Scheme,
    thresholds: list[str],
    counts: Mapping[int, int],
    half_life_days: int = 90,
    standing: Decimal = Decimal("0.90"),
    rebound: Decimal = Decimal("0.10"),
    plan: AssessmentPlan | None = None,
    generated: bool = False,
) -> AssessmentPlan:
    """Write an assessment plan. ``counts``: site type -> how many sites are drawn; nought leaves the type out. Raises Refusal, Denied."""
    access.require(actor, "scoring.plan_outlook", division=division)
    if plan is not None:
        plan = access.fetch(actor, "scoring.plan_outlook", AssessmentPlan, pk=plan.pk)
    if scheme.kind == "deduction":
        raise Refusal(
            _("A scheme of deductions has no index that could be forecast. Choose one of the other kinds."),
            "scoring.plan_scheme", fields={"scheme": _("Choose a scheme that scores observations.")},
        )  # fmt: skip
    marks = _thresholds(thresholds)
    if AssessmentPlan.objects.filter(name=name).exclude(pk=plan.pk if plan else None).exists():
        taken = _("There is already a plan of this name.")
        raise Refusal(taken, "scoring.plan_name", fields={"name": taken})
    with transaction.atomic():
        before = _told(plan) if plan else None
        plan = plan or AssessmentPlan(generated=generated)
        plan.name, plan.division, plan.edition, plan.scheme, plan.thresholds = name, division, edition, scheme, marks
        plan.half_life_days, plan.standing, plan.rebound = half_life_days, standing, rebound
        plan.changed_at = clock.now()
        plan.save()
        plan.quotas.all().delete()
        wanted = {pk: count for pk, count in counts.items() if count > 0}
        known = SiteType.objects.filter(pk__in=list(wanted)).values_list("pk", flat=True)
        PlanQuota.objects.bulk_create(PlanQuota(plan=plan, site_type_id=pk, count=wanted[pk]) for pk in known)
        audit.record(actor, "scoring.plan_outlook", plan, before=before, after=_told(plan))
    return plan


def _thresholds(given: list[str]) -> list[str]:
    marks: list[str] = []
    for text in given:
        try:
            value = Decimal(str(text))
        except InvalidOperation:
            value = Decimal(-1)
        if not 0 < value <= 100 or value.as_tuple().exponent < -2:  # type: ignore[operator]  # a finite number: its exponent is an int
            wrong = _("Thresholds are marks above 0 and up to 100, with at most two decimals: 85, 90.")
            raise Refusal(wrong, "scoring.plan_thresholds", fields={"thresholds": wrong})
        plain = format(value.normalize(), "f")
        if plain not in marks:
            marks.append(plain)
    if not marks or len(marks) > MOST_THRESHOLDS:
        wrong = _("Give one to %(most)d thresholds.") % {"most": MOST_THRESHOLDS}
        raise Refusal(wrong, "scoring.plan_thresholds", fields={"thresholds": wrong})
    return marks


def _told(plan: AssessmentPlan) -> dict[str, Any]:
    return {
        "name": plan.name, "scheme": str(plan.scheme), "thresholds": plan.thresholds, "half_life_days": plan.half_life_days,
        "standing": str(plan.standing), "rebound": str(plan.rebound),
        "counts": {str(pk): count for pk, count in plan.quotas.values_list("site_type_id", "count")},
    }  # fmt: skip


def set_effort(actor: Actor, *, hours: Decimal | None, kind: Kind | None = None, family: Family | None = None) -> RepairEffort | None:
    """Say how many hours of work a problem of a kind or family takes; None takes the row away. Raises Refusal."""
    access.require(actor, "scoring.plan_outlook")
    if (kind is None) == (family is None):
        raise Refusal(_("Name a kind of problem or a family, one of the two."), "scoring.effort_subject")
    if hours is not None and not 0 < hours <= 10_000:
        raise Refusal(_("Hours are above 0 and up to 10,000."), "scoring.effort_hours")
    with transaction.atomic():
        row = RepairEffort.objects.select_for_update().filter(kind=kind, family=family).first()
        before = str(row.hours) if row else None
        if hours is None:
            if row is not None:
                row.delete()
            row = None
        elif row is None:
            row = RepairEffort.objects.create(kind=kind, family=family, hours=hours)
        else:
            row.hours = hours
            row.save(update_fields=["hours"])
        audit.record(
            actor, "scoring.plan_outlook", before={"hours": before}, after={"hours": str(hours) if hours is not None else None},
            title=str(kind or family),
        )  # fmt: skip
    return row


def forecast(
    actor: Actor, *, plan: AssessmentPlan, tell: Callable[[int, int, str], None] = lambda done, total, message: None
) -> Forecast:
    """Compute the outlook of a plan from today's records and keep it; the forecasts of past rounds are made anew. Raises Missing, Refusal.

    The same records give the same figures: the seed is kept with them.
    """
    plan = access.fetch(
        actor, "scoring.forecast", AssessmentPlan.objects.select_related("scheme", "edition", "division"), pk=plan.pk
    )
    parts = {"past": (5, 55), "simulate": (60, 30), "plan": (90, 5)}
    words = {"past": _("Forecasting past rounds"), "simulate": _("Simulating assessments"), "plan": _("Planning")}

    def told(part: str, done: int, total: int) -> None:
        begin, width = parts[part]
        tell(begin + (width * done // total if total else 0), 100, words[part])

    tell(0, 100, _("Reading the records"))
    before = forecasting.tomorrow(clock.today())
    found = gathering.situation(plan)
    outlook = forecasting.compute(found, before, gathering.past_rounds(plan, before), told)
    tell(96, 100, _("Keeping the forecast"))
    with transaction.atomic():
        kept = _keep(actor, plan, outlook)
        plan.forecasts.filter(round__isnull=False).delete()
        Forecast.objects.bulk_create(_past(actor, plan, each) for each in outlook.past)
        audit.record(actor, "scoring.forecast", kept, after={"mean": str(kept.mean), "chance": str(kept.chance), "plan": plan.name})
    return kept


def _share(value: float) -> Decimal:
    return Decimal(f"{min(1.0, max(0.0, value)):.6f}")


def _figures(plan: AssessmentPlan, outcome: forecasting.Outcome) -> dict[str, Any]:
    first = plan.thresholds[0]
    return {
        "plan": plan,
        "made_at": clock.now(),
        "threshold": Decimal(first) / 100,
        "mean": _share(outcome.mean),
        "low": _share(outcome.low),
        "high": _share(outcome.high),
        "chance": _share(outcome.chances[first]),
        "chances": {mark: round(chance, 6) for mark, chance in outcome.chances.items()},
        "histogram": outcome.bins,
    }


def _keep(actor: Actor, plan: AssessmentPlan, outlook: Outlook) -> Forecast:
    found, fitted = outlook.situation, outlook.fitted
    kept = Forecast.objects.create(
        **_figures(plan, outlook.outcome), target=plan.name, as_of=clock.today(), made_by_id=actor.account_id,
        drivers=forecasting.drivers_of(outlook), evidence=forecasting.evidence_of(found, outlook.before),
        parameters={
            "seed": forecasting.SEED, "draws": forecasting.DRAWS, "each": forecasting.EACH, "scheme": str(plan.scheme),
            "half_life_days": plan.half_life_days, "standing": str(plan.standing), "rebound": str(plan.rebound),
            "tau": round(fitted.strictness.mean, 4),
            "kappa": [round(level.kappa, 3) for level in fitted.levels],
            "counts": {str(pk): count for pk, count in gathering.quota_counts(plan).items()},
        },
    )  # fmt: skip
    ForecastRepair.objects.bulk_create(_repairs(kept, outlook), batch_size=1000)
    ForecastVisit.objects.bulk_create(_visits(kept, outlook), batch_size=1000)
    return kept


def _repairs(kept: Forecast, outlook: Outlook) -> list[ForecastRepair]:
    found, fitted = outlook.situation, outlook.fitted
    inclusion = outlook.assessment.inclusion(len(found.sites))
    rows = []
    for group in outlook.groups:
        leaf = group.leaf
        criterion = int(fitted.leaves.criterion[leaf])
        why = {
            "drawn": round(float(inclusion[fitted.leaves.site[leaf]]), 6), "worth": round(100 * float(outlook.assessment.worth[leaf]), 6),
            "loses": round(float(fitted.mean_loss[criterion]), 4), "holds": round(float(fitted.means[-1][leaf]), 4),
            "open": int(fitted.leaves.open[leaf]),
        }  # fmt: skip
        for repair in group.repairs:
            effort = outlook.efforts[repair.key]
            rows.append(
                ForecastRepair(
                    forecast=kept, case_id=repair.key, gain=Decimal(f"{group.gains[0]:.10f}"), minutes=repair.minutes,
                    rate=group.gains[0] * 60 / repair.minutes, group=leaf, ifs=list(group.gains),
                    why=why | {"effort": effort.source, "of": effort.cases},
                )
            )  # fmt: skip
    rows.sort(key=lambda row: (-row.rate, row.case_id))
    return rows[:MOST_REPAIRS]


def _visits(kept: Forecast, outlook: Outlook) -> list[ForecastVisit]:
    found, plan = outlook.situation, outlook.visits
    assert plan is not None
    days = found.seen["day"]
    last: dict[int, int] = {}
    for leaf, day in zip(found.seen["leaf"], days, strict=True):
        site = int(found.leaf_site[leaf])
        last[site] = max(last.get(site, 0), int(day))
    whole, left, bound = plan.variance or 1.0, 1.0, plan.bound
    rows = []
    for position, (site, gain) in enumerate(zip(plan.chosen, plan.gains, strict=True), start=1):
        left -= gain / whole
        since = outlook.before.toordinal() - 1 - last[site] if site in last else None
        rows.append(
            ForecastVisit(
                forecast=kept, site=found.sites[site], position=position, minutes=found.sites[site].type.service_minutes or 1,
                share=gain / whole, left=max(0.0, left), bound=bound / whole,
                why={"last_seen_days": since, "criteria": len(found.items[found.sites[site].type_id])},
            )
        )  # fmt: skip
    return rows[: forecasting.MOST_VISITS]


def _past(actor: Actor, plan: AssessmentPlan, each: PastOutcome) -> Forecast:
    return Forecast(
        **_figures(plan, each.outcome), round=each.round, target=each.round.name, as_of=each.as_of, made_by_id=actor.account_id,
        evidence=each.evidence, actual=_share(float(each.actual)), rank=Decimal(f"{each.rank:.4f}"),
        parameters={
            "seed": forecasting.SEED + each.round.pk, "draws": forecasting.PAST_DRAWS, "each": forecasting.PAST_EACH,
            "tau": round(each.tau, 4),
        },
    )  # fmt: skip
