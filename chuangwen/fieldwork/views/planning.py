"""Planning a round: one page on which quotas, teams, draw and places come together, and the forms behind it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from chuangwen.fieldwork import actions, drawing, framing, planning_queries
from chuangwen.fieldwork.forms import DrawForm, QuotaGrid, SettingsForm, TeamForm
from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam
from chuangwen.fieldwork.views.rounds import HOME, STATE_TONES, RoundPages
from chuangwen.kernel import access
from chuangwen.kernel.identifiers import number_in
from chuangwen.places.models import Division
from chuangwen.web import panels
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import PageMixin

PAGE = "fieldwork.plan"
"""The name under which panels stand on the plan of a round (routes); the subject is the Round."""
FIRST_PLACES = 8
USUAL_TOTAL = 40
MOST_SHOWN = 300


class PlanPages(RoundPages):
    """What the pages behind a round's plan have in common."""

    def plan_crumbs(self, round: Round) -> list[tuple[Any, str | None]]:
        return [*self.round_crumbs(round), (_("Round plan"), reverse("fieldwork:plan", args=[round.pk]))]

    def may_plan(self, round: Round) -> bool:
        """Whether this person may still change what is planned."""
        actor = self.actor
        return (
            round.state != Round.State.CLOSED
            and actor.may("fieldwork.edit_round")
            and access.scoped(actor, "fieldwork.edit_round", Round).filter(pk=round.pk).exists()
        )


class RoundPlan(PlanPages, PageMixin, View):
    """Quotas, teams, draws and places of a round on one page, in the order in which they are done."""

    required_verb = "fieldwork.see_rounds"
    title = gettext_lazy("Round plan")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        self.breadcrumbs = self.round_crumbs(round)
        quotas = list(round.quotas.select_related("site_type", "area"))
        places = planning_queries.places(self.actor, round).exclude(purpose=RoundSite.Purpose.RERATE)
        draws = list(planning_queries.draws_of(round))
        shared = planning_queries.shared_with(round)
        context = self.get_context_data(
            round=round,
            tone=STATE_TONES[round.state],
            may_plan=self.may_plan(round),
            may_draw=self.actor.may("fieldwork.draw"),
            wanted=sum(quota.count for quota in quotas),
            types=len({quota.site_type_id for quota in quotas}),
            areas=len({quota.area_id for quota in quotas}),
            teams=planning_queries.teams_of(round),
            draws=draws,
            drawn=any(draw.procedure == drawing.DRAW for draw in draws),
            total=places.count(),
            places=places.order_by("site__code")[:FIRST_PLACES],
            shared=shared[:FIRST_PLACES],
            shared_count=shared.count(),
            panels=panels.shown(request, PAGE, round),
        )
        return render(request, "fieldwork/plan.html", context)


class QuotaEdit(PlanPages, FormPage):
    """The grid of types and areas. ``?total=`` proposes so many sites, ``?level=`` splits the area by divisions of that level."""

    required_verb = "fieldwork.edit_round"
    title = gettext_lazy("How many sites are drawn")
    template_name = "fieldwork/quotas.html"
    wide = True
    done = gettext_lazy("Quotas kept.")

    def prepare(self) -> None:
        self.round = self.find_round("fieldwork.edit_round")
        kept = planning_queries.quotas_of(self.round)
        level = number_in(self.request.GET.get("level", ""), digits=1)
        if level is None and kept:
            level = Division.objects.filter(pk=next(iter(kept))[1]).values_list("level", flat=True).first()
        areas = planning_queries.areas_of(self.actor, self.round, level=level)
        self.grid = planning_queries.grid(areas)
        self.level = areas[0].level if areas else 0
        asked = number_in(self.request.GET.get("total", ""), digits=6)
        self.total = asked if asked is not None else sum(kept.values()) or max(USUAL_TOTAL, len(self.grid.types))
        self.proposed = planning_queries.proposal(self.grid, self.total) if asked is not None or not kept else kept
        self.is_proposal = asked is not None or not kept

    def get_breadcrumbs(self) -> Any:
        return self.plan_crumbs(self.round)

    def get_form(self, data: Any = None, files: Any = None) -> QuotaGrid:
        return QuotaGrid(data, grid=self.grid, proposed=self.proposed)

    def extra_context(self) -> dict[str, Any]:
        lowest = self.round.division.level if self.round.division else Division.Level.COUNTY
        return {
            "round": self.round,
            "grid": self.grid,
            "total": self.total,
            "is_proposal": self.is_proposal,
            "without": len(self.grid.types) - len({key[0] for key, count in self.proposed.items() if count}),
            "level": self.level,
            "levels": [choice for choice in Division.Level.choices if choice[0] >= lowest],
        }

    def act(self, form: QuotaGrid) -> str:
        actions.set_quotas(self.actor, round_id=self.round.pk, quotas=form.quotas())
        return reverse("fieldwork:plan", args=[self.round.pk])


