"""Where contests stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import PRACTICE, NavEntry, register

register(NavEntry(PRACTICE, _("Project contests"), "volunteers:contests", "trophy", order=90, verb="volunteers.see_contests"))
register(NavEntry(PRACTICE, _("My contest projects"), "volunteers:contest-mine", "bulb", order=92, verb="volunteers.enter_contests"))
