"""Other systems of the demonstration: a hotline platform that brings reports by Open311, and an address that was told of cases.

The address leads nowhere and is switched off: a demonstration speaks to nobody. Its log is generated and marked as such.
"""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from chuangwen.cases.models import Case, CaseEvent, Source, State, Verb
from chuangwen.demo.filling.keys import Keys
from chuangwen.intake.models import Channel, Delivery, Report, SystemKey, Webhook
from chuangwen.intake.open311.rules import written
from chuangwen.intake.sealing import hash_of, inner_uid, seal, token_for
from chuangwen.intake.webhooks import rules
from chuangwen.intake.webhooks.actions import SECRET, new_secret
from chuangwen.intake.webhooks.queueing import message
from chuangwen.kernel import clock

SPACE = uuid.UUID("a3f5b6f2-5c57-5d0a-8a55-6f0f4f0f3d21")
TOLD = 24
REFUSED, GIVEN_UP = 5, 11
"""Which of the messages were taken at the second try, and which never."""


def fill_systems(keys: Keys) -> dict[str, int]:
    """Keys with what came by them, and a log of messages. How many reports and messages."""
    with clock.at(keys.now):
        hotline, _old = _keys(keys)
        reports = _reports(hotline)
        messages = _messages(keys)
    return {"system_reports": reports, "messages": messages}


def _keys(keys: Keys) -> list[SystemKey]:
    """One in force, one taken back. Nobody holds their text: it was never shown."""
    owner, given = keys.accounts.get("system_admin"), keys.now - timedelta(days=60)
    facts = {"created_by": owner, "created_at": given, "generated": True}
    rows = [
        SystemKey(name="市 12345 热线平台（生成）", last_used_at=keys.now - timedelta(hours=1), **facts),
        SystemKey(name="原网格化平台（生成）", withdrawn_at=keys.now - timedelta(days=20), **facts),
    ]
    for row in rows:
        row.key_hash = hash_of(new_secret())
    return SystemKey.objects.bulk_create(rows)


def _reports(key: SystemKey) -> int:
    """The cases that the stories say another system brought get what belongs to their sender."""
    told = Case.objects.filter(source=Source.SYSTEM, outside_report__isnull=True).order_by("pk")
    rows = []
    for case in told:
        given = uuid.uuid5(SPACE, f"report {case.pk}")
        rows.append(
            Report(
                uid=inner_uid(given), case=case, channel=Channel.OPEN311, system=key, token_hash=hash_of(token_for(given)),
                reference=f"{key.pk}:12345-{case.pk:06d}", received_at=case.reported_at, generated=True,
            )
        )  # fmt: skip
    return len(Report.objects.bulk_create(rows))


def _messages(keys: Keys) -> int:
    hook = Webhook.objects.create(
        name="市数字城管平台（生成，已停用）", url="https://cg.example.cn/chuangwen", events=[code for code, _words in rules.EVENTS],
        secret=seal(new_secret(), SECRET), active=False, created_by=keys.accounts.get("system_admin"),
        created_at=keys.now - timedelta(days=40), generated=True,
    )  # fmt: skip
    events = (
        CaseEvent.objects.filter(case__outside_report__isnull=False, verb__in=(Verb.REPORT, Verb.DISPATCH, Verb.CLOSE))
        .select_related("case__kind", "case__site", "case__division", "case__lead_unit")
        .order_by("-at", "-pk")[:TOLD]
    )
    rows = [_delivery(hook, number, event) for number, event in enumerate(events)]
    return len(Delivery.objects.bulk_create(rows))


def _delivery(hook: Webhook, number: int, event: CaseEvent) -> Delivery:
    name = rules.event_of(event.verb, event.before, event.after or State.REPORTED) or rules.CHANGED
    uid = uuid.uuid5(SPACE, f"delivery {event.pk}")
    attempts = _attempts(number, event)
    taken = attempts[-1]["status"] == 200
    return Delivery(
        uid=uid, webhook=hook, event=name, case=event.case, body=json.dumps(message(str(uid), name, event.case), ensure_ascii=False),
        state=Delivery.State.DELIVERED if taken else Delivery.State.FAILED, tried=len(attempts), attempts=attempts, created_at=event.at,
        delivered_at=event.at + timedelta(seconds=2) if taken else None, generated=True,
    )  # fmt: skip


def _attempts(number: int, event: CaseEvent) -> list[dict[str, Any]]:
    """As a log looks: mostly taken at once, one at the second try, one given up."""
    if number == GIVEN_UP:
        at, tries = event.at, []
        for wait in (timedelta(), *rules.AGAIN):
            at += wait
            tries.append({"at": written(at), "status": 503, "ms": 35 + len(tries), "error": "Service Unavailable"})
        return tries
    good = {"at": written(event.at + timedelta(seconds=2)), "status": 200, "ms": 28 + number % 30, "error": ""}
    if number == REFUSED:
        return [{"at": written(event.at), "status": None, "ms": None, "error": "TimeoutError: timed out"}, good]
    return [good]
