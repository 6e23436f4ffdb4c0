"""What the room hears: a case that somebody outside follows was closed, so its photos of the result are to be covered and released; and what
other systems want to be told of."""

from chuangwen.cases.events import CaseMoved, ClockRan
from chuangwen.cases.models import CasePhoto, State
from chuangwen.evidence.actions.redacting import ask_for_release
from chuangwen.intake.models import Follower, Report
from chuangwen.intake.webhooks.queueing import tell
from chuangwen.intake.webhooks.rules import event_of, event_of_clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.events import hears


@hears(CaseMoved)
def _closed(event: CaseMoved) -> None:
    """Put the after photos on the list of those that a person confirms for the public. Nothing is public by this."""
    if event.after != State.CLOSED or event.before == State.CLOSED:
        return
    outside = Report.objects.filter(case=event.case_id).exists() or Follower.objects.filter(case=event.case_id).exists()
    photos = CasePhoto.objects.filter(case=event.case_id, stage=CasePhoto.Stage.AFTER) if outside else CasePhoto.objects.none()
    rows = list(photos.values_list("photo", "case__division"))
    if rows:
        ask_for_release(SYSTEM, [photo for photo, _division in rows], division_id=rows[0][1])


@hears(CaseMoved)
def _told_of(event: CaseMoved) -> None:
    """Other systems that want to know are written to, in the same transaction."""
    tell(event.case_id, event_of(event.verb, event.before, event.after))


@hears(ClockRan)
def _told_of_the_clock(event: ClockRan) -> None:
    tell(event.case_id, event_of_clock(event.urgency))
