"""Accounts: made, reset, closed by the system administrator; unlocked and given administrator roles by the security administrator."""

from typing import Any

from allauth.mfa.models import Authenticator
from axes.utils import reset as axes_reset
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit
from chuangwen.kernel.access import OWN, Actor
from chuangwen.kernel.errors import Denied
from chuangwen.people.access import (
    ASSIGN_ROLES,
    END_SESSIONS,
    MANAGE_ACCOUNTS,
    OWN_ACCOUNT,
    RESET_SECOND_FACTOR,
    UNLOCK,
)
from chuangwen.people.actors import posts_in_force
from chuangwen.people.errors import AccountRefused
from chuangwen.people.models import Account, Person, Role, SignIn
from chuangwen.people.rules import ADMINISTRATORS, initial_password, mixed, username_key


def make_account(
    actor: Actor, *, username: str, person_id: int | None = None, password: str | None = None
) -> tuple[Account, str]:
    """Make an account; returns it and its initial password, which is nowhere kept and has to be changed at the first sign-in.

    Rights come from the person's posts; a new account without a person has none until it is given an administrator's role.
    Raises Denied, AccountRefused.
    """
    access.require(actor, MANAGE_ACCOUNTS)
    key = username_key(username)
    if len(key) < 2 or key != username.strip().lower() or any(character.isspace() for character in key):
        _refuse("username", _("A user name has at least two letters, digits or Chinese characters and no spaces."))
    plain = password or initial_password()
    with transaction.atomic():
        if Account.objects.filter(username__iexact=key).exists():
            _refuse("username", _("This user name is taken."))
        person = Person.objects.select_for_update().filter(pk=person_id).first() if person_id else None
        if person_id and person is None:
            _refuse("person", _("There is no such person."))
        if person is not None and Account.objects.filter(person=person).exists():
            _refuse("person", _("This person has an account already."))
        account = Account.objects.create_user(key, plain, person=person, must_change_password=True)
        audit.record(actor, MANAGE_ACCOUNTS, account, after={"username": key, "person": person.name if person else ""}, title=key)
    return account, plain


def reset_password(actor: Actor, *, account_id: int) -> tuple[Account, str]:
    """Give an account a new initial password, and end its sessions. Returns the account and the password, shown once."""
    plain = initial_password()
    with transaction.atomic():
        account = access.fetch(actor, MANAGE_ACCOUNTS, Account, lock=True, pk=account_id)
        account.set_password(plain)
        account.must_change_password = True
        account.save(update_fields=["password", "must_change_password"])
        _end_all(account)
        audit.record(actor, MANAGE_ACCOUNTS, account, note="password reset", title=account.username)
    return account, plain


def close_account(actor: Actor, *, account_id: int) -> Account:
    """Nobody signs in with it any more, its sessions and tokens end at once."""
    with transaction.atomic():
        account = access.fetch(actor, MANAGE_ACCOUNTS, Account, lock=True, pk=account_id)
        if account.pk == actor.account_id:
            raise AccountRefused(_("You cannot close your own account."))
        if not account.is_active:
            return account
        account.is_active = False
        account.save(update_fields=["is_active"])
        tokens = account.tokens.all().delete()[0]
        _end_all(account)
        audit.record(
            actor,
            MANAGE_ACCOUNTS,
            account,
            before={"active": True},
            after={"active": False, "tokens": tokens},
            title=account.username,
        )
    return account


def open_account(actor: Actor, *, account_id: int) -> Account:
    """Let a closed account be used again."""
    with transaction.atomic():
        account = access.fetch(actor, MANAGE_ACCOUNTS, Account, lock=True, pk=account_id)
        if not account.is_active:
            account.is_active = True
            account.save(update_fields=["is_active"])
            audit.record(
                actor, MANAGE_ACCOUNTS, account, before={"active": False}, after={"active": True}, title=account.username
            )
    return account


def assign_role(actor: Actor, *, account_id: int, role: str) -> Account:
    """Give an account an administrator's role of its own, or the resident's ("" takes it away). Refused where roles would mix."""
    with transaction.atomic():
        account = access.fetch(actor, ASSIGN_ROLES, Account, lock=True, pk=account_id)
        wanted = Role.objects.filter(code=role).first() if role else None
        if role and (wanted is None or role not in ADMINISTRATORS | {"resident"}):
            _refuse("role", _("Other roles come with a post: appoint the person in a unit."))
        held = {post.role.code for post in posts_in_force(account.person_id) if post.role} if account.person_id else set()
        if wanted is not None and mixed(held | {wanted.code}):
            _refuse("role", _("An administrator's role cannot be joined with other work. End the person's posts first."))
        before = account.base_role.code if account.base_role else ""
        if before == role:
            return account
        account.base_role = wanted
        account.save(update_fields=["base_role"])
        audit.record(actor, ASSIGN_ROLES, account, before={"role": before}, after={"role": role}, title=account.username)
    return account


def unlock(actor: Actor, *, account_id: int) -> int:
    """Forget the failed sign-ins of an account; how many there were."""
    with transaction.atomic():
        account = access.fetch(actor, UNLOCK, Account, pk=account_id)
        count = axes_reset(username=username_key(account.username))
        audit.record(actor, UNLOCK, account, after={"failures_forgotten": count}, title=account.username)
    return count


def reset_second_factor(actor: Actor, *, account_id: int) -> int:
    """Take away a lost second factor, so that it can be set up anew; ends the account's sessions."""
    with transaction.atomic():
        account = access.fetch(actor, RESET_SECOND_FACTOR, Account, lock=True, pk=account_id)
        count = Authenticator.objects.filter(user=account).delete()[0]
        _end_all(account)
        audit.record(actor, RESET_SECOND_FACTOR, account, after={"removed": count}, title=account.username)
    return count


def end_session(actor: Actor, *, sign_in_id: int) -> None:
    """End one session: one's own, or anybody's for the security administrator."""
    verb = END_SESSIONS if actor.may(END_SESSIONS) and not _is_own(actor, sign_in_id) else OWN_ACCOUNT
    with transaction.atomic():
        sign_in = access.fetch(actor, verb, SignIn.objects.select_related("account"), pk=sign_in_id)
        Session.objects.filter(session_key=sign_in.session_key).delete()
        audit.record(actor, verb, sign_in.account, note="session ended", title=sign_in.account.username)
        sign_in.delete()


def end_sessions(actor: Actor, *, account_id: int, but_key: str = "") -> int:
    """End all sessions of an account, but the one with ``but_key``."""
    own = account_id == actor.account_id
    verb = OWN_ACCOUNT if own else END_SESSIONS
    access.require(actor, verb)
    if not own and all(grant.scope == OWN for grant in actor.scopes(verb)):
        raise Denied(_("You may end your own sessions only."))
    with transaction.atomic():
        account = Account.objects.get(pk=account_id) if own else access.fetch(actor, verb, Account, pk=account_id)
        count = _end_all(account, but_key)
        audit.record(actor, verb, account, after={"sessions_ended": count}, title=account.username)
    return count


def _is_own(actor: Actor, sign_in_id: int) -> bool:
    return SignIn.objects.filter(pk=sign_in_id, account=actor.account_id).exists()


def _end_all(account: Account, but_key: str = "") -> int:
    rows = SignIn.objects.filter(account=account).exclude(session_key=but_key)
    Session.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
    return rows.delete()[0]


def _refuse(field: str, message: str, **more: Any) -> None:
    raise AccountRefused(message, field=field, **more)
