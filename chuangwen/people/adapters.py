"""How the sign-in library is fitted to this house."""

import base64
import hashlib
import time
from functools import cache
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "account/messages/password_changed.txt": _("The new password is in force. Other devices have been signed out."),
    "mfa/messages/totp_activated.txt": _("The second factor is set up."),
    "mfa/messages/totp_deactivated.txt": _("The second factor has been taken away."),
    "mfa/messages/recovery_codes_generated.txt": _("New recovery codes have been made. Keep them where nobody else finds them."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators: nobody signs up by himself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Our words instead of the library's; being greeted and seen off is not said."""
        if message_template in MESSAGES:
            messages.add_message(request, level, MESSAGES[message_template])

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever signed in or confirmed a moment ago is not asked again."""
        request = context.request
        records = get_authentication_records(request, request.user)
        return not records or time.time() - records[-1]["at"] > app_settings.REAUTHENTICATION_TIMEOUT

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def send_mail(self, *args: object, **kwargs: object) -> None:
        """Accounts have no mail addresses; what happened to an account is in the audit trail."""


@cache
def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()))


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secret of a second factor is kept encrypted with the key of the installation."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""  # the key of the installation was lost: no code fits, the security administrator takes the factor away
