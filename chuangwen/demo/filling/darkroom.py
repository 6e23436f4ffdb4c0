"""Photos are drawn, measured and stored by two processes while the tables are filled. Knows no tables: the processes start without them."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from chuangwen.demo.pictures import draw_recipe
from chuangwen.demo.records import PhotoRecipe, TownData
from chuangwen.evidence.intake import Taken, prepare

PROCESSES = 2
PACK = 8
NAMES = {"before": "整改前", "after": "整改后"}


def recipes_of(data: TownData, most: int | None = None) -> list[PhotoRecipe]:
    """The photos to draw, the newest first; at most ``most``."""
    found = [recipe for case in data.cases if case.with_pictures for event in case.events for recipe in event.photos]
    return sorted(found, key=lambda recipe: recipe.taken_at, reverse=True)[:most]


@contextmanager
def drawing(recipes: Sequence[PhotoRecipe]) -> Iterator[list[Future[list[Taken]]]]:
    """Begin to draw. What was drawn lies on the disk under the name of its content: drawing it again after a break changes nothing."""
    if not recipes:
        yield []
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(PROCESSES, context, initializer=_begin, initargs=(str(settings.HOME), os.getpid()))
    try:
        yield [pool.submit(_draw, recipes[start : start + PACK]) for start in range(0, len(recipes), PACK)]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(home: str, parent: int) -> None:
    """In the drawing process: the data folder, and an end as soon as there is nobody left to draw for."""
    settings.HOME = Path(home)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _draw(recipes: Sequence[PhotoRecipe]) -> list[Taken]:
    return [prepare(draw_recipe(recipe), name=recipe.name or f"{NAMES[recipe.stage]}（生成）.jpg") for recipe in recipes]
