"""What the job does with deliveries that are due: sends them, tries again at growing distances, gathers digests."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from chuangwen.kernel import clock
from chuangwen.messaging import rules, sealing, sending
from chuangwen.messaging.models import Channel, Delivery, Preferences

BATCH, LEASE = 200, timedelta(minutes=5)
DIGEST_LINES = 40
State = Delivery.State


def deliver(now: datetime | None = None) -> dict[str, int]:
    """Send what is due; how many were sent, will be tried again, failed, or were dropped because there is no address.

    Rows are leased first and sent outside any transaction: a worker that is killed leaves them to be sent after the lease. What was sent and
    not yet noted when it was killed is sent a second time: better twice than never.
    """
    now = now or clock.now()
    done = {"sent": 0, "again": 0, "failed": 0, "dropped": 0}
    rows = _leased(now)
    gathered: dict[tuple[int, int | None], list[Delivery]] = defaultdict(list)
    for row in rows:
        if row.digest:
            gathered[row.channel_id, row.account_id].append(row)
        else:
            _one([row], row.notice.title, _body(row), now, done)
    for group in gathered.values():
        lines = [f"{n}. {row.notice.title}" + (f"：{row.notice.text}" if row.notice.text else "") for n, row in enumerate(group, 1)]
        more = f"\n另有 {len(lines) - DIGEST_LINES} 条，请登录查看。" if len(lines) > DIGEST_LINES else ""
        _one(group, f"创文平台消息汇总（{len(group)} 条）", "\n".join(lines[:DIGEST_LINES]) + more, now, done)
    return done


def _leased(now: datetime) -> list[Delivery]:
    with transaction.atomic():
        due = Delivery.objects.filter(state=State.WAITING, next_at__lte=now).order_by("next_at", "pk")
        keys = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        Delivery.objects.filter(pk__in=keys).update(next_at=now + LEASE)
    return list(Delivery.objects.filter(pk__in=keys).select_related("notice", "channel", "account__person").order_by("pk"))


def _body(row: Delivery) -> str:
    return row.notice.text or row.notice.title


def _one(rows: list[Delivery], title: str, text: str, now: datetime, done: dict[str, int]) -> None:
    """Send one message for one delivery or several, and note what came of it."""
    first = rows[0]
    url = sealing.unseal(first.channel.sealed)
    if first.channel.per_person:
        to = address_of(first)
        if not to:
            _note(rows, State.DROPPED, now, "没有收件地址")
            done["dropped"] += len(rows)
            return
        url = rules.to_person(url, to) if url else ""
    answer = sending.send(url, title, text)
    for row in rows:
        row.attempts += 1
    if answer.ok:
        _note(rows, State.SENT, now, "")
        done["sent"] += len(rows)
        return
    again = rules.next_attempt(now, first.attempts)
    if again is None:
        _note(rows, State.FAILED, now, answer.words)
        done["failed"] += len(rows)
        return
    for row in rows:
        row.next_at, row.answer = again, answer.words
    Delivery.objects.bulk_update(rows, ("attempts", "next_at", "answer"))
    done["again"] += len(rows)


def _note(rows: list[Delivery], state: str, now: datetime, words: str) -> None:
    for row in rows:
        row.state, row.ended_at, row.answer = state, now, words
    Delivery.objects.bulk_update(rows, ("state", "ended_at", "answer", "attempts"))


def address_of(row: Delivery) -> str:
    """Where a person is reached on a way: the mail address that they gave, the telephone number of their person."""
    if row.account is None:
        return ""
    if row.channel.kind == Channel.Kind.SMS:
        return row.account.person.phone if row.account.person else ""
    wanted = Preferences.objects.filter(account=row.account).values_list("mail", flat=True).first()
    return wanted or ""
