"""Django's handle on the room."""

from chuangwen.kernel import rooms


class CasesConfig(rooms.Room):
    name = "chuangwen.cases"
    label = "cases"
