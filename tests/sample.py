"""What stands for an address in the walks, and the few ways to say it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.world import Place


@dataclass(frozen=True)
class Sample:
    """``find(place, role)`` gives the keywords of the address; ``shared``: the record is no town's own; ``own``: it is an account's own.

    ``query`` stands behind the address; ``body`` is what a form needs so that more than its emptiness is seen.
    """

    find: Callable[[Place, str], dict[str, Any]]
    shared: bool = False
    own: bool = False
    query: Callable[[Place], dict[str, Any]] | None = None
    body: Callable[[Place, str], dict[str, Any]] | None = None


def nothing(_place: Place, _role: str) -> dict[str, Any]:
    """For an address that names no record."""
    return {}


def of(thing: str, *, shared: bool = False, key: str = "pk", **more: Any) -> Sample:
    return Sample(lambda place, _role: {key: place.things[thing].pk, **more}, shared)


def own(thing: str, key: str = "pk") -> Sample:
    """A thing of the account that asks."""
    return Sample(lambda place, role: {key: place.own[role][thing].pk}, own=True)


def of_team() -> Sample:
    """The team of a round, which both stand in the address."""
    return Sample(lambda place, _role: {"pk": place.things["round"].pk, "team": place.things["team"].pk})


def of_ground(thing: str) -> Sample:
    """Something of a ground of posts; both stand in the address."""
    return Sample(lambda place, _role: {"pk": place.things["roster_ground"].pk, "row": place.things[thing].pk})


def of_plan(thing: str) -> Sample:
    """A row of a sponsorship plan; both stand in the address."""
    return Sample(lambda place, _role: {"pk": place.things["sponsorship"].pk, "row": place.things[thing].pk})


def of_meeting(thing: str, key: str, part: str) -> Sample:
    """A part of a meeting; both stand in the address."""
    return Sample(lambda place, _role: {"pk": place.things[thing].pk, key: place.things[part].pk})


def held(thing: str, **more: Any) -> Sample:
    """What whoever holds the secret of a link reaches: everybody alike, signed in or not."""
    return Sample(lambda place, _role: {"token": place.things[thing]} | {key: find(place) for key, find in more.items()}, True)


def fixed(**keywords: Any) -> Sample:
    return Sample(lambda _place, _role: dict(keywords), True)
