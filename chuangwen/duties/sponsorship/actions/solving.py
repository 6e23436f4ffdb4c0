"""The plan is solved by a job: sums outside, the answer written in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.duties.sponsorship import words
from chuangwen.duties.sponsorship.actions.base import refuse, take, write
from chuangwen.duties.sponsorship.arithmetic import Progress, explaining, solve, value_of
from chuangwen.duties.sponsorship.arithmetic.clashing import Impossible
from chuangwen.duties.sponsorship.arithmetic.fairness import fairness
from chuangwen.duties.sponsorship.arithmetic.problem import Pair
from chuangwen.duties.sponsorship.arithmetic.searching import Standing
from chuangwen.duties.sponsorship.arithmetic.solving import Answer
from chuangwen.duties.sponsorship.gathering import Question, Unfinished, question_of
from chuangwen.duties.sponsorship.models import PlanPair, SponsorshipPlan
from chuangwen.duties.sponsorship.states import Step
from chuangwen.kernel import clock, importing, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import Job
from chuangwen.web import formatting

Tell = Callable[[int, int, str], None]
JOB = "duties.solve_sponsorship"
PHASES = {
    "start": lambda: _("looking for any plan"), "bound": lambda: _("looking how good a plan could be"), "search": lambda: _("making it better"),
    "columns": lambda: _("putting whole sets of sponsors together"), "neighbourhoods": lambda: _("solving parts of it again"),
    "proof": lambda: _("proving that none is better"),
}  # fmt: skip


def start_solving(actor: Actor, *, plan_id: int) -> Job:
    """Have a job solve the plan. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        plan = take(actor, Step.SOLVE, plan_id)
        waiting = Job.objects.filter(kind=JOB, state__in=(Job.State.QUEUED, Job.State.RUNNING), arguments__plan=plan.pk).first()
        if waiting is not None:
            return waiting
        if not plan.sponsors.exists() or not plan.places.exists():
            raise refuse(_("Enter sponsors and places first."), "plan_empty")
        return jobs.start(
            actor, JOB, {"plan": plan.pk, "actor": importing.carry(actor)}, title=_("Solve: %(plan)s") % {"plan": plan},
            result_url=reverse("duties:sponsorship", args=[plan.pk]),
        )  # fmt: skip


def solve_plan(actor: Actor, *, plan_id: int, tell: Tell = lambda done, total, message: None, exact: bool = True) -> SponsorshipPlan:
    """Solve and store. ``tell(done, total, message)`` hears how far it is, and what it raises ends it with nothing changed. ``exact``: small
    plans are solved again without each pair, so that what the next best costs is exact. What makes a plan impossible is stored as sentences.

    Raises Denied, Missing, NotNow, and Conflict when the plan was changed meanwhile.
    """
    with transaction.atomic():
        plan = take(actor, Step.SOLVE, plan_id)
    try:
        question = question_of(plan, hold_hand=True)
    except Unfinished:
        raise refuse(_("Enter sponsors and places first."), "plan_empty") from None
    try:
        answer = solve(question.problem, seconds=plan.seconds, report=_reporter(plan, tell))
    except Impossible as impossible:
        with override(settings.LANGUAGE_CODE):
            sentences = [words.clash(question, one) for one in impossible.clashes[:50]]
        return _store_clashes(actor, plan, sentences)
    costs = _next_best(question, answer, tell) if exact else {}
    return _store(actor, plan, question, answer, costs)


def _reporter(plan: SponsorshipPlan, tell: Tell) -> Callable[[Progress], bool]:
    def report(progress: Progress) -> bool:
        message = PHASES[progress.phase]()
        if progress.best is not None:
            message = _("%(phase)s: %(points)s points") % {"phase": message, "points": words.points(progress.best)}
            if progress.gap is not None:
                message += _(", at most %(gap)s above the best possible") % {"gap": formatting.percent(progress.gap, 1)}
        tell(min(int(progress.seconds), plan.seconds - 1), plan.seconds, message)
        return True

    return report


def _next_best(question: Question, answer: Answer, tell: Tell) -> dict[Pair, float]:
    """What the best plan without each pair costs more, where it is small enough to be solved again for each."""
    problem = question.problem
    if not answer.proven or problem.sponsors * problem.places > explaining.MOST_EXACT:
        return {}
    standing, found = Standing(problem, set(answer.pairs)), {}
    for number, pair in enumerate(sorted(answer.pairs), start=1):
        tell(number, len(answer.pairs) + 1, _("what the next best costs"))
        told = explaining.next_best(problem, answer.pairs, pair, answer.points, True, standing)
        if told.exact and told.cost is not None:
            found[pair] = told.cost
    return found


def _store_clashes(actor: Actor, plan: SponsorshipPlan, sentences: list[str]) -> SponsorshipPlan:
    with transaction.atomic():
        fresh = take(actor, Step.EDIT, plan.pk, expected=plan.revision)
        write(
            actor, Step.EDIT, fresh, {"clashes": sentences, "points": None, "bound": None, "solved_at": clock.now()},
            lambda: _("No plan keeps all rules."), told={"clashes": len(sentences)},
        )  # fmt: skip
    return fresh


def _store(actor: Actor, plan: SponsorshipPlan, question: Question, answer: Answer, costs: dict[Pair, float]) -> SponsorshipPlan:
    by_hand = set(PlanPair.objects.filter(plan=plan, by_hand=True).values_list("sponsor_id", "place_id"))
    rows = []
    for i, j in sorted(answer.pairs):
        sponsor, place = question.sponsors[i], question.places[j]
        rows.append(
            PlanPair(plan=plan, sponsor=sponsor, place=place, by_hand=(sponsor.pk, place.pk) in by_hand, next_cost=costs.get((i, j)))
        )
    changes = {
        "points": answer.points, "bound": answer.bound, "took": answer.seconds, "solved_at": clock.now(), "clashes": [],
        "figures": figures(question, answer.pairs), "terms": asdict(value_of(question.problem, answer.pairs)),
    }  # fmt: skip
    with transaction.atomic():
        fresh = take(actor, Step.SOLVE, plan.pk, expected=plan.revision)
        PlanPair.objects.filter(plan=fresh).delete()
        PlanPair.objects.bulk_create(rows, batch_size=2000)
        fresh.points, fresh.bound = answer.points, answer.bound

        def said() -> str:
            return _("Solved: %(points)s points, %(quality)s") % {"points": words.points(answer.points), "quality": words.quality(fresh)}

        write(actor, Step.SOLVE, fresh, changes, said, told={"points": answer.points, "bound": answer.bound, "pairs": len(rows)})
    return fresh


def figures(question: Question, pairs: frozenset[Pair]) -> dict[str, object]:
    """Fairness of the plan in force (none: without it) and of these pairs."""
    before = fairness(question.problem, question.problem.running).plain() if question.problem.running is not None else None
    return {"before": before, "after": fairness(question.problem, pairs).plain()}
