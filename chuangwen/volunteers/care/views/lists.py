"""Lists of care, names covered: everybody who is cared for, today's board, the alarms."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chuangwen.kernel import access, clock
from chuangwen.places.models import Division
from chuangwen.volunteers.care import actions, queries, words
from chuangwen.volunteers.care.access import ABOVE, MANAGE, OPEN, PAIR, SEE, SET, TAKE_OUT, is_near
from chuangwen.volunteers.care.forms import GatheringForm
from chuangwen.volunteers.care.models import CareAlarm, CaredPerson, CareDue, CarePlan, Contact
from chuangwen.web.list_parts import BulkAction
from chuangwen.web.lists import (
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
from chuangwen.web.views import actor_of

HOME = gettext_lazy("Care")
PHONE_HIDDEN = "hidden"
STAGES: dict[int, Any] = {
    0: "", 1: gettext_lazy("the pair and those who stand in"), 2: gettext_lazy("the leader of the team"), 3: gettext_lazy("the community"),
}  # fmt: skip


def _gathering(request: HttpRequest, rows: Any, given: dict[str, Any]) -> str:
    people = list(rows.values_list("person", flat=True))
    count = actions.record_gathering(actor_of(request), person_ids=people, **given)
    return ngettext("Noted for %(n)d person.", "Noted for %(n)d people.", count) % {"n": count}


class LeadsToPerson(ListPage):
    """A row leads to the person's page, for who may open it."""

    def row_url(self, row: Any) -> str | None:
        plan = row if isinstance(row, CarePlan) else row.plan
        if is_near(self.actor, OPEN, plan.person):
            return plan.get_absolute_url()
        asks = self.actor.may(ABOVE) and plan.state != CarePlan.State.ENDED
        return reverse("volunteers:care-look", args=[plan.person_id]) if asks else None


class CareList(LeadsToPerson):
    """Everybody who is cared for; the name and number are on the page, whose opening is recorded."""

    title = export_name = HOME
    required_verb = SEE
    template_name = "volunteers/care/list.html"
    lead = gettext_lazy("Names are covered. Opening the page of a person is recorded.")
    columns = [
        ListColumn("person", gettext_lazy("Who is cared for"), words.name_cell, phone="title", nowrap=True),
        ListColumn("state", gettext_lazy("State"), words.state_badge, export="get_state_display", sort=("state", "pk"), phone="badge"),
        ListColumn("kind", gettext_lazy("Household"), "person.get_kind_display", sort=("person__kind", "pk")),
        ListColumn("division", gettext_lazy("Community"), "person.division.name", sort=("person__division__path", "pk")),
        ListColumn("team", gettext_lazy("Volunteer team"), "team.name", sort=("team__name", "pk"), phone=PHONE_HIDDEN),
        ListColumn("call", gettext_lazy("Call of today"), words.call_cell),
        ListColumn("pair", gettext_lazy("Pair"), words.pair_cell),
        ListColumn("missed_count", gettext_lazy("Missed in four weeks"), kind="int"),
    ]
    search_fields = ["person__division__name", "team__name"]
    search_hint = gettext_lazy("Community, team")
    default_sort = ("person__division__path", "pk")
    default_size = 50
    saved_views = [
        SavedView(gettext_lazy("In care"), "state=running&state=away"), SavedView(gettext_lazy("Without a whole pair"), "how=unpaired"),
        SavedView(gettext_lazy("Not called yet today"), "how=silent"), SavedView(gettext_lazy("Alarm"), "how=alarm"),
        SavedView(gettext_lazy("All")),
    ]  # fmt: skip
    bulk_actions = [
        BulkAction("gathering", gettext_lazy("Took part in an event"), _gathering, icon="gift", form=GatheringForm, verb=MANAGE, cap=500)
    ]
    empty = Empty(
        gettext_lazy("Nobody is cared for yet"), gettext_lazy("Write down somebody who agreed to it, or bring in a sheet."), icon="heart"
    )

    def export(self) -> HttpResponse:
        """Only who may take lists out of the program does; the names stay covered, and it stands in the trail."""
        access.require(self.actor, TAKE_OUT)
        return super().export()

    def get_queryset(self) -> Any:
        return queries.counted(queries.named(self.actor, queries.plans(self.actor)))

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            today = clock.today()
            silent = CareDue.objects.filter(kind=Contact.CALL, state="open", first__lte=today, last__gte=today).order_by().values("plan")
            alarmed = CareAlarm.objects.filter(closed_at__isnull=True).order_by().values("plan")
            how = {
                "unpaired": (_("without a whole pair"), queries.without_pair()), "silent": (_("not called yet today"), Q(pk__in=silent)),
                "alarm": (_("alarm"), Q(pk__in=alarmed)), "missed": (_("missed in four weeks"), Q(missed_count__gt=0)),
            }  # fmt: skip
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=CarePlan.State.choices),
                MultiChoiceFilter(key="kind", label=_("Household"), field="person__kind", choices=CaredPerson.Kind.choices),
                QFilter(key="how", label=_("How it stands"), options=how),
                TreeFilter(
                    key="area", label=_("Community"), field="person__division", tree=lambda: access.scoped(self.actor, SEE, Division)
                ),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        found = [
            PageAction(_("Today"), reverse("volunteers:care-today"), icon="calendar-event"),
            PageAction(_("Birthdays"), reverse("volunteers:care-birthdays"), icon="gift"),
        ]  # fmt: skip
        if self.actor.may(PAIR):
            found.append(PageAction(_("Pair many"), reverse("volunteers:care-pairing"), icon="users"))
        if self.actor.may(SET):
            found.append(PageAction(_("When to raise an alarm"), reverse("volunteers:care-settings"), icon="settings"))
        if self.actor.may(MANAGE):
            found += import_button(self.actor, "cared_people")
            found.append(PageAction(_("New person to care for"), reverse("volunteers:care-person-new"), icon="plus", primary=True))
        return found

    def list_context(self) -> dict[str, Any]:
        found = super().list_context() | {"figures": None if self.wants_part() else queries.figures(self.actor)}
        return found if self.actor.may(TAKE_OUT) else found | {"export_url": ""}

    def row_tone(self, row: Any) -> str:
        return "bad" if row.alarmed else ""


