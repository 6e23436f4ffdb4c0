"""The token of a phone: good for the phone's own addresses, for bringing photos and for seeing them, and for nothing else.

It lasts 90 days after its last use and dies with a wipe, with signing out on the phone, when the account is closed and when an
administrator sets a new initial password.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.kernel.access import NOBODY, Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.people.actors import actor_of
from chuangwen.people.tokens import reads_tokens
from chuangwen.phone.errors import SignedOut, Wiped
from chuangwen.phone.models import Device

CHANNEL = "phone"
SEEN_EVERY = timedelta(hours=1)
ADDRESSES = re.compile(r"/phone/api/.*|/evidence/uploads/.*|/evidence/photo/\d+/\w+|/standards/examples/\d+/\w+\.jpg")
"""What the token of a phone is good for: the phone's own addresses, bringing photos, and seeing pictures."""


def new_token() -> str:
    return f"cp_{secrets.token_urlsafe(32)}"


def token_hash(plain: str) -> str:
    """What is kept of a token: SHA-256. It is 256 random bits, so that nothing slower is needed."""
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def unlock_key(device: Device) -> str:
    """The key (256 bits, base64) that opens the data on this phone when its PIN is forgotten: the same each time, until a wipe.

    It is derived from the salt of the phone's row and the installation's secret; who has only the database has no key.
    """
    secret = hashlib.sha256(f"chuangwen.phone.unlock {settings.SECRET_KEY}".encode()).digest()
    return base64.b64encode(hmac.digest(secret, f"{device.salt} {device.uid}".encode(), "sha256")).decode()


def device_of(plain: str) -> Device:
    """The phone that this token belongs to, with its account. One query. Raises SignedOut, Wiped."""
    found = None
    if 20 <= len(plain) <= 200:
        rows = Device.objects.select_related("account__person", "account__base_role")
        found = rows.filter(token_hash=token_hash(plain)).first()
    if found is None:
        raise SignedOut(_("This phone is signed out. Sign in again: what waits on the phone is kept."))
    if found.wipe_asked_at is not None:
        raise Wiped(_("This phone is to be wiped: the app erases what it holds."))
    if not found.account.is_active:
        raise SignedOut(_("The account is closed. What waits on the phone is kept; ask your administrator."))
    if found.account.must_change_password or found.ends_at <= clock.now():
        raise SignedOut(_("This phone is signed out. Sign in again: what waits on the phone is kept."))
    return found


@reads_tokens("/phone/api/", "/evidence/", "/standards/examples/")
def _phone(request: HttpRequest, plain: str) -> Actor:
    """Who the phone acts as; ``request.device`` is the phone. Its use is noted at most hourly."""
    if not ADDRESSES.fullmatch(request.path):
        return NOBODY
    try:
        device = device_of(plain)
    except Refusal as refusal:
        request.token_refused = refusal  # type: ignore[attr-defined]  # read by the views of programs
        return NOBODY
    now = clock.now()
    if abs(now - device.last_seen_at) > SEEN_EVERY:
        Device.objects.filter(pk=device.pk, token_hash=device.token_hash).update(last_seen_at=now)
        device.last_seen_at = now
    request.device = device  # type: ignore[attr-defined]  # read by the views of the phone
    return actor_of(device.account, channel=CHANNEL, address=request.META.get("REMOTE_ADDR", ""))
