"""From an account to an actor: what the posts in force today allow."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import NOBODY, VERBS, Actor, Grant
from chuangwen.people.models import Account, Post, Role, RoleGrant

IDLE_MINUTES = 120
RIGHTS = (
    "unit", "unit__path", "unit__division__path", "role__code", "role__stamp", "role__needs_second_factor", "role__idle_minutes",
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


def grants_of(roles: list[Role]) -> dict[int, Grants]:
    """Verb and scope word per role; asks the database only for roles whose stamp it has not seen."""
    stale = [role for role in roles if _grants.get(role.pk, ("",))[0] != role.stamp]
    if stale:
        read: dict[int, list[tuple[str, str]]] = {role.pk: [] for role in stale}
        for role_id, verb, scope in RoleGrant.objects.filter(role__in=stale).values_list("role_id", "verb", "scope"):
            if verb in VERBS:
                read[role_id].append((verb, scope))
        for role in stale:
            _grants[role.pk] = (role.stamp, tuple(read[role.pk]))
    return {role.pk: _grants[role.pk][1] for role in roles}


def standing_of(account: Account | None, *, channel: str = "page", address: str = "") -> Standing:
    """One query for the posts (two the first time that a role is met), none for an account without a person."""
    if account is None or not account.pk or not account.is_active:
        return Standing(NOBODY)
    posts = list(posts_in_force(account.person_id).only(*RIGHTS)) if account.person_id else []
    places: dict[int, list[tuple[str, str]]] = defaultdict(list)
    roles: dict[int, Role] = {}
    for post in posts:
        if post.role is not None:
            roles[post.role.pk] = post.role
            places[post.role.pk].append((post.unit.division.path if post.unit.division else "", post.unit.path))
    if account.base_role is not None:
        roles[account.base_role.pk] = account.base_role
        places[account.base_role.pk].append(("", ""))
    grants: dict[str, list[Grant]] = defaultdict(list)
    for role_id, allowed in grants_of(list(roles.values())).items():
        for verb, scope in allowed:
            for division_path, unit_path in places[role_id]:
                if scope == "division" and not division_path or scope == "unit" and not unit_path:
                    continue  # a post without a place reaches nothing by place
                grants[verb].append(Grant(scope, division_path, unit_path))
    actor = Actor(
        account_id=account.pk,
        person_id=account.person_id,
        name=str(account),
        roles=frozenset(role.code for role in roles.values()),
        grants={verb: tuple(dict.fromkeys(given)) for verb, given in grants.items()},
        unit_ids=tuple({post.unit_id for post in posts}),
        channel=channel,
        address=address,
    )
    return Standing(
        actor,
        any(role.needs_second_factor for role in roles.values()),
        min((role.idle_minutes for role in roles.values()), default=IDLE_MINUTES),
    )


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
