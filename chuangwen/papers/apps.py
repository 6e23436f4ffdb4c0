"""Django's handle on the room."""

from chuangwen.kernel import rooms


class PapersConfig(rooms.Room):
    name = "chuangwen.papers"
    label = "papers"
