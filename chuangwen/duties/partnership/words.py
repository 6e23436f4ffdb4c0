"""How pairs are told in lists and on pages."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from chuangwen.duties.partnership import rules, states
from chuangwen.duties.partnership.models import Partnership, PartnershipItem, PartnershipNeed, PartnershipVisit
from chuangwen.kernel import clock
from chuangwen.web import formatting
from chuangwen.web.templatetags.web import badge

TONES = {states.PAIRED: "warn", states.CONTACTED: "wait", states.RUNNING: "ok", states.FINISHED: "quiet", states.CALLED_OFF: "quiet"}
NEED_TONES = {"found": "warn", "in_hand": "wait", "met": "ok", "left": "quiet"}


def state_badge(pair: Partnership) -> Any:
    return badge(Partnership.State(pair.state).label, TONES[pair.state])


def contact_cell(pair: Partnership) -> Any:
    """When the two met, or by when they have to."""
    today = clock.today()
    if pair.contacted_on is not None:
        late = pair.contacted_on > pair.contact_due
        day = formatting.short_day(pair.contacted_on, today)
        return format_html("{} {}", day, badge(_("late"), "warn")) if late else day
    if pair.state != states.PAIRED:
        return ""
    day = _("by %(day)s") % {"day": formatting.short_day(pair.contact_due, today)}
    return format_html("{} {}", day, badge(_("overdue"), "bad")) if pair.contact_due < today else day


def silence(pair: Partnership) -> str:
    """How long ago something was recorded."""
    days = (clock.today() - pair.last_active_on).days
    if days <= 0:
        return pgettext("silence", "today")
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


def of(done: int, whole: int) -> str:
    return f"{done} / {whole}" if whole else formatting.EMPTY


def ring_name(ring: rules.Ring) -> str:
    if ring.inner is None:
        return _("no point known")
    if ring.outer is None:
        return _("beyond %(km)s km") % {"km": f"{ring.inner:g}"}
    return _("%(inner)s to %(outer)s km") % {"inner": f"{ring.inner:g}", "outer": f"{ring.outer:g}"}


def place_tone(place: rules.Place) -> str:
    """The tone of a place on the map of coverage."""
    if place.silent:
        return "warn"
    return "ok" if place.active else "wait" if place.waits else "bad"


def need_badge(need: PartnershipNeed) -> Any:
    return badge(need.get_state_display(), NEED_TONES[need.state])


def item_badge(item: PartnershipItem) -> Any:
    """How a line of the package stands."""
    if item.dropped:
        return badge(_("dropped"), "quiet")
    if item.done_on is not None:
        return badge(pgettext("package", "done"), "ok" if item.done_on <= item.due_on else "warn")
    return badge(_("overdue"), "bad") if item.due_on < clock.today() else badge(pgettext("package", "under way"), "wait")


def visit_badge(visit: PartnershipVisit) -> Any:
    if visit.cancelled:
        return badge(pgettext("partner visit", "cancelled"), "quiet")
    if visit.held_on is not None:
        return badge(pgettext("partner visit", "held"), "ok")
    return badge(_("not held yet"), "bad") if visit.planned_on < clock.today() else badge(pgettext("partner visit", "planned"), "wait")
