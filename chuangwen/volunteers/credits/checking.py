"""The ledger checked to the last credit: every balance, lot, voucher and stock is worked out anew from what was written, and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from chuangwen.volunteers.credits.book import Kind
from chuangwen.volunteers.credits.models import (
    CreditAccount,
    CreditEntry,
    CreditLot,
    CreditPosting,
    CreditProgramme,
    CreditReward,
    CreditStockMove,
    CreditVoucher,
)
from chuangwen.volunteers.presence.models import ServiceEntry


@dataclass
class Totals:
    """Of a programme: credits issued (without those taken back), redeemed (without those given back), expired, held now, owed now."""

    programme: CreditProgramme
    issued: int = 0
    redeemed: int = 0
    expired: int = 0
    held: int = 0
    owed: int = 0

    @property
    def sound(self) -> bool:
        """What was issued is what was redeemed, expired or is held, less what is owed."""
        return self.issued == self.redeemed + self.expired + self.held - self.owed


@dataclass
class Checked:
    """What was looked at and what does not fit, in sentences."""

    programmes: list[Totals] = field(default_factory=list)
    accounts: int = 0
    entries: int = 0
    postings: int = 0
    vouchers: int = 0
    differences: list[str] = field(default_factory=list)


def check(programmes: QuerySet[CreditProgramme] | None = None) -> Checked:
    """Look through the ledger of these programmes (None: all). A constant number of queries."""
    rows = list((programmes if programmes is not None else CreditProgramme.objects.all()).order_by("pk"))
    keys = [row.pk for row in rows]
    found = Checked(
        accounts=CreditAccount.objects.filter(programme__in=keys, kind__in=CreditAccount.HOLDERS).count(),
        entries=CreditEntry.objects.filter(programme__in=keys).count(),
        postings=CreditPosting.objects.filter(entry__programme__in=keys).count(),
        vouchers=CreditVoucher.objects.filter(reward__programme__in=keys).count(),
    )  # fmt: skip
    worked_out, debts = _balances(keys), _debts(keys)
    totals = {row.pk: Totals(row) for row in rows}
    found.programmes = list(totals.values())
    found.differences += _accounts(keys, worked_out, debts, totals)
    found.differences += _entries(keys)
    found.differences += _lots(keys)
    found.differences += _vouchers(keys)
    found.differences += _stock(keys)
    for one in found.programmes:
        if not one.sound:
            found.differences.append(_("%(name)s: what was issued is not what was redeemed, expired and is held") % {"name": one.programme})
    return found


def _sums(rows: Any, key: str) -> dict[int, int]:
    return {one[key]: one["total"] for one in rows.order_by().values(key).annotate(total=Sum("amount"))}


def _balances(keys: list[int]) -> Counter[int]:
    """Of every account: what came less what went."""
    rows = CreditPosting.objects.filter(entry__programme__in=keys)
    found: Counter[int] = Counter(_sums(rows, "target"))
    found.subtract(_sums(rows, "source"))
    return found


def _debts(keys: list[int]) -> Counter[int]:
    """Of every holder: what was struck beyond what they had, less what was paid since."""
    rows = CreditPosting.objects.filter(entry__programme__in=keys)
    found: Counter[int] = Counter(_sums(rows.filter(source__kind=Kind.OWED), "entry__holder"))
    found.subtract(_sums(rows.filter(target__kind=Kind.OWED), "entry__holder"))
    return found


def _accounts(keys: list[int], worked_out: Counter[int], debts: Counter[int], totals: dict[int, Totals]) -> Iterable[str]:
    in_lots = {
        one["account"]: one["total"]
        for one in CreditLot.objects.filter(account__programme__in=keys).order_by().values("account").annotate(total=Sum("left"))
    }
    rows = CreditAccount.objects.filter(programme__in=keys).values_list("pk", "programme", "kind", "number", "balance", "owes")
    for key, programme, kind, number, balance, owes in rows.order_by("pk").iterator():
        real, total = worked_out[key], totals[programme]
        if kind == Kind.ISSUED:
            total.issued = -real
        elif kind == Kind.REDEEMED:
            total.redeemed = real
        elif kind == Kind.EXPIRED:
            total.expired = real
        elif kind == Kind.OWED:
            total.owed = -real
        else:
            total.held += real
            if real != balance:
                yield _("%(number)s: balance %(kept)d, worked out %(real)d") % {"number": number, "kept": balance, "real": real}
            if in_lots.get(key, 0) != balance:
                told = {"number": number, "kept": balance, "real": in_lots.get(key, 0)}
                yield _("%(number)s: balance %(kept)d, its lots hold %(real)d") % told
            if debts[key] != owes:
                yield _("%(number)s: owes %(kept)d, worked out %(real)d") % {"number": number, "kept": owes, "real": debts[key]}


def _entries(keys: list[int]) -> Iterable[str]:
    entries = CreditEntry.objects.filter(programme__in=keys)
    for pk, cause in entries.filter(postings__isnull=True).values_list("pk", "cause"):
        yield _("Entry %(pk)d (%(cause)s) moves nothing") % {"pk": pk, "cause": cause}
    strangers = CreditPosting.objects.filter(entry__programme__in=keys).exclude(source__programme__in=keys, target__programme__in=keys)
    for pk in strangers.values_list("pk", flat=True)[:50]:
        yield _("Posting %(pk)d leads into another programme") % {"pk": pk}
    struck = {f"service:{pk}" for pk in ServiceEntry.objects.filter(counts=False).values_list("pk", flat=True)}
    earned = entries.filter(kind=CreditEntry.Kind.EARN, reversed_by__isnull=True).order_by("pk").values_list("pk", "cause")
    for pk in [pk for pk, cause in earned.iterator() if cause in struck]:
        yield _("Entry %(pk)d: the hours that earned it do not count any more") % {"pk": pk}


def _lots(keys: list[int]) -> Iterable[str]:
    postings = CreditPosting.objects.filter(entry__programme__in=keys)
    came, went = _sums(postings.filter(target_lot__isnull=False), "target_lot"), _sums(postings.filter(source_lot__isnull=False), "source_lot")
    for pk, amount, left in CreditLot.objects.filter(account__programme__in=keys).order_by("pk").values_list("pk", "amount", "left").iterator():
        if came.get(pk, 0) != amount or amount - went.get(pk, 0) != left:
            yield _("Lot %(pk)d: %(left)d of %(amount)d left, worked out %(real)d of %(came)d") % {
                "pk": pk, "left": left, "amount": amount, "real": came.get(pk, 0) - went.get(pk, 0), "came": came.get(pk, 0),
            }  # fmt: skip


def _vouchers(keys: list[int]) -> Iterable[str]:
    postings = CreditPosting.objects.filter(entry__programme__in=keys)
    paid = _sums(postings.filter(target__kind=Kind.REDEEMED), "entry")
    back = _sums(postings.filter(source__kind=Kind.REDEEMED), "entry__reverses")
    rows = CreditVoucher.objects.filter(reward__programme__in=keys).order_by("pk")
    for pk, state, cost, entry in rows.values_list("pk", "state", "cost", "entry").iterator():
        if paid.get(entry, 0) != cost:
            yield _("Voucher %(pk)d cost %(cost)d, %(paid)d were taken") % {"pk": pk, "cost": cost, "paid": paid.get(entry, 0)}
        due = 0 if state in CreditVoucher.HOLDS else cost
        if back.get(entry, 0) != due:
            yield _("Voucher %(pk)d: %(due)d should have come back, %(back)d did") % {"pk": pk, "due": due, "back": back.get(entry, 0)}
    alone = CreditEntry.objects.filter(programme__in=keys, kind=CreditEntry.Kind.REDEEM, voucher__isnull=True)
    for pk in alone.values_list("pk", flat=True):
        yield _("Entry %(pk)d redeems without a voucher") % {"pk": pk}


def _stock(keys: list[int]) -> Iterable[str]:
    came = dict(
        CreditStockMove.objects.filter(reward__programme__in=keys).order_by().values_list("reward").annotate(total=Sum("pieces"))
    )
    held = dict(
        CreditVoucher.objects.filter(reward__programme__in=keys, state__in=CreditVoucher.HOLDS).order_by().values_list("reward")
        .annotate(total=Count("pk"))
    )  # fmt: skip
    for pk, name, stock in CreditReward.objects.filter(programme__in=keys).order_by("pk").values_list("pk", "name", "stock"):
        real = came.get(pk, 0) - held.get(pk, 0)
        if real != stock:
            yield _("%(name)s: %(stock)d pieces in stock, worked out %(real)d") % {"name": name, "stock": stock, "real": real}
