"""Bringing in sheets: the kinds, the upload, what will happen, what happened. One set of pages for every importer."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import View

from chuangwen.kernel import access, clock, files, importing, sheets
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.importing import IMPORTERS, Importer
from chuangwen.kernel.models import ImportRun
from chuangwen.web.downloads import download
from chuangwen.web.lists import ChoiceFilter, DateRangeFilter, Empty, ListColumn, ListPage, MultiChoiceFilter
from chuangwen.web.system import words
from chuangwen.web.system.forms import ImportForm, QuestionsForm
from chuangwen.web.system.guards import signed_in
from chuangwen.web.templatetags.web import url_if
from chuangwen.web.views import PageMixin, PartMixin, actor_of

VERB = "kernel.import"
LATEST = 6
SHOWN_PROBLEMS = 200
TONES = {
    ImportRun.State.READING: "wait",
    ImportRun.State.READY: "accent",
    ImportRun.State.REFUSED: "bad",
    ImportRun.State.APPLIED: "ok",
    ImportRun.State.FAILED: "bad",
}


def granted(actor: Actor) -> list[Importer]:
    """The kinds that this person may bring in, in their order."""
    found = [importer for importer in IMPORTERS.values() if importer.granted(actor)]
    return sorted(found, key=lambda importer: (importer.order, importer.kind))


def importer_for(actor: Actor, kind: str) -> Importer:
    """Raises Missing for a kind that is not, Denied for one that the post does not allow."""
    importer = IMPORTERS.get(kind)
    if importer is None:
        raise Missing(_("There is no sheet of this kind."))
    access.require(actor, VERB)
    access.require(actor, importer.verb)
    return importer


def own_runs(actor: Actor) -> QuerySet[ImportRun]:
    return access.scoped(actor, VERB, ImportRun).select_related("job")


def run_of(request: HttpRequest, pk: int) -> ImportRun:
    return access.fetch(actor_of(request), VERB, ImportRun.objects.select_related("job"), pk=pk)


class Overview(PageMixin, View):
    """What can be brought in, and what was lately."""

    title = gettext_lazy("Bring in sheets")
    lead = gettext_lazy("Take the template, fill it in, and see what will happen before anything is stored.")
    required_verb = VERB

    def get(self, request: HttpRequest) -> HttpResponse:
        latest = own_runs(self.actor).defer("report").order_by("-pk")[:LATEST]
        context = self.get_context_data(kinds=granted(self.actor), latest=[shown_run(run) for run in latest])
        return render(request, "web/system/imports.html", context)


def shown_run(run: ImportRun) -> dict[str, Any]:
    importer = IMPORTERS.get(run.kind)
    stopped = importing.interrupted(run)
    return {
        "run": run,
        "label": importer.label if importer else run.kind,
        "state": _("interrupted") if stopped else run.get_state_display(),
        "tone": "warn" if stopped else TONES[ImportRun.State(run.state)],
    }


class History(ListPage):
    """Everything that this person has brought."""

    title = gettext_lazy("My imports")
    required_verb = VERB
    breadcrumbs = ()
    search_fields = ("file_name",)
    search_hint = gettext_lazy("File name")
    columns = (
        ListColumn("file_name", gettext_lazy("File"), sort="file_name", phone="title", width=36),
        ListColumn("kind", pgettext_lazy("sheet", "Kind"), lambda run: label_of(run.kind)),
        ListColumn("state", gettext_lazy("State"), "web/system/cells/run_state.html", export="get_state_display", phone="badge"),
        ListColumn("rows_read", pgettext_lazy("sheet", "Rows"), kind="int"),
        ListColumn("creates", pgettext_lazy("sheet", "Made"), kind="int"),
        ListColumn("updates", pgettext_lazy("sheet", "Changed"), kind="int"),
        ListColumn("created_at", pgettext_lazy("sheet", "Brought"), sort="created_at", kind="datetime", nowrap=True),
        ListColumn(
            "applied_at", pgettext_lazy("sheet", "Applied"), sort="applied_at", kind="datetime", nowrap=True, phone="hidden"
        ),
    )
    filters = (
        ChoiceFilter(
            key="kind",
            label=pgettext_lazy("sheet", "Kind"),
            choices=lambda: [(one.kind, one.label) for one in IMPORTERS.values()],
        ),
        MultiChoiceFilter(key="state", label=gettext_lazy("State"), choices=ImportRun.State.choices),
        DateRangeFilter(key="created", label=pgettext_lazy("sheet", "Brought"), field="created_at"),
    )
    export_name = gettext_lazy("My imports")
    empty = Empty(gettext_lazy("Nothing was brought in yet"), gettext_lazy("What you bring in stands here, with its result."))

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(Overview.title, reverse("imports"))]

    def get_queryset(self) -> QuerySet:
        counts = {key: F(f"report__{key}") for key in ("rows_read", "creates", "updates")}
        return own_runs(self.actor).defer("report", "parameters").annotate(**counts)


def label_of(kind: str) -> Any:
    return IMPORTERS[kind].label if kind in IMPORTERS else kind


class Kind(PageMixin, View):
    """One kind of sheet: what it is, its template, and where the file goes."""

    required_verb = VERB
    breadcrumbs = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = self.check_access(request)
        if answer is not None:
            return answer
        self.importer = importer_for(actor_of(request), kwargs["kind"])
        return super().dispatch(request, *args, **kwargs)

    def get_title(self) -> Any:
        return self.importer.label

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(Overview.title, reverse("imports"))]

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        known = {parameter.key for parameter in self.importer.parameters}
        initial = {f"p_{key}": value for key, value in request.GET.items() if key in known}
        return self.show(ImportForm(self.importer, self.actor, initial=initial))

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        form = ImportForm(self.importer, self.actor, request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, 422)
        upload = form.cleaned_data["file"]
        run = importing.receive(self.actor, kind, upload.read(), upload.name, form.parameters())
        return HttpResponseRedirect(reverse("import-run", args=[run.pk]))

    def show(self, form: ImportForm, status: int = 200) -> HttpResponse:
        columns = [
            {
                "title": column.title,
                "required": column.required,
                "aliases": [alias for alias in column.aliases if alias != str(column.title)],
                "help": column.help,
                "labels": list(dict.fromkeys(column.labels))[:12],
                "example": column.example,
            }
            for column in self.importer.columns
        ]
        latest = own_runs(self.actor).filter(kind=self.importer.kind).defer("report").order_by("-pk")[:LATEST]
        context = self.get_context_data(
            importer=self.importer,
            form=form,
            columns=columns,
            latest=[shown_run(run) for run in latest],
            page_url=url_if(self.importer.page) if self.importer.page else "",
        )
        return render(self.request, "web/system/import_kind.html", context, status=status)


@require_GET
@signed_in
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty sheet of a kind, with a second one that explains it."""
    importer = importer_for(actor_of(request), kind)
    instructions = [str(importer.help)] if importer.help else []
    instructions += [
        _("The order of the columns does not matter; columns that are not needed may be left out."),
        _("Nothing is stored while one row has an error; the same sheet brought twice changes nothing."),
    ]
    examples = list(importer.examples) or [
        {column.key: column.example for column in importer.columns if column.example not in ("", None)}
    ]
    content = sheets.write_template(
        importer.columns, title=str(importer.label), examples=[one for one in examples if one], instructions=instructions
    )
    return download(content, f"{slugify(str(importer.label), allow_unicode=True)}-{pgettext('sheet', 'template')}.xlsx")


