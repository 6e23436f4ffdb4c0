"""The list of papers, and of the receipts of those that went out."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.fieldwork.models import Round
from chuangwen.kernel import clock
from chuangwen.kernel.identifiers import number_in
from chuangwen.papers import queries
from chuangwen.papers.models import Paper, PaperParty, State
from chuangwen.web.lists import (
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    LinkFilter,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    QFilter,
    SavedView,
)
from chuangwen.web.templatetags.web import badge

TONES: dict[str, tuple[str, str]] = {
    State.DRAFT: ("wait", "pencil"),
    State.CHECKED: ("accent", "checks"),
    State.COUNTERSIGNING: ("warn", "users"),
    State.COUNTERSIGNED: ("accent", "users"),
    State.SIGNED: ("ok", "signature"),
    State.SENT: ("ok", "send"),
    State.WITHDRAWN: ("bad", "arrow-back-up"),
    State.ARCHIVED: ("quiet", "archive"),
    State.VOID: ("bad", "ban"),
}
"""Colour and icon of each state."""
WAITS = {
    "to_check": pgettext_lazy("paper", "to be checked"),
    "to_countersign": pgettext_lazy("paper", "for me to countersign"),
    "to_sign": pgettext_lazy("paper", "for me to sign"),
    "to_send": pgettext_lazy("paper", "signed, to be sent"),
    "to_receive": pgettext_lazy("paper", "to be received"),
    "receipts_late": pgettext_lazy("paper", "receipts overdue"),
}


def cell_state(paper: Paper) -> Any:
    tone, icon = TONES[paper.state]
    return badge(paper.get_state_display(), tone, icon)


class PaperList(ListPage):
    title = gettext_lazy("Papers")
    required_verb = "papers.see"
    columns = [
        ListColumn("title", gettext_lazy("Title"), phone="title", width=48),
        ListColumn("number", pgettext_lazy("paper", "Number"), sort="number", nowrap=True, width=24),
        ListColumn("kind", gettext_lazy("Kind of paper"), "get_kind_display", nowrap=True),
        ListColumn("state", gettext_lazy("State"), cell_state, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("unit", gettext_lazy("Unit"), "unit.name", width=24),
        ListColumn("paper_date", gettext_lazy("Date of the paper"), sort="paper_date", kind="date", nowrap=True),
    ]
    search_fields = ["title", "number"]
    search_hint = pgettext_lazy("paper", "Title or number")
    default_sort = "-created_at"
    export_name = gettext_lazy("Papers")
    empty = Empty(
        gettext_lazy("No papers yet"),
        pgettext_lazy("paper", "Draft a bulletin of last week, a work report, or a dispatch sheet for a unit."),
        icon="file-text",
    )

    def get_filters(self) -> list[Any]:
        actor = self.actor
        options = {key: (word, lambda key=key: queries.waiting_condition(actor, key)) for key, word in WAITS.items()}
        return [
            QFilter(key="waiting", label=pgettext("paper", "Waits"), options=options),
            ChoiceFilter(key="kind", label=_("Kind of paper"), choices=Paper.Kind.choices),
            MultiChoiceFilter(key="state", label=_("State"), choices=Paper.State.choices),
            DateRangeFilter(key="paper_date", label=_("Date of the paper")),
            LinkFilter(
                key="round",
                label=_("Round"),
                field="round_id",
                name=lambda value: Round.objects.filter(pk=number_in(value)).values_list("name", flat=True).first(),
            ),
        ]

    def get_saved_views(self) -> list[SavedView]:
        actor, found = self.actor, [SavedView(_("All"))]
        for key, verb, label in (
            ("to_check", "papers.check", pgettext("paper", "To check")),
            ("to_countersign", "papers.countersign", pgettext("paper", "To countersign")),
            ("to_sign", "papers.sign", pgettext("paper", "To sign")),
            ("to_send", "papers.send", pgettext("paper", "To send")),
            ("to_receive", "papers.receive", pgettext("paper", "To receive")),
            ("receipts_late", "papers.send", pgettext("paper", "Receipts overdue")),
        ):
            if actor.may(verb) and (key != "to_check" or actor.may("papers.draft")):
                found.append(SavedView(label, f"waiting={key}"))
        return found

    def get_queryset(self) -> Any:
        return queries.papers(self.actor)

    def row_url(self, row: Paper) -> str:
        return reverse("papers:paper", args=[row.pk])

    def row_tone(self, row: Paper) -> str:
        return "quiet" if row.state in (State.VOID, State.WITHDRAWN) else ""

    def get_page_actions(self) -> list[PageAction]:
        if not self.actor.may("papers.draft"):
            return []
        return [PageAction(_("New paper"), reverse("papers:new"), "plus", primary=True)]


def _is_late(party: PaperParty) -> bool:
    return not party.answer and party.due_at is not None and party.due_at < clock.now()


def cell_receipt(party: PaperParty) -> Any:
    if party.answer:
        return badge(party.get_answer_display(), "ok", "check")
    if _is_late(party):
        return badge(pgettext("paper", "overdue"), "bad", "clock-exclamation")
    return (
        badge(pgettext("paper", "read, not received"), "warn", "eye")
        if party.read_at
        else badge(pgettext("paper", "not read"), "wait", "mail")
    )


class ReceiptList(ListPage):
    """Which units have received what was sent to them, and which are late."""

    title = pgettext_lazy("paper", "Receipts")
    required_verb = "papers.see"
    columns = [
        ListColumn("unit", gettext_lazy("Unit"), "unit.name", phone="title", sort=("unit__path", "pk"), width=24),
        ListColumn(
            "paper",
            pgettext_lazy("paper", "Paper"),
            lambda party: format_html("{} <span class='text-secondary'>{}</span>", party.paper.title, party.paper.number or ""),
            export="paper.title",
            width=48,
        ),
        ListColumn("answer", gettext_lazy("State"), cell_receipt, phone="badge", nowrap=True),
        ListColumn("asked_at", pgettext_lazy("paper", "Sent at"), sort="asked_at", kind="datetime", nowrap=True),
        ListColumn("due_at", pgettext_lazy("paper", "Receipt due"), sort="due_at", kind="datetime", nowrap=True),
        ListColumn("read_at", pgettext_lazy("paper", "Read at"), kind="datetime", nowrap=True, phone="hidden"),
        ListColumn("done_at", pgettext_lazy("paper", "Received at"), kind="datetime", nowrap=True),
        ListColumn("done_by", pgettext_lazy("paper", "Received by"), phone="hidden"),
    ]
    search_fields = ["unit__name", "paper__title", "paper__number"]
    default_sort = "due_at"
    export_name = pgettext_lazy("paper", "Receipts")
    saved_views = [
        SavedView(gettext_lazy("All")),
        SavedView(pgettext_lazy("paper", "Overdue"), "receipt=late"),
        SavedView(pgettext_lazy("paper", "Waiting"), "receipt=waiting"),
    ]
    empty = Empty(
        pgettext_lazy("paper", "Nothing has been sent yet"),
        pgettext_lazy("paper", "Papers that are sent to units stand here until each has received them."),
        icon="mail-opened",
    )

    def get_filters(self) -> list[Any]:
        return [
            QFilter(
                key="receipt",
                label=pgettext("paper", "Receipt"),
                options={
                    "late": (pgettext("paper", "overdue"), lambda: Q(answer="", due_at__lt=clock.now())),
                    "waiting": (pgettext("paper", "waiting"), Q(answer="")),
                    "received": (pgettext("paper", "received"), ~Q(answer="")),
                },
            ),
            DateRangeFilter(key="asked", field="asked_at", label=pgettext("paper", "Sent at")),
        ]

    def get_queryset(self) -> Any:
        return queries.receipts(self.actor)

    def row_url(self, row: PaperParty) -> str:
        return reverse("papers:paper", args=[row.paper_id])

    def row_tone(self, row: PaperParty) -> str:
        return "bad" if _is_late(row) else ""
