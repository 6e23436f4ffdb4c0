"""What a round puts on the communities that it comes to, for whoever keeps the limits (``kernel.workload``): one check in the week it begins."""

from collections.abc import Iterable

from chuangwen.fieldwork.models import Round
from chuangwen.kernel import workload
from chuangwen.kernel.workload import Planned
from chuangwen.people.models import Unit
from chuangwen.people.queries import on_day
from chuangwen.places.models import Division


def ask(round: Round, areas: Iterable[Division | None]) -> None:
    """Ask whether the round may come to these communities; areas above a community are not known to be hit before the draw, and chance is
    not asked. Raises the Refusal of whoever keeps the limits. One query, none where no community is named."""
    named = {area.pk for area in areas if area is not None and area.level == Division.Level.VILLAGE}
    if not named:
        return
    monday = round.starts_on.fromordinal(round.starts_on.toordinal() - round.starts_on.weekday())
    units = Unit.objects.filter(on_day(round.starts_on), kind=Unit.Kind.COMMUNITY, division__in=named).order_by("pk")
    key = f"fieldwork.round:{round.pk}" if round.pk else ""
    workload.ask([Planned(pk, monday, workload.CHECKS, 1, key) for pk in units.values_list("pk", flat=True)])
