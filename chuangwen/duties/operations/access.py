"""The verbs of special operations."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE = declare(
    "duties.see_operations",
    _("See special operations"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit", "grid_worker": "unit"},
)
RUN = declare(
    "duties.run_operations",
    _("Draw up, start, end and report special operations"),
    default={"clerk": "division", "leader": "division"},
)
TELL = declare(
    "duties.tell_operations",
    _("Enter figures and photos of special operations"),
    default={"clerk": "division", "unit_head": "unit", "liaison": "unit", "grid_worker": "unit"},
)
