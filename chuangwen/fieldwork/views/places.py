"""The places of a round: the list, one place with why it is in the round, what can be done with it by hand."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.fieldwork import actions, drawing, planning_queries
from chuangwen.fieldwork.forms import PlaceForm, ReasonForm
from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam
from chuangwen.fieldwork.views.planning import PlanPages
from chuangwen.kernel import access, clock
from chuangwen.kernel.identifiers import number_in
from chuangwen.places.models import SiteType
from chuangwen.places.queries import divisions
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import (
    ChoiceFilter,
    Empty,
    ListColumn,
    ListPage,
    PageAction,
    QFilter,
    SavedView,
    TreeFilter,
)
from chuangwen.web.views import PageMixin

STANDINGS = {"done": gettext_lazy("visited"), "skipped": gettext_lazy("left out"), "waiting": gettext_lazy("to be visited")}
STANDING_TONES = {"done": "ok", "skipped": "quiet", "waiting": "wait"}
OPEN = Q(done_at__isnull=True, skipped_at__isnull=True)


class PlaceList(PlanPages, ListPage):
    """The places of one round."""

    title = gettext_lazy("Places to visit")
    required_verb = "fieldwork.see_rounds"
    columns = [
        ListColumn("name", gettext_lazy("Site"), "site.name", phone="title", sort="site__name"),
        ListColumn("code", gettext_lazy("Site code"), "site.code", sort="site__code"),
        ListColumn(
            "standing",
            gettext_lazy("State"),
            "fieldwork/cells/standing.html",
            phone="badge",
            export=lambda place: STANDINGS[place.standing],
        ),
        ListColumn("type", gettext_lazy("Site type"), "site.type", sort=("site__type__order", "site__code")),
        ListColumn("division", gettext_lazy("Division"), "site.division", sort=("site__division__path", "site__code")),
        ListColumn("team", gettext_lazy("Team"), sort=("team__name", "day", "position")),
        ListColumn("day", gettext_lazy("Day"), kind="date", sort=("day", "team__name", "position"), nowrap=True),
        ListColumn("purpose", gettext_lazy("In the round as"), "get_purpose_display"),
        ListColumn("shared", gettext_lazy("Shares its visit with"), "merged_with.round", phone="hidden"),
    ]
    search_fields = ["site__name", "site__code"]
    search_hint = gettext_lazy("Name or code of the site")
    default_sort = ("site__code", "pk")
    empty = Empty(
        gettext_lazy("No places yet"), gettext_lazy("Set the quotas and draw the sites, or add one by hand."), icon="map-pins"
    )
    saved_views = [
        SavedView(gettext_lazy("All")),
        SavedView(gettext_lazy("To be visited"), "standing=waiting"),
        SavedView(gettext_lazy("Visited"), "standing=done"),
        SavedView(gettext_lazy("Left out"), "standing=skipped"),
    ]

    def get_export_name(self) -> str:
        return _("Places of %(round)s") % {"round": self.the_round.name}

    @cached_property
    def the_round(self) -> Round:
        return self.find_round()

    def get_breadcrumbs(self) -> Any:
        return self.plan_crumbs(self.the_round)

    def get_filters(self) -> Any:
        return [
            QFilter(
                key="standing",
                label=_("State"),
                options={
                    "waiting": (STANDINGS["waiting"], OPEN),
                    "done": (STANDINGS["done"], Q(done_at__isnull=False)),
                    "skipped": (STANDINGS["skipped"], Q(skipped_at__isnull=False)),
                    "today": (
                        gettext_lazy("today or before, not visited"),
                        lambda: OPEN & Q(day__lte=clock.today()),
                    ),
                },
            ),
            ChoiceFilter(
                key="type",
                label=_("Site type"),
                field="site__type",
                choices=lambda: (
                    SiteType.objects.filter(sites__round_links__round=self.the_round).distinct().values_list("pk", "name")
                ),
            ),
            ChoiceFilter(
                key="team", label=_("Team"), choices=lambda: self.the_round.teams.order_by("name").values_list("pk", "name")
            ),
            ChoiceFilter(key="purpose", label=_("In the round as"), choices=RoundSite.Purpose.choices),
            TreeFilter(key="division", label=_("Division"), field="site__division", tree=lambda: divisions(self.actor)),
        ]

    def get_queryset(self) -> Any:
        return planning_queries.places(self.actor, self.the_round)

    def get_page_actions(self) -> Any:
        url = reverse("fieldwork:place-add", args=[self.the_round.pk])
        return [PageAction(_("Add a site"), url, icon="plus")] if self.may_plan(self.the_round) else []

    def row_url(self, row: RoundSite) -> str:
        return reverse("fieldwork:place", args=[row.pk])


class PlacePages(PlanPages):
    """What the pages of one place have in common."""

    def find_place(self, verb: str = "fieldwork.see_rounds") -> RoundSite:
        places = planning_queries.places(self.actor, verb=verb)
        places = places.select_related("draw", "rerate_of__team", "round__division")
        return access.fetch(self.actor, verb, places, pk=self.kwargs["pk"])

    def place_crumbs(self, place: RoundSite) -> list[tuple[Any, str | None]]:
        return [*self.plan_crumbs(place.round), (_("Places to visit"), reverse("fieldwork:places", args=[place.round_id]))]


class PlacePage(PlacePages, PageMixin, View):
    """A place: how it came into the round, how it stands, what can be done by hand."""

    required_verb = "fieldwork.see_rounds"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        place = self.find_place()
        self.title = place.site.name
        self.breadcrumbs = self.place_crumbs(place)
        may_plan = self.may_plan(place.round)
        context = self.get_context_data(
            place=place,
            round=place.round,
            words=STANDINGS[place.standing],
            tone=STANDING_TONES[place.standing],
            may_plan=may_plan,
            may_observe=self.actor.may("fieldwork.observe") and place.round.state != Round.State.CLOSED,
            weighed=self.weighed(place),
            shared=planning_queries.shared_with(place.round).filter(Q(pk=place.pk) | Q(merged_with=place)),
            teams=place.round.teams.order_by("name") if may_plan else [],
        )
        return render(request, "fieldwork/place.html", context)

    def weighed(self, place: RoundSite) -> planning_queries.Weighed | None:
        if place.draw is None or place.draw.procedure != drawing.DRAW:
            return None
        return next(
            (
                one
                for one in planning_queries.weighed(place.draw.inputs, place.draw.result)
                if one.site["code"] == place.site.code
            ),
            None,
        )


class PlaceAdd(PlanPages, FormPage):
    """Add a site to a round by hand."""

    required_verb = "fieldwork.edit_round"
    title = gettext_lazy("Add a site by hand")
    done = gettext_lazy("The site was added.")
    explanation = gettext_lazy("It stands in the round as added by hand, with the reason. The draw is not touched.")

    def prepare(self) -> None:
        self.round = self.find_round("fieldwork.edit_round")

    def get_breadcrumbs(self) -> Any:
        return self.plan_crumbs(self.round)

    def get_form(self, data: Any = None, files: Any = None) -> PlaceForm:
        return PlaceForm(data, actor=self.actor, round=self.round)

    def act(self, form: PlaceForm) -> str:
        data = form.cleaned_data
        place = actions.add_place(self.actor, round_id=self.round.pk, site=data["code"], reason=data["reason"], team=data["team"])
        return reverse("fieldwork:place", args=[place.pk])


class PlaceLeaveOut(PlacePages, FormPage):
    """Take a place out of the round by hand."""

    required_verb = "fieldwork.edit_round"
    title = gettext_lazy("Leave this place out")
    submit = gettext_lazy("Leave it out")
    done = gettext_lazy("The place is left out.")
    tone = "danger"
    form_class = ReasonForm
    explanation = gettext_lazy(
        "A place that was drawn stays on the list as left out, with the reason. One that was added by hand goes."
    )

    def prepare(self) -> None:
        self.place = self.find_place("fieldwork.edit_round")

    def get_breadcrumbs(self) -> Any:
        return [*self.place_crumbs(self.place), (self.place.site.name, reverse("fieldwork:place", args=[self.place.pk]))]

    def act(self, form: ReasonForm) -> str:
        actions.leave_out(self.actor, place_id=self.place.pk, reason=form.cleaned_data["reason"])
        return reverse("fieldwork:places", args=[self.place.round_id])


class PlacePutBack(ActionButton):
    required_verb = "fieldwork.edit_round"
    done = gettext_lazy("The place is to be visited again.")

    def act(self, request: HttpRequest, pk: int) -> str:
        actions.put_back(self.actor, place_id=pk)
        return reverse("fieldwork:place", args=[pk])


class PlaceSeparate(ActionButton):
    required_verb = "fieldwork.edit_round"
    done = gettext_lazy("The place has a visit of its own again.")

    def act(self, request: HttpRequest, pk: int) -> str:
        actions.unmerge_place(self.actor, place_id=pk)
        return reverse("fieldwork:place", args=[pk])


class PlaceDone(ActionButton):
    required_verb = "fieldwork.observe"
    done = gettext_lazy("The place counts as visited.")

    def act(self, request: HttpRequest, pk: int) -> str:
        actions.finish_place(self.actor, place_id=pk)
        return reverse("fieldwork:place", args=[pk])


class PlaceTeam(ActionButton):
    """Give the place to a team by hand."""

    required_verb = "fieldwork.edit_round"
    done = gettext_lazy("Kept; routes that are planned again leave it so.")

    def act(self, request: HttpRequest, pk: int) -> str:
        team = number_in(request.POST.get("team", ""))
        teams = access.scoped(self.actor, "fieldwork.edit_round", RoundTeam)
        chosen = access.fetch(self.actor, "fieldwork.edit_round", teams, pk=team) if team is not None else None
        actions.give_to_team(self.actor, place_id=pk, team=chosen)
        return reverse("fieldwork:place", args=[pk])
