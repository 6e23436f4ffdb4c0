"""The office's pages over many: birthdays of a quarter, pairing an area, settings."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.sheets import Column, write_table
from chuangwen.volunteers.care import actions, helpers, queries, rules
from chuangwen.volunteers.care.access import PAIR, SEE, SET, TAKE_OUT
from chuangwen.volunteers.care.forms import PairingForm, SettingsForm
from chuangwen.volunteers.care.models import CarePlan
from chuangwen.volunteers.care.views.lists import HOME
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import FormPage
from chuangwen.web.views import AccessMixin, PageMixin


def asked_quarter(request: HttpRequest) -> tuple[int, int]:
    """Year and quarter of the address; this quarter where none is named or it is none."""
    year, number = rules.quarter(clock.today())
    asked_year, asked = number_in(request.GET.get("year")), number_in(request.GET.get("quarter"))
    if asked_year and asked and 2000 <= asked_year <= 2100 and 1 <= asked <= 4:
        return asked_year, asked
    return year, number


def _neighbours(year: int, number: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (year, number - 1) if number > 1 else (year - 1, 4), (year, number + 1) if number < 4 else (year + 1, 1)


class Birthdays(PageMixin, View):
    """Whose birthday lies in a quarter: for the party, names covered; who may take lists out has them in full on paper and as a sheet."""

    required_verb = SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:care"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        year, number = asked_quarter(request)
        self.title = _("Birthdays, quarter %(quarter)d of %(year)d") % {"quarter": number, "year": year}
        rows = queries.birthdays(self.actor, year, number)
        months = [(date(year, month, 1), [row for row in rows if row.day.month == month]) for month in rules.months_of(number)]
        before, after = _neighbours(year, number)
        context = self.get_context_data(
            months=months, count=len(rows), kept=sum(row.kept for row in rows), year=year, quarter=number, before=before, after=after,
            full=self.actor.may(TAKE_OUT),
        )  # fmt: skip
        return render(request, "volunteers/care/birthdays.html", context)


class BirthdaysPrint(PageMixin, View):
    """The list with names and numbers, to print. Each opening stands in the trail."""

    required_verb = TAKE_OUT

    def get(self, request: HttpRequest) -> HttpResponse:
        year, number = asked_quarter(request)
        self.title = _("Birthdays, quarter %(quarter)d of %(year)d") % {"quarter": number, "year": year}
        rows = queries.birthdays_out(self.actor, year, number, "print")
        return render(request, "volunteers/care/birthdays_print.html", self.get_context_data(rows=rows))


class BirthdaysSheet(AccessMixin, View):
    """The same as .xlsx."""

    required_verb = TAKE_OUT

    def get(self, request: HttpRequest) -> HttpResponse:
        year, number = asked_quarter(request)
        rows = queries.birthdays_out(self.actor, year, number, "sheet")
        columns = [
            Column("day", _("Birthday"), kind="date"), Column("name", _("Name of the person")), Column("turns", _("Age reached"), kind="int"),
            Column("division", _("Community")), Column("phone", _("Telephone")), Column("address", _("Address")), 
            Column("kept", _("Celebrated")),
        ]  # fmt: skip
        title = _("Birthdays, quarter %(quarter)d of %(year)d") % {"quarter": number, "year": year}
        content = write_table(
            columns,
            [(row.day, row.person.name, row.turns, row.person.division.name, row.person.phone, row.person.address, _("yes") if row.kept else "")
             for row in rows],
            title=title,
        )  # fmt: skip
        return download(content, f"{title}.xlsx")


class Pairing(FormPage):
    """Look first what pairing an area would do, then do it."""

    required_verb = PAIR
    title = gettext_lazy("Pair many")
    template_name = "volunteers/care/pairing.html"
    submit = gettext_lazy("Look what it would do")
    done = ""
    explanation = gettext_lazy("Two volunteers to each person and one who stands in: near, with time, and so that nobody carries too much.")
    proposal: helpers.Proposal | None = None

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:care"))]

    def get_form(self, data: Any = None, files: Any = None) -> PairingForm:
        return PairingForm(data, actor=self.actor)

    def extra_context(self) -> dict[str, Any]:
        return {"proposal": self.proposal}

    def act(self, form: Any) -> str | HttpResponse:
        given = form.cleaned_data
        if "apply" in self.request.POST:
            found = actions.pair_many(self.actor, division=given["division"], anew=given["anew"])
            count = len(found.pairs)
            self.done = ngettext("%(n)d place in a pair was filled.", "%(n)d places in pairs were filled.", count) % {"n": count}
            return reverse("volunteers:care")
        area = given["division"]
        rows = access.scoped(self.actor, PAIR, CarePlan).filter(person__division__path__startswith=area.path)
        self.proposal = helpers.balanced(rows.exclude(state=CarePlan.State.ENDED).select_related("person"), area, anew=given["anew"])
        return self.answer(form)


class Settings(FormPage):
    required_verb = SET
    title = gettext_lazy("When to raise an alarm")
    explanation = gettext_lazy("It holds for the area and those below it that have nothing of their own.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:care"))]

    def get_form(self, data: Any = None, files: Any = None) -> SettingsForm:
        return SettingsForm(data, actor=self.actor)

    def act(self, form: Any) -> str:
        actions.save_care_settings(self.actor, **form.cleaned_data)
        return reverse("volunteers:care")
