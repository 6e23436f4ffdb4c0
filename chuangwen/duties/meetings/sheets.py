"""A meeting as a sheet: what the agenda showed, and what was resolved."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.duties.meetings import queries
from chuangwen.kernel.sheets import Column, write_table
from chuangwen.web import formatting


def meeting_sheet(shown: queries.Detail) -> bytes:
    """A row for each thing on the agenda and for each resolution; who came stands among the notes."""
    meeting = shown.meeting
    columns = [
        Column("part", pgettext("meeting", "Part"), width=14), Column("item", _("Item of the agenda"), width=28),
        Column("unit", _("Unit"), width=22), Column("what", _("What is to be done"), width=60), Column("how", _("How it stands"), width=30),
        Column("until", _("Until"), "date", width=14), Column("case", _("Case"), width=20),
    ]  # fmt: skip
    part = pgettext("meeting", "agenda")
    rows: list[dict[str, Any]] = []
    for line in shown.lines:
        rows += [
            {"part": part, "item": line.item.title, "unit": row["unit_name"], "what": row["title"], "how": row["detail"]} for row in line.rows
        ]
        if line.item.minutes:
            rows.append({"part": _("minutes"), "item": line.item.title, "what": line.item.minutes})
        elif not line.rows:
            rows.append({"part": part, "item": line.item.title, "what": line.item.words})
    rows += [
        {
            "part": _("resolution"), "item": one.row.item.title if one.row.item else "", "unit": one.row.unit.name, "what": one.row.words,
            "how": str(one.word), "until": one.row.due_on, "case": one.row.case.number if one.row.case else "",
        }
        for one in shown.resolutions
    ]  # fmt: skip
    came = "、".join(str(row.unit) for row in shown.invited if row.came)
    notes = [
        f"{meeting.title} · {meeting.get_kind_display()} · {meeting.get_state_display()}",
        f"{formatting.moment(meeting.starts_at)} · {meeting.place}", _("Units that came: %(units)s") % {"units": came} if came else "",
    ]  # fmt: skip
    return write_table(columns, rows, title=meeting.title, notes=[note for note in notes if note])
