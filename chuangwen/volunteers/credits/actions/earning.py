"""What earns: hours by themselves, conduct when somebody else than who recorded it confirms it. What is struck takes back what it earned."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from chuangwen.evidence.models import Photo
from chuangwen.fieldwork.models import Observation
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.identifiers import new_uid
from chuangwen.kernel.lives import NotNow, needed, own_photos
from chuangwen.volunteers.credits import book, rules
from chuangwen.volunteers.credits.actions.base import CONFIRM, RECORD, own_holder, refuse, running, unchanged
from chuangwen.volunteers.credits.models import CreditAccount, CreditEntry, CreditRecord, CreditRecordPhoto, CreditRule
from chuangwen.volunteers.presence.models import ServiceEntry

State = CreditRecord.State
OLDEST = timedelta(days=90)
"""Conduct of longer ago is not recorded any more: nobody can check it."""


def earn_hours(entry_id: int) -> CreditEntry | None:
    """Credits for an entry of service, once. None where it earns nothing: its volunteer takes no part (or joined later), the hours come from
    another system, too short, the month's bound is reached."""
    served = ServiceEntry.objects.filter(pk=entry_id, counts=True).exclude(kind=ServiceEntry.Kind.TRANSFER).first()
    if served is None:
        return None
    taking_part = Q(volunteer_id=served.volunteer_id, state=CreditAccount.State.ACTIVE, joined_on__lte=served.day, programme__state="open")
    # one of several: that of the place that lies deepest
    found = CreditAccount.objects.filter(taking_part).order_by(F("programme__division__path").desc()).values_list("pk", flat=True).first()
    if found is None:
        return None
    account = book.holder(Q(pk=found))
    assert account is not None
    rule = CreditRule.objects.filter(programme=account.programme, source=CreditRule.Source.HOURS, active=True).first()
    if rule is None:
        return None
    amount = rules.for_hours(served.minutes, rule.minutes, rule.amount)
    return book.earn(account, f"service:{served.pk}", amount, served.title, rule, day=served.day)


def strike_hours(entry_id: int) -> CreditEntry | None:
    """What an entry of service earned is taken back; None where it earned nothing."""
    earned = CreditEntry.objects.filter(cause=f"service:{entry_id}").first()
    return _struck(earned, _("The hours do not count any more")) if earned is not None else None


def _struck(earned: CreditEntry, words: str, **more: Any) -> CreditEntry | None:
    account = book.holder(Q(pk=earned.holder_id))
    assert account is not None
    return book.strike(account, earned, words, **more)


def record_conduct(
    actor: Actor, *, credit_rule_id: int, credit_account_id: int, day: date, words: str = "", photos: Sequence[int] = (),
    observation_id: int | None = None, uid: uuid.UUID | None = None, generated: bool = False,
) -> CreditRecord:  # fmt: skip
    """Record conduct with its evidence: at least one photo, or of a shop the good result of an inspection of its site. It earns once somebody
    else has confirmed it. The same ``uid`` again is the same record.

    Raises Denied, Missing, Conflict (the evidence or the day was used already), Refusal.
    """
    with transaction.atomic():
        account = own_holder(actor, RECORD, credit_account_id)
        if uid is not None and (there := CreditRecord.objects.filter(uid=uid).first()) is not None:
            if there.account_id != account.pk:
                raise refuse(_("This record belongs to something else."), "uid", "uid")
            return there
        running(account.programme)
        rule = CreditRule.objects.filter(pk=credit_rule_id, programme=account.programme, source__in=CreditRule.RECORDED, active=True).first()
        if rule is None:
            raise Missing(_("There is no such rule in this programme."))
        if account.state != CreditAccount.State.ACTIVE:
            raise refuse(_("%(name)s does not take part.") % {"name": account}, "left", "credit_account_id")
        if rule.source == CreditRule.Source.DUTIES and account.kind != CreditAccount.Kind.SHOP:
            raise refuse(_("Duties before the door are those of shops."), "credit_shop", "credit_account_id")
        if not max(account.joined_on, clock.today() - OLDEST) <= day <= clock.today():
            raise refuse(_("The day lies in the future, before they took part, or more than 90 days back."), "credit_day", "day")
        keys = own_photos(actor, photos, Photo)
        observation = _inspection(account, observation_id)
        if not keys and observation is None:
            raise refuse(_("Add a photo, or name the inspection that shows it."), "credit_evidence", "photos")
        if CreditRecord.objects.filter(rule=rule, account=account, day=day, state__in=("recorded", "confirmed")).exists():
            raise Conflict(_("This was recorded for that day already."), "volunteers.recorded", field="day")
        row = CreditRecord.objects.create(
            uid=uid or new_uid(), rule=rule, account=account, day=day, words=words.strip()[:200], observation=observation,
            recorded_by_id=actor.account_id, recorded_at=clock.now(), generated=generated,
        )  # fmt: skip
        _keep(row, keys)
        audit.record(actor, RECORD, row, after={"rule": rule.pk, "day": day, "photos": len(keys), "observation": observation_id})
    return row


