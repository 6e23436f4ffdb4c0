"""Calendars of duties: those that were given out, a new one, and the text that phones and mail programs read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.rhythm import actions, calendars
from chuangwen.duties.rhythm.forms import FeedForm
from chuangwen.duties.rhythm.models import FeedLink
from chuangwen.kernel import access
from chuangwen.kernel.calendar_text import CONTENT_TYPE
from chuangwen.kernel.identifiers import number_in
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import AccessMixin

LIST = gettext_lazy("Calendars of duties")
WEEK = gettext_lazy("Our duties this week")


def standing(link: FeedLink) -> Any:
    return badge(_("withdrawn"), "quiet") if link.withdrawn_at else badge(_("in use"), "ok")


class FeedList(ListPage):
    """The calendars that were given out; a secret is never shown again."""

    title = LIST
    lead = gettext_lazy("An address with which a phone or a mail program shows what a unit owes. Withdraw it when it got about.")
    required_verb = "duties.give_feed"
    columns = [
        ListColumn("name", gettext_lazy("For whom or what"), sort="name", phone="title"),
        ListColumn("unit", pgettext_lazy("duty", "Unit"), "unit.__str__", sort="unit__path"),
        ListColumn("created_at", pgettext_lazy("duty", "Given out"), sort="created_at", kind="date", nowrap=True),
        ListColumn("state", gettext_lazy("State"), standing, nowrap=True, phone="badge"),
        ListColumn("withdraw", gettext_lazy("Withdraw"), "duties/rhythm/cells/withdraw.html", export=False),
    ]
    search_fields = ["name", "unit__name"]
    default_sort = "-created_at"
    empty = Empty(
        gettext_lazy("No calendars yet"), gettext_lazy("Give one out, and open its address in the calendar of the phone."),
        icon="calendar-event",
    )  # fmt: skip

    def get_breadcrumbs(self) -> Any:
        return [(WEEK, reverse("duties:week"))]

    def get_page_actions(self) -> list[PageAction]:
        return [PageAction(_("New calendar"), reverse("duties:feed-new"), icon="plus", primary=True)]

    def get_queryset(self) -> QuerySet[FeedLink]:
        return access.scoped(self.actor, "duties.give_feed", FeedLink).select_related("unit")


class FeedNew(FormPage):
    title = gettext_lazy("New calendar")
    required_verb = "duties.give_feed"
    submit = gettext_lazy("Give it out")
    done = ""

    def get_breadcrumbs(self) -> Any:
        return [(LIST, reverse("duties:feeds"))]

    def get_form(self, data: Any = None, files: Any = None) -> FeedForm:
        return FeedForm(data, files, actor=self.actor, unit=number_in(self.request.GET.get("unit")))

    def act(self, form: FeedForm) -> HttpResponse:
        link, token = actions.give_feed(self.actor, **form.cleaned_data)
        address = self.request.build_absolute_uri(reverse("duties:feed-text", args=[token]))
        context = self.get_context_data(link=link, address=address, webcal=f"webcal://{address.partition('://')[2]}")
        return render(self.request, "duties/rhythm/feed_given.html", context)


class FeedWithdraw(ActionButton):
    required_verb = "duties.give_feed"
    done = gettext_lazy("Withdrawn. The address gives nothing from now on.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.withdraw_feed(self.actor, feed_id=kwargs["pk"])
        return reverse("duties:feeds")


class FeedText(AccessMixin, View):
    """The calendar itself: whoever knows the secret reads it, as calendar programs do not sign in. No name of a person stands in it."""

    public = True

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = FeedLink.objects.select_related("unit").filter(token_hash=actions.hash_of(token), withdrawn_at__isnull=True).first()
        if link is None:
            raise Http404
        text = calendars.calendar_of(link, request.build_absolute_uri("/").rstrip("/"))
        answer = HttpResponse(text.encode(), content_type=CONTENT_TYPE)
        answer["Content-Disposition"] = 'inline; filename="duties.ics"'
        answer["Cache-Control"] = "private, max-age=900"
        return answer
