"""Where care stands in the navigation, and on a volunteer's own page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import clock
from chuangwen.volunteers.care.access import KEEP
from chuangwen.volunteers.care.models import CareDue, CareHelper, Contact
from chuangwen.web import panels
from chuangwen.web.navigation import PRACTICE, NavEntry, register

register(NavEntry(PRACTICE, _("Care"), "volunteers:care", "heart-handshake", order=50, verb="volunteers.see_care"))
register(NavEntry(PRACTICE, _("Care today"), "volunteers:care-today", "heart", order=51, verb="volunteers.see_care"))


def _mine(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """How many people a volunteer looks after, and how many are still to be called today. No name: those stand on their own page."""
    people = CareHelper.objects.filter(volunteer=subject, person__ended_on__isnull=True).order_by().values("person")
    count = people.count()
    if not count:
        return None
    today = clock.today()
    waits = CareDue.objects.filter(plan__person__in=people, kind=Contact.CALL, state="open", first__lte=today, last__gte=today).count()
    return {"count": count, "waits": waits}


panels.register(panels.Panel("volunteers.me", "care", "volunteers/care/panel.html", _mine, verb=KEEP, order=10))
