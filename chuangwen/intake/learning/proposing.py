"""What kind of problem a text seems to tell of: by the trained model, and by the keywords of the kinds where there is none."""

from dataclasses import dataclass

from chuangwen.intake.learning.features import features
from chuangwen.intake.learning.model import Classifier, Unusable, loaded
from chuangwen.intake.models import CategoryModel, Proposer
from chuangwen.kernel.chinese import match_key
from chuangwen.standards.models import Kind

SHOWN = 3
LEAST_SHARE = 0.08
"""Below this nobody is helped by a proposal."""
SURE = 0.25
"""Below this the keywords of the kinds come first."""

_kept: dict[int, Classifier | None] = {}
"""The model in use, by its key: read once per process."""


@dataclass(frozen=True)
class Proposal:
    """A kind with how sure it is (0 to 1; None where keywords proposed it)."""

    kind: Kind
    share: float | None
    by: str


def current() -> Classifier | None:
    """The newest model; None where none was trained or it cannot be read. One small query, and the model itself once per process."""
    newest = CategoryModel.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return None
    if newest not in _kept:
        body = CategoryModel.objects.values_list("body", flat=True).get(pk=newest)
        _kept.clear()
        try:
            _kept[newest] = loaded(bytes(body))
        except Unusable:
            _kept[newest] = None
    return _kept[newest]


def propose(text: str, *, site_type: str = "", place: str = "", kinds: list[Kind] | None = None) -> list[Proposal]:
    """At most three kinds in use, the likeliest first; nothing for a text that says nothing. Two or three queries."""
    if len(match_key(text)) < 2:
        return []
    kinds = list(Kind.objects.filter(active=True).select_related("family")) if kinds is None else kinds
    model, told = current(), by_keywords(text, kinds)
    if model is None:
        return told
    by_code = {kind.code: kind for kind in kinds}
    shares = [(code, share) for code, share in model.shares(features(text, site_type=site_type, place=place)) if code in by_code]
    found = [Proposal(by_code[code], share, Proposer.MODEL) for code, share in shares[:SHOWN] if share >= LEAST_SHARE]
    if not found or (found[0].share or 0) < SURE:
        # Words that it has not met: where the kinds' own words stand in the text, they know better.
        found = [*told[:2], *(one for one in found if one.kind.pk not in {other.kind.pk for other in told[:2]})]
    return found[:SHOWN]


def by_keywords(text: str, kinds: list[Kind]) -> list[Proposal]:
    """Kinds whose name or keywords stand in the text, those with the most characters of them first."""
    key, scores = match_key(text), []
    for kind in kinds:
        words = {match_key(word) for word in (kind.name, *kind.keywords)} - {""}
        score = sum(len(word) for word in words if word in key)
        if score:
            scores.append((-score, kind.family.order, kind.order, kind.pk, kind))
    return [Proposal(kind, None, Proposer.KEYWORDS) for *_order, kind in sorted(scores, key=lambda row: row[:4])[:SHOWN]]
