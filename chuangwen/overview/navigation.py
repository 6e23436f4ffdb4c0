"""Entries of the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import HOME, SYSTEM, NavEntry, register

register(NavEntry(HOME, _("Home"), "home", "home", order=0, phone=True))
register(NavEntry(HOME, _("Leader's page"), "leader", "target", order=5, verb="overview.see_standing", phone=True))
register(NavEntry(HOME, _("Map"), "map", "map-2", order=10, verb="cases.see", phone=True, phone_sure="places.see"))
register(NavEntry(HOME, _("Big screen"), "wall", "presentation", order=20, verb="overview.see_wall"))
register(NavEntry(SYSTEM, _("Links for big screens"), "wall-links", "presentation", order=90, verb="overview.manage_displays"))
