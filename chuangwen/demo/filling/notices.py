"""What the accounts of the demonstration were told in the last days, by the same rules as everybody; the older of it is read."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max

from chuangwen.cases.models import CaseEvent
from chuangwen.cases.notices import BEGUN, CURSOR, messages_of, recent
from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.kernel.models import Counter
from chuangwen.messaging.actions import tell_many
from chuangwen.messaging.models import Notice, Received

DAYS, READ_AFTER = 10, timedelta(hours=20)


def fill_notices(keys: Keys) -> dict[str, int]:
    """Tell the events of the last days at their own times; how many are in the inboxes. The caller holds the transaction."""
    with clock.at(keys.now):
        events = recent(DAYS)
        times = {f"cases.event:{event.pk}": event.at for event in events}
        made = tell_many(messages_of(events))
    for notice in made:
        Notice.objects.filter(pk=notice.pk).update(created_at=times[notice.key])
        Received.objects.filter(notice=notice).update(at=times[notice.key])
    Received.objects.filter(at__lt=keys.now - READ_AFTER).update(read_at=keys.now - READ_AFTER / 2)
    last = CaseEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    for name in (BEGUN, CURSOR):
        Counter.objects.update_or_create(name=name, defaults={"value": last})
    return {"messages": Received.objects.count()}
