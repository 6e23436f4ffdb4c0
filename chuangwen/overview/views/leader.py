"""The leader's page, and the target that it measures against."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import clock
from chuangwen.overview import actions, queries
from chuangwen.overview.access import LEAD, SET_TARGET
from chuangwen.places import queries as places
from chuangwen.web.form_pages import FormPage
from chuangwen.web.forms import Form, offer
from chuangwen.web.views import PageMixin


class LeaderPage(PageMixin, View):
    """One look: where we stand, what changed, what is late and with whom, what waits for a signature. Prints on one page."""

    title = _("Leader's page")
    required_verb = LEAD

    def get(self, request: HttpRequest) -> HttpResponse:
        shown = queries.leader(self.actor)
        context = self.get_context_data(shown=shown, stood=shown.standing, may_set=self.actor.may(SET_TARGET), now=clock.now())
        return render(request, "overview/leader.html", context)


class TargetForm(Form):
    division = forms.ModelChoiceField(label=pgettext_lazy("map", "Area"), queryset=None, empty_label=None)
    name = forms.CharField(label=_("What is to be reached"), max_length=60, help_text=_("The assessment that it is measured by."))
    percent = forms.DecimalField(label=_("Index to reach, %"), min_value=1, max_value=100, max_digits=5, decimal_places=2)
    due_on = forms.DateField(label=_("To be reached by"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, actor: Any, **more: Any):
        super().__init__(*args, **more)
        offer(self, "division", places.divisions(actor, SET_TARGET).filter(active=True, level__lte=4).order_by("path"))


class TargetEdit(FormPage):
    title = _("Target")
    required_verb = SET_TARGET
    explanation = _("The leader's page and the big screen measure the index against it.")

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(_("Leader's page"), reverse("leader"))]

    def prepare(self) -> None:
        self.known = queries.target_of(self.actor)

    def get_form(self, data: Any = None, files: Any = None) -> forms.BaseForm:
        known = self.known
        facts = {"name": known.name, "due_on": known.due_on, "division": known.division_id} if known else {}
        initial = facts | ({"percent": (known.rate * 100).normalize()} if known else {})
        return TargetForm(data, files, actor=self.actor, initial=initial)

    def act(self, form: Any) -> str:
        facts = form.cleaned_data
        actions.set_target(
            self.actor, division=facts["division"], name=facts["name"], rate=facts["percent"] / 100, due_on=facts["due_on"]
        )
        return reverse("leader")
