"""What pages, API, sheets and papers read of accounts, roles and tokens; the organisation is in ``organisation.py``."""

import hashlib
import hmac
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import VERBS, Actor
from chuangwen.people.access import EVENTS_ONLY, SEE_ACCOUNTS
from chuangwen.people.models import Account, ApiToken, Role, RoleGrant


def token_hash(plain: str) -> str:
    """What is kept of a token: SHA-256. A token is 256 random bits, so that nothing slower is needed."""
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def token_of(plain: str) -> ApiToken | None:
    """The token that this text is, in force and of an account in use. A look-up by hash says nothing about near guesses."""
    if not 20 <= len(plain) <= 200:
        return None
    wanted = token_hash(plain)
    token = (
        ApiToken.objects.select_related("account__person", "account__base_role")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()), token_hash=wanted, account__is_active=True)
        .first()
    )
    return token if token is not None and hmac.compare_digest(token.token_hash, wanted) else None


def account_by_token(plain: str) -> Account | None:
    """The account that a token acts as, or None."""
    token = token_of(plain)
    return token.account if token else None


def locked_names() -> dict[str, int]:
    """The names that are locked now after failed sign-ins, with the number of failures."""
    since = timezone.now() - timedelta(hours=float(settings.AXES_COOLOFF_TIME))
    rows = AccessAttempt.objects.filter(attempt_time__gte=since).values("username").annotate(count=Sum("failures_since_start"))
    return {row["username"]: row["count"] for row in rows if row["count"] >= settings.AXES_FAILURE_LIMIT and row["username"]}


def accounts(actor: Actor) -> QuerySet[Account]:
    """The accounts that the actor sees, with whether a second factor is set up."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return access.scoped(actor, SEE_ACCOUNTS, Account).annotate(second_factor=Exists(factor))


@dataclass(frozen=True)
class RightsRow:
    """One verb and its scope word per role code (empty for none)."""

    verb: str
    label: Any
    changes: bool
    scopes: dict[str, str]


def rights_table(rooms: dict[str, Any]) -> tuple[list[Role], list[tuple[Any, list[RightsRow]]]]:
    """The roles, and per room its verbs with the scope word of every role. Two queries."""
    roles = list(Role.objects.all())
    held: dict[str, dict[str, str]] = defaultdict(dict)
    for code, verb, scope in RoleGrant.objects.values_list("role__code", "verb", "scope"):
        held[verb][code] = scope
    grouped: dict[str, list[RightsRow]] = defaultdict(list)
    for verb in VERBS.values():
        if verb.name not in EVENTS_ONLY:
            grouped[verb.name.split(".")[0]].append(RightsRow(verb.name, verb.label, verb.changes, held.get(verb.name, {})))
    order = [*rooms, *sorted(set(grouped) - set(rooms))]
    return roles, [(rooms.get(room, room), grouped[room]) for room in order if room in grouped]
