"""Django's handle on the room."""

from chuangwen.kernel import rooms


class FieldworkConfig(rooms.Room):
    name = "chuangwen.fieldwork"
    label = "fieldwork"
