"""How closed cases are drawn for a silent re-check, and who goes. Pure: the same frame and seed give the same draw everywhere.

The procedure, to be repeated with any tool that knows SHA-256:

1. The frame: every case closed in the window that has not come back and was not re-checked since, with its weight (``weight``).
2. For each case two numbers between 0 and 1 are taken from its number: the first 16 hexadecimal digits of the SHA-256 of
   ``SEED:random:NUMBER`` and of ``SEED:risk:NUMBER``, as a whole number plus one half, divided by 2 to the power of 64.
3. Drawn are ``share`` percent of the frame, rounded up, at most so many as the settings say. ``random_part`` percent of these (rounded to
   the nearest, a half upwards) are those with the smallest random number: every case has the same chance, so that shares of them speak for all.
4. The rest are those left over with the smallest −ln(risk number) ÷ weight: a case of twice the weight is met twice as soon
   (Efraimidis and Spirakis, 2006). Ties go by number.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil, floor, log

RANDOM, RISK = "random", "risk"


@dataclass(frozen=True, slots=True)
class Weights:
    """How many times as likely as a plain case one is drawn that shows a sign in full."""

    rebounds: int = 3
    doubts: int = 4
    rushed: int = 2
    rework: int = 2


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a second look. ``rebounds``: the unit's share of closed cases that came back, over the largest of any unit (0 to 1);
    ``doubted``: one of its photos is in doubt or could not be told genuine; ``rushed``: submitted at the very end of its time; ``rework``:
    how often it was sent back."""

    rebounds: float = 0.0
    doubted: bool = False
    rushed: bool = False
    rework: int = 0


def weight(signs: Signs, weights: Weights) -> float:
    """1 for a plain case; each sign adds its weight less one, in the measure in which it shows (two times sent back is in full)."""
    found = 1.0
    found += max(0, weights.rebounds - 1) * min(1.0, signs.rebounds)
    found += max(0, weights.doubts - 1) * signs.doubted
    found += max(0, weights.rushed - 1) * signs.rushed
    found += max(0, weights.rework - 1) * min(2, signs.rework) / 2
    return round(found, 4)


def rushed(start: datetime | None, submitted: datetime | None, due: datetime | None, percent: int) -> bool:
    """Whether something was handed in within the last ``percent`` of its time, and still in time."""
    if start is None or submitted is None or due is None or not start < due:
        return False
    return submitted <= due and (due - submitted) * 100 <= (due - start) * percent


def number_of(seed: str, purpose: str, case: str) -> float:
    """The number between 0 and 1 of a case for a purpose (RANDOM, RISK): never 0, never 1."""
    digits = hashlib.sha256(f"{seed}:{purpose}:{case}".encode()).hexdigest()[:16]
    return (int(digits, 16) + 0.5) / 2**64


def size(count: int, share: Decimal, at_most: int) -> int:
    """How many of ``count`` cases are drawn at ``share`` percent."""
    return min(at_most, count, ceil(Decimal(count) * share / 100))


def drawn(frame: Sequence[tuple[str, float]], seed: str, share: Decimal, random_part: int, at_most: int) -> list[tuple[str, str]]:
    """The draw: (number of the case, RANDOM or RISK), first the random ones, each part in the order of its numbers."""
    total = size(len(frame), share, at_most)
    plain = floor(Decimal(total) * random_part / 100 + Decimal("0.5"))
    by_chance = sorted(frame, key=lambda row: (number_of(seed, RANDOM, row[0]), row[0]))
    first = [case for case, _weight in by_chance[:plain]]
    taken = set(first)
    by_risk = sorted(
        (row for row in frame if row[0] not in taken), key=lambda row: (-log(number_of(seed, RISK, row[0])) / row[1], row[0])
    )
    return [(case, RANDOM) for case in first] + [(case, RISK) for case, _weight in by_risk[: total - plain]]


def fingerprint(frame: Iterable[Sequence[object]], seed: str, share: Decimal, random_part: int, at_most: int) -> str:
    """One hash over all that a draw was made from: what the trail keeps instead of the cases."""
    facts = [seed, str(Decimal(share).normalize()), random_part, at_most, [list(row) for row in frame]]
    return hashlib.sha256(json.dumps(facts, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be sent: the division paths that they work in, the paths of the units that they hold posts in."""

    account: int
    places: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True)
class Answering:
    """What decides who may look at a case again: its place, the units that had to do with it, everybody who acted on it."""

    place: str
    units: tuple[str, ...]
    acted: Collection[int]


def independent(candidate: Candidate, case: Answering) -> bool:
    """Whether somebody works at the place of the case, never acted on it, and belongs to none of its units nor to one below them."""
    if candidate.account in case.acted or not any(place and case.place.startswith(place) for place in candidate.places):
        return False
    return not any(own.startswith(unit) for own in candidate.units for unit in case.units)


def assigned(
    cases: Mapping[str, Answering], order: Sequence[str], candidates: Sequence[Candidate], load: Mapping[int, int], seed: str
) -> dict[str, int | None]:
    """Who goes where: of those who may, whoever has least to do; alike, by lot from the seed. None where nobody may."""
    carried = dict(load)
    found: dict[str, int | None] = {}
    for number in order:
        able = [one.account for one in candidates if independent(one, cases[number])]
        chosen = min(
            able, key=lambda account: (carried.get(account, 0), number_of(seed, f"{account}", number), account), default=None
        )
        found[number] = chosen
        if chosen is not None:
            carried[chosen] = carried.get(chosen, 0) + 1
    return found
