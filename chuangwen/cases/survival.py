"""How long solutions last: the survival curve of closed problems. Pure, with the textbook formulas.

A closed case is watched from its closing until the problem is found to be back (an *event*) or until today (*censored*: so far it lasts).
The share that lasts longer than t days is the product over the days with events of 1 − events ÷ at risk (Kaplan and Meier, 1958). What is
censored on a day was at risk on that day. Uncertainty by Greenwood's sum of d ÷ (n (n − d)); the interval on the scale log(−log S), which
never leaves 0 to 1 (Kalbfleisch and Prentice).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

Z = 1.959964
"""The 97.5 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which problems came back: ``at_risk`` were watched at its beginning, ``events`` came back. ``share`` lasts longer;
    ``error`` is Greenwood's standard error; ``low`` to ``high`` holds the true
    share 19 times of 20 (None where nothing can be said: none lasts)."""

    day: int
    at_risk: int
    events: int
    share: float
    error: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The steps in the order of days; ``n`` cases were watched, ``events`` of them came back."""

    steps: tuple[Step, ...]
    n: int
    events: int

    def at(self, day: int) -> Step | None:
        """The step that holds on a day: the last one up to it; None before the first."""
        found = None
        for step in self.steps:
            if step.day > day:
                break
            found = step
        return found

    def median(self) -> int | None:
        """The day on which half had come back; None while more than half last."""
        return next((step.day for step in self.steps if step.share <= 0.5), None)


def curve(events: Mapping[int, int], censored: Mapping[int, int]) -> Curve:
    """The curve from how many came back and how many are censored, by whole days since the closing."""
    watched = sum(events.values()) + sum(censored.values())
    at_risk, share, greenwood, steps = watched, 1.0, 0.0, []
    for day in sorted({*events, *censored}):
        back = events.get(day, 0)
        if back:
            share *= 1 - back / at_risk
            if at_risk > back:
                greenwood += back / (at_risk * (at_risk - back))
            steps.append(_step(day, at_risk, back, share, greenwood))
        at_risk -= back + censored.get(day, 0)
    return Curve(tuple(steps), watched, sum(events.values()))


def _step(day: int, at_risk: int, back: int, share: float, greenwood: float) -> Step:
    if at_risk == back:
        return Step(day, at_risk, back, 0.0, 0.0, None, None)
    spread = Z * sqrt(greenwood) / abs(log(share))
    return Step(day, at_risk, back, share, share * sqrt(greenwood), share ** exp(spread), share ** exp(-spread))


def beyond(days: Iterable[tuple[int, bool, int]], horizon: int) -> tuple[dict[int, int], dict[int, int]]:
    """Counts (days, came back, how many) as events and censored; what lasted longer than ``horizon`` days is censored there."""
    events: dict[int, int] = {}
    censored: dict[int, int] = {}
    for day, back, count in days:
        if back and day <= horizon:
            events[day] = events.get(day, 0) + count
        else:
            end = min(day, horizon)
            censored[end] = censored.get(end, 0) + count
    return events, censored
