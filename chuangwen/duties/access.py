"""The verbs of the room: each package declares its own."""

from chuangwen.duties.inspection_days import access as _inspection_days  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.load import access as _load  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.meetings import access as _meetings  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.operations import access as _operations  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.partnership import access as _partnership  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.rhythm import access as _rhythm  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.rosters import access as _rosters  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.sponsorship import access as _sponsorship  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.works import access as _works  # noqa: F401 - declares the verbs of that part
