"""Where credits stand in the navigation, and on a volunteer's own page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chuangwen.volunteers.credits import queries, words
from chuangwen.web.navigation import PRACTICE, NavEntry, register
from chuangwen.web.panels import Panel
from chuangwen.web.panels import register as register_panel
from chuangwen.web.views import actor_of

register(NavEntry(PRACTICE, _("Credits"), "volunteers:credits", "gift", order=70, verb="volunteers.see_credits"))
register(NavEntry(PRACTICE, _("My credits"), "volunteers:credit-mine", "coin", order=71, verb="volunteers.spend_credits"))


def _mine(request: HttpRequest, _subject: Any) -> dict[str, Any]:
    """What the person who asks has; whoever takes no part is told where to join."""
    account = queries.own_account(actor_of(request))
    if account is None or account.state != "active":
        return {"account": None}
    lots = queries.lots(account)
    return {"account": account, "first": (words.until(lots[0]), lots[0]["total"]) if lots and lots[0]["expires_on"] else None}


register_panel(Panel("volunteers.me", "credits", "volunteers/credits/panel.html", _mine, verb="volunteers.spend_credits", order=60))
