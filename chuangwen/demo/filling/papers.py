"""Papers of every kind and in every state of their life, made by the demonstration's own people with their own rights. The words in them are
generated; the figures come from the town's records."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from chuangwen.cases.models import OPEN_STATES, Case, Urgency
from chuangwen.demo.drawing.seal import draw_seal
from chuangwen.demo.filling.keys import Keys
from chuangwen.demo.filling.ledger import first_day
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.papers import actions
from chuangwen.papers.install import install_templates
from chuangwen.papers.models import Kind, Paper, PaperSchedule, PaperTemplate
from chuangwen.papers.periods import Period, period_of
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Unit

ARTICLES = """【工作动态】
# 河东街道以网格微治理推进无人管理小区消防设施全覆盖
连日来，河东街道聚焦无人管理小区消防器材缺口，发动网格员、业主和包联单位共同补短板。
一、摸清底数，建好台账
组织网格员逐栋排查，登记、上图、定责，一处一策。
二、多方出力，一次补齐
统筹资金、包联单位认购、居民自筹相结合，居民普遍反映“灭火器就在楼道口，用起来放心”。
【社区来稿】
# 周五“清洁家园”活动走进背街小巷
社区干部、志愿者联合包联单位清理楼道杂物和小广告，发现一起、清理一起。
"""


class Desk:
    """The demonstration's clerk, leader and units at work on papers, each at a moment of its own."""

    def __init__(self, keys: Keys):
        self.keys = keys
        self.clerk, self.leader = self._actor("clerk"), self._actor("leader")
        self.unit_head, self.liaison = self._actor("unit_head"), self._actor("liaison")
        self.count = 0

    def _actor(self, role: str) -> Actor:
        return replace(actor_of(self.keys.accounts[role]), channel="command")

    def unit_of(self, actor: Actor) -> Unit:
        return Unit.objects.get(pk=actor.unit_ids[0])

    def at(self, days: float, hour: int = 9) -> Any:
        """So many days ago at that hour; never later than the moment at which the town stands still."""
        moment = datetime.combine((self.keys.now - timedelta(days=days)).date(), time(hour, 20), clock.LOCAL)
        return clock.at(min(moment, self.keys.now))

    def draft(self, kind: str, **more: Any) -> Paper:
        paper = actions.draft_paper(self.clerk, kind=kind, **more)
        Paper.objects.filter(pk=paper.pk).update(generated=True)
        self.count += 1
        return paper

    def sign(self, paper: Paper) -> Paper:
        actions.check_paper(self.clerk, paper_id=paper.pk)
        return actions.sign_paper(self.leader, paper_id=paper.pk)

    def send(self, paper: Paper, *units: Unit) -> Paper:
        return actions.send_paper(self.clerk, paper_id=paper.pk, units=list(units))


def fill_papers(keys: Keys, walked: list[Round]) -> int:
    """The papers of the last weeks; how many. ``walked`` are the monthly rounds that have ended, oldest first."""
    desk = Desk(keys)
    with desk.at(40):
        _office(desk)
    units = {"own": desk.unit_of(desk.liaison), "community": desk.unit_of(desk.unit_head)}
    others = list(Unit.objects.filter(kind=Unit.Kind.COMMUNITY).exclude(pk=units["community"].pk).order_by("path")[:4])
    _told(desk, walked, units, others)
    _on_their_way(desk, walked, units)
    _to_units(desk, walked, units)
    return desk.count


def _office(desk: Desk) -> None:
    actions.set_office(
        desk.clerk,
        division=desk.keys.street,
        organ="河东街道创建全国文明城市工作领导小组办公室",
        red_head="河东街道创建全国文明城市工作领导小组办公室文件",
        code="河东创文",
        print_organ="河东街道创文办",
        copies="区创文指挥部，各包联单位。",
    )
    seal = draw_seal("河东街道创建全国文明城市工作领导小组办公室")
    actions.set_seal(desk.clerk, division=desk.keys.street, picture=seal, generated=True)
    install_templates()
    facts = {
        "name": "每周一8:00起草上周通报", "kind": Kind.BULLETIN, "every": "week", "day": 1, "at": time(8), "on_workday": True, "active": True,
        "unit": desk.unit_of(desk.clerk), "template": None,
    }  # fmt: skip
    schedule = actions.save_schedule(desk.clerk, division=desk.keys.street, facts=facts)
    # Of what lies behind nothing is drafted by itself: the town's past was told already.
    PaperSchedule.objects.filter(pk=schedule.pk).update(since=desk.keys.now)


def _told(desk: Desk, walked: list[Round], units: dict[str, Unit], others: list[Unit]) -> None:
    """What went out: the month's bulletin with an instruction, a week's that is archived, one that was withdrawn, one that is void."""
    last_month = period_of("month", desk.keys.data.today).before()
    with desk.at(6):
        bulletin = desk.sign(desk.draft(Kind.BULLETIN, round=walked[-2]))
    with desk.at(5):
        desk.send(bulletin, units["own"], units["community"], *others)
        actions.receive_paper(desk.liaison, paper_id=bulletin.pk, words="已传达至各科室")
        actions.note_read(desk.unit_head, paper_id=bulletin.pk)
    with desk.at(4):
        _instruction(desk, bulletin, units["community"])
    week = period_of("week", desk.keys.data.today).before()
    with desk.at(20):
        archived = desk.sign(desk.draft(Kind.BULLETIN, period=week.before().before()))
        desk.send(archived, units["own"])
        actions.receive_paper(desk.liaison, paper_id=archived.pk)
        actions.archive_paper(desk.clerk, paper_id=archived.pk)
    with desk.at(12):
        withdrawn = desk.sign(desk.draft(Kind.EXPRESS, period=week.before(), content={"text": ["本期快报所附名单有误。"]}))
        desk.send(withdrawn, units["own"])
        actions.withdraw_paper(desk.clerk, paper_id=withdrawn.pk, words="所附名单有误，更正后重发")
        text = ["街道组织开展周末环境卫生集中整治，重点清理背街小巷、市场周边和无人管理小区。"]
        express = desk.sign(desk.draft(Kind.EXPRESS, period=week.before(), content={"text": text}))
        desk.send(express, units["own"], units["community"])
    with desk.at(9):
        briefing = desk.sign(desk.draft(Kind.BRIEFING, period=last_month, content={"articles": ARTICLES}))
        desk.send(briefing, units["own"], *others)
    with desk.at(15):
        void = desk.sign(desk.draft(Kind.CERTIFICATE, unit=others[0], content={"honour": "2025年度文明社区"}))
        actions.void_paper(desk.leader, paper_id=void.pk, words="称号名称有误，另发")
        desk.sign(desk.draft(Kind.CERTIFICATE, unit=others[0], content={"honour": "季度“清洁家园”示范社区"}))


