"""GeoReport v2 without a database: times, limits, what is asked for, how a state is told. Source: the GeoReport v2 specification of Open311."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Denied, Refusal

SPAN = timedelta(days=90)
MOST = 1_000
"""The standard's limit of a query: 90 days or 1000 requests, whichever is less."""
OPEN, CLOSED = "open", "closed"
DESCRIPTION = 4_000
FIRST_WORDS, FURTHER_WORDS = 500, 480
MOST_REMARKS = 8
REFERENCE = 40
LAT_LON_DIGITS = 4
"""What is told of a place to who did not report it: about ten metres."""
_LIST = re.compile(r"[,，\s]+")
_ATTRIBUTE = re.compile(r"attribute\[([^\]\[]{1,40})\](?:\[\])?")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


class NoKey(Denied):
    """No key, or one that is not in force: the standard's 403."""

    code = "open311.api_key"


class Unclear(Refusal):
    """What was sent cannot be understood: the standard's 400."""

    status = 400
    code = "open311.unclear"


@dataclass(frozen=True)
class Wanted:
    """Which requests are asked for. ``ids`` overrides all else; ``statuses`` empty: all."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1
    size: int = MOST


def wanted(given: Mapping[str, Any], now: datetime) -> Wanted:
    """Read the arguments of GET requests; an empty one is as good as none. Raises Unclear.

    Without dates: the last 90 days. With one: 90 days from it, or up to it. More than 90 days between both are refused.
    """
    ids = _many(given, "service_request_id")
    page = _whole(given, "page", 1, 100_000)
    size = _whole(given, "page_size", MOST, MOST)
    if ids:
        return Wanted(ids=ids[:MOST], page=page, size=size)
    statuses = frozenset(word.lower() for word in _many(given, "status"))
    if statuses - {OPEN, CLOSED}:
        raise Unclear(_("status is “open”, “closed” or both, with a comma between."))
    since, until = moment(given, "start_date"), moment(given, "end_date")
    if since is None and until is None:
        since, until = now - SPAN, None
    elif since is None and until is not None:
        since = until - SPAN
    elif until is None and since is not None:
        until = since + SPAN
    elif since is not None and until is not None and not timedelta() <= until - since <= SPAN:
        raise Unclear(_("end_date lies after start_date, and at most 90 days after it."))
    return Wanted((), _many(given, "service_code"), statuses, since, until, page, size)


def _many(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in _LIST.split(str(given.get(name) or "")[:40_000]) if part))


def _whole(given: Mapping[str, Any], name: str, otherwise: int, most: int) -> int:
    text = str(given.get(name) or "").strip()
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) > 0):
        raise Unclear(_("%(name)s is a whole number, 1 or more.") % {"name": name})
    return min(int(text), most)


def moment(given: Mapping[str, Any], name: str) -> datetime | None:
    """A time as the standard writes it (W3C's profile of ISO 8601); a day alone is its first minute here. Raises Unclear."""
    text = str(given.get(name) or "").strip().replace(" ", "+")  # a plus that was not encoded arrives as a space
    if not text:
        return None
    try:
        found = parse_datetime(text) if "T" in text else None
        day = parse_date(text) if found is None else None
        if day is not None:
            found = datetime.combine(day, time.min)
        if found is not None:
            found = found if found.tzinfo else found.replace(tzinfo=clock.LOCAL)
            if date(1900, 1, 1) <= found.date() <= date(2200, 1, 1):
                return found
    except (ValueError, OverflowError):
        pass
    raise Unclear(_("%(name)s is a time such as 2026-11-30T08:00:00+08:00.") % {"name": name})


def written(at: datetime | None) -> str | None:
    """A time as the standard wants it: whole seconds, with the zone."""
    return at.astimezone(clock.LOCAL).isoformat(timespec="seconds") if at else None


def degrees(given: Mapping[str, Any]) -> tuple[float, float] | None:
    """``lat`` and ``long`` (WGS-84), both or neither. Raises Unclear."""
    texts = [str(given.get(name) or "").strip() for name in ("lat", "long")]
    if not any(texts):
        return None
    try:
        lat, lon = (float(text) for text in texts)
    except ValueError as problem:
        raise Unclear(_("lat and long are degrees, and both are needed.")) from problem
    if not (math.isfinite(lat) and math.isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 180):
        raise Unclear(_("lat lies between -90 and 90, long between -180 and 180."))
    return lat, lon


def attributes(given: Iterable[str]) -> dict[str, str]:
    """The codes of the attributes that were sent, with the names of their fields: ``attribute[CODE]`` or ``attribute[CODE][]``."""
    return {found[1].upper(): name for name in given if (found := _ATTRIBUTE.fullmatch(name))}


def split(words: str) -> tuple[str, list[str]]:
    """A description as a case and its remarks hold it: the first words, and what is left in pieces."""
    if len(words) <= FIRST_WORDS:
        return words, []
    first, rest = words[: FIRST_WORDS - 1] + "…", words[FIRST_WORDS - 1 :]
    return first, [rest[at : at + FURTHER_WORDS] for at in range(0, len(rest), FURTHER_WORDS)][:MOST_REMARKS]


def clean(value: Any, most: int) -> str:
    """A text without control characters, at most so long."""
    return "".join(c for c in str(value or "") if c >= " " or c in "\n\t").strip()[:most]


def hosts(text: str) -> list[str]:
    """The hosts that somebody wrote down, in order. Raises Refusal for what is no name of a host."""
    found = list(dict.fromkeys(part.lower() for part in _LIST.split(text) if part))
    wrong = [host for host in found if not _HOST.fullmatch(host)]
    if wrong:
        raise Refusal(_("This is no name of a host: %(host)s.") % {"host": wrong[0][:60]}, "open311.host", field="media_hosts")
    return found
