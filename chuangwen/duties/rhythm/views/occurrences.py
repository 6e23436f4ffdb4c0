"""What is owed, over all units: the week by unit and duty, the list, one occurrence, excuses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.rhythm import actions, proofs, queries
from chuangwen.duties.rhythm.forms import ReasonForm
from chuangwen.duties.rhythm.models import Occurrence
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.duties.rhythm.views import cells
from chuangwen.evidence.links import photo_url, record_url
from chuangwen.kernel import access, clock
from chuangwen.kernel.identifiers import number_in
from chuangwen.people.models import Unit
from chuangwen.web import formatting
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import (
    BulkAction,
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    LinkFilter,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    QFilter,
    SavedView,
    TreeFilter,
)
from chuangwen.web.views import PageMixin, actor_of

HOME = gettext_lazy("Duties at a rhythm")
EARLIEST, LATEST = date(2000, 1, 3), date(2100, 1, 4)


def asked_week(request: HttpRequest) -> date:
    """The Monday of the week that the address asks for, else of this one."""
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        day = clock.today()
    return week_of(min(max(day, EARLIEST), LATEST))


def week_links(monday: date) -> dict[str, Any]:
    """What the switch of weeks shows."""
    this = week_of(clock.today())
    return {
        "monday": monday, "sunday": monday + timedelta(days=6), "earlier": (monday - timedelta(days=7)).isoformat(),
        "later": (monday + timedelta(days=7)).isoformat(), "this_week": this.isoformat(), "is_this_week": monday == this,
        "week_words": f"{formatting.day(monday)} – {formatting.short_day(monday + timedelta(days=6), monday)}",
    }  # fmt: skip


class OverviewPage(PageMixin, View):
    """The week of all units: each duty, each unit, and what lies behind each figure. In the order of the organisation."""

    required_verb = "duties.see_rhythm"
    title = HOME
    lead = gettext_lazy("What units owe this week, shown by records that are there anyway. Units and duties, never persons.")

    def get(self, request: HttpRequest) -> HttpResponse:
        monday = asked_week(request)
        kind = request.GET.get("kind", "")
        kind = kind if kind in Unit.Kind.values else ""
        shown = queries.overview(self.actor, monday, page=number_in(request.GET.get("page")) or 1, kind=kind)
        may_edit = self.actor.may("duties.edit_duty")
        context = self.get_context_data(
            shown=shown, kind=kind, kinds=Unit.Kind.choices, may_edit=may_edit, asking=queries.asking(self.actor),
            has_duties=bool(shown.duties) or queries.duties(self.actor).exists(), range=self.range(monday), **week_links(monday),
        )  # fmt: skip
        return render(request, "duties/rhythm/overview.html", context)

    @staticmethod
    def range(monday: date) -> str:
        """The week as the list's filter asks for it."""
        return f"last_from={monday.isoformat()}&last_to={(monday + timedelta(days=6)).isoformat()}"


def _excuse_many(request: HttpRequest, queryset: QuerySet, data: dict[str, Any]) -> str:
    keys = list(queryset.values_list("pk", flat=True))
    count = actions.excuse(actor_of(request), occurrence_ids=keys, reason=data["reason"])
    return ngettext("%(n)d excused.", "%(n)d excused.", count) % {"n": count}


