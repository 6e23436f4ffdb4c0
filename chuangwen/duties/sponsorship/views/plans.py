"""Plans: the list, one with its table and its fairness, what changes, every step of its life."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.sponsorship import actions, matrix, queries, words
from chuangwen.duties.sponsorship.actions.solving import JOB
from chuangwen.duties.sponsorship.forms import PlainForm, PlanForm, RecordsForm, SureForm
from chuangwen.duties.sponsorship.models import SponsorshipPlan
from chuangwen.duties.sponsorship.sheets import table_sheet
from chuangwen.duties.sponsorship.states import OPEN, Step, after
from chuangwen.kernel import access, jobs
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.models import Job
from chuangwen.web import addresses, formatting, panels
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, SavedView
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Sponsorship plans")
PAGE_SIZE = 50


def cell_state(plan: SponsorshipPlan) -> Any:
    return badge(plan.get_state_display(), words.TONES[plan.state])


def matrix_cells(row: matrix.Row) -> SafeString:
    """The places of a sponsor, one cell each. Two hundred sponsors by hundreds of places are a hundred thousand cells, nearly all of them empty:
    they are written at once."""
    address, new = addresses.by_key("duties:sponsorship-pair"), pgettext("sponsorship", "new")
    written = []
    for cell in row.cells:
        if cell is None:
            written.append("<td></td>")
            continue
        pair, fresh = cell
        label = f"{row.sponsor.name} – {pair.place.name}" + (f"（{new}）" if fresh else "")
        classes = "cw-matrix-pair cw-matrix-new" if fresh else "cw-matrix-pair"
        written.append(f'<td><a href="{address(pair.pk)}" class="{classes}" aria-label="{escape(label)}">●</a></td>')
    return SafeString("".join(written))


class PlanList(ListPage):
    """All plans of the area, the newest first."""

    title = export_name = HOME
    required_verb = queries.SEE
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort=("name", "-version", "-pk")),
        ListColumn("state", gettext_lazy("State"), cell_state, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("version", gettext_lazy("Version"), lambda row: f"v{row.version}", phone="hidden"),
        ListColumn("division", gettext_lazy("Area"), "division.name"),
        ListColumn("place_count", pgettext_lazy("sponsorship", "Places"), kind="int"),
        ListColumn("sponsor_count", gettext_lazy("Sponsors"), kind="int"),
        ListColumn("pair_count", pgettext_lazy("sponsorship", "Pairs"), kind="int"),
        ListColumn("quality", gettext_lazy("Quality"), words.quality, phone="hidden"),
        ListColumn("starts_on", pgettext_lazy("sponsorship", "In force from"), kind="date", sort=("starts_on", "pk"), nowrap=True),
        ListColumn("ends_on", pgettext_lazy("sponsorship", "until"), kind="date", nowrap=True, phone="hidden"),
    ]
    search_fields = ["name"]
    search_hint = gettext_lazy("Name")
    default_sort = ("-made_at", "-pk")
    saved_views = [SavedView(gettext_lazy("All")), SavedView(pgettext_lazy("sponsorship", "in force"), "state=running")]
    empty = Empty(
        gettext_lazy("No sponsorship plans yet"),
        gettext_lazy("Make a plan, take sponsors and places from the records, and have it solved."), icon="hierarchy-3",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.counted(queries.plans(self.actor))

    def get_empty(self) -> Empty | None:
        if self.actor.may("duties.plan_sponsorship"):
            return super().get_empty()
        return Empty(_("No plan yet names your unit or your community"), _("Once a plan is signed, it stands here."), icon="hierarchy-3")

    def get_filters(self) -> Any:
        return [MultiChoiceFilter(key="state", label=_("State"), choices=SponsorshipPlan.State.choices)]

    def get_page_actions(self) -> Any:
        if not self.actor.may("duties.plan_sponsorship"):
            return []
        return [PageAction(_("New plan"), reverse("duties:sponsorship-new"), icon="plus", primary=True)]


class PlanPages(PageMixin):
    """What the pages of one plan have in common."""

    kwargs: dict[str, Any]

    def find(self, verb: str = queries.SEE) -> SponsorshipPlan:
        if verb == queries.SEE:
            return queries.plan_of(self.actor, self.kwargs["pk"])
        return access.fetch(self.actor, verb, SponsorshipPlan.objects.select_related("division", "before"), pk=self.kwargs["pk"])

    def plan_crumbs(self, plan: SponsorshipPlan | None = None) -> list[tuple[Any, str | None]]:
        crumbs: list[tuple[Any, str | None]] = [(HOME, reverse("duties:sponsorships"))]
        return [*crumbs, (str(plan), plan.get_absolute_url())] if plan else crumbs


STEPS = (
    (Step.SIGN, "sponsorship-sign", gettext_lazy("Sign the plan"), "signature"),
    (Step.START, "sponsorship-start", pgettext_lazy("sponsorship", "Put in force"), "player-play"),
    (Step.END, "sponsorship-end", gettext_lazy("End"), "player-stop"),
)
LIFE = (
    (SponsorshipPlan.State.DRAFT, "made_at"),
    (SponsorshipPlan.State.SOLVED, "solved_at"),
    (SponsorshipPlan.State.SIGNED, "signed_at"),
    (SponsorshipPlan.State.RUNNING, "started_at"),
    (SponsorshipPlan.State.ENDED, "ended_at"),
)


class PlanPage(PlanPages, View):
    """The table by place, fairness before and after, the points by principle, what is to be done next."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        plan = self.find()
        self.title, self.lead, self.breadcrumbs = plan.name, self.about(plan), self.plan_crumbs()
        lines, question = queries.table(plan)
        may_plan = access.scoped(self.actor, "duties.plan_sponsorship", SponsorshipPlan).filter(pk=pk).exists()
        asked = number_in(request.GET.get("page")) or 1
        pages = max(1, -(-len(lines) // PAGE_SIZE))
        page = min(max(asked, 1), pages)
        context = self.get_context_data(
            plan=plan, state=cell_state(plan), lines=lines[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], number=page, pages=range(1, pages + 1),
            figures=_figure_rows(plan), terms=_term_rows(plan), quality=words.quality(plan), points=words.points(plan.points),
            weighs=queries.weighs(self.actor), may_plan=may_plan,
            may_move=may_plan and after(plan.state, Step.MOVE) is not None, open=plan.state in OPEN, steps=self.steps(plan),
            job=self.job(plan), counts=_counts(plan, lines, question), life=[(label.label, getattr(plan, at)) for label, at in LIFE],
            versions=queries.versions(plan), events=list(queries.events_of(plan)[:12]) if may_plan else [],
            panels=panels.shown(request, "duties.sponsorship", plan), stale=plan.state == SponsorshipPlan.State.DRAFT and bool(plan.figures),
        )  # fmt: skip
        return render(request, "duties/sponsorship/plan.html", context)

    @staticmethod
    def about(plan: SponsorshipPlan) -> str:
        days = f"{formatting.day(plan.starts_on)} – {formatting.day(plan.ends_on)}"
        return f"{plan.division.name} · v{plan.version} · {days}"

    def steps(self, plan: SponsorshipPlan) -> list[tuple[str, Any, str]]:
        policy = {Step.SIGN: "duties.sign_sponsorship"}
        return [
            (reverse(f"duties:{name}", args=[plan.pk]), label, icon) for step, name, label, icon in STEPS
            if after(plan.state, step) and self.actor.may(policy.get(step, "duties.plan_sponsorship"))
        ]  # fmt: skip

    def job(self, plan: SponsorshipPlan) -> Job | None:
        """The newest job of this person that solves the plan, while it works or where it failed."""
        found = jobs.newest(self.actor, JOB, plan=plan.pk)
        return None if found is None or found.state == Job.State.DONE else found


def _counts(plan: SponsorshipPlan, lines: list[queries.PlaceLine], question: Any) -> dict[str, int]:
    sponsors = len(question.sponsors) if question else plan.sponsors.count()
    places = len(lines) if question else plan.places.count()
    return {"sponsors": sponsors, "places": places, "wishes": plan.wishes.count(), "pairs": len(question.pairs) if question else 0}


def _figure_rows(plan: SponsorshipPlan) -> list[dict[str, Any]]:
    """Fairness before and after, line by line, with the better one marked."""
    now, before = plan.figures.get("after"), plan.figures.get("before")
    if not now:
        return []
    rows = []
    for label, name, write, better in FIGURES:
        value, old = now.get(name), before.get(name) if before else None
        tone = ""
        if better and value is not None and old is not None and abs(value - old) > 1e-9:
            tone = "ok" if (value > old) == (better > 0) else "warn"
        rows.append({"label": label, "after": write(value, now), "before": write(old, before) if before else None, "tone": tone})
    return rows


def _share(value: Any, _all: Any) -> str:
    return formatting.EMPTY if value is None else formatting.percent(value, 0)


def _count(value: Any, _all: Any) -> str:
    return formatting.EMPTY if value is None else formatting.number(value)


def _of(whole: str) -> Any:
    def write(value: Any, figures: Any) -> str:
        return formatting.EMPTY if value is None else f"{formatting.number(value)} / {formatting.number(figures[whole])}"

    return write


def _km(value: Any, _all: Any) -> str:
    return formatting.EMPTY if value is None else formatting.number(round(value, 2), 2)


FIGURES = (
    (gettext_lazy("Weakest place: share of its due strength"), "share_least", _share, 1),
    (gettext_lazy("Strongest place: share of its due strength"), "share_most", _share, -1),
    (gettext_lazy("Weak places"), "weak", _of("places"), -1),
    (gettext_lazy("Spread of strength between places"), "share_spread", _share, -1),
    (gettext_lazy("Places without a sponsor"), "alone", _count, -1),
    (gettext_lazy("Heaviest load of a sponsor, of what it bears"), "load_most", _share, -1),
    (gettext_lazy("Overloaded sponsors"), "overloaded", _count, -1),
    (gettext_lazy("Places with the leader who is in charge"), "charges_kept", _of("charges"), 1),
    (gettext_lazy("Strong departments beside weak ones"), "mixed", _of("several"), 1),
    (gettext_lazy("Mean way of offices, km"), "office_km", _km, -1),
    (gettext_lazy("Pairs of the plan in force that stay"), "kept", _of("running"), 0),
)
TERMS = (
    ("charge", gettext_lazy("Leaders at places that are not theirs")),
    ("near", gettext_lazy("Ways of offices and departments")),
    ("weak", gettext_lazy("Weak places")),
    ("overload", gettext_lazy("Overload")),
    ("change", gettext_lazy("New pairs")),
)


def _term_rows(plan: SponsorshipPlan) -> list[tuple[Any, str]]:
    return [(label, words.points(plan.terms[name])) for name, label in TERMS if name in plan.terms]


class Matrix(PlanPages, View):
    """Sponsors by places: heads stay in sight while it scrolls in its own box."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        plan = self.find()
        self.title, self.lead, self.breadcrumbs = _("Sponsors by places"), str(plan), self.plan_crumbs(plan)
        lines, question = queries.table(plan)
        sponsors = list(question.sponsors) if question else []
        pages = max(1, -(-len(sponsors) // matrix.PAGE))
        page = min(max(number_in(request.GET.get("page")) or 1, 1), pages)
        shown = sponsors[(page - 1) * matrix.PAGE : page * matrix.PAGE]
        wide = lines[: matrix.MOST_PLACES]
        context = self.get_context_data(
            plan=plan, rows=[(row, matrix_cells(row)) for row in matrix.arranged(shown, wide)], heads=matrix.heads(wide), number=page,
            pages=range(1, pages + 1), left=len(lines) - len(wide), upright=len(wide) > 8,
        )  # fmt: skip
        return render(request, "duties/sponsorship/matrix.html", context)


class PlanNew(FormPage):
    """A new plan; then what is taken from the records."""

    required_verb = "duties.plan_sponsorship"
    title = gettext_lazy("New plan")
    wide = True
    explanation = gettext_lazy(
        "Leaders answer for places that they are in charge of, strong and weak departments are mixed, offices answer for what is near by. "
        "The weights below say how much each counts; the usual ones suit most towns."
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:sponsorships"))]

    def get_form(self, data: Any = None, files: Any = None) -> PlanForm:
        return PlanForm(data, actor=self.actor)

    def act(self, form: PlanForm) -> str:
        given = {name: form.cleaned_data[name] for name in ("name", "division", "starts_on", "ends_on", "seconds")}
        plan = actions.make_plan(self.actor, **given, weights=form.weights())
        return reverse("duties:sponsorship-records", args=[plan.pk])


class OfPlan(PlanPages, FormPage):
    """A form about one plan."""

    required_verb = "duties.plan_sponsorship"

    def prepare(self) -> None:
        assert self.required_verb is not None
        self.plan = self.find(self.required_verb)
        self.lead = str(self.plan)

    def get_breadcrumbs(self) -> Any:
        return self.plan_crumbs(self.plan)

    def back_to(self) -> str:
        return self.plan.get_absolute_url()


class PlanEdit(OfPlan):
    title = gettext_lazy("Edit the plan")
    wide = True
    explanation = gettext_lazy("After a change the plan has to be solved again.")

    def get_form(self, data: Any = None, files: Any = None) -> PlanForm:
        return PlanForm(data, actor=self.actor, plan=self.plan)

    def act(self, form: PlanForm) -> str:
        given = {name: form.cleaned_data[name] for name in ("name", "starts_on", "ends_on", "seconds")}
        actions.edit_plan(self.actor, plan_id=self.plan.pk, **given, weights=form.weights())
        return self.back_to()


class Records(OfPlan):
    """Sponsors and places out of what the house knows."""

    title = gettext_lazy("Take from the records")
    submit = gettext_lazy("Take over")
    done = gettext_lazy("Taken over.")
    explanation = gettext_lazy(
        "The communities of the area become places, with their grids as need and the middle of their sites as point. Who is ticked "
        "becomes a sponsor; staff is counted from the posts in force. What stands in the plan already stays as it is."
    )

    def get_form(self, data: Any = None, files: Any = None) -> RecordsForm:
        return RecordsForm(data, plan=self.plan, actor=self.actor)

    def act(self, form: RecordsForm) -> str:
        given = {name: list(form.cleaned_data[name]) for name in ("leaders", "departments", "offices")}
        actions.take_from_records(self.actor, plan_id=self.plan.pk, most=form.cleaned_data["most"], **given)
        return self.back_to()


class Solve(ActionButton):
    """Have a job solve it; the page shows how far it is."""

    required_verb = "duties.plan_sponsorship"

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.start_solving(self.actor, plan_id=kwargs["pk"])
        return reverse("duties:sponsorship", args=[kwargs["pk"]])


class NewVersion(ActionButton):
    required_verb = "duties.plan_sponsorship"
    done = gettext_lazy("A new version was made. It is measured against the plan in force.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.new_version(self.actor, plan_id=kwargs["pk"]).get_absolute_url()


class Changes(PlanPages, View):
    """What changes against the plan in force, sponsor by sponsor."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        plan = self.find()
        self.title, self.lead, self.breadcrumbs = _("What changes"), str(plan), self.plan_crumbs(plan)
        _lines, question = queries.table(plan)
        changes = queries.differences(question) if question else []
        kept = plan.figures.get("after", {}) if plan.figures else {}
        context = self.get_context_data(plan=plan, before=plan.before, changes=changes, kept=kept)
        return render(request, "duties/sponsorship/changes.html", context)


class StepPage(OfPlan):
    """One step in the life of a plan."""

    step: Any
    form_class: Any = PlainForm

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return self.form_class(data)

    def act(self, form: Any) -> str:
        self.step(self.actor, plan_id=self.plan.pk)
        return self.back_to()


class Sign(StepPage):
    required_verb = "duties.sign_sponsorship"
    title = submit = gettext_lazy("Sign the plan")
    done = gettext_lazy("The plan is signed. Its sponsors see it now.")
    confirm = gettext_lazy("Sign this plan?")
    confirm_detail = gettext_lazy("A signed plan never changes; a change makes a new version.")
    form_class = SureForm
    step = staticmethod(actions.sign_plan)


class Start(StepPage):
    title = submit = pgettext_lazy("sponsorship", "Put in force")
    done = gettext_lazy("The plan is in force.")
    explanation = gettext_lazy("The plan that is in force in this area now ends with it.")
    step = staticmethod(actions.start_plan)


class End(StepPage):
    title = submit = gettext_lazy("End the plan")
    done = gettext_lazy("The plan has ended.")
    tone = "danger"
    step = staticmethod(actions.end_plan)


class TableSheet(PlanPages, View):
    """The table of the plan as .xlsx."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        plan = self.find()
        return download(table_sheet(plan), f"{plan.name} v{plan.version}.xlsx")
