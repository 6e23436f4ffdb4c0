"""Roles: their shipped defaults, and what the security administrator changes."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import ROLES, SCOPES, VERBS, Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.people.access import MANAGE_ROLES
from chuangwen.people.models import Role, RoleGrant
from chuangwen.people.rules import ADMINISTRATORS, IDLE_MINUTES, NAMES, refused_grant


class GrantRefused(Refusal):
    """A right that would join what has to stay separate."""

    code = "people.grant_refused"


def install_roles(*, second_factor: bool = True) -> int:
    """Put in the shipped roles, and for each verb that is new to a role its default grant; returns how many grants were put in.

    Idempotent. A grant that was edited or removed stays so, because the role remembers which defaults it was once given.
    ``second_factor`` False makes new administrator roles without the demand for one (demonstration).
    """
    count = 0
    with transaction.atomic():
        for order, code in enumerate(ROLES):
            role, _made = Role.objects.select_for_update().get_or_create(code=code, defaults={
                "name": NAMES[code], "order": order, "idle_minutes": IDLE_MINUTES.get(code, 120),
                "needs_second_factor": second_factor and code in ADMINISTRATORS,
            })  # fmt: skip
            defaults = {
                verb.name: verb.default[code]
                for verb in VERBS.values()
                if code in verb.default and not refused_grant(code, verb.name)
            }
            new = [verb for verb in defaults if verb not in set(role.installed_verbs)]
            if not new:
                continue
            known = set(role.grants.values_list("verb", flat=True))
            RoleGrant.objects.bulk_create(
                RoleGrant(role=role, verb=verb, scope=defaults[verb]) for verb in new if verb not in known
            )
            role.installed_verbs = sorted({*role.installed_verbs, *new})
            role.save(update_fields=["installed_verbs"])
            count += len([verb for verb in new if verb not in known])
    return count


def restore_defaults(actor: Actor, *, role_id: int) -> Role:
    """Give a shipped role back exactly the grants it was shipped with. Raises Denied, Missing."""
    role = access.fetch(actor, MANAGE_ROLES, Role, pk=role_id)
    return set_grants(actor, role_id=role.pk, grants={verb.name: verb.default.get(role.code, "") for verb in VERBS.values()})


def set_grants(actor: Actor, *, role_id: int, grants: Mapping[str, str]) -> Role:
    """Set the scope word of some verbs of a role; an empty word takes the verb away; verbs that are not named stay as they are.

    Raises GrantRefused where the three administrators would no longer be separate, Refusal for an unknown verb or word.
    """
    with transaction.atomic():
        role = access.fetch(actor, MANAGE_ROLES, Role, lock=True, pk=role_id)
        held = dict(role.grants.values_list("verb", "scope"))
        changed = {verb: scope for verb, scope in grants.items() if held.get(verb, "") != scope}
        for verb, scope in changed.items():
            if verb not in VERBS or scope not in ("", *SCOPES):
                raise Refusal(_("There is no such right."), "people.unknown_right")
            reason = refused_grant(role.code, verb) if scope else None
            if reason:
                raise GrantRefused(f"{VERBS[verb].label}：{reason}", fields={verb: str(reason)})
        if not changed:
            return role
        RoleGrant.objects.filter(role=role, verb__in=changed).delete()
        RoleGrant.objects.bulk_create(RoleGrant(role=role, verb=verb, scope=scope) for verb, scope in changed.items() if scope)
        role.installed_verbs = sorted({*role.installed_verbs, *changed})
        role.save(update_fields=["installed_verbs"])
        audit.record(actor, MANAGE_ROLES, role, before={verb: held.get(verb, "") for verb in changed}, after=changed)
    return role


def change_role(actor: Actor, *, role_id: int, name: str, needs_second_factor: bool, idle_minutes: int) -> Role:
    """Change what a role is called and what it asks of whoever holds it. Raises Denied, Missing, Refusal."""
    if not 1 <= idle_minutes <= 480:
        raise Refusal(
            _("Sessions may rest from 1 to 480 minutes."), "people.idle_minutes", fields={"idle_minutes": _("from 1 to 480")}
        )
    if not name.strip():
        raise Refusal(_("The role needs a name."), "people.role_name", field="name")
    wanted: dict[str, Any] = {"name": name.strip()[:40], "needs_second_factor": needs_second_factor, "idle_minutes": idle_minutes}
    with transaction.atomic():
        role = access.fetch(actor, MANAGE_ROLES, Role, lock=True, pk=role_id)
        before = {key: getattr(role, key) for key in wanted}
        if before == wanted:
            return role
        for key, value in wanted.items():
            setattr(role, key, value)
        role.save(update_fields=list(wanted))
        audit.record(actor, MANAGE_ROLES, role, before=before, after=wanted)
    return role
