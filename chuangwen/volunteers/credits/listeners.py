"""Hours earn and are taken back as they are counted and struck."""

from chuangwen.kernel import events
from chuangwen.volunteers.credits.actions import earning
from chuangwen.volunteers.presence.events import HoursCounted, HoursStruck


@events.hears(HoursCounted)
def _counted(event: HoursCounted) -> None:
    earning.earn_hours(event.entry_id)


@events.hears(HoursStruck)
def _struck(event: HoursStruck) -> None:
    earning.strike_hours(event.entry_id)
