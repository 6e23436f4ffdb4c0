"""What the losses of a round would become: which of them are cases already, who would get the others and why. Nothing is written."""

from dataclasses import dataclass

from django.db.models import Count, Q

from chuangwen.cases.actions.assigning import Choice, book_for, problem_of, resolved
from chuangwen.cases.actions.many import by_departments, losses_of
from chuangwen.cases.models import Case
from chuangwen.cases.rules import loss_note
from chuangwen.fieldwork.models import Observation, Round

SHOWN = 500


@dataclass(frozen=True)
class LossLine:
    """One loss, the words its case would have, and who would get it."""

    observation: Observation
    words: str
    choice: Choice


@dataclass(frozen=True)
class Losses:
    """``fresh``: how many losses are no cases yet; ``already``: how many are; ``lines``: the first SHOWN of the fresh ones."""

    fresh: int
    already: int
    lines: list[LossLine]

    @property
    def ownerless(self) -> int:
        return sum(1 for line in self.lines if line.choice.lead is None)


def counted(round: Round) -> tuple[int, int]:
    """How many losses of a round are no cases yet, and how many are. One query."""
    found = losses_of(round).aggregate(
        fresh=Count("pk", filter=Q(case__isnull=True)), already=Count("pk", filter=Q(case__isnull=False))
    )
    return found["fresh"], found["already"]


def losses(round: Round) -> Losses:
    """The preview: at most seven queries."""
    fresh, already = counted(round)
    rows = (
        losses_of(round)
        .filter(case__isnull=True)
        .select_related("site__division", "criterion__requirement__indicator", "area", "site__type")
    )
    observations = list(rows.order_by("pk")[:SHOWN])
    named: dict[int, list] = {}
    links = (
        Observation.departments.through.objects.filter(observation__in=observations)
        .select_related("unit__division")
        .order_by("pk")
    )
    for link in links:
        named.setdefault(link.observation_id, []).append(link.unit)
    cases = {one.pk: _as_case(one, round) for one in observations if one.pk not in named}
    book = book_for(cases.values())
    by_rule = resolved({key: book.answer(problem_of(case)) for key, case in cases.items()})
    return Losses(
        fresh, already, [LossLine(one, _words(one), by_rule.get(one.pk) or by_departments(named[one.pk])) for one in observations]
    )


def _words(one: Observation) -> str:
    return loss_note(
        note=one.note, criterion=one.criterion.text if one.criterion else "", grade=one.grade, defects=one.defects, loss=one.loss
    )


def _as_case(one: Observation, round: Round) -> Case:
    """A case that is not stored, to ask the rules with."""
    site = one.site
    return Case(
        site=site, criterion=one.criterion, division=(site.division if site else None) or one.area or round.division,
        kind_id=one.criterion.kind_id if one.criterion else None, family_id=one.criterion.family_id if one.criterion else None,
    )  # fmt: skip
