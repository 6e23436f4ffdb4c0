"""Django's handle on the room."""

from chuangwen.kernel import rooms


class MessagingConfig(rooms.Room):
    name = "chuangwen.messaging"
    label = "messaging"