class OccurrenceList(ListPage):
    """All that is owed or was, with its standing: what runs now and ends soonest, then what is over, the newest first, then what lies ahead."""

    title = export_name = gettext_lazy("What is owed and how it stands")
    lead = gettext_lazy("Unless sorted otherwise: what runs now comes first, then what has just ended, then what lies ahead.")
    required_verb = "duties.see_rhythm"
    columns = [
        ListColumn("duty", gettext_lazy("Duty"), "duty.name", sort="duty__name", phone="title"),
        ListColumn("unit", pgettext_lazy("duty", "Unit"), "unit.__str__", sort="unit__path"),
        ListColumn("time", pgettext_lazy("duty", "Time"), cells.span_words, sort="last", nowrap=True),
        ListColumn("done", pgettext_lazy("duty", "Done"), cells.done_words, nowrap=True),
        ListColumn("state", gettext_lazy("State"), cells.state_cell, sort="state", nowrap=True, phone="badge"),
        ListColumn("reason", gettext_lazy("Reason"), lambda row: row.excused_reason or row.asked_reason, phone="hidden"),
    ]
    export_columns = [
        ListColumn("duty", gettext_lazy("Duty"), "duty.name", width=24),
        ListColumn("rhythm", gettext_lazy("Rhythm"), "duty.rhythm", width=18),
        ListColumn("unit", pgettext_lazy("duty", "Unit"), "unit.name", width=28),
        ListColumn("first", gettext_lazy("First day"), kind="date"),
        ListColumn("last", gettext_lazy("Last day"), kind="date"),
        ListColumn("wanted", gettext_lazy("Times owed"), kind="int"),
        ListColumn("done", gettext_lazy("Times done"), kind="int"),
        ListColumn("state", gettext_lazy("State"), "get_state_display"),
        ListColumn("excused_reason", gettext_lazy("Excused because"), width=30),
        ListColumn("proofs", gettext_lazy("Shown by"), lambda row: "、".join(proofs.labels(row.duty.proofs)), width=40),
    ]
    search_fields = ["duty__name", "unit__name", "unit__short_name"]
    search_hint = gettext_lazy("Duty, unit")
    default_sort = ("last", "pk")
    empty = Empty(
        gettext_lazy("Nothing is owed yet"), gettext_lazy("Write a duty: what is owed, by which units, at what rhythm."), icon="calendar-event"
    )
    bulk_actions = [
        BulkAction("excuse", gettext_lazy("Excuse"), _excuse_many, icon="user-check", form=ReasonForm, verb="duties.excuse", cap=500)
    ]

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:overview"))]

    def get_queryset(self) -> QuerySet[Occurrence]:
        return queries.occurrences(self.actor)

    def stretches(self) -> list[tuple[Q, tuple[str, str]]]:
        """Day and key run the same way, so that the database takes the rows of each unit from their index and stops early."""
        today = clock.today()
        return [
            (Q(first__lte=today, last__gte=today), ("last", "pk")),
            (Q(last__lt=today), ("-last", "-pk")),
            (Q(first__gt=today), ("last", "pk")),
        ]

    def get_saved_views(self) -> list[SavedView]:
        found = [SavedView(_("All")), SavedView(_("Running"), "when=running"), SavedView(_("Missed"), "state=missed")]
        if self.actor.may("duties.excuse"):
            found.append(SavedView(_("Asking to be excused"), "when=asking"))
        return found

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            duties = list(queries.duties(self.actor).order_by("name", "pk").values_list("pk", "name"))
            today = clock.today()
            self._filters = [
                ChoiceFilter(key="duty", label=_("Duty"), choices=duties),
                MultiChoiceFilter(key="state", label=_("State"), choices=Occurrence.State.choices),
                QFilter(key="when", label=_("When"), options={
                    "running": (_("Running"), Q(first__lte=today, last__gte=today)),
                    "over": (_("Over"), Q(last__lt=today)),
                    "ahead": (_("Ahead"), Q(first__gt=today)),
                    "asking": (_("Asking to be excused"), Q(asked_at__isnull=False, excused_at__isnull=True, settled=False)),
                }),
                DateRangeFilter(key="last", label=pgettext("duty", "Due")),
                TreeFilter(key="under", label=_("Unit and those below"), field="unit", tree=self.units, more=True),
                LinkFilter(key="unit", label=_("Unit"), name=lambda key: str(Unit.objects.get(pk=key))),
            ]  # fmt: skip
        return self._filters

    def units(self) -> QuerySet[Unit]:
        return access.scoped(self.actor, "duties.see_rhythm", Unit)


