"""What the office enters from hotlines and chats; and looking up how a reporter can be reached."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.actions import comment
from chuangwen.cases.models import Case
from chuangwen.evidence.actions import take_in
from chuangwen.intake.desk import chat
from chuangwen.intake.desk.archive import Unpacked, unpack
from chuangwen.intake.learning.proposing import Proposal, propose
from chuangwen.intake.models import Channel, ChatPaste, ChatProposal, IntakeSettings, Report
from chuangwen.intake.receiving import Received, receive
from chuangwen.intake.sealing import unseal
from chuangwen.kernel import access, audit, clock, files
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Kind


def enter(
    actor: Actor,
    *,
    description: str,
    site: Site | None = None,
    division: Division | None = None,
    address: str = "",
    kind: Kind | None = None,
    contact: str = "",
    reference: str = "",
    wanted_by: datetime | None = None,
    reported_at: datetime | None = None,
    proposal: Proposal | None = None,
    uid: uuid.UUID | None = None,
) -> Received:
    """A hotline's order becomes a case; the same order number again gives the case that is there. Deadlines of the source ``hotline`` hold
    for it. Raises what ``receiving.receive`` raises."""
    access.require(actor, "intake.enter", division=site.division if site is not None else division)
    return receive(
        actor, channel=Channel.HOTLINE, description=description, site=site, division=division, address=address, kind=kind, contact=contact,
        reference=reference, wanted_by=wanted_by, reported_at=reported_at, proposal=proposal, uid=uid,
    )  # fmt: skip


def contact_of(actor: Actor, *, report_id: int, reason: str) -> str:
    """How the reporter can be reached, decrypted; who looked and why stands in the trail. Raises Denied, Missing, Refusal without a reason."""
    with transaction.atomic():
        report = access.fetch(actor, "intake.see_contact", Report.objects.select_related("case"), pk=report_id)
        why = reason.strip()[:200]
        if not why:
            raise Refusal(_("Say what it is needed for: it stands in the trail."), "intake.no_reason", field="reason")
        found = unseal(report.contact)
        audit.record(actor, "intake.see_contact", report, note=why)
    return found


def save_settings(actor: Actor, **facts: Any) -> IntakeSettings:
    """Change what the office has set."""
    access.require(actor, "intake.settings")
    with transaction.atomic():
        row = IntakeSettings.objects.select_for_update().get_or_create(pk=1)[0]
        before = {name: getattr(row, name) for name in facts}
        for name, value in facts.items():
            setattr(row, name, value)
        row.full_clean(exclude=["id"])
        row.save()
        audit.record(actor, "intake.settings", row, before=before, after=facts)
    return row


# -- chats ------------------------------------------------------------------------------------------------------------


def paste(actor: Actor, *, text: str, archive: bytes = b"", title: str = "") -> ChatPaste:
    """Read pasted messages, with the photos of a ZIP export, into proposals that a person then looks at. No case is made.

    Names of people are masked before anything is stored; the text itself is not kept. Raises Refusal where nothing can be read,
    ArchiveError, NoSpace.
    """
    access.require(actor, "intake.enter")
    unpacked = unpack(archive) if archive else Unpacked()
    whole = "\n".join(part for part in (text, *unpacked.texts) if part.strip())
    messages, cut = chat.read(whole, today=clock.today())
    left_over = chat.assign(messages, unpacked.photos)
    found = chat.proposed(messages, left_over)
    if not found:
        raise Refusal(_("There is no message in it that can be read."), "intake.no_messages", field="text")
    remarks = list(unpacked.remarks)
    if cut or len(whole) > chat.MOST_CHARACTERS:
        remarks.append(_("It was too long: only the first %(count)d messages were read.") % {"count": len(messages)})
    if left_over:
        remarks.append(_("%(count)d photos belong to no message: they stand at the end.") % {"count": len(left_over)})
    kinds = list(Kind.objects.filter(active=True).select_related("family"))
    known = _sites_by_key(actor)
    with transaction.atomic():
        row = ChatPaste.objects.create(
            account_id=actor.account_id, title=title.strip()[:80] or _("Chat messages"), pasted_at=clock.now(), messages=len(messages),
            remarks=remarks,
        )  # fmt: skip
        rows = [_proposal(row, number, one, unpacked, kinds, known) for number, one in enumerate(found[:2_000])]
        ChatProposal.objects.bulk_create(rows)
        audit.record(
            actor, "intake.enter", row, after={"messages": len(messages), "proposals": len(rows), "photos": len(unpacked.photos)}
        )
    return row


def _sites_by_key(actor: Actor) -> list[tuple[str, Site]]:
    """The sites of the actor's area by their names, the longest first, to find them in words. One query."""
    rows = access.scoped(actor, "places.see", Site).filter(active=True).select_related("type", "division")[:20_000]
    keyed = [(match_key(site.name), site) for site in rows]
    return sorted(((key, site) for key, site in keyed if len(key) >= 3), key=lambda pair: (-len(pair[0]), pair[1].pk))


