"""The verbs of the room."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

_IN_OFFICE = dict.fromkeys(("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker"), "division")
_MAKERS = {"clerk": "division", "system_admin": "all"}

SEE = declare("places.see", _("See divisions, grids and sites"), changes=False, default=_IN_OFFICE | {"system_admin": "all"})
EDIT_DIVISION = declare("places.edit_division", _("Edit divisions"), default=_MAKERS)
EDIT_GRID = declare("places.edit_grid", _("Edit grids"), default=_MAKERS)
EDIT_SITE = declare("places.edit_site", _("Edit sites"), default=_MAKERS)
EDIT_ASSET = declare("places.edit_asset", _("Record what stands on a site"), default=_MAKERS | {"grid_worker": "division"})
EDIT_TYPE = declare("places.edit_type", _("Edit site types"), default={"clerk": "all", "system_admin": "all"})
