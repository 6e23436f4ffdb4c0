"""The tables of the room, part by part."""

from chuangwen.volunteers.corps import models as _corps  # noqa: F401 - the tables of that part
from chuangwen.volunteers.orders import models as _orders  # noqa: F401 - the tables of that part
from chuangwen.volunteers.presence import models as _presence  # noqa: F401 - the tables of that part
