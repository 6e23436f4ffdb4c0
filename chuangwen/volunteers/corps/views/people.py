"""Volunteers at the desk: list, one record, registration on paper, confirmation, the first link, signing off."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.people.models import Account
from chuangwen.places.models import Division
from chuangwen.volunteers.corps import actions, queries, words
from chuangwen.volunteers.corps.access import ENROL, MANAGE_VOLUNTEERS, SEE_PHONES, SEE_VOLUNTEERS
from chuangwen.volunteers.corps.forms import EnrolForm, ReasonForm, RecordForm, week_rows
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.corps.rules import parts
from chuangwen.volunteers.corps.views.teams import DESK_FORM, SkillFilter, skill_choices
from chuangwen.web import panels
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import (
    Empty,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    QFilter,
    SavedView,
    TreeFilter,
    import_button,
)
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Volunteers")


class VolunteerList(ListPage):
    """All volunteers of the area. It cannot be sorted by anything that somebody did: nobody is ranked."""

    title = export_name = HOME
    required_verb = SEE_VOLUNTEERS
    columns = [
        ListColumn("name", pgettext_lazy("volunteers", "Name"), "person.name", phone="title", sort=("person__name", "pk")),
        ListColumn("state", gettext_lazy("State"), words.person_badge, export="get_state_display", sort=("state", "pk"), phone="badge"),
        ListColumn("number", gettext_lazy("Number"), sort=("number", "pk"), nowrap=True),
        ListColumn("division", gettext_lazy("Community"), "division.__str__", sort=("division__path", "pk")),
        ListColumn("teams", gettext_lazy("Teams of volunteers"), words.teams_cell, width=30),
        ListColumn("skills", gettext_lazy("Skills"), words.skills_cell, width=30, phone="hidden"),
        ListColumn("phone", gettext_lazy("Telephone"), words.masked_phone, nowrap=True),
        ListColumn("registered_on", gettext_lazy("Registered on"), kind="date", sort=("registered_on", "pk"), nowrap=True, phone="hidden"),
    ]
    export_columns = [
        ListColumn("number", gettext_lazy("Volunteer number"), width=18),
        ListColumn("name", pgettext_lazy("volunteers", "Name"), "person.name"),
        ListColumn("phone", gettext_lazy("Contact telephone"), words.masked_phone, width=18),
        ListColumn("division", gettext_lazy("Area of service"), "division.name", width=24),
        ListColumn("skills", gettext_lazy("Kinds of service"), words.skills_cell, width=40),
        ListColumn("free", gettext_lazy("Times of service a week"), words.free_cell),
        ListColumn("teams", pgettext_lazy("volunteers", "Organisation"), words.teams_cell, width=40),
        ListColumn("registered_on", gettext_lazy("Registered on"), kind="date"),
        ListColumn("state", gettext_lazy("State"), "get_state_display"),
    ]
    search_fields = ["=number", "person__name", "=person__phone"]
    search_hint = gettext_lazy("Name, number, telephone")
    default_sort = ("-registered_on", "-pk")
    default_size = 50
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be confirmed"), "state=applied"),
        SavedView(gettext_lazy("Registered"), "state=active"), SavedView(gettext_lazy("In no team"), "how=alone"),
        SavedView(gettext_lazy("Not insured today"), "how=uninsured"), SavedView(gettext_lazy("Under 18"), "how=minor"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("No volunteers yet"),
        gettext_lazy("They register on the open page, you enter them at the desk, or a sheet brings them in."), icon="users",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.with_teams(queries.volunteers(self.actor))

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            today = clock.today()
            how = {
                "alone": (_("in no team"), queries.in_no_team()), "uninsured": (_("not insured today"), queries.uninsured(today)),
                "minor": (_("under 18"), queries.minors(today)),
            }  # fmt: skip
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=Volunteer.State.choices),
                QFilter(key="how", label=_("How it stands"), options=how),
                TreeFilter(key="area", label=_("Area"), field="division", tree=lambda: access.scoped(self.actor, SEE_VOLUNTEERS, Division)),
                SkillFilter(key="skill", label=_("Skill"), choices=skill_choices),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        if not self.actor.may(ENROL):
            return []
        return [
            PageAction(_("Page to register"), reverse("volunteers:register"), icon="qrcode"), *import_button(self.actor, "volunteers"),
            PageAction(_("Register somebody"), reverse("volunteers:volunteer-new"), icon="user-plus", primary=True),
        ]  # fmt: skip


class VolunteerPage(PageMixin, View):
    """One record: whoever opens it sees it, in lists numbers are masked. Of a document only that it is on file."""

    required_verb = SEE_VOLUNTEERS

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:volunteers"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = queries.volunteers(self.actor)
        volunteer = access.fetch(self.actor, SEE_VOLUNTEERS, rows, pk=pk)
        return render(request, "volunteers/corps/volunteer.html", self.get_context_data(**self.facts(request, volunteer)))

    def facts(self, request: HttpRequest, volunteer: Volunteer, phone: str = "") -> dict[str, Any]:
        self.title = volunteer.person.name
        today, key = clock.today(), volunteer.pk
        may = self.actor.may(MANAGE_VOLUNTEERS) and access.scoped(self.actor, MANAGE_VOLUNTEERS, Volunteer).filter(pk=key).exists()
        rows = volunteer.memberships.select_related("team").order_by("-asked_at", "-pk")
        return {
            "volunteer": volunteer, "state": words.person_badge(volunteer), "minor": words.minor_word(volunteer), "may": may,
            "phone": phone or words.masked_phone(volunteer), "shown": bool(phone),
            "may_phone": bool(volunteer.person.phone) and self.actor.may(SEE_PHONES)
            and access.scoped(self.actor, SEE_PHONES, Volunteer).filter(pk=key).exists(),
            "memberships": [(row, words.member_badge(row)) for row in rows], "skills": list(volunteer.skills.all()),
            "week": week_rows({str(number) for number in parts(volunteer.free)}),
            "trained": list(volunteer.trained.select_related("training__skill").order_by("-training__day", "-pk")[:20]),
            "insured": volunteer.insured.filter(insurance__starts_on__lte=today, insurance__ends_on__gte=today)
            .select_related("insurance").first(),
            "account": Account.objects.filter(person=volunteer.person_id).exists(),
            "alike": queries.alike(self.actor, volunteer) if may and volunteer.state == "applied" else [],
            "panels": panels.shown(request, "volunteers.volunteer", volunteer),
        }  # fmt: skip


class VolunteerPhone(VolunteerPage):
    """The number in full, which the trail records."""

    required_verb = SEE_PHONES
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        phone = actions.show_phone(self.actor, volunteer_id=pk)
        volunteer = access.fetch(self.actor, SEE_PHONES, Volunteer.objects.select_related("person", "division"), pk=pk)
        return render(request, "volunteers/corps/volunteer.html", self.get_context_data(**self.facts(request, volunteer, phone)))


class VolunteerNew(FormPage):
    """Somebody came or called."""

    required_verb = ENROL
    template_name = DESK_FORM
    title = gettext_lazy("Register somebody")
    submit = gettext_lazy("Register")
    done = gettext_lazy("Registered.")
    explanation = gettext_lazy("As little as possible: no identity card, no address. Read the privacy notice to the person first.")
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:volunteers"))]

    def get_form(self, data: Any = None, files: Any = None) -> EnrolForm:
        return EnrolForm(data, actor=self.actor)

    def act(self, form: EnrolForm) -> str:
        volunteer = actions.enrol_volunteer(self.actor, **form.facts())
        return volunteer.get_absolute_url()


class OfVolunteer(OfRow):
    required_verb = MANAGE_VOLUNTEERS
    model = Volunteer
    related = ("person", "division")
    home = (HOME, "volunteers:volunteers")
    form_class = ReasonForm


class VolunteerEdit(OfVolunteer):
    template_name = DESK_FORM
    title = gettext_lazy("Put the record right")

    def get_form(self, data: Any = None, files: Any = None) -> RecordForm:
        return RecordForm(data, actor=self.actor, row=self.about)

    def do(self, form: RecordForm) -> None:
        given = form.cleaned_data
        actions.save_volunteer(
            self.actor, volunteer_id=self.about.pk, phone=given["phone"], division=given["community"], skills=given["skills"],
            free=given["free"], expected=given["revision"],
        )  # fmt: skip


class TurnAway(OfVolunteer):
    title = gettext_lazy("Not confirm a registration")
    submit = gettext_lazy("Not confirm")
    explanation = gettext_lazy("The person is told the reason. Number, times and skills are deleted.")

    def do(self, form: Any) -> None:
        actions.turn_away(self.actor, volunteer_id=self.about.pk, **form.cleaned_data)


class SignOffFor(OfVolunteer):
    title = gettext_lazy("Sign somebody off")
    submit = gettext_lazy("Sign off")
    tone = "danger"
    explanation = gettext_lazy("What is needed no longer is deleted. Name and recorded hours stay, for certificates.")

    def do(self, form: Any) -> None:
        actions.sign_off_for(self.actor, volunteer_id=self.about.pk, **form.cleaned_data)


class Confirm(ActionButton):
    required_verb = MANAGE_VOLUNTEERS
    done = gettext_lazy("Confirmed.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.confirm_volunteer(self.actor, volunteer_id=kwargs["pk"]).get_absolute_url()


class FirstLinkOnce(ActionButton):
    """The link for the first sign-in, shown once with its code."""

    required_verb = MANAGE_VOLUNTEERS

    def act(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        token = actions.make_first_link(self.actor, volunteer_id=kwargs["pk"])
        volunteer = access.fetch(self.actor, MANAGE_VOLUNTEERS, Volunteer.objects.select_related("person"), pk=kwargs["pk"])
        link = request.build_absolute_uri(reverse("volunteers:first-sign-in", args=[token]))
        context = {
            "title": _("Link for the first sign-in"), "volunteer": volunteer, "link": link, "lead": volunteer.person.name,
            "qr": segno.make(link, error="m").svg_data_uri(scale=4, border=2),
            "breadcrumbs": [(HOME, reverse("volunteers:volunteers")), (volunteer.person.name, volunteer.get_absolute_url())],
        }  # fmt: skip
        return render(request, "volunteers/corps/first_link.html", context)
