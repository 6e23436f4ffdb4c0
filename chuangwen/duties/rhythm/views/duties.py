"""The duties themselves: the list, one with its past, the editor with the next dates before anything is saved."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.rhythm import actions, proofs, queries, rules, shapes
from chuangwen.duties.rhythm.examples import EXAMPLES, example
from chuangwen.duties.rhythm.forms import DutyForm, EndForm
from chuangwen.duties.rhythm.models import Duty, Occurrence
from chuangwen.duties.rhythm.views import cells
from chuangwen.duties.rhythm.views.occurrences import HOME
from chuangwen.kernel import access, clock, office_calendar
from chuangwen.kernel.holidays import is_published
from chuangwen.web import formatting
from chuangwen.web.charts import Chart, Series
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction, QFilter
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

LIST = gettext_lazy("What units owe")
PREVIEWED = 8


def in_force(duty: Duty) -> Any:
    """Whether a duty runs today, in word and colour."""
    today = clock.today()
    if duty.ends_on is not None and duty.ends_on < today:
        return badge(pgettext("duty", "ended"), "quiet")
    if duty.starts_on > today:
        return badge(_("begins later"), "wait")
    return badge(_("in force"), "ok")


class DutyList(ListPage):
    """All duties of the area."""

    title = export_name = LIST
    required_verb = "duties.see_rhythm"
    columns = [
        ListColumn("name", gettext_lazy("Duty"), sort="name", phone="title"),
        ListColumn("rhythm", gettext_lazy("Rhythm"), nowrap=True),
        ListColumn("who", gettext_lazy("Who owes it"), cells.who_owes),
        ListColumn("proofs", gettext_lazy("Shown by"), lambda duty: "、".join(proofs.labels(duty.proofs))),
        ListColumn("starts_on", gettext_lazy("First day"), sort="starts_on", kind="date", nowrap=True, phone="hidden"),
        ListColumn("state", gettext_lazy("State"), in_force, nowrap=True, phone="badge"),
    ]
    search_fields = ["name", "content", "basis"]
    search_hint = gettext_lazy("Name, content, basis")
    default_sort = "name"
    empty = Empty(
        gettext_lazy("No duties yet"),
        gettext_lazy("Write down what the plan asks of units: what, how often, and which records show it. Nothing is asked for twice."),
        icon="repeat",
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:overview"))]

    def get_page_actions(self) -> list[PageAction]:
        if not self.actor.may("duties.edit_duty"):
            return []
        found = [PageAction(_("New duty"), reverse("duties:duty-new"), icon="plus", primary=True)]
        if self.actor.may("kernel.import"):
            found.insert(0, PageAction(_("Bring in a sheet"), reverse("import-kind", args=["duties"]), icon="file-import"))
        return found

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            today = clock.today()
            options = {"running": (_("in force"), queries.running(today)), "over": (pgettext("duty", "ended"), Q(ends_on__lt=today))}
            self._filters = [QFilter(key="when", label=_("When"), options=options)]
        return self._filters

    def get_queryset(self) -> QuerySet[Duty]:
        return queries.duties(self.actor)


class DutyPage(PageMixin, View):
    """A duty: what it says, who owes it, the next dates, how it was kept."""

    required_verb = "duties.see_rhythm"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        duty = self.find(pk)
        self.title = duty.name
        self.breadcrumbs = [(HOME, reverse("duties:overview")), (LIST, reverse("duties:duties"))]
        past = queries.past(duty, self.actor)
        today = clock.today()
        may_edit = self.actor.may("duties.edit_duty") and access.scoped(self.actor, "duties.edit_duty", Duty).filter(pk=duty.pk).exists()
        context = self.get_context_data(
            duty=duty, state=in_force(duty), who=cells.who_owes(duty), shown_by=proofs.labels(duty.proofs), past=past[::-1],
            chart=past_chart(past, duty), owing=queries.owing(duty, today).count(),
            dates=[told(span) for span in queries.next_spans(duty.plan, most=PREVIEWED)], may_edit=may_edit,
            known=queries.known_already(duty) if may_edit else [], running=duty.ends_on is None or duty.ends_on >= today,
        )  # fmt: skip
        return render(request, "duties/rhythm/duty.html", context)

    def find(self, pk: int) -> Duty:
        rows = queries.duties(self.actor)
        found = rows.filter(pk=pk).first()
        return found if found is not None else access.fetch(self.actor, "duties.see_rhythm", Duty, pk=pk)


def told(span: rules.Span) -> dict[str, Any]:
    """A date of the preview: the days, the weekday of a single one, how often, and what the calendar says of it."""
    today = clock.today()
    first, last = formatting.short_day(span.first, today), formatting.short_day(span.last, today)
    single = span.first == span.last
    shifted = single and span.first.weekday() > 4 and office_calendar.calendar().is_workday(span.first)
    return {
        "days": f"{first} {shapes.NAMES[span.first.weekday()]}" if single else f"{first} – {last}", "wanted": span.wanted,
        "shifted": shifted, "provisional": not is_published(span.last.year),
    }  # fmt: skip


def past_chart(past: list[queries.PastPeriod], duty: Duty) -> Chart | None:
    """How many units kept it, missed it and were excused, period by period."""
    if not past:
        return None
    today = clock.today()
    return Chart(
        "bar", _("How units kept it"), [formatting.short_day(one.first, today) for one in past],
        [
            Series(Occurrence.State.KEPT.label, [one.kept for one in past], tone="ok", stack="all"),
            Series(Occurrence.State.EXCUSED.label, [one.excused for one in past], tone="quiet", stack="all"),
            Series(Occurrence.State.MISSED.label, [one.missed for one in past], tone="bad", stack="all"),
        ],
        unit=_("units"), low=0,
        links=[
            f"{reverse('duties:occurrences')}?duty={duty.pk}&last_from={one.last.isoformat()}&last_to={one.last.isoformat()}" for one in past
        ],
        note=_("By the first day of each time. A click opens the units."),
    )  # fmt: skip


class DutyEdit(FormPage):
    """A new duty, or a change of one; the button beside shows the next dates before anything is saved."""

    required_verb = "duties.edit_duty"
    template_name = "duties/rhythm/edit.html"
    wide = True
    duty: Duty | None = None
    explanation = gettext_lazy("What has begun stays as it is owed; a change holds from tomorrow on.")

    def prepare(self) -> None:
        self.title = _("New duty")
        self.explanation = ""
        if "pk" in self.kwargs:
            rows = Duty.objects.select_related("division", "under")
            self.duty = access.fetch(self.actor, "duties.edit_duty", rows, pk=self.kwargs["pk"])
            self.title, self.explanation = self.duty.name, DutyEdit.explanation

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:overview")), (LIST, reverse("duties:duties"))]

    def get_form(self, data: Any = None, files: Any = None) -> DutyForm:
        chosen = example(self.request.GET.get("example", "")) if self.duty is None else None
        return DutyForm(data, files, actor=self.actor, duty=self.duty, initial=chosen.initial() if chosen else {})

    def extra_context(self) -> dict[str, Any]:
        return {"examples": EXAMPLES if self.duty is None else ()}

    def act(self, form: DutyForm) -> str:
        duty = actions.save_duty(self.actor, duty_id=self.duty.pk if self.duty else None, **form.facts())
        return duty.get_absolute_url()


class DutyPreview(PageMixin, View):
    """The rhythm of a form in words and its next dates; nothing is saved."""

    required_verb = "duties.edit_duty"
    title = gettext_lazy("Next dates")
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DutyForm(request.POST, actor=self.actor)
        told_ = preview_of(form)
        name = "duties/rhythm/preview_part.html" if request.headers.get("HX-Request") == "true" else "duties/rhythm/preview.html"
        return render(request, name, self.get_context_data(preview=told_))


WHEN = ("shape", "times", "every", "weekdays", "month_days", "written", "written_periods", "on_day_off", "starts_on", "ends_on")


def preview_of(form: DutyForm) -> dict[str, Any]:
    """Words and dates of what the form says of the rhythm; what is wrong with it instead, where it cannot be read."""
    form.is_valid()
    wrong = [str(message) for name in WHEN if name in form.errors for message in form.errors[name]]
    if wrong:
        return {"wrong": list(dict.fromkeys(wrong))}
    form.cleaned_data = dict.fromkeys(form.fields) | form.cleaned_data
    shape = form.shaped()
    on_day_off = rules.SKIP if shape.shape == shapes.WORKDAYS else form.cleaned_data["on_day_off"]
    plan = rules.Plan(
        shape.kind, shape.rule(), form.cleaned_data["starts_on"], form.cleaned_data["ends_on"], form.cleaned_data["times"],
        bool(form.cleaned_data["once_a_day"]), on_day_off,
    )  # fmt: skip
    spans = queries.next_spans(plan, most=PREVIEWED)
    return {"words": shapes.words(plan.kind, plan.rule, plan.times, on_day_off), "dates": [told(span) for span in spans], "rule": plan.rule.text}


class DutyEnd(FormPage):
    """Let a duty end."""

    required_verb = "duties.edit_duty"
    form_class = EndForm
    submit = pgettext_lazy("duty", "Let it end")
    duty: Duty

    def prepare(self) -> None:
        self.duty = access.fetch(self.actor, "duties.edit_duty", Duty, pk=self.kwargs["pk"])
        self.title = _("Let “%(duty)s” end") % {"duty": self.duty}

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:overview")), (self.duty.name, self.duty.get_absolute_url())]

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"on": clock.today()}}

    def act(self, form: Any) -> str:
        return actions.end_duty(self.actor, duty_id=self.duty.pk, on=form.cleaned_data["on"]).get_absolute_url()

