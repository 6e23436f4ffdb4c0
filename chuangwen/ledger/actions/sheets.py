"""Bringing in the sheets that units keep: a sheet whose titles are known is read at once, another waits until somebody has said what its
columns mean, which is remembered for the unit."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, files, importing
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.models import ImportRun
from chuangwen.kernel.sheets import read_tables
from chuangwen.ledger import layouts
from chuangwen.ledger.models import Metric, SheetLayout, SheetUpload
from chuangwen.people.models import Unit

KIND = "own-facts"
WAITS = timedelta(days=14)


def bring_sheet(
    actor: Actor, *, unit: Unit, content: bytes, file_name: str = "", day: date | None = None
) -> ImportRun | SheetUpload:
    """Take a sheet: the import, where the unit's layout of these titles is known; else the upload that waits for one.

    ``day`` holds for rows that name none. Raises SheetError, Denied, Refusal.
    """
    access.require(actor, "ledger.import", division=unit.division, unit=unit)
    head = layouts.find_head(read_tables(content, allow_csv=True, max_rows=layouts.MOST_ROWS))
    known = SheetLayout.objects.filter(unit=unit, signature=head.signature).first()
    if known is not None:
        return _start(actor, known, content, file_name, day)
    with transaction.atomic():
        SheetUpload.objects.filter(brought_at__lt=clock.now() - WAITS).delete()
        upload = SheetUpload.objects.create(
            unit=unit,
            file_key=files.store(content),
            file_name=file_name[:200],
            day=day,
            brought_at=clock.now(),
            account_id=actor.account_id,
        )
        audit.record(actor, "ledger.import", upload, after={"unit": str(unit), "file": file_name[:200], "layout": "unknown"})
    return upload


def head_of(upload: SheetUpload) -> layouts.Head:
    """The titles of a sheet that waits. Raises SheetError."""
    return layouts.find_head(read_tables(files.read(upload.file_key), allow_csv=True, max_rows=layouts.MOST_ROWS))


def save_layout(actor: Actor, *, upload_id: int, columns: Mapping[str, str], name: str = "") -> ImportRun:
    """Say what the columns of a sheet mean, remember it for the unit, and have the sheet read. Raises Refusal with what is missing."""
    with transaction.atomic():
        upload = access.fetch(
            actor, "ledger.import", SheetUpload.objects.select_related("unit__division"), lock=True, pk=upload_id
        )
        head = head_of(upload)
        body = {"columns": _checked(columns, head)}
        layout, new = SheetLayout.objects.update_or_create(
            unit=upload.unit,
            signature=head.signature,
            defaults={
                "name": (name.strip() or upload.file_name.rpartition(".")[0] or _("sheet"))[:60],
                "titles": head.titles,
                "body": body,
                "made_at": clock.now(),
                "made_by_id": actor.account_id,
            },
        )
        audit.record(actor, "ledger.import", layout, after={"unit": str(upload.unit), "columns": body["columns"], "new": new})
    return _start(actor, layout, files.read(upload.file_key), upload.file_name, upload.day)


def _checked(columns: Mapping[str, str], head: layouts.Head) -> dict[str, str]:
    """The roles that columns of the sheet have. Raises Refusal."""
    metrics = {metric.code: metric for metric in Metric.objects.all()}
    found: dict[str, str] = {}
    for key, role in columns.items():
        if not role or (key not in head.keys and not (key == layouts.DAYS and head.dated)):
            continue
        kind, _colon, code = role.partition(":")
        known = kind in layouts.SINGLE and not code or kind == "metric" and code in metrics
        if key == layouts.DAYS:
            known = kind == "days" and (not code or code in metrics and not metrics[code].is_share)
        if not known and not (kind == "whole" and code in metrics and metrics[code].is_share):
            raise Refusal(_("A column was given a meaning that there is not."), "ledger.layout")
        found[key] = role
    if words := layouts.problem_of(found):
        raise Refusal(words, "ledger.layout")
    shares = [code for role in found.values() if role.startswith("metric:") and metrics[code := role[7:]].is_share]
    lacking = [metrics[code].name for code in shares if f"whole:{code}" not in found.values()]
    if lacking:
        raise Refusal(_("A share needs a column with its whole: %(names)s.") % {"names": "、".join(lacking)}, "ledger.layout")
    return found


def forget_layout(actor: Actor, *, layout_id: int) -> None:
    """Forget how a sheet is read; the facts that came of it stay."""
    with transaction.atomic():
        row = access.fetch(actor, "ledger.import", SheetLayout.objects.select_related("unit"), lock=True, pk=layout_id)
        before: dict[str, Any] = {"unit": str(row.unit), "columns": row.body.get("columns")}
        title = row.name
        row.delete()
        audit.record(actor, "ledger.import", title=title, before=before)


def _start(actor: Actor, layout: SheetLayout, content: bytes, file_name: str, day: date | None) -> ImportRun:
    SheetLayout.objects.filter(pk=layout.pk).update(used_at=clock.now())
    parameters = {"layout": str(layout.pk)} | ({"day": day.isoformat()} if day else {})
    return importing.receive(actor, KIND, content, file_name, parameters)
