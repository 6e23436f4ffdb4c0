"""Progress of jobs for the page: the component that renews itself, the small sign in the top bar, and the button that stops."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from chuangwen.kernel import actions
from chuangwen.kernel.models import Job
from chuangwen.web.templatetags import web
from chuangwen.web.views import actor_of

STOP_ASKING = 286
ENDED = "jobs-changed"
"""The event by which a page learns that a job has ended: it stands on the answer that shows the end."""


def _progress(request: HttpRequest, job: Job) -> HttpResponse:
    response = render(request, "web/components/job.html", web.job(job))
    if job.ended:
        response["HX-Trigger"] = ENDED
    return response


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress once more; a job that is gone ends the asking (htmx stops at 286)."""
    job = actions.visible_jobs(actor_of(request)).filter(pk=pk).first()
    return HttpResponse(status=STOP_ASKING) if job is None else _progress(request, job)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the job to stop; the component shows it."""
    return _progress(request, actions.cancel_job(actor_of(request), job_id=pk))


@require_GET
def indicator(request: HttpRequest) -> HttpResponse:
    """How many of the person's own jobs wait or run, and the newest of them."""
    actor = actor_of(request)
    shown: list[Job] = []
    if actor.account_id is not None:
        under_way = Job.objects.filter(account_id=actor.account_id, state__in=(Job.State.QUEUED, Job.State.RUNNING))
        shown = list(under_way.order_by("-pk")[:20])
    return render(request, "web/components/job_indicator.html", {"jobs": shown, "may_list": actor.may("kernel.see_jobs")})
