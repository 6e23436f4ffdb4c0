"""Addresses of ways hold passwords: they are kept encrypted with a key made of the installation's secret."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"messaging/" + settings.SECRET_KEY.encode()).digest()))


def seal(url: str) -> str:
    return _box().encrypt(url.encode()).decode()


def unseal(sealed: str) -> str:
    """The address; empty where the secret of the installation is another one than when it was sealed."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""
