"""From an account to an actor: what the posts in force today allow."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import NOBODY, VERBS, Actor, Grant
from chuangwen.people.models import Account, Post, RoleGrant

IDLE_MINUTES = 120
RIGHTS = (
    "unit_id", "unit__path", "unit__division__path", "role_id", "role__code", "role__stamp", "role__needs_second_factor", "role__idle_minutes",
)  # fmt: skip
"""All of a post that rights are made of: it is read with every request."""
Grants = tuple[tuple[str, str], ...]

_grants: dict[int, tuple[str, Grants]] = {}
"""Verb and scope word of each role, as read under its stamp. Per process; another process's edit changes the stamp."""


@dataclass(frozen=True)
class Standing:
    """What an account is today: its actor, whether one of its roles asks for a second factor, and after how many minutes of
    doing nothing its session ends (the shortest of its roles)."""

    actor: Actor
    needs_second_factor: bool = False
    idle_minutes: int = IDLE_MINUTES


def grants_of(roles: Iterable["_Role"]) -> dict[int, Grants]:
    """Verb and scope word per role; asks the database only for roles whose stamp it has not seen."""
    found, stale = {}, {}
    for role in roles:
        stamp, kept = _grants.get(role.pk, ("", ()))
        if stamp == role.stamp:
            found[role.pk] = kept
        else:
            stale[role.pk] = role
    if stale:
        read: dict[int, list[tuple[str, str]]] = {pk: [] for pk in stale}
        for role_id, verb, scope in RoleGrant.objects.filter(role__in=list(stale)).values_list("role_id", "verb", "scope"):
            if verb in VERBS:
                read[role_id].append((verb, scope))
        for pk, role in stale.items():
            found[pk] = tuple(read[pk])
            _grants[pk] = (role.stamp, found[pk])
    return found


class _Role(NamedTuple):
    """What of a role rights are made of."""

    pk: int
    code: str
    stamp: str
    needs_second_factor: bool
    idle_minutes: int


Places = tuple[tuple[str, str], ...]
"""Paths of division and unit of the posts of a role; empty where there is none."""


@lru_cache(maxsize=2_000)
def _granted(held: tuple[tuple[Grants, Places], ...]) -> Mapping[str, tuple[Grant, ...]]:
    """What these grants allow at these places: kept by what they say, so that no other request can have put anything else there. Nobody may
    change it, for it serves all who stand so."""
    grants: dict[str, list[Grant]] = defaultdict(list)
    for allowed, places in held:
        for verb, scope in allowed:
            for division_path, unit_path in places:
                if scope == "division" and not division_path or scope == "unit" and not unit_path:
                    continue  # a post without a place reaches nothing by place
                grants[verb].append(Grant(scope, division_path, unit_path))
    return MappingProxyType({verb: tuple(dict.fromkeys(given)) for verb, given in grants.items()})


def standing_of(account: Account | None, *, channel: str = "page", address: str = "") -> Standing:
    """One query for the posts (two the first time that a role is met), none for an account without a person."""
    if account is None or not account.pk or not account.is_active:
        return Standing(NOBODY)
    places: dict[int, list[tuple[str, str]]] = defaultdict(list)
    roles: dict[int, _Role] = {}
    units: set[int] = set()
    for unit_id, unit_path, division_path, role_id, *role in _rights_in_force(account.person_id) if account.person_id else ():
        units.add(unit_id)
        if role_id is not None:
            roles[role_id] = _Role(role_id, *role)
            places[role_id].append((division_path or "", unit_path))
    if account.base_role is not None:
        base = account.base_role
        roles[base.pk] = _Role(base.pk, base.code, base.stamp, base.needs_second_factor, base.idle_minutes)
        places[base.pk].append(("", ""))
    allowed = grants_of(roles.values())
    actor = Actor(
        account_id=account.pk,
        person_id=account.person_id,
        name=str(account),
        roles=frozenset(role.code for role in roles.values()),
        grants=_granted(tuple((allowed[pk], tuple(places[pk])) for pk in roles)),
        unit_ids=tuple(units),
        channel=channel,
        address=address,
    )
    return Standing(
        actor,
        any(role.needs_second_factor for role in roles.values()),
        min((role.idle_minutes for role in roles.values()), default=IDLE_MINUTES),
    )


@cache
def _rights_query(_vendor: str) -> tuple[str, tuple[object, ...]]:
    """The query of posts_in_force with the columns RIGHTS, worded once; its parameters: -1 stands for the person, the rest for today."""
    return posts_in_force(-1).values_list(*RIGHTS).query.sql_with_params()


def _rights_in_force(person_id: int) -> list[tuple[Any, ...]]:
    """RIGHTS of each post that the person holds today. Wording the query costs more than asking it, and each request asks it."""
    sql, parameters = _rights_query(connection.vendor)
    today = connection.ops.adapt_datefield_value(clock.today())
    with connection.cursor() as cursor:
        cursor.execute(sql, [person_id if value == -1 else today for value in parameters])
        return cursor.fetchall()


def posts_in_force(person_id: int):
    """The posts that a person holds today in units that exist today, with what rights are made of."""
    today = clock.today()
    return (
        Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), person_id=person_id, starts_on__lte=today)
        .filter(Q(unit__ends_on__isnull=True) | Q(unit__ends_on__gte=today))
        .select_related("unit", "unit__division", "role")
    )


def actor_of(account: Account | None, *, channel: str = "page", address: str = "") -> Actor:
    """The actor for an account; NOBODY for none or a closed one."""
    return standing_of(account, channel=channel, address=address).actor


def actor_by_id(account_id: int | None) -> Actor:
    """The actor of a queued job."""
    account = Account.objects.filter(pk=account_id).first()
    return actor_of(account, channel="job")


importing.ACTOR_BUILDERS.append(actor_by_id)
