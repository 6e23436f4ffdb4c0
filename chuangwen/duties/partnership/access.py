"""The verbs of the partnership: the office pairs, both sides of a pair keep its records."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE = declare(
    "duties.see_partnership",
    _("See partnerships"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit"},
)
PAIR = declare("duties.pair_units", _("Pair units with villages"), default={"clerk": "division"})
KEEP = declare(
    "duties.keep_partnership", _("Keep the records of a partnership"), default={"clerk": "division", "unit_head": "unit", "liaison": "unit"}
)
