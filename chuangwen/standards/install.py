"""Site types, families, kinds, an example edition and checklists: what an office starts with and changes."""

from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.install import installs


@installs("点位类型、问题类别、示例测评体系与点位标准", order=20)
def put_in() -> int:
    from chuangwen.standards.actions.shipping import install_shipped

    return sum(install_shipped(SYSTEM).values())
