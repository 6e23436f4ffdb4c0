"""What residents, callers and a chat group brought in: reports with ratings and followers, suggestions with answers, a hotline's sheet that
waits to be brought in, pasted messages that wait to be looked at. All words are invented; nobody said them."""

from __future__ import annotations

import io
import uuid
import zipfile
from dataclasses import replace
from datetime import timedelta

import xlsxwriter

from chuangwen.cases.models import Case, CasePhoto, Source, State
from chuangwen.demo.filling.keys import Keys
from chuangwen.intake.access import resident
from chuangwen.intake.desk.actions import paste
from chuangwen.intake.learning.proposing import by_keywords
from chuangwen.intake.models import Channel, ChatPaste, Follower, Proposer, Report, ReportPhoto, Suggestion
from chuangwen.intake.residents.actions import not_solved
from chuangwen.intake.sealing import hash_of, inner_uid, seal, token_for
from chuangwen.kernel import clock, files, importing
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import ImportRun
from chuangwen.people.actors import actor_of

SPACE = uuid.UUID("7d0d2bb6-93c2-5f0b-9f3d-2f6f1c9f4c11")
OPEN, ENDED, HOTLINE, FOLLOWED = 12, 18, 10, 5
RATINGS = (5, 5, 4, 0, 5, 3, 4, 5, 0, 2, 5, 4, 4, 0, 5, 1, 4, 5)
"""Of the ended ones, in turn; 0 for not rated."""
RATING_WORDS = {5: "处理得很快", 4: "处理好了，谢谢", 3: "时间有点长", 2: "只清理了一部分", 1: "过两天又这样了"}
SUGGESTIONS = (
    (
        "burden",
        "同一份环境卫生自查表，街道一份、部门一份、专班又一份，内容一样，能不能只报一次？",
        "已取消部门和专班的两份，统一从本系统提取，不再另报。",
        True,
    ),
    ("burden", "每次巡查都要求拍人和问题的合影，没有必要。", "已通知各社区：整改前后照片只拍问题，不要求出现工作人员。", True),
    ("burden", "晚上九点以后群里还在要求马上回复，建议定个时间。", "除紧急情况外，晚八点至早八点不在群里布置任务。", True),
    ("product", "问题列表在手机上字有点小，希望能放大。", "右上角可以切换大字，已在登录页增加入口。", True),
    ("product", "希望能按路名搜索问题。", "列表上方的搜索已支持路名和小区名。", False),
    ("work", "菜市场门口的志愿者服务岗中午没有人。", "已调整排班，中午安排两人轮值。", True),
    ("work", "楼道小广告清了又贴，建议管一管源头。", "", False),
    ("burden", "会议太多，一周开了四次推进会。", "", False),
    ("product", "反映以后能不能发短信告诉结果？", "", False),
    ("other", "感谢把我们小区的路灯修好了。", "谢谢您的鼓励。", False),
)
"""Subject, what was said, the answer (empty: none yet), whether it is published."""
CHAT = """{day} 08:12:05 王网格
{a}门口垃圾桶满了，味道很大

{day} 08:12:40 王网格
[图片]

{day} 08:15:31 陈网格
收到

{day} 08:26:10 李网格
{b}旁边人行道上停了一排电动车，盲道走不了

{day} 08:26:48 李网格
[图片]

{day} 08:40:02 刘居民
早上好

{day} 08:41:20 刘居民
我们楼下路灯三天没亮了，老人晚上不敢出门，电话19900000021

{day} 09:02:17 王网格
{c}外墙新贴了十几张小广告
[图片]

{day} 09:05:44 陈网格
好的，马上安排
"""
ORDERS = (
    ("RX{day}0001", "{day8} 08:20", "19900000031", "来电反映小区门口垃圾清运不及时，夏天味道很大", "厕所旁垃圾屋", "垃圾桶满溢"),
    ("RX{day}0002", "{day8} 08:45", "19900000032", "人行道地砖松动，下雨踩上去溅水，已有老人摔倒", "公交站台东侧", ""),
    ("RX{day}0003", "{day8} 09:10", "", "夜宵摊占道经营，油烟扰民，多次反映", "大排档一条街", "占道经营"),
    ("RX{day}0004", "{day8} 09:30", "19900000033", "消防通道长期停车，物业不管", "3栋楼下", ""),
    ("RX{day}0005", "{day8} 09:55", "19900000034", "路口井盖松动，车辆经过有异响", "十字路口南侧", "井盖缺损"),
)  # fmt: skip


def fill_reports(keys: Keys) -> dict[str, int]:
    """Reports, suggestions, a pasted chat and a sheet that waits. How many of each."""
    with clock.at(keys.now):
        reports = _reports(keys)
        suggestions = _suggestions(keys)
        clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
        _chat(keys, clerk)
        _sheet(keys, clerk)
    return {"outside_reports": reports, "suggestions": suggestions}


