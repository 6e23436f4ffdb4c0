"""Phones and tablets that a desk registers as shared, so that many sign-ins with one of them are no question."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed
from chuangwen.places.models import Division
from chuangwen.volunteers.hours.access import SHARE
from chuangwen.volunteers.presence.models import SharedDevice
from chuangwen.volunteers.presence.recording import device_hash


def register_shared_device(actor: Actor, *, identifier: str, name: str, division: Division) -> SharedDevice:
    """The device that is at hand is shared from now on. ``identifier`` is what its browser made for itself; only its mark is kept.

    Raises Denied, Refusal (nothing said), Conflict (registered already)."""
    access.require(actor, SHARE, division=division)
    told = needed(identifier, "identifier", _("Open this page on the device itself."), limit=60)
    called = needed(name, "name", _("Say what it is and where it stands."), limit=60)
    with transaction.atomic():
        device, made = SharedDevice.objects.get_or_create(
            device=device_hash(told), ended_at=None,
            defaults={"name": called, "division": division, "registered_at": clock.now(), "registered_by_id": actor.account_id},
        )  # fmt: skip
        if not made:
            raise Conflict(_("This device is registered already."), "hours.shared_already")
        audit.record(actor, SHARE, device, after={"name": called, "division": division.pk})
    return device


def end_shared_device(actor: Actor, *, shared_device_id: int) -> SharedDevice:
    """It is shared no longer; ending it again changes nothing. Raises Denied, Missing."""
    with transaction.atomic():
        device: SharedDevice = access.fetch(actor, SHARE, SharedDevice, lock=True, pk=shared_device_id)
        if device.ended_at is None:
            device.ended_at = clock.now()
            device.save(update_fields=["ended_at"])
            audit.record(actor, SHARE, device, after={"ended_at": device.ended_at})
    return device
