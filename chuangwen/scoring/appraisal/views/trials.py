"""Trying a scheme on a past period, and two schemes on the same records: who moves, and which measure moves them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel.errors import Refusal
from chuangwen.scoring.appraisal import queries
from chuangwen.scoring.appraisal.actions import compare_schemes, preview_appraisal
from chuangwen.scoring.appraisal.forms import PeriodForm, periods_of
from chuangwen.scoring.appraisal.models import AppraisalScheme
from chuangwen.scoring.appraisal.periods import PERIODS
from chuangwen.scoring.appraisal.views.schemes import SchemePages
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, refuse


class SchemeTrial(SchemePages, View):
    """What the scheme gives for a past period. Nothing is stored."""

    required_verb = "scoring.appraise"
    title = gettext_lazy("Trial")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        scheme = self.find_scheme()
        self.lead, self.breadcrumbs = str(scheme), self.scheme_crumbs(scheme)
        form = PeriodForm(request.GET or None, actor=self.actor, periods=periods_of(scheme))
        computed, span = None, None
        if form.is_bound and form.is_valid():
            span = form.span()
            try:
                computed = preview_appraisal(self.actor, body=scheme.body, division=form.cleaned_data["division"], span=span)
            except Refusal as refusal:
                if refusal.status not in CAN_BE_PUT_RIGHT:
                    raise
                refuse(form, refusal)
        context = self.get_context_data(scheme=scheme, form=form, computed=computed, span=span)
        return render(request, "scoring/appraisal/trial.html", context, status=422 if form.is_bound and form.errors else 200)


class CompareForm(PeriodForm):
    """Two versions, or two schemes, on one period."""

    def __init__(self, *args: Any, schemes: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, label in (("a", _("Before")), ("b", _("After"))):
            self.fields[name] = forms.ModelChoiceField(label=label, queryset=schemes, empty_label=None)
        self.order_fields(["a", "b", "division", "period", "day"])
        self.widths = self.widths | {"a": "col-md-6", "b": "col-md-6"}


class SchemeCompare(SchemePages, View):
    """Who moves and why."""

    required_verb = "scoring.appraise"
    title = gettext_lazy("Compare two schemes")

    def get(self, request: HttpRequest) -> HttpResponse:
        self.breadcrumbs = self.scheme_crumbs()
        schemes: Any = queries.schemes(self.actor).order_by("name", "-version")
        asked = "division" in request.GET
        data: Any = request.GET if asked else None
        initial = {} if asked else queries.two_to_compare(schemes) | request.GET.dict()
        form = CompareForm(data, actor=self.actor, periods=list(PERIODS), schemes=schemes, initial=initial)
        moves: list[queries.Move] | None = None
        both: tuple[AppraisalScheme, AppraisalScheme] | None = None
        if form.is_bound and form.is_valid():
            both = (form.cleaned_data["a"], form.cleaned_data["b"])
            try:
                found = compare_schemes(
                    self.actor, before=both[0].body, after=both[1].body, division=form.cleaned_data["division"], span=form.span()
                )
                moves = queries.moves(*found)
            except Refusal as refusal:
                if refusal.status not in CAN_BE_PUT_RIGHT:
                    raise
                refuse(form, refusal)
        context = self.get_context_data(form=form, moves=moves, both=both, moved=sum(1 for move in moves or () if move.moved))
        return render(request, "scoring/appraisal/compare.html", context, status=422 if form.is_bound and form.errors else 200)
