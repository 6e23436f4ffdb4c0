"""The steps of an activity's life. Closing writes what was done into the ledger, once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.evidence.actions import examine
from chuangwen.evidence.actions.examining import MOST
from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.lives import needed, one_of, own_photos
from chuangwen.ledger import actions as ledger
from chuangwen.ledger import queries as facts
from chuangwen.ledger.actions import NewFact
from chuangwen.ledger.models import Fact, Metric
from chuangwen.messaging import recipients
from chuangwen.volunteers.activities.access import TAKE_PART
from chuangwen.volunteers.activities.actions.base import (
    ASKED,
    CHANGED,
    DECIDED,
    LIFE,
    account_of,
    message,
    own_volunteer,
    refuse,
    tell_all,
)
from chuangwen.volunteers.activities.events import ActivityClosed
from chuangwen.volunteers.activities.models import Activity, ActivityOpinion, ActivityPhoto, Shift, SignUp
from chuangwen.volunteers.activities.states import Step
from chuangwen.volunteers.presence.models import Presence, Source

AROUND = 500
"""So many metres from its place a photo of an activity may be taken."""
LEEWAY = timedelta(days=1)
"""So long before and after it: what was prepared, and what it looked like the day after."""
SUBJECT = "volunteers.activity"
"""What the room of evidence calls an activity."""
OF_KIND = {
    Activity.Kind.TRAINING: "volunteer-training", Activity.Kind.MINORS: "minors-activities", Activity.Kind.FAMILY: "family-activities",
    Activity.Kind.CULTURE: "sports-activities", Activity.Kind.FESTIVAL: "festival-activities",
}  # fmt: skip
"""The metric of the ledger that counts activities of a kind beside that of all (ledger/shipped/metrics.csv)."""
MOST_SERVED = 10_000_000


def ask_approval(actor: Actor, *, activity_id: int) -> Activity:
    """The draft goes to the office. Raises Denied, Missing, NotNow, Refusal (no shift, or one that has passed)."""
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.ASK, activity_id)
        if activity.first_at is None:
            raise refuse(_("Give it at least one shift: from when to when, with how many places."), "no_shift")
        if activity.first_at <= clock.now():
            raise refuse(_("The first shift has passed: move it."), "shift_time")
        LIFE.write(actor, Step.ASK, activity, lambda: _("Sent for approval"))
        with override(settings.LANGUAGE_CODE):
            title = _("To be approved: “%(activity)s” of %(team)s") % {"activity": activity, "team": activity.team}
        office = recipients.of_role("clerk", activity.division)
        tell_all([message(f"volunteers.asked:{activity.pk}:{activity.revision}", ASKED, title, office, activity=activity)])
    return activity


def send_back_activity(actor: Actor, *, activity_id: int, reason: str) -> Activity:
    """The office sends it back to the team and says what is missing."""
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.SEND_BACK, activity_id)
        words = needed(reason, "reason", _("Say why."), limit=300)
        LIFE.write(actor, Step.SEND_BACK, activity, lambda: _("Sent back: %(reason)s") % {"reason": words}, {"reason": words})
        _decided(activity, lambda: _("Sent back: “%(activity)s”") % {"activity": activity}, words)
    return activity


def approve_activity(actor: Actor, *, activity_id: int) -> Activity:
    """The office approves it. Raises Denied, Missing, NotNow."""
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.APPROVE, activity_id)
        LIFE.write(actor, Step.APPROVE, activity, lambda: _("Approved by the office"), {"reason": ""})
        _decided(activity, lambda: _("Approved: “%(activity)s”") % {"activity": activity}, "")
    return activity


def _decided(activity: Activity, said: Callable[[], str], words: str) -> None:
    with override(settings.LANGUAGE_CODE):
        title = said()
    to = [activity.made_by_id, account_of(activity.leader) if activity.leader is not None else None]
    tell_all([message(f"volunteers.decided:{activity.pk}:{activity.revision}", DECIDED, title, to, text=words, activity=activity)])


def open_sign_up(actor: Actor, *, activity_id: int) -> Activity:
    """From now on volunteers sign up. Raises Denied, Missing, NotNow, Refusal (it is over)."""
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.OPEN, activity_id)
        if activity.last_at is None or activity.last_at <= clock.now():
            raise refuse(_("This time has passed."), "shift_time")
        LIFE.write(actor, Step.OPEN, activity, lambda: _("Sign-up opened"))
    return activity


def call_off_activity(actor: Actor, *, activity_id: int, reason: str) -> Activity:
    """It will not be held, and why: everybody who signed up or waits is told; calendars show it as cancelled. Raises as always, and Refusal
    where somebody was present at it already."""
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.CALL_OFF, activity_id)
        words = needed(reason, "reason", _("Say why."), limit=300)
        shifts = list(Shift.objects.select_for_update().filter(activity=activity).order_by("pk"))
        if present_at([shift.pk for shift in shifts]).exists():
            raise refuse(_("Somebody was present already: close it with its result."), "was_held")
        rows = SignUp.objects.filter(shift__in=shifts, state__in=SignUp.OPEN).select_related("volunteer__person__account")
        people = {account_of(row.volunteer) for row in rows}
        for shift in shifts:
            shift.sequence, shift.changed_at = shift.sequence + 1, clock.now()
        Shift.objects.bulk_update(shifts, ["sequence", "changed_at"])
        LIFE.write(
            actor, Step.CALL_OFF, activity, lambda: _("The activity is called off: %(reason)s") % {"reason": words}, {"reason": words},
            told={"told": len(people)},
        )  # fmt: skip
        with override(settings.LANGUAGE_CODE):
            title = _("Called off: “%(activity)s”") % {"activity": activity}
        tell_all([message(f"volunteers.called_off:{activity.pk}", CHANGED, title, people, text=words, activity=activity)])
    return activity


def hold_activity(actor: Actor, *, activity_id: int) -> Activity:
    """It was held: from now on its result can be entered. The job says so when the last shift is over. Raises Refusal before it began."""
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.HOLD, activity_id)
        if activity.first_at is None or activity.first_at > clock.now():
            raise refuse(_("It has not begun yet."), "not_begun")
        LIFE.write(actor, Step.HOLD, activity, lambda: _("Held"))
    return activity


def present_at(shifts: Sequence[int]) -> QuerySet[Presence]:
    """The presences at these shifts that are not void."""
    return Presence.objects.filter(source=Source.SHIFT, source_id__in=shifts).exclude(state=Presence.State.VOID)


def close_activity(
    actor: Actor, *, activity_id: int, result: str, served: int | None = None, photos: Sequence[int] = (), double: str = ""
) -> Activity:
    """Close it with its result. How many volunteers came is counted from presences; the activity, who came and how many people were served go
    into the ledger, once. ``double``: "add" where the ledger holds the same by another hand already and both are right, "leave" to keep that.

    Raises Denied, Missing, NotNow, Doubles (409), Refusal (nobody was present, somebody still is).
    """
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.CLOSE, activity_id)
        words = needed(result, "result", _("Say what came of it."), limit=500)
        if served is not None and not 0 <= served <= MOST_SERVED:
            raise refuse(_("This is no number of people."), "served", "served")
        rows = present_at(list(activity.shifts.values_list("pk", flat=True)))
        if rows.filter(state=Presence.State.OPEN).exists():
            raise refuse(_("Somebody is still entered as present: end that first."), "still_present")
        came = rows.order_by().values("volunteer").distinct().count()
        if not came:
            raise refuse(_("Nobody is entered as present: enter who was there. What did not take place is not an activity held."), "nobody")
        _keep_photos(actor, activity, photos, ActivityPhoto.Stage.AFTER)
        turns = rows.count()
        written = _into_ledger(actor, activity, turns, served, list(photos), double)
        events.say(ActivityClosed(activity.pk))
        LIFE.write(
            actor, Step.CLOSE, activity, lambda: _("Closed: %(count)d volunteers came. %(result)s") % {"count": came, "result": words},
            {"result": words, "served": served, "came": came}, told={"came": came, "served": served, "facts": written},
        )  # fmt: skip
    return activity


def _into_ledger(actor: Actor, activity: Activity, turns: int, served: int | None, photos: list[int], double: str) -> list[int]:
    """The facts of an activity held; the same again is the same facts. Their keys."""
    if double not in ("", "add", "leave"):
        raise refuse(_("Choose one of the list."), "double", "double")
    entries = ledger_entries(activity, turns, served, photos)
    decided = {n: double or "add" for n, entry in enumerate(entries) if double or _only_ours(entry)}
    # The activity's own policy has said yes; the ledger's scopes are those of whoever enters figures.
    return [fact.pk for fact in ledger.enter_facts(actor.unhindered(), entries=entries, decided=decided)]


def ledger_entries(activity: Activity, turns: int, served: int | None, photos: Sequence[int] = ()) -> list[NewFact]:
    """What an activity held is in the ledger: itself, by its kind too, who came (``turns``) and how many people were served. One query."""
    counts = {"volunteer-activities": 1, "volunteer-turns": turns, "people-served": served or 0}
    counts[OF_KIND.get(Activity.Kind(activity.kind), "")] = 1
    if activity.festival and activity.kind != Activity.Kind.FESTIVAL:
        counts["festival-activities"] = 1
    metrics = {one.code: one for one in Metric.objects.filter(code__in=counts, active=True, adds=Metric.Adds.SUM)}
    assert activity.first_at is not None and activity.last_at is not None
    first, last = (at.astimezone(clock.LOCAL).date() for at in (activity.first_at, activity.last_at))
    unit = activity.team.unit
    # The ledger counts a unit inside its own area: an activity elsewhere is told at the unit's seat.
    place = activity.division if unit.division is None or activity.division.path.startswith(unit.division.path) else unit.division
    return [
        NewFact(
            metrics[code], Decimal(count), min(last, clock.today()), unit, place, starts_on=first, source=Fact.Source.RECORD,
            source_words=f"{activity.number} {activity.title}"[:200], source_url=activity.get_absolute_url(),
            photos=photos if code == "volunteer-activities" else (), uid=uuid.uuid5(activity.uid, code), generated=activity.generated,
        )
        for code, count in counts.items() if count and code in metrics
    ]  # fmt: skip


def _only_ours(entry: NewFact) -> bool:
    """Whether everything that could be the same in the ledger is another activity: two activities of a unit on a day are two."""
    found = facts.doubles([entry.said()]).get(0, [])
    return bool(found) and all(fact.source == Fact.Source.RECORD and fact.source_url.startswith("/volunteers/activities/") for fact in found)


def add_activity_photos(actor: Actor, *, activity_id: int, photos: Sequence[int], stage: str) -> Activity:
    """Photos of an activity. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.PHOTOS, activity_id)
        if not photos:
            raise refuse(_("Choose photos."), "photos", "photos")
        kept = _keep_photos(actor, activity, photos, one_of(stage, ActivityPhoto.Stage, "stage"))
        LIFE.write(actor, Step.PHOTOS, activity, lambda: _("%(count)d photos") % {"count": kept}, told={"photos": list(photos)})
    return activity


