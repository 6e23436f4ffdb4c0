"""Who of a class stands at which of its posts: everybody where they stood before, no post empty while another has two."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from chuangwen.duties.rosters.arithmetic.problem import Problem, Turn


def deal(problem: Problem, taken: Mapping[int, tuple[list[int], list[int]]], placed: Iterable[Turn]) -> set[Turn]:
    """``taken``: for each class its slots and the people who take one of them. Turns of the same people, slot by slot."""
    there: Counter[int] = Counter()
    familiar: dict[int, Counter[int]] = defaultdict(Counter)
    for person, at in placed:
        there[at] += 1
        familiar[person][problem.slots[at].post] += 1
    found: set[Turn] = set()
    for _number, (members, people) in sorted(taken.items()):
        seats = _seats(problem, members, there, len(people))
        left = sorted(people)
        for at in list(seats):
            known = max(left, key=lambda person: (familiar[person][problem.slots[at].post], -person), default=None)
            if known is not None and familiar[known][problem.slots[at].post]:
                left.remove(known)
                seats.remove(at)
                found.add((known, at))
                familiar[known][problem.slots[at].post] += 1
        for person, at in zip(left, seats, strict=True):
            found.add((person, at))
            familiar[person][problem.slots[at].post] += 1
    return found


def _seats(problem: Problem, members: list[int], there: Counter[int], people: int) -> list[int]:
    """So many seats of these slots: first one for each that has nobody, then up to what each needs, then up to what each takes."""
    count = {at: there[at] for at in members}
    seats: list[int] = []
    for limit in ("one", "least", "most"):
        while len(seats) < people:
            bound = {at: min(1, problem.slots[at].least) if limit == "one" else getattr(problem.slots[at], limit) for at in members}
            open_ = [at for at in members if count[at] < bound[at]]
            if not open_:
                break
            at = min(open_, key=lambda one: (count[one] - bound[one] if limit == "least" else count[one], one))
            count[at] += 1
            seats.append(at)
    return seats
