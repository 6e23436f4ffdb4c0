"""Entries of the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import HOME, LEDGER, NavEntry, register

register(NavEntry(LEDGER, _("Special operations"), "duties:operations", "flag", order=60, verb="duties.see_operations"))
register(NavEntry(HOME, _("Figures of operations"), "duties:operations-today", "checklist", order=45, verb="duties.tell_operations"))
