"""What the actions of the room share: taking a paper for a verb, moving it, writing down what happened."""

from typing import Any

from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.papers.events import PaperMoved
from chuangwen.papers.models import Paper, PaperEvent, PaperVersion, State
from chuangwen.papers.states import Transition, Verb, transition
from chuangwen.people.models import Unit

REACHED = ("round", "unit", "division", "sheet__scheme", "office", "template")


def take(actor: Actor, verb: Verb, word: str, paper_id: int) -> Paper:
    """The paper, locked, on which the actor may do ``word`` (a verb of access). Raises Denied, Missing, Conflict where its state is another."""
    paper = access.fetch(actor, word, Paper, lock=True, pk=paper_id)
    step(paper, verb)
    return paper


def step(paper: Paper, verb: Verb) -> Transition:
    """Where ``verb`` leads. Raises Conflict where the paper's state does not allow it."""
    found = transition(paper.state, verb)
    if found is None:
        sentence = (
            _("The paper has been signed; it stays as it is.")
            if paper.is_signed and verb in (Verb.CHANGE, Verb.CHECK, Verb.TAKE_BACK, Verb.SEND_BACK)
            else _("This cannot be done with a paper that is “%(state)s”.") % {"state": paper.get_state_display()}
        )
        raise Conflict(sentence, "papers.issued" if paper.is_signed else "papers.state")
    return found


def needed(words: str) -> str:
    """The words that have to be said, without what stands around them. Raises Refusal for none."""
    words = words.strip()
    if not words:
        raise Refusal(_("Say why, in a few words."), "papers.no_words", field="words")
    return words[:500]


def move(
    actor: Actor,
    paper: Paper,
    verb: Verb,
    word: str,
    *,
    to: str | None = None,
    words: str = "",
    unit: Unit | None = None,
    before: Any = None,
    after: Any = None,
) -> None:
    """Put the paper into the state that ``verb`` leads to (or ``to``), with its event, what is said to other rooms, and the audit entry."""
    old, new = paper.state, to or step(paper, verb).new_state
    paper.state = new
    paper.save()
    written(actor, paper, verb, before=old, after=new, words=words, unit=unit)
    events.say(PaperMoved(paper.pk, verb.value, old, new))
    audit.record(actor, word, paper, before=before or {"state": old}, after={"state": str(new)} | (after or {}), note=words)


def written(
    actor: Actor, paper: Paper, verb: Verb, *, before: str = "", after: str = "", words: str = "", unit: Unit | None = None
) -> PaperEvent:
    """The event of a verb."""
    return PaperEvent.objects.create(
        paper=paper,
        verb=verb.value,
        at=clock.now(),
        by_id=actor.account_id,
        by_name=actor.name[:80],
        before=before,
        after=after,
        unit=unit,
        words=words[:500],
    )


def keep_version(actor: Actor, paper: Paper) -> PaperVersion:
    """The draft as it stands now, as its next version."""
    last = PaperVersion.objects.filter(paper=paper).order_by("-number").values_list("number", flat=True).first() or 0
    return PaperVersion.objects.create(
        paper=paper,
        number=last + 1,
        title=paper.title,
        content=paper.content,
        figures=paper.figures,
        at=clock.now(),
        by_id=actor.account_id,
        by_name=actor.name[:80],
    )


def no_longer_asked(paper: Paper) -> None:
    """Countersignatures that were asked for are asked for anew when the draft comes back; what was said stays in the events."""
    paper.parties.filter(part="countersigner").delete()
    paper.checked_at = paper.checked_by = None


UNSIGNED = (State.DRAFT, State.CHECKED, State.COUNTERSIGNING, State.COUNTERSIGNED)
