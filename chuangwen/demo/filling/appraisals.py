"""Appraisals of the street's units: the last weeks by the weekly scheme with red and black lists, the last month by its hundred points, each by
the actions of the demonstration's own people. The newest week is open to objections: one is answered, one waits. Entries are generated."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Unit
from chuangwen.scoring.appraisal import actions
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalRow, AppraisalScheme, ManualEntry
from chuangwen.scoring.appraisal.periods import Span, span_of

WEEKLY, MONTHLY, STATIONS = "周整改率红黑榜", "月度百分制考核（季度评比、年度总评）", "文明实践站月度积分"
COMMUNITIES = [{"name": "社区", "kinds": ["社区"]}]
WEEKS = 5
PROOF = b"%PDF-1.4\n% generated for the demonstration\n%%EOF\n"
ENTRIES = (
    ("信息采用", "区级简报采用", None),
    ("信息采用", "市级媒体采用", None),
    ("荣誉", "区级文明单位", Decimal(2)),
    ("典型经验", "楼道清理经验交流", Decimal(1)),
)
OBJECTIONS = (
    ("in_time", "本周有案件在期限内已提交，因复核排队到次日才结案，请核对。"),
    ("first_pass", "退回的一件属照片模糊，并非整改不到位。"),
)
ANSWER = "已查案件办理记录：提交时间在期限之内的均按期计入；退回的一件第一次提交时现场仍有杂物，见复核照片。结果维持。"
WITHOUT_WORK = (
    ("in_time", "本周本社区处理的问题没有计入，请说明统计口径。"),
    ("", "没有到期件而不排名，请说明是否影响季度评比。"),
)
ANSWER_WITHOUT_WORK = "只有本周到期、由本社区承办且未缓办的问题计入按期整改率；查办理记录，本周没有这样的问题，结果维持。"


def fill_appraisals(keys: Keys) -> dict[str, int]:
    """Results of the last weeks and of the last month. How many there are, and how many objections."""
    clerk, leader = _actor(keys, "clerk"), _actor(keys, "leader")
    _entries(keys, clerk, leader)
    span = span_of("week", keys.data.today).before
    spans = [span]
    for _week in range(WEEKS - 1):
        spans.insert(0, spans[0].before)
    weekly, monthly = _weekly(clerk), _monthly(clerk)
    for one in spans[:-1]:
        to_the_end(keys, clerk, leader, weekly, one)
    newest = _opened(keys, clerk, leader, weekly, spans[-1])
    objections = _objected(keys, clerk, newest)
    month = span_of("month", keys.data.today).before
    for scheme in (monthly, AppraisalScheme.objects.filter(name=STATIONS).latest("version")):
        to_the_end(keys, clerk, leader, scheme, month)
    return {"appraisals": Appraisal.objects.count(), "appraisal_objections": objections}


def _weekly(clerk: Actor) -> AppraisalScheme:
    """The weekly scheme as a street would change it: communities alone, by what each of them handles, of which there is little in a week; rates
    are drawn towards the group's, and three are named on each list."""
    body = AppraisalScheme.objects.filter(name=WEEKLY).latest("version").body
    measures = [one | {"of": "handler"} if one["kind"] == "case_rate" else one for one in body["measures"]]
    changed = {
        "measures": measures,
        "groups": COMMUNITIES,
        "note": "河东街道各社区每周整改情况。每周件数少，得分率向全部社区的平均收缩；名次区间宽的周次，先后不说明问题。",
        "small": {"smallest": 10, "treat": "shrink", "strength": 3},
        "lists": body["lists"] | {"red": {"top": 3, "at_least": "85"}, "black": {"last": 3, "below": "85", "always_below": None}},
    }
    return actions.save_appraisal_scheme(clerk, name="河东街道社区周整改率红黑榜", body=body | changed)


def _monthly(clerk: Actor) -> AppraisalScheme:
    """The hundred points of a month for the communities: what they handle, and what was observed in their area."""
    body = AppraisalScheme.objects.filter(name=MONTHLY).latest("version").body
    changed_of = {"case_rate": {"of": "handler"}, "observation_rate": {"of": "holder"}}
    lists = body["lists"] | {"red": {"top": 4, "at_least": None}, "black": {"last": 3, "below": None, "always_below": None}}
    changed = {
        "measures": [one | changed_of.get(one["kind"], {}) for one in body["measures"]],
        "groups": COMMUNITIES,
        "lists": lists | {"over": "group", "smallest_group": 8},
    }
    return actions.save_appraisal_scheme(clerk, name="河东街道社区月度百分制考核", body=body | changed)


