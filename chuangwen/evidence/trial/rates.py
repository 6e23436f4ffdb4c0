"""How often what is done to pictures is noticed, and how often honest pictures are doubted: measured on the test set.

``measure`` judges with the very functions that judge photos of the table (``comparing``). Rates come with their counts; what a line means:

- a reuse is noticed when the earlier photo is among the candidates of the search over all pictures of the set, and its pixels agree;
- a before photo that was edited and handed in as after is noticed when it is found to be made from it;
- a false alarm is a sign on a picture that nobody did anything to.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from chuangwen.evidence import comparing, likeness
from chuangwen.evidence.comparing import Looked
from chuangwen.evidence.models import Doubt
from chuangwen.evidence.pixels import reading
from chuangwen.evidence.trial import changes, scenes
from chuangwen.kernel.pictures import hashes_of

Kind = Doubt.Kind


@dataclass
class Rate:
    """``noticed`` of ``tried``; for honest pictures the fewer the better."""

    tried: int = 0
    noticed: int = 0

    def count(self, noticed: bool) -> None:
        self.tried += 1
        self.noticed += noticed

    @property
    def share(self) -> float:
        return self.noticed / self.tried if self.tried else 0.0

    def figures(self) -> dict[str, Any]:
        return {"tried": self.tried, "noticed": self.noticed, "share": round(self.share, 3)}


@dataclass
class Rates:
    detection: dict[str, Rate] = field(default_factory=dict)
    false_alarm: dict[str, Rate] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def found(self, name: str, noticed: bool) -> None:
        self.detection.setdefault(name, Rate()).count(noticed)

    def wrongly(self, name: str, noticed: bool) -> None:
        self.false_alarm.setdefault(name, Rate()).count(noticed)

    def figures(self) -> dict[str, Any]:
        return {
            "detection": {name: rate.figures() for name, rate in self.detection.items()},
            "false_alarm": {name: rate.figures() for name, rate in self.false_alarm.items()},
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        }


@dataclass(frozen=True)
class Visit:
    """A place twice, and a place like it. ``again`` is the same place on another day, put right; ``still`` with the trouble there."""

    before: bytes
    again: bytes
    still: bytes
    other: bytes
    box: tuple[int, int, int, int]


def visit(seed: int) -> Visit:
    """A generated place: the trouble's box is where it stands in the before photo, for those who paint it over."""
    rng = np.random.default_rng([seed, 3])
    place = scenes.place(seed, style=seed % 5 if seed % 2 else None)
    quality = int(rng.integers(82, 96))
    shot = scenes.handheld(rng)
    save = lambda picture: changes.jpeg(picture, quality)  # noqa: E731
    return Visit(
        before=save(scenes.photograph(place, shot)),
        again=save(
            scenes.photograph(place, scenes.handheld(rng), trouble=False, more=scenes.passers(seed, int(rng.integers(0, 3))))
        ),
        still=save(scenes.photograph(place, scenes.handheld(rng))),
        other=save(scenes.photograph(scenes.place(seed + 50_000, style=seed % 5), scenes.handheld(rng))),
        box=scenes.box_of(place.trouble, shot),
    )


Visits = Callable[[int], Visit]


class _Shelf:
    """The photos that were taken in before: an index as the product's, and the pictures by number."""

    def __init__(self) -> None:
        self.index, self.pictures = likeness.Index(), {}

    def put(self, content: bytes) -> int:
        """The picture's number, once it lies there."""
        number = len(self.pictures) + 1
        looked = comparing.looked_at(content)
        small = reading.grey(reading.picture(content, 512))
        dhash, phash = hashes_of(Image.fromarray(small))
        words = np.frombuffer(comparing.words_of(looked.whole, likeness.WORDS) or bytes(2 * likeness.WORDS), "<u2").reshape(1, -1)
        self.index.load(np.array([number]), np.array([dhash], np.uint64), np.array([phash], np.uint64), words)
        self.pictures[number] = looked
        return number

    def reused(self, looked: Looked) -> int | None:
        """The number of the earlier photo that this one is found to be."""
        for candidate in comparing.candidates(looked, self.index.search):
            if comparing.reuse_either_way(looked, self.pictures[candidate.photo_id], candidate):
                return candidate.photo_id
        return None


