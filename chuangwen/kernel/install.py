"""What has to be in the tables before the first person signs in: roles, calendar, shipped standards.

Each room registers its own; ``chuangwen migrate`` runs them all, in order, each time. They are idempotent: what an
office has edited or removed stays as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Installer:
    order: int
    name: str
    run: Callable[[], int]


INSTALLERS: list[Installer] = []


def installs(name: str, *, order: int):
    """Decorator: ``run() -> int`` puts in what is missing and says how many rows that were."""

    def add(function: Callable[[], int]) -> Callable[[], int]:
        INSTALLERS.append(Installer(order, name, function))
        return function

    return add


def run_all() -> dict[str, int]:
    """Run every installer; returns how many rows each put in."""
    return {installer.name: installer.run() for installer in sorted(INSTALLERS, key=lambda i: (i.order, i.name))}
