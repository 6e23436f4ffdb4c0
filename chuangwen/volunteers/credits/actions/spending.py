"""Redeeming, cancelling, and using a voucher once."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from chuangwen.intake import guard
from chuangwen.intake.sealing import hash_of
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.identifiers import new_uid
from chuangwen.kernel.lives import needed
from chuangwen.volunteers.credits import book, codes, rules
from chuangwen.volunteers.credits.actions.base import RECORD, RUN, SPEND, TAKE, own_holder, refuse, spendable
from chuangwen.volunteers.credits.models import CreditAccount, CreditEntry, CreditPlace, CreditReward, CreditVoucher
from chuangwen.web import formatting

State = CreditVoucher.State
TRIES_AN_HOUR = 120
"""Wrong codes by the link of one place: more is somebody guessing."""


class SoldOut(Conflict):
    """There is no piece left."""

    code = "volunteers.sold_out"


class UsedAlready(Conflict):
    """The voucher was used before; the sentence says when and where."""

    code = "volunteers.voucher_used"


def redeem(actor: Actor, *, credit_account_id: int, reward_id: int, uid: uuid.UUID | None = None) -> CreditVoucher:
    """Spend one's own credits: a voucher. The same ``uid`` again is the same voucher.

    Raises Denied, Missing, TooFew, SoldOut (409), Conflict (closed), Refusal (left, the month's bound).
    """
    with transaction.atomic():
        return _redeem(actor, SPEND, credit_account_id, reward_id, uid)


def redeem_for(actor: Actor, *, credit_account_id: int, reward_id: int, uid: uuid.UUID | None = None) -> CreditVoucher:
    """The community redeems for a household or a shop that stands before it. Raises as ``redeem``, and Refusal for a volunteer's credits."""
    with transaction.atomic():
        return _redeem(actor, RECORD, credit_account_id, reward_id, uid)


def _redeem(actor: Actor, verb: str, key: int, reward_id: int, uid: uuid.UUID | None) -> CreditVoucher:
    account = own_holder(actor, verb, key)
    if verb == RECORD and account.kind == CreditAccount.Kind.VOLUNTEER:
        raise refuse(_("Volunteers redeem by themselves."), "credit_own_will")
    if uid is not None and (there := CreditVoucher.objects.filter(uid=uid).first()) is not None:
        if there.account_id != account.pk:
            raise refuse(_("This record belongs to something else."), "uid", "uid")
        return there
    spendable(account.programme)
    if account.state != CreditAccount.State.ACTIVE:
        raise refuse(_("%(name)s does not take part.") % {"name": account}, "left")
    reward = CreditReward.objects.select_for_update().filter(pk=reward_id, programme=account.programme, active=True).first()
    if reward is None:
        raise Missing(_("There is no such reward."))
    _possible(account, reward)
    made = uid or new_uid()
    entry = book.enter(account, CreditEntry.Kind.REDEEM, f"redeem:{made.hex}", reward.name, by_id=actor.account_id)
    book.give(account, entry, reward.cost, book.own_accounts(account.programme)[book.Kind.REDEEMED])
    CreditReward.objects.filter(pk=reward.pk).update(stock=F("stock") - 1)
    last = rules.earlier(clock.today() + timedelta(days=account.programme.voucher_days), account.programme.closes_on)
    assert last is not None
    voucher = CreditVoucher.objects.create(
        uid=made, code=rules.code_of(secrets.randbelow(10 ** (rules.CODE_DIGITS - 1))), reward=reward, account=account, entry=entry,
        cost=reward.cost, made_at=clock.now(), expires_on=last, generated=account.generated,
    )  # fmt: skip
    audit.record(actor, verb, voucher, after={"cost": reward.cost, "balance": account.balance})
    return voucher


def _possible(account: CreditAccount, reward: CreditReward) -> None:
    if account.balance < reward.cost:
        raise book.TooFew(_("This takes %(cost)d credits; there are %(balance)d.") % {"cost": reward.cost, "balance": account.balance})
    if reward.stock < 1:
        raise SoldOut(_("“%(reward)s” has just run out.") % {"reward": reward})
    if reward.most_a_month:
        first = datetime.combine(clock.today().replace(day=1), datetime.min.time(), clock.LOCAL)
        rows = CreditVoucher.objects.filter(account=account, reward=reward, state__in=CreditVoucher.HOLDS)
        had = rows.filter(made_at__gte=first).count()
        if had >= reward.most_a_month:
            raise refuse(_("Of this at most %(most)d can be had in a month.") % {"most": reward.most_a_month}, "month_bound")


def _locked(actor: Actor, verb: str, key: int) -> tuple[CreditVoucher, CreditAccount]:
    """The voucher, then the account of its holder, both locked."""
    rows = CreditVoucher.objects.select_related("reward")
    voucher = access.fetch(actor, verb, rows, lock=True, pk=key)
    account = book.holder(Q(pk=voucher.account_id))
    assert account is not None
    return voucher, account


def cancel_own_voucher(actor: Actor, *, voucher_id: int) -> CreditVoucher:
    """Hand one's own unused voucher back: its credits and its piece are there again. Raises Denied, Missing, Conflict (used, ended)."""
    with transaction.atomic():
        voucher, account = _locked(actor, SPEND, voucher_id)
        _cancel(actor, SPEND, voucher, account, _("Handed back"))
    return voucher


def cancel_voucher(actor: Actor, *, voucher_id: int, reason: str) -> CreditVoucher:
    """The office cancels an unused voucher (a reward that cannot be had): credits and piece are there again. Raises as above, and Refusal."""
    with transaction.atomic():
        voucher, account = _locked(actor, RUN, voucher_id)
        _cancel(actor, RUN, voucher, account, needed(reason, "reason", _("Say why it is cancelled."), limit=200))
    return voucher


def _cancel(actor: Actor, verb: str, voucher: CreditVoucher, account: CreditAccount, words: str) -> None:
    if voucher.state != State.OPEN:
        raise Conflict(_("This voucher is “%(state)s”.") % {"state": voucher.get_state_display()}, "volunteers.voucher_ended")
    end_voucher(voucher, account, State.CANCELLED, words, by=actor.account_id)
    audit.record(actor, verb, voucher, before={"state": State.OPEN}, after={"state": voucher.state}, note=words)


def end_voucher(voucher: CreditVoucher, account: CreditAccount, state: str, words: str, by: int | None = None) -> None:
    """An open voucher ends unused; voucher and account are locked. What it cost and its piece come back."""
    voucher.state, voucher.reason, voucher.ended_at = state, words, clock.now()
    voucher.save(update_fields=["state", "reason", "ended_at"])
    book.give_back(account, voucher.entry, voucher.reward.name, by_id=by)
    CreditReward.objects.filter(pk=voucher.reward_id).update(stock=F("stock") + 1)


def use_voucher(actor: Actor, *, code: str, credit_place_id: int, used_at: datetime | None = None) -> CreditVoucher:
    """Somebody of the office hands a reward out at a place. Raises Denied, Missing, UsedAlready (409: says when and where), Conflict,
    Refusal."""
    access.require(actor, TAKE)
    place = access.fetch(actor, TAKE, CreditPlace.objects.filter(active=True), pk=credit_place_id)
    return _use(actor, place, code, used_at)


def place_of(token: str) -> CreditPlace:
    """The place whose link this is. Raises Missing."""
    found = CreditPlace.objects.select_related("programme", "division").filter(token_hash=hash_of(token), active=True).first()
    if found is None:
        raise Missing(_("This link does not hold any more. Ask for a new one."))
    return found


def use_voucher_by_link(token: str, *, code: str, address: str = "", used_at: datetime | None = None) -> CreditVoucher:
    """Whoever has the link of a place hands a reward out there. Raises Missing, TooMany (429), and as ``use_voucher``."""
    place = place_of(token)
    actor = Actor(name=str(place)[:40], address=address)
    try:
        return _use(actor, place, code, used_at)
    except Missing:
        guard.count("credit-code", str(place.pk), TRIES_AN_HOUR, timedelta(hours=1))
        raise


def find(place: CreditPlace, code: str) -> CreditVoucher:
    """The voucher that somebody shows at a place, in whatever state. Raises Missing, Refusal (no code, not for this place)."""
    digits = codes.code_in(code)
    if digits is None:
        raise refuse(_("This is no code of a voucher: twelve digits, as they stand on the phone."), "voucher_code", "code")
    rows = CreditVoucher.objects.select_related("reward", "used_place")
    found = rows.filter(code=digits, reward__programme_id=place.programme_id).first()
    if found is None:
        raise Missing(_("There is no voucher with this code."))
    bound = set(found.reward.places.values_list("pk", flat=True))
    if bound and place.pk not in bound:
        raise refuse(_("“%(reward)s” is not handed out here.") % {"reward": found.reward}, "voucher_elsewhere", "code")
    return found


def usable(voucher: CreditVoucher, day: date) -> None:
    """Raises UsedAlready, Conflict where the voucher cannot be used on that day."""
    if voucher.state == State.USED:
        raise UsedAlready(
            _("This voucher was used already: %(when)s, %(where)s.")
            % {"when": formatting.moment(voucher.used_at), "where": voucher.used_place}, field="code",
        )  # fmt: skip
    if voucher.state != State.OPEN:
        raise Conflict(_("This voucher is “%(state)s”.") % {"state": voucher.get_state_display()}, "volunteers.voucher_ended", field="code")
    if day > voucher.expires_on:
        told = _("This voucher could be used until %(day)s.") % {"day": formatting.day(voucher.expires_on)}
        raise Conflict(told, "volunteers.voucher_ended", field="code")


def _use(actor: Actor, place: CreditPlace, code: str, used_at: datetime | None) -> CreditVoucher:
    now = clock.now()
    at = used_at or now
    if at > now or at < now - timedelta(days=rules.OFFLINE_DAYS):
        raise refuse(_("A use without a network is entered within %(days)d days.") % {"days": rules.OFFLINE_DAYS}, "voucher_late", "used_at")
    try:
        with transaction.atomic():
            found = find(place, code)
            voucher = CreditVoucher.objects.select_for_update(of=("self",)).select_related("reward", "used_place").get(pk=found.pk)
            if used_at is not None and (voucher.used_at, voucher.used_place_id) == (used_at, place.pk):
                return voucher  # the same report again: its answer was lost on the way
            usable(voucher, at.astimezone(clock.LOCAL).date())
            if at < voucher.made_at:
                raise refuse(_("At that time this voucher did not exist yet."), "voucher_late", "used_at")
            voucher.state, voucher.used_at, voucher.used_place, voucher.used_by_id = State.USED, at, place, actor.account_id
            voucher.entered_at = now if used_at is not None else None
            voucher.save(update_fields=["state", "used_at", "used_place", "used_by", "entered_at"])
            audit.record(actor, TAKE, voucher, before={"state": State.OPEN}, after={"state": State.USED, "place": place.pk})
    except UsedAlready:
        CreditVoucher.objects.filter(pk=found.pk, tried_again__lt=30_000).update(tried_again=F("tried_again") + 1)
        raise
    return voucher
