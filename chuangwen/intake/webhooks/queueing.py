"""Messages are written in the transaction of what they tell of, and a job is queued in it too: both hold or neither."""

import json
import time
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import gettext as _

from chuangwen.cases.models import Case
from chuangwen.intake.masking import mask_text
from chuangwen.intake.models import Delivery, Follower, Webhook
from chuangwen.intake.open311.queries import status_of
from chuangwen.intake.open311.rules import written
from chuangwen.intake.receiving import SOURCES
from chuangwen.intake.residents.queries import WORDS
from chuangwen.kernel import access, clock, jobs
from chuangwen.kernel.identifiers import new_uid
from chuangwen.kernel.models import Job

SEND = "intake.webhook"
SOON = timedelta(seconds=2)
FROM_OUTSIDE = frozenset(SOURCES.values())
"""A case says itself where it came from: when it is told of as new, its report is not written yet."""


UNWANTED_FOR = 5.0
"""Seconds for which a process remembers that nobody wants an event, so that an action on many cases does not ask for each. An address that
another process has just added hears that much later."""
_wanted: tuple[float, frozenset[str]] | None = None


@receiver((post_save, post_delete), sender=Webhook)
def _forget(**_facts: Any) -> None:
    global _wanted
    _wanted = None


def wanted_events() -> frozenset[str]:
    """The events that some address wants. At most one query in UNWANTED_FOR seconds."""
    global _wanted
    if _wanted is None or time.monotonic() - _wanted[0] > UNWANTED_FOR:
        lists = Webhook.objects.filter(active=True).values_list("events", flat=True)
        _wanted = (time.monotonic(), frozenset(event for events in lists for event in events))
    return _wanted[1]


def tell(case_id: int, event: str) -> int:
    """Write this event of a case to every address that wants it; how many. No query where nobody does."""
    if not event or event not in wanted_events():
        return 0
    hooks = [hook for hook in Webhook.objects.select_related("division").filter(active=True) if event in hook.events]
    if not hooks:
        return 0
    names = ("kind", "family", "site", "division", "lead_unit")
    case = Case.objects.select_related(*names).get(pk=case_id)
    outside = case.source in FROM_OUTSIDE or Follower.objects.filter(case=case).exists()
    path, count = case.division.path if case.division else "", 0
    for hook in hooks:
        if (hook.outside_only and not outside) or (hook.division is not None and not path.startswith(hook.division.path)):
            continue
        uid, now = new_uid(), clock.now()
        Delivery.objects.create(
            uid=uid, webhook=hook, event=event, case=case, body=json.dumps(message(str(uid), event, case), ensure_ascii=False),
            created_at=now, next_at=now,
        )  # fmt: skip
        queue(hook.pk)
        count += 1
    return count


def message(uid: str, event: str, case: Case) -> dict[str, Any]:
    """What a message says: the case as GeoReport names its fields, its state in our word, words with numbers covered. No person is named."""
    word, _sentence, _tone = WORDS[case.state]
    return {
        "id": uid,
        "event": event,
        "at": written(clock.now()),
        "data": {
            "service_request_id": case.number,
            "status": status_of(case),
            "state": case.state,
            "status_notes": str(word),
            "service_code": case.kind.code if case.kind else None,
            "service_name": case.kind.name if case.kind else None,
            "description": mask_text(case.description),
            "agency_responsible": str(case.lead_unit) if case.lead_unit else None,
            "address": " ".join(part for part in (str(case.site or case.division or ""), mask_text(case.address)) if part) or None,
            "lat": case.lat,
            "long": case.lon,
            "requested_datetime": written(case.reported_at),
            "expected_datetime": written(case.due_at),
            "closed_datetime": written(case.closed_at),
        },
    }


def queue(hook_id: int, after: timedelta = timedelta()) -> Job | None:
    """A job that sends what waits for this address, unless one begins as soon anyhow."""
    by = clock.now() + after + SOON
    waiting = Job.objects.filter(Q(arguments__hook=hook_id), kind=SEND, state=Job.State.QUEUED, not_before__lte=by)
    if waiting.exists():
        return None
    return jobs.start(access.SYSTEM, SEND, {"hook": hook_id}, title=_("Telling another system"), delay=after)
