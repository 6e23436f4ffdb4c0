"""From the tables to the engine and back: reads the records that count, what they were at and who holds an office, and keeps what is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from chuangwen.kernel import clock
from chuangwen.kernel.office_calendar import calendar
from chuangwen.people.models import Post
from chuangwen.volunteers.hours import detecting
from chuangwen.volunteers.hours.actions import doubting
from chuangwen.volunteers.hours.actions.off_duty import OFFICE_KINDS
from chuangwen.volunteers.hours.detecting import Limits, Off, Record
from chuangwen.volunteers.hours.models import OffDuty
from chuangwen.volunteers.presence import sources
from chuangwen.volunteers.presence.models import Presence, ServiceEntry, SharedDevice, Source

LOOK_BACK = timedelta(days=200)
"""How far a look goes back: what is older was looked at when it was new."""
FRESH = timedelta(hours=2)
CODES = {value: number for number, value in enumerate(Source.values)}
COLUMNS = (
    "pk", "volunteer", "day", "minutes", "team", "source", "source_id", "presence__began_at", "presence__ended_at", "presence__entered_by",
    "presence__began_by", "presence__ended_by", "presence__device", "presence__received_at", "presence__began_lat", "presence__began_lon",
    "presence__began_accuracy", "presence__ended_lat", "presence__ended_lon", "presence__ended_accuracy",
)  # fmt: skip
BATCH = 5_000
NOON = time(13, 0)
"""Where half a day of leave ends or begins."""
GROUND = 1_000
"""So many metres from the place of an activity somebody may have been whose phone did not say where it was."""


def thing_of(source: str, source_id: int | None) -> int:
    """One number for what was attended; -1 for nothing known."""
    return CODES[source] * 10**12 + source_id if source in CODES and source_id is not None else -1


def records(entries: Any) -> list[Record]:
    """The records of a query of entries. A constant number of queries, one for each five thousand things attended."""
    rows = list(entries.order_by().values_list(*COLUMNS))
    things: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row[5] and row[6] is not None:
            things[row[5]].add(row[6])
    planned: dict[tuple[str, int], tuple[float | None, float | None]] = {}
    grounds: dict[tuple[str, int], tuple[float, float]] = {}
    for source, keys in things.items():
        ordered = sorted(keys)
        for start in range(0, len(ordered), BATCH):
            for key, what in sources.find(source, ordered[start : start + BATCH]).items():
                if what.lat is not None and what.lon is not None:
                    grounds[source, key] = (what.lat, what.lon)
                planned[source, key] = (what.start.timestamp() if what.start else None, what.end.timestamp() if what.end else None)
    offices, shared = _offices(), _shared()
    found = []
    for (key, volunteer, day, minutes, team, source, source_id, begin, end, by, how, how_ended, device, received, lat, lon, accuracy, end_lat,
         end_lon, end_accuracy) in rows:  # fmt: skip
        first, last = planned.get((source, source_id), (None, None))
        if lat is None and (source, source_id) in grounds:  # the phone said nothing; the code stood on this ground
            (lat, lon), accuracy = grounds[source, source_id], GROUND
        found.append(
            Record(
                key, volunteer, day.toordinal(), minutes, begin.timestamp() if begin else None, end.timestamp() if end else None,
                -1 if team is None else team, thing_of(source, source_id), -1 if by is None else by,
                how == Presence.Proof.LEADER and how_ended == Presence.Proof.LEADER, device or "", received.timestamp() if received else 0.0,
                lat, lon, accuracy or 0.0, end_lat, end_lon, end_accuracy or 0.0, first, last,
                any(starts <= day and (ends is None or day <= ends) for starts, ends in offices.get(volunteer, ())),
                any(starts <= day and (ends is None or day <= ends) for starts, ends in shared.get(device, ())),
            )
        )  # fmt: skip
    return found


def _offices() -> dict[int, list[tuple[date, date | None]]]:
    """From when to when each volunteer holds a post in a unit that keeps office hours."""
    found: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = Post.objects.filter(person__volunteer__isnull=False, unit__kind__in=OFFICE_KINDS).order_by()
    for volunteer, starts, ends in rows.values_list("person__volunteer", "starts_on", "ends_on"):
        found[volunteer].append((starts, ends))
    return found


def off_duty(first: date, last: date) -> list[Off]:
    """Who was off duty when on these days, as units and people said it. What a unit says of all its people holds for those who hold every
    office of theirs in it, and not for who said it. Two queries."""
    rows = list(
        OffDuty.objects.filter(ended_at__isnull=True, starts_on__lte=last, ends_on__gte=first).order_by("pk").values_list(
            "volunteer", "unit__path", "starts_on", "ends_on", "half", "by_unit", "said_at", "said_by__person"
        )
    )  # fmt: skip
    posts: dict[int, list[tuple[str, int]]] = defaultdict(list)
    if any(row[0] is None for row in rows):
        held = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), person__volunteer__isnull=False, starts_on__lte=last)
        held = held.filter(unit__kind__in=OFFICE_KINDS).order_by()
        for volunteer, path, person in held.values_list("person__volunteer", "unit__path", "person"):
            posts[volunteer].append((path, person))
    found = []
    for volunteer, path, starts, ends, half, by_unit, said_at, said_by in rows:
        begin = _moment(starts, NOON if half == OffDuty.Half.AFTERNOON else time.min)
        end = _moment(ends, NOON) if half == OffDuty.Half.MORNING else _moment(ends + timedelta(days=1), time.min)
        known = float("-inf") if by_unit else said_at.timestamp()
        everybody = [one for one, held_at in posts.items() if all(at.startswith(path) and person != said_by for at, person in held_at)]
        found += [Off(one, begin, end, known) for one in ([volunteer] if volunteer is not None else everybody)]
    return found


def _shared() -> dict[str, list[tuple[date, date | None]]]:
    """From which day to which each registered device was shared. The day counts whole: a tablet is registered when it is in use."""
    found: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
    for device, starts, ends in SharedDevice.objects.order_by().values_list("device", "registered_at", "ended_at"):
        found[device].append((starts.astimezone(clock.LOCAL).date(), ends.astimezone(clock.LOCAL).date() if ends else None))
    return found


def working_spans(first: date, last: date) -> list[tuple[float, float]]:
    """The spans of working time of the office calendar, in seconds since 1970."""
    found, days = [], calendar()
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if days.is_workday(day):
            found += [(_moment(day, starts), _moment(day, ends)) for starts, ends in days.hours]
    return found


def _moment(day: date, at: time) -> float:
    return datetime.combine(day, at, clock.LOCAL).timestamp()


def look(since: date | None = None, *, limits: Limits | None = None, generated: bool = False) -> dict[str, Any]:
    """Look at all records since a day and keep what is found. How many records and findings of each kind, and what became of them."""
    today = clock.today()
    first = since or today - LOOK_BACK
    rows = records(ServiceEntry.objects.filter(counts=True, day__gte=first))
    before = first - timedelta(days=1)
    return _kept(rows, working_spans(before, today), off_duty(before, today), detecting.KINDS, limits, generated)


def look_at_fresh(entries: Sequence[int]) -> dict[str, Any]:
    """Look at these entries with all that lies near them: the same volunteers and phones on the days around. Patterns need the whole and are
    left to the daily look."""
    mine = list(ServiceEntry.objects.filter(pk__in=list(entries)).values_list("volunteer", "day", "presence__device", "source", "source_id"))
    if not mine:
        return {}
    first, last = min(row[1] for row in mine) - timedelta(days=1), max(row[1] for row in mine) + timedelta(days=1)
    near = Q(volunteer__in={row[0] for row in mine}) | Q(presence__device__in={row[2] for row in mine} - {None, ""})
    things: dict[str, set[int]] = defaultdict(set)
    for _volunteer, _day, _device, source, source_id in mine:
        if source and source_id is not None:
            things[source].add(source_id)
    for source, keys in things.items():
        near |= Q(source=source, source_id__in=keys)
    rows = records(ServiceEntry.objects.filter(near, counts=True, day__range=(first, last)))
    kinds = tuple(kind for kind in detecting.KINDS if kind != detecting.PATTERN)
    return _kept(rows, working_spans(first, last), off_duty(first, last), kinds, None, False)


def _kept(
    rows: Sequence[Record], spans: list[tuple[float, float]], off: Sequence[Off], kinds: Iterable[str], limits: Limits | None, generated: bool
) -> dict[str, Any]:
    kinds = tuple(kinds)
    found = [one for one in detecting.find(rows, spans, limits, off) if one.kind in kinds]
    told = doubting.write_doubts(found, looked_at=(row.key for row in rows), kinds=kinds, generated=generated)
    return {"records": len(rows), "findings": {kind: sum(one.kind == kind for one in found) for kind in kinds}, **told}
