"""Django's handle on the room."""

from chuangwen.kernel import rooms


class EvidenceConfig(rooms.Room):
    name = "chuangwen.evidence"
    label = "evidence"
