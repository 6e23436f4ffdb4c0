"""Leaders on duty in turn: whoever has waited longest and can come. A rule that everybody can check with a finger on the list."""

from __future__ import annotations

from collections.abc import Sequence

NEVER = -10_000


def in_turn(able: Sequence[Sequence[bool]], last: Sequence[int] | None = None, *, wanted: Sequence[int] | None = None) -> list[list[int]]:
    """Day by day the numbers of the leaders on duty. ``able[leader][day]``; ``last[leader]`` the day of the last turn before (negative).

    Equal waits go by the order of the list. ``wanted[day]``: how many (one where it is not given). A day on which too few can come has fewer.
    """
    leaders = len(able)
    days = len(able[0]) if leaders else len(wanted or ())
    waited = list(last) if last is not None else [NEVER] * leaders
    found: list[list[int]] = []
    for day in range(days):
        free = sorted((leader for leader in range(leaders) if able[leader][day]), key=lambda leader: (waited[leader], leader))
        chosen = free[: 1 if wanted is None else wanted[day]]
        for leader in chosen:
            waited[leader] = day
        found.append(chosen)
    return found