def measure(count: int, visits: Visits = visit, *, tell: Callable[[int], None] | None = None) -> Rates:
    """Detection and false alarm over ``count`` places (about six seconds each)."""
    rates, shelf = Rates(), _Shelf()
    shown = [visits(seed) for seed in range(count)]
    numbers = [shelf.put(each.before) for each in shown]
    for seed, each in enumerate(shown):
        rng = np.random.default_rng([seed, 9])
        _reuses(rates, shelf, each, numbers[seed], rng)
        _edits(rates, each, shown[(seed + 1) % count], rng)
        _honest(rates, shelf, each)
        if tell:
            tell(seed + 1)
    return rates


@contextmanager
def _timed(rates: Rates, name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    rates.seconds[name] = max(rates.seconds.get(name, 0.0), time.perf_counter() - started)


def _reuses(rates: Rates, shelf: _Shelf, each: Visit, number: int, rng: np.random.Generator) -> None:
    picture = changes.opened(each.before)
    for name, change in changes.REUSES.items():
        looked = comparing.looked_at(change(picture, rng), has_camera=False)
        with _timed(rates, "likeness of one photo, with pixels"):
            rates.found(f"reused: {name}", shelf.reused(looked) == number)
        if name == "screenshot":
            rates.found("screenshot as such", Kind.SCREENSHOT in _kinds(looked))
    looked = comparing.looked_at(changes.of_a_screen(picture, rng), has_camera=True)
    rates.found("photo of a screen as such", Kind.SCREENSHOT in _kinds(looked))


def _edits(rates: Rates, each: Visit, another: Visit, rng: np.random.Generator) -> None:
    """What is made of a before photo, held against it; and of a picture whose original nobody has."""
    picture, other = changes.opened(each.before), changes.opened(another.before)
    before = comparing.looked_at(each.before)
    made = {
        "painted over": changes.painted_over(picture, rng, each.box),
        "covered with a copied piece": changes.copied_over(picture, rng, each.box),
        "covered with a foreign piece": changes.pasted(picture, rng, each.box, other),
    }
    for name, content in made.items():
        looked = comparing.looked_at(content)
        with _timed(rates, "against one before photo"):
            _view, sign = comparing.against_before(looked, before)
        rates.found(f"after made from before: {name}", sign is not None and sign.kind == Kind.FROM_BEFORE)
        if name != "painted over":
            kind = Kind.COPIED_REGION if "copied" in name else Kind.COMPRESSION
            with _timed(rates, "a photo alone"):
                kinds = _kinds(looked)
            rates.found(f"edited, original not known: {name}", kind in kinds)
        else:
            rates.found("edited, original not known: painted over", bool(_kinds(looked)))
    _view, sign = comparing.against_before(comparing.looked_at(each.still), before)
    rates.found("nothing changed", sign is not None and sign.kind == Kind.UNCHANGED)
    view, _sign = comparing.against_before(comparing.looked_at(each.other), before)
    rates.found("another place", view == "other")


def _honest(rates: Rates, shelf: _Shelf, each: Visit) -> None:
    """The same place on another day and a place like it: nothing should be said of them."""
    before, again, other = (comparing.looked_at(content) for content in (each.before, each.again, each.other))
    for name, looked in (("same place, other day", again), ("place of similar look", other)):
        rates.wrongly(f"{name}: reused", shelf.reused(looked) is not None)
        kinds = _kinds(looked)
        for kind in (Kind.COPIED_REGION, Kind.COMPRESSION, Kind.SCREENSHOT):
            rates.wrongly(f"{name}: {kind.value}", kind in kinds)
    view, sign = comparing.against_before(again, before)
    rates.wrongly("same place, other day: from_before", sign is not None and sign.kind == Kind.FROM_BEFORE)
    rates.wrongly("same place, other day: unchanged", sign is not None and sign.kind == Kind.UNCHANGED)
    rates.wrongly("same place, other day: other_view", view == "other")


def _kinds(looked: Looked) -> set[str]:
    return {sign.kind for sign in comparing.alone(looked)}
