"""Silent re-checks of the last weeks: drawn by the program's own procedure, done by inspectors who had nothing to do with the cases; the last
draw is still to be walked. What was found is generated: a problem is back exactly where the told stories say that it came back."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

from PIL import Image, ImageEnhance

from chuangwen.cases.models import Case, CaseEvent, CasePhoto, Recheck, RecheckPhoto, State, Verb
from chuangwen.cases.rechecks import drawing
from chuangwen.demo.filling.keys import Keys
from chuangwen.evidence.actions import take_in_generated
from chuangwen.evidence.intake import prepare
from chuangwen.evidence.models import Photo
from chuangwen.kernel import clock, files
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Account

WEEKS = (5, 4, 3, 2)
"""So many weeks ago a draw was made and has been walked; one of yesterday is to be walked."""
SHARE, LAST_SHARE = Decimal(15), Decimal(6)
MOST_PHOTOS = 24
SOLVED, BACK, UNCLEAR = "现场保持良好", "问题再次出现，与结案照片不符", "现场围挡施工，无法确认"
ACTOR = Actor(name="系统", is_system=True, channel="job")
Kind = Recheck.Result


def fill_rechecks(keys: Keys) -> dict[str, int]:
    """Draw and walk; how many re-checks there are and how many found the problem back. The caller holds the transaction.

    Photos of the second look are made of the after photos, a little lighter, and marked as generated like all others.
    """
    left = MOST_PHOTOS
    for weeks in WEEKS:
        with clock.at(keys.now - timedelta(weeks=weeks)):
            made = drawing.draw(ACTOR, division=keys.street, seed=f"演示抽取 {weeks}", share=SHARE)
        for number, row in enumerate(
            Recheck.objects.filter(draw=made).select_related("case", "draw", "assigned_to__person").order_by("pk")
        ):
            left -= _walked(keys, row, number, left)
    with clock.at(keys.now - timedelta(days=1)):
        drawing.draw(ACTOR, division=keys.street, seed="演示抽取 0", share=LAST_SHARE)
    return {"rechecks": Recheck.objects.count(), "rechecks_back": Recheck.objects.filter(result=Kind.BACK).count()}


def _walked(keys: Keys, row: Recheck, number: int, photos_left: int) -> int:
    """One of them done, or dropped where nobody independent was there to go; how many photos it took."""
    case, inspector = row.case, row.assigned_to
    at = row.draw.drawn_at + timedelta(days=1 + number % 5, hours=number % 7)
    if inspector is None:
        row.state, row.note = Recheck.State.DROPPED, "没有与本件无关联的督导员"
        row.save()
        return 0
    again = Case.objects.filter(rebound_of=case).exclude(state=State.REJECTED).order_by("pk").first()
    row.result = Kind.BACK if again is not None else Kind.UNCLEAR if number % 11 == 7 else Kind.SOLVED
    if again is not None:
        at = max(at, again.reported_at)
    row.state, row.done_at, row.done_by, row.new_case = Recheck.State.DONE, min(at, keys.now), inspector, again
    row.note = {Kind.SOLVED: SOLVED, Kind.BACK: BACK, Kind.UNCLEAR: UNCLEAR}[Kind(row.result)]
    row.lat, row.lon, row.given_lat, row.given_lon = case.lat, case.lon, case.lat, case.lon
    row.save()
    event = CaseEvent.objects.create(
        case=case, verb=Verb.RECHECK, at=row.done_at, account=inspector, actor_name=str(inspector), before=case.state, after=case.state,
        note=row.note, data={"result": row.result} | ({"case": again.number} if again is not None else {}),
    )  # fmt: skip
    photo = _photo(row, inspector) if photos_left > 0 else None
    if photo is None:
        return 0
    RecheckPhoto.objects.create(recheck=row, photo=photo)
    CasePhoto.objects.create(case=case, event=event, photo=photo, stage=CasePhoto.Stage.OTHER)
    return 1


def _photo(row: Recheck, inspector: Account) -> Photo | None:
    """How it looks at the second look: made of how it looked after (or, where it is back, before)."""
    stage = CasePhoto.Stage.BEFORE if row.result == Kind.BACK else CasePhoto.Stage.AFTER
    link = CasePhoto.objects.filter(case=row.case_id, stage=stage).select_related("photo").order_by("pk").first()
    if link is None or row.done_at is None:
        return None
    picture = Image.open(io.BytesIO(files.read(link.photo.file_key))).convert("RGB")
    out = io.BytesIO()
    width, height = picture.size
    picture = picture.crop((width // 40, height // 50, width - width // 60, height - height // 30)).resize(picture.size)
    ImageEnhance.Brightness(picture).enhance(1.07).save(out, "JPEG", quality=84)
    taken = prepare(out.getvalue(), name="复核（生成）.jpg", taken_at=row.done_at, lat=row.lat, lon=row.lon)
    return take_in_generated([(taken, inspector.pk, row.done_at)])[0]
