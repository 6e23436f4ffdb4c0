"""What follows from appraisals by repetition: proposed by the scheme, decided by a leader."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.scoring.appraisal import actions, queries, words
from chuangwen.scoring.appraisal.actions.deciding import usual_last_day
from chuangwen.scoring.appraisal.forms import DecideForm
from chuangwen.scoring.appraisal.models import Consequence
from chuangwen.scoring.appraisal.views.results import HOME as RESULTS
from chuangwen.web import panels
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import ChoiceFilter, Empty, ListColumn, ListPage
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("What follows")
PAGE = "scoring.consequence"
"""The name under which rooms to the right register their panels on the page of what follows; the subject is the Consequence."""


class ConsequenceList(ListPage):
    """Talks, notices and titles in question; one waits for a decision until a leader confirms or drops it."""

    title = export_name = HOME
    lead = gettext_lazy("Proposed when a result is published; nothing happens until a leader confirms it.")
    required_verb = "scoring.see_appraisals"
    columns = [
        ListColumn("unit", gettext_lazy("Unit"), "unit.name", phone="title", sort=("unit__name", "-pk")),
        ListColumn(
            "state",
            gettext_lazy("State"),
            lambda row: badge(row.get_state_display(), words.CONSEQUENCE_TONES[row.state]),
            export="get_state_display",
            phone="badge",
            nowrap=True,
        ),
        ListColumn("kind", pgettext_lazy("appraisal", "Step"), "get_kind_display", nowrap=True),
        ListColumn("words", gettext_lazy("Explanation")),
        ListColumn("grounds", gettext_lazy("Grounds"), width=40),
        ListColumn("appraisal", gettext_lazy("Result"), lambda row: str(row.appraisal), phone="hidden"),
        ListColumn("until", gettext_lazy("Last day"), kind="date", sort="until", nowrap=True, phone="hidden"),
        ListColumn("decided_at", gettext_lazy("Decided"), kind="date", sort="decided_at", nowrap=True, phone="hidden"),
    ]
    search_fields = ["unit__name"]
    search_hint = gettext_lazy("Unit")
    default_sort = ("-appraisal__starts_on", "-pk")
    empty = Empty(
        gettext_lazy("Nothing follows yet"),
        gettext_lazy("Repeated places on a list lead here when a result is published."),
        icon="gavel",
    )

    def get_filters(self) -> Any:
        return [
            ChoiceFilter(key="state", label=_("State"), choices=Consequence.State.choices),
            ChoiceFilter(key="kind", label=pgettext("appraisal", "Step"), choices=Consequence.Kind.choices),
        ]

    def get_breadcrumbs(self) -> Any:
        return [(RESULTS, reverse("scoring:appraisals"))]

    def get_queryset(self) -> Any:
        return queries.consequences(self.actor)

    def row_url(self, row: Consequence) -> str | None:
        if row.state == Consequence.State.PROPOSED and self.actor.may("scoring.decide_consequence"):
            return reverse("scoring:appraisal-decide", args=[row.pk])
        return reverse("scoring:appraisal-consequence", args=[row.pk])


class ConsequencePage(PageMixin, View):
    """One of them: its grounds, how it was decided, until when it stands, and what other rooms made of it (its paper)."""

    required_verb = "scoring.see_appraisals"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = access.fetch(self.actor, "scoring.see_appraisals", queries.consequences(self.actor), pk=pk)
        self.title, self.lead = f"{found.unit}：{found.get_kind_display()}", str(found.appraisal)
        self.breadcrumbs = [(RESULTS, reverse("scoring:appraisals")), (HOME, reverse("scoring:appraisal-consequences"))]
        context = self.get_context_data(
            found=found,
            tone=words.CONSEQUENCE_TONES[Consequence.State(found.state)],
            may_decide=found.state == Consequence.State.PROPOSED and self.actor.may("scoring.decide_consequence"),
            panels=panels.shown(request, PAGE, found),
        )
        return render(request, "scoring/appraisal/consequence.html", context)


class Decide(FormPage):
    """Confirm or drop one step."""

    required_verb = "scoring.decide_consequence"
    form_class = DecideForm
    submit = pgettext_lazy("appraisal", "Decide")
    done = gettext_lazy("Decided.")

    def prepare(self) -> None:
        rows = Consequence.objects.select_related("appraisal__scheme", "unit")
        self.found = access.fetch(self.actor, "scoring.decide_consequence", rows, pk=self.kwargs["pk"])
        self.title = f"{self.found.unit}：{self.found.get_kind_display()}"
        self.lead = str(self.found.appraisal)
        self.explanation = f"{self.found.words}（{self.found.grounds}）"

    def get_breadcrumbs(self) -> Any:
        return [(RESULTS, reverse("scoring:appraisals")), (HOME, reverse("scoring:appraisal-consequences"))]

    def get_form(self, data: Any = None, files: Any = None) -> DecideForm:
        return DecideForm(data, usual=usual_last_day(self.found.kind))

    def act(self, form: DecideForm) -> str:
        actions.decide_consequence(self.actor, consequence_id=self.found.pk, **form.cleaned_data)
        return reverse("scoring:appraisal-consequences")
