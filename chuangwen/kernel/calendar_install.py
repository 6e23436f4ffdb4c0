"""Puts the published calendar into the editable table: a day that an office has touched is left alone."""

from chuangwen.kernel import office_calendar
from chuangwen.kernel.holidays import holiday_years
from chuangwen.kernel.install import installs
from chuangwen.kernel.models import CalendarDay
from chuangwen.kernel.worktime import DayKind


@installs("法定节假日与调休", order=10)
def install_calendar() -> int:
    known = set(CalendarDay.objects.values_list("day", flat=True))
    missing = [
        CalendarDay(day=holiday.day, works=holiday.kind == DayKind.WORK, name=holiday.name[:40], source=year.source[:120])
        for year in holiday_years().values()
        for holiday in year.days
        if holiday.day not in known
    ]
    CalendarDay.objects.bulk_create(missing)
    office_calendar.forget()
    return len(missing)
