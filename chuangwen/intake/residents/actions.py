"""What somebody without an account may do: report, follow, rate, say that it is not solved, add words, withdraw.

Each is bound to a link; the actor is nobody in particular (``access.resident``).
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases import actions as cases
from chuangwen.cases.errors import NotNow
from chuangwen.cases.models import Case, State
from chuangwen.evidence.actions import take_in
from chuangwen.evidence.actions.redacting import ask_for_release
from chuangwen.intake import guard
from chuangwen.intake.learning.proposing import Proposal
from chuangwen.intake.models import Channel, Report, ReportPhoto
from chuangwen.intake.receiving import Received, follow, receive
from chuangwen.intake.residents.queries import by_token, goes_on
from chuangwen.intake.sealing import inner_uid, token_for
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.identifiers import new_uid
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Kind

MOST_PHOTOS = 3
WORDS = 300
SAYINGS_AN_HOUR = 20
"""Additions, ratings and objections from one address."""

Photos = Sequence[tuple[str, bytes]]


def send(
    actor: Actor,
    *,
    proof: Mapping[str, Any],
    description: str,
    site: Site | None = None,
    division: Division | None = None,
    address: str = "",
    lat: float | None = None,
    lon: float | None = None,
    datum: str = "wgs84",
    kind: Kind | None = None,
    photos: Photos = (),
    contact: str = "",
    proposal: Proposal | None = None,
    uid: uuid.UUID | None = None,
) -> Received:
    """A resident's report. ``proof`` is what the page sent against machines. The same ``uid`` again costs nothing and gives the same link.

    Raises NotSolved, TooMany, and what ``receive`` and ``evidence.take_in`` raise; a report that is refused leaves nothing behind but the count.
    """
    access.require(actor, "cases.report")
    given = uid or new_uid()
    known = _again(given)
    if known is not None:
        return known
    guard.count_report(actor.address, telephone="".join(c for c in contact if c.isdigit())[:20], script=bool(proof.get("altcha")))
    with transaction.atomic():
        guard.check(proof)
        keys = _stored(actor, given, photos)
        received = receive(
            actor, channel=Channel.RESIDENT, description=description, site=site, division=division, address=address, lat=lat, lon=lon,
            datum=datum, kind=kind, photos=keys, contact=contact, proposal=proposal, uid=given,
        )  # fmt: skip
        if keys:
            # covered and confirmed by a person before anybody else sees them
            ask_for_release(actor, keys, division_id=received.report.case.division_id)
    return received


def _again(given: uuid.UUID) -> Received | None:
    """The report that this page has sent already."""
    found = Report.objects.select_related("case").filter(uid=inner_uid(given), channel=Channel.RESIDENT).first()
    return Received(found, token_for(given), True) if found is not None else None


def _stored(actor: Actor, given: uuid.UUID, photos: Photos) -> list[int]:
    """The photos as evidence; their identifiers are made of the report's and their content, so that the same ones are stored once."""
    if len(photos) > MOST_PHOTOS:
        raise Refusal(_("At most %(count)d photos.") % {"count": MOST_PHOTOS}, "intake.too_many_photos", field="photos")
    return [
        take_in(actor, content, name=name, uid=uuid.uuid5(given, hashlib.sha256(content).hexdigest())).pk
        for name, content in photos
    ]


def follow_offered(actor: Actor, *, proof: Mapping[str, Any], case_id: int, uid: uuid.UUID) -> str:
    """Follow a case that was offered instead of reporting the same again; returns the secret of the link."""
    access.require(actor, "intake.follow")
    guard.count_report(actor.address, script=bool(proof.get("altcha")))
    with transaction.atomic():
        guard.check(proof)
        if not Case.objects.filter(pk=case_id).exists():
            raise Missing(_("There is no such report any more."))
        return follow(actor, case_id=case_id, uid=uid)


def _own(token: str) -> Report:
    """The report of a link, locked; followers have none. Raises Missing."""
    report, _case = by_token(token)
    if report is None:
        raise Missing(_("Only who reported it may do this."))
    return Report.objects.select_for_update(of=("self",)).select_related("case").get(pk=report.pk)


def rate(actor: Actor, *, token: str, rating: int, words: str = "") -> Report:
    """One to five for how it ended, with words; may be given again. Raises NotNow while it is open."""
    access.require(actor, "intake.follow")
    guard.count("say", actor.address, SAYINGS_AN_HOUR, guard.HOUR)
    if not 1 <= rating <= 5:
        raise Refusal(_("Choose one to five stars."), "intake.rating", field="rating")
    with transaction.atomic():
        report = _own(token)
        if goes_on(report.case)[-1].state not in (State.CLOSED, State.REJECTED):
            raise NotNow(_("It can be rated when it has ended."))
        report.rating, report.rating_words, report.rated_at = rating, _clean(words), clock.now()
        report.save(update_fields=["rating", "rating_words", "rated_at"])
        audit.record(actor, "intake.follow", report, after={"rating": rating}, note=report.rating_words)
    return report


def not_solved(actor: Actor, *, token: str, words: str, photos: Photos = ()) -> Report:
    """A resident finds a closed problem not solved: the case does not stay closed without an answer (``cases.actions.dispute``)."""
    access.require(actor, "intake.follow")
    guard.count("say", actor.address, SAYINGS_AN_HOUR, guard.HOUR)
    with transaction.atomic():
        report = _own(token)
        if report.withdrawn_at is not None:
            raise NotNow(_("You have withdrawn this report."))
        keys = _stored(actor, report.uid, photos)
        cases.dispute(actor, case_id=goes_on(report.case)[-1].pk, words=words, photos=keys, said_by=_("who reported it"))
        ReportPhoto.objects.bulk_create([ReportPhoto(report=report, photo_id=key) for key in keys], ignore_conflicts=True)
        report.disputed_at = clock.now()
        report.save(update_fields=["disputed_at"])
        audit.record(actor, "intake.follow", report, note=_("says that it is not solved"))
    return report


def add(actor: Actor, *, token: str, words: str) -> Case:
    """More words to an open report, one's own or one that is followed."""
    access.require(actor, "intake.follow")
    guard.count("say", actor.address, SAYINGS_AN_HOUR, guard.HOUR)
    _report, own = by_token(token)
    case = goes_on(own)[-1]
    cases.comment(actor, case_id=case.pk, note=words[:500])
    return case


def withdraw(actor: Actor, *, token: str, reason: str = "") -> Report:
    """Take a report back. What nobody has begun ends with it; what is at work goes on, with a remark. Photos and words stay with the case;
    the contact is deleted at once."""
    access.require(actor, "intake.follow")
    with transaction.atomic():
        report = _own(token)
        if report.withdrawn_at is not None:
            return report
        case = report.case
        words = _("Withdrawn by who reported it.") + (f" {_clean(reason)}" if reason.strip() else "")
        if case.state == State.REPORTED and not case.followers.exists():
            cases.reject(actor, case_id=case.pk, reason=words)
        elif case.state not in (State.CLOSED, State.REJECTED, State.MERGED):
            cases.comment(actor, case_id=case.pk, note=words)
        else:
            raise NotNow(_("It has ended already."))
        report.withdrawn_at, report.contact, report.contact_until = clock.now(), "", None
        report.save(update_fields=["withdrawn_at", "contact", "contact_until"])
        audit.record(actor, "intake.follow", report, note=_("withdraws the report"))
    return report


def _clean(words: str) -> str:
    return "".join(c for c in words if c >= " " or c in "\n\t").strip()[:WORDS]
