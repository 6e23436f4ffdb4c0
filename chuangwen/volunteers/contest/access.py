"""The verbs of contests. Whoever leads a team enters its projects; whoever is on a jury scores as themselves."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare

ANYBODY = ("leader", "unit_head", "liaison", "inspector", "grid_worker", "resident")
SEE = declare("volunteers.see_contests", _("See project contests"), changes=False, default={"clerk": "division", "leader": "division"})
HOLD = declare("volunteers.hold_contests", _("Hold project contests"), default={"clerk": "division"})
ENTER = declare("volunteers.enter_contests", _("Enter projects of a team"), default={"clerk": "division"} | dict.fromkeys(ANYBODY, "own"))
JUDGE = declare("volunteers.judge_contests", _("Score projects as a juror"), default=dict.fromkeys(("clerk", *ANYBODY), "own"))
