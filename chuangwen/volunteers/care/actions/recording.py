"""What is recorded: calls in one tap, visits whose begin and end give hours, events with many; what is excused; needs that go on as cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Denied
from chuangwen.kernel.lives import needed, one_of
from chuangwen.volunteers.care import alarming, laying, needs, rules
from chuangwen.volunteers.care.access import KEEP, MANAGE
from chuangwen.volunteers.care.actions.base import HELPING, LEADING, LIFE, plain_words, refuse, take
from chuangwen.volunteers.care.models import CareDue, CareHelper, CarePlan, CareRecord, Contact
from chuangwen.volunteers.care.states import Step
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.presence import recording
from chuangwen.volunteers.presence.models import Presence, Source
from chuangwen.volunteers.presence.recording import Spot

AHEAD = timedelta(minutes=5)
"""So much a phone's clock may be ahead."""


def volunteer_of(actor: Actor, plan: CarePlan) -> Volunteer | None:
    """The volunteer who the actor is, where they are of this pair, stand in, or lead the team; None for the office."""
    if actor.account_id is None:
        return None
    row = Volunteer.objects.filter(person__account=actor.account_id).first()
    if row is None:
        return None
    leads = plan.team_id is not None and plan.team.leader_id == row.pk  # type: ignore[union-attr]  # a plan with a team_id has its team
    return row if leads or CareHelper.objects.filter(person=plan.person_id, volunteer=row).exists() else None


def _moment(at: datetime | None) -> datetime:
    """When it was, by our clock. Raises Refusal for what is still to come or lies too far back."""
    now = clock.now()
    moment = at or now
    if moment > now + AHEAD:
        raise refuse(_("This time is still to come."), "future", "at")
    if moment < now - timedelta(days=rules.LATE_DAYS):
        raise refuse(_("This lies more than %(days)d days back.") % {"days": rules.LATE_DAYS}, "too_late", "at")
    return min(moment, now)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.LOCAL).date()


def _known(uid: UUID, plan: CarePlan, kind: str) -> CareRecord | None:
    row = CareRecord.objects.filter(uid=uid).first()
    if row is not None and (row.plan_id != plan.pk or row.kind != kind):
        raise refuse(_("This record belongs to something else."), "uid", "uid")
    return row


