"""Django's handle on the room."""

from chuangwen.kernel import rooms


class VolunteersConfig(rooms.Room):
    name = "chuangwen.volunteers"
    label = "volunteers"
