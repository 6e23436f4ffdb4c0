"""Jobs of the room, each in its part."""

from chuangwen.duties.sponsorship import jobs as _sponsorship  # noqa: F401
