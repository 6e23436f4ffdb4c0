"""What is asked of photos."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from chuangwen.evidence import links, subjects
from chuangwen.evidence.models import Doubt, Examination, Photo
from chuangwen.evidence.rules import FIRST, custody_hash
from chuangwen.kernel import access, files, hashes
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.models import AuditEntry
from chuangwen.kernel.pictures import derive

VIEW_SIDE = 1600


def view_of(photo: Photo) -> Path:
    """The file shown on pages: turned upright, at most 1600 pixels, without capture data. Made on first use, kept."""
    place = files.root().parent / "derived" / photo.file_key[:2] / f"{photo.file_key}-{VIEW_SIDE}.jpg"
    if not place.exists():
        files.write_whole(place, derive(files.read(photo.file_key), VIEW_SIDE, 82))
    return place


def missing_files() -> list[str]:
    """The keys of photos whose file is not on the disk."""
    missing = []
    for key in Photo.objects.order_by("pk").values_list("file_key", flat=True).iterator(chunk_size=5000):
        try:
            files.path_of(key)
        except Missing:
            missing.append(key)
    return missing


@dataclass(frozen=True)
class CustodyBreak:
    photo_id: int
    reason: str


def broken_custody() -> Iterator[CustodyBreak]:
    """Walk the custody chain; yields each photo whose record was changed or whose predecessor is gone."""
    previous = FIRST
    for photo in Photo.objects.order_by("pk").iterator(chunk_size=2000):
        if photo.custody_previous != previous:
            yield CustodyBreak(photo.pk, "与上一张的链接不符")
        if custody_hash(photo) != photo.custody:
            yield CustodyBreak(photo.pk, "记录被改动")
        previous = photo.custody


def doubts_of(photo_ids: Iterable[int]) -> list[Doubt]:
    """The doubts of photos, undecided and strong ones first, each with its photo, the other photo and who decided. One query."""
    found = Doubt.objects.filter(photo__in=list(photo_ids)).select_related("photo", "other", "decided_by__person", "examination")
    return sorted(found, key=lambda doubt: (doubt.decision != "", -doubt.score, doubt.pk))


def undecided(photo_ids: Iterable[int]) -> int:
    """How many doubts of these photos wait for a person. One query."""
    return Doubt.objects.filter(Doubt.to_decide(), photo__in=list(photo_ids)).count()


def examined(photo_ids: Iterable[int]) -> dict[int, Examination]:
    """The examinations of photos by photo; a photo that was never handed to ``examine`` is not in it. One query."""
    return {each.photo_id: each for each in Examination.objects.filter(photo__in=list(photo_ids))}


def subject_of(actor: Actor, about: str) -> subjects.Subject | None:
    """What a photo is evidence for, where a room knows it and this person may see it."""
    return subjects.of(actor, about)


def doubts_by_unit(actor: Actor) -> list[dict[str, Any]]:
    """Per unit: photos examined, those with a doubt, those with an undecided one, those that a person found not acceptable. One query."""
    decided = {"undecided": "", "not_acceptable": Doubt.Decision.NOT_ACCEPTABLE}
    counts: dict[str, Any] = {
        name: Count("photo", filter=Q(doubts__decision=decision) & Q(doubts__isnull=False), distinct=True)
        for name, decision in decided.items()
    }
    found = access.scoped(actor, "evidence.see_doubts", Examination).filter(unit__isnull=False).order_by()
    rows = found.values("unit", "unit__name", "unit__path").annotate(
        examined=Count("photo", distinct=True), doubted=Count("photo", filter=Q(doubts__isnull=False), distinct=True), **counts
    )
    named = [{"name": row.pop("unit__name"), "path": row.pop("unit__path")} | row for row in rows]
    return sorted(named, key=lambda row: (-row["not_acceptable"], -row["undecided"], row["path"]))


@dataclass(frozen=True)
class Record:
    """A photo with all that is known of it, and whether its file and its record still agree with what was noted when it came."""

    photo: Photo
    file_holds: bool
    file_problem: str
    custody_holds: bool
    may_open_original: bool
    trail: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def record_of(actor: Actor, photo_id: int, key: str = "") -> Record:
    """The record of a photo, its file read and hashed anew. For who brought it, who sees a doubt about it, and who may open originals and came
    from a page with the photo (``key``, see ``links``).

    Raises Missing, Denied.
    """
    if not (actor.may("evidence.see_original") or actor.may("evidence.see_doubts") or actor.may("evidence.add")):
        access.require(actor, "evidence.see_original")
    photo = Photo.objects.select_related("uploaded_by__person").defer("sketch").filter(pk=photo_id).first()
    if photo is None or not _may_see_record(actor, photo, key):
        raise Missing(_("There is no such photo, or its link has expired. Open the page that shows it again."))
    before = Photo.objects.filter(pk__lt=photo.pk).order_by("-pk").values_list("custody", flat=True).first()
    problem = _file_problem(photo)
    return Record(
        photo=photo,
        file_holds=not problem,
        file_problem=problem,
        custody_holds=(before or FIRST) == photo.custody_previous and custody_hash(photo) == photo.custody,
        may_open_original=actor.may("evidence.see_original") or photo.uploaded_by_id == actor.account_id,
        trail=_trail(photo_id),
        doubts=_seen_doubts(actor, photo_id),
    )


def _seen_doubts(actor: Actor, photo_id: int) -> list[Doubt]:
    """The doubts about a photo that this person may see."""
    mine = set(access.scoped(actor, "evidence.see_doubts", Doubt).filter(photo=photo_id).values_list("pk", flat=True))
    return [doubt for doubt in doubts_of([photo_id]) if doubt.pk in mine] if mine else []


def _may_see_record(actor: Actor, photo: Photo, key: str) -> bool:
    if actor.is_system or (actor.account_id is not None and photo.uploaded_by_id == actor.account_id):
        return True
    if key and actor.may("evidence.see_original") and links.holds(photo.pk, actor.account_id, key):
        return True
    return access.scoped(actor, "evidence.see_doubts", Doubt).filter(Q(photo=photo.pk) | Q(other=photo.pk)).exists()


def _file_problem(photo: Photo) -> str:
    """Why the file does not agree with the record; empty when it does."""
    try:
        found = hashes.digest_bytes(files.read(photo.file_key))
    except (Missing, OSError):
        return _("the file is gone")
    return "" if (found.sha256, found.sm3) == (photo.file_key, photo.sm3) else _("the file was changed")


def _trail(photo_id: int) -> list[dict[str, Any]]:
    """What the audit trail says of a photo, the newest first."""
    from chuangwen.kernel.access import VERBS

    entries = AuditEntry.objects.filter(kind="evidence.photo", object_id=str(photo_id)).order_by("-number")[:50]
    return [
        {"at": entry.at, "title": VERBS[entry.verb].label if entry.verb in VERBS else entry.verb, "who": entry.actor_name,
         "text": (entry.after or {}).get("note", ""), "icon": "point"}
        for entry in entries
    ]  # fmt: skip


@dataclass(frozen=True)
class FileBreak:
    photo_id: int
    reason: str


def changed_files() -> Iterator[FileBreak]:
    """Read every photo's file and compare both of its digests; yields those that are gone or differ. Some 300 MB a second."""
    for photo in Photo.objects.order_by("pk").only("pk", "file_key", "sm3").iterator(chunk_size=1000):
        if problem := _file_problem(photo):
            yield FileBreak(photo.pk, problem)
