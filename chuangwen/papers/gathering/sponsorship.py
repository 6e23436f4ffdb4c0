"""The sponsorship plan of an area for the paper that it is issued with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.duties.models import SponsorshipPlan
from chuangwen.duties.sponsorship.queries import PairLine, table
from chuangwen.duties.sponsorship.states import TOLD
from chuangwen.kernel.errors import Refusal
from chuangwen.papers.facts import SponsorLine, SponsorshipFacts
from chuangwen.papers.figures import NamedQuery, Number, Scope, ask, register
from chuangwen.papers.periods import Period
from chuangwen.places.models import Division

if TYPE_CHECKING:
    from chuangwen.papers.composing.registry import Subject


def plan_of(division: Division | None) -> SponsorshipPlan | None:
    """The plan of an area that was signed last: in force, or about to be."""
    told = (SponsorshipPlan.State.SIGNED, SponsorshipPlan.State.RUNNING)
    rows = SponsorshipPlan.objects.filter(division=division, state__in=told).select_related("division")
    return rows.order_by("-signed_at", "-pk").first()


def _counted(what: str):
    def count(scope: Scope) -> tuple[int, int]:
        plan = scope.plan or plan_of(scope.division)
        number = 0 if plan is None else getattr(plan, what).count()
        return number, number

    return count


def _listed(name: str):
    def rows(scope: Scope) -> str:
        plan = scope.plan or plan_of(scope.division)
        return "" if plan is None else reverse(f"duties:{name}", args=[plan.pk])

    return rows


register(
    NamedQuery("duties.sponsored_places", "包保点位数", ("division",), _counted("places"), _listed("sponsorship-places"))
)
register(NamedQuery("duties.sponsors", "包保领导和单位数", ("division",), _counted("sponsors"), _listed("sponsorship-sponsors")))
register(NamedQuery("duties.sponsorship_pairs", "包保关系数", ("division",), _counted("pairs"), _listed("sponsorship-pairs")))


def sponsorship_facts(subject: Subject) -> SponsorshipFacts:
    """The plan that the paper names with its table, a row per place; papers from before they named one hold that of the area that was signed
    last. Raises Refusal where there is none that is signed."""
    plan = subject.plan or plan_of(subject.division)
    if plan is None or plan.state not in TOLD:
        raise Refusal(_("No sponsorship plan of this area is signed yet."), "papers.no_sponsorship", field="division")
    lines, _question = table(plan)
    scope = Scope(division=subject.division, plan=plan)
    return SponsorshipFacts(
        area=plan.division.name, name=plan.name, period=Period(plan.starts_on, plan.ends_on),
        lines=[
            SponsorLine(line.place.name, _named(line.leaders), _named(line.departments), _named(line.offices)) for line in lines
        ],
        places=_number("duties.sponsored_places", scope), sponsors=_number("duties.sponsors", scope),
        pairs=_number("duties.sponsorship_pairs", scope),
    )  # fmt: skip


def _named(lines: list[PairLine]) -> str:
    return "、".join(line.pair.sponsor.name for line in lines)


def _number(name: str, scope: Scope) -> Number:
    return ask(name, scope, key=name.partition(".")[2])
