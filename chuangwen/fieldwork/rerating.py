"""What came of a blind re-rating: pairs of results by criterion, and how far they agree."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from chuangwen.fieldwork.agreement import Agreement, kappa
from chuangwen.fieldwork.intervals import Estimate, wilson
from chuangwen.fieldwork.models import Observation, Round, RoundSite
from chuangwen.fieldwork.results import in_words, plain
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.standards.models import Criterion


def category(one: Observation) -> str:
    """The result as one word of a list, as both teams gave it: a grade, pass or fail, points lost, number of defects (3 and more are one)."""
    if one.loss is not None:
        return f"-{plain(one.loss)}" if one.loss else "0"
    if one.grade:
        return one.grade
    if one.conform is not None:
        return "pass" if one.conform else "fail"
    return f"{min(one.defects or 0, 3)} defects"


@dataclass(frozen=True)
class CriterionAgreement:
    criterion: Criterion
    found: Agreement


@dataclass(frozen=True)
class Difference:
    """A site and criterion on which the two teams differ."""

    first: Observation
    second: Observation

    @property
    def words(self) -> tuple[str, str]:
        return in_words(self.first), in_words(self.second)


@dataclass(frozen=True)
class Report:
    """``places`` were drawn to be rated again, ``done`` were. ``raw``: the part of all pairs that agree. ``one_sided``: results that
    only one of the two teams gave."""

    places: int
    done: int
    skipped: int
    pairs: int
    raw: Estimate
    lines: list[CriterionAgreement]
    differences: list[Difference]
    one_sided: int


def report(actor: Actor, round: Round) -> Report:
    """The agreement of a round as far as the actor sees both results; criteria in the order of the edition. Two queries."""
    places = list(
        access.scoped(actor, "fieldwork.see_agreement", RoundSite)
        .filter(round=round, purpose=RoundSite.Purpose.RERATE)
        .values_list("site", "done_at", "skipped_at")
    )
    rows = (
        access.scoped(actor, "fieldwork.see_observations", Observation.every.all())
        .filter(round=round, site__in=[site for site, done, _skipped in places if done], placed=True, criterion__isnull=False)
        .select_related("criterion__requirement__indicator__section", "site")
        .order_by("pk")
    )
    both: dict[tuple[Any, Any], dict[bool, Observation]] = defaultdict(dict)
    for row in rows:
        both[row.criterion_id, row.site_id][row.rerating] = row
    pairs: dict[int, list[tuple[str, str]]] = defaultdict(list)
    criteria: dict[int, Criterion] = {}
    differences, one_sided = [], 0
    for found in both.values():
        if len(found) < 2:
            one_sided += 1
            continue
        first, second = found[False], found[True]
        assert first.criterion is not None
        criteria[first.criterion.pk] = first.criterion
        pairs[first.criterion.pk].append((category(first), category(second)))
        if category(first) != category(second):
            differences.append(Difference(first, second))
    lines = [CriterionAgreement(criteria[pk], kappa(each)) for pk, each in pairs.items()]
    lines.sort(key=lambda line: _order(line.criterion))
    total = sum(line.found.n for line in lines)
    return Report(
        len(places),
        sum(done is not None for _site, done, _skipped in places),
        sum(skipped is not None for _site, _done, skipped in places),
        total,
        wilson(sum(line.found.agreed for line in lines), total),
        lines,
        sorted(differences, key=lambda one: (str(one.first.site), _order(one.first.criterion))),
        one_sided,
    )


def _order(criterion: Criterion | None) -> tuple:
    if criterion is None:
        return ()
    indicator = criterion.requirement.indicator
    return (
        indicator.section.order,
        indicator.section_id,
        indicator.order,
        indicator.pk,
        criterion.requirement.order,
        criterion.requirement_id,
        criterion.order,
        criterion.pk,
    )
