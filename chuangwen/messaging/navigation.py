"""The bell in the frame of every page, and the administrator's entry."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chuangwen.messaging import queries
from chuangwen.web.navigation import HOME, SYSTEM, NavEntry, register
from chuangwen.web.views import actor_of


def _unread(request: HttpRequest) -> QuerySet:
    return queries.unread_rows(actor_of(request))


register(NavEntry(HOME, _("Messages"), "messaging:inbox", "bell", order=20, badge=_unread, top=True))
register(NavEntry(SYSTEM, _("Ways of messages"), "messaging:channels", "send", order=60, verb="messaging.edit_channels"))
