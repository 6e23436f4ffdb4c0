"""What time makes needless is deleted: day of birth and guardian of who has come of age, links that were used or are over."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.corps import queries, rules
from chuangwen.volunteers.corps.access import MANAGE_VOLUNTEERS
from chuangwen.volunteers.corps.models import FirstLink, Volunteer


def forget() -> dict[str, int]:
    """How many volunteers and links. Can be run again at any time."""
    now, today = clock.now(), clock.today()
    with transaction.atomic():
        adults = Volunteer.objects.filter(born_on__lte=queries.years_before(today, rules.ADULT))
        found = {
            "volunteers": adults.update(born_on=None, guardian_name="", guardian_phone="", guardian_consented_at=None),
            "links": FirstLink.objects.filter(Q(used_at__isnull=False) | Q(expires_at__lte=now)).delete()[0],
        }
        if any(found.values()):
            audit.record(SYSTEM, MANAGE_VOLUNTEERS, title="forget", after=found)
    return found
