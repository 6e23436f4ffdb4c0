"""What every action on a step is made of: take it (policy, scope, lock, version, state, side), change it, write down what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.actions.base import event_of, plain
from chuangwen.cases.errors import NotNow, NotYours, SomebodyElse
from chuangwen.cases.escalation import rules
from chuangwen.cases.escalation.events import StepIssued, StepMoved
from chuangwen.cases.escalation.states import StepFacts, StepSide, StepVerb, possible
from chuangwen.cases.models import (
    OVER,
    Case,
    CaseEvent,
    EscalationSettings,
    EscalationStep,
    Level,
    StepCase,
    StepEvent,
    StepState,
    StepUnit,
    SupervisingOffice,
    Verb,
)
from chuangwen.cases.rules import under
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import UNIT, Actor
from chuangwen.places.models import Division

POLICY = {
    StepVerb.PROPOSE: "cases.propose_step", StepVerb.APPROVE: "cases.approve_step", StepVerb.ISSUE: "cases.issue_step",
    StepVerb.ANSWER: "cases.answer_step", StepVerb.APPEAL: "cases.appeal_step", StepVerb.GRANT: "cases.decide_appeal",
    StepVerb.DENY: "cases.decide_appeal", StepVerb.FULFIL: "cases.settle_step", StepVerb.BREAK: "cases.settle_step",
    StepVerb.END: "cases.settle_step", StepVerb.WITHDRAW: "cases.withdraw_step",
}  # fmt: skip
INSIDE = (StepVerb.PROPOSE, StepVerb.APPROVE)
"""What stays in the office: the history of a case does not tell it."""
BESIDE = ("unit", "division", "office", "rule")


def settings() -> EscalationSettings:
    """The settings in force; the defaults where nothing was set."""
    return EscalationSettings.objects.filter(pk=1).first() or EscalationSettings(pk=1)


def facts_of(step: EscalationStep) -> StepFacts:
    return StepFacts(step.level == Level.REMINDER, step.level == Level.HAND_OVER, step.appealed_at is not None)


def stands(actor: Actor, verb: StepVerb, side: StepSide, step: EscalationStep) -> bool:
    """Whether the actor, whom the verb reaches the step, stands on this side of it. The office stands above all sides. Asks for unit and
    division to be loaded."""
    place = step.division.path if step.division else ""
    for grant in actor.scopes(POLICY[verb]):
        if grant.scope == access.ALL or grant.scope == access.DIVISION and under(place, grant.division_path):
            return True
        if side is StepSide.UNIT and grant.scope == UNIT and under(step.unit.path, grant.unit_path):
            return True
    return False


def take(actor: Actor, verb: StepVerb, step_id: int, expected_version: int | None = None) -> EscalationStep:
    """The step, locked, when the actor may do ``verb`` on it now. One query.

    Raises Denied, Missing, SomebodyElse (it changed since ``expected_version``), NotNow, NotYours.
    """
    rows = EscalationStep.objects.select_related(*BESIDE)
    step: EscalationStep = access.fetch(actor, POLICY[verb], rows, lock=True, pk=step_id)
    if expected_version is not None and expected_version != step.version:
        raise SomebodyElse(_("This step has changed since you opened it. Look at it again before you go on."))
    allowed = possible(step.state, verb, facts_of(step))
    if allowed is None:
        raise NotNow(_("The step is “%(state)s”: this cannot be done now.") % {"state": step.get_state_display()})
    if not stands(actor, verb, allowed.side, step):
        raise NotYours(_("This step is addressed to %(unit)s: it answers.") % {"unit": step.unit})
    return step


def write(
    actor: Actor,
    verb: StepVerb,
    step: EscalationStep,
    changes: dict[str, Any],
    *,
    note: str = "",
    now: datetime | None = None,
) -> StepEvent:
    """Write the new state and ``changes`` of a step that was taken, its event and those of its cases, tell the others, and the trail last."""
    now, before = now or clock.now(), step.state
    allowed = possible(before, verb, facts_of(step))
    assert allowed is not None, "a step that was taken has a transition"
    old = {name: plain(getattr(step, name)) for name in changes}
    for name, value in changes.items():
        setattr(step, name, value)
    step.state = allowed.new_state
    step.version += 1
    step.save(update_fields=[*changes, "state", "version"])
    event = add_event(actor, verb, step, before, note=note, now=now)
    if verb not in INSIDE:
        tell_cases(actor, verb, step, note=note, now=now)
    if step.state in OVER:
        StepCase.objects.filter(step=step, live=True).update(live=False)
    events.say(StepMoved(step.pk, verb.value, before, step.state))
    if verb is StepVerb.ISSUE:
        events.say(StepIssued(step.pk, step.level, step.number or ""))
    new = {name: plain(value) for name, value in changes.items()}
    moved = {name for name in changes if old[name] != new[name]}
    audit.record(
        actor, POLICY[verb], step, before={"state": before} | {n: old[n] for n in moved},
        after={"state": step.state, "verb": verb.value} | {n: new[n] for n in moved}, note=note,
    )  # fmt: skip
    return event


def add_event(actor: Actor, verb: StepVerb, step: EscalationStep, before: str, *, note: str = "", now: datetime) -> StepEvent:
    return StepEvent.objects.create(
        step=step, verb=verb.value, at=now, account_id=actor.account_id, actor_name=actor.name[:80], before=before, after=step.state,
        note=note[:500],
    )  # fmt: skip


def tell_cases(actor: Actor, verb: StepVerb, step: EscalationStep, *, note: str = "", now: datetime) -> None:
    """What happened to the step, in the history of each of its cases. Three queries."""
    cases = list(Case.objects.filter(steps__step=step, steps__live=True).only("pk", "state", "handling_unit", "lead_unit"))
    data = {"step": step.pk, "level": step.level, "number": step.number or "", "verb": verb.value}
    if verb is StepVerb.ANSWER and step.promised_on:
        data["promised"] = step.promised_on.isoformat()
    CaseEvent.objects.bulk_create(
        [event_of(actor, Verb.ESCALATE, case, case.state, note=note[:500], data=data, now=now) for case in cases]
    )


def make(
    actor: Actor,
    cases: Sequence[Case],
    *,
    level: int,
    unit: Any,
    reason: str,
    asks: str,
    answer_amount: int,
    answer_unit: str,
    rule: Any = None,
    now: datetime | None = None,
) -> EscalationStep:
    """A new step over cases that were locked and checked by who calls. A reminder goes out at once; the rest is proposed."""
    now = now or clock.now()
    assert transaction.get_connection().in_atomic_block, "a step is made inside the transaction that holds its cases"
    reminds = level == Level.REMINDER
    step = EscalationStep.objects.create(
        level=level, state=StepState.ISSUED if reminds else StepState.PROPOSED, unit=unit, division=place_of(cases), rule=rule,
        reason=reason[: rules.TEXT], asks=asks[: rules.TEXT], answer_amount=answer_amount, answer_unit=answer_unit, proposed_at=now,
        proposed_by_id=actor.account_id, issued_at=now if reminds else None, generated=all(case.generated for case in cases),
    )  # fmt: skip
    StepCase.objects.bulk_create([StepCase(step=step, case=case, level=level, at=now) for case in cases])
    note_units(step, cases)
    verb = StepVerb.ISSUE if reminds else StepVerb.PROPOSE
    add_event(actor, verb, step, "", note=reason, now=now)
    if reminds:
        tell_cases(actor, verb, step, now=now)
    events.say(StepMoved(step.pk, verb.value, "", step.state))
    numbers = [case.number for case in cases]
    audit.record(
        actor, POLICY[StepVerb.PROPOSE], step, after={"state": step.state, "level": level, "unit": unit.pk, "cases": numbers}, note=reason
    )
    return step


def note_units(step: EscalationStep, cases: Sequence[Case]) -> None:
    """Who sees the step: whom it is addressed to, and who works on its cases."""
    keys = dict.fromkeys([step.unit_id, *(case.handling_unit_id for case in cases if case.handling_unit_id)])
    StepUnit.objects.bulk_create([StepUnit(step=step, unit_id=key) for key in keys], ignore_conflicts=True)


def place_of(cases: Sequence[Case]) -> Division | None:
    """The lowest division under which all the cases lie. At most one query. Wants their divisions loaded."""
    places = [case.division for case in cases]
    path = rules.common_path([place.path if place else "" for place in places], Division.steplen)
    if not path:
        return None
    known = next((place for place in places if place is not None and place.path == path), None)
    return known or Division.objects.filter(path=path).first()


def office_of(division: Division | None) -> SupervisingOffice | None:
    """Whose step it is: the nearest office at or above the place, else the one without a place. One query."""
    paths = division.ancestor_paths if division is not None else []
    found = SupervisingOffice.objects.filter(division__path__in=paths).select_related("division").order_by("-division__depth")
    return found.first() or SupervisingOffice.objects.filter(division__isnull=True).first()
