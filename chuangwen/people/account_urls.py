"""Signing in, second factor, own account. The names are those that the sign-in library asks for."""

from django.urls import path
from django.views.generic import RedirectView

from chuangwen.people.views import own_account, sign_in

urlpatterns = [
    path("", own_account.OwnAccountView.as_view(), name="my-account"),
    path("sessions/end/", own_account.EndOtherSessions.as_view(), name="my-sessions-end"),
    path("sessions/<int:pk>/end/", own_account.EndSession.as_view(), name="my-session-end"),
    path("tokens/make/", own_account.MakeTokenView.as_view(), name="my-token-make"),
    path("tokens/<int:pk>/withdraw/", own_account.WithdrawToken.as_view(), name="my-token-withdraw"),
    path("login/", sign_in.SignInView.as_view(), name="account_login"),
    path("logout/", sign_in.SignOutView.as_view(), name="account_logout"),
    path("inactive/", sign_in.ClosedView.as_view(), name="account_inactive"),
    path("signup/", RedirectView.as_view(pattern_name="account_login"), name="account_signup"),
    path("password/forgotten/", sign_in.ForgottenView.as_view(), name="account_reset_password"),
    path("password/change/", sign_in.OwnPasswordView.as_view(), name="account_change_password"),
    path("reauthenticate/", sign_in.PasswordAgainView.as_view(), name="account_reauthenticate"),
    path("2fa/", sign_in.SecondFactorView.as_view(), name="mfa_index"),
    path("2fa/authenticate/", sign_in.CodeView.as_view(), name="mfa_authenticate"),
    path("2fa/reauthenticate/", sign_in.CodeAgainView.as_view(), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", sign_in.SetUpView.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", sign_in.TakeAwayView.as_view(), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", sign_in.RecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", sign_in.NewRecoveryCodesView.as_view(), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", sign_in.RecoveryCodesFileView.as_view(), name="mfa_download_recovery_codes"),
]
