"""One cared person: the page, whose opening is recorded, and everything that is done about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Missing
from chuangwen.volunteers.care import actions, needs, queries, states, words
from chuangwen.volunteers.care.access import ABOVE, KEEP, LEAD, MANAGE, SEE
from chuangwen.volunteers.care.actions.base import HELPING, LEADING, take, within
from chuangwen.volunteers.care.forms import (
    AwayForm,
    CloseForm,
    HelpersForm,
    LookForm,
    NeedForm,
    PersonForm,
    ReasonForm,
    RecordForm,
    RhythmForm,
)
from chuangwen.volunteers.care.models import CareAlarm, CareDue, CarePlan, CareRecord, Contact
from chuangwen.volunteers.care.states import Step
from chuangwen.volunteers.care.views.lists import HOME
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.row_pages import history
from chuangwen.web.views import PageMixin

SHOWN = 15
TONES = {"helpers": "accent", "hand_over": "warn", "look": "warn", "go_away": "wait", "end": "bad", "alarm": "ok"}


def home(actor: Any) -> list[tuple[Any, str | None]]:
    """The way to the page: the office's list, or one's own people."""
    return [(HOME, reverse("volunteers:care"))] if actor.may(SEE) else [(_("My people"), reverse("volunteers:care-mine"))]


class PersonPage(PageMixin, View):
    """A person with everything that is kept. Who is shown the relative, and that the page was opened, stands in the trail."""

    required_verb = KEEP

    def get_breadcrumbs(self) -> Any:
        return home(self.actor)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            found = queries.opened(self.actor, pk)
        except Missing:
            if self.actor.may(ABOVE) and access.scoped(self.actor, ABOVE, CarePlan).filter(person=pk).exists():
                return redirect("volunteers:care-look", pk=pk)
            raise
        plan, today = found.plan, clock.today()
        self.title = found.person.name
        mine = {verb: self.actor.may(verb) and CarePlan.objects.filter(within(self.actor, verb), pk=plan.pk).exists() for verb in LEADING}
        leads, manages = any(mine.values()), mine[MANAGE]
        open_ = {step: states.after(plan.state, step) is not None for step in Step}
        may = {step.value: open_[step] and manages for step in (Step.EDIT, Step.RHYTHM, Step.END)}
        may |= {step.value: open_[step] and leads for step in (Step.HELPERS, Step.EXCUSE, Step.GO_AWAY, Step.COME_BACK)}
        helps = open_[Step.RECORD] and found.verb != ABOVE
        may |= {"record": helps, "close": found.verb != ABOVE, "need": helps and bool(needs.open_to(self.actor))}
        dues = queries.recent(plan, today)
        records = list(plan.records.select_related("volunteer__person", "case")[:SHOWN])
        context = self.get_context_data(
            found=found, plan=plan, person=found.person, state=words.state_badge(plan), may=may, rhythms=list(plan.rhythms.all()),
            strips=[(Contact(kind).label, queries.strip(plan, kind, dues, today)) for kind in (Contact.CALL, Contact.VISIT)],
            missed=[due for due in dues if due.state in (CareDue.State.MISSED, CareDue.State.OPEN)],
            records=[(record, words.outcome_badge(record)) for record in records], history=history(plan.events, TONES),
        )  # fmt: skip
        return render(request, "volunteers/care/person.html", context)


class Look(FormPage):
    """The head of a unit above says why, and sees the page for a while."""

    required_verb = ABOVE
    title = gettext_lazy("Open a cared person from above")
    form_class = LookForm
    submit = gettext_lazy("Open the page")
    done = ""
    explanation = gettext_lazy(
        "The community looks after this person and knows them. Say what you need to see them for: the reason stands, with your name and "
        "the time, in the history that the pair and the community read, and in the trail. The page stays open for half an hour."
    )

    def prepare(self) -> None:
        rows = access.scoped(self.actor, ABOVE, CarePlan).select_related("person__division", "person__unit")
        plan = rows.filter(person=self.kwargs["pk"]).first()
        if plan is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        self.lead = f"{words.whom(plan.person, False)} · {plan.person.division.name}"

    def get_breadcrumbs(self) -> Any:
        return home(self.actor)

    def act(self, form: Any) -> str:
        return actions.look_from_above(self.actor, person_id=self.kwargs["pk"], **form.cleaned_data).get_absolute_url()


class PersonNew(FormPage):
    required_verb = MANAGE
    title = gettext_lazy("Somebody to care for")
    wide = True
    explanation = gettext_lazy("Write down only who agreed to it. The rhythm begins as usual (a call a day, a visit a week, an event a month).")

    def get_breadcrumbs(self) -> Any:
        return home(self.actor)

    def get_form(self, data: Any = None, files: Any = None) -> PersonForm:
        return PersonForm(data, actor=self.actor)

    def act(self, form: PersonForm) -> str:
        given = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
        return actions.make_cared_person(self.actor, **given).get_absolute_url()


class OfPerson(FormPage):
    """A page that asks for something about a person and leads back to them. ``verbs``: the ways by which one may reach them."""

    required_verb = MANAGE
    verbs: Sequence[str] = (MANAGE,)

    def key(self) -> int:
        return int(self.kwargs["pk"])

    def prepare(self) -> None:
        self.plan, _verb = take(self.actor, None, self.key(), self.verbs, lock=False)
        self.lead = self.plan.person.masked_name

    def get_breadcrumbs(self) -> Any:
        return [*home(self.actor), (self.plan.person.masked_name, self.plan.get_absolute_url())]

    def act(self, form: Any) -> str:
        self.do(form)
        return self.plan.get_absolute_url()

    def do(self, form: Any) -> None:
        raise NotImplementedError


class PersonEdit(OfPerson):
    title = gettext_lazy("What is kept of the person")
    wide = True

    def get_form(self, data: Any = None, files: Any = None) -> PersonForm:
        return PersonForm(data, actor=self.actor, row=self.plan)

    def do(self, form: Any) -> None:
        given = dict(form.cleaned_data)
        actions.edit_cared_person(self.actor, person_id=self.plan.person_id, expected=given.pop("revision"), **given)


class Rhythm(OfPerson):
    title = gettext_lazy("How often they are cared for")
    explanation = gettext_lazy("What has begun stays as it was owed. The birthday comes from the person.")

    def get_form(self, data: Any = None, files: Any = None) -> RhythmForm:
        return RhythmForm(data, plan=self.plan)

    def do(self, form: Any) -> None:
        actions.save_care_rhythm(
            self.actor, person_id=self.plan.person_id, rhythms=form.rhythms(), calls_count=form.cleaned_data["calls_count"],
            expected=form.cleaned_data["revision"],
        )  # fmt: skip


class Helpers(OfPerson):
    required_verb, verbs = LEAD, LEADING
    title = gettext_lazy("Pair and stand-ins")
    explanation = gettext_lazy(
        "Proposed are those who are near, have time and do not look after many yet. What is set here stays when many are paired."
    )

    def get_form(self, data: Any = None, files: Any = None) -> HelpersForm:
        return HelpersForm(data, plan=self.plan)

    def do(self, form: Any) -> None:
        actions.set_helpers(
            self.actor, person_id=self.plan.person_id, pair=form.chosen("first", "second"), stand_ins=form.chosen("third", "fourth", "fifth"),
            expected=form.cleaned_data["revision"],
        )  # fmt: skip


class Record(OfPerson):
    required_verb, verbs = KEEP, HELPING
    title = gettext_lazy("Record a call or a visit")
    form_class = RecordForm
    explanation = gettext_lazy("“Needs help” tells the pair, the leader and the community at once.")

    def do(self, form: Any) -> None:
        actions.record_care(self.actor, person_id=self.plan.person_id, uid=uuid4(), **form.cleaned_data)


class Away(OfPerson):
    required_verb, verbs = LEAD, LEADING
    title = gettext_lazy("Away for a while")
    form_class = AwayForm
    explanation = gettext_lazy("Nothing is owed on these days, and no alarm is raised.")

    def do(self, form: Any) -> None:
        actions.go_away(self.actor, person_id=self.plan.person_id, **form.cleaned_data)


class Back(ActionButton):
    required_verb = LEAD
    done = gettext_lazy("Looked after again.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.come_back(self.actor, person_id=kwargs["pk"]).get_absolute_url()


class End(OfPerson):
    title = gettext_lazy("No longer looked after")
    form_class = ReasonForm
    submit = pgettext_lazy("care", "End it")
    tone = "danger"
    explanation = gettext_lazy("The pair sees the person no more. What is kept is deleted after the days that are set.")

    def do(self, form: Any) -> None:
        actions.end_care(self.actor, person_id=self.plan.person_id, **form.cleaned_data)


class Excuse(OfPerson):
    required_verb, verbs = LEAD, LEADING
    title = gettext_lazy("Excuse")
    form_class = ReasonForm

    def key(self) -> int:
        self.due = CareDue.objects.select_related("plan").filter(pk=self.kwargs["pk"]).first()
        if self.due is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        return self.due.plan.person_id

    def do(self, form: Any) -> None:
        assert self.due is not None
        actions.excuse_care(self.actor, due_id=self.due.pk, **form.cleaned_data)


class CloseAlarm(OfPerson):
    required_verb, verbs = KEEP, HELPING
    title = gettext_lazy("Close the alarm")
    form_class = CloseForm
    submit = pgettext_lazy("care", "Close the alarm")

    def key(self) -> int:
        self.alarm = CareAlarm.objects.select_related("plan").filter(pk=self.kwargs["pk"]).first()
        if self.alarm is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        return self.alarm.plan.person_id

    def do(self, form: Any) -> None:
        assert self.alarm is not None
        actions.close_care_alarm(self.actor, alarm_id=self.alarm.pk, **form.cleaned_data)


class Need(OfPerson):
    """What was found in a visit goes on."""

    required_verb, verbs = KEEP, HELPING
    title = gettext_lazy("Something is needed")
    submit = gettext_lazy("Pass it on")

    def key(self) -> int:
        self.record = CareRecord.objects.select_related("plan").filter(pk=self.kwargs["pk"]).first()
        if self.record is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        return self.record.plan.person_id

    def get_form(self, data: Any = None, files: Any = None) -> NeedForm:
        return NeedForm(data, ways=needs.open_to(self.actor), initial={"words": self.record.words if self.record else ""})

    def do(self, form: Any) -> None:
        assert self.record is not None
        actions.report_need(self.actor, record_id=self.record.pk, **form.cleaned_data)
