"""Taking in a report from outside, by whatever way it comes: a case, what belongs to its sender, and the link to follow it.

Pages, the desk, sheets, pasted chats and other systems all come through ``receive``.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Source
from chuangwen.intake.install import settings_row
from chuangwen.intake.learning.proposing import Proposal
from chuangwen.intake.models import Channel, Follower, Report, ReportPhoto
from chuangwen.intake.sealing import hash_of, inner_uid, seal, token_for
from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.identifiers import new_uid
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Kind

SOURCES = {
    Channel.RESIDENT: Source.RESIDENT,
    Channel.HOTLINE: Source.HOTLINE,
    Channel.CHAT: Source.RESIDENT,
    Channel.OPEN311: Source.SYSTEM,
}
CONTACT = 100
"""Characters of a contact."""


@dataclass(frozen=True)
class Received:
    """A report with the secret of its link; ``again`` where it was here already."""

    report: Report
    token: str
    again: bool = False


def receive(
    actor: Actor,
    *,
    channel: str,
    description: str,
    site: Site | None = None,
    division: Division | None = None,
    address: str = "",
    lat: float | None = None,
    lon: float | None = None,
    datum: str = "wgs84",
    kind: Kind | None = None,
    photos: Sequence[int] = (),
    contact: str = "",
    reference: str = "",
    wanted_by: datetime | None = None,
    reported_at: datetime | None = None,
    proposal: Proposal | None = None,
    uid: uuid.UUID | None = None,
    more: dict[str, Any] | None = None,
) -> Received:
    """Make the case and the report in one transaction. The same ``uid`` (made by the sender's page), or the same ``reference`` of a channel,
    gives the report that is there, with the same link.

    ``photos`` are keys that the actor brought. ``proposal`` is what was proposed, whether it was taken or not. ``more`` are further columns
    of the case's report (family, severity …).

    Raises what ``cases.actions.report`` raises; Conflict when the ``uid`` was used on another channel.
    """
    given = uid or new_uid()
    inner, token = inner_uid(given), token_for(given)
    known = _known(inner, channel, reference)
    if known is not None:
        return Received(known, token if known.uid == inner else "", True)
    row = settings_row()
    now = clock.now()
    try:
        with transaction.atomic():
            case = cases.report(
                actor, description=description, source=SOURCES[Channel(channel)], site=site, division=division, address=address, lat=lat,
                lon=lon, datum=datum, kind=kind, before_photos=photos, uid=inner, reported_at=reported_at, **(more or {}),
            )  # fmt: skip
            report = Report.objects.create(
                uid=inner, case=case, channel=channel, token_hash=hash_of(token), contact=seal(contact.strip()[:CONTACT]),
                contact_until=clock.today() + timedelta(days=row.contact_longest) if contact.strip() else None, reference=reference[:60],
                wanted_by=wanted_by, received_at=now, proposed_kind=proposal.kind if proposal else None,
                proposed_share=proposal.share if proposal else None, proposed_by=proposal.by if proposal else "",
                kind_kept=kind == proposal.kind if proposal and kind else None,
            )  # fmt: skip
            ReportPhoto.objects.bulk_create([ReportPhoto(report=report, photo_id=photo) for photo in dict.fromkeys(photos)])
            audit.record(
                actor, "cases.report", report, after={"channel": channel, "case": case.number, "contact": bool(contact.strip())}
            )
    except IntegrityError:
        known = _known(inner, channel, reference)
        if known is None:
            raise
        return Received(known, token if known.uid == inner else "", True)
    return Received(report, token)


def _known(inner: uuid.UUID, channel: str, reference: str) -> Report | None:
    found = Report.objects.select_related("case").filter(uid=inner).first()
    if found is not None and found.channel != channel:
        raise Conflict(_("This identifier belongs to another report."), "intake.uid_taken")
    if found is None and reference:
        found = Report.objects.select_related("case").filter(channel=channel, reference=reference[:60]).first()
    return found


def follow(actor: Actor, *, case_id: int, uid: uuid.UUID) -> str:
    """Let somebody follow a case that was reported already; returns the secret of the link. The same ``uid`` again gives the same link."""
    token = token_for(uid, "follow")
    with transaction.atomic():
        follower, made = Follower.objects.get_or_create(
            token_hash=hash_of(token), defaults={"case_id": case_id, "since": clock.now()}
        )
        if made:
            audit.record(actor, "intake.follow", follower.case, note=_("follows the case"))
    return token
