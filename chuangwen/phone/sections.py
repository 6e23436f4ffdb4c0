"""What a phone takes with it: the sections of the package. Rooms register theirs in their ``phone.py``.

    sections.register("fieldwork.sites", "fieldwork.observe", make)

``make(actor)`` gives the content as plain data (what JSON can hold), in a fixed order: the same data give the same bytes. The ETag of a
section is a hash of its content unless the room gives a quicker ``etag(actor)`` that changes whenever the content does. A person gets
the sections whose verb one of the posts allows.
"""

import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from chuangwen.kernel.access import Actor

KEPT_BYTES = 48 * 2**20
"""So much of what was built is kept in the memory of a process, compressed."""


@dataclass(frozen=True)
class Section:
    name: str
    verb: str
    make: Callable[[Actor], Any]
    etag: Callable[[Actor], str] | None = None


@dataclass(frozen=True)
class Built:
    """A section for one person: its ETag (no quotes), its JSON compressed by gzip; ``size`` in bytes on the wire."""

    etag: str
    packed: bytes

    @property
    def size(self) -> int:
        return len(self.packed)

    @property
    def content(self) -> bytes:
        return gzip.decompress(self.packed)


_sections: dict[str, Section] = {}
_kept: "OrderedDict[tuple[str, str], Built]" = OrderedDict()
_lock = Lock()


def register(name: str, verb: str, make: Callable[[Actor], Any], etag: Callable[[Actor], str] | None = None) -> None:
    """Make a section known; the same name again replaces it."""
    _sections[name] = Section(name, verb, make, etag)


def visible(actor: Actor) -> list[Section]:
    """The sections that a person gets, by name."""
    return sorted((section for section in _sections.values() if actor.may(section.verb)), key=lambda section: section.name)


def find(actor: Actor, name: str) -> Section | None:
    """The section of this name if the person gets it."""
    section = _sections.get(name)
    return section if section is not None and actor.may(section.verb) else None


def build(actor: Actor, section: Section) -> Built:
    """The section as it is now for this person; what is known by its ETag is not built or compressed again."""
    etag = _safe(section.etag(actor)) if section.etag else ""
    if etag and (known := _remembered(section.name, etag)):
        return known
    content = json.dumps(section.make(actor), cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()
    etag = etag or hashlib.sha256(content).hexdigest()[:32]
    known = _remembered(section.name, etag)
    return known or _remember(section.name, Built(etag, gzip.compress(content, 6, mtime=0)))


def _safe(mark: str) -> str:
    """What can stand in a header: the mark itself, or a hash of it."""
    plain = mark.isascii() and len(mark) <= 64 and all(character.isalnum() or character in "-_." for character in mark)
    return mark if plain and mark else hashlib.sha256(mark.encode()).hexdigest()[:32]


def _remembered(name: str, etag: str) -> Built | None:
    with _lock:
        found = _kept.get((name, etag))
        if found is not None:
            _kept.move_to_end((name, etag))
        return found


def _remember(name: str, built: Built) -> Built:
    with _lock:
        _kept[name, built.etag] = built
        total = sum(one.size for one in _kept.values())
        while total > KEPT_BYTES and len(_kept) > 1:
            total -= _kept.popitem(last=False)[1].size
    return built
