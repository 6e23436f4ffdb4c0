"""Generated data for the style guide: enough to see every component at work. Nothing here comes from a real town."""

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from django import forms
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import clock
from chuangwen.kernel.models import Job
from chuangwen.web.charts import Chart, Series
from chuangwen.web.forms import FilesField, Form

SEED = 20261121
COMMUNITIES = (
    "东风社区",
    "新华社区",
    "胜利社区",
    "红旗社区",
    "光明社区",
    "建设社区",
    "和平社区",
    "青年社区",
    "长江社区",
    "文明社区",
)
TYPES = ("农贸市场", "主次干道", "居民小区", "背街小巷", "公共广场", "医院", "学校周边", "公交站台")


class SampleForm(Form):
    """One field of each kind."""

    site = forms.CharField(label=_("Site"), help_text=_("The name as it stands on the sign."))
    family = forms.ChoiceField(
        label=_("Family"), choices=[("", "—"), ("environment", "环境卫生"), ("order", "公共秩序"), ("fire", "消防安全")]
    )
    found = forms.DateField(label=_("Found on"))
    due = forms.DateTimeField(label=_("Due"), required=False)
    problem = forms.CharField(label=_("Problem"), widget=forms.Textarea(attrs={"rows": 3}))
    severity = forms.ChoiceField(
        label=_("Severity"), widget=forms.RadioSelect, choices=[("a", "轻微"), ("b", "一般"), ("c", "严重")]
    )
    photos = FilesField(label=_("Photos"), required=False, help_text=_("Up to nine, before and after."))
    urgent = forms.BooleanField(label=_("Danger to people: today"), required=False)

    widths = {"site": "col-md-6", "family": "col-md-6", "found": "col-md-6", "due": "col-md-6"}


def photo(number: int, words: str) -> str:
    """A drawn picture as an address: coloured ground, a road and a caption."""
    hue = (number * 47) % 360
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480"><rect width="640" height="480" fill="hsl({hue} 25% 82%)"/>'
        f'<rect y="200" width="640" height="120" fill="hsl({hue} 18% 70%)"/><path d="M220 480L300 300h40l80 180z" fill="hsl({hue} 8% 48%)"/>'
        f'<rect x="60" y="120" width="150" height="180" fill="hsl({hue} 22% 58%)"/>'
        f'<text x="320" y="90" font-size="44" text-anchor="middle" fill="#333">{words}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


def job(state: str, word: Any, done: int, total: int, **more: Any) -> SimpleNamespace:
    """Something that looks like a job of the kernel."""

    class Sample(SimpleNamespace):
        def __str__(self) -> str:
            return self.title

    ended = state in ("done", "failed", "cancelled")
    percent = 100 if state == "done" else done * 100 // total if total else 0
    values = {"error": "", "message": "", "result_url": "", "cancel_asked": False, **more}
    return Sample(
        pk=abs(hash(state)) % 1000,
        state=state,
        get_state_display=word,
        done=done,
        total=total,
        ended=ended,
        percent=percent,
        **values,
    )


def charts() -> Sequence[Chart]:
    chance = random.Random(SEED)
    months = [f"{n}月" for n in range(1, 13)]
    rates = [Decimal(chance.randint(820, 965)) / 10 for _n in COMMUNITIES]
    ranked = sorted(zip(COMMUNITIES, rates, strict=True), key=lambda pair: pair[1], reverse=True)
    return [
        Chart(
            "line",
            "按月指数",
            months,
            [
                Series("本年", [Decimal(790 + n * 11 + chance.randint(-8, 8)) / 10 for n in range(12)], area=True),
                Series("上年", [Decimal(760 + n * 9 + chance.randint(-8, 8)) / 10 for n in range(12)], tone="quiet"),
            ],
            digits=1,
            low=70,
            high=100,
            mark=90,
            mark_label="达标线",
        ),
        Chart(
            "bar",
            "社区得分与区间",
            [name for name, _rate in ranked],
            [
                Series(
                    "得分率",
                    [rate for _name, rate in ranked],
                    low=[rate - Decimal("2.4") for _name, rate in ranked],
                    high=[min(rate + Decimal("2.4"), Decimal(100)) for _name, rate in ranked],
                )
            ],
            unit="%",
            digits=1,
            low=70,
            high=100,
            horizontal=True,
            height="lg",
            links=["?community=" + quote(name) for name, _rate in ranked],
        ),
        Chart(
            "bar",
            "办结漏斗",
            ["上报", "受理", "交办", "签收", "整改", "核查", "办结"],
            [Series("件", [1284, 1197, 1180, 1152, 1033, 968, 921])],
            horizontal=True,
        ),
        Chart(
            "bar",
            "每周新增与办结",
            [f"第{n}周" for n in range(38, 47)],
            [
                Series("新增", [chance.randint(60, 140) for _n in range(9)]),
                Series("办结", [chance.randint(70, 150) for _n in range(9)], tone="ok"),
            ],
            unit="件",
        ),
        Chart(
            "pie",
            "问题类别",
            ["环境卫生", "公共秩序", "基础设施", "公益广告", "消防安全"],
            [Series("件", [412, 287, 196, 121, 77])],
            unit="件",
        ),
        Chart("gauge", "本轮指数", series=[Series("满分 100", [Decimal("87.35")], tone="ok")], digits=2, low=0, high=100),
        Chart(
            "heatmap",
            "点位类型与社区",
            COMMUNITIES[:6],
            [Series(kind, [chance.randint(62, 100) for _n in range(6)]) for kind in TYPES],
            rows=TYPES,
            unit="%",
            height="lg",
            low=60,
            high=100,
        ),
        Chart(
            "scatter",
            "检查次数与得分",
            ["检查次数", "得分率"],
            [Series("社区", [(chance.randint(4, 40), float(rate)) for rate in rates])],
            names=COMMUNITIES,
            digits=1,
        ),
        Chart(
            "line",
            "未办结比例",
            [f"{n}天" for n in range(0, 30, 2)],
            [
                Series("基础设施", [round(100 * 0.92**n) for n in range(15)], step=True),
                Series("环境卫生", [round(100 * 0.72**n) for n in range(15)], step=True, tone="ok"),
            ],
            unit="%",
            low=0,
            high=100,
        ),
        Chart(
            "gantt",
            "工程进度",
            ["道路修补", "公厕改造", "无障碍坡道", "雨污分流"],
            [
                Series("开工", ["2026-08-03", "2026-09-10", "2026-10-01", "2026-09-20"]),
                Series("完工", ["2026-10-20", "2026-12-15", "2026-11-18", "2027-03-31"]),
            ],
        ),
    ]


