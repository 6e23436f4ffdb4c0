"""The certificate as a paper: the layout of the house's official papers, with a QR code. What it holds follows 民政部令第67号: who, what
service, when, how many hours, who issued it; and the way to verify it. Chinese as printed."""

from __future__ import annotations

import io
from datetime import date

import segno

from chuangwen.intake.sealing import unseal
from chuangwen.kernel import clock
from chuangwen.kernel.codes import mask_resident_id
from chuangwen.kernel.errors import Refusal
from chuangwen.papers.layout import (
    Column,
    Form,
    FormRow,
    Kind,
    LayoutError,
    Line,
    Paper,
    Para,
    Photo,
    Table,
    chinese_date,
    convert,
    write,
)
from chuangwen.volunteers.hours.models import HoursCertificate

DOCUMENT_PURPOSE = "volunteer-document"
MOST_LINES = 12
VERIFY = "本证明依据志愿服务记录如实、无偿出具。扫描二维码可查验真伪；记录更正后可能失效，以查验结果为准。"


def exactly(minutes: int) -> str:
    """Hours and minutes as printed, so that lines add up: 205小时45分, 5小时, 40分."""
    hours, left = divmod(minutes, 60)
    return (f"{hours}小时" if hours else "") + (f"{left}分" if left or not hours else "")


def document_told(sealed: str) -> str:
    """The number of the document on file as the paper shows it: first four and last two characters; empty for none."""
    return mask_resident_id(unseal(sealed, DOCUMENT_PURPOSE))


def paper(row: HoursCertificate, address: str) -> Paper:
    """What is printed. ``address`` verifies it; the QR code leads there."""
    assert row.issued_on is not None
    person, hours = row.volunteer.person, exactly(row.minutes)
    document = document_told(row.volunteer.document_sealed)
    who = f"{person.name}（志愿者编号{row.volunteer.number}{f'，证件号码{document}' if document else ''}）"
    star = f"，达到{row.star}标准" if row.star else ""
    told = f"兹证明{who}自{chinese_date(row.starts_on)}至{chinese_date(row.ends_on)}参加志愿服务，经记录的服务时长共计{hours}{star}。"
    lines = sorted(row.lines, key=lambda line: -line["minutes"])
    shown, rest = (lines, []) if len(lines) <= MOST_LINES else (lines[: MOST_LINES - 1], lines[MOST_LINES - 1 :])
    cells = [
        (line["title"] + (f"（由{line['from']}转入）" if line["from"] else ""), str(line["times"]), exactly(line["minutes"]))
        for line in shown
    ]
    if rest:
        cells.append(
            (f"其他{len(rest)}项", str(sum(line["times"] for line in rest)), exactly(sum(line["minutes"] for line in rest)))
        )
    qr = io.BytesIO()
    segno.make(address, error="l").save(qr, kind="png", scale=6, border=4)
    return Paper(
        kind=Kind.CERTIFICATE, red_head="志愿服务记录证明", title="", date=row.issued_on, created=clock.now(),
        body=[
            Line(f"编号：{row.number}", "right"),
            Para(told),
            Table([Column("服务内容", 6, "left"), Column("次数", 1), Column("时长", 2)], cells, size="small"),
            *_commended(row),
            Form([
                FormRow([("说明", VERIFY), ("查验", Photo(qr.getvalue()))]),
                FormRow([("出具单位\n（盖章）", row.unit.name), ("出具日期", chinese_date(row.issued_on))], height_mm=14),
            ]),
        ],
    )  # fmt: skip


def _commended(row: HoursCertificate) -> list[Para | Table]:
    """The section of commendations, where it was asked for."""
    if not row.with_commendations:
        return []
    if not row.commendations:
        return [Para("期间无表彰奖励记录。")]
    cells = [
        (f"{line['title']}（{line['level']}）", line["given_by"], chinese_date(date.fromisoformat(line["day"]))) for line in row.commendations
    ]
    columns = [Column("名称", 5, "left"), Column("授予单位", 3, "left"), Column("日期", 2)]
    return [Para("期间获得的表彰奖励："), Table(columns, cells, size="small")]


def pdf(row: HoursCertificate, address: str) -> bytes:
    """The PDF. Raises Refusal where LibreOffice is missing or fails."""
    try:
        return convert(write(paper(row, address)))
    except LayoutError as problem:
        raise Refusal(str(problem), "hours.pdf", status=503) from problem
