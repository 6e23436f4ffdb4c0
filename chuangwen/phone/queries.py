"""What pages read of phones. How much came from whose phone is nobody's business and not counted."""

from django.db.models import Q, QuerySet

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.phone.access import SEE_DEVICES, USE
from chuangwen.phone.models import LASTS, Device


def mine(actor: Actor) -> QuerySet[Device]:
    """The actor's own phones, the last used first."""
    return access.scoped(actor, USE, Device)


def everybodys(actor: Actor) -> QuerySet[Device]:
    """All phones that the actor may see, with their people."""
    return access.scoped(actor, SEE_DEVICES, Device).select_related("account__person")


def in_state(state: str) -> Q:
    """The condition of a state as ``Device.state`` names it."""
    used = Q(token_hash__isnull=False, last_seen_at__gt=clock.now() - LASTS)
    return {
        "in": used & Q(wipe_asked_at__isnull=True),
        "out": ~used & Q(wipe_asked_at__isnull=True),
        "wiping": Q(wipe_asked_at__isnull=False, wiped_at__isnull=True),
        "wiped": Q(wiped_at__isnull=False),
    }[state]
