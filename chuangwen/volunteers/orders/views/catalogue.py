"""The service list at the desk, and what a team offers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.kernel import access
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import actions, queries
from chuangwen.volunteers.orders.forms import ItemForm, OffersForm
from chuangwen.volunteers.orders.models import ServiceItem, ServiceKind
from chuangwen.volunteers.orders.views.lists import HOME
from chuangwen.web.form_pages import FormPage, RowPage
from chuangwen.web.lists import BooleanFilter, ChoiceFilter, Empty, ListColumn, ListPage, PageAction, import_button


class ItemList(ListPage):
    """The service list with how many teams offer each item."""

    title = export_name = gettext_lazy("Service list")
    required_verb = verbs.SEE
    columns = [
        ListColumn("name", pgettext_lazy("service order", "Service"), phone="title", sort=("name", "pk"), width=24),
        ListColumn("kind", pgettext_lazy("service item", "Kind"), "kind.name", sort=("kind__order", "order", "pk"), phone="badge"),
        ListColumn("about", gettext_lazy("What is done"), width=40, phone="hidden"),
        ListColumn("minutes", gettext_lazy("Usual minutes"), kind="int", sort=("minutes", "pk")),
        ListColumn("needed", gettext_lazy("Volunteers needed"), "people", kind="int"),
        ListColumn("mode", gettext_lazy("How it is given out"), "get_mode_display", nowrap=True),
        ListColumn("skills", gettext_lazy("Skills"), lambda row: "、".join(str(skill) for skill in row.skills.all())),
        ListColumn("team_count", gettext_lazy("Teams that offer it"), kind="int", sort=("team_count", "pk")),
        ListColumn("public", gettext_lazy("Open to residents")),
        ListColumn("active", pgettext_lazy("service item", "On the list"), phone="hidden"),
    ]
    search_fields = ["name", "about"]
    default_sort = ("kind__order", "order", "pk")
    default_size = 100
    empty = Empty(gettext_lazy("The service list is empty"), icon="list-check")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders"))]

    def get_queryset(self) -> Any:
        access.require(self.actor, verbs.SEE)
        return queries.items().prefetch_related("skills")

    def get_filters(self) -> Any:
        kinds = [(str(pk), name) for pk, name in ServiceKind.objects.values_list("pk", "name")]
        return [
            ChoiceFilter(key="kind", label=pgettext("service item", "Kind"), choices=kinds), ChoiceFilter(
                key="mode", label=_("How it is given out"), choices=ServiceItem.Mode.choices
            ),
            BooleanFilter(key="active", label=pgettext("service item", "On the list")),
        ]  # fmt: skip

    def get_page_actions(self) -> Any:
        mine = [PageAction(_("Open page for residents"), reverse("volunteers:order-services"), icon="external-link")]
        if self.actor.may(verbs.ITEMS):
            mine += [
                *import_button(self.actor, "service-items"), PageAction(
                    _("New service"), reverse("volunteers:order-item-new"), icon="plus", primary=True
                )
            ]
        return mine

    def row_url(self, row: ServiceItem) -> str | None:
        return row.get_absolute_url() if self.actor.may(verbs.ITEMS) else None

    def row_tone(self, row: Any) -> str:
        return "warn" if row.active and not row.team_count else ""


class ItemPage(RowPage):
    """A new or a known item."""

    required_verb = verbs.ITEMS
    rows = ServiceItem
    list_name = "volunteers:order-items"
    new_title = gettext_lazy("New service")
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders")), (gettext_lazy("Service list"), reverse(self.list_name))]

    def get_form(self, data: Any = None, files: Any = None) -> ItemForm:
        return ItemForm(data, row=self.row)

    def act(self, form: ItemForm) -> str:
        actions.save_item(self.actor, service_item_id=self.row.pk if self.row else None, **form.cleaned_data)
        return reverse(self.list_name)


class OffersPage(FormPage):
    """What a team offers: its leader ticks it on the phone, or the unit that answers for it."""

    required_verb = verbs.OFFERS
    title = gettext_lazy("What the team offers")
    explanation = gettext_lazy("Orders for these services are proposed to the team. A team whose skills fit is proposed without a tick, too.")

    def prepare(self) -> None:
        self.team = access.fetch(self.actor, verbs.OFFERS, Team, pk=self.kwargs["pk"])
        self.lead = self.team.name

    def get_breadcrumbs(self) -> Any:
        return [(gettext_lazy("Orders of my teams"), reverse("volunteers:order-team"))]

    def get_form(self, data: Any = None, files: Any = None) -> OffersForm:
        return OffersForm(data, team=self.team)

    def act(self, form: OffersForm) -> str:
        actions.save_offers(self.actor, serving_team_id=self.team.pk, items=form.chosen())
        return reverse("volunteers:order-offers", args=[self.team.pk])