class OccurrencePage(PageMixin, View):
    """One occurrence: what counts for it, and what can be done about it."""

    required_verb = "duties.see_rhythm"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = queries.occurrences(self.actor).select_related("duty__division", "duty__under", "asked_by", "excused_by")
        row = access.fetch(self.actor, "duties.see_rhythm", rows, pk=pk)
        self.title = row.duty.name
        self.lead = f"{row.unit} · {cells.span_words(row)}"
        self.breadcrumbs = [(HOME, reverse("duties:overview"))]
        one = queries.standing([row])[0]
        context = self.get_context_data(
            row=row, one=one, due=cells.due_words(one), state=cells.state_badge(one.state), who=cells.who_owes(row.duty),
            by_itself=proofs.labels(key for key in row.duty.proofs if key != proofs.RECORD), records=records_shown(request, one),
            **may_do(self.actor, one),
        )  # fmt: skip
        return render(request, "duties/rhythm/occurrence.html", context)


def records_shown(request: HttpRequest, one: queries.Owed) -> list[dict[str, Any]]:
    """The records that count, with addresses of photos for this account."""
    account = request.user.pk
    return [
        {
            "day": found.day, "title": found.title, "url": found.url, "record": found.record if not one.row.settled else None,
            "thumb": photo_url(found.photo, account, "thumb") if found.photo else "",
            "photo": record_url(found.photo, account) if found.photo else "",
        }
        for found in one.found
    ]  # fmt: skip


def may_do(actor: access.Actor, one: queries.Owed) -> dict[str, bool]:
    """What a person can do about an occurrence: asked by the same rules as the actions, without a query."""
    row = one.row
    free = not row.settled and row.excused_at is None and one.state != Occurrence.State.KEPT

    def here(verb: str) -> bool:
        if not actor.may(verb):
            return False
        return any(
            grant.scope == access.ALL or grant.scope == access.DIVISION or row.unit.path.startswith(grant.unit_path)
            for grant in actor.scopes(verb)
        )

    recordable = proofs.RECORD in row.duty.proofs and not row.settled and row.first <= one.today
    return {
        "may_record": recordable and one.state != Occurrence.State.KEPT and here("duties.record"),
        "may_remove": here("duties.record"),
        "may_ask": free and row.asked_at is None and here("duties.ask_excuse"),
        "may_excuse": free and here("duties.excuse"),
        "may_decline": free and row.asked_at is not None and here("duties.excuse"),
        "may_take_back": not row.settled and row.excused_at is not None and here("duties.excuse"),
    }


class _About(FormPage):
    """A page about one occurrence that asks for a reason."""

    form_class = ReasonForm
    row: Occurrence

    def prepare(self) -> None:
        assert self.required_verb is not None
        rows = Occurrence.objects.select_related("duty", "unit")
        self.row = access.fetch(self.actor, self.required_verb, rows, pk=self.kwargs["pk"])
        self.lead = f"{self.row.duty} · {self.row.unit} · {cells.span_words(self.row)}"

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:overview")), (self.row.duty.name, self.row.get_absolute_url())]


class AskExcuse(_About):
    required_verb = "duties.ask_excuse"
    title = gettext_lazy("Ask to be excused")
    submit = gettext_lazy("Ask")
    explanation = gettext_lazy("The office sees your reason and answers. Until then the duty is owed.")
    done = gettext_lazy("Asked. The office will answer.")

    def act(self, form: Any) -> str:
        actions.ask_excuse(self.actor, occurrence_id=self.row.pk, **form.cleaned_data)
        return self.row.get_absolute_url()


class Excuse(_About):
    required_verb = "duties.excuse"
    title = gettext_lazy("Excuse this unit once")
    submit = gettext_lazy("Excuse")
    explanation = gettext_lazy("What is excused counts neither as kept nor as missed. Your name and the reason stand with it.")
    done = gettext_lazy("Excused.")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"reason": self.row.asked_reason}}

    def act(self, form: Any) -> str:
        actions.excuse(self.actor, occurrence_ids=[self.row.pk], **form.cleaned_data)
        return self.row.get_absolute_url()


class DeclineExcuse(ActionButton):
    required_verb = "duties.excuse"
    done = gettext_lazy("Declined: it stays owed.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.decline_excuse(self.actor, occurrence_id=kwargs["pk"]).get_absolute_url()


class ExcuseBack(ActionButton):
    required_verb = "duties.excuse"
    done = gettext_lazy("It is owed again.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.take_excuse_back(self.actor, occurrence_id=kwargs["pk"]).get_absolute_url()


