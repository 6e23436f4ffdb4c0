"""Sheets of the room, each in its part."""

from chuangwen.duties.operations import sheets as _operations  # noqa: F401
from chuangwen.duties.rhythm import sheets as _rhythm  # noqa: F401
from chuangwen.duties.sponsorship import sheets as _sponsorship  # noqa: F401
