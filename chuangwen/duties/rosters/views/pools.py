"""Pools of people, their private links, calendars of units."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.forms import PoolForm, UnitLinkForm
from chuangwen.duties.rosters.models import PoolPerson, RosterLink
from chuangwen.duties.rosters.views.rosters import HOME
from chuangwen.kernel import access
from chuangwen.people.models import Unit
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import BooleanFilter, Empty, ListColumn, ListPage, PageAction, TreeFilter, import_button
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

PEOPLE = gettext_lazy("People for posts")
CALENDARS = gettext_lazy("Calendars and private links")
POOL = "duties.keep_pool"


def standing(person: PoolPerson) -> Any:
    if not person.active:
        return badge(_("does not take part"), "quiet")
    return badge(_("leader"), "accent") if person.leads else badge(_("takes part"), "ok")


class PoolList(ListPage):
    """Who can stand at posts, unit by unit: what they can do, whether they said their days. Nothing of how often they did."""

    title = export_name = PEOPLE
    lead = gettext_lazy("A name as the unit uses it, what they can do, when they cannot come. Nothing else is kept.")
    required_verb = POOL
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort=("name", "pk")),
        ListColumn("unit", gettext_lazy("Unit"), "unit.__str__", sort=("unit__path", "name", "pk")),
        ListColumn("qualifications", gettext_lazy("Qualifications"), lambda row: "、".join(row.qualifications)),
        ListColumn("state", gettext_lazy("State"), standing, export=lambda row: row.active, nowrap=True, phone="badge"),
        ListColumn("days", pgettext_lazy("pool", "Days"), "duties/rosters/cells/days.html", export=False, nowrap=True),
    ]
    export_columns = [
        ListColumn("name", gettext_lazy("Name")),
        ListColumn("unit", gettext_lazy("Unit"), "unit.name", width=28),
        ListColumn("qualifications", gettext_lazy("Qualifications"), lambda row: "、".join(row.qualifications), width=30),
        ListColumn("leads", gettext_lazy("Takes turns as leader on duty")),
        ListColumn("active", gettext_lazy("Takes part")),
    ]
    search_fields = ["name", "unit__name"]
    search_hint = gettext_lazy("Name, unit")
    default_sort = ("unit__path", "name", "pk")
    empty = Empty(
        gettext_lazy("Nobody in the pool yet"), gettext_lazy("Enter people of the unit, or bring in a sheet. A name or a number is enough."),
        icon="users",
    )  # fmt: skip

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:rosters"))]

    def get_queryset(self) -> Any:
        return queries.pool(self.actor)

    def get_filters(self) -> Any:
        return [
            TreeFilter(key="under", label=_("Unit and those below"), field="unit", tree=self.units),
            BooleanFilter(key="leads", label=_("Takes turns as leader on duty")),
            BooleanFilter(key="active", label=_("Takes part")),
        ]

    def units(self) -> Any:
        return access.scoped(self.actor, POOL, Unit)

    def get_page_actions(self) -> Any:
        return [
            PageAction(CALENDARS, reverse("duties:roster-links"), icon="link"),
            *import_button(self.actor, "roster_people"),
            PageAction(_("New person"), reverse("duties:roster-person-new"), icon="plus", primary=True),
        ]

    def row_url(self, row: PoolPerson) -> str:
        return reverse("duties:roster-person", args=[row.pk])


class PoolEdit(FormPage):
    """Somebody new in the pool, or a change."""

    required_verb = POOL
    person: PoolPerson | None = None

    def prepare(self) -> None:
        self.title = _("New person")
        if "pk" in self.kwargs:
            self.person = access.fetch(self.actor, POOL, PoolPerson.objects.select_related("unit", "account"), pk=self.kwargs["pk"])
            self.title = self.person.name

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:rosters")), (PEOPLE, reverse("duties:roster-people"))]

    def get_form(self, data: Any = None, files: Any = None) -> PoolForm:
        return PoolForm(data, actor=self.actor, person=self.person)

    def act(self, form: PoolForm) -> str:
        actions.save_pool_person(self.actor, pool_id=self.person.pk if self.person is not None else None, **form.cleaned_data)
        return reverse("duties:roster-people")


class LinkGive(PageMixin, ActionButton):
    """A private link of a person, shown this once."""

    required_verb = POOL
    title = gettext_lazy("Private link")

    def check_access(self, request: HttpRequest) -> HttpResponse | None:
        if self.actor.may(queries.OWN) and not self.actor.may(POOL):
            return None
        return super().check_access(request)

    def act(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        link, token = actions.give_link(self.actor, pool_id=kwargs["pk"])
        return given(self, request, link, token)


def given(view: Any, request: HttpRequest, link: RosterLink, token: str) -> HttpResponse:
    """The page that tells a secret once."""
    feed = request.build_absolute_uri(reverse("duties:roster-feed", args=[token]))
    page = request.build_absolute_uri(reverse("duties:roster-private", args=[token])) if link.person is not None else ""
    view.breadcrumbs = [(HOME, reverse("duties:rosters"))]
    context = view.get_context_data(link=link, page_address=page, feed=feed, webcal=f"webcal://{feed.partition('://')[2]}")
    return render(request, "duties/rosters/given.html", context)


class LinkList(ListPage):
    """Links that were given out; a secret is never shown again."""

    title = CALENDARS
    lead = gettext_lazy("Withdraw one when it got about.")
    required_verb = POOL
    columns = [
        ListColumn("of", gettext_lazy("For whom or what"), lambda row: str(row), phone="title"),
        ListColumn("unit", gettext_lazy("Unit"), "unit.__str__", sort=("unit__path", "pk")),
        ListColumn("created_at", pgettext_lazy("link", "Given out"), sort=("created_at", "pk"), kind="date", nowrap=True),
        ListColumn(
            "state", gettext_lazy("State"), lambda row: badge(_("withdrawn"), "quiet") if row.withdrawn_at else badge(_("in use"), "ok"),
            nowrap=True, phone="badge",
        ),
        ListColumn("withdraw", gettext_lazy("Withdraw"), "duties/rosters/cells/withdraw.html", export=False),
    ]  # fmt: skip
    search_fields = ["person__name", "unit__name"]
    default_sort = ("-created_at", "-pk")
    empty = Empty(
        gettext_lazy("No links yet"), gettext_lazy("Give a unit its calendar here, a person their link under “People for posts”."),
        icon="link",
    )  # fmt: skip

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:rosters")), (PEOPLE, reverse("duties:roster-people"))]

    def get_queryset(self) -> Any:
        return access.scoped(self.actor, POOL, RosterLink).select_related("unit", "person")

    def get_page_actions(self) -> Any:
        return [PageAction(_("Calendar of a unit"), reverse("duties:roster-link-new"), icon="plus", primary=True)]

    def row_url(self, row: RosterLink) -> str:
        return ""


class UnitLink(FormPage):
    """The calendar of a unit's posts."""

    required_verb = POOL
    title = gettext_lazy("Calendar of a unit")
    submit = gettext_lazy("Give it out")
    done = ""
    explanation = gettext_lazy("When its posts and its people are on, with how many; no names.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:rosters")), (CALENDARS, reverse("duties:roster-links"))]

    def get_form(self, data: Any = None, files: Any = None) -> UnitLinkForm:
        return UnitLinkForm(data, actor=self.actor)

    def act(self, form: UnitLinkForm) -> HttpResponse:
        link, token = actions.give_link(self.actor, unit=form.cleaned_data["unit"])
        return given(self, self.request, link, token)


class LinkWithdraw(ActionButton):
    required_verb = POOL
    done = gettext_lazy("Withdrawn. The address gives nothing from now on.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.withdraw_link(self.actor, roster_link_id=kwargs["pk"])
        return reverse("duties:roster-links")
