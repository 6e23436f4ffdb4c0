"""The verbs of the room, each in its part."""

from chuangwen.duties.sponsorship import access as _sponsorship  # noqa: F401
