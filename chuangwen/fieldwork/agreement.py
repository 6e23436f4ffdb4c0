"""Whether two teams that rated the same sites, the second blind, came to the same results: Cohen's kappa (1960). Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from chuangwen.fieldwork.intervals import Z

NOTHING = "nothing"
"""No site was rated by both."""
CONSTANT = "constant"
"""Both gave one and the same result everywhere: by chance alone they would have agreed as well, kappa is 0 / 0."""


NO_SPREAD = "no_spread"
"""One of the teams gave one and the same result everywhere: kappa is 0, the formula of the interval says nothing."""


@dataclass(frozen=True)
class Agreement:
    """``n`` pairs of which ``agreed`` are the same; ``kappa`` from −1 to 1, None where it is not defined.

    ``low`` and ``high``: its interval of 95 %. ``why`` says why one of them is missing.
    """

    n: int
    agreed: int
    kappa: Fraction | None
    low: float | None = None
    high: float | None = None
    why: str = ""

    @property
    def raw(self) -> Fraction | None:
        """The part of the pairs that are the same."""
        return Fraction(self.agreed, self.n) if self.n else None


def kappa(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Agreement of pairs (first, second) of results: (observed − by chance) / (1 − by chance), where by chance is what the shares of each
    result that each team gave would make two strangers agree in.

    The interval is the one for large samples (Fleiss, Cohen and Everitt 1969), cut off at −1 and 1; with few pairs it is a rough guide. Where
    all pairs are the same it has no width and is not given.
    """
    n = len(pairs)
    if not n:
        return Agreement(0, 0, None, why=NOTHING)
    both, first, second = Counter(pairs), Counter(a for a, _b in pairs), Counter(b for _a, b in pairs)
    agreed = sum(count for (a, b), count in both.items() if a == b)
    observed = Fraction(agreed, n)
    expected = sum((Fraction(first[word] * second[word], n * n) for word in first), Fraction(0))
    if expected == 1:
        return Agreement(n, agreed, None, why=CONSTANT)
    value = (observed - expected) / (1 - expected)
    if agreed == n:
        return Agreement(n, agreed, value)
    p = {pair: count / n for pair, count in both.items()}
    rows, columns = {word: count / n for word, count in first.items()}, {word: count / n for word, count in second.items()}
    o, e = float(observed), float(expected)
    same = sum(share * ((1 - e) - (rows[a] + columns[a]) * (1 - o)) ** 2 for (a, b), share in p.items() if a == b)
    other = (1 - o) ** 2 * sum(share * (columns.get(a, 0) + rows.get(b, 0)) ** 2 for (a, b), share in p.items() if a != b)
    error = sqrt(max(0.0, same + other - (o * e - 2 * e + o) ** 2) / n) / (1 - e) ** 2
    if error < 1e-9:
        return Agreement(n, agreed, value, why=NO_SPREAD)
    return Agreement(n, agreed, value, max(-1.0, float(value) - Z * error), min(1.0, float(value) + Z * error))
