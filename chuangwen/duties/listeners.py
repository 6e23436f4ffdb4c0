"""What the room hears and answers: each package brings its own."""

from chuangwen.duties.load import checking as _load  # noqa: F401 - answers whoever plans something for units
from chuangwen.duties.meetings import listening as _meetings  # noqa: F401 - load, proofs and calendars of that part
