"""Jobs: the list, one job, and the button that runs a failed one again."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import View

from chuangwen.kernel import actions, clock
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.jobs import HANDLERS
from chuangwen.kernel.models import Job
from chuangwen.web import formatting
from chuangwen.web.lists import ChoiceFilter, DateRangeFilter, Empty, ListColumn, ListPage, MultiChoiceFilter, SavedView
from chuangwen.web.system.guards import signed_in
from chuangwen.web.system.words import written
from chuangwen.web.views import PageMixin, PartMixin, actor_of


def kind_label(job: Job) -> Any:
    handler = HANDLERS.get(job.kind)
    return handler.label if handler and handler.label else job.kind


def job_name(job: Job) -> Any:
    return job.title or kind_label(job)


def took(job: Job) -> str:
    """How long the work took, or takes so far."""
    if job.started_at is None:
        return ""
    seconds = ((job.ended_at or clock.now()) - job.started_at).total_seconds()
    if seconds < 1:
        return _("under a second")
    if seconds < 60:
        return _("%(count)s s") % {"count": formatting.number(max(round(seconds, 1), 0))}
    return formatting.span(round(seconds / 60))


class JobList(ListPage):
    """A person's own jobs; everybody's for the system administrator."""

    required_verb = "kernel.see_jobs"
    search_fields = ("title", "message")
    search_hint = gettext_lazy("Title of the job")
    filters = (
        MultiChoiceFilter(key="state", label=gettext_lazy("State"), choices=Job.State.choices),
        ChoiceFilter(
            key="kind",
            label=pgettext_lazy("job", "Kind"),
            choices=lambda: sorted((kind, str(handler.label or kind)) for kind, handler in HANDLERS.items()),
        ),
        DateRangeFilter(key="created", label=pgettext_lazy("job", "Asked for"), field="created_at"),
    )
    saved_views = (
        SavedView(gettext_lazy("All")),
        SavedView(gettext_lazy("At work"), "state=queued&state=running"),
        SavedView(gettext_lazy("Failed"), "state=failed"),
    )
    empty = Empty(
        gettext_lazy("No jobs yet"),
        gettext_lazy("Imports, scores and papers that take longer run as jobs and stand here."),
        icon="activity",
    )
    export_name = gettext_lazy("Jobs")

    @property
    def everybody(self) -> bool:
        return self.actor.may("kernel.see_all_jobs")

    def get_title(self) -> Any:
        return _("Jobs") if self.everybody else _("My jobs")

    def get_columns(self) -> list[ListColumn]:
        columns = [
            ListColumn("title", gettext_lazy("Job"), job_name, sort="title", phone="title", width=36),
            ListColumn("kind", pgettext_lazy("job", "Kind"), kind_label, phone="hidden"),
            ListColumn(
                "state", gettext_lazy("State"), "web/system/cells/job_state.html", export="get_state_display", phone="badge"
            ),
            ListColumn("created_at", pgettext_lazy("job", "Asked for"), sort="created_at", kind="datetime", nowrap=True),
            ListColumn("took", pgettext_lazy("job", "Took"), took, nowrap=True),
        ]
        if self.everybody:
            columns.insert(2, ListColumn("account", pgettext_lazy("job", "By"), lambda job: job.account or _("the system")))
        return columns

    def get_queryset(self) -> QuerySet:
        jobs = actions.visible_jobs(self.actor).defer("arguments", "result")
        return jobs.select_related("account__person") if self.everybody else jobs


class JobPage(PartMixin, PageMixin, View):
    """One job: how far it is, what came of it, what can be done."""

    part_id = "job-page"
    part_template = "web/system/job_part.html"
    job: Job

    def get_title(self) -> Any:
        return job_name(self.job)

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        may_list = self.actor.may("kernel.see_jobs")
        return [(_("Jobs"), reverse("jobs") if may_list else None)]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.job = _visible(request, pk)
        job = self.job
        result = job.result if isinstance(job.result, dict) else {}
        context = self.get_context_data(
            job=job,
            facts=[
                (pgettext("job", "Kind"), kind_label(job)),
                (pgettext("job", "By"), job.account or _("the system")),
                (pgettext("job", "Asked for"), formatting.moment(job.created_at)),
                (pgettext("job", "Begun"), formatting.moment(job.started_at)),
                (pgettext("job", "Ended"), formatting.moment(job.ended_at)),
                (pgettext("job", "Took"), took(job)),
                (pgettext("job", "Attempts"), job.attempts),
            ],
            result=[(words_of(key), written(value)) for key, value in result.items() if words_of(key) != key],
            result_url=job.result_url,
            may_handle=self.actor.may("kernel.cancel_job"),
            can_retry=job.state in (Job.State.FAILED, Job.State.CANCELLED) and job.kind in HANDLERS,
        )
        return render(request, self.part_template if self.wants_part() else "web/system/job.html", context)


RESULT_WORDS = {
    "rows_read": pgettext_lazy("job", "rows read"),
    "creates": pgettext_lazy("job", "made"),
    "updates": pgettext_lazy("job", "changed"),
    "problems": pgettext_lazy("job", "problems"),
    "refused": pgettext_lazy("job", "refused"),
    "entries": pgettext_lazy("job", "entries"),
    "break_count": pgettext_lazy("job", "broken places"),
    "count": pgettext_lazy("job", "number"),
}


def words_of(key: str) -> str:
    return str(RESULT_WORDS.get(key, key))


def _visible(request: HttpRequest, pk: int) -> Job:
    try:
        job = actions.visible_jobs(actor_of(request)).select_related("account__person").filter(pk=pk).first()
    except OverflowError:
        job = None
    if job is None:
        raise Missing(_("There is no such job, or it is not yours."))
    return job


@require_POST
@signed_in
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a failed or stopped job again."""
    actions.retry_job(actor_of(request), job_id=pk)
    return HttpResponseRedirect(reverse("job", args=[pk]))
