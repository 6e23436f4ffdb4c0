"""Moving a pair by hand, signing, putting in force, ending."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.sponsorship import words
from chuangwen.duties.sponsorship.actions.base import refuse, take, write
from chuangwen.duties.sponsorship.actions.solving import figures
from chuangwen.duties.sponsorship.arithmetic.explaining import Move, judge
from chuangwen.duties.sponsorship.arithmetic.problem import Pairs
from chuangwen.duties.sponsorship.arithmetic.value import broken, value_of
from chuangwen.duties.sponsorship.events import SponsorshipMoved
from chuangwen.duties.sponsorship.gathering import Question, Unfinished, question_of
from chuangwen.duties.sponsorship.models import PlanPair, PlanPlace, SponsorshipPlan
from chuangwen.duties.sponsorship.states import Step
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor


def moved(question: Question, pair: PlanPair, place: PlanPlace | None, other: PlanPair | None) -> Pairs:
    """The pairs when ``pair`` goes to ``place`` (None: is dropped), and ``other``, where one is given, comes to where it was."""
    i, j = question.number(pair)
    if other is not None:
        a, b = question.number(other)
        return question.pairs - {(i, j), (a, b)} | {(i, b), (a, j)}
    if place is None:
        return question.pairs - {(i, j)}
    return question.pairs - {(i, j)} | {(i, question.place_numbers[place.pk])}


def judged(question: Question, pair: PlanPair, place: PlanPlace | None, other: PlanPair | None) -> Move:
    """What the change would cost and break."""
    return judge(question.problem, question.pairs, moved(question, pair, place, other))


@dataclass(frozen=True)
class Weighed:
    """A move of a pair, not made: where it goes, which pair comes for it, all pairs afterwards, what it costs and breaks."""

    question: Question
    target: PlanPlace
    other: PlanPair | None
    after: Pairs
    move: Move


def weigh(pair: PlanPair, *, place_id: int | None = None, with_pair_id: int | None = None) -> Weighed:
    """What it would cost that the sponsor of a pair goes to another place, or changes places with another pair. Raises Refusal where neither or
    both are named, or where somebody would answer for a place twice."""
    plan = pair.plan
    other = PlanPair.objects.filter(plan=plan, pk=with_pair_id).select_related("sponsor", "place").first() if with_pair_id else None
    place = PlanPlace.objects.filter(plan=plan, pk=place_id).first() if place_id else None
    if (other is None) == (place is None):
        raise refuse(_("Choose a place, or a pair to change places with."), "move_where", "place")
    target = other.place if other is not None else place
    assert target is not None
    question = question_of(plan)
    after = moved(question, pair, place, other)
    _refuse_doubling(question, after, pair, target)
    return Weighed(question, target, other, after, judge(question.problem, question.pairs, after))


def move_pair(
    actor: Actor, *, pair_id: int, place_id: int | None = None, with_pair_id: int | None = None, expected: int | None = None
) -> SponsorshipPlan:
    """Move the sponsor of a pair to another place, or let it change places with another pair. What was moved is held when the plan is solved
    again. Raises Denied, Missing, NotNow, Conflict, and Refusal where a rule would be broken."""
    with transaction.atomic():
        pair = access.fetch(actor, "duties.plan_sponsorship", PlanPair.objects.select_related("sponsor", "place"), pk=pair_id)
        plan = take(actor, Step.MOVE, pair.plan_id, expected=expected)
        pair.plan = plan
        weighed = weigh(pair, place_id=place_id, with_pair_id=with_pair_id)
        question, target, other, after, told = weighed.question, weighed.target, weighed.other, weighed.after, weighed.move
        if told.breaks:
            raise refuse(
                _("This would break: %(rules)s.") % {"rules": "；".join(words.broken(question, rule, at) for rule, at in told.breaks[:5])},
                "move_breaks", "place",
            )  # fmt: skip
        _write_pairs(pair, other, target)
        changes = {"figures": figures(question, after), "terms": asdict(value_of(question.problem, after)), "points": told.after.total}
        write(actor, Step.MOVE, plan, changes, lambda: _told(pair, other, target), cost=told.cost, told={"cost": round(told.cost, 4)})
    return plan


def _told(pair: PlanPair, other: PlanPair | None, target: PlanPlace) -> str:
    sentence = _("%(sponsor)s: from %(here)s to %(there)s") % {"sponsor": pair.sponsor, "here": pair.place, "there": target}
    return sentence + (_("; %(sponsor)s in exchange") % {"sponsor": other.sponsor} if other is not None else "")


def _refuse_doubling(question: Question, after: Pairs, pair: PlanPair, target: PlanPlace) -> None:
    if len(after) != len(question.pairs) or after == question.pairs:
        raise refuse(
            _("%(sponsor)s answers for %(place)s already.") % {"sponsor": pair.sponsor, "place": target}, "move_twice", "place"
        )


def _write_pairs(pair: PlanPair, other: PlanPair | None, target: PlanPlace) -> None:
    fresh = [PlanPair(plan_id=pair.plan_id, sponsor=pair.sponsor, place=target, by_hand=True)]
    gone = [pair.pk]
    if other is not None:
        fresh.append(PlanPair(plan_id=pair.plan_id, sponsor=other.sponsor, place=pair.place, by_hand=True))
        gone.append(other.pk)
    PlanPair.objects.filter(pk__in=gone).delete()
    PlanPair.objects.filter(plan_id=pair.plan_id).update(next_cost=None)  # what the others' next best costs hangs on all pairs
    PlanPair.objects.bulk_create(fresh)


def sign_plan(actor: Actor, *, plan_id: int, expected: int | None = None) -> SponsorshipPlan:
    """Sign a plan that keeps every rule. It never changes again. Raises Refusal where it does not."""
    with transaction.atomic():
        plan = take(actor, Step.SIGN, plan_id, expected=expected)
        try:
            question = question_of(plan)
        except Unfinished:
            raise refuse(_("Enter sponsors and places first."), "plan_empty") from None
        wrong = broken(question.problem, question.pairs)
        if wrong:
            said = "；".join(words.broken(question, rule, at) for rule, at in wrong[:5])
            raise refuse(_("The plan does not keep all rules: %(rules)s.") % {"rules": said}, "plan_broken")
        changes = {"signed_at": clock.now(), "signed_by_id": actor.account_id}
        write(actor, Step.SIGN, plan, changes, lambda: _("Signed."), told={"pairs": len(question.pairs)})
    return plan


def start_plan(actor: Actor, *, plan_id: int) -> SponsorshipPlan:
    """Put a signed plan in force; the one that was in force in its area ends."""
    with transaction.atomic():
        plan = take(actor, Step.START, plan_id)
        now = clock.now()
        for old in SponsorshipPlan.objects.select_for_update().filter(division=plan.division_id, state=SponsorshipPlan.State.RUNNING):
            old.state, old.ended_at = SponsorshipPlan.State.ENDED, now
            old.save(update_fields=["state", "ended_at"])
            events.say(SponsorshipMoved(old.pk, SponsorshipPlan.State.RUNNING, old.state))
            audit.record(actor, "duties.plan_sponsorship", old, before={"state": "running"}, after={"state": "ended", "by": plan.pk})
        write(actor, Step.START, plan, {"started_at": now}, lambda: _("In force."))
    return plan


def end_plan(actor: Actor, *, plan_id: int) -> SponsorshipPlan:
    """End a plan that is in force."""
    with transaction.atomic():
        plan = take(actor, Step.END, plan_id)
        write(actor, Step.END, plan, {"ended_at": clock.now()}, lambda: _("Ended."))
    return plan
