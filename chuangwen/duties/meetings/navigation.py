"""Where meetings stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import ORGANISATION, NavEntry, register

register(NavEntry(ORGANISATION, _("Meetings"), "duties:meetings", "users-group", order=64, verb="duties.see_meetings"))
