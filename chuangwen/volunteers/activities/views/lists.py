"""All activities, and the calendar of a month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.places.models import Division
from chuangwen.volunteers.activities import actions, queries, words
from chuangwen.volunteers.activities.access import APPROVE, PLAN, SEE
from chuangwen.volunteers.activities.forms import ActivityForm, MonthForm, TeamChoiceForm, ThemeForm, first_of
from chuangwen.volunteers.activities.models import Activity
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import (
    DateRangeFilter,
    Empty,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    QFilter,
    SavedView,
    TreeFilter,
    import_button,
)
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Activities")


class ActivityList(ListPage):
    """All activities of the area."""

    title = export_name = HOME
    required_verb = SEE
    template_name = "volunteers/activities/list.html"
    columns = [
        ListColumn("title", gettext_lazy("Activity"), phone="title", sort=("title", "pk"), width=30),
        ListColumn("state", gettext_lazy("State"), words.state_badge, export="get_state_display", sort=("state", "pk"), phone="badge"),
        ListColumn("first_at", gettext_lazy("When it is held"), words.when, sort=("first_at", "pk"), nowrap=True),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", sort=("kind", "pk"), nowrap=True),
        ListColumn("team", gettext_lazy("Volunteer team"), "team.__str__", sort=("team__path", "pk")),
        ListColumn("division", gettext_lazy("Area"), "division.name", sort=("division__path", "pk")),
        ListColumn("taken", gettext_lazy("Places given"), words.taken_cell, nowrap=True),
        ListColumn("came", gettext_lazy("Came"), kind="int", sort=("came", "pk")),
        ListColumn("served", gettext_lazy("People served"), kind="int", sort=("served", "pk"), phone="hidden"),
    ]
    export_columns = [
        ListColumn("number", gettext_lazy("Number")),
        ListColumn("title", gettext_lazy("Activity"), width=30),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display"),
        ListColumn("festival", gettext_lazy("Festival or day"), "get_festival_display"),
        ListColumn("theme", gettext_lazy("Theme of the month"), "theme.name", width=20),
        ListColumn("team", gettext_lazy("Volunteer team"), "team.name", width=24),
        ListColumn("division", gettext_lazy("Area"), "division.name", width=20),
        ListColumn("where", gettext_lazy("Where people meet"), width=24),
        ListColumn("first_at", gettext_lazy("First begin"), kind="datetime", width=20),
        ListColumn("last_at", gettext_lazy("Last end"), kind="datetime", width=20),
        ListColumn("shift_count", gettext_lazy("Shifts of the activity"), kind="int"),
        ListColumn("places", gettext_lazy("Places on the shift"), kind="int"),
        ListColumn("taken", gettext_lazy("Places given"), kind="int"),
        ListColumn("state", gettext_lazy("State"), "get_state_display"),
        ListColumn("came", gettext_lazy("Came"), kind="int"),
        ListColumn("served", gettext_lazy("People served"), kind="int"),
        ListColumn("result", gettext_lazy("Result"), width=40),
    ]
    search_fields = ["title", "=number", "place", "team__name", "division__name"]
    search_hint = gettext_lazy("Activity, team, place")
    default_sort = ("-first_at", "-pk")
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be approved"), "state=asked"),
        SavedView(gettext_lazy("Still to be held"), "how=coming"), SavedView(gettext_lazy("Without a result"), "how=held"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("No activities yet"),
        gettext_lazy("Teams draft them, or a month is drafted from last year's in one go."), icon="calendar-event",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.activities(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            how = {"coming": (_("still to be held"), queries.coming(clock.now())), "held": (_("without a result"), queries.without_result())}
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=Activity.State.choices),
                MultiChoiceFilter(key="kind", label=_("Kind"), choices=Activity.Kind.choices),
                QFilter(key="how", label=_("How it stands"), options=how),
                TreeFilter(key="area", label=_("Area"), field="division", tree=lambda: access.scoped(self.actor, SEE, Division)),
                DateRangeFilter(key="first_at", label=_("When it is held")),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        mine = [PageAction(_("Calendar"), reverse("volunteers:activity-calendar"), icon="calendar-event")]
        if not self.actor.may(PLAN):
            return mine
        return [
            *mine, *import_button(self.actor, "activities"),
            PageAction(_("From last year's"), reverse("volunteers:activity-again"), icon="copy"),
            PageAction(_("New activity"), reverse("volunteers:activity-new"), icon="plus", primary=True),
        ]  # fmt: skip

    def list_context(self) -> dict[str, Any]:
        return super().list_context() | {"figures": None if self.wants_part() else queries.figures(self.actor)}


class MonthCalendar(PageMixin, View):
    """The activities of a month day by day, with the festivals and the theme."""

    required_verb = SEE
    title = gettext_lazy("Calendar of activities")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:activities"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        month = first_of(request.GET.get("month"))
        before, following = month - timedelta(days=1), (month + timedelta(days=31)).replace(day=1)
        context = self.get_context_data(
            weeks=queries.month_calendar(self.actor, month), month=month, before=f"{before:%Y-%m}", after=f"{following:%Y-%m}",
            theme=queries.theme_of(self.actor, month), may_theme=self.actor.may(APPROVE), may_plan=self.actor.may(PLAN),
            words=f"{month.year}年{month.month}月", names="一二三四五六日",
        )  # fmt: skip
        return render(request, "volunteers/activities/calendar.html", context)


class _New(FormPage):
    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:activities"))] if self.actor.may(SEE) else [(HOME, reverse("volunteers:activity-mine"))]


class ActivityNew(_New):
    required_verb = PLAN
    title = gettext_lazy("New activity")
    explanation = gettext_lazy("It is a draft until you send it to the office for approval.")
    wide = True

    def get_form(self, data: Any = None, files: Any = None) -> ActivityForm:
        return ActivityForm(data, actor=self.actor)

    def act(self, form: ActivityForm) -> str:
        given = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
        shift = actions.planning.ShiftPlan(given.pop("starts_at"), given.pop("ends_at"), given.pop("places"))
        return actions.make_activity(self.actor, shifts=[shift], **given).get_absolute_url()


class DraftAgain(_New):
    required_verb = PLAN
    title = gettext_lazy("Draft a month from last year's")
    explanation = gettext_lazy(
        "Activities of a year before become drafts: those of festivals on this year's day of the festival, weekly ones on the same weekday."
    )
    submit = gettext_lazy("Draft them")
    done = ""

    def get_form(self, data: Any = None, files: Any = None) -> MonthForm:
        asked = self.request.GET.get("month")
        return MonthForm(data, initial={"month": first_of(asked) if asked else None})

    def act(self, form: MonthForm) -> str:
        made = actions.draft_again(self.actor, month=form.cleaned_data["month"])
        messages.success(self.request, _("%(count)d activities were drafted.") % {"count": len(made)})
        if not self.actor.may(SEE):
            return made[0].get_absolute_url()
        return f"{reverse('volunteers:activity-calendar')}?month={form.cleaned_data['month']:%Y-%m}"


class ThemeEdit(_New):
    required_verb = APPROVE
    title = gettext_lazy("Theme of a month")

    def get_form(self, data: Any = None, files: Any = None) -> ThemeForm:
        asked = self.request.GET.get("month")
        month = first_of(asked) if asked else None
        return ThemeForm(data, actor=self.actor, initial={"month": month} if month else {})

    def act(self, form: ThemeForm) -> str:
        theme = actions.save_theme(self.actor, **form.cleaned_data)
        return f"{reverse('volunteers:activity-calendar')}?month={theme.month:%Y-%m}"


class TeamCalendar(_New):
    """Give out the address of a team's calendar."""

    required_verb = PLAN
    title = gettext_lazy("Calendar of a team")
    submit = gettext_lazy("Give it out")
    done = ""

    def get_form(self, data: Any = None, files: Any = None) -> TeamChoiceForm:
        return TeamChoiceForm(data, actor=self.actor)

    def act(self, form: TeamChoiceForm) -> HttpResponse:
        link, token = actions.give_team_calendar(self.actor, team_id=form.cleaned_data["team"].pk)
        return given(self, link, token)


def given(page: Any, link: Any, token: str) -> HttpResponse:
    """The address of a calendar, shown once."""
    address = page.request.build_absolute_uri(reverse("volunteers:activity-feed", args=[token]))
    context = page.get_context_data(link=link, address=address, webcal=f"webcal://{address.partition('://')[2]}")
    return render(page.request, "volunteers/activities/calendar_given.html", context)