class RunPage(PartMixin, PageMixin, View):
    """A sheet that was brought: being read, what will happen, what is wrong, what has happened."""

    required_verb = VERB
    part_id: ClassVar[str] = "import-run"
    part_template: ClassVar[str] = "web/system/import_run_part.html"
    run: ImportRun

    def get_title(self) -> Any:
        return self.run.file_name

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        here: list[tuple[Any, str | None]] = [(Overview.title, reverse("imports"))]
        if self.run.kind in IMPORTERS:
            here.append((label_of(self.run.kind), reverse("import-kind", args=[self.run.kind])))
        return here

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.run = run_of(request, pk)
        return self.show()

    def show(self, questions: QuestionsForm | None = None, status: int = 200) -> HttpResponse:
        name = self.part_template if self.wants_part() else "web/system/import_run.html"
        return render(self.request, name, self.get_context_data(**self.told(questions)), status=status)

    def told(self, questions: QuestionsForm | None) -> dict[str, Any]:
        run, report = self.run, self.run.report
        importer = IMPORTERS.get(run.kind)
        given = run.parameters.get("answers") or {}
        if questions is None and report.get("questions"):
            questions = QuestionsForm(report["questions"], given)
        result = words.told(importer, report.get("result") or {})
        listed = report.get("problems") or []
        asked = [
            (parameter.label, parameter.told(self.actor, run.parameters[parameter.key]))
            for parameter in (importer.parameters if importer else ())
            if run.parameters.get(parameter.key)
        ]
        links = [(_("Open “%(page)s”") % {"page": importer.label}, url_if(importer.page))] if importer and importer.page else []
        return {
            **shown_run(run),
            "importer": importer,
            "report": report,
            "busy": importing.under_way(run),
            "interrupted": importing.interrupted(run),
            "steps": steps(run),
            "asked": asked,
            "again_url": again_url(run, importer),
            "consequence": words.consequence(report) if "creates" in report else "",
            "changes": bool(report.get("creates") or report.get("updates")),
            "facts": words.told(importer, report.get("facts") or {}),
            "result": result,
            "links": [(label, url) for label, url in links if url],
            "sample": words.table(importer, report["sample"]) if report.get("sample") else None,
            "problems": [{"place": words.place(one), **one} for one in listed[:SHOWN_PROBLEMS]],
            "problems_more": max(report.get("problem_count", 0) - SHOWN_PROBLEMS, 0),
            "questions": questions,
            "figures": {
                "made": pgettext("sheet", "Made"),
                "changed": pgettext("sheet", "Changed"),
                "problems": pgettext("sheet", "Problems"),
            },
        }