def record_care(
    actor: Actor,
    *,
    person_id: int,
    uid: UUID,
    outcome: str,
    kind: str = Contact.CALL,
    at: datetime | None = None,
    began_at: datetime | None = None,
    ended_at: datetime | None = None,
    words: str = "",
) -> CareRecord:
    """Somebody was called or visited: well, not reached, or needs help (then an alarm goes out at once). The same ``uid`` again gives the same
    record. A call that was begun and ended counts its own minutes where the plan says so. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        plan, verb = take(actor, Step.RECORD, person_id, HELPING)
        one_of(kind, Contact, "kind"), one_of(outcome, CareRecord.Outcome, "outcome")
        known = _known(uid, plan, kind)
        if known is not None:
            return known
        if (began_at is None) != (ended_at is None) or (began_at is not None and ended_at is not None and ended_at < began_at):
            raise refuse(_("Give begin and end, or neither."), "span", "ended_at")
        moment, clean = _moment(ended_at or at), plain_words(words, "words")
        who = volunteer_of(actor, plan)
        record = CareRecord.objects.create(
            uid=uid, plan=plan, kind=kind, outcome=outcome, volunteer=who, day=_day(moment), at=moment, began_at=began_at,
            ended_at=min(ended_at, moment) if ended_at else None, words=clean, received_at=clock.now(), entered_by_id=actor.account_id,
        )  # fmt: skip
        if kind == Contact.CALL and who is not None and plan.calls_count and began_at is not None and ended_at is not None:
            _count_call(actor, record, who)
        _follow(actor, plan, record, verb)
    return record


def _count_call(actor: Actor, record: CareRecord, who: Volunteer) -> None:
    """A call counts its own length; where the volunteer is present at something else at that moment, that counts and the call does not."""
    assert record.began_at is not None and record.ended_at is not None
    if record.ended_at - record.began_at > timedelta(minutes=rules.LONGEST_CALL):
        raise refuse(_("A call of more than four hours was not ended: give its real end."), "long_call", "ended_at")
    try:
        presence = recording.begin(
            actor, uid=record.uid, volunteer=who, source=Source.CARE, source_id=record.pk, at=record.began_at, proof=Presence.Proof.TASK
        )
    except recording.Elsewhere:
        return
    recording.end(actor, presence=presence, at=record.ended_at, proof=Presence.Proof.TASK)
    record.presence = presence
    record.save(update_fields=["presence"])


def _follow(actor: Actor, plan: CarePlan, record: CareRecord, verb: str) -> None:
    """What a record keeps, which alarm it ends, which one it raises; history and trail last."""
    laying.restate_day(plan, record.kind, record.day)
    if record.outcome in rules.PROVES and record.kind in (Contact.CALL, Contact.VISIT):
        laying.close_silence(actor, plan, str(CareRecord.Outcome(record.outcome).label))
    if record.outcome == CareRecord.Outcome.NEEDS_HELP:
        alarming.raise_help(plan, record)
    LIFE.write(
        actor, Step.RECORD, plan, told={"record": record.pk, "kind": record.kind, "outcome": record.outcome, "day": record.day}, verb=verb,
        quiet=True,
    )  # fmt: skip


def begin_care_visit(actor: Actor, *, person_id: int, uid: UUID, at: datetime | None = None, spot: Spot | None = None) -> CareRecord:
    """A visit begins; its end gives hours. The same ``uid`` again gives the same visit. Raises Denied, Missing, NotNow, Refusal, Elsewhere."""
    with transaction.atomic():
        plan, verb = take(actor, Step.RECORD, person_id, (KEEP, "volunteers.lead_care"))
        known = _known(uid, plan, Contact.VISIT)
        if known is not None:
            return known
        who = volunteer_of(actor, plan)
        if who is None:
            raise Denied(_("Only the pair, those who stand in and their leader begin a visit."))
        moment = _moment(at)
        record = CareRecord.objects.create(
            uid=uid, plan=plan, kind=Contact.VISIT, volunteer=who, day=_day(moment), at=moment, began_at=moment, received_at=clock.now(),
            entered_by_id=actor.account_id,
        )  # fmt: skip
        record.presence = recording.begin(
            actor, uid=uid, volunteer=who, source=Source.CARE, source_id=record.pk, at=moment, proof=Presence.Proof.TASK, spot=spot
        )
        record.save(update_fields=["presence"])
        LIFE.write(actor, Step.RECORD, plan, told={"record": record.pk, "kind": record.kind, "began": moment}, verb=verb, quiet=True)
    return record


def end_care_visit(
    actor: Actor, *, person_id: int, uid: UUID, outcome: str, at: datetime | None = None, words: str = "", spot: Spot | None = None
) -> CareRecord:
    """The visit of this ``uid`` ends: minutes are counted, and it is said how the person is. Ending it again changes nothing.

    Raises Denied, Missing, NotNow, Refusal (nobody began it, another's)."""
    with transaction.atomic():
        plan, verb = take(actor, Step.RECORD, person_id, (KEEP, "volunteers.lead_care"))
        one_of(outcome, CareRecord.Outcome, "outcome")
        record = _known(uid, plan, Contact.VISIT)
        who = volunteer_of(actor, plan)
        if record is None or record.began_at is None or who is None or record.volunteer_id != who.pk:
            raise refuse(_("This visit was not begun by you."), "visit", "uid")
        if record.ended_at is not None:
            return record
        moment = _moment(at)
        if record.presence is not None:
            recording.end(actor, presence=record.presence, at=moment, proof=Presence.Proof.TASK, spot=spot)
        record.outcome, record.words, record.ended_at, record.at = outcome, plain_words(words, "words"), moment, moment
        record.save(update_fields=["outcome", "words", "ended_at", "at"])
        _follow(actor, plan, record, verb)
    return record


def record_gathering(actor: Actor, *, person_ids: Sequence[int], kind: str, day: date, words: str) -> int:
    """Many took part in an event or a birthday party on a day. Who is noted for that day already is not noted again. How many were written.

    Raises Denied, Refusal. A constant number of queries besides the plans."""
    access.require(actor, MANAGE)
    if kind not in (Contact.EVENT, Contact.BIRTHDAY):
        raise refuse(_("Choose one of the list."), "kind", "kind")
    if not clock.today() - timedelta(days=31) <= day <= clock.today():
        raise refuse(_("An event is recorded within a month after it."), "day", "day")
    clean = plain_words(needed(words, "words", _("Say what it was."), limit=200), "words")
    with transaction.atomic():
        rows = access.scoped(actor, MANAGE, CarePlan).filter(person__in=list(person_ids)).exclude(state=CarePlan.State.ENDED)
        plans = list(rows.select_for_update(of=("self",)).order_by("pk"))
        known = set(CareRecord.objects.filter(plan__in=plans, kind=kind, day=day).values_list("plan", flat=True))
        now = clock.now()
        made = CareRecord.objects.bulk_create([
            CareRecord(
                uid=uuid4(), plan=plan, kind=kind, outcome=CareRecord.Outcome.WELL, day=day, at=now, words=clean, received_at=now,
                entered_by_id=actor.account_id,
            )
            for plan in plans if plan.pk not in known
        ])  # fmt: skip
        kept = CareDue.objects.select_for_update().filter(plan__in=plans, kind=kind, first__lte=day, last__gte=day).order_by("pk")
        if kind == Contact.BIRTHDAY:
            # A party of the quarter is held for all whose birthday lies in it: it keeps the birthdays of those days too.
            year, number = rules.quarter(day)
            months = rules.months_of(number)
            kept = CareDue.objects.select_for_update().filter(
                plan__in=plans, kind=kind, first__year=year, first__month__in=months, first__lte=day
            ).order_by("pk")  # fmt: skip
            for due in kept:
                due.done, due.state = 1, CareDue.State.KEPT
            CareDue.objects.bulk_update(kept, ["done", "state"])
        else:
            laying.restate(list(kept))
        audit.record(actor, MANAGE, None, after={"kind": kind, "day": day, "people": len(made), "words": clean})
    return len(made)


def excuse_care(actor: Actor, *, due_id: int, reason: str) -> CareDue:
    """What is owed once is excused with a reason that stays (with the family, at a wedding). Raises Denied, Missing, NotNow, Refusal."""
    person_id = CareDue.objects.filter(pk=due_id).values_list("plan__person", flat=True).first()
    with transaction.atomic():
        plan, verb = take(actor, Step.EXCUSE, person_id or 0, LEADING)
        due = CareDue.objects.select_for_update().get(pk=due_id)
        due.excused = plain_words(needed(reason, "reason", _("Say why."), limit=200), "reason")
        due.save(update_fields=["excused"])
        laying.restate([due])
        if due.kind == Contact.CALL and due.last >= clock.today():
            laying.close_silence(actor, plan, due.excused)
        LIFE.write(
            actor, Step.EXCUSE, plan, lambda: _("Excused: %(due)s (%(reason)s)") % {"due": due, "reason": due.excused},
            told={"due": due.pk, "reason": due.excused}, verb=verb,
        )  # fmt: skip
    return due


def report_need(actor: Actor, *, record_id: int, words: str, way: str = needs.CASE) -> str:
    """What was found to be needed goes on (``needs.WAYS``: as a case; other ways register there), by an actor who may do that. The words are for
    people who do not know the person: no name, no health. Gives the link. Raises Denied, Missing, NotNow, Refusal."""
    person_id = CareRecord.objects.filter(pk=record_id).values_list("plan__person", flat=True).first()
    with transaction.atomic():
        plan, verb = take(actor, Step.RECORD, person_id or 0, HELPING)
        record = CareRecord.objects.select_for_update(of=("self",)).get(pk=record_id)
        found = needs.WAYS.get(way)
        if found is None:
            raise refuse(_("Choose one of the list."), "way", "way")
        if record.case_id is not None and way == needs.CASE:
            raise refuse(_("This went on as a case already."), "need_twice")
        clean = plain_words(needed(words, "words", _("Say what is needed."), limit=200), "words")
        if plan.person.name in clean or plan.person.phone in clean:
            raise refuse(_("Leave out name and number: the case is read by people who do not know the person."), "need_name", "words")
        link = found.take(actor, record, clean)
        LIFE.write(
            actor, Step.RECORD, plan, lambda: _("A need went on: %(way)s") % {"way": found.label}, told={"record": record.pk, "way": way},
            verb=verb,
        )  # fmt: skip
    return link
