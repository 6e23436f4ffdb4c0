"""The life of a step as data: in which state which verb may be done, by whom, and where it leads. Pure. What is not in the table cannot
happen."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models import StepState


class StepVerb(StrEnum):
    PROPOSE = "propose"
    APPROVE = "approve"
    ISSUE = "issue"
    ANSWER = "answer"
    APPEAL = "appeal"
    GRANT = "grant"
    DENY = "deny"
    FULFIL = "fulfil"
    BREAK = "break"
    END = "end"
    WITHDRAW = "withdraw"


class StepSide(StrEnum):
    """On which side of a step somebody stands."""

    OFFICE = "office"
    """Whose verb reaches the step by its place."""
    UNIT = "unit"
    """The unit that it is addressed to, or one above it."""


@dataclass(frozen=True, slots=True)
class StepTransition:
    """``reason`` says why the field allows it. ``reminders``: also for a reminder, which nobody approves, answers or appeals against."""

    state: StepState
    verb: StepVerb
    new_state: StepState
    side: StepSide
    reason: str
    reminders: bool = False


S, V = StepState, StepVerb
_O, _U = StepSide.OFFICE, StepSide.UNIT

TRANSITIONS: tuple[StepTransition, ...] = (
    StepTransition(S.PROPOSED, V.APPROVE, S.APPROVED, _O, "a leader answers for what is sent to a unit"),
    StepTransition(S.PROPOSED, V.WITHDRAW, S.WITHDRAWN, _O, "the leader does not want it, or the cause is gone"),
    StepTransition(S.APPROVED, V.ISSUE, S.ISSUED, _O, "the office gives it its number and sends it"),
    StepTransition(S.APPROVED, V.WITHDRAW, S.WITHDRAWN, _O, "the cause is gone before it was sent"),
    StepTransition(S.ISSUED, V.ANSWER, S.ANSWERED, _U, "the unit says what it does and until when"),
    StepTransition(S.ISSUED, V.APPEAL, S.ISSUED, _U, "the unit finds it wrong: it rests until somebody decides"),
    StepTransition(S.ISSUED, V.GRANT, S.WITHDRAWN, _O, "the unit is right"),
    StepTransition(S.ISSUED, V.DENY, S.ISSUED, _O, "the step stands: the time for the answer begins anew"),
    StepTransition(S.ISSUED, V.FULFIL, S.FULFILLED, _O, "all its problems are put right", True),
    StepTransition(S.ISSUED, V.BREAK, S.BROKEN, _O, "no answer came in time"),
    StepTransition(S.ISSUED, V.END, S.ENDED, _O, "a reminder has had its day; what was handed over is with others", True),
    StepTransition(S.ISSUED, V.WITHDRAW, S.WITHDRAWN, _O, "it was sent by mistake, or the case is another unit's now", True),
    StepTransition(S.ANSWERED, V.APPEAL, S.ANSWERED, _U, "who answers may still find it wrong"),
    StepTransition(S.ANSWERED, V.GRANT, S.WITHDRAWN, _O, "the unit is right"),
    StepTransition(S.ANSWERED, V.DENY, S.ANSWERED, _O, "the step stands, and so does the promise"),
    StepTransition(S.ANSWERED, V.FULFIL, S.FULFILLED, _O, "the promise was kept"),
    StepTransition(S.ANSWERED, V.BREAK, S.BROKEN, _O, "the promised day has passed and the problem is still there"),
    StepTransition(S.ANSWERED, V.WITHDRAW, S.WITHDRAWN, _O, "it was sent by mistake, or the case is another unit's now"),
    StepTransition(S.FULFILLED, V.END, S.ENDED, _O, "filed away", True),
    StepTransition(S.BROKEN, V.FULFIL, S.FULFILLED, _O, "put right after all: late, and that stays written"),
    StepTransition(S.BROKEN, V.END, S.ENDED, _O, "the next step took over"),
    StepTransition(S.BROKEN, V.APPEAL, S.BROKEN, _U, "the unit finds that it kept its word"),
    StepTransition(S.BROKEN, V.GRANT, S.WITHDRAWN, _O, "the unit is right"),
    StepTransition(S.BROKEN, V.DENY, S.BROKEN, _O, "it was not kept"),
)

TABLE: dict[tuple[StepState, StepVerb], StepTransition] = {(t.state, t.verb): t for t in TRANSITIONS}
assert len(TABLE) == len(TRANSITIONS), "a pair of state and verb stands in the table once"


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What a verb asks of a step beside its state."""

    reminder: bool = False
    hand_over: bool = False
    appealed: bool = False


def possible(state: str, verb: StepVerb, facts: StepFacts) -> StepTransition | None:
    """Where ``verb`` leads from ``state``; None where it cannot be done."""
    step = TABLE.get((StepState(state), verb))
    if step is None or facts.reminder and not step.reminders:
        return None
    if verb in (V.GRANT, V.DENY):
        return step if facts.appealed else None
    if facts.appealed and verb in (V.APPEAL, V.BREAK, V.END):
        return None  # one appeal waits at a time; while it does the step rests
    if verb in (V.ANSWER, V.BREAK) and facts.hand_over:
        return None  # what was handed over is no longer the unit's to answer
    if verb is V.END and state == S.ISSUED and not (facts.reminder or facts.hand_over):
        return None
    return step

DONE_WORDS: dict[str, str | Promise] = {
    StepVerb.PROPOSE: pgettext_lazy("step event", "proposed"), StepVerb.APPROVE: pgettext_lazy("step event", "approved"),
    StepVerb.ISSUE: pgettext_lazy("step event", "issued"), StepVerb.ANSWER: pgettext_lazy("step event", "answered by the unit"),
    StepVerb.APPEAL: pgettext_lazy("step event", "the unit appeals"), StepVerb.GRANT: pgettext_lazy("step event", "appeal granted"),
    StepVerb.DENY: pgettext_lazy("step event", "appeal denied"), StepVerb.FULFIL: pgettext_lazy("step event", "fulfilled"),
    StepVerb.BREAK: pgettext_lazy("step event", "not kept"), StepVerb.END: pgettext_lazy("step event", "filed away"),
    StepVerb.WITHDRAW: pgettext_lazy("step event", "withdrawn"),
}  # fmt: skip
"""What happened, as a word of the history."""
