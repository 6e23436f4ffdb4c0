"""The verbs of the room: each package declares its own."""

from chuangwen.duties.load import access as _load  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.operations import access as _operations  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.rhythm import access as _rhythm  # noqa: F401 - declares the verbs of that part
from chuangwen.duties.sponsorship import access as _sponsorship  # noqa: F401 - declares the verbs of that part
