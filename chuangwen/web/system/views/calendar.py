"""The work calendar: a year at a glance, its days and hours to set, and a deadline worked out day by day."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import actions, clock, due_steps, office_calendar
from chuangwen.kernel.due_steps import Why
from chuangwen.kernel.holidays import holiday_years, is_published
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.models import CalendarDay
from chuangwen.kernel.worktime import DayKind
from chuangwen.web import formatting
from chuangwen.web.system.forms import UNIT_LABELS, DaysForm, HoursForm, LimitForm
from chuangwen.web.system.months import Special, months_of
from chuangwen.web.views import PageMixin, PartMixin

SEE, EDIT = "kernel.see_calendar", "kernel.edit_calendar"
FIRST, LAST = 2000, 2099
MOST_STEPS = 40
WEEKDAYS = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)
WHY = {
    Why.START: pgettext_lazy("deadline", "the day it begins on does not count"),
    Why.BEFORE: pgettext_lazy("deadline", "outside working time; counted from the next"),
    Why.COUNTS: pgettext_lazy("deadline", "counts"),
    Why.SHIFTED: pgettext_lazy("deadline", "shifted working day, counts"),
    Why.WEEKEND: pgettext_lazy("deadline", "weekend, does not count"),
    Why.HOLIDAY: pgettext_lazy("deadline", "holiday, does not count"),
}


def is_known(year: int) -> bool:
    """Whether the holidays of a year are known: by the notice that was shipped, or because the office has entered some."""
    return is_published(year) or CalendarDay.objects.filter(day__year=year, works=False).exists()


def special_days(year: int) -> dict[date, Special]:
    """What stands in the calendar for a year; a row that says what the notice says is not the office's own."""
    published = holiday_years().get(year)
    notice = {one.day: (one.kind == DayKind.WORK, one.name[:40]) for one in published.days} if published else {}
    rows = CalendarDay.objects.filter(day__year=year)
    return {row.day: Special(row.works, row.name, notice.get(row.day) != (row.works, row.name)) for row in rows}


class Year(PartMixin, PageMixin, View):
    """Twelve months of a year; the calculator beside them."""

    required_verb = SEE
    part_id = "due"
    part_template = "web/system/due.html"
    lead = gettext_lazy("Deadlines in working hours and working days run on this calendar.")

    def get_title(self) -> Any:
        return _("Work calendar %(year)d") % {"year": self.year}

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = number_in(request.GET.get("year"), digits=4)
        self.year = asked if asked is not None and FIRST <= asked <= LAST else clock.today().year
        form = LimitForm(request.GET) if "start" in request.GET else LimitForm(initial=self.usual())
        told = self.told(form) if form.is_bound and form.is_valid() else None
        calculator = {"form": form, "told": told}
        if self.wants_part():
            return render(request, self.part_template, self.get_context_data(**calculator))
        special = special_days(self.year)
        months = months_of(self.year, special, clock.today())
        published = holiday_years().get(self.year)
        context = self.get_context_data(
            **calculator,
            year=self.year,
            years=range(max(self.year - 2, FIRST), min(self.year + 2, LAST) + 1),
            months=months,
            weekdays=WEEKDAYS,
            worked=sum(month.worked for month in months),
            published=is_published(self.year),
            source=published.source if published else "",
            unpublished_next=self.year == clock.today().year and not is_known(self.year + 1),
            own=sum(one.own for one in special.values()),
            hours=[f"{starts:%H:%M}–{ends:%H:%M}" for starts, ends in actions.working_hours()],
            may_edit=self.actor.may(EDIT),
        )
        return render(request, "web/system/calendar.html", context)

    @staticmethod
    def usual() -> dict[str, Any]:
        return {
            "start": clock.now().astimezone(clock.LOCAL).replace(second=0, microsecond=0),
            "amount": 3,
            "unit": "working_days",
        }

    def told(self, form: LimitForm) -> dict[str, Any] | None:
        """The deadline and the way to it in words."""
        start, limit = form.cleaned_data["start"], form.limit()
        names = dict(CalendarDay.objects.exclude(name="").values_list("day", "name"))
        try:
            found = due_steps.tell(office_calendar.calendar(), start, limit, names)
        except ValueError:
            form.add_error("start", _("The calendar reaches from %(first)d to %(last)d.") % {"first": 1990, "last": 2110})
            return None
        hours = limit.unit == "working_hours"
        steps = [
            {
                "days": formatting.short_day(one.first)
                if one.first == one.last
                else f"{formatting.short_day(one.first)}–{formatting.short_day(one.last)}",
                "why": f"{one.name}，{WHY[one.why]}" if one.name else WHY[one.why],
                "counts": bool(one.amount),
                "amount": ""
                if not one.amount
                else formatting.span(round(one.amount))
                if hours
                else pgettext("deadline", "%(count)d d") % {"count": one.amount},
            }
            for one in found.steps[:MOST_STEPS]
        ]
        years = range(found.start.year, found.due.year + 1)
        return {
            "due": found.due,
            "limit": f"{limit.amount} {UNIT_LABELS[limit.unit]}",
            "later": found.counted_from if found.counted_from != found.start else None,
            "steps": steps,
            "more": max(len(found.steps) - MOST_STEPS, 0),
            "provisional": [year for year in years if not is_known(year)] if limit.unit != "calendar_days" else [],
        }


class EditView(PageMixin, View):
    """A form over the calendar; back to the year when it is done."""

    required_verb = EDIT

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(_("Work calendar"), reverse("calendar"))]

    def show(self, form: Any, status: int = 200, **more: Any) -> HttpResponse:
        context = self.get_context_data(form=form, back_url=reverse("calendar"), **more)
        return render(self.request, "web/system/calendar_form.html", context, status=status)


class Days(EditView):
    """Set one day or several in a row."""

    title = gettext_lazy("Set days")
    lead = gettext_lazy("For a new year's notice: each holiday from its first to its last day, then each shifted working day.")

    def get(self, request: HttpRequest) -> HttpResponse:
        initial: dict[str, Any] = {"what": "off"}
        try:
            day = date.fromisoformat(request.GET.get("day", ""))
        except ValueError:
            return self.show(DaysForm(initial=initial))
        row = CalendarDay.objects.filter(day=day).first()
        if row is not None:
            initial = {"what": "work" if row.works else "off", "name": row.name}
        elif day.weekday() >= 5:
            initial = {"what": "work"}
        return self.show(DaysForm(initial=initial | {"first": day}), row=row, day=day)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DaysForm(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        data = form.cleaned_data
        count = actions.set_days(self.actor, first=data["first"], last=data["last"], works=form.works, name=data["name"])
        if count:
            messages.success(
                request, ngettext("%(count)d day was changed.", "%(count)d days were changed.", count) % {"count": count}
            )
        else:
            messages.info(request, _("Nothing was changed: the calendar says so already."))
        return HttpResponseRedirect(f"{reverse('calendar')}?year={data['first'].year}#m{data['first'].month}")


class Hours(EditView):
    """Set the hours of a working day."""

    title = gettext_lazy("Working hours")
    lead = gettext_lazy(
        "A day with a noon break has two spans. Deadlines that are set from now on are counted by these hours; those already set stay."
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(HoursForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = HoursForm(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        if actions.set_hours(self.actor, spans=form.spans()):
            messages.success(request, _("The working hours were changed."))
        else:
            messages.info(request, _("Nothing was changed: the calendar says so already."))
        return HttpResponseRedirect(reverse("calendar"))
