"""What a server process loads before somebody waits for it.

Large libraries (the database engine of the scores, the solver of the outlook) are imported where they are used, so that commands start at
once. In a server that would be paid by whoever opens such a page first after a start: most of a second. Rooms therefore name in their
``beforehand.py`` what is to be loaded, and the server does so beside the first requests; a request that needs it earlier waits for the same
import, never for a second one. Nothing depends on it: where it fails, the page loads what it needs as ever.
"""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)
LOADERS: list[Callable[[], None]] = []


def beforehand(function: Callable[[], None]) -> Callable[[], None]:
    """Decorator: ``function`` is called once in each server process, soon after its start, in a thread of its own. It must not read or write
    the database."""
    LOADERS.append(function)
    return function


def load_all() -> None:
    """Call them one after the other; what one of them raises is logged and keeps no other from loading."""
    for function in LOADERS:
        try:
            function()
        except Exception:
            log.exception("%s could not be loaded beforehand", function.__module__)


def in_background() -> threading.Thread:
    """``load_all`` in a thread that ends with the process. Returns the thread, begun."""
    thread = threading.Thread(target=load_all, name="beforehand", daemon=True)
    thread.start()
    return thread
