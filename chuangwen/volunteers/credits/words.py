"""How credits are told on pages and in lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import clock
from chuangwen.kernel.codes import mask_name
from chuangwen.volunteers.credits.models import CreditAccount, CreditEntry, CreditRecord, CreditVoucher
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

VOUCHER_TONES = {"open": "accent", "used": "ok", "cancelled": "quiet", "expired": "warn"}
RECORD_TONES = {"recorded": "wait", "confirmed": "ok", "refused": "quiet", "struck": "bad"}
PROGRAMME_TONES = {"open": "ok", "closing": "warn", "closed": "quiet"}
ICONS = {"ride": "bus", "sight": "map-pin", "film": "video", "goods": "gift", "service": "tools"}
NEVER = gettext_lazy("for ever")


def holder_name(account: CreditAccount) -> str:
    """Of volunteers the family name only: whoever opens the record sees the rest."""
    return mask_name(str(account)) if account.kind == CreditAccount.Kind.VOLUNTEER else str(account)


def voucher_badge(voucher: CreditVoucher) -> Any:
    if voucher.state == "open" and voucher.expires_on < clock.today():
        return badge(_("not used in time"), "warn")
    return badge(voucher.get_state_display(), VOUCHER_TONES[voucher.state])


def record_badge(record: CreditRecord) -> Any:
    return badge(record.get_state_display(), RECORD_TONES[record.state])


def holder_badge(account: CreditAccount) -> Any:
    return badge(account.get_state_display(), "ok" if account.state == "active" else "quiet")


def programme_badge(programme: Any) -> Any:
    return badge(programme.get_state_display(), PROGRAMME_TONES[programme.state])


def rule_told(rule: Any) -> str:
    """What a rule gives."""
    if rule.source == "hours":
        told = _("%(amount)d for each whole %(minutes)d minutes") % {"amount": rule.amount, "minutes": rule.minutes}
    else:
        told = _("%(amount)d each time") % {"amount": rule.amount}
    return told + (_(", at most %(most)d a month") % {"most": rule.most_a_month} if rule.most_a_month else "")


def change(entry: CreditEntry) -> str:
    """What an entry of a statement changed, with its sign."""
    number = entry.came - entry.went  # type: ignore[attr-defined]  # annotated by the statement
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"


def debt(entry: CreditEntry) -> str:
    """What an entry had to do with a debt."""
    if entry.owing:  # type: ignore[attr-defined]  # annotated by the statement
        return _("%(n)d more had been spent already: later earnings pay them") % {"n": entry.owing}  # type: ignore[attr-defined]  # annotated by the statement
    return _("%(n)d of it paid what was owed") % {"n": entry.paid} if entry.paid else ""  # type: ignore[attr-defined]  # annotated by the statement


def until(row: Any) -> str:
    return formatting.day(row["expires_on"]) if row["expires_on"] else str(NEVER)
