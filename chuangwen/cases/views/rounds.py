"""The losses of a round turned into cases: what would go to whom and why, then one action, as a job when there are many."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.cases import actions
from chuangwen.cases.jobs import FROM_ROUND
from chuangwen.cases.queries import rounds as losses_queries
from chuangwen.cases.views.lists import outcome_page
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, jobs
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.models import Job
from chuangwen.web.form_pages import go_to
from chuangwen.web.views import PageMixin

AS_A_JOB = 50


class FromRound(PageMixin, View):
    """The preview, and the button."""

    required_verb = "cases.from_round"
    title = gettext_lazy("Losses into cases")
    http_method_names = ["get", "head", "post", "options"]

    def find(self, pk: int) -> Round:
        round = access.fetch(self.actor, "cases.from_round", Round.objects.select_related("division"), pk=pk)
        self.breadcrumbs = [(_("Cases"), reverse("cases:list")), (round.name, reverse("fieldwork:round", args=[round.pk]))]
        return round

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find(pk)
        context = self.get_context_data(
            round=round,
            losses=losses_queries.losses(round),
            listed_url=f"{reverse('cases:list')}?round={round.pk}",
            may_dispatch=self.actor.may("cases.dispatch"),
            as_a_job=AS_A_JOB,
        )
        return render(request, "cases/from_round.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find(pk)
        dispatch = request.POST.get("dispatch") == "1"
        fresh, _already = losses_queries.counted(round)
        if fresh > AS_A_JOB:
            facts = {"round": round.pk, "dispatch": dispatch, "account": self.actor.account_id}
            job = jobs.start(self.actor, FROM_ROUND, facts, title=_("%(round)s: losses into cases") % {"round": round.name})
            Job.objects.filter(pk=job.pk).update(result_url=reverse("cases:from-round-job", args=[job.pk]))
            return go_to(reverse("cases:from-round-job", args=[job.pk]))
        outcome = actions.cases_from_round(self.actor, round=round, dispatch=dispatch)
        return outcome_page(request, outcome, "from_round", back=reverse("fieldwork:round", args=[round.pk]))


class FromRoundJob(PageMixin, View):
    """How far the job is, and then what became of the losses."""

    required_verb = "cases.from_round"
    title = gettext_lazy("Losses into cases")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = Job.objects.filter(pk=pk, kind=FROM_ROUND, account_id=self.actor.account_id).first()
        if job is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        if job.state == Job.State.DONE and job.result:
            found = job.result
            outcome = actions.Outcome(
                *([actions.Told(*line) for line in found[name]] for name in ("dispatched", "ownerless", "refused")),
                already=found["already"], created=found["created"],
            )  # fmt: skip
            return outcome_page(request, outcome, "from_round", back=reverse("cases:list") + f"?round={job.arguments['round']}")
        self.breadcrumbs = [(_("Cases"), reverse("cases:list"))]
        return render(request, "cases/from_round_job.html", self.get_context_data(job=job))
