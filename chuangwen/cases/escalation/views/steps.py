"""Pages of the ladder: what waits, runs and is over; one step; what is done to it; a proposal by hand; published promises."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.cases import telling as cases_telling
from chuangwen.cases.escalation import actions, forms, queries, rules, telling
from chuangwen.cases.escalation.base import settings
from chuangwen.cases.escalation.states import DONE_WORDS, StepVerb
from chuangwen.cases.models import WORKING_STATES, AppealPhoto, Case, EscalationStep, Level, StepState
from chuangwen.evidence.links import photo_url
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.people.models import Unit
from chuangwen.places import queries as places
from chuangwen.web import panels
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import (
    BulkAction,
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    LinkFilter,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    SavedView,
    TreeFilter,
)
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin, actor_of

HOME = gettext_lazy("Escalation")
OFFERED = 30
"""So many open problems of a unit are offered for one step."""


def cell_state(step: EscalationStep) -> Any:
    return badge(step.get_state_display(), telling.STATE_TONES[step.state])


def cell_level(step: EscalationStep) -> Any:
    return badge(step.get_level_display(), telling.LEVEL_TONES[step.level], telling.LEVEL_ICONS[step.level])


def cell_due(step: EscalationStep) -> Any:
    due = telling.due_of(step, clock.now())
    return format_html('<span class="cw-tone-{} cw-text-tone">{}</span>', due.tone, due.words) if due.words else "—"


def cell_what(step: EscalationStep) -> Any:
    return format_html(
        '<span class="cw-case-cell d-block">{}</span><span class="cw-case-where d-block">{}</span>', step.number or step.unit, step.reason
    )


def cell_cases(step: Any) -> str:
    return _("%(open)d open of %(all)d") % {"open": step.open_count, "all": step.case_count}


def many(verb: str, done: Any) -> Any:
    """Do a verb to each; what cannot be done is told and disturbs nothing else."""

    def handle(request: HttpRequest, queryset: QuerySet, data: dict[str, Any]) -> Any:
        count, refused = 0, []
        for pk in list(queryset.order_by("pk").values_list("pk", flat=True)):
            try:
                done(actor_of(request), pk)
                count += 1
            except Refusal as refusal:
                refused.append(str(refusal))
        for sentence in dict.fromkeys(refused):
            messages.warning(request, sentence)
        return ngettext("%(n)d step %(done)s.", "%(n)d steps %(done)s.", count) % {"n": count, "done": DONE_WORDS[verb]}

    return handle


class StepList(ListPage):
    """All steps, by what waits."""

    title = export_name = HOME
    lead = gettext_lazy("Reminder, supervision order, listed supervision, talk, hand-over: what a stuck case climbs, step by step.")
    required_verb = "cases.see_steps"
    template_name = "cases/escalation/list.html"
    columns = [
        ListColumn("what", gettext_lazy("Step"), cell_what, phone="title"),
        ListColumn("level", gettext_lazy("Rung"), cell_level, sort="level", nowrap=True, phone="body"),
        ListColumn("state", gettext_lazy("State"), cell_state, nowrap=True, phone="badge"),
        ListColumn("unit", pgettext_lazy("case", "Unit"), "unit.__str__", phone="body"),
        ListColumn("due", gettext_lazy("Waits for"), cell_due, nowrap=True, phone="body"),
        ListColumn("cases", pgettext_lazy("escalation", "Problems"), cell_cases, nowrap=True, phone="hidden"),
        ListColumn("proposed_at", gettext_lazy("Proposed"), sort="proposed_at", kind="date", nowrap=True, phone="hidden"),
    ]
    export_columns = [
        ListColumn("number", gettext_lazy("Number"), "number", width=22),
        ListColumn("level", gettext_lazy("Rung"), "get_level_display", width=16),
        ListColumn("state", gettext_lazy("State"), "get_state_display"),
        ListColumn("unit", pgettext_lazy("case", "Unit"), "unit.name", width=26),
        ListColumn("division", gettext_lazy("Place"), "division.name", width=18),
        ListColumn("reason", pgettext_lazy("escalation", "Why"), width=26),
        ListColumn("asks", gettext_lazy("What is asked of the unit"), width=36),
        ListColumn("case_count", pgettext_lazy("escalation", "Problems"), "case_count", kind="int"),
        ListColumn("open_count", gettext_lazy("Problems still open"), "open_count", kind="int"),
        ListColumn("proposed_at", gettext_lazy("Proposed"), kind="datetime"),
        ListColumn("issued_at", pgettext_lazy("escalation", "Issued"), kind="datetime"),
        ListColumn("due_at", gettext_lazy("Answer by"), kind="datetime"),
        ListColumn("answered_at", pgettext_lazy("escalation", "Answered"), kind="datetime"),
        ListColumn("measure", gettext_lazy("Measure"), width=36),
        ListColumn("promise", gettext_lazy("Promise"), width=36),
        ListColumn("promised_on", gettext_lazy("Promised by"), kind="date"),
        ListColumn("note", pgettext_lazy("case", "Note"), width=30),
    ]
    search_fields = ["number", "unit__name", "reason", "asks"]
    search_hint = gettext_lazy("Number, unit, words")
    default_sort = "-pk"
    empty = Empty(
        gettext_lazy("No steps yet"),
        gettext_lazy("Steps are proposed by the rules when a case is late, and by hand on the page of a case or for many of a list."),
        icon="stairs",
    )
    bulk_actions = [
        BulkAction(
            "approve", pgettext_lazy("escalation", "Approve"), many("approve", lambda actor, pk: actions.approve(actor, step_id=pk)),
            icon="check", verb="cases.approve_step", confirm=gettext_lazy("Approve the chosen steps? Your name stands under each."),
        ),
        BulkAction(
            "issue", pgettext_lazy("escalation", "Issue"), many("issue", lambda actor, pk: actions.issue(actor, step_id=pk)),
            icon="send", verb="cases.issue_step", confirm=gettext_lazy("Each gets its number and goes to its unit."),
        ),
    ]  # fmt: skip

    def get_saved_views(self) -> list[SavedView]:
        found = [SavedView(_("All"))]
        found += [
            SavedView(wait.label, f"waiting={wait.key}")
            for wait in queries.waits(clock.now())
            if self.actor.may(wait.verb) and (not wait.unit_side or any(g.scope == access.UNIT for g in self.actor.scopes(wait.verb)))
        ]
        return [
            *found,
            SavedView(pgettext_lazy("escalation", "Running"), "state=issued&state=answered"),
            SavedView(pgettext_lazy("escalation", "Over"), "state=fulfilled&state=ended&state=withdrawn"),
        ]

    def get_queryset(self) -> QuerySet[EscalationStep]:
        return queries.rows(self.actor)

    def get_filters(self) -> Sequence[Any]:
        return self.all_filters

    @cached_property
    def all_filters(self) -> list[Any]:
        actor = self.actor
        seen = queries.visible(actor).order_by().values("unit")
        units = [(pk, short or name) for pk, short, name in
                 Unit.objects.filter(pk__in=seen).order_by("path").values_list("pk", "short_name", "name")]  # fmt: skip
        waits = {wait.key: wait.label for wait in queries.waits(clock.now())}
        return [
            MultiChoiceFilter(key="level", label=_("Rung"), choices=Level.choices),
            MultiChoiceFilter(key="state", label=_("State"), choices=StepState.choices),
            ChoiceFilter(key="unit", label=pgettext_lazy("case", "Unit"), choices=units),
            TreeFilter(key="division", label=_("Place"), tree=lambda: places.divisions(actor), more=True),
            DateRangeFilter(key="issued", field="issued_at", label=pgettext("escalation", "Issued"), more=True),
            LinkFilter(
                key="waiting", label=_("Waits"), name=waits.get, condition=lambda key: queries.waiting_condition(actor, key)
            ),
        ]

    def get_page_actions(self) -> list[PageAction]:
        found = [PageAction(_("Promises"), reverse("cases:promises"), icon="speakerphone")]
        if self.actor.may("cases.see_ladder"):
            found.append(PageAction(_("Rules"), reverse("cases:ladder"), icon="settings"))
        if self.actor.may("cases.propose_step"):
            found.append(PageAction(_("Propose a step"), reverse("cases:step-new"), icon="plus", primary=True))
        return found

    def row_url(self, row: EscalationStep) -> str:
        return reverse("cases:step", args=[row.pk])

    def row_tone(self, row: EscalationStep) -> str:
        return "bad" if row.state == StepState.BROKEN or telling.due_of(row, clock.now()).tone == "bad" else ""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**more) | {"waiting": queries.waiting_for(self.actor)}


class StepPage(PageMixin, View):
    """One step: what is asked of whom, what was said, its problems, everything that happened."""

    required_verb = "cases.see_steps"

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:steps"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = queries.detail(self.actor, pk)
        step, now = found.step, clock.now()
        self.title = str(step)
        context = self.get_context_data(
            step=step, found=found, buttons=buttons(found), due=telling.due_of(step, now), state_tone=telling.STATE_TONES[step.state],
            level_tone=telling.LEVEL_TONES[step.level], level_icon=telling.LEVEL_ICONS[step.level], answer_within=telling.answer_words(step),
            history=history(found), appeals=[(one, shown(one.photo_links.all(), self.actor.account_id)) for one in found.appeals],
            cases=[(link, cases_telling.STATE_TONES[link.case.state], cases_telling.due_of(link.case, now)) for link in found.links],
            others=[(one, telling.STATE_TONES[one.state]) for one in found.others], reminder=step.level == Level.REMINDER,
            sees_cases=self.actor.may("cases.see"), office_side=self.actor.may("cases.propose_step"),
            panels=panels.shown(request, "cases.step", step), heads=panels.shown(request, "cases.step", step, "head"),
        )  # fmt: skip
        return render(request, "cases/escalation/step.html", context)


def buttons(found: queries.StepDetail) -> list[dict[str, Any]]:
    """The verbs that are open as buttons, one for each page."""
    shown_pages, made = set(), []
    for verb, button in telling.BUTTONS.items():
        pair = {StepVerb.FULFIL: (StepVerb.FULFIL, StepVerb.BREAK), StepVerb.GRANT: (StepVerb.GRANT, StepVerb.DENY)}.get(verb, (verb,))
        page = telling.PAGES[verb]
        if page not in shown_pages and any(one in found.verbs for one in pair):
            shown_pages.add(page)
            made.append({"button": button, "url": reverse(f"cases:{page}", args=[found.step.pk]), "first": not made})
    return made


def history(found: queries.StepDetail) -> list[telling.ToldStep]:
    """What happened to the step, the newest first."""
    told = []
    for event in found.events:
        icon, tone = telling.EVENT_ICONS.get(event.verb, ("point", "quiet"))
        who = _("the clock") if event.actor_name == access.SYSTEM.name else event.actor_name
        told.append(telling.ToldStep(event.at, DONE_WORDS.get(event.verb, event.verb), who, event.note, icon, tone))
    return told[::-1]


def shown(links: Any, account: int | None) -> list[dict[str, Any]]:
    """Photos of an appeal for the component that shows them."""
    return [
        {"url": photo_url(link.photo_id, account), "thumbnail": photo_url(link.photo_id, account, "thumb"), "caption": "", "alt": _("evidence")}
        for link in links
    ]


class OfStep(FormPage):
    """A page on which something is done to one step."""

    template_name = "cases/escalation/form.html"
    verb: StepVerb
    step: EscalationStep

    def prepare(self) -> None:
        rows = EscalationStep.objects.select_related(*queries.ROW)
        self.step = access.fetch(self.actor, str(self.required_verb), rows, pk=self.kwargs["pk"])
        self.title = telling.BUTTONS[self.verb].label
        self.cancel_url = reverse("cases:step", args=[self.step.pk])

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:steps")), (str(self.step), reverse("cases:step", args=[self.step.pk]))]

    def extra_context(self) -> dict[str, Any]:
        return {"step": self.step, "state_tone": telling.STATE_TONES[self.step.state]}

    def do(self, form: Any) -> None:
        raise NotImplementedError

    def act(self, form: Any) -> str:
        self.do(form)
        return reverse("cases:step", args=[self.step.pk])


class ApprovePage(OfStep):
    required_verb = "cases.approve_step"
    verb = StepVerb.APPROVE
    form_class = forms.NoteForm
    submit = pgettext_lazy("escalation", "Approve")
    done = gettext_lazy("Approved. The office issues it with its number.")

    def do(self, form: Any) -> None:
        actions.approve(self.actor, step_id=self.step.pk, note=form.cleaned_data["note"])


class IssuePage(OfStep):
    required_verb = "cases.issue_step"
    verb = StepVerb.ISSUE
    form_class = forms.Form
    submit = pgettext_lazy("escalation", "Issue")
    explanation = gettext_lazy("It gets the next number of the year and goes to the unit. A number that was given stays given.")
    done = gettext_lazy("Issued.")

    def do(self, form: Any) -> None:
        actions.issue(self.actor, step_id=self.step.pk)


class AnswerPage(OfStep):
    required_verb = "cases.answer_step"
    verb = StepVerb.ANSWER
    submit = gettext_lazy("Send the answer")
    done = gettext_lazy("Answered. The day you named is held against the problems.")

    def get_form(self, data: Any = None, files: Any = None) -> forms.AnswerForm:
        return forms.AnswerForm(data, files, listed=self.step.level == Level.LISTED)

    def do(self, form: Any) -> None:
        actions.answer(self.actor, step_id=self.step.pk, **form.cleaned_data)


class AppealPage(OfStep):
    required_verb = "cases.appeal_step"
    verb = StepVerb.APPEAL
    submit = gettext_lazy("Send the appeal")
    explanation = gettext_lazy("The step rests until somebody decides. The problems go on: put right what you can.")
    done = gettext_lazy("Sent. You read the decision here.")

    def get_form(self, data: Any = None, files: Any = None) -> forms.AppealForm:
        return forms.AppealForm(data, files, actor=self.actor)

    def answer(self, form: Any, status: int = 200) -> HttpResponse:
        if status == 422 and form.is_bound:
            form.store()
        return super().answer(form, status)

    def do(self, form: Any) -> None:
        form.store()
        actions.appeal(self.actor, step_id=self.step.pk, words=form.cleaned_data["words"], photos=form.photos("photos"))


class DecidePage(OfStep):
    required_verb = "cases.decide_appeal"
    verb = StepVerb.GRANT
    form_class = forms.DecideForm
    submit = gettext_lazy("Decide")
    done = gettext_lazy("Decided. The unit reads why.")

    def do(self, form: Any) -> None:
        actions.decide_appeal(self.actor, step_id=self.step.pk, **form.cleaned_data)

    def extra_context(self) -> dict[str, Any]:
        waiting = self.step.appeals.filter(state="pending").first()
        photos = AppealPhoto.objects.filter(appeal=waiting).select_related("photo") if waiting else ()
        return super().extra_context() | {"appeal": waiting, "appeal_photos": shown(photos, self.actor.account_id)}


class SettlePage(OfStep):
    required_verb = "cases.settle_step"
    verb = StepVerb.FULFIL
    submit = gettext_lazy("Save")

    def get_form(self, data: Any = None, files: Any = None) -> forms.SettleForm:
        return forms.SettleForm(data, files, state=self.step.state)

    def do(self, form: Any) -> None:
        actions.settle(self.actor, step_id=self.step.pk, **form.cleaned_data)


class EndPage(OfStep):
    required_verb = "cases.settle_step"
    verb = StepVerb.END
    form_class = forms.NoteForm
    submit = pgettext_lazy("escalation", "File away")
    done = gettext_lazy("Filed away.")

    def do(self, form: Any) -> None:
        actions.end(self.actor, step_id=self.step.pk, **form.cleaned_data)


class WithdrawPage(OfStep):
    required_verb = "cases.withdraw_step"
    verb = StepVerb.WITHDRAW
    form_class = forms.ReasonForm
    submit = pgettext_lazy("escalation", "Withdraw")
    tone = "danger"
    explanation = gettext_lazy("The unit reads the reason. Its number is not given again.")
    done = gettext_lazy("Withdrawn.")

    def do(self, form: Any) -> None:
        actions.withdraw(self.actor, step_id=self.step.pk, **form.cleaned_data)


class ProposePage(FormPage):
    """A step by hand. ``?case=`` begins with one case and offers the others that its unit has open; ``?unit=`` with those of a unit."""

    required_verb = "cases.propose_step"
    title = gettext_lazy("Propose a step")
    template_name = "cases/escalation/propose.html"
    submit = pgettext_lazy("escalation", "Propose")
    done = ""
    case: Case | None = None
    unit: Unit | None = None

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:steps"))]

    def prepare(self) -> None:
        asked = self.request.GET
        mine = access.scoped(self.actor, "cases.propose_step", Case).filter(state__in=WORKING_STATES, handling_unit__isnull=False)
        mine = mine.select_related("handling_unit")
        key, unit_key = number_in(asked.get("case")), number_in(asked.get("unit"))
        if key is not None:
            self.case = mine.filter(pk=key).first()
            self.unit = self.case.handling_unit if self.case else None
        elif unit_key is not None:
            self.unit = Unit.objects.filter(pk=unit_key).first()
        if self.unit is None:
            self.unit_rows, self.units = self._busy(mine), []
            self.offered: list[Case] = []
            return
        own = mine.filter(handling_unit__in=Unit.subtree_ids(self.unit.path))
        self.offered = list(own.order_by("due_at", "pk")[:OFFERED])
        if self.case is not None and self.case not in self.offered:
            self.offered.insert(0, self.case)
        above = Unit.objects.filter(Unit.above(self.unit.path)).exclude(kind__in=rules.HEADQUARTERS).order_by("-depth")
        self.units, self.unit_rows = list(above), []

    def _busy(self, mine: QuerySet[Case]) -> list[dict[str, Any]]:
        late = Count("pk", filter=Q(urgency__in=queries.LATE))
        rows = mine.order_by().values("handling_unit", "handling_unit__name").annotate(open=Count("pk"), late=late)
        return list(rows.order_by("-late", "-open", "handling_unit__name")[:40])

    def get_form(self, data: Any = None, files: Any = None) -> forms.ProposeForm:
        ticked = [self.case.pk] if self.case is not None else []
        return forms.ProposeForm(data, files, cases=self.offered, ticked=ticked, units=self.units)

    def act(self, form: Any) -> str:
        facts = dict(form.cleaned_data)
        made = actions.propose(self.actor, case_ids=facts.pop("cases"), **facts)
        messages.success(self.request, _("Sent.") if made.level == Level.REMINDER else _("Proposed. It waits for a leader."))
        return reverse("cases:step", args=[made.pk])

    def extra_context(self) -> dict[str, Any]:
        return {"unit": self.unit, "busy": self.unit_rows, "offered": self.offered}


class PromiseList(PageMixin, View):
    """What units promised under listed supervision, until when, and whether they kept it."""

    required_verb = "cases.see_steps"
    title = gettext_lazy("Promises")
    lead = gettext_lazy("What units promised under listed supervision. Units only, never persons.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:steps"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = access.scoped(self.actor, "cases.see_steps", queries.promises())
        rows = promise_rows(mine)
        return render(
            request, "cases/escalation/promises.html", self.get_context_data(rows=rows, public=settings().public_promises, links=True)
        )


def promise_rows(found: QuerySet[EscalationStep]) -> list[dict[str, Any]]:
    """Promises as pages show them, those that run first. Two queries."""
    steps = list(found.prefetch_related("events").order_by("promised_on", "pk")[:200])
    today = clock.today()
    rows = []
    for step in steps:
        kept = queries.kept(step)
        word, tone = (
            (_("runs"), "accent") if kept is None else (_("kept"), "ok") if kept else (_("put right late"), "warn")
            if step.state in (StepState.FULFILLED, StepState.ENDED) else (_("not kept"), "bad")
        )  # fmt: skip
        left = (step.promised_on - today).days if kept is None and step.promised_on else None
        rows.append({"step": step, "kept": kept, "word": word, "tone": tone, "left": left})
    return sorted(rows, key=lambda row: row["kept"] is not None)

