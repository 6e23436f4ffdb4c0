"""Django's handle on the room."""

from chuangwen.kernel import rooms


class IntakeConfig(rooms.Room):
    name = "chuangwen.intake"
    label = "intake"
