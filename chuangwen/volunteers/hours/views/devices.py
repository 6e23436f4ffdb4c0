"""Phones and tablets that are registered as shared: openly listed, registered on the device itself."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.volunteers.hours import actions
from chuangwen.volunteers.hours.access import SHARE
from chuangwen.volunteers.hours.forms import NothingForm, SharedDeviceForm
from chuangwen.volunteers.presence.models import SharedDevice
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction

HOME = gettext_lazy("Shared tablets")


class DeviceList(ListPage):
    """What is registered in the area, and what was."""

    title = export_name = HOME
    required_verb = SHARE
    lead = gettext_lazy("With these many people sign in, which is no doubt. A phone that does not stand here and signs in many is asked about.")
    columns = [
        ListColumn("name", pgettext_lazy("hours", "What and where"), phone="title"),
        ListColumn("division", gettext_lazy("Area"), "division.name"),
        ListColumn("registered", gettext_lazy("From"), "registered_at", kind="datetime", nowrap=True),
        ListColumn("ended", gettext_lazy("Until"), "ended_at", kind="datetime", nowrap=True),
    ]
    empty = Empty(gettext_lazy("No shared tablet yet"), gettext_lazy("Sign in on the tablet and register it there."), icon="device-mobile")

    def get_queryset(self) -> Any:
        return access.scoped(self.actor, SHARE, SharedDevice).select_related("division")

    def get_page_actions(self) -> list[PageAction]:
        return [PageAction(_("Register this device"), reverse("volunteers:hours-device-new"), icon="plus", primary=True)]

    def row_url(self, row: SharedDevice) -> str | None:
        return row.get_absolute_url() if row.ended_at is None else None


class DeviceNew(FormPage):
    """Opened on the device itself: its browser says which one it is."""

    required_verb = SHARE
    title = gettext_lazy("Register this device")
    template_name = "volunteers/hours/device_new.html"
    explanation = gettext_lazy("Whoever may see this list sees which devices are shared. A phone that belongs to one person is not registered.")
    done = gettext_lazy("Registered. Who signs in with it is not asked about.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:hours-devices"))]

    def get_form(self, data: Any = None, files: Any = None) -> SharedDeviceForm:
        return SharedDeviceForm(data, actor=self.actor)

    def act(self, form: Any) -> str:
        actions.register_shared_device(self.actor, **form.cleaned_data)
        return reverse("volunteers:hours-devices")


class DeviceEnd(FormPage):
    """It is shared no longer."""

    required_verb = SHARE
    title = gettext_lazy("Shared no longer")
    form_class = NothingForm
    submit = title
    done = gettext_lazy("From now on it is asked about like any phone.")

    def prepare(self) -> None:
        self.device = access.fetch(self.actor, SHARE, SharedDevice, pk=self.kwargs["pk"])
        if self.device.ended_at is not None:
            raise Missing(_("There is no such record, or it is not in your area."))
        self.lead = str(self.device)

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:hours-devices"))]

    def act(self, form: Any) -> str:
        actions.end_shared_device(self.actor, shared_device_id=self.device.pk)
        return reverse("volunteers:hours-devices")
