"""The rules of the ladder as they ship: put in once; what an office changed or removed stays."""

from chuangwen.cases.models import EscalationRule, EscalationSettings, Level, LimitUnit, Trigger
from chuangwen.kernel.install import installs

L, T, D = Level, Trigger, LimitUnit.WORKING_DAYS
RULES = (
    # level, trigger, count, climb, time for the answer, what is asked
    (L.REMINDER, T.HALF, 0, 0, (1, D), "办理时限已过半，请抓紧整改，按期反馈"),
    (L.ORDER, T.OVERDUE, 0, 0, (1, D), "问题已超期，请立即整改，说明原因和措施，明确完成日期"),
    (L.ORDER, T.REWORK, 2, 0, (1, D), "问题多次整改不到位，请主要负责同志过问，说明原因和措施，明确完成日期"),
    (L.ORDER, T.REBOUNDS, 2, 1, (2, D), "同一问题反复出现，请查明原因，提出长效措施，明确完成日期"),
    (L.LISTED, T.SUPERVISION, 0, 1, (1, D), "经督办仍未整改，现予挂牌督办，请公开承诺整改内容和完成日期"),
    (L.TALK, T.BROKEN, 0, 2, (2, D), "承诺期限已过仍未整改，请单位主要负责同志接受约谈，并提交书面整改方案"),
)


@installs("督办规则", order=62)
def install_ladder() -> int:
    """How many rules were put in: all of them the first time, none afterwards (the settings row remembers that it was done)."""
    if EscalationSettings.objects.filter(pk=1).exists():
        return 0
    EscalationRule.objects.bulk_create(
        EscalationRule(
            level=level, trigger=trigger, count=count, climb=climb, answer_amount=answer[0], answer_unit=answer[1], asks=asks
        )
        for level, trigger, count, climb, answer, asks in RULES
    )
    EscalationSettings.objects.create(pk=1)
    return len(RULES)
