"""Where inspection days stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import HOME, ORGANISATION, NavEntry, register

register(NavEntry(ORGANISATION, _("Inspection days"), "duties:inspections", "flag", order=66, verb="duties.see_inspections"))
register(NavEntry(HOME, _("Drawn places of ours"), "duties:our-places", "map-pin-check", order=42, verb="duties.see_inspected_place"))
