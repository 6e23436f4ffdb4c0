"""What concerns a whole county: its chain made at once, its published figures, the building standard."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.places.models import Division
from chuangwen.standards.models import Edition
from chuangwen.volunteers.centres import actions, published, queries, rules
from chuangwen.volunteers.centres.access import PLAN, SEE
from chuangwen.volunteers.centres.actions.chain import plan_chain
from chuangwen.volunteers.centres.actions.standard import has_standard, takes_standard
from chuangwen.volunteers.centres.forms import ChainForm, FigureForm, StandardForm
from chuangwen.volunteers.centres.models import Centre, CentreFigure
from chuangwen.volunteers.centres.standard import ITEMS
from chuangwen.volunteers.centres.views.lists import HOME
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import PageMixin

SHOWN = 40


class Chain(FormPage):
    """First what would be made is shown; with the second button it is made."""

    required_verb = PLAN
    template_name = "volunteers/centres/chain.html"
    title = gettext_lazy("Make the chain of practice centres")
    explanation = gettext_lazy(
        "A centre for the county, an office for each town, a station for each village of the public list that is loaded. "
        "First look, then make; what stands already stays as it is."
    )
    submit = gettext_lazy("Look first")
    done = ""

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres"))]

    def get_form(self, data: Any = None, files: Any = None) -> ChainForm:
        return ChainForm(data, actor=self.actor)

    def act(self, form: ChainForm) -> Any:
        division, unit = form.cleaned_data["division"], form.cleaned_data["unit"]
        if "make" in self.request.POST:
            actions.make_chain(self.actor, division=division, unit=unit)
            return reverse("volunteers:centre-tree")
        plan = plan_chain(division, unit)
        kinds = [(Centre.Kind(kind).label, sum(link.kind == kind for link in plan.links), sum(link.kind == kind for link in plan.new))
                 for kind in rules.CHAIN]  # fmt: skip
        sample = [(link, Centre.Kind(link.kind).label) for link in plan.new[:SHOWN]]
        context = self.get_context_data(
            form=form, plan=plan, kinds=kinds, sample=sample, more=max(0, len(plan.new) - SHOWN), submit=self.submit, tone="secondary",
            explanation=self.explanation, cancel_url=self.get_cancel_url(), given={"division": self.request.POST.get("division", ""),
                                                                                  "unit": self.request.POST.get("unit", "")},
        )  # fmt: skip
        return render(self.request, self.template_name, context)


class Figures(PageMixin, View):
    """What papers published of counties, beside what this program counts itself."""

    required_verb = SEE
    title = gettext_lazy("Published figures")
    http_method_names = ["get", "head", "options"]

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        blocks = []
        for division, group in groupby(queries.figures(self.actor)[:400], key=lambda row: row.division):
            rows = list(group)
            own = queries.counted(division, {row.counted for row in rows if row.counted}) if len(blocks) < 4 else {}
            blocks.append((division, [(row, own.get(row.counted)) for row in rows]))
        may = self.actor.may(PLAN)
        shipped = [
            row
            for row in access.scoped(self.actor, PLAN, Division).filter(code__in=[f"{code}000000" for code in published.FIGURES])
            if may
        ]
        known = {division.pk for division, rows in blocks if any(row.source == published.SOURCE for row, _own in rows)}
        context = self.get_context_data(blocks=blocks, may=may, shipped=[row for row in shipped if row.pk not in known], source=published.SOURCE)
        return render(request, "volunteers/centres/figures.html", context)


class FigureNew(FormPage):
    required_verb = PLAN
    title = gettext_lazy("Enter a published figure")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres")), (Figures.title, reverse("volunteers:centre-figures"))]

    def get_form(self, data: Any = None, files: Any = None) -> FigureForm:
        return FigureForm(data, actor=self.actor)

    def act(self, form: FigureForm) -> str:
        actions.save_figure(self.actor, **form.cleaned_data)
        return reverse("volunteers:centre-figures")


class FiguresShipped(ActionButton):
    required_verb = PLAN

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        division = Division.objects.filter(pk=kwargs["pk"]).first()
        if division is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        actions.enter_published(self.actor, division=division)
        return reverse("volunteers:centre-figures")


class FigureRemove(ActionButton):
    required_verb = PLAN
    done = gettext_lazy("Taken out.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        access.fetch(self.actor, PLAN, CentreFigure, pk=kwargs["pk"])
        actions.remove_figure(self.actor, figure_id=kwargs["pk"])
        return reverse("volunteers:centre-figures")


class Standard(FormPage):
    """The building standard, and the editions into which it may be put."""

    required_verb = "standards.edit"
    template_name = "volunteers/centres/standard.html"
    title = gettext_lazy("Building standard of practice centres")
    submit = gettext_lazy("Put it into the edition")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres"))]

    def get_form(self, data: Any = None, files: Any = None) -> StandardForm:
        fit = [row.pk for row in Edition.objects.exclude(state=Edition.State.ARCHIVED) if takes_standard(row) and not has_standard(row)]
        return StandardForm(data, editions=Edition.objects.filter(pk__in=fit))

    def extra_context(self) -> dict[str, Any]:
        with_it = [row for row in Edition.objects.exclude(state=Edition.State.ARCHIVED) if has_standard(row)]
        parts = [(part, list(group)) for part, group in groupby(ITEMS, key=lambda item: item.part)]
        return {"parts": parts, "with_it": with_it}

    def act(self, form: StandardForm) -> str:
        actions.bring_standard(self.actor, edition_id=form.cleaned_data["edition"].pk)
        return reverse("volunteers:centre-standard")
