"""Entries of the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import HOME, ORGANISATION, NavEntry, register

register(NavEntry(HOME, _("My turns"), "duties:my-turns", "calendar-time", order=42, verb="duties.own_turns"))
register(NavEntry(ORGANISATION, _("Posts and rosters"), "duties:rosters", "traffic-cone", order=61, verb="duties.see_roster"))
