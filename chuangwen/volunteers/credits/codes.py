"""What stands in the picture of a voucher: its code, its last day and what it gives, signed with the key of the installation (Ed25519).
Whoever has the public key tells a true one from a false one without a network. Whether it was used only the server knows."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date, datetime

from chuangwen.kernel import signatures
from chuangwen.volunteers.credits import rules

LONGEST = 600
FIRST = "CW1"


@dataclass(frozen=True)
class SignedVoucher:
    """What a signed text says."""

    code: str
    expires_on: date
    reward: str


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(code: str, expires_on: date, reward: str) -> str:
    """The text for the picture: ``CW1.facts.signature``, both parts in URL-safe Base64."""
    facts = f"{FIRST}|{code}|{expires_on:%Y%m%d}|{reward}".encode()
    return f"{FIRST}.{_packed(facts)}.{_packed(base64.b64decode(signatures.sign(facts)))}"


def read(text: str, public: bytes | None = None) -> SignedVoucher | None:
    """What a signed text says when its signature is true under ``public`` (32 bytes; None: this installation's key); None otherwise."""
    parts = text.strip().split(".")
    if len(text) > LONGEST or len(parts) != 3 or parts[0] != FIRST:
        return None
    try:
        facts, signature = _unpacked(parts[1]), base64.b64encode(_unpacked(parts[2])).decode()
        if not signatures.verify(facts, signature, public or signatures.public_bytes()):
            return None
        first, code, day, reward = facts.decode().split("|", 3)
        found = SignedVoucher(code, datetime.strptime(day, "%Y%m%d").date(), reward)  # noqa: DTZ007 - a day, no moment
    except (ValueError, binascii.Error):
        return None
    return found if first == FIRST and rules.is_code(code) else None


def inner(text: str) -> str:
    """The signed text of an address that holds one; any other text as it is."""
    text = text.strip()[:LONGEST]
    return text.rsplit("t=", 1)[1].split("&")[0].split("#")[0] if "t=" in text else text


def code_in(text: str) -> str | None:
    """The code that somebody typed or scanned: twelve digits with or without gaps, a signed text, or the address that holds one. None for what
    is no code, and for a signed text whose signature is false."""
    text = inner(text)
    if text.startswith(f"{FIRST}."):
        found = read(text)
        return found.code if found else None
    digits = "".join(letter for letter in text if letter not in " -\u3000\t")
    return digits if rules.is_code(digits) else None
