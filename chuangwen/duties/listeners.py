"""What the room hears and answers: each package brings its own."""

from chuangwen.duties.load import checking as _load  # noqa: F401 - answers whoever plans something for units
from chuangwen.duties.operations import burdens as _operations  # noqa: F401 - answers the load meter and the ledger
