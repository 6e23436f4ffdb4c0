"""How care is told in lists and on pages."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from chuangwen.volunteers.care.models import CaredPerson, CareDue, CarePlan
from chuangwen.volunteers.care.states import AWAY, ENDED, RUNNING
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

TONES = {RUNNING: "ok", AWAY: "wait", ENDED: "quiet"}
DUE_TONES = {"open": "wait", "kept": "ok", "missed": "bad", "excused": "quiet"}
OUTCOME_TONES = {"well": "ok", "not_reached": "warn", "needs_help": "bad", "": "wait"}


def state_badge(plan: CarePlan) -> Any:
    return badge(plan.get_state_display(), TONES[plan.state])


def whom(person: CaredPerson, named: bool) -> str:
    """The covered name for who is near to the person, and in an alarm; a number for everybody else."""
    return person.masked_name if named else person.numbered


def due_name(due: Any) -> str:
    """Whom a due is owed to."""
    return whom(due.plan.person, due.named or due.alarmed)


def name_cell(plan: Any) -> Any:
    """Whom the plan is for; the alarm beside it."""
    name = whom(plan.person, plan.named or plan.alarmed)
    return format_html("{} {}", name, badge(_("alarm"), "bad", "bell")) if plan.alarmed else name


def pair_cell(plan: Any) -> Any:
    """How whole the pair is, and who stands in."""
    if plan.state == ENDED:
        return formatting.EMPTY
    if plan.pair_count < 2:
        told = _("nobody is paired") if not plan.pair_count else _("one is missing")
        return badge(told, "bad" if not plan.pair_count else "warn")
    return ngettext("pair, %(n)d stands in", "pair, %(n)d stand in", plan.stand_in_count) % {"n": plan.stand_in_count}


def standing(alarmed: bool, call: str) -> tuple[str, str, str]:
    """Word, tone and mark of how somebody stands today, for whoever looks after them; empty where no call is owed."""
    if alarmed:
        return _("alarm"), "bad", "bell"
    told = {"kept": _("called today"), "open": _("not called yet"), "excused": pgettext("care due", "excused")}
    return (told[call], DUE_TONES[call], "") if call in told else ("", "", "")


def call_cell(plan: Any) -> Any:
    """The call of today."""
    if not plan.call_today:
        return formatting.EMPTY
    word = _("not called yet") if plan.call_today == "open" else CareDue.State(plan.call_today).label
    return badge(word, DUE_TONES[plan.call_today])


def due_badge(due: Any) -> Any:
    word = _("not yet") if due.state == "open" else due.get_state_display()
    return badge(word, DUE_TONES[due.state])


def tries_cell(due: Any) -> str:
    return ngettext("%(n)d try reached nobody", "%(n)d tries reached nobody", due.tries) % {"n": due.tries} if due.tries else ""


def progress_cell(due: Any) -> str:
    return f"{due.done} / {due.wanted}"


def outcome_badge(record: Any) -> Any:
    word = record.get_outcome_display() if record.outcome else _("visit goes on")
    return badge(word, OUTCOME_TONES[record.outcome])
