"""How a case is told to people: tones, the deadline in words, the history in sentences. Pure but for the language; no query."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from chuangwen.cases.escalation.states import DONE_WORDS
from chuangwen.cases.models import WORKING_STATES, Case, CaseEvent, Level, Recheck, State, Urgency, Verb
from chuangwen.web import formatting

Text = str | Promise

STATE_TONES: dict[str, str] = {
    State.REPORTED: "accent", State.SCREENED: "wait", State.DISPATCHED: "wait", State.REFUSED: "warn", State.RECTIFYING: "wait",
    State.DEFERRED: "quiet", State.SUBMITTED: "accent", State.VERIFIED: "ok", State.CLOSED: "ok", State.REJECTED: "quiet",
    State.MERGED: "quiet",
}  # fmt: skip
URGENCY_TONES: dict[str, str] = {
    Urgency.NONE: "quiet", Urgency.ON_TIME: "ok", Urgency.HALF: "warn", Urgency.OVERDUE: "bad", Urgency.SUPERVISION: "bad",
}  # fmt: skip
LATE = (Urgency.OVERDUE, Urgency.SUPERVISION)
SEVERITIES = ((1, gettext_lazy("minor")), (2, gettext_lazy("normal")), (3, gettext_lazy("serious")), (4, gettext_lazy("urgent")))
SEVERITY_WORDS = dict(SEVERITIES)
SEVERITY_TONES = {1: "quiet", 2: "quiet", 3: "warn", 4: "bad"}


@dataclass(frozen=True)
class Button:
    """What a verb is called where it can be done. ``at_once``: one tap, nothing is asked; ``sure``: asked once more before it is done."""

    label: Text
    icon: str
    at_once: bool = False
    sure: Text = ""
    tone: str = ""


BUTTONS: dict[Verb, Button] = {
    Verb.ANSWER_DISPUTE: Button(gettext_lazy("Answer the objection"), "message-2"),
    Verb.SIGN_FOR: Button(gettext_lazy("Sign for"), "writing-sign", at_once=True),
    Verb.SUBMIT: Button(gettext_lazy("Put right: submit"), "camera-plus"),
    Verb.VERIFY: Button(gettext_lazy("Passed"), "circle-check"),
    Verb.CLOSE: Button(pgettext_lazy("case", "Close"), "checks", at_once=True),
    Verb.REDISPATCH: Button(gettext_lazy("Redispatch"), "arrows-exchange"),
    Verb.DISPATCH: Button(gettext_lazy("Dispatch"), "send"),
    Verb.GRANT_EXTENSION: Button(gettext_lazy("Grant more time"), "stopwatch"),
    Verb.DENY_EXTENSION: Button(gettext_lazy("Deny more time"), "circle-x"),
    Verb.RESUME: Button(
        gettext_lazy("Resume"), "player-play", at_once=True, sure=gettext_lazy("Resume this case? Its clock goes on.")
    ),
    Verb.SCREEN: Button(gettext_lazy("Accept"), "checkbox"),
    Verb.SOLVE_ON_SPOT: Button(gettext_lazy("Solved on the spot"), "bolt"),
    Verb.SEND_BACK: Button(gettext_lazy("Send back"), "arrow-back-up", tone="bad"),
    Verb.REFUSE: Button(gettext_lazy("Not ours"), "circle-minus", tone="bad"),
    Verb.HAND_BACK: Button(gettext_lazy("Hand back to the lead"), "arrow-back-up"),
    Verb.PASS_ON: Button(gettext_lazy("Pass on"), "arrow-forward-up"),
    Verb.ASK_EXTENSION: Button(gettext_lazy("Ask for more time"), "stopwatch"),
    Verb.DEFER: Button(gettext_lazy("Defer"), "clock-pause"),
    Verb.REJECT: Button(gettext_lazy("Reject"), "ban", tone="bad"),
    Verb.MERGE: Button(gettext_lazy("Merge"), "arrows-join"),
    Verb.REBOUND: Button(gettext_lazy("It is back"), "refresh"),
    Verb.LINK_REBOUND: Button(gettext_lazy("An old problem is back"), "history"),
    Verb.DISPUTE: Button(gettext_lazy("It is not solved"), "mood-sad"),
    Verb.COMMENT: Button(gettext_lazy("Remark"), "message"),
    Verb.EDIT: Button(pgettext_lazy("case", "Correct"), "pencil"),
}
"""In the order in which a page offers them: the first that is open is the one to do now."""

RARE = (Verb.COMMENT, Verb.EDIT, Verb.MERGE, Verb.DEFER, Verb.REBOUND, Verb.LINK_REBOUND, Verb.DISPUTE)
"""Behind the button for more, unless nothing else is open."""


@dataclass(frozen=True)
class Due:
    """The deadline in words: what to say, in which tone."""

    words: str
    tone: str = "quiet"


def due_of(case: Case, now: datetime) -> Due:
    """还剩 2 小时, 逾期 3 天, 缓办至 …, 按期结案: how a case stands to its clock."""
    if case.due_at is not None and case.state in (*WORKING_STATES, State.REFUSED):
        seconds = (case.due_at - now).total_seconds()
        time = formatting.span(int(abs(seconds) // 60))
        if seconds < 0:
            return Due(_("%(time)s overdue") % {"time": time}, "bad")
        return Due(_("%(time)s left") % {"time": time}, "warn" if case.urgency == Urgency.HALF else "ok")
    if case.state == State.DEFERRED and case.deferred_until:
        return Due(_("deferred until %(day)s") % {"day": formatting.short_day(case.deferred_until, now.date())})
    if case.state == State.SUBMITTED and case.submitted_at:
        return Due(_("submitted %(time)s") % {"time": formatting.relative(case.submitted_at, now)}, "wait")
    if case.state == State.CLOSED:
        if case.solved_on_spot:
            return Due(_("solved on the spot"), "ok")
        return (
            Due(_("closed in time"), "ok")
            if case.in_time
            else Due(_("closed late"), "warn")
            if case.in_time is False
            else Due("")
        )
    if case.state in (State.REPORTED, State.SCREENED):
        return Due(
            _("waits for %(time)s") % {"time": formatting.span(max(0, int((now - case.reported_at).total_seconds() // 60)))}
        )
    return Due("")


def limit_words(amount: int | None, unit: str) -> str:
    """3 个工作日"""
    if amount is None:
        return formatting.EMPTY
    if unit == "working_hours":
        return ngettext("%(n)d working hour", "%(n)d working hours", amount) % {"n": amount}
    if unit == "working_days":
        return ngettext("%(n)d working day", "%(n)d working days", amount) % {"n": amount}
    return ngettext("%(n)d calendar day", "%(n)d calendar days", amount) % {"n": amount}


@dataclass
class Told:
    """An event as a sentence of the history."""

    at: datetime
    title: Text
    who: str = ""
    text: str = ""
    note: str = ""
    icon: str = "point"
    tone: str = "quiet"
    url: str = ""
    photos: list[dict[str, Any]] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


ICONS: dict[str, tuple[str, str]] = {
    Verb.REPORT: ("flag", "accent"), Verb.IMPORT: ("file-import", "quiet"), Verb.CLOCK: ("alarm", "warn"), Verb.SUBMIT: ("camera", "wait"),
    Verb.VERIFY: ("circle-check", "ok"), Verb.CLOSE: ("checks", "ok"), Verb.SOLVE_ON_SPOT: ("bolt", "ok"), Verb.SEND_BACK: ("arrow-back-up",
    "bad"), Verb.REFUSE: ("circle-minus", "warn"), Verb.REJECT: ("ban", "quiet"), Verb.DISPATCH: ("send", "wait"), Verb.REDISPATCH:
    ("arrows-exchange", "wait"), Verb.SIGN_FOR: ("writing-sign", "wait"), Verb.REBOUND: ("refresh", "bad"),
    Verb.LINK_REBOUND: ("history", "bad"), Verb.RECHECK: ("report-search", "accent"), Verb.DISPUTE: ("mood-sad", "warn"),
    Verb.ANSWER_DISPUTE: ("message-2", "accent"), Verb.ESCALATE: ("stairs", "warn"),
}  # fmt: skip


def history(events: Iterable[CaseEvent]) -> list[Told]:
    """The events, oldest first as given, each in words."""
    return [told(event) for event in events]


def told(event: CaseEvent) -> Told:
    """One event in words: who, for which unit, what, with which facts, and which way the state went."""
    verb = Verb(event.verb)
    icon, tone = ICONS.get(verb, (BUTTONS[verb].icon if verb in BUTTONS else "point", "quiet"))
    who = event.actor_name if verb is not Verb.CLOCK else ""
    if event.unit is not None and str(event.unit) != who:
        who = f"{who} · {event.unit}" if who else str(event.unit)
    title: Text = event.get_verb_display()
    if verb is Verb.CLOCK:
        urgency = event.data.get("urgency", "")
        title, tone = Urgency(urgency).label if urgency in Urgency.values else title, URGENCY_TONES.get(urgency, "quiet")
        if event.data.get("calendar"):
            title, icon = _("The calendar was edited: the deadline follows it"), "calendar-event"
    if verb is Verb.ESCALATE:
        title = DONE_WORDS.get(event.data.get("verb", ""), title)
        level = event.data.get("level")
        title = f"{Level(level).label} · {title}" if level in Level.values else title
    if verb is Verb.RESUME and event.account_id is None:
        title = _("Comes back by itself") if event.note else _("The day of the deferral has come: resumed")
    return Told(event.at, title, who, event.note, way(event), icon, tone, facts=facts_of(event))


def way(event: CaseEvent) -> str:
    """已交办 → 整改中, where the state moved."""
    if event.before and event.after and event.before != event.after:
        return f"{State(event.before).label} → {State(event.after).label}"
    return ""


NAMES: dict[str, Text] = {
    "description": gettext_lazy("Description"), "address": gettext_lazy("Address"), "family": gettext_lazy("Family"), "kind":
    gettext_lazy("Kind of problem"), "criterion": gettext_lazy("Criterion"), "severity": gettext_lazy("Severity"), "site":
    gettext_lazy("Site"), "division": gettext_lazy("Division"), "grid": gettext_lazy("Grid"),
}  # fmt: skip


def facts_of(event: CaseEvent) -> list[str]:
    """What an event's data says, as short sentences."""
    data, found = event.data, []
    if data.get("round"):
        found.append(_("From the round %(name)s") % {"name": data["round"]})
    if data.get("rebound_of"):
        found.append(_("The rebound of %(number)s") % {"number": data["rebound_of"]})
    if data.get("lead_name"):
        found.append(_("Lead: %(unit)s") % {"unit": data["lead_name"]})
    elif event.verb == Verb.SCREEN and "lead" in data:
        found.append(_("No unit answers for it by the rules"))
    if data.get("assist_names"):
        found.append(_("Assisting: %(units)s") % {"units": "、".join(data["assist_names"])})
    if data.get("reason") and event.verb in (Verb.DISPATCH, Verb.REDISPATCH, Verb.SCREEN):
        found.append(_("Reason: %(reason)s") % {"reason": data["reason"]})
    if data.get("from") and data.get("to"):
        found.append(_("From %(old)s to %(new)s") % {"old": data["from"], "new": data["to"]})
    if event.verb in (Verb.ASK_EXTENSION, Verb.GRANT_EXTENSION) and data.get("days"):
        found.append(limit_words(data["days"], "working_days"))
    if data.get("until"):
        found.append(_("Until %(day)s") % {"day": formatting.day(parse_date(data["until"]))})
    if data.get("plan"):
        found.append(_("Plan: %(plan)s") % {"plan": data["plan"]})
    if data.get("waited_minutes") is not None:
        found.append(_("Arbitrated after %(time)s of work") % {"time": formatting.span(data["waited_minutes"])})
    if data.get("was_due"):
        found.append(_("Before: due %(moment)s") % {"moment": formatting.moment(parse_datetime(data["was_due"]))})
    if data.get("due_at"):
        found.append(_("Due %(moment)s") % {"moment": formatting.moment(parse_datetime(data["due_at"]))})
    if event.verb == Verb.SUBMIT and "in_time" in data:
        found.append(_("in time") if data["in_time"] else _("after the deadline"))
    if event.verb == Verb.MERGE and data.get("into"):
        found.append(_("Into %(number)s") % {"number": data["into"]})
    if event.verb == Verb.DISPUTE and data.get("said_by"):
        found.append(_("Said by %(name)s") % {"name": data["said_by"]})
    if event.verb == Verb.ANSWER_DISPUTE:
        found.append(_("Upheld: the problem goes on") if data.get("upheld") else _("It stays closed"))
    if event.verb == Verb.ESCALATE and data.get("number"):
        found.append(data["number"])
    if data.get("promised"):
        found.append(_("promised by %(day)s") % {"day": formatting.day(parse_date(data["promised"]))})
    if event.verb == Verb.RECHECK and data.get("result") in Recheck.Result.values:
        found.append(str(Recheck.Result(data["result"]).label))
    if event.verb in (Verb.REBOUND, Verb.ANSWER_DISPUTE, Verb.RECHECK) and data.get("case"):
        found.append(_("New case %(number)s") % {"number": data["case"]})
    for name, (old, new) in data.get("changed", {}).items():
        found.append(f"{NAMES.get(name, name)}：{old or formatting.EMPTY} → {new or formatting.EMPTY}")
    return found
