"""Who needs a metric: rooms on the right say so, and the ledger's pages tell it where the metric is entered.

    needs.register("duties", lambda actor, metric_ids: [Need(metric.pk, "每周两次巡查", day, "/duties/3/")])

Whether a need is fulfilled is asked of ``queries.recorded``: a fact that is there anyway fulfils it, and nobody is asked twice.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from chuangwen.kernel.access import Actor


@dataclass(frozen=True)
class Need:
    """Something that needs a metric by a day: what it is called, until when, and its page."""

    metric_id: int
    words: str
    by: date | None = None
    url: str = ""


_known: dict[str, Callable[[Actor, Collection[int]], list[Need]]] = {}


def register(name: str, find: Callable[[Actor, Collection[int]], list[Need]]) -> None:
    """``find(actor, metric keys)`` gives the needs that this person may know of, in a constant number of queries; registering a name again
    replaces it."""
    _known[name] = find


def of(actor: Actor, metric_ids: Collection[int]) -> list[Need]:
    """All needs of these metrics, the most pressing first."""
    found = [need for find in _known.values() for need in find(actor, metric_ids)]
    return sorted(found, key=lambda need: (need.by is None, need.by or date.max, need.words))
