"""Results of unit appraisal: the list, one with its places and lists, every step of its life, the signed file."""

from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, files
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.models import Job
from chuangwen.scoring.appraisal import actions, jobs, queries, words
from chuangwen.scoring.appraisal.actions.living import versions
from chuangwen.scoring.appraisal.forms import ComputeForm, OpenForm, ReasonForm, SureForm, periods_of
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalRow, AppraisalScheme, PeriodKind
from chuangwen.scoring.appraisal.periods import Span
from chuangwen.scoring.appraisal.states import PUBLISHED, SIGNED, Step, after
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import (
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    QFilter,
    SavedView,
)
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import AccessMixin, PageMixin

HOME = gettext_lazy("Appraisals of units")


def cell_state(row: Appraisal) -> Any:
    """The state by word and colour; of a version that was superseded, that it was."""
    if getattr(row, "superseded_by", None) is not None:
        return badge(_("superseded"), "quiet")
    return badge(row.get_state_display(), words.TONES[row.state])


class AppraisalList(ListPage):
    """All results of the area, the newest first."""

    title = export_name = HOME
    required_verb = "scoring.see_appraisals"
    columns = [
        ListColumn("label", pgettext_lazy("appraisal", "Period"), phone="title", sort=("starts_on", "pk"), nowrap=True),
        ListColumn("scheme", gettext_lazy("Scheme"), "scheme.name", sort=("scheme__name", "-starts_on", "-pk")),
        ListColumn("state", gettext_lazy("State"), cell_state, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("version", gettext_lazy("Version"), lambda row: f"v{row.version}", phone="hidden"),
        ListColumn("division", gettext_lazy("Appraised area"), "division.name", phone="hidden"),
        ListColumn("units", gettext_lazy("Units"), lambda row: row.units or 0, kind="int"),
        ListColumn("objections_waiting", gettext_lazy("Objections waiting"), lambda row: row.objections_waiting or 0, kind="int"),
        ListColumn("computed_at", gettext_lazy("Computed"), kind="datetime", sort="computed_at", nowrap=True, phone="hidden"),
    ]
    search_fields = ["label", "scheme__name"]
    search_hint = gettext_lazy("Period or scheme")
    default_sort = ("-starts_on", "-pk")
    saved_views = [
        SavedView(gettext_lazy("Newest versions"), "newest=1"),
        SavedView(gettext_lazy("Waiting for me"), "waiting=1"),
        SavedView(gettext_lazy("All")),
    ]
    empty = Empty(
        gettext_lazy("No appraisals yet"), gettext_lazy("Open a scheme and compute a period that is over."), icon="medal"
    )

    def get_filters(self) -> Any:
        return [
            QFilter(key="waiting", label=_("To do"), options={"1": (_("waits for me"), queries.waiting(self.actor))}),
            MultiChoiceFilter(key="state", label=_("State"), choices=Appraisal.State.choices),
            ChoiceFilter(key="period", label=PERIOD, choices=PeriodKind.choices),
            QFilter(key="newest", label=_("Versions"), options={"1": (_("newest only"), queries.newest())}),
            DateRangeFilter(key="on", label=_("Period begins"), field="starts_on", more=True),
        ]

    def get_queryset(self) -> Any:
        return queries.appraisals(self.actor)

    def get_page_actions(self) -> Any:
        found = [
            PageAction(_("Objections"), reverse("scoring:appraisal-objections"), icon="message-report"),
            PageAction(_("What follows"), reverse("scoring:appraisal-consequences"), icon="gavel"),
        ]
        if self.actor.may("scoring.appraise"):
            found.append(
                PageAction(_("Compute a period"), reverse("scoring:appraisal-schemes"), icon="player-play", primary=True)
            )
        return found

    def row_url(self, row: Appraisal) -> str:
        return reverse("scoring:appraisal", args=[row.pk])


PERIOD = pgettext_lazy("appraisal", "Period")


class ResultPages(PageMixin):
    """What the pages of one result have in common."""

    kwargs: dict[str, Any]

    def find(self, verb: str = "scoring.see_appraisals") -> Appraisal:
        rows = Appraisal.objects.select_related(
            "scheme", "division", "superseded_by", "supersedes", "computed_by__person", "checked_by__person", "signed_by__person"
        )
        return access.fetch(self.actor, verb, rows, pk=self.kwargs["pk"])

    def result_crumbs(self, appraisal: Appraisal | None = None) -> list[tuple[Any, str | None]]:
        crumbs: list[tuple[Any, str | None]] = [(HOME, reverse("scoring:appraisals"))]
        return [*crumbs, (str(appraisal), reverse("scoring:appraisal", args=[appraisal.pk]))] if appraisal else crumbs


STEPS = (
    (Step.CHECK, "appraisal-check", "scoring.check_appraisal", gettext_lazy("Check"), "eye"),
    (Step.OPEN, "appraisal-open", "scoring.conduct_appraisal", gettext_lazy("Open to objections"), "message-report"),
    (Step.SETTLE, "appraisal-settle", "scoring.conduct_appraisal", gettext_lazy("Close the objections"), "checks"),
    (Step.SIGN, "appraisal-sign", "scoring.sign_appraisal", gettext_lazy("Sign"), "signature"),
    (Step.PUBLISH, "appraisal-publish", "scoring.conduct_appraisal", gettext_lazy("Publish"), "speakerphone"),
)
LIFE = (
    (Appraisal.State.COMPUTED, "computed_at", "computed_by"),
    (Appraisal.State.CHECKED, "checked_at", "checked_by"),
    (Appraisal.State.OPEN, "opened_at", ""),
    (Appraisal.State.SETTLED, "settled_at", ""),
    (Appraisal.State.SIGNED, "signed_at", "signed_by"),
    (Appraisal.State.PUBLISHED, "published_at", ""),
)


class AppraisalPage(ResultPages, View):
    """A result: places inside peer groups with their intervals, red and black list, coverage, objections, versions."""

    required_verb = "scoring.see_appraisals"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        appraisal = self.find()
        self.title, self.lead, self.breadcrumbs = (
            appraisal.label,
            f"{appraisal.scheme} · {appraisal.division.name}",
            self.result_crumbs(),
        )
        superseded = getattr(appraisal, "superseded_by", None)
        steps = [
            (reverse(f"scoring:{name}", args=[pk]), label, icon)
            for step, name, verb, label, icon in STEPS
            if superseded is None and after(appraisal.state, step) and self.actor.may(verb)
        ]
        chain = versions(appraisal)
        context = self.get_context_data(
            appraisal=appraisal,
            groups=queries.groups_of(appraisal),
            superseded=superseded,
            steps=steps,
            state=cell_state(appraisal),
            life=[(label, getattr(appraisal, at), getattr(appraisal, by) if by else None) for label, at, by in told_life()],
            chain=chain,
            reasons=words.reasons(appraisal.coverage),
            coverage=appraisal.coverage,
            objections=list(queries.objections(self.actor).filter(appraisal__in=[one.pk for one in chain])[:50]),
            consequences=list(queries.consequences(self.actor).filter(appraisal=appraisal)),
            red=appraisal.rows.filter(mark=AppraisalRow.Mark.RED).count(),
            black=appraisal.rows.filter(mark=AppraisalRow.Mark.BLACK).count(),
            may_compute=superseded is None and self.actor.may("scoring.appraise"),
            has_file=appraisal.state in (SIGNED, PUBLISHED),
            objection_tones=words.OBJECTION_TONES,
            consequence_tones=words.CONSEQUENCE_TONES,
            may_decide=superseded is None and self.actor.may("scoring.decide_consequence"),
        )
        return render(request, "scoring/appraisal/result.html", context)


def told_life() -> list[tuple[Any, str, str]]:
    """The stations of a result's life: word, column of the moment, column of who."""
    return [(state.label, at, by) for state, at, by in LIFE]


def _places(row: AppraisalRow) -> str:
    return words.interval(row)


class RowList(ResultPages, ListPage):
    """Every unit's result as a list that is exported."""

    title = gettext_lazy("All units")
    export_name = gettext_lazy("Appraisal")
    required_verb = "scoring.see_appraisals"
    columns = [
        ListColumn("name", gettext_lazy("Unit"), phone="title", sort=("name", "pk")),
        ListColumn("group", gettext_lazy("Peer group"), sort=("group", "order")),
        ListColumn("rank", gettext_lazy("Rank"), kind="int", sort=("rank", "pk"), phone="badge"),
        ListColumn("places", gettext_lazy("Could as well be"), _places, nowrap=True),
        ListColumn("score", gettext_lazy("Score"), kind="decimal", digits=2, sort=("score", "pk")),
        ListColumn("mark", gettext_lazy("Red or black"), "get_mark_display", sort=("mark", "order")),
        ListColumn("counted", gettext_lazy("Records counted"), kind="int", sort=("counted", "pk")),
        ListColumn("read", gettext_lazy("Records read"), kind="int", sort=("read", "pk")),
        ListColumn("note", gettext_lazy("Remark"), phone="hidden", width=40),
    ]
    search_fields = ["name"]
    search_hint = gettext_lazy("Unit")
    default_sort = "order"
    default_size = 100

    @cached_property
    def appraisal(self) -> Appraisal:
        return self.find()

    def get_queryset(self) -> Any:
        return AppraisalRow.objects.filter(appraisal=self.appraisal)

    def get_filters(self) -> Any:
        return [MultiChoiceFilter(key="mark", label=_("Red or black"), choices=AppraisalRow.Mark.choices)]

    def get_export_columns(self) -> Any:
        measures = self.appraisal.scheme.body["measures"]
        return [
            *self.columns,
            *(ListColumn(f"m_{one['key']}", one["name"], _points(one["key"]), kind="decimal") for one in measures),
        ]

    def get_breadcrumbs(self) -> Any:
        return self.result_crumbs(self.appraisal)

    def row_url(self, row: AppraisalRow) -> str:
        return reverse("scoring:appraisal-row", args=[row.pk])


def _points(key: str) -> Any:
    def of(row: AppraisalRow) -> float | None:
        return next((float(figure["points"]) for figure in row.figures if figure["key"] == key), None)

    return of


class Compute(FormPage):
    """Choose a period and have a job compute it; the page shows how far it is."""

    required_verb = "scoring.appraise"
    template_name = "scoring/appraisal/compute.html"
    submit = gettext_lazy("Compute")
    title = gettext_lazy("Compute a period")
    done = ""

    def prepare(self) -> None:
        self.scheme = access.fetch(self.actor, "scoring.see_appraisal_schemes", AppraisalScheme, pk=self.kwargs["pk"])
        self.lead = str(self.scheme)
        asked = number_in(self.request.GET.get("job"))
        own = Job.objects.filter(kind="scoring.appraise", account_id=self.actor.account_id)
        self.job = own.filter(pk=asked).first() if asked is not None else None

    def get_breadcrumbs(self) -> Any:
        return [
            (HOME, reverse("scoring:appraisals")),
            (str(self.scheme), reverse("scoring:appraisal-scheme", args=[self.scheme.pk])),
        ]

    def get_form(self, data: Any = None, files: Any = None) -> ComputeForm:
        return ComputeForm(data, actor=self.actor, periods=periods_of(self.scheme))

    def extra_context(self) -> dict[str, Any]:
        return {"job": self.job, "scheme": self.scheme}

    def act(self, form: ComputeForm) -> str:
        job = jobs.start(
            self.actor,
            scheme=self.scheme,
            division=form.cleaned_data["division"],
            span=form.span(),
            reason=form.cleaned_data["reason"],
        )
        return reverse("scoring:appraisal-compute", args=[self.scheme.pk]) + f"?job={job.pk}"


class StepPage(ResultPages, FormPage):
    """One step in the life of a result."""

    form_class = SureForm
    step: Any

    def prepare(self) -> None:
        assert self.required_verb is not None
        self.appraisal = self.find(self.required_verb)
        self.lead = str(self.appraisal)

    def get_breadcrumbs(self) -> Any:
        return self.result_crumbs(self.appraisal)

    def act(self, form: Any) -> str:
        self.step(self.actor, appraisal_id=self.appraisal.pk)
        return self.back_to()

    def back_to(self) -> str:
        return reverse("scoring:appraisal", args=[self.appraisal.pk])


class Check(StepPage):
    required_verb = "scoring.check_appraisal"
    title = submit = gettext_lazy("Check")
    done = gettext_lazy("The result is checked.")
    explanation = gettext_lazy(
        "Somebody else than who had it computed looks at the coverage, the places and the lists before a unit sees them."
    )
    step = staticmethod(actions.check_appraisal)


class Open(StepPage):
    required_verb = "scoring.conduct_appraisal"
    title = submit = gettext_lazy("Open to objections")
    done = gettext_lazy("The units see their results and may object.")
    form_class = OpenForm

    def act(self, form: OpenForm) -> str:
        actions.open_appraisal(self.actor, appraisal_id=self.appraisal.pk, days=form.cleaned_data["days"])
        return self.back_to()


class Settle(StepPage):
    required_verb = "scoring.conduct_appraisal"
    title = submit = gettext_lazy("Close the objections")
    done = gettext_lazy("The result waits for the signature.")
    step = staticmethod(actions.settle_appraisal)


class Sign(StepPage):
    required_verb = "scoring.sign_appraisal"
    title = submit = gettext_lazy("Sign")
    done = gettext_lazy("The result is signed.")
    confirm = gettext_lazy("Sign this result?")
    confirm_detail = gettext_lazy("A signed result never changes; a correction makes another version.")
    step = staticmethod(actions.sign_appraisal)


class Publish(StepPage):
    required_verb = "scoring.conduct_appraisal"
    title = submit = gettext_lazy("Publish")
    done = gettext_lazy("The result is published; what follows by repetition is proposed.")
    confirm = gettext_lazy("Publish this result?")
    step = staticmethod(actions.publish_appraisal)


class Again(StepPage):
    """Compute the same period by the newest version of the scheme: records that were corrected since make another version."""

    required_verb = "scoring.appraise"
    title = submit = gettext_lazy("Compute again")
    explanation = gettext_lazy("The records as they are now, by the newest version of the scheme. This version stays as it is.")
    done = ""

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return ReasonForm(data)

    def act(self, form: Any) -> str:
        span = Span(self.appraisal.starts_on, self.appraisal.ends_on, self.appraisal.period)
        scheme = (
            AppraisalScheme.objects.filter(name=self.appraisal.scheme.name).order_by("-version").first() or self.appraisal.scheme
        )
        job = jobs.start(
            self.actor, scheme=scheme, division=self.appraisal.division, span=span, reason=form.cleaned_data["reason"]
        )
        return reverse("scoring:appraisal-compute", args=[scheme.pk]) + f"?job={job.pk}"


class Download(ResultPages, AccessMixin, View):
    """The signed file with everything that the result was computed from."""

    required_verb = "scoring.see_appraisals"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        appraisal = self.find()
        if appraisal.state not in (SIGNED, PUBLISHED):
            raise Missing(_("This result is not signed: there is no file yet."))
        response = FileResponse(files.path_of(appraisal.file_key).open("rb"), content_type="application/octet-stream")
        name = quote(f"{appraisal.label}-{appraisal.scheme.name}-v{appraisal.version}.cwappraisal")
        response["Content-Disposition"] = f"attachment; filename=\"appraisal-{pk}.cwappraisal\"; filename*=UTF-8''{name}"
        return response
