"""Sheets of the room, each in its part."""

from chuangwen.duties.rosters import sheets as _rosters  # noqa: F401
from chuangwen.duties.sponsorship import sheets as _sponsorship  # noqa: F401
