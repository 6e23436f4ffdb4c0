"""One's own account: posts, open sessions, tokens."""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from chuangwen.kernel import access, clock
from chuangwen.people import actions
from chuangwen.people.access import MANAGE_TOKENS
from chuangwen.people.actors import posts_in_force
from chuangwen.people.forms import TokenForm
from chuangwen.people.middleware import SIGN_IN
from chuangwen.people.models import Account, ApiToken, SignIn
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import PageMixin


class OwnAccountView(PageMixin, TemplateView):
    """Who I am to the system, where I am signed in, which programs act as me."""

    template_name = "people/own_account.html"
    title = _("My account")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = Account.objects.get(pk=self.actor.account_id)
        return super().get_context_data(
            account=account,
            posts=list(posts_in_force(account.person_id)) if account.person_id else [],
            sign_ins=list(SignIn.objects.filter(account=account)[:50]),
            here=self.request.session.get(SIGN_IN),
            tokens=list(ApiToken.objects.filter(account=account)) if self.actor.may(MANAGE_TOKENS) else None,
            second_factor=Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists(),
            **kwargs,
        )


class EndSession(ActionButton):
    done = _("The session has been ended.")

    def act(self, request: HttpRequest, pk: int) -> None:
        actions.end_session(self.actor, sign_in_id=pk)


class EndOtherSessions(ActionButton):
    done = _("All other devices have been signed out.")

    def act(self, request: HttpRequest) -> None:
        assert self.actor.account_id is not None
        actions.end_sessions(self.actor, account_id=self.actor.account_id, but_key=request.session.session_key or "")


class MakeTokenView(FormPage):
    required_verb = MANAGE_TOKENS
    title = _("New token")
    submit = _("Make the token")
    form_class = TokenForm

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(_("My account"), reverse("my-account"))]

    def act(self, form: TokenForm) -> HttpResponse:
        data = form.cleaned_data
        expires = clock.now() + timedelta(days=int(data["days"])) if data["days"] else None
        account = Account.objects.get(pk=self.actor.account_id)
        plain = actions.make_token(self.actor, account, data["name"], expires_at=expires)
        context = {
            "title": _("The token"),
            "breadcrumbs": self.get_breadcrumbs(),
            "secret": plain,
            "name": data["name"],
            "next": reverse("my-account"),
            "use": True,
        }
        return render(self.request, "people/secret_once.html", context)


class WithdrawToken(ActionButton):
    done = _("The token has been withdrawn.")

    def act(self, request: HttpRequest, pk: int) -> None:
        access.require(self.actor, MANAGE_TOKENS)
        actions.withdraw_token(self.actor, token_id=pk)
