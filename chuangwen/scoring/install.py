"""Puts the example schemes in, one for each kind of arithmetic."""

from chuangwen.kernel import clock
from chuangwen.kernel.install import installs
from chuangwen.scoring.appraisal import install as _appraisal  # noqa: F401 - installs the schemes of that part
from chuangwen.scoring.engine import example_schemes
from chuangwen.scoring.models import Scheme


@installs("示例考核办法", order=60)
def install_schemes() -> int:
    known = set(Scheme.objects.values_list("name", flat=True))
    fresh = [
        Scheme(name=scheme.name, version=1, kind=kind, body=scheme.document(), created_at=clock.now())
        for kind, scheme in example_schemes().items()
        if scheme.name not in known
    ]
    Scheme.objects.bulk_create(fresh)
    return len(fresh)
