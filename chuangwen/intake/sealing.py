"""Secrets of reports: the link that follows one, and a contact that only its purpose may open.

A link's secret is made from the report's identifier and the secret of this installation, so that the same report sent twice gives the same
link; only its hash is stored. Contacts are encrypted (Fernet: AES-128-CBC with HMAC-SHA-256) under a key derived from the same secret.
"""

import base64
import hashlib
import hmac
import uuid

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

TOKEN_LENGTH = 24


def _key(purpose: str) -> bytes:
    """32 bytes for one purpose, from the secret of this installation (HKDF, RFC 5869)."""
    return HKDF(hashes.SHA256(), 32, None, f"chuangwen.intake.{purpose}".encode()).derive(settings.SECRET_KEY.encode())


def keyed(purpose: str, text: str) -> str:
    """A keyed hash in hex: nobody without the installation's secret can make it, or find ``text`` from it."""
    return hmac.new(_key(purpose), text.encode(), hashlib.sha256).hexdigest()


def token_for(uid: uuid.UUID | str, purpose: str = "link") -> str:
    """The secret of the link of the report with this identifier: 24 characters, 144 bits."""
    digest = hmac.new(_key(purpose), str(uid).encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()


def hash_of(token: str) -> str:
    """What is stored of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def inner_uid(given: uuid.UUID) -> uuid.UUID:
    """The identifier under which a report is kept, from the one that the sender's page made: knowing a case's identifier does not give the
    sender's, and so no link."""
    return uuid.UUID(keyed("uid", str(given))[:32], version=4)


def _box(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(purpose)))


def seal(text: str, purpose: str = "contact") -> str:
    """The text encrypted; nothing for nothing."""
    return _box(purpose).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str, purpose: str = "contact", *, lasts: int | None = None) -> str:
    """The text again; empty where it was encrypted under another installation's secret, for another purpose, or more than ``lasts``
    seconds ago."""
    try:
        return _box(purpose).decrypt(sealed.encode(), ttl=lasts).decode() if sealed else ""
    except InvalidToken:
        return ""
