"""What operations refuse, as far as pages ask about it."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.errors import Conflict
from chuangwen.ledger.models import Fact


class KnownAlready(Conflict):
    """The ledger has some of the figures already; nothing was stored. ``found``: key of the metric -> the facts that are there. For each a
    person decides: ``take:<key>`` lets the one that is there count for the operation, ``add`` is further work, ``leave`` leaves it."""

    code = "duties.known_already"

    def __init__(self, found: Mapping[int, list[Fact]]):
        super().__init__(_("The ledger knows some of this already. Look at what is there: nothing is asked for twice."))
        self.found = dict(found)
        self.fields = {"facts": [fact.pk for facts in self.found.values() for fact in facts]}
