"""The entries of the left navigation. Rooms register theirs when their app is ready; this file knows none of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import Actor
from chuangwen.kernel.counting import counts


class NavGroup(NamedTuple):
    key: str
    label: str | Promise


HOME = "home"
CASES = "cases"
LEDGER = "ledger"
ASSESSMENT = "assessment"
STANDARDS = "standards"
ORGANISATION = "organisation"
VOLUNTEERS = "volunteers"
PRACTICE = "practice"
PAPERS = "papers"
SYSTEM = "system"

GROUPS: tuple[NavGroup, ...] = (
    NavGroup(HOME, _("Workbench")),
    NavGroup(CASES, _("Cases")),
    NavGroup(LEDGER, pgettext_lazy("navigation", "Ledger")),
    NavGroup(ASSESSMENT, _("Assessment")),
    NavGroup(STANDARDS, _("Standards")),
    NavGroup(ORGANISATION, _("Organisation")),
    NavGroup(VOLUNTEERS, _("Volunteering")),
    NavGroup(PRACTICE, _("Civilisation practice")),
    NavGroup(PAPERS, _("Papers")),
    NavGroup(SYSTEM, _("System")),
)


@dataclass(frozen=True)
class NavEntry:
    """One line of the navigation.

    ``verb`` is the verb a person must hold to see it (None: everybody who is signed in). ``badge`` is asked for the
    things waiting, once per full page: a queryset, counted together with those of other entries. ``phone`` puts the entry on the bar at
    the bottom of a phone; the first four visible ones stand there. Whoever does not hold the verb ``phone_sure`` has it there only where
    there is room. ``top`` puts it, as an icon, on the bar at the head of every page as well.
    """

    group: str
    label: str | Promise
    url_name: str
    icon: str
    order: int = 100
    verb: str | None = None
    badge: Callable[[HttpRequest], QuerySet | None] | None = None
    phone: bool = False
    top: bool = False
    phone_sure: str | None = None

    def visible(self, request: HttpRequest) -> bool:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None or (actor.account_id is None and not actor.is_system):
            return False
        return self.verb is None or actor.may(self.verb)

    @property
    def url(self) -> str | None:
        return _address(self.url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=1_000)
def _address(url_name: str, _urlconf: str, _prefix: str) -> str | None:
    """Where the page is, worked out once for all pages that show it; None where there is none."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


class ShownEntry(NamedTuple):
    """An entry as the page shows it to one person."""

    label: str | Promise
    url: str
    icon: str
    active: bool
    badge: int | None
    phone: bool
    top: bool = False
    phone_sure: bool = True


FEW = 24
"""So many entries are all shown; where there are more, the groups that are not in use are folded."""
ON_THE_BAR = 4
OPENED = "nav_open"
"""The cookie in which the page keeps the groups that the person unfolded, their keys joined by dots."""


class ShownGroup(NamedTuple):
    """A group as the page shows it: unfolded or not, and how much waits in it."""

    key: str
    label: str | Promise
    entries: list[ShownEntry]
    open: bool = True

    @property
    def waiting(self) -> int:
        return sum(entry.badge or 0 for entry in self.entries)


_entries: dict[str, NavEntry] = {}


def register(entry: NavEntry) -> None:
    """Add an entry; registering the same ``url_name`` again replaces it."""
    assert entry.group in {group.key for group in GROUPS}, f"unknown navigation group {entry.group}"
    _entries[entry.url_name] = entry


def entries() -> list[NavEntry]:
    """All entries, in the order of the page."""
    place = {group.key: number for number, group in enumerate(GROUPS)}
    return sorted(_entries.values(), key=lambda entry: (place[entry.group], entry.order, entry.url_name))


def _sure(entry: NavEntry, actor: Actor | None) -> bool:
    return entry.phone_sure is None or (actor is not None and actor.may(entry.phone_sure))


def phone_bar(groups: Iterable[ShownGroup]) -> list[ShownEntry]:
    """The four entries at the bottom of a phone, in the order of the page."""
    found = [entry for group in groups for entry in group.entries if entry.phone]
    chosen = sorted(found, key=lambda entry: not entry.phone_sure)[:ON_THE_BAR]
    return [entry for entry in found if entry in chosen]


def shown(request: HttpRequest) -> list[ShownGroup]:
    """The groups and entries that this person sees; the entry whose address is the longest beginning of this page's is active."""
    visible = [(entry, entry.url) for entry in entries() if entry.visible(request)]
    here = [url for _entry, url in visible if url and (request.path == url or (url != "/" and request.path.startswith(url)))]
    active = max(here, key=len, default=None)
    person = getattr(request, "actor", None)
    counted = person is not None and person.account_id is not None  # nothing waits for the program itself
    waiting = {entry.url_name: entry.badge(request) for entry, _url in visible if entry.badge and counted}
    asked = {name: rows for name, rows in waiting.items() if rows is not None}
    badges = dict(zip(asked, counts(list(asked.values())), strict=True))
    groups = []
    for group in GROUPS:
        lines = [
            ShownEntry(
                entry.label, url, entry.icon, url == active, badges.get(entry.url_name) or None, entry.phone, entry.top, _sure(entry, person)
            )
            for entry, url in visible
            if entry.group == group.key and url
        ]
        if lines:
            groups.append(ShownGroup(group.key, group.label, lines))
    if sum(len(group.entries) for group in groups) <= FEW:
        return groups
    unfolded = {groups[0].key, *request.COOKIES.get(OPENED, "").split(".")}
    return [group._replace(open=group.key in unfolded or any(entry.active for entry in group.entries)) for group in groups]
