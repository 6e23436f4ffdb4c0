"""Entries of the navigation, and what the room shows on the page of a case."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Case
from chuangwen.intake.desk.views.office import proposal_words, stars
from chuangwen.intake.masking import mask_contact
from chuangwen.intake.models import Follower, Report, Suggestion
from chuangwen.intake.open311.pages import SYSTEMS
from chuangwen.intake.sealing import unseal
from chuangwen.intake.webhooks.views import HOOKS
from chuangwen.places import labels
from chuangwen.web import panels
from chuangwen.web.navigation import CASES, SYSTEM, NavEntry, register
from chuangwen.web.views import actor_of


def unanswered(request: HttpRequest) -> QuerySet:
    """The complaints and suggestions that wait for an answer."""
    return Suggestion.objects.filter(answered_at__isnull=True)


labels.lead_to(lambda site: f"{reverse('intake:report')}?{urlencode({'site': site.code})}", _("Scan it to report a problem here"))
register(NavEntry(CASES, _("Reports from outside"), "intake:reports", "message-report", order=22, verb="intake.see_reports"))
register(NavEntry(CASES, _("Enter a hotline order"), "intake:desk", "phone-call", order=24, verb="intake.enter"))
register(NavEntry(CASES, _("Chat messages"), "intake:chats", "messages", order=26, verb="intake.paste"))
register(
    NavEntry(
        CASES,
        _("Complaints and suggestions"),
        "intake:suggestion-list",
        "message-circle",
        order=80,
        verb="intake.see_suggestions",
        badge=unanswered,
    )
)
register(NavEntry(SYSTEM, _("Proposals of kinds"), "intake:model", "bulb", order=70, verb="intake.see_model"))
register(NavEntry(SYSTEM, SYSTEMS, "intake:systems", "key", order=74, verb="intake.manage_keys"))
register(NavEntry(SYSTEM, HOOKS, "intake:webhooks", "bell", order=76, verb="intake.manage_webhooks"))
register(NavEntry(SYSTEM, _("Settings of reports from outside"), "intake:settings", "settings", order=72, verb="intake.settings"))


def _of_case(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """What is known of who reported it, and how many follow it. Two queries."""
    report = Report.objects.select_related("proposed_kind").filter(case=case).first()
    followers = Follower.objects.filter(case=case).count()
    if report is None and not followers:
        return None
    return {
        "report": report,
        "followers": followers,
        "proposal": proposal_words(report) if report else "",
        "stars": stars(report) if report else "",
        "masked": mask_contact(unseal(report.contact)) if report else "",
        "may_contact": actor_of(request).may("intake.see_contact"),
    }


panels.register(panels.Panel("cases.case", "outside", "intake/panels/case.html", _of_case, verb="intake.see_reports", order=5))
