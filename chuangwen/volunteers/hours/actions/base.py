"""What all actions on hours share: the lives, and who may not be the one who does it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.kernel.lives import Life
from chuangwen.volunteers.hours import rules
from chuangwen.volunteers.hours.models import Doubt, HoursCertificate, HoursCorrection

PROPOSE, DECIDE, TRANSFER = "volunteers.propose_corrections", "volunteers.decide_corrections", "volunteers.transfer_hours"
DOUBTS, ASK, ISSUE, LADDER = "volunteers.settle_doubts", "volunteers.ask_certificates", "volunteers.issue_certificates", "volunteers.set_stars"

CORRECTIONS = Life(
    HoursCorrection, None, "", lambda state, step: rules.CORRECTIONS.get((state, step)), dict.fromkeys(rules.Fix, DECIDE),
    ("entry__volunteer__person", "entry__presence"),
)  # fmt: skip
DOUBTED = Life(Doubt, None, "", lambda state, step: rules.DOUBTS.get((state, step)), dict.fromkeys(rules.Judge, DOUBTS), ("team__leader",))
CERTIFIED = Life(
    HoursCertificate, None, "", lambda state, step: rules.CERTIFICATES.get((state, step)), dict.fromkeys(rules.Certify, ISSUE),
    ("volunteer__person", "unit"),
)  # fmt: skip


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"hours.{code}", field=field)


def not_concerned(actor: Actor, persons: Iterable[int | None]) -> None:
    """Nobody puts right or judges hours of their own. Raises Denied."""
    if actor.person_id is not None and actor.person_id in set(persons):
        raise Denied(_("These are hours of your own: somebody else has to do this."), "hours.own")


def another(actor: Actor, accounts: Iterable[int | None]) -> None:
    """Whoever wrote it does not decide on it. Raises Denied."""
    if actor.account_id in set(accounts):
        raise Denied(_("You had a hand in this yourself: somebody else has to decide."), "hours.two_people")
