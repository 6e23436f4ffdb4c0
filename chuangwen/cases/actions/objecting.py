"""Objections: a closed problem that somebody finds not solved gets an answer, by a person or, where none comes in time, by the clock."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases import loop_settings
from chuangwen.cases.actions.base import add_event, link_photos, take, text, word, write
from chuangwen.cases.actions.rebounds import following, open_rebound
from chuangwen.cases.models import Case, CasePhoto, Objection, Source, State, Verb
from chuangwen.kernel import access, audit, clock, office_calendar
from chuangwen.kernel.access import Actor
from chuangwen.kernel.worktime import Limit

MERGES = 10


def dispute(actor: Actor, *, case_id: int, words: str, photos: Sequence[int] = (), said_by: str = "") -> Objection:
    """Somebody finds that a closed problem is not solved. Returns the objection that waits for an answer, or was answered at once.

    - One objection waits at a time: who says more meanwhile adds words and photos to it.
    - A case that was merged passes the objection on to the case it became part of.
    - Where the problem was found to be back already, the objection is upheld at once and names the case that goes on.
    - The office answers with ``answer_dispute`` within the limit of the settings; after that the clock upholds it (``run_objections``).

    ``said_by``: who says so, where that is not the actor (a resident without an account; SYSTEM acts for the page). Photos must have been
    brought by the actor. Raises Denied, Missing, NotNow (the case is open or was rejected), Incomplete (no words, foreign photo).
    """
    with transaction.atomic():
        case = take(actor, Verb.DISPUTE, _followed(case_id))
        said = text(words, "words", required=_("Say what is not solved."))
        name = text(said_by, "said_by", limit=80) or ("" if actor.is_system else actor.name[:80])
        now = clock.now()
        waiting = Objection.objects.select_for_update().filter(case=case, state=Objection.State.PENDING).first()
        if waiting is not None:
            event = add_event(actor, Verb.DISPUTE, case, case.state, note=said, data={"said_by": name}, now=now)
            link_photos(actor, case, event, other=photos)
            audit.record(actor, word(Verb.DISPUTE), case, note=said)
            return waiting
        again = open_rebound(case)
        changes = {} if again is not None else {"disputed_at": now}
        event = write(actor, Verb.DISPUTE, case, changes, note=said, data={"said_by": name}, other_photos=photos, now=now)
        objection = Objection(
            case=case, event=event, words=said, said_by=name, account_id=actor.account_id, raised_at=now, due_at=answer_due(now)
        )
        if again is not None:
            objection.state, objection.new_case, objection.answered_at = Objection.State.UPHELD, again, now
            objection.answer = _("It is being worked on already, as %(number)s.") % {"number": again.number}
        objection.save(force_insert=True)
    return objection


def answer_due(now: datetime) -> datetime:
    """Until when an objection raised at ``now`` has to be answered."""
    settings = loop_settings.get()
    return office_calendar.calendar().due(now, Limit.of(settings.objection_amount, settings.objection_unit))


def _followed(case_id: int) -> int:
    """The case itself, or what it was merged into in the end."""
    for _step in range(MERGES):
        into = Case.objects.filter(pk=case_id, state=State.MERGED).values_list("merged_into", flat=True).first()
        if into is None:
            break
        case_id = into
    return case_id


def answer_dispute(actor: Actor, *, case_id: int, uphold: bool, answer: str = "", expected_version: int | None = None) -> Case:
    """Answer the objection that waits. Upheld, the problem goes on in a new case, linked as a rebound, with the photos of who objected;
    that case is returned. Dismissed, the case stays closed, with a sentence that who objected reads; needs words.
    """
    with transaction.atomic():
        case = take(actor, Verb.ANSWER_DISPUTE, case_id, expected_version)
        required = "" if uphold else _("Say why it stays closed: who objected reads this.")
        words = text(answer, "answer", required=required)
        objection = Objection.objects.select_for_update().get(case=case, state=Objection.State.PENDING)
        return _answered(actor, case, objection, uphold=uphold, words=words, by_clock=False)


def _answered(actor: Actor, case: Case, objection: Objection, *, uphold: bool, words: str, by_clock: bool) -> Case:
    now = clock.now()
    settled = {"disputed_at": None}
    goes_on = case
    if uphold:
        goes_on = open_rebound(case) or _taken_up(actor, case, objection, now)
    data = {"upheld": uphold, "by_clock": by_clock} | ({"case": goes_on.number} if uphold else {})
    write(actor, Verb.ANSWER_DISPUTE, case, settled, note=words, data=data, now=now)
    objection.state = Objection.State.UPHELD if uphold else Objection.State.DISMISSED
    objection.answer, objection.answered_by_id, objection.answered_at, objection.by_clock = words, actor.account_id, now, by_clock
    objection.new_case = goes_on if uphold else None
    objection.save()
    return goes_on


def _taken_up(actor: Actor, case: Case, objection: Objection, now: datetime) -> Case:
    """The case in which the problem goes on: in the words of who objected, with their photos as how it looks."""
    new = following(actor, case, word(Verb.ANSWER_DISPUTE), description=objection.words, source=Source.RESIDENT, now=now)
    event = new.events.first()
    CasePhoto.objects.bulk_create(
        [CasePhoto(case=new, event=event, photo_id=photo, stage=CasePhoto.Stage.BEFORE) for photo in _photos_of(case, objection)]
    )
    return new


def _photos_of(case: Case, objection: Objection) -> list[int]:
    """The photos that came with the objection and with what was added to it."""
    links = CasePhoto.objects.filter(case=case, event__verb=Verb.DISPUTE, event__at__gte=objection.raised_at).order_by("pk")
    return list(dict.fromkeys(links.values_list("photo_id", flat=True)))


def run_objections(now: datetime | None = None, *, batch: int = 100) -> int:
    """Uphold what nobody answered in time: silence reopens. Each in a transaction of its own; returns how many."""
    now = now or clock.now()
    late = (
        Objection.objects.filter(state=Objection.State.PENDING, due_at__lte=now)
        .order_by("due_at")
        .values_list("case_id", flat=True)
    )
    done = 0
    for case_id in list(late[:batch]):
        with transaction.atomic():
            case = (
                Case.objects.select_for_update(of=("self",))
                .select_related("division", "lead_unit", "handling_unit")
                .get(pk=case_id)
            )
            objection = Objection.objects.select_for_update().filter(case=case, state=Objection.State.PENDING).first()
            if objection is None:
                continue
            _answered(
                access.SYSTEM,
                case,
                objection,
                uphold=True,
                by_clock=True,
                words=_("Nobody answered in time: the problem goes on."),
            )
            done += 1
    return done
