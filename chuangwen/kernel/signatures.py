"""Ed25519 signatures (RFC 8032) with the key of this installation, made once and kept in the data folder."""

import base64
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

RAW = serialization.Encoding.Raw


def _path() -> Path:
    return Path(settings.HOME) / "keys" / "signing.pem"


def private_key() -> Ed25519PrivateKey:
    """The key of this installation; made on first use, readable by its owner only."""
    path = _path()
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "wb") as target:
                target.write(pem)
                target.flush()
                os.fsync(target.fileno())
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def public_bytes(key: Ed25519PrivateKey | None = None) -> bytes:
    """The 32 bytes of the public key."""
    return (key or private_key()).public_key().public_bytes(RAW, serialization.PublicFormat.Raw)


def fingerprint(public: bytes) -> str:
    """A short name of a public key that people can compare: the first 16 hex digits of its SHA-256, in groups of four."""
    digits = hashlib.sha256(public).hexdigest()[:16]
    return "-".join(digits[i : i + 4] for i in range(0, 16, 4))


def sign(data: bytes) -> str:
    """Base64 signature over ``data``."""
    return base64.b64encode(private_key().sign(data)).decode()


def verify(data: bytes, signature: str, public: bytes) -> bool:
    """Whether ``signature`` (Base64) over ``data`` was made with the key that ``public`` belongs to."""
    from cryptography.exceptions import InvalidSignature

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature, validate=True), data)
    except (InvalidSignature, ValueError):
        return False
    return True
