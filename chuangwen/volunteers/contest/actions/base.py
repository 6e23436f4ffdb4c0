"""The lives of contests and entries as actions take and write them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.lives import Life
from chuangwen.volunteers.contest.access import ENTER, HOLD
from chuangwen.volunteers.contest.models import Contest, ContestEntry
from chuangwen.volunteers.contest.rules import ContestStep, EntryStep, contest_after, entry_after

CONTESTS = Life(Contest, None, "", contest_after, dict.fromkeys(ContestStep, HOLD), ("unit", "division"))
ENTRIES = Life(
    ContestEntry, None, "", entry_after,
    {EntryStep.EDIT: ENTER, EntryStep.WITHDRAW: ENTER, EntryStep.ADMIT: HOLD, EntryStep.REJECT: HOLD},
    ("contest", "team__unit", "team__leader"),
)  # fmt: skip


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"contest.{code}", field=field)


def open_contest(key: int, *states: str) -> Contest:
    """The contest an entry belongs to, locked, in one of these states. Raises Conflict."""
    contest = Contest.objects.select_for_update().get(pk=key)
    if contest.state not in states:
        words = _("The contest is “%(state)s”: this cannot be done now.") % {"state": contest.get_state_display()}
        raise Conflict(words, "contest.not_now")
    return contest


def quiet(actor: Any, life: Life, step: Any, row: Any, changes: dict[str, Any], told: dict[str, Any]) -> None:
    """Write without a line of history: the trail tells it."""
    life.write(actor, step, row, None, changes, told=told)
