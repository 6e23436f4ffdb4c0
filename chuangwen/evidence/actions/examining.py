"""Looking at photos as evidence, and deciding the doubts that this raises.

``examine`` says at once what hashes and capture data tell (milliseconds) and queues the comparison of pixels; ``compare`` is that comparison,
done by a job. A doubt that a person has decided stays as decided; undecided ones are replaced when a photo is examined again.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.evidence import circumstances
from chuangwen.evidence import events as said
from chuangwen.evidence.circumstances import Expected, Sign
from chuangwen.evidence.models import Doubt, Examination, Photo
from chuangwen.kernel import access, audit, clock, events, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing, Refusal
from chuangwen.people.models import Unit

log = logging.getLogger(__name__)
COMPARE = "evidence.compare"
MOST = 50
NOTE = 300
FAST = (Doubt.Kind.SAME_FILE, Doubt.Kind.EARLY, Doubt.Kind.LATE, Doubt.Kind.FAR, Doubt.Kind.NO_CAPTURE)


def examine(
    actor: Actor,
    photo_ids: Sequence[int],
    *,
    before_ids: Sequence[int] = (),
    lat: float | None = None,
    lon: float | None = None,
    radius_m: int = 300,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    unit_id: int | None = None,
    division_id: int | None = None,
    about: str = "",
) -> list[Doubt]:
    """Look at photos as evidence of one thing; returns the doubts known at once. The pixels follow as a job, then ``PhotosExamined`` is said.

    ``before_ids``: photos of the same thing before. ``lat``, ``lon`` (WGS-84), ``radius_m``: where it should be taken; ``not_before``,
    ``not_after``: between which moments. ``unit_id``: the unit that hands it in (default: the actor's); ``division_id``: where the thing is,
    for who decides (default: where that unit is); ``about``: what for, as "cases.case:12".

    Raises Denied, Missing (no such photo), Refusal (more than 50 photos).
    """
    access.require(actor, "evidence.examine")
    wanted = list(dict.fromkeys(photo_ids))
    if len(wanted) > MOST:
        raise Refusal(_("At most %(count)d photos at a time.") % {"count": MOST}, "evidence.too_many")
    if not wanted:
        return []
    with transaction.atomic():
        photos = {photo.pk: photo for photo in Photo.objects.filter(pk__in=wanted).defer("sketch")}
        if len(photos) < len(wanted):
            raise Missing(_("There is no such photo, or its link has expired. Open the page that shows it again."))
        befores = [pk for pk in Photo.objects.filter(pk__in=list(before_ids)).values_list("pk", flat=True) if pk not in photos]
        expected = Expected(lat, lon, radius_m, not_before, not_after)
        unit = Unit.objects.filter(pk=unit_id or next(iter(actor.unit_ids), None)).first()
        about_it = {
            "unit": unit, "division_id": division_id or (unit.division_id if unit else None), "about": about[:60], "lat": lat, "lon": lon,
            "radius_m": radius_m, "not_before": not_before, "not_after": not_after,
        }  # fmt: skip
        examinations = []
        for pk in wanted:
            facts = about_it | {"state": Examination.State.WAITING, "asked_at": clock.now(), "done_at": None}
            examination, _new = Examination.objects.update_or_create(photo=photos[pk], defaults=facts)
            examination.befores.set(befores)
            _put(examination, _at_once(photos[pk], expected, wanted), FAST)
            examinations.append(examination.pk)
        doubts = list(Doubt.objects.filter(photo__in=wanted).select_related("photo", "other").order_by("-score", "pk"))
        jobs.start(actor, COMPARE, {"examinations": examinations})
        audit.record(
            actor,
            "evidence.examine",
            photos[wanted[0]],
            after={"photos": wanted, "befores": befores, "about": about, "doubts": [doubt.kind for doubt in doubts]},
        )
    return doubts


def _at_once(photo: Photo, expected: Expected, together: Iterable[int]) -> list[Sign]:
    """What is known without looking at pixels."""
    found = circumstances.signs(photo, expected)
    earlier = Photo.objects.filter(file_key=photo.file_key, pk__lt=photo.pk).exclude(pk__in=together).order_by("pk")
    if (first := earlier.values_list("pk", flat=True).first()) is not None:
        found.append(Sign(Doubt.Kind.SAME_FILE, 1.0, other_id=first))
    return found


def _put(examination: Examination, found: Iterable[Sign], kinds: Iterable[str]) -> None:
    """Store signs as doubts: what was decided stays, what is undecided and no longer found goes."""
    undecided = Doubt.objects.filter(photo_id=examination.photo_id, kind__in=list(kinds), decision="")
    kept = []
    for sign in found:
        key = {"photo_id": examination.photo_id, "kind": sign.kind, "other_id": sign.other_id}
        facts = {"examination": examination, "score": min(1.0, max(0.0, sign.score)), "detail": sign.detail}
        known = Doubt.objects.filter(**key).first()
        if known is None:
            known = Doubt.objects.create(**key, **facts, found_at=clock.now())
        elif not known.decision:
            Doubt.objects.filter(pk=known.pk).update(**facts)
        kept.append(known.pk)
    undecided.exclude(pk__in=kept).delete()


def compare(examination_id: int) -> int:
    """Compare one examined photo by its pixels with all earlier photos and with its before photos; how many of its doubts wait for a person now.

    Can be repeated: what it finds replaces what it found. A file that is gone or unreadable leaves the examination as failed.
    """
    from chuangwen.evidence import comparing

    examination = Examination.objects.select_related("photo").get(pk=examination_id)
    befores = list(examination.befores.order_by("pk"))
    signs: list[Sign] | None
    try:
        signs = comparing.signs(examination.photo, befores)
    except Exception:  # whatever a picture does to the libraries: nobody's work waits for ever because of it
        log.exception("photo %s could not be compared", examination.photo_id)
        signs = None
    with transaction.atomic():
        examination = Examination.objects.select_for_update(of=("self",)).select_related("photo").get(pk=examination_id)
        if signs is not None:
            _put(examination, signs, [kind for kind in Doubt.Kind if kind not in FAST])
        state = Examination.State.FAILED if signs is None else Examination.State.DONE
        Examination.objects.filter(pk=examination_id).update(state=state, done_at=clock.now())
        open_doubts = Doubt.objects.filter(Doubt.to_decide(), photo=examination.photo).count()
        events.say(said.PhotosExamined((examination.photo_id,), examination.about, open_doubts))
    return open_doubts


def compare_left_over(older_than: timedelta) -> int:
    """Compare what has waited for long because its worker was lost; how many. Each is marked as failed before it is tried, so that a picture
    which ends the worker is not tried for ever."""
    waiting = Examination.objects.filter(state=Examination.State.WAITING, asked_at__lt=clock.now() - older_than)
    left = list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST])
    for pk in left:
        Examination.objects.filter(pk=pk).update(state=Examination.State.FAILED, done_at=clock.now())
        compare(pk)
    return len(left)


def decide(actor: Actor, doubt_id: int, decision: str, note: str = "") -> Doubt:
    """A person says what a doubted photo is: genuine, not acceptable (with the reason), or cannot be told. Decided again: the last word holds,
    and the trail keeps each.

    Raises Denied, Missing, Refusal (unknown decision, no reason), Conflict (who handed the photo in does not decide).
    """
    with transaction.atomic():
        doubt = access.fetch(
            actor, "evidence.decide", Doubt.objects.select_related("photo", "examination"), lock=True, pk=doubt_id
        )
        if doubt.photo.uploaded_by_id is not None and doubt.photo.uploaded_by_id == actor.account_id:
            raise Conflict(_("Somebody else than who brought the photo decides about it."), "evidence.own_photo")
        if decision not in Doubt.Decision.values:
            raise Refusal(_("Choose one of the decisions."), "evidence.no_decision", field="decision")
        words = " ".join(note.split())[:NOTE]
        if decision == Doubt.Decision.NOT_ACCEPTABLE and not words:
            raise Refusal(_("Say why the photo is not acceptable."), "evidence.reason_missing", field="note")
        before = {"decision": doubt.decision, "note": doubt.note}
        doubt.decision, doubt.note, doubt.decided_by_id, doubt.decided_at = decision, words, actor.account_id, clock.now()
        doubt.save(update_fields=["decision", "note", "decided_by", "decided_at"])
        events.say(said.DoubtDecided(doubt.pk, doubt.photo_id, doubt.examination.about, decision))
        audit.record(
            actor,
            "evidence.decide",
            doubt.photo,
            before=before,
            after={"doubt": doubt.pk, "kind": doubt.kind, "score": doubt.score, "decision": decision, "note": words},
        )
    return doubt
