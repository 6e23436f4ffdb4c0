"""A unit's figures of a day: on the phone, in under a minute. What was told last stands beside each field; an empty field is not told, nought
is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.duties.operations import actions, planning, queries, rules, words
from chuangwen.duties.operations.errors import KnownAlready
from chuangwen.duties.operations.forms import TodayForm
from chuangwen.duties.operations.models import Operation, OperationUnit
from chuangwen.duties.operations.views.life import HOME, OfOperation
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.people.models import Unit
from chuangwen.web import formatting
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, FormPage, go_to, refuse
from chuangwen.web.views import PageMixin


class TodayList(PageMixin, View):
    """The operations for which this person tells figures; where there is but one, its page at once."""

    required_verb = queries.TELL
    title = gettext_lazy("Figures of operations")

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = queries.mine(self.actor)
        if len(rows) == 1:
            return go_to(address_of(rows[0].operation, rows[0].unit))
        self.breadcrumbs = [(HOME, reverse("duties:operations"))] if self.actor.may(queries.SEE) else []
        today = clock.today()
        told = {row.operation_id: queries.told_days(row.operation) for row in {row.operation_id: row for row in rows}.values()}
        lines = []
        for row in rows:
            span = rules.asked_on(planning.spans(row.operation), today)
            there = span is not None and rules.told(span, told[row.operation_id].get(row.unit_id, ()))
            lines.append({"row": row, "url": address_of(row.operation, row.unit), "asked": span is not None, "told": there,
                          "when": words.when(row.operation)})  # fmt: skip
        return render(request, "duties/operations/today_list.html", self.get_context_data(lines=lines))


def address_of(operation: Operation, unit: Unit, day: date | None = None) -> str:
    url = f"{reverse('duties:operation-today', args=[operation.pk])}?unit={unit.pk}"
    return url if day is None else f"{url}&day={day.isoformat()}"


class Today(OfOperation, FormPage):
    """The form of one unit and day."""

    required_verb = queries.TELL
    template_name = "duties/operations/today.html"
    submit = gettext_lazy("Send the figures")

    def prepare(self) -> None:
        self.operation = self.find()
        self.title = self.operation.name
        rows = access.scoped(self.actor, queries.TELL, OperationUnit).filter(operation=self.operation, tells=True)
        units = [row.unit for row in rows.select_related("unit__division").order_by("unit__path")]
        if not units:
            raise Missing(_("None of your units tells figures of this operation."))
        asked = number_in(self.request.GET.get("unit", ""))
        own = next((unit for unit in units if unit.pk in self.actor.unit_ids), units[0])
        self.units, self.unit = units, next((unit for unit in units if unit.pk == asked), own)
        self.day = self.asked_day()
        self.counted = queries.counted_of(self.operation)
        self.here = queries.day_of(self.operation, self.unit, self.day, [row.metric_id for row in self.counted])

    def asked_day(self) -> date:
        """The day that the address or the form names, within the operation; else today or its last day."""
        today = clock.today()
        last = max(min(today, self.operation.ends_on), self.operation.starts_on)
        text = self.request.POST.get("day") or self.request.GET.get("day", "")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return last
        return day if self.operation.starts_on <= day <= self.operation.ends_on else last

    def get_breadcrumbs(self) -> Any:
        return self.way_to(self.operation)

    def get_form(self, data: Any = None, files: Any = None) -> TodayForm:
        return TodayForm(data, counted=self.counted, told=self.here.told, day=self.day)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.prepare()
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.answer(form, 422)
        try:
            made = actions.tell_day(
                self.actor, operation_id=self.operation.pk, unit=self.unit, day=form.cleaned_data["day"], quantities=form.quantities(),
                decided=form.decided(), note=form.cleaned_data["note"],
            )  # fmt: skip
        except KnownAlready as known:
            form.ask(known.found, self.unit, self.operation)
            return self.answer(form, 409)
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.answer(form, 422)
        messages.success(request, _("The figures are in the ledger.") if made else _("Nothing differs from what was told."))
        return go_to(address_of(self.operation, self.unit, form.cleaned_data["day"]))

    def answer(self, form: Any, status: int = 200) -> HttpResponse:
        before_day, before = queries.last_told(self.operation, self.unit, self.day)
        lines = [form.line(row.metric_id, before, self.here.elsewhere, self.here.told) for row in self.counted]
        for line in lines:
            line["before_words"] = words.quantity(line["before"]) if line["before"] is not None else ""
        one = timedelta(days=1)
        today = clock.today()
        day_before, day_after = self.day - one, self.day + one
        self.extra_context = lambda: {
            "operation": self.operation, "unit": self.unit, "units": self.units, "day": self.day, "lines": lines, "asked": bool(form.asked),
            "is_today": self.day == today, "before_day": before_day, "told": bool(self.here.told), "when": words.when(self.operation),
            "before_word": _("yesterday") if before_day == self.day - one else formatting.short_day(before_day, self.day) if before_day else "",
            "others": [(unit, address_of(self.operation, unit, self.day)) for unit in self.units if unit.pk != self.unit.pk],
            "earlier": address_of(self.operation, self.unit, day_before) if day_before >= self.operation.starts_on else "",
            "later": address_of(self.operation, self.unit, day_after) if day_after <= min(self.operation.ends_on, today) else "",
            "ahead": today < self.operation.starts_on,
        }  # fmt: skip
        return super().answer(form, status)
