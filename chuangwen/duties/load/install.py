"""Puts the usual limits in, once: common practice and not law, to be changed on the page.

A total is set for those at the bottom, on whom everybody plans. In the demonstration town a community has 4 or 5 things in most weeks and 11
in the fullest of 192, the street office at most 10. 15 leaves room above that, and lies below the 19 that the limits of the sources would let
through together. Departments have none: most of what they have is problems that are due, whose number nobody plans."""

from chuangwen.duties.load.models import USUAL_TOTALS, LoadLimit
from chuangwen.duties.load.rules import TOTAL
from chuangwen.kernel import workload
from chuangwen.kernel.install import installs
from chuangwen.people.models import Unit

USUAL = (
    (workload.CHECKS, Unit.Kind.COMMUNITY, 3),
    (workload.FORMS, Unit.Kind.COMMUNITY, 4),
    (workload.DUTIES, Unit.Kind.COMMUNITY, 10),
    (workload.FORMS, Unit.Kind.TOWN_OFFICE, 6),
    (workload.FORMS, Unit.Kind.DEPARTMENT, 4),
    (workload.MEETINGS, Unit.Kind.COMMUNITY, 2),
    (workload.MEETINGS, Unit.Kind.TOWN_OFFICE, 4),
    (workload.MEETINGS, Unit.Kind.DEPARTMENT, 3),
    *((TOTAL, kind, most) for kind, most in USUAL_TOTALS.items()),
)


@installs("单位每周负担上限", order=70)
def install_limits() -> int:
    """Only where there is none at all: a limit that was taken away does not come back."""
    if LoadLimit.objects.exists():
        return 0
    return len(LoadLimit.objects.bulk_create(LoadLimit(source=source, unit_kind=kind, per_week=most) for source, kind, most in USUAL))
