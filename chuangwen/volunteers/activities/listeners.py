"""What activities hear and say to others: shifts are something to be present at; a unit's calendar holds what its teams do."""

from chuangwen.duties.rhythm import calendars as of_units
from chuangwen.evidence import subjects
from chuangwen.kernel.access import Actor
from chuangwen.volunteers.activities import calendars, queries
from chuangwen.volunteers.activities.access import SEE
from chuangwen.volunteers.activities.actions.living import SUBJECT
from chuangwen.volunteers.presence import sources
from chuangwen.volunteers.presence.models import Source


def subject(actor: Actor, key: str) -> subjects.Subject | None:
    """The activity that photos are evidence for, where the person sees it."""
    if not key.isdecimal() or len(key) > 18 or not actor.may(SEE):
        return None
    found = queries.activities(actor).filter(pk=key).first()
    return subjects.Subject(f"{found.number} {found.title}", found.get_absolute_url()) if found else None


subjects.register(SUBJECT, subject)
sources.register(Source.SHIFT, queries.attended)
of_units.register(calendars.of_unit)
