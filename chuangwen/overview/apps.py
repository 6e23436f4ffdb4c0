"""Django's handle on the room."""

from chuangwen.kernel import rooms


class OverviewConfig(rooms.Room):
    name = "chuangwen.overview"
    label = "overview"
