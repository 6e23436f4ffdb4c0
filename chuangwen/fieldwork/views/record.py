"""Desk entry: round, site, then its checklist criterion by criterion; one tap or key a result, and on to the next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from chuangwen.fieldwork import actions, blind, queries
from chuangwen.fieldwork.forms import RecordForm
from chuangwen.fieldwork.models import Round
from chuangwen.fieldwork.queries import Item
from chuangwen.fieldwork.views.photos import taken_in
from chuangwen.fieldwork.views.rounds import HOME, RoundPages
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Conflict, Missing, Refusal
from chuangwen.people.models import Unit
from chuangwen.places.models import Site
from chuangwen.standards.responsibility_queries import responsible_for
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, go_to, refuse
from chuangwen.web.views import PageMixin

MOST_ROUNDS = 50
DAY = "fieldwork.day"
"""The day of the last entry is kept in the session: a pile of paper forms is mostly of one day."""


class RecordStart(PageMixin, View):
    """Choose the round to record in; with one only, it is chosen."""

    required_verb = "fieldwork.observe"
    title = gettext_lazy("Desk entry")
    lead = gettext_lazy("In which round?")

    def get(self, request: HttpRequest) -> HttpResponse:
        open_rounds = queries.rounds(self.actor).exclude(state=Round.State.CLOSED).order_by("-starts_on", "-pk")
        rounds = list(open_rounds[:MOST_ROUNDS])
        if len(rounds) == 1:
            return go_to(reverse("fieldwork:record", args=[rounds[0].pk]))
        return render(request, "fieldwork/record_start.html", self.get_context_data(rounds=rounds))


class SiteSuggestions(RoundPages, PageMixin, View):
    """Sites for what was typed, as links for htmx."""

    required_verb = "fieldwork.observe"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        text = request.GET.get("q", "").replace("\x00", "").strip()[:80]
        sites = queries.suggested_sites(self.actor, text) if text else queries.sites_of(self.actor, round)
        return render(request, "fieldwork/site_suggestions.html", {"round": round, "sites": sites, "text": text})


class Record(RoundPages, PageMixin, View):
    """The entry form. ``?site=`` chooses the site, ``?item=`` the criterion; without one, the first that is still open."""

    required_verb = "fieldwork.observe"
    title = gettext_lazy("Desk entry")
    http_method_names = ["get", "head", "post", "options"]

    def prepare(self) -> None:
        self.round = self.find_round()
        if self.round.state == Round.State.CLOSED:
            raise Conflict(_("The round “%(name)s” is closed.") % {"name": self.round.name}, "observations.round_closed")
        self.breadcrumbs = self.round_crumbs(self.round)
        self.site: Site | None = None
        self.items: list[Item] = []
        asked = self.request.GET.get("site", "")
        if asked:
            sites = Site.objects.select_related("type", "division")
            self.site = access.fetch(self.actor, "fieldwork.observe", sites, pk=asked)
            self.again = blind.place_of(self.actor, self.round, self.site)
            self.items = queries.items_for(self.round, self.site, rerating=self.again is not None)
        self.item = self.chosen()

    def chosen(self) -> Item | None:
        asked = self.request.GET.get("item", "")
        if asked:
            found = next((item for item in self.items if str(item.key) == asked), None)
            if found is None:
                raise Missing(_("The checklist of this site has no such criterion."))
            return found
        return next((item for item in self.items if item.recorded is None), None)

    def answering(self) -> tuple[list[Unit], str]:
        """Who answers for the criterion at this site, and why."""
        assert self.item is not None and self.site is not None
        lead, assists, reason = responsible_for(criterion=self.item.criterion, site=self.site, on=clock.today())
        return [unit for unit in (lead, *assists) if unit is not None], reason

    def get_form(self, data: Any = None, files: Any = None) -> RecordForm:
        assert self.item is not None
        units, self.reason = self.answering()
        return RecordForm(
            data,
            files,
            grading=self.item.grading,
            severity=self.item.severity,
            day=self.day(),
            units=units,
            answering=units[:1],
        )

    def day(self) -> Any:
        today = clock.today()
        kept = self.request.session.get(DAY, "")
        try:
            return type(today).fromisoformat(kept)
        except ValueError:
            return min(max(today, self.round.starts_on), self.round.ends_on)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.prepare()
        return self.answer(self.get_form() if self.item and self.item.recorded is None else None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.prepare()
        if self.site is None:
            raise Missing(_("Choose a site first."))
        if "rest" in request.POST:
            return self.record_rest(request)
        if self.item is None:
            raise Missing(_("The checklist of this site has no such criterion."))
        form = self.get_form(request.POST, request.FILES)
        if form.is_valid():
            try:
                self.record(form)
            except Refusal as refusal:
                if refusal.status not in CAN_BE_PUT_RIGHT:
                    raise
                refuse(form, refusal)
            else:
                return go_to(self.next_url())
        return self.answer(form, 422)

    def record(self, form: RecordForm) -> None:
        data = form.cleaned_data
        assert self.item is not None and self.site is not None
        actions.check_result(**form.result(), severity=data["severity"])
        observation = actions.record_observation(
            self.actor,
            round=self.round,
            site=self.site,
            criterion=self.item.criterion,
            observed_on=data["observed_on"],
            note=data["note"],
            severity=data["severity"],
            departments=data.get("departments") or (),
            photos=taken_in(self.actor, data["photos"]),
            uid=data["uid"],
            **form.result(),
        )
        if all(item.recorded is not None or item is self.item for item in self.items):
            actions.finish_site(self.actor, round=self.round, site=self.site)
        self.request.session[DAY] = data["observed_on"].isoformat()
        messages.success(
            self.request,
            _("Recorded: %(site)s, %(criterion)s") % {"site": self.site.name, "criterion": str(observation.criterion)[:40]},
        )

    def record_rest(self, request: HttpRequest) -> HttpResponse:
        """Nothing was wanting in all that is still open."""
        assert self.site is not None
        open_items = [item for item in self.items if item.recorded is None]
        made = actions.record_rest(
            self.actor,
            round=self.round,
            site=self.site,
            gradings={item.criterion: item.grading for item in open_items},
            observed_on=self.day(),
        )
        actions.finish_site(self.actor, round=self.round, site=self.site)
        messages.success(
            request,
            ngettext("%(count)d criterion recorded as in order.", "%(count)d criteria recorded as in order.", len(made))
            % {"count": len(made)},
        )
        return go_to(self.next_url())

    def next_url(self) -> str:
        assert self.site is not None
        return reverse("fieldwork:record", args=[self.round.pk]) + f"?site={self.site.pk}"

    def answer(self, form: RecordForm | None, status: int = 200) -> HttpResponse:
        done = sum(1 for item in self.items if item.recorded is not None)
        context = self.get_context_data(
            round=self.round,
            site=self.site,
            items=self.items,
            item=self.item,
            form=form,
            reason=getattr(self, "reason", ""),
            done=done,
            left=len(self.items) - done,
            has_checklist=any(item.text != item.criterion.text or item.exemptions for item in self.items) or self.listed(),
            sites=queries.sites_of(self.actor, self.round) if self.site is None else [],
            home=HOME,
        )
        return render(self.request, "fieldwork/record.html", context, status=status)

    def listed(self) -> bool:
        return self.site is not None and queries.checklist(self.site.type, self.round.edition).exists()
