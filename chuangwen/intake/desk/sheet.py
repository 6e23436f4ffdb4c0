"""The importer ``hotline``: a list of orders as hotlines hand it out becomes cases to be screened; an order number is taken once."""

import re
import uuid
from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.intake.desk import actions
from chuangwen.intake.learning.proposing import propose
from chuangwen.intake.models import Channel, Report
from chuangwen.intake.sealing import inner_uid
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import DIVISION, Actor
from chuangwen.kernel.chinese import match_key, parse_datetime
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.sheets import Column, Problem, SheetRead
from chuangwen.places.finding import DivisionFinder
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Kind

SPACE = uuid.UUID("2c1b2a0e-5f0d-5a5e-8a67-0f6ad8c14d35")
COLUMNS = (
    Column("reference", "工单编号", aliases=("工单号", "编号", "受理编号", "流水号", "序号"), max_length=60, width=18, example="RX202611210001"),
    Column("called_at", "来电时间", aliases=("受理时间", "登记时间", "诉求时间", "日期"), max_length=40, width=18, example="2026-11-21 09:30"),
    Column("caller", "来电人", aliases=("姓名", "诉求人", "联系人", "市民姓名"), max_length=60, help=gettext_lazy("Not stored.")),
    Column("contact", "联系电话", aliases=("电话", "来电号码", "手机号", "联系方式"), max_length=60, help=gettext_lazy("Stored encrypted.")),
    Column(
        "description", "诉求内容", required=True, aliases=("内容", "问题描述", "反映内容", "诉求", "工单内容", "来电内容"),
        max_length=2_000, width=40, example="大桥西路公交站旁垃圾桶满溢，有异味",
    ),
    Column("village", "社区", aliases=("村居", "所属社区", "村社区"), max_length=60),
    Column("town", "街道", aliases=("镇街", "乡镇", "所属街道"), max_length=60),
    Column("site", "点位名称", aliases=("地点", "点位", "位置"), max_length=120),
    Column("address", "详细地址", aliases=("地址", "事发地址", "事发地点"), max_length=200, width=24),
    Column("kind", "问题类型", aliases=("类别", "小类", "诉求类型", "问题小类"), max_length=40),
    Column("wanted_by", "办理时限", aliases=("截止时间", "办结时限", "回复时限"), max_length=40, width=18),
)  # fmt: skip
TITLES = {column.key: str(column.title) for column in COLUMNS}
DESCRIPTION = 500


