"""Personal data go on schedule (DOMAIN.md section 2, rule 7): contacts after the case has ended, pastes after their time, tallies at once."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from chuangwen.cases.models import OPEN_STATES
from chuangwen.intake import guard
from chuangwen.intake.install import settings_row
from chuangwen.intake.models import ChatPaste, Delivery, Report, Suggestion
from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import SYSTEM

PASTES = timedelta(days=30)
MESSAGES = timedelta(days=90)
"""The log of what other systems were told."""
AUDIT = "intake.forget"


@transaction.atomic
def forget() -> dict[str, int]:
    """Take away contacts whose day has come or whose case ended long enough ago, old pastes, the log of messages to
    other systems, and tallies. Returns how many of each."""
    today, now, days = clock.today(), clock.now(), settings_row().contact_days
    ended = now - timedelta(days=days)
    held = Report.objects.exclude(contact="")
    over = held.annotate(end=Coalesce("case__closed_at", "case__reported_at")).filter(
        Q(contact_until__lt=today) | (~Q(case__state__in=OPEN_STATES) & Q(end__lt=ended)) | Q(withdrawn_at__lt=ended)
    )
    contacts = Report.objects.filter(pk__in=list(over.values_list("pk", flat=True))).update(contact="", contact_until=None)
    contacts += (
        Suggestion.objects.exclude(contact="")
        .filter(Q(contact_until__lt=today) | Q(answered_at__lt=ended))
        .update(contact="", contact_until=None)
    )
    pastes = ChatPaste.objects.filter(pasted_at__lt=now - PASTES).delete()[0]
    messages = Delivery.objects.filter(created_at__lt=now - MESSAGES).exclude(state=Delivery.State.WAITING).delete()[0]
    if contacts or pastes or messages:
        audit.record(SYSTEM, AUDIT, title="", after={"contacts": contacts, "pastes": pastes, "messages": messages})
    return {"contacts": contacts, "pastes": pastes, "messages": messages, "tallies": guard.forget_old()}
