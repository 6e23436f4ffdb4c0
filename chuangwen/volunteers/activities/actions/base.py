"""The life of an activity as actions take and write it, and whom it tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.kernel.lives import Life
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import LOW, register
from chuangwen.volunteers.activities.access import APPROVE, LEAD, PLAN, TAKE_PART
from chuangwen.volunteers.activities.models import Activity, ActivityEvent, Shift
from chuangwen.volunteers.activities.states import Step, after
from chuangwen.volunteers.corps.models import Volunteer

POLICY = {
    Step.PLAN: PLAN, Step.EDIT: PLAN, Step.SHIFT: PLAN, Step.ASK: PLAN, Step.OPEN: PLAN, Step.CALL_OFF: PLAN,
    Step.SEND_BACK: APPROVE, Step.APPROVE: APPROVE,
    Step.HOLD: LEAD, Step.CLOSE: LEAD, Step.PHOTOS: LEAD, Step.PRESENCE: LEAD, Step.RATE: TAKE_PART,
}  # fmt: skip
LIFE = Life(Activity, ActivityEvent, "activity", after, POLICY, ("team__unit__division", "division", "site", "leader__person"))
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)

LET_IN = register("volunteers.let_in", gettext_lazy("a place at an activity became free"))
CHANGED = register("volunteers.activity_changed", gettext_lazy("an activity that one signed up for has changed"))
REMINDER = register("volunteers.activity_soon", gettext_lazy("an activity that one signed up for begins soon"))
ASKED = register("volunteers.activity_asked", gettext_lazy("an activity waits for approval"))
DECIDED = register("volunteers.activity_decided", gettext_lazy("an activity was approved or sent back"), LOW)


def refuse(message: str, code: str, field: str | None = None) -> Refusal:
    return Refusal(message, f"volunteers.{code}", field=field)


def own_volunteer(actor: Actor, *, lock: bool = False) -> Volunteer:
    """The volunteer that the actor is. Raises Denied (not granted, not registered)."""
    access.require(actor, TAKE_PART)
    if actor.account_id is None:
        raise Denied(_("Sign in first."))
    rows = Volunteer.objects.select_for_update(of=("self",)) if lock else Volunteer.objects.all()
    found = rows.filter(person__account=actor.account_id).select_related("person", "division").first()
    if found is None:
        raise Denied(_("You are not registered as a volunteer yet."), "volunteers.no_volunteer")
    return found


def account_of(volunteer: Volunteer) -> int | None:
    """The account by which a volunteer is told something; None where they have none."""
    found = getattr(volunteer.person, "account", None)
    return found.pk if found is not None and found.is_active else None


def moment(at: datetime) -> str:
    """A moment as messages write it."""
    local = at.astimezone(clock.LOCAL)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def message(key: str, kind: str, title: str, accounts: Iterable[int | None], *, text: str = "", activity: Activity) -> Message:
    return Message(
        key=key, kind=kind, title=title, text=text, link=activity.get_absolute_url(),
        accounts=frozenset(one for one in accounts if one is not None), about=f"volunteers.activity:{activity.pk}",
    )  # fmt: skip


def tell_all(messages: list[Message]) -> None:
    """Tell them in the language of the installation; whoever has no account is told by the leader."""
    with override(settings.LANGUAGE_CODE):
        tell_many(messages)


def measure_times(activity: Activity) -> dict[str, datetime | None]:
    """``first_at`` and ``last_at`` as the shifts are now. One query."""
    spans = list(Shift.objects.filter(activity=activity).values_list("starts_at", "ends_at"))
    return {"first_at": min((a for a, _b in spans), default=None), "last_at": max((b for _a, b in spans), default=None)}
