"""The verbs of the room."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

SEE = declare(
    "standards.see",
    _("See standards, checklists and responsibilities"),
    changes=False,
    default=dict.fromkeys(("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker"), "division")
    | {"system_admin": "all"},
)
EDIT = declare("standards.edit", _("Edit editions and checklists"), default={"clerk": "all", "system_admin": "all"})
EDIT_KINDS = declare(
    "standards.edit_kinds", _("Edit problem families and kinds"), default={"clerk": "all", "system_admin": "all"}
)
ASSIGN = declare("standards.assign", _("Assign responsibility to units"), default={"clerk": "division"})
SEE_TASK_BOOK = declare(
    "standards.see_task_book",
    _("See and print task books"),
    changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit", "grid_worker": "unit"},
)
