"""What the room does by itself: each package brings its own."""

from chuangwen.duties.operations import jobs as _operations  # noqa: F401 - registers the jobs of that part
from chuangwen.duties.partnership import jobs as _partnership  # noqa: F401 - registers the jobs of that part
from chuangwen.duties.rhythm import jobs as _rhythm  # noqa: F401 - registers the jobs of that part
from chuangwen.duties.rosters import jobs as _rosters  # noqa: F401 - registers the jobs of that part
from chuangwen.duties.sponsorship import jobs as _sponsorship  # noqa: F401 - registers the jobs of that part
from chuangwen.duties.works import jobs as _works  # noqa: F401 - registers the jobs of that part
