"""Two small public instances of known optimum, to hold the planner of routes against. PyVRP's package brings none.

The first 25 customers of R101 and C101 of M. M. Solomon, "Algorithms for the vehicle routing and scheduling problems with time window
constraints", Operations Research 35 (1987). Distances are Euclidean, cut to one decimal; a unit of distance takes a unit of time.
Published optima of these 25: 617.1 with 8 vehicles, 191.3 with 3. Loads are left out: with them the optima are the same.
"""

from datetime import date

import numpy as np

from chuangwen.fieldwork.routing.problem import Problem, Stop, Team

OPTIMA = {"R101.25": 617.1, "C101.25": 191.3}
VEHICLES = 12
# x, y, ready, due, service; the depot first
R101_25 = (
    "35 35 0 230 0;41 49 161 171 10;35 17 50 60 10;55 45 116 126 10;55 20 149 159 10;15 30 34 44 10;25 30 99 109 10;20 50 81 91 10;"
    "10 43 95 105 10;55 60 97 107 10;30 60 124 134 10;20 65 67 77 10;50 35 63 73 10;30 25 159 169 10;15 10 32 42 10;30 5 61 71 10;"
    "10 20 75 85 10;5 30 157 167 10;20 40 87 97 10;15 60 76 86 10;45 65 126 136 10;45 20 62 72 10;45 10 97 107 10;55 5 68 78 10;"
    "65 35 153 163 10;65 20 172 182 10"
)
C101_25 = (
    "40 50 0 1236 0;45 68 912 967 90;45 70 825 870 90;42 66 65 146 90;42 68 727 782 90;42 65 15 67 90;40 69 621 702 90;"
    "40 66 170 225 90;38 68 255 324 90;38 70 534 605 90;35 66 357 410 90;35 69 448 505 90;25 85 652 721 90;22 75 30 92 90;"
    "22 85 567 620 90;20 80 384 429 90;20 85 475 528 90;18 75 99 148 90;15 75 179 254 90;15 80 278 345 90;30 50 10 73 90;"
    "30 52 914 965 90;28 52 812 883 90;28 55 732 777 90;25 50 65 144 90;25 52 169 224 90"
)


def known(name: str) -> Problem:
    """The instance in tenths of its units: so that distances cut to one decimal are whole numbers."""
    text = {"R101.25": R101_25, "C101.25": C101_25}[name]
    rows = [tuple(int(word) for word in row.split()) for row in text.split(";")]
    points = np.array([row[:2] for row in rows], dtype=np.float64)
    tenths = np.floor(10 * np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1)) + 1e-9).astype(np.int64)
    places = [0] * VEHICLES + list(range(1, len(rows)))
    return Problem(
        stops=tuple(
            Stop(n, 0, 0, service=10 * service, opens=10 * ready, closes=10 * (due + service))
            for n, (_x, _y, ready, due, service) in enumerate(rows[1:], 1)
        ),
        teams=tuple(Team(n, 0, 0, 1.0, 10 * rows[0][2], 10 * rows[0][3]) for n in range(VEHICLES)),
        days=(date(2026, 11, 23),),
        ways=tenths[np.ix_(places, places)],
    )
