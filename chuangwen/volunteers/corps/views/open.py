"""Open pages: register as a volunteer without an account, and the link for the first sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.intake import guard
from chuangwen.intake.residents.views import OpenPage
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.volunteers.corps import actions
from chuangwen.volunteers.corps.access import REGISTER, applicant
from chuangwen.volunteers.corps.actions.registering import open_first_link
from chuangwen.volunteers.corps.forms import FirstPasswordForm, RegisterForm
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, go_to, refuse

WRONG_AN_HOUR = 40
"""Links that are not there, from one address."""


def outsider(request: HttpRequest) -> Actor:
    """Nobody in particular, from this address."""
    return applicant(_("an applicant"), request.META.get("REMOTE_ADDR", ""))


class Register(OpenPage):
    """``?team=KEY`` (on a team's poster) chooses the team. Whoever is signed in registers with their own account."""

    title = gettext_lazy("Become a volunteer")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.actor.account_id is not None and self.actor.may(REGISTER):
            team = number_in(request.GET.get("team"))
            return go_to(reverse("volunteers:become") + (f"?team={team}" if team else ""))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(RegisterForm(initial={"team": number_in(request.GET.get("team"))}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RegisterForm(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            actions.register(outsider(request), proof=form.proof(), **form.facts())
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.show(form, 422)
        messages.success(request, _("Thank you. Sign in with your telephone number and your password; your registration waits to be confirmed."))
        return go_to(f"{reverse('account_login')}?next={reverse('volunteers:me')}")

    def show(self, form: RegisterForm, status: int = 200) -> HttpResponse:
        context = self.get_context_data(form=form, asked=guard.question())
        return render(self.request, "volunteers/corps/register.html", context, status=status)


class FirstSignIn(OpenPage):
    """The link that the desk gave: a first password. It opens once."""

    title = gettext_lazy("Your first password")

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(token, FirstPasswordForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = FirstPasswordForm(request.POST)
        if not form.is_valid():
            return self.show(token, form, 422)
        try:
            actions.set_first_password(outsider(request), token=token, password=form.cleaned_data["password"])
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.show(token, form, 422)
        messages.success(request, _("Your password is set. Sign in with your telephone number."))
        return go_to(f"{reverse('account_login')}?next={reverse('volunteers:me')}")

    def show(self, token: str, form: Any, status: int = 200) -> HttpResponse:
        try:
            link = open_first_link(token)
        except Missing:
            guard.count("volunteers.first", self.request.META.get("REMOTE_ADDR", ""), WRONG_AN_HOUR, guard.HOUR)
            raise
        context = self.get_context_data(form=form, volunteer=link.volunteer)
        return render(self.request, "volunteers/corps/first.html", context, status=status)
