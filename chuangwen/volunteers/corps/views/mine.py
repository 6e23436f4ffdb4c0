"""A volunteer's own pages on the phone, and the leader's page of a team."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.volunteers.corps import actions, queries, words
from chuangwen.volunteers.corps.access import BE, LEAD, REGISTER
from chuangwen.volunteers.corps.forms import BecomeForm, DocumentForm, MaybeReasonForm, ReasonForm, RecordForm
from chuangwen.volunteers.corps.models import Membership, Team
from chuangwen.volunteers.corps.views.home import MinePage
from chuangwen.volunteers.corps.views.teams import invitation
from chuangwen.web import panels
from chuangwen.web.form_pages import ActionButton, FormPage

HOME = gettext_lazy("My volunteering")
TEAMS_SHOWN, SEARCH = 40, 60


class MineForm(MinePage, FormPage):
    """A form of the volunteer's own; leads back to the own page. Raises Missing for who is not registered."""

    template_name = "volunteers/mine_form.html"

    def prepare(self) -> None:
        if self.volunteer is None:
            raise Missing(_("You are not registered as a volunteer."))

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:me"))]

    def act(self, form: Any) -> str:
        self.do(form)
        return reverse("volunteers:me")

    def do(self, form: Any) -> None:
        raise NotImplementedError


class Become(MineForm):
    """Whoever is signed in registers with their own account."""

    required_verb = REGISTER
    title = gettext_lazy("Become a volunteer")
    submit = gettext_lazy("Register")
    done = gettext_lazy("Thank you. Your registration waits to be confirmed.")
    template_name = "volunteers/corps/become.html"

    def prepare(self) -> None:
        pass

    def get_form(self, data: Any = None, files: Any = None) -> BecomeForm:
        account = getattr(self.request.user, "person", None)
        asked = number_in(self.request.GET.get("team"))
        return BecomeForm(data, initial={"phone": account.phone if account else "", "team": asked})

    def do(self, form: BecomeForm) -> None:
        actions.become_volunteer(self.actor, **form.facts())


class MyRecord(MineForm):
    title = gettext_lazy("My record")

    def get_form(self, data: Any = None, files: Any = None) -> RecordForm:
        assert self.volunteer is not None
        return RecordForm(data, actor=self.actor, row=self.volunteer, own=True)

    def do(self, form: RecordForm) -> None:
        given = form.cleaned_data
        actions.save_own(self.actor, phone=given["phone"], division=given["community"], skills=given["skills"], free=given["free"])


class MyDocument(MineForm):
    title = gettext_lazy("Document for certificates")
    form_class = DocumentForm

    def do(self, form: Any) -> None:
        actions.file_document(self.actor, **form.cleaned_data)


class MySignOff(MineForm):
    title = gettext_lazy("Sign off")
    form_class = MaybeReasonForm
    submit = gettext_lazy("Sign off")
    done = gettext_lazy("You have signed off. Thank you for everything.")
    tone = "danger"
    explanation = gettext_lazy("Number, times, skills and document are deleted, teams end. Recorded hours stay and can be certified.")
    confirm = gettext_lazy("Sign off now?")

    def do(self, form: Any) -> None:
        actions.sign_off(self.actor, **form.cleaned_data)


class MyBreak(ActionButton):
    """``on``: 1 takes a break, anything else comes back."""

    required_verb = BE

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        (actions.take_break if request.POST.get("on") == "1" else actions.come_back)(self.actor)
        return reverse("volunteers:me")


class FindTeams(MinePage):
    """Teams that take volunteers: those of one's own community first, or by a word of their name."""

    title = gettext_lazy("Find a team")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:me"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.volunteer is None:
            raise Missing(_("You are not registered as a volunteer."))
        asked = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH]
        teams = queries.teams_for(self.volunteer, asked, TEAMS_SHOWN)
        states = {row.team_id: row for row in queries.my_memberships(self.volunteer)}
        rows = [(team, states.get(team.pk), words.skills_cell(team)) for team in teams]
        return render(request, "volunteers/corps/find.html", self.get_context_data(rows=rows, asked=asked, most=TEAMS_SHOWN))


class Join(ActionButton):
    required_verb = BE
    done = gettext_lazy("You have asked to join. The leader decides, and you are told.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.ask_to_join(self.actor, team_id=kwargs["pk"])
        return reverse("volunteers:me")


class Leave(ActionButton):
    required_verb = BE
    done = gettext_lazy("You have left the team.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.leave_team(self.actor, membership_id=kwargs["pk"])
        return reverse("volunteers:me")


# -- the leader -------------------------------------------------------------------------------------------------------


class LedTeam(MinePage):
    """The leader's page of a team: who asks, who is in it with a number to call, trainings, and what other parts bring (page
    ``volunteers.led``, subject: the Team)."""

    required_verb = LEAD

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:me"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = queries.counted_teams(Team.objects.select_related("division", "unit"))
        team = access.fetch(self.actor, LEAD, rows, pk=pk)
        self.title = team.name
        members = list(queries.members(team))
        context = self.get_context_data(
            team=team, state=words.team_badge(team), asking=[(row, words.minor_word(row.volunteer)) for row in members if row.state == "asked"],
            members=[(row, words.minor_word(row.volunteer)) for row in members if row.state != "asked"],
            invitation=invitation(request, team), panels=panels.shown(request, "volunteers.led", team),
            buttons=panels.shown(request, "volunteers.led", team, "head"),
        )  # fmt: skip
        return render(request, "volunteers/corps/led.html", context)


class LedTake(ActionButton):
    required_verb = LEAD
    done = gettext_lazy("Taken into the team.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        row = actions.decide_membership(self.actor, membership_id=kwargs["pk"], take=True)
        return reverse("volunteers:led", args=[row.team_id])


class LedDeputy(ActionButton):
    required_verb = LEAD

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        row = actions.make_deputy(self.actor, membership_id=kwargs["pk"], deputy=request.POST.get("deputy") == "1")
        return reverse("volunteers:led", args=[row.team_id])


class LedForm(MineForm):
    """About a membership of a team that one leads."""

    required_verb = LEAD
    form_class = ReasonForm
    row: Membership

    def prepare(self) -> None:
        rows = Membership.objects.select_related("team", "volunteer__person")
        found = rows.filter(pk=self.kwargs["pk"], team__in=access.scoped(self.actor, LEAD, Team)).first()
        if found is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        self.row, self.lead = found, f"{found.team} · {found.volunteer.person.name}"

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:me")), (self.row.team.name, reverse("volunteers:led", args=[self.row.team_id]))]

    def act(self, form: Any) -> str:
        self.do(form)
        return reverse("volunteers:led", args=[self.row.team_id])


class LedRefuse(LedForm):
    title = gettext_lazy("Not take somebody")
    submit = gettext_lazy("Not take")

    def do(self, form: Any) -> None:
        actions.decide_membership(self.actor, membership_id=self.row.pk, take=False, **form.cleaned_data)


class LedRemove(LedForm):
    title = gettext_lazy("End a membership")
    submit = gettext_lazy("End the membership")
    tone = "danger"

    def do(self, form: Any) -> None:
        actions.remove_member(self.actor, membership_id=self.row.pk, **form.cleaned_data)


