"""How steps are told to people: words, tones, what a rule says. Pure but for the language."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.escalation.states import StepVerb
from chuangwen.cases.models import COUNTED, EscalationRule, EscalationStep, Level, StepState
from chuangwen.cases.telling import SEVERITY_WORDS, Button, Due, limit_words
from chuangwen.kernel import clock
from chuangwen.web import formatting

Text = str | Promise

STATE_TONES: dict[str, str] = {
    StepState.PROPOSED: "wait", StepState.APPROVED: "wait", StepState.ISSUED: "warn", StepState.ANSWERED: "accent",
    StepState.FULFILLED: "ok", StepState.BROKEN: "bad", StepState.ENDED: "quiet", StepState.WITHDRAWN: "quiet",
}  # fmt: skip
LEVEL_TONES: dict[int, str] = {
    Level.REMINDER: "quiet", Level.ORDER: "warn", Level.LISTED: "bad", Level.TALK: "bad", Level.HAND_OVER: "bad",
}  # fmt: skip
LEVEL_ICONS: dict[int, str] = {
    Level.REMINDER: "bell", Level.ORDER: "urgent", Level.LISTED: "flag", Level.TALK: "messages", Level.HAND_OVER: "gavel",
}  # fmt: skip

BUTTONS: dict[StepVerb, Button] = {
    StepVerb.APPROVE: Button(pgettext_lazy("escalation", "Approve"), "check"),
    StepVerb.ISSUE: Button(pgettext_lazy("escalation", "Issue"), "send"),
    StepVerb.ANSWER: Button(pgettext_lazy("escalation", "Answer"), "message-2"),
    StepVerb.GRANT: Button(gettext_lazy("Decide the appeal"), "scale"),
    StepVerb.FULFIL: Button(gettext_lazy("Fulfilled or not"), "circle-check"),
    StepVerb.END: Button(pgettext_lazy("escalation", "File away"), "archive"),
    StepVerb.APPEAL: Button(pgettext_lazy("escalation", "Appeal"), "scale"),
    StepVerb.WITHDRAW: Button(pgettext_lazy("escalation", "Withdraw"), "arrow-back-up", tone="bad"),
}
PAGES: dict[StepVerb, str] = {
    StepVerb.APPROVE: "step-approve", StepVerb.ISSUE: "step-issue", StepVerb.ANSWER: "step-answer", StepVerb.APPEAL: "step-appeal",
    StepVerb.GRANT: "step-decide", StepVerb.DENY: "step-decide", StepVerb.FULFIL: "step-settle", StepVerb.BREAK: "step-settle",
    StepVerb.END: "step-end", StepVerb.WITHDRAW: "step-withdraw",
}  # fmt: skip
"""The page on which a verb is done; two verbs of one decision share one."""

EVENT_ICONS: dict[str, tuple[str, str]] = {
    StepVerb.PROPOSE: ("bulb", "quiet"), StepVerb.APPROVE: ("check", "accent"), StepVerb.ISSUE: ("send", "warn"),
    StepVerb.ANSWER: ("message-2", "accent"), StepVerb.APPEAL: ("scale", "warn"), StepVerb.GRANT: ("scale", "ok"),
    StepVerb.DENY: ("scale", "bad"), StepVerb.FULFIL: ("circle-check", "ok"), StepVerb.BREAK: ("circle-x", "bad"),
    StepVerb.END: ("archive", "quiet"), StepVerb.WITHDRAW: ("arrow-back-up", "quiet"),
}  # fmt: skip


@dataclass(frozen=True)
class ToldStep:
    """An event of a step as the history shows it."""

    at: datetime
    title: Text
    who: str
    note: str
    icon: str
    tone: str


def due_of(step: EscalationStep, now: datetime) -> Due:
    """How a step stands to its clock: what is waited for, until when."""
    if step.appealed_at is not None:
        return Due(_("rests: an appeal waits"), "warn")
    if step.state == StepState.ISSUED and step.due_at is not None:
        seconds = (step.due_at - now).total_seconds()
        time = formatting.span(int(abs(seconds) // 60))
        if seconds < 0:
            return Due(_("%(time)s without an answer") % {"time": time}, "bad")
        return Due(_("answer within %(time)s") % {"time": time}, "warn")
    if step.state in (StepState.ANSWERED, StepState.BROKEN) and step.promised_on is not None:
        today = now.astimezone(clock.LOCAL).date()
        late = step.state == StepState.BROKEN or step.promised_on < today
        return Due(_("promised by %(day)s") % {"day": formatting.short_day(step.promised_on, today)}, "bad" if late else "accent")
    return Due("")


def answer_words(step: EscalationStep) -> str:
    return limit_words(step.answer_amount, step.answer_unit)


def condition(rule: EscalationRule) -> str:
    """When a rule proposes: what it waits for, of which problems."""
    what = str(rule.get_trigger_display())
    if rule.trigger in COUNTED:
        what = _("%(what)s: %(count)d") % {"what": what, "count": rule.count}
    parts = [what]
    if rule.family is not None:
        parts.append(str(rule.family))
    if rule.severity > 1:
        parts.append(_("at least %(severity)s") % {"severity": SEVERITY_WORDS[rule.severity]})
    return " · ".join(parts)


def rung(climb: int) -> str:
    """To whom, in words."""
    if climb == 0:
        return _("the unit that works on it")
    if climb == 1:
        return _("the unit above it")
    return _("%(count)d units above it") % {"count": climb}
