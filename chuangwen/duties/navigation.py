"""Entries of the navigation: each package brings its own."""

from chuangwen.duties.load import navigation as _load  # noqa: F401 - registers the entries of that part
from chuangwen.duties.operations import navigation as _operations  # noqa: F401 - registers the entries of that part
from chuangwen.duties.rhythm import navigation as _rhythm  # noqa: F401 - registers the entries of that part
from chuangwen.duties.sponsorship import navigation as _sponsorship  # noqa: F401 - registers the entries of that part
