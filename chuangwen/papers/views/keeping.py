"""What an office keeps for its papers: its names and seal, templates, schedules; the certificates that anybody may verify; jobs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, files, jobs
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.importing import carry
from chuangwen.kernel.models import Job
from chuangwen.papers import actions, making, queries, templating
from chuangwen.papers.forms import OfficeForm, ScheduleForm, SealForm, TemplateForm, VersionForm
from chuangwen.papers.models import Paper, PaperSchedule, PaperTemplate, TemplateVersion
from chuangwen.papers.views.papers import crumbs
from chuangwen.web.downloads import DOCUMENT, download
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import BooleanFilter, ChoiceFilter, Empty, ListColumn, ListPage, PageAction
from chuangwen.web.views import AccessMixin, PageMixin

ZIP = "application/zip"


# -- the office -------------------------------------------------------------------------------------------------------


class OfficePage(FormPage):
    required_verb = "papers.edit_office"
    title = gettext_lazy("Issuing office")
    template_name = "papers/office.html"
    form_class = OfficeForm

    def prepare(self) -> None:
        self.division = actions.area_of(self.actor, "papers.edit_office")
        self.office = making.office_for(self.division)

    def get_breadcrumbs(self) -> list[Any]:
        return crumbs()

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {name: getattr(self.office, name) for name in ("organ", "red_head", "code", "print_organ", "copies")}}

    def extra_context(self) -> dict[str, Any]:
        return {"office": self.office}

    def act(self, form: OfficeForm) -> str:
        actions.set_office(self.actor, division=self.division, **form.cleaned_data)
        return reverse("papers:office")


class SealPage(FormPage):
    required_verb = "papers.edit_office"
    title = pgettext_lazy("paper", "Seal of the office")
    form_class = SealForm
    submit = pgettext_lazy("paper", "Keep the seal")
    done = pgettext_lazy("paper", "The seal is kept; papers that are signed from now on carry it.")

    def get_breadcrumbs(self) -> list[Any]:
        return [*crumbs(), (_("Issuing office"), reverse("papers:office"))]

    def act(self, form: SealForm) -> str:
        division = actions.area_of(self.actor, "papers.edit_office")
        actions.set_seal(self.actor, division=division, picture=form.cleaned_data["seal"].read())
        return reverse("papers:office")


class SealRemove(ActionButton):
    required_verb = "papers.edit_office"
    done = pgettext_lazy("paper", "The seal is taken off.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.remove_seal(self.actor, division=actions.area_of(self.actor, "papers.edit_office"))
        return reverse("papers:office")


class SealPicture(AccessMixin, View):
    """The seal as it is set into papers, for those who keep it."""

    required_verb = "papers.edit_office"

    def get(self, request: HttpRequest) -> HttpResponse:
        office = making.office_for(actions.area_of(self.actor, "papers.edit_office"))
        if not office.seal_key:
            raise Missing(_("There is no seal."))
        return HttpResponse(files.read(office.seal_key), content_type="image/png")


# -- templates --------------------------------------------------------------------------------------------------------


class TemplateList(ListPage):
    title = pgettext_lazy("paper", "Templates")
    required_verb = "papers.edit_templates"
    columns = [
        ListColumn("name", pgettext_lazy("paper", "Name"), phone="title", width=32),
        ListColumn("kind", gettext_lazy("Kind of paper"), lambda t: Paper.Kind(t.kind).label, sort="kind"),
        ListColumn(
            "division",
            pgettext_lazy("paper", "Whose"),
            lambda t: t.division.name if t.division else pgettext("paper", "shipped with the program"),
        ),
        ListColumn("active", pgettext_lazy("paper", "Offered"), "active"),
    ]
    filters = [
        ChoiceFilter(key="kind", label=gettext_lazy("Kind of paper"), choices=Paper.Kind.choices),
        BooleanFilter(key="active", label=pgettext_lazy("paper", "Offered")),
    ]
    search_fields = ["name"]
    default_sort = "kind"
    export_name = pgettext_lazy("paper", "Templates")
    empty = Empty(
        pgettext_lazy("paper", "No templates yet"),
        pgettext_lazy("paper", "A template is a Word file with fields; papers may be laid out by it instead of by the program."),
        icon="template",
    )

    def get_queryset(self) -> Any:
        return queries.templates(self.actor).select_related("division")

    def row_url(self, row: PaperTemplate) -> str:
        return reverse("papers:template", args=[row.pk])

    def get_page_actions(self) -> list[PageAction]:
        return [
            PageAction(pgettext("paper", "Fields"), reverse("papers:fields", args=["bulletin"]), "list-details"),
            PageAction(pgettext("paper", "Upload a template"), reverse("papers:template-new"), "file-upload", primary=True),
        ]


def template_crumbs(template: PaperTemplate | None = None) -> list[Any]:
    found = [*crumbs(), (pgettext("paper", "Templates"), reverse("papers:templates"))]
    if template is not None:
        found.append((template.name, reverse("papers:template", args=[template.pk])))
    return found


class TemplateNew(FormPage):
    title = pgettext_lazy("paper", "Upload a template")
    required_verb = "papers.edit_templates"
    form_class = TemplateForm
    submit = pgettext_lazy("paper", "Look it through and keep it")
    done = pgettext_lazy("paper", "The template is kept and offered.")
    explanation = pgettext_lazy(
        "paper",
        "Take a shipped template as a start, change it in Word and upload it. The list of fields says what it may use.",
    )

    def get_breadcrumbs(self) -> list[Any]:
        return template_crumbs()

    def act(self, form: TemplateForm) -> str:
        data, file = form.cleaned_data, form.cleaned_data["file"]
        template = actions.add_template(
            self.actor,
            kind=data["kind"],
            name=data["name"],
            content=file.read(),
            file_name=file.name,
            division=actions.area_of(self.actor, "papers.edit_templates"),
            note=data["note"],
        )
        return reverse("papers:template", args=[template.pk])


class TemplatePage(PageMixin, View):
    """A template: its versions, what it may use, how it looks with a real paper."""

    required_verb = "papers.edit_templates"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = queries.template(self.actor, pk)
        self.title, self.breadcrumbs = template.name, template_crumbs()
        context = self.get_context_data(
            template_row=template,
            kind_label=Paper.Kind(template.kind).label,
            versions=list(template.versions.select_related("uploaded_by__person")),
            own=template.division_id is not None,
            has_sample=queries.readable(self.actor).filter(kind=template.kind).exists(),
        )
        return render(request, "papers/template.html", context)


class TemplateVersionNew(FormPage):
    required_verb = "papers.edit_templates"
    title = pgettext_lazy("paper", "Upload a new version")
    form_class = VersionForm
    submit = pgettext_lazy("paper", "Look it through and keep it")
    done = pgettext_lazy("paper", "The new version is kept.")

    def prepare(self) -> None:
        self.template = access.fetch(self.actor, "papers.edit_templates", PaperTemplate, pk=self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Any]:
        return template_crumbs(self.template)

    def act(self, form: VersionForm) -> str:
        file = form.cleaned_data["file"]
        actions.add_version(
            self.actor, template_id=self.template.pk, content=file.read(), file_name=file.name, note=form.cleaned_data["note"]
        )
        return reverse("papers:template", args=[self.template.pk])


class TemplateRetire(ActionButton):
    required_verb = "papers.edit_templates"

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.retire_template(self.actor, template_id=kwargs["pk"], active=request.POST.get("active") == "1")
        return reverse("papers:template", args=[kwargs["pk"]])


class TemplateFile(AccessMixin, View):
    """A version of a template as the Word file that it is."""

    required_verb = "papers.edit_templates"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        seen = queries.templates(self.actor).order_by().values("pk")
        version = TemplateVersion.objects.filter(pk=pk, template__in=seen).first()
        if version is None:
            raise Missing(_("There is no such file."))
        return download(files.read(version.file_key), version.file_name, DOCUMENT)


class TemplatePreview(AccessMixin, View):
    """The template filled in with the newest paper of its kind, as PDF."""

    required_verb = "papers.edit_templates"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return download(actions.preview_template(self.actor, template_id=pk), "预览.docx", DOCUMENT)


class FieldsPage(PageMixin, View):
    """The fields that templates of a kind may use, each with an example."""

    required_verb = "papers.edit_templates"

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        described = making.kind_of(kind)
        self.title = pgettext("paper", "Fields of templates: %(kind)s") % {"kind": described.kind.label}
        self.breadcrumbs = template_crumbs()
        rows = [
            {
                "name": f"{{{{ {field.name} }}}}" if not isinstance(field.sample, list) else _repeated(field),
                "label": field.label,
                "sample": _example(field.sample),
            }
            for field in templating.fields_of(kind)
        ]
        return render(request, "papers/fields.html", self.get_context_data(rows=rows, kinds=Paper.Kind.choices, kind=kind))


def _repeated(field: Any) -> str:
    """How a list is written in a template."""
    entry = field.sample[0] if field.sample else ""
    inside = "{{ one }}" if not isinstance(entry, dict) else " ".join(f"{{{{ one.{key} }}}}" for key in entry)
    return f"{{%p for one in {field.name} %}} {inside} {{%p endfor %}}"


def _example(sample: Any) -> str:
    if isinstance(sample, list):
        first = sample[0] if sample else ""
        return "；".join(f"{key}：{value}" for key, value in first.items() if value) if isinstance(first, dict) else str(first)
    return str(sample)


# -- schedules --------------------------------------------------------------------------------------------------------


class ScheduleList(ListPage):
    title = pgettext_lazy("paper", "Drafted by themselves")
    required_verb = "papers.edit_schedules"
    columns = [
        ListColumn("name", pgettext_lazy("paper", "Name"), phone="title", width=32),
        ListColumn("kind", gettext_lazy("Kind of paper"), "get_kind_display", phone="badge"),
        ListColumn("when", pgettext_lazy("paper schedule", "When"), lambda s: when_of(s), width=32),
        ListColumn("unit", gettext_lazy("Unit"), "unit.name"),
        ListColumn("active", pgettext_lazy("paper schedule", "In use"), "active"),
    ]
    search_fields = ["name"]
    default_sort = "name"
    export_name = pgettext_lazy("paper", "Drafted by themselves")
    empty = Empty(
        pgettext_lazy("paper", "Nothing is drafted by itself yet"),
        pgettext_lazy(
            "paper",
            "For example the bulletin of last week each Monday at 8:00: it is drafted by itself and waits for the signature.",
        ),
        icon="calendar-time",
    )

    def get_queryset(self) -> Any:
        return queries.schedules(self.actor)

    def row_url(self, row: PaperSchedule) -> str:
        return reverse("papers:schedule", args=[row.pk])

    def get_page_actions(self) -> list[PageAction]:
        return [PageAction(pgettext("paper", "New schedule"), reverse("papers:schedule-new"), "plus", primary=True)]


WEEKDAYS = (
    pgettext_lazy("paper schedule", "Monday"),
    pgettext_lazy("paper schedule", "Tuesday"),
    pgettext_lazy("paper schedule", "Wednesday"),
    pgettext_lazy("paper schedule", "Thursday"),
    pgettext_lazy("paper schedule", "Friday"),
    pgettext_lazy("paper schedule", "Saturday"),
    pgettext_lazy("paper schedule", "Sunday"),
)


def when_of(schedule: PaperSchedule) -> str:
    """When it is drafted, in words."""
    at = f"{schedule.at:%H:%M}"
    if schedule.every == PaperSchedule.Every.WEEK:
        return pgettext("paper schedule", "every %(day)s at %(time)s, of the week before") % {
            "day": WEEKDAYS[(schedule.day - 1) % 7],
            "time": at,
        }
    return pgettext("paper schedule", "day %(day)d of every %(every)s at %(time)s, of the %(every)s before") % {
        "day": schedule.day, "every": schedule.get_every_display(), "time": at,
    }  # fmt: skip


class ScheduleEdit(FormPage):
    required_verb = "papers.edit_schedules"
    title = pgettext_lazy("paper", "New schedule")
    template_name = "papers/schedule.html"
    form_class = ScheduleForm
    row: PaperSchedule | None = None

    def prepare(self) -> None:
        if "pk" in self.kwargs:
            self.row = access.fetch(self.actor, "papers.edit_schedules", PaperSchedule, pk=self.kwargs["pk"])
            self.title = self.row.name

    def get_breadcrumbs(self) -> list[Any]:
        return [*crumbs(), (pgettext("paper", "Drafted by themselves"), reverse("papers:schedules"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "row": self.row}

    def extra_context(self) -> dict[str, Any]:
        return {"row": self.row, "drafts": list(self.row.drafts.select_related("paper")[:12]) if self.row else []}

    def act(self, form: ScheduleForm) -> str:
        division = actions.area_of(self.actor, "papers.edit_schedules")
        actions.save_schedule(
            self.actor, schedule_id=self.row.pk if self.row else None, division=division, facts=form.cleaned_data
        )
        return reverse("papers:schedules")


class ScheduleRemove(ActionButton):
    required_verb = "papers.edit_schedules"
    done = pgettext_lazy("paper", "The schedule is removed; what it drafted stays.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.remove_schedule(self.actor, schedule_id=kwargs["pk"])
        return reverse("papers:schedules")


# -- certificates -----------------------------------------------------------------------------------------------------


class Certificates(PageMixin, View):
    """Whether a certificate is genuine: for anybody who has its code."""

    public = True
    title = pgettext_lazy("paper", "Verify a certificate")

    def get(self, request: HttpRequest) -> HttpResponse:
        code = request.GET.get("code", "")[:40]
        found = queries.certificate(code) if code else None
        return render(
            request,
            "papers/certificate.html",
            self.get_context_data(code=code, found=found, honour=(found.content.get("honour") or "文明单位") if found else ""),
        )


# -- many at once -----------------------------------------------------------------------------------------------------


class DispatchSheets(ActionButton):
    """Dispatch sheets for all units of a round, as a job."""

    required_verb = "papers.draft"

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        round = access.fetch(self.actor, "fieldwork.see_rounds", Round, pk=kwargs["pk"])
        result = f"{reverse('papers:list')}?round={round.pk}&kind={Paper.Kind.DISPATCH_SHEET}"
        job = jobs.start(
            self.actor,
            "papers.dispatch_sheets",
            {"round": round.pk, "actor": carry(self.actor)},
            title=_("Dispatch sheets of %(round)s") % {"round": round.name},
            result_url=result,
        )
        return reverse("papers:job", args=[job.pk])


class JobPage(PageMixin, View):
    """A job of papers while it runs, and what came of it."""

    required_verb = "papers.draft"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = access.fetch(self.actor, "kernel.see_jobs", Job, pk=pk)
        self.title = str(job)
        self.breadcrumbs = crumbs()
        return render(request, "papers/job.html", self.get_context_data(job=job))


class JobFile(AccessMixin, View):
    """The dispatch sheets of a job, all in one ZIP."""

    required_verb = "papers.draft"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = access.fetch(self.actor, "kernel.see_jobs", Job, pk=pk, kind="papers.dispatch_sheets")
        key = (job.result or {}).get("file")
        if not key:
            raise Missing(_("There is no such file."))
        return download(files.read(key), f"{job.title}.zip", ZIP)
