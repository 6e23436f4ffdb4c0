"""The tables of the room, package by package."""

from chuangwen.duties.load.models import LoadLimit
from chuangwen.duties.rhythm.models import Duty, DutyRecord, FeedLink, Occurrence

__all__ = ["Duty", "DutyRecord", "FeedLink", "LoadLimit", "Occurrence"]
