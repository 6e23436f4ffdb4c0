"""The tables of the room, part by part."""

from chuangwen.volunteers.activities import models as _activities  # noqa: F401 - the tables of that part
from chuangwen.volunteers.care import models as _care  # noqa: F401 - the tables of that part
from chuangwen.volunteers.centres import models as _centres  # noqa: F401 - the tables of that part
from chuangwen.volunteers.contest import models as _contest  # noqa: F401 - the tables of that part
from chuangwen.volunteers.corps import models as _corps  # noqa: F401 - the tables of that part
from chuangwen.volunteers.credits import models as _credits  # noqa: F401 - the tables of that part
from chuangwen.volunteers.hours import models as _hours  # noqa: F401 - the tables of that part
from chuangwen.volunteers.orders import models as _orders  # noqa: F401 - the tables of that part
from chuangwen.volunteers.presence import models as _presence  # noqa: F401 - the tables of that part
from chuangwen.volunteers.record import models as _record  # noqa: F401 - the tables of that part
