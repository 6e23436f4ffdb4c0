"""Where practice centres stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import VOLUNTEERS, NavEntry, register

register(NavEntry(VOLUNTEERS, _("Practice centres"), "volunteers:centres", "building-community", order=80, verb="volunteers.see_centres"))
register(NavEntry(VOLUNTEERS, _("Tasks of centres"), "volunteers:centre-tasks", "list-check", order=82, verb="volunteers.see_centres"))
