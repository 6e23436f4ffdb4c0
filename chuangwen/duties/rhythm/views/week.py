"""A unit's week: what it owes, what counts already, what is left; phone first. And the short record."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.duties.rhythm import actions, proofs, queries
from chuangwen.duties.rhythm.forms import RecordForm
from chuangwen.duties.rhythm.models import FeedLink, Occurrence
from chuangwen.duties.rhythm.views import cells
from chuangwen.duties.rhythm.views.occurrences import asked_week, may_do, records_shown, week_links
from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.people.models import Unit
from chuangwen.web.form_pages import ActionButton, FormPage, refuse
from chuangwen.web.views import PageMixin

State = Occurrence.State
CHOOSABLE = 40
"""More units than this are not offered as a list: they are opened from the overview."""


class WeekPage(PageMixin, View):
    """What a unit owes in a week."""

    required_verb = "duties.see_rhythm"
    title = gettext_lazy("Our duties this week")

    def get(self, request: HttpRequest) -> HttpResponse:
        monday = asked_week(request)
        unit, others = self.unit()
        if unit is None:
            return render(request, "duties/rhythm/week_none.html", self.get_context_data())
        shown = queries.of_week(unit, monday)
        cards = [
            {
                "one": one, "row": one.row, "state": cells.state_badge(one.state), "tone": cells.TONES[State(one.state)],
                "due": cells.due_words(one), "span": cells.span_words(one.row), "share": min(100, round(100 * one.done / one.row.wanted)),
                "by_itself": "、".join(proofs.labels(key for key in one.row.duty.proofs if key != proofs.RECORD)),
                "recorded": proofs.RECORD in one.row.duty.proofs, "records": records_shown(request, one), **may_do(self.actor, one),
            }
            for one in shown
        ]  # fmt: skip
        tally = queries.Tally()
        for one in shown:
            tally.add(one.state, 1, one.done, one.row.wanted)
        self.title = _("Duties this week: %(unit)s") % {"unit": unit}
        may_feed = self.actor.may("duties.give_feed") and access.scoped(self.actor, "duties.give_feed", Unit).filter(pk=unit.pk).exists()
        context = self.get_context_data(
            unit=unit, others=others, cards=cards, tally=tally, may_feed=may_feed,
            feeds=FeedLink.objects.filter(unit=unit, withdrawn_at__isnull=True).count() if may_feed else 0, **week_links(monday),
        )  # fmt: skip
        return render(request, "duties/rhythm/week.html", context)

    def unit(self) -> tuple[Unit | None, list[Unit]]:
        """The unit asked for, else the first of one's own that owes something; and the others that one may choose."""
        seen = access.scoped(self.actor, "duties.see_rhythm", Unit)
        asked = number_in(self.request.GET.get("unit"))
        if asked is not None:
            chosen = access.fetch(self.actor, "duties.see_rhythm", seen, pk=asked)
        else:
            chosen = None
        owing = Occurrence.objects.order_by().values("unit")
        own = list(seen.filter(pk__in=self.actor.unit_ids).order_by("path")[:CHOOSABLE])
        below = list(seen.filter(pk__in=owing).exclude(pk__in=[one.pk for one in own]).order_by("path")[: CHOOSABLE + 1])
        others = [*own, *(below if len(below) <= CHOOSABLE else [])]
        if chosen is None:
            busy = set(Occurrence.objects.filter(unit__in=self.actor.unit_ids).order_by().values_list("unit", flat=True).distinct())
            chosen = next((one for one in own if one.pk in busy), None) or next(iter([*below[:1], *own]), None)
        return chosen, [one for one in others if chosen is None or one.pk != chosen.pk]


class RecordDone(FormPage):
    """The short record: three fields, one of them filled in."""

    required_verb = "duties.record"
    title = gettext_lazy("Record that it was done")
    done = gettext_lazy("Recorded. It counts and is not asked for again.")
    row: Occurrence

    def prepare(self) -> None:
        rows = Occurrence.objects.select_related("duty", "unit__division")
        self.row = access.fetch(self.actor, "duties.record", rows, pk=self.kwargs["pk"])
        self.lead = f"{self.row.duty} · {self.row.unit}"
        if proofs.RECORD not in self.row.duty.proofs:
            told = "、".join(proofs.labels(self.row.duty.proofs))
            raise Refusal(_("Nothing need be recorded: this duty is shown by %(proofs)s.") % {"proofs": told}, "duties.shown_elsewhere")

    def get_breadcrumbs(self) -> Any:
        return [(gettext_lazy("Our duties this week"), reverse("duties:week")), (self.row.duty.name, self.row.get_absolute_url())]

    def get_form(self, data: Any = None, files: Any = None) -> RecordForm:
        return RecordForm(data, files, actor=self.actor, row=self.row)

    def act(self, form: RecordForm) -> str | HttpResponse:
        form.store()
        photos = form.photos("photo")
        try:
            actions.record_done(
                self.actor, duty_id=self.row.duty_id, unit=self.row.unit, day=form.cleaned_data["day"], what=form.cleaned_data["what"],
                people=form.cleaned_data["people"], photo_id=photos[0] if photos else None,
            )  # fmt: skip
        except Refusal as refusal:
            refuse(form, refusal)
            return self.answer(form, 422)
        return f"{reverse('duties:week')}?unit={self.row.unit_id}"


class RecordRemove(ActionButton):
    required_verb = "duties.record"
    done = gettext_lazy("Taken back.")

    def act(self, request: HttpRequest, **kwargs: Any) -> None:
        actions.remove_record(self.actor, record_id=kwargs["pk"])
