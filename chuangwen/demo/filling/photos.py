"""What was drawn is recorded in one go and tied to its cases and observations."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from chuangwen.cases.models import CasePhoto
from chuangwen.demo.filling.cases import Played
from chuangwen.demo.records import PhotoRecipe
from chuangwen.evidence.actions import take_in_generated
from chuangwen.evidence.intake import Taken
from chuangwen.fieldwork.models import ObservationPhoto


def fill_photos(told: Sequence[Played], recipes: Sequence[PhotoRecipe], drawn: Sequence[Future[list[Taken]]]) -> int:
    """Record the photos in the order in which they were taken and tie them to their cases and observations; how many."""
    taken = dict(zip(recipes, (each for pack in drawn for each in pack.result()), strict=True))
    shown = [(each, event, recipe) for each in told for event, recipe in each.pictures if recipe in taken]
    shown.sort(key=lambda item: item[1].at)
    photos = take_in_generated((taken[recipe], event.account_id, event.at) for _, event, recipe in shown)
    CasePhoto.objects.bulk_create(
        (
            CasePhoto(case_id=each.case.pk, event=event, photo=photo, stage=recipe.stage)
            for photo, (each, event, recipe) in zip(photos, shown, strict=True)
        ),
        batch_size=500,
    )
    ObservationPhoto.objects.bulk_create(
        (
            ObservationPhoto(observation_id=each.case.observation_id, photo=photo)
            for photo, (each, _, recipe) in zip(photos, shown, strict=True)
            if recipe.stage == "before" and each.case.observation_id
        ),
        batch_size=500,
    )
    return len(photos)