def places(count: int) -> dict[str, Any]:
    """Points scattered about some centres, as GeoJSON in WGS-84."""
    chance = random.Random(SEED)
    words = (("ok", "已办结"), ("wait", "整改中"), ("warn", "快到期"), ("bad", "已逾期"))
    features = []
    for number in range(count):
        centre = 21.655 + (number % 7) * 0.012, 110.905 + (number % 5) * 0.014
        tone, word = words[min(3, int(chance.expovariate(1)))]
        point = [round(chance.gauss(centre[1], 0.006), 6), round(chance.gauss(centre[0], 0.005), 6)]
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": point},
                "properties": {"title": f"{TYPES[number % 8]} {number + 1}", "note": word, "tone": tone, "url": "#"},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def context() -> dict[str, Any]:
    now = clock.now()
    wrong = SampleForm({"site": "", "family": "order", "found": "2026-13-40", "problem": "车辆占压盲道"})
    wrong.is_valid()
    shots = [
        {"url": photo(n, word), "caption": f"{word} · 11月{n + 3}日 09:{n}5", "alt": word, "badge": badge}
        for n, (word, badge) in enumerate(
            [("整改前", None), ("整改后", ("已核查", "ok")), ("远景", None), ("近景", ("疑似重复", "bad"))]
        )
    ]
    return {
        "title": _("Style guide"),
        "lead": _("Every component of the pages with generated data."),
        "breadcrumbs": [(_("System"), None)],
        "form": SampleForm(),
        "wrong_form": wrong,
        "charts": charts(),
        "photos": shots,
        "tones": [
            ("已办结", "ok"),
            ("整改中", "wait"),
            ("快到期", "warn"),
            ("已逾期", "bad"),
            ("已合并", "quiet"),
            ("新", "accent"),
        ],
        "timeline": [
            {
                "at": now - timedelta(hours=2),
                "title": "核查通过",
                "who": "王敏 督导员",
                "tone": "ok",
                "icon": "circle-check",
                "text": "现场复核，垃圾已清运，点位整洁。",
            },
            {
                "at": now - timedelta(hours=9),
                "title": "提交整改",
                "who": "李强 城管局联络员",
                "tone": "wait",
                "icon": "upload",
                "photos": shots[:2],
            },
            {
                "at": now - timedelta(days=1),
                "title": "交办",
                "who": "创文办",
                "tone": "quiet",
                "icon": "send",
                "text": "主办：城管局；协办：东风社区",
                "note": "依据：点位类型“背街小巷”的责任分工",
            },
            {"at": now - timedelta(days=1, hours=3), "title": "上报", "who": "张红 网格员", "tone": "quiet", "icon": "flag"},
        ],
        "facts": [
            ("编号", "HD20260001283"),
            ("点位", "东风社区 背街小巷 12"),
            ("测评内容", "环境卫生 · 地面无垃圾、无积水"),
            ("责任单位", "城管局"),
            ("整改时限", None),
        ],
        "steps": [
            {"label": "上报", "state": "done"},
            {"label": "交办", "state": "done"},
            {"label": "签收", "state": "done"},
            {"label": "整改", "state": "now", "note": "还有 5 小时"},
            {"label": "核查", "state": "next"},
            {"label": "办结", "state": "next"},
        ],
        "tabs": [
            {"label": "概况", "url": "?tab=1", "active": True},
            {"label": "照片", "url": "?tab=2", "count": 4},
            {"label": "过程", "url": "?tab=3", "count": 12},
            {"label": "相关", "url": "?tab=4", "count": 0},
        ],
        "jobs": [
            job("running", Job.State.RUNNING.label, 61_240, 100_000, title="导入观测记录", message="正在核对点位"),
            job("done", Job.State.DONE.label, 24, 24, title="生成通报", result_url="#"),
            job(
                "failed",
                Job.State.FAILED.label,
                310,
                1200,
                title="导入单位",
                error="第 311 行：统一社会信用代码校验位不对。请改正后重新上传。",
            ),
        ],
        "table_columns": [
            {"label": "社区"},
            {"label": "应得", "figures": True},
            {"label": "实得", "figures": True},
            {"label": "得分率", "figures": True},
        ],
        "table_rows": [
            ["东风社区", "1,200.00", "1,102.50", "91.88%"],
            ["新华社区", "1,180.00", "1,013.40", "85.88%"],
            ["胜利社区", "960.00", "796.80", "83.00%"],
        ],
        "later": now + timedelta(hours=5),
        "earlier": now - timedelta(minutes=42),
        "now": now,
        "share": Decimal("0.873456"),
        "index": Decimal("87.3456"),
        "bounds": "110.88,21.63,110.99,21.75",
        "legend": [("ok", "已办结"), ("wait", "整改中"), ("warn", "快到期"), ("bad", "已逾期")],
    }
