"""Writing in the ledger. Whoever calls holds the lock on the holder's account and is inside a transaction; nothing here asks a policy.

Order of locks everywhere: voucher, then accounts by key, then reward. The programme's own accounts are never locked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Refusal
from chuangwen.volunteers.credits import rules
from chuangwen.volunteers.credits.models import CreditAccount, CreditEntry, CreditLot, CreditPosting, CreditProgramme

Kind = CreditAccount.Kind
SYSTEM = (Kind.ISSUED, Kind.REDEEMED, Kind.EXPIRED, Kind.OWED)


class TooFew(Refusal):
    """The holder has fewer credits than this takes."""

    code = "volunteers.too_few_credits"


def own_accounts(programme: CreditProgramme) -> Mapping[str, int]:
    """Keys of the programme's own accounts by kind. One query."""
    return dict(CreditAccount.objects.filter(programme=programme, kind__in=SYSTEM).values_list("kind", "pk"))


def open_own_accounts(programme: CreditProgramme) -> None:
    """The four accounts of a new programme."""
    CreditAccount.objects.bulk_create(
        CreditAccount(
            programme=programme, kind=kind, number=f"P{programme.pk}-{kind}", division=programme.division, joined_on=programme.started_on,
            generated=programme.generated,
        )
        for kind in SYSTEM
    )  # fmt: skip


def known(cause: str) -> CreditEntry | None:
    """The entry of this cause, where there is one."""
    return CreditEntry.objects.filter(cause=cause).first()


def enter(account: CreditAccount, kind: str, cause: str, words: str, **more: Any) -> CreditEntry:
    """A new entry about a holder; its postings follow."""
    assert transaction.get_connection().in_atomic_block
    facts = {"day": clock.today(), "at": clock.now(), "generated": account.generated} | more
    return CreditEntry.objects.create(programme=account.programme, kind=kind, cause=cause, holder=account, words=words[:160], **facts)


def receive(
    account: CreditAccount, entry: CreditEntry, amount: int, source: int, own: Mapping[str, int], expires_on: date | None
) -> int:
    """``amount`` comes to the holder from the account ``source``: what they owe is paid first, the rest becomes a lot. What they got of it."""
    paid = min(account.owes, amount)
    if paid:
        CreditPosting.objects.create(entry=entry, source_id=source, target_id=own[Kind.OWED], amount=paid)
    rest = amount - paid
    if rest:
        lot = CreditLot.objects.create(account=account, entry=entry, amount=rest, left=rest, expires_on=expires_on)
        CreditPosting.objects.create(entry=entry, source_id=source, target=account, amount=rest, target_lot=lot)
    account.owes -= paid
    account.balance += rest
    account.save(update_fields=["owes", "balance"])
    return rest


def give(
    account: CreditAccount, entry: CreditEntry, amount: int, target: int, *, first: CreditEntry | None = None, to: CreditAccount | None = None
) -> None:
    """``amount`` goes from the holder to the account ``target``: of the lots of ``first``, then of those that lapse first. ``to``: the target,
    locked, where it is a holder, who gets lots that lapse on the same days. Raises TooFew."""
    if amount > account.balance:
        raise TooFew(_("This takes %(cost)d credits; there are %(balance)d.") % {"cost": amount, "balance": account.balance})
    lots = list(CreditLot.objects.filter(account=account, left__gt=0))
    if first is not None:
        lots.sort(key=lambda lot: lot.entry_id != first.pk)
    by_key = {lot.pk: lot for lot in lots}
    for key, part in rules.spent([(lot.pk, lot.left) for lot in lots], amount):
        CreditLot.objects.filter(pk=key).update(left=F("left") - part)
        into = None
        if to is not None:
            into = CreditLot.objects.create(account=to, entry=entry, amount=part, left=part, expires_on=by_key[key].expires_on)
        CreditPosting.objects.create(entry=entry, source=account, target_id=target, amount=part, source_lot_id=key, target_lot=into)
    account.balance -= amount
    account.save(update_fields=["balance"])
    if to is not None:
        to.balance += amount
        to.save(update_fields=["balance"])