class TeamEdit(PlanPages, FormPage):
    """Make a team, or change one."""

    required_verb = "fieldwork.edit_round"
    team: RoundTeam | None = None

    def prepare(self) -> None:
        self.round = self.find_round("fieldwork.edit_round")
        self.title = _("A team")
        if "team" in self.kwargs:
            teams = access.scoped(self.actor, "fieldwork.edit_round", self.round.teams.all())
            self.team = access.fetch(self.actor, "fieldwork.edit_round", teams, pk=self.kwargs["team"])
            self.title = self.team.name

    def get_breadcrumbs(self) -> Any:
        return self.plan_crumbs(self.round)

    def get_form(self, data: Any = None, files: Any = None) -> TeamForm:
        return TeamForm(data, actor=self.actor, round=self.round, team=self.team)

    def act(self, form: TeamForm) -> str:
        actions.save_team(self.actor, round_id=self.round.pk, team_id=self.team.pk if self.team else None, **form.cleaned_data)
        return reverse("fieldwork:plan", args=[self.round.pk])


class TeamRemove(ActionButton):
    required_verb = "fieldwork.edit_round"
    done = gettext_lazy("The team was taken out of the round.")

    def act(self, request: HttpRequest, pk: int, team: int) -> str:
        actions.remove_team(self.actor, round_id=pk, team_id=team)
        return reverse("fieldwork:plan", args=[pk])


class DrawSites(PlanPages, FormPage):
    """The seed, below what is drawn from: weights and chances, not the outcome, so that nobody tries seeds until one pleases."""

    required_verb = "fieldwork.draw"
    title = gettext_lazy("Draw the sites")
    template_name = "fieldwork/draw.html"
    submit = gettext_lazy("Draw")
    wide = True
    done = ""

    def prepare(self) -> None:
        self.round = self.find_round("fieldwork.draw")
        self.again = self.round.draws.filter(procedure=drawing.DRAW).exists()
        self.inputs = framing.frame(self.round, list(self.round.quotas.select_related("site_type", "area")))
        self.key = drawing.frame_key(self.inputs)

    def get_breadcrumbs(self) -> Any:
        return self.plan_crumbs(self.round)

    def get_form(self, data: Any = None, files: Any = None) -> DrawForm:
        return DrawForm(data, again=self.again, key=self.key)

    def extra_context(self) -> dict[str, Any]:
        shown = drawing.draw(self.inputs, "")
        names = {(quota["type"], quota["area"]): (quota["type_name"], quota["area_name"]) for quota in self.inputs["quotas"]}
        chances = [one for one in planning_queries.weighed(self.inputs, shown) if one.weight]
        every = sorted(chances, key=lambda one: (-one.chance, one.site["code"]))
        strata = [(*names[line["type"], line["area"]], line) for line in shown["strata"]]
        return {
            "round": self.round,
            "key": self.key,
            "again": self.again,
            "strata": strata,
            "rows": every[:MOST_SHOWN],
            "more": max(0, len(every) - MOST_SHOWN),
            "wanted": sum(line["asked"] for line in shown["strata"]),
            "frame_size": len(self.inputs["sites"]),
            "short": sum(line["short"] for line in shown["strata"]),
            "capped": sum(line["capped"] for line in shown["strata"]),
            "cap": self.inputs["cap"],
        }

    def act(self, form: DrawForm) -> str:
        data = form.cleaned_data
        made = actions.draw_sites(
            self.actor,
            round_id=self.round.pk,
            seed=data["seed"],
            reason=data.get("reason", ""),
            frame_key=data.get("frame", ""),
        )
        count = len(made.result["drawn"])
        messages.success(
            self.request, ngettext("%(count)d site was drawn.", "%(count)d sites were drawn.", count) % {"count": count}
        )
        return reverse("fieldwork:draw", args=[made.pk])


class MergePlaces(ActionButton):
    """Join places of this round with those of others in the same days."""

    required_verb = "fieldwork.edit_round"

    def act(self, request: HttpRequest, pk: int) -> str:
        joined = actions.merge_places(self.actor, round_id=pk)
        self.done = ngettext(
            "%(count)d place shares its visit with another round now.",
            "%(count)d places share their visit with another round now.",
            joined,
        ) % {"count": joined}
        return reverse("fieldwork:plan", args=[pk])


class FieldSettingsEdit(FormPage):
    """What holds for all rounds."""

    required_verb = "fieldwork.edit_settings"
    title = gettext_lazy("Inspection cap and risk weights")
    explanation = gettext_lazy(
        "A site's chance of being drawn grows with its weight: the base, and points for what is known of it. Draws that were made keep the "
        "points they were made with."
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("fieldwork:rounds"))]

    def get_form(self, data: Any = None, files: Any = None) -> SettingsForm:
        return SettingsForm(data, settings=framing.settings())

    def act(self, form: SettingsForm) -> str:
        actions.save_settings(self.actor, **form.facts())
        return reverse("fieldwork:field-settings")
