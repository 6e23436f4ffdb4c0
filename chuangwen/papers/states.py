"""The life of a paper as data: in which state which verb may be done and where it leads. Pure.

What is not in the table cannot happen. Who may try a verb is said by ``access``; DOMAIN.md R23 is the source.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from chuangwen.papers.models import State


class Verb(StrEnum):
    DRAFT = "draft"
    CHANGE = "change"
    CHECK = "check"
    ASK_COUNTERSIGN = "ask_countersign"
    AGREE = "agree"
    OBJECT = "object"
    SIGN = "sign"
    SEND_BACK = "send_back"
    TAKE_BACK = "take_back"
    SEND = "send"
    RECEIVE = "receive"
    INSTRUCT = "instruct"
    WITHDRAW = "withdraw"
    ARCHIVE = "archive"
    VOID = "void"


WORDS: dict[Verb, str | Promise] = {
    Verb.DRAFT: pgettext_lazy("paper event", "drafted"),
    Verb.CHANGE: pgettext_lazy("paper event", "changed the draft"),
    Verb.CHECK: pgettext_lazy("paper event", "checked"),
    Verb.ASK_COUNTERSIGN: pgettext_lazy("paper event", "asked for countersignatures"),
    Verb.AGREE: pgettext_lazy("paper event", "countersigned"),
    Verb.OBJECT: pgettext_lazy("paper event", "objected"),
    Verb.SIGN: pgettext_lazy("paper event", "signed"),
    Verb.SEND_BACK: pgettext_lazy("paper event", "sent back to be drafted again"),
    Verb.TAKE_BACK: pgettext_lazy("paper event", "taken back by the drafter"),
    Verb.SEND: pgettext_lazy("paper event", "sent"),
    Verb.RECEIVE: pgettext_lazy("paper event", "received"),
    Verb.INSTRUCT: pgettext_lazy("paper event", "a leader's instruction"),
    Verb.WITHDRAW: pgettext_lazy("paper event", "withdrawn"),
    Verb.ARCHIVE: pgettext_lazy("paper event", "archived"),
    Verb.VOID: pgettext_lazy("paper event", "made void"),
}


@dataclass(frozen=True, slots=True)
class Transition:
    """``access`` is the verb of the room that somebody needs; ``words`` says that words have to be given; ``reason`` why the field allows it."""

    state: State
    verb: Verb
    new_state: State
    access: str
    reason: str
    words: bool = False


S, V = State, Verb
BEFORE_SIGNING = (S.CHECKED, S.COUNTERSIGNING, S.COUNTERSIGNED)
OUT = (S.SENT, S.ARCHIVED)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(S.DRAFT, V.CHANGE, S.DRAFT, "papers.draft", "a draft is changed until somebody has checked it"),
    Transition(S.DRAFT, V.CHECK, S.CHECKED, "papers.check", "words and figures were looked through (核稿)"),
    Transition(
        S.CHECKED, V.ASK_COUNTERSIGN, S.COUNTERSIGNING, "papers.check", "others answer for parts of it and are asked first (会签)"
    ),
    Transition(S.COUNTERSIGNING, V.AGREE, S.COUNTERSIGNING, "papers.countersign", "one of several agrees"),
    Transition(S.COUNTERSIGNING, V.OBJECT, S.DRAFT, "papers.countersign", "what is objected to is drafted again", words=True),
    Transition(S.CHECKED, V.SIGN, S.SIGNED, "papers.sign", "nobody else has to be asked (签发)"),
    Transition(S.COUNTERSIGNED, V.SIGN, S.SIGNED, "papers.sign", "everybody who was asked has agreed"),
    *(
        Transition(state, V.SEND_BACK, S.DRAFT, "papers.sign", "the leader wants it otherwise", words=True)
        for state in BEFORE_SIGNING
    ),
    *(Transition(state, V.TAKE_BACK, S.DRAFT, "papers.draft", "the drafter found something to mend") for state in BEFORE_SIGNING),
    Transition(S.SIGNED, V.SEND, S.SENT, "papers.send", "it goes to the units"),
    Transition(S.SENT, V.SEND, S.SENT, "papers.send", "further units get it"),
    Transition(S.WITHDRAWN, V.SEND, S.SENT, "papers.send", "it goes out again after all"),
    Transition(S.SENT, V.RECEIVE, S.SENT, "papers.receive", "a unit says that it has it"),
    Transition(S.SENT, V.WITHDRAW, S.WITHDRAWN, "papers.send", "it went out by mistake", words=True),
    *(Transition(state, V.INSTRUCT, state, "papers.instruct", "a leader writes on it (批示)") for state in (S.SIGNED, *OUT)),
    Transition(S.SIGNED, V.ARCHIVE, S.ARCHIVED, "papers.archive", "it was for the file alone"),
    Transition(S.SENT, V.ARCHIVE, S.ARCHIVED, "papers.archive", "it is done with (归档)"),
    *(
        Transition(state, V.VOID, S.VOID, "papers.sign", "its number stays used and names nothing in force", words=True)
        for state in (S.SIGNED, S.SENT, S.WITHDRAWN)
    ),
)
TABLE: dict[tuple[State, Verb], Transition] = {(t.state, t.verb): t for t in TRANSITIONS}
assert len(TABLE) == len(TRANSITIONS), "a pair of state and verb stands in the table once"
LINE = (S.DRAFT, S.CHECKED, S.COUNTERSIGNED, S.SIGNED, S.SENT, S.ARCHIVED)
"""The usual way, for the steps on a page."""


def transition(state: str, verb: Verb) -> Transition | None:
    """Where ``verb`` leads from ``state``; None where it cannot be done."""
    return TABLE.get((State(state), verb))


def from_state(state: str) -> list[Transition]:
    """Everything that can be done in ``state``, in the order of ``Verb``."""
    return [TABLE[State(state), verb] for verb in Verb if (State(state), verb) in TABLE]
