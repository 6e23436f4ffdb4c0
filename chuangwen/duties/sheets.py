"""Sheets of the room, each in its part."""

from chuangwen.duties.inspection_days import sheets as _inspection_days  # noqa: F401 - registers the sheets of that part
from chuangwen.duties.operations import sheets as _operations  # noqa: F401 - registers the sheets of that part
from chuangwen.duties.partnership import input_sheets as _partner_inputs  # noqa: F401 - registers the sheets of that part
from chuangwen.duties.partnership import sheets as _partnership  # noqa: F401 - registers the sheets of that part
from chuangwen.duties.rhythm import sheets as _rhythm  # noqa: F401 - registers the sheets of that part
from chuangwen.duties.rosters import sheets as _rosters  # noqa: F401 - registers the sheets of that part
from chuangwen.duties.sponsorship import sheets as _sponsorship  # noqa: F401 - registers the sheets of that part
from chuangwen.duties.works import sheets as _works  # noqa: F401 - registers the sheets of that part
