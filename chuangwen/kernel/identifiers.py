"""Identifiers: made on any machine, ordered by time, never the same twice (UUID version 7, RFC 9562); and keys as addresses and
forms name them."""

import uuid
from typing import Any

from django.db import models
from uuid6 import uuid7


def new_uid() -> uuid.UUID:
    """A fresh identifier."""
    return uuid.UUID(bytes=uuid7().bytes)


def number_in(text: Any, *, digits: int = 18) -> int | None:
    """The whole number from 0 that a text of an address or a form holds, in plain digits and at most so many (18: what a key's
    column holds); None for everything else."""
    text = str(text)
    return int(text) if 0 < len(text) <= digits and text.isascii() and text.isdigit() else None


class Identified(models.Model):
    """A record that a phone or another system may have named before the server saw it."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)

    class Meta:
        abstract = True