def earn(account: CreditAccount, cause: str, amount: int, words: str, rule: Any, **more: Any) -> CreditEntry | None:
    """The holder earns so much, once for the cause, within the rule's bound of the month of ``day``. None where nothing was earned."""
    day = more.get("day") or clock.today()
    if known(cause) is not None:
        return None
    if rule.most_a_month:
        amount = rules.bounded(amount, earned_in_month(account, rule, day), rule.most_a_month)
    if amount <= 0:
        return None
    entry = enter(account, CreditEntry.Kind.EARN, cause, words, rule=rule, **more)
    programme, own = account.programme, own_accounts(account.programme)
    until = rules.earlier(rules.last_day(entry.at.astimezone(clock.LOCAL).date(), programme.valid_months), programme.closes_on)
    receive(account, entry, amount, own[Kind.ISSUED], own, until)
    return entry


def earned_in_month(account: CreditAccount, rule: Any, day: date) -> int:
    """What a holder earned by a rule in the month of a day, without what was taken back."""
    rows = CreditPosting.objects.filter(
        entry__holder=account, entry__rule=rule, entry__kind=CreditEntry.Kind.EARN, entry__reversed_by__isnull=True,
        entry__day__year=day.year, entry__day__month=day.month, source__kind=Kind.ISSUED,
    )  # fmt: skip
    return rows.aggregate(total=Sum("amount"))["total"] or 0


def strike(account: CreditAccount, earned: CreditEntry, words: str, **more: Any) -> CreditEntry | None:
    """What an entry earned is taken back, once. What the holder no longer has is owed: later earnings pay it first, and the balance is never
    below zero."""
    if CreditEntry.objects.filter(reverses=earned).exists():
        return None
    own = own_accounts(account.programme)
    amount = earned.postings.filter(source_id=own[Kind.ISSUED]).aggregate(total=Sum("amount"))["total"] or 0
    entry = enter(account, CreditEntry.Kind.STRIKE, f"strike:{earned.pk}", words, reverses=earned, **more)
    there = min(account.balance, amount)
    if there:
        give(account, entry, there, own[Kind.ISSUED], first=earned)
    if amount > there:
        CreditPosting.objects.create(entry=entry, source_id=own[Kind.OWED], target_id=own[Kind.ISSUED], amount=amount - there)
        account.owes += amount - there
        account.save(update_fields=["owes"])
    return entry


def give_back(account: CreditAccount, redeemed: CreditEntry, words: str, **more: Any) -> CreditEntry:
    """What a redemption took comes back with the days on which it would have lapsed, at least AGAIN_DAYS from now; never after the programme's
    last day."""
    own = own_accounts(account.programme)
    entry = enter(account, CreditEntry.Kind.RETURN, f"return:{redeemed.pk}", words, reverses=redeemed, **more)
    soonest = clock.today() + timedelta(days=rules.AGAIN_DAYS)
    for posting in redeemed.postings.filter(source=account).select_related("source_lot").order_by("pk"):
        ends = posting.source_lot.expires_on if posting.source_lot is not None else None
        until = None if ends is None else max(ends, soonest)
        receive(account, entry, posting.amount, own[Kind.REDEEMED], own, rules.earlier(until, account.programme.closes_on))
    return entry


def expire(account: CreditAccount, lots: list[CreditLot], cause: str, words: str, **more: Any) -> CreditEntry | None:
    """What is left of these lots lapses. None where nothing is left."""
    left = sum(lot.left for lot in lots)
    if not left or known(cause) is not None:
        return None
    own = own_accounts(account.programme)
    entry = enter(account, CreditEntry.Kind.EXPIRE, cause, words, **more)
    for lot in lots:
        if lot.left:
            CreditPosting.objects.create(entry=entry, source=account, target_id=own[Kind.EXPIRED], amount=lot.left, source_lot=lot)
    CreditLot.objects.filter(pk__in=[lot.pk for lot in lots]).update(left=0)
    account.balance -= left
    account.save(update_fields=["balance"])
    return entry


def holder(lookup: Q) -> CreditAccount | None:
    """A holder's account, locked; None where there is none."""
    rows = CreditAccount.objects.select_for_update(of=("self",)).select_related("programme", "volunteer__person", "site")
    return rows.filter(lookup, kind__in=CreditAccount.HOLDERS).first()
