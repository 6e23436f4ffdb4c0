"""What hours hear: an entry counts, so it is looked at soon; an entry counts no longer, so certificates over it are withdrawn."""

from chuangwen.kernel.events import hears
from chuangwen.volunteers.hours import jobs
from chuangwen.volunteers.hours.actions import certifying
from chuangwen.volunteers.presence.events import HoursCounted, HoursStruck


@hears(HoursCounted)
def hours_counted(_event: HoursCounted) -> None:
    jobs.queue()


@hears(HoursStruck)
def hours_struck(event: HoursStruck) -> None:
    certifying.look_at_certificates(event.entry_id)