def _keep(row: CreditRecord, keys: Sequence[int]) -> None:
    files = dict(Photo.objects.filter(pk__in=keys).values_list("pk", "file_key"))
    if CreditRecordPhoto.objects.filter(file_key__in=files.values(), counts=True).exists() or len(set(files.values())) < len(keys):
        raise Conflict(_("One of these pictures is the evidence of another record already."), "volunteers.picture_used", field="photos")
    CreditRecordPhoto.objects.bulk_create(CreditRecordPhoto(record=row, photo_id=key, file_key=files[key]) for key in keys)


def _inspection(account: CreditAccount, key: int | None) -> Observation | None:
    if key is None:
        return None
    found = Observation.objects.filter(pk=key).first() if account.site_id else None
    if found is None or found.site_id != account.site_id:
        raise refuse(_("This inspection is not of this shop."), "credit_inspection", "observation_id")
    if found.conform is False or found.defects or found.grade in ("C", "D"):
        raise refuse(_("This inspection found something wrong: it earns nothing."), "credit_inspection", "observation_id")
    if CreditRecord.objects.filter(observation=found, state__in=("recorded", "confirmed")).exists():
        raise Conflict(_("This inspection has earned already."), "volunteers.inspection_used", field="observation_id")
    return found


def _take(actor: Actor, key: int, states: Sequence[str], expected: int | None) -> CreditRecord:
    rows = CreditRecord.objects.select_related("rule", "account")
    row = access.fetch(actor, CONFIRM, rows, lock=True, pk=key)
    unchanged(row, expected)
    if row.state not in states:
        raise NotNow(_("This is “%(state)s”: it cannot be done now.") % {"state": row.get_state_display()}, "volunteers.not_now")
    return row


def _decide(actor: Actor, row: CreditRecord, state: str, reason: str = "") -> None:
    before, row.state, row.reason = row.state, state, reason
    row.decided_by_id, row.decided_at, row.revision = actor.account_id, clock.now(), row.revision + 1
    row.save(update_fields=["state", "reason", "decided_by", "decided_at", "revision"])
    audit.record(actor, CONFIRM, row, before={"state": before}, after={"state": state}, note=reason)


def confirm_conduct(actor: Actor, *, credit_record_id: int, expected: int | None = None) -> CreditRecord:
    """Somebody else than who recorded it confirms it, and it earns. Raises Denied, Missing, NotNow, Conflict, Refusal (recorded by oneself)."""
    with transaction.atomic():
        row = _take(actor, credit_record_id, (State.RECORDED,), expected)
        if actor.account_id is not None and row.recorded_by_id == actor.account_id:
            raise refuse(_("You recorded this yourself: somebody else confirms it."), "two_eyes")
        account = book.holder(Q(pk=row.account_id))
        assert account is not None
        running(account.programme)
        if account.state == CreditAccount.State.ACTIVE:
            book.earn(account, f"conduct:{row.pk}", row.rule.amount, row.rule.name, row.rule, day=row.day, by_id=actor.account_id)
        _decide(actor, row, State.CONFIRMED)
    return row


def refuse_conduct(actor: Actor, *, credit_record_id: int, reason: str, expected: int | None = None) -> CreditRecord:
    """It is not confirmed and earns nothing; its pictures are free again. Raises Denied, Missing, NotNow, Conflict, Refusal."""
    with transaction.atomic():
        row = _take(actor, credit_record_id, (State.RECORDED,), expected)
        if actor.account_id is not None and row.recorded_by_id == actor.account_id:
            raise refuse(_("You recorded this yourself: somebody else decides on it."), "two_eyes")
        row.photos.update(counts=False)
        _decide(actor, row, State.REFUSED, needed(reason, "reason", _("Say why it is not confirmed."), limit=200))
    return row


def strike_conduct(actor: Actor, *, credit_record_id: int, reason: str, expected: int | None = None) -> CreditRecord:
    """What was confirmed turns out to be wrong: what it earned is taken back. Raises Denied, Missing, NotNow, Conflict, Refusal."""
    with transaction.atomic():
        row = _take(actor, credit_record_id, (State.CONFIRMED,), expected)
        if actor.account_id is not None and row.recorded_by_id == actor.account_id:
            raise refuse(_("You recorded this yourself: somebody else decides on it."), "two_eyes")
        words = needed(reason, "reason", _("Say why it is struck."), limit=200)
        earned = CreditEntry.objects.filter(cause=f"conduct:{row.pk}").first()
        if earned is not None:
            _struck(earned, words, by_id=actor.account_id)
        row.photos.update(counts=False)
        _decide(actor, row, State.STRUCK, words)
    return row
