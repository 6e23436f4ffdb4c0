"""How a room of the house is hung into Django.

Import this module, not the class: Django would take an imported ``Room`` for a second app in the file.
"""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class Room(AppConfig):
    """A room registers by being imported: verbs, navigation, listeners, jobs, sheets, what it installs, what it brings to the phone."""

    PARTS: tuple[str, ...] = ("access", "navigation", "listeners", "jobs", "sheets", "install", "phone", "beforehand")

    def ready(self) -> None:
        for part in self.PARTS:
            if find_spec(f"{self.name}.{part}"):
                import_module(f"{self.name}.{part}")
