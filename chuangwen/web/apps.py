"""Django's handle on the room."""

from chuangwen.kernel import rooms


class WebConfig(rooms.Room):
    name = "chuangwen.web"
    label = "web"
    PARTS = ("system.navigation", "system.exports")
