"""How scoring is told in words: levels, kinds, ranks, reasons. Pure: figures in, sentences out."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS: dict[str, str | Promise] = {
    "state_description": gettext_lazy("State description"),
    "pass_rate": gettext_lazy("Pass rate"),
    "loss_per_observation": gettext_lazy("Loss per observation"),
    "deduction": gettext_lazy("Deduction"),
}
KIND_HINTS: dict[str, str | Promise] = {
    "state_description": gettext_lazy(
        "Each criterion has full marks; grades A to D, or the number of defects, give a share of them."
    ),
    "pass_rate": gettext_lazy("Conforming observations divided by observations."),
    "loss_per_observation": gettext_lazy("Each observation is worth one minus the points lost."),
    "deduction": gettext_lazy(
        "Points off for each case, by severity and source; more when late or repeated; bonuses with evidence."
    ),
}
LEVELS: dict[str, str | Promise] = {
    "total": gettext_lazy("Total"),
    "index": gettext_lazy("Index"),
    "section": gettext_lazy("Section"),
    "indicator": gettext_lazy("Indicator"),
    "sub_indicator": gettext_lazy("Sub-indicator"),
    "criterion": gettext_lazy("Criterion"),
    "area": gettext_lazy("Scored area"),
    "department": gettext_lazy("Department"),
    "site_type": gettext_lazy("Site type"),
    "site": gettext_lazy("Site"),
    "unit": gettext_lazy("Scored unit"),
}


def level(word: str) -> str:
    return str(LEVELS.get(word, word))


def kind(word: str) -> str:
    return str(KINDS.get(word, word))


def tied(rows: Iterable[Any]) -> set[tuple[str, str, int]]:
    """Level, peer group and rank of the places that several rows share."""
    counts = Counter((row.level, row.peer_group, row.rank) for row in rows if row.rank is not None)
    return {key for key, count in counts.items() if count > 1}


def rank_in_words(row: Any, ties: set[tuple[str, str, int]]) -> str:
    """第 3 名, 并列第 3 名, 不排名."""
    if row.rank is None:
        return _("not ranked")
    if (row.level, row.peer_group, row.rank) in ties:
        return _("tied for %(rank)d") % {"rank": row.rank}
    return _("place %(rank)d") % {"rank": row.rank}


def why_unranked(row: Any, scheme: dict[str, Any]) -> str:
    """Why a row has no rank, in a sentence; empty for one that has."""
    if row.rank is not None:
        return ""
    ranking = scheme.get("ranking") or {}
    if row.level not in (ranking.get("levels") or ()):
        return _("This scheme does not rank at this level.")
    if row.vetoed:
        return _("Vetoed by the negative list.")
    if row.rate is None:
        return _("No observation could be counted.")
    if row.counted < (ranking.get("smallest_sample") or 0):
        return _("Fewer than %(count)d counted observations: too few to tell.") % {"count": ranking["smallest_sample"]}
    return _("Not ranked.")