class Reader:
    """One reading of a sheet of orders."""

    def __init__(self, actor: Actor, sheet: SheetRead, parameters: dict[str, Any]):
        self.actor, self.sheet, self.parameters = actor, sheet, parameters
        self.plan = Plan(rows_read=len(sheet.rows))
        self.finder = DivisionFinder(actor, "intake.import")
        self.kinds = list(Kind.objects.filter(active=True).select_related("family"))
        self.by_name = {match_key(kind.name): kind for kind in self.kinds}
        rows = access.scoped(actor, "places.see", Site).filter(active=True).select_related("type", "division")
        self.sites = {match_key(site.name): site for site in rows}
        paths = sorted({grant.division_path for grant in actor.scopes("intake.import") if grant.scope == DIVISION}, key=len)
        self.home = next((one for one in self.finder.rows if paths and one.path == paths[0]), None)
        self.counted: Counter[str] = Counter()

    def run(self) -> Plan:
        wanted = [
            facts for row in self.sheet.rows if row.sound and row.values["description"] and (facts := self._take(row)) is not None
        ]
        numbers = [facts["reference"] for facts in wanted if facts["reference"]]
        there = set(Report.objects.filter(channel=Channel.HOTLINE, reference__in=numbers).values_list("reference", flat=True))
        known = set(Report.objects.filter(uid__in=[inner_uid(facts["uid"]) for facts in wanted]).values_list("uid", flat=True))
        fresh, seen = [], set()
        for facts in wanted:
            number = facts["reference"]
            if number in there or number and number in seen or inner_uid(facts["uid"]) in known:
                self.plan.unchanged += 1
                continue
            seen.add(number)
            fresh.append(facts)
        long = sum(len(str(row.values["description"] or "")) > DESCRIPTION for row in self.sheet.rows)
        if long:
            self.plan.warnings.append(
                _("%(count)d orders are longer than %(limit)d characters: what follows is left out.")
                % {"count": long, "limit": DESCRIPTION}
            )
        self.plan.creates = len(fresh)
        self.plan.sample = [
            {"description": facts["description"], "site": str(facts["site"] or facts["address"]), "code": facts["reference"]}
            for facts in fresh
        ]
        self.plan.payload = fresh
        return self.plan

    def wrong(self, row: Any, key: str, message: str, code: str) -> None:
        value = str(row.values[key] or "")
        self.plan.problems.append(Problem(row.number, self.sheet.letters.get(key, ""), TITLES[key], value, message, code))

    def _take(self, row: Any) -> dict[str, Any] | None:
        values = {key: str(value).strip() if value is not None else "" for key, value in row.values.items()}
        moments: dict[str, datetime | None] = {}
        for key in ("called_at", "wanted_by"):
            try:
                moments[key] = _moment(values[key], end=key == "wanted_by")
            except ValueError:
                self.wrong(
                    row, key, _("“%(value)s” is no time. Write it as 2026-11-21 09:30.") % {"value": values[key]}, "unknown_time"
                )
                return None
        site = self.sites.get(match_key(values["site"])) if values["site"] else None
        division: Division | None = site.division if site is not None else None
        if division is None and (values["town"] or values["village"]):
            found = self.finder.find(values["town"] or None, values["village"] or None)
            division = found.division
            if division is None:
                near = "、".join(each.name for each in (found.ambiguous or found.near)[:5]) or "-"
                key = "village" if values["village"] else "town"
                self.wrong(
                    row, key, _("No such community in your area. Near ones: %(near)s.") % {"near": near}, "unknown_division"
                )
                return None
        division = division or self.home
        if division is None:
            self.wrong(row, "village", _("Say where it is: choose a site or a community."), "no_division")
            return None
        kind = self.by_name.get(match_key(values["kind"])) if values["kind"] else None
        told = f"{values['reference']}\n{match_key(values['description'])}\n{values['called_at']}"
        self.counted[told] += 1
        address = values["address"] or ("" if site is not None else values["site"])
        return {
            "description": values["description"][:DESCRIPTION], "site": site, "division": division, "address": address[:200], "kind": kind,
            "contact": values["contact"], "reference": values["reference"], "wanted_by": moments["wanted_by"],
            "reported_at": min(moments["called_at"] or clock.now(), clock.now()), "uid": uuid.uuid5(SPACE, f"{told}#{self.counted[told]}"),
        }  # fmt: skip


_SLIP = re.compile(r"[.．]\d+$")


def _moment(text: str, *, end: bool) -> datetime | None:
    """A moment in China's time; a day means its end for a deadline, nine in the morning else. Raises ValueError."""
    if not text:
        return None
    moment = parse_datetime(_SLIP.sub("", text))
    if not 2000 <= moment.year <= 2100:
        raise ValueError(text)
    if moment.time() == time():
        moment += timedelta(days=1, seconds=-1) if end else timedelta(hours=9)
    return moment.replace(tzinfo=clock.LOCAL)


def plan(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """What the sheet would make."""
    return Reader(actor, sheet, parameters).run()


def apply(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    """Make the cases. Returns how many."""
    kinds = list(Kind.objects.filter(active=True).select_related("family"))
    made = 0
    for facts in plan.payload:
        site = facts["site"]
        found = propose(
            facts["description"], site_type=site.type.code if site else "", place=facts["division"].code or "", kinds=kinds
        )
        made += not actions.enter(actor, proposal=found[0] if found else None, **facts).again
    return {"cases": made}


IMPORTER = register(
    Importer(
        kind="hotline",
        label=pgettext_lazy("ledger", "Hotline orders"),
        verb="intake.import",
        columns=COLUMNS,
        plan=plan,
        apply=apply,
        order=65,
        page="intake:reports",
        csv=True,
        help=gettext_lazy("One row per order. Each becomes a case that waits to be screened; an order number is taken once."),
        examples=[
            {"reference": "RX202611210001", "called_at": "2026-11-21 09:30", "caller": "（不保存）", "contact": "19900000001",
             "description": "大桥西路公交站旁垃圾桶满溢，有异味", "village": "新村社区", "address": "大桥西路公交站旁",
             "wanted_by": "2026-11-24"},
        ],
    )
)  # fmt: skip
