"""Entries of the navigation: each package brings its own."""

from chuangwen.duties.inspection_days import navigation as _inspection_days  # noqa: F401 - registers the entries of that part
from chuangwen.duties.load import navigation as _load  # noqa: F401 - registers the entries of that part
from chuangwen.duties.meetings import navigation as _meetings  # noqa: F401 - registers the entries of that part
from chuangwen.duties.operations import navigation as _operations  # noqa: F401 - registers the entries of that part
from chuangwen.duties.partnership import navigation as _partnership  # noqa: F401 - registers the entries of that part
from chuangwen.duties.rhythm import navigation as _rhythm  # noqa: F401 - registers the entries of that part
from chuangwen.duties.rosters import navigation as _rosters  # noqa: F401 - registers the entries of that part
from chuangwen.duties.sponsorship import navigation as _sponsorship  # noqa: F401 - registers the entries of that part
from chuangwen.duties.works import navigation as _works  # noqa: F401 - registers the entries of that part
