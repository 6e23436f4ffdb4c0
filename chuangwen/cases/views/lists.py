"""The list of cases, and the lists that are the same with something set: the ownerless, the infrastructure list, the ten disorders."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import F, OrderBy, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from chuangwen.cases import actions, exchange, queries, telling
from chuangwen.cases.escalation import actions as ladder
from chuangwen.cases.escalation.forms import StepForm
from chuangwen.cases.models import LIVE, Case, State, Urgency
from chuangwen.cases.views.filters import LISTS, case_filters
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Refusal
from chuangwen.web.form_pages import go_to
from chuangwen.web.forms import Form
from chuangwen.web.lists import BulkAction, Empty, ListColumn, ListPage, PageAction, SavedView
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import actor_of

# -- cells: plain functions, because a template per cell would cost more than the whole query ---------------------------


NOTHING = mark_safe('<span class="cw-nothing">—</span>')


def cell_state(case: Case) -> Any:
    return badge(case.get_state_display(), telling.STATE_TONES[case.state])


def cell_due(case: Case) -> Any:
    due = telling.due_of(case, clock.now())
    return format_html('<span class="cw-tone-{} cw-text-tone">{}</span>', due.tone, due.words) if due.words else NOTHING


def cell_words(case: Case) -> Any:
    site = case.site.name if case.site else case.address
    return format_html(
        '<div class="cw-case-cell"><a href="/cases/{}/">{}</a></div><div class="cw-case-where"><span class="d-md-none">{} · </span>{}</div>',
        case.pk,
        case.description,
        case.number,
        site or (case.division.name if case.division else ""),
    )


def cell_kind(case: Case) -> Any:
    return str(case.kind or case.family or "—")


def cell_unit(case: Case) -> Any:
    if case.lead_unit is None:
        return badge(_("no unit"), "warn") if case.state == State.SCREENED else NOTHING
    if case.handling_unit is not None and case.handling_unit_id != case.lead_unit_id:
        return format_html(
            '<span class="cw-unit">{} <span class="text-secondary">→ {}</span></span>', case.lead_unit, case.handling_unit
        )
    return format_html('<span class="cw-unit">{}</span>', case.lead_unit)


# -- bulk actions ------------------------------------------------------------------------------------------------------


class NoteForm(Form):
    note = forms.CharField(label=pgettext_lazy("case", "Note"), required=False, max_length=500)


def bulk(verb: str, done: Any) -> Any:
    """Do a verb to each; what cannot be done is told with its sentence and disturbs nothing else."""

    def handle(request: HttpRequest, queryset: QuerySet, data: dict[str, Any]) -> HttpResponse:
        actor, outcome = actor_of(request), actions.Outcome()
        for pk, number in list(queryset.order_by("pk").values_list("pk", "number")):
            try:
                case = done(actor, pk, data.get("note", ""))
                outcome.dispatched.append(actions.Told(pk, case.number, str(case.lead_unit or ""), str(case.get_state_display())))
            except Refusal as refusal:
                outcome.refused.append(actions.Told(pk, number, "", str(refusal)))
        return outcome_page(request, outcome, verb)

    return handle


def dispatch_many(request: HttpRequest, queryset: QuerySet, data: dict[str, Any]) -> HttpResponse:
    ids = list(queryset.order_by("pk").values_list("pk", flat=True))
    outcome = actions.bulk_dispatch(actor_of(request), ids=ids, note=data.get("note", ""))
    return outcome_page(request, outcome, "dispatch")


TITLES = {
    "dispatch": gettext_lazy("Dispatched"),
    "screen": gettext_lazy("Accepted"),
    "verify": gettext_lazy("Checked and closed"),
    "close": gettext_lazy("Closed"),
    "from_round": gettext_lazy("Losses turned into cases"),
}


def outcome_page(request: HttpRequest, outcome: Any, verb: str, *, back: str = "") -> HttpResponse:
    """What became of many cases: done, without an owner, refused with the sentence why."""
    context = {
        "title": TITLES[verb],
        "outcome": outcome,
        "verb": verb,
        "back_url": back or request.get_full_path(),
        "breadcrumbs": [(_("Cases"), reverse("cases:list"))],
    }
    return render(request, "cases/outcome.html", context)


def verify_and_close(actor: Any, pk: int, note: str) -> Case:
    """Pass a submitted case and close it; a case that was passed already is only closed."""
    case = access.fetch(actor, "cases.see", Case, pk=pk)
    if case.state == State.VERIFIED:
        return actions.close(actor, case_id=pk, note=note)
    return actions.verify(actor, case_id=pk, note=note, and_close=True)


SHOWN_REFUSALS = 5


def escalate_many(request: HttpRequest, queryset: QuerySet, data: dict[str, Any]) -> HttpResponse:
    """One step for each unit over its cases among the chosen ones."""
    ids = list(queryset.order_by("pk").values_list("pk", flat=True))
    outcome = ladder.propose_many(actor_of(request), case_ids=ids, **data)
    made = len(outcome.steps)
    if made:
        words = ngettext("%(n)d step for %(m)d problems.", "%(n)d steps for %(m)d problems.", made)
        messages.success(request, words % {"n": made, "m": len(ids) - len(outcome.refused)})
    for number, sentence in outcome.refused[:SHOWN_REFUSALS]:
        messages.warning(request, f"{number}：{sentence}")
    if len(outcome.refused) > SHOWN_REFUSALS:
        messages.warning(request, _("%(n)d more were left as they were.") % {"n": len(outcome.refused) - SHOWN_REFUSALS})
    return go_to(reverse("cases:steps") if made else request.get_full_path())


class CaseList(ListPage):
    """Everything that has to be closed, and was."""

    title = gettext_lazy("Cases")
    required_verb = "cases.see"
    template_name = "cases/list.html"
    preset: ClassVar[Q | None] = None
    columns = [
        ListColumn("number", gettext_lazy("Number"), sort="pk", nowrap=True, phone="hidden"),
        ListColumn("description", gettext_lazy("Problem"), cell_words, phone="title"),
        ListColumn("state", gettext_lazy("State"), cell_state, phone="badge", nowrap=True),
        ListColumn("due", gettext_lazy("Deadline"), cell_due, sort="due_at", nowrap=True, phone="body"),
        ListColumn("kind", gettext_lazy("Kind of problem"), cell_kind, phone="hidden"),
        ListColumn("lead", pgettext_lazy("case", "Unit"), cell_unit, phone="body"),
        ListColumn("reported_at", gettext_lazy("Reported"), sort="reported_at", kind="date", nowrap=True, phone="hidden"),
    ]
    search_fields = ["number"]
    search_hint = gettext_lazy("Number, words, site, address")
    default_sort = "-pk"
    export_name = gettext_lazy("Cases")
    export_columns = exchange.COLUMNS
    empty = Empty(
        gettext_lazy("No cases yet"),
        gettext_lazy("What is found on patrol, in a round or by residents stands here until it is closed."),
        gettext_lazy("Report a problem"),
        "/cases/report/",
        icon="clipboard-check",
    )
    bulk_actions = [
        BulkAction(
            "dispatch",
            gettext_lazy("Dispatch by the rules"),
            dispatch_many,
            icon="send",
            form=NoteForm,
            verb="cases.dispatch",
            confirm=gettext_lazy("Each goes to the unit that answers for it; those without one are told."),
        ),
        BulkAction(
            "screen",
            gettext_lazy("Accept"),
            bulk("screen", lambda actor, pk, note: actions.screen(actor, case_id=pk, note=note)),
            icon="checkbox",
            verb="cases.screen",
            cap=500,
        ),
        BulkAction(
            "verify",
            gettext_lazy("Pass and close"),
            bulk("verify", verify_and_close),
            icon="checks",
            form=NoteForm,
            verb="cases.close",
            cap=500,
            confirm=gettext_lazy("Only what you have looked at: your name stands under each."),
        ),
        BulkAction(
            "escalate",
            gettext_lazy("Propose a step of escalation"),
            escalate_many,
            icon="stairs",
            form=StepForm,
            verb="cases.propose_step",
            cap=200,
            confirm=gettext_lazy("One step for each unit over its problems among these."),
        ),
    ]

    def get_filters(self) -> Sequence[Any]:
        return self.all_filters

    @cached_property
    def all_filters(self) -> list[Any]:
        return case_filters(self.actor)

    def get_saved_views(self) -> list[SavedView]:
        actor = self.actor
        if any(grant.scope == "unit" for grant in actor.scopes("cases.sign_for")):
            return [
                SavedView(_("All")),
                SavedView(_("To sign for"), "waiting=to_sign&sort=due"),
                SavedView(_("To put right"), "waiting=to_rectify&sort=due"),
                SavedView(_("Sent back to us"), "waiting=sent_back&sort=due"),
                SavedView(_("Overdue"), "waiting=overdue&sort=due"),
            ]
        if not actor.may("cases.screen"):
            return [
                SavedView(_("All")),
                SavedView(pgettext("case", "Open"), "open=1"),
                SavedView(_("To be checked"), "state=submitted"),
                SavedView(_("Overdue"), "deadline=overdue&sort=due"),
            ]
        return [
            SavedView(_("All")),
            SavedView(_("To accept"), "waiting=to_screen"),
            SavedView(_("To dispatch"), "waiting=to_dispatch"),
            SavedView(_("Ownerless"), "waiting=ownerless"),
            SavedView(_("Refused"), "waiting=to_arbitrate&sort=due"),
            SavedView(_("To check"), "waiting=to_verify"),
            SavedView(_("Overdue"), "deadline=overdue&sort=due"),
            SavedView(_("Infrastructure list"), "list=infrastructure"),
            SavedView(_("Ten disorders"), "list=ten_disorders"),
        ]

    def get_page_actions(self) -> list[PageAction]:
        found = []
        if self.actor.may("cases.report"):
            found.append(PageAction(_("Report a problem"), reverse("cases:report"), icon="camera-plus", primary=True))
        return found

    def get_queryset(self) -> QuerySet[Case]:
        found = queries.rows(self.actor)
        return found if self.preset is None else found.filter(self.preset)

    def ordering(self) -> list[Any]:
        """By deadline, what has none comes last either way, on every database."""
        return [
            OrderBy(F("due_at"), descending=path.startswith("-"), nulls_last=True) if path.lstrip("-") == "due_at" else path
            for path in super().ordering()
        ]

    def search(self, queryset: QuerySet, text: str) -> QuerySet:
        return queries.matching(queryset, text)

    def row_url(self, row: Case) -> str:
        return f"/cases/{row.pk}/"

    def row_tone(self, row: Case) -> str:
        return "bad" if row.urgency in telling.LATE else "warn" if row.urgency == Urgency.HALF else ""

    def sheet_rows(self, columns: Sequence[ListColumn], queryset: QuerySet) -> Iterator[dict[str, Any]]:
        return exchange.rows(columns, queryset)


class OwnerlessList(CaseList):
    """What no rule names a unit for: somebody has to choose one, or put the rules right."""

    title = gettext_lazy("Ownerless cases")
    lead = gettext_lazy("No rule of responsibility names a unit for these. Dispatch each by hand, or add the missing rule.")
    required_verb = "cases.dispatch"
    preset = LIVE & Q(state=State.SCREENED, lead_unit__isnull=True)
    saved_views: Any = ()
    export_name = gettext_lazy("Ownerless cases")
    empty = Empty(
        gettext_lazy("Every case has a unit"),
        gettext_lazy("What no rule names a unit for lands here instead of getting lost."),
        icon="circle-check",
    )

    def get_page_actions(self) -> list[PageAction]:
        if not self.actor.may("standards.see"):
            return []
        return [PageAction(_("Rules of responsibility"), reverse("standards:responsibilities"), icon="users-group")]


class KindsList(CaseList):
    """A list by the kinds that stand in it."""

    code: ClassVar[str]

    def get_queryset(self) -> QuerySet[Case]:
        return super().get_queryset().filter(kind__in=queries.kinds_of(self.code))

    saved_views: Any = [
        SavedView(gettext_lazy("All")),
        SavedView(pgettext_lazy("case", "Open"), "open=1"),
        SavedView(gettext_lazy("Overdue"), "deadline=overdue&sort=due"),
        SavedView(gettext_lazy("Deferred"), "state=deferred"),
        SavedView(gettext_lazy("Closed"), "state=closed"),
    ]


class InfrastructureList(KindsList):
    """基础设施清单: paving, lamps, covers, ramps and all that needs works."""

    code = "infrastructure"
    title = export_name = LISTS["infrastructure"]
    lead = gettext_lazy("Paving, lamps, covers, ramps: what needs works, one measure each, closed by its number.")


class TenDisordersList(KindsList):
    """十乱清单."""

    code = "ten_disorders"
    title = export_name = LISTS["ten_disorders"]
    lead = gettext_lazy("What the campaign against the ten disorders counts.")
