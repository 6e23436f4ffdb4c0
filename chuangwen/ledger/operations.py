"""Special operations as the ledger knows them: by the name that facts bear. The room that keeps them says which names are offered for a day, and
where the page of each is.

    operations.register("duties.operations", lambda actor, day: ["清洁家园"], lambda actor, names: {"清洁家园": "/duties/operations/3/"})
"""

from collections.abc import Callable, Collection
from datetime import date

from chuangwen.kernel.access import Actor

Offered = Callable[[Actor, date], list[str]]
Addresses = Callable[[Actor, Collection[str]], dict[str, str]]
_known: dict[str, tuple[Offered, Addresses]] = {}


def register(name: str, offered: Offered, addresses: Addresses) -> None:
    """Make a keeper of operations known, each function in a constant number of queries; the same name again replaces it."""
    _known[name] = (offered, addresses)


def offered(actor: Actor, day: date) -> list[str]:
    """The names that a fact of this day may bear, as far as this person sees them."""
    return [one for find, _addresses in _known.values() for one in find(actor, day)]


def address(actor: Actor, name: str) -> str:
    """The page of an operation; empty where there is none, or it is not to be seen."""
    for _offered, find in _known.values():
        found = find(actor, [name]) if name else {}
        if name in found:
            return found[name]
    return ""
