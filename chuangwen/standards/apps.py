"""Django's handle on the room."""

from chuangwen.kernel import rooms


class StandardsConfig(rooms.Room):
    name = "chuangwen.standards"
    label = "standards"