def _keep_photos(actor: Actor, activity: Activity, photos: Sequence[int], stage: str) -> int:
    keys = own_photos(actor, photos, Photo)
    there = set(activity.photos.values_list("photo", flat=True))
    fresh = [key for key in keys if key not in there]
    ActivityPhoto.objects.bulk_create(ActivityPhoto(activity=activity, photo_id=key, stage=stage) for key in fresh)
    _have_looked_at(activity, fresh, stage)
    return len(fresh)


def _have_looked_at(activity: Activity, fresh: Sequence[int], stage: str) -> None:
    """Photos of an activity are evidence like any others: compared with all earlier ones, those after it with those before it."""
    befores = activity.photos.filter(stage=ActivityPhoto.Stage.BEFORE).order_by("pk").values_list("photo", flat=True)
    before_ids = list(befores) if stage == ActivityPhoto.Stage.AFTER else []
    first, last = (activity.first_at, activity.last_at) if activity.first_at and activity.last_at else (None, None)
    for start in range(0, len(fresh), MOST):
        examine(
            access.SYSTEM, fresh[start : start + MOST], before_ids=before_ids, lat=activity.lat, lon=activity.lon, radius_m=AROUND,
            not_before=first - LEEWAY if first else None, not_after=last + LEEWAY if last else None, unit_id=activity.team.unit_id,
            division_id=activity.division_id, about=f"{SUBJECT}:{activity.pk}",
        )  # fmt: skip


