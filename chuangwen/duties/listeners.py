"""What the room hears and answers: each package brings its own."""

from chuangwen.duties.load import checking as _load  # noqa: F401 - answers whoever plans something for units
from chuangwen.duties.meetings import listening as _meetings  # noqa: F401 - load, proofs and calendars of that part
from chuangwen.duties.operations import burdens as _operations  # noqa: F401 - answers the load meter and the ledger
from chuangwen.duties.partnership import proving as _partnership  # noqa: F401 - visits prove duties and are load
from chuangwen.duties.rosters import sources as _rosters  # noqa: F401 - turns count for the load meter and as proofs
from chuangwen.duties.works import listeners as _works  # noqa: F401 - hears when a deferred case moves
