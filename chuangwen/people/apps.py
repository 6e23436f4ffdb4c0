"""Django's handle on the room."""

from chuangwen.kernel import rooms


class PeopleConfig(rooms.Room):
    name = "chuangwen.people"
    label = "people"
