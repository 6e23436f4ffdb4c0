"""What stands for a part of the room of volunteers in the walks: each part keeps it in its ``tests/standing.py``.

``things(place)`` makes what its addresses name; ``more(place, start, count)`` that many rows of all its lists; SHEETS are a sound row of each
kind of sheet and a cell of it that is wrong, ``beside(town)`` makes what such rows name (tests/test_bad_files.py); SAMPLES (tests/samples.py),
API_KEYS, API_BODIES (tests/api_bodies.py), IDS, NOT_ASKED (tests/doing.py), OPEN (name and reason; tests/test_access_walk.py), ASKED_ELSEWHERE
(tests/test_action_walk.py), WHO, MORE (tests/test_query_counts.py) add to the tables of that name.
"""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from chuangwen.volunteers.parts import PARTS


def standing() -> list[ModuleType]:
    """The modules, in the order of the parts."""
    names = [f"chuangwen.volunteers.{part}.tests" for part in PARTS]
    return [import_module(f"{name}.standing") for name in names if find_spec(name) and find_spec(f"{name}.standing")]


def brought(name: str) -> dict[Any, Any]:
    """The tables of that name, joined."""
    return {key: value for module in standing() for key, value in getattr(module, name, {}).items()}
