"""Several at once, for tests that use the fixture ``shared_database``."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(work: Callable[[int], T], count: int) -> list[T]:
    """What ``work(0)``, ``work(1)``, … gave in so many threads that begin at the same moment; raises what one of them raised."""
    gate = Barrier(count)

    def one(n: int) -> T:
        try:
            gate.wait(30)
            return work(n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
