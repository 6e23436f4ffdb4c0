"""Accounts on pages: the system administrator makes and closes them, the security administrator unlocks them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from chuangwen.kernel import access
from chuangwen.kernel.identifiers import number_in
from chuangwen.people import actions, queries
from chuangwen.people.access import (
    ASSIGN_ROLES,
    END_SESSIONS,
    MANAGE_ACCOUNTS,
    RESET_SECOND_FACTOR,
    SEE_ACCOUNTS,
    UNLOCK,
)
from chuangwen.people.actors import posts_in_force
from chuangwen.people.forms import NewAccountForm, OwnRoleForm
from chuangwen.people.models import Account, Role, SignIn
from chuangwen.people.rules import username_key
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import BooleanFilter, Empty, ListColumn, ListPage, PageAction, QFilter
from chuangwen.web.views import AccessMixin, PageMixin

ACCOUNTS = _("User accounts")


def _locked() -> Q:
    return Q(username__in=list(queries.locked_names()))


class AccountList(ListPage):
    required_verb = SEE_ACCOUNTS
    title = ACCOUNTS
    columns = [
        ListColumn("username", _("User name"), sort="username", phone="title"),
        ListColumn("person", _("Name of the person"), "person.name", sort="person__name"),
        ListColumn("base_role", _("Role of its own"), "base_role.name", sort="base_role__order"),
        ListColumn(
            "state", _("State"), "people/cells/account_state.html", export=lambda account: account.is_active, phone="badge"
        ),
        ListColumn("second_factor", _("Second factor"), "second_factor", phone="hidden"),
        ListColumn("last_login", _("Last sign-in"), sort="last_login", kind="datetime"),
    ]
    filters = [
        QFilter(key="state", label=_("State"), options={
            "open": (_("in use"), Q(is_active=True)), "closed": (_("closed"), Q(is_active=False)), "locked": (_("locked"), _locked),
            "initial": (_("initial password"), Q(must_change_password=True)), "never": (_("never signed in"), Q(last_login__isnull=True)),
        }),
        BooleanFilter(key="second_factor", label=_("Second factor")),
    ]  # fmt: skip
    search_fields = ["username", "person__name"]
    search_hint = _("User name or name")
    default_sort = "username"
    default_size = 50
    export_name = ACCOUNTS
    page_actions = [PageAction(_("New account"), "/people/accounts/new/", "user-plus", True, MANAGE_ACCOUNTS)]
    empty = Empty(_("No accounts yet"), icon="users")

    def get_queryset(self) -> QuerySet[Account]:
        return queries.accounts(self.actor)

    @cached_property
    def locked(self) -> set[str]:
        return set(queries.locked_names())

    def row_tone(self, row: Account) -> str:
        return "quiet" if not row.is_active else "bad" if username_key(row.username) in self.locked else ""

    def row_url(self, row: Account) -> str:
        return reverse("people:account", args=[row.pk])


class AccountMixin(AccessMixin):
    @cached_property
    def account(self) -> Account:
        return access.fetch(self.actor, SEE_ACCOUNTS, Account, pk=self.kwargs["pk"])

    def account_url(self) -> str:
        return reverse("people:account", args=[self.kwargs["pk"]])

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(ACCOUNTS, reverse("people:accounts")), (self.account.username, self.account_url())]


class AccountView(AccountMixin, PageMixin, TemplateView):
    template_name = "people/account.html"
    required_verb = SEE_ACCOUNTS

    def get_title(self) -> str:
        return self.account.username

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(ACCOUNTS, reverse("people:accounts"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = queries.accounts(self.actor).get(pk=self.account.pk)
        return super().get_context_data(
            account=account,
            posts=list(posts_in_force(account.person_id)) if account.person_id else [],
            locked=queries.locked_names().get(username_key(account.username)),
            sessions=SignIn.objects.filter(account=account).count(),
            may_manage=self.actor.may(MANAGE_ACCOUNTS),
            may_unlock=self.actor.may(UNLOCK),
            may_assign=self.actor.may(ASSIGN_ROLES),
            may_reset_factor=self.actor.may(RESET_SECOND_FACTOR),
            may_end=self.actor.may(END_SESSIONS),
            own=account.pk == self.actor.account_id,
            **kwargs,
        )


class NewAccountView(FormPage):
    required_verb = MANAGE_ACCOUNTS
    title = _("New account")
    submit = _("Make the account")
    form_class = NewAccountForm

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(ACCOUNTS, reverse("people:accounts"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"person": number_in(self.request.GET.get("person"))}}

    def act(self, form: NewAccountForm) -> HttpResponse:
        data = form.cleaned_data
        person = data["person"]
        account, plain = actions.make_account(self.actor, username=data["username"], person_id=person.pk if person else None)
        return secret_once(self.request, account, plain)


def secret_once(request: HttpRequest, account: Account, plain: str) -> HttpResponse:
    """The page that shows an initial password, once."""
    context = {"title": _("The initial password"), "name": str(account), "username": account.username, "secret": plain,
               "next": reverse("people:account", args=[account.pk]), "breadcrumbs": [(ACCOUNTS, reverse("people:accounts"))]}  # fmt: skip
    return render(request, "people/secret_once.html", context)


class ResetPassword(ActionButton):
    required_verb = MANAGE_ACCOUNTS

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        return secret_once(request, *actions.reset_password(self.actor, account_id=pk))


class CloseAccount(ActionButton):
    required_verb = MANAGE_ACCOUNTS
    done = _("The account is closed; its sessions and tokens have ended.")

    def act(self, request: HttpRequest, pk: int) -> None:
        actions.close_account(self.actor, account_id=pk)


class OpenAccount(ActionButton):
    required_verb = MANAGE_ACCOUNTS
    done = _("The account can be used again.")

    def act(self, request: HttpRequest, pk: int) -> None:
        actions.open_account(self.actor, account_id=pk)


class Unlock(ActionButton):
    required_verb = UNLOCK
    done = _("The account is unlocked.")

    def act(self, request: HttpRequest, pk: int) -> None:
        actions.unlock(self.actor, account_id=pk)


class ResetSecondFactor(ActionButton):
    required_verb = RESET_SECOND_FACTOR
    done = _("The second factor has been taken away.")

    def act(self, request: HttpRequest, pk: int) -> None:
        actions.reset_second_factor(self.actor, account_id=pk)


class EndSessions(ActionButton):
    required_verb = END_SESSIONS
    done = _("All sessions of the account have ended.")

    def act(self, request: HttpRequest, pk: int) -> None:
        actions.end_sessions(self.actor, account_id=pk)


class AssignRoleView(AccountMixin, FormPage):
    required_verb = ASSIGN_ROLES
    title = _("Administrator's role")
    form_class = OwnRoleForm
    explanation = _("The three administrators are kept apart: an administrator holds no other role and does no campaign work.")

    def form_arguments(self) -> dict[str, Any]:
        role: Role | None = self.account.base_role
        return {"initial": {"role": role.code if role else ""}}

    def act(self, form: OwnRoleForm) -> str:
        actions.assign_role(self.actor, account_id=self.account.pk, role=form.cleaned_data["role"])
        return self.account_url()
