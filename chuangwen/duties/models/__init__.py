"""The tables of the room, each in its part."""

from chuangwen.duties.sponsorship.models import *  # noqa: F403
