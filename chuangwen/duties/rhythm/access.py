"""The verbs of duties at a rhythm."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE = declare(
    "duties.see_rhythm",
    _("See duties and how units keep them"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit", "grid_worker": "unit"},
)
EDIT = declare("duties.edit_duty", _("Write duties"), default={"clerk": "division"})
RECORD = declare(
    "duties.record",
    _("Record that a duty was done"),
    default={"clerk": "division", "unit_head": "unit", "liaison": "unit", "grid_worker": "unit"},
)
ASK = declare("duties.ask_excuse", _("Ask to be excused from a duty"), default={"unit_head": "unit", "liaison": "unit"})
EXCUSE = declare("duties.excuse", _("Excuse units from a duty"), default={"clerk": "division", "leader": "division"})
FEED = declare(
    "duties.give_feed", _("Give out calendars of duties"), default={"clerk": "division", "unit_head": "unit", "liaison": "unit"}
)
