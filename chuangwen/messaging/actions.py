"""What rooms call to tell people something, and what people do with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, office_calendar
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.messaging import queries, rules, sealing, sending
from chuangwen.messaging.kinds import KINDS, NORMAL, URGENT
from chuangwen.messaging.models import Channel, Delivery, Notice, Preferences, Received, Way
from chuangwen.people.models import Unit

PREFERENCES = (
    "mail", "mail_urgent", "mail_normal", "mail_low", "sms_urgent", "sms_normal", "quiet_from", "quiet_to", "quiet_noon",
)  # fmt: skip


@dataclass(frozen=True)
class Message:
    """Something to be told. ``accounts`` get it in their inbox; ``units`` are those whose groups hear of it. ``key`` is said once, for ever."""

    key: str
    kind: str
    title: str
    accounts: frozenset[int]
    text: str = ""
    link: str = ""
    urgency: int | None = None
    about: str = ""
    units: frozenset[int] = field(default_factory=frozenset)


def tell(message: Message) -> Notice | None:
    """Tell one thing, inside the transaction of whoever calls: it stands or falls with it. None where it was told before, or nobody is meant."""
    made = tell_many([message])
    return made[0] if made else None


def tell_many(messages: Sequence[Message]) -> list[Notice]:
    """Tell several things; a constant number of queries (seven at most). What was told before is left out. Nothing is sent here: deliveries
    are queued, and a job sends them when they are due."""
    assert transaction.get_connection().in_atomic_block, "what is told stands or falls with the transaction of who tells it"
    meant = {message.key: message for message in messages if message.accounts}
    known = set(Notice.objects.filter(key__in=meant).values_list("key", flat=True)) if meant else set()
    fresh = [message for key, message in meant.items() if key not in known]
    if not fresh:
        return []
    now = clock.now()
    made = Notice.objects.bulk_create(
        [
            Notice(
                key=message.key, kind=message.kind, title=message.title[:120], text=message.text[:500], link=message.link[:200],
                urgency=_urgency(message), about=message.about[:80], created_at=now,
            )
            for message in fresh
        ]
    )  # fmt: skip
    Received.objects.bulk_create(
        [Received(account_id=account, notice=notice, at=now) for notice, message in zip(made, fresh, strict=True)
         for account in sorted(message.accounts)],
        batch_size=500,
    )  # fmt: skip
    _queue(made, fresh, now)
    return made


def _urgency(message: Message) -> int:
    if message.urgency is not None:
        return message.urgency
    return KINDS[message.kind].urgency if message.kind in KINDS else NORMAL


def _queue(notices: Sequence[Notice], messages: Sequence[Message], now: datetime) -> None:
    """The deliveries on all ways in use, each at the time that its person wants."""
    ways = queries.channels()
    if not ways:
        return
    wanted = {row.account_id: row for row in Preferences.objects.filter(
        account__in={account for message in messages for account in message.accounts})}  # fmt: skip
    units = dict(Unit.objects.filter(pk__in={pk for message in messages for pk in message.units}).values_list("pk", "path"))
    rows: list[Delivery] = []
    for notice, message in zip(notices, messages, strict=True):
        for way in ways:
            if notice.urgency < way.least_urgency:
                continue
            if not way.per_person:
                if way.unit is None or any(units.get(pk, "").startswith(way.unit.path) for pk in message.units):
                    at = _held(now, Preferences(), notice.urgency)
                    rows.append(Delivery(notice=notice, channel=way, next_at=at, created_at=now))
                continue
            for account in sorted(message.accounts):
                when = _when(way, notice.urgency, wanted.get(account), now)
                if when is not None:
                    rows.append(
                        Delivery(notice=notice, channel=way, account_id=account, next_at=when[0], digest=when[1], created_at=now)
                    )
    Delivery.objects.bulk_create(rows, batch_size=500)


def _when(way: Channel, urgency: int, wanted: Preferences | None, now: datetime) -> tuple[datetime, bool] | None:
    """When a person gets it on this way, and whether gathered with others; None for not at all."""
    if wanted is None:
        wanted = Preferences()
    if way.kind == Channel.Kind.SMS:
        asked = wanted.sms_urgent if urgency >= URGENT else wanted.sms_normal and urgency == NORMAL
        return (_held(now, wanted, urgency), False) if asked else None
    choice = wanted.mail_urgent if urgency >= URGENT else wanted.mail_normal if urgency == NORMAL else wanted.mail_low
    if not wanted.mail or choice == Way.OFF:
        return None
    if choice == Way.DIGEST:
        return rules.digest_at(now.astimezone(clock.LOCAL), (wanted.quiet_from, wanted.quiet_to)), True
    return _held(now, wanted, urgency), False


def _held(now: datetime, wanted: Preferences, urgency: int) -> datetime:
    """Now, or when the quiet hours end; what is urgent goes through."""
    if urgency >= URGENT:
        return now
    spans = [(wanted.quiet_from, wanted.quiet_to)]
    if wanted.quiet_noon:
        spans += rules.noon_breaks(list(office_calendar.calendar().hours))
    return rules.held_until(now.astimezone(clock.LOCAL), spans)


# -- what people do ----------------------------------------------------------------------------------------------------


def mark_read(actor: Actor, *, received_ids: Iterable[int] | None = None) -> int:
    """Mark one's own notices as read: those given, or all. Returns how many were unread. Raises Denied for nobody."""
    if actor.account_id is None:
        raise Denied(_("Sign in first."))
    rows = Received.objects.filter(account=actor.account_id, read_at__isnull=True)
    if received_ids is not None:
        rows = rows.filter(pk__in=list(received_ids))
    return rows.update(read_at=clock.now())


