"""Photos of activities: drawn in the same darkroom as those of cases, recorded in the same chain, looked at as evidence like them. What stands
on a picture goes with the kind of the activity, when and where with the activity itself."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chuangwen.demo.filling.darkroom import drawing
from chuangwen.demo.filling.keys import Keys
from chuangwen.demo.records import PhotoRecipe
from chuangwen.evidence import circumstances, comparing
from chuangwen.evidence.actions import take_in_generated
from chuangwen.evidence.circumstances import Expected
from chuangwen.evidence.models import Doubt, Examination, Photo
from chuangwen.kernel import geography
from chuangwen.volunteers.activities.actions.living import AROUND, LEEWAY, SUBJECT
from chuangwen.volunteers.activities.models import Activity, ActivityEvent, ActivityPhoto

MOST, OF_A_KIND = 5, 2
"""Few: each is looked at as evidence as a real one is, and whoever fills the town waits for it."""
PLACES = 700
"""From this place on the pictures of activities stand somewhere else than those of cases and examples."""
CLEAN = "lane/litter"
SCENES = {
    "persuade": "crossing/walkers", "care": "estate/post", "lecture": "hall/people", "science": "street/post", "minors": "estate/bins",
    "family": "hall/desk", "festival": "park/post",
}  # fmt: skip
OTHER = "street/post"
MIDDLE = 21.66, 110.92
NAMES = {"before": "清洁前（生成）.jpg", "after": "清洁后（生成）.jpg", "during": "活动现场（生成）.jpg"}


@dataclass(frozen=True)
class _Shot:
    activity: Activity
    stage: str
    recipe: PhotoRecipe


def fill_activity_photos(keys: Keys, activities: Sequence[Activity]) -> int:
    """Photos of the newest activities that were held, of each kind a few; how many. The caller holds the transaction."""
    shots = [shot for n, activity in enumerate(_chosen(keys, activities)) for shot in _shots(activity, n)]
    with drawing([shot.recipe for shot in shots]) as drawn:
        taken = [each for pack in drawn for each in pack.result()]
    accounts = [_account(shot.activity) for shot in shots]
    handed = [min(keys.now, shot.recipe.taken_at + timedelta(minutes=20)) for shot in shots]
    photos = take_in_generated(zip(taken, accounts, handed, strict=True))
    ActivityPhoto.objects.bulk_create(
        ActivityPhoto(activity=shot.activity, photo=photo, stage=shot.stage) for shot, photo in zip(shots, photos, strict=True)
    )
    before: dict[int, Photo] = {}
    steps: dict[int, tuple[Activity, datetime, int]] = {}
    for shot, photo, at in zip(shots, photos, handed, strict=True):
        _look_at(shot.activity, photo, before.get(shot.activity.pk), at)
        if shot.stage == ActivityPhoto.Stage.BEFORE:
            before[shot.activity.pk] = photo
        count = steps[shot.activity.pk][2] if shot.activity.pk in steps else 0
        steps[shot.activity.pk] = shot.activity, at, count + 1
    ActivityEvent.objects.bulk_create(
        ActivityEvent(activity=activity, step="photos", at=at, words=f"{count} 张照片") for activity, at, count in steps.values()
    )
    return len(photos)


def _chosen(keys: Keys, activities: Sequence[Activity]) -> list[Activity]:
    most = MOST if keys.photos is None else min(MOST, keys.photos // 4)
    kinds: Counter[str] = Counter()
    found = []
    for one in sorted(activities, key=lambda one: (one.first_at, one.pk), reverse=True):
        if one.state in ("held", "closed") and kinds[one.kind] < OF_A_KIND and len(found) < most:
            kinds[one.kind] += 1
            found.append(one)
    return found


def _shots(activity: Activity, number: int) -> list[_Shot]:
    """A cleaning day before and after from the same spot, anything else while it goes on."""
    assert activity.first_at is not None and activity.last_at is not None
    lat, lon = _spot(activity)
    scene, half = SCENES.get(activity.kind, OTHER), (activity.last_at - activity.first_at) / 2
    stages = [("during", scene, half)]
    if activity.kind == Activity.Kind.CLEAN:
        stages = [("before", CLEAN, timedelta(minutes=5)), ("after", CLEAN, 2 * half - timedelta(minutes=10))]
    hand = random.Random(f"activity photo {activity.number}")
    return [
        _Shot(activity, stage, PhotoRecipe(
            scene, PLACES + number, "before" if stage == "before" else "after", 0, activity.first_at + later,
            lat + hand.uniform(-3e-4, 3e-4), lon + hand.uniform(-3e-4, 3e-4), NAMES[stage],
        ))
        for stage, scene, later in stages
    ]  # fmt: skip


def _spot(activity: Activity) -> tuple[float, float]:
    """Where it was: its own point, its site's, the middle of its community; the middle of the town where none is known."""
    if activity.lat is not None and activity.lon is not None:
        return activity.lat, activity.lon
    if activity.site is not None and activity.site.lat is not None and activity.site.lon is not None:
        return activity.site.lat, activity.site.lon
    outline = activity.division.outline
    return (geography.centre_of_gravity(outline) if outline else None) or MIDDLE


def _account(activity: Activity) -> int | None:
    account = getattr(activity.leader.person, "account", None) if activity.leader is not None else None
    return account.pk if account else None


def _look_at(activity: Activity, photo: Photo, before: Photo | None, at: datetime) -> None:
    """What the program sees of the photo: when and where it was taken, whether it was there already, how it goes with the one before. What it
    finds is a doubt that waits."""
    assert activity.first_at is not None and activity.last_at is not None
    lat, lon = _spot(activity)
    expected = Expected(lat, lon, AROUND, activity.first_at - LEEWAY, activity.last_at + LEEWAY)
    befores = [before] if before is not None else []
    found = [*circumstances.signs(photo, expected), *(comparing.signs(photo, befores) or ())]
    examination = Examination.objects.create(
        photo=photo, unit_id=activity.team.unit_id, division_id=activity.division_id, about=f"{SUBJECT}:{activity.pk}", lat=lat, lon=lon,
        radius_m=AROUND, not_before=expected.not_before, not_after=expected.not_after, state=Examination.State.DONE, asked_at=at, done_at=at,
    )  # fmt: skip
    examination.befores.set(befores)
    Doubt.objects.bulk_create(
        Doubt(examination=examination, photo=photo, other_id=sign.other_id, kind=sign.kind, score=sign.score, detail=sign.detail, found_at=at)
        for sign in found
    )
