"""The forms of signing in: the library's, in plain words, with large fields and the keyboards that phones should show."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from chuangwen.web.forms import TablerFormMixin


def _dress(field: forms.Field, label: Any, **attrs: str) -> None:
    field.label = label
    field.help_text = ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"class": "form-control-lg", **attrs})


CODE = {
    "inputmode": "numeric",
    "autocomplete": "one-time-code",
    "autofocus": "autofocus",
    "maxlength": "12",
    "autocapitalize": "off",
}


class SignInForm(TablerFormMixin, account.LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        _dress(
            self.fields["login"],
            _("User name"),
            autocapitalize="none",
            autocomplete="username",
            spellcheck="false",
            autofocus="autofocus",
        )
        _dress(self.fields["password"], _("Password"))


class OwnPasswordForm(TablerFormMixin, account.ChangePasswordForm):
    """A password of one's own; it must differ from the one before."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        _dress(self.fields["oldpassword"], _("Present password"))
        _dress(self.fields["password1"], _("New password"))
        _dress(self.fields["password2"], _("New password once more"))
        self.rules = password_validators_help_texts()

    def clean(self) -> Any:
        cleaned = super().clean()
        new = self.cleaned_data.get("password1")
        if new and new == self.cleaned_data.get("oldpassword"):
            self.add_error("password1", _("The new password is the old one."))
        return cleaned


class PasswordAgainForm(TablerFormMixin, account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        _dress(self.fields["password"], _("Password"), autofocus="autofocus")


class CodeForm(TablerFormMixin, mfa.AuthenticateForm):
    """The code of the second step, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        _dress(self.fields["code"], _("Six digits from the app, or a recovery code"), **CODE)


class CodeAgainForm(TablerFormMixin, mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        _dress(self.fields["code"], _("Six digits from the app, or a recovery code"), **CODE)


class FirstCodeForm(TablerFormMixin, totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        _dress(self.fields["code"], _("The six digits that the app shows now"), **CODE)
