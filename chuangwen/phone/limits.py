"""A brake against floods, per phone and process: no person works as fast, a phone in order never meets it."""

from django.core.cache import cache
from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.phone.errors import TooMany

MINUTE = 60


def take(what: str, key: object, *, most: int) -> None:
    """Count one of ``what``; raises TooMany for more than ``most`` in this minute."""
    minute = int(clock.now().timestamp()) // MINUTE
    name = f"phone/{what}/{key}/{minute}"
    cache.add(name, 0, 2 * MINUTE)
    try:
        count = cache.incr(name)
    except ValueError:  # dropped from the cache meanwhile
        return
    if count > most:
        raise TooMany(_("Too much was sent in a short time. The phone goes on by itself in a minute."))
