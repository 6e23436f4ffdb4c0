"""What the clock does with the ladder: steps are proposed by the rules, found fulfilled or not kept, ended, let go of cases that moved on.

A job calls ``climb`` every few minutes. Everything is found by queries over what is open, in batches, so that it costs little where little
is late; each step is changed in a transaction of its own.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from chuangwen.cases.escalation import base, rules
from chuangwen.cases.escalation.actions.steps import PUT_RIGHT, close_appeal
from chuangwen.cases.escalation.base import facts_of, make, write
from chuangwen.cases.escalation.events import StepMoved
from chuangwen.cases.escalation.states import StepVerb, possible
from chuangwen.cases.models import (
    LIVE,
    RUNNING_STEPS,
    WORKING_STATES,
    Appeal,
    Case,
    EscalationRule,
    EscalationStep,
    Level,
    StepCase,
    StepState,
    Trigger,
    Urgency,
)
from chuangwen.kernel import access, clock, events
from chuangwen.people.models import Unit

BATCH = 200
LATE = (Urgency.OVERDUE, Urgency.SUPERVISION)
MOST_REBOUNDS = 5
APPEAL_LATE = "appeal_late"


def climb(now: datetime | None = None) -> dict[str, int]:
    """Bring the ladder up to date; how many steps were let go, fulfilled, found not kept, ended, how many appeals were found late, and how many
    steps were proposed."""
    now = now or clock.now()
    done = {"let_go": let_go(now), "fulfilled": _each(_put_right(), StepVerb.FULFIL, now, _("All its problems are put right."))}
    done["broken"] = _each(_unanswered(now), StepVerb.BREAK, now, _("No answer came in time."))
    done["broken"] += _each(
        _promise_over(now), StepVerb.BREAK, now, _("The promised day has passed and the problem is still there.")
    )
    done["ended"] = _each(_reminded(), StepVerb.END, now, _("The reminder has had its day."))
    done["ended"] += _each(_taken_over(), StepVerb.END, now, _("The next step took over."))
    done["ended"] += _each(_filed(), StepVerb.END, now, "")
    done["appeals_late"] = late_appeals(now)
    done["proposed"] = propose_by_rules(now) if base.settings().by_rule else 0
    return done


# -- steps that are under way ------------------------------------------------------------------------------------------


def let_go(now: datetime) -> int:
    """Cases that were dispatched anew since a step was taken are no longer its unit's: they leave it; a step without any is withdrawn.

    Returns how many cases left."""
    moved = StepCase.objects.filter(live=True, case__dispatched_at__gt=F("at"))
    keys = list(moved.order_by("pk").values_list("pk", "step")[:BATCH])
    if not keys:
        return 0
    StepCase.objects.filter(pk__in=[pk for pk, _step in keys]).update(live=False)
    empty = EscalationStep.objects.filter(
        ~Exists(StepCase.objects.filter(step=OuterRef("pk"), live=True)), pk__in={step for _pk, step in keys},
        state__in=(StepState.PROPOSED, StepState.APPROVED, *RUNNING_STEPS),
    )  # fmt: skip
    _each(empty, StepVerb.WITHDRAW, now, _("Its problems were given to another unit."))
    return len(keys)


def _links(**more: object) -> QuerySet[StepCase]:
    return StepCase.objects.filter(step=OuterRef("pk"), live=True, **more)


def _at_work() -> Exists:
    return Exists(_links(case__state__in=WORKING_STATES))


def _put_right() -> QuerySet[EscalationStep]:
    """Sent, and none of its cases weighs on the unit any more."""
    weighing = _links().exclude(case__state__in=PUT_RIGHT)
    return EscalationStep.objects.filter(
        ~Exists(weighing), Exists(_links()), state__in=(*RUNNING_STEPS, StepState.BROKEN), appealed_at__isnull=True
    )


def _unanswered(now: datetime) -> QuerySet[EscalationStep]:
    """No answer until the moment it was asked for, and a case is still at work. What waits to be checked, rests or is refused does not count."""
    return EscalationStep.objects.filter(_at_work(), state=StepState.ISSUED, due_at__lt=now, appealed_at__isnull=True)


def _promise_over(now: datetime) -> QuerySet[EscalationStep]:
    today = now.astimezone(clock.LOCAL).date()
    return EscalationStep.objects.filter(_at_work(), state=StepState.ANSWERED, promised_on__lt=today, appealed_at__isnull=True)


def _reminded() -> QuerySet[EscalationStep]:
    """Reminders of which no case stands at half its time any more."""
    still = _links(case__state__in=WORKING_STATES, case__urgency=Urgency.HALF)
    return EscalationStep.objects.filter(~Exists(still), level=Level.REMINDER, state=StepState.ISSUED)


def _taken_over() -> QuerySet[EscalationStep]:
    """Not kept, and each of its cases has climbed further."""
    higher = StepCase.objects.filter(
        case=OuterRef("case"), level__gt=OuterRef("level"), step__state__in=(*RUNNING_STEPS, StepState.BROKEN), live=True
    )
    return EscalationStep.objects.filter(
        Exists(_links()), ~Exists(_links().filter(~Exists(higher))), state=StepState.BROKEN, appealed_at__isnull=True
    )


def _filed() -> QuerySet[EscalationStep]:
    """Fulfilled reminders need nobody's last look."""
    return EscalationStep.objects.filter(level=Level.REMINDER, state=StepState.FULFILLED)


