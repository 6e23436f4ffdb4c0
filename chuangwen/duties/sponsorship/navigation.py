"""Entries of the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import ORGANISATION, NavEntry, register

register(
    NavEntry(ORGANISATION, _("Sponsorship plans"), "duties:sponsorships", "hierarchy-3", order=60, verb="duties.see_sponsorship", phone=True)
)