def _proposal(
    row: ChatPaste, number: int, one: chat.Proposed, unpacked: Unpacked, kinds: list[Kind], known: list[tuple[str, Site]]
) -> ChatProposal:
    key = match_key(one.text)
    site = next((site for name, site in known if name in key), None) if one.likely else None
    place = site.division.code if site is not None and site.division is not None else ""
    kind = propose(one.text, site_type=site.type.code if site else "", place=place or "", kinds=kinds) if one.likely else []
    return ChatProposal(
        paste=row, position=number, sender=one.sender[:40], at=one.at.replace(tzinfo=clock.LOCAL) if one.at else None, text=one.text,
        photos=[unpacked.photos[name] for name in one.photos if name in unpacked.photos], likely=one.likely, site=site,
        kind=kind[0].kind if kind else None, share=kind[0].share if kind else None, proposed_by=kind[0].by if kind else "",
    )  # fmt: skip


def _waiting(actor: Actor, proposal_id: int) -> ChatProposal:
    rows = ChatProposal.objects.select_related("paste", "site__division", "kind")
    found = access.fetch(actor, "intake.paste", rows, lock=True, pk=proposal_id)
    if found.state != ChatProposal.State.WAITING:
        raise Conflict(
            _("This message was looked at already: it is %(state)s.") % {"state": found.get_state_display()}, "intake.looked_at"
        )
    return found


def confirm(
    actor: Actor,
    *,
    proposal_id: int,
    description: str,
    site: Site | None = None,
    division: Division | None = None,
    address: str = "",
    kind: Kind | None = None,
    without: Sequence[int] = (),
) -> Case:
    """A person says that it is a case, as corrected; ``without`` are the numbers of photos to leave out. Its photos become evidence now."""
    with transaction.atomic():
        one = _waiting(actor, proposal_id)
        access.require(actor, "intake.enter", division=site.division if site is not None else division)
        keys = []
        for number, photo in enumerate(one.photos):
            if number not in without:
                content = files.read(photo["key"])
                keys.append(
                    take_in(actor, content, name=photo["name"], uid=uuid.uuid5(uuid.NAMESPACE_OID, f"chat:{one.pk}:{number}")).pk
                )
        proposal = Proposal(one.kind, one.share, one.proposed_by) if one.kind is not None else None
        received = receive(
            actor, channel=Channel.CHAT, description=description, site=site, division=division, address=address, kind=kind, photos=keys,
            reported_at=one.at, proposal=proposal, uid=uuid.uuid5(uuid.NAMESPACE_OID, f"chat:{one.paste_id}:{one.pk}"),
        )  # fmt: skip
        one.state, one.case = ChatProposal.State.CONFIRMED, received.report.case
        one.save(update_fields=["state", "case"])
    return received.report.case


def put_together(actor: Actor, *, proposal_id: int) -> ChatProposal:
    """Add the words and photos of a message to the one before it that still waits. Raises Conflict where there is none."""
    with transaction.atomic():
        one = _waiting(actor, proposal_id)
        rows = ChatProposal.objects.select_for_update(of=("self",)).filter(
            paste=one.paste, position__lt=one.position, state=ChatProposal.State.WAITING
        )
        before = (rows.filter(likely=True) if one.likely else rows).order_by("-position").first()
        if before is None:
            raise Conflict(_("There is no message before it that still waits."), "intake.nothing_before")
        before.text = "\n".join(part for part in (before.text, one.text) if part)[: chat.TEXT_LENGTH]
        before.photos, before.likely = [*before.photos, *one.photos], True
        before.site, before.kind = before.site or one.site, before.kind or one.kind
        before.save(update_fields=["text", "photos", "likely", "site", "kind"])
        one.state = ChatProposal.State.MERGED
        one.save(update_fields=["state"])
        audit.record(actor, "intake.enter", one.paste, after={"put_together": [one.position, before.position]})
    return before


def join(actor: Actor, *, proposal_id: int, case_id: int) -> Case:
    """The message tells of a case that is open already: its words become a remark there."""
    with transaction.atomic():
        one = _waiting(actor, proposal_id)
        event = comment(actor, case_id=case_id, note=_("From a chat group: %(words)s") % {"words": one.text[:450]})
        one.state, one.case_id = ChatProposal.State.MERGED, event.case_id
        one.save(update_fields=["state", "case"])
    return event.case


def drop(actor: Actor, *, proposal_id: int) -> ChatProposal:
    """A person says that it is nothing: what was said is deleted, that something was stays."""
    with transaction.atomic():
        one = _waiting(actor, proposal_id)
        one.state, one.text, one.photos = ChatProposal.State.DROPPED, "", []
        one.save(update_fields=["state", "text", "photos"])
        audit.record(actor, "intake.enter", one.paste, after={"dropped": one.position})
    return one


def drop_small_talk(actor: Actor, *, paste_id: int) -> int:
    """Drop everything that looks like small talk and still waits; a person has looked at it. Returns how many."""
    with transaction.atomic():
        row = access.fetch(actor, "intake.paste", ChatPaste, lock=True, pk=paste_id)
        waiting = ChatProposal.objects.filter(paste=row, likely=False, state=ChatProposal.State.WAITING)
        count = waiting.update(state=ChatProposal.State.DROPPED, text="", photos=[])
        audit.record(actor, "intake.enter", row, after={"dropped": count})
    return count
