"""The garbage collector of a process: modules, models and forms are never garbage, so it need not look through them again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 20_000
"""Objects made and not freed before the collector looks at the young ones; Python's own 700 has it look many times in each request."""


@contextmanager
def while_loading() -> Iterator[None]:
    """Nothing is collected inside the block; what it loaded is left out of every collection afterwards. Once in a process."""
    if gc.get_freeze_count():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(YOUNG, 20, 50)
        gc.enable()
