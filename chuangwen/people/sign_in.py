"""What happens around signing in: the name as it is counted, the trail of successes and failures, the open sessions."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest

from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.access import LOCKED_OUT, OWN_ACCOUNT, SIGN_IN, SIGN_IN_FAILED
from chuangwen.people.middleware import SECOND_FACTOR, SEEN, STARTED
from chuangwen.people.middleware import SIGN_IN as SIGN_IN_KEY
from chuangwen.people.models import Account, SignIn
from chuangwen.people.rules import username_key

UNKNOWN = "（不存在的账号）"


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The user name under which failures are counted: however it is spelt, it is one account."""
    given = (credentials or {}).get("username") or (credentials or {}).get("login")
    if given is None and request is not None:
        given = request.POST.get("login", "")
    return username_key(given or "")


def address_of(request: HttpRequest | None) -> str:
    return request.META.get("REMOTE_ADDR", "") if request is not None else ""


def _somebody(request: HttpRequest | None, account: Account | None, name: str = "") -> Actor:
    account_id = account.pk if account else None
    return Actor(account_id=account_id, name=str(account) if account else name, channel="page", address=address_of(request)[:45])


def session_begins(request: HttpRequest, account: Account) -> None:
    """A new session: when it began, which step was taken."""
    moment = int(clock.now().timestamp())
    request.session[STARTED] = request.session[SEEN] = moment


def signed_in(request: HttpRequest, account: Account) -> None:
    """Somebody got in: a line in the trail and in the list of open sessions."""
    if request.session.session_key is None:
        request.session.save()
    methods = [record.get("method") for record in request.session.get("account_authentication_methods", [])]
    if "mfa" in methods:
        request.session[SECOND_FACTOR] = True
    moment = clock.now()
    with transaction.atomic():
        row = SignIn.objects.update_or_create(session_key=request.session.session_key, defaults={
            "account": account, "started_at": moment, "seen_at": moment, "address": address_of(request)[:45],
            "device": request.META.get("HTTP_USER_AGENT", "")[:300],
        })[0]  # fmt: skip
        audit.record(_somebody(request, account), SIGN_IN, account, after={"methods": methods}, title=account.username)
    request.session[SIGN_IN_KEY] = row.pk


def signed_out(request: HttpRequest, account: Account | None) -> None:
    if account is None:
        return
    with transaction.atomic():
        SignIn.objects.filter(pk=request.session.get(SIGN_IN_KEY)).delete()
        audit.record(_somebody(request, account), SIGN_IN, account, note="signed out", title=account.username)


def failed(request: HttpRequest | None, credentials: dict[str, Any]) -> None:
    """A failure. A name that is no account is not written down: people type passwords into the wrong field."""
    name = counted_name(request, credentials)
    account = Account.objects.filter(username__iexact=name).first() if name else None
    with transaction.atomic():
        actor = _somebody(request, None, account.username if account else UNKNOWN)
        audit.record(actor, SIGN_IN_FAILED, account, title=account.username if account else UNKNOWN)


def locked(request: HttpRequest | None, name: str) -> None:
    account = Account.objects.filter(username__iexact=username_key(name)).first()
    if account is None:
        return
    with transaction.atomic():
        audit.record(_somebody(request, None, account.username), LOCKED_OUT, account, title=account.username)


def password_changed(request: HttpRequest, account: Account) -> None:
    """A password of one's own: other sessions end by themselves, their entries are taken off the list."""
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(must_change_password=False)
        account.must_change_password = False
        SignIn.objects.filter(account=account).exclude(pk=request.session.get(SIGN_IN_KEY)).delete()
        if request.session.session_key:
            SignIn.objects.filter(pk=request.session.get(SIGN_IN_KEY)).update(session_key=request.session.session_key)
        audit.record(_somebody(request, account), OWN_ACCOUNT, account, note="password changed", title=account.username)


def second_factor_changed(request: HttpRequest, account: Account, *, added: bool) -> None:
    if added:
        request.session[SECOND_FACTOR] = True
    else:
        request.session.pop(SECOND_FACTOR, None)
    with transaction.atomic():
        note = "second factor set up" if added else "second factor taken away"
        audit.record(_somebody(request, account), OWN_ACCOUNT, account, note=note, title=account.username)