class CareToday(LeadsToPerson):
    """Today's board: who was called and visited, and who not."""

    title = gettext_lazy("Care today")
    required_verb = SEE
    template_name = "volunteers/care/today.html"
    lead = gettext_lazy("Who was called and visited, and who not. Names are covered.")
    columns = [
        ListColumn("person", gettext_lazy("Who is cared for"), words.due_name, phone="title", nowrap=True),
        ListColumn("state", gettext_lazy("State"), words.due_badge, export="get_state_display", sort=("state", "pk"), phone="badge"),
        ListColumn("kind", gettext_lazy("What is owed"), "get_kind_display", sort=("kind", "pk")),
        ListColumn("division", gettext_lazy("Community"), "plan.person.division.name", sort=("plan__person__division__path", "pk")),
        ListColumn("done", gettext_lazy("Done so far"), words.progress_cell, nowrap=True),
        ListColumn("tries", gettext_lazy("Tries today"), words.tries_cell),
        ListColumn("last", gettext_lazy("Until"), kind="date", sort=("last", "pk"), nowrap=True, phone=PHONE_HIDDEN),
    ]
    default_sort = ("plan__person__division__path", "plan", "kind", "pk")
    default_size = 50
    saved_views = [
        SavedView(gettext_lazy("Not called yet"), "kind=call&state=open"), SavedView(gettext_lazy("Called"), "kind=call&state=kept"),
        SavedView(gettext_lazy("Visits of the week"), "kind=visit"), SavedView(gettext_lazy("All")),
    ]  # fmt: skip
    empty = Empty(gettext_lazy("Nothing is owed today"), gettext_lazy("What plans ask for is laid out two weeks ahead."), icon="heart")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:care"))]

    def get_queryset(self) -> Any:
        return queries.dues_of_day(self.actor, clock.today())

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [
                MultiChoiceFilter(key="kind", label=_("What is owed"), choices=Contact.choices),
                MultiChoiceFilter(key="state", label=_("State"), choices=CareDue.State.choices),
                TreeFilter(
                    key="area", label=_("Community"), field="plan__person__division", tree=lambda: access.scoped(self.actor, SEE, Division)
                ),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        return [PageAction(_("Alarms"), reverse("volunteers:care-alarms"), icon="bell")]

    def list_context(self) -> dict[str, Any]:
        part = self.wants_part()
        return super().list_context() | {
            "figures": None if part else queries.figures(self.actor), "weeks": None if part else _weeks(queries.totals(self.actor)),
            "places": () if part else queries.places(self.actor),
        }  # fmt: skip

    def row_tone(self, row: Any) -> str:
        return "bad" if row.alarmed else ""


def _weeks(totals: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Kept of what was owed in four weeks, by kind; a share where anything was."""
    found = []
    for kind, states in totals.items():
        owed = states["kept"] + states["missed"]
        found.append({
            "label": Contact(kind).label, "owed": owed, "kept": states["kept"], "missed": states["missed"], "excused": states["excused"],
            "share": states["kept"] / owed if owed else None,
        })  # fmt: skip
    return found


class AlarmList(LeadsToPerson):
    """The alarms of today and those still open, for the community: each opens the person, with the relative."""

    title = gettext_lazy("Alarms")
    required_verb = SEE
    lead = gettext_lazy("Today's, and those still open from before. Opening a person is recorded; while an alarm is open the relative is shown.")
    columns = [
        ListColumn("person", gettext_lazy("Who is cared for"), "plan.person.masked_name", phone="title", nowrap=True),
        ListColumn("cause", gettext_lazy("Why"), "get_cause_display", sort=("cause", "pk"), phone="badge"),
        ListColumn("division", gettext_lazy("Community"), "plan.person.division.name", sort=("plan__person__division__path", "pk")),
        ListColumn("raised_at", gettext_lazy("Raised at"), kind="datetime", sort=("raised_at", "pk"), nowrap=True),
        ListColumn("stage", gettext_lazy("Told so far"), lambda row: STAGES[row.stage]),
        ListColumn("words", gettext_lazy("Said"), lambda row: row.record.words if row.record else ""),
        ListColumn("closed_at", gettext_lazy("Closed at"), kind="datetime", sort=("closed_at", "pk"), nowrap=True),
        ListColumn("closing", gettext_lazy("How the person was found")),
    ]
    default_sort = ("closed_at", "-raised_at", "pk")
    saved_views = [SavedView(gettext_lazy("Not closed yet"), "how=open"), SavedView(gettext_lazy("All"))]
    empty = Empty(gettext_lazy("No alarm today"), gettext_lazy("When nobody has called by the hour that is set, it stands here."), icon="bell")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:care")), (_("Care today"), reverse("volunteers:care-today"))]

    def get_queryset(self) -> Any:
        return queries.alarms(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [
                QFilter(key="how", label=_("How it stands"), options={"open": (_("still open"), Q(closed_at__isnull=True))}),
                TreeFilter(
                    key="area", label=_("Community"), field="plan__person__division", tree=lambda: access.scoped(self.actor, SEE, Division)
                ),
            ]  # fmt: skip
        return self._filters

    def row_tone(self, row: Any) -> str:
        return "" if row.closed_at else "bad"
