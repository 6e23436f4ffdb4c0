"""Trainings, policies of insurance, and the list of skills."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.volunteers.corps import actions, queries, words
from chuangwen.volunteers.corps.access import SEE_VOLUNTEERS, SKILLS, TRAIN
from chuangwen.volunteers.corps.forms import InsuranceForm, SkillForm, TrainingForm, WhoFields
from chuangwen.volunteers.corps.models import Insurance, Skill, Training
from chuangwen.web.form_pages import ActionButton, FormPage, RowPage
from chuangwen.web.lists import DateRangeFilter, Empty, ListColumn, ListPage, PageAction, QFilter
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

HOME, POLICIES, ALL_SKILLS = gettext_lazy("Trainings"), gettext_lazy("Insurance of volunteers"), gettext_lazy("Skills")
PEOPLE_SHOWN = 500


class TrainingList(ListPage):
    title = export_name = HOME
    required_verb = SEE_VOLUNTEERS
    columns = [
        ListColumn("title", gettext_lazy("Course"), phone="title", sort=("title", "pk"), width=30),
        ListColumn("day", gettext_lazy("Day"), kind="date", sort=("day", "pk"), nowrap=True, phone="badge"),
        ListColumn("topic", gettext_lazy("Topic"), sort=("topic", "pk")),
        ListColumn("minutes", gettext_lazy("Length"), kind="minutes", sort=("minutes", "pk")),
        ListColumn("count", gettext_lazy("Took part"), kind="int"),
        ListColumn("skill", gettext_lazy("Qualifies for"), "skill.name"),
        ListColumn("division", gettext_lazy("Area"), "division.__str__", sort=("division__path", "pk")),
        ListColumn("by", gettext_lazy("Held by"), phone="hidden"),
    ]
    search_fields = ["title", "topic", "by"]
    search_hint = gettext_lazy("Course, topic")
    default_sort = ("-day", "-pk")
    empty = Empty(gettext_lazy("No trainings yet"), gettext_lazy("A course with who took part; for some skills it qualifies."), icon="school")

    def get_queryset(self) -> Any:
        return queries.counted_trainings(queries.trainings(self.actor))

    def get_filters(self) -> Any:
        return [DateRangeFilter(key="day", label=_("Day"))]

    def get_page_actions(self) -> Any:
        found = [PageAction(_("Skills"), reverse("volunteers:skills"), icon="tool")] if self.actor.may(SKILLS) else []
        if self.actor.may(TRAIN):
            found.append(PageAction(_("Record a training"), reverse("volunteers:training-new"), icon="plus", primary=True))
        return found


class TrainingPage(PageMixin, View):
    required_verb = SEE_VOLUNTEERS

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:trainings"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        training = access.fetch(self.actor, SEE_VOLUNTEERS, queries.trainings(self.actor), pk=pk)
        self.title = training.title
        rows = list(training.trained.select_related("volunteer__person", "volunteer__division").order_by("pk")[:PEOPLE_SHOWN])
        may = self.actor.may(TRAIN) and access.scoped(self.actor, TRAIN, Training).filter(pk=pk).exists()
        return render(request, "volunteers/corps/training.html", self.get_context_data(training=training, rows=rows, may=may))


class TrainingNew(FormPage):
    required_verb = TRAIN
    title = gettext_lazy("Record a training")
    explanation = gettext_lazy("Training is no service: it brings no hours.")
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:trainings"))]

    def get_form(self, data: Any = None, files: Any = None) -> TrainingForm:
        return TrainingForm(data, actor=self.actor)

    def act(self, form: TrainingForm) -> str:
        return actions.record_training(self.actor, **form.facts()).get_absolute_url()


class TrainingAdd(OfRow):
    required_verb = TRAIN
    model = Training
    home = (HOME, "volunteers:trainings")
    title = gettext_lazy("Add who took part")

    def get_form(self, data: Any = None, files: Any = None) -> WhoFields:
        return WhoFields(data, actor=self.actor)

    def do(self, form: WhoFields) -> None:
        actions.add_trained(self.actor, training_id=self.about.pk, **form.people())


class TrainedStrike(ActionButton):
    required_verb = TRAIN
    done = gettext_lazy("Taken off the list.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.strike_trained(self.actor, training_id=kwargs["pk"], volunteer_id=kwargs["who"])
        return reverse("volunteers:training", args=[kwargs["pk"]])


class InsuranceList(ListPage):
    title = export_name = POLICIES
    required_verb = SEE_VOLUNTEERS
    columns = [
        ListColumn("insurer", gettext_lazy("Insurer"), phone="title", sort=("insurer", "pk"), width=24),
        ListColumn("state", gettext_lazy("State"), words.policy_badge, phone="badge"),
        ListColumn("policy_number", gettext_lazy("Policy number"), sort=("policy_number", "pk"), nowrap=True),
        ListColumn("starts_on", gettext_lazy("From"), kind="date", sort=("starts_on", "pk"), nowrap=True),
        ListColumn("ends_on", gettext_lazy("Until"), kind="date", sort=("ends_on", "pk"), nowrap=True),
        ListColumn("count", gettext_lazy("Insured"), kind="int"),
        ListColumn("division", gettext_lazy("Area"), "division.__str__", sort=("division__path", "pk")),
    ]
    search_fields = ["insurer", "=policy_number"]
    search_hint = gettext_lazy("Insurer, policy number")
    default_sort = ("-ends_on", "-pk")
    empty = Empty(
        gettext_lazy("No policies yet"), gettext_lazy("Who is to be insured for an activity is found by its days."), icon="umbrella"
    )

    def get_queryset(self) -> Any:
        return queries.counted_insurances(queries.insurances(self.actor))

    def get_filters(self) -> Any:
        return [QFilter(key="how", label=_("How it stands"), options=queries.policy_filters(clock.today()))]

    def get_page_actions(self) -> Any:
        found = [PageAction(_("Who is not insured today"), f"{reverse('volunteers:volunteers')}?how=uninsured", icon="user-question")]
        if self.actor.may(TRAIN):
            found.append(PageAction(_("Record a policy"), reverse("volunteers:insurance-new"), icon="plus", primary=True))
        return found


class InsurancePage(PageMixin, View):
    required_verb = SEE_VOLUNTEERS

    def get_breadcrumbs(self) -> Any:
        return [(POLICIES, reverse("volunteers:insurances"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        insurance = access.fetch(self.actor, SEE_VOLUNTEERS, queries.insurances(self.actor), pk=pk)
        self.title = str(insurance)
        rows = list(insurance.insured.select_related("volunteer__person", "volunteer__division").order_by("pk")[:PEOPLE_SHOWN])
        may = self.actor.may(TRAIN) and access.scoped(self.actor, TRAIN, Insurance).filter(pk=pk).exists()
        context = self.get_context_data(insurance=insurance, state=words.policy_badge(insurance), rows=rows, may=may)
        return render(request, "volunteers/corps/insurance.html", context)


class InsuranceNew(FormPage):
    required_verb = TRAIN
    title = gettext_lazy("Record a policy")
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(POLICIES, reverse("volunteers:insurances"))]

    def get_form(self, data: Any = None, files: Any = None) -> InsuranceForm:
        return InsuranceForm(data, actor=self.actor)

    def act(self, form: InsuranceForm) -> str:
        return actions.record_insurance(self.actor, **form.facts()).get_absolute_url()


class Insure(OfRow):
    required_verb = TRAIN
    model = Insurance
    home = (POLICIES, "volunteers:insurances")
    title = gettext_lazy("Add whom it covers")

    def get_form(self, data: Any = None, files: Any = None) -> WhoFields:
        return WhoFields(data, actor=self.actor)

    def do(self, form: WhoFields) -> None:
        actions.insure(self.actor, insurance_id=self.about.pk, **form.people())


class SkillList(ListPage):
    """The skills that are offered, and those given up."""

    title = ALL_SKILLS
    required_verb = SKILLS
    columns = [
        ListColumn("name", gettext_lazy("Skill"), phone="title", sort=("name", "pk")),
        ListColumn("group", gettext_lazy("Group"), sort=("group", "order", "pk")),
        ListColumn("qualified", gettext_lazy("Takes a training")),
        ListColumn("active", gettext_lazy("Is offered"), phone="badge"),
    ]
    search_fields = ["name", "group"]
    default_sort = ("order", "pk")
    default_size = 50
    page_actions = [PageAction(gettext_lazy("New skill"), "new/", icon="plus", primary=True)]

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:trainings"))]

    def get_queryset(self) -> Any:
        return Skill.objects.all()

    def row_url(self, row: Skill) -> str:
        return reverse("volunteers:skill", args=[row.pk])


class SkillPage(RowPage):
    required_verb = SKILLS
    form_class = SkillForm
    rows = Skill
    list_name = "volunteers:skills"
    new_title = gettext_lazy("New skill")

    def act(self, form: Any) -> str:
        actions.save_skill(self.actor, skill_id=self.row.pk if self.row else None, **form.cleaned_data)
        return reverse("volunteers:skills")
