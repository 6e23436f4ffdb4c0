"""What people do with steps of escalation: propose, approve, issue, answer, appeal, decide, settle, end, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.actions.base import check_photos, text
from chuangwen.cases.errors import Incomplete, NotNow
from chuangwen.cases.escalation import base, rules
from chuangwen.cases.escalation.base import make, note_units, office_of, take, write
from chuangwen.cases.escalation.states import StepVerb
from chuangwen.cases.models import (
    OPEN_STATES,
    WORKING_STATES,
    Appeal,
    AppealPhoto,
    Case,
    EscalationStep,
    Level,
    LimitUnit,
    State,
    StepCase,
    StepState,
    SupervisingOffice,
)
from chuangwen.cases.rules import under
from chuangwen.kernel import access, audit, clock, office_calendar
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.models import Counter
from chuangwen.kernel.worktime import Limit
from chuangwen.people.models import Unit

WORDS = {Level.ORDER: "order_word", Level.LISTED: "listed_word", Level.TALK: "talk_word", Level.HAND_OVER: "hand_over_word"}
PUT_RIGHT = (State.VERIFIED, *(state for state in State if state not in OPEN_STATES))
"""A case in one of these no longer weighs on a unit."""


@dataclass
class Proposed:
    """What became of cases for which steps were asked: the steps, and the cases for which none was made, each with the sentence why."""

    steps: list[EscalationStep] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def propose(
    actor: Actor,
    *,
    case_ids: Sequence[int],
    level: int,
    reason: str,
    asks: str,
    unit: Unit | None = None,
    answer_amount: int = 1,
    answer_unit: str = LimitUnit.WORKING_DAYS,
) -> EscalationStep:
    """Propose a step over cases of one unit, by hand: one order for several cases. A reminder goes out at once, the rest waits for a leader.

    ``unit``: whom it is addressed to, the handling unit or one above it; the handling unit where none is given. A hand-over asks for a talk
    before. Raises Denied, Missing, NotNow (a case is not at work), Incomplete (cases of several units; a live step of that level; no words).
    """
    access.require(actor, "cases.propose_step")
    if level not in Level.values:
        raise Incomplete(_("There is no such rung."), "cases.step_level", field="level")
    words = text(reason, "reason", limit=rules.TEXT, required=_("Say why this step is taken."))
    asked = text(asks, "asks", limit=rules.TEXT, required="" if level == Level.REMINDER else _("Say what the unit has to do."))
    _limit(answer_amount, answer_unit)
    with transaction.atomic():
        cases = _cases(actor, case_ids)
        to = _addressed(cases, unit)
        _free(cases, level)
        return make(
            actor, cases, level=level, unit=to, reason=words, asks=asked, answer_amount=answer_amount, answer_unit=answer_unit
        )


def propose_many(actor: Actor, *, case_ids: Sequence[int], level: int, reason: str, asks: str, **more: Any) -> Proposed:
    """The same over cases of several units: one step for each unit that works on some. What cannot be is told and disturbs nothing else."""
    access.require(actor, "cases.propose_step")
    outcome = Proposed()
    found = access.scoped(actor, "cases.propose_step", Case).filter(pk__in=list(case_ids))
    by_unit: dict[int | None, list[Case]] = {}
    live = set(StepCase.objects.filter(case__in=list(case_ids), level=level, live=True).values_list("case", flat=True))
    for case in found.order_by("pk"):
        if case.state not in WORKING_STATES:
            outcome.refused.append((case.number or "", _("not at work with a unit: %(state)s") % {"state": case.get_state_display()}))
        elif case.pk in live:
            outcome.refused.append((case.number or "", _("has such a step already")))
        else:
            by_unit.setdefault(case.handling_unit_id, []).append(case)
    for cases in by_unit.values():
        for start in range(0, len(cases), rules.CASES):
            part = cases[start : start + rules.CASES]
            try:
                outcome.steps.append(
                    propose(actor, case_ids=[case.pk for case in part], level=level, reason=reason, asks=asks, **more)
                )
            except Refusal as refusal:
                outcome.refused += [(case.number or "", str(refusal)) for case in part]
    return outcome


def _cases(actor: Actor, case_ids: Sequence[int]) -> list[Case]:
    """The cases, locked, all at work with a unit."""
    keys = sorted(set(case_ids))
    if not keys:
        raise Incomplete(_("Choose at least one case."), "cases.step_cases", field="cases")
    if len(keys) > rules.CASES:
        raise Incomplete(
            _("At most %(count)d cases in one step.") % {"count": rules.CASES}, "cases.step_cases", field="cases"
        )
    rows = access.scoped(actor, "cases.propose_step", Case).filter(pk__in=keys).select_related("division", "handling_unit")
    cases = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if len(cases) < len(keys):
        raise Missing(_("There is no such record, or it is not in your area."))
    for case in cases:
        if case.state not in WORKING_STATES:
            raise NotNow(
                _("%(number)s is “%(state)s”: this cannot be done now.")
                % {"number": case.number, "state": case.get_state_display()}
            )
    return cases


def _addressed(cases: Sequence[Case], unit: Unit | None) -> Unit:
    """Whom the step goes to: one unit that stands at or above all that work on the cases, and does work itself."""
    if unit is None:
        units = {case.handling_unit_id: case.handling_unit for case in cases}
        if len(units) > 1:
            raise Incomplete(
                _("These cases are with several units: make one step for each, or address it to a unit above them."),
                "cases.step_units",
                field="unit",
            )
        unit = next(iter(units.values()))
        assert unit is not None
    if unit.kind in rules.HEADQUARTERS:
        raise Incomplete(
            _("%(unit)s supervises itself: address a unit that does the work.") % {"unit": unit}, "cases.step_units", field="unit"
        )
    if not all(case.handling_unit is not None and under(case.handling_unit.path, unit.path) for case in cases):
        raise Incomplete(
            _("%(unit)s does not stand above whoever works on all these cases.") % {"unit": unit}, "cases.step_units", field="unit"
        )
    return unit


def _free(cases: Sequence[Case], level: int) -> None:
    """Raise where a case has a live step of the level, or a hand-over has no talk before it."""
    taken = StepCase.objects.filter(case__in=cases, level=level, live=True).select_related("case").first()
    if taken is not None:
        raise Incomplete(
            _("%(number)s has such a step already: %(level)s.")
            % {"number": taken.case.number, "level": taken.get_level_display()},
            "cases.step_twice",
            field="cases",
        )
    if level == Level.HAND_OVER:
        talked = StepCase.objects.filter(case__in=cases, level=Level.TALK).exclude(
            step__state__in=(StepState.PROPOSED, StepState.APPROVED, StepState.WITHDRAWN)
        )
        if not talked.exists():
            raise Incomplete(
                _("A matter is handed over after a talk; there was none about these cases."), "cases.step_talk_first", field="level"
            )


def _limit(amount: Any, unit: str) -> None:
    if isinstance(amount, bool) or not isinstance(amount, int) or not 1 <= amount <= 999 or unit not in LimitUnit.values:
        raise Incomplete(
            _("A limit is in working hours, working days or calendar days."), "cases.limit_unit", field="answer_amount"
        )


def approve(actor: Actor, *, step_id: int, note: str = "", expected_version: int | None = None) -> EscalationStep:
    """A leader wants the step."""
    with transaction.atomic():
        step = take(actor, StepVerb.APPROVE, step_id, expected_version)
        now = clock.now()
        changes = {"approved_at": now, "approved_by_id": actor.account_id}
        write(actor, StepVerb.APPROVE, step, changes, note=text(note, "note"), now=now)
    return step


def issue(actor: Actor, *, step_id: int, expected_version: int | None = None) -> EscalationStep:
    """Give the step its number and send it. The numbers of an office, a word and a year have no gaps, whoever issues at the same moment.

    Raises NotNow where none of its cases is at work any more.
    """
    with transaction.atomic():
        step = take(actor, StepVerb.ISSUE, step_id, expected_version)
        rows = Case.objects.filter(steps__step=step, steps__live=True, state__in=WORKING_STATES)
        cases = list(rows.select_related("division", "handling_unit"))
        if not cases:
            raise NotNow(_("None of its problems is at work with a unit any more: withdraw the step."))
        now, office = clock.now(), office_of(step.division)
        changes = {"issued_at": now, "office": office, "number": _number(step.level, office)}
        if step.level != Level.HAND_OVER:
            limit = Limit.of(step.answer_amount, step.answer_unit)
            changes["due_at"] = office_calendar.calendar().due(now, limit)
        note_units(step, cases)
        write(actor, StepVerb.ISSUE, step, changes, now=now)
    return step


def _number(level: int, office: SupervisingOffice | None) -> str:
    day, name = clock.today(), WORDS[Level(level)]
    word = getattr(office or SupervisingOffice(), name)
    code = office.code if office else ""
    return rules.number(code, word, day, Counter.take(rules.series(code, word, day)))


def answer(
    actor: Actor,
    *,
    step_id: int,
    measure: str,
    promised_on: date,
    promise: str = "",
    expected_version: int | None = None,
) -> EscalationStep:
    """The unit says what it does about it and until when. The promise of a listed supervision is published, under the unit's name."""
    with transaction.atomic():
        step = take(actor, StepVerb.ANSWER, step_id, expected_version)
        done = text(measure, "measure", required=_("Say what you do about it."))
        required = _("Say what is promised: it is published.") if step.level == Level.LISTED else ""
        words = text(promise, "promise", limit=rules.TEXT, required=required)
        today, last = clock.today(), clock.today() + timedelta(days=base.settings().promise_days)
        if not today <= promised_on <= last:
            raise Incomplete(
                _("A day from today to %(day)s.") % {"day": f"{last:%Y-%m-%d}"}, "cases.promise_day", field="promised_on"
            )
        now = clock.now()
        changes = {"measure": done, "promise": words, "promised_on": promised_on, "answered_at": now}
        write(actor, StepVerb.ANSWER, step, changes, note=done, now=now)
    return step


