"""Django's handle on the kernel."""

from chuangwen.kernel import rooms


class KernelConfig(rooms.Room):
    name = "chuangwen.kernel"
    label = "kernel"
    PARTS = ("verbs", "jobs", "importing", "calendar_install", "trail_check", "upkeep")
