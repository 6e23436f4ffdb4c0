"""Puts the shipped roles in."""

from chuangwen.kernel.install import installs
from chuangwen.people.actions import install_roles


@installs("角色与权限", order=5)
def install() -> int:
    return install_roles()
