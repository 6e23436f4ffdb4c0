"""What is done to duties: written, ended, recorded where nothing else shows them, excused; calendars given out and withdrawn."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.duties.rhythm import laying, proofs, queries, recurring, rules
from chuangwen.duties.rhythm.models import Duty, DutyRecord, FeedLink, Occurrence
from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, audit, clock, office_calendar, workload
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.people.models import Unit
from chuangwen.places.models import Division

MOST_AT_ONCE = 500


def save_duty(
    actor: Actor,
    *,
    name: str,
    division: Division,
    kind: str,
    rule: str,
    starts_on: date,
    proofs: Sequence[str],
    duty_id: int | None = None,
    content: str = "",
    basis: str = "",
    kinds: Sequence[str] = (),
    level: int | None = None,
    under: Unit | None = None,
    times: int = 1,
    once_a_day: bool = True,
    on_day_off: str = rules.SKIP,
    ends_on: date | None = None,
    remind: bool = True,
    expected_version: int | None = None,
    generated: bool = False,
) -> Duty:
    """Write a duty and lay out what is owed by it. What has begun stays as it was; the days of an edited duty begin tomorrow.

    Raises Refusal (a rule that cannot be read or falls on no day, no proof, a unit's week too full), Conflict (changed meanwhile), Denied.
    """
    access.require(actor, "duties.edit_duty", division=division)
    facts: dict[str, Any] = {
        "name": name.strip()[:60], "division": division, "kind": kind, "rule": _rule(rule), "starts_on": starts_on, "proofs": _proofs(proofs),
        "content": content.strip()[:500], "basis": basis.strip()[:200], "kinds": [one for one in Unit.Kind.values if one in set(kinds)],
        "level": level, "under": under, "times": times, "once_a_day": once_a_day, "on_day_off": on_day_off, "ends_on": ends_on,
        "remind": remind,
    }  # fmt: skip
    try:
        with transaction.atomic():
            before: dict[str, Any] | None = None
            if duty_id is None:
                duty = Duty(created_at=clock.now(), laid_on=clock.today() - timedelta(days=1), generated=generated)
            else:
                rows = Duty.objects.select_related("division", "under")
                duty = access.fetch(actor, "duties.edit_duty", rows, lock=True, pk=duty_id)
                if expected_version is not None and duty.version != expected_version:
                    raise Conflict(_("Somebody has changed this duty meanwhile. Look at it again."), "duties.changed")
                before, duty.laid_on, duty.version = _told(duty), clock.today(), duty.version + 1
            for key, value in facts.items():
                setattr(duty, key, value)
            _check(duty)
            workload.ask(planned(duty))
            duty.save()
            laying.lay_out(duty)
            audit.record(actor, "duties.edit_duty", duty, before=before, after=_told(duty))
    except IntegrityError as taken:
        text = _("This area has a duty of that name already.")
        raise Refusal(text, "duties.name_taken", field="name") from taken
    return duty


def _rule(text: str) -> str:
    try:
        return recurring.read(text).text
    except recurring.WrongRule as wrong:
        told = _("This part of the rule cannot be read: %(part)s") % {"part": wrong.part}
        raise Refusal(told, "duties.rule", field="rule") from wrong


def _proofs(keys: Sequence[str]) -> list[str]:
    found = [key for key in proofs.PROOFS if key in set(keys)]
    if not found:
        raise Refusal(_("Choose which records show that it was done."), "duties.proofs", field="proofs")
    return found


def _check(duty: Duty) -> None:
    if not duty.name:
        raise Refusal(_("A duty has a name."), "duties.name", field="name")
    for name, choices in (("kind", Duty.Kind.values), ("on_day_off", Duty.OnDayOff.values)):
        if getattr(duty, name) not in choices:
            raise Refusal(_("Choose one of the list."), f"duties.{name}", field=name)
    if duty.level is not None and duty.level not in Division.Level.values:
        raise Refusal(_("Choose one of the list."), "duties.level", field="level")
    if not 1 <= duty.times <= 99:
        raise Refusal(_("It is owed 1 to 99 times."), "duties.times", field="times")
    if not date(2000, 1, 1) <= duty.starts_on <= date(2100, 1, 1):
        raise Refusal(_("The day lies too far away."), "duties.starts_on", field="starts_on")
    if duty.ends_on is not None and not duty.starts_on <= duty.ends_on <= date(2100, 1, 1):
        raise Refusal(_("The last day lies before the first."), "duties.days", field="ends_on")
    if duty.under is not None and duty.under.division is not None and not duty.under.division.under(duty.division):
        raise Refusal(_("This unit lies outside the area of the duty."), "duties.under", field="under")
    if not queries.next_spans(duty.plan, most=1) and (duty.ends_on is None or duty.ends_on > clock.today()):
        raise Refusal(_("By this rule it would never be owed."), "duties.never", field="rule")


def planned(duty: Duty) -> list[workload.Planned]:
    """What a duty puts on units in the weeks ahead, each time in the week in which it falls due."""
    today = clock.today()
    source = workload.FORMS if duty.proofs == [proofs.RECORD] else workload.DUTIES
    spans = rules.spans(duty.plan, office_calendar.calendar(), today + timedelta(days=1), laying.ahead(today))
    weeks: dict[date, int] = {}
    for span in spans:
        monday = recurring.week_of(span.last)
        weeks[monday] = weeks.get(monday, 0) + span.wanted
    units = queries.owing(duty, today).order_by().values_list("pk", flat=True)
    key = f"duties.duty:{duty.pk}" if duty.pk else ""
    return [workload.Planned(unit, monday, source, count, key) for unit in units for monday, count in weeks.items()]


def _told(duty: Duty) -> dict[str, Any]:
    facts = {name: getattr(duty, name) for name in (
        "name", "kind", "rule", "times", "once_a_day", "on_day_off", "starts_on", "ends_on", "proofs", "kinds", "level", "remind",
    )}  # fmt: skip
    return facts | {"division": duty.division_id, "under": duty.under_id}


def end_duty(actor: Actor, *, duty_id: int, on: date | None = None) -> Duty:
    """Let a duty end after a day (today where none is given): what would begin later is taken away. Raises Refusal for a day gone by."""
    with transaction.atomic():
        rows = Duty.objects.select_related("division", "under")
        duty = access.fetch(actor, "duties.edit_duty", rows, lock=True, pk=duty_id)
        today = clock.today()
        last = on or today
        if last < today or last < duty.starts_on:
            raise Refusal(_("A duty ends today or later."), "duties.end", field="on")
        before = duty.ends_on
        duty.ends_on, duty.laid_on, duty.version = last, today, duty.version + 1
        duty.save(update_fields=["ends_on", "laid_on", "version"])
        laying.lay_out(duty)
        audit.record(actor, "duties.edit_duty", duty, before={"ends_on": before}, after={"ends_on": last})
    return duty


# -- short records -----------------------------------------------------------------------------------------------------


def record_done(
    actor: Actor, *, duty_id: int, unit: Unit, day: date, what: str, people: int | None = None, photo_id: int | None = None
) -> DutyRecord:
    """One short record that a unit did its duty on a day, where nothing else shows it.

    Raises Refusal: other records show this duty (it is asked for once, never again), not owed on that day, recorded already, a day ahead
    or longer ago than two weeks; Denied.
    """
    access.require(actor, "duties.record", unit=unit, division=unit.division)
    today = clock.today()
    with transaction.atomic():
        row = (
            Occurrence.objects.select_for_update(of=("self",)).select_related("duty")
            .filter(duty=duty_id, unit=unit, first__lte=day, last__gte=day).first()
        )  # fmt: skip
        if row is None:
            raise Refusal(_("This unit does not owe this duty on that day."), "duties.not_owed", field="day")
        duty = row.duty
        if proofs.RECORD not in duty.proofs:
            told = "、".join(proofs.labels(duty.proofs))
            raise Refusal(_("Nothing need be recorded: this duty is shown by %(proofs)s.") % {"proofs": told}, "duties.shown_elsewhere")
        if day > today or row.settled or day < today - timedelta(days=rules.LATE_DAYS):
            raise Refusal(
                _("A record is of today or of the last %(days)d days.") % {"days": rules.LATE_DAYS}, "duties.record_day", field="day"
            )
        if not what.strip():
            raise Refusal(_("Say in a few words what was done."), "duties.what", field="what")
        if people is not None and not 0 <= people <= 100_000:
            raise Refusal(_("The number of people lies from 0 to 100,000."), "duties.people", field="people")
        there = DutyRecord.objects.filter(duty=duty, unit=unit, day=day)
        if there.exists() if duty.once_a_day else there.filter(what=what.strip()[:300]).exists():
            raise Conflict(_("This day is recorded already; it need not be recorded twice."), "duties.recorded", field="day")
        if photo_id is not None and not Photo.objects.filter(pk=photo_id, uploaded_by=actor.account_id).exists():
            raise Refusal(_("There is no such photo of yours."), "duties.photo", field="photo")
        made = DutyRecord.objects.create(
            duty=duty, unit=unit, day=day, what=what.strip()[:300], people=people, photo_id=photo_id,
            entered_by_id=actor.account_id, entered_at=clock.now(),
        )  # fmt: skip
        laying.restate([row], today)
        audit.record(actor, "duties.record", made, after={"day": day, "what": made.what, "people": people, "photo": photo_id})
    return made


def remove_record(actor: Actor, *, record_id: int) -> None:
    """Take a short record back that was wrong; the trail keeps it. Raises Conflict once the result stands."""
    with transaction.atomic():
        found = access.fetch(actor, "duties.record", DutyRecord.objects.select_related("duty", "unit"), lock=True, pk=record_id)
        rows = Occurrence.objects.select_for_update(of=("self",)).select_related("duty")
        owed = list(rows.filter(duty=found.duty, unit=found.unit, first__lte=found.day, last__gte=found.day))
        if any(row.settled for row in owed):
            raise Conflict(_("The result of this time stands; the record stays."), "duties.settled")
        before, title = {"day": found.day, "what": found.what, "people": found.people}, str(found)
        found.delete()
        laying.restate(owed)
        audit.record(actor, "duties.record", title=title, before=before)


# -- excuses -----------------------------------------------------------------------------------------------------------


def ask_excuse(actor: Actor, *, occurrence_id: int, reason: str) -> Occurrence:
    """A unit asks to be excused once, with its reason. Raises Refusal without one, Conflict where it is kept, excused or settled."""
    reason = _reason(reason)
    with transaction.atomic():
        row = access.fetch(actor, "duties.ask_excuse", Occurrence.objects.select_related("duty", "unit"), lock=True, pk=occurrence_id)
        if row.settled or row.excused_at is not None or row.state == Occurrence.State.KEPT:
            raise Conflict(_("There is nothing to be excused here any more."), "duties.nothing_to_excuse")
        row.asked_reason, row.asked_at, row.asked_by_id = reason, clock.now(), actor.account_id
        row.save(update_fields=["asked_reason", "asked_at", "asked_by"])
        audit.record(actor, "duties.ask_excuse", row, after={"reason": reason})
    return row


def excuse(actor: Actor, *, occurrence_ids: Collection[int], reason: str) -> int:
    """Excuse units from what they owe once, with a reason. What is kept, excused or settled is left as it is. How many were excused."""
    access.require(actor, "duties.excuse")
    reason = _reason(reason)
    if len(occurrence_ids) > MOST_AT_ONCE:
        raise Refusal(_("At most %(most)d at once.") % {"most": MOST_AT_ONCE}, "duties.too_many")
    with transaction.atomic():
        rows = access.scoped(actor, "duties.excuse", Occurrence).filter(
            pk__in=list(occurrence_ids), settled=False, excused_at__isnull=True
        ).exclude(state=Occurrence.State.KEPT).select_related("duty", "unit").select_for_update(of=("self",)).order_by("pk")  # fmt: skip
        found = list(rows)
        now = clock.now()
        for row in found:
            row.excused_reason, row.excused_at, row.excused_by_id = reason, now, actor.account_id
        Occurrence.objects.bulk_update(found, ["excused_reason", "excused_at", "excused_by"], batch_size=500)
        laying.restate(found)
        if found:
            audit.record(
                actor, "duties.excuse", found[0] if len(found) == 1 else None, title=_("%(n)d excused") % {"n": len(found)},
                after={"reason": reason, "occurrences": [row.pk for row in found]},
            )  # fmt: skip
    return len(found)


def decline_excuse(actor: Actor, *, occurrence_id: int) -> Occurrence:
    """Answer a unit that asked: it stays owed. Raises Conflict where nobody asks any more."""
    with transaction.atomic():
        row = access.fetch(actor, "duties.excuse", Occurrence.objects.select_related("duty", "unit"), lock=True, pk=occurrence_id)
        if row.asked_at is None or row.excused_at is not None:
            raise Conflict(_("Nobody asks to be excused here any more."), "duties.not_asked")
        before = row.asked_reason
        row.asked_reason, row.asked_at, row.asked_by_id = "", None, None
        row.save(update_fields=["asked_reason", "asked_at", "asked_by"])
        audit.record(actor, "duties.excuse", row, before={"asked": before}, after={"declined": True})
    return row


def take_excuse_back(actor: Actor, *, occurrence_id: int) -> Occurrence:
    """What was excused is owed again. Raises Conflict where it is not excused, or the result stands."""
    with transaction.atomic():
        row = access.fetch(actor, "duties.excuse", Occurrence.objects.select_related("duty", "unit"), lock=True, pk=occurrence_id)
        if row.excused_at is None or row.settled:
            raise Conflict(_("This cannot be taken back any more."), "duties.not_excused")
        before = row.excused_reason
        row.excused_reason, row.excused_at, row.excused_by_id = "", None, None
        row.save(update_fields=["excused_reason", "excused_at", "excused_by"])
        laying.restate([row])
        audit.record(actor, "duties.excuse", row, before={"reason": before}, after={"excused": False})
    return row


def _reason(text: str) -> str:
    if not text.strip():
        raise Refusal(_("Give the reason."), "duties.reason", field="reason")
    return text.strip()[:300]


# -- calendars ---------------------------------------------------------------------------------------------------------


def hash_of(token: str) -> str:
    """What is kept of a calendar's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def give_feed(actor: Actor, *, unit: Unit, name: str) -> tuple[FeedLink, str]:
    """A calendar of what a unit owes; the secret of its address is told this once and not kept."""
    access.require(actor, "duties.give_feed", unit=unit, division=unit.division)
    if not name.strip():
        raise Refusal(_("Say for whom or what the calendar is."), "duties.feed_name", field="name")
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        link = FeedLink.objects.create(
            unit=unit, name=name.strip()[:60], token_hash=hash_of(token), created_at=clock.now(), created_by_id=actor.account_id
        )
        audit.record(actor, "duties.give_feed", link, after={"name": link.name, "unit": unit.pk})
    return link, token


def withdraw_feed(actor: Actor, *, feed_id: int) -> FeedLink:
    """From now on the calendar's address gives nothing. Doing it twice changes nothing."""
    with transaction.atomic():
        link = access.fetch(actor, "duties.give_feed", FeedLink.objects.select_related("unit"), lock=True, pk=feed_id)
        if link.withdrawn_at is None:
            link.withdrawn_at = clock.now()
            link.save(update_fields=["withdrawn_at"])
            audit.record(actor, "duties.give_feed", link, after={"withdrawn": True})
    return link