def _instruction(desk: Desk, paper: Paper, unit: Unit) -> None:
    instruction = actions.instruct(
        desk.leader,
        paper_id=paper.pk,
        leader=desk.leader.name or "组长",
        words="通报反映的问题要逐件抓好整改，反弹点位由社区书记牵头盯办，月底前报结果。",
        unit=unit,
        due_on=desk.keys.data.today + timedelta(days=7),
    )
    if instruction.case_id is not None:
        Case.objects.filter(pk=instruction.case_id).update(generated=True)


def _on_their_way(desk: Desk, walked: list[Round], units: dict[str, Unit]) -> None:
    """What is being made: a draft, one that came back, one that is checked, one with the countersigners, one that all have countersigned."""
    today = desk.keys.data.today
    doings = [
        "强化组织领导。街道党工委每周专题研究创建工作，设立7个工作组，16个网格、105个小网格逐一落实责任。",
        "强化宣传发动。增加小区公益广告数量，社区上门入户宣传，具体数据见以下各项。",
    ]
    proposals = ["建议增加市场周边临时停车位，疏导乱停乱放。"]
    with desk.at(2):
        content = {"doings": doings, "proposals": proposals, "addressee": "区创文指挥部："}
        desk.draft(Kind.WORK_REPORT, period=Period(first_day(today), today), content=content)
        back = desk.draft(Kind.ANNUAL_APPRAISAL, period=Period(today.replace(month=1, day=1), today))
        actions.check_paper(desk.clerk, paper_id=back.pk)
        actions.send_back(desk.leader, paper_id=back.pk, words="待第四季度结果出来后再报")
    with desk.at(1):
        week = desk.draft(Kind.BULLETIN, period=period_of("week", today).before())
        actions.check_paper(desk.clerk, paper_id=week.pk)
        notice = _for_late_unit(desk, Kind.TALK_NOTICE, {"when": "本周五15:00", "where": "街道办三楼会议室"})
        if notice is not None:
            actions.check_paper(desk.clerk, paper_id=notice.pk)
            leaders = desk.unit_of(desk.leader)
            actions.ask_countersign(desk.clerk, paper_id=notice.pk, units=[leaders])
            actions.countersign(desk.leader, paper_id=notice.pk, agree=True, words="同意，请督查组一并参加")
        order = _for_late_unit(desk, Kind.HEADQUARTERS_ORDER, {})
        if order is not None:
            actions.check_paper(desk.clerk, paper_id=order.pk)
            asked = [units["community"], desk.unit_of(desk.leader)]
            actions.ask_countersign(desk.clerk, paper_id=order.pk, units=asked, in_turn=True)


def _late_unit(actor: Actor) -> Unit | None:
    """Of the units that the actor sees the one with most overdue cases: on some days one of the district has more, to which a street writes
    nothing."""
    seen = access.scoped(actor, "people.see", Unit).order_by().values("pk")
    late = Case.objects.filter(state__in=OPEN_STATES, urgency__in=(Urgency.OVERDUE, Urgency.SUPERVISION), lead_unit__in=seen)
    found = Counter(late.order_by("lead_unit").values_list("lead_unit", flat=True)).most_common(1)
    return Unit.objects.get(pk=found[0][0]) if found else None


def _for_late_unit(desk: Desk, kind: str, content: dict[str, Any]) -> Paper | None:
    unit = _late_unit(desk.clerk)
    return desk.draft(kind, unit=unit, content=content) if unit is not None else None


def _to_units(desk: Desk, walked: list[Round], units: dict[str, Unit]) -> None:
    """What is given to units: a dispatch sheet in draft, a supervision order that waits to be sent, a rectification notice by a shipped template
    whose receipt is late."""
    for each in reversed(walked):
        leads = Counter(
            Case.objects.filter(round=each, state__in=OPEN_STATES, lead_unit__isnull=False)
            .order_by("lead_unit")
            .values_list("lead_unit", flat=True)
        )
        if leads:
            unit = Unit.objects.get(pk=leads.most_common(1)[0][0])
            with desk.at(1):
                desk.draft(Kind.DISPATCH_SHEET, round=each, unit=unit)
            break
    with desk.at(3):
        order = _for_late_unit(desk, Kind.SUPERVISION_ORDER, {"deadline": "收到之日起3个工作日"})
        if order is not None:
            desk.sign(order)
        template = PaperTemplate.objects.filter(shipped="rectification.docx").first()
        version = template.versions.first() if template else None
        has_open = Case.objects.filter(lead_unit=units["community"], state__in=OPEN_STATES).exists()
        if has_open:
            notice = desk.sign(desk.draft(Kind.RECTIFICATION_NOTICE, unit=units["community"], template=version))
            desk.send(notice, units["community"])
