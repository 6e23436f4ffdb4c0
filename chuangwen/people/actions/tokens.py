"""Tokens for programs."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import OWN, Actor
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.people.access import MANAGE_TOKENS
from chuangwen.people.models import Account, ApiToken
from chuangwen.people.queries import token_hash

LONGEST_NAME = 60


def make_token(actor: Actor, account: Account, name: str, *, expires_at: datetime | None = None) -> str:
    """Make a token that acts as ``account``; returns its text, which is nowhere kept. Raises Denied, Refusal."""
    access.require(actor, MANAGE_TOKENS)
    if account.pk != actor.account_id and all(grant.scope == OWN for grant in actor.scopes(MANAGE_TOKENS)):
        raise Denied(_("You may make tokens for your own account only."))
    name = name.strip()
    if not name:
        raise Refusal(_("Say what the token is for."), "people.token_name", field="name")
    if not account.is_active:
        raise Refusal(_("The account is closed."), "people.account_closed")
    plain = f"cw_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        token = ApiToken.objects.create(
            account=account, name=name[:LONGEST_NAME], token_hash=token_hash(plain), created_at=clock.now(), expires_at=expires_at
        )
        audit.record(
            actor, MANAGE_TOKENS, token, after={"account": account.username, "name": token.name, "expires_at": expires_at}
        )
    return plain


def withdraw_token(actor: Actor, *, token_id: int) -> None:
    """End a token at once. Raises Denied, Missing."""
    with transaction.atomic():
        token = access.fetch(actor, MANAGE_TOKENS, ApiToken.objects.select_related("account"), lock=True, pk=token_id)
        before = {"account": token.account.username, "name": token.name}
        audit.record(actor, MANAGE_TOKENS, token, before=before, note="withdrawn")
        token.delete()