def _each(found: QuerySet[EscalationStep], verb: StepVerb, now: datetime, words: str) -> int:
    """Do a verb to each step that is found, once more looked at under its lock; how many."""
    done = 0
    for pk in list(found.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            step = found.select_related("unit").select_for_update(of=("self",)).filter(pk=pk).first()
            if step is None or possible(step.state, verb, facts_of(step)) is None:
                continue
            changes: dict[str, object] = {"note": words or step.note}
            changes["settled_at" if verb in (StepVerb.FULFIL, StepVerb.BREAK) else "ended_at"] = now
            if verb is StepVerb.WITHDRAW:
                close_appeal(access.SYSTEM, step, words)
            write(access.SYSTEM, verb, step, changes, note=words, now=now)
            done += 1
    return done


def late_appeals(now: datetime) -> int:
    """Appeals that nobody decided in time are told once, to the leader; the step goes on resting until somebody decides."""
    late = Appeal.objects.filter(state=Appeal.State.PENDING, due_at__lt=now).order_by().values("step")
    found = EscalationStep.objects.filter(pk__in=late).exclude(mark=APPEAL_LATE)
    told = list(found.values_list("pk", "state")[:BATCH])
    with transaction.atomic():
        EscalationStep.objects.filter(pk__in=[pk for pk, _state in told]).update(mark=APPEAL_LATE)
        for pk, state in told:
            events.say(StepMoved(pk, "overdue", state, state))
    return len(told)


# -- steps by rule -----------------------------------------------------------------------------------------------------


def propose_by_rules(now: datetime) -> int:
    """Each case that a rule fits gets its next step; cases of one unit that are found together share one. Returns how many steps."""
    active = list(EscalationRule.objects.filter(active=True).order_by("-level", "pk"))
    levels = {rule.level for rule in active}
    made = 0
    for rule in active:
        while count := _by_rule(rule, rules.leans_on(rule.level, levels), now):
            made += count
    return made


def candidates(rule: EscalationRule, below: int | None) -> QuerySet[Case]:
    """The cases at work that a rule fits and that have not had this step or a higher one since they were dispatched.

    ``below``: the rung that must have been taken and not been kept.
    """
    since = {"case": OuterRef("pk"), "at__gte": OuterRef("dispatched_at")}
    found = Case.objects.filter(
        LIVE, _fits(rule), ~Exists(StepCase.objects.filter(**since, level__gte=rule.level)), state__in=WORKING_STATES,
        handling_unit__isnull=False, severity__gte=rule.severity,
    )  # fmt: skip
    if rule.family_id is not None:
        found = found.filter(family=rule.family_id)
    if below is not None:
        found = found.filter(Exists(StepCase.objects.filter(**since, level=below, step__state=StepState.BROKEN)))
    return found


def _fits(rule: EscalationRule) -> Q:
    match rule.trigger:
        case Trigger.HALF:
            return Q(urgency=Urgency.HALF)
        case Trigger.OVERDUE:
            return Q(urgency__in=LATE)
        case Trigger.SUPERVISION:
            return Q(urgency=Urgency.SUPERVISION)
        case Trigger.REWORK:
            return Q(rework__gte=rule.count)
        case Trigger.REBOUNDS:
            return Q(**{"__".join(["rebound_of"] * min(rule.count, MOST_REBOUNDS)) + "__isnull": False})
    return Q()


def _by_rule(rule: EscalationRule, below: int | None, now: datetime) -> int:
    """One batch of a rule, in one transaction; how many steps were made."""
    if rule.trigger == Trigger.BROKEN and below is None:
        return 0
    with transaction.atomic():
        rows = candidates(rule, below).select_related("division", "handling_unit").order_by("pk")
        cases = list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])
        lines = _lines(cases)
        by_unit: dict[int, tuple[Unit, list[Case]]] = {}
        for case in cases:
            to = rules.addressee(lines[case.handling_unit_id], rule.climb)  # type: ignore[index]  # candidates have a handling unit
            by_unit.setdefault(to.pk, (to, []))[1].append(case)
        made = 0
        for to, own in by_unit.values():
            for start in range(0, len(own), rules.CASES):
                make(
                    access.SYSTEM, own[start : start + rules.CASES], level=rule.level, unit=to, reason=why(rule), asks=rule.asks,
                    answer_amount=rule.answer_amount, answer_unit=rule.answer_unit, rule=rule, now=now,
                )  # fmt: skip
                made += 1
    return made


def why(rule: EscalationRule) -> str:
    """The rule in words, as a step keeps them."""
    words = str(rule.get_trigger_display())
    return _("%(what)s: %(count)d") % {"what": words, "count": rule.count} if rule.count else words


def _lines(cases: Sequence[Case]) -> dict[int, list[Unit]]:
    """For each handling unit the units from it up to the root. One query."""
    paths = {case.handling_unit.path for case in cases if case.handling_unit is not None}
    wanted = {path[:end] for path in paths for end in range(Unit.steplen, len(path) + 1, Unit.steplen)}
    known = {unit.path: unit for unit in Unit.objects.filter(path__in=wanted)}
    lines = {}
    for path in paths:
        line = [known[path[:end]] for end in range(len(path), 0, -Unit.steplen) if path[:end] in known]
        lines[line[0].pk] = line
    return lines