def appeal(
    actor: Actor, *, step_id: int, words: str, photos: Sequence[int] = (), expected_version: int | None = None
) -> Appeal:
    """The unit finds the step wrong, and shows why. The step rests until somebody decides, at the latest by the appeal's own clock."""
    with transaction.atomic():
        step = take(actor, StepVerb.APPEAL, step_id, expected_version)
        said = text(words, "words", required=_("Say what is wrong with this step."))
        check_photos(actor, photos)
        now, limits = clock.now(), base.settings()
        due = office_calendar.calendar().due(now, Limit.of(limits.appeal_amount, limits.appeal_unit))
        raised = Appeal.objects.create(step=step, words=said, raised_at=now, raised_by_id=actor.account_id, due_at=due)
        AppealPhoto.objects.bulk_create([AppealPhoto(appeal=raised, photo_id=photo) for photo in dict.fromkeys(photos)])
        write(actor, StepVerb.APPEAL, step, {"appealed_at": now}, note=said, now=now)
    return raised


def decide_appeal(
    actor: Actor, *, step_id: int, granted: bool, words: str, expected_version: int | None = None
) -> EscalationStep:
    """Answer the appeal that waits, with words. Granted, the step is withdrawn; denied, it stands, and an answer still owed gets its time
    anew."""
    verb = StepVerb.GRANT if granted else StepVerb.DENY
    with transaction.atomic():
        step = take(actor, verb, step_id, expected_version)
        said = text(words, "words", required=_("Say why: the unit reads it."))
        now = clock.now()
        row = Appeal.objects.select_for_update().get(step=step, state=Appeal.State.PENDING)
        row.state = Appeal.State.GRANTED if granted else Appeal.State.DENIED
        row.answer, row.decided_at, row.decided_by_id = said, now, actor.account_id
        row.save()
        changes: dict[str, Any] = {"mark": ""}
        if granted:
            changes |= {"note": said, "ended_at": now}
        elif step.state == StepState.ISSUED and step.due_at is not None:
            limit = Limit.of(step.answer_amount, step.answer_unit)
            changes["due_at"] = office_calendar.calendar().due(now, limit)
        write(actor, verb, step, changes, note=said, now=now)
        step.appealed_at = None
        step.save(update_fields=["appealed_at"])
    return step


