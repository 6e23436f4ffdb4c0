"""The table of rights, and the page on which the security administrator changes one role."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from chuangwen.kernel import access
from chuangwen.kernel.access import SCOPE_LABELS, SCOPES, VERBS
from chuangwen.people import actions, queries
from chuangwen.people.access import MANAGE_ROLES, SEE_ROLES
from chuangwen.people.forms import RoleForm
from chuangwen.people.models import Role
from chuangwen.people.rules import refused_grant
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import PageMixin

ROLES = _("Roles and rights")
ROOMS = {
    "cases": _("Cases"),
    "intake": _("Intake"),
    "fieldwork": _("Fieldwork"),
    "phone": _("Phone app"),
    "ledger": _("Ledger"),
    "duties": _("Responsibilities and duties"),
    "scoring": _("Scoring"),
    "papers": _("Papers"),
    "volunteers": _("Volunteering"),
    "messaging": _("Messages"),
    "standards": _("Standards"),
    "evidence": _("Evidence"),
    "places": _("Places"),
    "people": _("Organisation and accounts"),
    "overview": _("Overview"),
    "demo": _("Demonstration"),
    "kernel": _("System"),
}


class RolesView(PageMixin, TemplateView):
    """What each role may do, and how far."""

    template_name = "people/roles.html"
    required_verb = SEE_ROLES
    title = ROLES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles, rooms = queries.rights_table(ROOMS)
        table = [(room, [(row, [row.scopes.get(role.code, "") for role in roles]) for row in rows]) for room, rows in rooms]
        return super().get_context_data(
            roles=roles, table=table, words=SCOPE_LABELS, may_edit=self.actor.may(MANAGE_ROLES), **kwargs
        )


class RoleView(FormPage):
    """One role: its name, what it asks at sign-in, and its rights one by one."""

    template_name = "people/role.html"
    required_verb = SEE_ROLES
    form_class = RoleForm
    done = _("The role is saved. It is in force at once.")

    @cached_property
    def role(self) -> Role:
        return access.fetch(self.actor, SEE_ROLES, Role, pk=self.kwargs["pk"])

    @cached_property
    def asked(self) -> dict[str, str]:
        """The scope words that the form sent, by verb."""
        return {name.removeprefix("right:"): scope for name, scope in self.request.POST.items() if name.startswith("right:")}

    def get_title(self) -> str:
        return self.role.name

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(ROLES, reverse("people:roles"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {name: getattr(self.role, name) for name in ("name", "idle_minutes", "needs_second_factor")}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        _roles, rooms = queries.rights_table(ROOMS)
        table = [
            (
                room,
                [
                    (row, self.asked.get(row.verb, row.scopes.get(self.role.code, "")), refused_grant(self.role.code, row.verb))
                    for row in rows
                ],
            )
            for room, rows in rooms
        ]
        options = [("", _("not granted")), *((word, SCOPE_LABELS[word]) for word in SCOPES)]
        return super().get_context_data(
            role=self.role, table=table, options=options, words=SCOPE_LABELS, may_edit=self.actor.may(MANAGE_ROLES), **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access.require(self.actor, MANAGE_ROLES)
        return super().post(request, *args, **kwargs)

    def act(self, form: RoleForm) -> str:
        with transaction.atomic():
            actions.change_role(self.actor, role_id=self.role.pk, **form.cleaned_data)
            actions.set_grants(self.actor, role_id=self.role.pk, grants={v: s for v, s in self.asked.items() if v in VERBS})
        return reverse("people:roles")


class RestoreDefaults(ActionButton):
    required_verb = MANAGE_ROLES
    done = _("The role has the rights again that it was shipped with.")

    def act(self, request: HttpRequest, pk: int) -> None:
        actions.restore_defaults(self.actor, role_id=pk)
