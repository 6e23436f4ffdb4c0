"""Meetings: the list, one with its agenda and what was resolved, planning, every step of its life."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.meetings import actions, queries
from chuangwen.duties.meetings.forms import CameForm, ItemForm, MeetingForm, WhyForm
from chuangwen.duties.meetings.models import AgendaItem, Meeting
from chuangwen.duties.meetings.sheets import meeting_sheet
from chuangwen.duties.meetings.states import AHEAD, TOOK_PLACE, Step, after
from chuangwen.duties.sponsorship.forms import PlainForm
from chuangwen.kernel import access
from chuangwen.kernel.identifiers import number_in
from chuangwen.web import formatting, panels
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import DateRangeFilter, Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, SavedView
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Meetings")
PLAN, KEEP = "duties.plan_meeting", "duties.keep_minutes"
TONES = {"planned": "quiet", "invited": "wait", "held": "warn", "confirmed": "ok", "closed": "quiet", "cancelled": "bad"}


def cell_state(row: Meeting) -> Any:
    return badge(row.get_state_display(), TONES[row.state])


def done_of(row: Any) -> str:
    return f"{row.done_count} / {row.resolution_count}" if row.resolution_count else formatting.EMPTY


class MeetingList(ListPage):
    """All meetings that the actor sees, those to come and the latest first."""

    title = export_name = HOME
    required_verb = queries.SEE
    columns = [
        ListColumn("title", gettext_lazy("Title"), phone="title", sort=("title", "-starts_at", "-pk")),
        ListColumn("state", gettext_lazy("State"), cell_state, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", nowrap=True),
        ListColumn("starts_at", pgettext_lazy("meeting", "Begins"), kind="datetime", sort="starts_at", nowrap=True),
        ListColumn("place", pgettext_lazy("meeting", "Place")),
        ListColumn("convener", gettext_lazy("Convening unit"), "convener.__str__", phone="hidden"),
        ListColumn("unit_count", pgettext_lazy("meeting", "Units"), kind="int", phone="hidden"),
        ListColumn("done", gettext_lazy("Resolutions done"), done_of, nowrap=True),
    ]
    search_fields = ["title", "place"]
    search_hint = gettext_lazy("Title or place")
    default_sort = "-starts_at"
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To come"), "state=planned,invited"),
        SavedView(gettext_lazy("Minutes open"), "state=held"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("No meetings yet"),
        gettext_lazy("Plan one: its agenda is drawn from what is late, and what it resolves is followed as cases."), icon="users-group",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.counted(queries.meetings(self.actor))

    def get_filters(self) -> Any:
        return [
            MultiChoiceFilter(key="state", label=_("State"), choices=Meeting.State.choices),
            MultiChoiceFilter(key="kind", label=_("Kind"), choices=Meeting.Kind.choices),
            DateRangeFilter(key="starts_at", label=pgettext("meeting", "Begins")),
        ]

    def get_page_actions(self) -> list[PageAction]:
        found = [PageAction(_("Resolutions"), reverse("duties:resolutions"), icon="checklist")]
        if self.actor.may(PLAN):
            found.append(PageAction(_("Plan a meeting"), reverse("duties:meeting-new"), icon="plus", primary=True))
        return found


class MeetingPages(PageMixin):
    """What the pages of one meeting have in common."""

    kwargs: dict[str, Any]

    def find(self, verb: str) -> Meeting:
        return access.fetch(self.actor, verb, Meeting.objects.select_related("division", "convener", "site"), pk=self.kwargs["pk"])

    def meeting_crumbs(self, meeting: Meeting | None = None) -> list[tuple[Any, str | None]]:
        crumbs: list[tuple[Any, str | None]] = [(HOME, reverse("duties:meetings"))]
        return [*crumbs, (str(meeting), meeting.get_absolute_url())] if meeting else crumbs


STEPS = (
    (Step.INVITE, "meeting-invite", PLAN, pgettext_lazy("meeting", "Invite the units"), "send"),
    (Step.OPEN, "meeting-open", KEEP, gettext_lazy("Open the meeting"), "player-play"),
    (Step.CONFIRM, "meeting-confirm", "duties.confirm_minutes", gettext_lazy("Confirm the minutes"), "signature"),
    (Step.CLOSE, "meeting-close", PLAN, pgettext_lazy("meeting", "Close"), "archive"),
)


class MeetingPage(MeetingPages, View):
    """When and where, who is invited and came, the agenda with its rows, what was resolved and how it stands."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        shown = queries.detail(self.actor, pk)
        meeting = shown.meeting
        self.title, self.breadcrumbs = meeting.title, self.meeting_crumbs()
        self.lead = f"{meeting.get_kind_display()} · {formatting.moment(meeting.starts_at)} · {meeting.place}"
        may = {verb: access.scoped(self.actor, verb, Meeting).filter(pk=pk).exists() for verb in {PLAN, KEEP, "duties.confirm_minutes"}}
        steps = [
            (reverse(f"duties:{name}", args=[pk]), label, icon)
            for step, name, verb, label, icon in STEPS if after(meeting.state, step) and may[verb]
        ]  # fmt: skip
        context = self.get_context_data(
            shown=shown, meeting=meeting, state=cell_state(meeting), steps=steps, may_plan=may[PLAN], ahead=meeting.state in AHEAD,
            took_place=meeting.state in TOOK_PLACE, may_agenda=may[PLAN] and after(meeting.state, Step.AGENDA) is not None,
            may_write=may[KEEP] and meeting.state == Meeting.State.HELD, may_follow=may[PLAN] and shown.next is None,
            panels=panels.shown(request, "duties.meeting", meeting),
        )  # fmt: skip
        return render(request, "duties/meetings/meeting.html", context)


