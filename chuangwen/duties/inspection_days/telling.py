"""Tell the units that stand at a drawn place, at once and urgently: minutes count on that day."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.inspection_days.models import DrawnPlace, PlaceAssignment
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import URGENT, register

DRAWN = register("duties.drawn", gettext_lazy("an inspection day: a place was drawn at which your unit stands"), URGENT)


def drawn(place: DrawnPlace, rows: Sequence[PlaceAssignment]) -> None:
    """Tell liaisons and first responsible persons of these units, each unit once for each place. Three queries and those of the messages."""
    units = {row.unit_id: row for row in rows}
    accounts = recipients.of_units(list(units), recipients.RESPONSIBLE)
    with translation.override(settings.LANGUAGE_CODE):
        messages = [
            Message(
                key=f"duties.drawn:{place.pk}:{unit}", kind=DRAWN, title=_("Drawn: %(place)s") % {"place": place},
                text="；".join(filter(None, [place.inspection.name, str(row.get_part_display()), row.task])),
                link=place.get_absolute_url(), accounts=frozenset(accounts.get(unit, ())),
                about=f"duties.inspection:{place.inspection_id}", units=frozenset({unit}),
            )
            for unit, row in units.items()
        ]  # fmt: skip
    tell_many(messages)
