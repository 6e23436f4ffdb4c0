"""Checklists as a phone takes them along, and as they were when it did.

A checklist is what an edition asks of a type of site. Where a type has none of its own in the edition, the criteria of the edition that are
looked at on the spot stand in; that list has no type and serves all such types. Each has an ``etag`` of its content, and what was given
out is kept (``GivenChecklist``): a visit that says "all in order" names the etags it was made with, and means those items.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import F, Q

from chuangwen.kernel import clock
from chuangwen.kernel.chinese import pinyin_initials
from chuangwen.phone.models import GivenChecklist
from chuangwen.standards.models import ChecklistItem, Criterion

_initials = lru_cache(maxsize=50_000)(pinyin_initials)
EDITION = "requirement__indicator__section__edition"
ITEM_COLUMNS = (
    "pk", "criterion_id", "text", "exemptions", "grading", "severity", "site_type_id",
    f"criterion__{EDITION}", "criterion__grading", "criterion__severity", "criterion__family_id", "criterion__keywords",
    "kind__name", "kind__family_id", "kind__keywords", "criterion__kind__name", "criterion__kind__keywords",
)  # fmt: skip
CRITERION_COLUMNS = ("pk", "text", "grading", "severity", "family_id", "keywords", "kind__name", "kind__keywords")


@dataclass(frozen=True)
class Listed:
    """One line of a checklist. ``item`` is None where the criterion itself is asked; ``mark`` changes with words, exemptions or grading."""

    item: int | None
    criterion: int
    text: str
    exemptions: str
    grading: str
    severity: int
    family: int | None
    keywords: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        return hashlib.sha256(f"{self.grading}\n{self.text}\n{self.exemptions}".encode()).hexdigest()[:8]

    def kept(self) -> dict[str, Any]:
        """What is kept of it when it is given out."""
        facts = {"item": self.item, "criterion": self.criterion, "grading": self.grading, "severity": self.severity}
        return facts | {"mark": self.mark}

    def told(self) -> dict[str, Any]:
        """The line as the phone gets it; ``initials`` are those of the text and of each keyword, for searching by them."""
        return {
            "id": self.item,
            "criterion": self.criterion,
            "text": self.text,
            "exemptions": self.exemptions,
            "grading": self.grading,
            "severity": self.severity,
            "family": self.family,
            "keywords": list(self.keywords),
            "initials": " ".join(_initials(words) for words in (self.text, *self.keywords)),
        }


@dataclass(frozen=True)
class Checklist:
    """What an edition asks of a type of site (None: of every type without a list of its own), in its order."""

    site_type: int | None
    edition: int
    items: tuple[Listed, ...]

    @property
    def etag(self) -> str:
        facts = [self.site_type, self.edition, [item.kept() for item in self.items]]
        return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()[:24]


def read(wanted: Iterable[tuple[int, int]]) -> list[Checklist]:
    """The checklists for these pairs of (site type, edition) as they are now. One query, and one more where a type has none of its own."""
    wanted = set(wanted)
    found: dict[tuple[int, int], list[Listed]] = defaultdict(list)
    rows = ChecklistItem.objects.filter(
        site_type__in={pair[0] for pair in wanted}, **{f"criterion__{EDITION}__in": {pair[1] for pair in wanted}}
    )
    for row in rows.order_by("order", "pk").values_list(*ITEM_COLUMNS):
        pk, criterion, text, exemptions, grading, severity, site_type, edition, *rest = row
        its_grading, its_severity, family, words, kind, kind_family, kind_words, its_kind, its_kind_words = rest
        if (site_type, edition) not in wanted:
            continue
        keywords = _keywords(words, kind or its_kind, kind_words if kind else its_kind_words)
        found[site_type, edition].append(
            Listed(
                pk,
                criterion,
                text,
                exemptions,
                grading or its_grading,
                severity or its_severity,
                kind_family or family,
                keywords,
            )
        )
    lists = [Checklist(*pair, tuple(items)) for pair, items in found.items()]
    bare = {edition for pair in wanted - set(found) for edition in pair[1:]}
    if bare:
        plain: dict[int, list[Listed]] = {edition: [] for edition in bare}
        criteria = Criterion.objects.filter(method=Criterion.Method.FIELD, **{f"{EDITION}__in": bare})
        for edition, pk, text, grading, severity, family, words, kind, kind_words in criteria.values_list(
            EDITION, *CRITERION_COLUMNS
        ):
            plain[edition].append(Listed(None, pk, text, "", grading, severity, family, _keywords(words, kind, kind_words)))
        lists += [Checklist(None, edition, tuple(items)) for edition, items in plain.items()]
    return sorted(lists, key=lambda one: (one.edition, one.site_type or 0))


def _keywords(words: Any, kind: str | None, kind_words: Any) -> tuple[str, ...]:
    found = [*(words or []), *([kind] if kind else []), *(kind_words or [])]
    return tuple(dict.fromkeys(str(word) for word in found))


def give(lists: Iterable[Checklist]) -> None:
    """Keep what is given out, so that a visit made with it can be understood later. One query when all of it was given before."""
    by_etag = {one.etag: one for one in lists}
    known = set(GivenChecklist.objects.filter(etag__in=by_etag).values_list("etag", flat=True))
    now = clock.now()
    GivenChecklist.objects.bulk_create(
        [
            GivenChecklist(
                etag=etag,
                site_type_id=one.site_type,
                edition_id=one.edition,
                items=[item.kept() for item in one.items],
                given_at=now,
            )
            for etag, one in by_etag.items()
            if etag not in known
        ],
        ignore_conflicts=True,
    )


def given(etags: Iterable[str], edition: int, site_type: int) -> GivenChecklist | None:
    """The checklist for this type and edition among those that the phone names; None when it was never given out."""
    rows = GivenChecklist.objects.filter(
        Q(site_type=site_type) | Q(site_type__isnull=True), etag__in=list(etags), edition=edition
    )
    return rows.order_by(F("site_type").desc(nulls_last=True), "-given_at").first()
