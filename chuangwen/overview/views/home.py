"""Home and search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.cases import queries as cases
from chuangwen.cases.rules import key_in
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Refusal
from chuangwen.overview import queries
from chuangwen.overview.access import LEAD
from chuangwen.web.views import PageMixin


class Home(PageMixin, View):
    """The person's work: what waits, what is late, what changed."""

    title = gettext_lazy("Home")

    def get(self, request: HttpRequest) -> HttpResponse:
        shown = queries.home(self.actor)
        context = self.get_context_data(
            shown=shown,
            today=clock.today(),
            greeting=_greeting(),
            may_report=self.actor.may("cases.report"),
            may_lead=self.actor.may(LEAD),
        )
        return render(request, "overview/home.html", context)


def _greeting() -> str:
    hour = clock.now().astimezone(clock.LOCAL).hour
    return (
        _("Good morning")
        if hour < 11
        else _("Good day")
        if hour < 14
        else _("Good afternoon")
        if hour < 18
        else _("Good evening")
    )


class Search(PageMixin, View):
    """One field for everything; a case's number opens the case."""

    title = gettext_lazy("Search")

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:100]
        if text and self.actor.may("cases.see") and key_in(text) is not None:
            try:
                return redirect("cases:detail", cases.by_number(self.actor, text).pk)
            except Refusal:
                pass
        context = self.get_context_data(
            text=text, found=queries.search(self.actor, text), brought=queries.brought(self.actor, text)
        )
        return render(request, "overview/search.html", context)
