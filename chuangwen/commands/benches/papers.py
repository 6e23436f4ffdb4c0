"""Dispatch sheets with photos as one job, beside the same sheets written with plain python-docx in the same run: seconds a sheet, memory."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from datetime import timedelta
from typing import Any

PHOTOS = 4


def measure(on: Any, sheets: int) -> dict[str, Any]:
    """The job ``papers.dispatch_sheets`` over a round with so many units, each with a case and four photos; then the reference. Runs in this
    process on a fresh ground. Everything in it is generated."""
    from chuangwen.commands import commander
    from chuangwen.kernel import importing, jobs

    photos = pictures()
    round = fill(sheets, photos)
    actor = commander()
    before = _memory()
    started = time.perf_counter()
    job = jobs.start(actor, "papers.dispatch_sheets", {"round": round.pk, "actor": importing.carry(actor)})
    jobs.run_waiting(1)
    seconds = time.perf_counter() - started
    job.refresh_from_db()
    if job.state != "done" or not job.result or job.result["made"] != sheets:
        raise RuntimeError(f"the job made {job.result}: {job.error}")
    held = _memory() - before
    started = time.perf_counter()
    size = reference(sheets, photos)
    plain = time.perf_counter() - started
    return {
        "database": on.engine,
        "sheets": sheets,
        "photos_each": PHOTOS,
        "photo_bytes": sum(map(len, photos)) // len(photos),
        "seconds": round_(seconds),
        "seconds_per_sheet": round_(seconds / sheets),
        "memory_mib": round_(held),
        "python_docx": {"seconds": round_(plain), "seconds_per_sheet": round_(plain / sheets), "bytes_per_sheet": size // sheets},
        "ratio": round_(seconds / plain),
    }


def round_(value: float) -> float:
    return round(value, 4)


def _memory() -> float:
    """Peak memory of this process in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def pictures() -> list[bytes]:
    """Four drawn photos of the size that a phone takes."""
    from PIL import Image, ImageDraw

    found = []
    for n in range(PHOTOS):
        picture = Image.effect_noise((1600, 1200), 24).convert("RGB")
        ImageDraw.Draw(picture).rectangle((200 + n * 90, 300, 800, 900), fill=(120 + n * 20, 110, 90))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=82)
        found.append(out.getvalue())
    return found


def fill(sheets: int, photos: list[bytes]) -> Any:
    """A round with a unit and a case for each sheet; the photos are the same four, each linked to every case."""
    from chuangwen.cases.models import Case, CaseParty, CasePhoto
    from chuangwen.commands import commander
    from chuangwen.evidence import actions as evidence
    from chuangwen.fieldwork.models import Round
    from chuangwen.kernel import clock
    from chuangwen.kernel.identifiers import new_uid
    from chuangwen.people.models import Unit
    from chuangwen.places.models import Division
    from chuangwen.standards.models import Edition

    moment = clock.now()
    day = moment.date()
    street = Division.add_root(code="990200001000", name="测速街道", level=4, generated=True)
    edition = Edition.objects.first() or Edition.objects.create(name="测速体系", year=day.year)
    round = Round.objects.create(name="测速轮次", edition=edition, division=street, starts_on=day, ends_on=day)
    shots = [evidence.take_in(commander(), content, name=f"{n}.jpg") for n, content in enumerate(photos)]
    for n in range(sheets):
        unit = Unit.add_root(name=f"第{n:03d}单位", kind="department", division=street, starts_on=day, generated=True)
        case = Case.objects.create(
            uid=new_uid(), number=f"BENCH-{n:06d}", state="rectifying", source="round", description="人行道地砖破损，盲道被占用",
            round=round, division=street, address=f"健康北路{n}号", lead_unit=unit, handling_unit=unit, reported_at=moment,
            dispatched_at=moment, due_at=moment + timedelta(days=3), limit_amount=3, limit_unit="working_days", generated=True,
        )  # fmt: skip
        CaseParty.objects.create(case=case, unit=unit, part="lead")
        CasePhoto.objects.bulk_create(CasePhoto(case=case, photo=shot, stage=CasePhoto.Stage.BEFORE) for shot in shots)
    return round


def reference(sheets: int, photos: list[bytes]) -> int:
    """The same content by plain python-docx, photos put in as they are: what somebody would write in an afternoon. Bytes in all."""
    from docx import Document
    from docx.shared import Mm

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for n in range(sheets):
            document = Document()
            document.add_heading("问题交办单", 0)
            document.add_paragraph(f"第{n:03d}单位：")
            table = document.add_table(rows=2, cols=5)
            for cell, text in zip(table.rows[0].cells, ("序号", "编号", "点位", "存在问题", "整改时限"), strict=True):
                cell.text = text
            for cell, text in zip(table.rows[1].cells, ("1", f"BENCH-{n:06d}", "健康北路", "人行道地砖破损", "3天"), strict=True):
                cell.text = text
            for content in photos:
                document.add_picture(io.BytesIO(content), width=Mm(74))
            out = io.BytesIO()
            document.save(out)
            archive.writestr(f"{n}.docx", out.getvalue())
    return len(packed.getvalue())
