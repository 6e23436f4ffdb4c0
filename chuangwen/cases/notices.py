"""What the loop tells people: units of what came to them, half the time, overdue, sent back, answered; the office and the leader of what is
theirs. In the language of the installation, whoever acted.

The events of cases are read by a job rather than heard: an action on a case, or on ten thousand, costs nothing for it, and what was told is
known by its key, so that reading an event twice tells it once. Steps of escalation are few and told in their own transaction.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.cases.escalation.events import StepMoved
from chuangwen.cases.escalation.states import StepVerb
from chuangwen.cases.models import CaseEvent, EscalationStep, Level, State, Urgency, Verb
from chuangwen.kernel import clock
from chuangwen.kernel.models import Counter
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell, tell_many
from chuangwen.messaging.kinds import LOW, NORMAL, URGENT, register
from chuangwen.messaging.recipients import LIAISONS, RESPONSIBLE
from chuangwen.messaging.wording import in_the_towns_language

CURSOR, BEGUN = "messaging/cases.events", "messaging/cases.begun"
BATCH = 500
MARGIN = 500
"""So many events before the last one read are read again: transactions that ended in another order than they began."""

DISPATCHED = register("cases.dispatched", gettext_lazy("a problem was given to us"))
HALF = register("cases.half", gettext_lazy("half of the time is used"))
OVERDUE = register("cases.overdue", gettext_lazy("a problem is overdue"), URGENT)
SENT_BACK = register("cases.sent_back", gettext_lazy("a problem was sent back"))
EXTENSION = register("cases.extension", gettext_lazy("more time was granted or denied"))
REFUSED = register("cases.refused", gettext_lazy("a unit refuses a problem"))
ARBITRATION = register("cases.arbitration", gettext_lazy("an arbitration is overdue"), URGENT)
STEP = register("cases.step", gettext_lazy("a step of escalation"))
TOLD = (
    Verb.DISPATCH, Verb.REDISPATCH, Verb.PASS_ON, Verb.SEND_BACK, Verb.GRANT_EXTENSION, Verb.DENY_EXTENSION, Verb.REFUSE, Verb.CLOCK,
)  # fmt: skip


def tell_events() -> int:
    """Tell what happened to cases since it was told last; how many notices were made. The first time nothing is told: it begins from now."""
    last = CaseEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    begun, fresh = Counter.objects.get_or_create(name=BEGUN, defaults={"value": last})
    counter = Counter.objects.get_or_create(name=CURSOR, defaults={"value": last})[0]
    made = 0
    start = max(begun.value, counter.value - MARGIN)
    while not fresh:
        events = list(_events().filter(pk__gt=start, pk__lte=last).order_by("pk")[:BATCH])
        with transaction.atomic():
            made += len(tell_many(messages_of(events)))
            done = events[-1].pk if len(events) == BATCH else last
            Counter.objects.filter(name=CURSOR, value__lt=done).update(value=done)
        if len(events) < BATCH:
            break
        start = events[-1].pk
    return made


def _events():
    beside = ("case__division", "case__handling_unit", "case__lead_unit", "case__site")
    return CaseEvent.objects.filter(verb__in=TOLD).select_related(*beside)


@in_the_towns_language
def messages_of(events: Iterable[CaseEvent]) -> list[Message]:
    """Events as messages; those that concern nobody are left out. Two queries, and one for each place where the office is meant."""
    rows = list(events)
    units = {event.case.handling_unit_id for event in rows if event.case.handling_unit_id}
    posts = {kinds: recipients.of_units(units, kinds) for kinds in (LIAISONS, RESPONSIBLE)} if units else {}
    office: dict[tuple[str, int | None], set[int]] = {}
    found = []
    for event in rows:
        told = _told(event)
        if told is None:
            continue
        kind, title, urgency, who = told
        case = event.case
        if isinstance(who, str):
            key = (who, case.division_id)
            if key not in office:
                office[key] = recipients.of_role(who, case.division)
            accounts = office[key]
            if kind == ARBITRATION:
                clerks = ("clerk", case.division_id)
                if clerks not in office:
                    office[clerks] = recipients.of_role("clerk", case.division)
                accounts = accounts | office[clerks]
        else:
            accounts = posts.get(who, {}).get(case.handling_unit_id or 0, set())
        accounts = accounts - {event.account_id}
        where = case.site.name if case.site else case.address
        text = "，".join(part for part in (where, case.description, event.note) if part)
        found.append(
            Message(
                key=f"cases.event:{event.pk}", kind=kind, title=title, text=text, link=reverse("cases:detail", args=[case.pk]),
                accounts=frozenset(accounts), urgency=urgency, about=f"cases.case:{case.pk}",
                units=frozenset({case.handling_unit_id} if case.handling_unit_id else ()),
            )
        )  # fmt: skip
    return found


def _told(event: CaseEvent):
    """Kind, title, urgency, and who: posts of the handling unit, or a role of the office. None for what is told to nobody."""
    number = {"number": event.case.number}
    match event.verb:
        case Verb.DISPATCH | Verb.REDISPATCH | Verb.PASS_ON:
            urgent = URGENT if event.case.severity >= 4 else NORMAL
            return DISPATCHED, _("New problem %(number)s") % number, urgent, LIAISONS
        case Verb.SEND_BACK:
            return SENT_BACK, _("%(number)s was sent back") % number, NORMAL, LIAISONS
        case Verb.GRANT_EXTENSION:
            return EXTENSION, _("%(number)s: more time was granted") % number, LOW, LIAISONS
        case Verb.DENY_EXTENSION:
            return EXTENSION, _("%(number)s: no more time was granted") % number, NORMAL, LIAISONS
        case Verb.REFUSE:
            return REFUSED, _("%(number)s was refused and waits for arbitration") % number, NORMAL, "clerk"
    urgency = event.data.get("urgency")
    late = urgency in (Urgency.OVERDUE, Urgency.SUPERVISION)
    if event.after == State.REFUSED:
        return (ARBITRATION, _("%(number)s: the arbitration is overdue") % number, URGENT, "leader") if late else None
    if urgency == Urgency.HALF:
        return HALF, _("%(number)s: half of the time is used") % number, NORMAL, LIAISONS
    if late:
        return OVERDUE, _("%(number)s is overdue") % number, URGENT, RESPONSIBLE
    return None


@in_the_towns_language
def tell_step(moved: StepMoved) -> None:
    """A step of escalation, to whom it concerns, in the transaction in which it moved."""
    told = _step_title(moved)
    if told is None:
        return
    title, urgency, who = told
    step = EscalationStep.objects.select_related("unit", "division").get(pk=moved.step_id)
    if step.level == Level.REMINDER and moved.verb != StepVerb.ISSUE:
        return
    accounts: set[int] = set()
    for one in who:
        if one == "unit":
            accounts |= recipients.of_units([step.unit_id], RESPONSIBLE).get(step.unit_id, set())
        else:
            accounts |= recipients.of_role(one, step.division)
    words = {"level": step.get_level_display(), "unit": step.unit, "number": step.number or ""}
    if step.level == Level.REMINDER:
        urgency = NORMAL
    tell(
        Message(
            key=f"cases.step:{step.pk}:{moved.verb}:{step.version}", kind=STEP, title=(title % words).strip(), text=step.asks or step.reason,
            link=reverse("cases:step", args=[step.pk]), accounts=frozenset(accounts), urgency=urgency,
            about=f"cases.escalationstep:{step.pk}", units=frozenset({step.unit_id} if "unit" in who else ()),
        )
    )  # fmt: skip


def _step_title(moved: StepMoved) -> tuple[str, int, tuple[str, ...]] | None:
    match moved.verb:
        case StepVerb.PROPOSE:
            return _("%(level)s to %(unit)s waits for your approval"), NORMAL, ("leader",)
        case StepVerb.APPROVE:
            return _("%(level)s to %(unit)s was approved: issue it"), NORMAL, ("clerk",)
        case StepVerb.ISSUE:
            return _("%(level)s %(number)s"), URGENT, ("unit",)
        case StepVerb.ANSWER:
            return _("%(unit)s answered: %(level)s %(number)s"), LOW, ("clerk",)
        case StepVerb.APPEAL:
            return _("%(unit)s appeals: %(level)s %(number)s"), NORMAL, ("leader",)
        case StepVerb.GRANT:
            return _("Appeal granted: %(level)s %(number)s"), NORMAL, ("unit", "clerk")
        case StepVerb.DENY:
            return _("Appeal denied: %(level)s %(number)s"), URGENT, ("unit",)
        case StepVerb.BREAK:
            return _("Not kept: %(level)s %(number)s, %(unit)s"), URGENT, ("unit", "leader")
        case StepVerb.WITHDRAW if moved.before not in ("proposed", "approved"):
            return _("Withdrawn: %(level)s %(number)s"), NORMAL, ("unit",)
        case "overdue":
            return _("The appeal of %(unit)s is not decided in time: %(level)s %(number)s"), URGENT, ("leader",)
    return None


def recent(days: int) -> list[CaseEvent]:
    """The events of the last days that people are told of, for a town that begins with a past."""
    return list(_events().filter(at__gte=clock.now() - timedelta(days=days)).order_by("at", "pk"))
