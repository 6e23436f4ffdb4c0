"""Phones: sign in, sign out, wipe."""

import secrets
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import tidy_name
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import new_uid
from chuangwen.phone.access import USE, WIPE
from chuangwen.phone.errors import OtherAccount, Wiped
from chuangwen.phone.models import Device
from chuangwen.phone.tokens import new_token, token_hash

MOST = 20
"""So many phones an account may have signed in at once; more are a mistake of a program."""


def sign_in_device(actor: Actor, *, name: str, uid: UUID | None = None) -> tuple[Device, str]:
    """Make a phone known, or sign a known one in again; returns it and its new token, which is nowhere kept.

    ``uid`` is the phone's own identifier; signing in again with it keeps the phone's data readable (``tokens.unlock_key``) and ends the
    token before. Raises Denied, Wiped (a wipe is asked for: erase and confirm first), OtherAccount, Refusal (too many phones).
    """
    access.require(actor, USE)
    assert actor.account_id is not None
    now, plain = clock.now(), new_token()
    name = tidy_name(name)[:80] or _("Phone")
    try:
        with transaction.atomic():
            device = Device.objects.select_for_update().filter(uid=uid).first() if uid else None
            if device is None:
                if (
                    Device.objects.filter(account=actor.account_id, token_hash__isnull=False, wiped_at__isnull=True).count()
                    >= MOST
                ):
                    raise Refusal(
                        _("This account has %(count)d phones already. Sign out or wipe one on the page “My phones”.")
                        % {"count": MOST},
                        "phone.too_many_devices",
                    )
                device = Device(uid=uid or new_uid(), account_id=actor.account_id, salt=secrets.token_hex(32), created_at=now)
            if device.account_id != actor.account_id:
                raise OtherAccount(
                    _(
                        "This phone holds another person's data. Let them sign in and send what waits, or erase the app's data first."
                    )
                )
            if device.wipe_asked_at is not None:
                raise Wiped(_("This phone is to be wiped: the app erases what it holds."))
            device.name, device.token_hash, device.last_seen_at = name, token_hash(plain), now
            device.save()
            audit.record(actor, USE, device, note="signed in", after={"uid": str(device.uid)})
    except IntegrityError:
        if uid is None or not Device.objects.filter(uid=uid).exists():
            raise
        return sign_in_device(actor, name=name, uid=uid)  # the same phone asked twice at once: the other request made it
    return device, plain


def sign_out_device(actor: Actor, *, device_id: int) -> None:
    """End the token of one of one's own phones. The row stays, so that the same phone can sign in again."""
    with transaction.atomic():
        row = access.fetch(actor, USE, Device, lock=True, pk=device_id)
        if row.token_hash is None or row.wipe_asked_at is not None:
            return
        row.token_hash = None
        row.save(update_fields=["token_hash"])
        audit.record(actor, USE, row, note="signed out")


def ask_wipe(actor: Actor, *, device_id: int) -> Device:
    """Have a phone erase what it holds at its next contact: one's own, or anybody's for who may. Its unlock key is lost at once."""
    verb = WIPE if actor.may(WIPE) and not Device.objects.filter(pk=device_id, account=actor.account_id).exists() else USE
    with transaction.atomic():
        device = access.fetch(actor, verb, Device, lock=True, pk=device_id)
        if device.wipe_asked_at is not None:
            return device
        device.wipe_asked_at = clock.now()
        device.salt = secrets.token_hex(32)
        device.save(update_fields=["wipe_asked_at", "salt"])
        audit.record(actor, verb, device, note="wipe asked for", after={"account": device.account_id})
    return device


def confirm_wiped(actor: Actor, *, device: Device) -> None:
    """The phone says that it holds nothing any more. ``actor`` is the phone's own account."""
    with transaction.atomic():
        row = Device.objects.select_for_update().get(pk=device.pk)
        if row.wipe_asked_at is None or row.wiped_at is not None:
            return
        row.wiped_at = clock.now()
        row.save(update_fields=["wiped_at"])
        audit.record(actor, USE, row, note="wiped")
