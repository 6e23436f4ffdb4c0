"""The audit trail: append-only, hash-chained.

Every action writes one entry in its own transaction. Each entry's hash covers its content and the hash of the entry
before it, so that a changed, removed or inserted entry breaks the chain from there on. The head of the chain is one
row that is locked last, for as short as possible: the order of entries is the order of commits.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.kernel.access import VERBS, Actor
from chuangwen.kernel.lazy_json import LazyJSON
from chuangwen.kernel.models import AuditEntry, AuditHead

FIRST = "0" * 64


class Encoder(DjangoJSONEncoder):
    """Also what was not read yet."""

    def default(self, o: Any) -> Any:
        return o.plain if type(o) is LazyJSON else super().default(o)


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=Encoder, ensure_ascii=False, sort_keys=True))


def entry_hash(
    previous: str,
    *,
    number: int,
    at: datetime,
    actor_id: int | None,
    actor_name: str,
    channel: str,
    address: str,
    verb: str,
    kind: str,
    object_id: str,
    title: str,
    before: Any,
    after: Any,
    note: str,
) -> str:
    """SHA-256 over the canonical JSON of the entry and the hash of the one before."""
    content = [
        previous,
        number,
        at.astimezone(clock.LOCAL).isoformat(),
        actor_id,
        actor_name,
        channel,
        address,
        verb,
        kind,
        object_id,
        title,
        before,
        after,
        note,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def record(
    actor: Actor,
    verb: str,
    subject: models.Model | None = None,
    *,
    before: Any = None,
    after: Any = None,
    note: str = "",
    title: str | None = None,
) -> AuditEntry:
    """Write one entry. ``before`` and ``after`` hold what changed (plain data); must run inside the action's transaction."""
    assert verb in VERBS, f"unknown verb {verb}"
    assert transaction.get_connection().in_atomic_block, "an audit entry belongs to the transaction of its action"
    head = AuditHead.objects.select_for_update().get_or_create(pk=1, defaults={"number": 0, "hash": FIRST})[0]
    facts = {
        "number": head.number + 1,
        "at": clock.now(),
        "actor_id": actor.account_id,
        "actor_name": actor.name,
        "channel": actor.channel,
        "address": actor.address,
        "verb": verb,
        "kind": subject._meta.label_lower if subject is not None else "",
        "object_id": str(subject.pk) if subject is not None else "",
        "title": (str(subject) if title is None and subject is not None else title or "")[:200],
        "before": _plain(before),
        "after": _plain(after),
        "note": note,
    }
    sealed = entry_hash(head.hash, **facts)
    entry = AuditEntry.objects.create(**facts, previous=head.hash, hash=sealed)
    AuditHead.objects.filter(pk=1).update(number=entry.number, hash=sealed)
    return entry


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold, and why (for people)."""

    number: int
    reason: str


SEALED = (
    "number",
    "at",
    "actor_id",
    "actor_name",
    "channel",
    "address",
    "verb",
    "kind",
    "object_id",
    "title",
    "before",
    "after",
    "note",
)
PAGE = 2000


def holds(entry: AuditEntry) -> bool:
    """Whether the entry still has the content that it was sealed with."""
    return entry_hash(entry.previous, **{name: getattr(entry, name) for name in SEALED}) == entry.hash


def broken_links(tell: Callable[[int], None] | None = None) -> Iterator[Break]:
    """Walk the whole chain as it is now; yields each place where it does not hold.

    Entries are read page by page, so that no long transaction stands in the way of those who write; ``tell`` hears after
    each page how many were read.
    """
    head = AuditHead.objects.filter(pk=1).first()
    end = head.number if head else 0
    previous, expected, read, last = FIRST, 1, 0, -1
    while page := list(AuditEntry.objects.filter(number__gt=last, number__lte=end).order_by("number")[:PAGE]):
        for entry in page:
            if entry.number != expected:
                yield Break(
                    entry.number,
                    _("The numbers have a gap: %(expected)d should follow, and %(found)d does.")
                    % {"expected": expected, "found": entry.number},
                )
                expected = entry.number
            if entry.previous != previous:
                yield Break(entry.number, _("The link to the entry before does not fit."))
            if not holds(entry):
                yield Break(entry.number, _("The content was changed."))
            previous, expected, last = entry.hash, expected + 1, entry.number
        read += len(page)
        if tell:
            tell(read)
    if head and (end != expected - 1 or head.hash != previous):
        yield Break(end, _("Entries at the end were removed."))
    beyond = AuditEntry.objects.filter(number__gt=Coalesce(AuditHead.objects.filter(pk=1).values("number"), 0))
    for number in beyond.order_by("number").values_list("number", flat=True)[:1]:
        yield Break(number, _("Entries were added behind the end of the chain."))