def settle(actor: Actor, *, step_id: int, kept: bool, note: str = "", expected_version: int | None = None) -> EscalationStep:
    """The office finds the step fulfilled, or not kept; what is not kept needs words. The clock does both by itself where it can tell."""
    verb = StepVerb.FULFIL if kept else StepVerb.BREAK
    with transaction.atomic():
        step = take(actor, verb, step_id, expected_version)
        words = text(note, "note", required="" if kept else _("Say what was not kept."))
        if kept and Case.objects.filter(steps__step=step, steps__live=True).exclude(state__in=PUT_RIGHT).exists():
            raise NotNow(_("Not all of its problems are put right yet."))
        now = clock.now()
        write(actor, verb, step, {"settled_at": now, "note": words or step.note}, note=words, now=now)
    return step


def end(actor: Actor, *, step_id: int, note: str = "", expected_version: int | None = None) -> EscalationStep:
    """File a settled step away."""
    with transaction.atomic():
        step = take(actor, StepVerb.END, step_id, expected_version)
        words, now = text(note, "note"), clock.now()
        write(actor, StepVerb.END, step, {"ended_at": now, "note": words or step.note}, note=words, now=now)
    return step


def withdraw(actor: Actor, *, step_id: int, reason: str, expected_version: int | None = None) -> EscalationStep:
    """Take a step back, and say why. Its number is not given again."""
    with transaction.atomic():
        step = take(actor, StepVerb.WITHDRAW, step_id, expected_version)
        words = text(reason, "reason", required=_("Say why it is withdrawn."))
        close_appeal(actor, step, words)
        now = clock.now()
        write(actor, StepVerb.WITHDRAW, step, {"note": words, "ended_at": now}, note=words, now=now)
    return step


def close_appeal(actor: Actor, step: EscalationStep, words: str) -> None:
    """Whoever withdraws a step grants what was said against it."""
    waiting = Appeal.objects.filter(step=step, state=Appeal.State.PENDING)
    waiting.update(state=Appeal.State.GRANTED, answer=words, decided_at=clock.now(), decided_by=actor.account_id)
    if step.appealed_at is not None:
        step.appealed_at = None
        step.save(update_fields=["appealed_at"])


def link_paper(actor: Actor, *, step_id: int, title: str, url: str) -> EscalationStep:
    """Note the paper that was made about a step: its name and its address in this program. The room of papers calls it."""
    with transaction.atomic():
        step: EscalationStep = access.fetch(actor, "cases.issue_step", EscalationStep, lock=True, pk=step_id)
        if not url.startswith("/") or url.startswith("//"):
            raise Incomplete(_("The address of a paper is one of this program."), "cases.paper_url", field="url")
        step.paper_title, step.paper_url = text(title, "title", limit=200, required=_("Name the paper.")), url[:200]
        step.save(update_fields=["paper_title", "paper_url"])
        audit.record(actor, "cases.issue_step", step, after={"paper": step.paper_title, "url": step.paper_url})
    return step
