"""After photos that give cause to ask: one that was handed in before, a crop of an older one, one made from its before photo, another place, a
screenshot, one taken too early or too far away. They are made of drawn photos; what is doubted of them the program finds out for itself.

And photos that are shown to everybody: some released, some that wait for a person to look at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from chuangwen.cases.models import Case, CaseEvent, CasePhoto, State, Verb
from chuangwen.demo.filling.keys import Keys
from chuangwen.evidence import circumstances, comparing, redaction
from chuangwen.evidence.actions import take_in_generated
from chuangwen.evidence.circumstances import Expected, Sign
from chuangwen.evidence.intake import prepare
from chuangwen.evidence.models import Doubt, Examination, Photo, Redaction
from chuangwen.evidence.pixels import covering, reading
from chuangwen.evidence.trial import changes
from chuangwen.kernel import files
from chuangwen.people.models import Account

Kind, Decision = Doubt.Kind, Doubt.Decision
RELEASED, WAITING = 3, 2


@dataclass(frozen=True)
class Story:
    """What is handed in for one case, and what a person decided of it (empty: nobody has yet)."""

    kind: str
    state: str
    decision: str = ""
    note: str = ""


STORIES = (
    Story(Kind.ALIKE, State.SUBMITTED),
    Story(Kind.FROM_BEFORE, State.SUBMITTED),
    Story(Kind.OTHER_VIEW, State.SUBMITTED),
    Story(Kind.SCREENSHOT, State.SUBMITTED),
    Story(Kind.SAME_FILE, State.RECTIFYING, Decision.NOT_ACCEPTABLE, "与上月另一件的整改后照片相同，请现场重新拍摄"),
    Story(Kind.FROM_BEFORE, State.RECTIFYING, Decision.NOT_ACCEPTABLE, "标出的区域有涂抹痕迹，请现场重新拍摄"),
    Story(Kind.EARLY, State.CLOSED, Decision.GENUINE, "已核对，手机时间未校准"),
    Story(Kind.FAR, State.CLOSED, Decision.GENUINE, "已电话核实，定位偏移"),
    Story(Kind.NO_CAPTURE, State.CLOSED, Decision.CANNOT_TELL, "工作群转发，已要求以后在页面中拍摄"),
    Story(Kind.OTHER_VIEW, State.CLOSED, Decision.GENUINE, "换了方向拍摄，现场属实"),
)


@dataclass
class _Handed:
    """A case with its photos: how it looked before, an older photo of another case, a photo of another place."""

    case: Case
    before: Photo
    older: Photo
    elsewhere: Photo


def fill_doubts(keys: Keys) -> dict[str, int]:
    """Hand in photos for some of the cases that have a before photo, and record what is found; how many doubts and releases.

    The caller holds the transaction and tells the trail. About a second.
    """
    return {"doubts": _doubts(keys), "releases": _releases(keys)}


def _doubts(keys: Keys) -> int:
    told = 0
    used: set[int] = set()
    deciders = list(Account.objects.filter(username="clerk")[:1])
    for number, story in enumerate(STORIES):
        handed = _handed(story, used, number)
        if handed is None:
            continue
        used.add(handed.case.pk)
        told += _tell(keys, story, handed, deciders[0].pk if deciders else None, np.random.default_rng(number))
    return told


def _handed(story: Story, used: set[int], number: int) -> _Handed | None:
    """The newest case in this state that has a photo from before, with older photos of other cases."""
    links = CasePhoto.objects.select_related("case", "photo").order_by("-photo_id")
    cases = links.filter(stage="before", case__state=story.state).exclude(case__in=used)
    link = cases[number % 3 :].first() or cases.first()
    if link is None:
        return None
    others = links.exclude(case=link.case_id).filter(photo__lt=link.photo_id)
    older, elsewhere = others.filter(stage="after").first(), others.filter(stage="before")[number + 3 :].first()
    return _Handed(link.case, link.photo, older.photo, elsewhere.photo) if older and elsewhere else None


def _tell(keys: Keys, story: Story, handed: _Handed, decider: int | None, rng: np.random.Generator) -> int:
    """One photo handed in, with its examination; 0 where the program finds nothing to ask (then nothing is stored)."""
    case = handed.case
    event = CaseEvent.objects.filter(case=case, verb=Verb.SUBMIT).order_by("-at").first()
    at = event.at if event is not None else keys.now - timedelta(hours=3)
    content, other = _made(story.kind, handed, rng)
    taken_at, lat, lon = at - timedelta(minutes=20), case.lat, case.lon
    if story.kind == Kind.EARLY:
        taken_at = case.reported_at - timedelta(days=9)
    elif story.kind == Kind.FAR and lat is not None:
        lat = lat + 0.031
    elif story.kind in (Kind.NO_CAPTURE, Kind.SCREENSHOT):
        taken_at, lat, lon = None, None, None
    taken = prepare(content, name="整改后（生成）.jpg", taken_at=taken_at, lat=lat, lon=lon)
    expected = Expected(case.lat, case.lon, 300, case.reported_at, at)
    unsaved = Photo(taken_at=taken_at, lat=lat, lon=lon)
    signs = [
        sign
        for sign in [*circumstances.signs(unsaved, expected), *_seen(story.kind, content, other)]
        if _belongs(story.kind, sign)
    ]
    if not any(sign.kind == story.kind for sign in signs):
        return 0
    photo = take_in_generated([(taken, event.account_id if event is not None else None, at)])[0]
    CasePhoto.objects.create(case=case, event=event, photo=photo, stage="after")
    examination = Examination.objects.create(
        photo=photo, unit_id=case.handling_unit_id or case.lead_unit_id, division_id=case.division_id,
        about=f"cases.case:{case.pk}", lat=case.lat, lon=case.lon,
        not_before=case.reported_at, not_after=at, state=Examination.State.DONE, asked_at=at, done_at=at + timedelta(seconds=4),
    )  # fmt: skip
    examination.befores.set([handed.before])
    decided = min(keys.now, at + timedelta(hours=2)) if story.decision else None
    Doubt.objects.bulk_create(
        Doubt(
            examination=examination, photo=photo, other=other if sign.kind in BESIDE else None, kind=sign.kind, score=sign.score,
            detail=sign.detail, found_at=at + timedelta(seconds=4), decision=story.decision, note=story.note, decided_at=decided,
            decided_by_id=decider if decided else None,
        )
        for sign in signs
    )  # fmt: skip
    return len(signs)


BESIDE = (Kind.ALIKE, Kind.SAME_FILE, Kind.FROM_BEFORE, Kind.OTHER_VIEW, Kind.UNCHANGED)


def _belongs(kind: str, sign: Sign) -> bool:
    """What else may be seen on the photo of a story: a screenshot has no capture data either."""
    return sign.kind == kind or sign.kind == Kind.NO_CAPTURE


def _made(kind: str, handed: _Handed, rng: np.random.Generator) -> tuple[bytes, Photo]:
    """The file that is handed in, and the photo that it is compared with."""
    before, older, elsewhere = (files.read(photo.file_key) for photo in (handed.before, handed.older, handed.elsewhere))
    if kind == Kind.ALIKE:
        return changes.jpeg(changes.opened(older)[60:840, 90:1130], 82), handed.older
    if kind == Kind.SAME_FILE:
        return older, handed.older
    if kind == Kind.FROM_BEFORE:
        return changes.painted_over(changes.opened(before), rng, (480, 520, 330, 260)), handed.before
    if kind == Kind.SCREENSHOT:
        return changes.screenshot(changes.opened(elsewhere), rng), handed.before
    return changes.jpeg(changes.opened(elsewhere), 88), handed.before


def _seen(kind: str, content: bytes, other: Photo) -> Sequence[Sign]:
    """What the program sees in the picture, beside the photo that it is compared with."""
    if kind == Kind.SAME_FILE:
        return [Sign(Kind.SAME_FILE, 1.0)]
    if kind == Kind.SCREENSHOT:
        return comparing.alone(comparing.looked_at(content, has_camera=False))
    if kind not in BESIDE:
        return []
    looked, there = comparing.looked_at(content), comparing.looked_at(files.read(other.file_key))
    if kind == Kind.ALIKE:
        sign = comparing.reuse(looked, there)
        return [sign] if sign else []
    view, sign = comparing.against_before(looked, there)
    if sign is not None:
        return [sign]
    return [Sign(Kind.OTHER_VIEW, 0.4)] if view == "other" else []


def _releases(keys: Keys) -> int:
    """The photos of the newest ended reports of residents. Nobody is in what is drawn: the clerk has looked, and taken the proposals away."""
    clerk = Account.objects.filter(username="clerk").first()
    links = CasePhoto.objects.filter(case__state=State.CLOSED, case__source="resident").select_related("photo", "case")
    photos = {link.photo: link.case.division_id for link in links.order_by("-photo_id")[: 3 * (RELEASED + WAITING)]}
    rows = []
    for number, (photo, division) in enumerate(list(photos.items())[: RELEASED + WAITING]):
        picture = reading.picture(files.read(photo.file_key), covering.SIDE)
        proposed = covering.propose(picture)
        row = Redaction(
            photo=photo,
            division_id=division,
            proposed=[box.plain() for box in proposed],
            proposed_at=keys.now - timedelta(hours=30),
        )
        row.boxes = row.proposed
        if number >= WAITING and clerk is not None:
            row.boxes, row.file_key, row.public_key = [], files.store(covering.cover(picture, [])), redaction.new_key()
            row.confirmed_by, row.confirmed_at = clerk, keys.now - timedelta(hours=26 - number)
        rows.append(row)
    return len(Redaction.objects.bulk_create(rows))
