"""Django's handle on the room."""

from chuangwen.kernel import rooms


class DemoConfig(rooms.Room):
    name = "chuangwen.demo"
    label = "demo"
