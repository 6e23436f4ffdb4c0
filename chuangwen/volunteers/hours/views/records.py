"""Service records: those of the area, of one volunteer, one's own; one entry with its history; corrections proposed and decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.kernel.codes import mask_name
from chuangwen.kernel.errors import Missing
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours import actions, queries, words
from chuangwen.volunteers.hours.actions.off_duty import offices
from chuangwen.volunteers.hours.forms import AgreeForm, AnswerForm, ProposeForm
from chuangwen.volunteers.hours.models import HoursCertificate, HoursCorrection
from chuangwen.volunteers.hours.rules import hours_told
from chuangwen.volunteers.presence.models import ServiceEntry
from chuangwen.web import formatting, panels
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import (
    DateRangeFilter,
    Empty,
    LinkFilter,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    QFilter,
    Rows,
    SavedView,
    TreeFilter,
    import_button,
)
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Service records")
MINE = gettext_lazy("My service record")
ASK = "volunteers.ask_certificates"
CHUNK = 1000


def came_from(row: Any) -> Any:
    """What the entry came from, as a link where a page of it is known; else from where it was taken over."""
    what = getattr(row, "attended", None)
    if what is not None and what.link:
        return format_html('<a href="{}">{}</a>', what.link, row.get_source_display())
    return words.origin(row)


def _known(row: Any, name: str) -> str:
    """What the part that holds the service tells of it; empty for transfers and for what is there no longer."""
    what = getattr(row, "attended", None)
    return getattr(what, name) if what is not None else ""


def name_masked(row: Any) -> str:
    return mask_name(row.volunteer.person.name)


DAY = ListColumn("day", gettext_lazy("Day"), kind="date", sort=("day", "pk"), nowrap=True)
TITLE = ListColumn("title", gettext_lazy("Service"), phone="title", width=30)
SPAN = ListColumn("minutes", gettext_lazy("Duration"), lambda row: words.served(row.minutes), nowrap=True)
TEAM = ListColumn("team", pgettext_lazy("hours", "Team"), "team.name", width=24)
FROM = ListColumn("kind", gettext_lazy("Came from"), came_from, export=words.origin)
STATE = ListColumn("counts", pgettext_lazy("hours", "State"), words.entry_badges, phone="badge")
SHEET = [
    ListColumn("number", "志愿者编号", "volunteer.number"),
    ListColumn("name", "姓名", "volunteer.person.name"),
    ListColumn("title", "服务项目名称", width=30),
    ListColumn("team", "志愿服务组织", "team.name", width=24),
    ListColumn("day", "服务日期", kind="date"),
    ListColumn("place", "服务地点", lambda row: _known(row, "place"), width=24),
    ListColumn("object", "服务对象", lambda row: _known(row, "object")),
    ListColumn("content", "服务内容", lambda row: _known(row, "content"), width=30),
    ListColumn("responsible", "活动（项目）负责人", lambda row: _known(row, "responsible")),
    ListColumn("made_by", "记录人", lambda row: row.made_by.person.name if row.made_by and row.made_by.person else ""),
    ListColumn("began", "开始时间", lambda row: formatting.moment(row.presence.began_at) if row.presence else ""),
    ListColumn("ended", "结束时间", lambda row: formatting.moment(row.presence.ended_at) if row.presence and row.presence.ended_at else ""),
    ListColumn("hours", "服务时长（小时）", lambda row: hours_told(row.minutes)),
    ListColumn("kind", "记录方式", "get_kind_display"),
    ListColumn("counts", "是否计入", "counts"),
    ListColumn("from_system", "转入系统"),
    ListColumn("from_number", "原系统编号"),
    ListColumn("reason", "更正或不计入的原因", width=30),
]
"""In the words of MZ/T 061-2015: what a record holds when it goes to another system."""


class Entries(ListPage):
    """What lists of entries have in common: each line knows what it came from."""

    export_name = HOME
    export_columns = SHEET
    default_sort = ("-day", "-pk")
    default_size = 50
    search_fields = ["title", "team__name"]
    search_hint = gettext_lazy("Service or team")
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("In question"), "how=doubted"), SavedView(gettext_lazy("Not counted"), "how=out"),
        SavedView(gettext_lazy("From other systems"), "kind=transfer"),
    ]  # fmt: skip

    def rows(self) -> Rows:
        found = super().rows()
        known = queries.attended(found.objects, self.actor)
        for row in found.objects:
            row.attended = known.get((row.source, row.source_id))
        return found

    def sheet_rows(self, columns: Sequence[ListColumn], queryset: QuerySet[Any]) -> Iterator[dict[str, Any]]:
        """In chunks, each line with what it came from: a constant number of queries for a thousand lines."""
        found = queryset.select_related("made_by__person").iterator(chunk_size=CHUNK)
        while chunk := list(islice(found, CHUNK)):
            known = queries.attended(chunk, self.actor)
            for row in chunk:
                row.attended = known.get((row.source, row.source_id))
                yield {column.key: column.sheet_value(row) for column in columns}

    def row_url(self, row: Any) -> str:
        return reverse("volunteers:hours-entry", args=[row.pk])

    def row_tone(self, row: Any) -> str:
        return "warn" if row.doubted else "" if row.counts else "quiet"

    def base_filters(self) -> list[Any]:
        how = {
            "doubted": (pgettext("hours", "in question"), Q(doubted=True)), "waits": (pgettext("hours", "correction proposed"), Q(waits=True)),
            "out": (pgettext("hours", "counts no longer"), Q(counts=False)),
            "in": (pgettext("hours", "served here and counted"), Q(counts=True, from_system="")),
        }  # fmt: skip
        return [
            MultiChoiceFilter(key="kind", label=_("Came from"), choices=ServiceEntry.Kind.choices),
            QFilter(key="how", label=_("State"), options=how), DateRangeFilter(key="day", label=_("Day")),
        ]  # fmt: skip

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = self.base_filters()
        return self._filters


class EntryList(Entries):
    """The records of the area; names stand masked, a record opens the whole."""

    title = HOME
    required_verb = queries.SEE
    columns = [TITLE, DAY, ListColumn("name", gettext_lazy("Volunteer"), name_masked, nowrap=True), TEAM, SPAN, FROM, STATE]
    search_fields = ["title", "team__name", "=volunteer__number", "volunteer__person__name"]
    search_hint = gettext_lazy("Service, team, name or number")
    empty = Empty(
        gettext_lazy("No service is recorded yet"), gettext_lazy("Hours come from presence: they stand here as soon as somebody served."),
        icon="clock-hour-4",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.entries(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            area = TreeFilter(
                key="area", label=_("Area"), field="volunteer__division", tree=lambda: access.scoped(self.actor, queries.SEE, Division)
            )
            team = LinkFilter(key="team", label=pgettext("hours", "Team"), field="team", name=self._team)
            self._filters = [*self.base_filters(), area, team]
        return self._filters

    def _team(self, value: str) -> str:
        return str(queries.entries(self.actor).filter(team=value)[:1].get().team)

    def get_page_actions(self) -> Any:
        mine = [PageAction(pgettext("hours", "Corrections"), reverse("volunteers:hours-corrections"), icon="edit")]
        if self.actor.may("volunteers.set_stars"):
            mine.append(PageAction(_("Ladder of stars"), reverse("volunteers:hours-stars"), icon="star"))
        if self.actor.may("volunteers.transfer_hours"):
            mine += import_button(self.actor, "volunteer-hours")
        return mine


def _holds_office(volunteer: Volunteer) -> bool:
    return bool(offices(volunteer, clock.today(), clock.today()))


class RecordOf(Entries):
    """The record of one volunteer: what counts, the star, each line, certificates."""

    template_name = "volunteers/hours/record.html"
    columns = [TITLE, DAY, SPAN, TEAM, FROM, STATE]
    empty = Empty(
        gettext_lazy("Nothing is recorded yet"), gettext_lazy("After the first service it stands here, with the time that counts."),
        icon="clock-hour-4",
    )  # fmt: skip
    seen_as = queries.SEE

    def volunteer(self) -> Volunteer:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.about = self.volunteer()
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return queries.entries(self.actor, self.seen_as).filter(volunteer=self.about)

    def list_context(self) -> dict[str, Any]:
        found = super().list_context()
        if self.wants_part():
            return found
        certificates = HoursCertificate.objects.filter(volunteer=self.about)[:10]
        return found | {
            "about": self.about, "totals": queries.totals(self.about), "mine": self.seen_as == queries.OWN,
            "certificates": [(row, words.certificate_badge(row)) for row in certificates],
            "ask_url": reverse("volunteers:hours-certificate-new", args=[self.about.pk]) if self.actor.may(ASK) else "",
            "off_duty_url": reverse("volunteers:hours-off-duty-own") if self.seen_as == queries.OWN and _holds_office(self.about) else "",
            "panels": panels.shown(self.request, "volunteers.record", self.about),
        }  # fmt: skip


class MyRecord(RecordOf):
    """One's own record."""

    title = export_name = MINE
    required_verb = queries.OWN
    seen_as = queries.OWN

    def volunteer(self) -> Volunteer:
        found = queries.own_volunteer(self.actor)
        if found is None:
            raise Missing(_("You are not registered as a volunteer."))
        return found


