"""Site types of centres, metrics of the ledger, the building standard where it may go in, a scheme that scores from records."""

from chuangwen.kernel import clock
from chuangwen.kernel.install import installs
from chuangwen.kernel.models import Counter
from chuangwen.ledger.models import Metric
from chuangwen.scoring.appraisal.models import AppraisalScheme
from chuangwen.scoring.engine.appraisal.scheme import read_appraisal_scheme
from chuangwen.standards import shipped
from chuangwen.standards.models import Edition
from chuangwen.volunteers.centres.actions.making import site_types
from chuangwen.volunteers.centres.actions.standard import has_standard, put_in, takes_standard

MARK = "volunteers/building-standard"
"""Raised once the standard was put in: whoever takes it out again keeps it out."""
METRICS = (
    ("practice-tasks-in-time", "按期完成文明实践任务", "件", "经交办方确认、在期限内完成的任务"),
    ("practice-tasks-late", "逾期完成文明实践任务", "件", "经交办方确认、超过期限才完成的任务"),
    ("practice-info-sent", "报送文明实践信息", "条", "阵地报送的信息"),
    ("practice-info-adopted", "文明实践信息采用", "条", "被县级及以上采用、有网址为证的信息"),
)
SCHEME = {
    "schema": 1, "name": "文明实践阵地月度积分", "version": "1", "period": "month",
    "note": "按平时活动开展、工作任务完成、信息报送计分，三项都取自台账记录，不另填表：活动每月 4 场得满分，任务每月按期完成 3 件得满分，"
            "信息每采用一条 5 分、每报送一条 1 分；获评示范项目加分。只给单位计分，不给个人计分。",
    "measures": [
        {"kind": "tally", "key": "activities", "name": "活动开展", "over": "facts", "kinds": ["文明实践活动"], "weight": "40", "target": "4"},
        {"kind": "tally", "key": "tasks", "name": "任务完成", "over": "facts", "kinds": ["按期完成文明实践任务"], "weight": "40", "target": "3",
         "without_work": "group_mean"},
        {"kind": "tally", "key": "adopted", "name": "信息采用", "over": "facts", "kinds": ["文明实践信息采用"], "weight": "15",
         "points_each": "5"},
        {"kind": "tally", "key": "sent", "name": "信息报送", "over": "facts", "kinds": ["报送文明实践信息"], "weight": "5", "points_each": "1"},
        {"kind": "bonus", "key": "model", "name": "示范项目", "cap": "10", "kinds": [{"kind": "示范项目", "most_each": "5"}]},
    ],
    "groups": [{"name": "实践所", "kinds": ["街道（乡镇）"]}, {"name": "实践站", "kinds": ["社区"]}],
    "ceiling": "110",
    "lists": {"red": {"top": 5}, "over": "group", "smallest_group": 8},
    "rollups": [{"period": "quarter", "method": "sum"}, {"period": "year", "method": "sum"}],
}  # fmt: skip


@installs("文明实践阵地：点位类型、台账指标、建设标准、考核办法", order=95)
def put_in_centres() -> int:
    site_types()
    return install_metrics() + install_standard() + install_scheme()


def install_metrics() -> int:
    codes, names = set(Metric.objects.values_list("code", flat=True)), set(Metric.objects.values_list("name", flat=True))
    fresh = [
        Metric(code=code, name=name, group="文明实践", measure=measure, explanation=words, order=500 + order)
        for order, (code, name, measure, words) in enumerate(METRICS)
        if code not in codes and name not in names
    ]
    Metric.objects.bulk_create(fresh)
    return len(fresh)


def install_standard() -> int:
    """Into the shipped edition, once, while nothing has been assessed by it; into others it is put on the page of the standard."""
    edition = Edition.objects.filter(name=shipped.edition().name, version=1).first()
    if edition is None or Counter.objects.filter(name=MARK).exists() or has_standard(edition) or not takes_standard(edition):
        return 0
    Counter.objects.create(name=MARK, value=1)
    return put_in(edition)


def install_scheme() -> int:
    if AppraisalScheme.objects.filter(name=SCHEME["name"]).exists():
        return 0
    scheme = read_appraisal_scheme(SCHEME)
    AppraisalScheme.objects.create(name=scheme.name, version=1, period=scheme.period, body=scheme.document(), created_at=clock.now())
    return 1
