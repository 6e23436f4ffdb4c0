"""What the screens call things of routes."""

from django.utils.translation import gettext_lazy as _

from chuangwen.fieldwork.routing.problem import Reason

REASONS = {
    Reason.NO_PLACE: _("The site has no coordinates."),
    Reason.NO_TEAM: _("The round has no team yet."),
    Reason.OWN_UNIT: _("It belongs to the unit of every team: nobody is sent to the unit that employs them."),
    Reason.SAME_TEAM: _("Every team that may go there has rated it already."),
    Reason.CLOSED: _("It is not open for long enough while a team works."),
    Reason.TOO_FAR: _("It is too far: the way there and back does not fit into a working day."),
    Reason.NO_TIME: _("No route holds it yet: it waits to be planned, or the teams' hours are full."),
    Reason.NOT_RATED: _("It is rated again once the first team has been there."),
}
