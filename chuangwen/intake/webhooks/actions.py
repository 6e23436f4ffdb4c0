"""Which systems are told: made, changed, given a new secret, tried out, removed; and a message sent once more."""

import json
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.intake import outgoing
from chuangwen.intake.models import Delivery, Webhook
from chuangwen.intake.open311.rules import clean, written
from chuangwen.intake.sealing import seal
from chuangwen.intake.webhooks import rules
from chuangwen.intake.webhooks.queueing import queue
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.identifiers import new_uid
from chuangwen.places.models import Division

SECRET = "webhook"
MOST = 20


def make_webhook(
    actor: Actor, *, name: str, url: str, events: Iterable[str], division: Division | None = None, outside_only: bool = True,
    active: bool = True,
) -> tuple[Webhook, str]:  # fmt: skip
    """Have an address told; returns the secret with which its messages are signed, shown this once. Raises Denied, Refusal, BadAddress."""
    access.require(actor, "intake.manage_webhooks")
    facts = _facts(name, url, events, division, outside_only, active)
    plain = new_secret()
    with transaction.atomic():
        if Webhook.objects.count() >= MOST:
            raise Refusal(_("There are %(count)d already: remove one that nobody needs.") % {"count": MOST}, "webhooks.most")
        hook = Webhook.objects.create(
            secret=seal(plain, SECRET), created_at=clock.now(), created_by_id=actor.account_id, **facts
        )
        audit.record(actor, "intake.manage_webhooks", hook, after=_told(hook))
    return hook, plain


def change_webhook(
    actor: Actor, *, hook_id: int, name: str, url: str, events: Iterable[str], division: Division | None = None, outside_only: bool = True,
    active: bool = True,
) -> Webhook:  # fmt: skip
    """Change where and of what an address is told; its secret stays. Raises Denied, Missing, Refusal, BadAddress."""
    with transaction.atomic():
        hook = _hook(actor, hook_id)
        before = _told(hook)
        for column, value in _facts(name, url, events, division, outside_only, active).items():
            setattr(hook, column, value)
        hook.save()
        audit.record(actor, "intake.manage_webhooks", hook, before=before, after=_told(hook))
        if hook.active:
            queue(hook.pk)
    return hook


def change_secret(actor: Actor, *, hook_id: int) -> str:
    """A new secret, shown this once. For two days messages bear the signatures of both. Raises Denied, Missing."""
    plain = new_secret()
    with transaction.atomic():
        hook = _hook(actor, hook_id)
        hook.old_secret, hook.old_until = hook.secret, clock.now() + rules.GRACE
        hook.secret = seal(plain, SECRET)
        hook.save(update_fields=["secret", "old_secret", "old_until"])
        audit.record(actor, "intake.manage_webhooks", hook, note=_("new secret"))
    return plain


def send_test(actor: Actor, *, hook_id: int) -> Delivery:
    """A message that tells of nothing, to try the address. Raises Denied, Missing, Conflict (it is switched off)."""
    with transaction.atomic():
        hook = _hook(actor, hook_id)
        if not hook.active:
            raise Conflict(_("It is switched off. Switch it on first."), "webhooks.inactive")
        uid, now = new_uid(), clock.now()
        body = {"id": str(uid), "event": rules.PING, "at": written(now), "data": {}}
        delivery = Delivery.objects.create(
            uid=uid, webhook=hook, event=rules.PING, body=json.dumps(body, ensure_ascii=False), created_at=now, next_at=now
        )
        queue(hook.pk)
        audit.record(actor, "intake.manage_webhooks", hook, note=_("test message"))
    return delivery


def send_again(actor: Actor, *, delivery_id: int) -> Delivery:
    """Send a message once more, whatever became of it: the same words under the same identifier. Raises Denied, Missing, Conflict."""
    with transaction.atomic():
        delivery = access.fetch(
            actor, "intake.manage_webhooks", Delivery.objects.select_related("webhook"), lock=True, pk=delivery_id
        )
        if not delivery.webhook.active:
            raise Conflict(_("It is switched off. Switch it on first."), "webhooks.inactive")
        delivery.state, delivery.tried, delivery.next_at, delivery.delivered_at = Delivery.State.WAITING, 0, clock.now(), None
        delivery.save(update_fields=["state", "tried", "next_at", "delivered_at"])
        queue(delivery.webhook_id)
        audit.record(actor, "intake.manage_webhooks", delivery.webhook, note=_("message %(uid)s once more") % {"uid": delivery.uid})
    return delivery


def remove_webhook(actor: Actor, *, hook_id: int) -> None:
    """Tell this address nothing any more; its log goes with it. Raises Denied, Missing."""
    with transaction.atomic():
        hook = _hook(actor, hook_id)
        audit.record(actor, "intake.manage_webhooks", hook, before=_told(hook), note=_("removed"))
        hook.delete()


def new_secret() -> str:
    return f"whs_{secrets.token_urlsafe(32)}"


def _hook(actor: Actor, hook_id: int) -> Webhook:
    return access.fetch(actor, "intake.manage_webhooks", Webhook.objects.select_related("division"), lock=True, pk=hook_id)


def _facts(
    name: str, url: str, events: Iterable[str], division: Division | None, outside_only: bool, active: bool
) -> dict[str, Any]:
    name, wanted = clean(name, 60), [code for code, _words in rules.EVENTS if code in set(events)]
    if not name:
        raise Refusal(_("Say which system is told."), "webhooks.name", field="name")
    if not wanted:
        raise Refusal(_("Choose at least one event."), "webhooks.events", field="events")
    if len(url) > 300:
        raise Refusal(_("At most 300 characters."), "webhooks.url", field="url")
    return {
        "name": name, "url": outgoing.checked(url), "events": wanted, "division": division, "outside_only": outside_only, "active": active,
    }  # fmt: skip


def _told(hook: Webhook) -> dict[str, Any]:
    return {
        "name": hook.name, "url": hook.url, "events": hook.events, "division": hook.division.code if hook.division else None,
        "outside_only": hook.outside_only, "active": hook.active,
    }  # fmt: skip
