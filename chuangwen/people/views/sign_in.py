"""Signing in and out, the password, the second factor: the library's views with our pages and our lock."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from axes.decorators import axes_dispatch, axes_form_invalid
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView


class Titled:
    """A title for the head of the page."""

    title: Any = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(title=self.title, **kwargs)


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class SignInView(Titled, account.LoginView):
    template_name = "people/sign_in/login.html"
    title = _("Sign in")


class SignOutView(Titled, account.LogoutView):
    template_name = "people/sign_in/logout.html"
    title = _("Sign out")


class ClosedView(Titled, TemplateView):
    template_name = "people/sign_in/closed.html"
    title = _("This account is closed")


class ForgottenView(Titled, TemplateView):
    template_name = "people/sign_in/forgotten.html"
    title = _("Password forgotten")


class OwnPasswordView(Titled, account.PasswordChangeView):
    template_name = "people/sign_in/password.html"
    title = _("Change password")
    was_initial = False

    def get_default_success_url(self) -> Any:
        return "/" if self.was_initial else reverse("my-account")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(initial_password=self.request.user.must_change_password, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        self.was_initial = self.request.user.must_change_password
        return super().form_valid(form)


class PasswordAgainView(Titled, account.ReauthenticateView):
    template_name = "people/sign_in/password_again.html"
    title = _("Confirm that it is you")


class CodeAgainView(Titled, mfa.ReauthenticateView):
    template_name = "people/sign_in/password_again.html"
    title = _("Confirm that it is you")


class CodeView(Titled, mfa.AuthenticateView):
    """The second step. Wrong codes count like wrong passwords and lock the account in the same way."""

    template_name = "people/sign_in/code.html"
    title = _("Second step")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        credentials = {"username": self.stage.login.user.get_username()}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return get_lockout_response(request, credentials=credentials)
        answer = super().post(request, *args, **kwargs)
        if not AxesProxyHandler.is_allowed(request, credentials):
            return get_lockout_response(request, credentials=credentials)
        return answer


class SecondFactorView(Titled, mfa.IndexView):
    template_name = "people/sign_in/second_factor.html"
    title = _("Second factor")


class SetUpView(Titled, totp.ActivateTOTPView):
    template_name = "people/sign_in/set_up.html"
    title = _("Set up the second factor")


class TakeAwayView(Titled, totp.DeactivateTOTPView):
    template_name = "people/sign_in/take_away.html"
    title = _("Take away the second factor")


class RecoveryCodesView(Titled, codes.ViewRecoveryCodesView):
    template_name = "people/sign_in/recovery_codes.html"
    title = _("Spare codes")


class NewRecoveryCodesView(Titled, codes.GenerateRecoveryCodesView):
    template_name = "people/sign_in/new_recovery_codes.html"
    title = _("New recovery codes")


class RecoveryCodesFileView(codes.DownloadRecoveryCodesView):
    template_name = "people/sign_in/recovery_codes.txt"
    content_type = "text/plain; charset=utf-8"