class MeetingNew(FormPage):
    required_verb = PLAN
    title = gettext_lazy("Plan a meeting")
    wide = True
    done = gettext_lazy("Planned, with what is late on its agenda. Look at it, then invite the units.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:meetings"))]

    def get_form(self, data: Any = None, files: Any = None) -> MeetingForm:
        return MeetingForm(data, actor=self.actor, follows=number_in(self.request.GET.get("follows")))

    def act(self, form: MeetingForm) -> str:
        return actions.plan_meeting(self.actor, **form.facts()).get_absolute_url()


class OfMeeting(MeetingPages, FormPage):
    """A form about one meeting."""

    required_verb = PLAN

    def prepare(self) -> None:
        assert self.required_verb is not None
        self.meeting = self.find(self.required_verb)
        self.lead = str(self.meeting)

    def get_breadcrumbs(self) -> Any:
        return self.meeting_crumbs(self.meeting)

    def back_to(self) -> str:
        return self.meeting.get_absolute_url()


class MeetingEdit(OfMeeting):
    title = gettext_lazy("Change the meeting")
    wide = True

    def get_form(self, data: Any = None, files: Any = None) -> MeetingForm:
        return MeetingForm(data, actor=self.actor, meeting=self.meeting)

    def act(self, form: MeetingForm) -> str:
        actions.edit_meeting(self.actor, meeting_id=self.meeting.pk, **form.facts())
        return self.back_to()


class Propose(ActionButton):
    """Put on the agenda what is late and not there yet."""

    required_verb = PLAN

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        added = actions.propose_agenda(self.actor, meeting_id=kwargs["pk"])
        self.done = _("Items that came to the agenda: %(n)d.") % {"n": added} if added else _("Nothing else is late.")
        return reverse("duties:meeting", args=[kwargs["pk"]])


class ItemEdit(OfMeeting):
    """An item by hand, or the title and the words of one."""

    title = gettext_lazy("Item of the agenda")

    def prepare(self) -> None:
        super().prepare()
        item = self.kwargs.get("item")
        self.item: AgendaItem | None = access.fetch(self.actor, PLAN, self.meeting.agenda.all(), pk=item) if item is not None else None

    def get_form(self, data: Any = None, files: Any = None) -> ItemForm:
        return ItemForm(data, item=self.item)

    def act(self, form: ItemForm) -> str:
        actions.save_item(self.actor, meeting_id=self.meeting.pk, item_id=self.item.pk if self.item else None, **form.cleaned_data)
        return self.back_to()


