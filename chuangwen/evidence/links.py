"""Addresses of photos, signed for one account.

Whoever may see a page gets with it the addresses of its photos; an address works for the account that it was made for,
for half a day to a day, and for that photo alone. It stays the same within half a day, so that browsers keep the picture.
"""

import hmac

from django.core.signing import Signer
from django.urls import reverse

from chuangwen.kernel import clock

WINDOW_SECONDS = 12 * 3600
_signer = Signer(salt="chuangwen.evidence")


def _signature(photo_id: int, account_id: int | None, window: int) -> str:
    return _signer.signature(f"{photo_id}:{account_id}:{window}")[:27]


def _window() -> int:
    return int(clock.now().timestamp()) // WINDOW_SECONDS


def photo_url(photo_id: int, account_id: int | None, variant: str = "view") -> str:
    """The address of a photo for one account; ``variant`` is thumb, view or original."""
    return f"{reverse('evidence:photo', args=[photo_id, variant])}?k={_signature(photo_id, account_id, _window())}"


def record_url(photo_id: int, account_id: int | None) -> str:
    """The address of a photo's record for one account, for whoever sees a page with the photo."""
    return f"{reverse('evidence:record', args=[photo_id])}?k={_signature(photo_id, account_id, _window())}"


def holds(photo_id: int, account_id: int | None, key: str) -> bool:
    """Whether the key belongs to this photo and account and is not too old."""
    window = _window()
    return any(hmac.compare_digest(_signature(photo_id, account_id, w), key) for w in (window, window - 1))
