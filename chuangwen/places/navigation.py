"""Entries of the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import ORGANISATION, NavEntry, register

register(NavEntry(ORGANISATION, _("Divisions"), "places:divisions", "hierarchy-2", order=20, verb="places.see"))
register(NavEntry(ORGANISATION, _("Grids"), "places:grids", "grid-4x4", order=25, verb="places.see"))
register(NavEntry(ORGANISATION, _("Sites"), "places:sites", "map-pins", order=30, verb="places.see"))
register(NavEntry(ORGANISATION, _("Gaps"), "places:gaps", "alert-circle", order=35, verb="places.see"))
register(NavEntry(ORGANISATION, _("Site types"), "places:types", "tags", order=40, verb="places.edit_type"))
