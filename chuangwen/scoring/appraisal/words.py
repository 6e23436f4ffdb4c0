"""How appraisals are told: figures, places, intervals, states with their tone."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.scoring.appraisal.models import Appraisal, AppraisalObjection, AppraisalRow, Consequence
from chuangwen.scoring.engine.appraisal.reasons import reason_text
from chuangwen.web import formatting

TONES: Mapping[str, str] = {
    Appraisal.State.COMPUTED: "wait",
    Appraisal.State.CHECKED: "wait",
    Appraisal.State.OPEN: "warn",
    Appraisal.State.SETTLED: "wait",
    Appraisal.State.SIGNED: "ok",
    Appraisal.State.PUBLISHED: "ok",
}
MARK_TONES = {AppraisalRow.Mark.RED: "bad", AppraisalRow.Mark.BLACK: "quiet"}
OBJECTION_TONES = {
    AppraisalObjection.State.PENDING: "warn",
    AppraisalObjection.State.UPHELD: "ok",
    AppraisalObjection.State.DISMISSED: "quiet",
}
CONSEQUENCE_TONES = {
    Consequence.State.PROPOSED: "warn",
    Consequence.State.CONFIRMED: "ok",
    Consequence.State.DROPPED: "quiet",
    Consequence.State.WITHDRAWN: "quiet",
}
TITLE_STANDS = {
    Consequence.Kind.TITLE_WARNED: gettext_lazy("title warned"),
    Consequence.Kind.TITLE_REVOKED: gettext_lazy("title suspended, to be revoked"),
}
TITLE_TONES = {Consequence.Kind.TITLE_WARNED: "warn", Consequence.Kind.TITLE_REVOKED: "bad"}
HONOURS = ("荣誉", "称号")
"""Kinds of entries that hold an honour have one of these words in their name."""

MEASURE_KINDS = {
    "case_rate": gettext_lazy("rate over cases"),
    "observation_rate": gettext_lazy("marks over observations"),
    "case_deduction": gettext_lazy("points off for each case"),
    "tally": gettext_lazy("points for a quantity"),
    "bonus": gettext_lazy("bonus"),
    "penalty": gettext_lazy("penalty"),
    "veto": gettext_lazy("veto"),
    "part": gettext_lazy("part of the period"),
}
CASE_RATES = {
    "filed": gettext_lazy("filed rate"),
    "closed": gettext_lazy("closed rate"),
    "closed_in_time": gettext_lazy("closed-in-time rate"),
    "overdue": gettext_lazy("overdue rate (less is better)"),
    "rework": gettext_lazy("rework rate (less is better)"),
    "first_pass": gettext_lazy("first-time pass rate"),
    "rebound": gettext_lazy("rebound rate (less is better)"),
}
WITHOUT_WORK = {
    "leave_out": gettext_lazy("left out, the other weights are scaled up"),
    "full_marks": gettext_lazy("full marks"),
    "group_mean": gettext_lazy("the mean of the peer group"),
    "zero": gettext_lazy("no points"),
}
EFFECTS = {
    "zero": gettext_lazy("score is zero"),
    "last": gettext_lazy("ranked behind everybody"),
    "no_red": gettext_lazy("kept off the red list"),
}
TREATMENTS = {
    "unranked": gettext_lazy("score without a rank"),
    "shrink": gettext_lazy("their rates are drawn towards the group's"),
    "shrink_all": gettext_lazy("everybody's rates are drawn towards the group's"),
    "rank": gettext_lazy("ranked like the others"),
}
STEP_LISTS = {"red": pgettext_lazy("appraisal", "red list"), "black": pgettext_lazy("appraisal", "black list")}
IDLE = {"rank": gettext_lazy("ranked like the others"), "unranked": gettext_lazy("neither score nor rank")}
MISSING = {"breaks": gettext_lazy("breaks the row"), "pass_over": gettext_lazy("is passed over")}


def value_of(figure: dict[str, Any]) -> str:
    """The value of a stored figure as people read it: a share as percent, amounts as they are."""
    if figure["value"] is None:
        return "—"
    if figure["kind"] in ("case_rate", "observation_rate"):
        return f"{float(figure['value']) * 100:.2f}%"
    text = figure["value"]
    return text.rstrip("0").rstrip(".") if "." in text else text


def title_of(entry: Any) -> tuple[str, str]:
    """How the title of an honour stands, with its last day, and the tone; empty where it stands well or the entry is no honour."""
    if not entry.title_kind or not any(word in entry.kind for word in HONOURS):
        return "", ""
    text = str(TITLE_STANDS[entry.title_kind])
    if entry.title_until:
        text = _("%(what)s until %(day)s") % {"what": text, "day": formatting.day(entry.title_until)}
    return text, TITLE_TONES[entry.title_kind]


def interval(row: AppraisalRow) -> str:
    """The places that a rank could as well be: 3–7, or the place itself."""
    if row.rank is None or row.best is None or row.worst is None:
        return ""
    return str(row.best) if row.best == row.worst else f"{row.best}–{row.worst}"


def told_apart(row: AppraisalRow) -> str:
    """Whether the rank says something."""
    if row.rank is None:
        return ""
    if row.alike == 0:
        return _("differs from everybody")
    if row.alike >= row.ranked - 1:
        return _("cannot be told apart from anybody in the group")
    return _("cannot be told apart from %(count)d others") % {"count": row.alike}


def reasons(coverage: dict[str, Any]) -> list[tuple[str, int]]:
    """Why records did not count, in words, and how many."""
    return [(reason_text(code), count) for code, count in (coverage.get("reasons") or {}).items()]
