"""What the record hears and brings: what became of a correction that an objection led to; commendations for certificates."""

from chuangwen.kernel.events import hears
from chuangwen.volunteers.hours import beside
from chuangwen.volunteers.hours.events import CorrectionDecided
from chuangwen.volunteers.record import queries
from chuangwen.volunteers.record.actions import objecting


@hears(CorrectionDecided)
def correction_decided(event: CorrectionDecided) -> None:
    objecting.correction_decided(event.correction_id, event.agreed)


beside.register("commendations", queries.on_a_certificate)
