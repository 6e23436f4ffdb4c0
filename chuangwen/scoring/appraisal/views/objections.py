"""Objections to results: the unit raises them, the office answers with the record."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, files
from chuangwen.kernel.errors import Missing
from chuangwen.scoring.appraisal import actions, queries, words
from chuangwen.scoring.appraisal.forms import AnswerForm, ObjectionForm, uploaded
from chuangwen.scoring.appraisal.models import AppraisalObjection, AppraisalRow
from chuangwen.scoring.appraisal.uploads import kind_of
from chuangwen.scoring.appraisal.views.results import HOME as RESULTS
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import ChoiceFilter, Empty, ListColumn, ListPage, SavedView
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import AccessMixin, PageMixin

HOME = gettext_lazy("Objections to appraisals")


def cell_state(row: AppraisalObjection) -> Any:
    return badge(row.get_state_display(), words.OBJECTION_TONES[row.state])


class ObjectionList(ListPage):
    """Objections of the area or the own unit."""

    title = export_name = HOME
    required_verb = "scoring.see_own_appraisal"
    columns = [
        ListColumn("words", gettext_lazy("What the unit objects to"), phone="title", width=40),
        ListColumn("state", gettext_lazy("State"), cell_state, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("unit", gettext_lazy("Unit"), "unit.name"),
        ListColumn("appraisal", gettext_lazy("Result"), lambda row: str(row.appraisal)),
        ListColumn("raised_at", gettext_lazy("Raised"), kind="datetime", sort="raised_at", nowrap=True),
        ListColumn("due_at", gettext_lazy("Answer by"), kind="datetime", sort="due_at", nowrap=True),
    ]
    search_fields = ["words", "unit__name"]
    search_hint = gettext_lazy("Words or unit")
    default_sort = ("-raised_at", "-pk")
    saved_views = [SavedView(gettext_lazy("All")), SavedView(pgettext_lazy("appraisal objection", "Waiting"), "state=pending")]
    empty = Empty(gettext_lazy("No objections"), gettext_lazy("Units object on the page of their result."), icon="message-report")

    def get_filters(self) -> Any:
        return [ChoiceFilter(key="state", label=_("State"), choices=AppraisalObjection.State.choices)]

    def get_queryset(self) -> Any:
        return queries.objections(self.actor)

    def row_url(self, row: AppraisalObjection) -> str:
        return reverse("scoring:appraisal-objection", args=[row.pk])


class ObjectionNew(FormPage):
    """Object to the own unit's result."""

    required_verb = "scoring.object"
    title = gettext_lazy("Object")
    submit = gettext_lazy("Send the objection")
    done = gettext_lazy("The objection is sent; the office answers within three working days.")

    def prepare(self) -> None:
        rows = AppraisalRow.objects.select_related("appraisal__scheme", "unit")
        self.row = access.fetch(self.actor, "scoring.object", rows, pk=self.kwargs["pk"])
        self.row = queries.row_for(self.actor, self.row.pk)
        self.lead = f"{self.row.name} · {self.row.appraisal}"

    def get_breadcrumbs(self) -> Any:
        return [(self.row.name, reverse("scoring:appraisal-row", args=[self.row.pk]))]

    def get_form(self, data: Any = None, files: Any = None) -> ObjectionForm:
        return ObjectionForm(data, files, figures=self.row.figures, initial={"measure": self.request.GET.get("measure", "")})

    def act(self, form: ObjectionForm) -> str:
        given = form.cleaned_data
        objection = actions.object_to(
            self.actor, row_id=self.row.pk, words=given["words"], measure=given["measure"], **uploaded(form)
        )
        return reverse("scoring:appraisal-objection", args=[objection.pk])


class ObjectionPage(PageMixin, View):
    """An objection and its answer."""

    required_verb = "scoring.see_own_appraisal"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        objection = find(self.actor, pk)
        self.title = _("Objection of %(unit)s") % {"unit": objection.unit}
        self.lead = str(objection.appraisal)
        self.breadcrumbs = [(HOME, reverse("scoring:appraisal-objections"))]
        row = AppraisalRow.objects.filter(appraisal=objection.appraisal_id, unit=objection.unit_id).first()
        measure = next((one["name"] for one in (row.figures if row else []) if one["key"] == objection.measure), "")
        context = self.get_context_data(
            objection=objection,
            state=cell_state(objection),
            row=row,
            measure=measure,
            may_answer=objection.state == AppraisalObjection.State.PENDING
            and access.scoped(self.actor, "scoring.answer_objection", AppraisalObjection).filter(pk=pk).exists(),
        )
        return render(request, "scoring/appraisal/objection.html", context)


def find(actor: Any, pk: int) -> AppraisalObjection:
    rows = AppraisalObjection.objects.select_related("appraisal__scheme", "unit", "answered_by__person")
    return access.fetch(actor, "scoring.see_own_appraisal", rows, pk=pk)


class Answer(FormPage):
    """Answer with the record."""

    required_verb = "scoring.answer_objection"
    form_class = AnswerForm
    title = gettext_lazy("Answer the objection")
    submit = gettext_lazy("Reply to the objection")
    done = gettext_lazy("The objection is answered.")

    def prepare(self) -> None:
        rows = AppraisalObjection.objects.select_related("appraisal__scheme", "unit")
        self.objection = access.fetch(self.actor, "scoring.answer_objection", rows, pk=self.kwargs["pk"])
        self.lead = f"{self.objection.unit} · {self.objection.appraisal}"
        self.explanation = self.objection.words

    def get_breadcrumbs(self) -> Any:
        return [(RESULTS, reverse("scoring:appraisals")), (HOME, reverse("scoring:appraisal-objections"))]

    def act(self, form: AnswerForm) -> str:
        actions.answer_objection(self.actor, objection_id=self.objection.pk, **form.cleaned_data)
        return reverse("scoring:appraisal-objection", args=[self.objection.pk])


class ObjectionFile(AccessMixin, View):
    """What the unit sent with its objection."""

    required_verb = "scoring.see_own_appraisal"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        objection = find(self.actor, pk)
        return evidence(objection.file_key, objection.file_name)


def evidence(key: str, name: str) -> HttpResponseBase:
    """A kept file of evidence, to be saved and not shown inside the site. Raises Missing."""
    if not key:
        raise Missing(_("There is no file."))
    path = files.path_of(key)
    with path.open("rb") as source:
        kind = kind_of(source.read(16))
    media = kind[1] if kind else "application/octet-stream"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=media)
