"""What the room hears and answers: each package brings its own."""

from chuangwen.duties.load import checking as _load  # noqa: F401 - answers whoever plans something for units
from chuangwen.duties.rosters import sources as _rosters  # noqa: F401 - turns count for the load meter and as proofs
