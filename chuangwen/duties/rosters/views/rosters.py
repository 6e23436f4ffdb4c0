"""Rosters: the list, one with its month, what is likely to be missing, every step of its life, on paper and as a sheet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.rosters import actions, queries, words
from chuangwen.duties.rosters.actions.solving import JOB
from chuangwen.duties.rosters.forms import AskForm, RosterForm, SureRosterForm
from chuangwen.duties.rosters.models import Roster, RosterGround
from chuangwen.duties.rosters.naming import naming
from chuangwen.duties.rosters.sheets import roster_sheet
from chuangwen.duties.rosters.states import Step, after
from chuangwen.kernel import access, clock, jobs, office_calendar
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.models import Job
from chuangwen.web import addresses, formatting
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Posts and rosters")
POSTS_ON_A_PAGE = 20
WEEKDAYS = "一二三四五六日"
AHEAD = 7


def cell_state(roster: Roster) -> Any:
    return badge(roster.get_state_display(), words.TONES[roster.state])


def cell_short(roster: Roster) -> Any:
    if not roster.figures:
        return ""
    short = int(roster.figures.get("short", 0))
    return badge(_("%(n)d people missing") % {"n": short}, "bad") if short else badge(_("full"), "ok")


def cells_of(line: queries.Line) -> SafeString:
    """The days of a shift: who stands there, each name leading to the turn. A month of twenty posts has a thousand names: they are written at
    once, and no template is walked for each."""
    address = addresses.by_key("duties:roster-turn")
    others, missing = _("%(n)s people of other units"), _("%(n)s missing")
    written = []
    for cell in line.cells:
        written.append('<td class="cw-roster-off">' if cell.off else "<td>")
        for turn in cell.turns:
            hand = ' class="cw-roster-hand"' if turn.by_hand else ""
            written.append(f'<a href="{address(turn.pk)}"><span{hand}>{escape(turn.person.name)}</span></a>')
        if cell.others:
            written.append(f'<span class="text-secondary">{others % {"n": cell.others}}</span>')
        if cell.lacks:
            written.append(f'<span class="cw-roster-lack">{missing % {"n": cell.lacks}}</span>')
        written.append("</td>")
    return SafeString("".join(written))


class RosterList(ListPage):
    """All rosters of the area, the newest first."""

    title = export_name = HOME
    required_verb = queries.SEE
    columns = [
        ListColumn("ground", gettext_lazy("Ground"), "ground.name", phone="title", sort=("ground__name", "-starts_on", "pk")),
        ListColumn("starts_on", gettext_lazy("First day"), kind="date", sort=("starts_on", "pk"), nowrap=True),
        ListColumn("ends_on", gettext_lazy("Last day"), kind="date", nowrap=True, phone="hidden"),
        ListColumn("state", gettext_lazy("State"), cell_state, export="get_state_display", nowrap=True, phone="badge"),
        ListColumn("short", pgettext_lazy("roster", "Filled"), cell_short, export=lambda row: row.figures.get("short"), nowrap=True),
        ListColumn("quality", gettext_lazy("Quality"), words.quality, phone="hidden"),
    ]
    search_fields = ["ground__name"]
    search_hint = gettext_lazy("Ground")
    default_sort = ("-starts_on", "-pk")
    empty = Empty(
        gettext_lazy("No rosters yet"), gettext_lazy("Divide a ground into posts, fill the pools of units, then have a month arranged."),
        icon="calendar-event",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.rosters(self.actor)

    def get_filters(self) -> Any:
        return [MultiChoiceFilter(key="state", label=_("State"), choices=Roster.State.choices)]

    def get_page_actions(self) -> Any:
        found = [
            PageAction(_("Today at the posts"), reverse("duties:roster-board"), icon="eye"),
            PageAction(pgettext_lazy("roster", "Grounds"), reverse("duties:roster-grounds"), icon="map-pins"),
        ]
        if self.actor.may("duties.keep_pool"):
            found.append(PageAction(_("People"), reverse("duties:roster-people"), icon="users"))
        if self.actor.may("duties.change_turn"):
            found.append(PageAction(_("Changes of turns"), reverse("duties:roster-changes"), icon="arrows-exchange"))
        if self.actor.may("duties.plan_roster"):
            found.append(PageAction(_("New roster"), reverse("duties:roster-new"), icon="plus", primary=True))
        return found


class RosterPages(PageMixin):
    """What the pages of one roster have in common."""

    kwargs: dict[str, Any]

    def find(self, verb: str = queries.SEE) -> Roster:
        return access.fetch(self.actor, verb, Roster.objects.select_related("ground__division"), pk=self.kwargs["pk"])

    def roster_crumbs(self, roster: Roster | None = None) -> list[tuple[Any, str | None]]:
        crumbs: list[tuple[Any, str | None]] = [(HOME, reverse("duties:rosters"))]
        return [*crumbs, (str(roster), roster.get_absolute_url())] if roster else crumbs


def may_plan(actor: access.Actor, roster: Roster) -> bool:
    return actor.may("duties.plan_roster") and access.scoped(actor, "duties.plan_roster", Roster).filter(pk=roster.pk).exists()


def weeks_of(roster: Roster) -> list[tuple[date, date]]:
    """The weeks of a roster, cut off at its ends."""
    found, day = [], roster.starts_on
    while day <= roster.ends_on:
        last = min(roster.ends_on, day + timedelta(days=6 - day.weekday()))
        found.append((day, last))
        day = last + timedelta(days=1)
    return found


def head_of(days: list[date]) -> list[dict[str, Any]]:
    """Day and weekday of each column; days off by the statutory calendar are marked."""
    work, today = office_calendar.calendar(), clock.today()
    return [{"day": day, "weekday": WEEKDAYS[day.weekday()], "off": not work.is_workday(day), "today": day == today} for day in days]


class RosterPage(RosterPages, View):
    """The month by post, where people are missing, what is to be done next."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = self.find()
        self.title, self.lead, self.breadcrumbs = roster.ground.name, self.about(roster), self.roster_crumbs()
        planning = may_plan(self.actor, roster)
        days, week, weeks = self.span(request, roster)
        posts = queries.posts_of(roster)
        pages = max(1, -(-len(posts) // POSTS_ON_A_PAGE))
        page = min(max(number_in(request.GET.get("page")) or 1, 1), pages)
        shown = posts[(page - 1) * POSTS_ON_A_PAGE : page * POSTS_ON_A_PAGE]
        lines = queries.month(roster, days, shown, naming(self.actor, [roster]))
        totals = queries.day_totals(roster, days)
        floor = roster.ground.floor
        answered, asked = queries.answered(roster) if planning else (0, 0)
        context = self.get_context_data(
            roster=roster, state=cell_state(roster), lines=[(line.shift, cells_of(line)) for line in lines], head=head_of(days),
            number=page, pages=range(1, pages + 1), week=week, weeks=weeks,
            totals=[(totals.get(day, 0), bool(floor and roster.figures and totals.get(day, 0) < floor)) for day in days],
            may_plan=planning, steps={step.value: after(roster.state, step) is not None for step in Step} if planning else {},
            quality=words.quality(roster), points=words.points(roster.points), job=self.job(roster), posts=len(posts),
            answered=answered, asked=asked, units=[row.unit for row in roster.taking_part.select_related("unit")],
            events=list(roster.events.select_related("account__person")[:8]) if planning else [], rules=roster.asked,
            upcoming=roster.state == Roster.State.PUBLISHED and roster.ends_on >= clock.today(),
        )  # fmt: skip
        return render(request, "duties/rosters/roster.html", context)

    @staticmethod
    def about(roster: Roster) -> str:
        return f"{roster.ground.division.name} · {formatting.day(roster.starts_on)} – {formatting.day(roster.ends_on)}"

    @staticmethod
    def span(request: HttpRequest, roster: Roster) -> tuple[list[date], int, list[dict[str, Any]]]:
        """The days shown: of the week that is asked for (0: all), and the weeks to choose from."""
        weeks, today = weeks_of(roster), clock.today()
        asked = number_in(request.GET.get("week"))
        week = asked if asked is not None and asked <= len(weeks) else 0
        days = roster.days
        if week:
            first, last = weeks[week - 1]
            days = [day for day in days if first <= day <= last]
        told = [
            {"number": number, "words": f"{formatting.short_day(first, today)} – {formatting.short_day(last, today)}"}
            for number, (first, last) in enumerate(weeks, start=1)
        ]
        return days, week, told

    def job(self, roster: Roster) -> Job | None:
        """The newest job of this person that arranges the roster, while it works or where it failed."""
        found = jobs.newest(self.actor, JOB, roster=roster.pk)
        return None if found is None or found.state == Job.State.DONE else found


class RosterNew(FormPage):
    """A new roster: days, units, rules."""

    required_verb = "duties.plan_roster"
    title = gettext_lazy("New roster")
    wide = True
    explanation = gettext_lazy(
        "Everybody has about as many turns, days off and early turns; nobody has two on one day or too little rest. Then ask for days, arrange, "
        "look, publish."
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:rosters"))]

    def get_form(self, data: Any = None, files: Any = None) -> RosterForm:
        grounds = access.scoped(self.actor, "duties.plan_roster", RosterGround).order_by("name", "pk")
        return RosterForm(data, actor=self.actor, grounds=grounds, initial={"ground": number_in(self.request.GET.get("ground"))})

    def act(self, form: RosterForm) -> str:
        return actions.make_roster(self.actor, ground=form.cleaned_data["ground"], **form.facts()).get_absolute_url()


class OfRoster(RosterPages, FormPage):
    """A form about one roster."""

    required_verb = "duties.plan_roster"

    def prepare(self) -> None:
        assert self.required_verb is not None
        self.roster = self.find(self.required_verb)
        self.lead = str(self.roster)

    def get_breadcrumbs(self) -> Any:
        return self.roster_crumbs(self.roster)


class RosterEdit(OfRoster):
    title = gettext_lazy("Days, units and rules")
    wide = True
    explanation = gettext_lazy("After a change the roster has to be arranged again.")

    def get_form(self, data: Any = None, files: Any = None) -> RosterForm:
        return RosterForm(data, actor=self.actor, roster=self.roster)

    def act(self, form: RosterForm) -> str:
        return actions.edit_roster(self.actor, roster_id=self.roster.pk, **form.facts()).get_absolute_url()


class Ask(OfRoster):
    title = gettext_lazy("Ask for days")
    submit = pgettext_lazy("roster", "Ask them")
    done = gettext_lazy("Asked. Who has an account was told; private links are under “People”.")
    explanation = gettext_lazy("Everybody says in a few taps on which days they cannot come, would rather not, or come gladly.")
    form_class = AskForm

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"answers_by": max(clock.today(), self.roster.starts_on - timedelta(days=5))}}

    def act(self, form: Any) -> str:
        return actions.ask_days(self.actor, roster_id=self.roster.pk, **form.cleaned_data).get_absolute_url()


class Arrange(ActionButton):
    """Have a job arrange it; the page shows how far it is."""

    required_verb = "duties.plan_roster"

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.start_arranging(self.actor, roster_id=kwargs["pk"])
        return reverse("duties:roster", args=[kwargs["pk"]])


class Publish(OfRoster):
    title = submit = gettext_lazy("Publish the roster")
    done = gettext_lazy("Published. People see their turns; calendars have them.")
    form_class = SureRosterForm

    @property
    def explanation(self) -> Any:
        short = len(self.roster.lacks)
        return _("%(n)d shifts lack people. A published roster is changed turn by turn.") % {"n": short} if short else ""

    def act(self, form: Any) -> str:
        return actions.publish_roster(self.actor, roster_id=self.roster.pk).get_absolute_url()


class CallOff(ActionButton):
    required_verb = "duties.plan_roster"
    done = gettext_lazy("Called off. Calendars hear of it.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.cancel_roster(self.actor, roster_id=kwargs["pk"]).get_absolute_url()


class Gaps(RosterPages, View):
    """What is missing or likely to be in the days ahead, from the record of the post, with reserves in the order of the rule."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = self.find()
        self.title, self.lead, self.breadcrumbs = _("Likely gaps"), str(roster), self.roster_crumbs(roster)
        today = clock.today()
        first = max(today, roster.starts_on)
        last = min(roster.ends_on, first + timedelta(days=AHEAD - 1))
        known = queries.records(roster.ground_id, today)
        found = queries.gaps(roster, first, last, names=naming(self.actor, [roster]), known=known)
        days: dict[date, list[queries.Gap]] = {}
        for gap in found:
            days.setdefault(gap.day, []).append(gap)
        context = self.get_context_data(
            roster=roster, days=list(days.items()), first=first, last=last, whole=known.get(0), likely=formatting.percent(queries.LIKELY, 0),
            record_days=queries.RECORD_DAYS, over=last < first, published=roster.state == Roster.State.PUBLISHED,
        )  # fmt: skip
        return render(request, "duties/rosters/gaps.html", context)


class Print(RosterPages, View):
    """The roster on paper, a table per week."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = self.find()
        self.title, self.lead = _("Roster: %(ground)s") % {"ground": roster.ground}, RosterPage.about(roster)
        lines = queries.month(roster, roster.days, queries.posts_of(roster), naming(self.actor, [roster]))
        at = {day: number for number, day in enumerate(roster.days)}
        weeks = []
        for first, last in weeks_of(roster):
            days = [day for day in roster.days if first <= day <= last]
            rows = [{"shift": line.shift, "cells": [line.cells[at[day]] for day in days]} for line in lines]
            weeks.append({"head": head_of(days), "rows": rows})
        segments = list(roster.ground.segments.select_related("unit"))
        return render(request, "duties/rosters/print.html", self.get_context_data(roster=roster, weeks=weeks, segments=segments))


class TableSheet(RosterPages, View):
    """The roster as .xlsx."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = self.find()
        return download(roster_sheet(roster, naming(self.actor, [roster])), f"{roster}.xlsx")
