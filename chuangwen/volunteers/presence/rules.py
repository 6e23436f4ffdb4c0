"""What of a presence counts. Pure."""

from datetime import datetime, timedelta

LONGEST = timedelta(hours=24)
"""A presence that nobody ended is not a day of service: longer ones are refused and are put right by a correction."""


def counted(began: datetime, ended: datetime, start: datetime | None, end: datetime | None) -> int:
    """Whole minutes of the presence within the planned time. Who comes early or stays late is thanked; nobody planned those hours.

    >>> from datetime import UTC
    >>> at = lambda hour, minute=0: datetime(2026, 5, 1, hour, minute, tzinfo=UTC)
    >>> counted(at(8, 40), at(11, 20), at(9), at(11)), counted(at(9, 30), at(10, 15), at(9), at(11)), counted(at(12), at(13), at(9), at(11))
    (120, 45, 0)
    """
    first = max(began, start) if start else began
    last = min(ended, end) if end else ended
    return max(0, int((last - first).total_seconds() // 60))