def save_preferences(actor: Actor, *, changes: dict[str, Any]) -> Preferences:
    """Set any of PREFERENCES for oneself. Raises Denied for nobody, Refusal for an address that is none."""
    if actor.account_id is None:
        raise Denied(_("Sign in first."))
    assert set(changes) <= set(PREFERENCES), "only what a person may choose"
    with transaction.atomic():
        row = queries.preferences(actor.account_id)
        for name, value in changes.items():
            setattr(row, name, value)
        try:
            row.clean_fields()
        except ValidationError as problem:
            name = next(iter(problem.message_dict))
            raise Refusal("、".join(problem.messages), "messaging.preferences", field=name) from problem
        row.save()
    return row


# -- what the administrator does ---------------------------------------------------------------------------------------


def save_channel(
    actor: Actor,
    *,
    name: str,
    kind: str,
    channel_id: int | None = None,
    address: str = "",
    secret: str = "",
    unit: Unit | None = None,
    least_urgency: int = NORMAL,
    active: bool = True,
) -> Channel:
    """Add a way out of the product, or change one; an empty address keeps the one that is sealed. The trail holds it masked only.

    Raises Refusal for an address that cannot be read."""
    access.require(actor, "messaging.edit_channels")
    with transaction.atomic():
        row: Channel = (
            access.fetch(actor, "messaging.edit_channels", Channel, lock=True, pk=channel_id) if channel_id is not None else Channel()
        )
        before = _facts(row) if row.pk else None
        if kind not in Channel.Kind.values:
            raise Refusal(_("There is no such kind of way."), "messaging.kind", field="kind")
        if not name.strip() or Channel.objects.filter(name=name.strip()).exclude(pk=row.pk).exists():
            raise Refusal(_("Each way has a name of its own."), "messaging.name", field="name")
        row.name, row.kind, row.unit, row.least_urgency, row.active = name.strip()[:60], kind, unit, least_urgency, active
        if address.strip() or not row.pk:
            row.sealed, row.masked = _sealed(kind, address, secret)
        row.save()
        transaction.on_commit(queries.forget)
        audit.record(actor, "messaging.edit_channels", row, before=before, after=_facts(row))
    queries.forget()
    return row


def _sealed(kind: str, address: str, secret: str) -> tuple[str, str]:
    try:
        url = rules.robot_url(kind, address, secret)
    except ValueError as problem:
        raise Refusal(
            _("This address cannot be read: paste the whole webhook address of the group."), "messaging.address", field="address"
        ) from problem
    probe = rules.to_person(url, "13800000000" if kind == Channel.Kind.SMS else "a@example.com")
    if not sending.understood(probe if kind in (Channel.Kind.MAIL, Channel.Kind.SMS) else url):
        raise Refusal(_("No message can be sent to such an address."), "messaging.address", field="address")
    return sealing.seal(url), rules.masked(url)


def remove_channel(actor: Actor, *, channel_id: int) -> None:
    """Take a way out of use for good, with its log."""
    with transaction.atomic():
        row: Channel = access.fetch(actor, "messaging.edit_channels", Channel, lock=True, pk=channel_id)
        before, title = _facts(row), str(row)
        row.delete()
        audit.record(actor, "messaging.edit_channels", title=title, before=before)
    queries.forget()


def send_trial(actor: Actor, *, channel_id: int, to: str = "") -> sending.Answer:
    """Send a trial message at once; the answer says what happened. ``to``: for ways that go to a person."""
    row: Channel = access.fetch(actor, "messaging.edit_channels", Channel, pk=channel_id)
    url = sealing.unseal(row.sealed)
    if row.per_person:
        if not to.strip():
            raise Refusal(_("Say to whom the trial goes."), "messaging.to", field="to")
        url = rules.to_person(url, to.strip())
    answer = sending.send(url, "创文平台测试消息", f"这是“{row.name}”的测试消息，收到说明配置正确。")
    with transaction.atomic():
        audit.record(actor, "messaging.edit_channels", row, after={"trial": answer.ok, "answer": answer.words})
    return answer


def retry(actor: Actor, *, delivery_ids: Iterable[int]) -> int:
    """Try failed deliveries again, now. Returns how many."""
    access.require(actor, "messaging.retry")
    with transaction.atomic():
        rows = access.scoped(actor, "messaging.retry", Delivery).filter(pk__in=list(delivery_ids), state=Delivery.State.FAILED)
        count = rows.update(state=Delivery.State.WAITING, attempts=0, next_at=clock.now(), ended_at=None, digest=False)
        if count:
            audit.record(actor, "messaging.retry", title=f"{count}", after={"deliveries": count})
    return count


def _facts(row: Channel) -> dict[str, Any]:
    return {
        "name": row.name, "kind": row.kind, "address": row.masked, "unit": row.unit_id, "least_urgency": row.least_urgency,
        "active": row.active,
    }  # fmt: skip
