"""What activities hear and say to others: shifts are something to be present at; a unit's calendar holds what its teams do."""

from chuangwen.duties.rhythm import calendars as of_units
from chuangwen.volunteers.activities import calendars, queries
from chuangwen.volunteers.presence import sources
from chuangwen.volunteers.presence.models import Source

sources.register(Source.SHIFT, queries.attended)
of_units.register(calendars.of_unit)
