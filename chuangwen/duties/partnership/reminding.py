"""Reminders where nothing happened: a first contact that is owed soon or late, a package that lies still, lines that are overdue. One message
a unit and day, to its liaison and its first responsible person; nobody is told of what other units did."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chuangwen.duties.partnership import queries, states
from chuangwen.duties.partnership.models import Partnership, PartnershipItem
from chuangwen.duties.rhythm.reminding import WHO
from chuangwen.kernel import clock
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register

REMINDER = register("duties.partnership", gettext_lazy("nothing happened in a partnership"))
BEFORE_DAYS = 3
"""So long before its day a first contact is reminded of."""
AGAIN_DAYS = 7
NAMED = 6


def remind(today: date | None = None) -> int:
    """Remind units of pairs in which something is owed; of the same pair at most once a week. How many units were told."""
    today = today or clock.today()
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        late = PartnershipItem.objects.filter(partnership=OuterRef("pk"), dropped="", progress__lt=100, due_on__lt=today)
        waits = Q(state=states.PAIRED, contact_due__lte=today + timedelta(days=BEFORE_DAYS))
        quiet = queries.silent(today)
        rows = Partnership.objects.annotate(is_late=Exists(late)).filter(waits | quiet | Q(is_late=True, state=states.RUNNING))
        rows = rows.filter(Q(reminded_on__isnull=True) | Q(reminded_on__lte=today - timedelta(days=AGAIN_DAYS)))
        found: dict[int, list[Partnership]] = defaultdict(list)
        for row in rows.select_related("unit", "division").select_for_update(of=("self",)).order_by("unit", "pk"):
            found[row.unit_id].append(row)
        if not found:
            return 0
        accounts = recipients.of_units(found, WHO)
        tell_many([_message(pairs, frozenset(accounts.get(unit, ())), today) for unit, pairs in found.items()])
        Partnership.objects.filter(pk__in=[pair.pk for pairs in found.values() for pair in pairs]).update(reminded_on=today)
    return len(found)


def _message(pairs: list[Partnership], accounts: frozenset[int], today: date) -> Message:
    unit = pairs[0].unit
    title = ngettext("%(n)d partnership of %(unit)s waits", "%(n)d partnerships of %(unit)s wait", len(pairs)) % {"n": len(pairs), "unit": unit}
    return Message(
        key=f"duties.partnership:{unit.pk}:{today:%Y%m%d}", kind=REMINDER, title=title,
        text="；".join(f"{pair.division}：{why(pair, today)}" for pair in pairs[:NAMED]),
        link=pairs[0].get_absolute_url() if len(pairs) == 1 else f"{reverse('duties:partnerships')}?unit={unit.pk}",
        accounts=accounts, about=f"people.unit:{unit.pk}", units=frozenset({unit.pk}),
    )  # fmt: skip


def why(pair: Partnership, today: date) -> str:
    """What is owed, in words."""
    if pair.state == states.PAIRED:
        left = (pair.contact_due - today).days
        if left < 0:
            return ngettext("first contact is %(n)d day late", "first contact is %(n)d days late", -left) % {"n": -left}
        return _("first contact is due on %(day)s") % {"day": f"{pair.contact_due.month}月{pair.contact_due.day}日"}
    days = (today - pair.last_active_on).days
    if getattr(pair, "is_late", False):
        return _("lines of the package are overdue")
    return ngettext("nothing was recorded for %(n)d day", "nothing was recorded for %(n)d days", days) % {"n": days}
