"""Where duties stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import HOME, ORGANISATION, NavEntry, register

register(NavEntry(HOME, _("Our duties this week"), "duties:week", "calendar-event", order=40, verb="duties.see_rhythm"))
register(NavEntry(ORGANISATION, _("Duties at a rhythm"), "duties:overview", "repeat", order=60, verb="duties.see_rhythm"))