def again_url(run: ImportRun, importer: Importer | None) -> str:
    """The page where another file of this kind goes, what was asked for filled in already."""
    if importer is None:
        return reverse("imports")
    if importer.start and (start := url_if(importer.start)):
        return start
    kept = {
        parameter.key: run.parameters[parameter.key] for parameter in importer.parameters if run.parameters.get(parameter.key)
    }
    return reverse("import-kind", args=[run.kind], query=kept) if kept else reverse("import-kind", args=[run.kind])


def steps(run: ImportRun) -> list[dict[str, Any]]:
    """Where the sheet is on its way."""
    applying = run.state == ImportRun.State.READING and run.job is not None and run.job.kind == "import.apply"
    now = {
        ImportRun.State.READING: 3 if applying else 1,
        ImportRun.State.READY: 2,
        ImportRun.State.REFUSED: 2,
        ImportRun.State.FAILED: 3,
        ImportRun.State.APPLIED: 4,
    }[ImportRun.State(run.state)]
    labels = [
        pgettext("sheet", "Brought"),
        pgettext("sheet", "Read"),
        pgettext("sheet", "Looked at"),
        pgettext("sheet", "Applied"),
    ]
    return [
        {"label": label, "state": "done" if number < now else "now" if number == now else "next"}
        for number, label in enumerate(labels)
    ]


def _given(request: HttpRequest, run: ImportRun) -> tuple[QuestionsForm, dict[str, str]]:
    """The form of the questions as it was sent, and the answers that the preview was made with."""
    questions = run.report.get("questions") or []
    given = run.parameters.get("answers") or {}
    sent = any(name.startswith("q_") for name in request.POST)
    form = QuestionsForm(questions if sent else [], given, request.POST)
    return form, {question["key"]: given.get(question["key"], question["default"]) for question in questions if sent}


def _again(request: HttpRequest, run: ImportRun, form: QuestionsForm) -> HttpResponse:
    """The page of the run with what is wrong in the answers."""
    page = RunPage()
    page.setup(request, pk=run.pk)
    page.run = run
    return page.show(form, 422)


@require_POST
@signed_in
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answers to the questions, or without any the wish to read once more."""
    run = run_of(request, pk)
    form, _shown = _given(request, run)
    if not form.is_valid():
        return _again(request, run, form)
    importing.answer(actor_of(request), run, form.answers())
    return HttpResponseRedirect(reverse("import-run", args=[pk]))


@require_POST
@signed_in
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply what was shown; once, however often this is sent. Answers that were changed on the way are read first."""
    run = run_of(request, pk)
    form, shown = _given(request, run)
    if not form.is_valid():
        return _again(request, run, form)
    if form.answers() != shown:
        importing.answer(actor_of(request), run, form.answers())
        messages.info(request, _("You chose another answer: the sheet is read again with it. Look once more, then bring it in."))
    else:
        importing.confirm(actor_of(request), run)
    return HttpResponseRedirect(reverse("import-run", args=[pk]))


@require_GET
@signed_in
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong, as a sheet to work through."""
    run = run_of(request, pk)
    columns = [
        sheets.Column("row", _("Row"), width=8),
        sheets.Column("column", _("Column"), width=20),
        sheets.Column("value", _("Content"), width=30),
        sheets.Column("message", _("What is wrong"), width=60),
    ]
    rows = (
        {"row": place[0], "column": place[1], "value": one.get("value"), "message": one["message"]}
        for one in run.report.get("problems") or []
        for place in [words.place(one)]
    )
    notes = [f"{_('File')}：{run.file_name}", f"{pgettext('sheet', 'Problems')}：{run.report.get('problem_count', 0)}"]
    content = sheets.write_table(columns, rows, title=_("Problems of the sheet"), notes=notes)
    stamp = clock.now().astimezone(clock.LOCAL).strftime("%Y%m%d-%H%M")
    return download(content, f"{_('Problems of the sheet')}-{stamp}.xlsx")


@require_GET
@signed_in
def original(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it came."""
    run = run_of(request, pk)
    handle = files.path_of(run.file_key).open("rb")
    return FileResponse(handle, as_attachment=True, filename=run.file_name, content_type="application/octet-stream")
