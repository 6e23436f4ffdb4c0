"""Django's handle on the room."""

from chuangwen.kernel import rooms


class DutiesConfig(rooms.Room):
    name = "chuangwen.duties"
    label = "duties"
