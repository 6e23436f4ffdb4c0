"""Django's handle on the room."""

from chuangwen.kernel import rooms


class PhoneConfig(rooms.Room):
    name = "chuangwen.phone"
    label = "phone"
