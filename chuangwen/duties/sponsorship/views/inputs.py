"""What a plan is made of: sponsors, places, wishes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.duties.sponsorship import actions, queries
from chuangwen.duties.sponsorship.forms import PlaceForm, SponsorForm, WishForm
from chuangwen.duties.sponsorship.models import PlanPlace, PlanSponsor, PlanWish, SponsorshipPlan
from chuangwen.duties.sponsorship.states import Step, after
from chuangwen.duties.sponsorship.views.plans import OfPlan, PlanPages
from chuangwen.kernel import access
from chuangwen.kernel.errors import Denied, Missing
from chuangwen.web.form_pages import ActionButton
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, import_button
from chuangwen.web.templatetags.web import badge


def strength_of(row: PlanSponsor) -> Any:
    """Of a unit; a leader has none."""
    return row.strength if row.kind else None


class PlanRows(PlanPages, ListPage):
    """A list inside a plan; whoever makes plans adds and edits while it is open."""

    required_verb = queries.SEE
    new_name = ""
    new_label: Any = ""
    sheet = ""

    @cached_property
    def plan(self) -> SponsorshipPlan:
        return self.find()

    @cached_property
    def editable(self) -> bool:
        mine = access.scoped(self.actor, "duties.plan_sponsorship", SponsorshipPlan).filter(pk=self.plan.pk).exists()
        return mine and after(self.plan.state, Step.EDIT) is not None

    def get_breadcrumbs(self) -> Any:
        return self.plan_crumbs(self.plan)

    def get_page_actions(self) -> Any:
        if not self.editable:
            return []
        new = PageAction(self.new_label, reverse(f"duties:{self.new_name}", args=[self.plan.pk]), icon="plus", primary=True)
        return [*import_button(self.actor, self.sheet), new]


class SponsorList(PlanRows):
    title = export_name = gettext_lazy("Sponsors")
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort=("name", "pk")),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", sort=("kind", "pk"), phone="badge", nowrap=True),
        ListColumn("headcount", gettext_lazy("Staff"), "staff", kind="int", sort=("staff", "pk")),
        ListColumn("budget", gettext_lazy("Budget, 10,000 yuan"), kind="decimal", sort=("budget", "pk"), phone="hidden"),
        ListColumn("last_result", gettext_lazy("Last year's result"), kind="decimal", phone="hidden"),
        ListColumn("strength", gettext_lazy("Strength"), strength_of, kind="decimal", sort=("strength", "pk")),
        ListColumn("capacity", gettext_lazy("Places at most"), kind="int", sort=("capacity", "pk")),
        ListColumn("least", gettext_lazy("Places at least"), kind="int", phone="hidden"),
        ListColumn("charges", gettext_lazy("In charge of"), lambda row: "、".join(one.place.name for one in row.charges.all()), width=30),
        ListColumn("point", gettext_lazy("Point known"), lambda row: row.lat is not None, phone="hidden"),
    ]
    search_fields = ["name"]
    search_hint = gettext_lazy("Name")
    default_sort = ("kind", "pk")
    default_size = 50
    empty = Empty(
        gettext_lazy("No sponsors yet"), gettext_lazy("Take them from the records, bring in a sheet, or enter them."), icon="users-group"
    )
    new_name, new_label, sheet = "sponsorship-sponsor-new", gettext_lazy("New sponsor"), "sponsorship_sponsors"

    def get_queryset(self) -> Any:
        return PlanSponsor.objects.filter(plan=self.plan).prefetch_related("charges__place")

    def get_filters(self) -> Any:
        return [MultiChoiceFilter(key="kind", label=_("Kind"), choices=PlanSponsor.Kind.choices)]

    def row_url(self, row: PlanSponsor) -> str | None:
        return reverse("duties:sponsorship-sponsor", args=[self.plan.pk, row.pk]) if self.editable else None


class PlaceList(PlanRows):
    title = export_name = pgettext_lazy("sponsorship", "Places")
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort=("name", "pk")),
        ListColumn("division", gettext_lazy("Area"), sort=("division__path", "pk"), phone="hidden"),
        ListColumn("need", gettext_lazy("Need"), kind="decimal", sort=("need", "pk")),
        ListColumn("least", gettext_lazy("Sponsors at least"), kind="int"),
        ListColumn("most", gettext_lazy("Sponsors at most"), kind="int"),
        ListColumn("point", gettext_lazy("Point known"), lambda row: row.lat is not None, phone="hidden"),
    ]
    search_fields = ["name"]
    search_hint = gettext_lazy("Name")
    default_sort = "pk"
    default_size = 50
    empty = Empty(gettext_lazy("No places yet"), gettext_lazy("Take them from the records, bring in a sheet, or enter them."), icon="map-pins")
    new_name, new_label, sheet = "sponsorship-place-new", gettext_lazy("New place"), "sponsorship_places"

    def get_queryset(self) -> Any:
        return PlanPlace.objects.filter(plan=self.plan).select_related("division")

    def row_url(self, row: PlanPlace) -> str | None:
        return reverse("duties:sponsorship-place", args=[self.plan.pk, row.pk]) if self.editable else None


class WishList(PlanRows):
    """Why pairs have to be or must not be, relatives among it: for those alone who make or sign plans."""

    title = export_name = gettext_lazy("Wishes")
    columns = [
        ListColumn("sponsor", gettext_lazy("Sponsor"), "sponsor.name", phone="title", sort=("sponsor__name", "pk")),
        ListColumn("place", pgettext_lazy("sponsorship", "Place"), "place.name", sort=("place__name", "pk")),
        ListColumn(
            "kind", gettext_lazy("The pair"), lambda row: badge(row.get_kind_display(), "ok" if row.kind == "fixed" else "bad"),
            export="get_kind_display", phone="badge",
        ),
        ListColumn("reason", gettext_lazy("Reason"), "get_reason_display"),
        ListColumn("note", gettext_lazy("Note")),
        ListColumn("remove", "", "duties/sponsorship/cells/remove_wish.html", export=False),
    ]  # fmt: skip
    search_fields = ["sponsor__name", "place__name", "note"]
    search_hint = gettext_lazy("Sponsor or place")
    default_sort = "pk"
    default_size = 50
    empty = Empty(
        gettext_lazy("No wishes yet"), gettext_lazy("Pairs that have to be, and pairs that must not be: relatives, last cycle."), icon="lock"
    )
    new_name, new_label, sheet = "sponsorship-wish-new", gettext_lazy("New wish"), "sponsorship_wishes"

    def check_access(self, request: HttpRequest) -> HttpResponse | None:
        answer = super().check_access(request)
        if answer is None and not queries.weighs(self.actor):
            raise Denied(_("What was weighed is for those who make or sign plans."))
        return answer

    def get_queryset(self) -> Any:
        return PlanWish.objects.filter(plan=self.plan).select_related("sponsor", "place")

    def get_filters(self) -> Any:
        return [MultiChoiceFilter(key="kind", label=_("The pair"), choices=PlanWish.Kind.choices)]

    def row_url(self, row: PlanWish) -> str | None:
        return None


class RowEdit(OfPlan):
    """A row of a plan, new or known."""

    model: Any
    template_name = "duties/sponsorship/row.html"
    list_name = remove_name = ""
    new_title: Any = ""

    def prepare(self) -> None:
        super().prepare()
        self.row = None
        self.title = self.new_title
        if "row" in self.kwargs:
            self.row = self.model._default_manager.filter(plan=self.plan, pk=self.kwargs["row"]).first()
            if self.row is None:
                raise Missing(_("There is no such record, or it is not in your area."))
            self.title = self.row.name
        self.cancel_url = reverse(f"duties:{self.list_name}", args=[self.plan.pk])

    def extra_context(self) -> dict[str, Any]:
        return {"remove_url": reverse(f"duties:{self.remove_name}", args=[self.plan.pk, self.row.pk]) if self.row else ""}

    def back_to(self) -> str:
        return reverse(f"duties:{self.list_name}", args=[self.plan.pk])


class SponsorEdit(RowEdit):
    model, list_name, remove_name, new_title = PlanSponsor, "sponsorship-sponsors", "sponsorship-sponsor-remove", gettext_lazy("New sponsor")

    def get_form(self, data: Any = None, files: Any = None) -> SponsorForm:
        return SponsorForm(data, plan=self.plan, row=self.row)

    def act(self, form: SponsorForm) -> str:
        known = {"sponsor_id": self.row.pk, "unit": self.row.unit, "person": self.row.person} if self.row else {}
        facts = form.facts("name", "kind", "staff", "budget", "last_result", "strength", "capacity", "least")
        actions.save_sponsor(self.actor, plan_id=self.plan.pk, **facts, charges=list(form.cleaned_data["charges"]), **known)
        return self.back_to()


class PlaceEdit(RowEdit):
    model, list_name, remove_name, new_title = PlanPlace, "sponsorship-places", "sponsorship-place-remove", gettext_lazy("New place")

    def get_form(self, data: Any = None, files: Any = None) -> PlaceForm:
        return PlaceForm(data, plan=self.plan, row=self.row)

    def act(self, form: PlaceForm) -> str:
        known = {"place_id": self.row.pk, "division": self.row.division, "grid": self.row.grid} if self.row else {}
        actions.save_place(self.actor, plan_id=self.plan.pk, **form.facts("name", "need", "least", "most"), **known)
        return self.back_to()


class WishNew(OfPlan):
    title = gettext_lazy("New wish")

    def get_form(self, data: Any = None, files: Any = None) -> WishForm:
        return WishForm(data, plan=self.plan)

    def act(self, form: WishForm) -> str:
        actions.save_wish(self.actor, plan_id=self.plan.pk, **form.cleaned_data)
        return reverse("duties:sponsorship-wishes", args=[self.plan.pk])


class Remove(ActionButton):
    """Take a row out of a plan."""

    required_verb = "duties.plan_sponsorship"
    done = gettext_lazy("Taken out.")
    list_name = argument = ""
    action: Any

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        type(self).action(self.actor, plan_id=kwargs["pk"], **{self.argument: kwargs["row"]})
        return reverse(f"duties:{self.list_name}", args=[kwargs["pk"]])


class SponsorRemove(Remove):
    list_name, argument, action = "sponsorship-sponsors", "sponsor_id", staticmethod(actions.remove_sponsor)


class PlaceRemove(Remove):
    list_name, argument, action = "sponsorship-places", "place_id", staticmethod(actions.remove_place)


class WishRemove(Remove):
    list_name, argument, action = "sponsorship-wishes", "wish_id", staticmethod(actions.remove_wish)
