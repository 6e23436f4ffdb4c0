"""The closed loop as data: in which state which verb may be done, by whom, and where it leads (DOMAIN.md section 5). Pure.

What is not in the table cannot happen. Whether a person may do a verb at all is said by ``access``; ``Side`` says on which side of the
case they have to stand for it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import State, Verb


class Side(StrEnum):
    """On which side of a case somebody stands."""

    ANYBODY = "anybody"
    """Everybody whose verb reaches the case, the reporter and the assisting units included."""
    OFFICE = "office"
    """Whose verb reaches the case by its place."""
    HANDLER = "handler"
    """The unit that works on it now, or one above it up to the lead."""
    LEAD = "lead"
    """The unit that it was dispatched to."""


@dataclass(frozen=True, slots=True)
class Transition:
    """``reason`` says why the field allows it."""

    state: State
    verb: Verb
    new_state: State
    side: Side
    reason: str


S, V = State, Verb
_O, _H, _L, _A = Side.OFFICE, Side.HANDLER, Side.LEAD, Side.ANYBODY

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        S.REPORTED, V.SCREEN, S.SCREENED, _O, "somebody in the office looks at it: it is a problem and whose it seems to be"
    ),
    Transition(S.REPORTED, V.DISPATCH, S.DISPATCHED, _O, "dispatching what was only reported screens it in the same step"),
    Transition(S.REPORTED, V.REJECT, S.REJECTED, _O, "not a problem, or not ours"),
    Transition(S.REPORTED, V.MERGE, S.MERGED, _O, "the same problem was reported before"),
    Transition(S.REPORTED, V.SOLVE_ON_SPOT, S.CLOSED, _O, "small things are put right by whoever stands before them"),
    Transition(S.REPORTED, V.EDIT, S.REPORTED, _A, "who reported it may correct it until somebody has looked at it"),
    Transition(S.SCREENED, V.DISPATCH, S.DISPATCHED, _O, "the unit is known"),
    Transition(S.SCREENED, V.REJECT, S.REJECTED, _O, "a second look"),
    Transition(S.SCREENED, V.MERGE, S.MERGED, _O, "the same problem is already on its way"),
    Transition(S.SCREENED, V.SOLVE_ON_SPOT, S.CLOSED, _O, "put right before it was sent to anybody"),
    Transition(S.SCREENED, V.EDIT, S.SCREENED, _O, "what is known of it changes"),
    Transition(S.DISPATCHED, V.SIGN_FOR, S.RECTIFYING, _H, "the unit takes it"),
    Transition(S.DISPATCHED, V.REFUSE, S.REFUSED, _L, "the unit says that it is not theirs"),
    Transition(S.DISPATCHED, V.PASS_ON, S.DISPATCHED, _H, "a street passes it to its community"),
    Transition(S.DISPATCHED, V.HAND_BACK, S.DISPATCHED, _H, "whom it was passed on to gives it back to the lead"),
    Transition(S.DISPATCHED, V.REDISPATCH, S.DISPATCHED, _O, "the office corrects its own choice"),
    Transition(S.DISPATCHED, V.MERGE, S.MERGED, _O, "two units were sent to one problem"),
    Transition(S.DISPATCHED, V.ASK_EXTENSION, S.DISPATCHED, _H, "it is plain at once that the limit is too short"),
    Transition(S.DISPATCHED, V.GRANT_EXTENSION, S.DISPATCHED, _O, "answers what was asked"),
    Transition(S.DISPATCHED, V.DENY_EXTENSION, S.DISPATCHED, _O, "answers what was asked"),
    Transition(S.DISPATCHED, V.DEFER, S.DEFERRED, _O, "it needs works that stand in a plan"),
    Transition(S.DISPATCHED, V.SUBMIT, S.SUBMITTED, _H, "an answer with a photo signs for the case as well"),
    Transition(S.DISPATCHED, V.EDIT, S.DISPATCHED, _O, "what is known of it changes"),
    Transition(S.REFUSED, V.REDISPATCH, S.DISPATCHED, _O, "arbitration: to another unit, or bindingly to the same"),
    Transition(S.REFUSED, V.REJECT, S.REJECTED, _O, "arbitration: nobody's"),
    Transition(S.REFUSED, V.MERGE, S.MERGED, _O, "arbitration: it is part of another case"),
    Transition(S.REFUSED, V.EDIT, S.REFUSED, _O, "what is known of it changes"),
    Transition(S.RECTIFYING, V.SUBMIT, S.SUBMITTED, _H, "the unit says what was done and shows it"),
    Transition(S.RECTIFYING, V.PASS_ON, S.DISPATCHED, _H, "the unit below signs for it in turn"),
    Transition(S.RECTIFYING, V.HAND_BACK, S.DISPATCHED, _H, "the lead has it again and signs for it in turn"),
    Transition(S.RECTIFYING, V.REDISPATCH, S.DISPATCHED, _O, "it turns out to be another unit's"),
    Transition(S.RECTIFYING, V.ASK_EXTENSION, S.RECTIFYING, _H, "it takes longer"),
    Transition(S.RECTIFYING, V.GRANT_EXTENSION, S.RECTIFYING, _O, "answers what was asked"),
    Transition(S.RECTIFYING, V.DENY_EXTENSION, S.RECTIFYING, _O, "answers what was asked"),
    Transition(S.RECTIFYING, V.DEFER, S.DEFERRED, _O, "it needs works that stand in a plan"),
    Transition(S.RECTIFYING, V.EDIT, S.RECTIFYING, _O, "what is known of it changes"),
    Transition(S.DEFERRED, V.RESUME, S.RECTIFYING, _O, "the plan has come to it, or was given up"),
    Transition(S.DEFERRED, V.DEFER, S.DEFERRED, _O, "the plan moved"),
    Transition(S.DEFERRED, V.SUBMIT, S.SUBMITTED, _H, "done before its day"),
    Transition(S.DEFERRED, V.EDIT, S.DEFERRED, _O, "what is known of it changes"),
    Transition(S.SUBMITTED, V.VERIFY, S.VERIFIED, _O, "somebody other than who did it has looked"),
    Transition(S.SUBMITTED, V.SEND_BACK, S.RECTIFYING, _O, "it is not put right"),
    Transition(S.VERIFIED, V.CLOSE, S.CLOSED, _O, "closed by its number"),
    Transition(S.VERIFIED, V.SEND_BACK, S.RECTIFYING, _O, "a last look finds that it is not put right"),
    Transition(S.CLOSED, V.REBOUND, S.CLOSED, _A, "the problem is back: a new case that names this one"),
    Transition(S.CLOSED, V.DISPUTE, S.CLOSED, _A, "who finds it not solved says so and waits for an answer"),
    Transition(
        S.CLOSED, V.ANSWER_DISPUTE, S.CLOSED, _O, "an objection is answered: the problem goes on, or stays closed with words"
    ),
    *(
        Transition(state, V.LINK_REBOUND, state, _O, "the office knows the problem again that the rule was not sure of")
        for state in (S.REPORTED, S.SCREENED, S.DISPATCHED, S.RECTIFYING)
    ),
    *(Transition(state, V.COMMENT, state, _A, "a remark changes nothing") for state in State if state != S.MERGED),
)

TABLE: dict[tuple[State, Verb], Transition] = {(t.state, t.verb): t for t in TRANSITIONS}
assert len(TABLE) == len(TRANSITIONS), "a pair of state and verb stands in the table once"
ORDER: tuple[Verb, ...] = tuple(Verb)


def transition(state: str, verb: Verb) -> Transition | None:
    """Where ``verb`` leads from ``state``; None where it cannot be done."""
    return TABLE.get((State(state), verb))


def from_state(state: str) -> list[Transition]:
    """Everything that can be done in ``state``, in the order of ``Verb``."""
    return [TABLE[(State(state), verb)] for verb in ORDER if (State(state), verb) in TABLE]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a verb asks of a case beside its state."""

    binding: bool = False
    extension_asked: bool = False
    passed_on: bool = False
    own_submission: bool = False
    disputed: bool = False
    rebound: bool = False


def hindrance(verb: Verb, facts: Facts) -> tuple[str, str | Promise] | None:
    """Code and sentence of what stands against ``verb`` though the state allows it; None for nothing."""
    match verb:
        case Verb.REFUSE if facts.binding:
            return "cases.binding", _("This case was arbitrated: it cannot be refused again.")
        case Verb.HAND_BACK if not facts.passed_on:
            return "cases.not_passed_on", _("The case was not passed on: there is nobody to hand it back to. Refuse it instead.")
        case Verb.ASK_EXTENSION if facts.extension_asked:
            return "cases.extension_waits", _("More time was asked for already and not answered yet.")
        case Verb.GRANT_EXTENSION | Verb.DENY_EXTENSION if not facts.extension_asked:
            return "cases.no_extension_asked", _("Nobody has asked for more time.")
        case Verb.ANSWER_DISPUTE if not facts.disputed:
            return "cases.no_objection", _("Nobody has objected, or the objection was answered already.")
        case Verb.LINK_REBOUND if facts.rebound:
            return "cases.linked_already", _("This case is linked as the rebound of another one already.")
        case Verb.VERIFY if facts.own_submission:
            return "cases.own_work", _("Who submitted the work cannot pass it: somebody else has to look.")
    return None
