"""What can be entered on a phone: the kinds of entry, and what a room's handler is given. Rooms register theirs in their ``phone.py``.

    entries.register("fieldwork.visit", "fieldwork.observe", handle_visit, photos_of=photos_of_visit)

``handle(actor, entry) -> dict`` does it by the room's own actions and gives the plain data that the phone is told. It runs inside one
transaction with the row of the entry: what it raises leaves nothing behind. It may raise

* ``Clash``: what the phone knew no longer holds; the person is told and chooses; the phone sends the same entry with ``choice``;
* any ``Refusal`` of the house: 403 and 404 (not allowed any more), 409 (offered to be dropped), 422 (cannot be so).

``entry.notes`` takes sentences that the person should read although it was stored.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict

DROP = "drop"
DROP_CHOICE = (DROP, _("Drop mine"))
"""The choice that every conflict offers; it is handled for all kinds alike: the entry is recorded as dropped and does nothing."""


@dataclass
class Incoming:
    """An entry as a handler gets it.

    ``at`` is when it was made by the server's clock. ``data`` is what the room's own part of the phone wrote, a mapping of plain JSON:
    check it. ``photos`` holds the account's own photos that the entry names, by uid. ``choice`` is what the person chose in a conflict
    ("" for none yet), ``based_on`` the ETag of each section that the phone worked with.
    """

    uid: UUID
    kind: str
    at: datetime
    data: dict[str, Any]
    photos: dict[UUID, Photo] = field(default_factory=dict)
    choice: str = ""
    based_on: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Clash(Conflict):
    """What the phone knew no longer holds: told, never guessed. ``choices`` are (code, label) pairs besides dropping it."""

    code = "phone.clash"

    def __init__(self, message: str | Promise, code: str, choices: Iterable[tuple[str, str | Promise]] = ()):
        super().__init__(message, code)
        self.choices = [*choices, DROP_CHOICE]


Handle = Callable[[Actor, Incoming], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    name: str
    verb: str
    handle: Handle
    photos_of: Callable[[dict[str, Any]], Iterable[Any]] | None = None


_kinds: dict[str, Kind] = {}


def register(name: str, verb: str, handle: Handle, photos_of: Callable[[dict[str, Any]], Iterable[Any]] | None = None) -> None:
    """Make a kind of entry known. ``photos_of(data)`` gives the uids that the data name, so that none is forgotten on the way."""
    _kinds[name] = Kind(name, verb, handle, photos_of)


def find(name: str) -> Kind | None:
    return _kinds.get(name)


def names() -> list[str]:
    return sorted(_kinds)
