"""Projects: a team's own, one project, entering, admitting, scoring."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.cases.views.photo_pages import PhotoPage, photos_shown
from chuangwen.kernel import access
from chuangwen.kernel.errors import Denied, Missing
from chuangwen.scoring.appraisal.views.objections import evidence
from chuangwen.volunteers.contest import actions, queries, rules
from chuangwen.volunteers.contest.access import ENTER, HOLD, JUDGE, SEE
from chuangwen.volunteers.contest.conflicts import conflict_of, conflicts
from chuangwen.volunteers.contest.forms import EntryForm, PapersForm, ReasonForm, ScoreForm
from chuangwen.volunteers.contest.models import Contest, ContestEntry, EntryDocument, Juror
from chuangwen.volunteers.contest.rules import EntryStep, entry_after
from chuangwen.volunteers.contest.views.contest import entry_badge
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import AccessMixin, PageMixin

MINE = gettext_lazy("My contest projects")
NOT_THERE = gettext_lazy("There is no such record, or it is not in your area.")


class Mine(PageMixin, View):
    """What a team may enter now, its projects, and what a juror has to score."""

    required_verb = ENTER
    title = MINE
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        juries = []
        for juror in queries.juries(self.actor)[:5]:
            rows = list(
                juror.contest.entries.filter(state=rules.ADMITTED).select_related("team__unit", "team__leader").order_by("number")[:200]
            )
            against, given = conflicts([juror], rows), queries.scores_of(juror)
            juries.append((juror.contest, [(row, against.get((juror.pk, row.pk), ""), sum(given.get(row.pk, {}).values()) if row.pk in given
                                            else None) for row in rows]))  # fmt: skip
        rows = [(row, entry_badge(row)) for row in queries.entries(self.actor).order_by("-entered_at", "-pk")[:60]]
        context = self.get_context_data(open_for=queries.open_for(self.actor), entries=rows, juries=juries)
        return render(request, "volunteers/contest/mine.html", context)


def seen_entry(actor: Any, key: int) -> tuple[ContestEntry, Juror | None]:
    """A project for its team, for whoever sees the contest, and for its jurors once the jury is at work. Raises Missing."""
    rows = ContestEntry.objects.select_related("contest__division", "team__unit", "team__leader", "team__division")
    entry = rows.filter(pk=key).first()
    if entry is None:
        raise Missing(NOT_THERE)
    juror = None
    if actor.account_id is not None and actor.may(JUDGE):
        found = Juror.objects.filter(contest=entry.contest_id, account=actor.account_id, left_on__isnull=True)
        juror = found.select_related("account__person").first() if entry.state == rules.ADMITTED else None
    if juror is None:
        of_contest = actor.may(SEE) and access.scoped(actor, SEE, Contest).filter(pk=entry.contest_id).exists()
        own = actor.may(ENTER) and access.scoped(actor, ENTER, ContestEntry).filter(pk=key).exists()
        if not of_contest and not own:
            raise Missing(NOT_THERE)
    return entry, juror


class EntryPage(PageMixin, View):
    """A project with budget, photos, documents, and its result once it is published."""

    def get_breadcrumbs(self) -> Any:
        return [(MINE, reverse("volunteers:contest-mine"))] if self.actor.may(ENTER) else []

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry, juror = seen_entry(self.actor, pk)
        self.title = entry.title
        own = self.actor.may(ENTER) and access.scoped(self.actor, ENTER, ContestEntry).filter(pk=pk).exists()
        hold = self.actor.may(HOLD) and access.scoped(self.actor, HOLD, ContestEntry).filter(pk=pk).exists()
        opened, judging = entry.contest.state == rules.OPEN, entry.contest.state == rules.JUDGING
        may = {
            "edit": own and opened and entry_after(entry.state, EntryStep.EDIT) is not None, "papers": own and opened,
            "withdraw": own and (opened or judging) and entry_after(entry.state, EntryStep.WITHDRAW) is not None,
            "admit": hold and opened and entry_after(entry.state, EntryStep.ADMIT) is not None,
            "reject": hold and opened and entry_after(entry.state, EntryStep.REJECT) is not None,
        }  # fmt: skip
        why = conflict_of(juror, entry) if juror is not None else ""
        outcome = getattr(entry, "outcome", None) if entry.contest.state == rules.PUBLISHED else None
        context = self.get_context_data(
            entry=entry, state=entry_badge(entry), may=may, juror=juror, why=why, score=juror is not None and judging and not why,
            photos=photos_shown(entry.photos.all(), self.actor.account_id), documents=list(entry.documents.all()), outcome=outcome,
        )  # fmt: skip
        return render(request, "volunteers/contest/entry.html", context)


class EntryNew(PhotoPage):
    required_verb = ENTER
    title = gettext_lazy("Enter a project")
    wide = True
    contest: Contest

    def prepare(self) -> None:
        found = queries.public().filter(pk=self.kwargs["pk"], state=rules.OPEN).first()
        if found is None or found.pk not in {row.pk for row in queries.open_for(self.actor)}:
            raise Missing(NOT_THERE)
        self.contest, self.lead = found, found.title

    def get_breadcrumbs(self) -> Any:
        return [(MINE, reverse("volunteers:contest-mine"))]

    def make_form(self, data: Any = None, files: Any = None) -> EntryForm:
        return EntryForm(data, files, actor=self.actor, place=self.contest.division)

    def act(self, form: Any) -> str:
        given = {name: form.cleaned_data[name] for name in ("title", "summary", "served", "budget")}
        entry = actions.enter_project(
            self.actor, contest_id=self.contest.pk, team_id=form.cleaned_data["team"].pk, photos=form.photos("photos"), **given
        )
        return entry.get_absolute_url()


class OfEntry(FormPage):
    """A page that asks for something about a project and leads back to it."""

    required_verb = ENTER
    about: ContestEntry
    form_class: Any = ReasonForm

    def prepare(self) -> None:
        assert self.required_verb is not None
        self.about = access.fetch(self.actor, self.required_verb, ContestEntry.objects.select_related("contest"), pk=self.kwargs["pk"])
        self.lead = self.about.title

    def get_breadcrumbs(self) -> Any:
        return [(self.about.title, self.about.get_absolute_url())]

    def act(self, form: Any) -> str:
        self.do(form)
        return self.about.get_absolute_url()

    def do(self, form: Any) -> None:
        raise NotImplementedError


class EntryEdit(PhotoPage, OfEntry):
    title = gettext_lazy("Edit the project")
    wide = True

    def make_form(self, data: Any = None, files: Any = None) -> EntryForm:
        return EntryForm(data, files, actor=self.actor, row=self.about)

    def do(self, form: Any) -> None:
        given = {name: form.cleaned_data[name] for name in ("title", "summary", "served", "budget")}
        actions.edit_entry(self.actor, entry_pk=self.about.pk, expected=form.cleaned_data["revision"], **given)


class EntryPapers(PhotoPage, OfEntry):
    title = gettext_lazy("Photos and documents")
    form_class = PapersForm

    def do(self, form: Any) -> None:
        documents = [(file.name, file.read()) for file in form.cleaned_data["documents"] or ()]
        actions.add_entry_papers(self.actor, entry_pk=self.about.pk, photos=form.photos("photos"), documents=documents)


class EntryReject(OfEntry):
    required_verb = HOLD
    title = gettext_lazy("Do not admit the project")

    def do(self, form: Any) -> None:
        actions.reject_entry(self.actor, entry_pk=self.about.pk, **form.cleaned_data)


class EntryAdmit(ActionButton):
    required_verb = HOLD

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.admit_entry(self.actor, entry_pk=kwargs["pk"]).get_absolute_url()


class EntryWithdraw(ActionButton):
    required_verb = ENTER

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.withdraw_entry(self.actor, entry_pk=kwargs["pk"]).get_absolute_url()


class OfJuror(OfEntry):
    """What a juror does with a project of their contest."""

    required_verb = JUDGE
    juror: Juror

    def prepare(self) -> None:
        entry, juror = seen_entry(self.actor, self.kwargs["pk"])
        if juror is None:
            raise Missing(NOT_THERE)
        self.about, self.juror, self.lead = entry, juror, entry.title


class EntryScore(OfJuror):
    title = gettext_lazy("Score the project")

    def prepare(self) -> None:
        super().prepare()
        if why := conflict_of(self.juror, self.about):
            raise Denied(_("You do not score this project: %(why)s.") % {"why": why}, "contest.conflict")

    def get_form(self, data: Any = None, files: Any = None) -> ScoreForm:
        given = queries.scores_of(self.juror).get(self.about.pk, {})
        return ScoreForm(data, criteria=list(self.about.contest.criteria.all()), given=given)

    def do(self, form: Any) -> None:
        actions.score_entry(self.actor, entry_pk=self.about.pk, points=form.points())


class EntryConflict(OfJuror):
    title = gettext_lazy("I am related to this project")
    explanation = gettext_lazy("You then do not score it any more; what you gave is left out.")

    def do(self, form: Any) -> None:
        actions.declare_conflict(self.actor, entry_pk=self.about.pk, **form.cleaned_data)


class Document(AccessMixin, View):
    """A document of a project, to be saved, for whoever sees the project."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row = EntryDocument.objects.filter(pk=pk).first()
        if row is None:
            raise Missing(NOT_THERE)
        seen_entry(self.actor, row.entry_id)
        return evidence(row.file_key, row.file_name)
