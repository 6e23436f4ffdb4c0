"""Where works stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import CASES, NavEntry, register

register(NavEntry(CASES, _("Works"), "duties:works", "traffic-cone", order=80, verb="duties.see_works"))
