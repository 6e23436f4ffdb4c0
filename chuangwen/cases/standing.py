"""On which side of a case an actor stands, and which verbs are open to them on it: the rule behind actions and buttons.

Whether a verb *reaches* a case is the policy's (``access.scoped``); here the same is said in memory for a case whose division, units and
parties are loaded, so that a page can show the right buttons without asking the database for each.
"""

from collections.abc import Iterable

from chuangwen.cases import states
from chuangwen.cases.models import Case, Verb
from chuangwen.cases.rules import under
from chuangwen.cases.states import Side
from chuangwen.kernel.access import ALL, DIVISION, OWN, UNIT, Actor


def facts_of(actor: Actor, case: Case) -> states.Facts:
    """What stands against a verb beside the state."""
    return states.Facts(
        binding=case.binding, extension_asked=case.extension_asked is not None,
        passed_on=case.handling_unit_id is not None and case.handling_unit_id != case.lead_unit_id,
        own_submission=actor.account_id is not None and case.submitted_by_id == actor.account_id,
        disputed=case.disputed_at is not None, rebound=case.rebound_of_id is not None,
    )  # fmt: skip


def stands(actor: Actor, verb: str, side: Side, case: Case) -> bool:
    """Whether the actor, whom ``verb`` reaches the case, stands on ``side``. Asks for the case's division and units to be loaded.

    The office stands above all sides: a role that is given a unit's verb for a whole area acts for the units in it.
    """
    if side is Side.ANYBODY:
        return True
    place = case.division.path if case.division else ""
    unit = case.lead_unit if side is Side.LEAD else case.handling_unit or case.lead_unit
    for grant in actor.scopes(verb):
        if grant.scope == ALL or grant.scope == DIVISION and under(place, grant.division_path):
            return True
        if side is not Side.OFFICE and grant.scope == UNIT and unit is not None and under(unit.path, grant.unit_path):
            return True
    return False


def reaches(actor: Actor, verb: str, case: Case, party_paths: Iterable[str]) -> bool:
    """What ``access.scoped`` would say of this case; ``party_paths`` are the tree paths of the units that have to do with it."""
    place = case.division.path if case.division else ""
    for grant in actor.scopes(verb):
        if grant.scope == ALL or grant.scope == DIVISION and under(place, grant.division_path):
            return True
        if grant.scope == UNIT and any(under(path, grant.unit_path) for path in party_paths):
            return True
        if grant.scope in (OWN, UNIT) and actor.account_id and case.reported_by_id == actor.account_id:
            return True
    return False


def open_verbs(actor: Actor, case: Case, party_paths: Iterable[str]) -> list[Verb]:
    """The verbs that the actor can do on the case as it is, in the order of ``Verb``. No query."""
    paths, facts = tuple(party_paths), facts_of(actor, case)
    found = []
    for step in states.from_state(case.state):
        verb = f"cases.{step.verb.value}"
        if (
            actor.may(verb)
            and reaches(actor, verb, case, paths)
            and stands(actor, verb, step.side, case)
            and states.hindrance(step.verb, facts) is None
        ):
            found.append(step.verb)
    return found
