"""Who is where, and the telephone list, as sheets."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.duties.inspection_days.models import Inspection
from chuangwen.duties.inspection_days.phones import Line
from chuangwen.duties.inspection_days.queries import PlaceLine
from chuangwen.kernel.sheets import Column, write_table


def places_sheet(inspection: Inspection, lines: Iterable[PlaceLine]) -> bytes:
    """A row for each unit at each drawn place; a place at which nobody stands has one row."""
    columns = [
        Column("day", pgettext("inspection", "Day"), "date", width=14), Column("place", _("Drawn place"), width=28),
        Column("area", _("Community"), width=20), Column("state", _("State"), width=16), Column("unit", _("Unit"), width=26),
        Column("post", _("A post of it"), width=20), Column("part", _("As what"), width=14),
        Column("task", pgettext("inspection", "What for"), width=30),
        Column("problems", _("Problems found"), "int", width=10), Column("late", pgettext("problems", "Late"), "int", width=10),
    ]  # fmt: skip
    rows = []
    for line in lines:
        facts = {
            "day": line.place.day, "place": str(line.place), "area": line.place.division.name, "state": line.place.get_state_display(),
            "problems": line.problems, "late": line.late,
        }  # fmt: skip
        rows += [
            facts | {
                "unit": row.unit.name, "part": row.get_part_display(), "task": row.task,
                "post": (row.post.title or row.post.get_kind_display()) if row.post else "",
            }
            for row in line.assignments
        ] or [facts]  # fmt: skip
    return write_table(columns, rows, title=inspection.name)


def phones_sheet(inspection: Inspection, lines: Iterable[Line]) -> bytes:
    """The telephone list."""
    columns = [
        Column("unit", _("Unit"), width=28), Column("places", _("Drawn places"), width=30), Column("phone", _("Duty telephone"), width=18),
        Column("contact", _("Contact person"), width=14), Column("contact_post", _("Post"), width=18),
        Column("contact_phone", _("Telephone"), width=18),
    ]  # fmt: skip
    rows = [
        {name: getattr(line, name) for name in ("unit", "places", "phone", "contact", "contact_post", "contact_phone")} for line in lines
    ]
    return write_table(columns, rows, title=f"{inspection.name} {_('Telephone list')}")
