"""Django's handle on the room."""

from chuangwen.kernel import rooms


class PlacesConfig(rooms.Room):
    name = "chuangwen.places"
    label = "places"
