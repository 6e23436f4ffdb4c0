"""A list that was exported leaves an entry in the audit trail: who took how many rows out, by which conditions."""

from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from chuangwen.kernel import audit
from chuangwen.kernel.access import VERBS
from chuangwen.web.lists import list_exported
from chuangwen.web.views import actor_of


@receiver(list_exported, dispatch_uid="chuangwen.web.system.exports")
def note_export(sender: Any, request: HttpRequest, page: Any, rows: int, conditions: list[str], **_more: Any) -> None:
    verb = page.required_verb
    actor = actor_of(request)
    if verb not in VERBS or actor.account_id is None:
        return
    with transaction.atomic():
        audit.record(actor, verb, title=str(page.export_name), after={"rows": rows, "conditions": conditions}, note="export")
