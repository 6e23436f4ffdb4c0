"""Where the load meter stands in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import ORGANISATION, NavEntry, register

register(NavEntry(ORGANISATION, _("Load of units"), "duties:load", "gauge", order=62, verb="duties.see_load"))
