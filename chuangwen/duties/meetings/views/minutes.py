"""Writing minutes while the meeting goes on, and what is resolved: on a desk and on a phone, with and without signal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.meetings import actions, proposing, queries, states
from chuangwen.duties.meetings.actions.base import refuse
from chuangwen.duties.meetings.forms import ResolutionForm
from chuangwen.duties.meetings.models import Meeting, Resolution
from chuangwen.duties.meetings.views.meetings import HOME, KEEP, MeetingPages, OfMeeting
from chuangwen.kernel import access, clock
from chuangwen.kernel.identifiers import number_in
from chuangwen.web.form_pages import ActionButton
from chuangwen.web.lists import DateRangeFilter, Empty, ListColumn, ListPage, MultiChoiceFilter, QFilter, SavedView
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import AccessMixin


class MinutesPage(MeetingPages, View):
    """A field for each item, saved by itself; which units came; what is resolved."""

    required_verb = KEEP

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.find(KEEP)
        if states.after(meeting.state, states.Step.MINUTES) is None:
            raise refuse(_("Minutes are written while the meeting is open."), "meeting_state")
        shown = queries.detail(self.actor, pk)
        self.title, self.lead, self.breadcrumbs = pgettext("meeting", "Minutes"), str(meeting), self.meeting_crumbs(meeting)
        by_item: dict[int | None, list[Any]] = {}
        for one in shown.resolutions:
            by_item.setdefault(one.row.item_id, []).append(one)
        lines = [(line, by_item.get(line.item.pk, [])) for line in shown.lines]
        asked = sum(row.came is None for row in shown.invited)
        context = self.get_context_data(meeting=meeting, shown=shown, lines=lines, others=by_item.get(None, []), unasked=asked)
        return render(request, "duties/meetings/minutes.html", context)


class WriteMinutes(AccessMixin, View):
    """Save the text of an item. A program gets JSON with the new revision, or 409 with what somebody else wrote; a plain form goes back."""

    required_verb = KEEP
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        text, revision = request.POST.get("text", ""), number_in(request.POST.get("revision")) or 0
        by_program = request.headers.get("Accept", "").startswith("application/json")
        try:
            item = actions.write_minutes(self.actor, item_id=pk, text=text, revision=revision)
        except actions.WrittenMeanwhile as other:
            if not by_program:
                raise
            return JsonResponse({"code": other.code, "message": str(other), "text": other.text, "revision": other.revision}, status=409)
        if by_program:
            return JsonResponse({"revision": item.minutes_revision})
        return HttpResponse(status=303, headers={"Location": reverse("duties:minutes", args=[item.meeting_id])})


class ResolutionEdit(OfMeeting):
    """Who does what until when."""

    required_verb = KEEP
    title = gettext_lazy("Resolution")
    done = gettext_lazy("Written down. It goes to the unit as a case when the minutes are confirmed.")

    def prepare(self) -> None:
        super().prepare()
        key = self.kwargs.get("resolution")
        self.row: Resolution | None = None
        if key is not None:
            self.row = access.fetch(self.actor, KEEP, self.meeting.resolutions.select_related("unit"), pk=key)

    def get_form(self, data: Any = None, files: Any = None) -> ResolutionForm:
        item = number_in(self.request.GET.get("item"))
        return ResolutionForm(data, actor=self.actor, meeting=self.meeting, row=self.row, item=item)

    def act(self, form: ResolutionForm) -> str:
        actions.save_resolution(
            self.actor, meeting_id=self.meeting.pk, resolution_id=self.row.pk if self.row else None, **form.facts()
        )
        return reverse("duties:minutes", args=[self.meeting.pk])


class ResolutionRemove(ActionButton):
    required_verb = KEEP
    done = gettext_lazy("Taken back.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.remove_resolution(self.actor, meeting_id=kwargs["pk"], resolution_id=kwargs["resolution"])
        return reverse("duties:minutes", args=[kwargs["pk"]])


def cell_standing(row: Resolution) -> Any:
    how = row.standing(clock.now())
    return badge(proposing.WORDS[how], proposing.TONES[how])


class ResolutionList(ListPage):
    """What was resolved in all meetings and how it stands: told from the cases, entered nowhere."""

    title = export_name = pgettext_lazy("meeting", "Resolutions")
    lead = gettext_lazy("How each stands is told from its case.")
    required_verb = queries.SEE
    columns = [
        ListColumn("words", gettext_lazy("What is to be done"), phone="title"),
        ListColumn("standing", gettext_lazy("How it stands"), cell_standing, phone="badge", nowrap=True),
        ListColumn("unit", gettext_lazy("Unit that does it"), "unit.__str__", sort="unit__path"),
        ListColumn("due_on", gettext_lazy("Until"), sort="due_on", kind="date", nowrap=True),
        ListColumn("case", gettext_lazy("Case"), "case.number", nowrap=True),
        ListColumn("meeting", pgettext_lazy("resolution", "Meeting"), "meeting.title"),
        ListColumn("held", pgettext_lazy("meeting", "Begins"), "meeting.starts_at", sort="meeting__starts_at", kind="date", nowrap=True),
    ]
    search_fields = ["words", "unit__name", "meeting__title", "=case__number"]
    default_sort = ("-meeting__starts_at", "position")
    saved_views = [
        SavedView(gettext_lazy("All")),
        SavedView(gettext_lazy("late"), "how=late"),
        SavedView(pgettext_lazy("resolution", "under way"), "how=under_way"),
    ]
    empty = Empty(
        gettext_lazy("Nothing was resolved yet"), gettext_lazy("What a meeting resolves stands here with its unit and its day."),
        icon="checklist",
    )  # fmt: skip

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:meetings"))]

    def get_queryset(self) -> Any:
        return queries.resolutions(self.actor)

    def get_filters(self) -> Any:
        now = clock.now()
        options = {word: (proposing.WORDS[word], queries.standing_condition(word, now)) for word in states.STANDINGS}
        return [
            QFilter(key="how", label=_("How it stands"), options=options),
            MultiChoiceFilter(key="kind", label=_("Kind"), choices=Meeting.Kind.choices, field="meeting__kind"),
            DateRangeFilter(key="due_on", label=_("Until")),
        ]