def _reports(keys: Keys) -> int:
    """Who reported: some of the cases that the stories say residents and callers brought get what belongs to their senders."""
    told = Case.objects.filter(source=Source.RESIDENT, reported_by__isnull=True).select_related("kind").order_by("-reported_at")
    ended = (State.CLOSED, State.REJECTED)
    chosen = [*told.exclude(state__in=(*ended, State.MERGED))[:OPEN], *told.filter(state__in=ended)[:ENDED]]
    calls = list(Case.objects.filter(source=Source.HOTLINE).select_related("kind").order_by("-reported_at")[:HOTLINE])
    rows = [_report(keys, number, case, Channel.RESIDENT) for number, case in enumerate(chosen)]
    rows += [_report(keys, len(chosen) + number, case, Channel.HOTLINE) for number, case in enumerate(calls)]
    Report.objects.bulk_create(rows)
    by_case = {row.case_id: row for row in rows}
    links = CasePhoto.objects.filter(case__in=[case.pk for case in chosen], stage=CasePhoto.Stage.BEFORE)
    ReportPhoto.objects.bulk_create([ReportPhoto(report=by_case[link.case_id], photo_id=link.photo_id) for link in links])
    Follower.objects.bulk_create(
        Follower(
            case=case, token_hash=hash_of(token_for(_uid(f"follower {case.pk} {n}"), "follow")), since=keys.now, generated=True
        )
        for at, case in enumerate(chosen[:FOLLOWED])
        for n in range(at + 1)
    )
    unsolved = next((row for row in rows if row.rating and row.rating <= 2 and row.case.state == State.CLOSED), None)
    if unsolved is not None:
        not_solved(
            resident("居民"), token=token_for(_uid(f"report {unsolved.case_id}")), words="过了两天又和原来一样，没有彻底解决"
        )
    return len(rows)


def _uid(text: str) -> uuid.UUID:
    return uuid.uuid5(SPACE, text)


def _report(keys: Keys, number: int, case: Case, channel: str) -> Report:
    given = _uid(f"report {case.pk}")
    ended = case.state in (State.CLOSED, State.REJECTED)
    rating = RATINGS[number % len(RATINGS)] if ended and channel == Channel.RESIDENT else 0
    still = not ended and number % 3 == 0
    day = case.reported_at.astimezone(clock.LOCAL).date()
    proposed = by_keywords(case.description, list(keys.kinds.values()))
    return Report(
        uid=inner_uid(given), case=case, channel=channel, token_hash=hash_of(token_for(given)), received_at=case.reported_at, generated=True,
        contact=seal(f"199000000{number % 90 + 10}") if still else "", contact_until=day + timedelta(days=180) if still else None,
        reference=f"RX{day:%Y%m%d}{case.pk:04d}" if channel == Channel.HOTLINE else "",
        wanted_by=case.reported_at + timedelta(days=5) if channel == Channel.HOTLINE else None,
        proposed_kind=proposed[0].kind if proposed else None, proposed_by=Proposer.KEYWORDS if proposed else "",
        kind_kept=proposed[0].kind.pk == case.kind_id if proposed and case.kind_id else None,
        rating=rating or None, rating_words=RATING_WORDS.get(rating, "") if number % 2 else "",
        rated_at=(case.closed_at or case.reported_at) + timedelta(hours=5) if rating else None,
    )  # fmt: skip


def _suggestions(keys: Keys) -> int:
    office = keys.accounts["clerk"]
    rows = []
    for number, (subject, words, answer, published) in enumerate(SUGGESTIONS):
        given = _uid(f"suggestion {number}")
        at = (keys.now - timedelta(days=3 + 4 * number)).replace(minute=0, second=0, microsecond=0)
        rows.append(
            Suggestion(
                uid=inner_uid(given),
                subject=subject,
                words=words,
                token_hash=hash_of(token_for(given, "suggestion")),
                received_at=at,
                answer=answer,
                answered_at=at + timedelta(days=2) if answer else None,
                answered_by=office if answer else None,
                public_words=words if published else "",
                published=published,
                generated=True,
            )  # fmt: skip
        )
    return len(Suggestion.objects.bulk_create(rows))


def _chat(keys: Keys, clerk: Actor) -> None:
    """Messages of this morning, with three of the drawn photos as their archive."""
    names = [keys.sites[row.code].name for row in keys.data.sites if row.type in ("estate", "market", "main-road")][:3]
    text = CHAT.format(day=f"{keys.now:%Y-%m-%d}", a=names[0], b=names[1], c=names[-1])
    links = CasePhoto.objects.filter(stage=CasePhoto.Stage.BEFORE).select_related("photo").order_by("-pk")[:3]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for number, link in enumerate(links):
            packed.writestr(f"IMG_{number + 1}.jpg", files.read(link.photo.file_key))
    row = paste(clerk, text=text, archive=target.getvalue(), title="网格员工作群（生成）")
    ChatPaste.objects.filter(pk=row.pk).update(generated=True)


def _sheet(keys: Keys, clerk: Actor) -> None:
    """A sheet of the hotline, read and waiting for the clerk's yes."""
    target = io.BytesIO()
    place = next(row.name for row in keys.data.divisions if row.level == 5)
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet("热线工单")
        page.write_row(0, 0, ["工单编号", "来电时间", "联系电话", "诉求内容", "社区", "详细地址", "问题类型", "办理时限"])
        for number, (reference, called, phone, words, address, kind) in enumerate(ORDERS, 1):
            day = {"day": f"{keys.now:%Y%m%d}", "day8": f"{keys.now:%Y-%m-%d}"}
            wanted = f"{keys.now + timedelta(days=3):%Y-%m-%d}"
            page.write_row(number, 0, [reference.format(**day), called.format(**day), phone, words, place, address, kind, wanted])
    content = target.getvalue()
    plan = importing.preview(clerk, "hotline", content, {}, file_name="热线工单（样表）.xlsx")
    ImportRun.objects.create(
        kind="hotline", file_key=files.store(content), file_name="热线工单（样表）.xlsx", account_id=clerk.account_id, created_at=keys.now,
        state=ImportRun.State.REFUSED if plan.problems else ImportRun.State.READY, report=plan.report(),
    )  # fmt: skip
