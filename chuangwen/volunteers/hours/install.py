"""Puts the usual ladder of stars in, once."""

from chuangwen.kernel.install import installs
from chuangwen.volunteers.hours.models import StarLevel
from chuangwen.volunteers.hours.rules import USUAL


@installs("志愿服务星级", order=80)
def install_stars() -> int:
    """Only where there is none at all."""
    if StarLevel.objects.exists():
        return 0
    return len(StarLevel.objects.bulk_create(StarLevel(level=level, hours=hours, name=name) for level, hours, name in USUAL))
