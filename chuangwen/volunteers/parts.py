"""The packages of the room, and how what each brings is collected: tables, verbs, pages, jobs, sheets."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

PARTS = ("corps", "presence", "hours", "activities", "orders", "care", "credits", "centres", "contest", "record")
"""From left to right: a part may import those before it. ``presence`` asks for what stands behind a presence by its registry."""


def bring(file: str) -> list[tuple[str, ModuleType]]:
    """Import this file of every part that has it; (part, module) in order. Importing is what registers."""
    found = []
    for part in PARTS:
        name = f"chuangwen.volunteers.{part}"
        if find_spec(name) and find_spec(f"{name}.{file}"):
            found.append((part, import_module(f"{name}.{file}")))
    return found
