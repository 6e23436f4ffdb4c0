"""Pages about phones: one's own, and everybody's for the system administrator."""

from typing import Any

import segno
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView

from chuangwen.phone import actions, queries
from chuangwen.phone.access import SEE_DEVICES, USE, WIPE
from chuangwen.phone.models import LASTS, Device
from chuangwen.web.form_pages import ActionButton
from chuangwen.web.lists import Empty, ListColumn, ListPage, QFilter
from chuangwen.web.views import PageMixin


class MyPhones(PageMixin, TemplateView):
    """The phones on which one works, with what ends or erases each."""

    required_verb = USE
    template_name = "phone/my_phones.html"
    title = _("My phones")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = self.request.build_absolute_uri(reverse("phone:shell"))
        code = segno.make(address, error="m").svg_data_uri(scale=5, border=2)
        devices = list(queries.mine(self.actor))
        return super().get_context_data(devices=devices, address=address, code=code, days=LASTS.days, **kwargs)


class Devices(ListPage):
    """Everybody's phones."""

    required_verb = SEE_DEVICES
    title = _("Phones")
    columns = [
        ListColumn("name", pgettext_lazy("phone", "Phone"), sort="name", phone="title"),
        ListColumn("account", _("Name of the person"), sort="account__person__name"),
        ListColumn("username", _("User name"), "account.username", sort="account__username"),
        ListColumn("state", _("State"), "phone/cells/state.html", export="state_label", phone="badge"),
        ListColumn("last_seen_at", _("last seen"), sort="last_seen_at", kind="datetime"),
        ListColumn("wipe", "", "phone/cells/wipe.html", export=False),
    ]
    filters = [
        QFilter(
            key="state",
            label=_("State"),
            options={
                "in": (pgettext_lazy("phone", "signed in"), lambda: queries.in_state("in")),
                "out": (pgettext_lazy("phone", "signed out"), lambda: queries.in_state("out")),
                "wiping": (_("to be wiped at its next contact"), lambda: queries.in_state("wiping")),
                "wiped": (_("wiped"), lambda: queries.in_state("wiped")),
            },
        )
    ]
    search_fields = ["name", "account__username", "account__person__name"]
    search_hint = _("Name of the phone or the person")
    default_sort = "-last_seen_at"
    export_name = _("Phones")
    empty = Empty(_("Nobody has signed in on a phone yet"), icon="device-mobile")

    def get_queryset(self) -> QuerySet[Device]:
        return queries.everybodys(self.actor)

    @property
    def may_wipe(self) -> bool:
        return self.actor.may(WIPE)


class WipePhone(ActionButton):
    """Have a phone erase what it holds."""

    required_verb = USE
    done = _("The phone will erase what it holds at its next contact.")

    def act(self, request: HttpRequest, pk: int) -> None:
        actions.ask_wipe(self.actor, device_id=pk)


class SignOutPhone(ActionButton):
    """End the sign-in of one of one's own phones; what waits on it is kept there."""

    required_verb = USE
    done = _("The phone has been signed out. What waits on it is kept until somebody signs in on it again.")

    def act(self, request: HttpRequest, pk: int) -> None:
        actions.sign_out_device(self.actor, device_id=pk)