def say_opinion(actor: Actor, *, activity_id: int, grade: int, words: str = "") -> ActivityOpinion:
    """Who was there says how the activity was, 1 to 5; saying it again replaces it. Raises Denied, Missing (not there), NotNow, Refusal."""
    with transaction.atomic():
        volunteer = own_volunteer(actor)
        activity = Activity.objects.filter(pk=activity_id).first()
        if activity is None or not present_at(list(activity.shifts.values_list("pk", flat=True))).filter(volunteer=volunteer).exists():
            raise Missing(_("Only who was there says how it was."))
        LIFE.allow(activity, Step.RATE)
        if not 1 <= grade <= 5:
            raise refuse(_("From 1 to 5."), "grade", "grade")
        row, _made = ActivityOpinion.objects.update_or_create(
            activity=activity, volunteer=volunteer, defaults={"grade": grade, "words": words.strip()[:200], "at": clock.now()}
        )
        audit.record(actor, TAKE_PART, activity, after={"opinion": True})
    return row


def hold_what_is_over() -> int:
    """Activities whose last shift is over were held. How many. Can be run again at any time."""
    rows = Activity.objects.filter(state="open", last_at__lte=clock.now()).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    for key in keys:
        hold_activity(access.SYSTEM, activity_id=key)
    return len(keys)
