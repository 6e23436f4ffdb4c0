"""Objections: raised by the volunteer on their own record (or at the desk for them), answered by somebody without a hand in it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.kernel.codes import mask_name
from chuangwen.kernel.errors import Missing
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours import queries as hours
from chuangwen.volunteers.hours import words as hours_words
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.volunteers.record import actions, queries, rules, words
from chuangwen.volunteers.record.access import ANSWER, LIMITS, OBJECT
from chuangwen.volunteers.record.actions.base import rules_row
from chuangwen.volunteers.record.forms import AnswerForm, MissingForm, ObjectForm, ObjectHoursForm
from chuangwen.volunteers.record.models import Commendation, RecordObjection, ServiceAppraisal
from chuangwen.volunteers.record.rules import Answer
from chuangwen.volunteers.record.views.commendations import record_crumb
from chuangwen.web import formatting
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, QFilter, SavedView
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

HOME = pgettext_lazy("record", "Objections")


class ObjectionList(ListPage):
    """What waits for an answer, those due first to be found by the view; and what was answered."""

    title = export_name = HOME
    required_verb = ANSWER
    columns = [
        ListColumn("about", pgettext_lazy("objection", "About"), "about", phone="title", width=28),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", nowrap=True),
        ListColumn("name", gettext_lazy("Volunteer"), lambda row: mask_name(row.volunteer.person.name), nowrap=True),
        ListColumn("words", pgettext_lazy("objection", "What is wrong"), width=30, phone="hidden"),
        ListColumn("asked_at", pgettext_lazy("record", "Raised"), kind="datetime", sort=("asked_at", "pk"), nowrap=True, phone="hidden"),
        ListColumn("due_on", gettext_lazy("Answer by"), kind="date", sort=("due_on", "pk"), nowrap=True),
        ListColumn("state", pgettext_lazy("record", "State"), words.objection_badge, export="get_state_display", phone="badge"),
    ]
    default_sort = ("-asked_at", "-pk")
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be answered"), "state=open"),
        SavedView(pgettext_lazy("record", "Late"), "how=late"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("Nobody has objected"), gettext_lazy("Volunteers object on the page of an entry, an appraisal or a commendation."),
        icon="scale",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.objections(self.actor, ANSWER)

    def row_tone(self, row: Any) -> str:
        return "warn" if row.state in RecordObjection.WAITING and row.due_on < clock.today() else ""

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            how: dict[str, tuple[str, Q]] = {"late": (pgettext("record", "late"), queries.late(clock.today()))}
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=RecordObjection.State.choices),
                MultiChoiceFilter(key="kind", label=_("Kind"), choices=RecordObjection.Kind.choices),
                QFilter(key="how", label=_("How it stands"), options=how),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        if not self.actor.may(LIMITS):
            return []
        return [PageAction(_("Days for answers"), reverse("volunteers:record-rules"), icon="adjustments")]


class ObjectionPage(PageMixin, View):
    """One objection: for the volunteer, and for who answers or keeps the record."""

    required_verb = hours.OWN

    def get_breadcrumbs(self) -> Any:
        if self.actor.may(ANSWER) and self.row.volunteer.person_id != self.actor.person_id:
            return [(HOME, reverse("volunteers:record-objections"))]
        return [record_crumb(self.actor, self.row.volunteer)]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = RecordObjection.objects.select_related(*queries.OBJECTION, "asked_by__person")
        row = access.scoped(self.actor, ANSWER, rows).filter(pk=pk).first() or hours.visible(self.actor, rows, pk=pk)
        self.row, self.title = row, str(row)
        own = row.volunteer.person_id == self.actor.person_id
        answers = not own and access.scoped(self.actor, ANSWER, RecordObjection).filter(pk=pk).exists()
        context = self.get_context_data(
            row=row, state=words.objection_badge(row), own=own, desk=not own and self.actor.may(hours.SEE),
            may_answer=answers and rules.OBJECTIONS.get((row.state, Answer.REFUSE)) is not None,
            may_take_back=self.actor.may(OBJECT) and row.state == "open" and (own or row.asked_by_id == self.actor.account_id),
            entry=row.entry or (row.appraisal.entry if row.appraisal else None),
            stands=hours_words.served(row.entry.minutes) if row.entry else "",
            wanted=hours_words.served(row.minutes) if row.minutes is not None else "",
            on_behalf=row.asked_by is not None and row.asked_by.person_id != row.volunteer.person_id,
        )  # fmt: skip
        return render(request, "volunteers/record/objection.html", context)


class Raise(FormPage):
    """What all pages that object have in common: the row, the volunteer of it, and until when it is answered."""

    required_verb = OBJECT
    submit = gettext_lazy("Object")
    done = gettext_lazy("Received. The answer comes as a message.")
    form_class = ObjectForm
    kind = ""
    volunteer: Volunteer
    target: Any = None

    def find(self, key: int) -> tuple[Any, Volunteer]:
        raise NotImplementedError  # each kind of objection says what it is about

    def prepare(self) -> None:
        self.target, self.volunteer = self.find(self.kwargs["pk"])
        access.fetch(self.actor, OBJECT, Volunteer, pk=self.volunteer.pk)
        self.explanation = _("Somebody who had no hand in it answers within %(days)d working days, with the reason.") % {
            "days": rules_row().objection_days
        }

    def get_breadcrumbs(self) -> Any:
        return [record_crumb(self.actor, self.volunteer)]

    def minutes(self, form: Any) -> int | None:
        return None

    def act(self, form: Any) -> str:
        row = actions.object_to_record(
            self.actor, volunteer_id=self.volunteer.pk, kind=self.kind, words=form.cleaned_data["words"], minutes=self.minutes(form),
            target_id=self.target.pk if self.target is not None else None,
        )  # fmt: skip
        return row.get_absolute_url()


def _one(rows: Any, key: int) -> Any:
    found = rows.filter(pk=key).first()
    if found is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    return found


class ToHours(Raise):
    title = gettext_lazy("Object to the hours")
    kind = RecordObjection.Kind.HOURS

    def find(self, key: int) -> tuple[Any, Volunteer]:
        entry = _one(ServiceEntry.objects.select_related("volunteer__person"), key)
        self.lead = f"{entry.title} · {formatting.day(entry.day)} · {hours_words.served(entry.minutes)}"
        return entry, entry.volunteer

    def get_form(self, data: Any = None, files: Any = None) -> ObjectHoursForm:
        return ObjectHoursForm(data, entry=self.target)

    def minutes(self, form: Any) -> int | None:
        return int(form.whole)


class ToAppraisal(Raise):
    title = gettext_lazy("Object to the appraisal")
    kind = RecordObjection.Kind.APPRAISAL

    def find(self, key: int) -> tuple[Any, Volunteer]:
        row = _one(ServiceAppraisal.objects.select_related("entry__volunteer__person"), key)
        self.lead = f"{row.entry.title} · {row.get_grade_display()}"
        return row, row.entry.volunteer


class ToCommendation(Raise):
    title = gettext_lazy("Object to the commendation")
    kind = RecordObjection.Kind.COMMENDATION

    def find(self, key: int) -> tuple[Any, Volunteer]:
        row = _one(Commendation.objects.select_related("volunteer__person"), key)
        self.lead = f"{row.title} · {row.given_by}"
        return row, row.volunteer


class Missed(Raise):
    title = gettext_lazy("Say what is missing in the record")
    submit = pgettext_lazy("record", "Send it")
    form_class = MissingForm
    kind = RecordObjection.Kind.MISSING

    def find(self, key: int) -> tuple[Any, Volunteer]:
        volunteer = _one(Volunteer.objects.select_related("person"), key)
        return None, volunteer


class OfObjection(OfRow):
    """A page that answers."""

    required_verb = ANSWER
    model, related, home = RecordObjection, queries.OBJECTION, (HOME, "volunteers:record-objections")
    form_class = AnswerForm
    done = gettext_lazy("Answered. The volunteer is told.")

    def prepare(self) -> None:
        super().prepare()
        self.lead = self.about.words

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"revision": self.about.revision}}

    def given(self, form: Any) -> dict[str, Any]:
        return {"record_objection_id": self.about.pk, "answer": form.cleaned_data["answer"], "expected": form.cleaned_data["revision"]}


class Uphold(OfObjection):
    title = gettext_lazy("Uphold the objection")
    submit = gettext_lazy("Uphold it")

    def prepare(self) -> None:
        super().prepare()
        self.explanation = {
            "hours": _("This proposes the correction that is asked for; somebody else decides on it, and that is the answer."),
            "appraisal": _("This withdraws the appraisal; it stays to be seen, with your answer as the reason."),
            "commendation": _("This withdraws the commendation; enter the right one anew."),
            "missing": _("Enter what is missing first, and say here what was entered."),
        }[self.about.kind]

    def do(self, form: Any) -> None:
        actions.uphold_objection(self.actor, **self.given(form))


class RefuseIt(OfObjection):
    title = gettext_lazy("Do not uphold the objection")
    submit = gettext_lazy("Do not uphold it")

    def do(self, form: Any) -> None:
        actions.refuse_objection(self.actor, **self.given(form))


class TakeBack(ActionButton):
    required_verb = OBJECT
    done = gettext_lazy("Taken back.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.take_back_objection(self.actor, record_objection_id=kwargs["pk"]).get_absolute_url()
