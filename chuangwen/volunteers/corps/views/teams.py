"""Teams at the desk: list, tree, page of a team, and what is done to one."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.places.models import Division
from chuangwen.volunteers.corps import actions, queries, words
from chuangwen.volunteers.corps.access import MANAGE_TEAMS, SEE_TEAMS, SEE_VOLUNTEERS
from chuangwen.volunteers.corps.forms import LeaderForm, ReasonForm, TeamForm
from chuangwen.volunteers.corps.models import Membership, Skill, Team
from chuangwen.web import panels
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import (
    ChoiceFilter,
    Empty,
    LinkFilter,
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

HOME = gettext_lazy("Teams of volunteers")
MEMBERS_SHOWN = 200
DESK_FORM = "volunteers/corps/desk_form.html"


class TeamList(ListPage):
    """All teams of the area."""

    title = export_name = HOME
    required_verb = SEE_TEAMS
    columns = [
        ListColumn("name", pgettext_lazy("volunteers", "Team"), phone="title", sort=("name", "pk"), width=30),
        ListColumn("state", gettext_lazy("State"), words.team_badge, export="get_state_display", sort=("state", "pk"), phone="badge"),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", sort=("kind", "pk"), nowrap=True),
        ListColumn("division", gettext_lazy("Area"), "division.__str__", sort=("division__path", "pk")),
        ListColumn("unit", gettext_lazy("Unit"), "unit.__str__", sort=("unit__path", "pk"), phone="hidden"),
        ListColumn("leader", gettext_lazy("Leader"), words.leader_cell, nowrap=True),
        ListColumn("size", gettext_lazy("Members"), "member_count", kind="int", sort=("member_count", "pk")),
        ListColumn("skills", gettext_lazy("Skills"), words.skills_cell, width=30, phone="hidden"),
    ]
    export_columns = [
        ListColumn("number", gettext_lazy("Organisation number"), width=18),
        ListColumn("name", pgettext_lazy("volunteers", "Organisation"), width=30),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display"),
        ListColumn("state", gettext_lazy("State"), "get_state_display"),
        ListColumn("division", gettext_lazy("Area of service"), "division.name", width=24),
        ListColumn("unit", pgettext_lazy("volunteers", "Unit that answers for it"), "unit.name", width=24),
        ListColumn("leader", gettext_lazy("Leader"), "leader.person.name"),
        ListColumn("phone", gettext_lazy("Contact telephone")),
        ListColumn("started_on", gettext_lazy("Founded on"), kind="date"),
        ListColumn("size", gettext_lazy("Members"), "member_count", kind="int"),
        ListColumn("skills", gettext_lazy("Kinds of service"), words.skills_cell, width=40),
        ListColumn("reach", gettext_lazy("Reach, metres"), kind="int"),
        ListColumn("weekly", gettext_lazy("Orders a week"), kind="int"),
        ListColumn("about", gettext_lazy("What it does"), width=40),
    ]
    search_fields = ["^number", "name", "unit__name", "division__name"]
    search_hint = gettext_lazy("Team, unit, place")
    default_sort = ("path",)
    default_size = 50
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("Active"), "state=active"),
        SavedView(gettext_lazy("Without a leader"), "how=nobody"),
        SavedView(gettext_lazy("Somebody asks to join"), "how=asked"), SavedView(gettext_lazy("Small: fewer than three"), "how=small"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("No teams yet"), gettext_lazy("A corps with its brigades and teams; special teams for what takes a profession."),
        icon="users-group",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.counted_teams(queries.teams(self.actor))

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            how = {
                "nobody": (_("without a leader"), queries.without_leader()), "asked": (_("somebody asks to join"), queries.asked_for()),
                "small": (_("fewer than three members"), queries.small()),
            }  # fmt: skip
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=Team.State.choices),
                MultiChoiceFilter(key="kind", label=_("Kind"), choices=Team.Kind.choices),
                QFilter(key="how", label=_("How it stands"), options=how),
                TreeFilter(key="area", label=_("Area"), field="division", tree=lambda: access.scoped(self.actor, SEE_TEAMS, Division)),
                SkillFilter(key="skill", label=_("Skill"), choices=skill_choices, more=True),
                LinkFilter(key="unit", label=_("Unit"), field="unit", name=self._unit),
            ]  # fmt: skip
        return self._filters

    def _unit(self, value: str) -> str:
        return queries.teams(self.actor).filter(unit=value)[:1].get().unit.name

    def get_page_actions(self) -> Any:
        found = [PageAction(_("As a tree"), reverse("volunteers:team-tree"), icon="list-tree")]
        if self.actor.may(MANAGE_TEAMS):
            found += [*import_button(self.actor, "volunteer-teams"),
                      PageAction(_("New team"), reverse("volunteers:team-new"), icon="plus", primary=True)]  # fmt: skip
        return found


def skill_choices() -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in Skill.objects.values_list("pk", "name")]


class SkillFilter(ChoiceFilter):
    """Rows with a skill, by a subquery, so that none stands there twice."""

    def apply(self, queryset: Any, value: Any) -> Any:
        through = queryset.model.skills.through
        column = queryset.model.skills.field.m2m_field_name()
        return queryset.filter(pk__in=through.objects.filter(skill=value.value).values(column))


class TeamTree(PageMixin, View):
    """The corps with its brigades and teams, as far as the actor sees them."""

    title = gettext_lazy("Tree of teams")
    required_verb = SEE_TEAMS

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:teams"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "volunteers/corps/tree.html", self.get_context_data(nodes=queries.tree(self.actor)))


def invitation(request: HttpRequest, team: Team) -> dict[str, str] | None:
    """The address where one registers for a team, with its code for a poster; None where the team takes nobody."""
    if team.state != Team.State.ACTIVE:
        return None
    link = request.build_absolute_uri(f"{reverse('volunteers:register')}?team={team.pk}")
    return {"link": link, "code": segno.make(link, error="m").svg_data_uri(scale=4, border=2)}


class TeamPage(PageMixin, View):
    """A team with its leader, members, who asks, teams under it, trainings and what happened."""

    required_verb = SEE_TEAMS

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:teams"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        team = access.fetch(self.actor, SEE_TEAMS, queries.counted_teams(queries.teams(self.actor)), pk=pk)
        self.title = team.name
        may = self.actor.may(MANAGE_TEAMS) and access.scoped(self.actor, MANAGE_TEAMS, Team).filter(pk=pk).exists()
        people = self.actor.may(SEE_VOLUNTEERS)
        rows = queries.members(team)[:MEMBERS_SHOWN] if people else []
        context = self.get_context_data(
            team=team, state=words.team_badge(team), may=may and team.state != "closed", people=people,
            members=[(row, words.member_badge(row), words.minor_word(row.volunteer)) for row in rows], parent=team.get_parent(),
            below=list(queries.counted_teams(team.get_children().exclude(state="closed"))), skills=list(team.skills.all()),
            invitation=invitation(request, team), history=queries.trail(team), panels=panels.shown(request, "volunteers.team", team),
            most=MEMBERS_SHOWN,
        )  # fmt: skip
        return render(request, "volunteers/corps/team.html", context)


class TeamNew(FormPage):
    required_verb = MANAGE_TEAMS
    template_name = DESK_FORM
    title = gettext_lazy("New team")
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:teams"))]

    def get_form(self, data: Any = None, files: Any = None) -> TeamForm:
        return TeamForm(data, actor=self.actor)

    def act(self, form: TeamForm) -> str:
        given = dict(form.cleaned_data)
        parent = given.pop("parent")
        return actions.make_team(self.actor, parent_id=parent, **given).get_absolute_url()


class OfTeam(OfRow):
    """A page about one team."""

    required_verb = MANAGE_TEAMS
    model = Team
    related = ("unit", "division", "site", "leader__person")
    home = (HOME, "volunteers:teams")


class TeamEdit(OfTeam):
    template_name = DESK_FORM
    title = gettext_lazy("Edit the team")
    wide = True

    def get_form(self, data: Any = None, files: Any = None) -> TeamForm:
        return TeamForm(data, actor=self.actor, row=self.about)

    def do(self, form: TeamForm) -> None:
        given = dict(form.cleaned_data)
        revision = given.pop("revision")
        actions.save_team(self.actor, team_id=self.about.pk, expected=revision, **given)


class TeamLeader(OfTeam):
    title = gettext_lazy("Another leader")
    explanation = gettext_lazy("The leader before stays a member. The history keeps who led when.")

    def get_form(self, data: Any = None, files: Any = None) -> LeaderForm:
        return LeaderForm(data, row=self.about)

    def do(self, form: LeaderForm) -> None:
        given = form.cleaned_data
        actions.change_leader(self.actor, team_id=self.about.pk, volunteer_id=given["leader"], reason=given["reason"])


class TeamPause(OfTeam):
    title = gettext_lazy("Pause the team")
    form_class = ReasonForm
    submit = gettext_lazy("Pause")
    explanation = gettext_lazy("It gets no orders and takes nobody until it goes on.")

    def do(self, form: Any) -> None:
        actions.pause_team(self.actor, team_id=self.about.pk, **form.cleaned_data)


class TeamGoOn(ActionButton):
    required_verb = MANAGE_TEAMS
    done = gettext_lazy("The team goes on.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.go_on_with_team(self.actor, team_id=kwargs["pk"]).get_absolute_url()


class TeamClose(OfTeam):
    title = gettext_lazy("Close the team")
    form_class = ReasonForm
    submit = gettext_lazy("Close the team")
    tone = "danger"
    explanation = gettext_lazy("Its members leave it today. Hours that were served stay.")

    def do(self, form: Any) -> None:
        actions.close_team(self.actor, team_id=self.about.pk, **form.cleaned_data)


class DecideMember(ActionButton):
    """The desk takes who asked to join."""

    required_verb = MANAGE_TEAMS
    done = gettext_lazy("Taken into the team.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        row = actions.decide_membership(self.actor, membership_id=kwargs["pk"], take=True)
        return reverse("volunteers:team", args=[row.team_id])


class OfMember(FormPage):
    """A page about a membership; leads back to the team."""

    required_verb = MANAGE_TEAMS
    form_class = ReasonForm
    row: Membership

    def prepare(self) -> None:
        assert self.required_verb is not None
        rows = Membership.objects.select_related("team", "volunteer__person")
        found = rows.filter(pk=self.kwargs["pk"], team__in=access.scoped(self.actor, self.required_verb, Team)).first()
        if found is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        self.row, self.lead = found, f"{found.team} · {found.volunteer.person.name}"

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:teams")), (self.row.team.name, self.back())]

    def back(self) -> str:
        return reverse("volunteers:team", args=[self.row.team_id])

    def act(self, form: Any) -> str:
        self.do(form)
        return self.back()

    def do(self, form: Any) -> None:
        raise NotImplementedError


class RefuseMember(OfMember):
    title = gettext_lazy("Not take somebody")
    submit = gettext_lazy("Not take")

    def do(self, form: Any) -> None:
        actions.decide_membership(self.actor, membership_id=self.row.pk, take=False, **form.cleaned_data)


class RemoveMember(OfMember):
    title = gettext_lazy("End a membership")
    submit = gettext_lazy("End the membership")
    tone = "danger"

    def do(self, form: Any) -> None:
        actions.remove_member(self.actor, membership_id=self.row.pk, **form.cleaned_data)


class Deputy(ActionButton):
    required_verb = MANAGE_TEAMS

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        row = actions.make_deputy(self.actor, membership_id=kwargs["pk"], deputy=request.POST.get("deputy") == "1")
        return reverse("volunteers:team", args=[row.team_id])
