"""What the tests of the part lean on."""

from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.corps import actions
from chuangwen.volunteers.corps.access import applicant
from chuangwen.volunteers.corps.models import Membership
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer  # noqa: F401 - the tests take them from here

SOMEBODY = applicant("居民", "203.0.113.9")
PASSWORD = "shan-quan-lu-77"


def team_of(town, name="新村服务队", **more):
    facts = {"kind": "team", "division": town.communities[0], "unit": town.units["community"]} | more
    return actions.make_team(SYSTEM, name=name, **facts)


def application(town, **more):
    return {"name": "王示例", "phone": "19900000077", "division": town.communities[0], "agrees": True} | more


def enrolled(town, name="李示例", phone="19900000078", **more):
    return actions.enrol_volunteer(SYSTEM, **application(town, name=name, phone=phone, **more))


def member(team, volunteer, state="member"):
    return Membership.objects.get(team=team, volunteer=volunteer, state=state)
