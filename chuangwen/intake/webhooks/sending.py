"""Sending what waits: each message is claimed, sent, and noted. At least once: who gets one twice knows it by its identifier."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from chuangwen.intake import outgoing
from chuangwen.intake.models import Delivery, Webhook
from chuangwen.intake.open311.rules import written
from chuangwen.intake.sealing import unseal
from chuangwen.intake.webhooks import rules
from chuangwen.intake.webhooks.actions import SECRET
from chuangwen.intake.webhooks.queueing import queue
from chuangwen.kernel import clock

AT_ONCE = 200
"""So many messages by one job; the rest by the next."""
CLAIMED = timedelta(minutes=2)
"""So long a message belongs to who claimed it: longer than sending may take."""
GIVE_WAY = 3
"""After so many failures in a row the address is left alone until its next time."""
LOG = 20


def send_waiting(hook_id: int, *, told: Any = None) -> dict[str, int]:
    """Send what is due for this address, oldest first. ``told(done, total)`` hears of the progress. Returns how many were taken and failed."""
    hook = Webhook.objects.filter(pk=hook_id, active=True).first()
    if hook is None:
        return {"taken": 0, "failed": 0}
    taken = failed = row = 0
    due = list(
        Delivery.objects.filter(webhook=hook, state=Delivery.State.WAITING, next_at__lte=clock.now())
        .order_by("created_at", "pk")
        .values_list("pk", "next_at")[:AT_ONCE]
    )
    for number, (pk, next_at) in enumerate(due):
        if told is not None:
            told(number, len(due))
        mine = Delivery.objects.filter(pk=pk, state=Delivery.State.WAITING, next_at=next_at)
        if not mine.update(next_at=clock.now() + CLAIMED, tried=F("tried") + 1):
            continue  # another worker has it
        good = send(hook, Delivery.objects.get(pk=pk))
        taken, failed, row = taken + good, failed + (not good), 0 if good else row + 1
        if row >= GIVE_WAY:
            _leave_alone(hook)
            break
    _next(hook)
    return {"taken": taken, "failed": failed}


def send(hook: Webhook, delivery: Delivery) -> bool:
    """Send one message and note what came of it; whether it was taken (any answer of 2xx)."""
    body, now = delivery.body.encode(), clock.now()
    keys = [unseal(hook.secret, SECRET)]
    if hook.old_until is not None and hook.old_until > now:
        keys.append(unseal(hook.old_secret, SECRET))
    stamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8", "User-Agent": "Chuangwen", rules.EVENT: delivery.event,
        rules.DELIVERY: str(delivery.uid), rules.TIMESTAMP: str(stamp), rules.SIGNATURE: rules.signature(keys, stamp, body),
    }  # fmt: skip
    status, ms, error = None, None, ""
    try:
        answer = outgoing.ask("POST", hook.url, body=body, headers=headers, most=2_000)
        status, ms = answer.status, answer.ms
        if not 200 <= status < 300:
            error = answer.body.decode(errors="replace").replace("\x00", "")[:200]
    except (outgoing.NoAnswer, outgoing.BadAddress) as problem:
        error = str(problem)[:200]
    _note(delivery, {"at": written(now), "status": status, "ms": ms, "error": error})
    return delivery.state == Delivery.State.DELIVERED


def _note(delivery: Delivery, attempt: dict[str, Any]) -> None:
    now = clock.now()
    delivery.attempts = [*delivery.attempts, attempt][-LOG:]
    if attempt["status"] is not None and 200 <= attempt["status"] < 300:
        delivery.state, delivery.delivered_at, delivery.next_at = Delivery.State.DELIVERED, now, None
    elif (wait := rules.again_after(delivery.tried)) is not None:
        delivery.next_at = now + wait
    else:
        delivery.state, delivery.next_at = Delivery.State.FAILED, None
    delivery.save(update_fields=["attempts", "state", "delivered_at", "next_at"])


def _leave_alone(hook: Webhook) -> None:
    """What else is due waits a minute too: a server that is down is not asked two hundred times."""
    now = clock.now()
    Delivery.objects.filter(webhook=hook, state=Delivery.State.WAITING, next_at__lte=now).update(next_at=now + rules.AGAIN[0])


def _next(hook: Webhook) -> None:
    """Queue the next job for when the next message is due."""
    following = (
        Delivery.objects.filter(webhook=hook, state=Delivery.State.WAITING).order_by("next_at").values_list("next_at", flat=True).first()
    )
    if following is not None:
        with transaction.atomic():
            queue(hook.pk, max(following - clock.now(), timedelta()))


def queue_all() -> int:
    """A job for each address that something waits for: what a lost worker left is found by this. Returns how many."""
    now = clock.now()
    hooks = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now, webhook__active=True)
    return sum(queue(pk) is not None for pk in hooks.order_by().values_list("webhook", flat=True).distinct())
