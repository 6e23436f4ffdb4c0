"""Who may do which verb on what.

A *verb* is something that can be done (``cases.dispatch``); each room declares its own. A *role* is data: a set of
verbs, each with the word of a scope. An *actor* is a person at work: what their posts grant them today.

The same scope filters lists and answers for single objects: an object may be acted on exactly when the list that
is filtered for that verb would hold it. Models say how they are reached through ``access_scope``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.errors import Denied, Missing

ALL, DIVISION, UNIT, OWN = "all", "division", "unit", "own"
SCOPES = (ALL, DIVISION, UNIT, OWN)
ROLES = (
    "clerk",
    "leader",
    "unit_head",
    "liaison",
    "inspector",
    "grid_worker",
    "resident",
    "system_admin",
    "security_admin",
    "audit_admin",
)
SCOPE_LABELS = {ALL: _("everything"), DIVISION: _("own area"), UNIT: _("own unit"), OWN: _("own records")}


@dataclass(frozen=True)
class Verb:
    name: str
    label: str | Promise
    changes: bool = True
    default: Mapping[str, str] = field(default_factory=dict)


VERBS: dict[str, Verb] = {}


def declare(name: str, label: str | Promise, *, changes: bool = True, default: Mapping[str, str] | None = None) -> str:
    """Make a verb known. ``name`` is ``room.verb``; the label is what the roles page shows.

    ``default`` says which shipped role gets it with which scope word: ``{"clerk": "division", "liaison": "unit"}``.
    """
    VERBS[name] = Verb(name, label, changes, dict(default or {}))
    return name


@dataclass(frozen=True)
class Grant:
    """One thing that a post allows: the scope word and where the post stands in the trees."""

    scope: str
    division_path: str = ""
    unit_path: str = ""


@dataclass(frozen=True)
class Actor:
    """A person (or the system) at work. ``channel``: page, api, command or job; ``address`` is where it came from."""

    account_id: int | None = None
    person_id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    unit_ids: tuple[int, ...] = ()
    channel: str = "page"
    address: str = ""
    is_system: bool = False

    def may(self, verb: str) -> bool:
        """Whether the verb is granted at all, on whatever."""
        assert verb in VERBS, f"unknown verb {verb}"
        return self.is_system or verb in self.grants

    def unhindered(self) -> "Actor":
        """The same person, whom nothing is refused: for what follows from something that they were allowed to do (a resolution becomes a case).
        Also where the actor of a request is read late."""
        return replace(self, is_system=True)

    def scopes(self, verb: str) -> tuple[Grant, ...]:
        return (Grant(ALL),) if self.is_system else self.grants.get(verb, ())


SYSTEM = Actor(name="系统", is_system=True, channel="job")
NOBODY = Actor()


@dataclass(frozen=True)
class AccessScope:
    """How a model is reached: field paths to a division, to units, to accounts (``division``, ``parties__unit``, ``created_by``).

    ``via`` names, for a unit path that runs over many rows, the model and columns to look it up in, so that a list
    becomes ``id IN (SELECT ...)`` instead of a join that doubles rows: ``("cases.CaseParty", "case_id", "unit")``.
    ``shared`` rows (no division) are seen by everybody who holds the verb: code tables, editions.
    """

    division: str = ""
    unit: str = ""
    own: str = ""
    via: tuple[str, str, str] | None = None
    shared: bool = False


M = TypeVar("M", bound=Model)


def _tree(model: type[Model], path: str) -> Any:
    """The tree (units or divisions) that a path of fields leads to."""
    found: Any = model
    for part in path.split("__"):
        if part == "self":
            break
        found = found._meta.get_field(part).related_model
    return found


_veils: dict[str, dict[str, Callable[[Actor], Q | None]]] = defaultdict(dict)


def veil(label: str, name: str, hidden: Callable[[Actor], Q | None]) -> None:
    """Hide rows of a model (``cases.Case``) for a time from people who hold the verb all the same: somebody who rates a site blind must not
    read what was found there before. ``hidden(actor)`` gives the condition of what is hidden, None for nothing; it asks no query of its own."""
    _veils[label][name] = hidden


def condition(actor: Actor, verb: str, model: type[Model]) -> Q | None:
    """The filter for what the actor may do ``verb`` on; None when there is nothing to filter (everything is theirs)."""
    found = _granted(actor, verb, model)
    for rows in veiled(actor, model):
        found = ~rows if found is None else found & ~rows
    return found


def veiled(actor: Actor, model: type[Model]) -> list[Q]:
    """What is hidden from the actor for a time, whatever they hold; usually nothing."""
    found = [hidden(actor) for hidden in _veils.get(model._meta.label, {}).values()]
    return [rows for rows in found if rows is not None]


def _granted(actor: Actor, verb: str, model: type[Model]) -> Q | None:
    scope: AccessScope = model.access_scope  # type: ignore[attr-defined]  # asked of models that have one
    grants = set(actor.scopes(verb))
    if any(g.scope == ALL for g in grants) or (grants and scope.shared):
        return None
    found = Q(pk__in=[])
    linked: list[QuerySet] = []
    for grant in grants:
        if grant.scope == DIVISION and scope.division:
            if scope.division == "self":
                found |= Q(path__startswith=grant.division_path)
            else:
                found |= Q(**{f"{scope.division}__in": _tree(model, scope.division).subtree_ids(grant.division_path)})
        elif grant.scope == UNIT and scope.via:
            from django.apps import apps

            link = apps.get_model(scope.via[0])
            tree = _tree(link, scope.via[2])
            rows = link._default_manager.filter(**{f"{scope.via[2]}__in": tree.subtree_ids(grant.unit_path)})
            linked.append(rows.order_by().values(scope.via[1]))
        elif grant.scope == UNIT and scope.unit:
            if scope.unit == "self":
                found |= Q(path__startswith=grant.unit_path)
            else:
                found |= Q(**{f"{scope.unit}__in": _tree(model, scope.unit).subtree_ids(grant.unit_path)})
        elif grant.scope == OWN and scope.own and actor.account_id:
            found |= Q(**{scope.own: actor.account_id})
        if grant.scope == UNIT and scope.own and actor.account_id:
            own = Q(**{scope.own: actor.account_id})
            if scope.via:
                linked.append(model._default_manager.filter(own).order_by().values("pk"))
            else:
                found |= own
    if linked:
        # One list of keys rather than several conditions joined by OR, for which no database uses its indexes.
        found |= Q(pk__in=linked[0].union(*linked[1:]) if len(linked) > 1 else linked[0])
    return found


def scoped(actor: Actor, verb: str, source: type[M] | QuerySet[M]) -> QuerySet[M]:
    """The rows on which the actor may do ``verb``: nothing at all when the verb is not granted."""
    queryset: QuerySet[M] = source if isinstance(source, QuerySet) else source._default_manager.all()
    if not actor.may(verb):
        return queryset.none()
    found = condition(actor, verb, queryset.model)
    return queryset if found is None else queryset.filter(found)


def require(actor: Actor, verb: str, *, division: Any = None, unit: Any = None) -> None:
    """Raise Denied unless the verb is granted, and, where given, granted at this division or unit (for things to be made)."""
    if not actor.may(verb):
        raise Denied(_("Your post does not allow this: %(verb)s.") % {"verb": VERBS[verb].label})
    if division is None and unit is None:
        return
    for grant in actor.scopes(verb):
        if grant.scope in (ALL, OWN):
            return
        if grant.scope == DIVISION and division is not None and division.path.startswith(grant.division_path):
            return
        if grant.scope == UNIT and unit is not None and unit.path.startswith(grant.unit_path):
            return
        if grant.scope == UNIT and unit is None and division is not None:
            return
    raise Denied(_("This lies outside the area or unit that your post answers for."))


def fetch(actor: Actor, verb: str, source: type[M] | QuerySet[M], *, lock: bool = False, **lookup: Any) -> M:
    """One object on which the actor may do ``verb``; ``lock`` holds the row until the transaction ends.

    Raises Denied when the verb is not granted, Missing when there is no such object or it is not theirs.
    """
    require(actor, verb)
    queryset = scoped(actor, verb, source)
    if lock:
        queryset = queryset.select_for_update(of=("self",))
    try:
        found = queryset.filter(**lookup)[:2]
        rows = list(found)
    except (ValueError, TypeError, OverflowError):
        rows = []
    if len(rows) != 1:
        raise Missing(_("There is no such record, or it is not in your area."))
    return rows[0]


def verbs_of(rooms: Iterable[str]) -> list[Verb]:
    """The verbs of the named rooms, in the order of declaration."""
    wanted = set(rooms)
    return [v for v in VERBS.values() if v.name.split(".")[0] in wanted]