class VolunteerRecord(RecordOf):
    """The record of a volunteer of the area, as the desk sees it."""

    required_verb = queries.SEE

    def volunteer(self) -> Volunteer:
        return access.fetch(self.actor, queries.SEE, Volunteer.objects.select_related("person", "division"), pk=self.kwargs["pk"])

    def get_title(self) -> Any:
        return _("Service record of %(name)s") % {"name": self.about.person.name}

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:hours-entries"))]


class EntryPage(PageMixin, View):
    """One entry: where it came from, what was corrected and why, what is in question."""

    required_verb = queries.OWN

    def get_breadcrumbs(self) -> Any:
        if self.actor.may(queries.SEE):
            return [(HOME, reverse("volunteers:hours-entries"))]
        return [(MINE, reverse("volunteers:hours-mine"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = ServiceEntry.objects.select_related("volunteer__person", "team", "presence__entered_by__person", "made_by__person")
        entry = queries.visible(self.actor, rows, pk=pk)
        self.title = entry.title
        chain = queries.history(entry)
        proposals = HoursCorrection.objects.filter(entry__in=[row.pk for row in chain])
        desk = entry.volunteer.person_id != self.actor.person_id
        may_decide = desk and self.actor.may(queries.DECIDE)
        mine = access.scoped(self.actor, queries.PROPOSE, ServiceEntry).filter(pk=pk).exists() if self.actor.may(queries.PROPOSE) else False
        told = list(proposals.select_related("proposed_by__person", "decided_by__person"))
        context = self.get_context_data(
            entry=entry, chain=[(row, words.entry_badges(row)) for row in chain],
            what=queries.attended([entry], self.actor).get((entry.source, entry.source_id)),
            badges=words.entry_badges(entry), origin=words.origin(entry), desk=desk and self.actor.may(queries.SEE),
            proposals=[
                (row, words.correction_badge(row), may_decide and row.state == "proposed" and row.proposed_by_id != self.actor.account_id)
                for row in told
            ],
            doubts=[(row.doubt, words.doubt_badge(row.doubt), words.sentence(row.doubt), row.struck)
                    for row in entry.doubts.select_related("doubt").order_by("-pk")],
            may_doubts=self.actor.may(queries.DOUBTS),
            panels=panels.shown(request, "volunteers.entry", entry),
            may_correct=mine and desk and entry.counts and not any(row.state == "proposed" for row in told),
        )  # fmt: skip
        return render(request, "volunteers/hours/entry.html", context)


class Propose(OfRow):
    """Propose a correction."""

    required_verb = queries.PROPOSE
    title = gettext_lazy("Propose a correction")
    submit = gettext_lazy("Propose it")
    done = gettext_lazy("Proposed. Somebody else decides.")
    explanation = gettext_lazy(
        "Somebody else decides on it. The entry stays to be seen whatever is decided. Nobody corrects hours of their own."
    )
    model, related, home = ServiceEntry, ("volunteer__person",), (HOME, "volunteers:hours-entries")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:hours-entries")), (self.about.title, reverse("volunteers:hours-entry", args=[self.about.pk]))]

    def get_form(self, data: Any = None, files: Any = None) -> ProposeForm:
        return ProposeForm(data, entry=self.about)

    def act(self, form: Any) -> str:
        actions.propose_correction(self.actor, service_entry_id=self.about.pk, minutes=form.whole, reason=form.cleaned_data["reason"])
        return reverse("volunteers:hours-entry", args=[self.about.pk])


class CorrectionList(ListPage):
    """Corrections that wait, and what was decided."""

    title = export_name = gettext_lazy("Corrections of hours")
    required_verb = queries.SEE
    columns = [
        ListColumn("entry", gettext_lazy("Service"), "entry.title", phone="title", width=28),
        ListColumn("name", gettext_lazy("Volunteer"), lambda row: mask_name(row.entry.volunteer.person.name), nowrap=True),
        ListColumn("day", gettext_lazy("Day"), "entry.day", kind="date", nowrap=True),
        ListColumn("was", pgettext_lazy("hours", "Recorded"), lambda row: words.served(row.entry.minutes), nowrap=True),
        ListColumn("minutes", gettext_lazy("Should be"), lambda row: words.served(row.minutes), nowrap=True),
        ListColumn("reason", gettext_lazy("Reason"), width=30),
        ListColumn("proposed_at", pgettext_lazy("hours", "Proposed"), kind="datetime", sort=("proposed_at", "pk"), nowrap=True, phone="hidden"),
        ListColumn("proposed_by", pgettext_lazy("hours", "By"), "proposed_by.person.name", phone="hidden"),
        ListColumn("decided_by", gettext_lazy("Decided by"), "decided_by.person.name", phone="hidden"),
        ListColumn("state", pgettext_lazy("hours", "State"), words.correction_badge, export="get_state_display", phone="badge"),
    ]
    default_sort = ("-proposed_at", "-pk")
    saved_views = [SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be decided"), "state=proposed")]
    empty = Empty(
        gettext_lazy("Nothing had to be corrected"),
        gettext_lazy("Corrections are proposed on the page of an entry and decided by somebody else."),
        icon="edit",
    )  # fmt: skip

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:hours-entries"))]

    def get_queryset(self) -> Any:
        return queries.corrections(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [MultiChoiceFilter(key="state", label=_("State"), choices=HoursCorrection.State.choices)]
        return self._filters


class OfCorrection(FormPage):
    """A page that decides on a proposed correction."""

    required_verb = queries.DECIDE

    def prepare(self) -> None:
        rows = HoursCorrection.objects.select_related("entry__volunteer__person")
        self.about = access.fetch(self.actor, queries.DECIDE, rows, pk=self.kwargs["pk"])
        self.lead = _("%(title)s, %(day)s: %(before)s recorded, %(after)s proposed. Reason: %(reason)s") % {
            "title": self.about.entry.title, "day": formatting.day(self.about.entry.day), "before": words.served(self.about.entry.minutes),
            "after": words.served(self.about.minutes), "reason": self.about.reason,
        }  # fmt: skip

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"revision": self.about.revision}}

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:hours-entries")), (self.about.entry.title, self.about.get_absolute_url())]


class Agree(OfCorrection):
    title = gettext_lazy("Agree to the correction")
    form_class = AgreeForm
    submit = gettext_lazy("Correct it")
    done = gettext_lazy("Corrected. The old entry stays to be seen and counts no longer.")

    def act(self, form: Any) -> str:
        given = form.cleaned_data
        made = actions.agree_correction(self.actor, hours_correction_id=self.about.pk, answer=given["answer"], expected=given["revision"])
        return reverse("volunteers:hours-entry", args=[made.pk])


class RefuseCorrection(OfCorrection):
    title = gettext_lazy("Do not correct it")
    form_class = AnswerForm
    submit = gettext_lazy("Leave it as it is")

    def act(self, form: Any) -> str:
        given = form.cleaned_data
        actions.refuse_correction(self.actor, hours_correction_id=self.about.pk, answer=given["answer"], expected=given["revision"])
        return str(self.about.get_absolute_url())

