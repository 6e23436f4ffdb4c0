"""Doubts about records: what is to be looked at, one doubt with its records, and how it is settled."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.places.models import Division
from chuangwen.volunteers.hours import actions, queries, words
from chuangwen.volunteers.hours.access import NOTE, SHARE
from chuangwen.volunteers.hours.forms import ReasonForm, StrikeForm
from chuangwen.volunteers.hours.models import Doubt
from chuangwen.web.lists import DateRangeFilter, Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, SavedView, TreeFilter
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Doubts about hours")


class DoubtList(ListPage):
    """What was found in the records of the area. It names records; nobody is ranked by it."""

    title = export_name = HOME
    required_verb = queries.DOUBTS
    lead = gettext_lazy("A doubt is a question about records, not a finding against anybody. Somebody who had no hand in them settles it.")
    columns = [
        ListColumn("kind", pgettext_lazy("hours", "What was found"), "get_kind_display", phone="title", nowrap=True),
        ListColumn("why", pgettext_lazy("hours", "Why"), words.sentence, width=50),
        ListColumn("day", gettext_lazy("Day"), kind="date", sort=("day", "pk"), nowrap=True),
        ListColumn("team", pgettext_lazy("hours", "Team"), "team.name"),
        ListColumn("records", gettext_lazy("Records"), "record_count", kind="int"),
        ListColumn("state", pgettext_lazy("hours", "State"), words.doubt_badge, export="get_state_display", phone="badge"),
    ]
    default_sort = ("-day", "-pk")
    saved_views = [SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be looked at"), "state=open")]
    empty = Empty(
        gettext_lazy("Nothing is in question"), gettext_lazy("All records are looked at every day, fresh ones within minutes."),
        icon="shield-check",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.doubts(self.actor)

    def get_page_actions(self) -> list[PageAction]:
        found = [PageAction(_("Leave and shifts"), reverse("volunteers:hours-off-duty"), icon="calendar-event")] if self.actor.may(NOTE) else []
        if self.actor.may(SHARE):
            found.append(PageAction(_("Shared tablets"), reverse("volunteers:hours-devices"), icon="device-mobile"))
        return found

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=Doubt.State.choices),
                MultiChoiceFilter(key="kind", label=pgettext("hours", "What was found"), choices=Doubt.Kind.choices),
                TreeFilter(key="area", label=_("Area"), field="division", tree=lambda: access.scoped(self.actor, queries.DOUBTS, Division)),
                DateRangeFilter(key="day", label=_("Day")),
            ]
        return self._filters


class DoubtPage(PageMixin, View):
    """One doubt with the records that it names."""

    required_verb = queries.DOUBTS

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:hours-doubts"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Doubt.objects.select_related("division", "team", "decided_by__person")
        doubt = access.fetch(self.actor, queries.DOUBTS, rows, pk=pk)
        self.title = str(doubt.get_kind_display())
        records = queries.with_records(doubt)
        context = self.get_context_data(
            doubt=doubt, badge_=words.doubt_badge(doubt), sentence=words.sentence(doubt), signs=words.signs(doubt.facts),
            records=[(row, words.entry_badges(row.entry)) for row in records], open=doubt.state == Doubt.State.OPEN,
            minutes=sum(row.entry.minutes for row in records if row.entry.counts),
            off_duty_url=reverse("volunteers:hours-off-duty") if doubt.kind == Doubt.Kind.WORKING and self.actor.may(NOTE) else "",
        )  # fmt: skip
        return render(request, "volunteers/hours/doubt.html", context)


class OfDoubt(OfRow):
    """A page that settles a doubt."""

    required_verb = queries.DOUBTS
    model, related, home = Doubt, ("division", "team"), (HOME, "volunteers:hours-doubts")

    def prepare(self) -> None:
        super().prepare()
        self.lead = words.sentence(self.about)


class Explain(OfDoubt):
    title = gettext_lazy("The records are as they should be")
    form_class = ReasonForm
    submit = gettext_lazy("Keep the records")
    done = gettext_lazy("Kept, with the reason.")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"revision": self.about.revision}}

    def do(self, form: Any) -> None:
        given = form.cleaned_data
        actions.explain_doubt(self.actor, hours_doubt_id=self.about.pk, reason=given["reason"], expected=given["revision"])


class Strike(OfDoubt):
    title = gettext_lazy("Strike records")
    submit = gettext_lazy("Strike them")
    done = gettext_lazy("Struck. The records stay to be seen and count no longer.")
    tone = "danger"
    explanation = gettext_lazy("Certificates that certify more than what is left are withdrawn by themselves.")

    def get_form(self, data: Any = None, files: Any = None) -> StrikeForm:
        return StrikeForm(data, rows=queries.with_records(self.about), initial={"revision": self.about.revision})

    def do(self, form: Any) -> None:
        given = form.cleaned_data
        actions.strike_doubt(
            self.actor, hours_doubt_id=self.about.pk, entries=[int(key) for key in given["entries"]], reason=given["reason"],
            expected=given["revision"],
        )
