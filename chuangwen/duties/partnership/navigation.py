"""Where partnerships stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import ORGANISATION, NavEntry, register

register(NavEntry(ORGANISATION, _("Partnerships"), "duties:partnerships", "heart-handshake", order=64, verb="duties.see_partnership"))
