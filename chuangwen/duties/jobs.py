"""What the room does by itself: each package brings its own."""

from chuangwen.duties.operations import jobs as _operations  # noqa: F401 - registers the jobs of that part
from chuangwen.duties.rhythm import jobs as _rhythm  # noqa: F401 - registers the jobs of that part
from chuangwen.duties.sponsorship import jobs as _sponsorship  # noqa: F401 - registers the jobs of that part
