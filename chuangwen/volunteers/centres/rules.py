"""The kinds of practice centres, the platforms, the life of a task, what is open when. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

CENTRE, OFFICE, STATION, POINT, POST = "centre", "office", "station", "point", "post"
EVERY_DAY = 0b1111111
"""Bits of ``open_days`` from Monday."""


@dataclass(frozen=True)
class Kind:
    """A kind of practice centre. ``word`` ends its name; ``levels`` of the division in which it stands (places.Division.Level); ``below``: under
    which kinds it hangs, ``root``: whether it may stand at the top of a tree."""

    code: str
    word: str
    levels: tuple[int, ...]
    below: tuple[str, ...]
    site_type: str
    root: bool = False


KINDS = {
    kind.code: kind
    for kind in (
        Kind(CENTRE, "中心", (2, 3), (), "practice-centre", root=True),
        Kind(OFFICE, "所", (4,), (CENTRE,), "practice-office", root=True),
        Kind(STATION, "站", (5,), (OFFICE, CENTRE), "practice-station"),
        Kind(POINT, "点", (2, 3, 4, 5), (CENTRE, OFFICE, STATION), "practice-point"),
        Kind(POST, "岗", (2, 3, 4, 5), (CENTRE, OFFICE, STATION, POINT), "practice-post"),
    )
}
"""From the top to the bottom: 中心 (county), 所 (town), 站 (village); 点 and 岗 anywhere below: the N of “1 + 9 + 218 + N”."""
CHAIN = (CENTRE, OFFICE, STATION)
PLATFORMS = (
    ("theory", "理论宣讲"), ("service", "志愿服务"), ("education", "教育服务"), ("culture", "文化服务"), ("science", "科技与科普"),
    ("sports", "健身体育"), ("law", "法律服务"),
)  # fmt: skip
"""The seven platforms of a county; where there are six, one is not opened."""
LEVELS = ("county", "city", "province", "nation")
"""Where information was taken over, from below."""
_OFFICIAL = re.compile(r"(社区居民委员会|社区居委会|居民委员会|村民委员会|居委会|村委会)$")


def fits(kind: str, level: int, above: str | None) -> str | None:
    """None where a centre of this kind may stand in a division of this level under a centre of the kind ``above`` (None: at the top); else which
    of the two is wrong: ``division`` or ``parent``."""
    rule = KINDS[kind]
    if level not in rule.levels:
        return "division"
    return None if (rule.root if above is None else above in rule.below) else "parent"


def centre_name(place: str, kind: str) -> str:
    """新村社区居委会, station: 新村社区新时代文明实践站. A village committee gives the village its name."""
    found = _OFFICIAL.search(place)
    stem = place[: found.start()] if found else place
    if found and found[1].startswith("社区"):
        stem += "社区"
    elif found and found[1].startswith("村民") or found and found[1] == "村委会":
        stem = stem if stem.endswith("村") else f"{stem}村"
    return f"{stem}新时代文明实践{KINDS[kind].word}"


def chain_words(counts: dict[str, int], planned: bool = False) -> str:
    """1+9+218+N: centres, offices, stations, and points with posts. Nothing of a kind is told as 0; ``planned``: N stands for itself."""
    n = counts.get(POINT, 0) + counts.get(POST, 0)
    return "+".join([*(str(counts.get(kind, 0)) for kind in CHAIN), "N" if planned else str(n)])


def is_open(now: datetime, opens: time | None, closes: time | None, days: int) -> bool:
    """Whether it is open now (local time); without hours it is open all day on its days."""
    if not days >> now.weekday() & 1:
        return False
    return opens is None or closes is None or opens <= now.time() <= closes


class TaskStep(StrEnum):
    """What is done to a task."""

    REPORT = "report"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    CALL_OFF = "call_off"


GIVEN, REPORTED, DONE, CALLED_OFF = "given", "reported", "done", "called_off"
TASK_STEPS: dict[tuple[str, TaskStep], str] = {
    (GIVEN, TaskStep.REPORT): REPORTED,
    (REPORTED, TaskStep.ACCEPT): DONE,
    (REPORTED, TaskStep.SEND_BACK): GIVEN,
    (GIVEN, TaskStep.CALL_OFF): CALLED_OFF,
    (REPORTED, TaskStep.CALL_OFF): CALLED_OFF,
}
"""Whatever is not here cannot be done."""


def after(state: str, step: TaskStep) -> str | None:
    return TASK_STEPS.get((state, step))