def _actor(keys: Keys, role: str) -> Actor:
    return replace(actor_of(keys.accounts[role]), channel="command")


def _monday(span: Span, hour: int) -> datetime:
    """The working morning after a period."""
    return datetime.combine(span.end + timedelta(days=1), time(hour), clock.LOCAL)


def _opened(keys: Keys, clerk: Actor, leader: Actor, scheme: AppraisalScheme, span: Span) -> Appraisal:
    """Computed the morning after the period, checked, and opened to the units for two working days; never later than the town's now."""
    moment = min(_monday(span, 9), keys.now - timedelta(hours=1))
    with clock.at(moment):
        appraisal = actions.compute_appraisal(clerk, scheme=scheme, division=keys.street, span=span)
    with clock.at(moment + timedelta(minutes=30)):
        actions.check_appraisal(leader, appraisal_id=appraisal.pk)
        return actions.open_appraisal(clerk, appraisal_id=appraisal.pk, days=2)


def to_the_end(keys: Keys, clerk: Actor, leader: Actor, scheme: AppraisalScheme, span: Span) -> None:
    """Everything up to the publication, where the time for objections is over by now; a confirmed step where one follows."""
    appraisal = _opened(keys, clerk, leader, scheme, span)
    until = appraisal.objections_until
    if until is None or until + timedelta(hours=1) > keys.now:
        return
    with clock.at(until + timedelta(minutes=30)):
        actions.settle_appraisal(clerk, appraisal_id=appraisal.pk)
        actions.sign_appraisal(leader, appraisal_id=appraisal.pk)
        actions.publish_appraisal(clerk, appraisal_id=appraisal.pk)
        for step in appraisal.consequences.filter(kind="talk").order_by("pk")[:1]:
            actions.decide_consequence(leader, consequence_id=step.pk, confirmed=True)


def _objected(keys: Keys, clerk: Actor, appraisal: Appraisal) -> int:
    """The head of the community with most to do objects twice; the first is answered. Only while the result is open now."""
    head = _actor(keys, "unit_head")
    row = AppraisalRow.objects.filter(appraisal=appraisal, unit__in=head.unit_ids).first()
    with clock.at(keys.now - timedelta(minutes=20)):
        if row is None or appraisal.objections_until is None or appraisal.objections_until < clock.now():
            return 0
        objections, answer = (WITHOUT_WORK, ANSWER_WITHOUT_WORK) if row.score is None else (OBJECTIONS, ANSWER)
        made = [actions.object_to(head, row_id=row.pk, words=words, measure=measure) for measure, words in objections]
        actions.answer_objection(clerk, objection_id=made[0].pk, upheld=False, answer=answer)
    return len(made)


def _entries(keys: Keys, clerk: Actor, leader: Actor) -> int:
    """Activities, adopted information and honours of last month for the communities; the last one nobody has checked yet."""
    month = span_of("month", keys.data.today).before
    units = list(Unit.objects.filter(kind=Unit.Kind.COMMUNITY).order_by("path"))
    made: list[ManualEntry] = []
    for number, unit in enumerate(units):
        day = month.start + timedelta(days=4 + number % 20)
        facts = {"unit": unit, "day": day, "content": PROOF, "file_name": "佐证材料（生成）.pdf"}
        with clock.at(datetime.combine(day, time(16), clock.LOCAL)):
            held = Decimal(1 + number % 5)
            made.append(
                actions.enter_manually(clerk, kind="文明实践活动", words="本月开展文明实践活动（生成）", quantity=held, **facts)
            )
            kind, words, points = ENTRIES[number % len(ENTRIES)]
            made.append(actions.enter_manually(clerk, kind=kind, words=f"{words}（生成）", points=points, **facts))
    for entry in made[:-1]:
        with clock.at(entry.entered_at + timedelta(hours=1)):
            actions.check_entry(leader, entry_id=entry.pk)
    return len(made)
