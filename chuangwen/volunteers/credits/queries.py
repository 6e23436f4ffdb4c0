"""What pages, API and sheets read of credits."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.credits.models import (
    CreditAccount,
    CreditEntry,
    CreditLot,
    CreditPlace,
    CreditProgramme,
    CreditRecord,
    CreditReward,
    CreditRule,
    CreditVoucher,
)

SEE, SPEND, RUN = "volunteers.see_credits", "volunteers.spend_credits", "volunteers.run_credits"


def programmes(actor: Actor, verb: str = SEE) -> QuerySet[CreditProgramme]:
    """The programmes in the actor's area, and those that run above it: who answers for a community sees the programme of its street."""
    mine = access.scoped(actor, verb, CreditProgramme)
    if verb == SEE:
        used = access.scoped(actor, verb, CreditAccount).order_by().values("programme")
        mine = CreditProgramme.objects.filter(Q(pk__in=mine.values("pk")) | Q(pk__in=used))
    return mine.select_related("division")


def holders(actor: Actor, verb: str = SEE) -> QuerySet[CreditAccount]:
    """Holders whom the actor may see."""
    rows = access.scoped(actor, verb, CreditAccount).filter(kind__in=CreditAccount.HOLDERS)
    return rows.select_related("programme", "volunteer__person", "site", "division", "unit")


def rewards(actor: Actor) -> QuerySet[CreditReward]:
    return CreditReward.objects.filter(programme__in=programmes(actor).values("pk")).select_related("programme")


def rules_of(actor: Actor) -> QuerySet[CreditRule]:
    return CreditRule.objects.filter(programme__in=programmes(actor).values("pk")).select_related("programme")


def places(actor: Actor) -> QuerySet[CreditPlace]:
    return CreditPlace.objects.filter(programme__in=programmes(actor).values("pk")).select_related("programme", "division")


def records(actor: Actor, verb: str = SEE) -> QuerySet[CreditRecord]:
    rows = access.scoped(actor, verb, CreditRecord)
    return rows.select_related("rule", "account__volunteer__person", "account__site", "account__division")


def vouchers(actor: Actor, verb: str = SEE) -> QuerySet[CreditVoucher]:
    rows = access.scoped(actor, verb, CreditVoucher)
    return rows.select_related("reward", "account__volunteer__person", "account__site", "account__division", "used_place")


def own_volunteer(actor: Actor) -> Volunteer | None:
    """The volunteer that the actor is."""
    if actor.account_id is None:
        return None
    return Volunteer.objects.select_related("person", "division").filter(person__account=actor.account_id).first()


def own_account(actor: Actor) -> CreditAccount | None:
    """The actor's own account: that in which they take part, else the newest. One query."""
    if actor.account_id is None:
        return None
    rows = CreditAccount.objects.filter(kind=CreditAccount.Kind.VOLUNTEER, volunteer__person__account=actor.account_id)
    return rows.select_related("programme", "volunteer__person", "site", "division").order_by("state", "-pk").first()


def lots(account: CreditAccount) -> list[dict[str, Any]]:
    """What a holder has by its last day, the first to lapse first: ``expires_on`` and ``total``."""
    rows: Any = CreditLot.objects.filter(account=account, left__gt=0).order_by().values("expires_on").annotate(total=Sum("left"))
    return sorted(rows, key=lambda row: (row["expires_on"] is None, row["expires_on"] or clock.today()))


def statement(account: CreditAccount) -> QuerySet[CreditEntry]:
    """The entries of a holder, newest first, each with ``came``, ``went`` and ``paid`` (what of it paid or made a debt)."""
    mine = CreditEntry.objects.filter(Q(holder=account) | Q(kind=CreditEntry.Kind.TRANSFER, pk__in=account.taken.values("entry")))
    owed = Q(postings__target__kind=CreditAccount.Kind.OWED)
    return mine.annotate(
        came=Coalesce(Sum("postings__amount", filter=Q(postings__target=account)), 0),
        went=Coalesce(Sum("postings__amount", filter=Q(postings__source=account)), 0),
        paid=Coalesce(Sum("postings__amount", filter=owed), 0),
        owing=Coalesce(Sum("postings__amount", filter=Q(postings__source__kind=CreditAccount.Kind.OWED)), 0),
    ).order_by("-at", "-pk")


def offered(programme: CreditProgramme) -> list[CreditReward]:
    """The rewards that can be had, with their places. Two queries."""
    return list(programme.rewards.filter(active=True).prefetch_related("places"))
