"""What in a table of presences cannot be true or is odd: tables in, findings out. Knows no database and no clock.

A finding names records, never a person: it is a question about them which somebody answers with a reason. Six kinds are looked for:

- ``overlap``: the same volunteer at two things at once for longer than a slip of the clock explains;
- ``journey``: from where one record ended to where the next began lies a way that takes longer than there was, by whatever is fastest for it
  (``travel``), less what the phones are unsure of; so too from the begin of a record to its own end;
- ``device``: one phone signed in more people within a few minutes than share a phone in honest life, and no desk has registered it as shared;
- ``pattern``: lists entered by a leader in which several signs come together over many things: always the same people or the same circle, all
  for exactly the whole planned time, entered within a moment or faster than a hand enters them, all at round times. Each sign by itself is
  ordinary, and they have weights. Who varies people, times and pace at once looks like an honest list and is not found;
- ``working_time``: people who hold an office, at a thing within the working hours of working days, unless they were off duty then as was
  said beforehand or by their unit (``Off``);
- ``long_day``: more hours on one day than a person serves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

OVERLAP, JOURNEY, DEVICE, PATTERN, WORKING, LONG = "overlap", "journey", "device", "pattern", "working_time", "long_day"
KINDS = (OVERLAP, JOURNEY, DEVICE, PATTERN, WORKING, LONG)
EARTH = 6_371_008.8  # metres, mean radius


@dataclass(frozen=True)
class Limits:
    """From where on something is odd. Times in seconds, ways in metres, ``long_day`` and ``working`` in minutes, shares between 0 and 1.
    ``pace`` is seconds for each name of a list: the program takes them one by one, and no hand is faster. Our own choice, measured by
    ``chuangwen bench hours``."""

    overlap: int = 300
    slack: int = 300
    near: float = 500.0
    device_window: int = 600
    device_people: int = 4
    working: int = 30
    long_day: int = 720
    pattern_things: int = 4
    pattern_records: int = 16
    same_people: float = 0.95
    same_circle: float = 0.65
    full_time: float = 0.97
    round_times: float = 0.97
    round_to: int = 900
    at_once: int = 120
    pace: float = 1.0
    at_once_share: float = 0.9
    weight: int = 4


WEIGHTS = {"same_people": 2, "same_circle": 1, "full_time": 2, "one_stroke": 3, "at_once": 1, "round_times": 1}
"""How much a sign of a pattern weighs; the stronger of two that say the same counts alone (``_signs``)."""
DETOUR = 1.25
"""A road is about a quarter longer than the straight line."""
ROADS = ((5_000.0, 10.0), (25_000.0, 50 / 3), (float("inf"), 250 / 9))
"""By car the first five kilometres of road at 36 km/h, the next twenty-five at 60, all beyond at 100: what is reached at best from door to door.
On foot and by bicycle nobody is faster."""
TRAIN = (3_600.0, 70.0)
"""By fast train an hour around it, and 250 km/h."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record that counts. Moments in seconds since 1970 (UTC), ``day`` as the ordinal of the local day, places in degrees (WGS-84) with the
    accuracy in metres. ``thing`` is what was attended (-1: nothing known), ``by_leader``: begun and ended by a list and not by the
    volunteer's own phone, ``staff``: held an office on that day, ``shared``: the device stood registered as shared then. ``begin`` None: only
    the day and the minutes are known (a transfer)."""

    key: int
    volunteer: int
    day: int
    minutes: int
    begin: float | None = None
    end: float | None = None
    team: int = -1
    thing: int = -1
    entered_by: int = -1
    by_leader: bool = False
    device: str = ""
    received: float = 0.0
    lat: float | None = None
    lon: float | None = None
    accuracy: float = 0.0
    end_lat: float | None = None
    end_lon: float | None = None
    end_accuracy: float = 0.0
    planned_begin: float | None = None
    planned_end: float | None = None
    staff: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Off:
    """When an office holder was not bound to office hours: moments in seconds since 1970. ``known``: from which moment on this was said; what
    the unit says holds whenever it is said (minus infinity), what somebody says of themselves only for what begins afterwards."""

    volunteer: int
    begin: float
    end: float
    known: float = float("-inf")


@dataclass(frozen=True, slots=True)
class Finding:
    """``key`` is the same whenever the same thing is found again; ``records`` are keys of records, ``facts`` what the sentence needs."""

    kind: str
    key: str
    records: tuple[int, ...]
    facts: dict[str, Any] = field(default_factory=dict)


class Table:
    """Records as columns, so that a hundred thousand are looked at within seconds."""

    def __init__(self, records: Sequence[Record]):
        names = [one.name for one in fields(Record)]
        columns = list(zip(*([getattr(row, name) for name in names] for row in records), strict=True)) or [() for _name in names]
        self.rows = len(records)
        self._columns: dict[str, np.ndarray] = {}
        for name, values in zip(names, columns, strict=True):
            if name == "device":
                codes: dict[str, int] = {"": 0}
                self._columns[name] = np.array([codes.setdefault(one, len(codes)) for one in values], dtype=np.int64)
                self.devices = {code: text for text, code in codes.items()}
            elif name in ("by_leader", "staff", "shared"):
                self._columns[name] = np.array(values, dtype=bool)
            elif name in ("key", "volunteer", "day", "minutes", "team", "thing", "entered_by"):
                self._columns[name] = np.array(values, dtype=np.int64)
            else:
                self._columns[name] = np.array([np.nan if one is None else one for one in values], dtype=float)

    def __getitem__(self, name: str) -> np.ndarray:
        return self._columns[name]


def find(
    records: Sequence[Record], working: Sequence[tuple[float, float]] = (), limits: Limits | None = None, off: Sequence[Off] = ()
) -> list[Finding]:
    """All findings. ``working``: spans of working time, in order and apart from each other; ``off``: who was off duty when."""
    limits, table = limits or Limits(), Table(records)
    if not table.rows:
        return []
    return [
        *overlaps(table, limits), *journeys(table, limits), *devices(table, limits), *patterns(table, limits),
        *in_working_time(table, working, limits, off), *long_days(table, limits),
    ]  # fmt: skip


def _by_volunteer(table: Table) -> np.ndarray:
    """Places of the records with times, by volunteer and begin."""
    timed = np.flatnonzero(~np.isnan(table["begin"]) & ~np.isnan(table["end"]))
    return timed[np.lexsort((table["key"][timed], table["begin"][timed], table["volunteer"][timed]))]


def overlaps(table: Table, limits: Limits) -> list[Finding]:
    """Each record that begins before an earlier one of the same volunteer has ended, with that earlier one."""
    order = _by_volunteer(table)
    if len(order) < 2:
        return []
    volunteer, begin, end = table["volunteer"][order], table["begin"][order], table["end"][order]
    group = np.concatenate(([0], np.cumsum(volunteer[1:] != volunteer[:-1])))
    apart = group * (end.max() - begin.min() + 1.0)  # groups lie one behind the other, so that one running maximum serves all
    shifted = end + apart
    running = np.maximum.accumulate(shifted)
    holder = np.maximum.accumulate(np.where(shifted == running, np.arange(len(order)), 0))
    before = holder[:-1]
    same = group[before] == group[1:]
    shared = np.minimum(end[before], end[1:]) - begin[1:]
    found = np.flatnonzero(same & (shared > limits.overlap))
    keys = table["key"][order]
    return [
        Finding(
            OVERLAP, f"overlap:{min(keys[before[n]], keys[n + 1])}:{max(keys[before[n]], keys[n + 1])}",
            (int(keys[before[n]]), int(keys[n + 1])),
            {"minutes": int(shared[n] // 60), "begin": float(begin[n + 1]), "day": int(table["day"][order[n + 1]])},
        )
        for n in found
    ]  # fmt: skip


def metres(lat: np.ndarray, lon: np.ndarray, lat2: np.ndarray, lon2: np.ndarray) -> np.ndarray:
    """The way on the ground between places in degrees, on a sphere; nan where a place is not known."""
    a, b = np.radians(lat), np.radians(lat2)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon2 - lon) / 2) ** 2
    return 2 * EARTH * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def travel(way: np.ndarray) -> np.ndarray:
    """Seconds that a straight way in metres takes by whatever is fastest for it, car or train; nan where the way is not known.

    >>> [round(float(one) / 60) for one in travel(np.array([0.0, 2_000.0, 20_000.0, 60_000.0, 800_000.0]))]
    [0, 4, 28, 60, 298]
    """
    road, car = way * DETOUR, np.zeros_like(way)
    begins = 0.0
    for length, speed in ROADS:
        car = car + np.clip(road - begins, 0, length) / speed
        begins += length
    return np.minimum(car, TRAIN[0] + road / TRAIN[1])


def journeys(table: Table, limits: Limits) -> list[Finding]:
    """Pairs of records one after the other, and single records, whose two places lie too far apart for the time between."""
    order = _by_volunteer(table)
    if not len(order):
        return []
    names = ("volunteer", "key", "day", "begin", "end", "lat", "lon", "accuracy", "end_lat", "end_lon", "end_accuracy")
    c = {name: table[name][order] for name in names}
    found = []

    def judged(far: np.ndarray, unsure: np.ndarray, time: np.ndarray) -> np.ndarray:
        return np.nan_to_num(least(far, unsure), nan=0.0) > np.maximum(time, 0) + limits.slack

    def least(far: np.ndarray, unsure: np.ndarray) -> np.ndarray:
        return travel(np.maximum(far - unsure - limits.near, 0))

    own = metres(c["lat"], c["lon"], c["end_lat"], c["end_lon"])
    for n in np.flatnonzero(judged(own, c["accuracy"] + c["end_accuracy"], c["end"] - c["begin"])):
        facts = {"km": round(float(own[n]) / 1000, 1), "minutes": int((c["end"][n] - c["begin"][n]) // 60), "day": int(c["day"][n])}
        facts["needs"] = int(least(own[n : n + 1], (c["accuracy"] + c["end_accuracy"])[n : n + 1])[0] // 60)
        found.append(Finding(JOURNEY, f"journey:{c['key'][n]}", (int(c["key"][n]),), facts))
    known = ~np.isnan(c["end_lat"])
    left_lat, left_lon = np.where(known, c["end_lat"], c["lat"]), np.where(known, c["end_lon"], c["lon"])
    left_at = np.where(known, c["end"], c["begin"])
    unsure = np.where(known, c["end_accuracy"], c["accuracy"])
    far = metres(left_lat[:-1], left_lon[:-1], c["lat"][1:], c["lon"][1:])
    time = c["begin"][1:] - left_at[:-1]
    apart = (c["begin"][1:] - c["end"][:-1]) >= -limits.overlap  # who overlaps is found by that
    pairs = (c["volunteer"][1:] == c["volunteer"][:-1]) & apart & judged(far, unsure[:-1] + c["accuracy"][1:], time)
    for n in np.flatnonzero(pairs):
        facts = {"km": round(float(far[n]) / 1000, 1), "minutes": int(max(time[n], 0) // 60), "day": int(c["day"][n + 1])}
        facts["needs"] = int(least(far[n : n + 1], (unsure[:-1] + c["accuracy"][1:])[n : n + 1])[0] // 60)
        found.append(Finding(JOURNEY, f"journey:{c['key'][n]}:{c['key'][n + 1]}", (int(c["key"][n]), int(c["key"][n + 1])), facts))
    return found


def devices(table: Table, limits: Limits) -> list[Finding]:
    """For each phone that no desk has registered and each day the records of people whom it signed in within minutes of each other, more than
    share a phone."""
    rows = np.flatnonzero((table["device"] > 0) & ~table["shared"] & ~table["by_leader"] & ~np.isnan(table["begin"]))
    rows = rows[np.lexsort((table["begin"][rows], table["day"][rows], table["device"][rows]))]
    found = []
    for part in _runs(rows, table["device"][rows], table["day"][rows]):
        people = table["volunteer"][part]
        if len(part) <= limits.device_people or len(np.unique(people)) <= limits.device_people:
            continue
        begin, chosen, first, most = table["begin"][part], np.zeros(len(part), dtype=bool), 0, 0
        inside: dict[int, int] = defaultdict(int)
        for last in range(len(part)):
            inside[int(people[last])] += 1
            while begin[last] - begin[first] > limits.device_window:
                inside[int(people[first])] -= 1
                if not inside[int(people[first])]:
                    del inside[int(people[first])]
                first += 1
            if len(inside) > limits.device_people:
                chosen[first : last + 1] = True
                most = max(most, len(inside))
        if chosen.any():
            keys, device, day = table["key"][part[chosen]], table.devices[int(table["device"][part[0]])], int(table["day"][part[0]])
            facts = {"people": most, "minutes": limits.device_window // 60, "device": device, "day": day, "begin": float(begin[chosen][0])}
            found.append(Finding(DEVICE, f"device:{device}:{day}", tuple(int(key) for key in keys), facts))
    return found


def _runs(rows: np.ndarray, *by: np.ndarray) -> Iterable[np.ndarray]:
    """Parts of sorted rows in which all of ``by`` are the same."""
    if not len(rows):
        return []
    changes = np.zeros(len(rows) - 1, dtype=bool)
    for column in by:
        changes |= column[1:] != column[:-1]
    return np.split(rows, np.flatnonzero(changes) + 1)


def patterns(table: Table, limits: Limits) -> list[Finding]:
    """Lists of one team entered by one account in which enough signs come together."""
    rows = np.flatnonzero(table["by_leader"] & (table["team"] >= 0) & (table["thing"] >= 0) & ~np.isnan(table["begin"]))
    rows = rows[np.lexsort((table["begin"][rows], table["thing"][rows], table["entered_by"][rows], table["team"][rows]))]
    found = []
    for part in _runs(rows, table["team"][rows], table["entered_by"][rows]):
        if len(part) < limits.pattern_records:
            continue
        things = sorted(_runs(part, table["thing"][part]), key=lambda some: float(table["begin"][some[0]]))
        if len(things) < limits.pattern_things:
            continue
        signs = _signs(table, part, things, limits)
        heavy = sum(WEIGHTS[name] for name in signs) >= limits.weight
        if heavy and not signs.keys().isdisjoint(("same_people", "same_circle", "full_time")):
            facts = {"things": len(things), "records": len(part), "signs": signs, "team": int(table["team"][part[0]])}
            key = f"pattern:{table['team'][part[0]]}:{table['entered_by'][part[0]]}"
            found.append(Finding(PATTERN, key, tuple(int(key) for key in table["key"][part]), facts))
    return found


def _signs(table: Table, part: np.ndarray, things: list[np.ndarray], limits: Limits) -> dict[str, int]:
    """The signs that hold, each with its share in percent; of two that say the same, the stronger."""
    people = [frozenset(int(one) for one in table["volunteer"][some]) for some in things]
    alike = [len(a & b) / len(a | b) for a, b in zip(people, people[1:], strict=False)]
    begin, end = table["begin"][part], table["end"][part]
    with np.errstate(invalid="ignore"):
        full = (np.abs(begin - table["planned_begin"][part]) < 60) & (np.abs(end - table["planned_end"][part]) < 60)
    sizes, spans = [len(some) for some in things], [float(np.ptp(table["received"][some])) for some in things]
    circle = sum(alike) / len(alike) if min(map(len, people)) >= 3 else 0.0
    shares = {
        "same_people": (circle, limits.same_people),
        "same_circle": (circle, limits.same_circle),
        "full_time": (float(full.mean()), limits.full_time),
        "one_stroke": (
            sum(n > 2 and span < limits.pace * (n - 1) for n, span in zip(sizes, spans, strict=True)) / len(things), limits.at_once_share
        ),
        "at_once": (
            sum(n > 2 and span <= limits.at_once for n, span in zip(sizes, spans, strict=True)) / len(things), limits.at_once_share
        ),
        "round_times": (float(((begin % limits.round_to == 0) & (end % limits.round_to == 0)).mean()), limits.round_times),
    }  # fmt: skip
    found = {name: round(share * 100) for name, (share, least) in shares.items() if share >= least}
    for stronger, weaker in (("same_people", "same_circle"), ("one_stroke", "at_once")):
        if stronger in found:
            found.pop(weaker, None)
    return found


def in_working_time(table: Table, working: Sequence[tuple[float, float]], limits: Limits, off: Sequence[Off] = ()) -> list[Finding]:
    """For each thing the records of people who hold an office that lie in working time for longer than a moment, without what they were off."""
    if not working:
        return []
    starts, ends = np.array([one for one, _end in working]), np.array([end for _start, end in working])
    before = np.concatenate(([0.0], np.cumsum(ends - starts)))

    def until(moment: np.ndarray) -> np.ndarray:
        """Seconds of working time before the moment."""
        place = np.searchsorted(starts, moment, side="right")
        last = np.maximum(place - 1, 0)
        return before[last] + np.where(place > 0, np.clip(moment - starts[last], 0, ends[last] - starts[last]), 0.0)

    rows = np.flatnonzero(table["staff"] & ~np.isnan(table["begin"]))
    minutes = (until(table["end"][rows]) - until(table["begin"][rows])) / 60
    minutes = minutes - _off_minutes(table, rows, off, until)
    rows, minutes = rows[minutes >= limits.working], minutes[minutes >= limits.working]
    named = np.where(table["thing"][rows] >= 0, table["thing"][rows], -2 - table["key"][rows])
    order = np.lexsort((table["key"][rows], named))
    rows, minutes, named = rows[order], minutes[order], named[order]
    place = {int(row): n for n, row in enumerate(rows)}
    found = []
    for part in _runs(rows, named):
        mine = minutes[[place[int(row)] for row in part]]
        facts = {"people": len(part), "minutes": int(mine.sum()), "day": int(table["day"][part[0]])}
        found.append(Finding(WORKING, f"working:{named[place[int(part[0])]]}", tuple(int(key) for key in table["key"][part]), facts))
    return found


def _off_minutes(table: Table, rows: np.ndarray, off: Sequence[Off], until: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Minutes of working time of each row in which its volunteer was off duty; of several notes the one that says most, so that no minute
    counts twice."""
    found, notes = np.zeros(len(rows)), defaultdict(list)
    for note in off:
        notes[note.volunteer].append(note)
    for n, row in enumerate(rows):
        begin, end = table["begin"][row], table["end"][row]
        for note in notes.get(int(table["volunteer"][row]), ()):
            first, last = max(begin, note.begin), min(end, note.end)
            if last > first and note.known <= begin:
                span = until(np.array([first, last]))
                found[n] = max(found[n], (span[1] - span[0]) / 60)
    return found


def long_days(table: Table, limits: Limits) -> list[Finding]:
    """All records of a volunteer on a day that add up to more than a person serves."""
    order = np.lexsort((table["key"], table["day"], table["volunteer"]))
    found = []
    volunteer, day, minutes = table["volunteer"][order], table["day"][order], table["minutes"][order]
    changes = np.flatnonzero((volunteer[1:] != volunteer[:-1]) | (day[1:] != day[:-1])) + 1
    firsts = np.concatenate(([0], changes))
    sums = np.add.reduceat(minutes, firsts)
    lasts = np.concatenate((changes, [len(order)]))
    for n in np.flatnonzero(sums > limits.long_day):
        part = order[firsts[n] : lasts[n]]
        facts = {"minutes": int(sums[n]), "day": int(day[firsts[n]])}
        found.append(Finding(LONG, f"long:{volunteer[firsts[n]]}:{day[firsts[n]]}", tuple(int(key) for key in table["key"][part]), facts))
    return found
