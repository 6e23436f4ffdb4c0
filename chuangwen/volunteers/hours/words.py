"""How hours are told: badges, the sentence of a doubt, where an entry came from."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from chuangwen.volunteers.hours.models import Doubt, HoursCertificate, HoursCorrection
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

CORRECTION_TONES = {"proposed": "wait", "agreed": "ok", "refused": "quiet"}
DOUBT_TONES = {"open": "warn", "explained": "ok", "struck": "bad", "lapsed": "quiet"}
CERTIFICATE_TONES = {"asked": "wait", "issued": "ok", "refused": "quiet", "withdrawn": "bad"}
KIND_TONES = {"presence": "quiet", "correction": "wait", "transfer": "warn"}


def correction_badge(row: HoursCorrection) -> Any:
    return badge(row.get_state_display(), CORRECTION_TONES[row.state])


def doubt_badge(row: Doubt) -> Any:
    return badge(row.get_state_display(), DOUBT_TONES[row.state])


def certificate_badge(row: HoursCertificate) -> Any:
    return badge(row.get_state_display(), CERTIFICATE_TONES[row.state])


def origin(row: ServiceEntry) -> str:
    """From presence, a correction, or which other system."""
    return f"{row.get_kind_display()}（{row.from_system}）" if row.from_system else str(row.get_kind_display())


def entry_badges(row: Any) -> Any:
    """How an entry stands: counts or not, in question, to be corrected."""
    if row.counts:
        marks = [badge(pgettext("hours", "counts"), "ok")]
    elif getattr(row, "corrected_by", None) is not None:
        marks = [badge(pgettext("hours", "replaced by a correction"), "quiet")]
    else:
        marks = [badge(pgettext("hours", "counts no longer"), "bad")]
    if getattr(row, "waits", False):
        marks.append(badge(pgettext("hours", "correction proposed"), "wait"))
    if getattr(row, "doubted", False):
        marks.append(badge(pgettext("hours", "in question"), "warn"))
    return format_html(" ".join(["{}"] * len(marks)), *marks)


def served(minutes: int) -> str:
    """Minutes of service as hours and minutes: 2 h, 45 min, 312 h 30 min."""
    hours, left = divmod(int(minutes), 60)
    if not left:
        return pgettext("hours", "%(hours)d h") % {"hours": hours}
    if not hours:
        return pgettext("hours", "%(minutes)d min") % {"minutes": left}
    return pgettext("hours", "%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": left}


def signs(facts: dict[str, Any]) -> str:
    """The signs of a pattern in words, each with its share."""
    told = {
        "same_people": _("always the same people (%(share)d%%)"), "same_circle": _("always out of one small circle (%(share)d%%)"),
        "one_stroke": _("entered faster than by hand (%(share)d%%)"), "full_time": _("exactly the whole planned time (%(share)d%%)"),
        "at_once": _("entered within a moment (%(share)d%%)"), "round_times": _("only round times (%(share)d%%)"),
    }  # fmt: skip
    return "、".join(told[name] % {"share": share} for name, share in facts.get("signs", {}).items() if name in told)


def sentence(doubt: Doubt) -> str:
    """Why the records are in question, in one sentence."""
    facts = doubt.facts
    day = formatting.day(date.fromordinal(facts["day"])) if facts.get("day") else formatting.day(doubt.day)
    minutes = served(facts.get("minutes", 0))
    match doubt.kind:
        case Doubt.Kind.OVERLAP:
            return _("Two records of one volunteer on %(day)s run at the same time for %(span)s.") % {"day": day, "span": minutes}
        case Doubt.Kind.JOURNEY:
            told = _("On %(day)s, %(km)s km lie between two places of one volunteer, and only %(span)s between the times.") % {
                "day": day, "km": facts.get("km"), "span": minutes,
            }  # fmt: skip
            if not facts.get("needs"):
                return told
            return told + _("The fastest way there takes at least %(span)s.") % {"span": served(facts["needs"])}
        case Doubt.Kind.DEVICE:
            return _("One phone signed in %(people)d people within %(span)s on %(day)s; more than share a phone.") % {
                "people": facts.get("people", 0), "span": minutes, "day": day,
            }  # fmt: skip
        case Doubt.Kind.PATTERN:
            return _("%(things)d lists of one team with %(records)d records, entered by one account: %(signs)s.") % {
                "things": facts.get("things", 0), "records": facts.get("records", 0), "signs": signs(facts),
            }  # fmt: skip
        case Doubt.Kind.WORKING:
            return ngettext(
                "On %(day)s one person who holds an office was recorded for %(span)s within working hours.",
                "On %(day)s %(people)d people who hold an office were recorded for %(span)s in all within working hours.",
                facts.get("people", 1),
            ) % {"day": day, "people": facts.get("people", 1), "span": minutes}
        case _other:
            return _("The records of one volunteer on %(day)s add up to %(span)s; that is more than a day of service.") % {
                "day": day, "span": minutes,
            }  # fmt: skip
