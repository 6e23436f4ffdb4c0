"""What all actions on the record share: the lives, days, who is told, who may not be the one who answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chuangwen.kernel import clock, office_calendar
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.kernel.lives import Life
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register
from chuangwen.people.models import Account, Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.record import rules
from chuangwen.volunteers.record.access import ANSWER, APPRAISE, COMMEND, JUDGE, OBJECT
from chuangwen.volunteers.record.models import Commendation, RecordObjection, RecordRules, ServiceAppraisal, ServiceComplaint
from chuangwen.volunteers.record.rules import Answer, Judge, Take

TOLD = register("volunteers.record", gettext_lazy("commendations, objections and complaints about services of volunteers"))

COMMENDED = Life(
    Commendation, None, "", lambda state, step: rules.STANDING.get((state, step)), {Take.WITHDRAW: COMMEND}, ("volunteer__person", "unit")
)
APPRAISED = Life(
    ServiceAppraisal, None, "", lambda state, step: rules.STANDING.get((state, step)), {Take.WITHDRAW: APPRAISE},
    ("entry__volunteer__person", "entry__team"),
)  # fmt: skip
OBJECTED = Life(
    RecordObjection, None, "", lambda state, step: rules.OBJECTIONS.get((state, step)),
    dict.fromkeys(Answer, ANSWER) | {Answer.TAKE_BACK: OBJECT},
    ("volunteer__person", "entry__presence", "appraisal__entry", "commendation"),
)  # fmt: skip
COMPLAINED = Life(
    ServiceComplaint, None, "", lambda state, step: rules.COMPLAINTS.get((state, step)), dict.fromkeys(Judge, JUDGE), ("team__leader", "unit")
)


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"record.{code}", field=field)


def not_concerned(actor: Actor, persons: Iterable[int | None]) -> None:
    """Nobody writes, appraises or answers in a matter of their own. Raises Denied."""
    if actor.person_id is not None and actor.person_id in set(persons):
        raise Denied(_("This is a matter of your own: somebody else has to do it."), "record.own")


def another(actor: Actor, accounts: Iterable[int | None]) -> None:
    """Whoever wrote it does not answer for it. Raises Denied."""
    if actor.account_id is not None and actor.account_id in set(accounts):
        raise Denied(_("You had a hand in this yourself: somebody else has to decide."), "record.two_people")


def rules_row() -> RecordRules:
    """The office's rules; what is shipped where nobody has set any. One query."""
    return RecordRules.objects.filter(pk=1).first() or RecordRules(pk=1)


def due_on(days: int) -> date:
    """The last of so many working days from today (today does not count)."""
    return office_calendar.calendar().workday_after(clock.today(), days)


def told(words: Callable[[], str]) -> str:
    """A sentence in the language of the installation: others read it."""
    with override(settings.LANGUAGE_CODE):
        return words()[:300]


def tell_volunteer(key: str, words: Callable[[], str], volunteer: Volunteer, link: str = "") -> None:
    """Tell a volunteer who has an account; once for ever under this key."""
    accounts = frozenset(Account.objects.filter(person=volunteer.person_id, is_active=True).values_list("pk", flat=True))
    tell_many([Message(key, TOLD, told(words), accounts, link=link or reverse("volunteers:hours-mine"))])


def tell_desk(key: str, words: Callable[[], str], unit: Unit | None, division: Division, link: str, without: Iterable[int | None] = ()) -> None:
    """Tell the heads of the unit that keeps the record, or the office of the place where none is there; once for ever under this key."""
    accounts = recipients.of_units([unit.pk], recipients.HEADS).get(unit.pk, set()) if unit is not None else set()
    accounts = accounts or recipients.of_role("clerk", division)
    tell_many([Message(key, TOLD, told(words), frozenset(accounts - set(without)), link=link)])
