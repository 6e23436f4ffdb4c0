"""Puts the usual skills in, once: common practice of stations, to be changed on the page."""

from chuangwen.kernel.install import installs
from chuangwen.volunteers.corps.models import Skill

USUAL: tuple[tuple[str, str], ...] = (
    ("居家服务", """
        repair=家电维修 plumbing=水电维修* locks=开锁换锁* haircut=理发 sewing=缝补裁剪 cleaning=居家保洁 moving=搬运
        cooking=做饭送餐
    """),
    ("为老助残", """
        company=陪伴聊天 outing=陪同就医外出 shopping=代买代办 phone-help=教用智能手机 sign-language=手语 blind-guide=助盲引导*
    """),
    ("医疗健康", """
        first-aid=急救* health-check=血压血糖测量* counselling=心理疏导* health-talk=健康宣讲
    """),
    ("文明实践", """
        guiding=文明劝导 traffic=交通引导 waste=垃圾分类指导 environment=环境清洁 patrol=治安巡逻
    """),
    ("宣传文化", """
        policy-talk=政策宣讲 writing=书法写春联 performing=文艺演出 photography=摄影摄像 teaching=课业辅导
    """),
    ("专业服务", """
        law=法律咨询 mediation=邻里调解 computer=电脑维护 translation=外语翻译 fire-safety=消防安全* rescue=应急救援*
    """),
)
"""Groups of code=name; a star: it takes a training."""


@installs("志愿服务技能", order=80)
def install_skills() -> int:
    """Only where there is none at all: a skill that was taken away does not come back."""
    if Skill.objects.exists():
        return 0
    rows = []
    for number, (group, words) in enumerate(USUAL):
        for place, word in enumerate(words.split()):
            code, name = word.split("=")
            rows.append(Skill(code=code, name=name.rstrip("*"), group=group, qualified=name.endswith("*"), order=number * 20 + place))
    return len(Skill.objects.bulk_create(rows))
