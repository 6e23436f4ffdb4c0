"""What the sign-in libraries tell us."""

from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from axes.signals import user_locked_out
from django.contrib.auth import signals
from django.dispatch import receiver
from django.http import HttpRequest

from chuangwen.people import sign_in
from chuangwen.people.models import Account


@receiver(signals.user_logged_in, dispatch_uid="people.session_begins")
def _session_begins(request: HttpRequest, user: Account, **more: Any) -> None:
    if request is not None:
        sign_in.session_begins(request, user)


@receiver(user_logged_in, dispatch_uid="people.signed_in")
def _signed_in(request: HttpRequest, user: Account, **more: Any) -> None:
    sign_in.signed_in(request, user)


@receiver(signals.user_logged_out, dispatch_uid="people.signed_out")
def _signed_out(request: HttpRequest, user: Account | None, **more: Any) -> None:
    sign_in.signed_out(request, user)


@receiver(signals.user_login_failed, dispatch_uid="people.failed")
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any) -> None:
    sign_in.failed(request, credentials)


@receiver(user_locked_out, dispatch_uid="people.locked")
def _locked(request: HttpRequest | None = None, username: str = "", **more: Any) -> None:
    sign_in.locked(request, username)


@receiver(password_changed, dispatch_uid="people.password_changed")
def _password_changed(request: HttpRequest, user: Account, **more: Any) -> None:
    sign_in.password_changed(request, user)


@receiver(authenticator_added, dispatch_uid="people.second_factor_added")
def _added(request: HttpRequest, user: Account, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        sign_in.second_factor_changed(request, user, added=True)


@receiver(authenticator_removed, dispatch_uid="people.second_factor_removed")
def _removed(request: HttpRequest, user: Account, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        sign_in.second_factor_changed(request, user, added=False)


@receiver(authentication_failed, dispatch_uid="people.second_factor_failed")
def _wrong_code(request: HttpRequest, user: Account, **more: Any) -> None:
    """A wrong code counts like a wrong password: the lock hears of it, and so does the trail."""
    signals.user_login_failed.send(sender=__name__, credentials={"username": user.get_username()}, request=request)
