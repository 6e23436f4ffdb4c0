"""One task of a centre and what is done to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.cases.views.photo_pages import PhotoPage, photos_shown
from chuangwen.kernel import access
from chuangwen.volunteers.centres import actions, queries, words
from chuangwen.volunteers.centres.access import KEEP, PLAN, SEE
from chuangwen.volunteers.centres.forms import ReasonForm, ReportForm, TaskForm
from chuangwen.volunteers.centres.models import CentreTask
from chuangwen.volunteers.centres.rules import TaskStep, after
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Tasks of centres")


class TaskNew(FormPage):
    required_verb = PLAN
    title = gettext_lazy("Give a task")
    explanation = gettext_lazy("Each of the chosen centres gets it, reports it with evidence, and you accept it or send it back.")
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centre-tasks"))]

    def get_form(self, data: Any = None, files: Any = None) -> TaskForm:
        chosen = [key for key in self.request.GET.getlist("centre") if key.isascii() and key.isdigit() and len(key) < 10]
        return TaskForm(data, actor=self.actor, chosen=chosen)

    def act(self, form: TaskForm) -> str:
        given = dict(form.cleaned_data)
        actions.give_tasks(self.actor, centre_ids=[row.pk for row in given.pop("centres")], **given)
        return reverse("volunteers:centre-tasks")


class TaskPage(PageMixin, View):
    """A task: what was asked, what was done, how it was decided."""

    required_verb = SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centre-tasks"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = access.fetch(self.actor, SEE, queries.tasks(self.actor), pk=pk)
        self.title = task.title
        mine = {verb: self.actor.may(verb) and access.scoped(self.actor, verb, CentreTask).filter(pk=pk).exists() for verb in (KEEP, PLAN)}
        may = {step.value: after(task.state, step) is not None and mine[KEEP if step == TaskStep.REPORT else PLAN] for step in TaskStep}
        context = self.get_context_data(
            task=task, state=words.task_badge(task), may=may, photos=photos_shown(task.photos.all(), self.actor.account_id)
        )
        return render(request, "volunteers/centres/task.html", context)


class OfTask(OfRow):
    required_verb = PLAN
    model, related, home = CentreTask, ("centre",), (HOME, "volunteers:centre-tasks")


class TaskReport(PhotoPage, OfTask):
    required_verb = KEEP
    title = gettext_lazy("Report what was done")
    form_class = ReportForm

    def do(self, form: Any) -> None:
        given = {name: form.cleaned_data[name] for name in ("result", "done_on", "link")}
        actions.report_task(self.actor, task_id=self.about.pk, photos=form.photos("photos"), **given)


class TaskAccept(ActionButton):
    required_verb = PLAN
    done = gettext_lazy("Accepted: it counts in the ledger.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.accept_task(self.actor, task_id=kwargs["pk"]).get_absolute_url()


class TaskSendBack(OfTask):
    title = gettext_lazy("Send it back")
    form_class = ReasonForm

    def do(self, form: Any) -> None:
        actions.send_back_task(self.actor, task_id=self.about.pk, **form.cleaned_data)


class TaskCallOff(OfTask):
    title = gettext_lazy("Call the task off")
    form_class = ReasonForm
    tone = "danger"

    def do(self, form: Any) -> None:
        actions.call_off_task(self.actor, task_id=self.about.pk, **form.cleaned_data)
