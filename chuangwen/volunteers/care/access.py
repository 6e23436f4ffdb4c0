"""The verbs of care. Few see a cared person: the pair and those who stand in, the leader of their team, the community and the office. A unit is
here the unit that looks after the person itself, and none above it (``is_near``). Who stands above sees how care stands and no names but those
of alarms; the head of a unit above opens one person for a stated reason, which those who look after the person read (``ABOVE``)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ALL, DIVISION, UNIT, Actor, declare
from chuangwen.places.models import Division

ANYBODY = ("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker", "resident")

SEE = declare(
    "volunteers.see_care", _("See how care stands, with names covered"), changes=False,
    default={"clerk": "division", "leader": "division", "unit_head": "unit", "liaison": "unit"},
)  # fmt: skip
OPEN = declare(
    "volunteers.open_cared_person", _("Open the page of a cared person (each opening is recorded)"), changes=False,
    default={"clerk": "division", "unit_head": "unit", "liaison": "unit"},
)  # fmt: skip
ABOVE = declare(
    "volunteers.open_cared_person_above", _("Open the page of a cared person from above the community, for a stated reason"), changes=False,
    default={"unit_head": "unit"},
)  # fmt: skip
MANAGE = declare(
    "volunteers.manage_care", _("Keep cared people, their plans and pairs"),
    default={"clerk": "division", "unit_head": "unit", "liaison": "unit"},
)  # fmt: skip
PAIR = declare("volunteers.pair_care", _("Pair many cared people with volunteers"), default={"clerk": "division"})
TAKE_OUT = declare("volunteers.take_out_care", _("Take lists of cared people out of the program"), changes=False, default={"clerk": "division"})
SET = declare("volunteers.set_care", _("Set when care raises an alarm and how long it keeps data"), default={"clerk": "division"})
KEEP = declare("volunteers.keep_care", _("Look after people to whom one is paired"), default=dict.fromkeys(ANYBODY, "own"))
LEAD = declare("volunteers.lead_care", _("Look after the pairs of one's own team"), default=dict.fromkeys(ANYBODY, "own"))

CLOSE = (OPEN, MANAGE)
"""Who holds these reads a person's name, number and notes."""


def is_near(actor: Actor, verb: str, person: Any) -> bool:
    """Whether the actor's post holds ``verb`` so near to the person that it may know them: in its area, or at the very unit that looks after
    them. The liaison of a street answers for its communities and knows none of the people there. Asks nothing: division and unit are there."""
    return any(
        grant.scope == ALL or (grant.scope == DIVISION and person.division.path.startswith(grant.division_path))
        or (grant.scope == UNIT and person.unit.path == grant.unit_path)
        for grant in actor.scopes(verb)
    )  # fmt: skip


def near(actor: Actor, verb: str, at: str = "person") -> Q:
    """The same as a condition on plans, or on whatever leads to the person by ``at``."""
    found = Q(pk__in=[])
    for grant in actor.scopes(verb):
        if grant.scope == ALL:
            return Q(pk__isnull=False)
        if grant.scope == DIVISION:
            found |= Q(**{f"{at}__division__in": Division.subtree_ids(grant.division_path)})
        elif grant.scope == UNIT:
            found |= Q(**{f"{at}__unit__path": grant.unit_path})
    return found
