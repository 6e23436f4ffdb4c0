"""Papers about duties, signed by the demonstration's own people: the sponsorship plan in force, and the report by which the special operation
that has ended was reported."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from chuangwen.demo.filling.keys import Keys
from chuangwen.demo.filling.operations import TEN
from chuangwen.demo.filling.papers import Desk
from chuangwen.duties.operations.models import Operation
from chuangwen.duties.sponsorship.models import SponsorshipPlan
from chuangwen.kernel import clock
from chuangwen.papers import actions
from chuangwen.papers.models import Kind

WEAK_SPOT = "乱张贴清理后容易反弹，部分内街内巷保洁力量不足。"
NEXT = "把清理乱张贴、清运卫生黑点转为日常保洁，每周五“清洁家园”行动对照复查。"


def fill_duty_papers(keys: Keys) -> int:
    """Two papers; how many. The operation is reported by its paper as in any town."""
    desk = Desk(keys)
    plan = SponsorshipPlan.objects.get(state=SponsorshipPlan.State.RUNNING, division=keys.street)
    units = (desk.unit_of(desk.liaison), desk.unit_of(desk.unit_head))
    with desk.at(199):
        issued = desk.sign(desk.draft(Kind.SPONSORSHIP, plan=plan))
        desk.send(issued, *units)
    with desk.at(198):
        for actor in (desk.liaison, desk.unit_head):
            actions.receive_paper(actor, paper_id=issued.pk)
    operation = Operation.objects.get(name=TEN)
    content = {"title": f"{TEN}情况报告", "addressee": "区创文指挥部：", "problems": [WEAK_SPOT], "plans": [NEXT]}
    with clock.at(datetime.combine(operation.ends_on + timedelta(days=9), time(9, 20), clock.LOCAL)):
        desk.sign(desk.draft(Kind.OPERATION, operation=operation, content=content))
    return desk.count
