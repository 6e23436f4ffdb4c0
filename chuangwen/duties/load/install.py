"""Puts the usual limits in, once: common practice and not law, to be changed on the page."""

from chuangwen.duties.load.models import LoadLimit
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
)


@installs("单位每周负担上限", order=70)
def install_limits() -> int:
    """Only where there is none at all: a limit that was taken away does not come back."""
    if LoadLimit.objects.exists():
        return 0
    return len(LoadLimit.objects.bulk_create(LoadLimit(source=source, unit_kind=kind, per_week=most) for source, kind, most in USUAL))
