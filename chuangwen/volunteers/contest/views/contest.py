"""Contests: the list, one contest, and what the office does with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.places.models import Division
from chuangwen.volunteers.contest import actions, queries, rules
from chuangwen.volunteers.contest.access import HOLD, SEE
from chuangwen.volunteers.contest.actions.living import gathered
from chuangwen.volunteers.contest.forms import ContestForm, CountForm, JurorForm, PublishForm, ReasonForm
from chuangwen.volunteers.contest.models import Contest, ContestEntry, ContestResult, Juror
from chuangwen.volunteers.contest.rules import ContestStep, contest_after
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, SavedView, TreeFilter
from chuangwen.web.row_pages import OfRow
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Project contests")
TONES = {"draft": "quiet", "open": "accent", "judging": "wait", "counted": "warn", "published": "ok", "called_off": "quiet"}
ENTRY_TONES = {"entered": "wait", "admitted": "ok", "rejected": "bad", "withdrawn": "quiet"}


def contest_badge(contest: Contest) -> Any:
    return badge(contest.get_state_display(), TONES[contest.state])


def entry_badge(entry: ContestEntry) -> Any:
    return badge(entry.get_state_display(), ENTRY_TONES[entry.state])


def result_rows(contest: Contest) -> list[dict[str, Any]]:
    """Results as they are shown: what was counted, what was left out."""
    return [
        {
            "row": row, "kept": "、".join(row.told.get("kept", [])), "left_out": "、".join(row.told.get("left_out", [])),
            "conflicts": row.told.get("conflicts", 0), "missing": row.told.get("missing", 0),
        }
        for row in queries.results(contest)
    ]  # fmt: skip


class ContestList(ListPage):
    """All contests of the area."""

    title = export_name = HOME
    required_verb = SEE
    columns = [
        ListColumn("title", gettext_lazy("Contest"), phone="title", sort=("title", "pk"), width=36),
        ListColumn("state", gettext_lazy("State"), contest_badge, export="get_state_display", sort=("state", "pk"), phone="badge"),
        ListColumn("rhythm", gettext_lazy("Held how often"), "get_rhythm_display", nowrap=True),
        ListColumn("division", gettext_lazy("Area"), "division.name", sort=("division__path", "pk")),
        ListColumn("unit", gettext_lazy("Held by"), "unit.name"),
        ListColumn("starts_on", gettext_lazy("Projects from"), kind="date", sort=("starts_on", "pk"), nowrap=True),
        ListColumn("entries_until", gettext_lazy("Projects until"), kind="date", sort=("entries_until", "pk"), nowrap=True),
        ListColumn("judged_until", gettext_lazy("Jury until"), kind="date", nowrap=True, phone="hidden"),
        ListColumn("projects", gettext_lazy("Projects"), kind="int"),
        ListColumn("jury", gettext_lazy("Jurors"), kind="int"),
    ]
    search_fields = ["title", "division__name", "unit__name"]
    default_sort = ("-starts_on", "-pk")
    saved_views = [SavedView(gettext_lazy("All")), SavedView(gettext_lazy("Under way"), "state=open&state=judging&state=counted")]
    empty = Empty(gettext_lazy("No contests yet"), gettext_lazy("Every two months and once a year: projects of teams, judged by a jury."),
                  icon="trophy")  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.contests(self.actor)

    def get_filters(self) -> Any:
        return [
            MultiChoiceFilter(key="state", label=_("State"), choices=Contest.State.choices),
            MultiChoiceFilter(key="rhythm", label=_("Held how often"), choices=Contest.Rhythm.choices),
            TreeFilter(key="area", label=_("Area"), field="division", tree=lambda: access.scoped(self.actor, SEE, Division)),
        ]

    def get_page_actions(self) -> Any:
        mine = [PageAction(_("Page for everybody"), reverse("volunteers:contest-open"), icon="world")]
        if self.actor.may(HOLD):
            mine.append(PageAction(_("New contest"), reverse("volunteers:contest-new"), icon="plus", primary=True))
        return mine


class ContestPage(PageMixin, View):
    """A contest with its projects, its jury, how far the jury is, and the results."""

    required_verb = SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:contests"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        contest = access.fetch(self.actor, SEE, queries.contests(self.actor), pk=pk)
        self.title = contest.title
        hold = self.actor.may(HOLD) and access.scoped(self.actor, HOLD, Contest).filter(pk=pk).exists()
        may = {step.value: hold and contest_after(contest.state, step) is not None for step in ContestStep}
        jury: list[dict[str, Any]] = []
        if contest.state in (rules.PUBLISHED, rules.CALLED_OFF):
            jury = [{"juror": juror} for juror in contest.jurors.filter(left_on__isnull=True).select_related("account__person").order_by("pk")]
        else:
            totals, against, entries, jurors = gathered(contest)
            for juror in jurors:
                mine = [entry for entry in entries if (juror.pk, entry.pk) not in against]
                done = sum(juror.pk in totals[entry.pk] for entry in mine)
                why = [(entry, against[juror.pk, entry.pk]) for entry in entries if (juror.pk, entry.pk) in against]
                jury.append({"juror": juror, "of": len(mine), "done": done, "conflicts": why})
        rows = contest.entries.select_related("team").order_by("number")
        context = self.get_context_data(
            contest=contest, state=contest_badge(contest), may=may, hold=hold, entries=[(row, entry_badge(row)) for row in rows[:300]],
            criteria=list(contest.criteria.all()), jury=jury, results=result_rows(contest),
            whole=sum(one.most for one in contest.criteria.all()),
        )  # fmt: skip
        return render(request, "volunteers/contest/contest.html", context)


class ContestNew(FormPage):
    required_verb = HOLD
    title = gettext_lazy("New contest")
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:contests"))]

    def get_form(self, data: Any = None, files: Any = None) -> ContestForm:
        return ContestForm(data, actor=self.actor)

    def act(self, form: ContestForm) -> str:
        given = form.cleaned_data
        made = actions.plan_contest(
            self.actor, division=given["division"], unit=given["unit"], said=form.said(), criteria=given["criteria"]
        )
        return made.get_absolute_url()


class OfContest(OfRow):
    required_verb = HOLD
    model, related, home, link = Contest, ("unit", "division"), (HOME, "volunteers:contests"), "contest_id"
    form_class: Any = ReasonForm


class ContestEdit(OfContest):
    title = gettext_lazy("Edit the contest")
    wide = True

    def get_form(self, data: Any = None, files: Any = None) -> ContestForm:
        return ContestForm(data, actor=self.actor, row=self.about)

    def do(self, form: Any) -> None:
        was = [(one.name, one.about, one.most) for one in self.about.criteria.all()]
        criteria = form.cleaned_data["criteria"]
        actions.edit_contest(
            self.actor, contest_id=self.about.pk, said=form.said(), criteria=None if criteria == was else criteria,
            expected=form.cleaned_data["revision"],
        )  # fmt: skip


class _Step(ActionButton):
    required_verb = HOLD
    step: Any

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return type(self).step(self.actor, contest_id=kwargs["pk"]).get_absolute_url()


class ContestCall(_Step):
    step = staticmethod(actions.call_contest)
    done = gettext_lazy("Teams may enter projects now.")


class ContestReopen(_Step):
    step = staticmethod(actions.reopen_entries)


class ContestClose(_Step):
    step = staticmethod(actions.close_entries)
    done = gettext_lazy("The jury may score now.")


class ContestCount(OfContest):
    title = gettext_lazy("Count the scores")
    form_class = CountForm
    submit = gettext_lazy("Count and freeze")
    explanation = gettext_lazy("Scores of jurors with a conflict of interest or who left are left out. Nothing is published by this.")

    def do(self, form: Any) -> None:
        actions.count_contest(self.actor, contest_id=self.about.pk, **form.cleaned_data)


class ContestCountAgain(OfContest):
    title = gettext_lazy("Back to the jury")

    def do(self, form: Any) -> None:
        actions.count_again(self.actor, contest_id=self.about.pk, **form.cleaned_data)


class ContestPublish(OfContest):
    title = gettext_lazy("Publish the results")
    submit = gettext_lazy("Publish")
    wide = True

    def get_form(self, data: Any = None, files: Any = None) -> PublishForm:
        rows = ContestResult.objects.filter(entry__contest=self.about).exclude(prize="").select_related("entry")
        return PublishForm(data, rows=list(rows))

    def do(self, form: Any) -> None:
        actions.publish_contest(self.actor, contest_id=self.about.pk, verdict=form.cleaned_data["verdict"], reasons=form.reasons())


class ContestCallOff(OfContest):
    title = gettext_lazy("Call the contest off")
    tone = "danger"

    def do(self, form: Any) -> None:
        actions.call_off_contest(self.actor, contest_id=self.about.pk, **form.cleaned_data)


class JurorNew(OfContest):
    title = gettext_lazy("Somebody joins the jury")

    def get_form(self, data: Any = None, files: Any = None) -> JurorForm:
        return JurorForm(data, actor=self.actor, contest=self.about)

    def do(self, form: Any) -> None:
        actions.add_juror(self.actor, contest_id=self.about.pk, **form.cleaned_data)


class JurorRemove(ActionButton):
    required_verb = HOLD
    done = gettext_lazy("Taken out.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        contest = Juror.objects.filter(pk=kwargs["pk"]).values_list("contest", flat=True).first()
        if contest is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        actions.remove_juror(self.actor, juror_id=kwargs["pk"])
        return reverse("volunteers:contest", args=[contest])
