"""What people can do something about."""

import math
from datetime import datetime

from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Refusal


class TooMany(Refusal):
    """Too often within a time; ``again_at`` says when it can be tried again."""

    status = 429
    code = "intake.too_many"

    def __init__(self, again_at: datetime):
        moment = again_at.astimezone(clock.LOCAL)
        today = moment.date() == clock.today()
        when = f"{moment:%H:%M}" if today else _("%(day)s %(time)s") % {"day": f"{moment:%m-%d}", "time": f"{moment:%H:%M}"}
        super().__init__(_("Too much was sent from here in a short time. Please try again after %(when)s.") % {"when": when})
        self.again_at = again_at

    @property
    def seconds(self) -> int:
        return max(1, math.ceil((self.again_at - clock.now()).total_seconds()))


class NotSolved(Refusal):
    """The check against machines was not passed: missing, wrong, too old or used already."""

    code = "intake.not_solved"
