"""Puts the row of the rules in, once."""

from chuangwen.kernel.install import installs
from chuangwen.volunteers.record.models import RecordRules


@installs("志愿服务记录异议与投诉时限", order=82)
def install_rules() -> int:
    """Only where there is none."""
    return int(RecordRules.objects.get_or_create(pk=1)[1])
