"""Where duties stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.duties.rhythm import queries
from chuangwen.web.navigation import HOME, ORGANISATION, NavEntry, register
from chuangwen.web.views import actor_of

register(
    NavEntry(
        HOME, _("Our duties this week"), "duties:week", "calendar-event", order=40, verb="duties.see_rhythm", phone=True,
        badge=lambda request: queries.owed_by(actor_of(request).unit_ids) or None,
    )
)  # fmt: skip
register(NavEntry(ORGANISATION, _("Duties at a rhythm"), "duties:overview", "repeat", order=60, verb="duties.see_rhythm"))
