"""What is read of messages."""

import time
from typing import Any

from django.db.models import QuerySet

from chuangwen.kernel.access import Actor
from chuangwen.messaging.models import Channel, Preferences, Received

KEPT_SECONDS = 10.0
_kept: tuple[float, list[Channel]] | None = None


def channels() -> list[Channel]:
    """The ways in use, kept for ten seconds."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
        _kept = (time.monotonic(), list(Channel.objects.filter(active=True).select_related("unit").order_by("pk")))
    return _kept[1]


def forget() -> None:
    """Let the next question read the ways again (after an edit)."""
    global _kept
    _kept = None


def inbox(actor: Actor) -> QuerySet[Received]:
    """One's own notices, with what a row shows."""
    return Received.objects.filter(account=actor.account_id).select_related("notice")


def unread_rows(actor: Actor) -> QuerySet[Received]:
    """The notices that the person has not read yet."""
    return Received.objects.filter(account=actor.account_id, read_at__isnull=True) if actor.account_id else Received.objects.none()


def unread(actor: Actor) -> int:
    """How many notices the person has not read yet. One indexed query."""
    return unread_rows(actor).count()


def preferences(account_id: int | None) -> Preferences:
    """What a person wants; the defaults where nothing was set."""
    return Preferences.objects.filter(account=account_id).first() or Preferences(account_id=account_id)


def as_data(row: Received) -> dict[str, Any]:
    """A notice for a program."""
    notice = row.notice
    return {
        "id": row.pk, "kind": notice.kind, "title": notice.title, "text": notice.text, "link": notice.link, "urgency": notice.urgency,
        "at": row.at, "read_at": row.read_at,
    }  # fmt: skip