class ItemMove(ActionButton):
    required_verb = PLAN

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        up = request.POST.get("way") != "down"
        return actions.move_item(self.actor, meeting_id=kwargs["pk"], item_id=kwargs["item"], up=up).get_absolute_url()


class ItemRemove(ActionButton):
    required_verb = PLAN
    done = gettext_lazy("Off the agenda.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.remove_item(self.actor, meeting_id=kwargs["pk"], item_id=kwargs["item"]).get_absolute_url()


class StepPage(OfMeeting):
    """One step in the life of a meeting."""

    step: Any
    form_class = PlainForm

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return PlainForm(data)

    def act(self, form: Any) -> str:
        self.step(self.actor, meeting_id=self.meeting.pk)
        return self.back_to()


class Invite(StepPage):
    title = submit = pgettext_lazy("meeting", "Invite the units")
    done = gettext_lazy("The units are told; the meeting stands in their calendars.")
    explanation = gettext_lazy("Liaisons and first responsible persons of the units are told of time, place and agenda.")
    step = staticmethod(actions.invite)


class Open(StepPage):
    required_verb = KEEP
    title = submit = gettext_lazy("Open the meeting")
    done = gettext_lazy("Opened. The agenda stands as it was at this moment.")
    explanation = gettext_lazy("What the agenda shows is frozen now, so that the minutes stay true. Then minutes can be written.")
    step = staticmethod(actions.open_meeting)

    def back_to(self) -> str:
        return reverse("duties:minutes", args=[self.meeting.pk])


class Confirm(StepPage):
    required_verb = "duties.confirm_minutes"
    title = submit = gettext_lazy("Confirm the minutes")
    done = gettext_lazy("Confirmed. Each resolution went to its unit as a case.")
    explanation = gettext_lazy("Confirmed minutes never change. Each resolution becomes a case of its unit, due on its day.")
    step = staticmethod(actions.confirm_minutes)


class Close(StepPage):
    title = submit = pgettext_lazy("meeting", "Close")
    done = gettext_lazy("The meeting is closed.")
    explanation = gettext_lazy("A meeting is closed when all that it resolved is done, or a later meeting of its series has taken up the rest.")
    step = staticmethod(actions.close_meeting)


class Cancel(OfMeeting):
    title = submit = pgettext_lazy("meeting", "Call it off")
    done = gettext_lazy("Called off. Invited units are told.")
    tone = "danger"

    def get_form(self, data: Any = None, files: Any = None) -> WhyForm:
        return WhyForm(data)

    def act(self, form: WhyForm) -> str:
        actions.cancel_meeting(self.actor, meeting_id=self.meeting.pk, reason=form.cleaned_data["reason"])
        return self.back_to()


class Came(OfMeeting):
    """Which units came. Persons are not asked for."""

    required_verb = KEEP
    title = gettext_lazy("Which units came")
    explanation = gettext_lazy("Units only: who sat there for a unit is the unit's own affair.")
    wide = True

    def get_form(self, data: Any = None, files: Any = None) -> CameForm:
        return CameForm(data, invited=list(self.meeting.invited.select_related("unit")))

    def act(self, form: CameForm) -> str:
        actions.mark_units(self.actor, meeting_id=self.meeting.pk, came=form.came(), words=form.words())
        return reverse("duties:minutes", args=[self.meeting.pk]) if self.meeting.state == Meeting.State.HELD else self.back_to()


class MeetingSheet(MeetingPages, View):
    """Agenda, units and resolutions of a meeting as .xlsx."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        shown = queries.detail(self.actor, pk)
        return download(meeting_sheet(shown), f"{shown.meeting.title} {shown.meeting.starts_at:%Y-%m-%d}.xlsx")
