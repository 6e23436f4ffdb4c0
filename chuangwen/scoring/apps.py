"""Django's handle on the room."""

from chuangwen.kernel import rooms


class ScoringConfig(rooms.Room):
    name = "chuangwen.scoring"
    label = "scoring"
