"""One work: its page with the chart of its stages, and everything that is done to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.cases.models import Case
from chuangwen.cases.views.photo_pages import PhotoPage, shown
from chuangwen.duties.works import actions, gantt, queries, words
from chuangwen.duties.works.forms import (
    ContractForm,
    DeferForm,
    EndWorkForm,
    ForCaseForm,
    FundForm,
    GrantForm,
    ReasonForm,
    SlipForm,
    StageForm,
    StartForm,
    WorkForm,
    WorkPhotosForm,
)
from chuangwen.duties.works.models import Work, WorkCase, WorkContract, WorkFund, WorkStage
from chuangwen.duties.works.states import Step, after
from chuangwen.duties.works.views.lists import HOME
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Missing
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.row_pages import OfRow, history
from chuangwen.web.views import PageMixin

KEEP, PLAN = "duties.keep_works", "duties.plan_works"
BY_UNIT = (Step.STAGE, Step.MONEY, Step.CONTRACT, Step.PHOTOS, Step.START, Step.STOP, Step.GO_ON, Step.SLIP, Step.FINISH)
BY_OFFICE = (Step.EDIT, Step.GRANT, Step.CALL_OFF, Step.DEFER, Step.RETURN)


class WorkPage(PageMixin, View):
    """A work with stages, money, contracts, photos, the cases that wait, and what happened."""

    required_verb = queries.SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:works"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = queries.with_money(queries.works(self.actor))
        work = access.fetch(self.actor, queries.SEE, rows, pk=pk)
        self.title = work.name
        mine = {verb: self.actor.may(verb) and access.scoped(self.actor, verb, Work).filter(pk=pk).exists() for verb in (KEEP, PLAN)}
        may = {step.value: after(work.state, step) is not None and mine[KEEP] for step in BY_UNIT}
        may |= {step.value: after(work.state, step) is not None and mine[PLAN] for step in BY_OFFICE}
        may["defer"] = may["defer"] and self.actor.may("cases.defer") and work.planned_end > clock.today()
        stages = list(work.stages.all())
        spans = [words.span_of(work), *(words.span_of(stage) for stage in stages)]
        seen = set(access.scoped(self.actor, "cases.see", Case).filter(works__work=work).values_list("pk", flat=True)) if (
            self.actor.may("cases.see")) else set()  # fmt: skip
        context = self.get_context_data(
            work=work, state=words.state_badge(work), end=words.end_cell(work), may=may, stages=stages, drawing=gantt.draw(spans, clock.today()),
            funds=[(fund, words.fund_badge(fund)) for fund in work.funds.all()], contracts=list(work.contracts.all()),
            applied=queries.applied(work), granted=queries.granted(work), contracted=queries.contracted(work),
            photos=shown(work.photos.all(), self.actor.account_id),
            cases=[(link, link.case_id in seen) for link in queries.waiting(work)[:200]],
            history=history(work.events, {"slip": "warn", "stop": "warn", "call_off": "bad", "finish": "ok", "start": "accent"}),
        )  # fmt: skip
        return render(request, "duties/works/work.html", context)


class WorkNew(FormPage):
    required_verb = PLAN
    title = gettext_lazy("New work")
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:works"))]

    def get_form(self, data: Any = None, files: Any = None) -> WorkForm:
        return WorkForm(data, actor=self.actor)

    def act(self, form: WorkForm) -> str:
        given = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
        return actions.make_work(self.actor, **given).get_absolute_url()


class OfWork(OfRow):
    """A page that asks for something about a work and leads back to it."""

    required_verb = KEEP
    model, related, home, link = Work, ("unit", "division", "site"), (HOME, "duties:works"), "work_id"

    @property
    def work(self) -> Work:
        return self.about


class WorkEdit(OfWork):
    required_verb = PLAN
    title = gettext_lazy("Edit the work")
    wide = True
    explanation = gettext_lazy("The planned end is moved by itself, with the reason: cases wait for it.")

    def get_form(self, data: Any = None, files: Any = None) -> WorkForm:
        return WorkForm(data, actor=self.actor, row=self.work)

    def do(self, form: WorkForm) -> None:
        given = dict(form.cleaned_data)
        actions.edit_work(self.actor, work_id=self.work.pk, expected=given.pop("revision"), **given)


class StageNew(PhotoPage, OfWork):
    title = gettext_lazy("A stage of the work")

    def make_form(self, data: Any = None, files: Any = None) -> StageForm:
        return StageForm(data, files, actor=self.actor, work=self.work, row=self.row)

    def do(self, form: StageForm) -> None:
        names = ("name", "order", "planned_start", "planned_end", "started_on", "ended_on", "note")
        actions.save_stage(
            self.actor, work_id=self.work.pk, stage_id=self.row.pk if self.row else None, before=form.photos("before"),
            after=form.photos("after"), **{name: form.cleaned_data[name] for name in names},
        )  # fmt: skip


class StageEdit(StageNew):
    title = gettext_lazy("How the stage stands")
    rows = WorkStage


class StageRemove(ActionButton):
    required_verb = KEEP
    done = gettext_lazy("Taken out.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        row = WorkStage.objects.filter(pk=kwargs["pk"]).first()
        if row is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        actions.remove_stage(self.actor, work_id=row.work_id, stage_id=row.pk)
        return reverse("duties:work", args=[row.work_id])


class FundNew(OfWork):
    title = gettext_lazy("Apply for money")
    form_class = FundForm

    def do(self, form: Any) -> None:
        actions.apply_for_fund(self.actor, work_id=self.work.pk, **form.cleaned_data)


class FundAnswer(OfWork):
    required_verb = PLAN
    title = gettext_lazy("What was granted")
    rows = WorkFund

    def get_form(self, data: Any = None, files: Any = None) -> GrantForm:
        return GrantForm(data, row=self.row)

    def do(self, form: Any) -> None:
        actions.answer_fund(self.actor, work_id=self.work.pk, fund_id=self.row.pk, **form.cleaned_data)


class ContractNew(OfWork):
    title = gettext_lazy("Contract")

    def get_form(self, data: Any = None, files: Any = None) -> ContractForm:
        return ContractForm(data, row=self.row)

    def do(self, form: Any) -> None:
        actions.save_contract(self.actor, work_id=self.work.pk, contract_id=self.row.pk if self.row else None, **form.cleaned_data)


class ContractEdit(ContractNew):
    rows = WorkContract


class Photos(PhotoPage, OfWork):
    title = gettext_lazy("Photos of the work")
    form_class = WorkPhotosForm

    def do(self, form: Any) -> None:
        actions.add_work_photos(self.actor, work_id=self.work.pk, photos=form.photos("photos"), stage=form.cleaned_data["stage"])


class Start(PhotoPage, OfWork):
    title = gettext_lazy("The work begins")
    form_class = StartForm
    submit = gettext_lazy("Begin the work")

    def do(self, form: Any) -> None:
        actions.start_work(self.actor, work_id=self.work.pk, on=form.cleaned_data["on"], before=form.photos("before"))


class Stop(OfWork):
    title = gettext_lazy("The work rests")
    form_class = ReasonForm
    submit = pgettext_lazy("work", "Stop")

    def do(self, form: Any) -> None:
        actions.stop_work(self.actor, work_id=self.work.pk, **form.cleaned_data)


class GoOn(ActionButton):
    required_verb = KEEP
    done = gettext_lazy("The work goes on.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.go_on_with_work(self.actor, work_id=kwargs["pk"]).get_absolute_url()


class Slip(OfWork):
    title = gettext_lazy("Move the planned end")
    form_class = SlipForm
    explanation = gettext_lazy("Where it ends later, the cases that wait for it come back with your reason, and their clocks go on.")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"planned_end": self.work.planned_end, "revision": self.work.revision}}

    def do(self, form: Any) -> None:
        given = form.cleaned_data
        actions.slip_work(
            self.actor, work_id=self.work.pk, planned_end=given["planned_end"], reason=given["reason"], expected=given["revision"]
        )


class Finish(PhotoPage, OfWork):
    title = gettext_lazy("The work is done")
    form_class = EndWorkForm
    submit = pgettext_lazy("work", "Finish")
    explanation = gettext_lazy("All cases that wait for it come back to their units.")

    def do(self, form: Any) -> None:
        given = form.cleaned_data
        actions.finish_work(self.actor, work_id=self.work.pk, on=given["on"], result=given["result"], after=form.photos("after"))


class CallOff(OfWork):
    required_verb = PLAN
    title = gettext_lazy("The work will not be done")
    form_class = ReasonForm
    submit = gettext_lazy("Call it off")
    tone = "danger"
    explanation = gettext_lazy("All cases that wait for it come back to their units.")

    def do(self, form: Any) -> None:
        actions.call_off_work(self.actor, work_id=self.work.pk, **form.cleaned_data)


class CaseDefer(OfWork):
    """A case is named by its number on the page of the work."""

    required_verb = PLAN
    title = gettext_lazy("A case waits for the work")
    submit = gettext_lazy("Defer the case")

    def prepare(self) -> None:
        access.require(self.actor, "cases.defer")
        super().prepare()

    def get_form(self, data: Any = None, files: Any = None) -> DeferForm:
        return DeferForm(data, actor=self.actor)

    def do(self, form: Any) -> None:
        case: Case = form.cleaned_data["number"]
        actions.defer_case(self.actor, work_id=self.work.pk, case_id=case.pk, reason=form.cleaned_data["reason"])


class CaseBack(OfWork):
    """A case does not wait any longer."""

    required_verb = PLAN
    title = gettext_lazy("The case comes back")
    form_class = ReasonForm
    rows = WorkCase
    submit = gettext_lazy("Give it back")

    def do(self, form: Any) -> None:
        actions.give_back(self.actor, work_id=self.work.pk, case_id=self.row.case_id, **form.cleaned_data)


class ForCase(FormPage):
    """The work is chosen on the page of the case."""

    required_verb = PLAN
    title = gettext_lazy("Defer against a work")
    submit = gettext_lazy("Defer the case")
    explanation = gettext_lazy("The case rests until the planned end of the work. When the work ends or slips, it comes back by itself.")

    def prepare(self) -> None:
        self.case = access.fetch(self.actor, "cases.defer", Case.objects.select_related("division"), pk=self.kwargs["pk"])
        self.lead = self.case.number

    def get_breadcrumbs(self) -> Any:
        return [(_("Cases"), reverse("cases:list")), (self.case.number, reverse("cases:detail", args=[self.case.pk]))]

    def get_form(self, data: Any = None, files: Any = None) -> ForCaseForm:
        return ForCaseForm(data, rows=queries.for_case(self.actor, self.case))

    def act(self, form: ForCaseForm) -> str:
        given = form.cleaned_data
        actions.defer_case(self.actor, work_id=given["work"].pk, case_id=self.case.pk, reason=given["reason"])
        return reverse("cases:detail", args=[self.case.pk])
