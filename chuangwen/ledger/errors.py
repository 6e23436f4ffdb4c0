"""What the ledger refuses, as far as pages ask about it."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.errors import Conflict
from chuangwen.ledger.models import Fact


class Doubles(Conflict):
    """Some of what was entered may be in the ledger already; nothing was stored. ``found``: index of the entry -> the facts that are there.

    A person decides for each: leave it, add it all the same, or correct the one that is there, where it is theirs (``is_mine``).
    """

    code = "ledger.double"

    def __init__(self, found: Mapping[int, list[Fact]]):
        super().__init__(_("This may stand in the ledger already. Look at what is there and decide."))
        self.found = dict(found)
        self.fields = {"facts": [fact.pk for facts in self.found.values() for fact in facts if getattr(fact, "is_mine", False)]}
