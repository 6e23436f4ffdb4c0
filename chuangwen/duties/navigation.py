"""Entries of the navigation, each in its part."""

from chuangwen.duties.sponsorship import navigation as _sponsorship  # noqa: F401
