"""What happens as days go by: notice before credits lapse, vouchers and credits that end, programmes that close. Each holder is a transaction of
its own, so that a job that is killed loses nothing and goes on where it was."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import LOW, register
from chuangwen.people.models import Account
from chuangwen.volunteers.credits import book, rules
from chuangwen.volunteers.credits.actions.spending import end_voucher
from chuangwen.volunteers.credits.models import CreditLot, CreditProgramme, CreditVoucher

NOTICE = register("volunteers.credits", gettext_lazy("credits that lapse soon"), LOW)
STEP = 200
"""Holders told in one transaction."""


def lapse(today: date | None = None) -> dict[str, int]:
    """Everything that is due; how many holders were told, vouchers and holders' credits ended, programmes closed."""
    today = today or clock.today()
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "told": _tell(today), "vouchers": _end_vouchers(today), "lapsed": _end_lots(today), "closed": _close(today),
        }  # fmt: skip


def _tell(today: date) -> int:
    told = 0
    for programme in CreditProgramme.objects.exclude(state=CreditProgramme.State.CLOSED):
        until = today + timedelta(days=programme.notice_days)
        due = CreditLot.objects.filter(
            account__programme=programme, account__volunteer__isnull=False, left__gt=0, told_on__isnull=True, expires_on__gte=today,
            expires_on__lte=until,
        )  # fmt: skip
        while keys := list(due.order_by("account").values_list("account", flat=True).distinct()[:STEP]):
            with transaction.atomic():
                found: dict[int, list[CreditLot]] = defaultdict(list)
                for lot in due.filter(account__in=keys).select_related("account__volunteer").select_for_update(of=("self",)).order_by("pk"):
                    found[lot.account_id].append(lot)
                tell_many(_messages(found))
                CreditLot.objects.filter(pk__in=[lot.pk for lots in found.values() for lot in lots]).update(told_on=today)
            told += len(keys)
    return told


def _messages(found: dict[int, list[CreditLot]]) -> list[Message]:
    persons = {lots[0].account.volunteer.person_id for lots in found.values() if lots[0].account.volunteer is not None}
    accounts = dict(Account.objects.filter(person__in=persons, is_active=True).values_list("person", "pk"))
    made = []
    for key, lots in found.items():
        volunteer, left, first = lots[0].account.volunteer, sum(lot.left for lot in lots), min(lot.expires_on for lot in lots if lot.expires_on)
        assert volunteer is not None
        if volunteer.person_id in accounts:
            made.append(Message(
                key=f"volunteers.credits:{key}:{first:%Y%m%d}:{lots[-1].pk}", kind=NOTICE, accounts=frozenset({accounts[volunteer.person_id]}),
                title=ngettext("%(n)d credit lapses soon", "%(n)d credits lapse soon", left) % {"n": left},
                text=_("The first of them can be spent until %(day)s.") % {"day": f"{first.year}年{first.month}月{first.day}日"},
                link=reverse("volunteers:credit-mine"),
            ))  # fmt: skip
    return made


def _end_vouchers(today: date) -> int:
    """Vouchers whose last day is over, after the days in which a use without a network may still be entered."""
    due = Q(state=CreditVoucher.State.OPEN, expires_on__lt=today - timedelta(days=rules.OFFLINE_DAYS))
    ended = 0
    for key in list(CreditVoucher.objects.filter(due).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            rows = CreditVoucher.objects.select_for_update(of=("self",)).select_related("reward", "entry")
            voucher = rows.filter(due, pk=key).first()
            account = book.holder(Q(pk=voucher.account_id)) if voucher is not None else None
            if voucher is not None and account is not None:
                end_voucher(voucher, account, CreditVoucher.State.EXPIRED, _("Not used in time"))
                ended += 1
    return ended


def _end_lots(today: date) -> int:
    due = Q(left__gt=0, expires_on__lt=today)
    holders = CreditLot.objects.filter(due).order_by("account").values_list("account", flat=True).distinct()
    ended = 0
    for key in list(holders):
        with transaction.atomic():
            account = book.holder(Q(pk=key))
            if account is None:
                continue
            lots = list(CreditLot.objects.filter(due, account=account))
            # a second run on the same day may find what came back since: the cause names the newest lot
            cause = f"expire:{account.pk}:{today:%Y%m%d}:{max((lot.pk for lot in lots), default=0)}"
            ended += book.expire(account, lots, cause, _("Not spent in time"), day=today) is not None
    return ended


def _close(today: date) -> int:
    """Programmes whose last day is over and in which nobody holds anything any more."""
    closed = 0
    due = CreditProgramme.objects.filter(state=CreditProgramme.State.CLOSING, closes_on__lt=today)
    for key in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = CreditProgramme.objects.select_for_update().get(pk=key)
            waits = CreditVoucher.objects.filter(account__programme=row, state=CreditVoucher.State.OPEN).exists()
            if row.state != CreditProgramme.State.CLOSING or waits or row.accounts.filter(balance__gt=0).exists():
                continue
            row.state, row.revision = CreditProgramme.State.CLOSED, row.revision + 1
            row.save(update_fields=["state", "revision"])
            audit.record(SYSTEM, "volunteers.run_credits", row, before={"state": "closing"}, after={"state": "closed"})
            closed += 1
    return closed
