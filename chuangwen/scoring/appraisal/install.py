"""Puts the four example schemes of unit appraisal in."""

from chuangwen.kernel import clock
from chuangwen.kernel.install import installs
from chuangwen.scoring.appraisal.models import AppraisalScheme
from chuangwen.scoring.engine.appraisal import example_appraisals


@installs("示例单位考核办法", order=61)
def install_appraisal_schemes() -> int:
    known = set(AppraisalScheme.objects.values_list("name", flat=True))
    fresh = [
        AppraisalScheme(name=scheme.name, version=1, period=scheme.period, body=scheme.document(), created_at=clock.now())
        for scheme in example_appraisals()
        if scheme.name not in known
    ]
    AppraisalScheme.objects.bulk_create(fresh)
    return len(fresh)
