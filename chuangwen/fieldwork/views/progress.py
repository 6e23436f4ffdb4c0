"""How a round goes, and how far two blind ratings of the same sites agree."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.fieldwork import actions, agreement, drawing, planning_queries, progress, rerating
from chuangwen.fieldwork.forms import RerateForm
from chuangwen.fieldwork.models import Round
from chuangwen.fieldwork.views.planning import PlanPages
from chuangwen.fieldwork.views.rounds import STATE_TONES
from chuangwen.kernel.sheets import Column, write_table
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import FormPage
from chuangwen.web.views import PageMixin

TABS = {"area": gettext_lazy("By area"), "team": gettext_lazy("By team"), "type": gettext_lazy("By site type")}
MOST_LEFT = 30
MOST_DIFFERENCES = 200
WHY = {
    agreement.NOTHING: gettext_lazy("no pair"),
    agreement.CONSTANT: gettext_lazy(
        "not defined: both teams gave one and the same result everywhere, chance alone would do that"
    ),
    agreement.NO_SPREAD: gettext_lazy("no interval: one of the teams gave the same result everywhere"),
}


class RoundProgress(PlanPages, PageMixin, View):
    """Places done by area, team and type, what is left today, first results with their uncertainty, what was skipped and why."""

    required_verb = "fieldwork.see_rounds"
    title = gettext_lazy("Progress")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        self.breadcrumbs = self.round_crumbs(round)
        found = progress.of_round(self.actor, round)
        by = request.GET.get("by", "area")
        by = by if by in TABS else "area"
        context = self.get_context_data(
            round=round,
            tone=STATE_TONES[round.state],
            progress=found,
            lines={"area": found.areas, "team": found.teams, "type": found.types}[by],
            by=by,
            by_label=TABS[by],
            tabs=[{"label": label, "url": f"?by={key}#lines", "active": key == by} for key, label in TABS.items()],
            waiting=progress.left_today(round, planning_queries.places(self.actor, round))[:MOST_LEFT],
            may_rerate=round.state == Round.State.RUNNING
            and found.whole.done
            and not found.reratings.places
            and round.rerate_share
            and self.actor.may("fieldwork.draw"),
            sees_agreement=self.actor.may("fieldwork.see_agreement") and found.reratings.places,
        )
        return render(request, "fieldwork/progress.html", context)


class DrawReratings(PlanPages, FormPage):
    """Draw the visited places that another team rates again."""

    required_verb = "fieldwork.draw"
    title = gettext_lazy("Draw the places that are rated again")
    submit = gettext_lazy("Draw")
    done = gettext_lazy("Drawn. The second teams see nothing of the first results until the round is closed.")

    def prepare(self) -> None:
        self.round = self.find_round("fieldwork.draw")
        share = f"{self.round.rerate_share.normalize() * 100:f}"
        self.explanation = _(
            "%(share)s %% of the visited places, rounded up, are rated again by another team of which nobody was there. Best done when the "
            "round is almost over: places visited later are not drawn."
        ) % {"share": share}

    def get_breadcrumbs(self) -> Any:
        return [*self.round_crumbs(self.round), (_("Progress"), reverse("fieldwork:progress", args=[self.round.pk]))]

    form_class = RerateForm

    def act(self, form: RerateForm) -> str:
        actions.draw_reratings(self.actor, round_id=self.round.pk, seed=form.cleaned_data["seed"])
        return reverse("fieldwork:progress", args=[self.round.pk])


class AgreementPage(PlanPages, PageMixin, View):
    """Cohen's kappa by criterion, and where the two teams differ. ``?format=xlsx`` gives it as a sheet."""

    required_verb = "fieldwork.see_agreement"
    title = gettext_lazy("Agreement of the ratings")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round("fieldwork.see_agreement")
        self.breadcrumbs = [
            *self.round_crumbs(round),
            (_("Progress"), reverse("fieldwork:progress", args=[round.pk])),
        ]
        found = rerating.report(self.actor, round)
        if request.GET.get("format") == "xlsx":
            return download(sheet(found), f"{round.name} {_('Agreement of the ratings')}.xlsx")
        context = self.get_context_data(
            round=round,
            report=found,
            lines=[
                (line, WHY.get(line.found.why, ""), _rounded(line.found.raw), _rounded(line.found.kappa)) for line in found.lines
            ],
            differences=found.differences[:MOST_DIFFERENCES],
            more=max(0, len(found.differences) - MOST_DIFFERENCES),
            draws=round.draws.filter(procedure=drawing.RERATE).defer("inputs", "result"),
        )
        return render(request, "fieldwork/agreement.html", context)


def sheet(found: rerating.Report) -> bytes:
    """The agreement by criterion as a workbook."""
    columns = [
        Column("indicator", _("Indicator"), width=20),
        Column("criterion", _("Criterion"), width=60),
        Column("n", _("Pairs"), kind="int"),
        Column("agreed", _("The same"), kind="int"),
        Column("raw", _("Raw agreement"), kind="decimal", places=4),
        Column("kappa", _("Cohen's kappa"), kind="decimal", places=4),
        Column("low", _("Interval from"), kind="decimal", places=4),
        Column("high", _("to"), kind="decimal", places=4),
        Column("why", _("Remark"), width=40),
    ]
    rows = []
    for line in found.lines:
        told = line.found
        rows.append(
            {
                "indicator": line.criterion.requirement.indicator.name,
                "criterion": line.criterion.text,
                "n": told.n,
                "agreed": told.agreed,
                "raw": _rounded(told.raw),
                "kappa": _rounded(told.kappa),
                "low": _rounded(told.low),
                "high": _rounded(told.high),
                "why": str(WHY.get(told.why, "")),
            }
        )
    return write_table(columns, rows)


def _rounded(value: Any) -> float | None:
    return None if value is None else round(float(value), 4)
